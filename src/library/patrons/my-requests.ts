import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { dayOf, type Language, type PatronId, type Result, type Text2, unreachable } from '#core'
import {
  askRight,
  casesOf,
  dataLabel,
  dataName,
  type ErasureReceipt,
  eraseOnRequest,
  openRows,
  type Register,
  RIGHTS_CASE_KINDS,
  withdrawCase,
} from '#privacy'
import type { Context } from '#vault'
import {
  alert,
  dateText,
  definitionList,
  errorSummary,
  type FieldErrors,
  form,
  hidden,
  href,
  html,
  numberText,
  type PatronActor,
  passwordField,
  redirectWithMessage,
  renderPage,
  type SafeHtml,
  type Site,
  selectField,
  submitButton,
  table,
  textArea,
} from '#web'
import { holdsCpr } from './block-rules.ts'
import { capital, FAULTY, REFUSED } from './desk-frame.ts'
import { texts as receiptTexts } from './desk-texts.ts'
import type { AgencyRoute } from './enrol-pages.ts'
import { endingSubscription } from './follow-register.ts'
import { myTexts } from './pages-texts.ts'
import type { CprRegister } from './register.ts'
import { askRefusalText, kindHints, kindTexts, stateText, texts } from './requests-texts.ts'

/** What the pages of a patron's rights need from rooms above this one. */
export interface MyRequestsNeeds {
  readonly register: Register
  readonly hasPin: (ctx: Context, patron: PatronId) => Promise<boolean>
  /** Whether a PIN is that of the patron who is signed in. */
  readonly isOwnPin: (
    ctx: Context,
    patron: PatronId,
    pin: string,
  ) => Promise<Result<unknown, { readonly kind: 'wrong' | 'locked' }>>
  /** Takes the session's cookie from a browser whose patron is gone. */
  readonly dismiss: (request: FastifyRequest, reply: FastifyReply, agency: string) => void
  readonly cprRegister?: (ctx: Context) => CprRegister | undefined
}

const WISH_LENGTH = 2000
const text = z.string().max(10_000).catch('')
const askFields = z.object({ kind: z.enum(RIGHTS_CASE_KINDS).optional().catch(undefined), wish: text })
const caseFields = z.object({ id: text })
const eraseFields = z.object({ pin: text })

type Request = FastifyRequest<AgencyRoute>
type Open = Readonly<NonNullable<Awaited<ReturnType<typeof openRows>>>>

/** What a patron asks of the library about their own data, how far it is, and the end of the account. */
export function registerMyRequests(app: FastifyInstance, site: Site, needs: MyRequestsNeeds): void {
  const as = (request: FastifyRequest, patron: PatronActor): Context => ({
    ...site.context(request),
    actor: { kind: 'patron', id: patron.id },
  })

  app.get<AgencyRoute>('/:agency/me/rights', async (request, reply) => {
    const patron = site.requirePatron(request, reply)
    return patron ? rightsPage(request, reply, as(request, patron), patron) : reply
  })

  app.post<AgencyRoute>('/:agency/me/rights', async (request, reply) => {
    const patron = site.requirePatron(request, reply)
    if (!patron) return reply
    const { language } = request
    const ctx = as(request, patron)
    const { kind, wish } = askFields.parse(request.body ?? {})
    const shown = wish.slice(0, WISH_LENGTH)
    const errors = {
      kind: kind ? undefined : texts.kindMissing[language],
      wish: wish.trim() === '' ? texts.wishMissing[language] : holdsCpr(wish) ? texts.cpr[language] : undefined,
    }
    const kept = { kind: kind ?? '', wish: holdsCpr(wish) ? '' : shown }
    if (!kind || errors.wish) return rightsPage(request, reply, ctx, patron, { ...kept, errors })
    const asked = await askRight(ctx, patron.id, { kind, wish: shown })
    if (!asked.ok) {
      const said = askRefusalText(asked.refusal)[language]
      return rightsPage(request, reply, ctx, patron, { ...kept, errors: { kind: said } })
    }
    return redirectWithMessage(reply, request, pathOf(request), texts.sent)
  })

  app.post<AgencyRoute>('/:agency/me/rights/withdrawals', async (request, reply) => {
    const patron = site.requirePatron(request, reply)
    if (!patron) return reply
    const { id } = caseFields.parse(request.body ?? {})
    if (await withdrawCase(as(request, patron), patron.id, id)) {
      return redirectWithMessage(reply, request, pathOf(request), texts.withdrawn)
    }
    reply.callNotFound()
    return reply
  })

  app.get<AgencyRoute>('/:agency/me/erasure', async (request, reply) => {
    const patron = site.requirePatron(request, reply)
    if (!patron) return reply
    const ctx = as(request, patron)
    const open = (await openRows(ctx, needs.register, patron.id)) ?? []
    if (open.length > 0) return stillOpenPage(request, reply, open, needs.register)
    return erasePage(request, reply, await needs.hasPin(ctx, patron.id))
  })

  app.post<AgencyRoute>('/:agency/me/erasure', async (request, reply) => {
    const patron = site.requirePatron(request, reply)
    if (!patron) return reply
    const { language } = request
    const ctx = as(request, patron)
    if (!(await needs.hasPin(ctx, patron.id))) return erasePage(request, reply, false)
    const right = await needs.isOwnPin(ctx, patron.id, eraseFields.parse(request.body ?? {}).pin)
    if (!right.ok) {
      const said = right.refusal.kind === 'locked' ? texts.pinLocked : texts.pinWrong
      return erasePage(request, reply, true, { pin: said[language] })
    }
    const erased = await endingSubscription(ctx, needs.cprRegister?.(ctx), patron.id, () =>
      eraseOnRequest(ctx, needs.register, patron.id),
    )
    if (erased.ok) {
      needs.dismiss(request, reply, ctx.agency)
      return receiptPage(request, reply, erased.value)
    }
    switch (erased.refusal.kind) {
      case 'open':
        return stillOpenPage(request, reply, erased.refusal.rows, needs.register, REFUSED)
      case 'unknown':
        reply.callNotFound()
        return reply
      default:
        return unreachable(erased.refusal)
    }
  })

  /** Shown once, to whoever is gone: nobody else keeps the number. */
  function receiptPage(request: Request, reply: FastifyReply, receipt: ErasureReceipt): FastifyReply {
    const { language } = request
    return renderPage(request, reply, {
      title: receiptTexts.receipt[language],
      account: html``,
      body: html`${alert({
        kind: 'success',
        heading: texts.erased[language],
        body: texts.erasedLead[language],
      })}
${definitionList([
  { term: receiptTexts.library[language], value: site.agencyTitle(request) },
  { term: receiptTexts.erasedOn[language], value: dateText(receipt.erased_on, language) },
  { term: receiptTexts.receiptNumber[language], value: html`<code>${receipt.id}</code>` },
])}
${rowsTable(receiptTexts.keptByLaw, receipt.kept, needs.register, language, receiptTexts.nothingKept[language])}`,
    })
  }
}

async function rightsPage(
  request: Request,
  reply: FastifyReply,
  ctx: Context,
  patron: PatronActor,
  given: { kind: string; wish: string; errors: FieldErrors } = { kind: '', wish: '', errors: {} },
): Promise<FastifyReply> {
  const { language } = request
  const cases = await casesOf(ctx, patron.id)
  const rows = cases.map((row) => [
    html`${kindTexts[row.kind][language]}<br><span class="form-hint">${row.wish}</span>`,
    dateText(dayOf(row.received_at), language),
    html`${stateText(row, language)}${row.closed_at ? '' : withdrawForm(request, reply, row.id)}`,
    row.answer ?? '–',
  ])
  return renderPage(request, reply, {
    title: texts.rights[language],
    status: Object.values(given.errors).some((error) => error !== undefined) ? FAULTY : 200,
    breadcrumbs: trail(request, texts.rights[language]),
    body: html`${errorSummary(given.errors, language)}
<p class="font-lead">${texts.rightsLead[language]}</p>
${table(
  {
    caption: texts.mine[language],
    head: [texts.what, texts.received, texts.state, texts.answer].map((label) => label[language]),
    rows,
    empty: texts.noneMine[language],
  },
  language,
)}
${cases.some(({ outcome }) => outcome === 'refused') ? html`<p>${texts.complain[language]}</p>` : ''}
<h2>${texts.ask[language]}</h2>
${definitionList(RIGHTS_CASE_KINDS.map((kind) => ({ term: kindTexts[kind][language], value: kindHints[kind][language] })))}
${form(request, reply, {
  action: pathOf(request),
  submit: texts.send[language],
  body: html`${selectField({
    name: 'kind',
    label: texts.kind[language],
    options: [
      { value: '', label: texts.choose[language] },
      ...RIGHTS_CASE_KINDS.map((kind) => ({ value: kind, label: kindTexts[kind][language] })),
    ],
    value: given.kind,
    required: true,
    error: given.errors.kind,
  })}
${textArea({
  name: 'wish',
  label: texts.wish[language],
  hint: texts.wishHint[language],
  value: given.wish,
  maxLength: WISH_LENGTH,
  required: true,
  error: given.errors.wish,
})}`,
})}
<h2>${texts.eraseMe[language]}</h2>
<p>${texts.eraseMeLead[language]}</p>
<p><a href="${href(request, `/${request.params.agency}/me/erasure`)}">${texts.eraseMe[language]}</a></p>`,
  })
}

function withdrawForm(request: Request, reply: FastifyReply, id: string): SafeHtml {
  return form(request, reply, {
    action: `${pathOf(request)}/withdrawals`,
    body: hidden('id', id),
    submit: submitButton(texts.withdraw[request.language], 'secondary'),
  })
}

function erasePage(request: Request, reply: FastifyReply, hasPin: boolean, errors: FieldErrors = {}): FastifyReply {
  const { language } = request
  return renderPage(request, reply, {
    title: texts.eraseMe[language],
    status: errors.pin ? FAULTY : 200,
    breadcrumbs: trail(request, texts.eraseMe[language]),
    body: html`${errorSummary(errors, language)}
<p class="font-lead">${texts.eraseMeLead[language]}</p>
${
  hasPin
    ? form(request, reply, {
        action: `/${request.params.agency}/me/erasure`,
        submit: submitButton(texts.eraseNow[language], 'warning'),
        body: passwordField({
          name: 'pin',
          label: texts.pin[language],
          hint: texts.pinHint[language],
          autocomplete: 'current-password',
          inputmode: 'numeric',
          required: true,
          error: errors.pin,
        }),
      })
    : html`<p>${texts.noPin[language]}</p>
<p><a href="${href(request, `/${request.params.agency}/pin`)}">${texts.choosePin[language]}</a></p>`
}`,
  })
}

function stillOpenPage(
  request: Request,
  reply: FastifyReply,
  open: Open,
  register: Register,
  status = 200,
): FastifyReply {
  const { language } = request
  return renderPage(request, reply, {
    title: texts.eraseMe[language],
    status,
    breadcrumbs: trail(request, texts.eraseMe[language]),
    body: html`${alert({ kind: 'warning', heading: texts.stillOpen[language], body: texts.stillOpenText[language] })}
${rowsTable(texts.openThings, open, register, language)}`,
  })
}

function rowsTable(caption: Text2, rows: Open, register: Register, language: Language, empty?: string): SafeHtml {
  return table(
    {
      caption: caption[language],
      head: [texts.data, texts.count, texts.because].map((label) => label[language]),
      rows: rows.map((row) => [
        capital(dataLabel(register, dataName(row.data))[language]),
        numberText(row.rows, language),
        capital(row.because[language]),
      ]),
      numeric: [1],
      rowHeaders: true,
      ...(empty === undefined ? {} : { empty }),
    },
    language,
  )
}

function trail(request: Request, label: string) {
  const me = `/${request.params.agency}/me`
  return [
    { label: myTexts.me[request.language], href: me },
    { label: myTexts.data[request.language], href: `${me}/data` },
    { label },
  ]
}

function pathOf(request: Request): string {
  return `/${request.params.agency}/me/rights`
}
