import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isId, type StaffRole, type Text2, unreachable } from '#core'
import { claimText } from '#fees'
import { logAccess } from '#privacy'
import {
  alert,
  form,
  hidden,
  href,
  html,
  instantText,
  kronerText,
  numberText,
  redirectWithMessage,
  renderPage,
  type SafeHtml,
  type Site,
  submitButton,
  table,
  tag,
  textArea,
} from '#web'
import { registerCollectionRules } from './desk-rules.ts'
import { prepareCases } from './prepare.ts'
import { batches, closedCases, openCases, readCase } from './queries.ts'
import { type CollectionGate, type CollectionOff, collectionGate } from './recipient.ts'
import { type ReconciliationReport, reconcile } from './reconcile.ts'
import { changeCase } from './review.ts'
import { isWithMunicipality } from './rules.ts'
import { collectionFile, sendCases } from './send.ts'
import { CASE_STATES, type CollectionCaseRow } from './tables.ts'
import { faultText, seen, stateText, texts } from './texts.ts'
import { ruleTexts } from './texts-rules.ts'

/** The address of the page below the library, and who may see it; the staff's menu leads there. */
export const COLLECTION_PATH = '/staff/collection'
export const COLLECTION_ROLES: readonly StaffRole[] = ['finance']

interface AgencyRoute {
  Params: { agency: string }
  Querystring: { state?: string }
}
interface CaseRoute {
  Params: { agency: string; id: string }
}

const MOST_SHOWN = 200
/** A year of answers in one file. */
const MOST_BYTES = 4 * 1024 * 1024
const FILES_FOR = { hours: 24 * 90 }

const fileSchema = z.object({ at: z.string().transform(instantIn) })
const answerSchema = z.object({ content: z.string().catch('') })
const wishSchema = z.object({ wish: z.enum(['withdraw', 'again']) })

/** Where those who keep the accounts hand claims over and read what the municipality answers. Cases go by number, not name. */
export function registerCollectionDesk(app: FastifyInstance, site: Site): void {
  registerCollectionRules(app, site, COLLECTION_PATH, COLLECTION_ROLES)
  const base = `/:agency${COLLECTION_PATH}`
  const allowed = (request: FastifyRequest, reply: FastifyReply) =>
    site.requireStaff(request, reply, ...COLLECTION_ROLES) !== undefined
  const pathOf = (request: FastifyRequest<{ Params: { agency: string } }>) =>
    `/${request.params.agency}${COLLECTION_PATH}`

  app.get<AgencyRoute>(base, async (request, reply) => {
    if (!allowed(request, reply)) return reply
    return page(request, reply)
  })

  app.post<AgencyRoute>(`${base}/prepare`, async (request, reply) => {
    if (!allowed(request, reply)) return reply
    const done = await prepareCases(site.context(request))
    const said = done.ok ? texts.prepared(done.value.announced, done.value.without_liable) : offText(done.refusal)
    return redirectWithMessage(reply, request, pathOf(request), said)
  })

  app.post<AgencyRoute>(`${base}/send`, async (request, reply) => {
    if (!allowed(request, reply)) return reply
    const sent = await sendCases(site.context(request))
    const said = !sent.ok ? offText(sent.refusal) : sent.value.at ? texts.sent(sent.value.lines) : texts.nothingToSend
    return redirectWithMessage(reply, request, pathOf(request), said)
  })

  app.post<AgencyRoute>(`${base}/file`, async (request, reply) => {
    if (!allowed(request, reply)) return reply
    const { at } = fileSchema.parse(request.body ?? {})
    const file = at ? await collectionFile(site.context(request), at) : undefined
    if (!file?.ok) return redirectWithMessage(reply, request, pathOf(request), texts.nothingToSend)
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="krav-${at?.toString().slice(0, 10)}.csv"`)
      .send(file.value.text)
  })

  app.post<AgencyRoute>(`${base}/reconcile`, { bodyLimit: MOST_BYTES }, async (request, reply) => {
    if (!allowed(request, reply)) return reply
    const { content } = answerSchema.parse(request.body ?? {})
    const report = await reconcile(site.context(request), content)
    return page(request, reply, report, content)
  })

  app.post<CaseRoute>(`${base}/cases/:id`, async (request, reply) => {
    if (!allowed(request, reply)) return reply
    const { wish } = wishSchema.parse(request.body ?? {})
    const { id } = request.params
    const ctx = site.context(request)
    const known = isId(id) ? await readCase(ctx, id) : undefined
    if (known) await logAccess(ctx, known.patron_id, seen.changed[request.language], seen.why[request.language])
    const changed = known !== undefined && (await changeCase(ctx, id, wish))
    const said = !changed ? texts.changedMeanwhile : wish === 'again' ? texts.readied : texts.withdrawn
    return redirectWithMessage(reply, request, pathOf(request), said)
  })

  async function page(
    request: FastifyRequest<AgencyRoute>,
    reply: FastifyReply,
    report?: ReconciliationReport,
    content?: string,
  ) {
    const { language } = request
    const ctx = site.context(request)
    const gate = await collectionGate(ctx)
    const files = await batches(ctx, ctx.clock.now().subtract(FILES_FOR))
    const { state } = request.query
    const open = (await openCases(ctx)).filter((each) => state === undefined || each.state === state)
    return renderPage(request, reply, {
      ...(report && !report.applied ? { status: 422 } : {}),
      title: texts.collection[language],
      breadcrumbs: [{ label: texts.collection[language] }],
      body: html`<p class="font-lead">${texts.lead[language]}</p>
${report ? reportShown(request, report) : ''}
${gate.ok ? todo(request, reply, gate.value) : alert({ kind: 'info', heading: offText(gate.refusal)[language] })}
<p><a href="${href(request, `${pathOf(request)}/rules`)}">${ruleTexts.change[language]}</a></p>
<h2>${texts.batches[language]}</h2>
<p>${texts.batchLead[language]}</p>
${table(
  {
    caption: texts.batches[language],
    hasHeading: true,
    head: [texts.sentAt[language], texts.lines[language], ''],
    numeric: [1],
    rows: files.map(({ sent_at, lines }) => [
      instantText(sent_at, language),
      numberText(lines, language),
      form(request, reply, {
        action: `${pathOf(request)}/file`,
        body: hidden('at', sent_at.toString()),
        submit: submitButton(texts.download[language], 'secondary'),
      }),
    ]),
    empty: texts.noBatches[language],
  },
  language,
)}
<h2>${texts.reconcile[language]}</h2>
<p>${texts.reconcileLead[language]}</p>
${form(request, reply, {
  action: `${pathOf(request)}/reconcile`,
  body: textArea({
    name: 'content',
    label: texts.content[language],
    rows: 6,
    value: report?.applied ? '' : content,
  }),
  submit: texts.read[language],
})}
<h2>${texts.cases[language]}</h2>
${caseTable(request, reply, texts.open, open.slice(0, MOST_SHOWN), texts.noOpenCases)}
${caseTable(request, reply, texts.closed, await closedCases(ctx, MOST_SHOWN), texts.noClosedCases)}`,
    })
  }

  function todo(request: FastifyRequest<AgencyRoute>, reply: FastifyReply, { rules }: CollectionGate): SafeHtml {
    const { language } = request
    return html`${form(request, reply, {
      action: `${pathOf(request)}/prepare`,
      body: html`<p>${texts.prepareLead(rules.afterDays)[language]}</p>`,
      submit: submitButton(texts.prepare[language], 'secondary'),
    })}
${form(request, reply, {
  action: `${pathOf(request)}/send`,
  body: html`<p>${texts.sendLead(rules.noticeDays)[language]}</p>`,
  submit: texts.send[language],
})}`
  }

  function caseTable(
    request: FastifyRequest<AgencyRoute>,
    reply: FastifyReply,
    caption: Text2,
    cases: readonly CollectionCaseRow[],
    none: Text2,
  ): SafeHtml {
    const { language } = request
    return table(
      {
        caption: caption[language],
        head: [
          texts.reference[language],
          texts.claim[language],
          texts.amount[language],
          texts.state[language],
          texts.changed[language],
          '',
        ],
        numeric: [2],
        rowHeaders: true,
        rows: cases
          .toSorted((a, b) => CASE_STATES.indexOf(a.state) - CASE_STATES.indexOf(b.state))
          .map((each) => [
            each.reference,
            claimText(each.claim_kind, null)[language],
            kronerText(each.amount_ore, language),
            tag(stateText(each.state)[language]),
            instantText(each.changed_at, language),
            actions(request, reply, each),
          ]),
        empty: none[language],
      },
      language,
    )
  }

  function actions(request: FastifyRequest<AgencyRoute>, reply: FastifyReply, each: CollectionCaseRow): SafeHtml {
    const { language } = request
    const isLive = each.settled_at === null && each.state !== 'withdrawn'
    if (!isLive) return html``
    const mayBeWithdrawn = isWithMunicipality(each.state) || each.state === 'prepared' || each.state === 'rejected'
    const button = (wish: 'withdraw' | 'again', label: Text2) =>
      submitButton(label[language], 'secondary', { name: 'wish', value: wish })
    return form(request, reply, {
      action: `${pathOf(request)}/cases/${each.id}`,
      body: html``,
      submit: html`${each.state === 'rejected' ? button('again', texts.again) : ''}
${mayBeWithdrawn ? button('withdraw', texts.recall) : ''}`,
    })
  }
}

function reportShown({ language }: FastifyRequest, report: ReconciliationReport): SafeHtml {
  const heading = (report.applied ? texts.applied(report.lines) : texts.notApplied)[language]
  return html`<div role="status">${alert({ kind: report.applied ? 'success' : 'error', heading })}</div>
${
  report.faults.length === 0
    ? ''
    : table(
        {
          caption: texts.report[language],
          head: [texts.line[language], texts.fault[language]],
          numeric: [0],
          rows: report.faults.map(({ line, fault }) => [numberText(line, language), faultText(fault)[language]]),
        },
        language,
      )
}`
}

function offText(refusal: CollectionOff): Text2 {
  switch (refusal.kind) {
    case 'turned-off':
      return texts.off
    case 'feature-off':
    case 'no-recipient':
      return texts.notInPolicy
    default:
      return unreachable(refusal)
  }
}

function instantIn(text: string): Temporal.Instant | undefined {
  try {
    return Temporal.Instant.from(text)
  } catch {
    return undefined
  }
}
