import type pg from 'pg'
import { addClient } from '#adgangsplatformen'
import { stopwatch } from '#core'
import { AVAILABILITY, HOLDINGS } from '../src/protocols/fbs/catalogue.ts'
import { createSite } from '../src/site.ts'
import type { Bench } from './bench.ts'
import { type Figure, median, percentile } from './figures.ts'
import { fillStock, makeSource, settleDown } from './fill.ts'

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
  const records = (await bench.owner.query(`select record_id from ${AGENCY}.title`)).rows.map(
    ({ record_id }) => record_id,
  )
  const site = await createSite(bench.installation)
  try {
    const address = await site.listen({ host: '127.0.0.1', port: 0 })
    const token = await libraryToken(bench, address)
    const figures: Figure[] = []
    for (const [name, path, statement] of [
      ['availability', 'availability/v3', AVAILABILITY],
      ['holdings', 'holdingsLogistics/v1', HOLDINGS],
    ] as const) {
      const ask = async (some: readonly string[]) => {
        const query = some.map((record) => `recordid=${record}`).join('&')
        const headers = { authorization: `Bearer ${token}` }
        const response = await fetch(`${address}/external/agencyid/catalog/${path}?${query}`, { headers })
        const answer: unknown = await response.json()
        if (!Array.isArray(answer) || answer.length !== some.length)
          throw new Error(`${name} answers ${response.status}`)
      }
      figures.push(...(await compare(bench, name, records, ask, statement)))
    }
    return figures
  } finally {
    await site.close()
  }
}

async function compare(
  bench: Bench,
  name: string,
  records: readonly string[],
  ask: (some: readonly string[]) => Promise<void>,
  statement: { readonly name: string; readonly text: string },
): Promise<Figure[]> {
  const pool = await Promise.all(Array.from({ length: CONNECTIONS }, () => bench.installation.data.connect(AGENCY)))
  const bare = async (some: readonly string[], hand: number) => {
    const client: pg.Client | undefined = pool[hand % pool.length]
    await client?.query({ ...statement, values: [some, []] })
  }
  const seconds = bench.full ? 10 : 3
  const rounds: Record<'kvit' | 'floor', { rate: number; times: number[] }[]> = { kvit: [], floor: [] }
  for (const by of ['floor', 'kvit', 'kvit', 'floor'] as const) {
    rounds[by].push(await load(records, by === 'kvit' ? ask : bare, seconds * 1000))
  }
  await Promise.all(pool.map((client) => client.end()))
  const rate = (by: 'kvit' | 'floor') => median(rounds[by].map((each) => each.rate))
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

async function load(
  records: readonly string[],
  ask: (some: readonly string[], hand: number) => Promise<void>,
  ms: number,
): Promise<{ rate: number; times: number[] }> {
  const times: number[] = []
  const whole = stopwatch()
  let next = 0
  await Promise.all(
    Array.from({ length: CLIENTS }, async (_, hand) => {
      while (whole() < ms) {
        const some = Array.from({ length: RECORDS }, () => records[(next++ * 7919) % records.length] ?? '')
        const elapsed = stopwatch()
        await ask(some, hand)
        times.push(elapsed())
      }
    }),
  )
  return { rate: (times.length * 1000) / whole(), times }
}

async function libraryToken(bench: Bench, address: string): Promise<string> {
  const given = { id: 'bench', title: 'Bench', redirectUris: ['https://bench.example/'], attributes: [] }
  const client = await addClient(bench.installation.data.owner(), { ...given, agencies: 'own' })
  if (!client.ok) throw new Error(client.refusal.kind)
  const username = `@${NUMBER}`
  const fields = { grant_type: 'password', username, password: username, agency: NUMBER }
  const body = new URLSearchParams({ ...fields, client_id: 'bench', client_secret: client.value.secret })
  const answer = (await (await fetch(`${address}/oauth/token`, { method: 'POST', body })).json()) as {
    access_token?: string
  }
  if (!answer.access_token) throw new Error('no token')
  return answer.access_token
}
