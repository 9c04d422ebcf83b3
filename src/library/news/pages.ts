import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { readPatron } from '#patrons'
import type { Context } from '#vault'
import {
  checkbox,
  entries,
  errorSummary,
  type FieldErrors,
  form,
  hidden,
  html,
  redirectWithMessage,
  renderPage,
  type SafeHtml,
  type Site,
  submitButton,
  textField,
} from '#web'
import { type NewsChannel, newsOf, type OfferedNewsletter, offeredNews } from './queries.ts'
import { confirm, leave, type NewsRefusal, subscribeToNews, subscribeToSmsNews } from './subscribe.ts'
import { newsRefusalText, texts } from './texts.ts'

interface AgencyRoute {
  Params: { agency: string }
}
interface KeyRoute {
  Params: { agency: string; key: string }
}

const FAULTY = 422
const LONGEST = 200
const line = z.string().max(LONGEST).catch('')
const wished = z.object({
  channel: z.enum(['email', 'sms']).catch('email'),
  name: line,
  email: line,
  consent: z.literal('yes').optional().catch(undefined),
})
const keyed = z.object({ key: line })
type Typed = Pick<z.infer<typeof wished>, 'name' | 'email'> & { readonly chosen: readonly string[] }

/** Signing up for news and off again, for patrons and for anybody else. */
export function registerNewsPages(app: FastifyInstance, site: Site): void {
  app.get<AgencyRoute>('/:agency/news', async (request, reply) => newsPage(request, reply))

  app.post<AgencyRoute>('/:agency/news', async (request, reply) => {
    const ctx = asWhoever(request)
    const { language } = request
    const body = (request.body ?? {}) as Readonly<Record<string, unknown>>
    const { channel, name, email, consent } = wished.parse(body)
    const offered = (await offeredNews(ctx)).filter((each) => each.channel === channel)
    const chosen = offered.filter(({ id }) => body[`news-${id}`] === 'yes').map(({ id }) => id)
    const phone = await phoneOf(request, ctx)
    const wish = { newsletters: chosen, name, language, consent: '' }
    const done =
      channel === 'email'
        ? await subscribeToNews(ctx, {
            ...wish,
            address: email,
            consent: consent ? texts.consentEmail[language] : '',
          })
        : await subscribeToSmsNews(ctx, {
            ...wish,
            address: phone ?? '',
            consent: consent ? texts.consentSms[language] : '',
          })
    if (!done.ok) {
      return newsPage(request, reply, { channel, refusal: done.refusal, typed: { name, email, chosen } })
    }
    const told = channel === 'email' ? texts.thanks : texts.thanksSms
    return redirectWithMessage(reply, request, `/${ctx.agency}/news`, told)
  })

  // By POST, because mail programs follow links by themselves.
  for (const [what, heading, lead, button] of [
    ['leave', texts.leaveTitle, texts.leaveLead, texts.leave],
    ['confirm', texts.confirmTitle, texts.confirmLead, texts.confirm],
  ] as const) {
    app.get<KeyRoute>(`/:agency/news/${what}/:key`, async (request, reply) => {
      const { language } = request
      const { agency, key } = request.params
      return renderPage(request, reply, {
        title: heading[language],
        breadcrumbs: [{ label: texts.news[language], href: `/${agency}/news` }, { label: heading[language] }],
        body: html`<p>${lead[language]}</p>
${form(request, reply, { action: `/${agency}/news/${what}`, body: hidden('key', key.slice(0, LONGEST)), submit: button[language] })}`,
      })
    })
  }

  app.post<AgencyRoute>('/:agency/news/leave', async (request, reply) => {
    await leave(asWhoever(request), keyed.parse(request.body ?? {}).key)
    return redirectWithMessage(reply, request, `/${request.params.agency}/news`, texts.left)
  })

  app.post<AgencyRoute>('/:agency/news/confirm', async (request, reply) => {
    const isKnown = await confirm(asWhoever(request), keyed.parse(request.body ?? {}).key)
    const told = isKnown ? texts.confirmed : texts.unknownKey
    return redirectWithMessage(reply, request, `/${request.params.agency}/news`, told)
  })

  /** As the patron also where staff are signed in on the same browser. */
  function asWhoever(request: FastifyRequest): Context {
    const patron = site.patron(request)
    return {
      ...site.context(request),
      actor: patron ? { kind: 'patron', id: patron.id } : { kind: 'system', job: 'web' },
    }
  }

  async function phoneOf(request: FastifyRequest, ctx: Context): Promise<string | undefined> {
    const patron = site.patron(request)
    return patron ? ((await readPatron(ctx, patron.id))?.phone ?? undefined) : undefined
  }

  async function newsPage(
    request: FastifyRequest<AgencyRoute>,
    reply: FastifyReply,
    wrong?: { readonly channel: NewsChannel; readonly refusal: NewsRefusal; readonly typed: Typed },
  ): Promise<FastifyReply> {
    const { language } = request
    const ctx = asWhoever(request)
    const actor = site.patron(request)
    const [offered, mine, patron] = await Promise.all([
      offeredNews(ctx),
      actor ? newsOf(ctx, actor.id) : [],
      actor ? readPatron(ctx, actor.id) : undefined,
    ])
    const errors = wrong
      ? errorsOf(wrong.refusal, wrong.channel, newsRefusalText(wrong.refusal)[language], offered)
      : {}
    const typed = wrong?.typed ?? { name: patron?.name ?? '', email: patron?.email ?? '', chosen: [] }
    const by = (channel: NewsChannel) => offered.filter((each) => each.channel === channel)
    const action = `/${ctx.agency}/news`
    const mineShown = mine.map(({ newsletter, address, leave_key }) => ({
      heading: newsletter,
      lines: [texts.to(address)[language]],
      actions: [
        form(request, reply, {
          action: `${action}/leave`,
          body: hidden('key', leave_key),
          submit: html`<button type="submit" class="button button-secondary" aria-label="${texts.leaveNamed(newsletter)[language]}">${texts.leave[language]}</button>`,
        }),
      ],
    }))
    const smsPart = !patron
      ? html`<ul>${by('sms').map(({ name }) => html`<li>${name}</li>`)}</ul><p>${texts.smsForPatrons[language]}</p>`
      : patron.phone
        ? form(request, reply, {
            action,
            body: html`${hidden('channel', 'sms')}${choices(by('sms'), typed.chosen, errors)}
${textField({ name: 'name', id: 'sms-name', label: texts.name[language], value: typed.name, autocomplete: 'name', error: errors['sms-name'] })}
<p>${texts.to(patron.phone)[language]}</p>
${checkbox({ name: 'consent', id: 'sms-consent', label: texts.consentSms[language], error: errors['sms-consent'] })}`,
            submit: submitButton(texts.signUp[language]),
          })
        : html`<p>${texts.smsNeedsPhone[language]}</p>`
    return renderPage(request, reply, {
      ...(wrong ? { status: FAULTY } : {}),
      title: texts.news[language],
      breadcrumbs: [{ label: texts.news[language] }],
      body: html`${errorSummary(errors, language)}
<p class="font-lead">${texts.lead[language]}</p>
${mine.length > 0 ? html`<h2>${texts.yours[language]}</h2>${entries(mineShown, 3)}` : ''}
${offered.length === 0 ? html`<p>${texts.none[language]}</p>` : ''}
${
  by('email').length === 0
    ? ''
    : html`<h2>${texts.byEmail[language]}</h2>
${form(request, reply, {
  action,
  body: html`${hidden('channel', 'email')}${choices(by('email'), typed.chosen, errors)}
${textField({ name: 'name', label: texts.name[language], value: typed.name, autocomplete: 'name', error: errors.name })}
${textField({ name: 'email', type: 'email', label: texts.email[language], value: typed.email, autocomplete: 'email', error: errors.email })}
${checkbox({ name: 'consent', label: texts.consentEmail[language], error: errors.consent })}`,
  submit: texts.signUp[language],
})}`
}
${by('sms').length === 0 ? '' : html`<h2>${texts.bySms[language]}</h2>${smsPart}`}`,
    })
  }
}

function choices(offered: readonly OfferedNewsletter[], chosen: readonly string[], errors: FieldErrors): SafeHtml {
  return html`${offered.map(({ id, name, about }) =>
    checkbox({
      name: `news-${id}`,
      label: name,
      ...(about === '' ? {} : { hint: about }),
      checked: chosen.includes(id),
      error: errors[`news-${id}`],
    }),
  )}`
}

function errorsOf(
  { kind }: NewsRefusal,
  channel: NewsChannel,
  text: string,
  offered: readonly OfferedNewsletter[],
): Record<string, string> {
  const prefix = channel === 'sms' ? 'sms-' : ''
  if (kind === 'no-name') return { [`${prefix}name`]: text }
  if (kind === 'no-consent') return { [`${prefix}consent`]: text }
  if (kind === 'bad-address' && channel === 'email') return { email: text }
  const first = offered.find((each) => each.channel === channel)
  return { [first ? `news-${first.id}` : 'name']: text }
}
