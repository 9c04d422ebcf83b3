import { hoursText, listBranches } from '#agencies'
import type { BranchId, Language } from '#core'
import type { Described } from '#settings'
import type { Context } from '#vault'
import { dateText } from '#web'
import { calendarTexts as texts } from './calendar-texts.ts'
import type { AnnouncedClosure } from './closures.ts'
import type { Timetables } from './timetables.ts'

const WEEK = [1, 2, 3, 4, 5, 6, 7] as const

/** Hours and closed days line by line: each branch’s weekday, and each day. */
export async function describeTimetables(ctx: Context, given: Timetables, language: Language): Promise<Described> {
  const lines = new Map<string, { label: string; value: string }>()
  const nameOf = await branchNames(ctx, language)
  for (const branch of new Set(given.hours.map((each) => each.branch))) {
    const week = given.hours.filter((each) => each.branch === branch)
    for (const weekday of WEEK) {
      for (const staffed of [true, false]) {
        const hours = hoursText(week, weekday, staffed)
        if (!hours) continue
        const day = texts.weekdays[weekday - 1] ?? texts.day
        const label = texts.hoursLine(nameOf(branch), day, staffed ? texts.staffed : texts.selfService)[language]
        lines.set(`${branch} ${weekday} ${staffed}`, { label, value: hours })
      }
    }
  }
  for (const { branch, day, reason } of given.closed) {
    const label = texts.closedLine(nameOf(branch), dateText(Temporal.PlainDate.from(day), language))[language]
    lines.set(`${branch ?? 'all'} ${day}`, { label, value: reason[language] })
  }
  return lines
}

export async function describeClosures(
  ctx: Context,
  { closures }: { readonly closures: readonly AnnouncedClosure[] },
  language: Language,
): Promise<Described> {
  const nameOf = await branchNames(ctx, language)
  const dayIn = (day: string) => dateText(Temporal.PlainDate.from(day), language)
  return new Map(
    closures.map(({ id, branch, from, to, reason }) => {
      const label = texts.closureLine(nameOf(branch), dayIn(from), dayIn(to))[language]
      return [id, { label, value: reason[language] }]
    }),
  )
}

async function branchNames(ctx: Context, language: Language): Promise<(id: BranchId | null) => string> {
  const names = new Map<BranchId | null, string>((await listBranches(ctx)).map(({ id, name }) => [id, name]))
  return (id) => names.get(id) ?? texts.allBranches[language]
}
