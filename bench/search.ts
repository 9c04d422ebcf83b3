import pg from 'pg'
import { reindex, searchTitles, suggest } from '#catalogue'
import { pick, type Random, seededRandom, stopwatch } from '#core'
import type { Context } from '#vault'
import { COMPOUNDING } from '../src/library/catalogue/words-danish.ts'
import { NAMES, WORKS } from '../src/operation/demonstration/works.ts'
import type { Bench } from './bench.ts'
import { type Figure, median, percentile } from './figures.ts'

const AGENCY = 'search'
const CLIENTS = 8
const AT_A_TIME = 5000

/** Search in a large catalogue: how long an answer takes, and what the same statements take from a bare loop. */
export async function search(bench: Bench): Promise<Figure[]> {
  await bench.addLibrary(AGENCY, '799700')
  const figures: Figure[] = []
  let made = 0
  for (const titles of bench.full ? [100_000, 1_000_000] : [100_000]) {
    figures.push(...(await fill(bench, made, titles)), ...(await measure(bench, titles)))
    made = titles
  }
  return figures
}

interface Made {
  readonly title: string
  readonly author: string
  readonly series: string | null
  readonly subjects: readonly string[]
  readonly isbn: string
}

/** The words of a catalogue: a few stand in very many titles, and most in very few. */
export class Invented {
  readonly #random: Random
  readonly #words: readonly string[]
  readonly #families: readonly string[]
  readonly #subjects: readonly string[]

  constructor(seed: string) {
    this.#random = seededRandom(seed)
    const known = [...new Set([...COMPOUNDING, ...WORKS.flatMap(({ title }) => title.split(/[^\p{L}]+/u))])].filter(
      Boolean,
    )
    const compounds = Array.from({ length: 40_000 }, (_, at) => {
      const first = COMPOUNDING[(at * 7919) % COMPOUNDING.length] ?? ''
      return `${first}${COMPOUNDING[(at * 104_729 + at) % COMPOUNDING.length] ?? ''}${['', 'en', 'er', 's'][at % 4]}`
    })
    const letters = ['ba', 'lo', 'ste', 'kri', 'mø', 'tan', 'gul', 've', 'ri', 'sen', 'dal', 'hå', 'ny', 'fre', 'sku']
    const foreign = Array.from({ length: 40_000 }, (_, at) =>
      [at, Math.floor(at / 15), Math.floor(at / 225), ...(at > 3375 ? [Math.floor(at / 3375)] : [])]
        .map((number) => letters[number % letters.length])
        .join(''),
    )
    this.#words = [...known, ...compounds.flatMap((word, at) => [word, foreign[at] ?? word])]
    this.#families = [
      ...NAMES.family,
      ...foreign.slice(500, 9000).map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`),
    ]
    this.#subjects = COMPOUNDING.slice(0, 400)
  }

  title(number: number): Made {
    const words = Array.from({ length: 1 + Math.floor(this.#random.fraction() ** 1.5 * 7) }, () =>
      this.#random.fraction() < 0.25
        ? pick(this.#random, ['og', 'i', 'den', 'det', 'en', 'på', 'fra'])
        : this.#often(this.#words),
    )
    const given = pick(this.#random, this.#random.fraction() < 0.5 ? NAMES.given.f : NAMES.given.m)
    const text = words.join(' ')
    return {
      title: `${text[0]?.toUpperCase()}${text.slice(1)}`,
      author: `${this.#often(this.#families)}, ${given}`,
      series: this.#random.fraction() < 0.15 ? `${this.#often(this.#words)}-serien` : null,
      subjects: [this.#often(this.#subjects), this.#often(this.#subjects)],
      isbn: `9788${String(number).padStart(9, '0')}`,
    }
  }

  /** What is asked for: mostly things that are there, as people remember them. */
  query({ title, author, isbn }: Made): string {
    const words = title.split(' ')
    const [family = '', given = ''] = author.split(', ')
    const misspelt = (word: string) => (word.length < 5 ? word : `${word.slice(0, 2)}${word.slice(3)}`)
    const kind = this.#random.fraction()
    if (kind < 0.3) return title
    if (kind < 0.5) return words.slice(0, 2).join(' ')
    if (kind < 0.65) return `${given} ${family}`
    if (kind < 0.75) return `${family} ${words.at(-1)}`
    if (kind < 0.87) return words.at(-1) ?? ''
    if (kind < 0.93) return words.map(misspelt).join(' ')
    return kind < 0.96 ? isbn : this.#often(this.#words)
  }

  #often<T>(things: readonly T[]): T {
    return things[Math.floor(things.length ** this.#random.fraction()) - 1] as T
  }
}

export async function fill(bench: Bench, from: number, to: number): Promise<Figure[]> {
  const ctx = bench.installation.context(AGENCY, { kind: 'system', job: 'bench' })
  const invented = new Invented(`fill ${from}`)
  await bench.owner.query(`
    insert into ${AGENCY}.branch (id, code, name, address, postcode, city)
    select md5('branch' || n)::uuid, 'B' || n, 'Filial ' || n, 'Torvet 1', '2600', 'Glostrup' from generate_series(1, 6) n
    on conflict do nothing`)
  for (let at = from; at < to; at += AT_A_TIME) {
    const some = Array.from({ length: AT_A_TIME }, (_, index) => invented.title(at + index))
    await bench.owner.query(
      `insert into ${AGENCY}.title (id, source, record_id, title, author, contributors, year, language, isbn, dk5, subjects,
         material, audience, series, changed_at)
       select md5('title' || n)::uuid, 'bench', (20000000 + n)::text, title, author, '{}', 1950 + n % 76,
         (array['dan', 'dan', 'dan', 'eng', 'ger'])[1 + n % 5], array[isbn], (10 + n % 90)::text,
         string_to_array(subjects, ','), (array['book', 'book', 'book', 'audiobook', 'film', 'music'])[1 + n % 6],
         case when n % 4 = 0 then 'child' else 'adult' end, nullif(series, ''), '2023-01-01'
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) with ordinality
         as t (title, author, series, subjects, isbn, place), lateral (select $6::int + place as n) number`,
      [
        some.map(({ title }) => title),
        some.map(({ author }) => author),
        some.map(({ series }) => series ?? ''),
        some.map(({ subjects }) => subjects.join(',')),
        some.map(({ isbn }) => isbn),
        at,
      ],
    )
  }
  await bench.owner.query(
    `insert into ${AGENCY}.item (id, title_id, barcode, branch_id, at_branch_id, state, added_at)
     select md5('item' || n)::uuid, md5('title' || (1 + n % $2::int))::uuid, '5' || lpad(n::text, 9, '0'),
       md5('branch' || (1 + n % 6))::uuid, md5('branch' || (1 + n % 6))::uuid,
       case when n % 4 = 0 then 'on-loan' else 'available' end, '2023-01-01'
     from generate_series($1::int * 2, $2::int * 2 - 1) n`,
    [from, to],
  )
  const elapsed = stopwatch()
  const indexed = await reindex(ctx)
  const seconds = elapsed() / 1000
  bench.say(`  ${indexed} titles made findable in ${Math.round(seconds)} s`)
  for (const table of ['title', 'title_search', 'search_word', 'search_phrase', 'item'])
    await bench.owner.query(`vacuum analyze ${AGENCY}.${table}`)
  await bench.owner.query('checkpoint')
  return [{ measurement: `search, ${to} titles`, name: 'made findable', value: indexed / seconds, unit: 'titles/s' }]
}

export async function measure(bench: Bench, titles: number): Promise<Figure[]> {
  const invented = new Invented('fill 0')
  const asker = new Invented('queries')
  const some = Array.from({ length: 20_000 }, (_, number) => invented.title(number))
  const queries = [
    ...new Set(some.filter((_, at) => at % (bench.full ? 7 : 14) === 0).map((made) => asker.query(made))),
  ]
  // A new clock is a new memory: what was found a moment ago is not known.
  const fresh = (): Context => {
    const ctx = bench.installation.context(AGENCY, { kind: 'system', job: 'bench' })
    const { clock } = ctx
    return { ...ctx, clock: { now: () => clock.now() } }
  }
  const ctx = fresh()
  const statements = await recorded(queries.slice(0, 800), (text) => searchTitles(ctx, { text }))
  const kvit: number[][] = []
  const floor: number[][] = []
  const bare = await Promise.all(Array.from({ length: CLIENTS }, () => bench.installation.data.connect(AGENCY)))
  for (const by of ['floor', 'kvit', 'kvit', 'floor'] as const) {
    const ctx = fresh()
    const times =
      by === 'kvit'
        ? await eachTimed(queries, (text) => searchTitles(ctx, { text }))
        : await eachTimed([...statements.keys()], (text, hand) => replay(bare[hand], statements.get(text) ?? []))
    ;(by === 'kvit' ? kvit : floor).push(times)
    bench.say(
      `  ${titles} titles, ${by}: p50 ${percentile(times, 50).toFixed(1)} ms, p95 ${percentile(times, 95).toFixed(1)} ms`,
    )
  }
  const same = fresh()
  const both = await eachTimed([...statements.keys()], (text) => searchTitles(same, { text }))
  await Promise.all(bare.map((client) => client.end()))
  const typed = queries.flatMap((query) => [query.slice(0, 2), query.slice(0, 3), query.slice(0, 6)])
  const suggested = await eachTimed(typed, (text) => suggest(same, text))
  const common = await eachTimed(
    ['bog', 'barn', 'og', 'mand', 'film', 'dansk', 'kvinde', 'det', 'lyd', 'musik'],
    (text) => searchTitles(fresh(), { text }),
  )
  const measurement = `search, ${titles} titles, ${CLIENTS} clients`
  const mean = (times: readonly number[]) => times.reduce((sum, time) => sum + time, 0) / times.length
  const aim = titles === 100_000 ? { aim: { atMost: 50 } } : {}
  return [
    // Of searches in a second, as elsewhere.
    { measurement, name: 'Kvit / floor', value: median(floor.map(mean)) / mean(both), unit: 'ratio' },
    { measurement, name: 'Kvit, p95', value: median(kvit.map((times) => percentile(times, 95))), unit: 'ms', ...aim },
    { measurement, name: 'Kvit, p50', value: median(kvit.map((times) => percentile(times, 50))), unit: 'ms' },
    { measurement, name: 'floor, p95', value: median(floor.map((times) => percentile(times, 95))), unit: 'ms' },
    { measurement, name: 'commonest words, slowest', value: Math.max(...common), unit: 'ms' },
    { measurement, name: 'suggestions, p95', value: percentile(suggested, 95), unit: 'ms', ...aim },
  ]
}

/** Each of a list once, by as many clients at a time, and how long each took. */
async function eachTimed(
  queries: readonly string[],
  ask: (text: string, client: number) => Promise<unknown>,
): Promise<number[]> {
  const times: number[] = []
  let next = 0
  await Promise.all(
    Array.from({ length: CLIENTS }, async (_, client) => {
      for (let text = queries[next++]; text !== undefined; text = queries[next++]) {
        const elapsed = stopwatch()
        await ask(text, client)
        times.push(elapsed())
      }
    }),
  )
  return times
}

interface Statement {
  readonly name?: string
  readonly text: string
  readonly values: unknown[]
}

/** The statements each search sends, as they reach the driver. */
async function recorded(
  queries: readonly string[],
  ask: (text: string) => Promise<unknown>,
): Promise<Map<string, Statement[]>> {
  const original = pg.Client.prototype.query
  let sent: Statement[] = []
  pg.Client.prototype.query = function (this: pg.Client, query: Statement | string) {
    // Where a transaction begins and ends, and how it is planned, is told as mere text.
    sent.push(typeof query === 'string' ? { text: query, values: [] } : query)
    return Reflect.apply(original, this, [query])
  } as typeof original
  const statements = new Map<string, Statement[]>()
  for (const text of queries) {
    sent = []
    await ask(text)
    statements.set(text, sent)
  }
  pg.Client.prototype.query = original
  return statements
}

async function replay(client: pg.Client | undefined, statements: readonly Statement[]): Promise<void> {
  for (const { name, text, values } of statements) await client?.query({ ...(name ? { name } : {}), text, values })
}
