import { type Actor, dayOf, isId, ok, type Result, refuse, type StaffId } from '#core'
import { sql, transact } from '#db'
import type { Context } from '#vault'
import type { Register } from './declare.ts'
import type { Policy } from './policy.ts'
import { firstDay, preview, type Reach } from './preview-policy.ts'
import { forgetPolicyCache, hashOf, type PublishedPolicy, policyOf, versions } from './published.ts'
import { type PolicyFault, readPolicy } from './read-policy.ts'
import type { ProposalRow } from './tables.ts'

/** A policy that someone wants published, and how far it has come. */
export interface Proposal extends Omit<ProposalRow, 'hash'> {
  /** SHA-256 of the text, in hexadecimal. */
  readonly hash: string
}

/** Neither a data protection officer nor an administrator who is signed in. */
interface NotAllowed {
  readonly kind: 'not-allowed'
}

/** The proposal leads nowhere any more. `superseded`: another version was published since it was made. */
interface Stale {
  readonly kind: 'stale'
  readonly because: 'withdrawn' | 'published' | 'superseded'
}

interface Faulty {
  readonly kind: 'faulty'
  readonly faults: readonly PolicyFault[]
}

interface Unknown {
  readonly kind: 'unknown'
}

export type ProposeRefusal = NotAllowed | Faulty | { readonly kind: 'published-before'; readonly number: number }
export type ApproveRefusal = NotAllowed | Unknown | Stale | { readonly kind: 'same-person' }
export type WithdrawRefusal = NotAllowed | Unknown | Stale
export type PublishRefusal =
  | NotAllowed
  | Unknown
  | Stale
  | Faulty
  | { readonly kind: 'not-approved' }
  | {
      readonly kind: 'needs-confirmation'
      /** The share of a table that may go at once, by the policy in force. */
      readonly above_percent: number
      readonly reaches: readonly Reach[]
    }

/** Lays a policy before the others who may decide it. The same text from the same person is the same proposal. */
export async function proposePolicy(
  ctx: Context,
  text: string,
  register: Register,
): Promise<Result<Proposal, ProposeRefusal>> {
  const staff = decider(ctx.actor)
  if (!staff) return refuse({ kind: 'not-allowed' })
  const read = readPolicy(text, register, { agency: ctx.agency })
  if (!read.ok) return refuse({ kind: 'faulty', faults: read.refusal })
  return transact(ctx, async (ctx): Promise<Result<Proposal, ProposeRefusal>> => {
    await ctx.db.run(publicationLock(ctx))
    const same = await ctx.db.maybe<{ number: number }>(
      sql`select number from policy_version where hash = ${hashOf(text)}`,
    )
    if (same) return refuse({ kind: 'published-before', number: same.number })
    const open = await ctx.db.maybe<ProposalRow>(sql`
      select ${COLUMNS} from policy_proposal
      where hash = ${hashOf(text)} and proposed_by = ${staff} and withdrawn_at is null and published_number is null`)
    if (open) return ok(proposalFrom(open))
    const now = ctx.clock.now()
    const row = await ctx.db.one<ProposalRow>(sql`
      insert into policy_proposal (id, text, hash, proposed_by, proposed_at)
      values (${ctx.random.uuid(now)}, ${text}, ${hashOf(text)}, ${staff}, ${now})
      returning ${COLUMNS}`)
    return ok(proposalFrom(row))
  })
}

/** A second person's yes. The proposer's own is refused here and by the database. */
export async function approvePolicy(ctx: Context, proposalId: string): Promise<Result<Proposal, ApproveRefusal>> {
  const staff = decider(ctx.actor)
  if (!staff) return refuse({ kind: 'not-allowed' })
  return transact(ctx, async (ctx): Promise<Result<Proposal, ApproveRefusal>> => {
    const found = await lockOpen(ctx, proposalId)
    if (!found.ok) return found
    if (found.value.proposed_by === staff) return refuse({ kind: 'same-person' })
    if (found.value.approved_by) return found
    const row = await ctx.db.one<ProposalRow>(sql`
      update policy_proposal set approved_by = ${staff}, approved_at = ${ctx.clock.now()}
      where id = ${proposalId} returning ${COLUMNS}`)
    return ok(proposalFrom(row))
  })
}

/**
 * Makes an approved proposal the next version. It is in force from its day, or from today when that is past. When it
 * would at once remove more of any table than the policy in force lets go unasked, it is refused until confirmed.
 */
export async function publishPolicy(
  ctx: Context,
  proposalId: string,
  register: Register,
  given: { confirmed?: boolean } = {},
): Promise<Result<PublishedPolicy, PublishRefusal>> {
  if (ctx.actor.kind !== 'operator' && !decider(ctx.actor)) return refuse({ kind: 'not-allowed' })
  const published = await transact(ctx, async (ctx): Promise<Result<{ number: number }, PublishRefusal>> => {
    const found = await lockOpen(ctx, proposalId)
    if (!found.ok) return found
    const { text, approved_by } = found.value
    if (!approved_by) return refuse({ kind: 'not-approved' })
    // What is declared may have changed since it was proposed.
    const read = readPolicy(text, register, { agency: ctx.agency })
    if (!read.ok) return refuse({ kind: 'faulty', faults: read.refusal })
    const drastic = await reachesTooFar(ctx, read.value, register)
    if (drastic && !given.confirmed) return refuse(drastic)
    return ok({ number: await insertVersion(ctx, found.value, read.value, drastic !== undefined) })
  })
  if (!published.ok) return published
  forgetPolicyCache(ctx)
  ctx.log.info({ agency: ctx.agency, policy_version: published.value.number }, 'policy published')
  const version = (await versions(ctx)).find(({ number }) => number === published.value.number)
  if (!version) throw new Error('the version just published is not there')
  return ok(version)
}

/** Takes a proposal back. Repeats safely. */
export async function withdrawProposal(ctx: Context, proposalId: string): Promise<Result<Proposal, WithdrawRefusal>> {
  if (!decider(ctx.actor)) return refuse({ kind: 'not-allowed' })
  return transact(ctx, async (ctx): Promise<Result<Proposal, WithdrawRefusal>> => {
    const row = await lockProposal(ctx, proposalId)
    if (!row) return refuse({ kind: 'unknown' })
    if (row.published_number !== null) return refuse({ kind: 'stale', because: 'published' })
    if (row.withdrawn_at) return ok(proposalFrom(row))
    const withdrawn = await ctx.db.one<ProposalRow>(sql`
      update policy_proposal set withdrawn_at = ${ctx.clock.now()} where id = ${proposalId} returning ${COLUMNS}`)
    return ok(proposalFrom(withdrawn))
  })
}

/** Every proposal ever made, the newest first. */
export async function proposals(ctx: Context): Promise<Proposal[]> {
  const rows = await ctx.db.all<ProposalRow>(
    sql`select ${COLUMNS} from policy_proposal order by proposed_at desc, id desc`,
  )
  return rows.map(proposalFrom)
}

/** Who may decide on policies, as the member of staff they are. An operator has no such name to put to a version. */
function decider(actor: Actor): StaffId | undefined {
  if (actor.kind !== 'staff') return undefined
  const may = actor.roles.some((role) => role === 'data-protection-officer' || role === 'system')
  return may ? actor.id : undefined
}

async function lockOpen(ctx: Context, id: string): Promise<Result<Proposal, Unknown | Stale>> {
  const row = await lockProposal(ctx, id)
  if (!row) return refuse({ kind: 'unknown' })
  if (row.published_number !== null) return refuse({ kind: 'stale', because: 'published' })
  if (row.withdrawn_at) return refuse({ kind: 'stale', because: 'withdrawn' })
  const newer = await ctx.db.maybe(sql`
    select number from policy_version where published_at > ${row.proposed_at} limit 1`)
  // Its author did not know the version in force, and would undo it unseen.
  return newer ? refuse({ kind: 'stale', because: 'superseded' }) : ok(proposalFrom(row))
}

async function lockProposal(ctx: Context, id: string): Promise<ProposalRow | undefined> {
  if (!isId(id)) return undefined
  await ctx.db.run(publicationLock(ctx))
  return ctx.db.maybe<ProposalRow>(sql`select ${COLUMNS} from policy_proposal where id = ${id} for update`)
}

/** One decision at a time in each library, so that numbers have neither gaps nor doubles. */
function publicationLock(ctx: Context) {
  return sql`select pg_advisory_xact_lock(hashtextextended(${`kvit policy ${ctx.agency}`}, 0))`
}

async function reachesTooFar(
  ctx: Context,
  policy: Policy,
  register: Register,
): Promise<Extract<PublishRefusal, { kind: 'needs-confirmation' }> | undefined> {
  // What another process published a moment ago counts here.
  forgetPolicyCache(ctx)
  const current = await policyOf(ctx)
  const above_percent = current.policy.publication['stop-above-percent']
  const { reaches } = await preview(ctx, policy, current, register)
  const drastic = reaches.filter(({ rows, total }) => rows * 100 > total * above_percent)
  return drastic.length > 0 ? { kind: 'needs-confirmation', above_percent, reaches: drastic } : undefined
}

async function insertVersion(ctx: Context, proposal: Proposal, policy: Policy, confirmed: boolean): Promise<number> {
  const now = ctx.clock.now()
  const { number } = await ctx.db.one<{ number: number }>(sql`
    insert into policy_version (number, text, hash, effective_on, published_at, proposed_by, approved_by)
    select max(number) + 1, ${proposal.text}, ${hashOf(proposal.text)}::bytea, ${firstDay(policy, dayOf(now))}::date,
           ${now}::timestamptz, ${proposal.proposed_by}::uuid, ${proposal.approved_by}::uuid
    from policy_version
    returning number`)
  await ctx.db.run(sql`
    update policy_proposal set published_number = ${number}, confirmed_at = ${confirmed ? now : null}
    where id = ${proposal.id}`)
  return number
}

const COLUMNS = sql.raw(
  'id, text, hash, proposed_by, proposed_at, approved_by, approved_at, confirmed_at, published_number, withdrawn_at',
)

function proposalFrom(row: ProposalRow): Proposal {
  return { ...row, hash: row.hash.toString('hex') }
}
