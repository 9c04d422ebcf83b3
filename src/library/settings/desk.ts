import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { StaffId, StaffRole, Text2 } from '#core'
import type { StaffNames } from '#privacy'
import type { Context } from '#vault'
import { href, html, instantText, renderPage, type Site, table } from '#web'
import { texts } from './desk-texts.ts'
import { lastChanges } from './setting.ts'

export interface SettingsRoute {
  Params: { agency: string }
}

/** Everyone who works at a desk may see how the library has decided; only the system's keepers change it. */
export const SETTINGS_READERS: readonly StaffRole[] = ['desk', 'finance', 'system']
export const SETTINGS_KEEPER: StaffRole = 'system'
export const SETTINGS_PATH = '/staff/settings'

/** A page of settings in the list of all of them. */
export interface SettingEntry {
  /** Below the library, such as `/staff/settings/lending-rules`. */
  readonly href: string
  readonly label: Text2
  readonly lead: Text2
  /** The document it changes, so that the list can tell when it was changed last. */
  readonly setting?: { readonly name: string }
  /** Who may open it; everyone who may see settings unless told. */
  readonly roles?: readonly StaffRole[]
}

/** The list of all settings. Which there are is known where all rooms are seen. */
export function registerSettingsDesk(
  app: FastifyInstance,
  site: Site,
  given: { readonly entries: readonly SettingEntry[]; readonly staffNames: StaffNames },
): void {
  app.get<SettingsRoute>(`/:agency${SETTINGS_PATH}`, async (request, reply) => {
    const staff = site.requireStaff(request, reply, ...SETTINGS_READERS)
    if (!staff) return reply
    const { language } = request
    const ctx = site.context(request)
    const changes = await lastChanges(ctx)
    const nameOf = await namesOfStaff(
      ctx,
      given.staffNames,
      [...changes.values()].map(({ changed_by }) => changed_by),
    )
    const open = given.entries.filter(({ roles = SETTINGS_READERS }) =>
      roles.some((role) => staff.roles.includes(role)),
    )
    const rows = open.map(({ href: path, label, lead, setting }) => {
      const change = setting && changes.get(setting.name)
      const never = setting ? texts.never : texts.notKept
      return [
        html`<a href="${href(request, `/${request.params.agency}${path}`)}">${label[language]}</a><br><span class="quiet">${lead[language]}</span>`,
        change ? instantText(change.changed_at, language) : never[language],
        change ? nameOf(change.changed_by)[language] : texts.notKept[language],
      ]
    })
    return renderPage(request, reply, {
      title: texts.settings[language],
      breadcrumbs: [{ label: texts.settings[language] }],
      body: html`<p class="font-lead">${texts.lead[language]}</p>
${staff.roles.includes(SETTINGS_KEEPER) ? '' : html`<p>${texts.onlySystem[language]}</p>`}
${table(
  {
    caption: texts.settings[language],
    hasHeading: true,
    head: [texts.setting, texts.lastChanged, texts.by].map((text) => text[language]),
    rows,
  },
  language,
)}`,
    })
  })
}

/** The first step of the way to a page of settings. */
export function settingsCrumb(request: FastifyRequest<SettingsRoute>): {
  readonly label: string
  readonly href: string
} {
  return { label: texts.settings[request.language], href: `/${request.params.agency}${SETTINGS_PATH}` }
}

/** Who changed something, in words: staff may be named to staff. */
export async function namesOfStaff(
  ctx: Context,
  staffNames: StaffNames,
  ids: readonly (StaffId | null)[],
): Promise<(id: StaffId | null) => Text2> {
  const known = await staffNames(ctx, [...new Set(ids.filter((id) => id !== null))])
  return (id) => {
    if (id === null) return texts.program
    const name = known.get(id)
    return name === undefined ? texts.formerStaff : { da: name, en: name }
  }
}
