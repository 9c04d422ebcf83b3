import { openDaysAfter } from '#agencies'
import { setItemState } from '#catalogue'
import { type BranchId, dayOf, type ItemId, type PatronId, type ReservationId, type TitleId } from '#core'
import { type Named, sql } from '#db'
import { decideLending, lendingRules, readOpenDays } from '#lending-rules'
import { withdrawMessages } from '#messages'
import { LENDING_GROUP } from '#patrons'
import { settingAt, settingVersion } from '#settings'
import type { Context } from '#vault'
import { pickupSoon, reservationReady } from './templates.ts'

/** What an item is kept for now: on the shelf where it is, or on its way there. */
export interface Trapped {
  readonly id: ReservationId
  readonly patron_id: PatronId
  readonly pickup_branch_id: BranchId
  readonly state: 'ready' | 'in-transit'
  readonly pickup_until_on: Temporal.PlainDate | null
  readonly pickup_number: string | null
}

/**
 * Whether a reservation could be filled today: its patron is neither under restriction nor away, and its day has come.
 * Takes the alias of the reservation and the library's day.
 */
export function FILLABLE(r: string, day: string): string {
  return `not exists (select from restriction where patron_id = ${r}.patron_id and ended_at is null)
    and not exists (select from absence where patron_id = ${r}.patron_id and from_on <= ${day}
      and (until_on is null or until_on >= ${day}))
    and (${r}.active_from_on is null or ${r}.active_from_on <= ${day})`
}

// The queue's index is read from its head until somebody can be served: five hundred who wait cost no more than two. The
// issue is asked for apart, not joined: a constant to the planner, or it would read and sort the whole queue.
const FIRST: Named = {
  name: 'reservation-first',
  text: `
    select r.id, r.patron_id, r.pickup_branch_id, ${LENDING_GROUP('p')} as lending_group,
      (select material_group from item where id = $1) as material_group,
      ${settingVersion(lendingRules)} as rules_version
    from reservation r join patron p on p.id = r.patron_id
    where r.title_id = $2 and r.issue = (select issue from item where id = $1) and r.item_id is null
      and (r.wanted_item_id is null or r.wanted_item_id = $1) and ${FILLABLE('r', '$3')}
    order by r.placed_at, r.id limit 1 for update of r skip locked`,
}

interface First {
  readonly id: ReservationId
  readonly patron_id: PatronId
  readonly pickup_branch_id: BranchId
  readonly lending_group: string
  readonly material_group: string
  readonly rules_version: number
}

/**
 * Gives an item that has come free at a branch to the first in its queue who can be served, in the caller's transaction:
 * onto the pickup shelf where it is, or on its way to the branch where it will be picked up. Nothing when nobody waits.
 */
export async function trapItem(
  ctx: Context,
  { item, title, at }: { readonly item: ItemId; readonly title: TitleId; readonly at: BranchId },
): Promise<Trapped | undefined> {
  const [first] = await ctx.db.named<First>(FIRST, [item, title, dayOf(ctx.clock.now())])
  if (!first) return undefined
  await ctx.db.run(sql`delete from pick where item_id = ${item}`)
  const { id, patron_id, pickup_branch_id } = first
  if (pickup_branch_id === at) return putOnShelf(ctx, item, first)
  await ctx.db.run(sql`
    update reservation set item_id = ${item}, ready_at = null, pickup_until_on = null, pickup_number = null
    where id = ${id}`)
  await setItemState(ctx, item, 'in-transit', { at, destination: pickup_branch_id })
  return { id, patron_id, pickup_branch_id, state: 'in-transit', pickup_until_on: null, pickup_number: null }
}

/** An item that was on its way for somebody has come to the branch where they pick it up. */
export async function arriveAtBranch(ctx: Context, item: ItemId, at: BranchId): Promise<Trapped | undefined> {
  const first = await ctx.db.maybe<First>(sql`
    select r.id, r.patron_id, r.pickup_branch_id, ${sql.raw(LENDING_GROUP('p'))} as lending_group, i.material_group,
      ${sql.raw(settingVersion(lendingRules))} as rules_version
    from reservation r join patron p on p.id = r.patron_id join item i on i.id = r.item_id
    where r.item_id = ${item} and r.pickup_branch_id = ${at} and r.ready_at is null for update of r`)
  return first && putOnShelf(ctx, item, first)
}

async function putOnShelf(ctx: Context, item: ItemId, first: First): Promise<Trapped> {
  const now = ctx.clock.now()
  const { id, patron_id, pickup_branch_id } = first
  const rules = await settingAt(ctx, lendingRules, first.rules_version)
  const { values } = decideLending(rules, {
    branch: pickup_branch_id,
    patronGroup: first.lending_group,
    materialGroup: first.material_group,
  })
  const today = dayOf(now)
  const calendar = await readOpenDays(ctx, pickup_branch_id, today)
  const pickup_until_on = openDaysAfter(calendar, today, values.pickupDays)
  const pickup_number = await freeNumber(ctx, pickup_branch_id)
  await ctx.db.run(sql`
    update reservation set item_id = ${item}, ready_at = ${now}, pickup_until_on = ${pickup_until_on},
      pickup_number = ${pickup_number}
    where id = ${id}`)
  await setItemState(ctx, item, 'on-shelf-for-pickup', { at: pickup_branch_id })
  return { id, patron_id, pickup_branch_id, state: 'ready', pickup_until_on, pickup_number }
}

const NUMBER_DIGITS = [3, 3, 3, 3, 4, 4, 5, 6] as const

/**
 * A number nobody else's reservation has on that branch's shelf; it says nothing of whose it is. Longer when the shelf is
 * crowded. Two who draw the same at once are told apart by the index: the later one is drawn again with its transaction.
 */
async function freeNumber(ctx: Context, branch: BranchId): Promise<string> {
  for (const digits of NUMBER_DIGITS) {
    const number = ctx.random.digits(digits)
    const taken = await ctx.db.maybe(sql`
      select 1 from reservation where pickup_branch_id = ${branch} and pickup_number = ${number}`)
    if (!taken) return number
  }
  throw new Error('the pickup shelf has no number left')
}

/**
 * An item that was kept for somebody cannot serve them after all, such as one that came back broken: they keep their place
 * in the queue and wait for another.
 */
export async function releaseItem(ctx: Context, item: ItemId): Promise<void> {
  await ctx.db.run(sql`
    update reservation set item_id = null, ready_at = null, pickup_until_on = null, pickup_number = null, told_at = null
    where item_id = ${item}`)
}

/** What stood ready has left its shelf and is seen at another branch: it is on its way back, and ready when it arrives. */
export async function leaveShelf(ctx: Context, item: ItemId): Promise<void> {
  await ctx.db.run(sql`
    update reservation set ready_at = null, pickup_until_on = null, pickup_number = null, told_at = null
    where item_id = ${item}`)
}

/** Gives an item that has come free to the next in its title's queue, or puts it back on its shelf or on its way home. */
export async function passOn(ctx: Context, item: ItemId, title: TitleId, at?: BranchId): Promise<void> {
  const here = await ctx.db.one<{ at_branch_id: BranchId; branch_id: BranchId; floats: boolean }>(sql`
    select at_branch_id, branch_id, float_group is not null as floats from item where id = ${item}`)
  const where = at ?? here.at_branch_id
  if (await trapItem(ctx, { item, title, at: where })) return
  if (here.floats || here.branch_id === where) await setItemState(ctx, item, 'available', { at: where })
  else await setItemState(ctx, item, 'in-transit', { at: where, destination: here.branch_id })
}

/**
 * The patron has borrowed the title: the reservation is gone in the same transaction, and of parallel ones the others
 * too. When other items stood ready for them, those go to the next in line.
 */
export async function takeReservation(ctx: Context, patron: PatronId, title: TitleId, borrowed: ItemId): Promise<void> {
  const gone = await ctx.db.all<{
    item_id: ItemId | null
    title_id: TitleId
    kind: string
    transaction_id: string
  }>(sql`
    delete from reservation r using item i
    where i.id = ${borrowed} and r.patron_id = ${patron} and r.title_id = ${title} and r.issue in (i.issue, '')
    returning r.item_id, r.title_id, r.kind, r.transaction_id`)
  const parallel = gone.filter(({ kind }) => kind === 'parallel').map(({ transaction_id }) => transaction_id)
  const others =
    parallel.length === 0
      ? []
      : await ctx.db.all<{ item_id: ItemId | null; title_id: TitleId }>(sql`
          delete from reservation where patron_id = ${patron} and transaction_id = any(${parallel}::uuid[])
          returning item_id, title_id`)
  for (const { item_id, title_id } of [...gone, ...others]) {
    if (item_id && item_id !== borrowed) await passOn(ctx, item_id, title_id)
  }
  await withdrawWord(ctx, patron)
}

/** Word that something is ready is taken back, where it waits still and nothing of the patron's is ready any more. */
export async function withdrawWord(ctx: Context, patron: PatronId): Promise<void> {
  const ready = await ctx.db.maybe(sql`
    select 1 from reservation where patron_id = ${patron} and ready_at is not null limit 1`)
  if (!ready) await withdrawMessages(ctx, patron, [reservationReady.kind, pickupSoon.kind])
}

/** An expression over a title, an issue and an item: somebody waits who will get it when it comes back. */
export function WAITS_FOR(title: string, issue: string, _item: string): string {
  return `exists (select from reservation where title_id = ${title} and issue = ${issue} and item_id is null)`
}

/**
 * An expression: somebody waits for this very item, or more wait for its title and issue than other items could serve.
 * A loan is then not renewed.
 */
export function NEEDED_BY_OTHERS(title: string, issue: string, item: string): string {
  return `(exists (select from reservation where wanted_item_id = ${item} and item_id is null)
    or (select count(*) from reservation where title_id = ${title} and issue = ${issue} and item_id is null)
      > (select count(*) from item o where o.title_id = ${title} and o.issue = ${issue} and o.id <> ${item}
          and o.state = 'available'))`
}
