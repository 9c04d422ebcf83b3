import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type Language, type Result, refuse, type StaffId, type StaffRole, type Text2 } from '#core'
import { transact } from '#db'
import type { StaffNames } from '#privacy'
import type { Context } from '#vault'
import {
  alert,
  form,
  hidden,
  href,
  html,
  instantText,
  redirectWithMessage,
  renderPage,
  type SafeHtml,
  type Site,
  submitButton,
  tag,
} from '#web'
import { namesOfStaff, SETTINGS_KEEPER, SETTINGS_PATH, SETTINGS_READERS, type SettingsRoute } from './desk.ts'
import { settingRefusalTexts, texts } from './desk-texts.ts'
import {
  changeSetting,
  currentSetting,
  type Setting,
  type SettingChange,
  type SettingRefusal,
  settingHistory,
} from './setting.ts'

type Request = FastifyRequest<SettingsRoute>

/** What a document says, line by line in words; the key tells which line of another version it is to be held against. */
export type Described = ReadonlyMap<string, { readonly label: string; readonly value: string }>

export interface HistoryOf<Content> {
  readonly setting: Setting<Content>
  /** The setting's own page below the library; its history lies at `/history` below it, unless `at` tells where. */
  readonly path: string
  readonly at?: string
  readonly staffNames: StaffNames
  /** Who may bring a version back; the system's keepers unless told. */
  readonly keepers?: readonly StaffRole[]
  /** What lies in rows is written there, and what they have become is the version. What the program proposes is none. */
  readonly bringBack?: (ctx: Context, content: Content) => Promise<Content>
  /** What follows from a version cannot be undone by bringing another back: it is only told. */
  readonly noWayBack?: true
  readonly describe: (ctx: Context, content: Content, language: Language) => Promise<Described> | Described
}

const sent = z.object({
  version: z.coerce.number().int().min(0).catch(-1),
  based_on: z.coerce.number().int().catch(-1),
})
const REFUSED = 409

/** The versions of a setting: when, by whom and what differs, and the way back to each. */
export function registerSettingHistory<Content>(app: FastifyInstance, site: Site, of: HistoryOf<Content>): void {
  const path = `/:agency${addressOf(of)}`

  app.get<SettingsRoute>(path, async (request, reply) => {
    if (!site.requireStaff(request, reply, ...SETTINGS_READERS)) return reply
    return historyPage(request, reply, site, of)
  })

  if (of.noWayBack) return
  app.post<SettingsRoute>(path, async (request, reply) => {
    const staff = site.requireStaff(request, reply, ...(of.keepers ?? [SETTINGS_KEEPER]))
    if (!staff) return reply
    const ctx = site.context(request)
    const { version, based_on } = sent.parse(request.body ?? {})
    const wanted = await contentOf(ctx, of, version)
    if (wanted === undefined) return reply.callNotFound()
    const changed = await broughtBack(ctx, of, { content: wanted, basedOn: based_on, by: staff.id })
    if (changed.ok) return redirectWithMessage(reply, request, `/${request.params.agency}${of.path}`, texts.broughtBack)
    return historyPage(request, reply, site, of, settingRefusalTexts[changed.refusal.kind])
  })
}

function addressOf({ path, at }: { readonly path: string; readonly at?: string }): string {
  return at ?? `${path}/history`
}

function broughtBack<Content>(
  ctx: Context,
  { setting, bringBack }: HistoryOf<Content>,
  change: { readonly content: unknown; readonly basedOn: number; readonly by: StaffId },
): Promise<Result<number, SettingRefusal>> {
  if (!bringBack) return changeSetting(ctx, setting, change)
  return transact(ctx, async (ctx): Promise<Result<number, SettingRefusal>> => {
    const { version } = await currentSetting(ctx, setting)
    if (version !== change.basedOn) return refuse({ kind: 'changed-meanwhile', version })
    const content = await bringBack(ctx, setting.schema.parse(change.content))
    const noted = await changeSetting(ctx, setting, { ...change, content })
    // Thrown, so that the rows too are as they were.
    if (!noted.ok) throw new Error(`${setting.name} was not brought back: ${noted.refusal.kind}`)
    return noted
  })
}

async function contentOf<Content>(
  ctx: Context,
  { setting, bringBack }: HistoryOf<Content>,
  version: number,
): Promise<unknown> {
  if (version === 0) return bringBack ? undefined : setting.initial
  return (await settingHistory(ctx, setting.name)).find((each) => each.version === version)?.content
}

async function historyPage<Content>(
  request: Request,
  reply: FastifyReply,
  site: Site,
  of: HistoryOf<Content>,
  refused?: Text2,
): Promise<FastifyReply> {
  const { language } = request
  const ctx = site.context(request)
  const keepers = of.keepers ?? [SETTINGS_KEEPER]
  const mayChange = site.staff(request)?.roles.some((role) => keepers.includes(role)) ?? false
  const { version: newest } = await currentSetting(ctx, of.setting)
  const versions = await settingHistory(ctx, of.setting.name)
  const nameOf = await namesOfStaff(
    ctx,
    of.staffNames,
    versions.map(({ changed_by }) => changed_by),
  )
  const bringBack = (version: number) =>
    mayChange && !of.noWayBack && version !== newest
      ? form(request, reply, {
          action: `/${request.params.agency}${addressOf(of)}`,
          body: html`${hidden('version', String(version))}${hidden('based_on', String(newest))}`,
          submit: submitButton(texts.bringBack(version)[language], 'secondary'),
        })
      : ''
  const parts: SafeHtml[] = []
  for (const [at, change] of versions.entries()) {
    const before = change.version === 1 ? of.setting.initial : versions[at + 1]?.content
    const who = nameOf(change.changed_by)[language]
    parts.push(html`<section>
<h2>${texts.version(change.version)[language]} ${change.version === newest ? tag(texts.inForce[language], 'success') : ''}</h2>
<p>${texts.changedAt(instantText(change.changed_at, language), who)[language]}</p>
${await differences(ctx, of, before, change, language)}
${bringBack(change.version)}
</section>`)
  }
  return renderPage(request, reply, {
    title: texts.historyOf(of.setting.label)[language],
    status: refused ? REFUSED : 200,
    breadcrumbs: [
      { label: texts.settings[language], href: `/${request.params.agency}${SETTINGS_PATH}` },
      { label: of.setting.label[language], href: `/${request.params.agency}${of.path}` },
      { label: texts.history[language] },
    ],
    body: html`${refused ? alert({ kind: 'warning', heading: texts.notDone[language], body: refused[language] }) : ''}
<p class="font-lead">${texts.historyLead[language]}</p>
${versions.length === 0 ? html`<p>${texts.noHistory[language]}</p>` : parts}
${versions.length === 0 || of.bringBack || of.noWayBack ? '' : html`<section><h2>${texts.version(0)[language]}</h2>${bringBack(0)}</section>`}
<p><a href="${href(request, `/${request.params.agency}${of.path}`)}">${texts.backTo(of.setting.label)[language]}</a></p>`,
  })
}

async function differences<Content>(
  ctx: Context,
  { setting, describe }: HistoryOf<Content>,
  before: unknown,
  { content }: SettingChange,
  language: Language,
): Promise<SafeHtml> {
  const is = setting.schema.safeParse(content)
  const was = setting.schema.safeParse(before)
  if (!is.success || !was.success) return html`<p>${texts.unreadable[language]}</p>`
  const lines = diffLines(await describe(ctx, was.data, language), await describe(ctx, is.data, language), language)
  if (lines.length === 0) return html`<p>${texts.nothingDiffers[language]}</p>`
  return html`<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>`
}

/** What differs between two documents, as sentences. */
export function diffLines(before: Described, after: Described, language: Language): string[] {
  const lines: string[] = []
  for (const [key, { label, value }] of after) {
    const was = before.get(key)
    if (!was) lines.push(texts.added(label, value)[language])
    else if (was.value !== value) lines.push(texts.changed(label, was.value, value)[language])
  }
  for (const [key, { label, value }] of before) {
    if (!after.has(key)) lines.push(texts.removed(label, value)[language])
  }
  return lines
}
