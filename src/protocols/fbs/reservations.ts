import { z } from 'zod'
import { dayOf, type TitleId } from '#core'
import { sql } from '#db'
import { isRestricted } from '#privacy'
import {
  changeReservation,
  deleteReservation,
  FBS_RESERVATION_RESULT,
  type ListedReservation,
  type Placed,
  placeReservations,
  reservationsOf,
} from '#reservations'
import { type Call, no, type Place, placeNamed, placesOf, type Said, said } from './call.ts'
import { meant, numberOf } from './ids.ts'
import { illRecords } from './ill.ts'
import { type Operation, operation } from './operation.ts'
import {
  createReservations,
  RESERVATION_RESULT,
  type Reservation,
  reservation,
  reservationResponse,
  reservationV1,
  updateReservations,
} from './schema.ts'

const PATH = '/external/v1/{agencyid}/patrons/{patronid}/reservations'

export const reservationOperations: readonly Operation[] = [
  operation({
    id: 'getReservationsV2',
    method: 'GET',
    path: `${PATH}/v2`,
    says: 'What the patron waits for, and what stands ready.',
    answer: z.array(reservation),
    async handle(call) {
      return said((await listed(call)).map(({ shown }) => shown))
    },
  }),
  operation({
    id: 'getReservations',
    method: 'GET',
    path: PATH,
    says: 'The same in the older shape.',
    answer: z.array(reservationV1),
    async handle(call) {
      return said((await listed(call)).map(({ shown }) => older(shown)))
    },
  }),
  operation({
    id: 'addReservationsV2',
    method: 'POST',
    path: `${PATH}/v2`,
    says: 'Reserves all of several records or none; of parallel ones the first that comes ends the others.',
    body: createReservations,
    answer: reservationResponse,
    handle: (call, { body }) => place(call, body),
  }),
  operation({
    id: 'updateReservations',
    method: 'PUT',
    path: PATH,
    says: 'Moves reservations to another pickup branch or another last day; what is left out stays.',
    body: updateReservations,
    answer: z.array(reservationV1),
    handle: (call, { body }) => change(call, body.reservations),
  }),
  operation({
    id: 'deleteReservations',
    method: 'DELETE',
    path: PATH,
    says: 'Deletes reservations; an item that stood ready goes to the next in the queue.',
    query: [{ name: 'reservationid', type: 'integer', list: true, required: true }],
    async handle({ ctx, patron }, { query }) {
      const theirs = patron ? await reservationsOf(ctx, patron) : []
      for (const number of query.list('reservationid')) {
        const row = meant(theirs, Number(number))
        if (row) await deleteReservation(ctx, row.id)
      }
      return { status: 200 }
    },
  }),
]

/** One whose interest period has no day of its own ends by the library's rules. */
async function place(call: Call, { reservations, type }: z.output<typeof createReservations>): Promise<Said> {
  const { ctx, patron } = call
  if (!patron) return no(404, 'patron not found')
  const records = reservations.map(({ recordId }) => recordId)
  const titles = await titlesOf(call, records)
  const wishes = reservations
    // What is there twice is dropped.
    .filter(({ recordId, periodical }, at) => {
      const same = (other: (typeof reservations)[number]) =>
        other.recordId === recordId && issueIn(other.periodical) === issueIn(periodical)
      return reservations.findIndex(same) === at
    })
    .map(({ recordId, periodical, pickupBranch, expiryDate }) => ({
      recordId,
      periodical,
      pickupBranch,
      expiryDate,
      // What is no id of a title is a title nobody has.
      title: titles.get(recordId) ?? (recordId as TitleId),
      issue: issueIn(periodical),
    }))
  const [first] = wishes
  const branch = first?.pickupBranch ? await placeNamed(call, first.pickupBranch) : undefined
  const rows = (placed: readonly (Placed['result'] | undefined)[], shown: readonly Listed[]) => {
    const success = placed.every((result) => result?.ok)
    return said({
      success,
      reservationResults: wishes.map(({ recordId, periodical }, at) => {
        const result = placed[at]
        const details = success && result?.ok ? shown.find(({ row }) => row.id === result.value) : undefined
        return {
          recordId,
          // Nothing was reserved, so none of them is a success.
          result: success ? 'success' : result && !result.ok ? resultOf(result.refusal.kind) : 'not_reservable',
          ...(periodical ? { periodical } : {}),
          ...(details ? { reservationDetails: details.shown } : {}),
        }
      }),
    })
  }
  if (first?.pickupBranch && !branch) return rows([], [])
  const placed = await placeReservations(ctx, {
    patron,
    wishes: wishes.map(({ title, issue }) => ({ title, issue })),
    parallel: type?.toLowerCase() === 'parallel',
    ...(branch ? { pickupBranch: branch.id } : {}),
    ...(first?.expiryDate ? { interestUntil: Temporal.PlainDate.from(first.expiryDate) } : {}),
  })
  const results = placed.map(({ result }) => result)
  return rows(results, results.every(({ ok }) => ok) ? await listed(call) : [])
}

function resultOf(kind: keyof typeof FBS_RESERVATION_RESULT): (typeof RESERVATION_RESULT)[number] {
  const text = FBS_RESERVATION_RESULT[kind]
  return RESERVATION_RESULT.find((each) => each === text) ?? 'not_reservable'
}

/** Of a periodical the issue is what is wanted; its year is part of no number of ours. */
function issueIn(periodical: { readonly volumeNumber?: string | null | undefined } | null | undefined): string {
  return periodical?.volumeNumber ?? ''
}

async function change(call: Call, wanted: z.output<typeof updateReservations>['reservations']): Promise<Said> {
  const { ctx, patron } = call
  if (!patron) return no(404, 'patron not found')
  const theirs = await reservationsOf(ctx, patron)
  const changed: string[] = []
  for (const { reservationId, pickupBranch, expiryDate } of wanted) {
    const row = meant(theirs, reservationId)
    if (!row) continue
    changed.push(row.id)
    const branch = pickupBranch ? await placeNamed(call, pickupBranch) : undefined
    if (pickupBranch && !branch) return no(400, 'unknown pickupBranch')
    // One that is being filled keeps what it has, and is answered as it is.
    await changeReservation(ctx, {
      id: row.id,
      patron,
      pickupBranch: branch?.id,
      interestUntil: expiryDate ? Temporal.PlainDate.from(expiryDate) : undefined,
    })
  }
  const now = await listed(call)
  return said(now.filter(({ row }) => changed.includes(row.id)).map(({ shown }) => older(shown)))
}

interface Listed {
  readonly row: ListedReservation
  readonly shown: Reservation
}

async function listed(call: Call): Promise<Listed[]> {
  const { ctx, patron } = call
  // Data under restriction are for claims only.
  if (!patron || (await isRestricted(ctx, patron))) return []
  const [rows, places] = await Promise.all([reservationsOf(ctx, patron), placesOf(call)])
  if (rows.length === 0) return []
  const titles = [...new Set(rows.map(({ title_id }) => title_id))]
  const known = await ctx.db.all<{ id: TitleId; record_id: string }>(sql`
    select id, record_id from title where id = any(${titles}::uuid[])`)
  const records = new Map(known.map(({ id, record_id }) => [id, record_id]))
  const elsewhere = await illRecords(
    ctx,
    rows.flatMap(({ kind, title_id }) => (kind === 'interlibrary' ? [title_id] : [])),
  )
  return rows.map((row) => {
    const ilBibliographicRecord = elsewhere.get(row.title_id)
    const recordId = ilBibliographicRecord?.recordId ?? records.get(row.title_id) ?? ''
    const shown = shownOf(row, recordId, places)
    return { row, shown: ilBibliographicRecord ? { ...shown, ilBibliographicRecord } : shown }
  })
}

const STATES = { waiting: 'reserved', 'in-transit': 'inTransit', ready: 'readyForPickup' } as const
/** In small letters: clients compare with them, whatever the description says. */
const KINDS = { normal: 'normal', parallel: 'parallel', serial: 'serial', interlibrary: 'inter_library' } as const

function shownOf(row: ListedReservation, recordId: string, places: readonly Place[]): Reservation {
  const waitsElsewhere = row.kind === 'interlibrary' && row.state === 'waiting'
  return {
    reservationId: numberOf(row.id),
    recordId,
    state: waitsElsewhere ? 'interLibraryReservation' : STATES[row.state],
    reservationType: KINDS[row.kind],
    transactionId: row.transaction_id,
    pickupBranch: places.find(({ id }) => id === row.pickup_branch_id)?.isil ?? '',
    dateOfReservation: dayOf(row.placed_at).toString(),
    expiryDate: row.interest_until_on.toString(),
    ...(row.place === null ? {} : { numberInQueue: row.place }),
    ...(row.pickup_until_on ? { pickupDeadline: row.pickup_until_on.toString() } : {}),
    ...(row.pickup_number ? { pickupNumber: row.pickup_number } : {}),
    ...(row.issue === '' ? {} : { periodical: { displayText: `Nr. ${row.issue}`, volumeNumber: row.issue } }),
  }
}

function older({ reservationType, transactionId: _, ...rest }: Reservation): z.infer<typeof reservationV1> {
  return { ...rest, loanType: reservationType === 'inter_library' ? 'interLibraryLoan' : 'loan' }
}

async function titlesOf({ ctx }: Call, records: readonly string[]): Promise<Map<string, TitleId>> {
  const rows = await ctx.db.all<{ id: TitleId; record_id: string }>(sql`
    select id, record_id from title where record_id = any(${records})`)
  return new Map(rows.map(({ id, record_id }) => [record_id, id]))
}
