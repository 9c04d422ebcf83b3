import { z } from 'zod'
import type { BranchId, Text2 } from '#core'
import type { Setting } from '#settings'

/** What a library decides about lending; {@link decideLending} says which of its rules holds for whom and what. */
export interface LendingValues {
  readonly loanDays: number
  /** Whether a due date on a day the branch is closed moves to the next open one. */
  readonly dueOnOpenDay: boolean
  readonly renewals: number
  /** A loan may be renewed from so many days before it is due; null for at any time. */
  readonly renewFromDaysBefore: number | null
  /** The most a patron may have on loan in all, null for no limit. */
  readonly mostLoans: number | null
  /** The most of one material group, null for no limit of its own. */
  readonly mostOfGroup: number | null
  readonly mostReservations: number | null
  /** Younger patrons may not borrow it; 0 for everyone. */
  readonly leastAge: number
  readonly loanable: boolean
  readonly reservable: boolean
  /** How many open days an item stands ready. */
  readonly pickupDays: number
  /** How long a reservation waits, unless the patron says otherwise. */
  readonly interestDays: number
  /** Reminded so many days before a loan is due; null for never. */
  readonly remindDaysBefore: number | null
  /** Told so many days after it was due, once for each. */
  readonly overdueAfterDays: readonly number[]
  /** Counted as lost so many days after it was due; null for never. */
  readonly lostAfterDays: number | null
  /** Whether late fees are charged at all. */
  readonly lateFees: boolean
}

/** One rule: whom and what it is about, and the values it decides. What it leaves out a more general rule decides. */
export type LendingRule = {
  readonly branch?: BranchId | undefined
  readonly patronGroup?: string | undefined
  readonly materialGroup?: string | undefined
} & { readonly [Value in keyof LendingValues]?: LendingValues[Value] | undefined }

export interface Group {
  readonly code: string
  readonly name: Text2
  /** The group it is part of: its rules hold where this one has none. */
  readonly parent?: string | undefined
}

export interface LendingRules {
  readonly materialGroups: readonly Group[]
  /** Beside {@link BUILT_IN_GROUPS}. */
  readonly patronGroups: readonly Group[]
  /** What holds where no rule says otherwise. */
  readonly general: LendingValues
  readonly rules: readonly LendingRule[]
}

/** The groups every patron is in by age or kind, when the library has put them in no other. */
export const BUILT_IN_GROUPS: readonly Group[] = [
  { code: 'adult', name: { da: 'Voksen', en: 'Adult' } },
  { code: 'child', name: { da: 'Barn', en: 'Child' } },
  { code: 'institution', name: { da: 'Institution', en: 'Institution' } },
]

const days = z.int().min(0).max(3650)
const code = z.string().regex(/^[a-z0-9-]{1,40}$/)
const text2 = z.strictObject({ da: z.string().trim().min(1).max(80), en: z.string().trim().min(1).max(80) })
const group = z.strictObject({ code, name: text2, parent: code.optional() })

const values = z.strictObject({
  loanDays: days.min(1),
  dueOnOpenDay: z.boolean(),
  renewals: z.int().min(0).max(99),
  renewFromDaysBefore: days.nullable(),
  mostLoans: z.int().min(0).max(10_000).nullable(),
  mostOfGroup: z.int().min(0).max(10_000).nullable(),
  mostReservations: z.int().min(0).max(10_000).nullable(),
  leastAge: z.int().min(0).max(99),
  loanable: z.boolean(),
  reservable: z.boolean(),
  pickupDays: days.min(1),
  interestDays: days.min(1),
  remindDaysBefore: days.nullable(),
  overdueAfterDays: z.array(days.min(1)).max(5),
  lostAfterDays: days.min(1).nullable(),
  lateFees: z.boolean(),
})

const rule = z.strictObject({
  branch: z
    .uuid()
    .transform((id) => id as BranchId)
    .optional(),
  patronGroup: code.optional(),
  materialGroup: code.optional(),
  ...values.partial().shape,
})

const document = z
  .strictObject({
    materialGroups: z.array(group).max(200),
    patronGroups: z.array(group).max(1000),
    general: values,
    rules: z.array(rule).max(1000),
  })
  .superRefine((doc, found) => {
    const patronGroups = [...BUILT_IN_GROUPS, ...doc.patronGroups]
    for (const [kind, groups] of [
      ['materialGroups', doc.materialGroups],
      ['patronGroups', patronGroups],
    ] as const) {
      const codes = groups.map((each) => each.code)
      if (new Set(codes).size < codes.length) found.addIssue({ code: 'custom', path: [kind], message: 'twice' })
      for (const each of groups) {
        if (ancestors(groups, each.code).length === 0) {
          found.addIssue({ code: 'custom', path: [kind, each.code], message: 'its parent is unknown or below itself' })
        }
      }
    }
    for (const [at, each] of doc.rules.entries()) {
      const known = (groups: readonly Group[], code: string | undefined) =>
        code === undefined || groups.some((one) => one.code === code)
      if (!known(patronGroups, each.patronGroup)) {
        found.addIssue({ code: 'custom', path: ['rules', at, 'patronGroup'], message: 'unknown group' })
      }
      if (!known(doc.materialGroups, each.materialGroup)) {
        found.addIssue({ code: 'custom', path: ['rules', at, 'materialGroup'], message: 'unknown group' })
      }
      const others = doc.rules.slice(0, at)
      if (others.some((other) => sameScope(other, each))) {
        found.addIssue({ code: 'custom', path: ['rules', at], message: 'another rule is about the same' })
      }
    }
  })

function sameScope(a: LendingRule, b: LendingRule): boolean {
  return a.branch === b.branch && a.patronGroup === b.patronGroup && a.materialGroup === b.materialGroup
}

/** A group and those it is part of, nearest first; none when it is unknown or a circle. */
function ancestors(groups: readonly Group[], code: string): string[] {
  const line: string[] = []
  for (let at: string | undefined = code; at; ) {
    const here: Group | undefined = groups.find((group) => group.code === at)
    if (!here || line.includes(at)) return []
    line.push(at)
    at = here.parent
  }
  return line
}

export const lendingRules: Setting<LendingRules> = {
  name: 'lending-rules',
  label: { da: 'Regler for udlån', en: 'Lending rules' },
  schema: document as z.ZodType<LendingRules>,
  initial: {
    materialGroups: [
      { code: 'standard', name: { da: 'Almindelige materialer', en: 'Ordinary materials' } },
      { code: 'quick', name: { da: 'Kviklån', en: 'Quick loans' } },
      { code: 'reference', name: { da: 'Kun til brug på stedet', en: 'For use in the house only' } },
    ],
    patronGroups: [],
    general: {
      loanDays: 30,
      dueOnOpenDay: false,
      renewals: 3,
      renewFromDaysBefore: null,
      mostLoans: 100,
      mostOfGroup: null,
      mostReservations: 50,
      leastAge: 0,
      loanable: true,
      reservable: true,
      pickupDays: 7,
      interestDays: 180,
      remindDaysBefore: 3,
      overdueAfterDays: [1, 14],
      lostAfterDays: 35,
      lateFees: true,
    },
    rules: [
      { materialGroup: 'quick', loanDays: 7, renewals: 0, reservable: false },
      { materialGroup: 'reference', loanable: false, reservable: false },
      { patronGroup: 'institution', loanDays: 90, mostLoans: 1000, lateFees: false },
    ],
  },
}

/** Whom and what a question is about; the general answer where something is left out. */
export interface LendingScope {
  readonly branch?: BranchId
  readonly patronGroup?: string
  readonly materialGroup?: string
}

/** Which rule decided each value: its place in the document's `rules`, or null for the general one. */
export type Because = { readonly [Value in keyof LendingValues]: number | null }

export interface LendingDecision {
  readonly values: LendingValues
  readonly because: Because
}

/** A document in force does not change, so what it says of one scope is worked out once. */
const decided = new WeakMap<LendingRules, Map<string, LendingDecision>>()

/**
 * What holds for somebody, something and somewhere. Each value is decided by the rule that names most: material group
 * before patron group before branch where two name as many, and a group before the one it is part of.
 */
export function decideLending(rules: LendingRules, scope: LendingScope): LendingDecision {
  const mine = decided.get(rules) ?? new Map<string, LendingDecision>()
  decided.set(rules, mine)
  const key = `${scope.branch ?? ''}|${scope.patronGroup ?? ''}|${scope.materialGroup ?? ''}`
  const seen = mine.get(key)
  if (seen) return seen
  const decision = workOut(rules, scope)
  mine.set(key, decision)
  return decision
}

function workOut(rules: LendingRules, scope: LendingScope): LendingDecision {
  const ranked = fittingRules(rules, scope).map(({ at }) => ({ at, rule: rules.rules[at] as LendingRule }))
  const names = Object.keys(rules.general) as (keyof LendingValues)[]
  const winners = names.map((name) => [name, ranked.find(({ rule }) => rule[name] !== undefined)] as const)
  return {
    values: Object.fromEntries(
      winners.map(([name, winner]) => [name, winner ? winner.rule[name] : rules.general[name]]),
    ) as unknown as LendingValues,
    because: Object.fromEntries(winners.map(([name, winner]) => [name, winner?.at ?? null])) as unknown as Because,
  }
}

/** A rule that is about somebody, something and somewhere, by its place in the document, and how well it fits. */
export interface FittingRule {
  readonly at: number
  readonly rank: readonly number[]
}

/** The rules that are about a scope, the one that goes before all others first. */
export function fittingRules(rules: LendingRules, scope: LendingScope): FittingRule[] {
  const patronLine = ancestors([...BUILT_IN_GROUPS, ...rules.patronGroups], scope.patronGroup ?? '')
  const materialLine = ancestors(rules.materialGroups, scope.materialGroup ?? '')
  return rules.rules
    .flatMap((rule, at) => {
      const rank = rankOf(rule, scope.branch, patronLine, materialLine)
      return rank ? [{ at, rank }] : []
    })
    .sort((a, b) => compareRanks(a.rank, b.rank))
}

export type Precedence = 'names-more' | 'material-group' | 'patron-group' | 'branch'

/** What puts a rule before another that fits too. */
export function whyBefore(first: FittingRule, second: FittingRule): Precedence {
  const reasons = ['names-more', 'material-group', 'patron-group', 'branch'] as const
  return reasons.find((_, at) => first.rank[at] !== second.rank[at]) ?? 'branch'
}

/** How well a rule fits, smallest first; undefined when it is about something else. */
function rankOf(
  rule: LendingRule,
  branch: BranchId | undefined,
  patronLine: readonly string[],
  materialLine: readonly string[],
): number[] | undefined {
  if (rule.branch && rule.branch !== branch) return undefined
  const patronAt = rule.patronGroup === undefined ? Number.MAX_SAFE_INTEGER : patronLine.indexOf(rule.patronGroup)
  const materialAt =
    rule.materialGroup === undefined ? Number.MAX_SAFE_INTEGER : materialLine.indexOf(rule.materialGroup)
  if (patronAt < 0 || materialAt < 0) return undefined
  const named = [rule.branch, rule.patronGroup, rule.materialGroup].filter((part) => part !== undefined).length
  return [-named, materialAt, patronAt, rule.branch ? 0 : 1]
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  for (const [at, left] of a.entries()) {
    const difference = left - (b[at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
