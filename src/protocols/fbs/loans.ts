import { z } from 'zod'
import { dayOf, type LoanId, type PatronId } from '#core'
import { sql } from '#db'
import { FBS_RENEWAL_STATUS, openLoans, type RenewalReason, reasonsOf, renewEach } from '#loans'
import { isRestricted } from '#privacy'
import type { Context } from '#vault'
import { type Call, said } from './call.ts'
import { issueOf } from './catalogue.ts'
import { meant, numberOf } from './ids.ts'
import { type IllFacts, illRecordOf } from './ill.ts'
import { type Operation, operation } from './operation.ts'
import { type LoanDetails, loan, loanIds, loansWithHistory, renewedLoan } from './schema.ts'

export const loanOperations: readonly Operation[] = [
  operation({
    id: 'getLoansV2',
    method: 'GET',
    path: '/external/{agencyid}/patrons/{patronid}/loans/v2',
    says: 'What the patron has on loan, and whether each loan can be renewed.',
    answer: z.array(loan),
    async handle(call) {
      return said(await loansOf(call))
    },
  }),
  operation({
    id: 'renewLoansV2',
    method: 'POST',
    path: '/external/{agencyid}/patrons/{patronid}/loans/renew/v2',
    says: 'Renews each loan for itself: one that is refused keeps its due date and says why.',
    body: loanIds,
    answer: z.array(renewedLoan),
    async handle({ ctx, patron }, { body }) {
      if (!patron) return said([])
      const before = await rowsOf(ctx, patron)
      const wanted = [...new Set(body)]
      const ids = wanted.flatMap((number) => meant(before, number)?.id ?? [])
      const tried = new Map((await renewEach(ctx, ids)).map(({ loan, result }) => [loan, result]))
      const after = await rowsOf(ctx, patron)
      return said(
        wanted.map((number) => {
          const row = meant(after, number)
          const result = row && tried.get(row.id)
          if (!row || !result) return nobodysLoan(number, dayOf(ctx.clock.now()))
          const renewalStatus = result.ok ? ['renewed'] : statusOf(reasonsOf(result.refusal))
          return { loanDetails: detailsOf(row), renewalStatus }
        }),
      )
    },
  }),
  operation({
    id: 'getLoansWithHistoricalLoansV1',
    method: 'GET',
    path: '/external/{agencyid}/patrons/{patronid}/loans/withhistoricalloans/v1',
    says: 'The open loans. Past loans are kept for nobody here, so the list of them is empty.',
    answer: loansWithHistory,
    async handle(call) {
      return said({ loans: await loansOf(call), historicalMaterialLoans: [] })
    },
  }),
]

async function loansOf({ ctx, patron }: Call): Promise<z.infer<typeof loan>[]> {
  // Data under restriction are for claims only.
  if (!patron || (await isRestricted(ctx, patron))) return []
  const [open, rows] = await Promise.all([openLoans(ctx, patron), rowsOf(ctx, patron)])
  return open.flatMap(({ id, denials }) => {
    const row = rows.find((each) => each.id === id)
    if (!row) return []
    return {
      isRenewable: denials.length === 0,
      isLongtermLoan: false,
      renewalStatusList: statusOf(denials),
      loanDetails: detailsOf(row),
    }
  })
}

function statusOf(reasons: readonly RenewalReason[]) {
  return [...new Set(reasons.map(({ kind }) => FBS_RENEWAL_STATUS[kind]))]
}

interface LoanRow extends IllFacts {
  readonly id: LoanId
  /** It is another library's. */
  readonly elsewhere: boolean
  readonly barcode: string
  readonly lent_at: Temporal.Instant
  readonly due_on: Temporal.PlainDate
  readonly material_group: string
  readonly issue: string
  readonly volume_year: string | null
}

function rowsOf(ctx: Context, patron: PatronId): Promise<LoanRow[]> {
  return ctx.db.all(sql<LoanRow>`
    select l.id, coalesce(x.record_id, t.record_id) as record_id, i.barcode, l.lent_at, l.due_on, l.material_group,
      i.issue, i.volume_year, x.title_id is not null as elsewhere, t.title, t.author, t.material
    from loan l join item i on i.id = l.item_id join title t on t.id = l.title_id
      left join interlibrary x on x.title_id = l.title_id
    where l.patron_id = ${patron} and l.returned_at is null and l.lost_at is null
    order by l.due_on, l.id`)
}

function detailsOf(row: LoanRow): LoanDetails {
  return {
    loanId: numberOf(row.id),
    recordId: row.record_id,
    materialItemNumber: row.barcode,
    loanDate: dayOf(row.lent_at).toString(),
    dueDate: row.due_on.toString(),
    loanType: row.elsewhere ? 'interLibraryLoan' : 'loan',
    materialGroup: { name: row.material_group },
    ...issueOf(row),
    ...(row.elsewhere ? { ilBibliographicRecord: illRecordOf(row) } : {}),
  }
}

/** Each number asked for is answered, also one that names no loan of theirs; its days say nothing. */
function nobodysLoan(loanId: number, today: Temporal.PlainDate): z.infer<typeof renewedLoan> {
  const day = today.toString()
  const nothing = { recordId: '', materialItemNumber: '', loanDate: day, dueDate: day, materialGroup: { name: '' } }
  return { loanDetails: { loanId, loanType: 'loan', ...nothing }, renewalStatus: ['deniedMaterialIsNotFound'] }
}
