import type { Text2 } from '#core'

/** What is wrong with a line that everybody may read. */
export const typedTexts = {
  tooLong: (most: number): Text2 => ({
    da: `Skriv en linje på højst ${most} tegn.`,
    en: `Write one line of at most ${most} characters.`,
  }),
  cpr: {
    da: 'Der står et CPR-nummer i feltet. Fjern det: alle kan læse, hvad her står.',
    en: 'There is a CPR number in the field. Remove it: everyone can read what stands here.',
  },
} as const satisfies Record<string, unknown>
