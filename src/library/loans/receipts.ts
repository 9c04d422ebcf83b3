import { type LoanId, type Ore, oreOf, type PatronId } from '#core'
import { sql } from '#db'
import { type Addressee, tellTogether } from '#messages'
import type { Context } from '#vault'
import { dateText, kronerText } from '#web'
import {
  type LoanReceipt,
  lineOf,
  loanReceipt,
  type ReturnReceipt,
  returnedByAnother,
  returnReceipt,
} from './templates.ts'

/** A receipt of what was lent, in the caller's transaction: what is lent in one visit is on one receipt. */
export async function receiptForLoans(ctx: Context, to: Addressee, lent_at: Temporal.Instant): Promise<void> {
  await tellTogether(ctx, loanReceipt, { to, at: lent_at }, async (since): Promise<LoanReceipt> => {
    const lent = await ctx.db.prepared(sql<{ title: string; due_on: Temporal.PlainDate }>`
      select t.title, l.due_on from loan l join title t on t.id = l.title_id
      where l.patron_id = ${to.patron_id} and l.lent_at >= ${since} and l.returned_at is null order by l.lent_at, l.id`)
    return { items: lent.map((loan) => lineOf(loan, to.language)) }
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
