import { type Charset, decodeText, encodeText } from './charset.ts'
import { checksumOf, codePointChecksumOf } from './checksum.ts'

/** A line as it came: the message, and whether what detects errors is there and right. */
export interface Line {
  readonly text: string
  /** The digit of `AY`; undefined when the machine detects no errors. */
  readonly sequence: string | undefined
  /** `wrong` also when only a damaged rest of one is there: such a message is not to be believed. */
  readonly checksum: 'none' | 'right' | 'wrong'
}

export interface WireFormat {
  readonly charset: Charset
  readonly lineEnd: '\r' | '\r\n'
  /** Takes the sum of characters for the sum of bytes, of machines that count so. */
  readonly lenientChecksum: boolean
}

export const PLAIN_WIRE: WireFormat = { charset: 'utf-8', lineEnd: '\r', lenientChecksum: false }

const DETECTION = /(?:AY(\d))?AZ([0-9A-Fa-f]{4})$/
/** A trailer that a bit or two of noise has changed. To take it for a field would be to execute what is not believed. */
const DAMAGED = /\|(?:AY[^|]{2,7}|AZ[^|]{0,4}|[^|]Y\d[^|]Z[^|]{0,4}|A[^|]\dAZ[^|]{0,4})$/

/** Reads one line without its end. Blanks and control signs before it and stray bars after it are no part of it. */
export function readLine(bytes: Uint8Array, wire: Pick<WireFormat, 'charset' | 'lenientChecksum'>): Line {
  let start = 0
  let end = bytes.length
  while (start < end && (bytes[start] ?? 0) <= 0x20) start++
  while (end > start && (bytes[end - 1] ?? 0) <= 0x20 && bytes[end - 1] !== 0x20) end--
  const line = bytes.subarray(start, end)
  const ascii = Buffer.from(line).toString('latin1')
  const trimmed = ascii.replace(/[| ]+$/, '')
  const found = DETECTION.exec(trimmed)
  if (!found || !isTrailer(trimmed, found)) {
    const damaged = DAMAGED.test(ascii.trimEnd())
    return { text: decodeText(line, wire.charset), sequence: undefined, checksum: damaged ? 'wrong' : 'none' }
  }
  const summed = line.subarray(0, trimmed.length - 4)
  const sum = (found[2] ?? '').toUpperCase()
  const right =
    sum === checksumOf(summed) ||
    (wire.lenientChecksum && sum === codePointChecksumOf(decodeText(summed, wire.charset)))
  return {
    text: decodeText(line.subarray(0, found.index), wire.charset),
    sequence: found[1],
    checksum: right ? 'right' : 'wrong',
  }
}

/** Without a sequence digit the sum stands after a bar, or is all there is to 96 and 97. */
function isTrailer(text: string, found: RegExpExecArray): boolean {
  return found[1] !== undefined || text[found.index - 1] === '|' || found.index === 2
}

/**
 * A line to send. A request with a sequence digit is answered with the same digit and a checksum, one without by
 * neither; the plea to send again has a checksum and no digit.
 */
export function writeLine(
  text: string,
  detection: { readonly sequence: string } | 'checksum-only' | undefined,
  wire: Pick<WireFormat, 'charset' | 'lineEnd'>,
): Buffer {
  const end = Buffer.from(wire.lineEnd, 'latin1')
  const body = encodeText(text, wire.charset)
  if (!detection) return Buffer.concat([body, end])
  const mark = detection === 'checksum-only' ? 'AZ' : `AY${detection.sequence}AZ`
  const summed = Buffer.concat([body, Buffer.from(mark, 'latin1')])
  return Buffer.concat([summed, Buffer.from(checksumOf(summed), 'latin1'), end])
}
