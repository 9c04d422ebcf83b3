import { relative } from 'node:path'
import type { TestEvent } from 'node:test/reporters'
import { inspect } from 'node:util'

/** One test as it ended; a nested test's name begins with the names of those around it. */
export interface TestOutcome {
  readonly name: string
  /** From the root of the repository, with forward slashes. */
  readonly file: string
  readonly outcome: 'passed' | 'failed' | 'skipped'
  readonly ms: number
}

/** What `run.ts` reads from the runner, one JSON line each. */
export type Line =
  | (TestOutcome & { readonly kind: 'test'; readonly why?: string })
  | { readonly kind: 'said'; readonly file: string; readonly text: string }
  | { readonly kind: 'file-done'; readonly file: string; readonly ms: number }

/** A reporter for `group.ts` that writes each test as a line of JSON. */
export default async function* reporter(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const line of linesOf(source)) yield `${JSON.stringify(line)}\n`
}

export async function* linesOf(source: AsyncIterable<TestEvent>): AsyncGenerator<Line> {
  // By the number of a test: the file it is of, and its name with the names of those around it.
  const places = new Map<number, { file: string; name?: string }>()
  const filled = new Set<string>()
  for await (const event of source) {
    switch (event.type) {
      case 'test:start': {
        const { testId, parentId, name } = event.data
        const around = parentId === undefined ? undefined : places.get(parentId)
        if (!around) places.set(testId, { file: fromRoot(name) })
        else places.set(testId, { file: around.file, name: around.name ? `${around.name} > ${name}` : name })
        break
      }
      case 'test:pass':
      case 'test:fail': {
        const { data } = event
        const { file, name } = places.get(data.testId) ?? { file: fromRoot(data.name) }
        const ms = Math.round(data.details.duration_ms)
        const failure = event.type === 'test:fail' ? failureOf(event.data.details.error) : undefined
        if (name === undefined) {
          const why = failure?.inner ? undefined : (failure?.text ?? (filled.has(file) ? undefined : EMPTY))
          if (why) yield { kind: 'test', name: `${file} can be run`, file, outcome: 'failed', ms, why }
          yield { kind: 'file-done', file, ms }
          break
        }
        filled.add(file)
        const outcome = { kind: 'test', name, file, ms } as const
        const group = data.details.type === 'suite'
        if (failure?.inner) {
          // A group, or a test around others, that failed only because of what is in it.
          if (!group) yield { ...outcome, outcome: 'failed', why: 'a test in it failed' }
        } else if (failure && data.todo === undefined) {
          yield { ...outcome, outcome: 'failed', why: failure.text }
        } else if (!group) {
          const skipped = data.skip !== undefined || data.todo !== undefined
          yield { ...outcome, outcome: skipped ? 'skipped' : 'passed' }
        }
        break
      }
      case 'test:diagnostic': {
        // Outside the files it is the runner's own summary.
        const { file, nesting } = event.data
        if (file && nesting > 0) yield { kind: 'said', file: fromRoot(file), text: event.data.message }
        break
      }
    }
  }
}

const EMPTY = 'the file holds no test'

function failureOf(error: Error & { failureType?: unknown }): { inner: boolean; text: string } {
  const cause = error.cause ?? error
  // An assertion's message says all; of another fault its fields may tell more, such as PostgreSQL's.
  const text = cause instanceof Error && cause.name === 'AssertionError' ? cause.stack : inspect(cause, { depth: 6 })
  return { inner: error.failureType === 'subtestsFailed', text: text ?? cause.toString() }
}

function fromRoot(file: string): string {
  return relative(process.cwd(), file).replaceAll('\\', '/')
}
