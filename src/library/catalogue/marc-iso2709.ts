// ISO 2709: records of a stated length, each with a directory of its fields. Read from the bytes, because lengths and
// offsets count bytes whatever the encoding, which a reader that decodes first (@natlibfi/marc-record-serializers) cannot.
import { cleanText, type MarcField, type MarcFields, undoDanmarc2Signs } from './marc-fields.ts'

export const LONGEST_RECORD = 1024 * 1024

const RECORD_END = 0x1d
const FIELD_END = 0x1e
const SUBFIELD = 0x1f
const LEADER_LENGTH = 24

/** A record's bytes, or what stood where a record should be. */
export type Slice =
  | { readonly kind: 'bytes'; readonly position: number; readonly bytes: Uint8Array }
  | { readonly kind: 'fault'; readonly position: number; readonly fault: string }

/** Cuts a stream at its record terminators. Holds one record at a time. */
export async function* splitIso2709(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Slice> {
  let pieces: Uint8Array[] = []
  let held = 0
  let position = 0
  let offset = 0
  let tooLong = false
  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.length; ) {
      const end = chunk.indexOf(RECORD_END, from)
      // A copy, because the stream may use its buffer again before the rest of the record comes.
      const piece = end === -1 ? chunk.slice(from) : chunk.subarray(from, end + 1)
      held += piece.length
      if (held > LONGEST_RECORD && !tooLong) {
        tooLong = true
        yield { kind: 'fault', position, fault: tooLongFault() }
      }
      if (tooLong) pieces = []
      else pieces.push(piece)
      if (end === -1) break
      if (!tooLong) yield* recordsIn(joined(pieces), position)
      pieces = []
      held = 0
      tooLong = false
      from = end + 1
      position = offset + from
    }
    offset += chunk.length
  }
  const rest = joined(pieces)
  const start = skipFiller(rest, 0)
  if (start < rest.length) {
    const fault = /^\d{5}/.test(ascii(rest, start, 5))
      ? `The file ends in the middle of a record, after ${rest.length - start} of its bytes. Fetch the file again.`
      : notMarc(rest.length - start)
    yield { kind: 'fault', position: position + start, fault }
  }
}

function tooLongFault(): string {
  return 'No record terminator within 1 MiB, so this is no MARC record, or a damaged one. Export the file again.'
}

/** One record; where it does not fit its stated length, the damage first and then the record found behind it, if any. */
function* recordsIn(bytes: Uint8Array, position: number): Generator<Slice> {
  const start = skipFiller(bytes, 0)
  if (start >= bytes.length - 1) return
  const fits = (at: number) => hasLength(bytes, at) && looksLikeLeader(bytes, at)
  if (hasLength(bytes, start)) {
    yield { kind: 'bytes', position: position + start, bytes: bytes.subarray(start) }
    return
  }
  let found = start + 1
  while (found < bytes.length - LEADER_LENGTH && !fits(found)) found++
  const isFound = found < bytes.length - LEADER_LENGTH
  const damaged = isFound ? found - start : bytes.length - start
  const stated = ascii(bytes, start, 5)
  const fault = /^\d{5}$/.test(stated)
    ? `The record says that it is ${Number(stated)} bytes long, but it is ${damaged}. ` +
      'A program that converted the characters and not the lengths does this; export the record again.'
    : notMarc(damaged)
  yield { kind: 'fault', position: position + start, fault }
  if (isFound) yield { kind: 'bytes', position: position + found, bytes: bytes.subarray(found) }
}

function notMarc(length: number): string {
  return `${length} bytes that are no MARC record: one begins with its length in five digits. Export the file again.`
}

function hasLength(bytes: Uint8Array, at: number): boolean {
  const digit = bytes[at] ?? 0
  if (digit < 0x30 || digit > 0x39) return false
  const stated = ascii(bytes, at, 5)
  const length = bytes.length - at
  // Five digits are too few for the largest records, which are then given as all zeros or all nines.
  return stated === String(length).padStart(5, '0') || (length > 99999 && (stated === '99999' || stated === '00000'))
}

function looksLikeLeader(bytes: Uint8Array, at: number): boolean {
  return /^\d\d\d{5}$/.test(ascii(bytes, at + 10, 7))
}

/** Line breaks between records, a byte order mark, and the end-of-file sign of old systems. */
function skipFiller(bytes: Uint8Array, from: number): number {
  let at = from
  while (at < bytes.length && [0x00, 0x09, 0x0a, 0x0d, 0x1a, 0x20, 0xef, 0xbb, 0xbf].includes(bytes[at]!)) at++
  return at
}

export interface RawRecord {
  readonly leader: string
  readonly fields: readonly { readonly tag: string; readonly bytes: Uint8Array }[]
}

/** Follows the directory. Returns what is wrong with it as text. */
export function parseIso2709(bytes: Uint8Array): RawRecord | string {
  if (bytes.length <= LEADER_LENGTH + 1) return 'The record is shorter than a leader. Export it again.'
  const leader = ascii(bytes, 0, LEADER_LENGTH)
  const base = /^\d{5}$/.test(leader.slice(12, 17)) ? Number(leader.slice(12, 17)) : 0
  if (base <= LEADER_LENGTH || base >= bytes.length || bytes[base - 1] !== FIELD_END) {
    return 'The leader does not say where the fields begin (positions 12-16). Export the record again.'
  }
  const lengthDigits = digitAt(leader, 20) || 4
  const startDigits = digitAt(leader, 21) || 5
  const entryLength = 3 + lengthDigits + startDigits
  if ((base - 1 - LEADER_LENGTH) % entryLength !== 0) {
    return `The directory is not made of entries of ${entryLength} bytes. Export the record again.`
  }
  const fields = []
  for (let at = LEADER_LENGTH; at < base - 1; at += entryLength) {
    const tag = ascii(bytes, at, 3)
    const stated = ascii(bytes, at + 3, lengthDigits)
    const from = ascii(bytes, at + 3 + lengthDigits, startDigits)
    if (!/^[0-9A-Za-z]{3}$/.test(tag) || !/^\d+$/.test(stated + from)) {
      return `The directory has an entry that is no entry ("${printable(tag + stated + from)}"). Export the record again.`
    }
    const start = base + Number(from)
    const end = bytes.indexOf(FIELD_END, start)
    const length = end - start + 1
    // A field longer than its digits can say is given as zeros or nines; the terminator knows better.
    const isLongest = /^(?:0+|9+)$/.test(stated) && length > Number('9'.repeat(lengthDigits))
    if (end === -1 || bytes[start - 1] !== FIELD_END || (Number(stated) !== length && !isLongest)) {
      return `The directory does not point at field ${tag} as it stands in the record. Export the record again.`
    }
    fields.push({ tag, bytes: bytes.subarray(start, end) })
  }
  return { leader, fields }
}

/** danMARC2 has subfields in 001 and 004, where MARC 21 has none. */
export function isDanmarc2(raw: RawRecord): boolean {
  return raw.fields.some((field) => (field.tag === '001' || field.tag === '004') && field.bytes.includes(SUBFIELD))
}

export interface TextOptions {
  readonly decode: (bytes: Uint8Array) => string
  readonly isDanmarc2: boolean
  readonly warnings: Set<string>
}

export function decodeFields(raw: RawRecord, options: TextOptions): MarcFields {
  return { leader: raw.leader, fields: raw.fields.map((field) => decodeField(field.tag, field.bytes, options)) }
}

function decodeField(tag: string, bytes: Uint8Array, options: TextOptions): MarcField {
  const marks: number[] = []
  for (let at = bytes.indexOf(SUBFIELD); at !== -1; at = bytes.indexOf(SUBFIELD, at + 1)) marks.push(at)
  // Positions count in a control field, so its spaces stay.
  if (marks.length === 0) {
    return { tag, ind2: ' ', value: options.decode(bytes).replace(/\p{Cc}/gu, ''), subfields: [] }
  }
  const subfields = marks.map((mark, index) => {
    const decoded = options.decode(bytes.subarray(mark + 1, marks[index + 1] ?? bytes.length))
    // By character, not by byte: danMARC2 also has the codes æ, ø and å.
    const code = String.fromCodePoint(decoded.codePointAt(0) ?? 0x20)
    const value = decoded.slice(code.length)
    return { code, value: cleanText(options.isDanmarc2 ? undoDanmarc2Signs(value) : value, options.warnings) }
  })
  return { tag, ind2: String.fromCharCode(bytes[1] ?? 0x20), value: '', subfields }
}

function digitAt(text: string, index: number): number {
  return /\d/.test(text[index] ?? '') ? Number(text[index]) : 0
}

function ascii(bytes: Uint8Array, from: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(from, from + length))
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?')
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)
}
