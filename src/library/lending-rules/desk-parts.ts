import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type BranchRow, listBranches } from '#agencies'
import type { BranchId, Language, StaffId } from '#core'
import type { StaffNames } from '#privacy'
import {
  changeSetting,
  currentSetting,
  type Described,
  diffLines,
  SETTINGS_PATH,
  type SettingsRoute,
  type SettingVersion,
  settingHistory,
  settingRefusalTexts,
  settingsCrumb,
} from '#settings'
import type { Context } from '#vault'
import { alert, type FieldErrors, html, type Page, renderPage, type SafeHtml, type Site, selectField } from '#web'
import { texts } from './desk-texts.ts'
import { VALUES, valueLabel, valueText } from './desk-values.ts'
import { BUILT_IN_GROUPS, type Group, type LendingRule, type LendingRules, lendingRules } from './rules.ts'

export type Request = FastifyRequest<SettingsRoute>

export interface RulesNeeds {
  readonly site: Site
  readonly staffNames: StaffNames
}

export const RULES_PATH = `${SETTINGS_PATH}/lending-rules`
export const FAULTY = 422
export const REFUSED = 409

export const text = z.string().max(1000).catch('')
/** Every field of a form as text; one that came twice or is too long is as good as none. */
export const fields = z.record(z.string(), text).catch({})

export function pathOf(request: Request, path = ''): string {
  return `/${request.params.agency}${RULES_PATH}${path}`
}

/** A page below the lending rules' own. */
export function rulesPage(
  request: Request,
  reply: FastifyReply,
  page: Pick<Page, 'title' | 'body' | 'status'>,
): FastifyReply {
  const { language } = request
  return renderPage(request, reply, {
    ...page,
    breadcrumbs: [
      settingsCrumb(request),
      { label: texts.rules[language], href: pathOf(request) },
      { label: page.title },
    ],
  })
}

/** The rules in force and the branches they may name. */
export interface Known extends SettingVersion<LendingRules> {
  readonly branches: readonly BranchRow[]
}

export async function known(ctx: Context): Promise<Known> {
  return { ...(await currentSetting(ctx, lendingRules)), branches: await listBranches(ctx) }
}

export function patronGroups(rules: LendingRules): readonly Group[] {
  return [...BUILT_IN_GROUPS, ...rules.patronGroups]
}

export function groupName(groups: readonly Group[], code: string, language: Language): string {
  const group = groups.find((each) => each.code === code)
  return (group?.name ?? texts.goneGroup(code))[language]
}

export function branchName(branches: readonly BranchRow[], id: BranchId, language: Language): string {
  return branches.find((branch) => branch.id === id)?.name ?? texts.goneGroup('?')[language]
}

type Scope = Pick<LendingRule, 'branch' | 'patronGroup' | 'materialGroup'>

/** What tells a rule from all others: two of a document are never about the same. */
export function scopeKey({ branch, patronGroup, materialGroup }: Scope): string {
  return [materialGroup ?? '', patronGroup ?? '', branch ?? ''].join('.')
}

/** What a rule is about, as it is named in a list: `Kviklån, Institution, Hovedbiblioteket`. */
export function scopeText(
  scope: Scope,
  { content, branches }: Pick<Known, 'content' | 'branches'>,
  language: Language,
) {
  const { branch, patronGroup, materialGroup } = scope
  const named = [
    ...(materialGroup === undefined ? [] : [groupName(content.materialGroups, materialGroup, language)]),
    ...(patronGroup === undefined ? [] : [groupName(patronGroups(content), patronGroup, language)]),
    ...(branch === undefined ? [] : [branchName(branches, branch, language)]),
  ]
  return named.join(', ')
}

export function groupSelect(
  field: { name: string; label: string; value: string; error?: string | undefined; id?: string; empty?: string },
  groups: readonly Group[],
  language: Language,
): SafeHtml {
  const { empty = texts.anyGroup[language], ...rest } = field
  return selectField({
    ...rest,
    options: [
      { value: '', label: empty },
      ...inTree(groups).map(({ group, depth }) => ({
        value: group.code,
        label: `${'– '.repeat(depth)}${group.name[language]}`,
      })),
    ],
  })
}

/** Groups with those that are part of them below, and how deep each lies. */
export function inTree(groups: readonly Group[]): { readonly group: Group; readonly depth: number }[] {
  const below = (parent: string | undefined, depth: number): { group: Group; depth: number }[] =>
    groups
      .filter((group) => group.parent === parent)
      .flatMap((group) => [{ group, depth }, ...below(group.code, depth + 1)])
  return below(undefined, 0)
}

export type SaveRefusal =
  | { readonly kind: 'changed-meanwhile' }
  /** What is wrong, by where in the document. */
  | { readonly kind: 'not-valid'; readonly faults: readonly string[] }

/** Changes the document in force, if it is still the one that was read. */
export async function saveRules(
  ctx: Context,
  given: { readonly basedOn: number; readonly by: StaffId },
  change: (rules: LendingRules) => unknown,
): Promise<SaveRefusal | undefined> {
  const { version, content } = await currentSetting(ctx, lendingRules)
  if (version !== given.basedOn) return { kind: 'changed-meanwhile' }
  const saved = await changeSetting(ctx, lendingRules, { content: change(content), ...given })
  if (saved.ok) return undefined
  const { refusal } = saved
  if (refusal.kind === 'changed-meanwhile') return { kind: 'changed-meanwhile' }
  return { kind: 'not-valid', faults: refusal.faults.map(({ path }) => path) }
}

/** Above a form that was not saved because somebody else was first: what they have changed since the form was opened. */
export async function meanwhile(ctx: Context, basedOn: number, language: Language): Promise<SafeHtml> {
  const { content } = await currentSetting(ctx, lendingRules)
  const read = (await settingHistory(ctx, lendingRules.name)).find(({ version }) => version === basedOn)
  const before = lendingRules.schema.safeParse(read ? read.content : lendingRules.initial)
  const lines = before.success
    ? diffLines(await describeRules(ctx, before.data, language), await describeRules(ctx, content, language), language)
    : []
  return alert({
    kind: 'warning',
    heading: texts.notSaved[language],
    body: html`<p>${settingRefusalTexts['changed-meanwhile'][language]}</p>
<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>`,
  })
}

export function hasErrors(errors: FieldErrors): boolean {
  return Object.values(errors).some((error) => error !== undefined)
}

/** The document in words, for its history. */
export async function describeRules(ctx: Context, content: LendingRules, language: Language): Promise<Described> {
  const branches = await listBranches(ctx)
  const lines = new Map<string, { label: string; value: string }>()
  for (const { name } of VALUES) {
    const label = `${texts.general[language]}: ${valueLabel(name, language)}`
    lines.set(`general ${name}`, { label, value: valueText(name, content.general[name], language) })
  }
  for (const rule of content.rules) {
    lines.set(`rule ${scopeKey(rule)}`, {
      label: scopeText(rule, { content, branches }, language),
      value: decidedText(rule, language),
    })
  }
  for (const [kind, heading, groups] of [
    ['patron', texts.patronGroup, content.patronGroups],
    ['material', texts.materialGroup, content.materialGroups],
  ] as const) {
    for (const { code, name, parent } of groups) {
      const under = parent ? `, ${texts.parent[language].toLocaleLowerCase(language)} ${parent}` : ''
      lines.set(`${kind} ${code}`, {
        label: `${heading[language]} ${code}`,
        value: `${name.da} / ${name.en}${under}`,
      })
    }
  }
  return lines
}

/** All that a rule decides, in one line. */
export function decidedText(rule: LendingRule, language: Language): string {
  return VALUES.flatMap(({ name }) => {
    const value = rule[name]
    return value === undefined ? [] : [`${valueLabel(name, language)}: ${valueText(name, value, language)}`]
  }).join('; ')
}

/** The same, a line for each. */
export function decidedList(rule: LendingRule, language: Language): SafeHtml {
  return html`${decidedText(rule, language)
    .split('; ')
    .map((line, at) => html`${at > 0 ? html`<br>` : ''}${line}`)}`
}
