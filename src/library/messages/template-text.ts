import mustache from 'mustache'
import type { Language } from '#core'
import type { AnyTemplate, TemplateText } from './templates.ts'

/** A text message is one part, and a push message is read whole on a locked screen. */
export const SHORT_LENGTH = 150
export const PARTS = ['subject', 'body', 'short'] as const
export type TextPart = (typeof PARTS)[number]

/** Why a text cannot be a template's. */
export type TextFault = { readonly part: TextPart } & (
  | { readonly kind: 'empty' }
  /** A tag is not closed, or closes another. */
  | { readonly kind: 'not-mustache' }
  /** Partials, other delimiters. */
  | { readonly kind: 'not-used-here'; readonly tag: string }
  | { readonly kind: 'unknown-field'; readonly field: string }
  /** A field that says what somebody reads, where it may be read by others. */
  | { readonly kind: 'title-shown'; readonly field: string }
  | { readonly kind: 'too-long'; readonly characters: number; readonly most: number }
)

/** What is wrong with a text, if anything: of a librarian's as of our own. */
export function textFaults(template: AnyTemplate, text: TemplateText, language: Language): TextFault[] {
  const faults = PARTS.flatMap((part) => partFaults(template, part, text[part]))
  if (faults.length > 0) return faults
  const { length } = fillIn.line(template, text.short, template.sample[language], false)
  return length > SHORT_LENGTH ? [{ part: 'short', kind: 'too-long', characters: length, most: SHORT_LENGTH }] : []
}

type Span = ReturnType<typeof mustache.parse>[number]

function partFaults(template: AnyTemplate, part: TextPart, text: string): TextFault[] {
  if (text.trim() === '') return [{ part, kind: 'empty' }]
  let spans: Span[]
  try {
    spans = new mustache.Writer().parse(text)
  } catch {
    return [{ part, kind: 'not-mustache' }]
  }
  const faults: TextFault[] = []
  const fields = fieldsOf(template)
  const titled = part === 'body' && template.about === 'claim'
  walk(spans, [fields], titled)
  return faults

  function walk(spans: readonly Span[], scopes: readonly FieldTree[], titlesMayShow: boolean): void {
    for (const [type, name, , , inner] of spans) {
      if (type === 'text' || type === '!') continue
      if (type === '>' || type === '=') {
        faults.push({ part, kind: 'not-used-here', tag: type })
        continue
      }
      const found = find(scopes, name)
      if (!found) faults.push({ part, kind: 'unknown-field', field: name })
      else if (!titlesMayShow && saysTitle(template, name)) faults.push({ part, kind: 'title-shown', field: name })
      if (!Array.isArray(inner)) continue
      const opens = type === '#' && name === 'titles' && part === 'body'
      walk(inner, found && type === '#' ? [found, ...scopes] : scopes, titlesMayShow || opens)
    }
  }
}

/** Whether a field says what somebody reads. */
export function saysTitle({ titleFields }: AnyTemplate, name: string): boolean {
  return name.split('.').some((step) => titleFields?.includes(step))
}

/** The fields of a template's data; those of a list are its lines'. */
export type FieldTree = ReadonlyMap<string, FieldTree>

/** The fields a text may use, read from the samples. */
export function fieldsOf(template: AnyTemplate): FieldTree {
  return new Map([...treeOf([template.sample.da, template.sample.en]), ['titles', new Map()]])
}

function treeOf(samples: readonly unknown[]): FieldTree {
  const values = new Map<string, unknown[]>()
  for (const sample of samples.flat()) {
    if (typeof sample !== 'object' || sample === null) continue
    for (const [key, value] of Object.entries(sample)) values.set(key, [...(values.get(key) ?? []), value])
  }
  return new Map([...values].map(([key, found]) => [key, treeOf(found)]))
}

function find(scopes: readonly FieldTree[], name: string): FieldTree | undefined {
  // Inside a list of words, the word itself.
  if (name === '.') return scopes.length > 1 ? new Map() : undefined
  const [first = '', ...rest] = name.split('.')
  let found = scopes.find((scope) => scope.has(first))?.get(first)
  for (const step of rest) found = found?.get(step)
  return found
}

/** Texts with their fields filled in. Where titles may not be named, the fields that hold them are not there at all. */
export const fillIn = {
  /** Several paragraphs: sections that came to nothing leave no hole. */
  text(template: AnyTemplate, text: string, data: unknown, titles: boolean): string {
    return filled(template, text, data, titles)
      .replace(/[ \t]+$/gm, '')
      .replace(/\n{3,}/g, '\n\n')
      .trim()
  },
  line(template: AnyTemplate, text: string, data: unknown, titles: boolean): string {
    return filled(template, text, data, titles).replace(/\s+/g, ' ').trim()
  },
}

function filled(template: AnyTemplate, text: string, data: unknown, titles: boolean): string {
  const fields = titles ? data : without(data, template.titleFields ?? [])
  const view = { ...(typeof fields === 'object' ? fields : {}), titles }
  // A writer of its own keeps no text: each saved or previewed one would stay in memory for good.
  return new mustache.Writer().render(text.replaceAll('\r\n', '\n'), view, {}, { escape: String })
}

function without(data: unknown, names: readonly string[]): unknown {
  if (Array.isArray(data)) return data.map((each) => without(each, names))
  if (typeof data !== 'object' || data === null) return data
  const kept = Object.entries(data).filter(([key]) => !names.includes(key))
  return Object.fromEntries(kept.map(([key, value]) => [key, without(value, names)]))
}
