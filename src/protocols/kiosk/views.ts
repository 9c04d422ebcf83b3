import type { FastifyReply } from 'fastify'
import { dayOf, type Language, unreachable } from '#core'
import type { HoldFacts, LoanFacts, PatronFacts } from '#sip2'
import {
  alert,
  entries,
  form,
  hidden,
  href,
  html,
  type Page,
  type PageFrame,
  renderPage,
  type SafeHtml,
  submitButton,
  tag,
} from '#web'
import type { Done } from './acts.ts'
import type { KioskRequest, Screen } from './screen.ts'
import { doneText, outcomeOf, texts } from './texts.ts'
import type { OpenTurn } from './turns.ts'

export const KIOSK_PATH = '/kiosk'

export type Part = 'borrow' | 'return' | 'mine'

/** What every page of a screen is made from. */
export interface Shown {
  readonly request: KioskRequest
  readonly reply: FastifyReply
}

export function pathOf(request: KioskRequest, path = ''): string {
  return `/${request.params.agency}${KIOSK_PATH}${path}`
}

/** Nothing around a page that leads elsewhere, and nobody who may be signed in on the same browser. */
export function frameOf(request: KioskRequest, { site: library, banner }: PageFrame, otherwise: string): PageFrame {
  const site = { name: library?.name ?? otherwise, home: pathOf(request) }
  return { site, nav: [], footer: [], ...(banner ? { banner } : {}) }
}

export function screenPage(
  { request, reply }: Shown,
  page: Pick<Page, 'title' | 'body' | 'status' | 'scripts'> & { readonly leaveAfter?: number | undefined },
): FastifyReply {
  const { leaveAfter, ...shown } = page
  const leave = leaveAfter === undefined ? undefined : { to: pathOf(request), seconds: leaveAfter }
  return renderPage(request, reply.removeHeader('refresh'), { ...shown, leave, screen: true })
}

export interface TurnShown extends Shown {
  readonly screen: Screen
  readonly turn: OpenTurn
  readonly seconds: number
  readonly patron: PatronFacts | undefined
}

/** A page of somebody's turn: what was done, the field or the lists, what else can be done, and the way out. */
export function turnPage(shown: TurnShown, part: Part, body: SafeHtml): FastifyReply {
  const { request, seconds, turn } = shown
  const { language } = request
  const title = turn.patron ? texts[part][language] : texts.handInHeading[language]
  return screenPage(shown, {
    title,
    // Without script nothing counts down: the page is left when the server has forgotten the turn.
    leaveAfter: seconds + 2,
    body: html`<div class="kiosk" data-kiosk data-seconds="${seconds}" data-home="${href(request, pathOf(request))}">
${partsOf(shown, part)}
${body}
${timeOf(shown, part)}
</div>`,
    scripts: ['kiosk.js', 'desk-sound.js'],
  })
}

function partsOf({ request, patron, screen }: TurnShown, part: Part): SafeHtml {
  if (!patron) return html``
  const { language } = request
  const name = shownName(screen, patron)
  const link = (to: Part) =>
    html`<li><a class="button ${to === part ? 'button-primary' : 'button-secondary'}" ${to === part ? html`aria-current="page"` : ''} href="${href(request, pathOf(request, `/${to}`))}">${texts[to][language]}</a></li>`
  return html`${name ? html`<p class="kiosk-hello">${texts.hello(name)[language]}</p>` : ''}
<nav aria-label="${texts.whatToDo[language]}"><ul class="kiosk-parts no-max-width">${(['borrow', 'return', 'mine'] as const).map(link)}</ul></nav>`
}

/** The first of somebody's names, for somebody who knows the others; none where the machine may show none. */
function shownName({ profile }: Screen, patron: PatronFacts): string {
  if (!profile.shows.name || patron.protected || patron.restricted) return ''
  return patron.name.split(' ')[0] ?? ''
}

/** The time that is left, more of it, and the end. */
export function timeOf(shown: Omit<TurnShown, 'patron'>, part: Part | 'pin'): SafeHtml {
  const { request, reply, seconds, turn } = shown
  const { language } = request
  return html`<div class="kiosk-time">
<p data-countdown data-text="${texts.time(0)[language]}">${texts.time(seconds)[language]}</p>
<p class="kiosk-soon" role="alert" data-soon data-text="${texts.timeLeft[language]}"></p>
<div class="kiosk-ends">
${form(request, reply, {
  action: pathOf(request, '/stay'),
  body: html`${nonceField(turn)}${hidden('part', part)}`,
  submit: submitButton(texts.stay[language], 'secondary'),
})}
${form(request, reply, {
  action: pathOf(request, '/done'),
  body: html``,
  submit: submitButton(texts[part === 'pin' ? 'cancel' : 'done'][language], part === 'pin' ? 'secondary' : 'primary'),
})}
</div>
</div>`
}

export function nonceField({ nonce }: OpenTurn): SafeHtml {
  return hidden('nonce', nonce)
}

/** What the last form of this part came to: said once, and shown above everything. */
export function saidOf({ done, latest }: OpenTurn, part: Part, language: Language): SafeHtml {
  const said = done.slice(0, latest).filter((each) => partOfDone(each) === part)
  return html`<div id="kiosk-said" role="status" data-part="said">${said.map((each) => oneDone(each, language))}</div>`
}

function oneDone(done: Done, language: Language): SafeHtml {
  const { heading, title, text } = doneText(done, language)
  const outcome = outcomeOf(done)
  const kind = ({ ok: 'success', attention: 'warning', refused: 'error' } as const)[outcome]
  const body = html`${title ? html`<p class="kiosk-title">${title}</p>` : ''}<p>${text}</p>`
  return html`<div data-outcome="${outcome}">${alert({ kind, heading, body })}</div>`
}

function partOfDone({ kind }: Done): Part {
  switch (kind) {
    case 'lent':
    case 'not-lent':
      return 'borrow'
    case 'returned':
    case 'not-lent-out':
    case 'not-returned':
      return 'return'
    case 'renewed':
    case 'not-renewed':
      return 'mine'
    default:
      return unreachable(kind)
  }
}

/** Everything before that, the newest first. */
export function listOf({ done, latest }: OpenTurn, part: Part, language: Language): SafeHtml {
  const before = done.slice(latest).filter((each) => partOfDone(each) === part)
  return html`<div data-part="list">${
    before.length === 0
      ? ''
      : html`<h2>${texts.list[language]}</h2>
<ul class="kiosk-list no-max-width">${before.map((each) => {
          const { heading, title, text } = doneText(each, language)
          return html`<li class="kiosk-${outcomeOf(each)}"><strong>${heading}</strong> ${title} <span>${text}</span></li>`
        })}</ul>`
  }</div>`
}

/** Loans, what is ready and what is owed, as far as the machine may show them. */
export function mineOf(
  shown: TurnShown & { readonly loans: readonly LoanFacts[]; readonly holds: readonly HoldFacts[] },
): SafeHtml {
  const { request, screen, patron } = shown
  const { language } = request
  const { lists, money } = screen.profile.shows
  if (!patron || patron.restricted) return html`<p>${texts.askDesk[language]}</p>`
  return html`${lists ? html`${readyOf(shown)}${loansOf(shown)}` : html`<p>${texts.hiddenHere[language]}</p>`}
${
  money
    ? html`<h2>${texts.money[language]}</h2>
<p class="kiosk-money">${(patron.owed_ore > 0 ? texts.owes(patron.owed_ore) : texts.owesNothing)[language]}</p>`
    : ''
}`
}

function readyOf({ request, holds }: Pick<TurnShown, 'request'> & { readonly holds: readonly HoldFacts[] }): SafeHtml {
  const { language } = request
  const ready = holds.filter((hold) => hold.ready)
  const waiting = holds.length - ready.length
  const list = ready.map((hold) => ({
    heading: hold.title,
    lines: [
      hold.pickup_number ? texts.pickup(hold.pickup_number)[language] : undefined,
      texts.pickupAt(hold.branch_name)[language],
      hold.pickup_until_on ? texts.pickupUntil(hold.pickup_until_on, language) : undefined,
    ],
  }))
  return html`<h2>${texts.ready[language]}</h2>
${list.length === 0 ? html`<p>${texts.noneReady[language]}</p>` : entries(list, 3)}
${waiting > 0 ? html`<p>${texts.waiting(waiting)[language]}</p>` : ''}`
}

function loansOf(shown: TurnShown & { readonly loans: readonly LoanFacts[] }): SafeHtml {
  const { request, reply, turn, loans, screen } = shown
  const { language } = request
  const today = dayOf(screen.ctx.clock.now())
  const renewal = (loan: string, button: SafeHtml) =>
    form(request, reply, {
      action: pathOf(request, '/renew'),
      body: html`${nonceField(turn)}${hidden('loan', loan)}`,
      submit: button,
    })
  const list = loans.map((loan) => ({
    heading: loan.title,
    tags: Temporal.PlainDate.compare(loan.due_on, today) < 0 ? [tag(texts.overdue[language], 'warning')] : [],
    lines: [texts.due(loan.due_on, language)],
    actions: [
      renewal(
        loan.id,
        html`<button type="submit" class="button button-secondary" aria-label="${texts.renew[language]}: ${loan.title}">${texts.renew[language]}</button>`,
      ),
    ],
  }))
  return html`<h2>${texts.loans[language]}</h2>
${
  list.length === 0
    ? html`<p>${texts.noLoans[language]}</p>`
    : html`${list.length > 1 ? renewal('all', submitButton(texts.renewAll[language])) : ''}${entries(list, 3)}`
}`
}
