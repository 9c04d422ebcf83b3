import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Agency, enterAgency, listAgencies, strikeAgency } from '#agencies'
import { type Actor, type Clock, type Log, type Random, realClock, systemRandom } from '#core'
import {
  checkServer,
  Databases,
  dropSchema,
  type EmbeddedServer,
  ensureDatabase,
  ensureSchema,
  isAlive,
  migrateAgency,
  migrateShared,
  OperatorProblem,
  runningEmbedded,
  type ServerFacts,
  siblingUrl,
  sql,
  startEmbedded,
} from '#db'
import { applyDeclarations, faultText, foundPolicy } from '#privacy'
import { type Context, MasterKey, Vault } from '#vault'
import type { Config } from './config.ts'
import { register } from './rooms.ts'

export interface InstallationOptions {
  readonly config: Config
  readonly log: Log
  readonly clock?: Clock
  readonly random?: Random
  /** Settings of every connection, as `-c name=value`. */
  readonly connectionOptions?: string
  /** Work beside a Kvit that already runs on this folder, through its server; a command does, `npm start` does not. */
  readonly join?: boolean
}

/**
 * One running Kvit: its server, its two databases, the master key, and the libraries in it. `main`, the command line
 * and the tests all begin here.
 */
export class Installation {
  readonly config: Config
  readonly log: Log
  readonly server: ServerFacts
  readonly embedded: EmbeddedServer | undefined
  #master: MasterKey
  #data: Databases
  #keys: Databases
  #clock: Clock
  #random: Random
  #release: () => Promise<void>
  readonly #vaults = new Map<string, Vault>()

  private constructor(parts: {
    config: Config
    log: Log
    server: ServerFacts
    embedded: EmbeddedServer | undefined
    master: MasterKey
    data: Databases
    keys: Databases
    clock: Clock
    random: Random
    release: () => Promise<void>
  }) {
    this.config = parts.config
    this.log = parts.log
    this.server = parts.server
    this.embedded = parts.embedded
    this.#master = parts.master
    this.#data = parts.data
    this.#keys = parts.keys
    this.#clock = parts.clock
    this.#random = parts.random
    this.#release = parts.release
  }

  /** Starts or reaches the server, opens both databases and brings them up to date. @throws OperatorProblem */
  static async open(options: InstallationOptions): Promise<Installation> {
    const { config, log } = options
    const running = options.join && !config.databaseUrl ? await runningEmbedded(config.data) : undefined
    const joined = config.databaseUrl ?? running
    const release = joined ? async () => {} : await takeFolder(config)
    let embedded: EmbeddedServer | undefined
    const opened: Databases[] = []
    try {
      embedded = joined ? undefined : await startEmbedded(config.data)
      const url = joined ?? (embedded as EmbeddedServer).url
      const server = await checkServer(url, { createDatabase: config.keysUrl === undefined })
      const keysUrl = config.keysUrl ?? siblingUrl(url, `${server.database}_keys`)
      if (config.keysUrl) await checkServer(keysUrl, { createDatabase: false })
      else await ensureDatabase(url, `${server.database}_keys`)
      const master = await MasterKey.load(config.masterKeyFile, config.mayMakeKey && !(await holdsSealed(keysUrl)))
      const passwordOf = (role: string) => master.passwordOf(role)
      const given = options.connectionOptions ? { options: options.connectionOptions } : {}
      const data = new Databases(url, passwordOf, given)
      const keys = new Databases(keysUrl, passwordOf, given)
      opened.push(data, keys)
      await migrateShared(data)
      await migrateShared(keys, 'keys-shared')
      await checkMaster(keys, master)
      return new Installation({
        config,
        log,
        server,
        embedded,
        master,
        data,
        keys,
        clock: options.clock ?? realClock,
        random: options.random ?? systemRandom(),
        release,
      })
    } catch (fault) {
      for (const databases of opened) await databases.close()
      await embedded?.stop()
      await release()
      throw fault
    }
  }

  get master(): MasterKey {
    return this.#master
  }

  get data(): Databases {
    return this.#data
  }

  get keys(): Databases {
    return this.#keys
  }

  get clock(): Clock {
    return this.#clock
  }

  agencies(): Promise<Agency[]> {
    return listAgencies(this.#data.owner())
  }

  /** The way into one library for one actor. The demonstration and the tests bring a clock and chance of their own. */
  context(agency: string, actor: Actor, own: { clock?: Clock; random?: Random } = {}): Context {
    return {
      agency,
      actor,
      db: this.#data.agency(agency),
      vault: this.vault(agency),
      clock: own.clock ?? this.#clock,
      random: own.random ?? this.#random,
      log: this.log,
    }
  }

  vault(agency: string): Vault {
    let vault = this.#vaults.get(agency)
    if (!vault) {
      vault = new Vault(this.#keys.agency(agency), this.#master)
      this.#vaults.set(agency, vault)
    }
    return vault
  }

  /**
   * Makes a library: its schemas and roles, its place in the register, and version 1 of its policy, which is published
   * in the operator's name. Safe to repeat. @throws OperatorProblem, with the policy's faults line by line
   */
  async addAgency(agency: Agency, policyText: string, operator: string): Promise<void> {
    await enterAgency(this.#data.owner(), realClock, agency)
    await this.migrate(agency.name)
    const ctx = this.context(agency.name, { kind: 'operator', name: operator })
    const founded = await foundPolicy(ctx, policyText, register, operator)
    if (!founded.ok) {
      const lines = founded.refusal.map((fault) => faultText(`policies/${agency.name}.yaml`, fault))
      throw new OperatorProblem(`The policy cannot be published:\n${lines.join('\n')}`)
    }
  }

  /** Brings one library's schemas up to date. Answers how many migrations were run. */
  async migrate(agency: string): Promise<number> {
    await ensureSchema(this.#data, agency)
    await ensureSchema(this.#keys, agency)
    const keys = await migrateAgency(this.#keys, agency, 'keys')
    const data = await migrateAgency(this.#data, agency)
    if (data > 0) await applyDeclarations(this.#data.agency(agency), register.tables)
    return keys + data
  }

  /** Takes a library away with all it holds. There is no way back but a backup, whose persons then have no keys. */
  async removeAgency(agency: string): Promise<void> {
    await dropSchema(this.#data, agency)
    await this.#vaults.delete(agency)
    await dropSchema(this.#keys, agency)
    await strikeAgency(this.#data.owner(), agency)
  }

  /**
   * Puts a new master key in the place of the old: every person's key is wrapped anew and every library's role gets a
   * new password. Can be killed and begun again.
   */
  async rotateMasterKey(progress: (agency: string, done: number, of: number) => void = () => {}): Promise<void> {
    const agencies = await this.agencies()
    this.#master = await this.#master.beginRotation()
    await this.#useMaster()
    for (const { name } of agencies) {
      // Logging in as the role needs its new password first.
      await ensureSchema(this.#data, name)
      await ensureSchema(this.#keys, name)
      await this.vault(name).rewrap((done, of) => progress(name, done, of))
    }
    await this.#keys.owner().run(sql`update shared.master_key set fingerprint = ${this.#master.fingerprint}`)
    this.#master = await this.#master.finishRotation()
    await this.#useMaster()
  }

  async #useMaster(): Promise<void> {
    const passwordOf = (role: string) => this.#master.passwordOf(role)
    const [data, keys] = [this.#data, this.#keys]
    this.#data = new Databases(data.url, passwordOf)
    this.#keys = new Databases(keys.url, passwordOf)
    this.#vaults.clear()
    await Promise.all([data.close(), keys.close()])
  }

  async close(): Promise<void> {
    await Promise.all([this.#data.close(), this.#keys.close()])
    await this.embedded?.stop()
    await this.#release()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

/** Two programs must not start the same embedded server: the second is told who the first is. */
async function takeFolder(config: Config): Promise<() => Promise<void>> {
  await mkdir(config.data, { recursive: true }).catch((fault: Error) => {
    throw new OperatorProblem(
      `The data folder ${config.data} cannot be made: ${fault.message}. Set KVIT_DATA to another.`,
    )
  })
  const file = join(config.data, 'kvit.pid')
  for (;;) {
    try {
      await writeFile(file, String(process.pid), { flag: 'wx' })
      return () => rm(file, { force: true })
    } catch (fault) {
      if (!(fault instanceof Error && 'code' in fault && fault.code === 'EEXIST')) {
        throw new OperatorProblem(`The data folder ${config.data} cannot be written: ${(fault as Error).message}`)
      }
    }
    const pid = Number(await readFile(file, 'utf8').catch(() => ''))
    if (pid && pid !== process.pid && isAlive(pid)) {
      throw new OperatorProblem(
        `Kvit already runs on ${config.data} (process ${pid}). Stop it, or set KVIT_DATA to another folder.`,
      )
    }
    // Left behind by a crash.
    await rm(file, { force: true })
  }
}

/** Whether keys exist that only the lost master key could open: then a new one must not be made in its place. */
async function holdsSealed(keysUrl: string): Promise<boolean> {
  const keys = new Databases(keysUrl, () => '')
  try {
    const there = await keys
      .owner()
      .maybe<{ there: boolean }>(sql`select to_regclass('shared.master_key') is not null as there`)
    if (!there?.there) return false
    return (await keys.owner().maybe(sql`select 1 from shared.master_key`)) !== undefined
  } finally {
    await keys.close()
  }
}

async function checkMaster(keys: Databases, master: MasterKey): Promise<void> {
  const owner = keys.owner()
  await owner.run(
    sql`insert into shared.master_key (fingerprint) values (${master.fingerprint}) on conflict do nothing`,
  )
  const row = await owner.one<{ fingerprint: string }>(sql`select fingerprint from shared.master_key`)
  if (!master.fingerprints.includes(row.fingerprint)) {
    throw new OperatorProblem(
      `The master key in ${master.file} is not the one the data were sealed with (wanted ${row.fingerprint}). Bring the right file back; a new key cannot read what is sealed.`,
    )
  }
}
