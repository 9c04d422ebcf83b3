import type { Bench } from './bench.ts'
import { type Figure, median, percentile } from './figures.ts'
import { fillStock, makeSource, settleDown } from './fill.ts'
import { card, PIN } from './floor.ts'
import { type LoadOutcome, type Machine, type Served, WARM_UP } from './jobs.ts'

const AGENCY = 'machines'
const SOURCE = 'bench_machines'
const ITEMS_EACH = 10
const CONNECTIONS = [1, 8, 50] as const
const MOST = 50
const IDLE = 1000
const HEARTBEATS = 2000

/**
 * Checkout and checkin of a machine with a PIN that was given a moment ago, through real sockets, beside the same command
 * over HTTP; and what it costs that a thousand machines are connected and say nothing.
 */
export async function sip2(bench: Bench): Promise<Figure[]> {
  bench.say('checkout and checkin over SIP2, and idle machines')
  await bench.addLibrary(AGENCY, '799902')
  const size = { branches: 1, patrons: 300, titles: 600, items: MOST * ITEMS_EACH, loans: 20_000 }
  await makeSource(bench, SOURCE, AGENCY, size)
  await fillStock(bench, SOURCE, AGENCY)
  const busy = await served(bench, MOST, async (server, machine) => {
    const figures: Figure[] = []
    for (const clients of CONNECTIONS) figures.push(...(await compare(bench, server, { machine, clients })))
    return figures
  })
  // A server that has worked holds memory it would use for them.
  return [...busy, ...(await served(bench, 0, (server, machine) => idle(bench, server, machine)))]
}

async function served(
  bench: Bench,
  pins: number,
  work: (server: Served, machine: Machine) => Promise<Figure[]>,
): Promise<Figure[]> {
  const server = await bench.serve({ by: 'kvit', agency: AGENCY, desk: false, pins, sip2: true })
  try {
    if (!server.machine) throw new Error('no SIP2')
    return await work(server, server.machine)
  } finally {
    await server.stop()
  }
}

async function compare(
  bench: Bench,
  { port, path, headers }: Served,
  { machine, clients }: { readonly machine: Machine; readonly clients: number },
): Promise<Figure[]> {
  const time = { warmUp: WARM_UP, for_ms: bench.full ? 8000 : 2500 }
  const each = Array.from({ length: clients }, (_, client) => ({
    card: card(client + 1),
    barcodes: barcodesOf(client),
  }))
  const sides = {
    sip2: () => bench.load({ kind: 'sip2', machine, clients: each, ...time }),
    http: () =>
      bench.load({
        kind: 'load',
        port,
        path,
        headers,
        extra: { pin: PIN },
        clients: each.map(({ card, barcodes }) => ({ cards: [card], barcodes })),
        ...time,
      }),
  }
  const rounds: Record<keyof typeof sides, LoadOutcome[]> = { sip2: [], http: [] }
  for (const over of ['http', 'sip2', 'sip2', 'http'] as const) {
    await bench.owner.query(`delete from ${AGENCY}.loan where returned_at is null`)
    await bench.owner.query(`update ${AGENCY}.item set state = 'available'`)
    await settleDown(bench)
    rounds[over].push(await sides[over]())
  }
  const rate = (over: keyof typeof sides) => median(rounds[over].map(({ times, ms }) => (times.length * 1000) / ms))
  const times = rounds.sip2.flatMap((outcome) => outcome.times)
  const measurement = `SIP2, ${clients} connection${clients > 1 ? 's' : ''}`
  bench.say(`  ${measurement}: ${Math.round(rate('sip2'))}/s, over HTTP ${Math.round(rate('http'))}/s`)
  return [
    { measurement, name: 'SIP2 / HTTP', value: rate('sip2') / rate('http'), unit: 'ratio' },
    { measurement, name: 'SIP2', value: rate('sip2'), unit: 'messages/s' },
    ...([50, 95, 99] as const).map((at) => ({
      measurement,
      name: `p${at}`,
      value: percentile(times, at),
      unit: 'ms',
    })),
  ]
}

async function idle(bench: Bench, { port, memoryPath }: Served, machine: Machine): Promise<Figure[]> {
  await settleDown(bench)
  const job = { kind: 'sip2-idle', machine, port, memoryPath, idle: IDLE, times: HEARTBEATS } as const
  const { times, memory } = await bench.load(job)
  if (!memory) throw new Error('no memory was measured')
  const measurement = `SIP2, ${IDLE.toLocaleString('en-GB')} idle`
  // Some of it may go where the process held more than it used.
  const kB = Math.max(memory.rss, memory.heap) / IDLE / 1024
  bench.say(`  ${measurement}: ${Math.round(kB)} kB each`)
  return [
    { measurement, name: 'message 99, p50', value: percentile(times, 50), unit: 'ms' },
    { measurement, name: 'message 99, p95', value: percentile(times, 95), unit: 'ms' },
    { measurement, name: 'message 99, p99', value: percentile(times, 99), unit: 'ms', aim: { atMost: 5 } },
    { measurement, name: 'memory of each', value: kB, unit: 'kB', aim: { atMost: 50 } },
  ]
}

function barcodesOf(client: number): string[] {
  return Array.from({ length: ITEMS_EACH }, (_, at) => `3${String(client * ITEMS_EACH + at + 1).padStart(9, '0')}`)
}
