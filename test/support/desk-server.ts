import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { silentLog } from '#core'
import { readConfig } from '../../src/config.ts'
import { Installation } from '../../src/installation.ts'
import { createSite } from '../../src/site.ts'
import type { TestLibrary } from './library.ts'

/** A Kvit in a process of its own, which can be killed and started again at the same address over the same library. */
export class KillableServer {
  readonly #library: TestLibrary
  #child: ChildProcess | undefined
  #port = 0

  constructor(library: TestLibrary) {
    this.#library = library
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, [import.meta.filename], {
      env: {
        PATH: process.env.PATH,
        // It is started again and again: what the first has compiled the next need not.
        ...(process.env.NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE } : {}),
        NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
        DATABASE_URL: this.#library.url,
        KVIT_DATA: this.#library.folder,
        PORT: String(this.#port),
      } as NodeJS.ProcessEnv,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.#child = child
    const ended = once(child, 'exit').then(() => {
      throw new Error('the server ended before it answered')
    })
    ended.catch(() => {})
    const [said] = await Promise.race([once(child.stdout, 'data'), ended])
    this.#port = Number(String(said))
  }

  /** As when the power goes: nothing is said, nothing is finished. */
  async kill(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child?.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
}

if (import.meta.main) {
  const { DATABASE_URL = '', KVIT_DATA = '', PORT } = process.env
  const config = readConfig({ DATABASE_URL, KVIT_DATA })
  const installation = await Installation.open({ config, log: silentLog, join: true })
  const site = await createSite(installation)
  const address = await site.listen({ host: '127.0.0.1', port: Number(PORT) })
  process.stdout.write(new URL(address).port)
}
