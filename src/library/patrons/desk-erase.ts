import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import { type Language, type Text2, unreachable } from '#core'
import {
  dataLabel,
  dataName,
  type ErasureReceipt,
  endText,
  eraseOnRequest,
  openRows,
  policyOf,
  type Register,
} from '#privacy'
import {
  alert,
  checkbox,
  dateText,
  definitionList,
  type FieldErrors,
  html,
  numberText,
  renderPage,
  type SafeHtml,
  submitButton,
  table,
} from '#web'
import {
  capital,
  type DeskNeeds,
  FAULTY,
  formBody,
  type PatronRequest,
  patronPage,
  patronPath,
  patronRoutes,
  REFUSED,
  refusedBody,
} from './desk-frame.ts'
import { texts } from './desk-texts.ts'
import { endingSubscription } from './follow-register.ts'
import type { PatronRow } from './tables.ts'

const fields = z.object({ sure: z.literal('yes').optional().catch(undefined) })

type Open = Readonly<NonNullable<Awaited<ReturnType<typeof openRows>>>>

/** Erasing a patron who asks for it: what stands in the way, a page to be sure on, and a receipt. */
export function registerErasureDesk(app: FastifyInstance, { site, register, cprRegister }: DeskNeeds): void {
  const routes = patronRoutes(app, site)

  routes.get('/erasure', async (request, reply, { patron }) => {
    const open = (await openRows(site.context(request), register, patron.id)) ?? []
    return open.length > 0 ? refusedPage(request, reply, open) : confirmPage(request, reply, patron)
  })

  routes.post('/erasure', async (request, reply, { patron }) => {
    const { language } = request
    if (fields.parse(request.body ?? {}).sure !== 'yes') {
      return confirmPage(request, reply, patron, { sure: texts.eraseSureMissing[language] })
    }
    const ctx = site.context(request)
    const done = await endingSubscription(ctx, cprRegister?.(ctx), patron.id, () =>
      eraseOnRequest(ctx, register, patron.id),
    )
    if (done.ok) return receiptPage(request, reply, done.value)
    switch (done.refusal.kind) {
      case 'open':
        return refusedPage(request, reply, done.refusal.rows)
      case 'unknown':
        reply.callNotFound()
        return reply
      default:
        return unreachable(done.refusal)
    }
  })

  function refusedPage(request: PatronRequest, reply: FastifyReply, open: Open): FastifyReply {
    const { language } = request
    return patronPage(request, reply, {
      title: texts.cannotErase[language],
      status: REFUSED,
      body: refusedBody(request, {
        heading: texts.cannotErase[language],
        text: texts.cannotEraseText[language],
        more: countsTable(texts.openThings[language], open, register, language),
        back: patronPath(request),
      }),
    })
  }

  /** Shown once, to whoever erased: its number is kept by nobody else. */
  async function receiptPage(
    request: PatronRequest,
    reply: FastifyReply,
    receipt: ErasureReceipt,
  ): Promise<FastifyReply> {
    const { language } = request
    const { policy } = await policyOf(site.context(request))
    const kept = receipt.kept.map((row) => {
      const ends = policy.clauses.filter((clause) => clause.data === dataName(row.data))
      return { ...row, ends: ends.map((clause) => endText(clause, register)[language]).join(' ') }
    })
    return renderPage(request, reply, {
      title: texts.receipt[language],
      body: html`${alert({ kind: 'success', heading: texts.erased[language], body: texts.receiptLead[language] })}
${definitionList([
  { term: texts.library[language], value: site.agencyTitle(request) },
  { term: texts.erasedOn[language], value: dateText(receipt.erased_on, language) },
  { term: texts.receiptNumber[language], value: html`<code>${receipt.id}</code>` },
])}
${table(
  {
    caption: texts.keptByLaw[language],
    head: [texts.data, texts.count, texts.because, texts.keptUntil].map((text) => text[language]),
    rows: kept.map((row) => [
      label(register, row.data, language),
      numberText(row.rows, language),
      capital(row.because[language]),
      row.ends,
    ]),
    numeric: [1],
    rowHeaders: true,
    empty: texts.nothingKept[language],
  },
  language,
)}`,
    })
  }
}

function confirmPage(
  request: PatronRequest,
  reply: FastifyReply,
  patron: PatronRow,
  errors: FieldErrors = {},
): FastifyReply {
  const { language } = request
  return patronPage(request, reply, {
    title: texts.eraseTitle[language],
    status: errors.sure ? FAULTY : 200,
    body: formBody(request, reply, {
      lead: texts.eraseLead[language],
      errors,
      above: definitionList([
        { term: texts.name[language], value: patron.name },
        { term: texts.number[language], value: patron.number },
      ]),
      action: patronPath(request, '/erasure'),
      fields: checkbox({ name: 'sure', label: texts.eraseSure[language], error: errors.sure, required: true }),
      submit: submitButton(texts.eraseNow[language], 'warning'),
      back: patronPath(request),
    }),
  })
}

function countsTable(
  caption: string,
  rows: readonly { readonly data: string; readonly rows: number; readonly because: Text2 }[],
  register: Register,
  language: Language,
): SafeHtml {
  return table(
    {
      caption,
      head: [texts.data, texts.count, texts.because].map((text) => text[language]),
      rows: rows.map((row) => [
        label(register, row.data, language),
        numberText(row.rows, language),
        capital(row.because[language]),
      ]),
      numeric: [1],
      rowHeaders: true,
    },
    language,
  )
}

function label(register: Register, data: string, language: Language): string {
  return capital(dataLabel(register, dataName(data))[language])
}
