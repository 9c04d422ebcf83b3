import { readCpr } from '#patrons'

const LONGEST_CARD = 200

/**
 * What is counted of a card or number as typed or scanned. Two ways of writing what finds the same card are one; so a CPR
 * number with its hyphen has no more tries than one without.
 */
export function presentedCard(text: string): string {
  const typed = text.slice(0, LONGEST_CARD)
  return readCpr(typed)?.digits ?? typed.trim()
}
