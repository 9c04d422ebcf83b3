import type { FastifyInstance, FastifyRequest } from 'fastify'
import { dayOf, type Language } from '#core'
import { barChart, dateText, html, numberText, type SafeHtml, summaryNumbers, table, tag } from '#web'
import { dataName, type Register } from './declare.ts'
import { type AgencyRoute, capital, clauseLabel, DESK_ROLES, type DeskNeeds, deskPage } from './desk-frame.ts'
import { dash, deskTexts as texts } from './desk-texts.ts'
import { featureOn, plannedClauses } from './features.ts'
import { type HeldByClause, type Holding, holdings } from './holdings.ts'
import { dataLabel, endText } from './notice-period-text.ts'
import { clauseName } from './plan.ts'
import type { Policy } from './policy.ts'
import { policyOf } from './published.ts'
import { lastNight } from './retention.ts'

/** What the library holds about persons now, what ends it, and what it may not collect. */
export function registerHoldingsDesk(app: FastifyInstance, { site, register }: DeskNeeds): void {
  app.get<AgencyRoute>('/:agency/staff/privacy', async (request, reply) => {
    if (!site.requireStaff(request, reply, ...DESK_ROLES)) return reply
    const { language } = request
    const ctx = site.context(request)
    const { policy, number } = await policyOf(ctx)
    const held = await holdings(ctx, register)
    const patrons = held.filter(({ table }) => table.about === 'patron')
    const night = await lastNight(ctx)
    const today = dayOf(ctx.clock.now())
    const sum = held.reduce((total, { rows }) => total + rows, 0)
    return deskPage(request, reply, {
      tab: '',
      title: texts.tabHoldings[language],
      body: html`<p class="font-lead">${texts.holdingsLead[language]}</p>
${summaryNumbers([
  { label: texts.patrons[language], value: numberText(rowsOf(patrons, 'patron'), language) },
  { label: texts.rowsAboutPersons[language], value: numberText(sum, language) },
  { label: texts.policyInForce[language], value: capital(texts.version(number)[language]) },
  { label: texts.lastNight[language], value: night ? dateText(night, language) : texts.none[language] },
])}
${barChart(
  {
    title: texts.rowsByTable[language],
    unit: texts.rows[language],
    rows: patrons
      .filter(({ rows }) => rows > 0)
      .toSorted((a, b) => b.rows - a.rows)
      .map(({ table, rows }) => ({ label: capital(table.label[language]), value: rows })),
  },
  language,
)}
<h2>${texts.aboutPatrons[language]}</h2>
${holdingsTable(texts.aboutPatrons[language], patrons, today, policy, register, language)}
<h2>${texts.aboutStaff[language]}</h2>
${holdingsTable(
  texts.aboutStaff[language],
  held.filter(({ table }) => table.about === 'staff'),
  today,
  policy,
  register,
  language,
)}
<h2>${texts.files[language]}</h2>
${filesTable(policy, register, language)}
<h2>${texts.featuresOff[language]}</h2>
<p>${texts.featuresOffLead[language]}</p>
${offTable(request, policy, register)}`,
    })
  })
}

function rowsOf(held: readonly Holding[], name: string): number {
  return held.find(({ table }) => table.name === name)?.rows ?? 0
}

function holdingsTable(
  caption: string,
  held: readonly Holding[],
  today: Temporal.PlainDate,
  policy: Policy,
  register: Register,
  language: Language,
): SafeHtml {
  const rows = held.flatMap(({ table, rows, clauses }) => {
    const [label, count] = [capital(table.label[language]), numberText(rows, language)]
    if (clauses.length > 0) {
      return clauses.map((each) => [
        capital(clauseLabel(register, clauseName(each.clause))[language]),
        count,
        ...clauseCells(each, today, register, language),
      ])
    }
    const on = featureOn(policy, register, table.name)
    return [[label, count, (on ? texts.withAccount : texts.noClause)[language], '–', '–', '–']]
  })
  return table(
    {
      caption,
      hasHeading: true,
      head: [texts.data, texts.count, texts.ends, texts.waiting, texts.oldest, texts.next].map(
        (text) => text[language],
      ),
      rows,
      numeric: [1, 3],
      days: [4, 5],
      rowHeaders: true,
    },
    language,
  )
}

function clauseCells(
  held: HeldByClause,
  today: Temporal.PlainDate,
  register: Register,
  language: Language,
): (string | SafeHtml)[] {
  const { clause, waiting, oldest_at, next_on } = held
  return [
    endText(clause, register)[language],
    dash(waiting, numberText(waiting, language)),
    oldest_at ? dateText(dayOf(oldest_at), language) : '–',
    next_on ? nextShown(next_on, today, language) : '–',
  ]
}

/** What should have gone and is still here is held back: the night's own page says by what. */
function nextShown(next_on: Temporal.PlainDate, today: Temporal.PlainDate, language: Language): SafeHtml {
  const back = Temporal.PlainDate.compare(next_on, today) < 0 ? tag(texts.isHeldBack[language], 'warning') : ''
  return html`${dateText(next_on, language)} ${back}`
}

function filesTable(policy: Policy, register: Register, language: Language): SafeHtml {
  const rows = register.files.flatMap((file) =>
    policy.clauses
      .filter((clause) => clause.data === file.name)
      .map((clause) => [capital(file.label[language]), endText(clause, register)[language]]),
  )
  const head = [texts.data[language], texts.ends[language]]
  return table({ caption: texts.files[language], hasHeading: true, head, rows, rowHeaders: true }, language)
}

function offTable(request: FastifyRequest, policy: Policy, register: Register): SafeHtml {
  const { language } = request
  const silent = register.tables
    .filter((declared) => !featureOn(policy, register, declared.name))
    .map((declared) => [capital(dataLabel(register, dataName(declared.name))[language]), texts.offSilent[language]])
  const planned = plannedClauses(policy, register).map((clause) => [
    capital(dataLabel(register, clause.data)[language]),
    texts.offPlanned[language],
  ])
  return table(
    {
      caption: texts.featuresOff[language],
      hasHeading: true,
      head: [texts.data[language], texts.why[language]],
      rows: [...silent, ...planned],
      rowHeaders: true,
      empty: texts.nothingOff[language],
    },
    language,
  )
}
