import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { dayOf } from '#core'
import type { Context } from '#vault'

/** How this browser's desk works, besides where it stands. Nothing here is about a person. */
export interface DeskWays {
  /** What a patron is given: chosen once at a desk, not with each patron. */
  readonly receipt: Receipt
  readonly returns: Returns
}

export const RECEIPTS = ['none', 'email', 'print'] as const
export type Receipt = (typeof RECEIPTS)[number]

/** How what is handed in counts, until it is said otherwise. */
export type Returns =
  | { readonly kind: 'now' }
  /** It has lain in the book drop since that day. */
  | { readonly kind: 'since'; readonly on: Temporal.PlainDate }
  /** It was not lent but read in the house: it is counted. */
  | { readonly kind: 'in-house' }

// By the library in the name, not the path: an English page lies elsewhere.
const receiptCookie = ({ agency }: Context) => `kvit-receipt-${agency}`
const returnsCookie = ({ agency }: Context) => `kvit-returns-${agency}`
const YEAR_SECONDS = 365 * 24 * 60 * 60
/** A book drop that was forgotten must not be there tomorrow. */
const BATCH_SECONDS = 3 * 60 * 60
/** No book drop goes unemptied for longer; a day before that is a slip of the hand. */
const MOST_DAYS = 31

const chosen = z.object({ receipt: z.enum(RECEIPTS).optional().catch(undefined) }).catch({ receipt: undefined })

const keptReceipt = z.enum(RECEIPTS).catch('none')
const isoDay = z.iso.date()

export function waysOfDesk(ctx: Context, request: FastifyRequest, reply: FastifyReply): DeskWays {
  const { receipt } = chosen.parse(request.body ?? {})
  const kept = keptReceipt.parse(request.cookies[receiptCookie(ctx)])
  if (receipt && receipt !== kept) {
    reply.setCookie(receiptCookie(ctx), receipt, { maxAge: YEAR_SECONDS })
  }
  return { receipt: receipt ?? kept, returns: readReturns(request.cookies[returnsCookie(ctx)], dayOf(ctx.clock.now())) }
}

function readReturns(kept: string | undefined, today: Temporal.PlainDate): Returns {
  if (kept === 'in-house') return { kind: 'in-house' }
  const on = kept === undefined ? undefined : bookDropDay(kept, today)
  return on ? { kind: 'since', on } : { kind: 'now' }
}

/** A day something may have lain in the book drop since: before today, and not long before. */
export function bookDropDay(text: string, today: Temporal.PlainDate): Temporal.PlainDate | undefined {
  const day = isoDay.safeParse(text.trim()).data
  if (day === undefined) return undefined
  const on = Temporal.PlainDate.from(day)
  const days = on.until(today, { largestUnit: 'days' }).days
  return days >= 1 && days <= MOST_DAYS ? on : undefined
}

/** From now on what is handed in at this desk counts so. */
export function keepReturns(ctx: Context, reply: FastifyReply, returns: Returns): void {
  if (returns.kind === 'now') {
    reply.clearCookie(returnsCookie(ctx))
    return
  }
  const value = returns.kind === 'since' ? returns.on.toString() : returns.kind
  reply.setCookie(returnsCookie(ctx), value, { maxAge: BATCH_SECONDS })
}
