import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { addBranch } from '#agencies'
import { at, type BranchId, type LoanId } from '#core'
import { sql } from '#db'
import { runRetention } from '#privacy'
import type { Context } from '#vault'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { publicSite, testWeb } from '../../../test/support/site.ts'
import { register } from '../../rooms.ts'
import { registerStatisticsPages } from './pages.ts'
import { countLoans, publicStatistics } from './queries.ts'

let library: TestLibrary
let app: FastifyInstance
let ctx: Context
let cast: Cast
let second: BranchId
let stock: { readonly id: string; readonly title_id: string }

before(async () => {
  // Glostrup counts both what is lent and which titles.
  library = await openTestLibrary({ agencies: ['glostrup'] })
  ctx = library.context()
  cast = await castIn(ctx)
  second = await addBranch(ctx, { code: 'B', name: 'Filial Øst', address: 'Vej 2', postcode: '2600', city: 'Glostrup' })
  stock = await ctx.db.one(sql<{ id: string; title_id: string }>`select id, title_id from item limit 1`)
  app = await testWeb()
  registerStatisticsPages(app, publicSite(library))
})
after(async () => {
  await app.close()
  await library.close()
})
beforeEach(async () => {
  await ctx.db.run(sql`delete from loan`)
  await ctx.db.run(sql`delete from circulation`)
  await ctx.db.run(sql`delete from lending`)
})

/** Loans begun on a day and brought back the day after, each settled. */
async function lend(
  day: string,
  many: number,
  given: { branch?: BranchId; material?: string; time?: string } = {},
): Promise<void> {
  const lent = at(Temporal.PlainDate.from(day), given.time ?? '10:00')
  const back = lent.add({ hours: 24 })
  for (let loan = 0; loan < many; loan++) {
    await ctx.db.run(sql`
      insert into loan (id, patron_id, item_id, title_id, branch_id, material, patron_group, age_band, lent_at, due_on,
        renewals, overdue_step, returned_at, settled_at)
      values (${ctx.random.uuid(lent) as LoanId}, ${cast.asta.id}, ${stock.id}, ${stock.title_id},
        ${given.branch ?? cast.branch}, ${given.material ?? 'book'}, 'adult', '30-49', ${lent},
        ${Temporal.PlainDate.from(day).add({ days: 30 })}, 0, 0, ${back}, ${back})`)
  }
}

async function total(): Promise<number> {
  const months = ['2024-10', '2025-11'].map((month) => Temporal.PlainYearMonth.from(month)) as [
    Temporal.PlainYearMonth,
    Temporal.PlainYearMonth,
  ]
  return (await countLoans(ctx, ...months)).reduce((sum, { loans }) => sum + loans, 0)
}

test('a loan is counted once, before it is forgotten, on the night itself and afterwards', async () => {
  await lend('2025-10-14', 7)
  await lend('2025-10-20', 2, { material: 'film' })
  assert.equal(await total(), 9)
  const nights: number[] = []
  for (const night of ['2025-11-13', '2025-11-14', '2025-11-15', '2025-11-20']) {
    await runRetention(ctx, register, Temporal.PlainDate.from(night))
    const { left } = await ctx.db.one(sql<{ left: number }>`select count(*)::int as left from loan`)
    nights.push(left)
    assert.equal(await total(), 9, night)
  }
  assert.deepEqual(nights, [9, 2, 2, 0])
})

test('a loan belongs to the month in which it began in Copenhagen', async () => {
  await lend('2025-10-01', 1, { time: '00:30' })
  await lend('2025-09-30', 1, { time: '23:30' })
  const months = (await countLoans(ctx, month('2025-09'), month('2025-10'))).map((count) => [
    `${count.month}`,
    count.loans,
  ])
  assert.deepEqual(months, [
    ['2025-09-01', 1],
    ['2025-10-01', 1],
  ])
})

test('loans outside the months asked for are not counted', async () => {
  await lend('2025-08-31', 1)
  await lend('2025-09-01', 1)
  await lend('2025-09-30', 1)
  await lend('2025-10-01', 1)
  const counts = await countLoans(ctx, month('2025-09'), month('2025-09'))
  assert.deepEqual(
    counts.map(({ loans }) => loans),
    [2],
  )
})

test('the loans of a person under restriction wait until it ends', async () => {
  await lend('2025-10-14', 3)
  const id = ctx.random.uuid(ctx.clock.now())
  await ctx.db.run(sql`
    insert into restriction (id, patron_id, reason, placed_by, placed_at)
    values (${id}, ${cast.asta.id}, 'prøve', 'test', ${ctx.clock.now()})`)
  assert.equal(await total(), 0)
  await ctx.db.run(sql`update restriction set ended_at = ${ctx.clock.now()}`)
  assert.equal(await total(), 3)
})

test('the public sees thirteen whole months and not the one that is running', async () => {
  await lend('2024-09-30', 50)
  await lend('2024-10-01', 10)
  await lend('2025-10-31', 20)
  await lend('2025-11-01', 50)
  const statistics = await publicStatistics(ctx)
  assert.equal(statistics?.total, 30)
  assert.deepEqual(
    statistics?.months.filter(({ loans }) => loans).map(({ month, loans }) => [`${month}`, loans]),
    [
      ['2024-10', 10],
      ['2025-10', 20],
    ],
  )
})

test('the page shows no small number, nor what would give it away', async () => {
  await lend('2025-09-10', 30)
  await lend('2025-10-10', 3)
  await lend('2025-08-10', 12, { branch: second })
  await lend('2025-08-10', 17, { branch: second, material: 'film' })
  const { statusCode, body } = await app.inject({ url: '/glostrup/statistics' })
  assert.equal(statusCode, 200)
  const text = body.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
  assert.match(text, /Lån i alt 62/)
  assert.match(text, /skjult for (?=.*okt)/)
  assert.doesNotMatch(text, /okt\. 2025 3 /)
  assert.match(text, /Filial Øst/)
  assert.match(text, /Film/)
})

test('a library with hardly any loans shows no numbers at all', async () => {
  await lend('2025-10-10', 4)
  const { body } = await app.inject({ url: '/en/glostrup/statistics' })
  assert.match(body, /too few loans/)
  assert.doesNotMatch(body, /<svg class="chart/)
})

function month(text: string): Temporal.PlainYearMonth {
  return Temporal.PlainYearMonth.from(text)
}
