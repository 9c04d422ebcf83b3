import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Document, isAlias, isMap, isNode, isPair, isScalar, LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { realClock } from '#core'
import { faultText, type PolicyFault } from './read-policy.ts'

const text2 = z.strictObject({ da: z.string().min(1), en: z.string().min(1) })
const testName = z
  .string()
  .regex(
    /^(src|test)\/\S+\.test\.ts > \S.*$/,
    'a file and a test in it, such as "src/library/loans/renew.test.ts > a reserved item is not renewed"',
  )
const note = text2.optional()
/** What a notice must say: one passage, or several. */
const words = z
  .string()
  .min(1)
  .or(z.array(z.string().min(1)).min(1))

/** What a library answers for one of its promises: by what it is kept. */
const entrySchema = z.discriminatedUnion('kept', [
  z.strictObject({
    kept: z.literal('clause'),
    clause: z
      .string()
      .regex(/^[a-z][a-z-]*\/[a-z][a-z-]*$/, 'a clause of the policy by its data and moment: loan/settled'),
    /** Needed where the rows go by the command that ends them, so that no night can tell. */
    tests: z.array(testName).min(1).optional(),
    note,
  }),
  z.strictObject({ kept: z.literal('notice'), contains: z.strictObject({ da: words, en: words }), note }),
  z.strictObject({
    kept: z.literal('data'),
    columns: z.array(z.string().regex(/^[a-z][a-z_]*\.[a-z][a-z_]*$/, 'a declared column: patron.name')).min(1),
    note,
  }),
  z.strictObject({ kept: z.literal('test'), tests: z.array(testName).min(1), note }),
  z.strictObject({ kept: z.literal('organisation'), by: text2, note }),
])

const promiseSchema = z.strictObject({
  id: z.string().regex(/^[a-z]+-\d{3}$/, 'an id such as herning-086'),
  lines: z.array(z.int().positive()).min(1),
  kind: z.string().min(1),
  subject: z.string().min(1),
  statement: z.string().min(1),
  trigger: z.string().optional(),
  period: z
    .string()
    .regex(/^P(?!$)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T\d+[HMS])?$/, 'a period such as P30D')
    .optional(),
  action: z.string().optional(),
})

const catalogueSchema = z.record(z.string(), z.array(promiseSchema))
const entriesSchema = z.strictObject({ promises: z.record(z.string(), entrySchema) })

/** One statement of a library's own notice, as it was read out of it. */
export type PromiseStatement = z.infer<typeof promiseSchema>
export type PromiseEntry = z.infer<typeof entrySchema>

export interface PromiseBook {
  /** What the library's own notice promises, in the order of its lines; empty for a library nobody has read. */
  readonly statements: readonly PromiseStatement[]
  readonly entries: ReadonlyMap<string, PromiseEntry>
}

/** The folder the program runs from, where `promises/` and the tests lie. */
export const PROGRAM_ROOT = resolve(import.meta.dirname, '..', '..')

const SEEN_FOR_MS = 5000
const seen = new Map<string, { until: number; book: Promise<PromiseBook> }>()

/**
 * What a library's notice promises and what is answered for it. Read anew after a few seconds, so that a file edited
 * while the program runs shows.
 * @throws with every fault, its file and line, when a file cannot be used
 */
export function promiseBook(agency: string, root = PROGRAM_ROOT): Promise<PromiseBook> {
  const key = `${root} ${agency}`
  const now = realClock.now().epochMilliseconds
  const known = seen.get(key)
  if (known && now < known.until) return known.book
  const book = readBook(agency, root)
  seen.set(key, { until: now + SEEN_FOR_MS, book })
  // What could not be read is not remembered.
  book.catch(() => seen.delete(key))
  return book
}

async function readBook(agency: string, root: string): Promise<PromiseBook> {
  if (!/^[a-z][a-z0-9_]*$/.test(agency)) throw new Error(`${agency} is no library’s short name`)
  const catalogueText = await textOf(join(root, 'promises', 'catalogue.yaml'))
  const statements = catalogueText === undefined ? [] : ((await catalogueOf(catalogueText))[agency] ?? [])
  const text = await textOf(join(root, 'promises', `${agency}.yaml`))
  if (text === undefined) return { statements, entries: new Map() }
  const read = readEntries(text, statements)
  if (read.faults.length > 0) throw new Error(allFaults(`promises/${agency}.yaml`, read.faults))
  return { statements, entries: read.entries }
}

let catalogue: { text: string; read: Record<string, PromiseStatement[]> } | undefined

/** The catalogue is long, so it is parsed again only when its text has changed. */
async function catalogueOf(text: string): Promise<Record<string, PromiseStatement[]>> {
  if (catalogue?.text === text) return catalogue.read
  const read = readCatalogue(text)
  if (read.faults.length > 0) throw new Error(allFaults('promises/catalogue.yaml', read.faults))
  catalogue = { text, read: read.catalogue }
  return read.catalogue
}

/** Every statement of every library, and what is wrong with the text. */
export function readCatalogue(text: string): {
  catalogue: Record<string, PromiseStatement[]>
  faults: PolicyFault[]
} {
  const { value, faults, locate } = readYaml(text)
  if (faults.length > 0) return { catalogue: {}, faults }
  const parsed = catalogueSchema.safeParse(value)
  if (!parsed.success) return { catalogue: {}, faults: shapeFaults(parsed.error, locate) }
  const ids = new Set<string>()
  for (const [agency, statements] of Object.entries(parsed.data)) {
    for (const [index, { id }] of statements.entries()) {
      const path = [agency, index, 'id']
      if (ids.has(id)) faults.push(locate(path, `${id} is there twice`))
      if (!id.startsWith(`${agency}-`)) faults.push(locate(path, `${id} is not an id of ${agency}`))
      ids.add(id)
    }
  }
  return { catalogue: parsed.data, faults }
}

/** What is answered for a library's statements, and what is wrong with the text. */
export function readEntries(
  text: string,
  statements: readonly PromiseStatement[],
): { entries: Map<string, PromiseEntry>; faults: PolicyFault[] } {
  const { value, faults, locate } = readYaml(text)
  if (faults.length > 0) return { entries: new Map(), faults }
  const parsed = entriesSchema.safeParse(value)
  if (!parsed.success) return { entries: new Map(), faults: shapeFaults(parsed.error, locate) }
  const entries = new Map(Object.entries(parsed.data.promises))
  const known = new Set(statements.map(({ id }) => id))
  for (const id of entries.keys()) {
    if (!known.has(id)) faults.push(locate(['promises', id], 'the catalogue has no such statement'))
  }
  return { entries, faults }
}

type Path = readonly (string | number)[]
type Locate = (path: Path, message: string) => PolicyFault

function readYaml(text: string): { value: unknown; faults: PolicyFault[]; locate: Locate } {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const positionAt = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const locate: Locate = (path, message) => ({
    ...positionAt(offsetOf(document, path)),
    path: path.join('.') || 'the file',
    message,
  })
  // A key that is there twice is one of these errors.
  const faults = [...document.errors, ...document.warnings].map((error) => ({
    ...positionAt(error.pos[0]),
    path: 'the file',
    message: error.message.replace(/\.$/, ''),
  }))
  return { value: faults.length > 0 ? undefined : document.toJS({ maxAliasCount: 0 }), faults, locate }
}

/** Where in the text the nearest thing to a path begins. */
function offsetOf(document: Document.Parsed, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true)
    const last = path[length - 1]
    const pair = isMap(parent)
      ? parent.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === last)
      : undefined
    const node: unknown = pair?.key ?? document.getIn(path.slice(0, length), true)
    if (isNode(node) && !isAlias(node) && node.range) return node.range[0]
  }
  return 0
}

function shapeFaults(error: z.ZodError, locate: Locate): PolicyFault[] {
  return error.issues.map((issue) => {
    const path = issue.path.filter((part) => typeof part !== 'symbol')
    const options = 'options' in issue && Array.isArray(issue.options) ? `: ${issue.options.join(', ')}` : ''
    return locate(path, `${issue.message}${options}`)
  })
}

function allFaults(file: string, faults: readonly PolicyFault[]): string {
  return faults.map((fault) => faultText(file, fault)).join('\n')
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (fault) {
    if (fault instanceof Error && 'code' in fault && fault.code === 'ENOENT') return undefined
    throw fault
  }
}
