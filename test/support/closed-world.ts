import type { Db } from '#db'
import { sql } from '#db'
import type { Register } from '#privacy'

/** What is in a library's schema, as PostgreSQL itself lists it. */
export interface World {
  readonly columns: readonly { table_name: string; column_name: string; type: string }[]
  /** Foreign keys, each with whether the target lies in another schema. */
  readonly references: readonly { from: string; to: string; outside: boolean }[]
  /** What is neither a table nor an index: views, sequences, functions, triggers, types. */
  readonly others: readonly string[]
}

/** Run as the library's role, whose schema it is. */
export async function worldOf(db: Db): Promise<World> {
  const columns = await db.all<World['columns'][number]>(sql`
    select c.relname as table_name, a.attname as column_name, format_type(a.atttypid, null) as type
    from pg_class c
    left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
    order by c.relname, a.attnum`)
  const references = await db.all<World['references'][number]>(sql`
    select f.relname as from, t.relname as to, t.relnamespace <> f.relnamespace as outside
    from pg_constraint x
    join pg_class f on f.oid = x.conrelid
    join pg_class t on t.oid = x.confrelid
    where x.contype = 'f' and x.connamespace = current_schema()::regnamespace
    order by 1, 2`)
  const others = await db.all<{ name: string }>(sql`
    select c.relname as name from pg_class c
    where c.relnamespace = current_schema()::regnamespace and c.relkind not in ('r', 'p', 'i', 'I', 't')
    union all
    select p.proname from pg_proc p where p.pronamespace = current_schema()::regnamespace
    union all
    select t.tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where c.relnamespace = current_schema()::regnamespace and not t.tgisinternal
    union all
    select t.typname from pg_type t where t.typnamespace = current_schema()::regnamespace and t.typtype in ('d', 'e')`)
  return { columns, references, others: others.map(({ name }) => name) }
}

/** What is in the schema and not declared, and the other way round. */
export function worldFaults(world: World, register: Register): string[] {
  const faults: string[] = world.others.map((name) => `${name} is neither a table nor declared`)
  const there = new Map<string, Set<string>>()
  for (const { table_name, column_name } of world.columns) {
    there.set(table_name, (there.get(table_name) ?? new Set()).add(column_name))
  }
  const declared = new Map(register.tables.map((table) => [table.name, new Set(Object.keys(table.columns))]))
  if (declared.size !== register.tables.length) faults.push('a table is declared twice')
  for (const [table, columns] of there) {
    const known = declared.get(table)
    if (!known) faults.push(`table ${table} is not declared`)
    else faults.push(...missing(columns, known).map((column) => `column ${table}.${column} is not declared`))
  }
  for (const [table, columns] of declared) {
    const known = there.get(table)
    if (!known) faults.push(`table ${table} is declared and not there`)
    else faults.push(...missing(columns, known).map((column) => `column ${table}.${column} is declared and not there`))
  }
  return faults
}

/** A row about a patron carries the patron's id itself, and no other row does. */
export function subjectFaults(world: World, register: Register): string[] {
  const typeOf = (table: string, column: string) =>
    world.columns.find(({ table_name, column_name }) => table_name === table && column_name === column)?.type
  return register.tables.flatMap((table) => {
    const faults: string[] = []
    if (table.about === 'patron') {
      if (table.subject === null || typeOf(table.name, table.subject) !== 'uuid') {
        faults.push(`${table.name} is about a patron and does not carry the patron's id`)
      }
    } else {
      if (table.about === 'nobody' && table.subject !== null)
        faults.push(`${table.name} is about nobody but has a subject`)
      if (typeOf(table.name, 'patron_id')) faults.push(`${table.name} names a patron but is not about one`)
      for (const { from, to } of world.references) {
        if (from === table.name && register.tables.find(({ name }) => name === to)?.about === 'patron') {
          faults.push(`${from} leads to ${to} but is not about a patron`)
        }
      }
    }
    return faults
  })
}

/** A restore fills tables in the order of the register, so a table refers to tables before it. */
export function orderFaults(world: World, register: Register): string[] {
  const place = new Map(register.tables.map(({ name }, index) => [name, index]))
  return world.references.flatMap(({ from, to, outside }) => {
    if (outside) return [`${from} refers to ${to} in another schema`]
    return (place.get(to) ?? Infinity) < (place.get(from) ?? -1)
      ? []
      : [`${from} is declared before ${to}, which it refers to`]
  })
}

/** What a declaration names beside its columns is there: subject, moments, statistics, what is emptied. */
export function declarationFaults(register: Register): string[] {
  const columnsOf = (table: string) => register.tables.find(({ name }) => name === table)?.columns
  return register.tables.flatMap((table) => {
    const named = [
      table.subject,
      table.openUntil?.column,
      table.redacts?.done,
      ...(table.redacts?.columns ?? []),
      ...Object.values(table.moments).map(({ column }) => column),
    ]
    const faults = named
      .filter((column) => typeof column === 'string' && !(column in table.columns))
      .map((column) => `${table.name} names ${column}, which is not a column of it`)
    for (const [counter, { by }] of Object.entries(table.statistics ?? {})) {
      const kept = Object.entries(by).map(([column, how]) => (how === 'month' ? 'month' : column))
      const wanted = [...kept, 'loans'].sort()
      const found = Object.keys(columnsOf(counter) ?? {}).sort()
      if (wanted.join() !== found.join())
        faults.push(`${table.name} counts by ${wanted} into ${counter}, which has ${found}`)
    }
    return faults
  })
}

function missing(some: ReadonlySet<string>, from: ReadonlySet<string>): string[] {
  return [...some].filter((name) => !from.has(name))
}
