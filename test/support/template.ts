import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { type Clock, silentLog } from '#core'
import { Databases, ensureDatabase, ensureSchema, siblingUrl, sql } from '#db'
import { MasterKey } from '#vault'
import { readConfig } from '../../src/config.ts'
import { Installation } from '../../src/installation.ts'
import { dropDatabases } from './server.ts'

/*
 * Making a library takes a second, most of it for its tables, and a whole run makes more than a hundred of them, nearly
 * all alike. So a run (KVIT_TEST_TEMPLATES, its folder for them) makes each kind once, and the tests get copies: both
 * databases, and the folder with the master key they are sealed with.
 */

interface Wish {
  readonly server: string
  /** Of the database to be made. */
  readonly name: string
  readonly folder: string
  readonly agencies: readonly string[]
  /** When they are made. */
  readonly clock: Clock
  /** Puts the libraries into an installation that is only opened. */
  make(installation: Installation, agencies: readonly string[]): Promise<void>
}

/** Makes a test's databases and folder by copying. False when the run keeps no templates. */
export async function copyTemplate(wish: Wish): Promise<boolean> {
  const templates = process.env.KVIT_TEST_TEMPLATES
  if (!templates) return false
  const { server, name, folder, agencies } = wish
  const kind = join(templates, agencies.join('-'))
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  try {
    const from = await template(client, kind, wish)
    await cp(join(kind, 'data'), folder, { recursive: true })
    const master = await MasterKey.load(readConfig({ DATABASE_URL: server, KVIT_DATA: folder }).masterKeyFile, false)
    for (const [source, copy] of [
      [from, name],
      [`${from}_keys`, `${name}_keys`],
    ] as const) {
      // By files: what is copied is small and stands still, and the server would write each page into its log too.
      await client.query(`create database "${copy}" template "${source}" strategy file_copy`)
      await handOver(siblingUrl(server, source), siblingUrl(server, copy), agencies, (role) => master.passwordOf(role))
    }
    return true
  } finally {
    await client.end()
  }
}

/** The name of the database to copy, which is made when it is not there; of two who want it at once, one makes it. */
async function template(client: pg.Client, folder: string, { server, agencies, clock, make }: Wish): Promise<string> {
  const made = join(folder, 'name')
  if (existsSync(made)) return readFile(made, 'utf8')
  await client.query(`select pg_advisory_lock(hashtextextended('kvit test template', 0))`)
  try {
    if (existsSync(made)) return await readFile(made, 'utf8')
    const name = `kvit_template_${randomBytes(6).toString('hex')}`
    const data = join(folder, 'data')
    await mkdir(data, { recursive: true })
    await ensureDatabase(server, name)
    const installation = await Installation.open({
      config: { ...readConfig({ DATABASE_URL: siblingUrl(server, name), KVIT_DATA: data }), mayMakeKey: true },
      log: silentLog,
      clock,
    })
    try {
      await make(installation, agencies)
    } finally {
      await installation.close()
    }
    await writeFile(made, name)
    return name
  } finally {
    await client.query(`select pg_advisory_unlock(hashtextextended('kvit test template', 0))`)
  }
}

/** In a copy everything belongs to the template's roles; each library gets its own. */
async function handOver(
  source: string,
  copy: string,
  agencies: readonly string[],
  passwordOf: (role: string) => string,
): Promise<void> {
  const [before, after] = [new Databases(source, passwordOf), new Databases(copy, passwordOf)]
  try {
    for (const agency of agencies) {
      await ensureSchema(after, agency)
      await after
        .owner()
        .run(sql`reassign owned by ${sql.id(before.roleOf(agency))} to ${sql.id(after.roleOf(agency))}`)
    }
  } finally {
    await Promise.all([before.close(), after.close()])
  }
}

/** Takes a run's templates away, for a server that outlives the run. */
export async function dropTemplates(server: string, folder: string): Promise<void> {
  for (const agencies of readdirSync(folder)) {
    const name = await readFile(join(folder, agencies, 'name'), 'utf8').catch(() => undefined)
    if (name) await dropDatabases(server, [name, `${name}_keys`])
  }
  await rm(folder, { recursive: true, force: true })
}
