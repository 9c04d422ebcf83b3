import { type Document, isAlias, isCollection, isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml'
import { z } from 'zod'
import { assert, ok, type Result, refuse } from '#core'
import { type Complain, checkMeaning, nearestText, type Path } from './check-policy.ts'
import type { Register } from './declare.ts'
import { type Policy, policySchema } from './policy.ts'

/** One thing wrong with a policy, told so that whoever wrote it finds the place and sees what would be right. */
export interface PolicyFault {
  /** Both count from 1. */
  readonly line: number
  readonly column: number
  /** Such as `clauses[3].keep`; `policy` for the whole. */
  readonly path: string
  readonly message: string
  readonly allowed?: readonly string[]
}

const MOST_BYTES = 512 * 1024
/** Text that is not YAML at all is wrong everywhere; the first places are enough to see it. */
const MOST_SYNTAX_FAULTS = 20
/** More than a careful author needs; few enough that a document cannot unfold into more than it looks. */
const MOST_ALIASES = 50

/**
 * Reads a policy and holds it against all that is declared. Answers every fault it finds, in the order of the text;
 * but while the text is not YAML, or not of the policy's shape, what it means is not looked at.
 * @param given.agency the library it must have been written for
 */
export function readPolicy(
  text: string,
  register: Register,
  given: { agency?: string } = {},
): Result<Policy, PolicyFault[]> {
  const shaped = readShape(text)
  if (!shaped.ok) return shaped
  const { policy, locate } = shaped.value
  const faults = gather(locate, (complain) => {
    if (given.agency && policy.agency !== given.agency) {
      complain(['agency'], `this is the policy of ${policy.agency}, not of ${given.agency}`, [given.agency])
    }
    checkMeaning(policy, register, complain)
  })
  return faults.length > 0 ? refuse(faults) : ok(policy)
}

/**
 * Reads a policy that was published. It was held against what was declared that day; a name that was planned then and
 * is a table now, or the other way round, does not make it unreadable.
 */
export function readPublishedPolicy(text: string): Policy {
  const shaped = readShape(text)
  assert(shaped.ok, 'a published policy cannot be read')
  return shaped.value.policy
}

/** "policies/herning.yaml:36:11 clauses[3].keep: … Allowed: …" */
export function faultText(file: string, fault: PolicyFault): string {
  const allowed = fault.allowed && fault.allowed.length > 0 ? ` Allowed: ${fault.allowed.join(', ')}.` : ''
  return `${file}:${fault.line}:${fault.column} ${fault.path}: ${fault.message}.${allowed}`
}

// What the text says, with where it says it.

type Locate = (path: Path) => { line: number; column: number }

function readShape(text: string): Result<{ policy: Policy; locate: Locate }, PolicyFault[]> {
  const unreadable = textFault(text)
  if (unreadable) return refuse([unreadable])
  const lines = new LineCounter()
  let document: Document.Parsed
  let value: unknown
  try {
    document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
    const wrong = [...document.errors, ...document.warnings]
    if (wrong.length > 0) {
      return refuse(
        wrong.slice(0, MOST_SYNTAX_FAULTS).map((error) => ({
          ...positionAt(lines, error.pos[0]),
          path: 'policy',
          message: error.message.replace(/\.$/, ''),
        })),
      )
    }
    value = document.toJS({ maxAliasCount: MOST_ALIASES })
  } catch (fault) {
    // Too many aliases, an alias of nothing, or lists nested beyond all sense: the library throws instead of telling.
    const why = fault instanceof Error ? fault.message.replace(/\.$/, '') : 'unknown'
    return refuse([{ line: 1, column: 1, path: 'policy', message: `cannot be read as YAML (${why})` }])
  }
  const locate: Locate = (path) => positionAt(lines, offsetOf(document, path))
  const parsed = policySchema.safeParse(value)
  if (parsed.success) return ok({ policy: parsed.data, locate })
  return refuse(gather(locate, (complain) => shapeFaults(parsed.error, value, complain)))
}

function textFault(text: string): PolicyFault | undefined {
  const at = (offset: number, message: string): PolicyFault => {
    const before = text.slice(0, offset).split('\n')
    return { line: before.length, column: (before.at(-1) ?? '').length + 1, path: 'policy', message }
  }
  if (Buffer.byteLength(text) > MOST_BYTES) return at(0, `is larger than ${MOST_BYTES / 1024} KiB`)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  const broken = text.search(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffd]/)
  if (broken >= 0) return at(broken, 'holds bytes that are not text; save the file as UTF-8')
  return undefined
}

function gather(locate: Locate, look: (complain: Complain) => void): PolicyFault[] {
  const faults: PolicyFault[] = []
  look((path, message, allowed) => {
    faults.push({ ...locate(path), path: pathText(path), message, ...(allowed ? { allowed } : {}) })
  })
  return faults.sort((a, b) => a.line - b.line || a.column - b.column)
}

function positionAt(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(line, 1), column: Math.max(col, 1) }
}

/** Where a path begins in the text; for what is missing, where it is missing from. */
function offsetOf(document: Document.Parsed, path: Path): number {
  let node: unknown = document.contents
  let offset = startOf(node) ?? 0
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document)
    if (!isCollection(node)) break
    const pair = isMap(node)
      ? node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step))
      : undefined
    const next: unknown = pair ? pair.value : node.get(step, true)
    const start = pair && (isCollection(next) || next === null) ? startOf(pair.key) : startOf(next)
    if (start === undefined) return (pair && startOf(pair.key)) ?? offset
    offset = start
    node = next
  }
  return offset
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0]
}

function pathText(path: Path): string {
  const text = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('')
  return text.replace(/^\./, '') || 'policy'
}

// The shape.

function shapeFaults(error: z.ZodError, value: unknown, complain: Complain): void {
  for (const issue of error.issues) {
    const path = issue.path.filter((step) => typeof step !== 'symbol')
    if (issue.code === 'unrecognized_keys') {
      const allowed = keysAt(path)
      for (const key of issue.keys) complain([...path, key], `is not known here${nearestText(key, allowed)}`, allowed)
    } else if (valueAt(value, path) === undefined) {
      complain(path, 'is missing')
    } else if (issue.code === 'invalid_value') {
      complain(
        path,
        `${JSON.stringify(valueAt(value, path))} is not allowed`,
        issue.values.map((allowed) => String(allowed)),
      )
    } else if (issue.code === 'too_small' && issue.origin === 'array') {
      complain(path, `needs at least ${issue.minimum}`)
    } else if (issue.code === 'invalid_format') {
      complain(path, `${JSON.stringify(valueAt(value, path))} is not ${formatText(issue)}`)
    } else {
      complain(path, issue.message.replace('Invalid input: ', '').replace(/\.$/, ''))
    }
  }
}

function formatText(issue: { format: string; message: string }): string {
  if (issue.format === 'email') return 'an e-mail address'
  if (issue.format === 'url') return 'a web address such as https://example.dk'
  return issue.message
}

function valueAt(value: unknown, path: Path): unknown {
  let at = value
  for (const step of path) {
    if (typeof at !== 'object' || at === null) return undefined
    at = Reflect.get(at, step)
  }
  return at
}

/** The keys the schema knows at a place. */
function keysAt(path: Path): string[] {
  let schema: unknown = policySchema
  for (const step of path) {
    schema = unwrap(schema)
    if (schema instanceof z.ZodObject) schema = schema.shape[step]
    else if (schema instanceof z.ZodArray) schema = schema.element
    else return []
  }
  schema = unwrap(schema)
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
}

function unwrap(schema: unknown): unknown {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ? unwrap(schema.unwrap()) : schema
}
