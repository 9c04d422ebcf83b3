import { readPresented } from '#patrons'

const LONGEST = 200

/**
 * What is counted, and then looked up, of a card or number as typed or scanned. All ways of writing what finds the same
 * card are one, so that none of them has tries of its own. What nobody can have is itself, behind a sign that no card has.
 */
export function presentedCard(text: string): string {
  const presented = readPresented(text)
  if (!presented) return `\0${text.slice(0, LONGEST)}`
  return presented.kind === 'cpr' ? presented.cpr.digits : presented.value
}
