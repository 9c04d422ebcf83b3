import type { FastifyInstance } from 'fastify'
import { dayOf } from '#core'
import { alert, barChart, dateText, html, numberText, summaryNumbers, table } from '#web'
import { type AgencyRoute, capital, clauseLabel, DESK_ROLES, type DeskNeeds, deskPage } from './desk-frame.ts'
import { dash, deskTexts as texts } from './desk-texts.ts'
import { dryRun, lastNight } from './retention.ts'

/** What the coming night will take and what it will leave, without doing it. */
export function registerTonightDesk(app: FastifyInstance, { site, register }: DeskNeeds): void {
  app.get<AgencyRoute>('/:agency/staff/privacy/tonight', async (request, reply) => {
    if (!site.requireStaff(request, reply, ...DESK_ROLES)) return reply
    const { language } = request
    const ctx = site.context(request)
    const { night, missed } = comingNight(dayOf(ctx.clock.now()), await lastNight(ctx))
    const plan = (await dryRun(ctx, register, night)).toSorted((a, b) => b.due - a.due)
    const busy = plan.filter(({ due, held, restricted, still_open }) => due + held + restricted + still_open > 0)
    const sum = (key: 'due' | 'held' | 'restricted' | 'still_open') =>
      plan.reduce((total, step) => total + step[key], 0)
    const number = (value: number) => numberText(value, language)
    return deskPage(request, reply, {
      tab: '/tonight',
      title: texts.tonight(dateText(night, language))[language],
      body: html`<p class="font-lead">${texts.tonightLead[language]}</p>
${missed ? alert({ kind: 'warning', heading: texts.missedHeading[language], body: texts.missedNights[language] }) : ''}
${summaryNumbers([
  { label: texts.willGo[language], value: number(sum('due')) },
  { label: texts.held[language], value: number(sum('held')) },
  { label: texts.restricted[language], value: number(sum('restricted')) },
  { label: texts.stillOpen[language], value: number(sum('still_open')) },
])}
${
  sum('due') === 0
    ? html`<p>${texts.nothingTonight[language]}</p>`
    : barChart(
        {
          title: texts.willGo[language],
          unit: texts.rows[language],
          rows: plan
            .filter(({ due }) => due > 0)
            .map(({ clause, due }) => ({ label: capital(clauseLabel(register, clause)[language]), value: due })),
        },
        language,
      )
}
${table(
  {
    caption: texts.onlyBusy[language],
    head: [texts.data, texts.cutoff, texts.willGo, texts.held, texts.restricted, texts.stillOpen].map(
      (text) => text[language],
    ),
    rows: busy.map(({ clause, cutoff, due, held, restricted, still_open }) => [
      capital(clauseLabel(register, clause)[language]),
      dateText(dayOf(cutoff), language),
      ...[due, held, restricted, still_open].map((value) => dash(value, number(value))),
    ]),
    numeric: [2, 3, 4, 5],
    days: [1],
    rowHeaders: true,
    empty: texts.nothingTonight[language],
  },
  language,
)}`,
    })
  })
}

/** The next night to be run, and whether older ones should have been. */
function comingNight(
  today: Temporal.PlainDate,
  last: Temporal.PlainDate | null,
): { night: Temporal.PlainDate; missed: boolean } {
  const following = last?.add({ days: 1 }) ?? today
  const behind = Temporal.PlainDate.compare(following, today) < 0
  return { night: behind ? today : following, missed: behind }
}
