import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addBranch } from '#agencies'
import type { StaffId } from '#core'
import { sql } from '#db'
import { openClaims } from '#fees'
import { type LendingRules, lendingRules } from '#lending-rules'
import { placeAutomaticBlock } from '#patrons'
import { changeSetting, currentSetting } from '#settings'
import type { Context } from '#vault'
import { type Cast, castIn, noon } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { checkin, checkout, claimReturned, declareLost, remindDueSoon, remindOverdue, renew } from './index.ts'

let library: TestLibrary
let ctx: Context
let cast: Cast

const day = (text: string) => Temporal.PlainDate.from(text)

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  cast = await castIn(ctx)
})
after(() => library.close())

async function decideRules(change: (rules: LendingRules) => LendingRules): Promise<void> {
  const { version } = await currentSetting(ctx, lendingRules)
  const content = change(lendingRules.initial)
  assert((await changeSetting(ctx, lendingRules, { content, basedOn: version, by: null })).ok)
}

async function lend(card: string, barcode: string) {
  const lent = await checkout(ctx, { card, barcode })
  assert(lent.ok, JSON.stringify(lent))
  return lent.value.loan
}

interface Sent {
  readonly patron_id: string
  readonly channel: string
  readonly body: string
}
const sent = (kind: string) =>
  ctx.db.all<Sent>(sql`select patron_id, channel, body from message where kind = ${kind} order by queued_at, id`)
const forget = () => ctx.db.run(sql`delete from message`)
const takeAllBack = async () => {
  for (const barcode of ['A1', 'A2', 'B1', 'B2', 'C1', 'C2']) await checkin(ctx, { barcode, foundByLibrary: true })
}

test('each loan is reminded of by its own rules, and what belongs together is one message', async () => {
  const filial = { name: 'Filial', address: 'Gaden 1', postcode: '3480', city: 'Fredensborg' }
  const other = await addBranch(ctx, { code: 'B', ...filial })
  await ctx.db.run(sql`update item set branch_id = ${other} where barcode = 'B1'`)
  await ctx.db.run(sql`update item set material_group = 'quick' where barcode = 'C1'`)
  await decideRules((rules) => ({
    ...rules,
    rules: [
      { branch: other, remindDaysBefore: 5 },
      { materialGroup: 'quick', loanDays: 30, remindDaysBefore: null },
      { patronGroup: 'child', remindDaysBefore: 1 },
    ],
  }))
  for (const barcode of ['A1', 'B1', 'C1']) await lend(cast.asta.card, barcode)
  await lend(cast.clara.card, 'A2')
  const due = day('2025-12-20')
  const remind = (daysBefore: number) => remindDueSoon(ctx, due.subtract({ days: daysBefore }))
  assert.equal(await remind(6), 0)
  assert.equal(await remind(5), 1, 'at the other branch five days before')
  assert.equal(await remind(3), 1, 'elsewhere three')
  assert.equal(await remind(1), 1, 'children the day before')
  assert.equal(await remind(0), 0, 'quick loans never, the others only once')
  assert.deepEqual(
    (await sent('due-soon')).map(({ patron_id }) => patron_id).sort(),
    [cast.asta.id, cast.asta.id, cast.clara.id].sort(),
  )
  await ctx.db.run(sql`update item set branch_id = ${cast.branch} where barcode = 'B1'`)
  await ctx.db.run(sql`update item set material_group = 'standard' where barcode = 'C1'`)
  await decideRules((rules) => rules)
  await takeAllBack()
  await forget()
})

test('a library may tell three times, and a loan that was renewed is told of from the beginning (scenario 26)', async () => {
  await decideRules((rules) => ({ ...rules, general: { ...rules.general, overdueAfterDays: [7, 2, 20] } }))
  const loan = await lend(cast.asta.card, 'A1')
  const due = day('2025-12-20')
  const tell = (daysAfter: number) => remindOverdue(ctx, due.add({ days: daysAfter }))
  const told = []
  for (const days of [1, 2, 3, 7, 19, 20, 21]) told.push([days, await tell(days)])
  assert.deepEqual(told, [
    [1, 0],
    [2, 1],
    [3, 0],
    [7, 1],
    [19, 0],
    [20, 1],
    [21, 0],
  ])
  library.clock.moveTo(noon('2026-01-15'))
  assert((await renew(ctx, loan)).ok)
  assert.equal(await remindOverdue(ctx, day('2026-02-16')), 1)
  await decideRules((rules) => rules)
  await takeAllBack()
  await forget()
})

test('nobody is reminded of what they say is returned, nor when they are dead or under restriction', async () => {
  const desk = library.context({ kind: 'staff', id: ctx.random.uuid(ctx.clock.now()) as StaffId, roles: ['desk'] })
  const claimed = await lend(cast.asta.card, 'A1')
  assert((await claimReturned(desk, claimed, { on: day('2026-01-15') })).ok)
  await lend(cast.bo.card, 'B1')
  await lend(cast.clara.card, 'C1')
  await placeAutomaticBlock(ctx, cast.bo.id, 'deceased')
  await ctx.db.run(sql`
    insert into restriction (id, patron_id, reason, placed_by, placed_at)
    values (${ctx.random.uuid(ctx.clock.now())}, ${cast.clara.id}, 'prøve', 'test', ${ctx.clock.now()})`)
  await remindDueSoon(ctx, day('2026-02-14'))
  await remindOverdue(ctx, day('2026-02-15'))
  assert.deepEqual(await sent('due-soon'), [])
  assert.deepEqual(await sent('overdue'), [])
})

test('what is so late that the rules say so is lost once: a bill also under restriction, none to the dead (scenario 41)', async () => {
  library.clock.moveTo(noon('2026-03-20'))
  assert.equal(await declareLost(ctx, day('2026-03-20')), 0)
  library.clock.moveTo(noon('2026-03-21'))
  assert.equal(await declareLost(ctx, day('2026-03-21')), 2, 'what is said to be returned is not lost')
  assert.equal(await declareLost(ctx, day('2026-03-22')), 0)
  const bills = await sent('bill')
  assert.deepEqual(
    bills.map(({ patron_id }) => patron_id),
    [cast.clara.id],
  )
  assert.match(bills[0]?.body ?? '', /Titel C/)
  assert.match(bills[0]?.body ?? '', /375,00/, 'a child’s fee and the price')
  assert.equal((await openClaims(ctx, cast.bo.id)).length, 2, 'the estate owes it all the same')
})

test('a library that counts nothing as lost does not, and one that has no rule for it at all is quick about it', async () => {
  await decideRules((rules) => ({ ...rules, general: { ...rules.general, lostAfterDays: null }, rules: [] }))
  await lend(cast.asta.card, 'A2')
  library.clock.moveTo(noon('2027-03-21'))
  assert.equal(await declareLost(ctx, day('2027-03-21')), 0)
  assert.equal(await remindOverdue(ctx, day('2027-03-21')), 1, 'yet the patron is told')
})
