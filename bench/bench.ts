import { fork } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { silentLog } from '#core'
import { type EmbeddedServer, startEmbedded } from '#db'
import { readConfig } from '../src/config.ts'
import { Installation } from '../src/installation.ts'
import type { AnyLoad, Job, LoadOutcome, Outcome, Served, ServeJob } from './jobs.ts'

/** The server, the libraries and the scratch folder of one run. What is timed happens in processes of their own. */
export class Bench {
  readonly full: boolean
  readonly installation: Installation
  /** The cluster's owner, who may fill tables without the program; never in a timed stretch. */
  readonly owner: pg.Client
  readonly #folder: string
  readonly #server: EmbeddedServer
  #closed: Promise<void> | undefined

  private constructor(parts: {
    full: boolean
    folder: string
    server: EmbeddedServer
    installation: Installation
    owner: pg.Client
  }) {
    this.full = parts.full
    this.installation = parts.installation
    this.owner = parts.owner
    this.#folder = parts.folder
    this.#server = parts.server
  }

  static async open(full: boolean): Promise<Bench> {
    const folder = await temporaryFolder()
    const server = await startEmbedded(folder)
    const installation = await Installation.open({ config: configFor(server.url, folder), log: silentLog })
    const owner = new pg.Client({ connectionString: server.url })
    owner.on('error', () => {})
    await owner.connect()
    return new Bench({ full, folder, server, installation, owner })
  }

  say(text: string): void {
    process.stdout.write(`${text}\n`)
  }

  /** Makes an empty library under one of the five policies. */
  async addLibrary(name: string, number: string, policy: 'glostrup' | 'fredensborg' = 'glostrup'): Promise<void> {
    const file = join(import.meta.dirname, '..', 'policies', `${policy}.yaml`)
    const text = (await readFile(file, 'utf8')).replace(/^agency: .*$/m, `agency: ${name}`)
    await this.installation.addAgency({ name, number, title: name }, text, 'bench')
  }

  /** Does a piece of work in a process of its own, which measures itself. */
  async child<J extends Job>(job: J): Promise<Outcome<J['kind']>> {
    const place = JSON.stringify({ url: this.#server.url, folder: this.#folder, job })
    const child = fork(join(import.meta.dirname, 'child.ts'), [place], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    let outcome: Outcome<J['kind']> | undefined
    child.on('message', (message) => {
      outcome = message as Outcome<J['kind']>
    })
    const [code] = await once(child, 'exit')
    if (code !== 0 || !outcome) throw new Error(`the measured process ended with ${code}`)
    return outcome
  }

  /** Starts a server in a process of its own; the load comes from another. */
  async serve(job: ServeJob): Promise<Served & { stop(): Promise<void> }> {
    const place = JSON.stringify({ url: this.#server.url, folder: this.#folder, job })
    const child = fork(join(import.meta.dirname, 'serve.ts'), [place], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    const served = await new Promise<Served>((done, failed) => {
      child.once('message', (told) => done(told as Served))
      child.once('exit', (code) => failed(new Error(`the server of the bench ended with ${code}`)))
    })
    return {
      ...served,
      async stop() {
        const ended = once(child, 'exit')
        child.send('stop')
        await ended
      },
    }
  }

  async load(job: AnyLoad): Promise<LoadOutcome> {
    const child = fork(join(import.meta.dirname, 'load.ts'), [JSON.stringify(job)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    let outcome: LoadOutcome | undefined
    child.on('message', (message) => {
      outcome = message as LoadOutcome
    })
    const [code] = await once(child, 'exit')
    if (code !== 0 || !outcome) throw new Error(`the load generator ended with ${code}`)
    return outcome
  }

  /** Also asked for while it is under way, when a run is broken off. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    // What is still at work loses its connection when the server stops.
    await this.#server.stop()
    await this.installation.close().catch(() => {})
    await removeFolder(this.#folder)
  }
}

/** How a process of the bench finds the server and the keys. */
export function configFor(url: string, folder: string) {
  return { ...readConfig({ DATABASE_URL: url, KVIT_DATA: folder }), mayMakeKey: true }
}

/** A folder that the database server's own user can pass through, also when root runs the bench. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kvit-bench-'))
  if (process.getuid?.() === 0) await chmod(folder, 0o755)
  return folder
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true })
}
