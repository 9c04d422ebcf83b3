import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Language } from '#core'
import { findTable } from '#privacy'
import {
  barChart,
  dateText,
  form,
  html,
  instantText,
  numberText,
  progressBar,
  redirectWithMessage,
  renderPage,
  type SafeHtml,
  table,
} from '#web'
import type { Jump, TimeMachine } from './demonstrate.ts'
import { register } from './rooms.ts'

const SPANS = { day: { days: 1 }, month: { days: 30 }, year: { years: 1 } } as const

const texts = {
  da: {
    title: 'Tidsmaskine',
    lead: 'Her kan du flytte uret frem i demonstrationen og se, hvad bibliotekerne glemmer undervejs. Hver nat køres, som den ville være blevet kørt.',
    now: (when: string) => `Klokken i bibliotekerne er ${when}.`,
    day: 'Én dag frem',
    month: '30 dage frem',
    year: 'Ét år frem',
    moving: 'Nætterne køres',
    wait: 'Siden følger med af sig selv.',
    begun: 'Uret flyttes.',
    busy: 'Uret er allerede på vej frem.',
    happened: (from: string, to: string) => `Fra ${from} til ${to}`,
    forgotten: 'Hvad blev glemt',
    rows: 'rækker',
    nothing: 'Intet nåede sin frist.',
    kept: 'Hvad blev bevaret efter sin frist, og hvorfor',
    keptNothing: 'Intet: alt, hvis frist er nået, er væk.',
    library: 'Bibliotek',
    data: 'Oplysninger',
    gone: 'Glemt',
    held: 'Juridisk tilbageholdt',
    restricted: 'Behandling begrænset',
    open: 'Har stadig lån eller gæld',
  },
  en: {
    title: 'Time machine',
    lead: 'Move the clock of the demonstration forward and see what the libraries forget on the way. Each night is run as it would have been.',
    now: (when: string) => `In the libraries it is ${when}.`,
    day: 'One day on',
    month: '30 days on',
    year: 'One year on',
    moving: 'Running the nights',
    wait: 'This page follows by itself.',
    begun: 'The clock is moving.',
    busy: 'The clock is moving already.',
    happened: (from: string, to: string) => `From ${from} to ${to}`,
    forgotten: 'What was forgotten',
    rows: 'rows',
    nothing: 'Nothing reached its end.',
    kept: 'What was kept past its end, and why',
    keptNothing: 'Nothing: all that reached its end is gone.',
    library: 'Library',
    data: 'Data',
    gone: 'Forgotten',
    held: 'Under a legal hold',
    restricted: 'Processing restricted',
    open: 'Still has loans or debts',
  },
}

const FOLLOW_SECONDS = 1

/** The page that moves a demonstration's clock. Where there is no demonstration there is no such page. */
export function registerTimeMachine(app: FastifyInstance, machine: () => TimeMachine | undefined): void {
  app.get('/time-machine', (request, reply) => {
    const there = machine()
    if (!there) return reply.callNotFound()
    const t = texts[request.language]
    if (there.progress) reply.header('refresh', String(FOLLOW_SECONDS))
    const body = html`
      <p class="font-lead">${t.lead}</p>
      <p><strong>${t.now(instantText(there.clock.now(), request.language))}</strong></p>
      ${there.progress ? moving(there.progress, request.language) : buttons(request, reply)}
      ${there.lastJump && !there.progress ? whatHappened(there.lastJump, request.language) : ''}`
    return renderPage(request, reply, { title: t.title, body })
  })

  app.post('/time-machine/jumps', async (request, reply) => {
    const there = machine()
    if (!there) return reply.callNotFound()
    const asked = z.object({ span: z.enum(['day', 'month', 'year']) }).safeParse(request.body)
    if (!asked.success) return reply.code(400).send()
    if (there.progress)
      return redirectWithMessage(reply, request, '/time-machine', { da: texts.da.busy, en: texts.en.busy })
    there
      .move(Temporal.Duration.from(SPANS[asked.data.span]))
      .catch((fault) => request.log.error({ fault: String(fault) }, 'a jump failed'))
    return redirectWithMessage(reply, request, '/time-machine', { da: texts.da.begun, en: texts.en.begun })
  })
}

function buttons(request: FastifyRequest, reply: Parameters<typeof form>[1]): SafeHtml {
  const t = texts[request.language]
  const button = (span: keyof typeof SPANS) =>
    html`<button class="button button-${span === 'day' ? 'primary' : 'secondary'}" name="span" value="${span}">${t[span]}</button>`
  return form(request, reply, {
    action: '/time-machine/jumps',
    body: html``,
    submit: html`<div class="kvit-actions">${button('day')} ${button('month')} ${button('year')}</div>`,
  })
}

function moving(progress: { done: number; of: number }, language: Language): SafeHtml {
  const t = texts[language]
  return html`${progressBar({ label: t.moving, value: progress.done, max: progress.of })}<p>${t.wait}</p>`
}

function whatHappened(jump: Jump, language: Language): SafeHtml {
  const t = texts[language]
  const gone = sumBy(jump.rows, language).filter(({ value }) => value > 0)
  const kept = jump.rows.filter((row) => row.held + row.restricted + row.still_open > 0)
  return html`
    <h2>${t.happened(dateText(jump.from, language), dateText(jump.to, language))}</h2>
    <h3>${t.forgotten}</h3>
    ${gone.length > 0 ? barChart({ title: t.forgotten, rows: gone, unit: t.rows }, language) : html`<p>${t.nothing}</p>`}
    <h3>${t.kept}</h3>
    ${
      kept.length > 0
        ? table(
            {
              caption: t.kept,
              head: [t.library, t.data, t.gone, t.held, t.restricted, t.open],
              rows: kept.map((row) => [
                row.agency,
                clauseLabel(row.clause, language),
                ...[row.gone, row.held, row.restricted, row.still_open].map((count) => numberText(count, language)),
              ]),
              numeric: [2, 3, 4, 5],
            },
            language,
          )
        : html`<p>${t.keptNothing}</p>`
    }`
}

function sumBy(rows: Jump['rows'], language: Language): { label: string; value: number }[] {
  const sums = new Map<string, number>()
  for (const row of rows) {
    const label = clauseLabel(row.clause, language)
    sums.set(label, (sums.get(label) ?? 0) + row.gone)
  }
  return [...sums].map(([label, value]) => ({ label, value })).sort((a, b) => b.value - a.value)
}

/** `loan/settled` in words. */
export function clauseLabel(clause: string, language: Language): string {
  const [data = ''] = clause.split('/')
  return findTable(register, data)?.label[language] ?? data
}
