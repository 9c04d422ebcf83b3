import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { at } from '#core'
import { sql } from '#db'
import { openTestLibrary } from '../../test/support/library.ts'
import { emptyLibrary, Planter, publishAtOnce } from '../../test/support/rows.ts'
import { register } from '../rooms.ts'
import { appendSteps, type StepRecord, verifyChain } from './chain.ts'
import { runRetention } from './retention.ts'

const library = await openTestLibrary()
after(() => library.close())
const ctx = library.context()
const date = Temporal.PlainDate.from
library.clock.moveTo(at(date('2026-02-10'), '02:00'))

beforeEach(async () => {
  await emptyLibrary(ctx)
  await (await Planter.of(ctx)).row('loan', { settled_at: Temporal.Instant.from('2025-01-01T12:00Z') })
  for (const day of ['2026-02-08', '2026-02-09', '2026-02-10']) await runRetention(ctx, register, date(day))
})

async function faults(): Promise<readonly string[]> {
  return (await verifyChain(ctx)).faults
}

async function newest(): Promise<number> {
  return (await ctx.db.one<{ number: number }>(sql`select max(number) as number from retention_step`)).number
}

test('records as they were written hold together, and the newest hash is told', async () => {
  const report = await verifyChain(ctx)
  assert.deepEqual(report.faults, [])
  assert.equal(report.steps, await newest())
  assert.match(report.head ?? '', /^[0-9a-f]{64}$/)
})

test('a library that has had no night yet has nothing wrong', async () => {
  await emptyLibrary(ctx)
  assert.deepEqual(await verifyChain(ctx), { steps: 0, head: null, faults: [] })
})

const CHANGES = [
  'night_on = night_on + 1',
  'policy_version = policy_version + 1',
  `clause = clause || 's'`,
  `cutoff_at = cutoff_at + interval '1 microsecond'`,
  'rows_gone = rows_gone + 1',
  'batches = batches + 1',
  'held = held + 1',
  'restricted = restricted + 1',
  'still_open = still_open + 1',
  'overdue = overdue + 1',
  `oldest_at = coalesce(oldest_at, ended_at) - interval '1 microsecond'`,
  `ended_at = ended_at + interval '1 microsecond'`,
]

test('whatever is changed in a record shows', async () => {
  for (const change of CHANGES) {
    await ctx.db.run(sql`create temporary table before as select * from retention_step where number = 5`)
    await ctx.db.run(sql.raw(`update retention_step set ${change} where number = 5`))
    assert.ok((await faults()).includes('record 5 has been changed'), change)
    await ctx.db.run(sql`delete from retention_step where number = 5`)
    await ctx.db.run(sql`insert into retention_step select * from before`)
    await ctx.db.run(sql`drop table before`)
    assert.deepEqual(await faults(), [])
  }
})

test('a record whose hash was made anew does not fit the next one', async () => {
  await ctx.db.run(sql`update retention_step set rows_gone = 0, hash = sha256('forged') where number = 5`)
  assert.ok((await faults()).includes('record 6 does not follow the one before it'))
})

test('a record taken out shows, wherever it stood', async () => {
  for (const number of [1, 5, await newest()]) {
    await ctx.db.run(
      sql`create temporary table before as select * from retention_step where number = ${sql.lit(number)}`,
    )
    await ctx.db.run(sql`delete from retention_step where number = ${number}`)
    assert.notDeepEqual(await faults(), [], `${number}`)
    await ctx.db.run(sql`insert into retention_step select * from before`)
    await ctx.db.run(sql`drop table before`)
  }
  assert.deepEqual(await faults(), [])
})

test('a record put in later shows', async () => {
  const columns = sql.raw(
    'night_on, policy_version, clause, cutoff_at, rows_gone, batches, held, restricted, still_open, overdue, oldest_at, ended_at',
  )
  await ctx.db.run(sql`
    insert into retention_step (number, ${columns}, previous_hash, hash)
    select ${(await newest()) + 1}, ${columns}, previous_hash, sha256('forged') from retention_step where number = 3`)
  assert.equal((await faults()).length, 2)
})

test('a night that is missing shows, and so does one without records', async () => {
  await ctx.db.run(sql`delete from night where night_on = '2026-02-09'`)
  assert.deepEqual(await faults(), ['the night after 2026-02-08 is missing'])
  await ctx.db.run(sql`delete from retention_step where night_on = '2026-02-10'`)
  assert.deepEqual(await faults(), [
    'the night after 2026-02-08 is missing',
    'records of the night of 2026-02-10 are missing',
  ])
})

test('a night under a policy with fewer clauses is not taken for one with records missing', async () => {
  library.clock.moveTo(at(date('2026-02-11'), '02:00'))
  await publishAtOnce(ctx, (policy) => {
    policy.clauses = policy.clauses.filter(({ data }) => data !== 'staff')
  })
  await runRetention(ctx, register, date('2026-02-11'))
  assert.deepEqual(await faults(), [])
})

test('a long chain is followed past its first page', async () => {
  const [first] = await ctx.db.all<StepRecord>(sql`select * from retention_step order by number limit 1`)
  assert.ok(first)
  await appendSteps(
    ctx,
    Array.from({ length: 6000 }, () => first),
  )
  assert.deepEqual(await faults(), [])
  await ctx.db.run(sql`update retention_step set held = 7 where number = ${await newest()}`)
  assert.deepEqual(await faults(), [`record ${await newest()} has been changed`])
})
