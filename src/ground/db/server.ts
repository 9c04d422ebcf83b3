import pg from 'pg'
import { OperatorProblem } from './problem.ts'

/** What is said at start of the server that is used. */
export interface ServerFacts {
  readonly host: string
  readonly database: string
  readonly version: string
}

const OLDEST = 150_000

/**
 * Sees whether the server behind the address can carry Kvit, and says what is missing in a way an operator can act on.
 * @throws OperatorProblem when it cannot be reached, is too old, is not UTF8, or lacks a right
 */
export async function checkServer(url: string, needs: { createDatabase: boolean }): Promise<ServerFacts> {
  const address = addressOf(url)
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  client.on('error', () => {})
  await client.connect().catch((fault: Error) => {
    throw new OperatorProblem(
      `PostgreSQL at ${address} cannot be reached: ${fault.message || sayCause(fault)}\nCheck DATABASE_URL, and that the server runs and lets this user in.`,
    )
  })
  try {
    const { rows } = await client.query<Facts>(`
      select current_setting('server_version_num')::int as number, current_setting('server_version') as version,
             current_database() as database, pg_encoding_to_char(d.encoding) as encoding, current_user as user,
             r.rolsuper or r.rolcreaterole as may_create_role, r.rolsuper or r.rolcreatedb as may_create_database,
             has_database_privilege(current_database(), 'create') as may_create_schema
      from pg_database d, pg_roles r
      where d.datname = current_database() and r.rolname = current_user`)
    const facts = rows[0] as Facts
    const missing = faultsOf(facts, needs)
    if (missing.length > 0) throw new OperatorProblem(`PostgreSQL at ${address} cannot be used:\n${missing.join('\n')}`)
    return { host: address, database: facts.database, version: facts.version }
  } finally {
    await client.end()
  }
}

interface Facts {
  number: number
  version: string
  database: string
  encoding: string
  user: string
  may_create_role: boolean
  may_create_database: boolean
  may_create_schema: boolean
}

function faultsOf(facts: Facts, needs: { createDatabase: boolean }): string[] {
  const faults: string[] = []
  if (facts.number < OLDEST) faults.push(`- it is version ${facts.version}; the oldest supported is PostgreSQL 15`)
  if (facts.encoding !== 'UTF8') {
    faults.push(
      `- database "${facts.database}" is ${facts.encoding}; make one with: create database kvit encoding 'UTF8' template template0`,
    )
  }
  if (!facts.may_create_role)
    faults.push(`- user "${facts.user}" may not make roles: alter role "${facts.user}" createrole`)
  if (!facts.may_create_schema) {
    faults.push(
      `- user "${facts.user}" may not make schemas: grant create on database "${facts.database}" to "${facts.user}"`,
    )
  }
  if (needs.createDatabase && !facts.may_create_database) {
    faults.push(
      `- user "${facts.user}" may not make the keys database: alter role "${facts.user}" createdb, or make one yourself and set KVIT_KEYS_URL`,
    )
  }
  return faults
}

/** Host, port and database of an address: never its user or password. */
function addressOf(url: string): string {
  try {
    const { hostname, port, pathname } = new URL(url)
    return `${hostname}:${port || 5432}${pathname}`
  } catch {
    throw new OperatorProblem('DATABASE_URL is not an address such as postgres://user:password@host:5432/kvit')
  }
}

function sayCause(fault: Error): string {
  return 'errors' in fault && Array.isArray(fault.errors) ? fault.errors.map(String).join('; ') : String(fault)
}

/** The address of another database on the same server. */
export function siblingUrl(url: string, database: string): string {
  const sibling = new URL(url)
  sibling.pathname = `/${database}`
  return sibling.href
}

/** Makes a database unless it is there; safe when two processes do so at once. */
export async function ensureDatabase(url: string, database: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [database])
    if (rowCount) return
    await client
      .query(`create database ${client.escapeIdentifier(database)} encoding 'UTF8' template template0`)
      .catch((fault) => {
        if (fault.code !== '42P04' && fault.code !== '23505') throw fault
      })
  } finally {
    await client.end()
  }
}
