import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Language } from '#core'
import type { StaffNames } from '#privacy'
import {
  alert,
  type Colours,
  errorSummary,
  type FieldErrors,
  form,
  hidden,
  href,
  html,
  isColour,
  LEAST_CONTRAST,
  leastContrast,
  nearestShade,
  redirectWithMessage,
  renderPage,
  type SafeHtml,
  type Site,
  submitButton,
  textField,
} from '#web'
import { type Appearance, appearance, LONGEST_NAME } from './appearance.ts'
import { texts } from './appearance-texts.ts'
import { SETTINGS_KEEPER, SETTINGS_PATH, SETTINGS_READERS, type SettingsRoute, settingsCrumb } from './desk.ts'
import { type Described, registerSettingHistory } from './desk-history.ts'
import { settingRefusalTexts } from './desk-texts.ts'
import { changeSetting, currentSetting } from './setting.ts'

type Request = FastifyRequest<SettingsRoute>

export const APPEARANCE_PATH = `${SETTINGS_PATH}/appearance`

const typedSchema = z.object({
  name: z.string().catch(''),
  accent: z.string().catch(''),
  band: z.string().catch(''),
  version: z.coerce.number().int().min(0).catch(0),
  /** Which button: save, look at it first, or look at it with another shade, as `accent#0a3540`. */
  step: z.string().catch('save'),
})
type Typed = z.infer<typeof typedSchema>

const FAULTY = 422

/** Where a library decides what it is called and which colours it has. */
export function registerAppearanceDesk(
  app: FastifyInstance,
  given: {
    readonly site: Site
    readonly staffNames: StaffNames
    readonly holdsCpr: (text: string) => boolean
    /** What the library was registered as. */
    readonly registeredTitle: (agency: string) => Promise<string>
  },
): void {
  const { site } = given
  const path = `/:agency${APPEARANCE_PATH}`

  app.get<SettingsRoute>(path, async (request, reply) => {
    if (!site.requireStaff(request, reply, ...SETTINGS_READERS)) return reply
    const { version, content } = await currentSetting(site.context(request), appearance)
    return page(request, reply, { ...content, version, step: 'save' }, {})
  })

  app.post<SettingsRoute>(path, async (request, reply) => {
    const staff = site.requireStaff(request, reply, SETTINGS_KEEPER)
    if (!staff) return reply
    const typed = withShade(typedSchema.parse(request.body ?? {}))
    const { language } = request
    const errors = faultsOf(typed, given.holdsCpr, language)
    if (Object.keys(errors).length > 0) return page(request, reply, typed, errors)
    if (typed.step !== 'save') return page(request, reply, typed, {}, await seen(request, typed))
    const { name, accent, band } = typed
    const change = { content: { name, accent, band }, basedOn: typed.version, by: staff.id }
    const done = await changeSetting(site.context(request), appearance, change)
    if (!done.ok) return page(request, reply, typed, { name: settingRefusalTexts[done.refusal.kind][language] })
    return redirectWithMessage(reply, request, `/${request.params.agency}${APPEARANCE_PATH}`, texts.saved)
  })

  registerSettingHistory(app, site, {
    setting: appearance,
    path: APPEARANCE_PATH,
    staffNames: given.staffNames,
    describe: (_ctx, content, language) => described(content, language),
  })

  /** What is around the page, were it saved. */
  async function seen(request: Request, { name, accent, band }: Typed) {
    const around = request.frame?.().site ?? { name: '', home: `/${request.params.agency}` }
    return { ...around, name: name || (await given.registeredTitle(request.params.agency)), colours: { accent, band } }
  }

  async function page(
    request: Request,
    reply: FastifyReply,
    typed: Typed,
    errors: FieldErrors,
    preview?: Awaited<ReturnType<typeof seen>>,
  ): Promise<FastifyReply> {
    const { language } = request
    const address = `/${request.params.agency}${APPEARANCE_PATH}`
    const registered = await given.registeredTitle(request.params.agency)
    const mayChange = site.staff(request)?.roles.includes(SETTINGS_KEEPER) ?? false
    return renderPage(request, reply, {
      ...(Object.keys(errors).length > 0 ? { status: FAULTY } : {}),
      ...(preview ? { site: preview } : {}),
      title: appearance.label[language],
      breadcrumbs: [settingsCrumb(request), { label: appearance.label[language] }],
      body: html`${errorSummary(errors, language)}
${preview ? alert({ kind: 'info', heading: texts.previewHeading[language], body: texts.previewText[language] }) : ''}
<p class="font-lead">${texts.lead[language]}</p>
${mayChange ? fields(request, reply, typed, errors, registered) : ''}
<p><a href="${href(request, `${address}/history`)}">${texts.history[language]}</a></p>`,
    })
  }

  function fields(
    request: Request,
    reply: FastifyReply,
    typed: Typed,
    errors: FieldErrors,
    registered: string,
  ): SafeHtml {
    const { language } = request
    const colour = (name: keyof Colours, hint: string) =>
      html`${textField({ name, label: texts[name][language], hint, value: typed[name], error: errors[name], required: true, maxLength: 7, autocomplete: 'off' })}
${shadeButton(name, typed[name], language)}`
    return form(request, reply, {
      action: `/${request.params.agency}${APPEARANCE_PATH}`,
      body: html`${hidden('version', String(typed.version))}
${textField({
  name: 'name',
  label: texts.name[language],
  hint: texts.nameHint(registered)[language],
  value: typed.name,
  error: errors.name,
  maxLength: LONGEST_NAME,
  autocomplete: 'off',
})}
${colour('accent', texts.accentHint[language])}${colour('band', texts.bandHint[language])}`,
      submit: html`${submitButton(texts.save[language], 'primary', { name: 'step', value: 'save' })}
${submitButton(texts.preview[language], 'secondary', { name: 'step', value: 'preview' })}`,
    })
  }
}

/** Where a colour is too pale, the nearest that will do is one press away. */
function shadeButton(name: keyof Colours, colour: string, language: Language): SafeHtml {
  if (!isColour(colour) || leastContrast(colour) >= LEAST_CONTRAST[name]) return html``
  const shade = nearestShade(colour, LEAST_CONTRAST[name])
  return html`<p>${submitButton(texts.useShade(shade)[language], 'secondary', { name: 'step', value: `${name}${shade}` })}</p>`
}

/** Colours are told apart by their digits, however they were typed. */
function withShade(typed: Typed): Typed {
  const tidy = (text: string) => {
    const digits = text.trim().toLowerCase().replace(/^#/, '')
    return /^[0-9a-f]{6}$/.test(digits) ? `#${digits}` : text.trim()
  }
  const told = { ...typed, name: typed.name.trim(), accent: tidy(typed.accent), band: tidy(typed.band) }
  const [, field, shade] = /^(accent|band)(#[0-9a-f]{6})$/.exec(typed.step) ?? []
  return field === undefined || shade === undefined ? told : { ...told, [field]: shade }
}

function faultsOf(typed: Typed, holdsCpr: (text: string) => boolean, language: Language): FieldErrors {
  const faults: Record<string, string> = {}
  if (!appearance.schema.safeParse({ ...appearance.initial, name: typed.name }).success) {
    faults.name = texts.nameWrong(LONGEST_NAME)[language]
  } else if (holdsCpr(typed.name)) faults.name = texts.nameCpr[language]
  for (const name of ['accent', 'band'] as const) {
    const colour = typed[name]
    const least = LEAST_CONTRAST[name]
    if (!isColour(colour)) faults[name] = texts.colourWrong[language]
    else if (leastContrast(colour) < least) {
      const ratio = Math.floor(leastContrast(colour) * 10) / 10
      faults[name] = texts.tooPale(colour, ratio, least, nearestShade(colour, least))[language]
    }
  }
  return faults
}

function described({ name, accent, band }: Appearance, language: Language): Described {
  return new Map([
    ['name', { label: texts.name[language], value: name || texts.asRegistered[language] }],
    ['accent', { label: texts.accent[language], value: accent }],
    ['band', { label: texts.band[language], value: band }],
  ])
}
