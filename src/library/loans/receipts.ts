import { type LoanId, type Ore, oreOf, type PatronId } from '#core'
import { sql, transact } from '#db'
import { ADDRESSEE, type Addressee, messageHours, tell, tellTogether } from '#messages'
import { readSetting } from '#settings'
import type { Context } from '#vault'
import { dateText, kronerText } from '#web'
import { lineOf, loanReceipt, type ReturnReceipt, returnedByAnother, returnReceipt } from './templates.ts'

/**
 * Sends the receipts of what was lent, when the patron has had no more in hand for the library's minutes of gathering:
 * what is lent in one visit is on one receipt, and no checkout waits for it to be written. Runs every minute.
 */
export async function tellReceipts(ctx: Context): Promise<number> {
  const now = ctx.clock.now()
  const { bundleMinutes } = await readSetting(ctx, messageHours)
  const due = await ctx.db.prepared(sql<{ patron_id: PatronId }>`
    select patron_id from loan where receipt_wanted_at is not null
    group by patron_id having max(receipt_wanted_at) <= ${now.subtract({ minutes: bundleMinutes })} order by patron_id`)
  let told = 0
  for (const { patron_id } of due) told += await transact(ctx, (ctx) => receiptFor(ctx, patron_id))
  return told
}

async function receiptFor(ctx: Context, patron: PatronId): Promise<number> {
  const to = await ctx.db.maybe<Addressee>(sql`
    select ${sql.raw(ADDRESSEE('p'))} from patron p where id = ${patron} for no key update`)
  const lent = await ctx.db.all<{ title: string; due_on: Temporal.PlainDate }>(sql`
    with told as (
      update loan set receipt_wanted_at = null where patron_id = ${patron} and receipt_wanted_at is not null
      returning id, title_id, due_on, lent_at)
    select t.title, told.due_on from told join title t on t.id = told.title_id order by told.lent_at, told.id`)
  if (!to || lent.length === 0) return 0
  return tell(ctx, loanReceipt, [{ to, data: { items: lent.map((loan) => lineOf(loan, to.language)) } }])
}

/** Whether a patron wants a receipt of loans they have just made; it is one with that of what they lend next. */
export function wantReceipt(ctx: Context, patron: PatronId, loans: readonly LoanId[], wanted: boolean): Promise<void> {
  return transact(ctx, async (ctx) => {
    if (loans.length === 0) return
    await ctx.db.run(sql`select from patron where id = ${patron} for no key update`)
    await ctx.db.run(sql`
      update loan set receipt_wanted_at = ${wanted ? ctx.clock.now() : null}
      where patron_id = ${patron} and id = any(${loans}::uuid[]) and returned_at is null`)
  })
}

export interface ReturnTold {
  readonly to: Addressee
  readonly loan: LoanId
  readonly returned_at: Temporal.Instant
  readonly returned_on: Temporal.PlainDate
}

/**
 * Tells whose loan it was, in the caller's transaction: by receipt when they want one, or because somebody else handed it
 * in. What is handed in in one visit is told together.
 */
export async function tellOfReturn(
  ctx: Context,
  { to, loan, returned_at, returned_on }: ReturnTold,
  { receipt, by }: { readonly receipt?: boolean | undefined; readonly by?: PatronId | undefined },
): Promise<void> {
  const another = by !== undefined && by !== to.patron_id
  if (!another && !receipt) return
  const template = another ? returnedByAnother : returnReceipt
  await tellTogether(ctx, template, { to, at: returned_at }, async (since): Promise<ReturnReceipt> => {
    // A day in the book drop lies before the visit, so this loan is named by itself.
    const back = await ctx.db.prepared(sql<{ title: string; fee_ore: Ore }>`
      select t.title,
        (select coalesce(sum(amount_ore), 0)::int from fee where loan_id = l.id and charged_at >= ${since}) as fee_ore
      from loan l join title t on t.id = l.title_id
      where l.patron_id = ${to.patron_id} and (l.id = ${loan} or l.returned_at >= ${since}) order by l.returned_at, l.id`)
    const fee_ore = oreOf(back.reduce((sum, each) => sum + each.fee_ore, 0))
    const returned = dateText(returned_on, to.language)
    return {
      items: back.map(({ title }) => ({ title, returned })),
      fee: fee_ore > 0 ? kronerText(fee_ore, to.language) : '',
    }
  })
}
