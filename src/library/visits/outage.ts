import { type BranchId, dayOf, type PatronId } from '#core'
import { sql, transact } from '#db'
import type { Context } from '#vault'
import { writeVisit } from './enter.ts'
import { doorsOf, needsSurveillance, PERSON_AT_DOOR, selfServiceHours } from './facts.ts'
import { HEALTH_CARD, Passes } from './passes.ts'
import { decidePerson, type PersonAtDoor } from './rules.ts'

export interface DoorMachine {
  readonly id: string
  readonly name: string
  readonly branch: BranchId
}

/** What a door goes by while Kvit does not answer. */
export interface PassList {
  readonly made_at: Temporal.Instant
  /** When it must stop and stay shut. */
  readonly until: Temporal.Instant
  readonly hours: readonly { readonly opens: Temporal.Instant; readonly closes: Temporal.Instant }[]
  readonly needs_surveillance: boolean
  readonly capacity: number | null
  readonly passes: readonly string[]
}

/**
 * The passes a door may open for by itself, until when and in which hours: of those who have let themselves in at this
 * branch for as far back as visits are kept, and may still. Whoever is banned, erased or has another PIN is not on it.
 */
export async function passList(ctx: Context, door: DoorMachine): Promise<PassList> {
  const now = ctx.clock.now()
  const of = await doorsOf(ctx, door.branch)
  const until = now.add({ hours: of.setting.outageHours })
  const mayCache = of.offered && of.setting.outageHours > 0
  return {
    made_at: now,
    until,
    hours: mayCache ? selfServiceHours(of.timetable, now, until) : [],
    needs_surveillance: needsSurveillance(of.policy),
    capacity: Object.hasOwn(of.setting.capacity, of.code) ? (of.setting.capacity[of.code] ?? null) : null,
    passes: mayCache ? await passesOf(ctx, door, of.terms) : [],
  }
}

interface Regular extends PersonAtDoor {
  readonly id: PatronId
  readonly pin: string | null
  readonly cards: readonly string[]
}

async function passesOf(
  ctx: Context,
  door: DoorMachine,
  terms: Parameters<typeof decidePerson>[0],
): Promise<readonly string[]> {
  const today = dayOf(ctx.clock.now())
  const regulars = await ctx.db.all(sql<Regular>`
    select p.id, (select hash from pin where patron_id = p.id) as pin,
      array(select i.id::text from identifier i where i.patron_id = p.id and i.blocked_at is null)
        || case when p.cpr_hash is not null and p.health_card_blocked_at is null then array[${HEALTH_CARD}] else '{}' end
        as cards,
      ${sql.raw(PERSON_AT_DOOR('d.today'))}
    from patron p, (select ${today}::date as today) d
    where p.id in (select patron_id from visit where branch_id = ${door.branch})`)
  const passes = await Passes.of(ctx)
  return regulars
    .filter((person) => decidePerson(terms, person, today).ok)
    .flatMap(({ id, pin, cards }) => cards.map((card) => passes.seal({ terminal: door.id, patron: id, card, pin })))
    .sort()
}

export interface VisitDuringOutage {
  readonly pass: string
  readonly at: Temporal.Instant
}

/** What became of each visit a door tells of, in the order it told them. All but `not-yet` are done with. */
export type VisitOutcome =
  | 'written'
  | 'written-before'
  /** The pass is nobody's any more, or never was. */
  | 'nobody'
  /** So long ago that it would have been forgotten by now. */
  | 'forgotten'
  /** The door's clock is ahead of Kvit's. */
  | 'not-yet'

/** Longer than this no library keeps a visit. */
const LONGEST_KEPT_DAYS = 30
const CLOCKS_APART = { minutes: 5 }

/**
 * Writes down who was let in while Kvit did not answer. Telling it twice is telling it once; each visit is kept from when
 * it was, not from when it was told.
 */
export async function reconcileVisits(
  ctx: Context,
  door: DoorMachine,
  told: readonly VisitDuringOutage[],
): Promise<VisitOutcome[]> {
  const passes = await Passes.of(ctx)
  const { offered } = await doorsOf(ctx, door.branch)
  const outcomes: VisitOutcome[] = []
  for (const { pass, at } of told) {
    const patron = offered ? passes.open(pass, door.id) : undefined
    outcomes.push(patron ? await writeLate(ctx, door, patron, at) : 'nobody')
  }
  return outcomes
}

function writeLate(ctx: Context, door: DoorMachine, patron: PatronId, at: Temporal.Instant): Promise<VisitOutcome> {
  const now = ctx.clock.now()
  if (Temporal.Instant.compare(at, now.add(CLOCKS_APART)) > 0) return Promise.resolve('not-yet')
  if (Temporal.Instant.compare(at, now.subtract({ hours: 24 * LONGEST_KEPT_DAYS })) < 0) {
    return Promise.resolve('forgotten')
  }
  return transact(ctx, async (ctx) => {
    const there = await ctx.db.maybe(sql`select 1 from patron where id = ${patron} for update`)
    if (!there) return 'nobody'
    const written = await writeVisit(ctx, { patron, branch: door.branch, door: door.name }, at, true)
    return written ? 'written' : 'written-before'
  })
}
