import {
  assert,
  at,
  type BranchId,
  between,
  type LoanId,
  type MovableClock,
  oreOf,
  type PatronId,
  pick,
  type TitleId,
} from '#core'
import { sql } from '#db'
import { openClaims, pay } from '#fees'
import { checkin, checkout, type Returned, renew } from '#loans'
import { acceptTerms, newestTerms } from '#patrons'
import { endHold, eraseOnRequest, type NightReport, placeHold, type Register } from '#privacy'
import { placeReservation } from '#reservations'
import type { Context } from '#vault'
import { enter, reportSurveillance } from '#visits'
import type { DemonstrationLibrary } from './libraries.ts'
import { enrolPerson, type Person } from './people.ts'
import { type Stock, stockLibrary } from './stock.ts'

export interface YearSize {
  readonly titles: number
  readonly items: number
  readonly patrons: number
  readonly loans: number
  readonly days: number
}

/** One library's share of the demonstration. */
export const FULL_YEAR: YearSize = { titles: 2_000, items: 3_000, patrons: 600, loans: 8_150, days: 365 }

export interface YearOptions {
  readonly library: DemonstrationLibrary
  readonly begin: Temporal.PlainDate
  readonly size: YearSize
  readonly register: Register
  readonly clock: MovableClock
  runNight(ctx: Context, night: Temporal.PlainDate): Promise<NightReport>
  progress(day: number): void
}

export interface YearReport {
  readonly loans: number
  readonly erased: number
  readonly reservations: number
  readonly forgotten: number
}

/** Visits of longer ago than this are forgotten where they are promised to be. */
const VISITS_KEPT_DAYS = 30

const APPROVED = { document: 'house-rules', accepted_by: 'patron', channel: 'desk' } as const

/** What is to happen on a later day. */
type Plan =
  | { readonly kind: 'return'; readonly barcode: string }
  | { readonly kind: 'renew'; readonly loan: LoanId; readonly barcode: string }
  | { readonly kind: 'pay'; readonly person: Person }
  | { readonly kind: 'fetch'; readonly person: Person; readonly title: TitleId }

/**
 * Lives one library's year, day by day under a moving clock, through the commands a desk and a machine would call, with
 * each night's work at two. The same seed, size and first day give the same year.
 */
export async function simulateYear(ctx: Context, options: YearOptions): Promise<YearReport> {
  const { clock, size, begin } = options
  clock.moveTo(at(begin, '09:00'))
  const stock = await stockLibrary(ctx, options.library, size)
  const people: Person[] = []
  for (let number = 0; number < size.patrons; number++) {
    people.push(await enrolPerson(ctx, options.library, stock.branches, number))
  }
  const year = new Year(ctx, options, stock, people)
  for (let day = 0; day < size.days; day++) await year.live(day)
  return year.report
}

class Year {
  readonly report = { loans: 0, erased: 0, reservations: 0, forgotten: 0 }
  readonly #ctx: Context
  readonly #options: YearOptions
  readonly #stock: Stock
  readonly #people: Person[]
  /** Ever-growing shares of the people's eagerness, to pick by. */
  readonly #shares: number[] = []
  readonly #plans = new Map<number, Plan[]>()
  readonly #lent = new Set<string>()
  readonly #byId: ReadonlyMap<PatronId, Person>
  readonly #titles: ReadonlyMap<string, TitleId>
  readonly #holds: { id: string; until: number }[] = []

  constructor(ctx: Context, options: YearOptions, stock: Stock, people: Person[]) {
    this.#ctx = ctx
    this.#options = options
    this.#stock = stock
    this.#people = people
    this.#byId = new Map(people.map((person) => [person.id, person]))
    this.#titles = new Map(stock.items.map(({ barcode, title }) => [barcode, stock.titles[title] as TitleId]))
    let sum = 0
    for (const person of people) {
      sum += person.eagerness
      this.#shares.push(sum)
    }
  }

  async live(day: number): Promise<void> {
    const { clock, begin, size } = this.#options
    // The planner has to see what was put on the shelves, and then what is lent, sooner than the server would look.
    if (day === 0) await this.#ctx.db.run(sql`analyze`)
    if (day === 14 || day === 60) {
      await this.#ctx.db.run(sql`analyze loan, item, patron, reservation, message, fee, payment, bookkeeping_entry`)
    }
    const date = begin.add({ days: day })
    if (day > 0) {
      clock.moveTo(at(date, '02:00'))
      const night = await this.#options.runNight(this.#ctx, date)
      for (const step of night.steps) this.report.forgotten += step.rows_gone
      clock.moveTo(at(date, '10:00'))
    }
    await this.#unload()
    for (const plan of this.#plans.get(day) ?? []) await this.#carryOut(plan, day)
    this.#plans.delete(day)
    await this.#visits(day)
    if (size.days - day <= VISITS_KEPT_DAYS) await this.#evening(date)
    await this.#rights(day)
    this.#options.progress(day + 1)
  }

  /** The van comes in the morning: what was sent the day before is where it was sent to. */
  async #unload(): Promise<void> {
    const sent = await this.#ctx.db.all<{ barcode: string; to: BranchId }>(sql`
      select barcode, destination_branch_id as to from item where state = 'in-transit' order by barcode`)
    for (const item of sent)
      assert((await checkin(this.#ctx, { barcode: item.barcode, at: item.to })).ok, 'it was lost')
  }

  async #visits(day: number): Promise<void> {
    const { random } = this.#ctx
    const { size, clock } = this.#options
    // Winter is busier than July, so that the charts have a shape to look at.
    const season = 1 + 0.3 * Math.cos((2 * Math.PI * (this.#options.begin.dayOfYear + day - 20)) / 365)
    let wanted = Math.round((size.loans / size.days) * season * (0.7 + random.fraction() * 0.6))
    while (wanted > 0) {
      const person = this.#someone()
      const count = Math.min(wanted, between(random, 1, 4))
      for (let number = 0; number < count; number++) await this.#lend(person, this.#something(), day)
      wanted -= count
      if (random.fraction() < 0.12) await this.#reserve(person, day)
      clock.moveTo(clock.now().add({ minutes: between(random, 1, 15) }))
    }
  }

  /** A few come when the staff have gone home; whoever has not accepted the house rules does so at the desk first. */
  async #evening(date: Temporal.PlainDate): Promise<void> {
    const { random } = this.#ctx
    const { clock } = this.#options
    const rules = (await newestTerms(this.#ctx)).find(({ document }) => document === 'house-rules')
    clock.moveTo(at(date, '19:00'))
    for (let visitors = between(random, 1, 4); visitors > 0; visitors--) {
      const person = this.#someone()
      const branch = pick(random, this.#stock.branches)
      if (person.gone) continue
      if (rules) await acceptTerms(this.#ctx, person.id, { ...APPROVED, version: rules.version })
      await reportSurveillance(this.#ctx, branch, { healthy: true, by: 'videoserver' })
      await enter(this.#ctx, { patron: person.id, branch, door: 'indgang' })
      clock.moveTo(clock.now().add({ minutes: between(random, 3, 30) }))
    }
  }

  async #lend(person: Person, barcode: string | undefined, day: number): Promise<void> {
    if (!barcode || person.gone) return
    const { random } = this.#ctx
    const lent = await checkout(this.#ctx, { card: person.card, barcode })
    if (!lent.ok) return
    this.report.loans++
    this.#lent.add(barcode)
    const fate = random.fraction()
    if (fate < 0.72) this.#later(day + between(random, 2, 29), { kind: 'return', barcode })
    else if (fate < 0.9) this.#later(day + between(random, 20, 29), { kind: 'renew', loan: lent.value.loan, barcode })
    else if (fate < 0.988) this.#later(day + between(random, 31, 58), { kind: 'return', barcode })
    // The rest never comes back and is counted as lost.
  }

  async #carryOut(plan: Plan, day: number): Promise<void> {
    const { random } = this.#ctx
    switch (plan.kind) {
      case 'return': {
        this.#lent.delete(plan.barcode)
        const ready = await this.#takeBack(plan.barcode)
        const waiting = ready && this.#byId.get(ready.patron_id)
        if (waiting && random.fraction() < 0.85) {
          this.#lent.add(plan.barcode)
          this.#later(day + between(random, 1, 6), {
            kind: 'fetch',
            person: waiting,
            title: this.#titleOf(plan.barcode),
          })
          this.#ready.set(waiting.id, plan.barcode)
        }
        return
      }
      case 'renew': {
        await renew(this.#ctx, plan.loan)
        this.#later(day + between(random, 3, 27), { kind: 'return', barcode: plan.barcode })
        return
      }
      case 'fetch': {
        const barcode = this.#ready.get(plan.person.id)
        this.#ready.delete(plan.person.id)
        if (barcode) this.#lent.delete(barcode)
        return this.#lend(plan.person, barcode, day)
      }
      case 'pay':
        return this.#pay(plan.person)
    }
  }

  readonly #ready = new Map<PatronId, string>()

  /** Takes an item back; what is to go to another branch is there the same day. */
  async #takeBack(barcode: string): Promise<Returned['ready']> {
    const returned = await checkin(this.#ctx, { barcode })
    assert(returned.ok, 'an item of the stock was not known')
    const { route, ready } = returned.value
    if (route.kind !== 'transit') return ready
    const arrived = await checkin(this.#ctx, { barcode, at: route.to })
    assert(arrived.ok, 'an item of the stock was not known')
    return arrived.value.ready
  }

  async #reserve(person: Person, day: number): Promise<void> {
    // What is on loan, and as a rule not what was lent longest ago, which is what never comes back.
    const lent = [...this.#lent]
    if (lent.length === 0 || person.gone) return
    const barcode = pick(this.#ctx.random, lent)
    const placed = await placeReservation(this.#ctx, {
      patron: person.id,
      title: this.#titleOf(barcode),
      pickupBranch: pick(this.#ctx.random, this.#stock.branches),
    })
    if (placed.ok) this.report.reservations++
    if (this.#ctx.random.fraction() < 0.5) this.#later(day + 1, { kind: 'pay', person })
  }

  async #pay(person: Person): Promise<void> {
    for (const claim of await openClaims(this.#ctx, person.id)) {
      // Some pay by instalments.
      const part = this.#ctx.random.fraction() < 0.1 ? Math.ceil(claim.left_ore / 2) : claim.left_ore
      await pay(this.#ctx, claim.claim, oreOf(part), pick(this.#ctx.random, ['card', 'online', 'cash']))
    }
  }

  /** Debts are paid, somebody wants to be erased, a row is held for a case. */
  async #rights(day: number): Promise<void> {
    const { random } = this.#ctx
    if (day % 3 === 0) {
      const debtors = await this.#ctx.db.all<{ patron_id: PatronId }>(sql`
        select distinct patron_id from fee where settled_at is null order by patron_id`)
      for (const { patron_id } of debtors) {
        const person = this.#byId.get(patron_id)
        if (person && random.fraction() < 0.25) await this.#pay(person)
      }
    }
    if (day % 14 === 7) await this.#erase()
    if (day % 60 === 30) await this.#hold(day)
    for (const hold of this.#holds.filter(({ until }) => until === day)) await endHold(this.#ctx, hold.id)
  }

  async #erase(): Promise<void> {
    const person = pick(this.#ctx.random, this.#people)
    if (person.gone) return
    const erased = await eraseOnRequest(this.#ctx, this.#options.register, person.id)
    if (!erased.ok) return
    person.gone = true
    this.report.erased++
  }

  async #hold(day: number): Promise<void> {
    const loan = await this.#ctx.db.maybe<{ id: string }>(sql`
      select id from loan where returned_at is not null order by returned_at desc, id limit 1`)
    if (!loan) return
    const placed = await placeHold(this.#ctx, this.#options.register, {
      table: 'loan',
      row: loan.id,
      reason: 'Sag om hærværk',
    })
    if (placed.ok) this.#holds.push({ id: placed.value.id, until: day + 90 })
  }

  #later(day: number, plan: Plan): void {
    const plans = this.#plans.get(day)
    if (plans) plans.push(plan)
    else this.#plans.set(day, [plan])
  }

  #someone(): Person {
    const wanted = this.#ctx.random.fraction() * (this.#shares.at(-1) as number)
    let [low, high] = [0, this.#shares.length - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#shares[middle] as number) < wanted) low = middle + 1
      else high = middle
    }
    return this.#people[low] as Person
  }

  /** An item that stands on the shelf; known works go out more often than volumes of local series. */
  #something(): string | undefined {
    for (let tries = 0; tries < 20; tries++) {
      const item = this.#stock.items[Math.floor(this.#ctx.random.fraction() ** 1.3 * this.#stock.items.length)]
      if (item && !this.#lent.has(item.barcode)) return item.barcode
    }
    return undefined
  }

  #titleOf(barcode: string): TitleId {
    const title = this.#titles.get(barcode)
    assert(title, 'an item of the stock was not known')
    return title
  }
}
