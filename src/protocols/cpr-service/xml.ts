import { XMLParser, XMLValidator } from 'fast-xml-parser'

/** What can stand more than once, and is a list even when it stands once. */
const MANY = new Set(['foraeldremyndighed', 'PNR', 'Error'])

const parser = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  // 0101… and 0161 are names, not numbers.
  parseTagValue: false,
  processEntities: false,
  isArray: (name) => MANY.has(name),
  tagValueProcessor: (_name, value) => decoded(value),
})

/**
 * The elements of a document without their namespaces' prefixes, every value as the text it is.
 * Undefined when it is not well-formed, or declares entities of its own, which no answer of ours has a use for.
 */
export function readXml(text: string): unknown {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) return undefined
  try {
    if (XMLValidator.validate(text) !== true) return undefined
    return parser.parse(text)
  } catch {
    return undefined
  }
}

/** As the text of an element. */
export function xmlText(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function decoded(value: string): string {
  return value.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return NAMED[name] ?? whole
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}
