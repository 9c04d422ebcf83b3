import type { PatronId } from '#core'
import { sql } from '#db'
import type { Context, Sealed } from '#vault'
import { readCpr } from './cpr.ts'
import { areDifferent } from './merge-rules.ts'
import { raiseTask } from './tasks.ts'

/** Two patrons who may be one person; the younger account is the one that was enrolled last. */
export interface Likeness {
  readonly older: PatronId
  readonly younger: PatronId
}

interface Pair extends Likeness {
  readonly older_cpr: Sealed | null
  readonly younger_cpr: Sealed | null
}

/**
 * Finds persons enrolled twice, and gives the desk a task about the younger account. Those somebody has looked at since
 * they were enrolled are left alone.
 */
export async function findDuplicates(ctx: Context): Promise<Likeness[]> {
  const found = await likenesses(ctx, null)
  for (const { younger } of found) await raiseTask(ctx, younger, 'duplicate')
  return found
}

/** Who else a patron may be. */
export async function duplicatesOf(ctx: Context, patron: PatronId): Promise<PatronId[]> {
  const found = await likenesses(ctx, patron)
  return found.map(({ older, younger }) => (older === patron ? younger : older))
}

/**
 * The same name, whatever its capitals and blanks, and the same birth date or e-mail. Two different numbers of the CPR
 * register are two persons, and so are a child and a guardian who share both name and e-mail.
 */
async function likenesses(ctx: Context, patron: PatronId | null): Promise<Likeness[]> {
  const pairs = await ctx.db.prepared<Pair>(sql`
    with person as (
      select id, birth_on, lower(btrim(email)) as email, cpr_sealed, enrolled_at,
        lower(regexp_replace(btrim(name), '[[:space:]]+', ' ', 'g')) as folded
      from patron where kind = 'person')
    select a.id as older, b.id as younger, a.cpr_sealed as older_cpr, b.cpr_sealed as younger_cpr
    from person a join person b on a.folded = b.folded
      and (a.birth_on = b.birth_on or a.email = b.email) and (a.enrolled_at, a.id) < (b.enrolled_at, b.id)
    where (${patron}::uuid is null or a.id = ${patron}::uuid or b.id = ${patron}::uuid)
      and not exists (select from patron_task t
                      where t.patron_id = b.id and t.kind = 'duplicate' and t.done_at >= b.enrolled_at)
      and not exists (select from guardianship g
                      where (g.patron_id, g.guardian_id) in ((a.id, b.id), (b.id, a.id)))
    order by b.enrolled_at, b.id, a.enrolled_at, a.id`)
  const found: Likeness[] = []
  for (const { older, younger, older_cpr, younger_cpr } of pairs) {
    if (areDifferent(await openCpr(ctx, older, older_cpr), await openCpr(ctx, younger, younger_cpr))) continue
    found.push({ older, younger })
  }
  return found
}

async function openCpr(ctx: Context, patron: PatronId, sealed: Sealed | null) {
  const digits = sealed && (await ctx.vault.open(patron, 'patron.cpr_sealed', sealed))
  return digits ? readCpr(digits) : undefined
}
