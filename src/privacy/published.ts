import { createHash } from 'node:crypto'
import { dayOf, earlier, ok, type Result, realClock, refuse, type StaffId } from '#core'
import { sql, transact } from '#db'
import type { Context, Vault } from '#vault'
import type { Register } from './declare.ts'
import type { Policy } from './policy.ts'
import { type PolicyFault, readPolicy, readPublishedPolicy } from './read-policy.ts'
import type { PolicyVersionRow } from './tables.ts'

/** One version of a library's policy, as it was published: from then on it never changes. */
export interface PublishedPolicy {
  readonly number: number
  /** SHA-256 of the text, in hexadecimal. */
  readonly hash: string
  readonly effective_on: Temporal.PlainDate
  readonly published_at: Temporal.Instant
  /** Who published version 1 on the server; every later version has two members of staff instead. */
  readonly founded_by: string | null
  readonly proposed_by: StaffId | null
  readonly approved_by: StaffId | null
  readonly policy: Policy
  readonly text: string
}

/** How long another process may publish before this one has seen it. */
const SEEN_FOR_MS = 5000

interface Seen {
  readonly day: string
  readonly until: number
  readonly published: PublishedPolicy
}

/** By vault: there is one for each library of each installation in the process. */
const seen = new WeakMap<Vault, Seen>()

/** Counts what was forgotten: an answer asked for before must not be remembered after. */
let forgotten = 0

/**
 * The policy in force on the library's day: the newest version whose day has come. Version 1 also holds before its day,
 * since a library is never without one.
 * @throws when the library has no policy
 */
export async function policyOf(ctx: Context): Promise<PublishedPolicy> {
  const day = dayOf(ctx.clock.now())
  const real = realClock.now().epochMilliseconds
  const known = seen.get(ctx.vault)
  if (known && known.day === day.toString() && real < known.until) return known.published
  const before = forgotten
  const published = await readInForce(ctx, day, known?.published)
  if (!published) throw new Error(`${ctx.agency} has no policy`)
  if (before === forgotten) seen.set(ctx.vault, { day: day.toString(), until: real + SEEN_FOR_MS, published })
  return published
}

/** Makes the next question for the policy ask the database. */
export function forgetPolicyCache(ctx: Context): void {
  forgotten += 1
  seen.delete(ctx.vault)
}

/** Every version, the newest first, those whose day has not come among them. */
export async function versions(ctx: Context): Promise<PublishedPolicy[]> {
  const rows = await ctx.db.all<PolicyVersionRow>(sql`select ${COLUMNS} from policy_version order by number desc`)
  return rows.map(publishedFrom)
}

/**
 * Publishes version 1 in an operator's name, before the library has staff who could. Repeats safely with the same
 * text; any other text must be proposed and approved.
 */
export async function foundPolicy(
  ctx: Context,
  text: string,
  register: Register,
  foundedBy: string,
): Promise<Result<PublishedPolicy, PolicyFault[]>> {
  const first = await readVersion(ctx, 1)
  if (first) return first.hash === hashOf(text).toString('hex') ? ok(first) : refuse([alreadyFounded(ctx)])
  const read = readPolicy(text, register, { agency: ctx.agency })
  if (!read.ok) return read
  const now = ctx.clock.now()
  await transact(ctx, (ctx) =>
    ctx.db.run(sql`
      insert into policy_version (number, text, hash, effective_on, published_at, founded_by)
      values (1, ${text}, ${hashOf(text)}, ${earlier(Temporal.PlainDate.from(read.value.effective), dayOf(now))},
              ${now}, ${foundedBy})
      on conflict do nothing`),
  )
  forgetPolicyCache(ctx)
  const founded = await readVersion(ctx, 1)
  return founded?.text === text ? ok(founded) : refuse([alreadyFounded(ctx)])
}

function alreadyFounded(ctx: Context): PolicyFault {
  const message = `${ctx.agency} has a founding policy with another text; a new version is proposed by one member of staff and approved by another`
  return { line: 1, column: 1, path: 'policy', message }
}

export function hashOf(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest()
}

/** The version in force on a day, asked of the database. `known` saves reading the text anew. */
async function readInForce(
  ctx: Context,
  day: Temporal.PlainDate,
  known: PublishedPolicy | undefined,
): Promise<PublishedPolicy | undefined> {
  const newest = await ctx.db.maybe<{ number: number; hash: Buffer }>(sql`
    select number, hash from policy_version
    where effective_on <= ${day} or number = 1
    order by number desc limit 1`)
  if (!newest) return undefined
  return newest.hash.toString('hex') === known?.hash ? known : readVersion(ctx, newest.number)
}

async function readVersion(ctx: Context, number: number): Promise<PublishedPolicy | undefined> {
  const row = await ctx.db.maybe<PolicyVersionRow>(sql`select ${COLUMNS} from policy_version where number = ${number}`)
  return row && publishedFrom(row)
}

const COLUMNS = sql.raw('number, text, hash, effective_on, published_at, founded_by, proposed_by, approved_by')

function publishedFrom(row: PolicyVersionRow): PublishedPolicy {
  return { ...row, hash: row.hash.toString('hex'), policy: readPublishedPolicy(row.text) }
}
