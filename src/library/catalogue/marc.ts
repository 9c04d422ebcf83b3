// Reads files of bibliographic records, MARC 21 or danMARC2, in ISO 2709 or MARCXML. Knows no database.
import { isUtf8 } from 'node:buffer'
import { mapDanmarc2 } from './marc-danmarc2.ts'
import { decodeFields, isDanmarc2, parseIso2709, type Slice, splitIso2709 } from './marc-iso2709.ts'
import { mapMarc21 } from './marc-map.ts'
import { parseMarcXml } from './marc-xml.ts'
import { splitXml } from './marc-xml-scan.ts'
import { decodeMarc8 } from './marc8.ts'

export type MarcFlavour = 'marc21' | 'danmarc2'
export type MarcEncoding = 'utf-8' | 'marc-8' | 'latin1'

/** What Kvit keeps of a record. */
export interface BibliographicRecord {
  /** 001; in danMARC2 the FAUST number, 001 a. */
  readonly record_id: string
  /** 003; in danMARC2 001 b, such as 870970 for the national base. */
  readonly agency_code: string | null
  readonly title: string
  readonly subtitle: string | null
  /** "Surname, Forename" for a person. */
  readonly author: string | null
  readonly contributors: readonly string[]
  readonly edition: string | null
  readonly publisher: string | null
  readonly year: number | null
  /** ISO 639-2/B. */
  readonly language: string | null
  readonly isbn: readonly string[]
  readonly dk5: string | null
  readonly subjects: readonly string[]
  readonly material: 'book' | 'audiobook' | 'film' | 'game' | 'music' | 'magazine' | 'comic' | 'e-book' | 'other'
  readonly audience: 'adult' | 'child'
  readonly series: string | null
  readonly volume: string | null
  readonly pages: string | null
  /** From local fields, which most files do not have. */
  readonly items: readonly { readonly barcode: string; readonly branch: string | null; readonly shelf: string | null }[]
}

/** `number` counts what is found in the file, faults too, from 1; `position` is the byte it begins at. */
export type MarcEntry =
  | {
      readonly kind: 'record'
      readonly number: number
      readonly position: number
      readonly record: BibliographicRecord
      readonly warnings: readonly string[]
    }
  | { readonly kind: 'fault'; readonly number: number; readonly position: number; readonly fault: string }

export interface MarcOptions {
  readonly flavour?: MarcFlavour
  readonly format?: 'iso2709' | 'marcxml'
  readonly encoding?: MarcEncoding
}

/**
 * Reads records one at a time, holding at most 1 MiB of them. What is not told by the options is found out: the format by
 * the first byte, flavour and encoding by each record. What cannot be read becomes a fault, and reading goes on behind it;
 * only the source's own errors are thrown.
 */
export async function* readMarc(
  bytes: AsyncIterable<Uint8Array>,
  options: MarcOptions = {},
): AsyncGenerator<MarcEntry> {
  const { head, chunks } = await peek(bytes)
  let number = 0
  const unreadable = unreadableHead(head, options)
  if (unreadable !== null) {
    yield { kind: 'fault', number: 1, position: 0, fault: unreadable }
    return
  }
  const isXml = options.format === 'marcxml' || (options.format === undefined && /^\s*</.test(head))
  const encoding = options.encoding ?? (isXml ? declaredEncoding(head) : undefined)
  for await (const slice of isXml ? splitXml(chunks) : splitIso2709(chunks)) {
    number++
    yield entryOf(slice, number, isXml, { ...options, ...(encoding && { encoding }) })
  }
}

function entryOf(slice: Slice, number: number, isXml: boolean, options: MarcOptions): MarcEntry {
  const { position } = slice
  if (slice.kind === 'fault') return { kind: 'fault', number, position, fault: slice.fault }
  const warnings = new Set<string>()
  const record = isXml ? fromXml(slice.bytes, options, warnings) : fromIso2709(slice.bytes, options, warnings)
  if (typeof record === 'string') return { kind: 'fault', number, position, fault: record }
  return { kind: 'record', number, position, record, warnings: [...warnings] }
}

function fromIso2709(bytes: Uint8Array, options: MarcOptions, warnings: Set<string>): BibliographicRecord | string {
  const raw = parseIso2709(bytes)
  if (typeof raw === 'string') return raw
  const flavour = options.flavour ?? (isDanmarc2(raw) ? 'danmarc2' : 'marc21')
  const decode = decoderFor(bytes, raw.leader, flavour, options.encoding, warnings)
  if (decode === null) return NOT_UTF8
  const marc = decodeFields(raw, { decode, isDanmarc2: flavour === 'danmarc2', warnings })
  return flavour === 'danmarc2' ? mapDanmarc2(marc, warnings) : mapMarc21(marc, warnings)
}

function fromXml(bytes: Uint8Array, options: MarcOptions, warnings: Set<string>): BibliographicRecord | string {
  const isLatin1 = options.encoding === 'latin1'
  if (!isLatin1 && !isUtf8(bytes)) return NOT_UTF8
  const marc = parseMarcXml((isLatin1 ? LATIN1 : UTF8).decode(bytes), options.flavour, warnings)
  if (typeof marc === 'string') return marc
  return marc.isDanmarc2 ? mapDanmarc2(marc, warnings) : mapMarc21(marc, warnings)
}

const NOT_UTF8 =
  'The record has bytes that are not UTF-8. Export the file as UTF-8, or choose Latin-1 as its encoding if that is what it is.'

// The web's "latin1" is Windows-1252, which is what files called Latin-1 mostly are.
const LATIN1 = new TextDecoder('latin1')
const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true })

type Decode = (bytes: Uint8Array) => string

/** The encoding by what was chosen, else by leader/09, else by the bytes; a guess is said in a warning. */
function decoderFor(
  bytes: Uint8Array,
  leader: string,
  flavour: MarcFlavour,
  chosen: MarcEncoding | undefined,
  warnings: Set<string>,
): Decode | null {
  const isValid = isUtf8(bytes)
  if (chosen === 'utf-8') return isValid ? (part) => UTF8.decode(part) : null
  if (chosen === 'latin1') return (part) => LATIN1.decode(part)
  if (chosen === undefined) {
    if (bytes.every((byte) => byte < 0x80 && byte !== 0x1b)) return (part) => LATIN1.decode(part)
    const saysUtf8 = leader[9] === 'a'
    if (isValid && bytes.some((byte) => byte >= 0x80)) {
      // danMARC2 has no code for it, so its leader is not to be wondered at.
      if (!saysUtf8 && flavour === 'marc21') warnings.add('Read as UTF-8, though the leader says MARC-8.')
      return (part) => UTF8.decode(part)
    }
    if (saysUtf8 || flavour === 'danmarc2') {
      if (saysUtf8) warnings.add('Read as Latin-1, since it is not the UTF-8 that the leader says.')
      return (part) => LATIN1.decode(part)
    }
  }
  return (part) => {
    const { text, problems } = decodeMarc8(part)
    for (const problem of problems) warnings.add(`Not all of the MARC-8 could be read: ${problem}.`)
    return text
  }
}

function unreadableHead(head: string, options: MarcOptions): string | null {
  if (/^(?:\xff\xfe|\xfe\xff|<\0|\0<)/.test(head)) return 'The file is UTF-16. Save it as UTF-8 and try again.'
  if (head.startsWith('\x1f\x8b') || head.startsWith('PK\x03\x04'))
    return 'The file is compressed. Unpack it and try again.'
  const declared = encodingName(head)
  if (declared === null || options.encoding !== undefined || options.format === 'iso2709') return null
  return declaredEncoding(head) ? null : `The XML is in ${declared}, which is not read. Save it as UTF-8 and try again.`
}

function encodingName(head: string): string | null {
  return /^\s*<\?xml[^>]*\sencoding\s*=\s*["']([\w.-]+)["']/.exec(head)?.[1] ?? null
}

function declaredEncoding(head: string): MarcEncoding | undefined {
  const name = (encodingName(head) ?? 'utf-8').toLowerCase()
  if (['utf-8', 'utf8', 'us-ascii'].includes(name)) return 'utf-8'
  return ['iso-8859-1', 'latin1', 'latin-1', 'windows-1252'].includes(name) ? 'latin1' : undefined
}

const PEEKED = 256

/** The beginning of the file as Latin-1 without its byte order mark, and the whole file still to be read. */
async function peek(bytes: AsyncIterable<Uint8Array>): Promise<{ head: string; chunks: AsyncGenerator<Uint8Array> }> {
  const iterator = bytes[Symbol.asyncIterator]()
  const first: Uint8Array[] = []
  let isDone = false
  while (!isDone && first.reduce((sum, chunk) => sum + chunk.length, 0) < PEEKED) {
    const next = await iterator.next()
    if (next.done) isDone = true
    else first.push(next.value.slice())
  }
  async function* whole(): AsyncGenerator<Uint8Array> {
    try {
      yield* first
      for (;;) {
        const next = await iterator.next()
        if (next.done) return
        yield next.value
      }
    } finally {
      // A reader that stops early closes the file.
      await iterator.return?.()
    }
  }
  const head = Buffer.concat(first).toString('latin1', 0, PEEKED)
  return { head: head.replace(/^\xef\xbb\xbf/, ''), chunks: whole() }
}
