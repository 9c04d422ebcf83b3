import { ok, type Result, refuse } from '#core'
import { readCpr } from './cpr.ts'
import type { BlockCode } from './desk-tables.ts'

/** What staff place by hand; the other codes are placed and lifted by rules. */
export const MANUAL_CODES = ['exclusion', 'extended-exclusion', 'card-stolen', 'self-service', 'other'] as const
export type ManualCode = (typeof MANUAL_CODES)[number]

/** The letters other systems know blocks by. One they do not know is read as "for another reason". */
export const FBS_BLOCK_LETTER: Readonly<Record<BlockCode, string>> = {
  deceased: 'D',
  'card-stolen': 'O',
  'extended-exclusion': 'F',
  exclusion: 'U',
  'self-service': 'S',
  debt: 'E',
  'self-enrolled': 'W',
  emigrated: 'X',
  other: 'X',
}

/** The gravest first: some readers look at the first block only. */
const BY_GRAVITY = Object.keys(FBS_BLOCK_LETTER)

export function gravestFirst<Block extends { readonly code: BlockCode }>(blocks: readonly Block[]): Block[] {
  return [...blocks].sort((a, b) => BY_GRAVITY.indexOf(a.code) - BY_GRAVITY.indexOf(b.code))
}

/** An expression: the codes of the blocks that stop a patron on a day. `patron` and `day` are SQL. */
export const BLOCKS_ON = (patron: string, day: string) => `array(
  select code from loan_block where patron_id = ${patron} and since_on <= ${day} and (until_on is null or until_on > ${day})
  order by code)`

/** Days a block or a ban stands: from its first day, and through the day before the one it ends on. */
export interface Span {
  readonly from_on: Temporal.PlainDate
  readonly until_on: Temporal.PlainDate | null
}

export function stands({ from_on, until_on }: Span, day: Temporal.PlainDate): boolean {
  if (Temporal.PlainDate.compare(from_on, day) > 0) return false
  return until_on === null || Temporal.PlainDate.compare(day, until_on) < 0
}

/** What staff write about a block or a ban: the reason is for the file, the message is what the patron is told. */
export interface Decision {
  readonly reason?: string
  readonly message?: string
}

export type DecisionRefusal =
  | { readonly kind: 'reason-needed' | 'message-needed' | 'ends-before-it-begins' }
  /** A CPR number stands in the text, where nobody would look for it. */
  | { readonly kind: 'cpr-in-text' }

/**
 * Decides whether a decision can be written down. An exclusion and a ban need a reason and a message, since they are
 * decisions about a person who must be told why (Library Act § 31, BEK 103 § 16).
 */
export function decideDecision(
  decision: Decision,
  span: Span,
  mustTell: boolean,
): Result<{ reason: string | null; message: string | null }, DecisionRefusal> {
  const reason = decision.reason?.trim() || null
  const message = decision.message?.trim() || null
  if (mustTell && !reason) return refuse({ kind: 'reason-needed' })
  if (mustTell && !message) return refuse({ kind: 'message-needed' })
  if (holdsCpr(`${reason ?? ''}\n${message ?? ''}`)) return refuse({ kind: 'cpr-in-text' })
  if (span.until_on && Temporal.PlainDate.compare(span.until_on, span.from_on) <= 0) {
    return refuse({ kind: 'ends-before-it-begins' })
  }
  return ok({ reason, message })
}

export function isExclusion(code: BlockCode): boolean {
  return code === 'exclusion' || code === 'extended-exclusion'
}

/** Ten digits as people write them in a CPR number, with dots, blanks or hyphens between the parts. */
const TEN_DIGITS = /(?<!\d)(\d{2})[ ./]?(\d{2})[ ./]?(\d{2})\s*[-–—/.]?\s*(\d{4})(?!\d)/g

/** Whether a CPR number stands somewhere in a free text. */
export function holdsCpr(text: string): boolean {
  return [...text.matchAll(TEN_DIGITS)].some((match) => readCpr(match.slice(1).join('')) !== undefined)
}
