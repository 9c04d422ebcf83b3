import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { dayOf, type LoanId, oreOf } from '#core'
import { sql } from '#db'
import { type Claim, credit, pay } from '#fees'
import { changeSetting } from '#settings'
import type { Context } from '#vault'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { Planter } from '../../../test/support/rows.ts'
import { collectionSetting, prepareCases, reconcile, reviewCases, sendCases } from './index.ts'
import { changeCase } from './review.ts'
import { isWithMunicipality, STEPS } from './rules.ts'
import type { CaseState, CollectionCaseRow } from './tables.ts'

let library: TestLibrary
let ctx: Context
let cast: Cast
let planter: Planter

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  cast = await castIn(ctx)
  planter = await Planter.of(ctx)
  const content = { ...collectionSetting.initial, on: true }
  assert((await changeSetting(ctx, collectionSetting, { content, basedOn: 0, by: null })).ok)
})
after(() => library.close())

/** All the model knows: where each case was, and what each claim lacked. */
interface Model {
  readonly states: Map<string, CaseState>
  readonly owed: Map<string, number>
}
interface Real {
  readonly claims: readonly Claim[]
}

const cases = () => ctx.db.all(sql<CollectionCaseRow>`select * from collection_case order by id`)

/** Steps one command may take at once: announcing and sending, reviewing and recalling. */
function reaches(from: CaseState, to: CaseState): boolean {
  return from === to || STEPS[from].includes(to) || STEPS[from].some((between) => STEPS[between].includes(to))
}

async function look(model: Model, real: Real): Promise<void> {
  const all = await cases()
  for (const each of all) {
    const before = model.states.get(each.id) ?? 'prepared'
    assert(reaches(before, each.state), `${before} → ${each.state}`)
    model.states.set(each.id, each.state)
    assert(each.paid_ore + each.written_down_ore <= each.amount_ore)
    if (STEPS[each.state].length > 0) assert.equal(each.settled_at, null)
  }
  for (const claim of real.claims) {
    const now = await ctx.db.one<{ left: number; handed_over: boolean; at_municipality: number }>(sql`
      select amount_ore - paid_ore - credited_ore as left, handed_over_at is not null as handed_over,
        (select coalesce(sum(amount_ore), 0) from payment where method = 'municipality'
          and (fee_id = c.id or compensation_id = c.id))::int as at_municipality
      from ${sql.id(claim.kind)} c where id = ${claim.id}`)
    const its = all.filter(({ claim_id }) => claim_id === claim.id)
    assert.equal(
      now.handed_over,
      its.some(({ state }) => isWithMunicipality(state)),
      'one place to pay',
    )
    assert(its.filter(({ settled_at }) => settled_at === null).length <= 1)
    assert.equal(
      now.at_municipality,
      its.reduce((sum, { paid_ore }) => sum + paid_ore, 0),
      'booked as it was told',
    )
    assert(now.left >= 0 && now.left <= (model.owed.get(claim.id) ?? 0), 'no claim grows, or is paid twice')
    model.owed.set(claim.id, now.left)
  }
}

function command(name: string, run: (real: Real) => Promise<unknown>): fc.AsyncCommand<Model, Real> {
  return {
    check: () => true,
    toString: () => name,
    async run(model, real) {
      await run(real)
      await look(model, real)
    },
  }
}

const one = fc.nat({ max: 2 })
const amount = fc.integer({ min: 1, max: 30_000 })
const WORDS = ['modtaget', 'afvist', 'rykket', 'gældsstyrelsen', 'betalt', 'afskrevet', 'tilbagesendt']
const kroner = (ore: number) => `${Math.trunc(ore / 100)},${String(ore % 100).padStart(2, '0')}`

const commands = [
  fc.constant(command('announce', async () => prepareCases(ctx))),
  fc.constant(
    command('two weeks later, send', async () => {
      library.clock.moveTo(ctx.clock.now().add({ hours: 24 * 15 }))
      await sendCases(ctx)
    }),
  ),
  fc.constant(command('review', async () => reviewCases(ctx))),
  fc.tuple(one, amount).map(([at, ore]) =>
    command(`pay ${ore} here`, async ({ claims }) => {
      const claim = claims[at]
      if (claim) await pay(ctx, claim, oreOf(ore), 'cash')
    }),
  ),
  fc.tuple(one, amount).map(([at, ore]) =>
    command(`credit ${ore}`, async ({ claims }) => {
      const claim = claims[at]
      if (claim) await credit(ctx, claim, oreOf(ore), 'credit')
    }),
  ),
  fc.tuple(one, fc.constantFrom('withdraw', 'again')).map(([at, wish]) =>
    command(`${wish} ${at}`, async () => {
      const found = (await cases()).at(-1 - at)
      if (found) await changeCase(ctx, found.id, wish)
    }),
  ),
  fc
    .tuple(one, fc.constantFrom(...WORDS), fc.constantFrom(0, 0.5, 1), fc.constantFrom(0, 0.5), fc.boolean())
    .map(([at, word, paid, down, twice]) =>
      command(`the municipality says ${word}, ${paid} paid, ${down} written down`, async () => {
        const found = (await cases()).at(-1 - at)
        if (!found) return
        const totals = [paid, down].map((part) => kroner(Math.round(found.amount_ore * part)))
        const line = `${found.reference};${word};${totals.join(';')};`
        await reconcile(ctx, line)
        if (twice) await reconcile(ctx, line)
      }),
    ),
]

async function newClaims(): Promise<Claim[]> {
  const claims: Claim[] = []
  for (const [kind, amount_ore] of [
    ['fee', 23_000],
    ['fee', 12_000],
    ['compensation', 25_500],
  ] as const) {
    const loan_id = (await planter.row('loan', { patron_id: cast.bo.id, returned_at: ctx.clock.now() })) as LoanId
    const pay_by_on = dayOf(ctx.clock.now()).subtract({ days: 60 })
    const given = {
      patron_id: cast.bo.id,
      loan_id,
      amount_ore,
      paid_ore: 0,
      credited_ore: 0,
      settled_at: null,
      pay_by_on,
    }
    claims.push({ kind, id: await planter.row(kind, { ...given, charged_at: ctx.clock.now() }) } as Claim)
  }
  return claims
}

test('whatever staff, debtor and municipality do, a claim has one place to be paid, and the money adds up', async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 25 }), async (steps) => {
      for (const table of ['collection_case', 'payment', 'message', 'fee', 'compensation']) {
        await ctx.db.run(sql`delete from ${sql.id(table)}`)
      }
      const claims = await newClaims()
      const owed = new Map(claims.map(({ id }, at) => [id as string, [23_000, 12_000, 25_500][at] ?? 0]))
      await fc.asyncModelRun(() => ({ model: { states: new Map(), owed }, real: { claims } }), steps)
    }),
    { numRuns: 40 },
  )
})
