import { dayOf, type LoanId, type Ore, type PatronId } from '#core'
import { transact } from '#db'
import type { Context } from '#vault'
import { chargeIfLate } from './charge-late.ts'
import { type LoanFacts, OPEN_LOANS } from './queries.ts'

export interface ExpectedFee {
  readonly loan: LoanId
  readonly amount_ore: Ore
}

/** What ends the transaction: nothing of what was charged in it has been. */
class OnlyAsked extends Error {
  readonly fees: readonly ExpectedFee[]

  constructor(fees: readonly ExpectedFee[]) {
    super('only asked what it would cost')
    this.fees = fees
  }
}

/**
 * What a patron would owe if all that is overdue came back today. It is charged as a return charges it and taken back
 * with the transaction, so that it can never be another amount.
 */
export async function expectedFees(ctx: Context, patron: PatronId): Promise<readonly ExpectedFee[]> {
  const today = dayOf(ctx.clock.now())
  try {
    return await transact(ctx, async (ctx) => {
      const fees: ExpectedFee[] = []
      for (const loan of await ctx.db.named<LoanFacts>(OPEN_LOANS, [patron, today])) {
        const { amount_ore } = await chargeIfLate(ctx, loan, today)
        if (amount_ore > 0) fees.push({ loan: loan.loan_id, amount_ore })
      }
      throw new OnlyAsked(fees)
    })
  } catch (asked) {
    if (asked instanceof OnlyAsked) return asked.fees
    throw asked
  }
}
