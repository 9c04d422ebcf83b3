import { listBranches } from '#agencies'
import { type BranchId, dayOf, type ItemId, type LoanId, type PatronId, type TitleId } from '#core'
import { type Named, sql } from '#db'
import { decideLending, lendingRules } from '#lending-rules'
import { BLOCKS_ON, type BlockCode, LENDING_GROUP } from '#patrons'
import { LENDER_WANTS_BACK, NEEDED_BY_OTHERS } from '#reservations'
import { settingAt, settingVersion } from '#settings'
import type { Context } from '#vault'
import type { MaybeLate } from './charge-late.ts'
import { againstRenewal, type RenewalFacts, type RenewalReason } from './renewal-rules.ts'
import type { Route } from './route.ts'
import { type LoanState, loanState } from './states.ts'
import type { LoanRow } from './tables.ts'

/** What a renewal is decided from, and what it costs when it comes too late. */
export interface LoanFacts
  extends MaybeLate,
    Pick<LoanRow, 'returned_at' | 'lost_at' | 'settled_at' | 'claimed_returned_at' | 'renewals'> {
  item_id: ItemId
  loan_branch_id: BranchId
  waiting: boolean
  restricted: boolean
  return_by_on: Temporal.PlainDate | null
  blocks: BlockCode[]
}

/** The columns of {@link LoanFacts}; the statement's `$2` is today. */
const FACTS = `
  l.id as loan_id, l.patron_id, l.item_id, l.branch_id as loan_branch_id, l.lent_at, l.renewed_at, l.due_on, l.renewals,
  l.returned_at, l.lost_at, l.settled_at, l.claimed_returned_at, l.material_group, i.branch_id, p.birth_on,
  ${LENDING_GROUP('p')} as lending_group,
  ${NEEDED_BY_OTHERS('i.title_id', 'i.issue', 'i.id')} as waiting,
  exists (select from restriction where patron_id = p.id and ended_at is null) as restricted,
  ${LENDER_WANTS_BACK('i.title_id')} as return_by_on,
  ${BLOCKS_ON('p.id', '$2')} as blocks,
  ${settingVersion(lendingRules)} as rules_version`

export const READ_LOAN: Named = {
  name: 'loan-facts',
  text: `select ${FACTS} from loan l join item i on i.id = l.item_id join patron p on p.id = l.patron_id where l.id = $1`,
}

export function renewalFacts(facts: LoanFacts, today: Temporal.PlainDate): RenewalFacts {
  return { ...facts, state: loanState(facts), today }
}

export interface OpenLoan {
  readonly id: LoanId
  readonly title_id: TitleId
  readonly title: string
  readonly author: string | null
  readonly barcode: string
  readonly material: string
  readonly due_on: Temporal.PlainDate
  readonly renewals: number
  readonly renewed_at: Temporal.Instant | null
  readonly state: LoanState
  /** Why it cannot be renewed now; empty when it can. */
  readonly denials: readonly RenewalReason[]
}

export const OPEN_LOANS: Named = {
  name: 'open-loans',
  text: `select ${FACTS}, l.title_id, t.title, t.author, i.barcode, l.material
    from loan l join item i on i.id = l.item_id join patron p on p.id = l.patron_id join title t on t.id = l.title_id
    where l.patron_id = $1 and l.returned_at is null and l.lost_at is null
    order by l.due_on, l.id`,
}

/** What a patron has on loan now, what is due first first, and whether each can be renewed. Writes nothing. */
export async function openLoans(ctx: Context, patron: PatronId): Promise<OpenLoan[]> {
  const today = dayOf(ctx.clock.now())
  const rows = await ctx.db.named<LoanFacts & Pick<OpenLoan, 'title_id' | 'title' | 'author' | 'barcode' | 'material'>>(
    OPEN_LOANS,
    [patron, today],
  )
  return Promise.all(
    rows.map(async (row) => {
      const rules = await settingAt(ctx, lendingRules, row.rules_version)
      const scope = { branch: row.branch_id, patronGroup: row.lending_group, materialGroup: row.material_group }
      const facts = renewalFacts(row, today)
      const denials = againstRenewal(facts, decideLending(rules, scope).values)
      const { loan_id: id, title_id, title, author, barcode, material, due_on, renewals, renewed_at } = row
      const { state } = facts
      return { id, title_id, title, author, barcode, material, due_on, renewals, renewed_at, state, denials }
    }),
  )
}

/** A loan as it stood when a page was shown: a form that comes again finds it renewed meanwhile. */
export function seenAs({ id, renewals }: Pick<OpenLoan, 'id' | 'renewals'>): string {
  return `${id}:${renewals}`
}

export function openLoanIds(ctx: Context, patron: PatronId): Promise<LoanId[]> {
  return ctx.db
    .all(sql<{ id: LoanId }>`
      select id from loan where patron_id = ${patron} and returned_at is null and lost_at is null order by due_on, id`)
    .then((rows) => rows.map(({ id }) => id))
}

export interface LoanCounts {
  readonly loans: number
  readonly overdue: number
  /** Said to be returned, and looked for. */
  readonly claimed: number
  readonly next_due_on: Temporal.PlainDate | null
}

/** How much a patron has on loan, for receipts and the head of a page. */
export function countLoans(ctx: Context, patron: PatronId): Promise<LoanCounts> {
  return ctx.db.one(sql<LoanCounts>`
    select count(*)::int as loans, count(*) filter (where due_on < ${dayOf(ctx.clock.now())})::int as overdue,
      count(claimed_returned_at)::int as claimed, min(due_on) as next_due_on
    from loan where patron_id = ${patron} and returned_at is null and lost_at is null`)
}

export interface Borrower {
  readonly loan: LoanId
  readonly patron_id: PatronId
  readonly lent_at: Temporal.Instant
  readonly returned_at: Temporal.Instant | null
  readonly material: string
  readonly material_group: string
}

/**
 * Who had an item last, while the library's policy keeps the loan, and nobody after that: to ask about damage. Whoever
 * shows it writes to the access log.
 */
export function lastBorrower(ctx: Context, item: ItemId): Promise<Borrower | undefined> {
  return ctx.db.maybe(sql<Borrower>`
    select id as loan, patron_id, lent_at, returned_at, material, material_group from loan
    where item_id = ${item} order by lent_at desc, id desc limit 1`)
}

export interface GroupLoan {
  readonly id: LoanId
  readonly title: string
  readonly barcode: string
  readonly due_on: Temporal.PlainDate
}

/** The open loans somebody answers for on behalf of others. Whose they are is not told. */
export function groupLoansOf(ctx: Context, primary: PatronId): Promise<GroupLoan[]> {
  return ctx.db.all(sql<GroupLoan>`
    select l.id, t.title, i.barcode, l.due_on
    from group_loan g join loan l on l.id = g.loan_id join item i on i.id = l.item_id join title t on t.id = l.title_id
    where g.patron_id = ${primary} and l.returned_at is null and l.lost_at is null
    order by l.due_on, l.id`)
}

/** How often titles were lent in the year before a day, by counters that are nobody's. */
export function lentLately(
  ctx: Context,
  on: Temporal.PlainDate,
): Promise<{ readonly title_id: TitleId; readonly loans: number }[]> {
  return ctx.db.all(sql<{ title_id: TitleId; loans: number }>`
    select title_id, sum(loans)::int as loans from lending where month >= ${on.subtract({ years: 1 })} group by title_id`)
}

/** What the branches a route names are called: one in transit alone names any, and most are not. */
export async function branchNames(ctx: Context, route: Route): Promise<(branch: BranchId) => string> {
  const branches = route.kind === 'transit' ? await listBranches(ctx) : []
  return (id) => branches.find((branch) => branch.id === id)?.name ?? ''
}
