import type { BranchId, PatronId } from '#core'
import { sql, transact } from '#db'
import { decideLending, type LendingRules, type LendingValues, lendingRules } from '#lending-rules'
import { ADDRESSEE, type Addressee, type Template, tell } from '#messages'
import { LENDING_GROUP } from '#patrons'
import { readSetting } from '#settings'
import type { Context } from '#vault'
import { dateText } from '#web'
import { bill, LOSING, type LosingLoan, lose } from './lose.ts'
import { dueSoon, lineOf, loansInWords, overdue } from './templates.ts'

/** Whom and what a rule's values hold for, and the days they come to; one row for each, to be joined with loans. */
interface Span {
  readonly branch: BranchId
  readonly patronGroup: string
  readonly materialGroup: string
  readonly step: number
  readonly from_days: number
  readonly until_days: number
}

/** Loans that are out, in nobody's dispute, with what decides which rules hold for them. */
const OUT = sql.raw(`
  loan l join item i on i.id = l.item_id join patron p on p.id = l.patron_id
  where l.returned_at is null and l.lost_at is null and l.claimed_returned_at is null`)
const GROUP = sql.raw(LENDING_GROUP('p'))
const ALIVE = sql.raw(`not exists (select from loan_block b where b.patron_id = p.id and b.code = 'deceased')`)

/** A day so far off that no loan is later. */
const NEVER = 36_500

/** Reminds of what is due soon, as the rules of each loan say, once: one message for each patron. */
export async function remindDueSoon(ctx: Context, night: Temporal.PlainDate): Promise<number> {
  const rules = await readSetting(ctx, lendingRules)
  const most = mostOf(rules, ({ remindDaysBefore }) => remindDaysBefore ?? -1)
  if (most < 0) return 0
  const days = { from: night, to: night.add({ days: most }) }
  return transact(ctx, async (ctx) => {
    const spans = await spansOf(ctx, rules, days, ({ remindDaysBefore }) =>
      remindDaysBefore === null ? [] : [{ step: 0, from_days: 0, until_days: remindDaysBefore }],
    )
    const reminded = await ctx.db.prepared<Told>(sql`
      with reminded as (
        update loan l set reminded_at = ${ctx.clock.now()}
        from item i, patron p, ${joined(spans)}
        where i.id = l.item_id and p.id = l.patron_id and ${fits()}
          and l.due_on between ${days.from} and ${days.to} and l.due_on <= ${night}::date + s.until_days
          and l.returned_at is null and l.lost_at is null and l.claimed_returned_at is null and l.reminded_at is null
        returning l.patron_id, l.title_id, l.due_on)
      ${TOLD('reminded')}`)
    return tellEach(ctx, dueSoon, reminded, (loans, language) => {
      const days = [...new Set(loans.map(({ due_on }) => due_on.toString()))]
      return {
        count: loansInWords(loans.length, language),
        days: days.map((day) => {
          const due = loans.filter(({ due_on }) => due_on.toString() === day)
          return { loans: loansInWords(due.length, language), due: dateText(Temporal.PlainDate.from(day), language) }
        }),
        items: loans.map((loan) => lineOf(loan, language)),
      }
    })
  })
}

/** Tells of what is overdue, once for each step of its rules; a step that was missed is not made up for twice. */
export async function remindOverdue(ctx: Context, night: Temporal.PlainDate): Promise<number> {
  const rules = await readSetting(ctx, lendingRules)
  const first = -mostOf(rules, ({ overdueAfterDays }) => -Math.min(...overdueAfterDays, NEVER))
  const last = mostOf(rules, ({ overdueAfterDays, lostAfterDays }) =>
    overdueAfterDays.length === 0 ? 0 : (lostAfterDays ?? NEVER),
  )
  const days = { from: night.subtract({ days: last }), to: night.subtract({ days: first }) }
  return transact(ctx, async (ctx) => {
    const spans = await spansOf(ctx, rules, days, overdueSteps)
    const told = await ctx.db.prepared<Told>(sql`
      with told as (
        update loan l set overdue_step = s.step
        from item i, patron p, ${joined(spans)}
        where i.id = l.item_id and p.id = l.patron_id and ${fits()}
          and l.due_on between ${days.from} and ${days.to}
          and l.due_on <= ${night}::date - s.from_days and l.due_on > ${night}::date - s.until_days
          and l.overdue_step < s.step
          and l.returned_at is null and l.lost_at is null and l.claimed_returned_at is null
        returning l.patron_id, l.title_id, l.due_on)
      ${TOLD('told')}`)
    return tellEach(ctx, overdue, told, (loans, language) => ({
      count: loansInWords(loans.length, language),
      items: loans.map((loan) => lineOf(loan, language)),
    }))
  })
}

function overdueSteps({ overdueAfterDays, lostAfterDays }: LendingValues) {
  const steps = [...overdueAfterDays].sort((a, b) => a - b)
  return steps.map((days, at) => ({
    step: at + 1,
    from_days: days,
    until_days: steps[at + 1] ?? lostAfterDays ?? NEVER,
  }))
}

/**
 * Counts as lost what is so late that the rules of its loan say so: late fee, compensation, and one bill for each patron,
 * by Digital Post or letter. Each patron's is done by itself, so that a night that is cut off goes on where it was.
 */
export async function declareLost(ctx: Context, night: Temporal.PlainDate): Promise<number> {
  const rules = await readSetting(ctx, lendingRules)
  const least = -mostOf(rules, ({ lostAfterDays }) => -(lostAfterDays ?? NEVER))
  const days = { from: night.subtract({ days: NEVER }), to: night.subtract({ days: least }) }
  const spans = await spansOf(ctx, rules, days, ({ lostAfterDays }) =>
    lostAfterDays === null ? [] : [{ step: 0, from_days: lostAfterDays, until_days: NEVER }],
  )
  if (spans.length === 0) return 0
  const late = sql`l.due_on <= ${night}::date - s.from_days and ${fits()}`
  const patrons = await ctx.db.prepared<{ patron_id: PatronId }>(sql`
    select distinct l.patron_id from ${joined(spans)}, ${OUT} and l.due_on <= ${days.to} and ${late} order by l.patron_id`)
  let count = 0
  for (const { patron_id } of patrons) {
    count += await transact(ctx, async (ctx) => {
      await ctx.db.run(sql`select from patron where id = ${patron_id} for no key update`)
      const loans = await ctx.db.prepared<LosingLoan>(sql`
        select ${sql.raw(LOSING)} from ${joined(spans)}, title t, ${OUT} and t.id = l.title_id and l.patron_id = ${patron_id} and ${late}
        order by l.item_id for update of i, l`)
      const losses = []
      for (const loan of loans) losses.push({ ...loan, ...(await lose(ctx, loan, night)) })
      await bill(ctx, losses)
      return losses.length
    })
  }
  return count
}

function mostOf(rules: LendingRules, value: (values: LendingValues) => number): number {
  const { general } = rules
  const every = rules.rules.map(({ remindDaysBefore, overdueAfterDays, lostAfterDays }) => ({
    ...general,
    remindDaysBefore: remindDaysBefore === undefined ? general.remindDaysBefore : remindDaysBefore,
    overdueAfterDays: overdueAfterDays ?? general.overdueAfterDays,
    lostAfterDays: lostAfterDays === undefined ? general.lostAfterDays : lostAfterDays,
  }))
  return Math.max(...[general, ...every].map(value))
}

/** The rows that say, for every kind of loan that is out and due between two days, what its rules come to. */
async function spansOf(
  ctx: Context,
  rules: LendingRules,
  days: { readonly from: Temporal.PlainDate; readonly to: Temporal.PlainDate },
  spans: (values: LendingValues) => readonly Pick<Span, 'step' | 'from_days' | 'until_days'>[],
): Promise<Span[]> {
  const scopes = await ctx.db.prepared<Pick<Span, 'branch' | 'patronGroup' | 'materialGroup'>>(sql`
    select distinct i.branch_id as branch, ${GROUP} as "patronGroup", l.material_group as "materialGroup"
    from ${OUT} and l.due_on between ${days.from} and ${days.to}`)
  return scopes.flatMap((scope) => spans(decideLending(rules, scope).values).map((span) => ({ ...scope, ...span })))
}

function joined(spans: readonly Span[]) {
  const list = <K extends keyof Span>(key: K) => spans.map((span) => span[key])
  return sql`unnest(${list('branch')}::uuid[], ${list('patronGroup')}::text[], ${list('materialGroup')}::text[],
    ${list('step')}::int[], ${list('from_days')}::int[], ${list('until_days')}::int[])
    as s (branch, patron_group, material_group, step, from_days, until_days)`
}

function fits() {
  return sql`i.branch_id = s.branch and l.material_group = s.material_group and ${GROUP} = s.patron_group`
}

interface Told extends Addressee {
  readonly title: string
  readonly due_on: Temporal.PlainDate
}

/** Nobody writes to the dead; who is under restriction the outbox leaves out. */
function TOLD(changed: string) {
  return sql`
    select ${sql.raw(ADDRESSEE('p'))}, t.title, r.due_on
    from ${sql.id(changed)} r join patron p on p.id = r.patron_id join title t on t.id = r.title_id
    where ${ALIVE} order by p.id, r.due_on, t.title`
}

const AT_A_TIME = 1000

/** One message for each patron, about all their loans that are told of now. */
async function tellEach<Data>(
  ctx: Context,
  template: Template<Data>,
  rows: readonly Told[],
  dataOf: (loans: readonly Told[], language: Addressee['language']) => Data,
): Promise<number> {
  const patrons = [...Map.groupBy(rows, ({ patron_id }) => patron_id).values()]
  let messages = 0
  for (let from = 0; from < patrons.length; from += AT_A_TIME) {
    const told = patrons.slice(from, from + AT_A_TIME).map((loans) => {
      const [to] = loans as [Told]
      return { to, data: dataOf(loans, to.language) }
    })
    messages += await tell(ctx, template, told)
  }
  return messages
}
