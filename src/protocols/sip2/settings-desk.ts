import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { listTerminals } from '#auth'
import type { Language, StaffId } from '#core'
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
  selectField,
  table,
  textArea,
  textField,
} from '#web'
import { type Sip2Setup, sip2Setup } from './profile.ts'
import { fieldTexts, type MachineField, optionText, texts } from './settings-texts.ts'
import { CHOICES, machineFrom, planFrom, planText, typedMachine } from './settings-typed.ts'

export const SIP2_PATH = `${SETTINGS_PATH}/sip2`

type Request = FastifyRequest<SettingsRoute>
type Typed = Readonly<Partial<Record<string, string>>>
const fields = z.record(z.string(), z.string().max(20_000).catch('')).catch({})
const FIELDS = Object.keys(fieldTexts) as MachineField[]

/** How machines talk, what they show and where their bins are, for all and for each. */
export function registerSip2SettingsDesk(
  app: FastifyInstance,
  { site, staffNames }: { readonly site: Site; readonly staffNames: StaffNames },
): void {
  const get = (
    path: string,
    page: (request: Request, reply: FastifyReply, ctx: Context) => Promise<FastifyReply>,
    readers = false,
  ) =>
    app.get<SettingsRoute>(`/:agency${SIP2_PATH}${path}`, async (request, reply) => {
      if (!site.requireStaff(request, reply, ...(readers ? SETTINGS_READERS : [SETTINGS_KEEPER]))) return reply
      return page(request, reply, site.context(request))
    })
  const post = (
    path: string,
    act: (request: Request, reply: FastifyReply, ctx: Context, by: StaffId) => Promise<FastifyReply>,
  ) =>
    app.post<SettingsRoute>(`/:agency${SIP2_PATH}${path}`, async (request, reply) => {
      const staff = site.requireStaff(request, reply, SETTINGS_KEEPER)
      return staff ? act(request, reply, site.context(request), staff.id) : reply
    })

  get(
    '',
    (request, reply, ctx) =>
      overview(request, reply, ctx, site.staff(request)?.roles.includes(SETTINGS_KEEPER) ?? false),
    true,
  )

  get('/machine', async (request, reply, ctx) => {
    const { version, content } = await currentSetting(ctx, sip2Setup)
    const { name = '' } = fields.parse(request.query)
    if (name !== '' && !(await listTerminals(ctx)).some((each) => each.name === name)) return gone(reply)
    const machine =
      name === '' ? content.general : Object.hasOwn(content.machines, name) ? content.machines[name] : undefined
    return machinePage(request, reply, { name, version, typed: typedMachine(machine ?? {}), setup: content })
  })

  post('/machine', async (request, reply, ctx, by) => {
    const typed = fields.parse(request.body ?? {})
    const { name = '' } = typed
    const { content, version } = await currentSetting(ctx, sip2Setup)
    if (name !== '' && !(await listTerminals(ctx)).some((each) => each.name === name)) return gone(reply)
    const machine = machineFrom(typed)
    const { [name]: _was, ...others } = content.machines
    const machines =
      name === '' ? content.machines : Object.keys(machine).length > 0 ? { ...others, [name]: machine } : others
    const changed = { ...content, machines, ...(name === '' ? { general: machine } : {}) }
    const done = await changeSetting(ctx, sip2Setup, { content: changed, basedOn: Number(typed.based_on), by })
    if (done.ok) return redirectWithMessage(reply, request, pathOf(request), texts.saved)
    const { language } = request
    if (done.refusal.kind === 'changed-meanwhile') {
      const above = alert({ kind: 'warning', heading: settingRefusalTexts['changed-meanwhile'][language] })
      return machinePage(request, reply, { name, version, typed, setup: content, above })
    }
    const isAbout = (field: MachineField) =>
      done.refusal.kind === 'not-valid' && done.refusal.faults.some(({ path }) => path.includes(field))
    const errors = isAbout('from')
      ? { from: texts.fromFault[language] }
      : isAbout('turnSeconds')
        ? { turnSeconds: texts.secondsFault[language] }
        : { charset: texts.notValid[language] }
    return machinePage(request, reply, { name, version: Number(typed.based_on), typed, setup: content, errors })
  })

  get('/plan', async (request, reply, ctx) => {
    const { version, content } = await currentSetting(ctx, sip2Setup)
    const { name = '' } = fields.parse(request.query)
    const rules = Object.hasOwn(content.sortPlans, name) ? content.sortPlans[name] : undefined
    if (name !== '' && !rules) return gone(reply)
    return planPage(request, reply, { version, typed: { was: name, name, lines: planText(rules ?? []) } })
  })

  post('/plan', async (request, reply, ctx, by) => {
    const { language } = request
    const typed = fields.parse(request.body ?? {})
    const { was = '', lines = '' } = typed
    const name = (typed.name ?? '').trim()
    const { content, version } = await currentSetting(ctx, sip2Setup)
    const rules = planFrom(lines)
    const errors = {
      name: /^[\p{L}\p{N}._ -]{1,40}$/u.test(name) && name !== '__proto__' ? undefined : texts.nameFault[language],
      lines: typeof rules === 'number' ? texts.planFault(rules)[language] : undefined,
    }
    if (errors.name || typeof rules === 'number')
      return planPage(request, reply, { version: Number(typed.based_on), typed, errors })
    const { [was]: _was, ...others } = content.sortPlans
    const sortPlans = rules.length > 0 ? { ...others, [name]: rules } : others
    const done = await changeSetting(ctx, sip2Setup, {
      content: { ...content, sortPlans },
      basedOn: Number(typed.based_on),
      by,
    })
    if (done.ok) return redirectWithMessage(reply, request, pathOf(request), texts.saved)
    if (done.refusal.kind === 'not-valid')
      return planPage(request, reply, { version, typed, errors: { lines: texts.notValid[language] } })
    const above = alert({ kind: 'warning', heading: settingRefusalTexts['changed-meanwhile'][language] })
    return planPage(request, reply, { version, typed, above })
  })

  registerSettingHistory(app, site, { setting: sip2Setup, path: SIP2_PATH, staffNames, describe: describeSetup })
}

function gone(reply: FastifyReply): FastifyReply {
  reply.callNotFound()
  return reply
}

function pathOf(request: Request, path = ''): string {
  return `/${request.params.agency}${SIP2_PATH}${path}`
}

async function overview(
  request: Request,
  reply: FastifyReply,
  ctx: Context,
  mayChange: boolean,
): Promise<FastifyReply> {
  const { language } = request
  const { content } = await currentSetting(ctx, sip2Setup)
  const terminals = await listTerminals(ctx)
  const link = (path: string, label: string) => html`<a href="${href(request, pathOf(request, path))}">${label}</a>`
  const button = (path: string, label: string) =>
    mayChange
      ? html`<p><a class="button button-secondary" href="${href(request, pathOf(request, path))}">${label}</a></p>`
      : ''
  const change = (path: string) => (mayChange ? [link(path, texts.change[language])] : [])
  const head = mayChange ? [''] : []
  const own = (machine: Sip2Setup['general'] | undefined) =>
    said(machine ?? {}, language).join(', ') || texts.noneOwn[language]
  return renderPage(request, reply, {
    title: texts.title[language],
    breadcrumbs: [settingsCrumb(request), { label: texts.title[language] }],
    body: html`<p class="font-lead">${texts.lead[language]}</p>
<p>${texts.policy[language]}</p>
<ul class="unstyled-list site-links"><li>${link('/history', texts.history[language])}</li></ul>
${table(
  {
    caption: texts.machine[language],
    hasHeading: true,
    head: [texts.machine[language], texts.own[language], ...head],
    rows: [
      [
        texts.general[language],
        said(content.general, language).join(', ') || texts.asProgram[language],
        ...change('/machine'),
      ],
      ...terminals.map(({ name }) => [
        name,
        own(Object.hasOwn(content.machines, name) ? content.machines[name] : undefined),
        ...change(`/machine?name=${encodeURIComponent(name)}`),
      ]),
    ],
    rowHeaders: true,
  },
  language,
)}
${terminals.length === 0 ? html`<p>${texts.noMachines[language]}</p>` : ''}
${table(
  {
    caption: texts.plans[language],
    head: [texts.plan[language], texts.rules[language], ...head],
    rows: Object.entries(content.sortPlans).map(([name, rules]) => [
      name,
      html`${planText(rules)
        .split('\n')
        .map((line) => html`${line}<br>`)}`,
      ...change(`/plan?name=${encodeURIComponent(name)}`),
    ]),
    rowHeaders: true,
    empty: texts.noPlans[language],
  },
  language,
)}
${button('/plan', texts.addPlan[language])}`,
  })
}

/** What is set of a machine, as words. */
function said(machine: Sip2Setup['general'], language: Language): string[] {
  const typed = typedMachine(machine)
  return FIELDS.flatMap((name) => {
    const value = typed[name].replaceAll('\n', ', ')
    return value === '' ? [] : [`${fieldTexts[name][language]}: ${CHOICES[name] ? optionText(value, language) : value}`]
  })
}

interface Shown {
  readonly name: string
  readonly version: number
  readonly typed: Typed
  readonly setup: Sip2Setup
  readonly errors?: FieldErrors
  readonly above?: SafeHtml
}

function machinePage(request: Request, reply: FastifyReply, shown: Shown): FastifyReply {
  const { language } = request
  const { name, typed, errors = {}, above } = shown
  const nothing = (name === '' ? texts.asProgram : texts.asAll)[language]
  const field = (each: MachineField) => {
    const common = { name: each, label: fieldTexts[each][language], value: typed[each], error: errors[each] }
    if (each === 'from') return textArea({ ...common, rows: 3 })
    if (each === 'turnSeconds') return textField({ ...common, inputmode: 'numeric', maxLength: 3, autocomplete: 'off' })
    const values = each === 'sort' ? Object.keys(shown.setup.sortPlans) : (CHOICES[each] ?? [])
    const label = (value: string) => (each === 'sort' ? value : optionText(value, language))
    return selectField({
      ...common,
      options: [{ value: '', label: nothing }, ...values.map((value) => ({ value, label: label(value) }))],
    })
  }
  const title = name === '' ? texts.general[language] : name
  return settingPage(request, reply, { title, errors, above }, [
    name === '' ? html`<p class="font-lead">${texts.generalLead[language]}</p>` : html``,
    form(request, reply, {
      action: pathOf(request, '/machine'),
      body: html`${hidden('based_on', String(shown.version))}${hidden('name', name)}
<div class="form-columns">${FIELDS.map(field)}</div>`,
      submit: texts.save[language],
    }),
  ])
}

function planPage(
  request: Request,
  reply: FastifyReply,
  shown: { readonly version: number; readonly typed: Typed; readonly errors?: FieldErrors; readonly above?: SafeHtml },
): FastifyReply {
  const { language } = request
  const { typed, errors = {}, above } = shown
  return settingPage(request, reply, { title: texts.plan[language], errors, above }, [
    form(request, reply, {
      action: pathOf(request, '/plan'),
      body: html`${hidden('based_on', String(shown.version))}${hidden('was', typed.was ?? '')}
${textField({ name: 'name', label: texts.planName[language], value: typed.name, error: errors.name, autocomplete: 'off', maxLength: 40 })}
${textArea({ name: 'lines', label: texts.planLines[language], hint: texts.planHint[language], value: typed.lines, error: errors.lines, rows: 8 })}`,
      submit: texts.save[language],
    }),
  ])
}

function settingPage(
  request: Request,
  reply: FastifyReply,
  {
    title,
    errors,
    above,
  }: { readonly title: string; readonly errors: FieldErrors; readonly above?: SafeHtml | undefined },
  body: readonly SafeHtml[],
): FastifyReply {
  const { language } = request
  const isFaulty = Object.values(errors).some((error) => error !== undefined)
  return renderPage(request, reply, {
    title,
    status: isFaulty ? 422 : above ? 409 : 200,
    breadcrumbs: [settingsCrumb(request), { label: texts.title[language], href: pathOf(request) }, { label: title }],
    body: html`${errorSummary(errors, language)}${above ?? ''}${[...body]}`,
  })
}

function describeSetup(_ctx: Context, { general, machines, sortPlans }: Sip2Setup, language: Language): Described {
  const lines = new Map<string, { label: string; value: string }>()
  const all: readonly (readonly [string, Sip2Setup['general']])[] = [
    [texts.general[language], general],
    ...Object.entries(machines),
  ]
  for (const [whose, machine] of all) {
    lines.set(`machine ${whose}`, {
      label: whose,
      value: said(machine, language).join(', ') || texts.noneOwn[language],
    })
  }
  for (const [name, rules] of Object.entries(sortPlans)) {
    lines.set(`plan ${name}`, {
      label: `${texts.plan[language]} ${name}`,
      value: planText(rules).replaceAll('\n', ' / '),
    })
  }
  return lines
}
