import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { BranchId, ItemId, PatronId } from '#core'
import { decideLending, type LendingRules, type LendingValues, lendingRules } from '#lending-rules'
import { byLendersDay } from './due.ts'
import { againstRenewal, FBS_RENEWAL_STATUS, type RenewalFacts } from './renewal-rules.ts'
import { type RouteFacts, routeReturn, stateOnRoute } from './route.ts'
import {
  type CheckoutFacts,
  type CheckoutItem,
  type CheckoutPatron,
  decideCheckout,
  kindsOf,
  type Lenience,
  refusalOf,
} from './rules.ts'
import { LOAN_STATES, loanMayBecome } from './states.ts'

const day = (text: string) => Temporal.PlainDate.from(text)
const TODAY = day('2026-03-10')
const ASTA = 'asta' as PatronId
const BO = 'bo' as PatronId
const HERE = 'here' as BranchId
const THERE = 'there' as BranchId

const patron: CheckoutPatron = {
  id: ASTA,
  birth_on: day('1985-03-14'),
  patron_group: 'adult',
  restricted: false,
  blocks: [],
  loans: [],
}
const item: CheckoutItem = {
  id: 'item' as ItemId,
  state: 'available',
  material_group: 'standard',
  lent_to: null,
  kept_for: null,
  return_by_on: null,
}
const initial = lendingRules.initial
const rulesWith = (general: Partial<LendingValues>, more: Partial<LendingRules> = {}): LendingRules => ({
  ...initial,
  ...more,
  general: { ...initial.general, ...general },
})

function decide(
  facts: { patron?: Partial<CheckoutPatron> | null; item?: Partial<CheckoutItem> | null },
  rules: LendingRules = initial,
  lenience?: Lenience,
) {
  const whole: CheckoutFacts = {
    patron: facts.patron === null ? null : { ...patron, ...facts.patron },
    item: facts.item === null ? null : { ...item, ...facts.item },
    today: TODAY,
    others: [],
  }
  const materialGroup = whole.item?.material_group ?? 'standard'
  return decideCheckout(whole, rules, { branch: HERE, patronGroup: 'adult', materialGroup }, lenience)
}

function kinds(...given: Parameters<typeof decide>): string[] {
  const decided = decide(...given)
  return decided.ok ? [] : kindsOf(decided.refusal)
}

test('an unknown patron, an unknown item and a blocked patron are different reasons (scenario 3)', () => {
  assert.deepEqual(kinds({ patron: null }), ['unknown-patron'])
  assert.deepEqual(kinds({ item: null }), ['unknown-item'])
  assert.deepEqual(kinds({ patron: { blocks: ['debt'] } }), ['blocked'])
})

test('everything against a checkout is told at once, the gravest first (scenario 4)', () => {
  assert.deepEqual(kinds({ patron: null, item: null }), ['unknown-patron', 'unknown-item'])
  assert.deepEqual(kinds({ patron: null, item: { state: 'withdrawn', kept_for: BO } }), [
    'unknown-patron',
    'withdrawn',
    'reserved-for-another',
  ])
  const child = { birth_on: day('2016-01-01'), blocks: ['debt'], restricted: true, loans: ['film', 'film'] } as const
  const rules = rulesWith({ mostLoans: 2, mostOfGroup: 1, leastAge: 15, loanable: false })
  assert.deepEqual(kinds({ patron: child, item: { material_group: 'film', lent_to: BO, state: 'on-loan' } }, rules), [
    'restricted',
    'blocked',
    'lent-to-another',
    'not-loanable',
    'too-young',
    'too-many-loans',
    'too-many-of-group',
  ])
})

test('a limit is reached by as many as it says, and one of a group counts that group and its parts (scenario 5)', () => {
  const materialGroups = [
    { code: 'film', name: { da: 'Film', en: 'Film' } },
    { code: 'dvd', name: { da: 'DVD', en: 'DVD' }, parent: 'film' },
    { code: 'book', name: { da: 'Bøger', en: 'Books' } },
  ]
  const rules = rulesWith({ mostLoans: 4 }, { materialGroups, rules: [{ materialGroup: 'film', mostOfGroup: 2 }] })
  const dvd = { material_group: 'dvd' }
  assert.deepEqual(kinds({ patron: { loans: ['dvd', 'book'] }, item: dvd }, rules), [])
  assert.deepEqual(kinds({ patron: { loans: ['dvd', 'film'] }, item: dvd }, rules), ['too-many-of-group'])
  assert.deepEqual(kinds({ patron: { loans: ['dvd', 'film'] }, item: { material_group: 'book' } }, rules), [])
  assert.deepEqual(kinds({ patron: { loans: ['book', 'book', 'book'] }, item: { material_group: 'book' } }, rules), [])
  const four = { loans: ['book', 'book', 'book', 'book'] }
  assert.deepEqual(kinds({ patron: four, item: { material_group: 'book' } }, rules), ['too-many-loans'])
})

test('an age limit is met on the birthday, and asks no birthday of a school', () => {
  const rules = rulesWith({ leastAge: 15 })
  assert.deepEqual(kinds({ patron: { birth_on: day('2011-03-11') } }, rules), ['too-young'])
  assert.deepEqual(kinds({ patron: { birth_on: day('2011-03-10') } }, rules), [])
  assert.deepEqual(kinds({ patron: { birth_on: null, patron_group: 'adult' } }, rules), [])
  assert.deepEqual(kinds({ patron: { birth_on: null, patron_group: 'child' } }, rules), ['too-young'])
})

test('what is broken, withdrawn, lost or not yet here is not lent; what was missed or under way is', () => {
  assert.deepEqual(kinds({ item: { state: 'damaged' } }), ['damaged'])
  assert.deepEqual(kinds({ item: { state: 'withdrawn' } }), ['withdrawn'])
  assert.deepEqual(kinds({ item: { state: 'lost' } }), ['hand-in-first'])
  assert.deepEqual(kinds({ item: { state: 'on-order' } }), ['hand-in-first'])
  assert.deepEqual(kinds({ item: { state: 'missing' } }), [])
  assert.deepEqual(kinds({ item: { state: 'in-transit' } }), [])
  assert.deepEqual(kinds({ item: { state: 'in-transit', kept_for: BO } }), ['reserved-for-another'])
  assert.deepEqual(kinds({ item: { state: 'on-shelf-for-pickup', kept_for: ASTA } }), [])
})

test('what one has already is not refused for anything but a restriction (scenario 1)', () => {
  const again = { state: 'on-loan', lent_to: ASTA } as const
  assert.deepEqual(decide({ patron: { blocks: ['debt'] }, item: again }), { ok: true, value: { kind: 'again' } })
  assert.deepEqual(kinds({ patron: { restricted: true }, item: again }), ['restricted'])
})

const override = (allowed: boolean, reason: string, due_on?: Temporal.PlainDate): Lenience => ({
  kind: 'override',
  allowed,
  override: { reason, due_on },
})

test('staff lend all the same only with a right, a reason and a day to come (scenario 6)', () => {
  const tooMany = { patron: { loans: ['standard'] } }
  const rules = rulesWith({ mostLoans: 1 })
  const lent = decide(tooMany, rules, override(true, 'Skal bruge den til eksamen', day('2026-03-11')))
  assert.deepEqual(lent, { ok: true, value: { kind: 'lend', despite: [{ kind: 'too-many-loans', limit: 1 }] } })
  assert.deepEqual(kinds(tooMany, rules, override(false, 'fordi')), ['override-not-allowed'])
  assert.deepEqual(kinds(tooMany, rules, override(true, ' ')), ['override-needs-reason'])
  assert.deepEqual(kinds(tooMany, rules, override(true, 'fordi', TODAY)), ['due-in-past'])
})

test('no reason lends to the restricted, the dead or the unknown, or what is another’s', () => {
  const why = override(true, 'fordi')
  assert.deepEqual(kinds({ patron: { restricted: true } }, initial, why), ['restricted'])
  assert.deepEqual(kinds({ patron: { blocks: ['deceased'] } }, initial, why), ['blocked'])
  assert.deepEqual(kinds({ patron: null }, initial, why), ['unknown-patron'])
  assert.deepEqual(kinds({ item: { kept_for: BO } }, initial, why), ['reserved-for-another'])
  assert.deepEqual(kinds({ item: { lent_to: BO, state: 'on-loan' } }, initial, why), ['lent-to-another'])
  assert.deepEqual(kinds({ item: { state: 'withdrawn' } }, initial, why), ['withdrawn'])
})

const loan: RenewalFacts = {
  state: 'open',
  renewals: 0,
  due_on: day('2026-03-20'),
  waiting: false,
  restricted: false,
  return_by_on: null,
  blocks: [],
  today: TODAY,
}

test('what another library lends us is due on its day at the latest, and never before it is lent', () => {
  const date = fc.integer({ min: 0, max: 400 }).map((days) => TODAY.add({ days }))
  const compare = Temporal.PlainDate.compare
  fc.assert(
    fc.property(date, date, date, (lent_on, counted, by_on) => {
      const due_on = byLendersDay(counted, lent_on, by_on)
      assert.ok(compare(due_on, counted) <= 0, 'no later than it would have been')
      if (compare(lent_on, by_on) <= 0) assert.ok(compare(due_on, by_on) <= 0)
      if (compare(lent_on, counted) <= 0) assert.ok(compare(due_on, lent_on) >= 0)
      assert.ok(byLendersDay(counted, lent_on, null).equals(counted), 'our own is due as counted')
    }),
  )
})

test('after the lender’s day nobody is lent it, nor with a reason; one that has left the house offline is written down', () => {
  const over = { item: { return_by_on: TODAY.subtract({ days: 1 }) } }
  assert.deepEqual(kinds({ item: { return_by_on: TODAY } }, initial), [])
  assert.deepEqual(kinds(over, initial), ['lender-wants-back'])
  assert.deepEqual(kinds(over, initial, override(true, 'fordi')), ['lender-wants-back'])
  assert.deepEqual(kinds(over, initial, { kind: 'offline' }), [])
})

test('a renewal is refused when the lender’s day leaves no later day', () => {
  const { values } = decideLending(initial, {})
  const against = (return_by_on: string, today = TODAY) =>
    againstRenewal({ ...loan, today, return_by_on: day(return_by_on) }, values)
  assert.deepEqual(against('2026-03-20'), [{ kind: 'lender-wants-back', by_on: day('2026-03-20') }])
  assert.deepEqual(against('2026-03-21'), [], 'a day is a day')
  assert.deepEqual(
    against('2026-03-21', day('2026-03-21')).map(({ kind }) => kind),
    ['lender-wants-back'],
    'late already: today is no longer loan',
  )
  assert.equal(FBS_RENEWAL_STATUS['lender-wants-back'], 'deniedOtherReason')
})

test('a renewal too early is refused with the soonest day (scenario 17)', () => {
  const values = { ...initial.general, renewFromDaysBefore: 7 }
  assert.deepEqual(againstRenewal(loan, values), [{ kind: 'too-early', from_on: day('2026-03-13') }])
  assert.deepEqual(againstRenewal({ ...loan, today: day('2026-03-13') }, values), [])
})

test('all reasons against a renewal are listed together (scenarios 20, 21)', () => {
  const { values } = decideLending(initial, { materialGroup: 'reference' })
  const facts: RenewalFacts = { ...loan, renewals: 3, waiting: true, restricted: true, blocks: ['debt'] }
  const listed = (facts: RenewalFacts) => againstRenewal(facts, values).map(({ kind }) => kind)
  assert.deepEqual(listed({ ...facts, state: 'claimed-returned' }), [
    'restricted',
    'blocked',
    'claimed-returned',
    'reserved',
    'too-many-renewals',
    'not-loanable',
  ])
  assert.ok(listed({ ...facts, state: 'lost' }).includes('lost'))
  assert.deepEqual(listed({ ...facts, state: 'returned' }), ['not-on-loan'])
})

test('each reason against a renewal has its word in the clients’ vocabulary (scenario 27)', () => {
  assert.equal(FBS_RENEWAL_STATUS.reserved, 'deniedReserved')
  assert.equal(FBS_RENEWAL_STATUS['too-many-renewals'], 'deniedMaxRenewalsReached')
  assert.equal(FBS_RENEWAL_STATUS.blocked, 'deniedLoanerIsBlocked')
  assert.equal(FBS_RENEWAL_STATUS['not-loanable'], 'deniedMaterialIsNotLoanable')
  assert.equal(FBS_RENEWAL_STATUS['unknown-loan'], 'deniedMaterialIsNotFound')
  assert.equal(FBS_RENEWAL_STATUS['too-early'], 'deniedOtherReason')
})

const handedIn: RouteFacts = {
  at: HERE,
  home: HERE,
  shelf: '86',
  floats: false,
  state: 'available',
  kept: undefined,
}

test('what is handed in where it does not belong goes home, unless somebody waits here (scenario 31)', () => {
  assert.deepEqual(routeReturn(handedIn), { kind: 'shelf', shelf: '86' })
  const away = { ...handedIn, home: THERE }
  assert.deepEqual(routeReturn(away), { kind: 'transit', to: THERE, for_reservation: false })
  const kept = { pickup_branch: HERE, pickup_number: '74' }
  assert.deepEqual(routeReturn({ ...away, kept }), { kind: 'pickup-shelf', number: '74' })
})

test('what floats stays where it is, except that somebody who waits elsewhere comes first (scenario 32)', () => {
  const floating = { ...handedIn, home: THERE, floats: true }
  assert.deepEqual(routeReturn(floating), { kind: 'shelf', shelf: '86' })
  const kept = { pickup_branch: THERE, pickup_number: null }
  assert.deepEqual(routeReturn({ ...floating, kept }), { kind: 'transit', to: THERE, for_reservation: true })
})

test('what is broken or withdrawn serves nobody who waits', () => {
  const kept = { pickup_branch: HERE, pickup_number: '74' }
  assert.deepEqual(routeReturn({ ...handedIn, state: 'damaged', kept }), { kind: 'repair' })
  assert.deepEqual(routeReturn({ ...handedIn, state: 'withdrawn', kept }), { kind: 'withdrawn' })
})

test('law: an item on its way has somewhere else to go, and everything else stays', () => {
  const branch = fc.constantFrom(HERE, THERE, 'third' as BranchId)
  const facts = fc.record({
    at: branch,
    home: branch,
    shelf: fc.constant(null),
    floats: fc.boolean(),
    state: fc.constantFrom('available' as const, 'damaged' as const, 'withdrawn' as const),
    kept: fc.option(fc.record({ pickup_branch: branch, pickup_number: fc.constant('7') }), { nil: undefined }),
  })
  fc.assert(
    fc.property(facts, (facts) => {
      const route = routeReturn(facts)
      assert.equal(stateOnRoute(route) === 'in-transit', route.kind === 'transit')
      if (route.kind === 'transit') assert.notEqual(route.to, facts.at)
      if (facts.kept && facts.state === 'available') assert.notEqual(route.kind, 'shelf')
    }),
  )
})

test('a loan that is settled is open again only when its return is undone, and one that is lost is not open', () => {
  for (const to of ['claimed-returned', 'lost'] as const) assert.ok(!loanMayBecome('settled', to))
  assert.ok(loanMayBecome('settled', 'open') && loanMayBecome('returned', 'open'))
  assert.ok(!loanMayBecome('lost', 'open'))
  for (const state of LOAN_STATES) assert.ok(loanMayBecome(state, state))
})

test('reasons that are none make no refusal', () => {
  assert.equal(refusalOf([]), undefined)
  assert.deepEqual(refusalOf([{ kind: 'a' }]), { kind: 'a' })
  assert.deepEqual(refusalOf([{ kind: 'a' }, { kind: 'b' }]), { kind: 'a', also: [{ kind: 'b' }] })
})
