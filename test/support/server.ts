import { createHmac, randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import {
  Databases,
  dropSchema,
  ensureDatabase,
  ensureSchema,
  type Limits,
  migrateShared,
  siblingUrl,
  startEmbedded,
} from '#db'

export interface TestServer {
  readonly url: string
  stop(): Promise<void>
}

/** A real PostgreSQL: the one `npm test` has started (KVIT_TEST_URL) or, for a single file, one of its own. */
export async function testServer(): Promise<TestServer> {
  const given = process.env.KVIT_TEST_URL
  if (given) return { url: given, stop: async () => {} }
  const folder = await temporaryFolder('kvit-test-')
  const server = await startEmbedded(folder)
  return {
    url: server.url,
    async stop() {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A folder that the database server's own user can pass through, also when root runs the tests. */
export async function temporaryFolder(prefix: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), prefix))
  if (process.getuid?.() === 0) await chmod(folder, 0o755)
  return folder
}

export interface TestDatabase {
  readonly url: string
  /** The server's own database, as the one who may do everything there. */
  readonly serverUrl: string
  readonly databases: Databases
  /** The same database as another process would open it. */
  open(limits?: Limits): Databases
  /** An empty schema and its role. */
  addSchema(agency: string): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** A database of its own with the shared schema and nothing else: for tests below the libraries. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const server = await testServer()
  const name = `kvit_test_${randomBytes(6).toString('hex')}`
  await ensureDatabase(server.url, name)
  const url = siblingUrl(server.url, name)
  const passwordOf = (role: string) => createHmac('sha256', name).update(role).digest('hex')
  const opened: Databases[] = []
  const agencies: string[] = []
  const open = (limits?: Limits) => {
    const databases = new Databases(url, passwordOf, limits ? { limits } : {})
    opened.push(databases)
    return databases
  }
  const databases = open()
  await migrateShared(databases)
  return {
    url,
    serverUrl: server.url,
    databases,
    open,
    async addSchema(agency) {
      agencies.push(agency)
      await ensureSchema(databases, agency)
    },
    async [Symbol.asyncDispose]() {
      for (const agency of agencies) await dropSchema(databases, agency)
      for (const each of opened) await each.close()
      await asOwner(server.url, (client) => client.query(`drop database if exists "${name}" with (force)`))
      await server.stop()
    },
  }
}

/** Runs statements over a connection of its own. */
export async function asOwner<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** The databases go whole, with all schemas in them; then nothing depends on the libraries' roles any more. */
export async function dropDatabases(url: string, names: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  for (const name of names) await client.query(`drop database if exists "${name}" with (force)`)
  const { rows } = await client.query<{ rolname: string }>(
    'select rolname from pg_roles where starts_with(rolname, $1)',
    [`${names[0]}_`],
  )
  for (const { rolname } of rows) await client.query(`drop role "${rolname}"`)
  await client.end()
}
