import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { openTestDatabase } from '../../../test/support/server.ts'
import { type Db, sql } from './db.ts'
import { sqlState, violated } from './fault.ts'

const database = await openTestDatabase()
after(() => database[Symbol.asyncDispose]())
const db = database.databases.owner()
await db.run(sql`create table counter (name text constraint counter_key primary key, value int not null)`)
beforeEach(async () => {
  await db.run(sql`truncate counter`)
  await db.run(sql`insert into counter values ('a', 0), ('b', 0)`)
})

const values = async () =>
  Object.fromEntries(
    (await db.all<{ name: string; value: number }>(sql`select * from counter`)).map((r) => [r.name, r.value]),
  )
const add = (to: Db, name: string) => to.run(sql`update counter set value = value + 1 where name = ${name}`)

test('a transaction that ends well is kept', async () => {
  const answer = await db.transact(async (tx) => {
    assert.equal(tx.inTransaction, true)
    await add(tx, 'a')
    await add(tx, 'b')
    return 'done'
  })
  assert.equal(answer, 'done')
  assert.equal(db.inTransaction, false)
  assert.deepEqual(await values(), { a: 1, b: 1 })
})

test('a transaction that fails leaves nothing, and its connection can be used again', async () => {
  for (let i = 0; i < 10; i++) {
    await assert.rejects(
      db.transact(async (tx) => {
        await add(tx, 'a')
        throw new Error('changed my mind')
      }),
      /changed my mind/,
    )
  }
  assert.deepEqual(await values(), { a: 0, b: 0 })
})

test('a transaction in which a fault was overlooked is not taken for done', async () => {
  const overlooked = db.transact(async (tx) => {
    await add(tx, 'a')
    await tx.run(sql`insert into counter values ('a', 1)`).catch(() => {})
  })
  await assert.rejects(overlooked, /was rolled back/)
  assert.deepEqual(await values(), { a: 0, b: 0 })
})

test('a transaction within a transaction is part of it', async () => {
  await assert.rejects(
    db.transact(async (tx) => {
      await tx.transact(async (inner) => {
        assert.equal(inner, tx)
        await add(inner, 'a')
      })
      throw new Error('changed my mind')
    }),
  )
  assert.deepEqual(await values(), { a: 0, b: 0 })
})

test('a deadlock is broken and tried again, so that both commands are done once', async () => {
  let attempts = 0
  const met = Promise.withResolvers<void>()
  let waiting = 2
  const meet = () => {
    if (--waiting === 0) met.resolve()
    return met.promise
  }
  const cross = (first: string, second: string) =>
    db.transact(async (tx) => {
      attempts++
      await add(tx, first)
      await meet()
      await add(tx, second)
    })
  await Promise.all([cross('a', 'b'), cross('b', 'a')])
  assert.ok(attempts >= 3, 'there was no deadlock to break')
  assert.deepEqual(await values(), { a: 2, b: 2 })
})

test('of two writers who saw the same, the second is made to look again', async () => {
  let attempts = 0
  const raise = (pause: () => Promise<void>) =>
    db.transact(async (tx) => {
      attempts++
      const { value } = await tx.one<{ value: number }>(sql`select value from counter where name = 'a'`)
      await pause()
      await tx.run(sql`update counter set value = ${value + 1} where name = 'a'`)
    }, 'begin isolation level repeatable read')
  const second = Promise.withResolvers<void>()
  const seen = Promise.withResolvers<void>()
  const slow = raise(() => {
    seen.resolve()
    return second.promise
  })
  await seen.promise
  await raise(async () => {})
  second.resolve()
  await slow
  assert.equal(attempts, 3)
  assert.equal((await values()).a, 2)
})

test('a conflict that does not pass is given up', async () => {
  let attempts = 0
  const conflict = db.transact(async (tx) => {
    attempts++
    await add(tx, 'a')
    await tx.run(sql.raw(`do $$ begin raise exception using errcode = '40001'; end $$`))
  })
  await assert.rejects(conflict, (fault) => sqlState(fault) === '40001')
  assert.equal(attempts, 5)
  assert.deepEqual(await values(), { a: 0, b: 0 })
})

test('any other fault is not tried again', async () => {
  let attempts = 0
  const twice = db.transact(async (tx) => {
    attempts++
    await tx.run(sql`insert into counter values ('a', 1)`)
  })
  await assert.rejects(twice, (fault) => sqlState(fault) === '23505' && violated(fault) === 'counter_key')
  assert.equal(attempts, 1)
})

test('a connection that is lost in a transaction is replaced', async () => {
  await assert.rejects(
    db.transact(async (tx) => {
      await add(tx, 'a')
      const { pid } = await tx.one<{ pid: number }>(sql`select pg_backend_pid() as pid`)
      await db.run(sql`select pg_terminate_backend(${pid}, 5000)`)
      await add(tx, 'b')
    }),
  )
  assert.deepEqual(await values(), { a: 0, b: 0 })
})

test('one row is one row', async () => {
  await assert.rejects(db.one(sql`select * from counter`), /expected one row, got 2/)
  await assert.rejects(db.one(sql`select * from counter where name = 'c'`), /expected one row, got 0/)
  assert.equal(await db.maybe(sql`select * from counter where name = 'c'`), undefined)
  assert.equal(await db.run(sql`update counter set value = 7`), 2)
})

test('a prepared statement takes the same values as any other', async () => {
  const statement = { name: 'later', text: 'select $1::timestamptz as at, $2::date as day' }
  const at = Temporal.Instant.from('2026-01-15T12:00:00.000001Z')
  for (let i = 0; i < 3; i++) {
    const [row] = await db.named<{ at: Temporal.Instant }>(statement, [at, Temporal.PlainDate.from('2026-01-15')])
    assert.ok(row?.at.equals(at))
  }
})

test('a commit that travels with the last statements commits them, or nothing when one of them fails', async () => {
  await using database = await openTestDatabase()
  const db = database.databases.owner()
  await db.run(sql`create table shared.along (number int primary key)`)
  await db.transact(async (db) => {
    const written = [db.run(sql`insert into shared.along values (1)`), db.run(sql`insert into shared.along values (2)`)]
    db.commitAlong()
    await Promise.all(written)
  })
  const failing = db.transact(async (db) => {
    const written = [db.run(sql`insert into shared.along values (3)`), db.run(sql`insert into shared.along values (1)`)]
    db.commitAlong()
    await Promise.all(written)
  })
  await assert.rejects(failing, /along_pkey/)
  await db.transact(async (outer) => {
    await outer.transact(async (inner) => {
      const written = inner.run(sql`insert into shared.along values (4)`)
      inner.commitAlong()
      await written
    })
    assert.equal(
      (await db.all(sql`select from shared.along`)).length,
      2,
      'a joined transaction does not commit the outer one',
    )
  })
  assert.equal((await db.all(sql`select from shared.along`)).length, 3)
})
