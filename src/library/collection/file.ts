import { type Ore, ok, oreOf, type Result, refuse } from '#core'
import type { PostRecipient } from '#patrons'
import type { LineFault, Told } from './rules.ts'
import type { CollectionCaseRow } from './tables.ts'

// Both files are described in docs/collection.md.

/** One line of the file to the municipality, field by field. */
export type FileLine = readonly string[]

const HEAD: FileLine = ['linje', 'sag', 'cpr', 'navn', 'beløb', 'kravtype', 'tekst', 'opkrævet', 'forfald']

/** What a line says of a claim: its bill, never a title. */
export interface AboutClaim {
  readonly text: string
  readonly charged_on: Temporal.PlainDate | null
  readonly pay_by_on: Temporal.PlainDate | null
}

export function claimLine(
  { reference, amount_ore, claim_kind }: CollectionCaseRow,
  debtor: PostRecipient,
  about: AboutClaim,
): FileLine {
  return [
    'krav',
    reference,
    debtor.cpr,
    // Not of anyone with a protected name: the municipality finds them by the number.
    debtor.name ?? '',
    amountText(amount_ore),
    claim_kind === 'fee' ? 'gebyr' : 'erstatning',
    about.text,
    about.charged_on?.toString() ?? '',
    about.pay_by_on?.toString() ?? '',
  ]
}

/** Calls a claim back, wholly. It says nothing of anyone but the number the municipality knows the case by. */
export function recallLine({ reference }: CollectionCaseRow): FileLine {
  return ['tilbagekald', reference, '', '', '', '', '', '', '']
}

export function fileText(lines: readonly FileLine[]): string {
  return [HEAD, ...lines].map((line) => `${line.map(quoted).join(';')}\r\n`).join('')
}

function quoted(field: string): string {
  return /[;"\r\n]/.test(field) ? `"${field.replaceAll('"', '""').replace(/[\r\n]+/g, ' ')}"` : field
}

/** `1234,50`: no separator of thousands, and always two decimals. */
export function amountText(amount: Ore): string {
  return `${Math.trunc(amount / 100)},${String(amount % 100).padStart(2, '0')}`
}

const STATUSES: Readonly<Record<string, Told['status']>> = {
  modtaget: 'accepted',
  afvist: 'rejected',
  rykket: 'reminded',
  gældsstyrelsen: 'filed',
  betalt: 'paid',
  afskrevet: 'written-off',
  tilbagesendt: 'withdrawn',
}

export interface ReadLine {
  /** As the file counts them, from 1. */
  readonly line: number
  readonly told: Result<Told, LineFault>
}

const AMOUNT = /^\d{1,8}(?:,\d{2})?$/
const REASON = /^[\p{L}\d-]{0,40}$/u
const MOST_LINES = 20_000

/** Reads what the municipality answered: `sag;status;betalt;nedskrevet;grund` below a line with those names. */
export function readAnswer(text: string): ReadLine[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)
  const seen = new Set<string>()
  const read: ReadLine[] = []
  for (const [at, line] of lines.slice(0, MOST_LINES).entries()) {
    if (line.trim() === '' || (at === 0 && /^"?sag"?;/i.test(line))) continue
    const told = readLine(line)
    const isTwice = told.ok && seen.has(told.value.reference)
    if (told.ok) seen.add(told.value.reference)
    read.push({ line: at + 1, told: isTwice ? refuse({ kind: 'twice-in-file' }) : told })
  }
  if (lines.length > MOST_LINES) read.push({ line: MOST_LINES + 1, told: refuse({ kind: 'not-readable' }) })
  return read
}

function readLine(line: string): Result<Told, LineFault> {
  const fields = line.split(';').map((field) => field.trim().replace(/^"(.*)"$/, '$1'))
  const [reference = '', word = '', paid = '', down = '', reason = ''] = fields
  const status = STATUSES[word.toLocaleLowerCase('da')]
  const [paid_ore, written_down_ore] = [oreIn(paid), oreIn(down)]
  const isWhole = fields.length === 5 && /^\d{12}$/.test(reference) && REASON.test(reason)
  if (!isWhole || !status || paid_ore === undefined || written_down_ore === undefined) {
    return refuse({ kind: 'not-readable' })
  }
  return ok({ reference, status, paid_ore, written_down_ore, reason: reason === '' ? null : reason })
}

/** Nothing is nothing: municipalities leave the field empty. */
function oreIn(text: string): Ore | undefined {
  if (text === '') return oreOf(0)
  if (!AMOUNT.test(text)) return undefined
  const [kroner = '0', ore = '00'] = text.split(',')
  return oreOf(Number(kroner) * 100 + Number(ore))
}
