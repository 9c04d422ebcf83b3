import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Language } from '#core'
import {
  alert,
  barChart,
  columnChart,
  dateText,
  definitionList,
  form,
  html,
  instantText,
  numberText,
  type SafeHtml,
  selectField,
  table,
  tag,
} from '#web'
import type { ChainReport } from './chain.ts'
import { verifyChain } from './chain.ts'
import type { Register } from './declare.ts'
import {
  type AgencyRoute,
  capital,
  clauseLabel,
  DESK_ROLES,
  type DeskNeeds,
  deskLink,
  deskPage,
  deskPath,
} from './desk-frame.ts'
import { dash, deskTexts as texts } from './desk-texts.ts'
import { goneByClause, listNights, type NightSummary, readNight } from './nights.ts'
import type { NightRow, RetentionStepRow } from './tables.ts'

const NIGHTS_SHOWN = 60

interface NightsRoute extends AgencyRoute {
  Querystring: { before?: string; clause?: string }
}

interface NightRoute {
  Params: { agency: string; night: string }
}

/** The nights that were run, what each of them took, and whether the record of it is whole. */
export function registerNightsDesk(app: FastifyInstance, { site, register }: DeskNeeds): void {
  app.get<NightsRoute>('/:agency/staff/privacy/nights', async (request, reply) => {
    if (!site.requireStaff(request, reply, ...DESK_ROLES)) return reply
    const { language } = request
    const ctx = site.context(request)
    const before = dayFrom(request.query.before)
    const clause = request.query.clause || undefined
    const nights = await listNights(ctx, { before, clause, limit: NIGHTS_SHOWN })
    const [newest, oldest] = [nights.at(0), nights.at(-1)]
    const byClause = newest && oldest ? await goneByClause(ctx, oldest.night_on, newest.night_on) : []
    const known = byClause.map((row) => ({
      value: row.clause,
      label: capital(clauseLabel(register, row.clause)[language]),
    }))
    return deskPage(request, reply, {
      tab: '/nights',
      title: texts.tabNights[language],
      body: html`${chainShown(await verifyChain(ctx), language)}
<h2>${texts.forgottenPerNight[language]}</h2>
${form(request, reply, {
  method: 'get',
  inRow: true,
  action: deskPath(request, '/nights'),
  submit: texts.show[language],
  body: selectField({
    name: 'clause',
    label: texts.clauseShown[language],
    options: [{ value: '', label: texts.allClauses[language] }, ...known],
    value: clause,
  }),
})}
${columnChart(
  {
    title: `${texts.forgottenPerNight[language]}: ${clause ? clauseLabel(register, clause)[language] : texts.allClauses[language]}`,
    unit: texts.rows[language],
    rows: nights.toReversed().map(({ night_on, rows_gone }) => ({ label: shortDay(night_on), value: rows_gone })),
  },
  language,
)}
${barChart(
  {
    title: texts.forgottenByClause[language],
    unit: texts.rows[language],
    rows: byClause
      .filter(({ rows_gone }) => rows_gone > 0)
      .map((row) => ({ label: capital(clauseLabel(register, row.clause)[language]), value: row.rows_gone })),
  },
  language,
)}
<h2>${texts.tabNights[language]}</h2>
${nightsTable(request, nights)}
<p>${before ? deskLink(request, '/nights', texts.newerNights[language]) : ''}
${nights.length === NIGHTS_SHOWN && oldest ? deskLink(request, `/nights?before=${oldest.night_on}`, texts.olderNights[language]) : ''}</p>`,
    })
  })

  app.get<NightRoute>('/:agency/staff/privacy/nights/:night', async (request, reply) => {
    if (!site.requireStaff(request, reply, ...DESK_ROLES)) return reply
    const { language } = request
    const day = dayFrom(request.params.night)
    const found = day && (await readNight(site.context(request), day))
    if (!found) return reply.callNotFound()
    const { night, steps } = found
    return deskPage(request, reply, {
      tab: '/nights',
      below: true,
      title: texts.oneNight(dateText(night.night_on, language))[language],
      body: html`${nightFacts(night, language)}
${barChart(
  {
    title: texts.goneAnd[language],
    unit: texts.rows[language],
    rows: steps
      .filter(({ rows_gone }) => rows_gone > 0)
      .toSorted((a, b) => b.rows_gone - a.rows_gone)
      .map((step) => ({ label: capital(clauseLabel(register, step.clause)[language]), value: step.rows_gone })),
  },
  language,
)}
${stepsTable(steps, register, language)}
<p>${deskLink(request, `/nights/${night.night_on.subtract({ days: 1 })}`, texts.previousNight[language])} ·
${deskLink(request, `/nights/${night.night_on.add({ days: 1 })}`, texts.followingNight[language])}</p>`,
    })
  })
}

function chainShown(chain: ChainReport, language: Language): SafeHtml {
  if (chain.head === null) return html`<p>${texts.noNights[language]}</p>`
  const good = chain.faults.length === 0
  const said = texts.chainGoodText(numberText(chain.steps, language))[language]
  return html`${alert({
    kind: good ? 'success' : 'error',
    heading: (good ? texts.chainGood : texts.chainBad)[language],
    body: good ? said : html`<ul>${chain.faults.map((fault) => html`<li>${fault}</li>`)}</ul>`,
  })}
${definitionList([{ term: texts.chainHead[language], value: html`<code>${chain.head}</code>` }])}
<p>${texts.chainHeadHint[language]}</p>`
}

function nightsTable(request: FastifyRequest<AgencyRoute>, nights: readonly NightSummary[]): SafeHtml {
  const { language } = request
  return table(
    {
      caption: texts.tabNights[language],
      hasHeading: true,
      head: [texts.night, texts.outcome, texts.late, texts.gone, texts.heldBack, texts.policyVersion].map(
        (text) => text[language],
      ),
      rows: nights.map((night) => [
        deskLink(request, `/nights/${night.night_on}`, dateText(night.night_on, language)),
        outcomeTag(night, language),
        texts.lateDays(night.late_days)[language],
        dash(night.rows_gone, numberText(night.rows_gone, language)),
        dash(night.held_back, numberText(night.held_back, language)),
        texts.version(night.policy_version)[language],
      ]),
      numeric: [3, 4],
      rowHeaders: true,
      empty: texts.noNights[language],
    },
    language,
  )
}

function outcomeTag({ outcome }: NightRow, language: Language): SafeHtml {
  return tag(texts[outcome][language], outcome === 'kept' ? 'success' : 'error')
}

function nightFacts(night: NightRow, language: Language): SafeHtml {
  return definitionList([
    { term: texts.outcome[language], value: outcomeTag(night, language) },
    { term: texts.ran[language], value: instantText(night.ended_at, language) },
    { term: texts.late[language], value: texts.lateDays(night.late_days)[language] },
    { term: texts.policyVersion[language], value: texts.version(night.policy_version)[language] },
  ])
}

function stepsTable(steps: readonly RetentionStepRow[], register: Register, language: Language): SafeHtml {
  const number = (value: number) => dash(value, numberText(value, language))
  return table(
    {
      caption: texts.everyRule[language],
      head: [
        texts.data,
        texts.cutoff,
        texts.gone,
        texts.batches,
        texts.held,
        texts.restricted,
        texts.stillOpen,
        texts.left,
        texts.oldestLeft,
        texts.recordHash,
      ].map((text) => text[language]),
      rows: steps.map((step) => [
        capital(clauseLabel(register, step.clause)[language]),
        instantText(step.cutoff_at, language),
        ...[step.rows_gone, step.batches, step.held, step.restricted, step.still_open, step.overdue].map(number),
        step.oldest_at ? instantText(step.oldest_at, language) : '–',
        html`${numberText(step.number, language)}: <code>${step.hash.toString('hex').slice(0, 12)}</code>`,
      ]),
      numeric: [2, 3, 4, 5, 6, 7],
      days: [1, 8, 9],
      rowHeaders: true,
    },
    language,
  )
}

/** `24/12`: a column has no room for more. */
function shortDay(day: Temporal.PlainDate): string {
  return `${day.day}/${day.month}`
}

function dayFrom(text: string | undefined): Temporal.PlainDate | undefined {
  if (!text || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' })
  } catch {
    return undefined
  }
}
