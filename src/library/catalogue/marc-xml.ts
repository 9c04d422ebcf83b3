// One record element of MARCXML or MarcXchange: a small, strict reader of XML, and from its tags to fields.
import type { MarcFlavour } from './marc.ts'
import { cleanText, type MarcField, type MarcFields, type Subfield, undoDanmarc2Signs } from './marc-fields.ts'
import { SKIPPED } from './marc-xml-scan.ts'

/** Reads one record element. Returns what is wrong with it as text. */
export function parseMarcXml(
  xml: string,
  flavour: MarcFlavour | undefined,
  warnings: Set<string>,
): (MarcFields & { isDanmarc2: boolean }) | string {
  const bad = /(?![\t\n\r\x7f-\x9f])[\p{Cc}\ufffe\uffff]/u.exec(xml)
  if (bad) return `The record has the character U+${code(bad[0])}, which XML does not allow. Remove it or export again.`
  const tokens = readTokens(xml)
  if (typeof tokens === 'string') return tokens
  let leader = ''
  const fields: { tag: string; ind2: string; raw: string; subfields: Subfield[] }[] = []
  let text = ''
  for (const token of tokens) {
    if (token.kind === 'text') text += token.text
    else if (token.kind === 'open') {
      text = ''
      if (token.name === 'controlfield' || token.name === 'datafield') {
        const tag = token.attributes.get('tag')
        if (tag === undefined || !/^[0-9A-Za-z]{3}$/.test(tag)) return `A ${token.name} has no tag of three characters.`
        fields.push({ tag, ind2: token.attributes.get('ind2') ?? ' ', raw: '', subfields: [] })
      }
      if (token.name === 'subfield') {
        if (!token.attributes.get('code')) return 'A subfield has no code. Correct it or export the record again.'
        fields.at(-1)?.subfields.push({ code: token.attributes.get('code')!, value: '' })
      }
    } else {
      const field = fields.at(-1)
      if (token.name === 'leader') leader = text.trim()
      if (token.name === 'controlfield' && field) field.raw = text
      const last = field?.subfields.at(-1)
      if (token.name === 'subfield' && field && last)
        field.subfields[field.subfields.length - 1] = { ...last, value: text }
      text = ''
    }
  }
  const format = tokens.find((token) => token.kind === 'open')?.attributes.get('format') ?? ''
  const looksDanish =
    /^danmarc2$/i.test(format) ||
    fields.some((field) => (field.tag === '001' || field.tag === '004') && field.subfields.length > 0)
  const isDanmarc2 = flavour === undefined ? looksDanish : flavour === 'danmarc2'
  return { leader, fields: fields.map((field) => finish(field, isDanmarc2, warnings)), isDanmarc2 }
}

function finish(
  field: { tag: string; ind2: string; raw: string; subfields: readonly Subfield[] },
  isDanmarc2: boolean,
  warnings: Set<string>,
): MarcField {
  const subfields = field.subfields.map(({ code, value }) => ({
    code: code.normalize('NFC'),
    value: cleanText(isDanmarc2 ? undoDanmarc2Signs(value) : value, warnings),
  }))
  return { tag: field.tag, ind2: field.ind2, value: field.raw.replace(/\p{Cc}/gu, ''), subfields }
}

type Token =
  | { readonly kind: 'open'; readonly name: string; readonly attributes: ReadonlyMap<string, string> }
  | { readonly kind: 'close'; readonly name: string }
  | { readonly kind: 'text'; readonly text: string }

const TAG = /<(\/?)([A-Za-z_][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y
const ATTRIBUTE = /([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g

/** Tokens with names stripped of their prefix. Says what is not well formed. */
function readTokens(xml: string): Token[] | string {
  const tokens: Token[] = []
  const open: string[] = []
  for (let at = 0; at < xml.length; ) {
    const next = xml.indexOf('<', at)
    const text = decodeEntities(xml.slice(at, next === -1 ? xml.length : next))
    if (text === null) return 'The record has an entity that is none of XML\'s own ("&" is written "&amp;").'
    if (text !== '') tokens.push({ kind: 'text', text })
    if (next === -1) break
    const skipped = SKIPPED.find(([from]) => xml.startsWith(from, next))
    if (skipped) {
      const end = xml.indexOf(skipped[1], next + skipped[0].length)
      if (end === -1) return 'A comment or CDATA section has no end. Correct it or export the record again.'
      if (skipped[0] === '<![CDATA[') tokens.push({ kind: 'text', text: xml.slice(next + 9, end) })
      at = end + skipped[1].length
      continue
    }
    TAG.lastIndex = next
    const tag = TAG.exec(xml)
    if (!tag) return `A tag is broken at "${xml.slice(next, next + 20).replace(/\s+/g, ' ')}". Export the record again.`
    const [, slash, fullName, attributeText, selfClosing] = tag
    const name = fullName!.slice(fullName!.lastIndexOf(':') + 1)
    if (slash === '/') {
      if (open.pop() !== fullName) return `The tag </${fullName}> closes what is not open. Export the record again.`
      tokens.push({ kind: 'close', name })
    } else {
      const attributes = new Map<string, string>()
      for (const [, key, double, single] of attributeText!.matchAll(ATTRIBUTE)) {
        const value = decodeEntities(double ?? single ?? '')
        if (value === null) return `An attribute of <${fullName}> has a broken entity. Export the record again.`
        attributes.set(key!, value)
      }
      tokens.push({ kind: 'open', name, attributes })
      if (selfClosing === '/') tokens.push({ kind: 'close', name })
      else open.push(fullName!)
    }
    at = TAG.lastIndex
  }
  return open.length === 0 ? tokens : `The tag <${open.at(-1)}> is never closed. Export the record again.`
}

const OWN_ENTITIES = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
])

function decodeEntities(text: string): string | null {
  let isBroken = false
  const decoded = text.replace(
    /&(?:#x([0-9a-fA-F]{1,6});|#(\d{1,7});|(lt|gt|amp|quot|apos);)?/g,
    (_, hex, decimal, own) => {
      const character = own ? OWN_ENTITIES.get(own) : characterOf(hex, decimal)
      if (character === undefined) isBroken = true
      return character ?? ''
    },
  )
  return isBroken ? null : decoded
}

function characterOf(hex: string | undefined, decimal: string | undefined): string | undefined {
  const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
  const isAllowed =
    point === 0x9 ||
    point === 0xa ||
    point === 0xd ||
    (point >= 0x20 && point < 0xd800) ||
    (point > 0xdfff && point < 0xfffe)
  return isAllowed || (point >= 0x10000 && point <= 0x10ffff) ? String.fromCodePoint(point) : undefined
}

function code(character: string): string {
  return character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
}
