import type { LoanId, PatronId } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'

export interface OpenLoan {
  readonly id: LoanId
  readonly title: string
  readonly barcode: string
  readonly due_on: Temporal.PlainDate
  readonly renewals: number
}

/** What a patron has on loan now, what is due first first. */
export function openLoans(ctx: Context, patron: PatronId): Promise<OpenLoan[]> {
  return ctx.db.all(sql<OpenLoan>`
    select l.id, t.title, i.barcode, l.due_on, l.renewals
    from loan l join title t on t.id = l.title_id join item i on i.id = l.item_id
    where l.patron_id = ${patron} and l.returned_at is null and l.lost_at is null
    order by l.due_on, l.id`)
}
