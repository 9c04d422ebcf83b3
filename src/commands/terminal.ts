import { createInterface } from 'node:readline/promises'
import { type Readable, Writable } from 'node:stream'
import { text as textOf } from 'node:stream/consumers'
import { stopwatch } from '#core'

/** The kinds of ending a command can have, as exit statuses; `interrupted` is 128 and the number of the signal. */
export const EXIT = { done: 0, refused: 1, problem: 2, bug: 70, interrupted: 130 } as const

/** What a library says no to: shown with its reason, exit status 1. */
export class Refused extends Error {
  override name = 'Refused'
  /** What a machine is told beside the message. */
  readonly details: object

  constructor(message: string, details: object = {}) {
    super(message)
    this.details = details
  }
}

/** The command was called wrongly: exit status 2. */
export class Misused extends Error {
  override name = 'Misused'
}

export type Advance = (done: number, of?: number) => void

const SHOWN_EVERY_MS = 100
const SAID_EVERY_MS = 5_000

/** What a command has been given by whoever called it; the process itself, unless another program is the caller. */
export interface Caller {
  readonly env: NodeJS.ProcessEnv
  readonly stdin: Readable & { readonly isTTY?: boolean }
  readonly stdout: Writable
  readonly stderr: Writable & { readonly isTTY?: boolean }
}

/**
 * Whoever called the command. The answer goes to stdout, as text or (`--json`) as one JSON document; everything else
 * goes to stderr.
 */
export class Terminal {
  json = false
  readonly caller: Caller
  #status: number = EXIT.done
  #hasLine = false
  #lines: string[] | undefined

  constructor(caller: Caller = process) {
    this.caller = caller
  }

  get status(): number {
    return this.#status
  }

  /** The answer of a command: once, at its end. `holds: false` is an answer that calls for action: exit status 1. */
  answer(data: unknown, text: string, given: { holds?: boolean } = {}): void {
    this.#endLine()
    if (given.holds === false) this.#status = EXIT.refused
    this.write(this.json ? `${JSON.stringify(data, null, 2)}\n` : text.endsWith('\n') ? text : `${text}\n`)
  }

  /** Text on stdout as it is, such as help. */
  write(text: string): void {
    this.caller.stdout.write(text)
  }

  /** The end of a command that gave no answer. */
  fail(kind: Exclude<keyof typeof EXIT, 'done'>, message: string, details: object = {}): void {
    this.#endLine()
    this.#status = EXIT[kind]
    this.caller.stderr.write(`${message}\n`)
    if (this.json) this.write(`${JSON.stringify({ error: { kind, message, ...details } }, null, 2)}\n`)
  }

  say(text: string): void {
    this.#endLine()
    this.caller.stderr.write(`${text}\n`)
  }

  /** Shows how far something has come: one line that changes on a terminal, a line now and then elsewhere. */
  progress(label: string): Advance {
    const elapsed = stopwatch()
    const every = this.caller.stderr.isTTY ? SHOWN_EVERY_MS : SAID_EVERY_MS
    let next = every
    return (done, of) => {
      if (elapsed() < next && done !== of) return
      next = elapsed() + every
      const share = of ? ` of ${of} (${Math.floor((done * 100) / of)} %)` : ''
      if (this.caller.stderr.isTTY) {
        this.caller.stderr.write(`\r\u001b[K${label}: ${done}${share}`)
        this.#hasLine = true
      } else this.caller.stderr.write(`${label}: ${done}${share}\n`)
    }
  }

  /** One line that is not to be seen: typed on the terminal, or the next line of stdin. */
  async secret(question: string): Promise<string> {
    if (!this.caller.stdin.isTTY) {
      this.#lines ??= (await textOf(this.caller.stdin)).split(/\r?\n/)
      const line = this.#lines.shift()
      if (line === undefined || line === '') throw new Misused(`Expected a line on stdin: ${question}`)
      return line
    }
    this.caller.stderr.write(`${question}: `)
    const nowhere = new Writable({
      write(_chunk, _encoding, done) {
        done()
      },
    })
    const reader = createInterface({ input: this.caller.stdin, output: nowhere, terminal: true })
    // In this mode the terminal gives Ctrl-C to the reader.
    reader.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
    try {
      return await reader.question('')
    } finally {
      reader.close()
      this.caller.stderr.write('\n')
    }
  }

  /** A new password: typed twice, or one line of stdin. */
  async newPassword(of: string): Promise<string> {
    const first = await this.secret(`New password of ${of}`)
    if (this.caller.stdin.isTTY && (await this.secret('The same again')) !== first) {
      throw new Refused('The two passwords differ. Nothing has been changed.')
    }
    return first
  }

  #endLine(): void {
    if (this.#hasLine) this.caller.stderr.write('\n')
    this.#hasLine = false
  }
}

/** Rows under a heading, in columns as wide as they need; numbers to the right. */
export function columns(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => [...String(row[column] ?? '')].length)))
  const line = (row: readonly (string | number)[]) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0
        return typeof cell === 'number' ? String(cell).padStart(width) : cell.padEnd(width)
      })
      .join('  ')
      .trimEnd()
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n')
}
