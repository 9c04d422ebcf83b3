import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import type { SeenTag } from './pad.ts'
import { AFI, writeTag } from './tag.ts'

/** A pad with an antenna, of whatever make. */
export interface Reader {
  readonly name: string
  /** What lies there now. */
  tags(): readonly SeenTag[]
  /** Calls whenever that changes; answers how to stop being called. */
  onChange(told: () => void): () => void
  /** Writes the application family of one tag; false when it is not there any more, or does not take it. */
  setAfi(uid: string, afi: number): Promise<boolean>
  close(): void
}

class Watchers {
  readonly #told = new Set<() => void>()

  add(told: () => void): () => void {
    this.#told.add(told)
    return () => this.#told.delete(told)
  }

  tell(): void {
    for (const told of this.#told) told()
  }
}

/** An invented pad. What lies on it is named as `5012345678` or, part 2 of 3, as `5012345678:2/3`. */
export class SimulatedReader implements Reader {
  readonly name = 'simulator'
  readonly #watchers = new Watchers()
  #tags: SeenTag[] = []
  /** What was written to a tag stays on it, also while it is off the pad. */
  readonly #afi = new Map<string, number>()
  /** Tags that take no more writing, as worn ones do. */
  readonly worn = new Set<string>()

  put(...named: readonly string[]): void {
    this.#tags = named.map((text) => {
      const [, item = '', part = '1', parts = '1'] = /^([^:]+)(?::(\d+)\/(\d+))?$/.exec(text) ?? []
      const bytes = writeTag({ item, part: Number(part), parts: Number(parts), owner: '710100' })
      const uid = `E004${Buffer.from(`${item}:${part}`).toString('hex')}`
      return { uid, bytes, afi: this.#afi.get(uid) ?? AFI.inHouse }
    })
    this.#watchers.tell()
  }

  tags(): readonly SeenTag[] {
    return this.#tags
  }

  onChange(told: () => void): () => void {
    return this.#watchers.add(told)
  }

  async setAfi(uid: string, afi: number): Promise<boolean> {
    if (this.worn.has(uid) || !this.#tags.some((tag) => tag.uid === uid)) return false
    this.#afi.set(uid, afi)
    this.#tags = this.#tags.map((tag) => (tag.uid === uid ? { ...tag, afi } : tag))
    this.#watchers.tell()
    return true
  }

  close(): void {}
}

const fromDriver = z.union([
  z.object({
    tags: z.array(
      z.object({
        uid: z.string().regex(/^[0-9A-Fa-f]{2,32}$/),
        data: z.string().regex(/^([0-9A-Fa-f]{2})*$/),
        afi: z.number().int().min(0).max(255),
      }),
    ),
  }),
  z.object({ written: z.string(), ok: z.boolean() }),
])

/**
 * A real reader through its maker's own program, or a small one around the maker's library, which writes a line of JSON
 * whenever the pad changes and reads a line for each tag that is to be written; docs/rfid.md says how.
 */
export function driverReader(command: string, gone: (status: number | null) => void): Reader {
  const child = spawn(command, { shell: true, stdio: ['pipe', 'pipe', 'inherit'] })
  const watchers = new Watchers()
  const writing = new Map<string, (ok: boolean) => void>()
  let tags: readonly SeenTag[] = []
  child.once('exit', (status) => gone(status))
  child.stdin.on('error', () => {})
  createInterface({ input: child.stdout }).on('line', (line) => {
    const said = fromDriver.safeParse(jsonOf(line))
    if (!said.success) return
    if ('tags' in said.data) {
      tags = said.data.tags.map(({ uid, data, afi }) => ({ uid, afi, bytes: Buffer.from(data, 'hex') }))
      watchers.tell()
    } else {
      writing.get(said.data.written)?.(said.data.ok)
      writing.delete(said.data.written)
    }
  })
  return {
    name: 'driver',
    tags: () => tags,
    onChange: (told) => watchers.add(told),
    setAfi: (uid, afi) =>
      new Promise((resolve) => {
        writing.get(uid)?.(false)
        writing.set(uid, resolve)
        child.stdin.write(`${JSON.stringify({ write: uid, afi })}\n`)
      }),
    close: () => child.kill(),
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
