import type { Client } from 'pg'
import type { Databases } from '#db'
import type { Declaration, Register } from '#privacy'
import { qualified } from './snapshot.ts'

/** Tables that say something about somebody, if only which member of staff acted. */
export function personalTables(register: Register): Declaration[] {
  return register.tables.filter((table) => personalColumns(table).length > 0)
}

function personalColumns(table: Declaration): string[] {
  return Object.entries(table.columns)
    .filter(([, column]) => column.class !== 'none')
    .map(([name]) => name)
}

/** A personal column of a table, or the part of an index made from an expression over one (`lower(name)`). */
interface Kept {
  readonly kind: 'table' | 'index'
  readonly relation: string
  readonly number: number
  readonly column: string
}

/**
 * Sees to it that the planner samples no personal column: its samples are values, and outlive the rows. To be called
 * after each migration; repeating it costs a look. Answers how many were still sampled.
 * @param client a connection of the owner or of the library's role
 */
export async function keepNoStatistics(
  client: Client,
  databases: Databases,
  agency: string,
  register: Register,
): Promise<number> {
  const { rows } = await client.query<Kept>(
    `select case when c.relkind = 'i' then 'index' else 'table' end as kind, c.relname::text as relation,
            a.attnum::int as number, a.attname::text as column
     ${PERSONAL} and a.attstattarget is distinct from 0 and a.attnum > 0`,
    [client.escapeIdentifier(agency), ...named(register)],
  )
  const role = client.escapeIdentifier(databases.roleOf(agency))
  for (const { kind, relation, number, column } of rows) {
    const which = kind === 'index' ? String(number) : client.escapeIdentifier(column)
    await asRole(client, role, `alter ${kind} ${qualified(client, agency, relation)} alter column ${which} set statistics 0`)
  }
  return rows.length
}

/** Removes the samples taken before personal columns were kept out. Answers of how many columns there were some. */
export async function clearStatistics(client: Client, agency: string, register: Register): Promise<number> {
  const { rows } = await client.query<Kept & { version: number; type: string }>(
    `select case when c.relkind = 'i' then 'index' else 'table' end as kind, c.relname::text as relation,
            a.attnum::int as number, a.attname::text as column,
            format_type(a.atttypid, a.atttypmod) as type, current_setting('server_version_num')::int as version
     ${PERSONAL} and exists (
       select from pg_stats s where s.schemaname = $4 and s.tablename = c.relname and s.attname = a.attname)`,
    [client.escapeIdentifier(agency), ...named(register), agency],
  )
  for (const { kind, relation, column, type, version } of rows) {
    if (version >= 180000) {
      await client.query('select pg_clear_attribute_stats($1, $2, $3, false)', [agency, relation, column])
    } else if (kind === 'index') {
      // Before PostgreSQL 18 an index loses its samples only by being made anew.
      await rebuildIndex(client, agency, relation)
    } else {
      // Before PostgreSQL 18 only a change of type makes it forget; a change to the same type rewrites nothing.
      await client.query(
        `alter table ${qualified(client, agency, relation)} alter column ${client.escapeIdentifier(column)} type ${type}`,
      )
    }
  }
  return rows.length
}

/** From what is declared to what the database has: $1 schema, $2 tables, $3 `table.column`. */
const PERSONAL = `
  from pg_class t
  join pg_class c on c.oid = t.oid
    or c.relkind = 'i' and c.oid in (
      select x.indexrelid from pg_index x where x.indrelid = t.oid and x.indexprs is not null)
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where t.relnamespace = $1::regnamespace and t.relkind = 'r' and t.relname = any($2)
    and case when c.relkind = 'i'
      then (select x.indkey[a.attnum - 1] = 0 from pg_index x where x.indexrelid = c.oid)
      else t.relname || '.' || a.attname = any($3) end`

function named(register: Register): [string[], string[]] {
  const tables = personalTables(register)
  return [
    tables.map(({ name }) => name),
    tables.flatMap((table) => personalColumns(table).map((column) => `${table.name}.${column}`)),
  ]
}

async function rebuildIndex(client: Client, agency: string, index: string): Promise<void> {
  const { rows } = await client.query<{ definition: string }>(
    'select pg_get_indexdef(c.oid) as definition from pg_class c where c.relnamespace = $1::regnamespace and c.relname = $2',
    [client.escapeIdentifier(agency), index],
  )
  await client.query(`drop index ${qualified(client, agency, index)}; ${rows[0]?.definition}`)
}

/** The owner of a relation alters it: inside a transaction of the owner this steps into the role and back. */
async function asRole(client: Client, role: string, statement: string): Promise<void> {
  await client.query(`set role ${role}; ${statement}; reset role`)
}
