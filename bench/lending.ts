import { stopwatch } from '#core'
import type { Bench } from './bench.ts'
import { type Figure, median, percentile } from './figures.ts'
import { fillStock, makeSource, settleDown } from './fill.ts'
import { card, LEND, PIN, TAKE_BACK } from './floor.ts'
import { type LoadOutcome, type ServeJob, WARM_UP } from './jobs.ts'

const AGENCY = 'lending'
const SOURCE = 'bench_lending'
const ITEMS_EACH = 50
const MOST_CLIENTS = 16
/** Patrons with a PIN nobody has given yet, for each client. */
const NEW_PINS_EACH = 6

type Way = 'desk' | 'remembered PIN'

/**
 * Checkout and checkin through HTTP with all rules, durable: at the desk, where each checkout also writes a line of the
 * access log and a receipt in the outbox, and at a machine with a PIN. Beside it a bare server of Node that does the same
 * writes in one statement, and the same statement in a loop inside PostgreSQL.
 */
export async function lending(bench: Bench): Promise<Figure[]> {
  bench.say('checkout and checkin through HTTP')
  await bench.addLibrary(AGENCY, '799901')
  const loans = 20_000
  await makeSource(bench, SOURCE, AGENCY, {
    branches: 1,
    patrons: 1000,
    titles: 1200,
    items: MOST_CLIENTS * ITEMS_EACH,
    loans: loans * 10,
  })
  await fillStock(bench, SOURCE, AGENCY)
  await bench.owner.query(`update ${AGENCY}.patron set email = 'laaner' || number || '@example.org'`)
  const figures: Figure[] = []
  for (const clients of [1, 4, 8, MOST_CLIENTS]) {
    for (const way of ['desk', 'remembered PIN'] as const) figures.push(...(await compare(bench, way, clients, loans)))
  }
  figures.push(...(await firstPins(bench, loans)))
  figures.push(...(await compare(bench, 'desk', 8, loans * 10, 'ten times the loans')))
  return figures
}

async function compare(bench: Bench, way: Way, clients: number, loans: number, told: string = way): Promise<Figure[]> {
  const rounds: Record<'kvit' | 'floor', LoadOutcome[]> = { kvit: [], floor: [] }
  for (const by of ['floor', 'kvit', 'kvit', 'floor'] as const) {
    await prepare(bench, loans)
    rounds[by].push(await measure(bench, { by, agency: AGENCY, desk: way === 'desk' }, clients))
  }
  await prepare(bench, loans)
  const inside = await insidePostgres(bench, way === 'desk', clients)
  const measurement = `${told}, ${clients} client${clients > 1 ? 's' : ''}`
  const rate = (by: 'kvit' | 'floor') => median(rounds[by].map(({ times, ms }) => (times.length * 1000) / ms))
  const times = rounds.kvit.flatMap((outcome) => outcome.times)
  bench.say(
    `  ${measurement}: ${Math.round(rate('kvit'))}/s, floor ${Math.round(rate('floor'))}/s, inside ${Math.round(inside)}/s`,
  )
  return [
    { measurement, name: 'Kvit / floor', value: rate('kvit') / rate('floor'), unit: 'ratio', aim: { atLeast: 0.45 } },
    { measurement, name: 'Kvit / inside PostgreSQL', value: rate('kvit') / inside, unit: 'ratio' },
    { measurement, name: 'Kvit', value: rate('kvit'), unit: 'commands/s' },
    ...([50, 95, 99] as const).map((at) => ({
      measurement,
      name: `p${at}`,
      value: percentile(times, at),
      unit: 'ms',
    })),
  ]
}

/** PINs that are given for the first time must be hashed, two at once; then they are remembered. */
async function firstPins(bench: Bench, loans: number): Promise<Figure[]> {
  await prepare(bench, loans)
  const server = await bench.serve({ by: 'kvit', agency: AGENCY, desk: false, newPins: NEW_PINS_EACH * 8 })
  try {
    const { ms, times } = await bench.load({
      kind: 'load',
      port: server.port,
      path: server.path,
      headers: server.headers,
      extra: { pin: PIN },
      warmUp: 0,
      for_ms: null,
      clients: Array.from({ length: 8 }, (_, client) => ({
        cards: Array.from({ length: NEW_PINS_EACH }, (_, at) => card(500 + client * NEW_PINS_EACH + at)),
        barcodes: barcodesOf(client),
      })),
    })
    const measurement = 'first PIN, 8 clients'
    return [
      { measurement, name: 'Kvit', value: (times.length * 1000) / ms, unit: 'commands/s' },
      ...([50, 95, 99] as const).map((at) => ({
        measurement,
        name: `p${at}`,
        value: percentile(times, at),
        unit: 'ms',
      })),
    ]
  } finally {
    await server.stop()
  }
}

async function measure(bench: Bench, job: ServeJob, clients: number): Promise<LoadOutcome> {
  const server = await bench.serve({ ...job, ...(job.by === 'kvit' && !job.desk ? { pins: clients } : {}) })
  try {
    return await bench.load({
      kind: 'load',
      port: server.port,
      path: server.path,
      headers: server.headers,
      extra: job.desk ? { receipt: true } : { pin: PIN },
      warmUp: WARM_UP,
      for_ms: bench.full ? 8_000 : 4_000,
      clients: Array.from({ length: clients }, (_, client) => ({
        cards: [card(client + 1)],
        barcodes: barcodesOf(client),
      })),
    })
  } finally {
    await server.stop()
  }
}

/** The same statements in a loop inside the server, each committed: what the disk and the locks allow. */
async function insidePostgres(bench: Bench, desk: boolean, clients: number): Promise<number> {
  await bench.owner.query(procedureText(desk))
  const turns = bench.full ? 500 : 150
  const hands = await Promise.all(Array.from({ length: clients }, () => bench.installation.data.connect(AGENCY)))
  try {
    const elapsed = stopwatch()
    await Promise.all(
      hands.map((hand, client) =>
        hand.query('call bench_lend($1, $2::text[], $3::int)', [card(client + 1), barcodesOf(client), turns]),
      ),
    )
    return (clients * turns * 2 * 1000) / elapsed()
  } finally {
    await Promise.all(hands.map((hand) => hand.end()))
  }
}

function procedureText(desk: boolean): string {
  const lend = LEND.text
    .replaceAll('$1', 'card')
    .replaceAll('$2', 'barcodes[1 + turn % cardinality(barcodes)]')
    .replaceAll('$3::uuid', 'gen_random_uuid()')
    .replaceAll('$4', 'clock_timestamp()')
    .replaceAll('$5', '(current_date + 30)')
    .replaceAll('$6::uuid', desk ? 'gen_random_uuid()' : 'null::uuid')
    .replaceAll('$7::uuid', 'gen_random_uuid()')
  const back = TAKE_BACK.text
    .replaceAll('$1', 'barcodes[1 + turn % cardinality(barcodes)]')
    .replaceAll('$2', 'clock_timestamp()')
  return `create or replace procedure ${AGENCY}.bench_lend(card text, barcodes text[], turns int) language plpgsql as $body$
    declare turn int; gone record;
    begin
      for turn in 1..turns loop
        ${lend.replace(/select id from l$/, 'select id into gone from l')};
        commit;
        ${back.replace(/select id from l$/, 'select id into gone from l')};
        commit;
      end loop;
    end $body$`
}

/** The same number of old loans before each round, and nothing lent. */
async function prepare(bench: Bench, loans: number): Promise<void> {
  await bench.owner.query(`truncate ${AGENCY}.loan, ${AGENCY}.message, ${AGENCY}.access_log cascade`)
  await bench.owner.query(
    `update ${AGENCY}.item set state = 'available', destination_branch_id = null, at_branch_id = branch_id`,
  )
  await bench.owner.query(
    `insert into ${AGENCY}.loan select * from ${SOURCE}.loan where settled_at is not null limit ${loans}`,
  )
  await bench.owner.query(
    `vacuum analyze ${['loan', 'item', 'patron', 'message', 'access_log'].map((name) => `${AGENCY}.${name}`).join(', ')}`,
  )
  await settleDown(bench)
}

function barcodesOf(client: number): string[] {
  return Array.from({ length: ITEMS_EACH }, (_, at) => `3${String(client * ITEMS_EACH + at + 1).padStart(9, '0')}`)
}
