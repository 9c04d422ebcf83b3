import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isId, type Language, type MessageId } from '#core'
import { type Letter, type LetterBatch, letterPdf, lettersBack, lettersSent, lettersTaken } from '#messages'
import {
  checkbox,
  type FieldErrors,
  form,
  hidden,
  href,
  html,
  instantText,
  numberText,
  redirectWithMessage,
  renderPage,
  type SafeHtml,
  submitButton,
  summaryNumbers,
  table,
  textField,
} from '#web'
import { gone } from './desk-counter-frame.ts'
import { COUNTER, type DeskNeeds, FAULTY, formBody, hasErrors } from './desk-frame.ts'
import { shownAgain, typedFaults } from './desk-typed.ts'
import {
  guardedLetter,
  type ListedLetter,
  lettersToPrint,
  MOST_LETTERS,
  takeForPrinting,
  takeGuarded,
} from './letters.ts'
import { texts } from './letters-texts.ts'

/** The address of the page below the library; the staff's menu leads there. */
export const LETTERS_PATH = '/staff/letters'
const MOST_SHOWN = 200

const printSchema = z.object({ bothSides: z.string().catch('') })
const reasonSchema = z.object({ reason: z.string().catch('') })
const batchSchema = z.object({ taken_at: z.string().transform(instantIn) })

interface LettersRoute {
  Params: { agency: string }
}
interface LetterRoute {
  Params: { agency: string; letter: string }
}

/** What another room calls a kind of message, so that staff read words and not codes. */
export type KindName = (kind: string, language: Language) => string

export interface LettersNeeds extends Pick<DeskNeeds, 'site'> {
  readonly kindName?: KindName
}

/**
 * Where letters are printed for those whom no other channel reaches. A list names patrons by number and shows no
 * address; who prints a letter is in the patron's log.
 */
export function registerLettersDesk(app: FastifyInstance, needs: LettersNeeds): void {
  const { site } = needs
  const kindName = needs.kindName ?? ((kind) => kind)

  app.get<LettersRoute>(`/:agency${LETTERS_PATH}`, async (request, reply) => {
    if (!site.requireStaff(request, reply, ...COUNTER.roles)) return reply
    return listPage(request, reply)
  })

  app.post<LettersRoute>(`/:agency${LETTERS_PATH}/print`, async (request, reply) => {
    if (!site.requireStaff(request, reply, ...COUNTER.roles)) return reply
    const { bothSides } = printSchema.parse(request.body ?? {})
    const letters = await takeForPrinting(site.context(request), site.agencyTitle(request))
    if (letters.length > 0) return sendLetters(request, reply, letters, bothSides !== '')
    return redirectWithMessage(reply, request, pathOf(request), texts.nothingToPrint)
  })

  app.get<LetterRoute>(`/:agency${LETTERS_PATH}/:letter`, async (request, reply) => {
    if (!site.requireStaff(request, reply, ...COUNTER.roles)) return reply
    return onePage(request, reply, '', {})
  })

  app.post<LetterRoute>(`/:agency${LETTERS_PATH}/:letter/print`, async (request, reply) => {
    if (!site.requireStaff(request, reply, ...COUNTER.roles)) return reply
    const { language } = request
    const { letter } = request.params
    const reason = reasonSchema.parse(request.body ?? {}).reason.trim()
    const fault =
      typedFaults({ reason }, {}, language).reason ?? (reason === '' ? texts.reasonMissing[language] : undefined)
    if (fault) return onePage(request, reply, reason, { reason: fault })
    if (!isId(letter)) return gone(reply)
    const made = await takeGuarded(site.context(request), letter as MessageId, site.agencyTitle(request), reason)
    if (made) return sendLetters(request, reply, [made], false)
    return redirectWithMessage(reply, request, pathOf(request), texts.nothingToPrint)
  })

  for (const [path, act, done] of [
    ['sent', lettersSent, texts.sent],
    ['back', lettersBack, texts.back],
  ] as const) {
    app.post<LettersRoute>(`/:agency${LETTERS_PATH}/${path}`, async (request, reply) => {
      if (!site.requireStaff(request, reply, ...COUNTER.roles)) return reply
      const { taken_at } = batchSchema.catch({ taken_at: undefined }).parse(request.body ?? {})
      const count = taken_at ? await act(site.context(request), taken_at) : 0
      return redirectWithMessage(reply, request, pathOf(request), count > 0 ? done(count) : texts.settledAlready)
    })
  }

  async function listPage(request: FastifyRequest<LettersRoute>, reply: FastifyReply): Promise<FastifyReply> {
    const { language } = request
    const ctx = site.context(request)
    const { ready, guarded, homeless } = await lettersToPrint(ctx)
    const batches = await lettersTaken(ctx)
    const number = (count: number) => numberText(count, language)
    return renderPage(request, reply, {
      title: texts.letters[language],
      breadcrumbs: [
        { label: COUNTER.label[language], href: `/${request.params.agency}${COUNTER.home}` },
        { label: texts.letters[language] },
      ],
      body: html`<p class="font-lead">${texts.lead[language]}</p>
${summaryNumbers([
  { label: texts.waiting[language], value: number(ready.length) },
  { label: texts.taken[language], value: number(batches.reduce((sum, { letters }) => sum + letters, 0)) },
  { label: texts.guarded[language], value: number(guarded.length) },
  { label: texts.homeless[language], value: number(homeless.length) },
])}
${ready.length === 0 ? '' : printPart(request, reply, Math.min(ready.length, MOST_LETTERS))}
${takenPart(request, reply, batches)}
${listPart(language, texts.waitingCaption(ready.length, Math.min(ready.length, MOST_SHOWN))[language], ready)}
${guarded.length === 0 ? '' : guardedPart(request, guarded)}
${
  homeless.length === 0
    ? ''
    : html`<p>${texts.homelessLead[language]}</p>${listPart(language, texts.homelessCaption[language], homeless)}`
}`,
    })
  }

  function listPart(language: Language, caption: string, letters: readonly ListedLetter[]): SafeHtml {
    return table(
      {
        caption,
        head: [texts.written, texts.kind, texts.to].map((text) => text[language]),
        rows: letters.slice(0, MOST_SHOWN).map((letter) => cells(letter, language)),
        empty: texts.none[language],
      },
      language,
    )
  }

  function guardedPart(request: FastifyRequest, letters: readonly ListedLetter[]): SafeHtml {
    const { language } = request
    return html`<p>${texts.guardedLead[language]}</p>
${table(
  {
    caption: texts.guardedCaption[language],
    head: [texts.written, texts.kind, texts.to, texts.action].map((text) => text[language]),
    rows: letters
      .slice(0, MOST_SHOWN)
      .map((letter) => [
        ...cells(letter, language),
        html`<a href="${href(request, pathOf(request, `/${letter.id}`))}">${texts.open[language]}</a>`,
      ]),
  },
  language,
)}`
  }

  function cells({ queued_at, kind, number }: ListedLetter, language: Language): string[] {
    return [instantText(queued_at, language), kindName(kind, language), number]
  }

  async function onePage(
    request: FastifyRequest<LetterRoute>,
    reply: FastifyReply,
    reason: string,
    errors: FieldErrors,
  ): Promise<FastifyReply> {
    const { language } = request
    const { letter } = request.params
    const found = isId(letter) ? await guardedLetter(site.context(request), letter as MessageId) : undefined
    if (!found) return gone(reply)
    return renderPage(request, reply, {
      title: texts.oneTitle[language],
      status: hasErrors(errors) ? FAULTY : 200,
      breadcrumbs: [{ label: texts.letters[language], href: pathOf(request) }, { label: texts.oneTitle[language] }],
      body: formBody(request, reply, {
        lead: texts.oneLead[language],
        errors,
        action: pathOf(request, `/${found.id}/print`),
        fields: textField({
          name: 'reason',
          label: texts.reason[language],
          hint: texts.reasonHint[language],
          value: shownAgain(reason),
          autocomplete: 'off',
          maxLength: 200,
          required: true,
          error: errors.reason,
        }),
        submit: texts.print(1)[language],
        back: pathOf(request),
        backLabel: texts.backToLetters,
      }),
    })
  }
}

function printPart(request: FastifyRequest, reply: FastifyReply, count: number): SafeHtml {
  const { language } = request
  return html`<p>${texts.printLead(MOST_LETTERS)[language]}</p>
${form(request, reply, {
  action: pathOf(request, '/print'),
  body: checkbox({ name: 'bothSides', label: texts.bothSides[language] }),
  submit: texts.print(count)[language],
})}`
}

function takenPart(request: FastifyRequest, reply: FastifyReply, batches: readonly LetterBatch[]): SafeHtml | string {
  if (batches.length === 0) return ''
  const { language } = request
  const button = (path: string, batch: LetterBatch, submit: SafeHtml) =>
    form(request, reply, {
      action: pathOf(request, path),
      body: hidden('taken_at', batch.taken_at.toString()),
      submit,
    })
  return html`<p>${texts.takenLead[language]}</p>
${table(
  {
    caption: texts.takenCaption[language],
    head: [texts.takenAt[language], texts.count[language], '', ''],
    rows: batches.map((batch) => [
      instantText(batch.taken_at, language),
      numberText(batch.letters, language),
      button('/sent', batch, submitButton(texts.inThePost[language])),
      button('/back', batch, submitButton(texts.again[language], 'secondary')),
    ]),
  },
  language,
)}`
}

/** As a file that names nobody and that no browser keeps. */
async function sendLetters(
  request: FastifyRequest,
  reply: FastifyReply,
  letters: readonly Letter[],
  bothSides: boolean,
): Promise<FastifyReply> {
  return reply
    .type('application/pdf')
    .header('content-disposition', `attachment; filename="${texts.file[request.language]}.pdf"`)
    .header('cache-control', 'no-store')
    .send(await letterPdf(letters, { bothSides }))
}

function pathOf(request: FastifyRequest, path = ''): string {
  const { agency } = request.params as { agency: string }
  return `/${agency}${LETTERS_PATH}${path}`
}

function instantIn(text: string): Temporal.Instant | undefined {
  try {
    return Temporal.Instant.from(text)
  } catch {
    return undefined
  }
}
