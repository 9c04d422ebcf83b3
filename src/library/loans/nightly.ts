import { setItemState } from '#catalogue'
import { type ItemId, type LoanId, oreOf } from '#core'
import { sql, transact } from '#db'
import { chargeCompensation, chargeFee, compensationFor, lateFee, paysChildFee, STATUTORY_CAP } from '#fees'
import { type Addressee, type NewMessage, queueMessages, serviceMessage } from '#messages'
import type { Context } from '#vault'
import { daysLate } from './rules.ts'
import { amountText, dayText, texts } from './texts.ts'

const REMIND_DAYS_BEFORE = 3
/** Days after the due date on which the patron is told, and, last, on which the item is counted as lost. */
const OVERDUE_DAYS = [1, 14] as const
const LOST_AFTER_DAYS = 35

/** Reminds of what is due within three days, once: one message for each patron and due date, whatever its number of loans. */
export function remindDueSoon(ctx: Context, night: Temporal.PlainDate): Promise<number> {
  const last = night.add({ days: REMIND_DAYS_BEFORE })
  return transact(ctx, async (ctx) => {
    const patrons = await ctx.db.prepared<Addressee & { count: number; due_on: Temporal.PlainDate }>(sql`
      with reminded as (
        update loan set reminded_at = ${ctx.clock.now()}
        where due_on between ${night} and ${last} and returned_at is null and lost_at is null and reminded_at is null
        returning patron_id, due_on)
      select p.id as patron_id, p.language, p.email, p.phone, r.due_on, count(*)::int as count
      from reminded r join patron p on p.id = r.patron_id group by p.id, r.due_on order by p.id, r.due_on`)
    const messages = patrons.flatMap((to) =>
      serviceMessage(to, 'due-soon', texts.dueSoon[to.language](to.count, dayText(to.due_on, to.language))),
    )
    await queueMessages(ctx, messages)
    return messages.length
  })
}

/** Tells of what is overdue, once for each step; a step that was missed is not made up for twice. */
export function remindOverdue(ctx: Context, night: Temporal.PlainDate): Promise<number> {
  return transact(ctx, async (ctx) => {
    const messages: NewMessage[] = []
    for (const [index, days] of OVERDUE_DAYS.entries()) {
      const patrons = await ctx.db.prepared<Addressee & { count: number }>(sql`
        with told as (
          update loan set overdue_step = ${index + 1}
          where due_on <= ${night.subtract({ days })} and due_on > ${night.subtract({ days: OVERDUE_DAYS[index + 1] ?? LOST_AFTER_DAYS })}
            and overdue_step < ${index + 1} and returned_at is null and lost_at is null
          returning patron_id)
        select p.id as patron_id, p.language, p.email, p.phone, count(*)::int as count
        from told t join patron p on p.id = t.patron_id group by p.id order by p.id`)
      for (const to of patrons) messages.push(...serviceMessage(to, 'overdue', texts.overdue[to.language](to.count)))
    }
    await queueMessages(ctx, messages)
    return messages.length
  })
}

interface LateLoan extends Addressee {
  loan_id: LoanId
  item_id: ItemId
  material: string
  due_on: Temporal.PlainDate
  birth_on: Temporal.PlainDate | null
}

/** Counts as lost what is 35 days late: late fee, compensation, and one bill for each patron, by Digital Post or letter. */
export function declareLost(ctx: Context, night: Temporal.PlainDate): Promise<number> {
  return transact(ctx, async (ctx) => {
    const late = await ctx.db.prepared<LateLoan>(sql`
      select l.id as loan_id, l.item_id, l.material, l.due_on, p.birth_on, p.id as patron_id, p.language, p.email, p.phone
      from loan l join patron p on p.id = l.patron_id
      where l.due_on <= ${night.subtract({ days: LOST_AFTER_DAYS })} and l.returned_at is null and l.lost_at is null
      order by p.id, l.id for update of p, l`)
    const bills = new Map<string, { to: Addressee; total: number }>()
    for (const loan of late) {
      const bill = bills.get(loan.patron_id) ?? { to: loan, total: 0 }
      bill.total += await chargeLost(ctx, loan, night)
      bills.set(loan.patron_id, bill)
    }
    await queueMessages(
      ctx,
      [...bills.values()].map(({ to, total }) => billOf(to, total)),
    )
    return late.length
  })
}

async function chargeLost(ctx: Context, loan: LateLoan, night: Temporal.PlainDate): Promise<number> {
  const { patron_id, loan_id } = loan
  await ctx.db.run(sql`update loan set lost_at = ${ctx.clock.now()} where id = ${loan_id}`)
  await setItemState(ctx, loan.item_id, 'lost')
  const fee = lateFee(STATUTORY_CAP, daysLate(loan.due_on, night), paysChildFee(loan.birth_on, night))
  const compensation = compensationFor(loan.material)
  if (fee > 0) await chargeFee(ctx, { patron_id, loan_id, amount_ore: fee })
  await chargeCompensation(ctx, { patron_id, loan_id, amount_ore: compensation, reason: 'lost' })
  return oreOf(fee + compensation)
}

/** A bill goes by letter until the municipality's Digital Post is connected. */
function billOf(to: Addressee, total: number): NewMessage {
  const text = texts.bill[to.language](amountText(total, to.language))
  return { patron_id: to.patron_id, kind: 'bill', channel: 'letter', language: to.language, recipient: null, ...text }
}
