import type { Text2 } from '#core'

/** What no field of the desk takes. */
export const typedTexts = {
  tooLong: (most: number): Text2 => ({
    da: `Skriv højst ${most} tegn`,
    en: `Enter ${most} characters at most`,
  }),
  unreadable: {
    da: 'Feltet indeholder tegn, der ikke kan vises. Skriv det igen',
    en: 'The field holds characters that cannot be shown. Enter it again',
  },
  cpr: {
    da: 'Der står et CPR-nummer i feltet. Fjern det: det må kun ligge krypteret',
    en: 'There is a CPR number in the field. Remove it: it may only be kept encrypted',
  },
} as const satisfies Record<string, unknown>
