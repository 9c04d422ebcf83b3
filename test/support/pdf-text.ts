import { inflateSync } from 'node:zlib'

/** The text of a PDF as its fonts tell it, without spaces: where a line breaks is nobody's business. */
export function pdfText(file: Buffer): string {
  const raw = file.toString('latin1')
  const objects = new Map<string, string>()
  for (const [, number, body] of raw.matchAll(/(\d+) 0 obj\n([\s\S]*?)\nendobj/g)) objects.set(number ?? '', body ?? '')
  const letters = new Map<string, Map<string, string>>()
  for (const [, name, number] of raw.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
    const unicode = /\/ToUnicode (\d+) 0 R/.exec(objects.get(number ?? '') ?? '')?.[1]
    if (name && unicode) letters.set(name, lettersOf(streamOf(objects.get(unicode) ?? '')))
  }
  const pages = [...objects.values()]
    .filter((body) => /\/Type \/Page\b/.test(body))
    .map((body) => streamOf(objects.get(/\/Contents (\d+) 0 R/.exec(body)?.[1] ?? '') ?? ''))
  return pages
    .map((page) => textOf(page, letters))
    .join('')
    .replace(/\s+/g, '')
}

function streamOf(body: string): string {
  // By its length: what is compressed may itself hold or end in a line break.
  const length = Number(/\/Length (\d+)/.exec(body)?.[1] ?? 0)
  const begins = body.search(/stream\r?\n/)
  const content = begins < 0 ? '' : body.slice(body.indexOf('\n', begins) + 1).slice(0, length)
  return body.includes('/FlateDecode') ? inflateSync(Buffer.from(content, 'latin1')).toString('latin1') : content
}

function lettersOf(map: string): Map<string, string> {
  const letters = new Map<string, string>()
  for (const [, from, list] of map.matchAll(/<([0-9a-f]+)> <[0-9a-f]+> \[([^\]]*)\]/gi)) {
    for (const [index, [, hex]] of [...(list ?? '').matchAll(/<([0-9a-f ]+)>/gi)].entries()) {
      const code = (Number.parseInt(from ?? '0', 16) + index).toString(16).padStart(4, '0')
      const bytes = Buffer.from((hex ?? '').replaceAll(' ', ''), 'hex')
      letters.set(code, bytes.swap16().toString('utf16le'))
    }
  }
  return letters
}

function textOf(page: string, letters: ReadonlyMap<string, Map<string, string>>): string {
  let font: Map<string, string> | undefined
  let text = ''
  for (const [, name, shown] of page.matchAll(/\/(F\d+) [\d.]+ Tf|\[((?:<[0-9a-f]*>|[-\d. ])*)\] TJ/gi)) {
    if (name) font = letters.get(name)
    for (const [, hex] of (shown ?? '').matchAll(/<([0-9a-f]*)>/gi)) {
      for (const code of (hex ?? '').match(/.{4}/g) ?? []) text += font?.get(code.toLowerCase()) ?? '�'
    }
  }
  return text
}
