import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { BranchId } from '#core'
import {
  BUILT_IN_GROUPS,
  decideLending,
  type Group,
  type LendingRule,
  type LendingRules,
  type LendingScope,
  type LendingValues,
  lendingRules,
} from './index.ts'

const { initial } = lendingRules
const group = (code: string, parent?: string): Group => ({
  code,
  name: { da: code, en: code },
  ...(parent ? { parent } : {}),
})
const NAMES = Object.keys(initial.general) as (keyof LendingValues)[]
const BRANCHES = ['019a0000-0000-7000-8000-00000000000a', '019a0000-0000-7000-8000-00000000000b'] as BranchId[]
const MATERIAL = [group('film'), group('dvd', 'film'), group('bluray', 'film'), group('book')]
const PATRON = [group('school', 'institution'), group('class-9b', 'school'), group('staff', 'adult')]

const doc = (...rules: LendingRule[]): LendingRules => ({
  ...initial,
  materialGroups: MATERIAL,
  patronGroups: PATRON,
  rules,
})
const checked = (content: unknown) => lendingRules.schema.safeParse(content)
const at = <Value>(from: readonly Value[]) => fc.option(fc.constantFrom(...from), { nil: undefined })

const codes = (groups: readonly Group[]) => groups.map(({ code }) => code)
const scopes: fc.Arbitrary<LendingScope> = fc.record(
  {
    branch: fc.constantFrom(...BRANCHES),
    patronGroup: fc.constantFrom(...codes([...BUILT_IN_GROUPS, ...PATRON])),
    materialGroup: fc.constantFrom(...codes(MATERIAL)),
  },
  { requiredKeys: [] },
)
const someRules: fc.Arbitrary<LendingRule[]> = fc.uniqueArray(
  fc.record(
    {
      branch: at(BRANCHES),
      patronGroup: at(codes([...BUILT_IN_GROUPS, ...PATRON])),
      materialGroup: at(codes(MATERIAL)),
      loanDays: fc.integer({ min: 1, max: 365 }),
      renewals: fc.integer({ min: 0, max: 9 }),
      mostOfGroup: fc.option(fc.integer({ min: 0, max: 9 }), { nil: null }),
      loanable: fc.boolean(),
    },
    { requiredKeys: [] },
  ),
  { maxLength: 12, selector: ({ branch, patronGroup, materialGroup }) => `${branch}|${patronGroup}|${materialGroup}` },
)

function line(groups: readonly Group[], code: string | undefined): string[] {
  const here = groups.find((each) => each.code === code)
  return here ? [here.code, ...line(groups, here.parent)] : []
}

const fits = (rule: LendingRule, scope: LendingScope) =>
  (rule.branch === undefined || rule.branch === scope.branch) &&
  (rule.patronGroup === undefined ||
    line([...BUILT_IN_GROUPS, ...PATRON], scope.patronGroup).includes(rule.patronGroup)) &&
  (rule.materialGroup === undefined || line(MATERIAL, scope.materialGroup).includes(rule.materialGroup))
const named = ({ branch, patronGroup, materialGroup }: LendingRule) =>
  [branch, patronGroup, materialGroup].filter((part) => part !== undefined).length

test('law: what a rule decides is what it says, and it is about the patron, the item and the branch asked for', () => {
  fc.assert(
    fc.property(someRules, scopes, (rules, scope) => {
      const { values, because } = decideLending(doc(...rules), scope)
      for (const name of NAMES) {
        const at = because[name]
        if (at === null) assert.deepEqual(values[name], initial.general[name])
        else {
          const rule = rules[at] as LendingRule
          assert.ok(fits(rule, scope))
          assert.deepEqual(values[name], rule[name])
        }
      }
    }),
  )
})

test('law: no rule that fits and decides a value names more than the one that decided it', () => {
  fc.assert(
    fc.property(someRules, scopes, (rules, scope) => {
      const { because } = decideLending(doc(...rules), scope)
      for (const name of NAMES) {
        const at = because[name]
        const chosen = at === null ? -1 : named(rules[at] as LendingRule)
        const others = rules.filter((rule) => rule[name] !== undefined && fits(rule, scope))
        assert.ok(others.every((rule) => named(rule) <= chosen))
      }
    }),
  )
})

test('law: the order in which rules were written decides nothing', () => {
  fc.assert(
    fc.property(
      someRules.chain((rules) =>
        fc.tuple(fc.constant(rules), fc.shuffledSubarray(rules, { minLength: rules.length, maxLength: rules.length })),
      ),
      scopes,
      ([rules, shuffled], scope) => {
        const [one, other] = [decideLending(doc(...rules), scope), decideLending(doc(...shuffled), scope)]
        assert.deepEqual(one.values, other.values)
        for (const name of NAMES) {
          const [a, b] = [one.because[name], other.because[name]]
          assert.equal(a === null ? null : rules[a], b === null ? null : shuffled[b])
        }
      },
    ),
  )
})

test('law: asked twice, a document answers the same', () => {
  fc.assert(
    fc.property(someRules, scopes, (rules, scope) => {
      const one = doc(...rules)
      assert.deepEqual(decideLending(one, scope), decideLending(one, { ...scope }))
      assert.deepEqual(decideLending(one, scope), decideLending(doc(...rules), scope))
    }),
  )
})

test('the rule that names most wins; of two that name as many, the material group’s before the patron group’s before the branch’s', () => {
  const [branch] = BRANCHES as [BranchId]
  const scope = { branch, patronGroup: 'adult', materialGroup: 'dvd' }
  const days = (...rules: LendingRule[]) => decideLending(doc(...rules), scope).values.loanDays
  const byMaterial = { materialGroup: 'dvd', loanDays: 7 }
  const byPatron = { patronGroup: 'adult', loanDays: 14 }
  const byBranch = { branch, loanDays: 21 }
  const byTwo = { branch, patronGroup: 'adult', loanDays: 28 }
  assert.equal(days(), initial.general.loanDays)
  assert.equal(days(byBranch), 21)
  assert.equal(days(byBranch, byPatron), 14)
  assert.equal(days(byBranch, byPatron, byMaterial), 7)
  assert.equal(days(byBranch, byPatron, byMaterial, byTwo), 28)
})

test('a limit of one kind of material is no limit of another (scenario 5)', () => {
  const rules = doc({ materialGroup: 'film', mostOfGroup: 3 })
  const of = (materialGroup: string) => decideLending(rules, { patronGroup: 'adult', materialGroup })
  assert.equal(of('film').values.mostOfGroup, 3)
  assert.equal(of('dvd').values.mostOfGroup, 3, 'and those that are part of it count along')
  assert.equal(of('book').values.mostOfGroup, null)
  assert.equal(of('book').because.mostOfGroup, null)
})

test('a group’s rule holds for the groups that are part of it, and the nearer group’s wins', () => {
  const rules = doc({ patronGroup: 'institution', loanDays: 90, renewals: 5 }, { patronGroup: 'school', loanDays: 60 })
  const { values, because } = decideLending(rules, { patronGroup: 'class-9b' })
  assert.deepEqual([values.loanDays, because.loanDays], [60, 1])
  assert.deepEqual([values.renewals, because.renewals], [5, 0])
  assert.equal(decideLending(rules, { patronGroup: 'staff' }).values.loanDays, initial.general.loanDays)
})

test('who is in a group that is gone, or none, is lent to by the general rules', () => {
  const rules = doc({ patronGroup: 'school', loanDays: 60 }, { materialGroup: 'dvd', loanDays: 7 })
  for (const scope of [{}, { patronGroup: 'closed-school', materialGroup: 'laser-disc' }]) {
    assert.deepEqual(decideLending(rules, scope).values, initial.general)
  }
})

test('the rules a library starts with are good, and so is every document made of known groups', () => {
  assert.ok(checked(initial).success)
  fc.assert(fc.property(someRules, (rules) => assert.ok(checked(doc(...rules)).success)))
})

test('a circle of groups, a group without its parent and two groups with one code are refused', () => {
  const withGroups = (...groups: Group[]) => checked({ ...initial, rules: [], patronGroups: groups })
  const faults = (result: ReturnType<typeof checked>) => result.error?.issues.map(({ path }) => path.join('.'))
  assert.deepEqual(faults(withGroups(group('a', 'b'), group('b', 'a'))), ['patronGroups.a', 'patronGroups.b'])
  assert.deepEqual(faults(withGroups(group('a', 'a'))), ['patronGroups.a'])
  assert.deepEqual(faults(withGroups(group('a', 'nobody'))), ['patronGroups.a'])
  assert.deepEqual(faults(withGroups(group('adult'))), ['patronGroups'])
  assert.ok(withGroups(group('a', 'adult'), group('b', 'a')).success)
})

test('a rule about an unknown group, a second one about the same, and a loan of no days are refused', () => {
  assert.deepEqual(
    checked(doc({ patronGroup: 'nobody', loanDays: 1 })).error?.issues.map(({ path }) => path),
    [['rules', 0, 'patronGroup']],
  )
  assert.deepEqual(
    checked(doc({ materialGroup: 'dvd', loanDays: 1 }, { materialGroup: 'dvd', renewals: 1 })).error?.issues.map(
      ({ path }) => path,
    ),
    [['rules', 1]],
  )
  assert.ok(!checked(doc({ materialGroup: 'dvd', loanDays: 0 })).success)
  assert.ok(!checked({ ...initial, feeForUncollected: 50 }).success, 'what the law knows nothing of has no place')
})
