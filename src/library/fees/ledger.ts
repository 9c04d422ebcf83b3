import { type BranchId, type CompensationId, type FeeId, type LoanId, type Ore, oreOf, type PatronId } from '#core'
import { type Named, sql } from '#db'
import type { Context } from '#vault'
import type { BookkeepingEntryRow, PaymentRow } from './tables.ts'

/** What is owed for one reason: a fee or a compensation. */
export type Claim =
  | { readonly kind: 'fee'; readonly id: FeeId }
  | { readonly kind: 'compensation'; readonly id: CompensationId }

/** A claim's money as it stands, locked. */
export interface ClaimMoney {
  readonly patron_id: PatronId
  readonly loan_id: LoanId | null
  readonly amount_ore: number
  readonly paid_ore: number
  readonly credited_ore: number
  readonly number: string | null
  readonly charged_at: Temporal.Instant
  readonly settled_at: Temporal.Instant | null
  readonly handed_over_at: Temporal.Instant | null
}

// A lock that lets others refer to the patron: two who charge at once both do, and one then waits here for the other.
const LOCK_PATRON: Named = { name: 'money-lock', text: 'select from patron where id = $1 for no key update' }

/** Locks a patron's money. Patron before claim, as everywhere. */
export async function lockPatron(ctx: Context, patron: PatronId): Promise<void> {
  await ctx.db.named(LOCK_PATRON, [patron])
}

/** Locks whose claim it is, then the claim, and reads it as it is by then; undefined when there is none. */
export async function lockClaim(ctx: Context, claim: Claim): Promise<ClaimMoney | undefined> {
  const table = sql.id(claim.kind)
  await ctx.db.run(sql`
    select from patron where id = (select patron_id from ${table} where id = ${claim.id}) for no key update`)
  return ctx.db.maybe(sql<ClaimMoney>`
    select patron_id, loan_id, amount_ore, paid_ore, credited_ore, number, charged_at, settled_at, handed_over_at
    from ${table} where id = ${claim.id} for update`)
}

/** What is still owed of a claim; below zero the library owes it back. */
export function leftOf({ amount_ore, paid_ore, credited_ore }: Omit<ClaimMoney, 'patron_id'>): Ore {
  return oreOf(amount_ore - paid_ore - credited_ore)
}

const NUMBER_DIGITS = 12

/** A number to say aloud and to write on a bill, a receipt or an entry: random, so that it tells nothing. */
export function freshNumber(ctx: Context): string {
  return ctx.random.digits(NUMBER_DIGITS)
}

export interface Movement {
  readonly kind: Exclude<BookkeepingEntryRow['kind'], 'charge'>
  /** Above zero. */
  readonly amount: Ore
  readonly method?: PaymentRow['method']
  readonly branch_id?: BranchId | null
}

/**
 * Moves a locked claim's money and enters it in the accounts. When nothing is left either way, the claim and its entries
 * learn the moment; when something is owed again, they lose it, because their periods then begin anew.
 */
export async function move(ctx: Context, claim: Claim, money: ClaimMoney, movement: Movement): Promise<Ore> {
  const { kind, amount } = movement
  const paid = kind === 'payment' ? amount : kind === 'refund' ? -amount : 0
  const credited = kind === 'credit' || kind === 'write-off' ? amount : 0
  const left = oreOf(leftOf(money) - paid - credited)
  const settled_at = left === 0 ? ctx.clock.now() : null
  await ctx.db.run(sql`
    update ${sql.id(claim.kind)} set paid_ore = paid_ore + ${paid}, credited_ore = credited_ore + ${credited},
      settled_at = ${settled_at} where id = ${claim.id}`)
  await book(ctx, {
    patron: money.patron_id,
    claim,
    kind,
    amount: -(paid + credited),
    method: movement.method ?? null,
    branch_id: movement.branch_id ?? null,
  })
  if (settled_at || money.settled_at) {
    await ctx.db.run(sql`update bookkeeping_entry set settled_at = ${settled_at} where claim_id = ${claim.id}`)
  }
  return left
}

interface Entry {
  readonly patron: PatronId
  readonly claim: Claim
  readonly kind: BookkeepingEntryRow['kind']
  /** Above zero what is owed grows, below zero it shrinks. */
  readonly amount: number
  readonly method: PaymentRow['method'] | null
  readonly branch_id: BranchId | null
}

/** Enters an amount in the accounts. No title, no loan. An entry is never changed; another one counters it. */
export async function book(ctx: Context, entry: Entry): Promise<void> {
  const now = ctx.clock.now()
  await ctx.db.run(sql`
    insert into bookkeeping_entry (id, patron_id, claim_id, number, account, amount_ore, booked_at, kind, method, branch_id,
      made_by)
    values (${ctx.random.uuid(now)}, ${entry.patron}, ${entry.claim.id}, ${freshNumber(ctx)}, ${entry.claim.kind},
      ${entry.amount}, ${now}, ${entry.kind}, ${entry.method}, ${entry.branch_id},
      ${ctx.actor.kind === 'staff' ? ctx.actor.id : null})`)
}
