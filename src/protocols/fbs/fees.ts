import { createHash } from 'node:crypto'
import { z } from 'zod'
import { dayOf, type Ore, type PatronId, type PaymentOrderId } from '#core'
import { sql } from '#db'
import { type OpenClaim, openClaims, paySeveral } from '#fees'
import { expectedFees } from '#loans'
import type { Context } from '#vault'
import { type Call, no, type Said, said } from './call.ts'
import { issueOf } from './catalogue.ts'
import { numberOf } from './ids.ts'
import { type Operation, operation } from './operation.ts'
import { type Fee, fee, paymentConfirmation, paymentOrder } from './schema.ts'
import { feeText, machineTexts } from './texts.ts'

export const feeOperations: readonly Operation[] = [
  operation({
    id: 'getFeesV2',
    method: 'GET',
    path: '/external/{agencyid}/patron/{patronid}/fees/v2',
    says: 'What the patron owes, and on request what is paid and what is paid elsewhere.',
    query: [
      { name: 'includepaid', type: 'boolean' },
      { name: 'includenonpayable', type: 'boolean' },
    ],
    answer: z.array(fee),
    async handle({ ctx, patron }, { query }) {
      if (!patron) return said([])
      const owed = (await openClaims(ctx, patron)).filter(({ left_ore }) => left_ore > 0)
      const paid = query.flag('includepaid') ? await paidClaims(ctx, patron) : []
      const materials = await materialsOf(ctx, patron)
      const fees = [...owed.map((claim) => owedFee(claim, materials)), ...paid]
      return said(query.flag('includenonpayable') ? fees : fees.filter((each) => each.payableByClient || each.paidDate))
    },
  }),
  operation({
    id: 'getExpectedFeesV1',
    method: 'GET',
    path: '/external/{agencyid}/patron/{patronid}/expected-fees/v1',
    says: 'What would be owed if all that is overdue came back today.',
    answer: z.array(fee),
    async handle({ ctx, patron }) {
      if (!patron) return said([])
      const expected = await expectedFees(ctx, patron)
      const materials = expected.length > 0 ? await materialsOf(ctx, patron) : []
      const creationDate = dayOf(ctx.clock.now()).toString()
      return said(
        expected.map(({ loan, amount_ore }) => ({
          feeId: -1,
          type: 'fee',
          amount: inKroner(amount_ore),
          creationDate,
          payableByClient: false,
          reasonMessage: feeText('overdue'),
          materials: shownMaterials(materials, [loan]),
          dueDate: null,
        })),
      )
    },
  }),
  operation({
    id: 'payFeesV2',
    method: 'POST',
    path: '/external/{agencyid}/patron/{patronid}/payment/v2',
    says: 'Books whole fees that were paid elsewhere. The same order again is answered as it was.',
    needs: 'server',
    body: paymentOrder,
    answer: z.array(paymentConfirmation),
    async handle(call, { body: { orderId, feeId } }) {
      return call.patron ? pay(call, call.patron, orderId, [...new Set(feeId)]) : no(404, machineTexts.noPatron)
    },
  }),
]

function owedFee(claim: OpenClaim, materials: readonly Material[]): Fee {
  return {
    feeId: numberOf(claim.claim.id),
    type: claim.claim.kind,
    amount: inKroner(claim.left_ore),
    creationDate: dayOf(claim.charged_at).toString(),
    payableByClient: claim.payable,
    reasonMessage: feeText(claim.reason),
    materials: shownMaterials(
      materials,
      claim.materials.map(({ loan_id }) => loan_id),
    ),
    dueDate: claim.pay_by_on?.toString() ?? null,
  }
}

/** Paid in full and not forgotten yet. */
async function paidClaims(ctx: Context, patron: PatronId): Promise<Fee[]> {
  const rows = await ctx.db.all<{
    kind: Fee['type']
    id: string
    reason: OpenClaim['reason']
    amount_ore: Ore
    charged_at: Temporal.Instant
    settled_at: Temporal.Instant
  }>(sql`
    select 'fee' as kind, id, reason, amount_ore, charged_at, settled_at from fee
    where patron_id = ${patron} and settled_at is not null and paid_ore > 0
    union all
    select 'compensation', id, reason, amount_ore, charged_at, settled_at from compensation
    where patron_id = ${patron} and settled_at is not null and paid_ore > 0
    order by charged_at, id`)
  return rows.map((row) => ({
    feeId: numberOf(row.id),
    type: row.kind,
    amount: inKroner(row.amount_ore),
    creationDate: dayOf(row.charged_at).toString(),
    payableByClient: false,
    reasonMessage: feeText(row.reason),
    materials: [],
    paidDate: dayOf(row.settled_at).toString(),
  }))
}

interface Material {
  readonly loan_id: string
  readonly record_id: string
  readonly barcode: string
  readonly material_group: string
  readonly issue: string
  readonly volume_year: string | null
}

function materialsOf(ctx: Context, patron: PatronId): Promise<Material[]> {
  return ctx.db.all(sql<Material>`
    select l.id as loan_id, t.record_id, i.barcode, l.material_group, i.issue, i.volume_year
    from loan l join item i on i.id = l.item_id join title t on t.id = l.title_id where l.patron_id = ${patron}`)
}

function shownMaterials(materials: readonly Material[], loans: readonly string[]): Fee['materials'] {
  return materials
    .filter(({ loan_id }) => loans.includes(loan_id))
    .map(({ record_id, barcode, material_group, ...item }) => ({
      recordId: record_id,
      materialItemNumber: barcode,
      materialGroup: { name: material_group },
      ...issueOf(item),
    }))
}

/** Theirs are numbers in kroner; two decimals of them are exact enough to be read back. */
function inKroner(ore: number): number {
  return ore / 100
}

/** Accounts of these kinds may say that money was received. */
const TILLS: readonly string[] = ['payment', 'staff-station']

async function pay(call: Call, patron: PatronId, orderId: string, numbers: readonly number[]): Promise<Said> {
  const { ctx, terminal } = call
  const order = await orderOf(ctx, `${terminal?.name ?? ''}\n${orderId}`)
  const answers: z.infer<typeof paymentConfirmation>[] = []
  for (const feeId of numbers) {
    const before = (await paidBy(ctx, patron)).filter(({ claim_id }) => numberOf(claim_id) === feeId)
    const again = before.find(({ order_id }) => order_id === order)
    const claim = (await openClaims(ctx, patron)).find((each) => numberOf(each.claim.id) === feeId)
    const answer = { feeId, orderId }
    if (again) {
      answers.push({ ...answer, confirmationId: again.receipt_number, paymentStatus: 'paymentRegistered' })
    } else if (!claim && before.length > 0) {
      answers.push({ ...answer, paymentStatus: 'paymentRegisteredByDifferentOrderId' })
    } else if (!claim?.payable || !terminal || !TILLS.includes(terminal.kind)) {
      answers.push({ ...answer, paymentStatus: 'paymentNotAllowedByClient' })
    } else {
      const till = { branch_id: terminal.branch_id, order_id: order }
      const paid = await paySeveral(ctx, patron, [{ claim: claim.claim, amount: claim.left_ore }], 'card', till)
      const receipt = paid.ok ? paid.value[0]?.number : undefined
      answers.push(
        receipt
          ? { ...answer, confirmationId: receipt, paymentStatus: 'paymentRegistered' }
          : { ...answer, paymentStatus: 'paymentNotAllowedByClient' },
      )
    }
  }
  return said(answers)
}

function paidBy(ctx: Context, patron: PatronId) {
  return ctx.db.all<{ claim_id: string; order_id: PaymentOrderId | null; receipt_number: string }>(sql`
    select coalesce(fee_id, compensation_id) as claim_id, order_id, receipt_number from payment
    where patron_id = ${patron} and coalesce(fee_id, compensation_id) is not null and amount_ore > 0`)
}

/** An order's number is another's, and may say anything; a keyed hash of it stands as ours. */
async function orderOf(ctx: Context, text: string): Promise<PaymentOrderId> {
  const keyed = await ctx.vault.lookupHash('fbs-order', text)
  const hex = createHash('sha256').update(keyed).digest('hex')
  const uuid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
  return uuid as PaymentOrderId
}
