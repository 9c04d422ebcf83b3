import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isId, type MessageId, type Text2 } from '#core'
import { type KindName, markHandled, waitingByChannel } from '#messages'
import {
  form,
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
} from '#web'
import { counterPath } from './desk-counter-frame.ts'
import { COUNTER, type DeskNeeds, REFUSED, refusedBody } from './desk-frame.ts'
import { type ListedUndelivered, listUndelivered, type SendAgainRefusal, sendAgain } from './undelivered.ts'
import { becauseText, channelText, sendAgainRefusalText, texts } from './undelivered-texts.ts'

/** The address of the page below the library; the staff's menu leads there. */
export const UNDELIVERED_PATH = '/staff/messages'
const MOST_SHOWN = 200

export interface UndeliveredNeeds extends Pick<DeskNeeds, 'site'> {
  /** What the rooms above call their kinds of message. */
  readonly kindName?: KindName
}

interface MessageRoute {
  Params: { agency: string; message: string }
}

/**
 * The messages that never arrived, for staff to do something about. It shows neither address nor content: who opens the
 * patron from here is in the patron's log.
 */
export function registerUndeliveredDesk(
  app: FastifyInstance,
  { site, kindName = (kind) => kind }: UndeliveredNeeds,
): void {
  app.get<MessageRoute>(`/:agency${UNDELIVERED_PATH}`, async (request, reply) => {
    if (!site.requireStaff(request, reply, ...COUNTER.roles)) return reply
    const { language } = request
    const ctx = site.context(request)
    const { messages, count } = await listUndelivered(ctx, MOST_SHOWN)
    const all = [...count.values()].reduce((sum, number) => sum + number, 0)
    return renderPage(request, reply, {
      title: texts.title[language],
      breadcrumbs: [{ label: COUNTER.label[language], href: counterPath(request) }, { label: texts.title[language] }],
      body: html`<p class="font-lead">${texts.lead[language]}</p>
${summaryNumbers([...count].map(([because, number]) => ({ label: becauseText(because)[language], value: numberText(number, language) })))}
${table(
  {
    caption: texts.caption(all, messages.length)[language],
    head: [texts.since, texts.kind, texts.channel, texts.why, texts.to, texts.action].map((text) => text[language]),
    rows: messages.map((message) => rowOf(request, reply, message)),
    empty: texts.none[language],
  },
  language,
)}
${table(
  {
    caption: texts.waitingCaption[language],
    head: [texts.channel, texts.waiting, texts.oldest].map((text) => text[language]),
    rows: (await waitingByChannel(ctx)).map(({ channel, messages, oldest }) => [
      channelText(channel)[language],
      numberText(messages, language),
      instantText(oldest, language),
    ]),
    numeric: [1],
    rowHeaders: true,
    empty: texts.nothingWaits[language],
  },
  language,
)}`,
    })
  })

  for (const [path, how, done] of [
    ['again', 'as-before', texts.doneAgain],
    ['letter', 'letter', texts.doneLetter],
  ] as const) {
    app.post<MessageRoute>(`/:agency${UNDELIVERED_PATH}/:message/${path}`, async (request, reply) => {
      if (!site.requireStaff(request, reply, ...COUNTER.roles)) return reply
      const sent = await sendAgain(site.context(request), request.params.message, how)
      return sent.ok ? backToList(request, reply, done) : refused(request, reply, sent.refusal)
    })
  }

  app.post<MessageRoute>(`/:agency${UNDELIVERED_PATH}/:message/handled`, async (request, reply) => {
    if (!site.requireStaff(request, reply, ...COUNTER.roles)) return reply
    const { message } = request.params
    const handled = isId(message) && (await markHandled(site.context(request), message as MessageId))
    return handled ? backToList(request, reply, texts.doneHandled) : refused(request, reply, { kind: 'gone' })
  })

  function rowOf(request: FastifyRequest, reply: FastifyReply, message: ListedUndelivered): (SafeHtml | string)[] {
    const { language } = request
    const { id, patron_id, number, kind, channel, because, since, redacted } = message
    const button = (path: string, label: Text2) =>
      form(request, reply, {
        action: pathOf(request, `/${id}/${path}`),
        body: html``,
        submit: submitButton(label[language], 'secondary'),
      })
    return [
      instantText(since, language),
      kindName(kind, language),
      channelText(channel)[language],
      becauseText(because)[language],
      html`<a href="${href(request, counterPath(request, `/patrons/${patron_id}`))}">${number}</a>`,
      html`${redacted ? texts.contentGone[language] : button('again', texts.again)}
${redacted || channel === 'letter' ? '' : button('letter', texts.asLetter)}
${button('handled', texts.handled)}`,
    ]
  }
}

function backToList(request: FastifyRequest, reply: FastifyReply, done: Text2): FastifyReply {
  return redirectWithMessage(reply, request, pathOf(request), done)
}

function refused(request: FastifyRequest, reply: FastifyReply, refusal: SendAgainRefusal): FastifyReply {
  const { language } = request
  return renderPage(request, reply, {
    title: texts.notDone[language],
    status: REFUSED,
    breadcrumbs: [{ label: texts.title[language], href: pathOf(request) }, { label: texts.notDone[language] }],
    body: refusedBody(request, {
      heading: texts.notDone[language],
      text: sendAgainRefusalText(refusal)[language],
      back: pathOf(request),
    }),
  })
}

function pathOf(request: FastifyRequest, path = ''): string {
  const { agency } = request.params as { agency: string }
  return `/${agency}${UNDELIVERED_PATH}${path}`
}
