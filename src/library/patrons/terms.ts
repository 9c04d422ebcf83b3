import { assert, ok, type PatronId, type Result, refuse, type Text2 } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import type { AcceptanceRow, TermsRow } from './tables.ts'

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

export type Accepting = Pick<AcceptanceRow, 'document' | 'version' | 'accepted_by' | 'channel'>

/** Notes that somebody has said yes to a version they were shown. Saying it twice is saying it once. */
export async function acceptTerms(
  ctx: Context,
  patron: PatronId,
  { document, version, accepted_by, channel }: Accepting,
): Promise<Result<true, { readonly kind: 'unknown' }>> {
  const now = ctx.clock.now()
  const known = await termsOf(ctx, document, version)
  if (!known) return refuse({ kind: 'unknown' })
  await ctx.db.run(sql`
    insert into acceptance (id, patron_id, document, version, accepted_by, channel, accepted_at)
    select ${ctx.random.uuid(now)}, id, ${document}, ${version}, ${accepted_by}, ${channel}, ${now}
    from patron where id = ${patron}
    on conflict do nothing`)
  return ok(true)
}

/** What somebody has said yes to of a document, newest first. */
export function acceptancesOf(
  ctx: Context,
  patron: PatronId,
  document: TermsRow['document'],
): Promise<Pick<AcceptanceRow, 'version' | 'accepted_by' | 'accepted_at'>[]> {
  return ctx.db.all(sql<Pick<AcceptanceRow, 'version' | 'accepted_by' | 'accepted_at'>>`
    select version, accepted_by, accepted_at from acceptance
    where patron_id = ${patron} and document = ${document} order by version desc`)
}
