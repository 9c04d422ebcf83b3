import { z } from 'zod'
import { word } from './schema.ts'

const day = z.iso.date()

const address = z
  .object({
    coName: z.string(),
    street: z.string(),
    postalCode: z.string(),
    city: z.string(),
    country: z.string(),
  })
  .meta({ id: 'AddressV2' })
const addressV3 = z
  .object({ ...address.shape, district: z.string(), subDistrict: z.string() })
  .meta({ id: 'AddressV3' })
const blockStatus = z
  .object({ blockedReason: z.string(), blockedSince: day, message: z.string() })
  .meta({ id: 'BlockStatus' })
const period = z.object({ from: day.optional(), to: day.optional() }).meta({ id: 'Period' })
const interest = z.object({ name: z.string(), displayName: z.string() }).meta({ id: 'InterestV1' })

const common = {
  patronId: z.int(),
  preferredPickupBranch: z.string(),
  defaultInterestPeriod: z.int(),
  receiveEmail: z.boolean(),
  receiveSms: z.boolean(),
  receivePostalMail: z.boolean(),
  resident: z.boolean(),
  guardianVisibility: z.boolean(),
  name: z.string().optional(),
  emailAddress: z.string().optional(),
  phoneNumber: z.string().optional(),
  preferredLanguage: z.string().optional(),
  /** Null when there is none: a client that finds nothing goes on showing the one it knew. */
  onHold: period.nullable(),
  blockStatus: z.array(blockStatus),
  allowBookings: z.boolean(),
  notificationProtocols: z.array(z.string()),
  tags: z.array(z.string()),
}
export const patronV7 = z
  .object({ ...common, address: address.optional(), interests: z.array(interest) })
  .meta({ id: 'PatronV7' })
export type PatronV7 = z.infer<typeof patronV7>
export const patronV9 = z
  .object({
    ...common,
    address: addressV3.optional(),
    interests: z.array(z.string()),
    hasNationalRegistrySynchronizationConsent: z.boolean(),
    keepLoanHistoricalData: z.boolean().optional(),
  })
  .meta({ id: 'PatronV9' })
export type PatronV9 = z.infer<typeof patronV9>

export const AUTHENTICATE_STATUS = ['VALID', 'INVALID', 'LOANER_LOCKED_OUT'] as const
const authenticateStatus = z.enum(AUTHENTICATE_STATUS)
export const authenticatedV8 = z
  .object({ authenticateStatus, patron: patronV7.optional() })
  .meta({ id: 'AuthenticatedPatronV8' })
export const authenticatedV10 = z
  .object({ authenticateStatus, patron: patronV9.optional() })
  .meta({ id: 'AuthenticatedPatronV10' })
export const authentication = z
  .object({ authenticateStatus, patronId: z.int().optional(), patron: patronV9.optional() })
  .meta({ id: 'PatronAuthenticationResponse' })

/**
 * Whole profiles are sent back with every change, so what cannot be set is not looked at, and an interest may be the
 * object it was given as.
 */
const emailAddresses = z
  .array(
    z.object({ emailAddress: word(320), receiveNotification: z.boolean().optional() }).meta({ id: 'EmailAddressV1' }),
  )
  .max(20)
const phoneNumbers = z
  .array(z.object({ phoneNumber: word(40), receiveNotification: z.boolean().optional() }).meta({ id: 'PhoneNumberV1' }))
  .max(20)
const onHold = z.object({ from: day.nullish(), to: day.nullish() }).meta({ id: 'PeriodWanted' })
const settings = z
  .object({
    preferredPickupBranch: word(64).nullish(),
    guardianVisibility: z.boolean().nullish(),
    receivePostalMail: z.boolean().nullish(),
    emailAddresses: emailAddresses.nullish(),
    phoneNumbers: phoneNumbers.nullish(),
    onHold: onHold.nullish(),
    preferredLanguage: word(40).nullish(),
    notificationProtocols: z.array(word(40)).max(50).nullish(),
    interests: z.array(z.unknown()).max(500).nullish(),
  })
  .meta({ id: 'PatronSettingsV6' })
export type Settings = z.infer<typeof settings>
export const updatePatron = z
  .object({
    patron: settings.nullish(),
    pincodeChange: z
      .object({ pincode: word(64).nullish(), libraryCardNumber: z.unknown().optional() })
      .meta({ id: 'PincodeChange' })
      .nullish(),
  })
  .meta({ id: 'UpdatePatronRequestV6' })
export const createPatron = z
  .object({
    personIdentifier: z.unknown().optional(),
    pincode: word(64),
    name: word(200).nullish(),
    patron: settings,
    blockStatusRequest: z
      .object({ blockedReason: word(4), blockedSince: day })
      .meta({ id: 'BlockStatusRequest' })
      .nullish(),
  })
  .meta({ id: 'CreatePatronRequestV7' })

const guardian = z
  .object({
    personIdentifier: z.unknown().optional(),
    personId: z.unknown().optional(),
    cprNumber: z.unknown().optional(),
    name: word(200).nullish(),
    email: word(320).nullish(),
    emailAddresses: emailAddresses.nullish(),
    phoneNumber: word(40).nullish(),
    phoneNumbers: phoneNumbers.nullish(),
  })
  .meta({ id: 'Guardian' })
export type GuardianGiven = z.infer<typeof guardian>
export const createWithGuardian = z
  .object({
    personIdentifier: z.unknown().optional(),
    personId: z.unknown().optional(),
    cprNumber: z.unknown().optional(),
    name: word(200).nullish(),
    pincode: word(64),
    preferredPickupBranch: word(64).nullish(),
    emailAddresses: emailAddresses.nullish(),
    phoneNumbers: phoneNumbers.nullish(),
    nationalRegistryConsent: z.boolean().nullish(),
    guardian,
  })
  .meta({ id: 'PatronWithGuardianRequestV4' })
export const updateGuardian = z
  .object({
    patronId: z.int().nullish(),
    cprNumber: z.unknown().optional(),
    personIdentifier: z.unknown().optional(),
    guardian,
  })
  .meta({ id: 'UpdateGuardianRequest' })
export const childSeen = z
  .object({ patronId: z.int(), name: z.string().optional(), guardianVisibility: z.boolean() })
  .meta({ id: 'GuardedPatronV2' })

/** What a guardian changes for a child, and who the guardian is. */
export const updateGuarded = z
  .object({ guardianPersonIdentifier: word(64).min(1), patron: settings })
  .meta({ id: 'UpdateGuardedPatronV2' })

export const login = z.object({ username: word(200), password: word(200) }).meta({ id: 'Login' })
export const session = z.object({ sessionKey: z.string() }).meta({ id: 'Session' })
export const authenticate = z
  .object({ libraryCardNumber: word(64), pincode: word(64) })
  .meta({ id: 'AuthenticationRequest' })
/** A bare text, in quotation marks or not: clients send both. */
export const userId = word(64).min(1)

export const identifier = z
  .object({
    identifierId: z.int(),
    identifier: z.string(),
    type: z.enum(['patronNumber', 'libraryCard']),
    blocked: z.boolean(),
  })
  .meta({ id: 'IdentifierV1' })
export const blockIdentifier = z
  .object({ reason: z.enum(['lost', 'stolen']).optional() })
  .nullish()
  .meta({ id: 'BlockIdentifierRequest' })
export const resetPincode = z.object({ libraryCardNumber: word(64).min(1) }).meta({ id: 'ResetPincodeRequest' })
export const updatePincode = z
  .object({ uuid: word(200).min(1), pincode: word(64) })
  .meta({ id: 'UpdatePincodeRequest' })

export const consent = z
  .object({ consentType: z.enum(['KEEP_HISTORICAL_LOAN_DATA', 'SYNC_WITH_NATIONAL_REGISTRY']), consentDate: day })
  .meta({ id: 'PatronConsentV1' })
export const consentWanted = z.object({ consent: z.boolean() }).meta({ id: 'UpdateConsentRequest' })
