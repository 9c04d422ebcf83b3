import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { listBranches } from '#agencies'
import type { BranchId, Text2 } from '#core'
import { channelsNamed, type NamedChannels } from '#messages'
import { policyOf } from '#privacy'
import type { Context } from '#vault'
import {
  checkbox,
  errorSummary,
  type FieldErrors,
  form,
  html,
  redirectWithMessage,
  renderPage,
  type SafeHtml,
  type Site,
  selectField,
  textField,
  ways,
} from '#web'
import { changeOwnContact } from './change-own-contact.ts'
import { contactFaults } from './desk-fields.ts'
import { typedAgain, typedFaults } from './desk-typed.ts'
import type { AgencyRoute } from './enrol-pages.ts'
import { contactTexts as texts } from './my-contact-texts.ts'
import { readPatron } from './queries.ts'
import { consequences } from './rules.ts'
import type { PatronRow } from './tables.ts'

const FAULTY = 422
const line = z.string().max(1000).catch('')
const ticked = z.literal('yes').optional().catch(undefined)
const contactSchema = z.object({
  email: line,
  phone: line,
  language: z.enum(['da', 'en']).catch('da'),
  branch: line,
  wants_email: ticked,
  wants_sms: ticked,
  wants_titles: ticked,
  understood: ticked,
})
type Typed = z.infer<typeof contactSchema>

interface Shown {
  readonly ctx: Context
  readonly patron: PatronRow
  readonly typed: Typed
  readonly errors: FieldErrors
  /** Further ways, of other rooms. */
  readonly more: readonly { readonly path: string; readonly label: Text2 }[]
}

/** How the library reaches a patron: addresses, which messages, in which language; changed by the patron. */
export function registerMyContact(app: FastifyInstance, site: Site, more: Shown['more']): void {
  app.get<AgencyRoute>('/:agency/me/contact', async (request, reply) => {
    const known = await who(request, reply)
    return known ? contactPage(request, reply, { ...known, more, typed: asKept(known.patron), errors: {} }) : reply
  })

  app.post<AgencyRoute>('/:agency/me/contact', async (request, reply) => {
    const known = await who(request, reply)
    if (!known) return reply
    const { ctx, patron } = known
    const { language } = request
    const sent = contactSchema.parse(request.body ?? {})
    const typed = { ...sent, email: sent.email.trim(), phone: sent.phone.trim() }
    const { email, phone, branch } = typed
    const branches = await listBranches(ctx)
    const errors: FieldErrors = {
      ...contactFaults({ email, phone }, language),
      ...typedFaults({ email, phone }, {}, language),
      ...(branches.some(({ id }) => id === branch) ? {} : { branch: texts.branchMissing[language] }),
    }
    const again = { ...typed, ...typedAgain({ email, phone }, {}, language) }
    const isFaulty = Object.keys(errors).length > 0
    if (isFaulty) return contactPage(request, reply, { ctx, patron, more, typed: again, errors })
    if ((await lostBy(ctx, patron, typed)).length > 0 && typed.understood !== 'yes') {
      const missing = { understood: texts.understoodMissing[language] }
      return contactPage(request, reply, { ctx, patron, more, typed: again, errors: missing })
    }
    const changed = await changeOwnContact(ctx, patron.id, {
      email: email || null,
      phone: phone || null,
      language: typed.language,
      homeBranch: branch as BranchId,
      wants_email: typed.wants_email === 'yes',
      // A library that sends none has not asked.
      wants_sms: (await channelsNamed(ctx)).sms ? typed.wants_sms === 'yes' : patron.wants_sms,
      wants_titles: typed.wants_titles === 'yes',
    })
    if (!changed.ok) {
      const wrong = { branch: texts.branchMissing[language] }
      return contactPage(request, reply, { ctx, patron, more, typed: again, errors: wrong })
    }
    return redirectWithMessage(reply, request, `/${ctx.agency}/me/contact`, texts.saved)
  })

  async function who(request: FastifyRequest, reply: FastifyReply) {
    const actor = site.requirePatron(request, reply)
    if (!actor) return undefined
    // As the patron also where staff are signed in on the same browser.
    const ctx: Context = { ...site.context(request), actor: { kind: 'patron', id: actor.id } }
    const patron = await readPatron(ctx, actor.id)
    if (patron) return { ctx, patron }
    reply.callNotFound()
    return undefined
  }
}

function asKept(patron: PatronRow): Typed {
  const { email, phone, language, home_branch_id, wants_email, wants_sms, wants_titles } = patron
  return {
    email: email ?? '',
    phone: phone ?? '',
    language,
    branch: home_branch_id,
    wants_email: wants_email ? 'yes' : undefined,
    wants_sms: wants_sms ? 'yes' : undefined,
    wants_titles: wants_titles ? 'yes' : undefined,
    understood: undefined,
  }
}

/** What is lost by taking e-mail or telephone away. Whoever had neither has been told before. */
async function lostBy(ctx: Context, patron: PatronRow, { email, phone }: Typed): Promise<Text2[]> {
  if (!(patron.email && !email) && !(patron.phone && !phone)) return []
  const { policy } = await policyOf(ctx)
  return consequences(policy, { cpr: 'given', ...(email ? { email } : {}), ...(phone ? { phone } : {}) })
}

async function contactPage(request: FastifyRequest, reply: FastifyReply, shown: Shown): Promise<FastifyReply> {
  const { language } = request
  const { ctx, patron, typed, errors, more } = shown
  const [branches, channels, lost] = await Promise.all([
    listBranches(ctx),
    channelsNamed(ctx),
    errors.understood ? lostBy(ctx, patron, typed) : [],
  ])
  const path = `/${ctx.agency}/me/contact`
  return renderPage(request, reply, {
    ...(Object.keys(errors).length > 0 ? { status: FAULTY } : {}),
    title: texts.title[language],
    breadcrumbs: [{ label: texts.me[language], href: `/${ctx.agency}/me` }, { label: texts.title[language] }],
    body: html`${errorSummary(errors, language)}
<p>${texts.lead[language]}</p>
${form(request, reply, {
  action: path,
  submit: texts.save[language],
  body: html`<h2>${texts.addresses[language]}</h2>
${textField({
  name: 'email',
  type: 'email',
  label: texts.email[language],
  hint: patron.email_bounced_at ? texts.emailBack[language] : undefined,
  value: typed.email,
  autocomplete: 'email',
  error: errors.email,
})}
${textField({
  name: 'phone',
  type: 'tel',
  label: texts.phone[language],
  hint: patron.phone_bounced_at ? texts.phoneBack[language] : undefined,
  value: typed.phone,
  autocomplete: 'tel',
  error: errors.phone,
})}
${
  lost.length === 0
    ? ''
    : html`<h2>${texts.lost[language]}</h2>
<ul>${lost.map((text) => html`<li>${text[language]}</li>`)}</ul>
${checkbox({ name: 'understood', label: texts.understood[language], error: errors.understood })}`
}
${wishes(typed, request, channels)}
${selectField({
  name: 'language',
  label: texts.language[language],
  options: (['da', 'en'] as const).map((value) => ({ value, label: texts.languages[value][language] })),
  value: typed.language,
})}
${selectField({
  name: 'branch',
  label: texts.branch[language],
  hint: texts.branchHint[language],
  options: branches.map(({ id, name }) => ({ value: id, label: name })),
  value: typed.branch,
  error: errors.branch,
})}`,
})}
<p class="quiet">${texts.name[language]}</p>
${
  more.length === 0
    ? ''
    : ways(
        request,
        more.map((way) => ({ path: `/${ctx.agency}${way.path}`, label: way.label[language] })),
      )
}`,
  })
}

function wishes(typed: Typed, { language }: FastifyRequest, channels: NamedChannels): SafeHtml {
  return html`<h2>${texts.ways[language]}</h2>
${checkbox({
  name: 'wants_email',
  label: texts.wantsEmail[language],
  hint: texts.wantsEmailHint[language],
  checked: typed.wants_email === 'yes',
})}
${checkbox({
  name: 'wants_titles',
  label: texts.wantsTitles[language],
  hint: texts.wantsTitlesHint[language],
  checked: typed.wants_titles === 'yes',
})}
${
  channels.sms
    ? checkbox({
        name: 'wants_sms',
        label: texts.wantsSms[language],
        hint: texts.wantsSmsHint[language],
        checked: typed.wants_sms === 'yes',
      })
    : html`<p>${texts.noSms[language]}</p>`
}
<p>${texts.claims[language]}</p>`
}
