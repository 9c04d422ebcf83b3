import type { Client } from 'pg'
import type { Declaration, Register } from '#privacy'
import { qualified } from './snapshot.ts'

/** Tables that say something about somebody, if only which member of staff acted. */
export function personalTables(register: Register): Declaration[] {
  return register.tables.filter((table) => Object.values(table.columns).some((column) => column.class !== 'none'))
}

interface Sampled {
  readonly kind: 'table' | 'index'
  readonly relation: string
  readonly column: string
  readonly number: number
  readonly type: string
  readonly definition: string | null
}

/**
 * Removes what the planner has sampled of columns that are no longer to be sampled, and of tables that are now empty:
 * ANALYZE leaves the samples of both as they were. Answers how many columns had some.
 * @param client logged in as the library's role
 */
export async function clearStatistics(
  client: Client,
  agency: string,
  tables: readonly string[],
  version: number,
): Promise<number> {
  const { rows } = await client.query<Sampled>(SAMPLED, [agency, tables, await emptyOf(client, agency, tables)])
  for (const sampled of rows) await client.query(...clearing(client, agency, sampled, version))
  return rows.length
}

const SAMPLED = `
  select case when c.relkind = 'i' then 'index' else 'table' end as kind, c.relname::text as relation,
         a.attname::text as column, a.attnum::int as number, format_type(a.atttypid, a.atttypmod) as type,
         case when c.relkind = 'i' then pg_get_indexdef(c.oid) end as definition
  from pg_stats s
  join pg_class c on c.relname = s.tablename and c.relnamespace = (select oid from pg_namespace where nspname = $1)
  join pg_attribute a on a.attrelid = c.oid and a.attname = s.attname
  left join pg_index x on x.indexrelid = c.oid
  join pg_class t on t.oid = coalesce(x.indrelid, c.oid)
  where s.schemaname = $1 and t.relname = any($2) and (a.attstattarget = 0 or t.relname = any($3))`

function clearing(client: Client, agency: string, sampled: Sampled, version: number): [string, unknown[]?] {
  const { kind, relation, column, number, type, definition } = sampled
  if (version >= 180000) {
    return ['select pg_clear_attribute_stats($1, $2, $3, false)', [agency, relation, column]]
  }
  // Older servers forget only when an index is made anew, or a column changes its type; to the same type, that
  // rewrites nothing.
  if (kind === 'index') {
    const index = qualified(client, agency, relation)
    return [`drop index ${index}; ${definition}; alter index ${index} alter column ${number} set statistics 0`]
  }
  const name = client.escapeIdentifier(column)
  return [`alter table ${qualified(client, agency, relation)} alter column ${name} type ${type}`]
}

async function emptyOf(client: Client, agency: string, tables: readonly string[]): Promise<string[]> {
  const empty: string[] = []
  for (const table of tables) {
    const { rowCount } = await client.query(`select from ${qualified(client, agency, table)} limit 1`)
    if (rowCount === 0) empty.push(table)
  }
  return empty
}
