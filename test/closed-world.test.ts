import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from '#db'
import type { Declaration, Register } from '#privacy'
import { applyDeclarations } from '../src/privacy/physical.ts'
import { register } from '../src/rooms.ts'
import { declarationFaults, orderFaults, subjectFaults, worldFaults, worldOf } from './support/closed-world.ts'
import { openTestLibrary } from './support/library.ts'

const library = await openTestLibrary({ agencies: ['fredensborg', 'stevns'] })
after(() => library.close())
const db = library.installation.data.agency('fredensborg')
const owner = library.installation.data.owner()

/** The register with one table changed. */
function changed(name: string, change: Partial<Declaration>): Register {
  assert.ok(register.tables.some((table) => table.name === name))
  return {
    ...register,
    tables: register.tables.map((table) => (table.name === name ? { ...table, ...change } : table)),
  }
}

test('every table and column of every library is declared, and everything declared is there', async () => {
  assert.ok((await worldOf(db)).columns.length > 100)
  for (const agency of ['fredensborg', 'stevns']) {
    assert.deepEqual(worldFaults(await worldOf(library.installation.data.agency(agency)), register), [])
  }
})

test('a column, table, view, sequence or function that nobody declared is found', async () => {
  const planted: [string, string, string][] = [
    [
      'alter table loan add column remark text',
      'alter table loan drop column remark',
      'column loan.remark is not declared',
    ],
    ['create table diary (id uuid)', 'drop table diary', 'table diary is not declared'],
    ['create table diary ()', 'drop table diary', 'table diary is not declared'],
    ['create view names as select name from patron', 'drop view names', 'names is neither a table nor declared'],
    ['create sequence turn', 'drop sequence turn', 'turn is neither a table nor declared'],
    [
      'create function who() returns text language sql as $$ select name from patron $$',
      'drop function who',
      'who is neither a table nor declared',
    ],
  ]
  for (const [plant, pull, fault] of planted) {
    await db.run(sql.raw(plant))
    assert.ok(worldFaults(await worldOf(db), register).includes(fault), fault)
    await db.run(sql.raw(pull))
  }
  assert.deepEqual(worldFaults(await worldOf(db), register), [])
})

test('a declared column or table that is not in the database is found', async () => {
  const world = await worldOf(db)
  const loan = register.tables.find(({ name }) => name === 'loan') as Declaration
  const more = { ...loan.columns, remark: { class: 'free', label: undefined } } as const
  assert.deepEqual(worldFaults(world, changed('loan', { columns: more })), [
    'column loan.remark is declared and not there',
  ])
  const phantom = { ...register, tables: [...register.tables, { ...loan, name: 'diary' }] }
  assert.deepEqual(worldFaults(world, phantom), ['table diary is declared and not there'])
})

test('a row about a patron carries the patron’s id itself, and no other row does', async () => {
  const world = await worldOf(db)
  assert.deepEqual(subjectFaults(world, register), [])
  assert.notDeepEqual(subjectFaults(world, changed('loan', { subject: null })), [])
  assert.notDeepEqual(subjectFaults(world, changed('loan', { about: 'nobody', subject: null })), [])
  assert.notDeepEqual(subjectFaults(world, changed('identifier', { subject: 'value' })), [])
})

test('what a declaration counts from, empties or counts into is there', () => {
  assert.deepEqual(declarationFaults(register), [])
  const nowhere = { returned: { column: 'given_back_at', label: { da: '', en: '' } } }
  assert.notDeepEqual(declarationFaults(changed('loan', { moments: nowhere })), [])
  assert.notDeepEqual(
    declarationFaults(changed('loan', { statistics: { lending: { by: { material: 'whole' } } } })),
    [],
  )
})

test('tables refer only to tables declared before them, so that a restore can fill them in order', async () => {
  const world = await worldOf(db)
  assert.ok(world.references.length > 10)
  assert.deepEqual(orderFaults(world, register), [])
  assert.notDeepEqual(orderFaults(world, { ...register, tables: register.tables.toReversed() }), [])
  assert.deepEqual(orderFaults({ ...world, references: [{ from: 'loan', to: 'agency', outside: true }] }, register), [
    'loan refers to agency in another schema',
  ])
})

test('nothing of a library lies outside its schema', async () => {
  const elsewhere = () =>
    owner.all<{ place: string }>(sql`
      select n.nspname || '.' || c.relname as place
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'v', 'm', 'S', 'f') and n.nspname !~ '^pg_'
        and n.nspname not in (select name from shared.agency) and n.nspname not in ('information_schema', 'shared')
      order by 1`)
  assert.deepEqual(await elsewhere(), [])
  await owner.run(sql`create table public.diary (name text)`)
  assert.deepEqual(await elsewhere(), [{ place: 'public.diary' }])
  await owner.run(sql`drop table public.diary`)
})

test('what libraries share names no person', async () => {
  const subjects = register.tables.flatMap(({ name, subject }) => (subject === 'id' ? `${name}_id` : (subject ?? [])))
  const naming = () =>
    owner.all<{ place: string }>(sql`
      select table_name || '.' || column_name as place from information_schema.columns
      where table_schema = 'shared' and column_name = any(${subjects}) order by 1`)
  assert.deepEqual(await naming(), [])
  await owner.run(sql`alter table shared.lease add column patron_id uuid`)
  assert.deepEqual(await naming(), [{ place: 'lease.patron_id' }])
  await owner.run(sql`alter table shared.lease drop column patron_id`)
})

test('the keys database holds keys and tombstones only', async () => {
  const { columns, others } = await worldOf(library.installation.keys.agency('fredensborg'))
  assert.deepEqual(
    columns.map(({ table_name, column_name }) => `${table_name}.${column_name}`),
    [
      'lookup_key.only_one',
      'lookup_key.wrapped',
      'person_key.person_id',
      'person_key.wrapped',
      'tombstone.person_id',
      'tombstone.erased_at',
      'tombstone.finished_at',
    ],
  )
  assert.deepEqual(others, [])
})

test('a library is made with no sampling of personal values', async () => {
  assert.equal(await applyDeclarations(db, register.tables), 0)
})
