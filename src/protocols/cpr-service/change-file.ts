/** What a file of changes says. */
export type ChangeFile =
  | {
      readonly kind: 'whole'
      /** Whose data have changed, each once. */
      readonly cprs: readonly string[]
      /** The lines that are no records, counted from one. */
      readonly broken: readonly number[]
      /** The lines in which the register tells of an error of its own. */
      readonly errors: readonly number[]
    }
  /** No end record: it is still being written, or was cut off. */
  | { readonly kind: 'cut-off' }
  /** It does not begin as a file of changes does. */
  | { readonly kind: 'foreign' }

const START = '000'
const END = '999'
const ERROR = '910'
/** A receipt for a subscription that ended: nothing happened to the person. */
const RECEIPT = '997'
/** Records in which a second number of the same person follows the first: the current one, or an earlier one. */
const PAIRED = new Set(['001', '022'])

/**
 * Reads an extract of the CPR register (P12170): records of fixed width, a line each, in Latin-1, that begin with their
 * type in three digits and the person's number in ten. Only the numbers are taken, whatever the type: what has changed
 * is asked for afterwards, so a type nobody has heard of yet is a change too.
 */
export function readChangeFile(bytes: Uint8Array): ChangeFile {
  const lines = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1').split(/\r?\n/)
  while (lines.at(-1)?.trim() === '') lines.pop()
  if (lines.length === 0) return { kind: 'cut-off' }
  if (!lines[0]?.startsWith(START)) return { kind: 'foreign' }
  if (!lines.at(-1)?.startsWith(END)) return { kind: 'cut-off' }
  const cprs = new Set<string>()
  const broken: number[] = []
  const errors: number[] = []
  for (const [index, line] of lines.entries()) {
    const [, type = '', cpr, second] = /^(\d{3})(\d{10})?(\d{10})?/.exec(line) ?? []
    if (type === START || type === END || type === RECEIPT) continue
    if (type === ERROR) errors.push(index + 1)
    else if (cpr === undefined) broken.push(index + 1)
    else {
      cprs.add(cpr)
      if (PAIRED.has(type) && second !== undefined && Number(second) !== 0) cprs.add(second)
    }
  }
  return { kind: 'whole', cprs: [...cprs], broken, errors }
}
