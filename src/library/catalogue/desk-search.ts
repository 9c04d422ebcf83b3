import type { TitleId } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import { type ListedTitle, listedTitles } from './desk-queries.ts'
import { searchTitles } from './search.ts'
import { bareIsbn } from './title-rules.ts'

export interface FoundTitles {
  readonly titles: readonly ListedTitle[]
  readonly total: number
  /** What was meant, where nothing has what was typed. */
  readonly instead?: string
}

const MOST = 50

/** What patrons would find, and after it what is withdrawn, which they would not. */
export async function findForStaff(ctx: Context, text: string): Promise<FoundTitles> {
  const { hits, total, isCorrected, didYouMean } = await searchTitles(ctx, { text, size: MOST })
  const withdrawn = await withdrawnTitles(ctx, text)
  const ids = [...hits.map(({ id }) => id), ...withdrawn]
  return {
    titles: await listedTitles(ctx, ids),
    total: total + withdrawn.length,
    ...(isCorrected && didYouMean ? { instead: didYouMean } : {}),
  }
}

async function withdrawnTitles(ctx: Context, text: string): Promise<TitleId[]> {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, 8)
  if (words.length === 0) return []
  const has = words.map((word) => {
    const like = `%${word.replace(/[\\%_]/g, '\\$&')}%`
    return sql`lower(title || ' ' || coalesce(subtitle, '') || ' ' || coalesce(author, '')) like ${like}`
  })
  const rows = await ctx.db.all<{ id: TitleId }>(sql`
    select id from title
    where withdrawn_at is not null and ((${sql.join(has, sql` and `)}) or isbn @> ${[bareIsbn(text)]}::text[])
    order by withdrawn_at desc, id limit ${MOST}`)
  return rows.map(({ id }) => id)
}
