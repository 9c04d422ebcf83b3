import type { Bench } from './bench.ts'
import { type Figure, median, percentile } from './figures.ts'
import { fillStock, makeSource, settleDown } from './fill.ts'
import type { LoadOutcome } from './jobs.ts'

const AGENCY = 'queue'
const SOURCE = 'bench_queue'
const SHORT = 2
const LONG = 500
const BARCODE = '3000000001'

/** A title with 500 waiting beside one with 2: handed in, kept for the head of the queue, collected, reserved again. */
export async function queue(bench: Bench): Promise<Figure[]> {
  bench.say('the queue of a title')
  await bench.addLibrary(AGENCY, '799902')
  await makeSource(bench, SOURCE, AGENCY, { branches: 1, patrons: 1000, titles: 200, items: 200, loans: 2000 })
  await fillStock(bench, SOURCE, AGENCY)
  const rounds: Record<number, LoadOutcome[]> = { [SHORT]: [], [LONG]: [] }
  for (const waiting of [SHORT, LONG, LONG, SHORT]) {
    await bench.owner.query(`truncate ${AGENCY}.reservation, ${AGENCY}.loan, ${AGENCY}.message cascade`)
    await bench.owner.query(`update ${AGENCY}.item set state = 'available', destination_branch_id = null`)
    await settleDown(bench)
    const for_ms = bench.full ? 8_000 : 3_000
    rounds[waiting]?.push(
      await bench.child({ kind: 'queue', agency: AGENCY, barcode: BARCODE, waiting, warmUp: 1000, for_ms }),
    )
  }
  const rate = (waiting: number) => median((rounds[waiting] ?? []).map(({ times, ms }) => (times.length * 1000) / ms))
  bench.say(`  ${SHORT} waiting: ${Math.round(rate(SHORT))} turns/s, ${LONG}: ${Math.round(rate(LONG))}`)
  const measurement = `a queue of ${LONG}`
  const times = (rounds[LONG] ?? []).flatMap((each) => each.times)
  return [
    {
      measurement,
      name: `as quick as one of ${SHORT}`,
      value: rate(LONG) / rate(SHORT),
      unit: 'ratio',
      aim: { atLeast: 0.9 },
    },
    { measurement, name: 'Kvit', value: rate(LONG), unit: 'turns/s' },
    ...([50, 95, 99] as const).map((at) => ({
      measurement,
      name: `p${at}`,
      value: percentile(times, at),
      unit: 'ms',
    })),
  ]
}
