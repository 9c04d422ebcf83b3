import { type Cpr, readCpr } from './cpr.ts'

/** What somebody presented to be known by: a CPR number, or the number of a card. */
export type Presented =
  | { readonly kind: 'cpr'; readonly cpr: Cpr }
  | { readonly kind: 'number'; readonly value: string }

/** The stripe of a health card is 116 characters; nothing a reader sends is longer. */
const LONGEST = 200
const LONGEST_NUMBER = 40
/** Where the second track of the stripe has the CPR number: after card type, nationality, use and issuer. */
const STRIPE_CPR = /[:;]\d{1}.{7}(\d{10})/
/** A stripe of which one track was read, or both. */
const STRIPE = /^[%:;?]/
/** What some readers set before a barcode to tell which kind it is (ISO/IEC 15424). */
const SYMBOLOGY = /^\][A-Za-z]\d/
/** The digits of a barcode that a reader has put its own signs around. */
const IN_BARCODE = /(?<!\d)\d{10}(?!\d)/g

/**
 * Reads what a scanner, a stripe reader or a person typed: a CPR number with or without hyphen, the stripe of a health
 * card, the digits inside a longer barcode, else the number of a card. Of a health card only the CPR number is taken;
 * the name, address and doctor that stand beside it are never returned. Undefined when it is nothing anybody has.
 */
export function readPresented(text: string): Presented | undefined {
  if (text.length > LONGEST) return undefined
  const typed = text.trim().replace(SYMBOLOGY, '')
  if (typed === '') return undefined
  if (STRIPE.test(typed)) {
    const cpr = readStripe(typed)
    // A stripe that cannot be read is no card number: it holds a name and an address.
    return cpr && { kind: 'cpr', cpr }
  }
  const cpr = readCpr(typed.replace(/^(\d{6})[ –—](\d{4})$/, '$1-$2'))
  if (cpr) return { kind: 'cpr', cpr }
  const inside = [...typed.matchAll(IN_BARCODE)].flatMap(([digits]) => readCpr(digits) ?? [])
  if (inside[0] && inside.length === 1) return { kind: 'cpr', cpr: inside[0] }
  if (typed.length > LONGEST_NUMBER || hasControl(typed)) return undefined
  return { kind: 'number', value: cardNumber(typed) }
}

/** A card's number as it is kept and looked up: people write it in groups, machines do not. */
export function cardNumber(text: string): string {
  return text.replace(/\s+/g, '')
}

function readStripe(stripe: string): Cpr | undefined {
  // At its place in a whole stripe; found by the start of the second track where a reader dropped characters.
  const atItsPlace = readCpr(stripe.slice(86, 96))
  if (atItsPlace && /[:;]/.test(stripe[77] ?? '')) return atItsPlace
  const found = STRIPE_CPR.exec(stripe)?.[1]
  return found ? readCpr(found) : undefined
}

function hasControl(text: string): boolean {
  return [...text].some((sign) => sign < ' ' || (sign >= '\u007f' && sign <= '\u009f'))
}
