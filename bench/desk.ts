import type { Bench } from './bench.ts'
import { type Figure, median } from './figures.ts'
import { fillStock, makeSource, settleDown } from './fill.ts'

const AGENCY = 'desk'
const SOURCE = 'bench_desk'
const ITEMS_EACH = 100

/** Checkout and checkin beside hand-written SQL that writes the same. */
export async function desk(bench: Bench): Promise<Figure[]> {
  bench.say('checkout and checkin')
  await bench.addLibrary(AGENCY, '799900')
  const size = { branches: 2, patrons: 100, titles: 600, items: 8 * ITEMS_EACH, loans: 20_000 }
  await makeSource(bench, SOURCE, AGENCY, size)
  await fillStock(bench, SOURCE, AGENCY)
  const figures: Figure[] = []
  for (const clients of [1, 8]) figures.push(...(await compare(bench, clients)))
  return figures
}

async function compare(bench: Bench, clients: number): Promise<Figure[]> {
  const pad = (number: number, length: number) => String(number).padStart(length, '0')
  const job = {
    kind: 'desk',
    agency: AGENCY,
    for_ms: bench.full ? 5_000 : 2_000,
    clients: Array.from({ length: clients }, (_, client) => ({
      card: `2${pad(client + 1, 10)}`,
      barcodes: Array.from({ length: ITEMS_EACH }, (_, item) => `3${pad(client * ITEMS_EACH + item + 1, 9)}`),
    })),
  } as const
  const rates: Record<'kvit' | 'floor', number[]> = { kvit: [], floor: [] }
  for (const by of ['floor', 'kvit', 'kvit', 'floor'] as const) {
    await bench.owner.query(`truncate ${AGENCY}.loan cascade`)
    await bench.owner.query(`vacuum analyze ${AGENCY}.loan, ${AGENCY}.item, ${AGENCY}.patron, ${AGENCY}.identifier`)
    await settleDown(bench)
    const { commands, ms } = await bench.child({ ...job, by })
    rates[by].push((commands * 1000) / ms)
    bench.say(`  ${clients} clients, ${by}: ${Math.round((commands * 1000) / ms)} commands/s`)
  }
  const ratio = median(rates.kvit.map((rate, round) => rate / (rates.floor[round] ?? rate)))
  const measurement = `checkout and checkin, ${clients} client${clients > 1 ? 's' : ''}`
  return [
    { measurement, name: 'Kvit / floor', value: ratio, unit: 'ratio' },
    { measurement, name: 'Kvit', value: median(rates.kvit), unit: 'commands/s' },
    { measurement, name: 'floor', value: median(rates.floor), unit: 'commands/s' },
  ]
}
