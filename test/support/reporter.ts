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

/** A reporter for `node --test` that writes each test as a line of JSON. */
export default async function* reporter(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const line of linesOf(source)) yield `${JSON.stringify(line)}\n`
}

export async function* linesOf(source: AsyncIterable<TestEvent>): AsyncGenerator<Line> {
  // Numbers of tests are counted from one in each file.
  const names = new Map<string, string>()
  const place = (file: string | undefined, id: number | undefined) => `${file}#${id}`
  for await (const event of source) {
    switch (event.type) {
      case 'test:start': {
        const { entryFile, testId, parentId, name } = event.data
        const around = names.get(place(entryFile, parentId))
        names.set(place(entryFile, testId), around === undefined ? name : `${around} > ${name}`)
        break
      }
      case 'test:pass':
      case 'test:fail': {
        const { data } = event
        const file = fromRoot(data.entryFile ?? data.file ?? data.name)
        const ms = Math.round(data.details.duration_ms)
        if (data.entryFile === undefined) {
          // The file itself, told of only when no test in it tells why: it did not load, ended badly, or is empty.
          const why = event.type === 'test:fail' ? 'the file failed outside its tests' : 'the file holds no test'
          yield { kind: 'test', name: `${file} can be run`, file, outcome: 'failed', ms, why }
          yield { kind: 'file-done', file, ms }
          break
        }
        const failure = event.type === 'test:fail' ? failureOf(event.data.details.error) : undefined
        const group = data.details.type === 'suite'
        // A group, or a test around others, that failed only because of what is in it.
        if (failure?.inner) {
          if (group) break
          yield outcome(data, 'failed', ms, 'a test in it failed')
          break
        }
        if (group && !failure) break
        const skipped = data.skip !== undefined || data.todo !== undefined
        yield outcome(data, skipped ? 'skipped' : failure ? 'failed' : 'passed', ms, failure?.text)
        break
      }
      case 'test:stdout':
      case 'test:stderr':
        yield { kind: 'said', file: fromRoot(event.data.file), text: event.data.message.trimEnd() }
        break
      case 'test:diagnostic':
        // Without a file it is the runner's own summary.
        if (event.data.entryFile) yield { kind: 'said', file: fromRoot(event.data.entryFile), text: event.data.message }
        break
      case 'test:summary':
        if (event.data.file) {
          yield { kind: 'file-done', file: fromRoot(event.data.file), ms: Math.round(event.data.duration_ms) }
        }
        break
    }
  }

  function outcome(
    data: { entryFile?: string; testId: number; name: string },
    how: TestOutcome['outcome'],
    ms: number,
    why: string | undefined,
  ): Line {
    const name = names.get(place(data.entryFile, data.testId)) ?? data.name
    const line = { kind: 'test', name, file: fromRoot(data.entryFile ?? ''), outcome: how, ms } as const
    return why === undefined ? line : { ...line, why }
  }
}

function failureOf(error: Error & { failureType?: unknown }): { inner: boolean; text: string } {
  const cause = error.cause ?? error
  // An assertion's message says all; of another fault its fields may tell more, such as PostgreSQL's.
  const text = cause instanceof Error && cause.name === 'AssertionError' ? cause.stack : inspect(cause, { depth: 6 })
  return { inner: error.failureType === 'subtestsFailed', text: text ?? cause.toString() }
}

function fromRoot(file: string): string {
  return relative(process.cwd(), file).replaceAll('\\', '/')
}
