import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { listBranches } from '#agencies'
import { materialName, spokenName } from '#catalogue'
import { type BranchId, dayOf, isId, type Language, type Result, type Text2, type TitleId } from '#core'
import {
  dateText,
  definitionList,
  errorSummary,
  type FieldErrors,
  form,
  href,
  html,
  redirectWithMessage,
  renderPage,
  type SafeHtml,
  type Site,
  selectField,
  submitButton,
  table,
  tag,
  textField,
} from '#web'
import { stateTexts, texts, workText } from './interlibrary-texts.ts'
import {
  endInterlibrary,
  INTERLIBRARY_STATES,
  type InterlibraryRefusal,
  interlibraryList,
  type ListedInterlibrary,
  orderElsewhere,
  readInterlibrary,
  takeIn,
} from './interlibrary-work.ts'
import { dayIn } from './pages.ts'

interface AgencyRoute {
  Params: { agency: string }
}
interface TitleRoute {
  Params: { agency: string; id: string }
}
type Request = FastifyRequest<TitleRoute>

/** Below the library. */
export const INTERLIBRARY_PATH = '/staff/interlibrary'

const FAULTY = 422
const line = z.string().max(200).catch('')
const workFields = z.object({ lender: line, barcode: line, branch: line, until: line })
type Typed = z.infer<typeof workFields>
/** What no field of the page could put right. */
const TOLD_ON_THE_LIST: ReadonlySet<InterlibraryRefusal['kind']> = new Set(['not-from-here', 'unknown', 'in-use'])

/** What is fetched from other libraries: ordering it, taking it in, sending it home. It names no patron. */
export function registerInterlibraryDesk(app: FastifyInstance, site: Site): void {
  app.get<AgencyRoute>(`/:agency${INTERLIBRARY_PATH}`, async (request, reply) => {
    if (!site.requireStaff(request, reply, 'desk')) return reply
    const { language } = request
    const rows = await interlibraryList(site.context(request))
    return renderPage(request, reply, {
      title: texts.list[language],
      breadcrumbs: [{ label: texts.list[language] }],
      body: html`<p class="font-lead">${texts.listLead[language]}</p>
${table(
  {
    caption: texts.list[language],
    hasHeading: true,
    head: [texts.title, texts.state, texts.asked, texts.pickUp].map((text) => text[language]),
    rows: rows.map((row) => [
      html`<a href="${href(request, `/${request.params.agency}${INTERLIBRARY_PATH}/${row.title_id}`)}">${row.title}</a>${row.author ? html`<br><span class="quiet">${spokenName(row.author)}</span>` : ''}`,
      tag(stateTexts[row.state][language], row.state === 'asked' ? 'warning' : undefined),
      dateText(dayOf(row.asked_at), language),
      row.pickup_branch ?? texts.nobodyWaits[language],
    ]),
    empty: texts.none[language],
  },
  language,
)}`,
    })
  })

  app.get<TitleRoute>(`/:agency${INTERLIBRARY_PATH}/:id`, async (request, reply) => {
    if (!site.requireStaff(request, reply, 'desk')) return reply
    const row = await readInterlibrary(site.context(request), request.params.id)
    return row ? workPage(request, reply, row) : reply.callNotFound()
  })

  const steps = {
    order: {
      act: (request: Request, { lender }: Typed) => orderElsewhere(site.context(request), idOf(request), { lender }),
      done: texts.ordered,
    },
    'take-in': {
      act: (request: Request, { barcode, branch, until }: Typed) =>
        takeIn(site.context(request), idOf(request), {
          barcode,
          at: branch as BranchId,
          ...(until === '' ? {} : { returnBy: dayIn(until) }),
        }),
      done: texts.takenIn,
    },
    refuse: { act: (request: Request) => endInterlibrary(site.context(request), idOf(request)), done: texts.refused },
    'send-back': {
      act: (request: Request) => endInterlibrary(site.context(request), idOf(request)),
      done: texts.sentBack,
    },
  } as const

  for (const [name, { act, done }] of Object.entries(steps)) {
    app.post<TitleRoute>(`/:agency${INTERLIBRARY_PATH}/:id/${name}`, async (request, reply) => {
      if (!site.requireStaff(request, reply, 'desk')) return reply
      const typed = workFields.parse(request.body ?? {})
      const ctx = site.context(request)
      const branches = await listBranches(ctx)
      const isBranch = name !== 'take-in' || branches.some(({ id }) => id === typed.branch)
      const result: Result<null, InterlibraryRefusal> = isBranch
        ? await act(request, typed)
        : { ok: false, refusal: { kind: 'unknown' } }
      const list = `/${request.params.agency}${INTERLIBRARY_PATH}`
      if (result.ok) return redirectWithMessage(reply, request, list, done)
      const row = await readInterlibrary(ctx, request.params.id)
      const { kind } = result.refusal
      if (!row || TOLD_ON_THE_LIST.has(kind)) {
        return redirectWithMessage(reply, request, list, workText(result.refusal))
      }
      // A number that should not have been written is not shown again.
      const again = kind === 'cpr' ? { ...typed, lender: '', barcode: '' } : typed
      return workPage(request, reply, row, { typed: again, refusal: result.refusal })
    })
  }

  function idOf(request: Request): TitleId {
    return (isId(request.params.id) ? request.params.id : '') as TitleId
  }

  async function workPage(
    request: Request,
    reply: FastifyReply,
    row: ListedInterlibrary,
    given?: { readonly typed: Typed; readonly refusal: InterlibraryRefusal },
  ): Promise<FastifyReply> {
    const { language } = request
    const branches = await listBranches(site.context(request))
    const errors: FieldErrors = given ? { [fieldOf(given.refusal)]: workText(given.refusal)[language] } : {}
    const base = `/${request.params.agency}${INTERLIBRARY_PATH}`
    const may = (to: 'ordered' | 'here' | 'ended') => INTERLIBRARY_STATES[row.state].includes(to)
    const step = (name: string, submit: SafeHtml, body: SafeHtml = html``) =>
      form(request, reply, { action: `${base}/${row.title_id}/${name}`, submit, body })
    return renderPage(request, reply, {
      ...(given ? { status: FAULTY } : {}),
      title: row.title,
      breadcrumbs: [{ label: texts.list[language], href: base }, { label: row.title }],
      body: html`${errorSummary(errors, language)}
${definitionList(detailsOf(row, language))}
${
  may('ordered')
    ? html`<h2>${texts.order[language]}</h2>
${step('order', submitButton(texts.order[language]), textField({ name: 'lender', label: texts.lender[language], value: given?.typed.lender ?? '', required: true, error: errors.lender }))}`
    : ''
}
${
  may('here')
    ? html`<h2>${texts.arrived[language]}</h2>
${step(
  'take-in',
  submitButton(texts.takeIn[language], row.state === 'asked' ? 'secondary' : undefined),
  html`${textField({ name: 'barcode', label: texts.barcode[language], hint: texts.barcodeHint[language], value: given?.typed.barcode ?? '', required: true, error: errors.barcode })}
${selectField({
  name: 'branch',
  label: texts.at[language],
  value: given?.typed.branch ?? '',
  options: branches.map(({ id, name }) => ({ value: id, label: name })),
})}
${textField({ name: 'until', type: 'date', label: texts.returnBy[language], value: given?.typed.until ?? '', error: errors.until })}`,
)}
<h2>${texts.refuse[language]}</h2>
<p>${texts.refuseLead[language]}</p>
${step('refuse', submitButton(texts.refuse[language], 'warning'))}`
    : ''
}
${
  row.state === 'here'
    ? html`<h2>${texts.sendBack[language]}</h2>
<p>${texts.sendBackLead[language]}</p>
${step('send-back', submitButton(texts.sendBack[language]))}`
    : ''
}`,
    })
  }
}

function fieldOf(refusal: InterlibraryRefusal): string {
  if (refusal.kind === 'cpr') return refusal.field
  if (refusal.kind === 'no-lender') return 'lender'
  return refusal.kind === 'day-past' ? 'until' : 'barcode'
}

function detailsOf(row: ListedInterlibrary, language: Language) {
  const said = (label: Text2, value: SafeHtml | string | number | null | undefined) =>
    value ? [{ term: label[language], value: typeof value === 'number' ? String(value) : value }] : []
  const day = (value: Temporal.PlainDate | null) => value && dateText(value, language)
  return [
    ...said(texts.details.author, row.author && spokenName(row.author)),
    ...said(texts.details.material, materialName(row.material, language)),
    ...said(texts.details.year, row.year),
    ...said(texts.number, row.record_id),
    ...said(texts.state, tag(stateTexts[row.state][language])),
    ...said(texts.from, row.lender),
    ...said(texts.asked, day(dayOf(row.asked_at))),
    ...said(texts.pickUp, row.pickup_branch ?? texts.nobodyWaits[language]),
    ...said(texts.until, day(row.interest_until_on)),
    ...said(texts.details.returnBy, day(row.return_by_on)),
    ...said(texts.barcode, row.state === 'here' ? row.barcode : null),
  ]
}
