import type { LoanId, PatronId } from '#core'
import { sql, transact } from '#db'
import { ADDRESSEE, type Addressee, tell } from '#messages'
import { notesOf } from '#patrons'
import type { Context } from '#vault'
import { openClaims, receiptsBy } from './queries.ts'
import { billTemplate, receiptData, receiptTemplate, statementData, statementTemplate } from './templates.ts'

/**
 * Sends what a patron owes, by Digital Post or letter: nothing about money with titles goes by e-mail. Answers whether
 * there was anything to send.
 */
export function sendStatement(ctx: Context, patron: PatronId): Promise<boolean> {
  return transact(ctx, async (ctx) => {
    const to = await addressee(ctx, patron)
    const claims = (await openClaims(ctx, patron)).filter(({ left_ore }) => left_ore > 0)
    if (!to || claims.length === 0) return false
    return (
      (await tell(ctx, statementTemplate, [
        { to, data: statementData(claims, to.language, await notesTo(ctx, patron)) },
      ])) > 0
    )
  })
}

/**
 * Bills a patron for what these loans have cost them, in the caller's transaction: late fees and compensation, each with
 * its number. Answers whether there was anything to bill.
 */
export async function sendBill(ctx: Context, patron: PatronId, loans: readonly LoanId[]): Promise<boolean> {
  const to = await addressee(ctx, patron)
  const billed = (await openClaims(ctx, patron)).filter(
    ({ materials, left_ore }) => left_ore > 0 && materials.some(({ loan_id }) => loans.includes(loan_id)),
  )
  if (!to || billed.length === 0) return false
  return (
    (await tell(ctx, billTemplate, [{ to, data: statementData(billed, to.language, await notesTo(ctx, patron)) }])) > 0
  )
}

/** Sends the receipts of one payment by e-mail, as the patron asked. False to someone who has given no address. */
export function sendReceipt(ctx: Context, patron: PatronId, numbers: readonly string[]): Promise<boolean> {
  return transact(ctx, async (ctx) => {
    const to = await addressee(ctx, patron)
    const receipts = await receiptsBy(ctx, patron, numbers)
    if (!to || receipts.length === 0) return false
    return (await tell(ctx, receiptTemplate, [{ to, data: receiptData(receipts, to.language) }])) > 0
  })
}

/** What staff have written to the patron goes along with what is sent about money; what they wrote for each other does not. */
function notesTo(ctx: Context, patron: PatronId): Promise<readonly { readonly text: string }[]> {
  return notesOf(ctx, patron, 'patron')
}

/** Nobody who has died: what they owe is for the estate, by hand. */
function addressee(ctx: Context, patron: PatronId): Promise<Addressee | undefined> {
  return ctx.db.maybe(sql<Addressee>`
    select ${sql.raw(ADDRESSEE('p'))} from patron p
    where p.id = ${patron} and not exists (select from loan_block where patron_id = p.id and code = 'deceased')`)
}
