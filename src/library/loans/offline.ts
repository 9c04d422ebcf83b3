import { findItem } from '#catalogue'
import { type BranchId, type LoanId, type Result, unreachable } from '#core'
import { sql, transact } from '#db'
import { findHolder } from '#patrons'
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
} & (
  | { readonly kind: 'checkout'; readonly card: string }
  | { readonly kind: 'checkin' }
  /** Of the desk's one field, when nobody could say what it was: an item, for whoever's card it is, or else a card. */
  | { readonly kind: 'scan'; readonly card: string }
)

export type OfflineOutcome =
  | { readonly kind: 'lent'; readonly loan: LoanId; readonly due_on: Temporal.PlainDate; readonly despite: Kinds }
  | { readonly kind: 'returned'; readonly returned: Returned }
  /** It was a card: a patron was to be opened, and nothing is left to do. */
  | { readonly kind: 'card' }
  /** Done by an earlier sending. */
  | { readonly kind: 'done-before' }
  /** Kvit knows better by now, or cannot know who or what it was: staff look at the item. */
  | { readonly kind: 'conflict'; readonly because: Kinds }

/** Why something that was done offline is not as it should be. */
export type OfflineReason =
  | CheckoutReason['kind']
  | CheckinRefusal['kind']
  /** What the browser kept cannot be opened: it was sealed for another library, or changed. */
  | 'unreadable'
  /** Kvit has failed at it again and again. */
  | 'fault'
type Kinds = readonly OfflineReason[]

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
    if (outcome.kind !== 'conflict') {
      await ctx.db.run(sql`update offline_event set outcome = ${outcome.kind} where id = ${event.id}`)
      return outcome
    }
    // What is no item of ours may be anything that was scanned by mistake, a CPR number too: it is not kept.
    await ctx.db.run(sql`
      update offline_event set outcome = 'conflict', deed = ${deedOf(event)}, branch_id = ${event.branch},
        because = ${[...outcome.because]}, item_id = (select id from item where barcode = ${event.barcode.trim()})
      where id = ${event.id}`)
    return outcome
  })
}

/** As the list of what could not be done tells it. */
function deedOf({
  kind,
  card,
}: {
  readonly kind?: OfflineEvent['kind']
  readonly card?: string
}): 'checkout' | 'checkin' {
  return kind === 'checkout' || (kind === 'scan' && card !== '') ? 'checkout' : 'checkin'
}

/**
 * Notes something that cannot be carried out at all, so that staff are told and whoever sends it may forget it. Once, as
 * with everything that is sent.
 */
export function giveUpOffline(
  ctx: Context,
  event: Pick<OfflineEvent, 'id'> & Partial<OfflineEvent>,
  because: 'unreadable' | 'fault',
): Promise<OfflineOutcome> {
  return transact(ctx, async (ctx) => {
    const now = ctx.clock.now()
    const begun = await ctx.db.run(sql`
      insert into offline_event (id, happened_at, replayed_at, outcome, deed, branch_id, because, item_id)
      values (${event.id}, ${event.at ?? now}, ${now}, 'conflict', ${event.kind ? deedOf(event) : null}, ${event.branch ?? null},
        ${[because]}, (select id from item where barcode = ${event.barcode?.trim() ?? ''}))
      on conflict (id) do nothing`)
    return begun === 0 ? { kind: 'done-before' } : { kind: 'conflict', because: [because] }
  })
}

export interface UnseenRefusal {
  readonly id: string
  readonly happened_at: Temporal.Instant
  readonly deed: string | null
  readonly branch: string | null
  readonly barcode: string | null
  readonly title: string | null
  readonly because: readonly string[]
}

/** What could not be done and nobody has looked at yet, oldest first. */
export function unseenRefusals(ctx: Context): Promise<UnseenRefusal[]> {
  return ctx.db.all(sql<UnseenRefusal>`
    select e.id, e.happened_at, e.deed, b.name as branch, i.barcode, t.title, e.because
    from offline_event e left join branch b on b.id = e.branch_id left join item i on i.id = e.item_id
      left join title t on t.id = i.title_id
    where e.outcome = 'conflict' and e.seen_at is null order by e.happened_at, e.id limit 500`)
}

/** Staff have looked at the item: it leaves the list, and which item it was is forgotten. */
export async function markRefusalSeen(ctx: Context, id: string): Promise<void> {
  await ctx.db.run(sql`
    update offline_event set seen_at = ${ctx.clock.now()}, item_id = null
    where id = ${id} and outcome = 'conflict' and seen_at is null`)
}

async function carryOut(ctx: Context, event: OfflineEvent, at: Temporal.Instant): Promise<OfflineOutcome> {
  switch (event.kind) {
    case 'checkout':
      return lentOutcome(await lend(ctx, event, at))
    case 'checkin':
      return returnedOutcome(await takeBack(ctx, { barcode: event.barcode, at: event.branch }, at))
    case 'scan':
      if (!(await findItem(ctx, event.barcode)) && (await findHolder(ctx, event.barcode))) return { kind: 'card' }
      return carryOut(ctx, { ...event, kind: event.card === '' ? 'checkin' : 'checkout' }, at)
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
