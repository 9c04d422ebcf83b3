import { type Db, sql } from '#db'
import type { ColumnClass, Declaration } from './declare.ts'

/** Values that tell who somebody is or what they said. PostgreSQL samples the commonest of a column into its statistics. */
const UNSAMPLED: ReadonlySet<ColumnClass> = new Set(['identity', 'contact', 'free', 'sealed', 'secret', 'staff'])

interface Sampled {
  table_name: string
  column_name: string | null
  index_name: string | null
  position: number
}

/**
 * Keeps PostgreSQL from copying personal values into its statistics, where they would outlive the row until the next
 * ANALYZE, and whoever may read statistics could read them: no sampling of such columns, nor of indexed expressions
 * over them. Ids (uuid) keep theirs, as the planner needs them and they say nothing. Call it as the library's role
 * after migrations, before rows are written. Answers how many columns were changed; none the second time.
 */
export async function applyDeclarations(db: Db, tables: readonly Declaration[]): Promise<number> {
  return db.transact(async (db) => {
    const wanted = new Set(tables.flatMap((table) => unsampled(table).map((column) => `${table.name}.${column}`)))
    const holders = new Set([...wanted].map((place) => place.split('.')[0]))
    const sampled = (await sampledColumns(db)).filter(({ table_name, column_name }) => {
      return column_name === null ? holders.has(table_name) : wanted.has(`${table_name}.${column_name}`)
    })
    for (const { table_name, column_name, index_name, position } of sampled) {
      await db.run(
        index_name === null
          ? sql`alter table ${sql.id(table_name)} alter column ${sql.id(column_name ?? '')} set statistics 0`
          : sql`alter index ${sql.id(index_name)} alter column ${sql.lit(position)} set statistics 0`,
      )
    }
    return sampled.length
  })
}

function unsampled({ columns, subject }: Declaration): string[] {
  return Object.entries(columns)
    .filter(([name, column]) => UNSAMPLED.has(column.class) && name !== subject)
    .map(([name]) => name)
}

/** Columns of the schema that PostgreSQL samples, save ids; and of indexes the computed ones, which have their own. */
async function sampledColumns(db: Db): Promise<Sampled[]> {
  return db.all<Sampled>(sql`
    select c.relname as table_name, a.attname as column_name, null as index_name, a.attnum::int as position
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
      and a.atttypid <> 'uuid'::regtype and coalesce(a.attstattarget, -1) <> 0
    union all
    select c.relname, null, i.relname, a.attnum::int
    from pg_index x
    join pg_class c on c.oid = x.indrelid
    join pg_class i on i.oid = x.indexrelid
    join pg_attribute a on a.attrelid = i.oid
    where c.relnamespace = current_schema()::regnamespace
      and x.indkey[a.attnum - 1] = 0 and coalesce(a.attstattarget, -1) <> 0
    order by 1, 4`)
}
