import { type BranchId, type LoanId, type Result, unreachable } from '#core'
import { sql, transact } from '#db'
import type { Context } from '#vault'
import { type CheckinRefusal, type Returned, takeBack } from './checkin.ts'
import { type Lent, lend } from './checkout.ts'
import { type CheckoutReason, type CheckoutRefusal, kindsOf } from './rules.ts'

/** What a desk or a machine did while Kvit was out of reach. */
export type OfflineEvent = {
  /** Its own, made where it happened: sent twice, it is done once. */
  readonly id: string
  readonly barcode: string
  readonly at: Temporal.Instant
  readonly branch: BranchId
} & ({ readonly kind: 'checkout'; readonly card: string } | { readonly kind: 'checkin' })

export type OfflineOutcome =
  | { readonly kind: 'lent'; readonly loan: LoanId; readonly due_on: Temporal.PlainDate; readonly despite: Kinds }
  | { readonly kind: 'returned'; readonly returned: Returned }
  /** Done by an earlier sending. */
  | { readonly kind: 'done-before' }
  /** Kvit knows better by now, or cannot know who or what it was: staff look at the item. */
  | { readonly kind: 'conflict'; readonly because: Kinds }

type Kinds = readonly (CheckoutReason['kind'] | CheckinRefusal['kind'])[]

export interface OfflineReport {
  readonly id: string
  readonly outcome: OfflineOutcome
}

/**
 * Does what was done offline, in the order in which it happened, whatever the order it is sent in. Each event counts
 * once. Who was blocked or had too many is lent to all the same, since the item has left the house; due dates and fees
 * are counted from the day it happened. What has since been lent to another stays with the other.
 */
export async function replayOffline(ctx: Context, events: readonly OfflineEvent[]): Promise<OfflineReport[]> {
  const inOrder = [...events].sort((a, b) => Temporal.Instant.compare(a.at, b.at) || a.id.localeCompare(b.id))
  const reports: OfflineReport[] = []
  for (const event of inOrder) reports.push({ id: event.id, outcome: await replay(ctx, event) })
  return reports
}

function replay(ctx: Context, event: OfflineEvent): Promise<OfflineOutcome> {
  return transact(ctx, async (ctx) => {
    const now = ctx.clock.now()
    // A machine whose clock is ahead has not lent to come.
    const at = Temporal.Instant.compare(event.at, now) > 0 ? now : event.at
    const begun = await ctx.db.run(sql`
      insert into offline_event (id, happened_at, replayed_at, outcome) values (${event.id}, ${at}, ${now}, '')
      on conflict (id) do nothing`)
    if (begun === 0) return { kind: 'done-before' }
    const outcome = await carryOut(ctx, event, at)
    await ctx.db.run(sql`update offline_event set outcome = ${outcome.kind} where id = ${event.id}`)
    return outcome
  })
}

async function carryOut(ctx: Context, event: OfflineEvent, at: Temporal.Instant): Promise<OfflineOutcome> {
  switch (event.kind) {
    case 'checkout':
      return lentOutcome(await lend(ctx, event, at))
    case 'checkin':
      return returnedOutcome(await takeBack(ctx, { barcode: event.barcode, at: event.branch }, at))
    default:
      return unreachable(event)
  }
}

function lentOutcome(lent: Result<Lent, CheckoutRefusal>): OfflineOutcome {
  if (!lent.ok) return { kind: 'conflict', because: kindsOf(lent.refusal) }
  const { loan, due_on, despite = [] } = lent.value
  return { kind: 'lent', loan, due_on, despite: despite.map(({ kind }) => kind) }
}

function returnedOutcome(returned: Result<Returned, CheckinRefusal>): OfflineOutcome {
  if (!returned.ok) return { kind: 'conflict', because: [returned.refusal.kind] }
  return { kind: 'returned', returned: returned.value }
}
