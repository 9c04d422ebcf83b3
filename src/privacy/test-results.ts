import { readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { realClock } from '#core'

/** How a test that keeps a promise stands. */
export interface TestProof {
  /** As it is named in `promises/`: file > groups > test. */
  readonly name: string
  /**
   * - `proved-here`: it passed at the commit that runs
   * - `proved-elsewhere`: it passed at another commit, or at this one with changes that were not committed
   * - `never-run`: it is there, but nobody has run it in this copy of the program
   * - `failed`, `missing`: the promise is not kept
   */
  readonly standing: 'proved-here' | 'proved-elsewhere' | 'never-run' | 'failed' | 'missing'
  /** Where it was run; null when it was not, or outside a repository. */
  readonly commit: string | null
  readonly at: Temporal.Instant | null
}

const resultsSchema = z.object({
  commit: z.string().nullable(),
  dirty: z.boolean(),
  at: z.string(),
  tests: z.array(z.object({ name: z.string(), file: z.string(), outcome: z.enum(['passed', 'failed', 'skipped']) })),
})
type Results = z.infer<typeof resultsSchema>

/** What is known about tests: their source, the last whole run of `npm test`, and the commit that runs now. */
export interface TestEvidence {
  prove(name: string): Promise<TestProof>
}

const SEEN_FOR_MS = 5000
const seen = new Map<string, { until: number; evidence: TestEvidence }>()

/** Files are read once in a few seconds. @param root the folder the tests lie in */
export function testEvidence(root: string): TestEvidence {
  const now = realClock.now().epochMilliseconds
  const known = seen.get(root)
  if (known && now < known.until) return known.evidence
  const evidence = readEvidence(root)
  seen.set(root, { until: now + SEEN_FOR_MS, evidence })
  return evidence
}

/** The same without remembering anything. */
export function readEvidence(root: string): TestEvidence {
  const results = readResults(join(root, 'test', 'results', 'results.json'))
  const head = headCommit(root)
  const sources = new Map<string, Promise<string | undefined>>()
  const sourceOf = (file: string) => {
    const known = sources.get(file) ?? textOf(join(root, file))
    sources.set(file, known)
    return known
  }
  return {
    async prove(name) {
      const [file = '', ...names] = name.split(' > ')
      const nothing = { name, commit: null, at: null } as const
      const source = file.includes('..') ? undefined : await sourceOf(file)
      if (source === undefined || !names.every((part) => isNamedIn(source, part))) {
        return { ...nothing, standing: 'missing' }
      }
      return standingOf(name, file, names.join(' > '), await results, await head)
    },
  }
}

function standingOf(
  name: string,
  file: string,
  test: string,
  results: Results | undefined,
  head: string | null,
): TestProof {
  const run = results?.tests.filter((outcome) => outcome.file === file && outcome.name === test) ?? []
  const ran = run.filter((outcome) => outcome.outcome !== 'skipped')
  if (!results || ran.length === 0) return { name, standing: 'never-run', commit: null, at: null }
  const when = { commit: results.commit, at: Temporal.Instant.from(results.at) }
  if (ran.some((outcome) => outcome.outcome === 'failed')) return { name, standing: 'failed', ...when }
  const here = head !== null && results.commit === head && !results.dirty
  return { name, standing: here ? 'proved-here' : 'proved-elsewhere', ...when }
}

/** Whether a source has a test, or a group of tests, of exactly this name; a mention in a comment is none. */
function isNamedIn(source: string, name: string): boolean {
  const literal = (quote: string) => RegExp.escape(name.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`))
  const named = ["'", '"', '`'].map((quote) => `${quote}${literal(quote)}${quote}`).join('|')
  return new RegExp(`^[^/*\\n]*\\b(?:test|it|describe|suite)(?:\\.\\w+)*\\(\\s*(?:${named})`, 'm').test(source)
}

async function readResults(file: string): Promise<Results | undefined> {
  const text = await textOf(file)
  if (text === undefined) return undefined
  try {
    return resultsSchema.parse(JSON.parse(text))
  } catch {
    // Half-written or of another version: as if nothing had been run.
    return undefined
  }
}

/**
 * The commit of the copy that runs, read from `.git` itself: Git may not be installed, and running it in a folder that
 * somebody else owns obeys that folder's settings. Null where there is no repository.
 */
export async function headCommit(root: string): Promise<string | null> {
  try {
    const folder = await gitFolder(join(root, '.git'))
    const head = (await readFile(join(folder, 'HEAD'), 'utf8')).trim()
    const ref = /^ref: (refs\/[\w./-]+)$/.exec(head)?.[1]
    if (ref === undefined) return hashOf(head)
    // A working tree beside the main one keeps its HEAD apart and its branches in common.
    const common = resolve(folder, (await textOf(join(folder, 'commondir')))?.trim() ?? '.')
    const loose = (await textOf(join(folder, ref))) ?? (await textOf(join(common, ref)))
    if (loose !== undefined) return hashOf(loose.trim())
    const packed = (await textOf(join(common, 'packed-refs'))) ?? ''
    return hashOf(
      packed
        .split('\n')
        .find((line) => line.endsWith(` ${ref}`))
        ?.split(' ')[0] ?? '',
    )
  } catch {
    return null
  }
}

async function gitFolder(place: string): Promise<string> {
  if ((await stat(place)).isDirectory()) return place
  const named = /^gitdir: (.+)$/m.exec(await readFile(place, 'utf8'))?.[1] ?? ''
  return resolve(place, '..', named.trim())
}

function hashOf(text: string): string | null {
  return /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(text) ? text : null
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch {
    return undefined
  }
}
