import { ok, type Result, refuse } from '#core'
import { ANSWERS, type Answer, type Field, REQUESTS, type Request } from './messages.ts'

export type MessageFault =
  /** Not even two digits of a code. */
  | { readonly kind: 'garbage' }
  /** Nothing that is in the standard. */
  | { readonly kind: 'unknown-code'; readonly code: string }

interface Shape {
  readonly code: string
  readonly fixed: Readonly<Record<string, number>>
}

interface Parsed {
  readonly kind: string
  readonly fixed: Readonly<Record<string, string>>
  readonly fields: readonly Field[]
}

/**
 * Reads a message without its error detection. Whatever comes is read as far as it goes: a part in front that is too
 * short is filled with blanks, fields that nobody knows are kept and looked at by nobody, and what is no field is left
 * out. Nothing is ever thrown.
 */
export function parseRequest(text: string): Result<Request, MessageFault> {
  return parse(text, requestByCode) as Result<Request, MessageFault>
}

/** The same for answers; a client of ours and the tests read them. */
export function parseAnswer(text: string): Result<Answer, MessageFault> {
  return parse(text, answerByCode) as Result<Answer, MessageFault>
}

/** Writes a message without error detection and line end. What would break the line or a field becomes a blank. */
export function encodeMessage(message: Request | Answer): string {
  const shape: Shape =
    message.kind in ANSWERS ? ANSWERS[message.kind as Answer['kind']] : REQUESTS[message.kind as Request['kind']]
  const parts: Readonly<Record<string, string>> = message.fixed
  const fixed = Object.entries(shape.fixed).map(([part, length]) => fit(plain(parts[part] ?? ''), length))
  const fields = message.fields.map(([id, value]) => `${id}${plain(value)}|`)
  return `${shape.code}${fixed.join('')}${fields.join('')}`
}

/** The most signs a machine must be able to take in one field. */
export const LONGEST_VALUE = 255

/** Cuts a value to what machines take, by signs and not in the middle of one. */
export function cutValue(value: string, longest = LONGEST_VALUE): string {
  const signs = Array.from(value)
  return signs.length <= longest ? value : signs.slice(0, longest).join('')
}

const requestByCode = byCode(REQUESTS)
const answerByCode = byCode(ANSWERS)

function byCode(shapes: Readonly<Record<string, Shape>>): ReadonlyMap<string, readonly [string, Shape]> {
  return new Map(Object.entries(shapes).map((entry) => [entry[1].code, entry]))
}

function parse(text: string, known: ReadonlyMap<string, readonly [string, Shape]>): Result<Parsed, MessageFault> {
  const code = text.slice(0, 2)
  if (!/^\d\d$/.test(code)) return refuse({ kind: 'garbage' })
  const found = known.get(code)
  if (!found) return refuse({ kind: 'unknown-code', code })
  const [kind, shape] = found
  const lengths = Object.values(shape.fixed)
  const { front, rest } = split(
    text.slice(2),
    lengths.reduce((sum, length) => sum + length, 0),
  )
  const fixed: Record<string, string> = {}
  let at = 0
  for (const [part, length] of Object.entries(shape.fixed)) {
    fixed[part] = front.slice(at, at + length)
    at += length
  }
  return ok({ kind, fixed, fields: fieldsOf(rest) })
}

const FIELD = /^[A-Z][A-Z0-9]/
/** What the first field is of the messages that have an institution, and of a login. */
const FIRST = /AO|CN/

/**
 * Parts the front from the fields. Machines send too much or too little in front: three letters of language (Koha), no
 * date (php-sip2), a bar after it (BibBox). Then the first field that all of them begin with tells where it ends.
 */
function split(text: string, length: number): { front: string; rest: string } {
  const front = text.slice(0, length)
  const rest = text.slice(length)
  const inFront = front.search(FIRST)
  if (inFront >= 0)
    return { front: fit(front.slice(0, inFront).replace(/\|+$/, ''), length), rest: text.slice(inFront) }
  const bar = front.slice(0, -1).indexOf('|')
  if (bar >= 0) return { front: fit(front.slice(0, bar), length), rest: text.slice(bar + 1) }
  const fields = rest.replace(/^[| ]+/, '')
  if (fields === '' || FIELD.test(fields)) return { front: fit(front, length), rest: fields }
  const first = rest.search(FIRST)
  return { front: fit(front, length), rest: first >= 0 ? rest.slice(first) : fields }
}

function fieldsOf(text: string): Field[] {
  return text.split('|').flatMap((piece): Field[] => {
    const known = piece.replace(LEADING, '')
    return FIELD.test(known) ? [[known.slice(0, 2), plain(known.slice(2))]] : []
  })
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const LEADING = /^[\x00-\x20\x7f]+/
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const BREAKS = /[\x00-\x1f\x7f-\x9f|\u2028\u2029]/g

function plain(value: string): string {
  return value.replace(BREAKS, ' ')
}

function fit(text: string, length: number): string {
  return text.slice(0, length).padEnd(length)
}
