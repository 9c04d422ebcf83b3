import type { CompensationId, FeeId, LoanId, Ore, PatronId } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import type { Claim } from './ledger.ts'
import type { CompensationRow, FeeRow, PaymentRow } from './tables.ts'

export interface OpenClaim {
  readonly claim: Claim
  readonly reason: FeeRow['reason'] | CompensationRow['reason']
  /** The bill's; none of what was charged before bills had one. */
  readonly number: string | null
  readonly amount_ore: Ore
  readonly paid_ore: Ore
  /** Below zero the library owes it back. */
  readonly left_ore: Ore
  readonly handling_ore: Ore
  readonly charged_at: Temporal.Instant
  readonly pay_by_on: Temporal.PlainDate | null
  readonly handed_over_at: Temporal.Instant | null
  /** Whether it can be paid here: something is left, and the municipality has not taken it over. */
  readonly payable: boolean
  readonly materials: readonly ClaimedMaterial[]
}

/** What a claim is because of, as long as the loan is remembered. */
export interface ClaimedMaterial {
  readonly loan_id: LoanId
  readonly title: string
  readonly author: string | null
  readonly barcode: string
  readonly lent_at: Temporal.Instant
  readonly due_on: Temporal.PlainDate
  readonly returned_at: Temporal.Instant | null
}

/** An expression over a claim's alias: whether anything of it can be paid here. Whoever takes payment asks with it. */
export function payable(claim: 'fee' | 'compensation') {
  return sql.raw(
    `(${claim}.handed_over_at is null and ${claim}.amount_ore - ${claim}.paid_ore - ${claim}.credited_ore > 0)`,
  )
}

type ClaimRow = Omit<OpenClaim, 'claim' | 'materials'> & { kind: Claim['kind']; id: string }

/** What a patron owes and what the library owes them back, oldest first, with what it is because of. */
export async function openClaims(ctx: Context, patron: PatronId): Promise<OpenClaim[]> {
  const [rows, materials] = await Promise.all([
    ctx.db.all(sql<ClaimRow>`
      select 'fee' as kind, id, reason, number, amount_ore, paid_ore, amount_ore - paid_ore - credited_ore as left_ore,
        0 as handling_ore, charged_at, pay_by_on, handed_over_at, ${payable('fee')} as payable
      from fee where patron_id = ${patron} and settled_at is null
      union all
      select 'compensation', id, reason, number, amount_ore, paid_ore, amount_ore - paid_ore - credited_ore,
        handling_ore, charged_at, pay_by_on, handed_over_at, ${payable('compensation')}
      from compensation where patron_id = ${patron} and settled_at is null
      order by charged_at, id`),
    materialsOf(ctx, patron),
  ])
  return rows.map(({ kind, id, ...rest }) => ({
    ...rest,
    claim: claimOf(kind, id),
    materials: materials.filter(({ claim_id }) => claim_id === id),
  }))
}

/** A claim from its two columns. */
export function claimOf(kind: Claim['kind'], id: string): Claim {
  return kind === 'fee' ? { kind, id: id as FeeId } : { kind, id: id as CompensationId }
}

/** What the patron's open claims are because of. A loan that shares a fee points at it itself. */
function materialsOf(ctx: Context, patron: PatronId): Promise<(ClaimedMaterial & { claim_id: string })[]> {
  return ctx.db.all(sql<ClaimedMaterial & { claim_id: string }>`
    with owed as (
      select id, loan_id from fee where patron_id = ${patron} and settled_at is null
      union all
      select id, loan_id from compensation where patron_id = ${patron} and settled_at is null)
    select owed.id as claim_id, l.id as loan_id, t.title, t.author, i.barcode, l.lent_at, l.due_on, l.returned_at
    from owed join loan l on l.id = owed.loan_id or l.fee_id = owed.id
      join item i on i.id = l.item_id join title t on t.id = i.title_id
    where l.patron_id = ${patron}
    order by l.lent_at, l.id`)
}

/** One receipt, as it is shown and sent again. */
export interface ReceiptRow {
  readonly receipt_number: string
  readonly patron_id: PatronId
  readonly amount_ore: Ore
  readonly method: PaymentRow['method']
  readonly paid_at: Temporal.Instant
  readonly branch: string | null
  readonly kind: Claim['kind']
  /** Null once the claim is forgotten. */
  readonly claim_id: string | null
  /** The bill's number and what is left of it; null once the claim is forgotten. */
  readonly number: string | null
  readonly left_ore: Ore | null
}

/** The receipts with these numbers, of one patron, oldest first. */
export function receiptsBy(ctx: Context, patron: PatronId, numbers: readonly string[]): Promise<ReceiptRow[]> {
  return ctx.db.all(sql<ReceiptRow>`
    ${RECEIPTS} where p.patron_id = ${patron} and p.receipt_number = any(${numbers}) order by p.paid_at, p.receipt_number`)
}

/** What a patron has paid and been paid back, newest first. */
export function paymentsOf(ctx: Context, patron: PatronId): Promise<ReceiptRow[]> {
  return ctx.db.all(sql<ReceiptRow>`
    ${RECEIPTS} where p.patron_id = ${patron} order by p.paid_at desc, p.receipt_number limit 100`)
}

const RECEIPTS = sql.raw(`
  select p.receipt_number, p.patron_id, p.amount_ore, p.method, p.paid_at, b.name as branch,
    case when p.compensation_id is null then 'fee' else 'compensation' end as kind,
    coalesce(f.id, c.id) as claim_id, coalesce(f.number, c.number) as number,
    coalesce(f.amount_ore - f.paid_ore - f.credited_ore, c.amount_ore - c.paid_ore - c.credited_ore) as left_ore
  from payment p left join fee f on f.id = p.fee_id left join compensation c on c.id = p.compensation_id
    left join branch b on b.id = p.branch_id`)

/** An expression over a loan's id: a claim because of it, or the fee it shares, is still open. `loans` asks with it. */
export function hasOpenClaim(loan: string) {
  return sql.raw(`(exists (select from fee where loan_id = ${loan} and settled_at is null)
    or exists (select from compensation where loan_id = ${loan} and settled_at is null)
    or exists (select from fee where id = (select fee_id from loan sharing where sharing.id = ${loan}) and settled_at is null))`)
}

/** An expression over a loan's id: when the last claim because of it was settled, null when there was none. */
export function lastClaimSettled(loan: string) {
  return sql.raw(`greatest((select max(settled_at) from fee where loan_id = ${loan}),
    (select max(settled_at) from compensation where loan_id = ${loan}),
    (select settled_at from fee where id = (select fee_id from loan sharing where sharing.id = ${loan})))`)
}
