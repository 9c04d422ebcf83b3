import { createHash, timingSafeEqual } from 'node:crypto'
import { type Actor, Belief, type BranchId, isId, ok, type Result, refuse, systemRandom } from '#core'
import { type Named, sql, sqlState } from '#db'
import { holdsCpr } from '#patrons'
import type { Context } from '#vault'
import { mayRunSystem } from './rules.ts'
import { TERMINAL_KINDS, type TerminalKind, type TerminalRow } from './tables.ts'
import { SignInThrottle } from './throttle.ts'

const SECRET_BYTES = 32
const SEEN_EVERY = { minutes: 1 }
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]{1,62}$/u

export interface NewTerminal {
  readonly name: string
  readonly kind: TerminalKind
  readonly branch: BranchId
  /** May act on a card without its PIN. */
  readonly withoutPin: boolean
  /** One that has been told already; one of chance unless given. */
  readonly secret?: string
}

/** A machine that has shown its secret. */
export type Terminal = Pick<TerminalRow, 'id' | 'name' | 'kind' | 'branch_id' | 'without_pin'>

export interface ListedTerminal extends Terminal {
  readonly branch: string
  readonly added_at: Temporal.Instant
  readonly disabled_at: Temporal.Instant | null
  readonly last_seen_at: Temporal.Instant | null
}

/** The secret is told this once; only its hash is kept. */
export interface TerminalSecret {
  readonly id: string
  readonly name: string
  readonly secret: string
}

export type AddTerminalRefusal = {
  readonly kind: 'not-allowed' | 'bad-name' | 'name-taken' | 'bad-kind' | 'unknown-branch'
}
export type ChangeTerminalRefusal = { readonly kind: 'not-allowed' | 'unknown' }
export type TerminalRefusal =
  /** No such terminal, not its secret, or disabled: which of them is not said. */
  { readonly kind: 'wrong' } | { readonly kind: 'locked'; readonly until: Temporal.Instant }

/** Gives a machine an account of its own. An administrator or the operator may. */
export async function addTerminal(
  ctx: Context,
  given: NewTerminal,
): Promise<Result<TerminalSecret, AddTerminalRefusal>> {
  const name = given.name.normalize('NFC').trim()
  if (!mayRunSystem(ctx.actor)) return refuse({ kind: 'not-allowed' })
  if (!NAME.test(name) || holdsCpr(name)) return refuse({ kind: 'bad-name' })
  if (!TERMINAL_KINDS.includes(given.kind)) return refuse({ kind: 'bad-kind' })
  const branch = isId(given.branch) && (await ctx.db.maybe(sql`select 1 from branch where id = ${given.branch}`))
  if (!branch) return refuse({ kind: 'unknown-branch' })
  const now = ctx.clock.now()
  const id = ctx.random.uuid(now)
  const secret = given.secret ?? systemRandom().token(SECRET_BYTES)
  try {
    await ctx.db.run(sql`
      insert into terminal (id, name, kind, branch_id, secret_hash, without_pin, added_at)
      values (${id}, ${name}, ${given.kind}, ${given.branch}, ${hashOf(secret)}, ${given.withoutPin}, ${now})`)
    return ok({ id, name, secret })
  } catch (taken) {
    if (sqlState(taken) !== '23505') throw taken
    return refuse({ kind: 'name-taken' })
  }
}

/** Gives a machine another secret; the old one is worth nothing from now on. One that was disabled works again. */
export async function renewTerminalSecret(
  ctx: Context,
  id: string,
): Promise<Result<TerminalSecret, ChangeTerminalRefusal>> {
  if (!mayRunSystem(ctx.actor)) return refuse({ kind: 'not-allowed' })
  const secret = systemRandom().token(SECRET_BYTES)
  const known = isId(id)
    ? await ctx.db.maybe<{ name: string }>(sql`
    update terminal set secret_hash = ${hashOf(secret)}, disabled_at = null where id = ${id} returning name`)
    : undefined
  admitted.forget()
  return known ? ok({ id, name: known.name, secret }) : refuse({ kind: 'unknown' })
}

/** A stolen or discarded machine is let in no more. Disabling twice is disabling. */
export async function disableTerminal(ctx: Context, id: string): Promise<Result<string, ChangeTerminalRefusal>> {
  if (!mayRunSystem(ctx.actor)) return refuse({ kind: 'not-allowed' })
  const disabled = isId(id)
    ? await ctx.db.run(sql`
    update terminal set disabled_at = coalesce(disabled_at, ${ctx.clock.now()}) where id = ${id}`)
    : 0
  admitted.forget()
  return disabled === 1 ? ok(id) : refuse({ kind: 'unknown' })
}

/** All machines, by branch and name. */
export function listTerminals(ctx: Context): Promise<ListedTerminal[]> {
  return ctx.db.all(sql<ListedTerminal>`
    select terminal.id, terminal.name, kind, branch_id, branch.name as branch, without_pin, added_at, disabled_at,
      last_seen_at
    from terminal join branch on branch.id = branch_id order by branch.name, terminal.name`)
}

const throttle = new SignInThrottle()

/** Machines that have shown their secret, which they do with every message: one disabled elsewhere goes on for so long. */
const admitted = new Belief<Terminal>(5000)

/**
 * Whether this is the machine's secret. Only wrong ones are counted, by name and where they come from: many connections
 * of one machine at once are an ordinary morning, and a secret of 256 bits is not guessed. The hash is plain SHA-256 for
 * the same reason. An unknown name costs the same and is told the same. A machine that was right is believed for five
 * seconds more: one that is disabled by another process goes on for that long.
 * @param given.address where the machine calls from, so that a stranger who knows its name cannot lock it out
 */
export async function verifyTerminal(
  ctx: Context,
  name: string,
  secret: string,
  given: { readonly address?: string; readonly throttle?: SignInThrottle } = {},
): Promise<Result<Terminal, TerminalRefusal>> {
  const counted = given.throttle ?? throttle
  const who = [ctx.agency, 'terminal', name.normalize('NFC').trim(), given.address ?? '']
  const until = counted.locked(who)
  if (until) return refuse({ kind: 'locked', until })
  const hash = hashOf(secret)
  const terminal = await admitted.know(`${ctx.agency} ${who[2]} ${hash}`, () => admit(ctx, who[2] ?? '', hash))
  if (terminal) return ok(terminal)
  counted.count(who)
  return refuse({ kind: 'wrong' })
}

async function admit(ctx: Context, name: string, hash: string): Promise<Terminal | undefined> {
  const [known] = await ctx.db.named<Terminal & Pick<TerminalRow, 'secret_hash' | 'disabled_at' | 'last_seen_at'>>(
    FIND,
    [name],
  )
  const right = isSame(hash, known?.secret_hash ?? NOBODYS)
  if (!known || !right || known.disabled_at) return undefined
  await touch(ctx, known)
  const { id, kind, branch_id, without_pin } = known
  return { id, name: known.name, kind, branch_id, without_pin }
}

const FIND: Named = {
  name: 'terminal-named',
  text: `select id, name, kind, branch_id, without_pin, secret_hash, disabled_at, last_seen_at
    from terminal where name = $1`,
}

/** Who acts when this machine does. */
export function terminalActor(terminal: Terminal): Actor {
  return { kind: 'terminal', name: terminal.name }
}

/** A machine that asks ten times a second is not written down ten times a second. */
async function touch(ctx: Context, { id, last_seen_at }: Pick<TerminalRow, 'id' | 'last_seen_at'>): Promise<void> {
  const now = ctx.clock.now()
  const before = now.subtract(SEEN_EVERY)
  if (last_seen_at && Temporal.Instant.compare(last_seen_at, before) > 0) return
  await ctx.db.run(sql`
    update terminal set last_seen_at = ${now} where id = ${id} and (last_seen_at is null or last_seen_at <= ${before})`)
}

const NOBODYS = '0'.repeat(64)

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

function isSame(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(one), Buffer.from(other))
}
