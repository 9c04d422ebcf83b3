import { isId, type PatronId, type TitleId } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import type { ListId } from './tables.ts'

export interface ListedList {
  readonly id: ListId
  readonly name: string
  readonly titles: number
}

/** A patron's lists, the oldest first. */
export function listsOf(ctx: Context, patron: PatronId): Promise<ListedList[]> {
  return ctx.db.all(sql<ListedList>`
    select l.id, l.name, (select count(*) from list_entry e where e.list_id = l.id)::int as titles
    from list l where l.patron_id = ${patron} order by l.made_at, l.id`)
}

export interface ListedTitle {
  readonly id: TitleId
  readonly title: string
  readonly author: string | null
  readonly material: string
  readonly year: number | null
}

/** What is on a list, the newest first. */
export async function titlesOn(ctx: Context, patron: PatronId, list: string): Promise<ListedTitle[]> {
  if (!isId(list)) return []
  return ctx.db.all(sql<ListedTitle>`
    select t.id, t.title, t.author, t.material, t.year from list_entry e join title t on t.id = e.title_id
    where e.list_id = ${list} and e.patron_id = ${patron} order by e.added_at desc, e.id desc`)
}

/** On which of a patron's lists a title is. */
export function listsWith(ctx: Context, patron: PatronId, title: TitleId): Promise<{ id: ListId; name: string }[]> {
  return ctx.db.all(sql<{ id: ListId; name: string }>`
    select l.id, l.name from list_entry e join list l on l.id = e.list_id
    where e.patron_id = ${patron} and e.title_id = ${title} order by l.made_at, l.id`)
}
