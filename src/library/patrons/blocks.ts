import { dayOf, ok, type PatronId, type Result, refuse, type StaffId } from '#core'
import { sql, transact } from '#db'
import { ADDRESSEE, type Addressee, tell } from '#messages'
import type { Context } from '#vault'
import { dateText } from '#web'
import {
  type Decision,
  type DecisionRefusal,
  decideDecision,
  gravestFirst,
  holdsCpr,
  isExclusion,
  type ManualCode,
  stands,
} from './block-rules.ts'
import { blockText } from './block-texts.ts'
import type { AccessBanRow, BlockCode, LoanBlockRow } from './desk-tables.ts'
import { accessBanMessage, exclusionMessage, loanBlockMessage } from './templates.ts'

/** `unknown` also of a block or ban that is gone. */
export type BlockRefusal = DecisionRefusal | { readonly kind: 'not-allowed' | 'unknown' | 'already-blocked' }
export type BanRefusal = DecisionRefusal | { readonly kind: 'not-allowed' | 'unknown' }
export type LiftRefusal = { readonly kind: 'not-allowed' | 'unknown' | 'lifts-itself' }

export interface NewLoanBlock extends Decision {
  readonly code: ManualCode
  /** The first day on which it no longer stands. */
  readonly untilOn?: Temporal.PlainDate
}

/**
 * Blocks a patron from borrowing, as staff at the desk decide, and tells them. It closes no door. An exclusion goes by
 * Digital Post or letter to someone who has given no e-mail address, because it must be told.
 */
export function placeLoanBlock(
  ctx: Context,
  patron: PatronId,
  block: NewLoanBlock,
): Promise<Result<{ readonly id: string }, BlockRefusal>> {
  return transact(ctx, async (ctx) => {
    const staff = atDesk(ctx)
    if (!staff) return refuse({ kind: 'not-allowed' })
    const now = ctx.clock.now()
    const since_on = dayOf(now)
    const until_on = block.untilOn ?? null
    const decision = decideDecision(block, { from_on: since_on, until_on }, isExclusion(block.code))
    if (!decision.ok) return decision
    const to = await lockAddressee(ctx, patron)
    if (!to) return refuse({ kind: 'unknown' })
    const { reason, message } = decision.value
    const id = ctx.random.uuid(now)
    const placed = await ctx.db.run(sql`
      insert into loan_block (id, patron_id, code, automatic, reason, message, since_on, until_on, placed_by, placed_at)
      values (${id}, ${patron}, ${block.code}, false, ${reason}, ${message}, ${since_on}, ${until_on}, ${staff}, ${now})
      on conflict (patron_id, code) do nothing`)
    if (placed === 0) return refuse({ kind: 'already-blocked' })
    const data = {
      sentence: blockText(block.code)[to.language],
      message: message ?? '',
      until: until_on ? dateText(until_on, to.language) : '',
    }
    await tell(ctx, isExclusion(block.code) ? exclusionMessage : loanBlockMessage, [{ to, data }])
    return ok({ id })
  })
}

/** Lifts a block that staff placed; it is gone at once. An automatic one lifts itself when its cause is gone. */
export async function liftLoanBlock(ctx: Context, id: string): Promise<Result<{ readonly id: string }, LiftRefusal>> {
  if (!atDesk(ctx)) return refuse({ kind: 'not-allowed' })
  const lifted = await ctx.db.run(sql`delete from loan_block where id = ${id} and not automatic`)
  if (lifted > 0) return ok({ id })
  const known = await ctx.db.maybe(sql`select 1 from loan_block where id = ${id}`)
  return refuse({ kind: known ? 'lifts-itself' : 'unknown' })
}

/**
 * Places the block a rule asks for, in the caller's transaction. A patron who has one of that code, by hand or not,
 * keeps it as it is. Tells nobody: whoever knows the cause does. Answers whether it was placed now.
 */
export async function placeAutomaticBlock(
  ctx: Context,
  patron: PatronId,
  code: BlockCode,
  more: { readonly message?: string; readonly sinceOn?: Temporal.PlainDate } = {},
): Promise<boolean> {
  const now = ctx.clock.now()
  const placed = await ctx.db.run(sql`
    insert into loan_block (id, patron_id, code, automatic, message, since_on, placed_at)
    select ${ctx.random.uuid(now)}, id, ${code}, true, ${more.message ?? null}, ${more.sinceOn ?? dayOf(now)}, ${now}
    from patron where id = ${patron}
    on conflict (patron_id, code) do nothing`)
  return placed > 0
}

/** Lifts the block a rule placed, when its cause is gone. One that staff placed stays. Answers whether one was lifted. */
export async function liftAutomaticBlock(ctx: Context, patron: PatronId, code: BlockCode): Promise<boolean> {
  const lifted = await ctx.db.run(sql`
    delete from loan_block where patron_id = ${patron} and code = ${code} and automatic`)
  return lifted > 0
}

/**
 * A machine asks that a card be blocked, such as after wrong PINs (SIP2 message 01). Staff lift it as one of their own,
 * since only they can tell whether it was the patron who tried. Blocking again changes nothing.
 */
export async function blockFromMachine(ctx: Context, patron: PatronId, reason: string): Promise<void> {
  const now = ctx.clock.now()
  // What a machine writes is free text, and a CPR number in it would stay.
  const kept = reason.trim() === '' || holdsCpr(reason) ? null : reason.trim()
  await ctx.db.run(sql`
    insert into loan_block (id, patron_id, code, automatic, reason, since_on, placed_at)
    select ${ctx.random.uuid(now)}, id, 'self-service', false, ${kept}, ${dayOf(now)}, ${now}
    from patron where id = ${patron}
    on conflict (patron_id, code) do nothing`)
}

/** Lifts what {@link blockFromMachine} placed, and nothing else: a machine lifts no decision of staff's. */
export async function unblockFromMachine(ctx: Context, patron: PatronId): Promise<void> {
  await ctx.db.run(sql`delete from loan_block where patron_id = ${patron} and code = 'self-service'`)
}

/** A patron's blocks, the gravest first, and whether each stands today: one that is announced does not yet. */
export async function blocksOf(
  ctx: Context,
  patron: PatronId,
): Promise<(LoanBlockRow & { readonly stands: boolean })[]> {
  const today = dayOf(ctx.clock.now())
  const rows = await ctx.db.all(sql<LoanBlockRow>`select * from loan_block where patron_id = ${patron} order by code`)
  return gravestFirst(
    rows.map((row) => ({ ...row, stands: stands({ from_on: row.since_on, until_on: row.until_on }, today) })),
  )
}

/** Removes the blocks and bans whose last day is over. Answers how many. */
export function endBlocks(ctx: Context, night: Temporal.PlainDate): Promise<number> {
  return transact(ctx, async (ctx) => {
    const blocks = await ctx.db.run(sql`delete from loan_block where until_on <= ${night}`)
    const bans = await ctx.db.run(sql`delete from access_ban where until_on <= ${night}`)
    return blocks + bans
  })
}

export interface NewAccessBan extends Decision {
  readonly fromOn: Temporal.PlainDate
  /** The first day on which it no longer stands. */
  readonly untilOn?: Temporal.PlainDate
}

/** Bans a patron from the house, under its rules, and tells them in writing. It stops no loan. */
export function placeAccessBan(
  ctx: Context,
  patron: PatronId,
  ban: NewAccessBan,
): Promise<Result<{ readonly id: string }, BanRefusal>> {
  return transact(ctx, async (ctx) => {
    const staff = atDesk(ctx)
    if (!staff) return refuse({ kind: 'not-allowed' })
    const until_on = ban.untilOn ?? null
    const decision = decideDecision(ban, { from_on: ban.fromOn, until_on }, true)
    if (!decision.ok) return decision
    const to = await lockAddressee(ctx, patron)
    if (!to) return refuse({ kind: 'unknown' })
    const { reason, message } = decision.value
    const now = ctx.clock.now()
    const id = ctx.random.uuid(now)
    await ctx.db.run(sql`
      insert into access_ban (id, patron_id, reason, message, from_on, until_on, decided_by, decided_at)
      values (${id}, ${patron}, ${reason}, ${message}, ${ban.fromOn}, ${until_on}, ${staff}, ${now})`)
    const { language } = to
    const data = {
      message: message ?? '',
      from: dateText(ban.fromOn, language),
      until: until_on ? dateText(until_on, language) : '',
    }
    await tell(ctx, accessBanMessage, [{ to, data }])
    return ok({ id })
  })
}

export async function liftAccessBan(ctx: Context, id: string): Promise<Result<{ readonly id: string }, BanRefusal>> {
  if (!atDesk(ctx)) return refuse({ kind: 'not-allowed' })
  const lifted = await ctx.db.run(sql`delete from access_ban where id = ${id}`)
  return lifted > 0 ? ok({ id }) : refuse({ kind: 'unknown' })
}

/** The bans decided about a patron, the newest first, also those still to come. */
export function bansOf(ctx: Context, patron: PatronId): Promise<AccessBanRow[]> {
  return ctx.db.all(sql<AccessBanRow>`
    select * from access_ban where patron_id = ${patron} order by from_on desc, id desc`)
}

/** The ban that keeps a patron out on a day, if any does. Loan blocks are not asked: they close no door. */
export async function accessBanOn(
  ctx: Context,
  patron: PatronId,
  day: Temporal.PlainDate,
): Promise<AccessBanRow | undefined> {
  return (await bansOf(ctx, patron)).find((ban) => stands(ban, day))
}

/** Locks the patron, so that a checkout under way is finished before the block stands. */
export function lockAddressee(ctx: Context, patron: PatronId): Promise<Addressee | undefined> {
  return ctx.db.maybe(sql<Addressee>`
    select ${sql.raw(ADDRESSEE('p'))} from patron p where p.id = ${patron} for update`)
}

/** The member of staff at the desk who is acting, if it is one. */
export function atDesk(ctx: Context): StaffId | undefined {
  return ctx.actor.kind === 'staff' && ctx.actor.roles.includes('desk') ? ctx.actor.id : undefined
}
