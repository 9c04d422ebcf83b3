import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from '#db'
import { openTestDatabase } from '../../test/support/server.ts'
import { type Declaration, declareTable, free, identity, moment, none, secret } from './declare.ts'
import { applyDeclarations } from './physical.ts'

const card: Declaration = declareTable<{
  id: string
  patron_id: string
  name: string
  pin: string
  remark: string
  lent_at: string
  material: string
}>({
  name: 'card',
  label: { da: 'kort', en: 'cards' },
  about: 'patron',
  subject: 'patron_id',
  moments: {},
  actions: [],
  onErasure: 'delete',
  columns: {
    id: none,
    patron_id: identity('Låner', 'Patron'),
    name: identity('Navn', 'Name'),
    pin: secret('PIN', 'PIN'),
    remark: free('Bemærkning', 'Remark'),
    lent_at: moment('Lånt', 'Lent'),
    material: none,
  },
})

const TABLES = sql`
  create table card (id uuid primary key, patron_id uuid, name text, pin text, remark text, lent_at timestamptz, material text);
  create index card_name on card (material, lower(name));
  insert into card
  select gen_random_uuid(), gen_random_uuid(), 'Asta', '1234', 'kind', '2025-11-20T12:00Z', 'book' from generate_series(1, 300)`

test('values of persons are not copied into the statistics of the database, and others are', async () => {
  await using database = await openTestDatabase()
  await database.addSchema('herning')
  await database.addSchema('stevns')
  for (const agency of ['herning', 'stevns']) await database.databases.agency(agency).run(TABLES)
  const db = database.databases.agency('herning')
  assert.equal(await applyDeclarations(db, [card]), 4)
  for (const agency of ['herning', 'stevns']) await database.databases.agency(agency).run(sql`analyze`)

  const sampled = async (agency: string) => {
    const rows = await database.databases.agency(agency).all<{ place: string }>(sql`
      select tablename || '.' || attname as place from pg_stats
      where schemaname = ${agency} and (most_common_vals is not null or histogram_bounds is not null) order by 1`)
    return rows.map(({ place }) => place)
  }
  // Without the declarations the name is there, in the column and in the index.
  const careless = ['card.lent_at', 'card.material', 'card.name', 'card.pin', 'card.remark', 'card_name.lower']
  assert.deepEqual(
    (await sampled('stevns')).filter((place) => !place.endsWith('id')),
    careless,
  )
  assert.deepEqual(
    (await sampled('herning')).filter((place) => !place.endsWith('id')),
    ['card.lent_at', 'card.material'],
  )
})

test('declarations are applied once, and a later column in its turn', async () => {
  await using database = await openTestDatabase()
  await database.addSchema('herning')
  const db = database.databases.agency('herning')
  await db.run(TABLES)
  await applyDeclarations(db, [card])
  assert.equal(await applyDeclarations(db, [card]), 0)
  await db.run(sql`alter table card add column phone text`)
  const later = { ...card, columns: { ...card.columns, phone: identity('Telefon', 'Telephone') } }
  assert.equal(await applyDeclarations(db, [later]), 1)
  assert.equal(await applyDeclarations(db, [later]), 0)
})

test('a table about nobody keeps its statistics', async () => {
  await using database = await openTestDatabase()
  await database.addSchema('herning')
  const db = database.databases.agency('herning')
  await db.run(TABLES)
  const nobody: Declaration = { ...card, about: 'nobody', subject: null, columns: { id: none, name: none } }
  assert.equal(await applyDeclarations(db, [nobody]), 0)
})
