import { ok, type Result, refuse, systemRandom } from '#core'
import { sql, transact } from '#db'
import type { Context } from '#vault'
import { CODE_MINUTES } from './rules.ts'
import type { OauthCodeRow } from './tables.ts'
import { type GivenToken, giveToken, type Holder, hashOf, makeBearer, openPerson, sealPerson } from './tokens.ts'

/** Gives a code that the client of this address can turn into a token, once and within five minutes. */
export async function giveCode(
  ctx: Context,
  given: {
    readonly agency: string
    readonly client: string
    readonly redirectUri: string
    readonly holder: Exclude<Holder, { kind: 'anonymous' }>
    readonly now: Temporal.Instant
  },
): Promise<string> {
  const { agency, client, redirectUri, holder, now } = given
  const id = systemRandom().uuid(now)
  const code = makeBearer(agency)
  const patron = holder.kind === 'patron' ? holder.patron : null
  const sealed = holder.kind === 'person' ? sealPerson(code, 'code', id, holder.person) : null
  await ctx.db.run(sql`
    insert into oauth_code (id, code_hash, client_id, patron_id, person_sealed, means, redirect_uri, made_at, expires_at)
    values (${id}, ${hashOf(code)}, ${client}, ${patron}, ${sealed}, ${holder.means}, ${redirectUri}, ${now},
      ${now.add({ minutes: CODE_MINUTES })})`)
  return code
}

export interface CodeRefusal {
  readonly kind: 'unknown' | 'other-client' | 'other-redirect' | 'expired' | 'used'
}

/**
 * Turns a code into a token. A code that comes twice has been seen by someone who should not have: the token it gave
 * is taken back, whoever of the two came first. Another client's try neither uses the code up nor ends anything.
 */
export function redeemCode(
  ctx: Context,
  given: {
    readonly agency: string
    readonly client: string
    readonly redirectUri: string
    readonly code: string
    readonly now: Temporal.Instant
  },
): Promise<Result<GivenToken, CodeRefusal>> {
  const { agency, client, redirectUri, code, now } = given
  return transact(ctx, async (ctx) => {
    const row = await ctx.db.maybe(sql<OauthCodeRow>`
      select * from oauth_code where code_hash = ${hashOf(code)} for update`)
    if (!row) return refuse({ kind: 'unknown' })
    if (row.client_id !== client) return refuse({ kind: 'other-client' })
    if (row.used_at) {
      await ctx.db.run(sql`delete from oauth_token where code_id = ${row.id}`)
      return refuse({ kind: 'used' })
    }
    if (Temporal.Instant.compare(row.expires_at, now) <= 0) return refuse({ kind: 'expired' })
    if (row.redirect_uri !== redirectUri) return refuse({ kind: 'other-redirect' })
    const holder = holderOf(row, code)
    if (!holder) return refuse({ kind: 'unknown' })
    // What MitID told moves on with the token; a used code needs it no longer.
    await ctx.db.run(sql`update oauth_code set used_at = ${now}, person_sealed = null where id = ${row.id}`)
    return ok(await giveToken(ctx, { agency, client, holder, code: row.id, now }))
  })
}

function holderOf(row: OauthCodeRow, code: string): Holder | undefined {
  const { means } = row
  if (row.patron_id) return { kind: 'patron', patron: row.patron_id, means }
  if (!row.person_sealed) return undefined
  return { kind: 'person', person: openPerson(code, 'code', row.id, row.person_sealed), means }
}
