import { dayOf, type PatronId } from '#core'
import { sql, transact } from '#db'
import { type BranchDay, type Closure, movedDays } from '#lending-rules'
import { ADDRESSEE, type Addressee, declareTemplate, tell } from '#messages'
import type { Context } from '#vault'
import { dateText } from '#web'
import { type LoanLine, lineOf, loansInWords } from './templates.ts'

export interface DueMoved {
  readonly reason: string
  /** How many are now due on each day. */
  readonly days: readonly { readonly loans: string; readonly due: string }[]
  readonly items: readonly LoanLine[]
}

/** Tells that the library is closed when something was due there, and when it is due instead. */
export const dueMoved = declareTemplate<DueMoved>({
  kind: 'due-moved',
  label: { da: 'Afleveringsfristen er flyttet', en: 'The due date has moved' },
  about: 'service',
  titleFields: ['title'],
  sample: {
    da: {
      reason: 'Vandskade',
      days: [{ loans: '2 lån', due: '3. december 2026' }],
      items: [{ title: 'Ronja Røverdatter', due: '3. december 2026' }],
    },
    en: {
      reason: 'Water damage',
      days: [{ loans: '2 loans', due: '3 December 2026' }],
      items: [{ title: 'The Brothers Lionheart', due: '3 December 2026' }],
    },
  },
  initial: {
    da: {
      subject: 'Du har fået længere tid',
      body: `Biblioteket er lukket: {{reason}}. Derfor har vi flyttet din afleveringsfrist, og dagene koster ikke gebyr.

{{#days}}
{{loans}} skal nu afleveres senest {{due}}.
{{/days}}

{{#titles}}
{{#items}}
{{title}} – {{due}}
{{/items}}
{{/titles}}`,
      short: 'Biblioteket er lukket, og din frist er flyttet: {{#days}}{{loans}} senest {{due}}. {{/days}}',
    },
    en: {
      subject: 'You have been given longer',
      body: `The library is closed: {{reason}}. We have therefore moved your due date, and those days cost no fee.

{{#days}}
{{loans}} now to be returned by {{due}}.
{{/days}}

{{#titles}}
{{#items}}
{{title}} – {{due}}
{{/items}}
{{/titles}}`,
      short: 'The library is closed and your due date has moved: {{#days}}{{loans}} by {{due}}. {{/days}}',
    },
  },
})

/** Patrons told in one transaction: short enough that a desk hardly waits for it. */
const PATRONS_AT_ONCE = 200

/**
 * Moves the due dates that fall within a closure to the next day the loan's branch is open, and tells each patron once,
 * in the transaction that moved theirs; what a patron says is returned is moved and not written about. One call does a
 * part; when it answers that nothing was moved, all is done. What has been moved falls outside the closure and is not
 * moved again, so that it can be cut off and begun anew.
 */
export function moveDueDates(
  ctx: Context,
  closure: Closure,
): Promise<{ readonly moved: number; readonly told: number }> {
  return transact(ctx, async (ctx) => {
    const { branch, from, to, reason } = closure
    const within = sql`l.returned_at is null and l.lost_at is null and l.due_on between ${from} and ${to}
      and (${branch}::uuid is null or l.branch_id = ${branch})`
    const days = await ctx.db.all(sql<BranchDay>`
      select distinct l.branch_id as branch, l.due_on as day from loan l where ${within}`)
    const moves = await movedDays(ctx, days)
    if (moves.length === 0) return { moved: 0, told: 0 }
    const moving = sql`unnest(${moves.map(({ branch }) => branch)}::uuid[], ${moves.map(({ day }) => day.toString())}::date[],
      ${moves.map(({ moved_to }) => moved_to.toString())}::date[]) as s (branch_id, day, moved_to)`
    const fits = sql`l.branch_id = s.branch_id and l.due_on = s.day`
    const patrons = await ctx.db.all(sql<{ id: PatronId }>`
      select id from patron where id in (select l.patron_id from loan l, ${moving} where ${fits} and ${within})
      order by id limit ${PATRONS_AT_ONCE} for no key update`)
    // Who was told that it is overdue may have to be told again, once it is so by the new date.
    const rows = await ctx.db.all(sql<MovedRow>`
      with moved as (
        update loan l set due_on = s.moved_to,
          overdue_step = case when s.moved_to >= ${dayOf(ctx.clock.now())} then 0 else l.overdue_step end
        from ${moving}
        where ${fits} and ${within} and l.patron_id = any(${patrons.map(({ id }) => id)}::uuid[])
        returning l.patron_id, l.title_id, l.due_on, l.claimed_returned_at)
      select ${sql.raw(ADDRESSEE('p'))}, t.title, m.due_on, m.claimed_returned_at is not null as claimed
      from moved m join patron p on p.id = m.patron_id join title t on t.id = m.title_id
      order by p.id, m.due_on, t.title`)
    const told = await tell(
      ctx,
      dueMoved,
      [
        ...Map.groupBy(
          rows.filter(({ claimed }) => !claimed),
          ({ patron_id }) => patron_id,
        ).values(),
      ].map((loans) => toldOf(loans as [MovedRow], reason)),
    )
    return { moved: rows.length, told }
  })
}

interface MovedRow extends Addressee {
  readonly title: string
  readonly due_on: Temporal.PlainDate
  readonly claimed: boolean
}

function toldOf(
  loans: readonly [MovedRow, ...MovedRow[]],
  reason: Closure['reason'],
): { to: Addressee; data: DueMoved } {
  const [to] = loans
  const { language } = to
  const byDay = Map.groupBy(loans, ({ due_on }) => dateText(due_on, language))
  return {
    to,
    data: {
      reason: reason[language],
      days: [...byDay].map(([due, of]) => ({ loans: loansInWords(of.length, language), due })),
      items: loans.map((loan) => lineOf(loan, language)),
    },
  }
}
