import type { Bench } from './bench.ts'
import { type Figure, median } from './figures.ts'
import { ALL_DUE, checkCounted, fillStock, makeSource, refill, settleDown } from './fill.ts'
import type { NightsOutcome } from './jobs.ts'

const SOURCE = 'bench_town'

interface Library {
  readonly agency: string
  readonly counters: readonly ('lending' | 'circulation')[]
}

const GLOSTRUP: Library = { agency: 'glostrup', counters: ['lending', 'circulation'] }
const FREDENSBORG: Library = { agency: 'fredensborg', counters: ['circulation'] }

/** One library's night beside one hand-written statement that deletes and counts the same rows. */
export async function forgetting(bench: Bench): Promise<Figure[]> {
  const loans = bench.full ? 1_000_000 : 300_000
  bench.say(`forgetting: ${loans.toLocaleString('en-GB')} returned loans`)
  await bench.addLibrary('glostrup', '716100', 'glostrup')
  await bench.addLibrary('fredensborg', '721000', 'fredensborg')
  const size = { branches: 4, patrons: 3_000, titles: 10_000, items: 15_000, loans }
  await makeSource(bench, SOURCE, 'glostrup', size)
  await fillStock(bench, SOURCE, 'glostrup')
  await fillStock(bench, SOURCE, 'fredensborg')
  const some = await nightOfShare(bench, 0.05)
  const all = await compare(bench, GLOSTRUP, ALL_DUE)
  return [
    ...figuresOf('forgetting 100 %', all),
    ...figuresOf('forgetting 5 %', await compare(bench, GLOSTRUP, some)),
    ...figuresOf('forgetting 100 %, delete', await compare(bench, FREDENSBORG, ALL_DUE)),
    await memory(bench, all.kvit, loans / 10),
  ]
}

/** The night on which about this share of the loans is due. */
async function nightOfShare({ owner }: Bench, share: number): Promise<string> {
  const { rows } = await owner.query<{ night: string }>(
    `select (percentile_disc($1::float8) within group (order by settled_at) + interval '30 days')::date::text as night
     from ${SOURCE}.loan where settled_at is not null`,
    [share],
  )
  return rows[0]?.night ?? ALL_DUE
}

interface Compared {
  readonly kvit: readonly NightsOutcome[]
  readonly floor: readonly NightsOutcome[]
}

async function compare(bench: Bench, library: Library, night: string): Promise<Compared> {
  const sides: Record<'kvit' | 'floor', NightsOutcome[]> = { kvit: [], floor: [] }
  for (let round = 0; round < (bench.full ? 3 : 2); round++) {
    for (const by of round % 2 === 0 ? (['floor', 'kvit'] as const) : (['kvit', 'floor'] as const)) {
      const outcome = await oneNight(bench, library, night, by)
      sides[by].push(outcome)
      bench.say(`  ${library.agency}, ${outcome.rows} rows due, ${by}: ${Math.round(outcome.ms)} ms`)
    }
  }
  const counts = new Set([...sides.kvit, ...sides.floor].map(({ rows }) => rows))
  if (counts.size !== 1) throw new Error(`the two sides did not forget the same rows: ${[...counts]}`)
  return sides
}

async function oneNight(
  bench: Bench,
  { agency, counters }: Library,
  night: string,
  by: 'kvit' | 'floor',
  loans?: number,
): Promise<NightsOutcome> {
  await refill(bench, SOURCE, agency, loans)
  await settleDown(bench)
  const outcome = await bench.child({ kind: 'nights', by, agencies: [agency], atOnce: 1, night, counters })
  await checkCounted(bench, agency, counters, outcome.rows)
  return outcome
}

function figuresOf(measurement: string, { kvit, floor }: Compared): Figure[] {
  const ms = (side: readonly NightsOutcome[]) => median(side.map((each) => each.ms))
  const rows = kvit[0]?.rows ?? 0
  // Round by round: what else the machine was doing then weighed on both.
  const ratio = median(kvit.map((each, round) => (floor[round]?.ms ?? 0) / each.ms))
  return [
    { measurement, name: 'floor / Kvit', value: ratio, unit: 'ratio', aim: { atLeast: 0.8 } },
    { measurement, name: 'Kvit', value: (rows * 1000) / ms(kvit), unit: 'rows/s' },
    { measurement, name: 'floor', value: (rows * 1000) / ms(floor), unit: 'rows/s' },
    {
      measurement,
      name: 'longest batch',
      value: Math.max(...kvit.map((each) => each.longest_batch_ms)),
      unit: 'ms',
      aim: { atMost: 200 },
    },
  ]
}

/** How much more memory ten times the rows take. */
async function memory(bench: Bench, many: readonly NightsOutcome[], loans: number): Promise<Figure> {
  const few = await oneNight(bench, GLOSTRUP, ALL_DUE, 'kvit', loans)
  const value = median(many.map((each) => each.memory_mb)) - few.memory_mb
  bench.say(`  memory at a tenth of the rows: ${Math.round(few.memory_mb)} MB`)
  return {
    measurement: 'forgetting 100 %',
    name: 'memory for ten times the rows',
    value,
    unit: 'MB',
    aim: { atMost: 64 },
  }
}
