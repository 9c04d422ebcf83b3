import type { PatronId } from '#core'
import { sql } from '#db'
import type { Bench } from './bench.ts'
import { type Figure, percentile } from './figures.ts'
import { fillStock, makeSource, refill, settleDown } from './fill.ts'

const AGENCY = 'copies'
const SOURCE = 'bench_copies'
const PATRONS = 200
const LOANS_EACH = 50

/** A patron's copy of their data as JSON, beside the bare reading of the same rows. */
export async function exportOfOne(bench: Bench): Promise<Figure[]> {
  bench.say(`export of one patron: ${PATRONS} patrons with ${LOANS_EACH} loans each`)
  await bench.addLibrary(AGENCY, '799800')
  const size = { branches: 2, patrons: PATRONS, titles: 600, items: 800, loans: PATRONS * LOANS_EACH }
  await makeSource(bench, SOURCE, AGENCY, size)
  await bench.owner.query(`
    update ${SOURCE}.loan l set patron_id = p.id
    from (select id, row_number() over (order by id) as place from ${SOURCE}.patron) p,
      (select id, row_number() over (order by id) as place from ${SOURCE}.loan) n
    where n.id = l.id and p.place = 1 + n.place % ${PATRONS}`)
  await fillStock(bench, SOURCE, AGENCY)
  await refill(bench, SOURCE, AGENCY)
  const patrons = await sealNumbers(bench)
  await settleDown(bench)
  const ms: Record<'kvit' | 'floor', number[]> = { kvit: [], floor: [] }
  for (const by of ['floor', 'kvit', 'kvit', 'floor'] as const) {
    const outcome = await bench.child({ kind: 'export', by, agency: AGENCY, patrons })
    ms[by].push(...outcome.ms)
    bench.say(`  ${by}: ${outcome.ms.length} patrons, ${Math.round(outcome.bytes / outcome.ms.length / 1024)} kB each`)
  }
  const measurement = 'export of one patron'
  return [
    {
      measurement,
      name: 'floor / Kvit, p50',
      value: percentile(ms.floor, 50) / percentile(ms.kvit, 50),
      unit: 'ratio',
    },
    { measurement, name: 'p50', value: percentile(ms.kvit, 50), unit: 'ms' },
    { measurement, name: 'p95', value: percentile(ms.kvit, 95), unit: 'ms', aim: { atMost: 100 } },
    { measurement, name: 'floor p50', value: percentile(ms.floor, 50), unit: 'ms' },
  ]
}

/** Gives each patron a sealed CPR number, as a library's patrons have; nobody has one with a day above sixty. */
async function sealNumbers({ installation }: Bench): Promise<PatronId[]> {
  const ctx = installation.context(AGENCY, { kind: 'system', job: 'bench' })
  const patrons = await ctx.db.all<{ id: PatronId }>(sql`select id from patron order by id`)
  for (const [index, { id }] of patrons.entries()) {
    const cpr = `610170${String(index).padStart(4, '0')}`
    await ctx.db.run(sql`
      update patron set cpr_sealed = ${await ctx.vault.seal(id, 'patron.cpr_sealed', cpr)},
        cpr_hash = ${await ctx.vault.lookupHash('cpr', cpr)} where id = ${id}`)
  }
  return patrons.map(({ id }) => id)
}
