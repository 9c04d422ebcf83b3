import { isUtf8 } from 'node:buffer'
import { Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { ok, type Result, refuse } from '#core'

/** What makes a file as a whole unusable. Lines count from 1. */
export type CsvFault =
  | { readonly kind: 'empty' }
  | { readonly kind: 'too-large'; readonly limit_mib: number }
  | { readonly kind: 'utf-16' }
  /** Bytes that no text has, or that are no UTF-8 in a file that otherwise is. */
  | { readonly kind: 'broken-bytes'; readonly line: number }
  | { readonly kind: 'quote-not-closed'; readonly line: number }
  | { readonly kind: 'misplaced-quote'; readonly line: number }
  | { readonly kind: 'wrong-number-of-fields'; readonly line: number }
  | { readonly kind: 'row-too-long'; readonly line: number }

export interface CsvText {
  readonly encoding: 'utf-8' | 'windows-1252'
  readonly delimiter: ',' | ';'
  /** A file that does not end with a line break may have been cut off between two fields that happen to fit. */
  readonly endsWithLineBreak: boolean
  readonly utf8: Buffer
}

export interface CsvRow {
  /** Where the row begins. */
  readonly line: number
  readonly fields: readonly string[]
}

const LARGEST_MIB = 256
const LONGEST_ROW = 64 * 1024
const SLICE = 64 * 1024

/** Reads a file into memory: its rows are gone through twice, and persons are not to be laid on the disk for that. */
export async function readCsv(bytes: AsyncIterable<Uint8Array>): Promise<Result<CsvText, CsvFault>> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of bytes) {
    size += chunk.length
    if (size > LARGEST_MIB * 1024 * 1024) return refuse({ kind: 'too-large', limit_mib: LARGEST_MIB })
    chunks.push(chunk)
  }
  const whole = Buffer.concat(chunks)
  const decoded = decode(whole)
  if (!decoded.ok) return decoded
  const { encoding, utf8 } = decoded.value
  const head = utf8.toString('utf8', 0, Math.max(0, utf8.indexOf(0x0a)) || utf8.length)
  if (head.trim() === '') return refuse({ kind: 'empty' })
  const count = (sign: string) => head.split(sign).length
  const delimiter = count(';') > count(',') ? ';' : ','
  return ok({ encoding, delimiter, endsWithLineBreak: utf8.at(-1) === 0x0a || utf8.at(-1) === 0x0d, utf8 })
}

/** The rows, the header too. @throws CsvStop at the first that is not as it must be */
export async function* rowsOf(csv: CsvText): AsyncGenerator<CsvRow> {
  // How far the parser has come: what it has read and not handed on is lost when it stops at a fault.
  let parsed = 0
  const begins: number[] = []
  const parser = Readable.from(slices(csv.utf8)).pipe(
    parse({
      delimiter: csv.delimiter,
      skip_empty_lines: true,
      trim: true,
      max_record_size: LONGEST_ROW,
      on_record(fields: string[], { lines }) {
        begins.push(parsed + 1)
        parsed = lines
        return fields
      },
    }),
  )
  try {
    for await (const fields of parser as AsyncIterable<string[]>) yield { line: begins.shift() ?? parsed, fields }
  } catch (fault) {
    throw fault instanceof CsvError ? new CsvStop(faultOf(fault, parsed + 1)) : fault
  }
}

/** Carries a fault of the file out of the reading of its rows. */
export class CsvStop extends Error {
  override name = 'CsvStop'
  readonly fault: CsvFault

  constructor(fault: CsvFault) {
    super(fault.kind)
    this.fault = fault
  }
}

function faultOf(fault: CsvError, line: number): CsvFault {
  switch (fault.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return { kind: 'quote-not-closed', line }
    case 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH':
      return { kind: 'wrong-number-of-fields', line }
    case 'CSV_MAX_RECORD_SIZE':
      return { kind: 'row-too-long', line }
    default:
      return { kind: 'misplaced-quote', line }
  }
}

function* slices(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += SLICE) yield bytes.subarray(at, at + SLICE)
}

// The web's "latin1" is Windows-1252, which is what files called ISO-8859-1 mostly are.
const WINDOWS_1252 = new TextDecoder('windows-1252')
/** Bytes that Windows-1252 gives no character to. */
const UNUSED = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d])

function isControl(byte: number): boolean {
  return byte === 0x7f || (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d)
}

function decode(bytes: Buffer): Result<{ encoding: CsvText['encoding']; utf8: Buffer }, CsvFault> {
  const head = bytes.subarray(0, 3).toString('latin1')
  if (/^(?:\xff\xfe|\xfe\xff|.\0|\0.)/s.test(head)) return refuse({ kind: 'utf-16' })
  const hasMark = head === '\xef\xbb\xbf'
  const body = hasMark ? bytes.subarray(3) : bytes
  if (isUtf8(body)) {
    const broken = body.findIndex(isControl)
    if (broken >= 0) return refuse({ kind: 'broken-bytes', line: lineAt(body, broken) })
    return ok({ encoding: 'utf-8', utf8: body })
  }
  const lines = linesOf(body)
  // Written as UTF-8 and damaged, if it says so or any line has more than one byte to a character and reads well.
  const isDamaged = hasMark || lines.some((line) => line.some((byte) => byte >= 0x80) && isUtf8(line))
  const broken = lines.findIndex((line) =>
    isDamaged ? !isUtf8(line) : line.some((byte) => isControl(byte) || UNUSED.has(byte)),
  )
  if (broken >= 0) return refuse({ kind: 'broken-bytes', line: broken + 1 })
  return ok({ encoding: 'windows-1252', utf8: Buffer.from(WINDOWS_1252.decode(body)) })
}

function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = []
  let from = 0
  for (;;) {
    const end = bytes.indexOf(0x0a, from)
    if (end < 0) break
    lines.push(bytes.subarray(from, end))
    from = end + 1
  }
  lines.push(bytes.subarray(from))
  return lines
}

function lineAt(bytes: Buffer, position: number): number {
  return linesOf(bytes.subarray(0, position)).length
}
