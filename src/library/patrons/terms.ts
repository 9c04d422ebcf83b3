import { assert, ok, type Result, refuse, type Text2 } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import type { TermsRow } from './tables.ts'

/** The documents there are, each in its newest version. */
export function newestTerms(ctx: Context): Promise<TermsRow[]> {
  return ctx.db.all(sql<TermsRow>`select distinct on (document) * from terms order by document, version desc`)
}

/** A version as it was accepted, which stays readable for as long as anybody's acceptance names it. */
export function termsOf(ctx: Context, document: TermsRow['document'], version: number): Promise<TermsRow | undefined> {
  return ctx.db.maybe(sql<TermsRow>`select * from terms where document = ${document} and version = ${version}`)
}

/** Publishes the next version of a document. The text of the version in force published again is no new version. */
export async function publishTerms(
  ctx: Context,
  document: TermsRow['document'],
  text: Text2,
): Promise<Result<number, { readonly kind: 'not-allowed' | 'empty' }>> {
  const { actor } = ctx
  const may = actor.kind === 'operator' || (actor.kind === 'staff' && actor.roles.includes('system'))
  if (!may) return refuse({ kind: 'not-allowed' })
  if (text.da.trim() === '' || text.en.trim() === '') return refuse({ kind: 'empty' })
  const now = ctx.clock.now()
  const published = await ctx.db.maybe<{ version: number }>(sql`
    insert into terms (document, version, text_da, text_en, published_at)
    select ${document}, coalesce(max(version), 0) + 1, ${text.da}, ${text.en}, ${now} from terms
    where document = ${document}
    having not exists (
      select from terms t where t.document = ${document} and t.text_da = ${text.da} and t.text_en = ${text.en}
        and t.version = (select max(version) from terms where document = ${document}))
    returning version`)
  if (published) return ok(published.version)
  const newest = (await newestTerms(ctx)).find((each) => each.document === document)
  assert(newest !== undefined, 'terms that are there could not be read')
  return ok(newest.version)
}
