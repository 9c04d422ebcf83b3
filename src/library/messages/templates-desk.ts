import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { StaffId } from '#core'
import { changeSetting, currentSetting, registerSettingHistory } from '#settings'
import type { Context } from '#vault'
import {
  alert,
  errorSummary,
  type FieldErrors,
  form,
  hidden,
  href,
  html,
  redirectWithMessage,
  renderPage,
  type SafeHtml,
  type Site,
  table,
  textField,
} from '#web'
import { changeTexts, faultsOf, type Texts, textsHistory, textsOf } from './change-texts.ts'
import { type MessageHours, messageHours } from './hours.ts'
import { type AnyTemplate, channelsNamed, messageTemplates, type TemplateText } from './templates.ts'
import { fieldsPart, historyPart, previewPart, textsForm } from './templates-parts.ts'
import { aboutText, faultText, texts } from './templates-texts.ts'

/** The address of the pages below the library. */
export const TEMPLATES_PATH = '/staff/settings/messages'
const LOOK = ['desk', 'system'] as const

export interface TemplatesNeeds {
  readonly site: Site
  /** Every kind of message of all rooms. */
  readonly templates: readonly AnyTemplate[]
  /** Names of members of staff by their ids; one whose account has ended is left out. */
  readonly staffNames: (ctx: Context, ids: readonly StaffId[]) => Promise<ReadonlyMap<StaffId, string>>
}

interface ListRoute {
  Params: { agency: string }
}
interface TemplateRoute {
  Params: { agency: string; kind: string }
  Querystring: { version?: string }
}
type TemplateRequest = FastifyRequest<TemplateRoute>

const field = z.string().catch('')
const typedText = z.object({
  basedOn: z.coerce.number().int().catch(-1),
  act: z.enum(['save', 'preview', 'standard']).catch('preview'),
  'da-subject': field,
  'da-body': field,
  'da-short': z.string().optional().catch(undefined),
  'en-subject': field,
  'en-body': field,
  'en-short': z.string().optional().catch(undefined),
})
const typedHours = z.object({
  basedOn: z.coerce.number().int().catch(-1),
  quietFrom: field,
  quietUntil: field,
  bundleMinutes: field,
})

/** The texts of messages and when they are sent: whoever is at the desk may look, an administrator changes them. */
export function registerTemplatesDesk(app: FastifyInstance, { site, templates, staffNames }: TemplatesNeeds): void {
  app.get<ListRoute>(`/:agency${TEMPLATES_PATH}`, async (request, reply) => {
    if (!site.requireStaff(request, reply, ...LOOK)) return reply
    const { version, content } = await currentSetting(site.context(request), messageHours)
    return listPage(request, reply, { hours: hoursAsTyped(content), version, errors: {} })
  })

  app.post<ListRoute>(`/:agency${TEMPLATES_PATH}/hours`, async (request, reply) => {
    const staff = site.requireStaff(request, reply, 'system')
    if (!staff) return reply
    const { language } = request
    const { basedOn, ...hours } = typedHours.parse(request.body ?? {})
    const content = {
      ...hours,
      bundleMinutes: /^\d{1,4}$/.test(hours.bundleMinutes) ? Number(hours.bundleMinutes) : -1,
    }
    const changed = await changeSetting(site.context(request), messageHours, { content, basedOn, by: staff.id })
    if (changed.ok) return redirectWithMessage(reply, request, pathOf(request), texts.saved)
    if (changed.refusal.kind === 'changed-meanwhile') {
      const { version, content: now } = await currentSetting(site.context(request), messageHours)
      const errors = { quietFrom: texts.meanwhileHours[language] }
      return listPage(request, reply, { hours: hoursAsTyped(now), version, errors })
    }
    const wrong = new Set(changed.refusal.faults.map(({ path }) => path))
    const errors = {
      quietFrom: wrong.has('quietFrom') ? texts.hourWrong[language] : undefined,
      quietUntil: wrong.has('quietUntil') ? texts.hourWrong[language] : undefined,
      bundleMinutes: wrong.has('bundleMinutes') ? texts.bundleWrong[language] : undefined,
    }
    return listPage(request, reply, { hours, version: basedOn, errors })
  })

  registerSettingHistory(app, site, {
    setting: messageHours,
    path: TEMPLATES_PATH,
    at: `${TEMPLATES_PATH}/hours/history`,
    staffNames,
    describe: (_ctx, { quietFrom, quietUntil, bundleMinutes }, language) =>
      new Map([
        ['quietFrom', { label: texts.quietFrom[language], value: quietFrom }],
        ['quietUntil', { label: texts.quietUntil[language], value: quietUntil }],
        ['bundle', { label: texts.bundle[language], value: String(bundleMinutes) }],
      ]),
  })

  app.get<TemplateRoute>(`/:agency${TEMPLATES_PATH}/:kind`, async (request, reply) => {
    if (!site.requireStaff(request, reply, ...LOOK)) return reply
    const template = templateOf(request)
    if (!template) return reply.callNotFound()
    const ctx = site.context(request)
    const now = await textsOf(ctx, template)
    const { version } = request.query
    if (version === undefined) return onePage(request, reply, template, { texts: now.texts, basedOn: now.version })
    const older = (await textsHistory(ctx, template)).find((change) => String(change.version) === version)
    if (!older) return reply.callNotFound()
    const above = alert({ kind: 'info', heading: texts.older[request.language] })
    return onePage(request, reply, template, { texts: older.texts, basedOn: now.version, above })
  })

  app.post<TemplateRoute>(`/:agency${TEMPLATES_PATH}/:kind`, async (request, reply) => {
    const staff = site.requireStaff(request, reply, 'system')
    if (!staff) return reply
    const template = templateOf(request)
    if (!template) return reply.callNotFound()
    const typed = typedText.parse(request.body ?? {})
    const { basedOn, act } = typed
    const given = act === 'standard' ? template.initial : textsIn(template, typed)
    if (act === 'preview') {
      const errors = errorsOf(request, template, given)
      return onePage(request, reply, template, { texts: given, basedOn, errors })
    }
    const ctx = site.context(request)
    const changed = await changeTexts(ctx, template, { texts: given, basedOn, by: staff.id })
    if (changed.ok) {
      const done = act === 'standard' ? texts.standardAgain : texts.saved
      return redirectWithMessage(reply, request, pathOf(request, `/${template.kind}`), done)
    }
    if (changed.refusal.kind !== 'changed-meanwhile') {
      return onePage(request, reply, template, { texts: given, basedOn, errors: errorsOf(request, template, given) })
    }
    const { language } = request
    const heading = texts.meanwhileHeading[language]
    const above = alert({ kind: 'warning', heading, body: texts.meanwhile[language] })
    return onePage(request, reply, template, { texts: given, basedOn: changed.refusal.version, above, status: 409 })
  })

  async function listPage(
    request: FastifyRequest<ListRoute>,
    reply: FastifyReply,
    given: { readonly hours: HoursAsTyped; readonly version: number; readonly errors: FieldErrors },
  ): Promise<FastifyReply> {
    const { language } = request
    const own = (await currentSetting(site.context(request), messageTemplates)).content
    const named = await channelsNamed(site.context(request))
    const unnamed = (['email', 'sms', 'push'] as const)
      .filter((channel) => !named[channel])
      .map((channel) => html`<p>${texts.notNamed[channel][language]}</p>`)
    const whose = ({ kind }: AnyTemplate) => {
      const mine = own[kind]
      if (mine?.da && mine.en) return texts.own
      return mine?.da ? texts.ownIn('da') : mine?.en ? texts.ownIn('en') : texts.standard
    }
    return renderPage(request, reply, {
      title: texts.title[language],
      status: isFaulty(given.errors) ? 422 : 200,
      breadcrumbs: [settingsCrumb(request), { label: texts.title[language] }],
      body: html`${errorSummary(given.errors, language)}
<p class="font-lead">${texts.lead[language]}</p>
${unnamed}
${table(
  {
    caption: texts.caption[language],
    hasHeading: true,
    head: [texts.message, texts.goesBy, texts.whose].map((text) => text[language]),
    rows: templates.map((template) => [
      html`<a href="${href(request, pathOf(request, `/${template.kind}`))}">${template.label[language]}</a>`,
      aboutText(template.about)[language],
      whose(template)[language],
    ]),
    rowHeaders: true,
  },
  language,
)}
<h2>${texts.hours[language]}</h2>
<p>${texts.hoursLead[language]} <a href="${href(request, pathOf(request, '/hours/history'))}">${texts.hoursHistory[language]}</a></p>
${hoursPart(request, reply, given)}`,
    })
  }

  function hoursPart(
    request: FastifyRequest,
    reply: FastifyReply,
    given: { readonly hours: HoursAsTyped; readonly version: number; readonly errors: FieldErrors },
  ): SafeHtml {
    const { language } = request
    const { hours, version, errors } = given
    if (!mayChange(request)) {
      return html`<p>${texts.quietFrom[language]} ${hours.quietFrom}, ${texts.quietUntil[language].toLowerCase()} ${hours.quietUntil}.
${texts.bundle[language]}: ${hours.bundleMinutes}.</p>`
    }
    const hour = (name: 'quietFrom' | 'quietUntil') =>
      textField({
        name,
        label: texts[name][language],
        hint: texts.hourHint[language],
        value: hours[name],
        error: errors[name],
        required: true,
        maxLength: 5,
      })
    return form(request, reply, {
      action: pathOf(request, '/hours'),
      body: html`${hidden('basedOn', String(version))}
${hour('quietFrom')}
${hour('quietUntil')}
${textField({
  name: 'bundleMinutes',
  label: texts.bundle[language],
  hint: texts.bundleHint[language],
  value: hours.bundleMinutes,
  error: errors.bundleMinutes,
  inputmode: 'numeric',
  short: true,
  required: true,
  maxLength: 4,
})}`,
      submit: texts.save[language],
    })
  }

  async function onePage(
    request: TemplateRequest,
    reply: FastifyReply,
    template: AnyTemplate,
    given: {
      readonly texts: Texts
      readonly basedOn: number
      readonly errors?: FieldErrors
      readonly above?: SafeHtml
      readonly status?: number
    },
  ): Promise<FastifyReply> {
    const { language } = request
    const { errors = {} } = given
    const ctx = site.context(request)
    const changes = await textsHistory(ctx, template)
    const names = await staffNames(
      ctx,
      changes.flatMap(({ changed_by }) => changed_by ?? []),
    )
    const path = pathOf(request, `/${template.kind}`)
    return renderPage(request, reply, {
      title: template.label[language],
      status: given.status ?? (isFaulty(errors) ? 422 : 200),
      breadcrumbs: [
        settingsCrumb(request),
        { label: texts.title[language], href: pathOf(request) },
        { label: template.label[language] },
      ],
      body: html`${errorSummary(errors, language)}
${given.above ?? ''}
<p class="font-lead">${aboutText(template.about)[language]}</p>
${previewPart(template, given.texts, language)}
${
  mayChange(request)
    ? html`${fieldsPart(template, language)}
${textsForm(request, reply, { template, path, ...given, errors })}`
    : html`<p>${texts.readOnly[language]}</p>`
}
${historyPart(request, { path, changes, names })}`,
    })
  }

  function templateOf({ params }: TemplateRequest): AnyTemplate | undefined {
    return templates.find(({ kind }) => kind === params.kind)
  }

  function mayChange(request: FastifyRequest): boolean {
    return site.staff(request)?.roles.includes('system') ?? false
  }
}

type HoursAsTyped = { readonly [Each in keyof MessageHours]: string }

function hoursAsTyped({ bundleMinutes, ...hours }: MessageHours): HoursAsTyped {
  return { ...hours, bundleMinutes: String(bundleMinutes) }
}

/** A short text is asked for only where one can be sent. */
function textsIn({ initial }: AnyTemplate, typed: z.infer<typeof typedText>): Texts {
  const tidy = (text: string) => text.replaceAll('\r\n', '\n').trim()
  const text = (language: 'da' | 'en'): TemplateText => ({
    subject: tidy(typed[`${language}-subject`]),
    body: tidy(typed[`${language}-body`]),
    short: tidy(typed[`${language}-short`] ?? initial[language].short),
  })
  return { da: text('da'), en: text('en') }
}

/** By field of the form; of several faults in one the first, as the others may go with it. */
function errorsOf(request: FastifyRequest, template: AnyTemplate, given: Texts): FieldErrors {
  const errors: Record<string, string> = {}
  for (const fault of faultsOf(template, given)) {
    errors[`${fault.language}-${fault.part}`] ??= faultText(fault)[request.language]
  }
  return errors
}

function isFaulty(errors: FieldErrors): boolean {
  return Object.values(errors).some((error) => error !== undefined)
}

function settingsCrumb(request: FastifyRequest): { label: string; href: string } {
  const { agency } = request.params as { agency: string }
  return { label: texts.settings[request.language], href: `/${agency}/staff/settings` }
}

function pathOf(request: FastifyRequest, path = ''): string {
  const { agency } = request.params as { agency: string }
  return `/${agency}${TEMPLATES_PATH}${path}`
}
