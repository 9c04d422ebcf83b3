import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { addStaff } from '#auth'
import { at, type LoanId } from '#core'
import { sql } from '#db'
import { countDay } from '#statistics'
import type { Context } from '#vault'
import { type Cast, castIn } from '../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../test/support/library.ts'
import { signInAs, type Visitor, visit } from '../test/support/visitor.ts'
import { createSite } from './site.ts'

const PASSWORD = 'fire store gule løver'
const PAGE = '/fredensborg/staff/statistics'

let library: TestLibrary
let app: FastifyInstance
let ctx: Context
let cast: Cast
let desk: Visitor

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  cast = await castIn(ctx)
  app = await createSite(library.installation)
  const operator = library.context({ kind: 'operator', name: 'drift' })
  const person = { username: 'dora', name: 'Dora Prøve', email: null, password: PASSWORD }
  assert.ok((await addStaff(operator, { ...person, roles: ['desk'] })).ok)
  desk = visit(app)
  await signInAs(desk, 'fredensborg', { username: 'dora', password: PASSWORD })
  await lend('2024-10-10', 20)
  await lend('2025-09-10', 12)
  await lend('2025-10-10', 30)
  await lend('2025-10-11', 3, 'film')
})
after(async () => {
  await app?.close()
  await library.close()
})

/** Loans begun on a day and brought back the day after. */
async function lend(day: string, many: number, material = 'book'): Promise<void> {
  const lent = at(Temporal.PlainDate.from(day), '10:00')
  const back = lent.add({ hours: 24 })
  const { id, title_id } = await ctx.db.one<{ id: string; title_id: string }>(
    sql`select id, title_id from item limit 1`,
  )
  for (let loan = 0; loan < many; loan++) {
    await ctx.db.run(sql`
      insert into loan (id, patron_id, item_id, title_id, branch_id, material, patron_group, age_band, lent_at, due_on,
        renewals, overdue_step, returned_at, settled_at)
      values (${ctx.random.uuid(lent) as LoanId}, ${cast.asta.id}, ${id}, ${title_id}, ${cast.branch}, ${material}, 'adult',
        '30-49', ${lent}, ${Temporal.PlainDate.from(day).add({ days: 30 })}, 0, 0, ${back}, ${back})`)
  }
}

const words = (body: string) => body.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
const counted = () =>
  ctx.db.all<{ day: Temporal.PlainDate; loans: number; returns: number; items: number | null }>(
    sql`select day, loans, returns, items from day_at_branch order by day`,
  )

test('a night counts the day before, once, and the number stays when the loans are forgotten', async () => {
  for (const night of ['2025-10-11', '2025-10-12', '2025-10-11']) {
    await countDay(ctx, Temporal.PlainDate.from(night), { withStock: night === '2025-10-12' })
  }
  const rows = (await counted()).map(({ day, ...rest }) => ({ day: String(day), ...rest }))
  assert.deepEqual(rows, [
    { day: '2025-10-10', loans: 30, returns: 0, items: null },
    { day: '2025-10-11', loans: 3, returns: 30, items: 6 },
  ])
})

test('the loans of a person under restriction are not counted', async () => {
  const id = ctx.random.uuid(ctx.clock.now())
  await ctx.db.run(sql`
    insert into restriction (id, patron_id, reason, placed_by, placed_at)
    values (${id}, ${cast.asta.id}, 'prøve', 'test', ${ctx.clock.now()})`)
  await countDay(ctx, Temporal.PlainDate.from('2025-09-11'), { withStock: false })
  await ctx.db.run(sql`delete from restriction`)
  assert.equal((await counted())[0]?.loans, 0)
})

test('a period is shown beside the same months a year earlier, and small numbers are hidden with what gives them away', async () => {
  const { statusCode, body } = await desk.get(`${PAGE}?from=2025-09&to=2025-10&compare=year-before`)
  assert.equal(statusCode, 200)
  const text = words(body)
  assert.match(text, /sep(t\.|\.) 2025 12 0/)
  assert.match(text, /okt\. 2025 33 20 \+65 %/)
  assert.match(text, /Film skjult/)
  assert.doesNotMatch(text, /Film 3/)
  assert.doesNotMatch(text, /Bøger 42/)
})

test('the numbers are had for a spreadsheet, hidden as on the page', async () => {
  const answer = await desk.get(`${PAGE}/csv?from=2025-09&to=2025-10&compare=none`)
  assert.match(String(answer.headers['content-type']), /^text\/csv/)
  assert.match(answer.body, /^\uFEFFLån måned for måned\r\nMåned;Lån\r\n/)
  assert.match(answer.body, /Film;skjult/)
  assert.doesNotMatch(answer.body, /Film;3/)
})

test('months that are none, or in the wrong order, are told of', async () => {
  for (const query of ['from=igår', 'from=2025-10&to=2025-09', 'from=2000-01&to=2025-10']) {
    const { statusCode, body } = await desk.get(`${PAGE}?${query}`)
    assert.equal(statusCode, 422, query)
    assert.match(body, /error-summary/)
  }
})

test('whoever is not staff sees nothing of it', async () => {
  assert.equal((await visit(app, '127.0.8.8').get(PAGE)).statusCode, 303)
})
