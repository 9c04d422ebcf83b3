import { sql } from '#db'
import type { NameOf } from '#privacy'
import type { Context } from '#vault'

/** What a column of a person's row holds the id of, by the column's name, and how it is called. */
const NAMES: Readonly<Record<string, ReturnType<typeof sql>>> = {
  title_id: sql`select title as name from title where id = `,
  item_id: sql`select barcode as name from item where id = `,
  branch_id: sql`select name from branch where id = `,
  home_branch_id: sql`select name from branch where id = `,
  pickup_branch_id: sql`select name from branch where id = `,
}

/** Titles, items and branches by name, in a person's copy of their data. Each is asked for once. */
export function namesIn(ctx: Context): NameOf {
  const known = new Map<string, Promise<string | undefined>>()
  return (_table, column, id) => {
    const statement = NAMES[column]
    if (!statement) return Promise.resolve(undefined)
    const key = `${column} ${id}`
    const asked = known.get(key) ?? ctx.db.maybe(sql<{ name: string }>`${statement}${id}`).then((row) => row?.name)
    known.set(key, asked)
    return asked
  }
}
