import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { listTerminals } from '#auth'
import { type Language, TIME_ZONE } from '#core'
import {
  form,
  html,
  numberText,
  renderPage,
  type SafeHtml,
  type Severity,
  type Site,
  selectField,
  submitButton,
  table,
  tag,
} from '#web'
import type { Outcome } from './call.ts'
import type { LiveEntry, LiveLog } from './live-log.ts'
import { codeKind } from './messages.ts'
import { messageTexts, outcomeTexts, texts } from './traffic-texts.ts'

const TERMINALS = '/staff/terminals'
export const TRAFFIC_PATH = `${TERMINALS}/traffic`

/** The way here, for the list of machines. */
export const trafficWay = { path: TRAFFIC_PATH, label: texts.link }

type Request = FastifyRequest<{ Params: { agency: string } }>

const SHOWN = 100
/** Stands for all that have not said who they are; no machine may be called so. */
const STRANGER = '?'
const query = z.object({ machine: z.string().max(100).catch(''), which: z.enum(['every', 'failed']).catch('every') })
type Query = z.infer<typeof query>

export interface TrafficOptions {
  readonly site: Site
  readonly live: LiveLog
  /** Whether this is the only library here: then whoever fails to sign in can only mean this one. */
  readonly alone: () => Promise<boolean>
}

/** What the machines ask just now, for whoever sets one up or is told that it does not work. Says nothing of anybody. */
export function registerTraffic(app: FastifyInstance, { site, live, alone }: TrafficOptions): void {
  app.get<{ Params: { agency: string } }>(`/:agency${TRAFFIC_PATH}`, async (request, reply) => {
    if (!site.requireStaff(request, reply, 'system')) return reply
    const ctx = site.context(request)
    const wanted = query.parse(request.query ?? {})
    const [terminals, isAlone] = await Promise.all([listTerminals(ctx), alone()])
    const entries = live
      .entriesOf(ctx.agency, isAlone)
      .filter(({ terminal }) => wanted.machine === '' || (terminal ?? STRANGER) === wanted.machine)
      .filter(({ outcome }) => wanted.which === 'every' || severityOf(outcome) !== 'success')
    const names = terminals.map(({ name }) => name)
    return trafficPage(request, reply, { names, wanted, entries: entries.slice(0, SHOWN) })
  })
}

function trafficPage(
  request: Request,
  reply: FastifyReply,
  shown: { readonly names: readonly string[]; readonly wanted: Query; readonly entries: readonly LiveEntry[] },
): FastifyReply {
  const { language } = request
  const { names, wanted, entries } = shown
  const base = `/${request.params.agency}`
  return renderPage(request, reply, {
    title: texts.title[language],
    breadcrumbs: [{ label: texts.terminals[language], href: `${base}${TERMINALS}` }, { label: texts.title[language] }],
    body: html`<p class="font-lead">${texts.lead[language]}</p>
${form(request, reply, {
  action: `${base}${TRAFFIC_PATH}`,
  method: 'get',
  inRow: true,
  body: html`${selectField({
    name: 'machine',
    label: texts.machine[language],
    value: wanted.machine,
    options: [
      { value: '', label: texts.all[language] },
      ...names.map((name) => ({ value: name, label: name })),
      { value: STRANGER, label: texts.stranger[language] },
    ],
  })}
${selectField({
  name: 'which',
  label: texts.which[language],
  value: wanted.which,
  options: (['every', 'failed'] as const).map((which) => ({ value: which, label: texts[which][language] })),
})}`,
  submit: html`${submitButton(texts.show[language])}
<button type="button" class="button button-secondary" data-follow data-on="${texts.goOn[language]}" hidden>${texts.pause[language]}</button>`,
})}
<div id="traffic" class="traffic">${entriesTable(entries, language)}</div>`,
    scripts: ['machine-traffic.js'],
  })
}

function entriesTable(entries: readonly LiveEntry[], language: Language): SafeHtml {
  return table(
    {
      caption: texts.caption[language],
      head: [texts.time, texts.machine, texts.message, texts.outcome, texts.took].map((text) => text[language]),
      rows: entries.map(({ at, terminal, code, outcome, ms }) => [
        timeOf(at),
        terminal ?? texts.stranger[language],
        messageText(code, language),
        tag(outcomeTexts[outcome][language], severityOf(outcome)),
        numberText(ms, language),
      ]),
      numeric: [4],
      empty: texts.none[language],
    },
    language,
  )
}

function messageText(code: string, language: Language): string {
  const kind = codeKind(code)
  return kind ? `${code} ${messageTexts[kind][language]}` : texts.unreadable[language]
}

function timeOf(at: Temporal.Instant): string {
  return at.toZonedDateTimeISO(TIME_ZONE).toPlainTime().toString({ smallestUnit: 'second' })
}

/** What a machine is told every day is a warning; what somebody must look at is an error. */
function severityOf(outcome: Outcome): Severity {
  switch (outcome) {
    case 'ok':
    case 'repeated':
      return 'success'
    case 'refused':
    case 'unknown-card':
    case 'wrong-pin':
    case 'unknown-item':
      return 'warning'
    case 'not-allowed':
    case 'bad-login':
    case 'bad-checksum':
    case 'unreadable':
    case 'not-signed-in':
    case 'fault':
      return 'error'
  }
}
