import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
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
  errorSummary,
  type FieldErrors,
  form,
  href,
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
  type PatronRoute,
  patronOf,
  patronPage,
  patronPath,
  REFUSED,
} from './desk-frame.ts'
import { texts } from './desk-texts.ts'
import type { PatronRow } from './tables.ts'

const fields = z.object({ sure: z.literal('yes').optional().catch(undefined) })

type Open = Readonly<NonNullable<Awaited<ReturnType<typeof openRows>>>>

/** Erasing a patron who asks for it: what stands in the way, a page to be sure on, and a receipt. */
export function registerErasureDesk(app: FastifyInstance, { site, register }: DeskNeeds): void {
  app.get<PatronRoute>('/:agency/staff/patrons/:id/erasure', async (request, reply) => {
    const found = await patronOf(request, reply, site)
    if (!found) return reply
    const open = (await openRows(site.context(request), register, found.patron.id)) ?? []
    return open.length > 0 ? refusedPage(request, reply, open) : confirmPage(request, reply, found.patron)
  })

  app.post<PatronRoute>('/:agency/staff/patrons/:id/erasure', async (request, reply) => {
    const found = await patronOf(request, reply, site)
    if (!found) return reply
    const { language } = request
    if (fields.parse(request.body ?? {}).sure !== 'yes') {
      return confirmPage(request, reply, found.patron, { sure: texts.eraseSureMissing[language] })
    }
    const done = await eraseOnRequest(site.context(request), register, found.patron.id)
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

  function refusedPage(request: FastifyRequest<PatronRoute>, reply: FastifyReply, open: Open): FastifyReply {
    const { language } = request
    return patronPage(request, reply, {
      title: texts.cannotErase[language],
      status: REFUSED,
      body: html`${alert({
        kind: 'warning',
        heading: texts.cannotErase[language],
        body: texts.cannotEraseText[language],
      })}
${countsTable(texts.openThings[language], open, register, language)}
<p><a href="${href(request, patronPath(request))}">${texts.back[language]}</a></p>`,
    })
  }

  /** Shown once, to whoever erased: its number is kept by nobody else. */
  async function receiptPage(
    request: FastifyRequest<PatronRoute>,
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
  request: FastifyRequest<PatronRoute>,
  reply: FastifyReply,
  patron: PatronRow,
  errors: FieldErrors = {},
): FastifyReply {
  const { language } = request
  return patronPage(request, reply, {
    title: texts.eraseTitle[language],
    status: errors.sure ? FAULTY : 200,
    body: html`${errorSummary(errors, language)}
<p class="font-lead">${texts.eraseLead[language]}</p>
${definitionList([
  { term: texts.name[language], value: patron.name },
  { term: texts.number[language], value: patron.number },
])}
${form(request, reply, {
  action: patronPath(request, '/erasure'),
  body: checkbox({ name: 'sure', label: texts.eraseSure[language], error: errors.sure, required: true }),
  submit: submitButton(texts.eraseNow[language], 'warning'),
})}
<p><a href="${href(request, patronPath(request))}">${texts.back[language]}</a></p>`,
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
