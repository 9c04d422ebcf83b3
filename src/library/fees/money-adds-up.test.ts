import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import fc from 'fast-check'
import { dayOf, kroner, type LoanId, oreOf, type PatronId, type StaffId } from '#core'
import { sql, transact } from '#db'
import { changeSetting, currentSetting } from '#settings'
import type { Context } from '#vault'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { Planter } from '../../../test/support/rows.ts'
import { movements, reconcile, takings } from './daily-report.ts'
import {
  type Claim,
  type CompensationPrices,
  cancelCompensation,
  chargeCompensation,
  chargeFee,
  credit,
  feeTable,
  pay,
  payBack,
  paySeveral,
} from './index.ts'

let library: TestLibrary
let ctx: Context
let cast: Cast
let planter: Planter

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  cast = await castIn(ctx)
  planter = await Planter.of(ctx)
})
after(() => library.close())
beforeEach(clear)

async function clear(): Promise<void> {
  const money = ['message', 'loan_block', 'payment', 'bookkeeping_entry', 'fee', 'compensation']
  for (const table of money) await ctx.db.run(sql`delete from ${sql.id(table)}`)
  await decide(feeTable.initial.compensation)
}

const staff = '00000000-0000-7000-8000-000000000001' as StaffId

async function loanOf(patron: PatronId): Promise<LoanId> {
  return (await planter.row('loan', { patron_id: patron, returned_at: ctx.clock.now(), fee_id: null })) as LoanId
}

async function charged(amount: number): Promise<Claim> {
  const patron_id = cast.asta.id
  const loan_id = await loanOf(patron_id)
  const id = await transact(ctx, (ctx) => chargeFee(ctx, { patron_id, loan_id, amount_ore: oreOf(amount) }))
  return { kind: 'fee', id }
}

async function lost(price: number): Promise<{ readonly claim: Claim; readonly loan_id: LoanId }> {
  const patron_id = cast.asta.id
  const loan_id = await loanOf(patron_id)
  const loss = { patron_id, loan_id, reason: 'lost' as const, material: 'book', price_ore: oreOf(price) }
  const { compensation } = await transact(ctx, (ctx) => chargeCompensation(ctx, loss))
  return { claim: { kind: 'compensation', id: compensation }, loan_id }
}

const found = (loan: LoanId) => transact(ctx, (ctx) => cancelCompensation(ctx, loan))

async function decide(change: Partial<CompensationPrices>): Promise<void> {
  const { version, content } = await currentSetting(ctx, feeTable)
  const next = { ...content, compensation: { ...content.compensation, ...change } }
  assert((await changeSetting(ctx, feeTable, { content: next, basedOn: version, by: staff })).ok)
}

interface Money {
  amount_ore: number
  paid_ore: number
  credited_ore: number
  settled_at: Temporal.Instant | null
}

function moneyOf({ kind, id }: Claim): Promise<Money> {
  return ctx.db.one<Money>(
    sql`select amount_ore, paid_ore, credited_ore, settled_at from ${sql.id(kind)} where id = ${id}`,
  )
}

interface Step {
  kind: 'fee' | 'lost' | 'pay' | 'back' | 'credit' | 'write-off' | 'found' | 'municipality'
  which: number
  /** Zero stands for all there is; below it is what nobody may do. */
  amount: number
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(
    ...(['fee', 'lost', 'pay', 'pay', 'back', 'credit', 'write-off', 'found', 'municipality'] as const),
  ),
  which: fc.nat(5),
  amount: fc.oneof(
    { arbitrary: fc.integer({ min: -5, max: 30_000 }), weight: 2 },
    { arbitrary: fc.constant(0), weight: 1 },
  ),
})

interface Model {
  claim: Claim
  loan?: LoanId
  amount: number
  paid: number
  credited: number
  receipts: number
  handedOver: boolean
}

test('money adds up, whatever is done in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      await clear()
      await decide({ handling_ore: kroner(50), refundHandling: steps.length % 2 === 0 })
      const models: Model[] = []
      for (const each of steps) await take(each, models, steps.length % 2 === 0)
      for (const model of models) await agree(model)
      const { accounts_ore, claims_ore, differing } = await reconcile(ctx)
      assert.deepEqual([accounts_ore - claims_ore, differing], [0, 0])
      assert.equal(
        claims_ore,
        models.reduce((sum, model) => sum + left(model), 0),
      )
      const today = dayOf(ctx.clock.now())
      const moved = await movements(ctx, today, today)
      const { charged_ore, paid_ore, refunded_ore, credited_ore, written_off_ore } = moved
      assert.equal(charged_ore - paid_ore + refunded_ore - credited_ore - written_off_ore, claims_ore)
      const taken = await takings(ctx, today, today)
      const total = (key: 'paid_ore' | 'refunded_ore' | 'receipts') => taken.reduce((sum, row) => sum + row[key], 0)
      assert.deepEqual([total('paid_ore'), total('refunded_ore')], [paid_ore, refunded_ore])
      assert.equal(
        total('receipts'),
        models.reduce((sum, { receipts }) => sum + receipts, 0),
      )
    }),
    { numRuns: 40 },
  )
})

function left({ amount, paid, credited }: Model): number {
  return amount - paid - credited
}

async function take(step: Step, models: Model[], refundHandling: boolean): Promise<void> {
  if (step.kind === 'fee' || step.kind === 'lost') {
    const begun = { paid: 0, credited: 0, receipts: 0, handedOver: false }
    const price = Math.max(1, step.amount)
    if (step.kind === 'fee') {
      models.push({ ...begun, claim: await charged(price), amount: price })
    } else {
      const { claim, loan_id } = await lost(price)
      models.push({ ...begun, claim, loan: loan_id, amount: price + 5_000 })
    }
    return
  }
  const model = models[step.which % Math.max(1, models.length)]
  if (!model) return
  const { claim } = model
  const owed = left(model)
  if (step.kind === 'municipality') {
    model.handedOver = !model.handedOver
    const since = model.handedOver ? ctx.clock.now() : null
    await ctx.db.run(sql`update ${sql.id(claim.kind)} set handed_over_at = ${since} where id = ${claim.id}`)
    return
  }
  if (step.kind === 'found') {
    const falls = model.amount - (refundHandling ? 0 : 5_000) - model.credited
    const cancelled = model.loan && (await found(model.loan))
    assert.equal(cancelled !== undefined, model.loan !== undefined && falls > 0)
    if (cancelled) model.credited += falls
    return
  }
  const whole = step.kind === 'back' ? model.paid : owed
  const amount = step.amount === 0 ? whole : step.amount
  if (step.kind === 'pay') {
    const done = await pay(ctx, claim, oreOf(amount), 'card')
    assert.equal(done.ok, !model.handedOver && amount > 0 && amount <= owed)
    if (done.ok) Object.assign(model, { paid: model.paid + amount, receipts: model.receipts + 1 })
  } else if (step.kind === 'back') {
    const done = await payBack(ctx, claim, oreOf(amount), 'cash')
    assert.equal(done.ok, amount > 0 && amount <= model.paid && (!model.handedOver || amount <= -owed))
    if (done.ok) Object.assign(model, { paid: model.paid - amount, receipts: model.receipts + 1 })
  } else {
    const done = await credit(ctx, claim, oreOf(amount), step.kind)
    assert.equal(done.ok, amount > 0 && amount <= owed)
    if (done.ok) model.credited += amount
  }
}

async function agree(model: Model): Promise<void> {
  const { claim } = model
  const money = await moneyOf(claim)
  assert.deepEqual([money.paid_ore, money.credited_ore], [model.paid, model.credited])
  assert.equal(money.settled_at !== null, left(model) === 0, 'settled exactly when nothing is left either way')
  if (claim.kind === 'fee') assert(left(model) >= 0, 'nothing is ever owed back of a fee')
  const entries = await ctx.db.all<{ amount_ore: number; settled_at: Temporal.Instant | null }>(
    sql`select amount_ore, settled_at from bookkeeping_entry where claim_id = ${claim.id}`,
  )
  assert.equal(
    entries.reduce((sum, { amount_ore }) => sum + amount_ore, 0),
    left(model),
  )
  assert(entries.every(({ settled_at }) => (settled_at === null) === (money.settled_at === null)))
  const receipts = await ctx.db.all<{ amount_ore: number; receipt_number: string }>(
    sql`select amount_ore, receipt_number from payment where coalesce(fee_id, compensation_id) = ${claim.id}`,
  )
  assert.equal(
    receipts.reduce((sum, { amount_ore }) => sum + amount_ore, 0),
    model.paid,
  )
  assert.deepEqual(
    [receipts.length, new Set(receipts.map(({ receipt_number }) => receipt_number)).size],
    [model.receipts, model.receipts],
  )
}

test('desks, machines and the website at the same money at once: it adds up, and nothing is taken or given twice', async () => {
  for (let round = 0; round < 8; round++) {
    await clear()
    const fee = await charged(12_000)
    const { claim, loan_id } = await lost(20_000)
    const steps = [
      ...Array.from({ length: 4 }, () => () => pay(ctx, fee, oreOf(5_000), 'card')),
      ...Array.from({ length: 4 }, () => () => pay(ctx, claim, oreOf(20_000), 'online')),
      () =>
        paySeveral(
          ctx,
          cast.asta.id,
          [fee, claim].map((each) => ({ claim: each, amount: oreOf(4_000) })),
          'cash',
        ),
      () => credit(ctx, fee, oreOf(2_000), 'credit'),
      () => credit(ctx, claim, oreOf(20_000), 'write-off'),
      ...Array.from({ length: 3 }, () => () => payBack(ctx, claim, oreOf(15_000), 'cash')),
      ...Array.from({ length: 2 }, () => () => found(loan_id)),
    ]
    const order = fc.sample(fc.shuffledSubarray(steps, { minLength: steps.length }), { numRuns: 1 })[0] ?? steps
    await Promise.all(order.map((step) => step()))
    for (const each of [fee, claim]) await holds(each)
    assert.equal((await reconcile(ctx)).differing, 0)
  }
})

/** What is true of a claim whatever has been done to it. */
async function holds(claim: Claim): Promise<void> {
  const { amount_ore, paid_ore, credited_ore, settled_at } = await moneyOf(claim)
  const left = amount_ore - paid_ore - credited_ore
  assert(paid_ore >= 0 && credited_ore <= amount_ore && (claim.kind === 'compensation' || left >= 0))
  assert.equal(settled_at !== null, left === 0)
  const { sum } = await ctx.db.one<{ sum: number }>(
    sql`select coalesce(sum(amount_ore), 0)::int as sum from payment where coalesce(fee_id, compensation_id) = ${claim.id}`,
  )
  assert.equal(sum, paid_ore)
}
