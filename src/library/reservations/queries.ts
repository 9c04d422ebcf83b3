import type { BranchId, ItemId, PatronId, ReservationId, TitleId } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import type { ReservationKind } from './tables.ts'

export type ReservationState = 'waiting' | 'in-transit' | 'ready'

export interface ListedReservation {
  readonly id: ReservationId
  readonly title_id: TitleId
  readonly title: string
  readonly author: string | null
  readonly year: number | null
  readonly kind: ReservationKind
  readonly transaction_id: string
  readonly issue: string
  readonly state: ReservationState
  readonly pickup_branch_id: BranchId
  readonly pickup_branch: string
  readonly placed_at: Temporal.Instant
  readonly interest_until_on: Temporal.PlainDate
  readonly pickup_until_on: Temporal.PlainDate | null
  readonly pickup_number: string | null
  /** 1 is the next to be served; null of what is filled. */
  readonly place: number | null
}

/** What a patron waits for and what stands ready, ready first. */
export function reservationsOf(ctx: Context, patron: PatronId): Promise<ListedReservation[]> {
  return ctx.db.all(sql<ListedReservation>`
    select r.id, r.title_id, t.title, t.author, t.year, r.kind, r.transaction_id, r.issue, r.pickup_branch_id,
      b.name as pickup_branch, r.placed_at, r.interest_until_on, r.pickup_until_on, r.pickup_number,
      case when r.ready_at is not null then 'ready' when r.item_id is not null then 'in-transit' else 'waiting' end as state,
      case when r.item_id is null then (
        select count(*) from reservation q where q.title_id = r.title_id and q.issue = r.issue and q.item_id is null
          and (q.placed_at, q.id) <= (r.placed_at, r.id))::int end as place
    from reservation r join title t on t.id = r.title_id join branch b on b.id = r.pickup_branch_id
    where r.patron_id = ${patron} order by r.ready_at nulls last, r.placed_at, r.id`)
}

export interface ReservationCounts {
  /** Editions of one wish are one. */
  readonly wishes: number
  readonly ready: number
  /** The first deadline of what stands ready. */
  readonly pickup_until_on: Temporal.PlainDate | null
}

/** How much a patron waits for and what stands ready, for the head of a page. */
export function countReservations(ctx: Context, patron: PatronId): Promise<ReservationCounts> {
  return ctx.db.one(sql<ReservationCounts>`
    select count(distinct case when kind = 'parallel' then transaction_id else id end)::int as wishes,
      count(ready_at)::int as ready, min(pickup_until_on) filter (where ready_at is not null) as pickup_until_on
    from reservation where patron_id = ${patron}`)
}

/** The issues of a periodical that can be asked for, the newest number first; none of what is no periodical. */
export async function issuesOf(ctx: Context, title: TitleId): Promise<string[]> {
  const rows = await ctx.db.all(sql<{ issue: string }>`
    select distinct issue from item where title_id = ${title} and issue <> '' order by issue desc limit 100`)
  return rows.map(({ issue }) => issue)
}

export interface Standing {
  readonly home_branch_id: BranchId
  readonly reserved: boolean
  readonly borrowed: boolean
}

/** Where a patron usually picks up, and whether they wait for a title, or have it, already. */
export function standingOf(ctx: Context, patron: PatronId, title: TitleId): Promise<Standing | undefined> {
  return ctx.db.maybe(sql<Standing>`
    select p.home_branch_id,
      exists (select from reservation r where r.patron_id = p.id and r.title_id = ${title}) as reserved,
      exists (select from loan l where l.patron_id = p.id and l.title_id = ${title} and l.returned_at is null
        and l.lost_at is null) as borrowed
    from patron p where p.id = ${patron}`)
}

/** How many wait for a title or hold an item of it on the pickup shelf. */
export async function queueLength(ctx: Context, title: TitleId): Promise<number> {
  const { waiting } = await ctx.db.one<{ waiting: number }>(
    sql`select count(*)::int as waiting from reservation where title_id = ${title}`,
  )
  return waiting
}

/** What stands on a pickup shelf, by number: never by name. */
export interface OnPickupShelf {
  readonly item_id: ItemId
  readonly barcode: string
  readonly title: string
  readonly pickup_number: string
  readonly pickup_until_on: Temporal.PlainDate
}

export function pickupShelf(ctx: Context, branch: BranchId): Promise<OnPickupShelf[]> {
  return ctx.db.all(sql<OnPickupShelf>`
    select i.id as item_id, i.barcode, t.title, r.pickup_number, r.pickup_until_on
    from reservation r join item i on i.id = r.item_id join title t on t.id = i.title_id
    where r.pickup_branch_id = ${branch} and r.ready_at is not null order by r.pickup_number`)
}

export interface InTransit {
  readonly barcode: string
  readonly title: string
  readonly from: string
  readonly to: string
  readonly for_reservation: boolean
  readonly last_seen_at: Temporal.Instant | null
}

/** What is on its way to or from a branch, what has been under way longest first. */
export function inTransit(ctx: Context, branch: BranchId): Promise<InTransit[]> {
  return ctx.db.all(sql<InTransit>`
    select i.barcode, t.title, a.name as from, d.name as to, i.last_seen_at,
      exists (select from reservation r where r.item_id = i.id) as for_reservation
    from item i join title t on t.id = i.title_id join branch a on a.id = i.at_branch_id
      join branch d on d.id = i.destination_branch_id
    where i.state = 'in-transit' and ${branch} in (i.at_branch_id, i.destination_branch_id)
    order by i.last_seen_at nulls first, i.barcode limit 500`)
}
