import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addBranch, closeOn, setOpeningHours } from '#agencies'
import { type BranchId, type PatronId, type StaffId, startOfDay } from '#core'
import { sql } from '#db'
import { type LendingRules, lendingRules } from '#lending-rules'
import { accessesOf } from '#privacy'
import { changeSetting, currentSetting } from '#settings'
import type { Context } from '#vault'
import { type Cast, castIn, noon } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import {
  checkin,
  checkout,
  claimReturned,
  countLoans,
  groupLoansOf,
  openLoans,
  renew,
  renewAll,
  settle,
  tellReceipts,
} from './index.ts'

let library: TestLibrary
let ctx: Context
let desk: Context
let cast: Cast
let other: BranchId

const day = (text: string) => Temporal.PlainDate.from(text)

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  cast = await castIn(ctx)
  desk = library.context({ kind: 'staff', id: ctx.random.uuid(ctx.clock.now()) as StaffId, roles: ['desk'] })
  const place = { name: 'Filial', address: 'Gaden 1', postcode: '3480', city: 'Fredensborg' }
  other = await addBranch(ctx, { code: 'B', ...place })
})
after(() => library.close())

async function decideRules(change: (rules: LendingRules) => LendingRules): Promise<void> {
  const { version } = await currentSetting(ctx, lendingRules)
  const changed = await changeSetting(ctx, lendingRules, {
    content: change(lendingRules.initial),
    basedOn: version,
    by: null,
  })
  assert(changed.ok, JSON.stringify(changed))
}
const asBefore = () => decideRules((rules) => rules)

async function lend(card: string, barcode: string) {
  const lent = await checkout(ctx, { card, barcode })
  assert(lent.ok, JSON.stringify(lent))
  return lent.value
}

const takeAllBack = async () => {
  for (const barcode of ['A1', 'A2', 'B1', 'B2', 'C1', 'C2']) await checkin(ctx, { barcode })
}

test('a second checkout by the same patron answers with the same loan and renews nothing (scenario 1)', async () => {
  const first = await lend(cast.asta.card, 'A1')
  library.clock.moveTo(noon('2025-11-25'))
  const again = await lend(cast.asta.card, 'A1')
  assert.deepEqual(again, { ...first, again: true })
  const [loan] = await openLoans(ctx, cast.asta.id)
  assert.equal(loan?.renewals, 0)
  assert.equal(loan?.due_on.toString(), first.due_on.toString())
  await takeAllBack()
})

test('a loan by the rules of the item’s branch, the patron’s group and the material', async () => {
  await decideRules((rules) => ({
    ...rules,
    rules: [
      ...rules.rules,
      { branch: cast.branch, loanDays: 21 },
      { patronGroup: 'child', materialGroup: 'quick', loanDays: 3 },
    ],
  }))
  await ctx.db.run(sql`update item set material_group = 'quick' where barcode = 'B1'`)
  const lent_on = day('2025-11-25')
  assert.equal((await lend(cast.asta.card, 'A1')).due_on.toString(), lent_on.add({ days: 21 }).toString())
  assert.equal((await lend(cast.asta.card, 'B1')).due_on.toString(), lent_on.add({ days: 7 }).toString())
  await checkin(ctx, { barcode: 'B1' })
  assert.equal((await lend(cast.clara.card, 'B1')).due_on.toString(), lent_on.add({ days: 3 }).toString())
  await ctx.db.run(sql`update item set material_group = 'standard' where barcode = 'B1'`)
  await takeAllBack()
  await asBefore()
})

test('what the patron says is returned does not count against the limit (scenario 5)', async () => {
  await decideRules((rules) => ({ ...rules, general: { ...rules.general, mostLoans: 1 } }))
  const { loan } = await lend(cast.asta.card, 'A1')
  assert.deepEqual(await checkout(ctx, { card: cast.asta.card, barcode: 'B1' }), {
    ok: false,
    refusal: { kind: 'too-many-loans', limit: 1 },
  })
  assert((await claimReturned(desk, loan, { on: day('2025-11-25') })).ok)
  await lend(cast.asta.card, 'B1')
  await takeAllBack()
  await asBefore()
})

test('reaching the limit stops the next loan, and one back is room for one (scenarios 10, 12)', async () => {
  await decideRules((rules) => ({ ...rules, general: { ...rules.general, mostLoans: 2 } }))
  await lend(cast.asta.card, 'A1')
  await lend(cast.asta.card, 'B1')
  const third = { card: cast.asta.card, barcode: 'C1' }
  assert.deepEqual(await checkout(ctx, third), { ok: false, refusal: { kind: 'too-many-loans', limit: 2 } })
  await checkin(ctx, { barcode: 'A1' })
  assert((await checkout(ctx, third)).ok)
  await takeAllBack()
  await asBefore()
})

test('an exception by staff is lent, and the patron can read why it was made (scenario 6)', async () => {
  await ctx.db.run(sql`update item set material_group = 'reference' where barcode = 'A1'`)
  const request = { card: cast.asta.card, barcode: 'A1' }
  assert.deepEqual(await checkout(desk, request), { ok: false, refusal: { kind: 'not-loanable' } })
  const override = { reason: 'Over weekenden til en eksamen', due_on: day('2025-11-28') }
  assert.deepEqual(await checkout(ctx, { ...request, override }), {
    ok: false,
    refusal: { kind: 'override-not-allowed' },
  })
  const lent = await checkout(desk, { ...request, override })
  assert(lent.ok)
  assert.equal(lent.value.due_on.toString(), '2025-11-28')
  assert.deepEqual(lent.value.despite, [{ kind: 'not-loanable' }])
  const looks = await accessesOf(ctx, cast.asta.id)
  assert.equal(looks[0]?.why, 'Over weekenden til en eksamen')
  await ctx.db.run(sql`update item set material_group = 'standard' where barcode = 'A1'`)
  await takeAllBack()
})

test('a loan over the night the clocks change is due the same number of days later (scenario 14)', async () => {
  library.clock.moveTo(startOfDay(day('2026-02-27')).add({ minutes: 1 }))
  assert.equal((await lend(cast.asta.card, 'A1')).due_on.toString(), '2026-03-29')
  library.clock.moveTo(startOfDay(day('2026-02-28')).subtract({ minutes: 1 }))
  assert.equal((await lend(cast.asta.card, 'A2')).due_on.toString(), '2026-03-29')
  library.clock.moveTo(startOfDay(day('2026-03-30')).subtract({ minutes: 1 }))
  const back = await checkin(ctx, { barcode: 'A1' })
  assert(back.ok && back.value.fee_ore === 0, 'until midnight of the due date it costs nothing')
  library.clock.moveTo(startOfDay(day('2026-03-30')))
  const late = await checkin(ctx, { barcode: 'A2' })
  assert(late.ok && late.value.fee_ore === 2_000)
})

test('where the library wants it so, nothing is due on a day the branch is closed (scenario 7, as it is in Denmark)', async () => {
  library.clock.moveTo(noon('2026-04-02'))
  await decideRules((rules) => ({ ...rules, general: { ...rules.general, dueOnOpenDay: true } }))
  const hours = [1, 2, 3, 4, 5].map((weekday) => ({ weekday, opens: '10:00', closes: '18:00', staffed: true }))
  await setOpeningHours(ctx, cast.branch, hours)
  const reason = { da: 'Oprydning', en: 'Tidying' }
  await closeOn(ctx, { branch: cast.branch, day: day('2026-05-04'), reason })
  assert.equal((await lend(cast.asta.card, 'B1')).due_on.toString(), '2026-05-05', 'from Saturday over a closed Monday')
  await setOpeningHours(ctx, cast.branch, [])
  await takeAllBack()
  await asBefore()
})

test('an item kept on the shelf for one patron is not lent to another (scenario 9)', async () => {
  const reserved = await ctx.db.one<{ id: string }>(sql`
    insert into reservation (id, transaction_id, patron_id, title_id, pickup_branch_id, placed_at, interest_until_on,
      item_id, ready_at, pickup_until_on, pickup_number)
    select ${ctx.random.uuid(ctx.clock.now())}, ${ctx.random.uuid(ctx.clock.now())}, ${cast.bo.id}, title_id, branch_id,
      ${ctx.clock.now()}, ${day('2026-12-01')}, id, ${ctx.clock.now()}, ${day('2026-12-01')}, '74'
    from item where barcode = 'C1' returning id`)
  await ctx.db.run(sql`update item set state = 'on-shelf-for-pickup' where barcode = 'C1'`)
  assert.deepEqual(await checkout(ctx, { card: cast.asta.card, barcode: 'C1' }), {
    ok: false,
    refusal: { kind: 'reserved-for-another' },
  })
  await lend(cast.bo.card, 'C1')
  assert.equal(await ctx.db.maybe(sql`select 1 from reservation where id = ${reserved.id}`), undefined)
  await takeAllBack()
})

test('a receipt goes by e-mail to who wants one, and names titles only to who asked for that', async () => {
  const receipts = () =>
    ctx.db.all<{ body: string }>(sql`select body from message where kind = 'loan-receipt' order by id`)
  assert((await checkout(ctx, { card: cast.asta.card, barcode: 'A1', receipt: true })).ok)
  assert((await checkout(ctx, { card: cast.dines.card, barcode: 'A2', receipt: true })).ok)
  assert((await checkout(ctx, { card: cast.asta.card, barcode: 'B1', receipt: true })).ok)
  assert.equal(await tellReceipts(ctx), 0, 'the visit may not be over')
  library.clock.moveTo(library.clock.now().add({ minutes: 11 }))
  assert.equal(await tellReceipts(ctx), 1)
  const [receipt, ...more] = await receipts()
  assert.deepEqual(more, [], 'one for both (scenario 63), and who has given no e-mail gets none')
  assert.equal(receipt?.body.match(/afleveres senest/g)?.length, 2)
  assert.match(receipt?.body ?? '', /senest 2\. maj 2026/)
  assert.doesNotMatch(receipt?.body ?? '', /Titel/)
  await takeAllBack()
})

test('what the desk sees of a patron with a loan is written in the access log with it, or not at all', async () => {
  const look = { what: 'udlån ved skranken', why: 'Udlån' }
  const looks = async () => (await accessesOf(ctx, cast.bo.id)).length
  const before = await looks()
  assert((await checkout(desk, { card: cast.bo.card, barcode: 'B1', look })).ok)
  assert.equal(await looks(), before + 1)
  assert(!(await checkout(desk, { card: cast.bo.card, barcode: 'nej', look })).ok)
  assert.equal(await looks(), before + 1)
  await takeAllBack()
})

test('a teacher answers for a class’s loan until it is settled, in a library that has said how long it is kept', async () => {
  const request = { card: cast.clara.card, barcode: 'B1', primary: cast.asta.id }
  assert((await checkout(ctx, request)).ok)
  assert.deepEqual(
    (await groupLoansOf(ctx, cast.asta.id)).map(({ barcode }) => barcode),
    ['B1'],
  )
  const nobody = ctx.random.uuid(ctx.clock.now()) as PatronId
  assert.deepEqual(await checkout(ctx, { ...request, barcode: 'B2', primary: nobody }), {
    ok: false,
    refusal: { kind: 'unknown-primary' },
  })
  await checkin(ctx, { barcode: 'B1' })
  await settle(ctx)
  assert.deepEqual(await ctx.db.all(sql`select 1 from group_loan`), [])
})

test('renewed too late, the loan goes on and the fee stays (scenario 22)', async () => {
  library.clock.moveTo(noon('2026-05-01'))
  const { loan } = await lend(cast.asta.card, 'A1')
  library.clock.moveTo(noon('2026-06-10'))
  const renewed = await renew(ctx, loan)
  assert(renewed.ok)
  assert.deepEqual([renewed.value.due_on.toString(), renewed.value.fee_ore], ['2026-07-10', 12_000])
  const back = await checkin(ctx, { barcode: 'A1' })
  assert(back.ok && back.value.fee_ore === 0, 'nothing more for days that are paid for')
})

test('renewing never shortens a loan', async () => {
  const override = { reason: 'Sommerlån', due_on: day('2026-09-01') }
  const lent = await checkout(desk, { card: cast.clara.card, barcode: 'A1', override })
  assert(lent.ok)
  const renewed = await renew(ctx, lent.value.loan)
  assert(renewed.ok)
  assert.equal(renewed.value.due_on.toString(), '2026-09-01')
  await takeAllBack()
})

test('renewing all is done loan by loan: what is refused keeps its due date', async () => {
  await ctx.db.run(sql`update item set material_group = 'quick' where barcode = 'B1'`)
  const first = await lend(cast.clara.card, 'A1')
  const second = await lend(cast.clara.card, 'B1')
  library.clock.moveTo(noon('2026-06-12'))
  const denied = (await openLoans(ctx, cast.clara.id)).map(({ barcode, denials }) => [
    barcode,
    denials.map(({ kind }) => kind),
  ])
  assert.deepEqual(denied, [
    ['B1', ['too-many-renewals']],
    ['A1', []],
  ])
  const tried = await renewAll(ctx, cast.clara.id)
  assert.deepEqual(
    tried.map(({ loan, result }) => [loan, result.ok]),
    [
      [second.loan, false],
      [first.loan, true],
    ],
  )
  const [quick, long] = await openLoans(ctx, cast.clara.id)
  assert.deepEqual([quick?.due_on.toString(), long?.due_on.toString()], ['2026-06-17', '2026-07-12'])
  const counts = await countLoans(ctx, cast.clara.id)
  assert.deepEqual([counts.loans, counts.overdue, counts.next_due_on?.toString()], [2, 0, '2026-06-17'])
  await ctx.db.run(sql`update item set material_group = 'standard' where barcode = 'B1'`)
  await takeAllBack()
})

test('a loan nobody knows is not renewed (scenario 27)', async () => {
  const unknown = ctx.random.uuid(ctx.clock.now()) as Parameters<typeof renew>[1]
  assert.deepEqual(await renew(ctx, unknown), { ok: false, refusal: { kind: 'unknown-loan' } })
})

test('the branch an item was lent at is where it was last seen', async () => {
  assert((await checkout(ctx, { card: cast.asta.card, barcode: 'A1', branch: other })).ok)
  const item = await ctx.db.one<{ at_branch_id: BranchId }>(sql`select at_branch_id from item where barcode = 'A1'`)
  assert.equal(item.at_branch_id, other)
  await checkin(ctx, { barcode: 'A1', at: cast.branch })
})
