import type { Text2 } from '#core'
import { holdsCpr } from '#patrons'
import { typedTexts } from './typed-texts.ts'

const CONTROL = /\p{Cc}/u

/** What is wrong with a line that everybody may read: a reason, or the name of a group. */
export function lineFault(written: string | undefined, most: number): Text2 | undefined {
  const line = written?.trim() ?? ''
  if (line === '' || [...line].length > most || CONTROL.test(line)) {
    return typedTexts.tooLong(most)
  }
  return holdsCpr(line) ? typedTexts.cpr : undefined
}
