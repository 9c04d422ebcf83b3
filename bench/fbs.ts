import { AVAILABILITY, HOLDINGS } from '../src/protocols/fbs/catalogue.ts'
import type { Bench } from './bench.ts'
import { type Figure, median, percentile } from './figures.ts'
import { fillStock, makeSource, settleDown } from './fill.ts'
import type { LoadOutcome, Served } from './jobs.ts'

const AGENCY = 'fbs'
const NUMBER = '799800'
const SOURCE = 'bench_fbs'
const CLIENTS = 50
const RECORDS = 25
const TITLES = 20_000
/** As many as a library has for its own questions. */
const CONNECTIONS = 10

/** Availability and holdings of a page of records, by fifty readers at once, beside the same SQL from a bare loop. */
export async function fbs(bench: Bench): Promise<Figure[]> {
  bench.say(`availability and holdings of ${RECORDS} records, ${CLIENTS} at once`)
  await bench.addLibrary(AGENCY, NUMBER)
  const size = { branches: 6, patrons: 300, titles: TITLES, items: TITLES * 2, loans: 1000 }
  await makeSource(bench, SOURCE, AGENCY, size)
  await fillStock(bench, SOURCE, AGENCY)
  await settleDown(bench)
  // As many as a process may be told when it is started.
  const some = await bench.owner.query(`select record_id from ${AGENCY}.title order by md5(record_id) limit 8000`)
  const records = some.rows.map(({ record_id }) => record_id)
  const server = await bench.serve({ by: 'kvit', agency: AGENCY, desk: false, website: true })
  try {
    const figures: Figure[] = []
    for (const [name, path, statement] of [
      ['availability', 'availability/v3', AVAILABILITY],
      ['holdings', 'holdingsLogistics/v1', HOLDINGS],
    ] as const) {
      figures.push(
        ...(await compare(bench, { ...server, path: `${server.path}/${path}` }, { name, records, statement })),
      )
    }
    return figures
  } finally {
    await server.stop()
  }
}

interface Asked {
  readonly name: string
  readonly records: readonly string[]
  readonly statement: { readonly name: string; readonly text: string }
}

/** What asks, what answers and the database are processes of their own on both sides. */
async function compare(bench: Bench, { port, path, headers }: Served, asked: Asked): Promise<Figure[]> {
  const { name, records, statement } = asked
  const reading = { records, each: RECORDS, clients: CLIENTS, for_ms: bench.full ? 10_000 : 3_000 }
  const sides = {
    kvit: () => bench.load({ kind: 'catalogue', port, path, headers, ...reading }),
    floor: () => bench.child({ kind: 'bare', agency: AGENCY, statement, connections: CONNECTIONS, ...reading }),
  }
  const rounds: Record<keyof typeof sides, LoadOutcome[]> = { kvit: [], floor: [] }
  for (const by of ['floor', 'kvit', 'kvit', 'floor'] as const) rounds[by].push(await sides[by]())
  const rate = (by: keyof typeof sides) => median(rounds[by].map(({ times, ms }) => (times.length * 1000) / ms))
  const times = rounds.kvit.flatMap((each) => each.times)
  const measurement = `FBS ${name}, ${RECORDS} records, ${CLIENTS} clients`
  bench.say(`  ${name}: ${Math.round(rate('kvit'))}/s, floor ${Math.round(rate('floor'))}/s`)
  return [
    { measurement, name: 'Kvit / floor', value: rate('kvit') / rate('floor'), unit: 'ratio' },
    { measurement, name: 'Kvit', value: rate('kvit'), unit: 'answers/s' },
    { measurement, name: 'Kvit, p50', value: percentile(times, 50), unit: 'ms' },
    { measurement, name: 'Kvit, p95', value: percentile(times, 95), unit: 'ms' },
  ]
}
