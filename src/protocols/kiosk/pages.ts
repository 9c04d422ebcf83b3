import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import { type Clock, type LoanId, stopwatch } from '#core'
import { blockedText } from '#loans'
import { holdsOf, type LiveLog, loansOf, patronFacts } from '#sip2'
import {
  alert,
  forBusyDesks,
  form,
  href,
  html,
  inLanguage,
  type SafeHtml,
  type Site,
  submitButton,
  textField,
} from '#web'
import { admit, borrow, chooseReceipt, handIn, present, renewLoans } from './acts.ts'
import { pairPage, pinPage, startPage } from './first-pages.ts'
import { noteAct, outcomeOfAll } from './note.ts'
import { type KioskRequest, pair, type Screen, screenOf, turnCookie } from './screen.ts'
import { pairRefusalText, presentedText, texts } from './texts.ts'
import { type OpenTurn, type Soon, Turns } from './turns.ts'
import {
  frameOf,
  KIOSK_PATH,
  listOf,
  mineOf,
  nonceField,
  type Part,
  pathOf,
  type Shown,
  saidOf,
  type TurnShown,
  turnPage,
} from './views.ts'

export { KIOSK_PATH } from './views.ts'

/** The way to the screen, for the list of machines. */
export const kioskWay = { path: KIOSK_PATH, label: texts.way, text: texts.wayText }

export interface KioskOptions {
  /** The world's time, for how long a turn is remembered; another only in tests. */
  readonly clock?: Clock
  /** Where staff see what machines do, without whom it was about. */
  readonly live?: LiveLog
}

type Route = { Params: { agency: string } }

const text = z.string().max(1000).catch('')
const fields = z.object({
  name: text,
  secret: text,
  presented: text,
  pin: text,
  barcode: text,
  loan: text,
  wanted: text,
  part: z.enum(['borrow', 'return', 'mine', 'pin']).catch('borrow'),
  nonce: text,
})
type Fields = z.infer<typeof fields>

/**
 * Self-service on a tablet or touch screen in a branch. Whoever scans their card has a turn, which the server holds in
 * memory; a page is made when it is asked for and kept nowhere. All works without script, with a scanner that types.
 */
export function registerKiosk(app: FastifyInstance, site: Site, options: KioskOptions = {}): void {
  app.register(async (scope) => {
    // Also a page that says what went wrong leads nowhere else, and does not stay.
    scope.addHook('onRequest', async (request: KioskRequest, reply) => {
      const around = request.frame
      request.frame = () => frameOf(request, around?.() ?? {}, app.siteName)
      reply.header('refresh', `${ERROR_SECONDS}; url=${href(request, pathOf(request))}`)
    })
    registerPages(scope, site, options)
  })
}

const ERROR_SECONDS = 20

function registerPages(app: FastifyInstance, site: Site, options: KioskOptions): void {
  const kiosk = new Kiosk(site, options)

  /** A page for a browser that is a machine; any other is sent to where it becomes one. */
  const get = (path: string, page: (at: At) => Promise<FastifyReply>) =>
    app.get<Route>(`/:agency${KIOSK_PATH}${path}`, forBusyDesks, async (request, reply) => {
      const at = await kiosk.at(request, reply)
      return at ? page(at) : path === '' ? pairPage({ request, reply }, {}) : kiosk.home(request, reply)
    })
  const post = (path: string, act: (at: At, given: Fields) => Promise<FastifyReply>) =>
    app.post<Route>(`/:agency${KIOSK_PATH}${path}`, forBusyDesks, async (request, reply) => {
      const at = await kiosk.at(request, reply)
      return at ? act(at, fields.parse(request.body ?? {})) : kiosk.home(request, reply)
    })
  /** A form of a turn, carried out once; then the page it leads to is looked at. */
  const act = (
    path: string,
    part: Part | undefined,
    work: (at: At, turn: OpenTurn, given: Fields) => Promise<Partial<Soon>>,
  ) =>
    post(path, async (at, given) => {
      const elapsed = stopwatch()
      let done: Partial<Soon> = {}
      const turn = await kiosk.act(at, given.nonce, async (turn) => {
        done = await work(at, turn, given)
        return done
      })
      const outcome = outcomeOfAll(done.done?.slice(0, done.latest) ?? [])
      noteAct(options.live, at.screen, { path, ms: elapsed(), outcome })
      const to = turn?.card ? 'pin' : (part ?? given.part)
      return turn ? go(at, `/${to}`) : kiosk.home(at.request, at.reply)
    })

  app.post<Route>(`/:agency${KIOSK_PATH}/pair`, async (request, reply) => {
    const { name, secret } = fields.parse(request.body ?? {})
    const paired = await pair(site, request, reply, { name, secret })
    if (paired.ok) return kiosk.home(request, reply)
    return pairPage({ request, reply }, { name, error: pairRefusalText(paired.refusal, request.language) })
  })

  get('', async (at) => {
    const turn = await kiosk.look(at)
    return turn ? go(at, partOf(turn)) : startPage(at)
  })

  post('/card', async (at, { presented }) => {
    kiosk.forget(at)
    const found = await present(at.screen, presented)
    if (!found.ok) return startPage(at, presentedText(found.refusal, at.request.language))
    kiosk.begin(at, found.value)
    return go(at, found.value.card ? '/pin' : '/borrow')
  })

  post('/hand-in', async (at) => {
    kiosk.forget(at)
    kiosk.begin(at, { card: undefined, patron: undefined, number: undefined })
    return go(at, '/return')
  })

  get('/pin', async (at) => {
    const turn = await kiosk.look(at)
    return turn?.card ? pinPage(kiosk.turnShown(at, turn)) : turn ? go(at, partOf(turn)) : go(at, '')
  })

  post('/pin', async (at, { nonce, pin }) => {
    let card: string | undefined
    const turn = await kiosk.act(at, nonce, async (turn) => {
      card = turn.card
      return {}
    })
    if (!turn || !card) return kiosk.home(at.request, at.reply)
    const elapsed = stopwatch()
    const admitted = await admit(at.screen, card, pin, options.clock)
    noteAct(options.live, at.screen, { path: '/pin', ms: elapsed(), outcome: admitted.ok ? 'ok' : 'wrong-pin' })
    if (!admitted.ok) {
      await kiosk.act(at, turn.nonce, async () => ({ wrongPin: admitted.refusal.kind }))
      return go(at, '/pin')
    }
    kiosk.forget(at)
    kiosk.begin(at, admitted.value)
    return go(at, '/borrow')
  })

  get('/borrow', (at) =>
    kiosk.page(at, 'borrow', (shown) => {
      const { request, reply, turn } = shown
      const { language } = request
      return html`${saidOf(turn, 'borrow', language)}
${blocksOf(shown)}
${form(request, reply, {
  action: pathOf(request, '/borrow'),
  body: html`${nonceField(turn)}${scanField(shown, texts.borrowField[language], texts.borrowHint[language])}`,
  submit: texts.borrowButton[language],
  scan: true,
})}
${receiptOf(shown)}
${listOf(turn, 'borrow', language)}`
    }),
  )

  get('/return', (at) =>
    kiosk.page(at, 'return', (shown) => {
      const { request, reply, turn } = shown
      const { language } = request
      return html`${saidOf(turn, 'return', language)}
${form(request, reply, {
  action: pathOf(request, '/return'),
  body: html`${nonceField(turn)}${scanField(shown, texts.returnField[language], texts.borrowHint[language])}`,
  submit: texts.returnButton[language],
  scan: true,
})}
${listOf(turn, 'return', language)}`
    }),
  )

  get('/mine', async (at) => {
    const turn = await kiosk.look(at)
    const shows = turn?.patron !== undefined && at.screen.profile.shows.lists
    const [loans, holds] =
      turn?.patron && shows
        ? await Promise.all([loansOf(at.screen.ctx, turn.patron), holdsOf(at.screen.ctx, turn.patron)])
        : [[], []]
    return kiosk.page(
      at,
      'mine',
      (shown) => html`${saidOf(shown.turn, 'mine', at.request.language)}
${mineOf({ ...shown, loans, holds })}`,
    )
  })

  act('/borrow', 'borrow', ({ screen }, turn, { barcode }) => borrow(screen, turn, barcode.trim().slice(0, 64)))
  act('/return', 'return', ({ screen }, turn, { barcode }) => handIn(screen, turn, barcode.trim().slice(0, 64)))
  act('/renew', 'mine', ({ screen }, turn, { loan }) =>
    renewLoans(screen, turn, loan === 'all' ? loan : (loan as LoanId)),
  )
  act('/receipt', 'borrow', ({ screen }, turn, { wanted }) => chooseReceipt(screen, turn, wanted === 'yes'))
  act('/stay', undefined, async () => ({ latest: 0 }))

  post('/done', async (at) => {
    kiosk.forget(at)
    return kiosk.startIn(at)
  })
}

interface At extends Shown {
  readonly screen: Screen
}

/** The turns of all screens, and what their pages share. */
class Kiosk {
  readonly #site: Site
  readonly #turns: Turns

  constructor(site: Site, options: KioskOptions) {
    this.#site = site
    this.#turns = new Turns(options.clock)
  }

  async at(request: KioskRequest, reply: FastifyReply): Promise<At | undefined> {
    const screen = await screenOf(this.#site, request, reply)
    return screen && { request, reply, screen }
  }

  look({ request, screen }: At): Promise<OpenTurn | undefined> {
    return this.#turns.look(request.cookies[turnCookie(request)] ?? '', screen.terminal.id)
  }

  act(
    { request, screen }: At,
    nonce: string,
    work: (turn: OpenTurn) => Promise<Partial<Soon>>,
  ): Promise<OpenTurn | undefined> {
    const token = request.cookies[turnCookie(request)] ?? ''
    return this.#turns.act({ token, terminal: screen.terminal.id, nonce }, work)
  }

  begin({ request, reply, screen }: At, who: Pick<OpenTurn, 'card' | 'patron' | 'number'>): void {
    const turn = this.#turns.begin({ terminal: screen.terminal.id, ...who }, screen.profile.turnSeconds)
    reply.setCookie(turnCookie(request), turn.token, { sameSite: 'strict' })
  }

  forget({ request, reply }: At): void {
    this.#turns.end(request.cookies[turnCookie(request)] ?? '')
    reply.clearCookie(turnCookie(request))
  }

  home(request: KioskRequest, reply: FastifyReply): FastifyReply {
    return reply.redirect(href(request, pathOf(request)), 303)
  }

  /** For the next, who has not chosen a language: the machine's own. */
  startIn({ request, reply, screen }: At): FastifyReply {
    return reply.redirect(inLanguage(pathOf(request), screen.profile.language), 303)
  }

  turnShown(at: At, turn: OpenTurn): Omit<TurnShown, 'patron'> {
    return { ...at, turn, seconds: this.#turns.secondsLeft(turn) }
  }

  /** A page of a turn; the first page when there is none, or not for this. */
  async page(at: At, part: Part, body: (shown: TurnShown) => SafeHtml): Promise<FastifyReply> {
    const turn = await this.look(at)
    if (!turn) return this.home(at.request, at.reply)
    if (turn.card || (!turn.patron && part !== 'return')) return go(at, partOf(turn))
    const patron = turn.patron && (await patronFacts(at.screen.ctx, turn.patron))
    const shown = { ...this.turnShown(at, turn), patron }
    return turnPage(shown, part, body(shown))
  }
}

function go({ request, reply }: At, path: string): FastifyReply {
  return reply.redirect(href(request, pathOf(request, path)), 303)
}

function partOf(turn: OpenTurn): string {
  if (turn.card) return '/pin'
  return turn.patron ? '/borrow' : '/return'
}

/** The one field: it has the focus when the page opens, and what the last scan came to is read out with it. */
function scanField({ turn }: TurnShown, label: string, hint: string): SafeHtml {
  return textField({
    name: 'barcode',
    label,
    hint,
    autocomplete: 'off',
    autofocus: true,
    maxLength: 64,
    describedBy: turn.latest > 0 ? 'kiosk-said' : undefined,
  })
}

/** Why nothing can be borrowed; once something was refused because of it, that says the same. */
function blocksOf({ request, patron, turn }: TurnShown): SafeHtml {
  const { language } = request
  const stands = patron !== undefined && (patron.blocks.length > 0 || patron.restricted)
  const said = turn.done.slice(0, turn.latest).some(({ kind }) => kind === 'not-lent')
  if (!stands || said) return html`<div data-part="blocks"></div>`
  const body = patron.restricted ? texts.askDesk[language] : blockedText(patron.blocks, language)
  return html`<div data-part="blocks">${alert({ kind: 'warning', heading: texts.cannotBorrow[language], body })}</div>`
}

/** A receipt or none; asked only where there is somewhere to send it. */
function receiptOf({ request, reply, turn, patron }: TurnShown): SafeHtml {
  const { language } = request
  if (!patron?.email || patron.restricted) return html``
  const { receipt } = turn
  return html`<div class="kiosk-receipt" data-part="receipt">
<p>${(receipt ? texts.receiptOn : texts.receiptOff)[language]}</p>
${form(request, reply, {
  action: pathOf(request, '/receipt'),
  body: nonceField(turn),
  submit: submitButton((receipt ? texts.receiptNo : texts.receiptYes)[language], 'secondary', {
    name: 'wanted',
    value: receipt ? 'no' : 'yes',
  }),
})}
</div>`
}
