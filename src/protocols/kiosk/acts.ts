import { verifyPin } from '#auth'
import { type Clock, type LoanId, ok, type PatronId, type Result, refuse } from '#core'
import {
  type CheckinRefusal,
  type CheckoutReason,
  checkin,
  checkout,
  type RenewalReason,
  type Route,
  reasonsOf,
  renew,
  wantReceipt,
} from '#loans'
import { findHolder, readPresented } from '#patrons'
import { itemFacts, loansOf, patronFacts } from '#sip2'
import type { Screen } from './screen.ts'
import type { OpenTurn, Soon, Turn } from './turns.ts'

/** One thing that was scanned or renewed, and what became of it. */
export type Done =
  | { readonly kind: 'lent'; readonly title: string; readonly due_on: Temporal.PlainDate; readonly again: boolean }
  | { readonly kind: 'not-lent'; readonly title: string | undefined; readonly because: CheckoutReason }
  | { readonly kind: 'returned'; readonly title: string; readonly route: Route; readonly odd: boolean }
  | { readonly kind: 'not-lent-out'; readonly title: string }
  | { readonly kind: 'not-returned'; readonly because: CheckinRefusal }
  | { readonly kind: 'renewed'; readonly title: string; readonly due_on: Temporal.PlainDate }
  | { readonly kind: 'not-renewed'; readonly title: string; readonly because: RenewalReason }

/** Somebody who may go on: a person, or a card whose PIN is still to come. */
export type Presented = Pick<Turn, 'card' | 'patron' | 'number'>

export type PresentedRefusal =
  | { readonly kind: 'nothing' }
  /** Somebody scanned a book where a card was asked for. */
  | { readonly kind: 'item' }
  | { readonly kind: 'unknown-card' | 'blocked-card' }

/**
 * Whose turn it is. Where a PIN is asked for nothing is looked up before it is there: whether a card is known is not told.
 * A CPR number is never enough by itself, also where cards are: half the town knows somebody else's.
 */
export async function present({ ctx, terminal }: Screen, text: string): Promise<Result<Presented, PresentedRefusal>> {
  const presented = readPresented(text)
  if (!presented) return refuse({ kind: 'nothing' })
  if (await itemFacts(ctx, text.trim())) return refuse({ kind: 'item' })
  if (!terminal.without_pin || presented.kind === 'cpr') {
    // Of a health card's stripe the number alone is kept until the PIN is there.
    const card = presented.kind === 'cpr' ? presented.cpr.digits : presented.value
    return ok({ card, patron: undefined, number: undefined })
  }
  const holder = await findHolder(ctx, text)
  if (!holder) return refuse({ kind: 'unknown-card' })
  if (holder.blocked) return refuse({ kind: 'blocked-card' })
  return known({ ctx }, holder.id)
}

/** Whether the PIN fits the card; counted with the tries at every machine, on the web and in apps. */
export async function admit(
  { ctx, terminal }: Screen,
  card: string,
  pin: string,
  clock?: Clock,
): Promise<Result<Presented, { readonly kind: 'wrong' | 'locked' }>> {
  const tried = await verifyPin(ctx, { presented: card, pin, terminal: terminal.name }, clock ? { clock } : {})
  if (!tried.ok) return refuse({ kind: tried.refusal.kind })
  const patron = await known({ ctx }, tried.value)
  return patron.ok ? patron : refuse({ kind: 'wrong' })
}

async function known(
  { ctx }: Pick<Screen, 'ctx'>,
  id: PatronId,
): Promise<Result<Presented, { readonly kind: 'unknown-card' }>> {
  const patron = await patronFacts(ctx, id)
  return patron ? ok({ card: undefined, patron: id, number: patron.number }) : refuse({ kind: 'unknown-card' })
}

/** Lends one item to whoever stands there. */
export async function borrow({ ctx, terminal }: Screen, turn: OpenTurn, barcode: string): Promise<Partial<Soon>> {
  if (!turn.number || barcode === '') return {}
  const item = await itemFacts(ctx, barcode)
  const lent = await checkout(ctx, {
    card: turn.number,
    barcode,
    branch: terminal.branch_id,
    receipt: turn.receipt,
  })
  if (!lent.ok) {
    const [because = { kind: 'unknown-item' } as const] = reasonsOf(lent.refusal)
    return withDone(turn, [{ kind: 'not-lent', title: item?.title, because }])
  }
  const { loan, due_on, again = false } = lent.value
  return {
    ...withDone(turn, [{ kind: 'lent', title: item?.title ?? '', due_on, again }]),
    lent: again ? turn.lent : [...turn.lent, loan],
  }
}

/** Takes one item back, whoever had it and whoever stands there. */
export async function handIn(
  { ctx, terminal, profile }: Screen,
  turn: OpenTurn,
  barcode: string,
): Promise<Partial<Soon>> {
  if (barcode === '') return {}
  const before = await itemFacts(ctx, barcode)
  const { patron, receipt } = turn
  const returned = await checkin(ctx, { barcode, at: terminal.branch_id, by: patron, receipt: receipt || undefined })
  if (!returned.ok) return withDone(turn, [{ kind: 'not-returned', because: returned.refusal }])
  const { loan, route } = returned.value
  const title = before?.title ?? ''
  if (!loan && route.kind === 'shelf' && !profile.acceptsNotLent)
    return withDone(turn, [{ kind: 'not-lent-out', title }])
  // What was given up for lost, or said to be returned, is for a person to look at.
  const odd = before?.state === 'lost' || before?.state === 'claimed-returned' || before?.state === 'missing'
  return withDone(turn, [{ kind: 'returned', title, route, odd }])
}

/** Renews one loan of whoever stands there, or all. */
export async function renewLoans({ ctx }: Screen, turn: OpenTurn, loan: LoanId | 'all'): Promise<Partial<Soon>> {
  if (!turn.patron) return {}
  const loans = (await loansOf(ctx, turn.patron)).filter(({ id }) => loan === 'all' || id === loan)
  const done: Done[] = []
  for (const { id, title } of loans) {
    const renewed = await renew(ctx, id)
    if (renewed.ok) done.push({ kind: 'renewed', title, due_on: renewed.value.due_on })
    else done.push({ kind: 'not-renewed', title, because: reasonsOf(renewed.refusal)[0] ?? { kind: 'unknown-loan' } })
  }
  return withDone(turn, done)
}

/** Whether what was lent in this turn, and what comes, is told by e-mail. */
export async function chooseReceipt({ ctx }: Screen, turn: OpenTurn, receipt: boolean): Promise<Partial<Soon>> {
  if (!turn.patron) return {}
  await wantReceipt(ctx, turn.patron, turn.lent, receipt)
  return { receipt, latest: 0 }
}

function withDone(turn: OpenTurn, done: readonly Done[]): Pick<Soon, 'done' | 'latest'> {
  return { done: [...done, ...turn.done].slice(0, MOST_DONE), latest: done.length }
}

const MOST_DONE = 200
