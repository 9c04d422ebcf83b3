import type { Text2 } from '#core'
import { holdsCpr } from '#patrons'

const CONTROL = /\p{Cc}/u

/** What is wrong with a line that everybody may read: a reason, or the name of a group. */
export function lineFault(written: string | undefined, most: number): Text2 | undefined {
  const line = written?.trim() ?? ''
  if (line === '' || [...line].length > most || CONTROL.test(line)) {
    return { da: `Skriv en linje på højst ${most} tegn.`, en: `Write one line of at most ${most} characters.` }
  }
  if (!holdsCpr(line)) return undefined
  return {
    da: 'Der står et CPR-nummer i feltet. Fjern det: alle kan læse, hvad her står.',
    en: 'There is a CPR number in the field. Remove it: everyone can read what stands here.',
  }
}
