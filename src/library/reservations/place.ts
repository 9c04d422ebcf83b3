import {
  ageOn,
  type BranchId,
  dayOf,
  type ItemId,
  isId,
  ok,
  type PatronId,
  type ReservationId,
  type Result,
  refuse,
  type TitleId,
} from '#core'
import { sql, sqlState, transact, violated } from '#db'
import { decideLending, type LendingRules, lendingRules } from '#lending-rules'
import { BLOCKS_ON, type BlockCode, LENDING_GROUP, touch } from '#patrons'
import { settingAt, settingVersion } from '#settings'
import type { Context } from '#vault'
import { decideReservation, type ReservationRefusal, type TitleFacts } from './rules.ts'

export interface Wish {
  readonly title: TitleId
  /** Which issue of a periodical. */
  readonly issue?: string | undefined
  /** Only this very item will do. */
  readonly item?: ItemId | undefined
}

export interface NewReservation {
  readonly patron: PatronId
  readonly title: TitleId
  readonly issue?: string | undefined
  readonly item?: ItemId | undefined
  /** The patron's own branch unless named. */
  readonly pickupBranch?: BranchId | undefined
  readonly interestUntil?: Temporal.PlainDate | undefined
  readonly activeFrom?: Temporal.PlainDate | undefined
}

export interface NewReservations extends Omit<NewReservation, 'title' | 'issue' | 'item'> {
  readonly wishes: readonly Wish[]
  /** Several editions of one wish: the first that is filled ends the others. */
  readonly parallel?: boolean | undefined
}

export interface Placed {
  readonly title: TitleId
  readonly result: Result<ReservationId, ReservationRefusal>
}

/** Puts a patron in a title's queue. */
export async function placeReservation(
  ctx: Context,
  request: NewReservation,
): Promise<Result<ReservationId, ReservationRefusal>> {
  const { title, issue, item, ...rest } = request
  const [placed] = await placeReservations(ctx, { ...rest, wishes: [{ title, issue, item }] })
  return placed ? placed.result : refuse({ kind: 'unknown-title' })
}

/** What ends the transaction when one wish is refused: all or nothing. */
class NotAll extends Error {
  readonly placed: readonly Placed[]

  constructor(placed: readonly Placed[]) {
    super('a reservation was refused')
    this.placed = placed
  }
}

/**
 * Puts a patron in the queues of several titles at once: all, or none. Answers for each title why it was refused; when
 * any was, nothing is reserved. A title named twice is reserved once.
 */
export async function placeReservations(ctx: Context, request: NewReservations): Promise<readonly Placed[]> {
  const wishes = request.wishes.filter(
    (wish, at, all) =>
      all.findIndex((other) => other.title === wish.title && (other.issue ?? '') === (wish.issue ?? '')) === at,
  )
  try {
    return await transact(ctx, async (ctx) => {
      const placed = await placeEach(ctx, request, wishes)
      if (placed.some(({ result }) => !result.ok)) throw new NotAll(placed)
      return placed
    })
  } catch (fault) {
    if (fault instanceof NotAll) return fault.placed
    // Two tabs at once: the index decides, and it is the same as having reserved before.
    if (sqlState(fault) === '23505' && violated(fault) === 'reservation_once') {
      return wishes.map(({ title }) => ({ title, result: refuse({ kind: 'already-reserved' }) }))
    }
    throw fault
  }
}

interface PatronFacts {
  readonly home_branch_id: BranchId
  readonly birth_on: Temporal.PlainDate | null
  readonly lending_group: string
  readonly restricted: boolean
  readonly blocks: BlockCode[]
  readonly reservations: number
  readonly rules_version: number
}

async function placeEach(ctx: Context, request: NewReservations, wishes: readonly Wish[]): Promise<Placed[]> {
  const now = ctx.clock.now()
  const today = dayOf(now)
  const refuseAll = (refusal: ReservationRefusal) => wishes.map(({ title }) => ({ title, result: refuse(refusal) }))
  await ctx.db.run(sql`select from patron where id = ${request.patron} for update`)
  const patron = await ctx.db.maybe<PatronFacts>(sql`
    select p.home_branch_id, p.birth_on, ${sql.raw(LENDING_GROUP('p'))} as lending_group,
      exists (select from restriction where patron_id = p.id and ended_at is null) as restricted,
      ${sql.raw(BLOCKS_ON('p.id', 'd.today'))} as blocks,
      (select count(*) from reservation where patron_id = p.id)::int as reservations,
      ${sql.raw(settingVersion(lendingRules))} as rules_version
    from patron p, (select ${today}::date as today) d where p.id = ${request.patron}`)
  if (!patron) return refuseAll({ kind: 'unknown-patron' })
  if (patron.restricted) return refuseAll({ kind: 'restricted' })
  if (patron.blocks.length > 0) return refuseAll({ kind: 'blocked', codes: patron.blocks })
  const rules = await settingAt(ctx, lendingRules, patron.rules_version)
  const pickup = request.pickupBranch ?? patron.home_branch_id
  const known = isId(pickup) && (await ctx.db.maybe(sql`select 1 from branch where id = ${pickup}`))
  if (!known) return refuseAll({ kind: 'unknown-branch' })
  const transaction = ctx.random.uuid(now)
  const placed: Placed[] = []
  for (const wish of wishes) {
    const held = patron.reservations + placed.filter(({ result }) => result.ok).length
    const decision = await decide(ctx, rules, { request, patron, wish, pickup, held, today })
    if (!decision.ok) {
      placed.push({ title: wish.title, result: decision })
      continue
    }
    const id = ctx.random.uuid(now) as ReservationId
    const kind = request.parallel ? 'parallel' : wish.issue ? 'serial' : 'normal'
    const until = request.interestUntil ?? today.add({ days: decision.value.interestDays })
    await ctx.db.run(sql`
      insert into reservation (id, transaction_id, patron_id, title_id, issue, wanted_item_id, kind, pickup_branch_id,
        placed_at, interest_until_on, active_from_on)
      values (${id}, ${transaction}, ${request.patron}, ${wish.title}, ${wish.issue ?? ''}, ${wish.item ?? null}, ${kind},
        ${pickup}, ${now}, ${until}, ${request.activeFrom ?? null})`)
    placed.push({ title: wish.title, result: ok(id) })
  }
  await touch(ctx, request.patron)
  return placed
}

async function decide(
  ctx: Context,
  rules: LendingRules,
  given: {
    readonly request: NewReservations
    readonly patron: PatronFacts
    readonly wish: Wish
    readonly pickup: BranchId
    readonly held: number
    readonly today: Temporal.PlainDate
  },
) {
  const { request, patron, wish, pickup, held, today } = given
  const title = isId(wish.title) ? await titleFacts(ctx, request.patron, wish) : undefined
  const general = decideLending(rules, { branch: pickup, patronGroup: patron.lending_group }).values
  const items = (title?.items ?? []).map((item) => ({
    ...item,
    values: decideLending(rules, {
      branch: item.branch_id,
      patronGroup: patron.lending_group,
      materialGroup: item.material_group,
    }).values,
  }))
  return decideReservation({
    title: title && { ...title, items },
    held,
    today,
    age: patron.birth_on && ageOn(patron.birth_on, today),
    interestUntil: request.interestUntil,
    general,
  })
}

function titleFacts(ctx: Context, patron: PatronId, wish: Wish): Promise<TitleFacts | undefined> {
  const issue = wish.issue ?? ''
  return readTitle(ctx, patron, wish, issue)
}

async function readTitle(ctx: Context, patron: PatronId, wish: Wish, issue: string): Promise<TitleFacts | undefined> {
  const title = await ctx.db.maybe<Omit<TitleFacts, 'items'>>(sql`
    select exists (select from reservation r where r.patron_id = ${patron} and r.title_id = t.id and r.issue = ${issue})
        as reserved,
      exists (select from loan l join item i on i.id = l.item_id where l.patron_id = ${patron} and l.title_id = t.id
        and i.issue = ${issue} and l.returned_at is null and l.lost_at is null) as borrowed
    from title t where t.id = ${wish.title} for key share`)
  if (!title) return undefined
  const items = await ctx.db.all(sql<TitleFacts['items'][number]>`
    select branch_id, material_group, state from item
    where title_id = ${wish.title} and issue = ${issue} and (${wish.item ?? null}::uuid is null or id = ${wish.item ?? null})`)
  return { ...title, items }
}
