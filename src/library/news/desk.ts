import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isId, type Language, type Text2, unreachable } from '#core'
import {
  alert,
  checkbox,
  errorSummary,
  type FieldErrors,
  form,
  hidden,
  html,
  instantText,
  redirectWithMessage,
  renderPage,
  type SafeHtml,
  type Site,
  selectField,
  submitButton,
  table,
  tag,
  textArea,
  textField,
} from '#web'
import { closeNewsletter, type IssueRefusal, makeNewsletter, writeIssue } from './issues.ts'
import { type CountedNewsletter, countedNews, newsChannels } from './queries.ts'
import { type NewsRefusal, signOff, subscribeToSmsNews } from './subscribe.ts'
import { newsRefusalText, texts } from './texts.ts'

interface AgencyRoute {
  Params: { agency: string }
}

const PATH = '/staff/news'
const FAULTY = 422
const line = z.string().max(200).catch('')
const made = z.object({ channel: z.enum(['email', 'sms']).catch('email'), name: line, about: line })
const closed = z.object({ newsletter: line })
const written = z.object({ newsletter: line, subject: line, body: z.string().max(20_000).catch('') })
const entered = z.object({
  newsletter: line,
  name: line,
  phone: line,
  'said-yes': z.literal('yes').optional().catch(undefined),
})
const off = z.object({ address: line })
type Typed = Readonly<Partial<Record<string, string>>>

/** Where staff make newsletters, send them, and sign somebody up or off at their word. It lists nobody. */
export function registerNewsDesk(app: FastifyInstance, site: Site): void {
  app.get<AgencyRoute>(`/:agency${PATH}`, async (request, reply) => {
    return site.requireStaff(request, reply, 'desk') ? page(request, reply) : reply
  })

  post('', made, async (request, typed) => {
    const done = await makeNewsletter(site.context(request), typed)
    return done.ok ? { told: texts.made } : { errors: issueErrors(done.refusal, 'name', request.language) }
  })

  post('/close', closed, async (request, { newsletter }) => {
    const done = isId(newsletter) && (await closeNewsletter(site.context(request), newsletter)).ok
    return done ? { told: texts.closedNow } : {}
  })

  post('/issues', written, async (request, typed) => {
    const done = await writeIssue(site.context(request), typed)
    return done.ok ? { told: texts.sending } : { errors: issueErrors(done.refusal, 'body', request.language) }
  })

  post('/sign-ups', entered, async (request, typed) => {
    const { language } = request
    const done = await subscribeToSmsNews(site.context(request), {
      newsletters: [typed.newsletter],
      name: typed.name,
      address: typed.phone,
      language: 'da',
      consent: typed['said-yes'] ? texts.spoken.da : '',
    })
    return done.ok ? { told: texts.entered } : { errors: signUpErrors(done.refusal, language) }
  })

  post('/sign-offs', off, async (request, { address }) => {
    if (address.trim() === '') return { errors: { address: texts.missing[request.language] } }
    return { told: texts.signedOff(await signOff(site.context(request), address)) }
  })

  /** A form of the page: done, and told above it, or shown again with what was typed. */
  function post<Given extends Record<string, string | undefined>>(
    path: string,
    schema: z.ZodType<Given>,
    work: (
      request: FastifyRequest,
      typed: Given,
    ) => Promise<{ readonly told?: Text2; readonly errors?: Record<string, string> }>,
  ): void {
    app.post<AgencyRoute>(`/:agency${PATH}${path}`, async (request, reply) => {
      if (!site.requireStaff(request, reply, 'desk')) return reply
      const typed = schema.parse(request.body ?? {})
      const { told, errors } = await work(request, typed)
      if (told) return redirectWithMessage(reply, request, `/${request.params.agency}${PATH}`, told)
      return page(request, reply, { typed, errors: errors ?? {}, path })
    })
  }

  async function page(
    request: FastifyRequest<AgencyRoute>,
    reply: FastifyReply,
    wrong?: { readonly typed: Typed; readonly errors: Record<string, string>; readonly path: string },
  ): Promise<FastifyReply> {
    const { language } = request
    const ctx = site.context(request)
    const [all, channels] = await Promise.all([countedNews(ctx), newsChannels(ctx)])
    const open = all.filter(({ closed_at }) => closed_at === null)
    const at = (path: string) => `/${ctx.agency}${PATH}${path}`
    const of = (path: string): { readonly typed: Typed; readonly errors: FieldErrors } =>
      wrong?.path === path ? wrong : { typed: {}, errors: {} }
    const named = (list: readonly CountedNewsletter[]) =>
      list.map(({ id, name, channel }) => ({ value: id, label: `${name} (${texts.channels[channel][language]})` }))
    const write = of('/issues')
    const make = of('')
    const enter = of('/sign-ups')
    const bySms = open.filter(({ channel }) => channel === 'sms')
    return renderPage(request, reply, {
      ...(wrong ? { status: FAULTY } : {}),
      title: texts.news[language],
      breadcrumbs: [{ label: texts.news[language] }],
      body: html`${errorSummary(wrong?.errors ?? {}, language)}
<p class="font-lead">${texts.deskLead[language]}</p>
${channels.length === 0 ? alert({ kind: 'info', heading: texts.notOffered[language] }) : ''}
${table(
  {
    caption: texts.news[language],
    head: [...[texts.which, texts.way, texts.readers, texts.lastSent].map((text) => text[language]), ''],
    numeric: [2],
    rows: all.map((each) => newsletterRow(request, reply, each)),
    rowHeaders: true,
    empty: texts.none[language],
  },
  language,
)}
${
  open.length === 0
    ? ''
    : html`<h2>${texts.write[language]}</h2>
${form(request, reply, {
  action: at('/issues'),
  body: html`${selectField({ name: 'newsletter', id: 'issue-newsletter', label: texts.which[language], options: named(open), value: write.typed.newsletter })}
${textField({ name: 'subject', label: texts.subject[language], hint: texts.subjectHint[language], value: write.typed.subject ?? '', error: write.errors.subject })}
${textArea({ name: 'body', label: texts.body[language], hint: texts.bodyHint[language], value: write.typed.body ?? '', rows: 10, error: write.errors.body })}`,
  submit: texts.send[language],
})}`
}
${
  bySms.length === 0
    ? ''
    : html`<h2>${texts.enter[language]}</h2>
${form(request, reply, {
  action: at('/sign-ups'),
  body: html`${selectField({ name: 'newsletter', id: 'sms-newsletter', label: texts.which[language], options: named(bySms), value: enter.typed.newsletter })}
${textField({ name: 'name', id: 'sms-name', label: texts.name[language], value: enter.typed.name ?? '', autocomplete: 'off', error: enter.errors['sms-name'] })}
${textField({ name: 'phone', type: 'tel', label: texts.phone[language], value: enter.typed.phone ?? '', autocomplete: 'off', error: enter.errors.phone })}
${checkbox({ name: 'said-yes', label: texts.saidYes[language], error: enter.errors['said-yes'] })}`,
  submit: texts.enter[language],
})}`
}
${
  channels.length === 0
    ? ''
    : html`<h2>${texts.signOff[language]}</h2>
${form(request, reply, {
  action: at('/sign-offs'),
  body: textField({
    name: 'address',
    label: texts.address[language],
    autocomplete: 'off',
    error: of('/sign-offs').errors.address,
  }),
  submit: submitButton(texts.signOff[language], 'secondary'),
})}
<h2>${texts.make[language]}</h2>
${form(request, reply, {
  action: at(''),
  body: html`${selectField({
    name: 'channel',
    label: texts.way[language],
    options: channels.map((value) => ({ value, label: texts.channels[value][language] })),
    value: make.typed.channel,
  })}
${textField({ name: 'name', label: texts.newName[language], value: make.typed.name ?? '', error: make.errors.name })}
${textField({ name: 'about', label: texts.about[language], value: make.typed.about ?? '' })}`,
  submit: submitButton(texts.make[language], 'secondary'),
})}`
}`,
    })
  }

  function newsletterRow(
    request: FastifyRequest<AgencyRoute>,
    reply: FastifyReply,
    { id, name, channel, readers, last, last_at, waiting, closed_at }: CountedNewsletter,
  ): (string | SafeHtml)[] {
    const { language } = request
    const sent = last_at
      ? `${last === '' || last === null ? '' : `${last}, `}${instantText(last_at, language)}`
      : texts.never[language]
    return [
      name,
      texts.channels[channel][language],
      String(readers),
      html`${sent} ${waiting ? tag(texts.onItsWay[language], 'info') : ''}`,
      closed_at
        ? texts.closed[language]
        : form(request, reply, {
            action: `/${request.params.agency}${PATH}/close`,
            body: hidden('newsletter', id),
            submit: html`<button type="submit" class="button button-secondary" aria-label="${texts.closeNamed(name)[language]}">${texts.close[language]}</button>`,
          }),
    ]
  }
}

function issueErrors({ kind }: IssueRefusal, field: string, language: Language): Record<string, string> {
  switch (kind) {
    case 'not-offered':
      return { [field]: texts.notOffered[language] }
    case 'empty':
    case 'unknown':
      return { [field]: texts.missing[language] }
    case 'cpr-in-text':
      return { [field]: texts.noCpr[language] }
    default:
      return unreachable(kind)
  }
}

function signUpErrors(refusal: NewsRefusal, language: Language): Record<string, string> {
  const text = newsRefusalText(refusal)[language]
  if (refusal.kind === 'no-name') return { 'sms-name': text }
  return refusal.kind === 'no-consent' ? { 'said-yes': text } : { phone: text }
}
