import { dayOf, type LoanId, type PatronId, type TitleId } from '#core'
import { type Named, sql } from '#db'
import { feeTable } from '#fees'
import { decideLending, lendingRules } from '#lending-rules'
import { BLOCKS_ON, LENDING_GROUP } from '#patrons'
import { settingAt, settingVersion } from '#settings'
import type { Context } from '#vault'
import type { HoldFacts, ItemFacts, LoanFacts, PatronFacts } from './ports.ts'

/** Everything a machine may be told of a patron without a list, in one statement. */
const PATRON: Named = {
  name: 'sip2-patron',
  text: `
    select p.id, p.number, p.name, p.protected, p.birth_on, p.email, p.phone, p.address, p.postcode, p.city, p.language,
      p.patron_group as "group", b.code as home_branch, ${LENDING_GROUP('p')} as lending_group,
      exists (select from restriction where patron_id = p.id and ended_at is null) as restricted,
      ${BLOCKS_ON('p.id', '$2')} as blocks,
      loans.loans, loans.overdue, holds.ready, holds.waiting, owed.debts, owed.owed_ore,
      ${settingVersion(lendingRules)} as rules_version, ${settingVersion(feeTable)} as fees_version
    from patron p
      join branch b on b.id = p.home_branch_id
      cross join lateral (
        select count(*)::int as loans, count(*) filter (where due_on < $2)::int as overdue
        from loan where patron_id = p.id and returned_at is null and lost_at is null) loans
      cross join lateral (
        select count(ready_at)::int as ready, count(*) filter (where ready_at is null)::int as waiting
        from reservation where patron_id = p.id) holds
      cross join lateral (
        select count(*)::int as debts, coalesce(sum(amount_ore - paid_ore - credited_ore), 0)::int as owed_ore
        from (select amount_ore, paid_ore, credited_ore from fee where patron_id = p.id and settled_at is null
              union all
              select amount_ore, paid_ore, credited_ore from compensation where patron_id = p.id and settled_at is null
        ) claim) owed
    where p.id = $1`,
}

type PatronRead = Omit<PatronFacts, 'fee_limit_ore' | 'most_loans' | 'most_holds'> & {
  lending_group: string
  rules_version: number
  fees_version: number
}

export async function patronFacts(ctx: Context, id: PatronId): Promise<PatronFacts | undefined> {
  const [row] = await ctx.db.named<PatronRead>(PATRON, [id, dayOf(ctx.clock.now())])
  if (!row) return undefined
  const [rules, fees] = await Promise.all([
    settingAt(ctx, lendingRules, row.rules_version),
    settingAt(ctx, feeTable, row.fees_version),
  ])
  const { values } = decideLending(rules, { patronGroup: row.lending_group })
  return {
    ...row,
    fee_limit_ore: fees.block.atOre,
    most_loans: values.mostLoans,
    most_holds: values.mostReservations,
  }
}

const LOANS: Named = {
  name: 'sip2-loans',
  text: `
    select l.id, i.barcode, t.title, t.author, l.material, l.material_group, t.dk5, l.due_on
    from loan l join item i on i.id = l.item_id join title t on t.id = l.title_id
    where l.patron_id = $1 and l.returned_at is null and l.lost_at is null
    order by l.due_on, i.barcode`,
}

export function loansOf(ctx: Context, id: PatronId): Promise<LoanFacts[]> {
  return ctx.db.named<LoanFacts>(LOANS, [id])
}

const HOLDS: Named = {
  name: 'sip2-holds',
  text: `
    select r.id, r.title_id, r.issue, t.record_id, t.title, t.author, r.placed_at, r.interest_until_on as until_on, i.barcode,
      r.ready_at is not null as ready, r.pickup_number, r.pickup_until_on, b.code as branch_code, b.name as branch_name,
      case when r.item_id is null then (
        select count(*) from reservation q where q.title_id = r.title_id and q.issue = r.issue and q.item_id is null
          and (q.placed_at, q.id) <= (r.placed_at, r.id))::int end as place
    from reservation r join title t on t.id = r.title_id join branch b on b.id = r.pickup_branch_id
      left join item i on i.id = r.item_id
    where r.patron_id = $1
    order by r.placed_at, t.record_id, r.id`,
}

export function holdsOf(ctx: Context, id: PatronId): Promise<HoldFacts[]> {
  return ctx.db.named<HoldFacts>(HOLDS, [id])
}

const ITEM: Named = {
  name: 'sip2-item',
  text: `
    select i.id, i.title_id, i.issue, t.title, t.author, t.material, i.material_group, t.dk5, i.shelf, i.state,
      home.code as home_code, here.code as at_code, there.code as destination_code, l.due_on, r.pickup_until_on,
      (select count(*)::int from reservation where title_id = i.title_id and issue = i.issue and item_id is null) as queue
    from item i join title t on t.id = i.title_id
      join branch home on home.id = i.branch_id join branch here on here.id = i.at_branch_id
      left join branch there on there.id = i.destination_branch_id
      left join loan l on l.item_id = i.id and l.returned_at is null and l.lost_at is null
      left join reservation r on r.item_id = i.id
    where i.barcode = $1`,
}

export async function itemFacts(ctx: Context, barcode: string): Promise<ItemFacts | undefined> {
  const [row] = await ctx.db.named<ItemFacts>(ITEM, [barcode])
  return row
}

/** A title by its number in the catalogue it came from. */
export async function titleOf(ctx: Context, record: string): Promise<TitleId | undefined> {
  const found = await ctx.db.all<{ id: TitleId }>(sql`select id from title where record_id = ${record} limit 2`)
  return found.length === 1 ? found[0]?.id : undefined
}

/** The number of whoever had it. Not told of somebody whose data are restricted. */
export async function borrowerOf(ctx: Context, loan: LoanId): Promise<string | undefined> {
  const found = await ctx.db.maybe<{ number: string }>(sql`
    select p.number from loan l join patron p on p.id = l.patron_id
    where l.id = ${loan} and not exists (select from restriction where patron_id = p.id and ended_at is null)`)
  return found?.number
}
