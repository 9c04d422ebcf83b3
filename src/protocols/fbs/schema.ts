import { z } from 'zod'

/** The words of the FBS API, as far as they are answered here. Names of shapes are theirs, since clients are made from them. */

const day = z.iso.date()
const id = z.int().min(0)

export const branch = z.object({ branchId: z.string(), title: z.string() }).meta({ id: 'AgencyBranch' })
const department = z.object({ departmentId: z.string(), title: z.string() }).meta({ id: 'AgencyDepartment' })
const section = z.object({ sectionId: z.string(), title: z.string() }).meta({ id: 'AgencySection' })
const location = z.object({ locationId: z.string(), title: z.string() }).meta({ id: 'AgencyLocation' })
const sublocation = z.object({ sublocationId: z.string(), title: z.string() }).meta({ id: 'AgencySublocation' })
export const places = { branch, department, section, location, sublocation }

const materialGroup = z.object({ name: z.string(), description: z.string().optional() }).meta({ id: 'MaterialGroup' })
const periodical = z
  .object({
    displayText: z.string(),
    volume: z.string().optional(),
    volumeYear: z.string().optional(),
    volumeNumber: z.string().optional(),
  })
  .meta({ id: 'Periodical' })
export type Periodical = z.infer<typeof periodical>

export const availability = z
  .object({ recordId: z.string(), available: z.boolean(), reservable: z.boolean(), reservations: z.int() })
  .meta({ id: 'AvailabilityV3' })
export type Availability = z.infer<typeof availability>

const material = z
  .object({ itemNumber: z.string(), available: z.boolean(), materialGroup, periodical: periodical.optional() })
  .meta({ id: 'MaterialV3' })
const placement = z
  .object({
    department: department.optional(),
    section: section.optional(),
    location: location.optional(),
    sublocation: sublocation.optional(),
  })
  .meta({ id: 'PlacementV1' })
const holding = z
  .object({
    branch,
    lmsPlacement: placement.optional(),
    logisticsPlacement: z.array(z.string()).optional(),
    materials: z.array(material),
  })
  .meta({ id: 'HoldingsLogisticsV1' })
export type Holding = z.infer<typeof holding>
export const holdings = z
  .object({ recordId: z.string(), reservable: z.boolean(), reservations: z.int(), holdings: z.array(holding) })
  .meta({ id: 'HoldingsForBibliographicalRecordLogisticsV1' })
export type Holdings = z.infer<typeof holdings>

export const RENEWAL_STATUS = [
  'renewed',
  'deniedReserved',
  'deniedMaxRenewalsReached',
  'deniedLoanerIsBlocked',
  'deniedMaterialIsNotLoanable',
  'deniedMaterialIsNotFound',
  'deniedLoanerNotFound',
  'deniedLoaningProfileNotFound',
  'deniedOtherReason',
] as const
const renewalStatus = z.array(z.enum(RENEWAL_STATUS))
/** What another library owns has no record here: what is known of it goes along. */
export const illRecord = z
  .object({ recordId: z.string(), mediumType: z.string(), title: z.string(), author: z.string().optional() })
  .meta({ id: 'ILLBibliographicRecord' })
export const loanDetails = z
  .object({
    loanId: id,
    recordId: z.string(),
    materialItemNumber: z.string(),
    loanDate: day,
    dueDate: day,
    loanType: z.enum(['loan', 'interLibraryLoan']),
    materialGroup,
    periodical: periodical.optional(),
    ilBibliographicRecord: illRecord.optional(),
  })
  .meta({ id: 'LoanDetailsV2' })
export type LoanDetails = z.infer<typeof loanDetails>
export const loan = z
  .object({ isRenewable: z.boolean(), isLongtermLoan: z.boolean(), renewalStatusList: renewalStatus, loanDetails })
  .meta({ id: 'LoanV2' })
export const renewedLoan = z.object({ loanDetails, renewalStatus }).meta({ id: 'RenewedLoanV2' })
const historicalLoan = z.object({ ...loanDetails.shape, returnedDate: day.optional() }).meta({ id: 'HistoricalLoanV1' })
export const loansWithHistory = z
  .object({ loans: z.array(loan), historicalMaterialLoans: z.array(historicalLoan) })
  .meta({ id: 'LoansWithHistoricalLoansV1' })

const periodicalWanted = z
  .object({
    volume: z.string().max(40).nullish(),
    volumeYear: z.string().max(40).nullish(),
    volumeNumber: z.string().max(40).nullish(),
  })
  .meta({ id: 'PeriodicalReservation' })
const reservationCommon = {
  reservationId: id,
  recordId: z.string(),
  state: z.enum(['reserved', 'readyForPickup', 'interLibraryReservation', 'inTransit', 'other']),
  pickupBranch: z.string(),
  dateOfReservation: day,
  expiryDate: day,
  numberInQueue: z.int().optional(),
  pickupDeadline: day.optional(),
  pickupNumber: z.string().optional(),
  periodical: periodical.optional(),
  ilBibliographicRecord: illRecord.optional(),
}
export const reservationV1 = z
  .object({ ...reservationCommon, loanType: z.enum(['loan', 'interLibraryLoan']) })
  .meta({ id: 'ReservationDetails' })
export const reservation = z
  .object({
    ...reservationCommon,
    reservationType: z.enum(['normal', 'parallel', 'serial', 'inter_library']),
    transactionId: z.string(),
  })
  .meta({ id: 'ReservationDetailsV2' })
export type Reservation = z.infer<typeof reservation>

export const RESERVATION_RESULT = [
  'success',
  'patron_is_blocked',
  'patron_not_found',
  'already_reserved',
  'already_loaned',
  'material_not_loanable',
  'material_not_reservable',
  'material_lost',
  'material_Discarded',
  'loaning_profile_not_found',
  'material_not_found',
  'material_part_of_collection',
  'not_reservable',
  'no_reservable_materials',
  'interlibrary_material_not_reservable',
  'previously_loaned_by_homebound_patron',
  'exceeds_max_reservations',
] as const
const reservationResult = z
  .object({
    recordId: z.string(),
    result: z.enum(RESERVATION_RESULT),
    periodical: periodicalWanted.optional(),
    reservationDetails: reservation.optional(),
  })
  .meta({ id: 'ReservationResultV2' })
export const reservationResponse = z
  .object({ success: z.boolean(), reservationResults: z.array(reservationResult) })
  .meta({ id: 'ReservationResponseV2' })

/** What comes from outside: text PostgreSQL can hold, of a length somebody could mean. */
export function word(longest = 200) {
  return z
    .string()
    .max(longest)
    .regex(/^[^\0]*$/)
}

export const createReservations = z
  .object({
    reservations: z
      .array(
        z
          .object({
            recordId: word(64),
            pickupBranch: word(64).nullish(),
            expiryDate: day.nullish(),
            periodical: periodicalWanted.nullish(),
          })
          .meta({ id: 'CreateReservationV2' }),
      )
      .min(1)
      .max(100),
    type: z
      .string()
      .regex(/^(normal|parallel)$/i)
      .nullish(),
  })
  .meta({ id: 'CreateReservationBatchV2' })
export const updateReservations = z
  .object({
    reservations: z
      .array(
        z
          .object({ reservationId: id, pickupBranch: word(64).nullish(), expiryDate: day.nullish() })
          .meta({ id: 'UpdateReservation' }),
      )
      .max(200),
  })
  .meta({ id: 'UpdateReservationBatch' })
export const loanIds = z.array(id).max(1000)

export const fee = z
  .object({
    feeId: z.int(),
    type: z.enum(['fee', 'compensation']),
    amount: z.number(),
    creationDate: day,
    payableByClient: z.boolean(),
    reasonMessage: z.string(),
    materials: z.array(
      z
        .object({
          recordId: z.string(),
          materialItemNumber: z.string(),
          materialGroup,
          periodical: periodical.optional(),
        })
        .meta({ id: 'FeeMaterialV2' }),
    ),
    dueDate: day.nullish(),
    paidDate: day.optional(),
  })
  .meta({ id: 'FeeV2' })
export type Fee = z.infer<typeof fee>
export const paymentOrder = z
  .object({ orderId: word(100).min(1), feeId: z.array(id).min(1).max(500) })
  .meta({ id: 'PaymentOrder' })
export const paymentConfirmation = z
  .object({
    feeId: id,
    orderId: z.string(),
    confirmationId: z.string().optional(),
    paymentStatus: z.enum(['paymentRegistered', 'paymentRegisteredByDifferentOrderId', 'paymentNotAllowedByClient']),
  })
  .meta({ id: 'PaymentConfirmationV2' })

export const message = z.object({ message: z.string() }).meta({ id: 'Message' })
