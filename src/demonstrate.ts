import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { dayOf, MovableClock, realClock, type ShiftedClock, seededRandom, startOfDay } from '#core'
import { Databases, OperatorProblem, sql } from '#db'
import {
  type DemonstrationLibrary,
  FULL_YEAR,
  LIBRARIES,
  leaveWork,
  publishDemonstrationTerms,
  simulateYear,
  type YearReport,
  type YearSize,
} from '#demonstration'
import { idempotent, type Sender, type Senders } from '#messages'
import type { NightReport } from '#privacy'
import { appearance, changeSetting } from '#settings'
import { type Context, Vault } from '#vault'
import { addDemonstrationSignIns } from './demonstration-sign-in.ts'
import type { Installation } from './installation.ts'
import { register } from './rooms.ts'
import { nightDue, runNight } from './schedule.ts'

/** How far the making of the demonstration has come, for the terminal and for the page. */
export interface SeedProgress {
  /** Days lived of all days of all libraries. */
  readonly done: number
  readonly of: number
}

export interface DemonstrationState {
  readonly seed: string
  readonly finished_at: Temporal.Instant | null
  readonly ahead_seconds: number
}

const POLICIES = join(import.meta.dirname, '..', 'policies')

const nowhere: Sender = { ...idempotent(async () => {}), silent: true }

/** Nothing leaves a demonstration: its messages count as sent and go nowhere. */
export const NOWHERE: Senders = {
  email: nowhere,
  sms: nowhere,
  letter: nowhere,
  'digital-post': nowhere,
  push: nowhere,
}

export function demonstrationState(installation: Installation): Promise<DemonstrationState | undefined> {
  return installation.data
    .owner()
    .maybe(sql<DemonstrationState>`select seed, finished_at, ahead_seconds from shared.demonstration`)
}

/** As many years as a program and a database server keep two cores busy with. */
const SIDE_BY_SIDE = 2

/**
 * Makes the five libraries and lives a year in each, ending yesterday; each is told of when it has come to today and may
 * be used. A demonstration that was cut off is made anew. @throws OperatorProblem when the database holds libraries that are not a demonstration's
 */
export async function seedDemonstration(
  installation: Installation,
  options: {
    seed?: string
    size?: YearSize
    progress?: (progress: SeedProgress) => void
    opened?: (library: DemonstrationLibrary) => Promise<void>
  } = {},
): Promise<YearReport[]> {
  const seed = options.seed ?? 'kvit'
  const size = options.size ?? FULL_YEAR
  await beginAnew(installation, seed)
  // What a crash takes from a half-made demonstration is made again, so it need not reach the disk at each commit.
  // A year says the same statements thousands of times over; planning them anew would take as long as carrying them out.
  const hasty = { options: '-c synchronous_commit=off', preparesAll: true }
  const passwordOf = (role: string) => installation.master.passwordOf(role)
  const data = new Databases(installation.data.url, passwordOf, hasty)
  const keys = new Databases(installation.keys.url, passwordOf, hasty)
  try {
    const lived = new Map<string, number>()
    const report = () => {
      options.progress?.({ done: [...lived.values()].reduce((a, b) => a + b, 0), of: LIBRARIES.length * size.days })
    }
    report()
    const begin = dayOf(realClock.now()).subtract({ days: size.days })
    const liveYear = (library: DemonstrationLibrary) => {
      const clock = new MovableClock(startOfDay(begin))
      const random = seededRandom(`${seed} ${library.name}`)
      const ctx: Context = {
        agency: library.name,
        actor: { kind: 'system', job: 'demonstration' },
        db: data.agency(library.name),
        vault: new Vault(keys.agency(library.name), installation.master),
        clock,
        random,
        log: installation.log,
      }
      return simulateYear(ctx, {
        library,
        begin,
        size,
        register,
        clock,
        runNight: (ctx, night) => runNight(ctx, night, NOWHERE),
        progress: (day) => {
          lived.set(library.name, day)
          report()
        },
      })
    }
    await Promise.all(
      LIBRARIES.map(async (library) => {
        const policy = await readFile(join(POLICIES, `${library.name}.yaml`), 'utf8')
        await installation.addAgency(library, policy, 'kvit demo')
        await publishDemonstrationTerms(installation.context(library.name, { kind: 'operator', name: 'kvit demo' }))
      }),
    )
    const reports: YearReport[] = []
    const waiting = [...LIBRARIES]
    const liveOneAfterTheOther = async () => {
      for (let library = waiting.shift(); library; library = waiting.shift()) {
        reports.push(await liveYear(library))
        await addDemonstrationColours(installation, library)
        const desk = await addDemonstrationSignIns(installation, library.name)
        await leaveWork(
          installation.context(library.name, { kind: 'system', job: 'demonstration' }),
          installation.context(library.name, { kind: 'staff', id: desk, roles: ['desk'] }),
        )
        await options.opened?.(library)
      }
    }
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, liveOneAfterTheOther))
    await installation.data.owner().run(sql`update shared.demonstration set finished_at = ${realClock.now()}`)
    return reports
  } finally {
    await Promise.all([data.close(), keys.close()])
  }
}

async function beginAnew(installation: Installation, seed: string): Promise<void> {
  const state = await demonstrationState(installation)
  const agencies = await installation.agencies()
  if (agencies.length > 0 && (!state || state.finished_at)) {
    throw new OperatorProblem('This database holds libraries already; a demonstration is made only in an empty one.')
  }
  for (const { name } of agencies) await installation.removeAgency(name)
  await installation.data.owner().run(sql`
    insert into shared.demonstration (seed, begun_at) values (${seed}, ${realClock.now()})
    on conflict (only_one) do update set seed = excluded.seed, begun_at = excluded.begun_at, ahead_seconds = 0`)
}

async function addDemonstrationColours(installation: Installation, library: DemonstrationLibrary): Promise<void> {
  const ctx = installation.context(library.name, { kind: 'operator', name: 'kvit demo' })
  const content = { ...appearance.initial, ...library.colours }
  const changed = await changeSetting(ctx, appearance, { content, basedOn: 0, by: null })
  if (!changed.ok) throw new Error(`the colours of ${library.name} were refused: ${changed.refusal.kind}`)
}

/** What a jump of the clock did, clause by clause and library by library. */
export interface Jump {
  readonly from: Temporal.PlainDate
  readonly to: Temporal.PlainDate
  readonly rows: readonly {
    readonly agency: string
    readonly clause: string
    readonly gone: number
    readonly held: number
    readonly restricted: number
    readonly still_open: number
  }[]
}

/** The clock of a demonstration: with the world's, ahead by what it has been moved. */
export class TimeMachine {
  readonly clock: ShiftedClock
  readonly #installation: Installation
  #moving: { done: number; of: number } | undefined
  #last: Jump | undefined

  private constructor(installation: Installation, clock: ShiftedClock) {
    this.#installation = installation
    this.clock = clock
  }

  /** The time machine of this installation; undefined where there is no finished demonstration. */
  static async of(installation: Installation, clock: ShiftedClock): Promise<TimeMachine | undefined> {
    const state = await demonstrationState(installation)
    if (!state?.finished_at) return undefined
    clock.showing(realClock.now().add({ seconds: state.ahead_seconds }))
    return new TimeMachine(installation, clock)
  }

  get progress(): { done: number; of: number } | undefined {
    return this.#moving
  }

  get lastJump(): Jump | undefined {
    return this.#last
  }

  /** Moves the clock forward, running every night in between in each library. Refuses while it is moving. */
  async move(span: Temporal.Duration): Promise<boolean> {
    if (this.#moving) return false
    // Before anything is waited for, so that a page asked for at once already shows that it moves.
    this.#moving = { done: 0, of: 1 }
    try {
      return await this.#move(span)
    } finally {
      this.#moving = undefined
    }
  }

  async #move(span: Temporal.Duration): Promise<true> {
    const from = this.clock.now()
    const to = dayOf(from)
      .add(span)
      .toZonedDateTime({
        timeZone: 'Europe/Copenhagen',
        plainTime: from.toZonedDateTimeISO('Europe/Copenhagen').toPlainTime(),
      })
      .toInstant()
    const agencies = await this.#installation.agencies()
    const days = nightDue(from).until(nightDue(to)).total('days')
    this.#moving = { done: 0, of: days * agencies.length }
    const rows = await Promise.all(agencies.map(({ name }) => this.#nights(name, from, to)))
    this.clock.showing(to)
    const ahead = Math.round(realClock.now().until(to).total('seconds'))
    await this.#installation.data.owner().run(sql`update shared.demonstration set ahead_seconds = ${ahead}`)
    this.#last = { from: dayOf(from), to: dayOf(to), rows: rows.flat() }
    return true
  }

  async #nights(agency: string, from: Temporal.Instant, to: Temporal.Instant): Promise<Jump['rows'][number][]> {
    const clock = new MovableClock(from)
    const ctx = this.#installation.context(agency, { kind: 'system', job: 'time machine' }, { clock })
    const totals = new Map<string, { gone: number; last: NightReport['steps'][number] }>()
    const end = nightDue(to)
    for (
      // Between midnight and two the coming night is today's.
      let night = nightDue(from).add({ days: 1 });
      Temporal.PlainDate.compare(night, end) <= 0;
      night = night.add({ days: 1 })
    ) {
      clock.moveTo(startOfDay(night).add({ hours: 2 }))
      const report = await runNight(ctx, night, NOWHERE)
      for (const step of report.steps) {
        totals.set(step.clause, { gone: (totals.get(step.clause)?.gone ?? 0) + step.rows_gone, last: step })
      }
      if (this.#moving) this.#moving.done++
    }
    return [...totals].map(([clause, { gone, last }]) => ({
      agency,
      clause,
      gone,
      held: last.held,
      restricted: last.restricted,
      still_open: last.still_open,
    }))
  }
}
