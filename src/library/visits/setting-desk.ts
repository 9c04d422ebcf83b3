import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type BranchRow, listBranches } from '#agencies'
import type { Language } from '#core'
import type { StaffNames } from '#privacy'
import {
  changeSetting,
  currentSetting,
  type Described,
  registerSettingHistory,
  SETTINGS_KEEPER,
  SETTINGS_PATH,
  SETTINGS_READERS,
  type SettingsRoute,
  settingRefusalTexts,
  settingsCrumb,
} from '#settings'
import {
  alert,
  checkbox,
  definitionList,
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
  textField,
} from '#web'
import { texts } from './page-texts.ts'
import { type Doors, doors } from './setting.ts'

export const DOORS_SETTING_PATH = `${SETTINGS_PATH}/doors`

type Request = FastifyRequest<SettingsRoute>
const fields = z.record(z.string(), z.string().max(100).catch('')).catch({})
type Typed = Readonly<Partial<Record<string, string>>>

const NUMBERS = { surveillanceMinutes: [1, 60], outageHours: [0, 72], stayMinutes: [10, 1440] } as const
const NAMES = ['surveillanceMinutes', 'outageHours', 'stayMinutes'] as const
const MOST_INSIDE = 10_000

/** What a library decides about its doors. */
export function registerDoorsSetting(
  app: FastifyInstance,
  { site, staffNames }: { readonly site: Site; readonly staffNames: StaffNames },
): void {
  const path = `/:agency${DOORS_SETTING_PATH}`

  app.get<SettingsRoute>(path, async (request, reply) => {
    const staff = site.requireStaff(request, reply, ...SETTINGS_READERS)
    if (!staff) return reply
    const ctx = site.context(request)
    const branches = await listBranches(ctx)
    const { version, content } = await currentSetting(ctx, doors)
    if (!staff.roles.includes(SETTINGS_KEEPER)) {
      const lines = [...linesOf(content, branches, request.language).values()]
      const list = definitionList(lines.map(({ label, value }) => ({ term: label, value })))
      return page(request, reply, { body: list })
    }
    return formPage(request, reply, { version, branches, typed: typedOf(content, branches) })
  })

  app.post<SettingsRoute>(path, async (request, reply) => {
    const staff = site.requireStaff(request, reply, SETTINGS_KEEPER)
    if (!staff) return reply
    const { language } = request
    const ctx = site.context(request)
    const branches = await listBranches(ctx)
    const typed = fields.parse(request.body ?? {})
    const version = Number(typed.based_on)
    const { content, errors } = readTyped(typed, branches, language)
    if (!content) return formPage(request, reply, { version, branches, typed, errors })
    const done = await changeSetting(ctx, doors, { content, basedOn: version, by: staff.id })
    if (done.ok) return redirectWithMessage(reply, request, `/${ctx.agency}${DOORS_SETTING_PATH}`, texts.saved)
    const above = alert({ kind: 'warning', heading: settingRefusalTexts[done.refusal.kind][language] })
    const newest = done.refusal.kind === 'changed-meanwhile' ? done.refusal.version : version
    return formPage(request, reply, { version: newest, branches, typed, above })
  })

  registerSettingHistory(app, site, {
    setting: doors,
    path: DOORS_SETTING_PATH,
    staffNames,
    describe: async (ctx, content, language) => linesOf(content, await listBranches(ctx), language),
  })
}

function typedOf(content: Doors, branches: readonly BranchRow[]): Typed {
  return {
    houseRules: content.houseRules ? 'yes' : '',
    ...Object.fromEntries(NAMES.map((name) => [name, String(content[name])])),
    ...Object.fromEntries(branches.map(({ code, id }) => [`capacity-${id}`, roomIn(content, code)])),
  }
}

function roomIn({ capacity }: Doors, code: string): string {
  return Object.hasOwn(capacity, code) ? String(capacity[code]) : ''
}

function readTyped(
  typed: Typed,
  branches: readonly BranchRow[],
  language: Language,
): { readonly content: Doors | undefined; readonly errors: FieldErrors } {
  const errors: Record<string, string> = {}
  const whole = (name: string, least: number, most: number): number => {
    const text = (typed[name] ?? '').trim()
    const value = /^\d{1,5}$/.test(text) ? Number(text) : -1
    if (value < least || value > most) errors[name] = texts.between(least, most)[language]
    return value
  }
  const [surveillanceMinutes = 0, outageHours = 0, stayMinutes = 0] = NAMES.map((name) =>
    whole(name, NUMBERS[name][0], NUMBERS[name][1]),
  )
  const capacity = Object.fromEntries(
    branches
      .filter(({ id }) => (typed[`capacity-${id}`] ?? '').trim() !== '')
      .map(({ id, code }) => [code, whole(`capacity-${id}`, 1, MOST_INSIDE)]),
  )
  const houseRules = typed.houseRules === 'yes'
  const content = { houseRules, surveillanceMinutes, outageHours, stayMinutes, capacity }
  return { content: Object.keys(errors).length > 0 ? undefined : content, errors }
}

function formPage(
  request: Request,
  reply: FastifyReply,
  shown: {
    readonly version: number
    readonly branches: readonly BranchRow[]
    readonly typed: Typed
    readonly errors?: FieldErrors
    readonly above?: SafeHtml
  },
): FastifyReply {
  const { language } = request
  const { typed, errors = {}, branches, above } = shown
  const number = (name: string, label: string, hint?: string) =>
    textField({
      name,
      label,
      hint,
      value: typed[name] ?? '',
      error: errors[name],
      inputmode: 'numeric',
      short: true,
      maxLength: 5,
      autocomplete: 'off',
    })
  const body = html`${errorSummary(errors, language)}${above ?? ''}
${form(request, reply, {
  action: `/${request.params.agency}${DOORS_SETTING_PATH}`,
  body: html`${hidden('based_on', String(shown.version))}
${checkbox({ name: 'houseRules', label: texts.houseRules[language], checked: typed.houseRules === 'yes' })}
${NAMES.map((name) => number(name, texts[name][language]))}
${branches.map(({ id, name }) => number(`capacity-${id}`, texts.capacity(name)[language], texts.capacityHint[language]))}`,
  submit: texts.save[language],
})}`
  const status = Object.keys(errors).length > 0 ? 422 : above ? 409 : 200
  return page(request, reply, { body, status })
}

function page(
  request: Request,
  reply: FastifyReply,
  { body, status = 200 }: { readonly body: SafeHtml; readonly status?: number },
): FastifyReply {
  const { language } = request
  const history = href(request, `/${request.params.agency}${DOORS_SETTING_PATH}/history`)
  return renderPage(request, reply, {
    title: texts.setting[language],
    status,
    breadcrumbs: [settingsCrumb(request), { label: texts.setting[language] }],
    body: html`<p class="font-lead">${texts.settingLead[language]}</p>
<ul class="unstyled-list site-links"><li><a href="${history}">${texts.history[language]}</a></li></ul>
${body}`,
  })
}

function linesOf(content: Doors, branches: readonly BranchRow[], language: Language): Described {
  const lines = new Map<string, { label: string; value: string }>()
  const yes = content.houseRules ? texts.yes : texts.no
  lines.set('houseRules', { label: texts.houseRules[language], value: yes[language] })
  for (const name of NAMES) lines.set(name, { label: texts[name][language], value: String(content[name]) })
  for (const { code, name } of branches) {
    const room = roomIn(content, code)
    if (room !== '') lines.set(`capacity ${code}`, { label: texts.capacity(name)[language], value: room })
  }
  return lines
}
