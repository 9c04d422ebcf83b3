import { dayOf, earlier, realClock } from '#core'
import { type Declaration, findTable, type Register, type Statistic } from './declare.ts'
import { cutoff, isHourly } from './period.ts'
import type { Clause, Policy } from './policy.ts'

/** One clause to be carried out in one night. */
export interface Step {
  /** How the clause is named in records: its data and moment, such as `loan/settled`. */
  readonly clause: string
  readonly table: Declaration
  readonly column: string
  readonly cutoff: Temporal.Instant
  readonly action: Clause['action']
  readonly counters: readonly { readonly name: string; readonly by: Statistic<Record<string, unknown>>['by'] }[]
}

export function clauseName(clause: Clause): string {
  return `${clause.data}/${clause.from}`
}

/**
 * What a night is to do: one step for each clause whose table is built and whose rows do not go by their own command.
 * The patron's own table comes last, when what else ends that night has ended. `today` is the world's day: a night of
 * the demonstration's future does not end what lives in the world's time.
 */
export function planRetention(
  policy: Policy,
  register: Register,
  night: Temporal.PlainDate,
  today = dayOf(realClock.now()),
): Step[] {
  const steps = policy.clauses.flatMap((clause): Step[] => {
    const table = findTable(register, clause.data)
    const column = table?.moments[clause.from]?.column
    if (!table || !column || isHourly(clause)) return []
    return [
      {
        clause: clauseName(clause),
        table,
        column,
        cutoff: cutoff(clause, table.realTime ? earlier(night, today) : night, {
          yearBegins: policy.accounting['year-begins'],
        }),
        action: clause.action,
        counters: countersOf(clause, table),
      },
    ]
  })
  return [...steps.filter((step) => !isPersonsStep(step)), ...steps.filter(isPersonsStep)]
}

/** Whether the rows that end are the patrons themselves, with all that follows their account. */
export function isPersonsStep(step: Step): boolean {
  return step.table.about === 'patron' && step.table.subject === 'id'
}

/** Which of a table's statistics a clause counts: all when it anonymises, those it names when it deletes. */
export function countersOf(clause: Clause, table: Declaration): Step['counters'] {
  const known = Object.entries(table.statistics ?? {})
  const counted = clause.count ?? (clause.action === 'anonymise' ? known.map(([name]) => name) : [])
  return known.filter(([name]) => counted.includes(name)).map(([name, { by }]) => ({ name, by }))
}
