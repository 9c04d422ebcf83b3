import { XMLParser, XMLValidator } from 'fast-xml-parser'
import type { Language } from '#core'

const parser = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  parseTagValue: false,
  processEntities: false,
  tagValueProcessor: (_name, value) => decoded(value),
})

/**
 * The elements of a document without their namespaces' prefixes, every value as the text it is. Undefined when it is not
 * well-formed, or declares entities of its own, which nothing sent to us has a use for.
 */
export function readXml(text: string): unknown {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) return undefined
  try {
    return XMLValidator.validate(text) === true ? parser.parse(text) : undefined
  } catch {
    return undefined
  }
}

/** As the text of an element: what XML 1.0 has no way to write is left out, or told by the sign for what is lost. */
export function xmlText(value: string): string {
  return printable(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

// A letter of two halves of which one is missing becomes U+FFFD; control characters and non-characters are nothing.
function printable(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML 1.0 forbids
  return value.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
}

/** A text as a page of its own: an empty line ends a paragraph, any other end of line is kept. Nothing is fetched. */
export function htmlDocument(title: string, text: string, language: Language): string {
  const paragraphs = printable(text)
    .replace(/\r\n?/g, '\n')
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '')
    .map((paragraph) => `<p>${xmlText(paragraph).replaceAll('\n', '<br>\n')}</p>`)
  const said = xmlText(title)
  return `<!DOCTYPE html>
<html lang="${language}">
<head><meta charset="utf-8"><title>${said}</title></head>
<body>
<h1>${said}</h1>
${paragraphs.join('\n')}
</body>
</html>
`
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function decoded(value: string): string {
  return value.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return NAMED[name] ?? whole
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}
