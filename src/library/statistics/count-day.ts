import { startOfDay } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'

/**
 * Counts the day before a night, while its loans are still there: before retention. To count a day again changes
 * nothing. The loans of people whose data are restricted are left out (Art. 18).
 * @param options.withStock how much there is and waits is counted too, which can only be done when the day is just over
 */
export async function countDay(
  ctx: Context,
  night: Temporal.PlainDate,
  { withStock }: { readonly withStock: boolean },
): Promise<void> {
  const day = night.subtract({ days: 1 })
  const [from, before] = [startOfDay(day), startOfDay(night)]
  const unrestricted = sql`not exists (select from restriction r where r.patron_id = l.patron_id and r.ended_at is null)`
  // In one statement, so that the loans and the items are gone through once for both tables.
  await ctx.db.prepared(sql`
    with lent as materialized (
        select l.branch_id, l.material_group, count(*)::int as loans from loan l
        where l.lent_at >= ${from} and l.lent_at < ${before} and ${unrestricted} group by 1, 2),
      stock as materialized (
        select branch_id, material_group, count(*)::int as items,
          count(*) filter (where state in ('on-loan', 'claimed-returned'))::int as on_loan
        from item where state not in ('withdrawn', 'lost', 'on-order') group by 1, 2),
      at_branch as (
        insert into day_at_branch (day, branch_id, loans, returns, items, on_loan, overdue, waiting)
        select ${day}, b.id,
          coalesce((select sum(loans) from lent where branch_id = b.id), 0), coalesce(back.returns, 0),
          case when ${withStock} then coalesce((select sum(items) from stock where branch_id = b.id), 0) end,
          case when ${withStock} then coalesce((select sum(on_loan) from stock where branch_id = b.id), 0) end,
          case when ${withStock} then coalesce(late.overdue, 0) end, case when ${withStock} then coalesce(queue.waiting, 0) end
        from branch b
          left join (select i.at_branch_id, count(*)::int as returns from loan l join item i on i.id = l.item_id
            where l.returned_at >= ${from} and l.returned_at < ${before} and ${unrestricted} group by 1) back
            on back.at_branch_id = b.id
          left join (select i.branch_id, count(*)::int as overdue from loan l join item i on i.id = l.item_id
            where l.returned_at is null and l.lost_at is null and l.due_on < ${night} group by 1) late on late.branch_id = b.id
          left join (select pickup_branch_id, count(*)::int as waiting from reservation where item_id is null group by 1) queue
            on queue.pickup_branch_id = b.id
        on conflict (day, branch_id) do nothing)
    insert into day_of_group (day, material_group, loans, items, on_loan)
    select ${day}, g.material_group, coalesce((select sum(loans) from lent where material_group = g.material_group), 0),
      case when ${withStock} then coalesce((select sum(items) from stock where material_group = g.material_group), 0) end,
      case when ${withStock} then coalesce((select sum(on_loan) from stock where material_group = g.material_group), 0) end
    from (select material_group from item union select material_group from lent) g
    on conflict (day, material_group) do nothing`)
}
