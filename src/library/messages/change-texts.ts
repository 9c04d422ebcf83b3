import { type Language, ok, type Result, refuse, type StaffId } from '#core'
import { changeSetting, currentSetting, type SettingRefusal, settingHistory } from '#settings'
import type { Context } from '#vault'
import { PARTS, type TextFault, textFaults } from './template-text.ts'
import { type AnyTemplate, messageTemplates, type OwnTexts, type TemplateText } from './templates.ts'

export type Texts = { readonly da: TemplateText; readonly en: TemplateText }

export type TextsRefusal =
  | { readonly kind: 'faulty'; readonly faults: readonly (TextFault & { readonly language: Language })[] }
  | SettingRefusal

/** The texts of a message as they stand, and the version of all texts they were read from. */
export async function textsOf(
  ctx: Context,
  template: AnyTemplate,
): Promise<{ readonly texts: Texts; readonly version: number; readonly own: readonly Language[] }> {
  const { version, content } = await currentSetting(ctx, messageTemplates)
  const mine = content[template.kind] ?? {}
  return {
    texts: { ...template.initial, ...mine },
    version,
    own: (['da', 'en'] as const).filter((language) => mine[language]),
  }
}

/**
 * Changes what one kind of message says. A text that is the standard one is not the library's own: it follows when Kvit's
 * changes. Refuses a text that names a field the message does not have, or a title where one may not be named.
 */
export async function changeTexts(
  ctx: Context,
  template: AnyTemplate,
  change: { readonly texts: Texts; readonly basedOn: number; readonly by: StaffId },
): Promise<Result<number, TextsRefusal>> {
  const faults = faultsOf(template, change.texts)
  if (faults.length > 0) return refuse({ kind: 'faulty', faults })
  const { version, content } = await currentSetting(ctx, messageTemplates)
  // Somebody may have changed another message's text meanwhile, which this page has not shown.
  if (version !== change.basedOn && !sameTexts(content, await ownAt(ctx, change.basedOn), template.kind)) {
    return refuse({ kind: 'changed-meanwhile', version })
  }
  const { [template.kind]: _, ...others } = content
  const own = Object.fromEntries(
    (['da', 'en'] as const)
      .filter((language) => !isSame(change.texts[language], template.initial[language]))
      .map((language) => [language, change.texts[language]]),
  )
  const next = Object.keys(own).length > 0 ? { ...others, [template.kind]: own } : others
  if (sameTexts(content, next, template.kind)) return ok(version)
  return changeSetting(ctx, messageTemplates, { content: next, basedOn: version, by: change.by })
}

export function faultsOf(template: AnyTemplate, texts: Texts): (TextFault & { readonly language: Language })[] {
  return (['da', 'en'] as const).flatMap((language) =>
    textFaults(template, texts[language], language).map((fault) => ({ ...fault, language })),
  )
}

/** One change of what a kind of message says. */
export interface TextsChange {
  readonly version: number
  readonly texts: Texts
  readonly changed_at: Temporal.Instant
  readonly changed_by: StaffId | null
}

/** When the texts of one kind of message were changed, newest first; changes of other messages' are left out. */
export async function textsHistory(ctx: Context, template: AnyTemplate): Promise<TextsChange[]> {
  const changes = await settingHistory(ctx, messageTemplates.name)
  return changes.flatMap((change, index) => {
    const content = messageTemplates.schema.parse(change.content)
    const before = changes[index + 1]
    const earlier = before ? messageTemplates.schema.parse(before.content) : {}
    if (sameTexts(content, earlier, template.kind)) return []
    const { version, changed_at, changed_by } = change
    return [{ version, changed_at, changed_by, texts: { ...template.initial, ...content[template.kind] } }]
  })
}

async function ownAt(ctx: Context, version: number): Promise<OwnTexts> {
  const found = (await settingHistory(ctx, messageTemplates.name)).find((change) => change.version === version)
  return found ? messageTemplates.schema.parse(found.content) : {}
}

function sameTexts(one: OwnTexts, other: OwnTexts, kind: string): boolean {
  return (['da', 'en'] as const).every((language) => isSame(one[kind]?.[language], other[kind]?.[language]))
}

function isSame(one: TemplateText | undefined, other: TemplateText | undefined): boolean {
  return PARTS.every((part) => one?.[part] === other?.[part])
}
