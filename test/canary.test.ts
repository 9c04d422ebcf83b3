import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { at, type Log, type PatronId } from '#core'
import { sql } from '#db'
import {
  type Declaration,
  dataName,
  eraseOnRequest,
  exportJson,
  exportPerson,
  findTable,
  patronTables,
  pruneExports,
  runRetention,
  writeExport,
} from '#privacy'
import type { Context } from '#vault'
import { register } from '../src/rooms.ts'
import { worldFaults, worldOf } from './support/closed-world.ts'
import { openTestLibrary } from './support/library.ts'
import { emptyLibrary, type Planted, Planter } from './support/rows.ts'

const logLines: string[] = []
const note = (fields: Record<string, unknown>, message: string) =>
  void logLines.push(JSON.stringify({ ...fields, message }))
const log: Log = { info: note, warn: note, error: note }
const library = await openTestLibrary({ log })
const exports = await mkdtemp(join(tmpdir(), 'kvit-canary-'))
after(async () => {
  await library.close()
  await rm(exports, { recursive: true, force: true })
})
const ctx = library.context()
const NOW = at(Temporal.PlainDate.from('2026-02-10'), '12:00')
library.clock.moveTo(NOW)

interface Canary {
  readonly id: PatronId
  readonly planted: readonly Planted[]
}

/** One person with a recognisable value in every declared column of every table about patrons. */
async function plantPerson(planter: Planter, mark: string, open: boolean): Promise<Canary> {
  const id = ctx.random.uuid(NOW) as PatronId
  await planter.row('item')
  // An address is sealed or open, and a message sent or given up: two persons show both.
  const shapes: Record<string, Record<string, unknown>> = open
    ? { patron: { address_sealed: null, protected: false }, message: { sent_at: null } }
    : {}
  const own = await planter.full('patron', mark, id, shapes.patron)
  planter.refer('patron', id)
  const planted = [...own.planted]
  for (const { name, subject } of patronTables(register)) {
    if (subject === 'id') continue
    const row = await planter.full(name, mark, id, shapes[name])
    // What refers to another row of theirs refers to this one.
    planter.refer(name, row.id)
    planted.push(...row.planted)
  }
  return { id, planted }
}

/** Every row of every table that is there, declared or not, as text. */
async function everyRow(ctx: Context, db = ctx.db): Promise<{ table: string; text: string }[]> {
  const tables = new Set((await worldOf(db)).columns.map(({ table_name }) => table_name))
  const rows: { table: string; text: string }[] = []
  for (const table of tables) {
    const found = await db.all<{ text: string }>(sql`select t::text as text from ${sql.id(table)} t`)
    rows.push(...found.map(({ text }) => ({ table, text })))
  }
  return rows
}

const classOf = ({ table, column }: Planted) => findTable(register, table.replaceAll('_', '-'))?.columns[column]?.class
const isKept = (table: string) => typeof declared(table).onErasure === 'object'

/** What is counted coarsely stays as a word in a counter of nobody: a material, an age band. */
function countersOf({ table, column }: Planted): string[] {
  const statistics = Object.entries(declared(table).statistics ?? {})
  return statistics.filter(([, { by }]) => by[column] === 'whole').map(([name]) => name)
}

function declared(table: string): Declaration {
  const found = register.tables.find(({ name }) => name === table)
  assert.ok(found, table)
  return found
}

await emptyLibrary(ctx)
const planter = await Planter.of(ctx)
const [asta, bo] = [
  await plantPerson(planter, 'KANARIFUGL', false),
  await plantPerson(planter, 'KANARIEØ', true),
  await plantPerson(planter, 'FREMMED', false),
]
const canaries = [asta, bo]
const keys = library.installation.keys.agency('fredensborg')

test('every declared column about a patron holds a canary, or can hold none', () => {
  const held = new Set(canaries.flatMap(({ planted }) => planted.map(({ table, column }) => `${table}.${column}`)))
  const empty = patronTables(register).flatMap(({ name, columns }) =>
    Object.keys(columns)
      .filter((column) => planter.canBeMarked(name, column) && !held.has(`${name}.${column}`))
      .map((column) => `${name}.${column}`),
  )
  assert.deepEqual(empty, [])
  assert.ok(held.size > 60, `${held.size}`)
})

/** The column that says whose row it is. */
function subjectOf(table: string): string {
  return findTable(register, dataName(table))?.subject ?? 'id'
}

test('the scan sees every canary, and those that are sealed only through the vault', async () => {
  const rows = await everyRow(ctx)
  for (const { id, planted } of canaries) {
    for (const each of planted) {
      const { table, column, needle } = each
      const seen = rows.filter((row) => row.text.includes(needle)).map((row) => row.table)
      if (classOf(each) !== 'sealed') {
        assert.ok(seen.includes(table), `${table}.${column} ${needle}`)
        continue
      }
      assert.deepEqual(seen, [], `${table}.${column} is not sealed`)
      const row = await ctx.db.one<{ value: Buffer }>(
        sql`select ${sql.id(column)} as value from ${sql.id(table)} where ${sql.id(subjectOf(table))} = ${id}`,
      )
      assert.equal(await ctx.vault.open(id, `${table}.${column}`, row.value), needle)
    }
  }
})

test('a person’s export holds what a scan of the library finds of them, and nobody else’s', async () => {
  const rows = await everyRow(ctx)
  for (const { id, planted } of canaries) {
    const data = await exportPerson(ctx, register, id, 'da')
    assert.ok(data)
    const json = exportJson(data)
    for (const each of planted) {
      const isShown = !['none', 'secret', 'staff'].includes(classOf(each) ?? 'none')
      assert.equal(json.includes(each.needle), isShown, `${each.table}.${each.column} ${each.needle}`)
    }
    assert.doesNotMatch(json, /FREMMED/)
    const found = new Map<string, number>()
    for (const { table, text } of rows) if (text.includes(id)) found.set(table, (found.get(table) ?? 0) + 1)
    const told = new Map(data.tables.map(({ data, rows }) => [data.replaceAll('-', '_'), rows.length]))
    assert.deepEqual([...told].sort(), [...found].sort())
  }
})

test('while something is open a person is not erased, and is told what', async () => {
  await ctx.db.run(sql`update loan set settled_at = null where patron_id = ${asta.id}`)
  const refused = await eraseOnRequest(ctx, register, asta.id)
  assert.ok(!refused.ok && refused.refusal.kind === 'open')
  assert.deepEqual(
    refused.refusal.rows.map(({ data }) => data),
    ['loan', 'group_loan'],
  )
  // Whoever answers for a group's loan does so until it is settled.
  await ctx.db.run(sql`delete from group_loan`)
  const { needle } = asta.planted.find(({ table, column }) => table === 'loan' && column === 'settled_at') as Planted
  await ctx.db.run(
    sql`update loan set settled_at = ${`2019-03-04T05:06:07${needle}Z`}::timestamptz where patron_id = ${asta.id}`,
  )
})

test('an erasure leaves no canary in any table, statistic, file or log, and touches nobody else’s row', async () => {
  const files: string[] = []
  for (const { id } of canaries) {
    const written = await writeExport(ctx, register, id, exports)
    assert.ok(written)
    files.push(...(await readdir(written.folder)).map((name) => join(written.folder, name)))
  }
  const inFiles = (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n')
  assert.match(inFiles, /KANARIFUGL/)
  await ctx.db.run(sql`analyze`)
  const before = await everyRow(ctx)

  for (const { id } of canaries) {
    const erased = await eraseOnRequest(ctx, register, id)
    assert.ok(erased.ok, JSON.stringify(erased))
    assert.doesNotMatch(JSON.stringify(erased), /KANARI/)
    assert.ok(!JSON.stringify(erased).includes(id))
  }
  await pruneExports(exports, 7, ctx.clock.now().add({ hours: 7 * 24 }))

  const after = await everyRow(ctx)
  const kept = after.filter(({ table }) => isKept(table))
  for (const { id, planted } of canaries) {
    for (const each of planted) {
      const counted = countersOf(each)
      const seen = after.filter(({ table, text }) => text.includes(each.needle) && !counted.includes(table))
      const expected = isKept(each.table) ? [each.table] : []
      assert.deepEqual(
        seen.map(({ table }) => table),
        expected,
        `${each.table}.${each.column} ${each.needle}`,
      )
    }
    assert.deepEqual(
      after.filter(({ table, text }) => text.includes(id) && !isKept(table)),
      [],
    )
    const tables = kept.filter(({ text }) => text.includes(id)).map(({ table }) => table)
    assert.deepEqual(tables.sort(), ['bookkeeping_entry', 'collection_case'])
    assert.equal((await ctx.vault.known([id])).size, 0)
  }
  const needles = canaries.flatMap(({ planted }) => planted)
  const isTheirs = ({ text }: { text: string }) => canaries.some(({ id }) => text.includes(id))
  const lines = (rows: { table: string; text: string }[]) => rows.map(({ table, text }) => `${table} ${text}`).sort()
  // What is added is about nobody: a number in the statistics, and a receipt without a name.
  const added = new Set(['lending', 'circulation', 'erasure_receipt'])
  assert.deepEqual(
    lines(after.filter((row) => !isTheirs(row) && !added.has(row.table))),
    lines(before.filter((row) => !isTheirs(row))),
  )
  const counted = needles.filter((each) => countersOf(each).length === 0).map(({ needle }) => needle)
  for (const { text } of after.filter(({ table }) => added.has(table))) {
    for (const needle of counted) assert.ok(!text.includes(needle), text)
  }

  const statistics = await ctx.db.all<{ text: string }>(sql`
    select s::text as text from pg_stats s where schemaname = ${ctx.agency}`)
  assert.ok(statistics.length > 0)
  const telling = needles.filter((each) => !['none', 'money', 'moment', 'borrowing'].includes(classOf(each) ?? 'none'))
  for (const { needle } of telling) assert.ok(!statistics.some(({ text }) => text.includes(needle)), needle)
  assert.deepEqual(await readdir(exports), [])
  const logged = logLines.join('\n')
  const inKeys = (await everyRow(ctx, keys)).map(({ text }) => text).join('\n')
  for (const { needle } of needles) {
    assert.ok(!logged.includes(needle) && !inKeys.includes(needle), needle)
  }
})

test('what the law keeps names neither person nor title, and goes on its day too', async () => {
  const kept = await ctx.db.all<Record<string, unknown>>(
    sql`select * from bookkeeping_entry where patron_id = any(${canaries.map(({ id }) => id)}::uuid[])`,
  )
  assert.equal(kept.length, 2)
  assert.deepEqual(Object.keys(kept[0] ?? {}).sort(), [
    'account',
    'amount_ore',
    'booked_at',
    'branch_id',
    'claim_id',
    'id',
    'kind',
    'made_by',
    'method',
    'number',
    'patron_id',
    'settled_at',
  ])
  // The canaries' accounts were settled in 2019.
  await runRetention(ctx, register, Temporal.PlainDate.from('2026-02-10'))
  const rows = await everyRow(ctx)
  for (const { id, planted } of canaries) {
    const uncounted = planted.filter((each) => countersOf(each).length === 0).map(({ needle }) => needle)
    for (const needle of [id, ...uncounted]) {
      assert.deepEqual(
        rows.filter(({ text }) => text.includes(needle)),
        [],
        needle,
      )
    }
  }
})

test('a column that nobody declared would be seen', async () => {
  assert.deepEqual(worldFaults(await worldOf(ctx.db), register), [])
  await ctx.db.run(sql`alter table patron add column remark text`)
  assert.deepEqual(worldFaults(await worldOf(ctx.db), register), ['column patron.remark is not declared'])
  await ctx.db.run(sql`alter table patron drop column remark`)
})
