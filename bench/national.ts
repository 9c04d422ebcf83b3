import type { Bench } from './bench.ts'
import { type Figure, median } from './figures.ts'
import { ALL_DUE, fillStock, makeSource, refill, settleDown } from './fill.ts'
import type { NightsOutcome } from './jobs.ts'

const SOURCE = 'bench_village'
const LOANS = 1_000

/** One night in every library, beside one hand-written statement in each on a connection of its own. */
export async function nationalNight(bench: Bench): Promise<Figure[]> {
  const agencies = Array.from({ length: bench.full ? 98 : 20 }, (_, index) => `bib_${index + 1}`)
  bench.say(`national night: ${agencies.length} libraries with 1,000 loans due in each`)
  for (const [index, agency] of agencies.entries()) {
    await bench.addLibrary(agency, `7${String(800 + index)}00`)
    if (index === 0) {
      const size = { branches: 2, patrons: 300, titles: 800, items: 1_000, loans: LOANS }
      await makeSource(bench, SOURCE, agency, size)
    }
    await fillStock(bench, SOURCE, agency)
  }
  return [...(await compare(bench, agencies, 1)), ...(await compare(bench, agencies, 4))]
}

async function compare(bench: Bench, agencies: readonly string[], atOnce: number): Promise<Figure[]> {
  const sides: Record<'kvit' | 'floor', NightsOutcome[]> = { kvit: [], floor: [] }
  for (const by of ['floor', 'kvit', 'kvit', 'floor'] as const) {
    for (const agency of agencies) await refill(bench, SOURCE, agency)
    await settleDown(bench)
    const counters = ['lending', 'circulation'] as const
    const outcome = await bench.child({ kind: 'nights', by, agencies, atOnce, night: ALL_DUE, counters })
    if (outcome.rows !== agencies.length * LOANS) throw new Error(`${outcome.rows} rows went`)
    sides[by].push(outcome)
    bench.say(`  ${atOnce} at once, ${by}: ${Math.round(outcome.ms)} ms for ${outcome.rows} rows`)
  }
  const ms = (side: readonly NightsOutcome[]) => median(side.map((each) => each.ms))
  const ratio = median(sides.kvit.map((each, round) => (sides.floor[round]?.ms ?? 0) / each.ms))
  const measurement = `national night, ${atOnce} at once`
  return [
    { measurement, name: 'floor / Kvit', value: ratio, unit: 'ratio' },
    { measurement, name: 'Kvit', value: ms(sides.kvit) / 1000, unit: 's' },
    { measurement, name: 'Kvit', value: ((sides.kvit[0]?.rows ?? 0) * 1000) / ms(sides.kvit), unit: 'rows/s' },
    {
      measurement,
      name: 'longest batch',
      value: Math.max(...sides.kvit.map((each) => each.longest_batch_ms)),
      unit: 'ms',
      aim: { atMost: 200 },
    },
  ]
}
