import { dayOf, type PatronId } from '#core'
import { decideLending, lendingRules } from '#lending-rules'
import { blocksOf, blockText, FBS_BLOCK_LETTER, type PatronRow, readPatron } from '#patrons'
import { isRestricted, policyOf } from '#privacy'
import { readAbsence } from '#reservations'
import { readSetting } from '#settings'
import { type Call, placesOf } from './call.ts'
import { patronIdOf } from './ids.ts'
import type { PatronV7, PatronV9 } from './schema-patron.ts'
import { restrictedText } from './texts.ts'

/**
 * What is told of a patron: of somebody whose name or address the state protects neither, and of somebody whose data are
 * restricted nothing but that they are. No birthday, which no client needs. Undefined when there is no such patron.
 */
export async function patronShown(call: Call, id: PatronId): Promise<PatronV7 | undefined> {
  const { ctx, agency } = call
  const [row, restricted, places, rules] = await Promise.all([
    readPatron(ctx, id),
    isRestricted(ctx, id),
    placesOf(call),
    readSetting(ctx, lendingRules),
  ])
  if (!row) return undefined
  const group = row.lending_group ?? (row.kind === 'person' ? row.patron_group : 'institution')
  const always = {
    patronId: patronIdOf(row),
    preferredPickupBranch: places.find((place) => place.id === row.home_branch_id)?.isil ?? '',
    defaultInterestPeriod: decideLending(rules, { patronGroup: group }).values.interestDays,
    receivePostalMail: false,
    guardianVisibility: false,
    allowBookings: false,
    notificationProtocols: [],
    interests: [],
    tags: [],
  }
  if (restricted) {
    const blockedSince = dayOf(ctx.clock.now()).toString()
    const blockStatus = [{ blockedReason: FBS_BLOCK_LETTER.other, blockedSince, message: restrictedText.da }]
    return { ...always, receiveEmail: false, receiveSms: false, resident: false, onHold: null, blockStatus }
  }
  const [blocks, absence] = await Promise.all([blocksOf(ctx, id), readAbsence(ctx, id)])
  return {
    ...always,
    receiveEmail: row.wants_email,
    receiveSms: row.wants_sms,
    resident: row.municipality?.padStart(3, '0').slice(-3) === agency.slice(1, 4),
    ...(await nameAndAddress(call, row)),
    ...(row.email === null ? {} : { emailAddress: row.email }),
    ...(row.phone === null ? {} : { phoneNumber: row.phone }),
    preferredLanguage: row.language,
    onHold: absence
      ? { from: absence.from_on.toString(), ...(absence.until_on ? { to: absence.until_on.toString() } : {}) }
      : null,
    blockStatus: blocks
      .filter(({ stands }) => stands)
      .map(({ code, since_on, message }) => ({
        blockedReason: FBS_BLOCK_LETTER[code],
        blockedSince: since_on.toString(),
        message: message ?? blockText(code)[row.language],
      })),
  }
}

/** The same in the later shape. */
export function later({ address, interests, ...rest }: PatronV7): PatronV9 {
  return {
    ...rest,
    ...(address ? { address: { ...address, district: '', subDistrict: '' } } : {}),
    interests: interests.map(({ name }) => name),
    hasNationalRegistrySynchronizationConsent: false,
    keepLoanHistoricalData: false,
  }
}

/** Whom the policy means by machines and servers of a supplier that serve patrons. */
const SUPPLIER = 'self-service'

async function nameAndAddress(call: Call, row: PatronRow): Promise<Pick<PatronV7, 'name' | 'address'>> {
  if (row.protected) return {}
  // In a browser it is the patron who looks; a server is somebody else's, and is told what the policy names.
  const fields = call.face === 'browser' ? undefined : await fieldsOfSupplier(call)
  const { name, address: street, postcode, city } = row
  const mayHaveAddress = !fields || ['address', 'postcode', 'city'].every((part) => fields.includes(`patron.${part}`))
  return {
    ...(!fields || fields.includes('patron.name') ? { name } : {}),
    ...(mayHaveAddress && street
      ? { address: { coName: '', street, postalCode: postcode ?? '', city: city ?? '', country: 'DK' } }
      : {}),
  }
}

async function fieldsOfSupplier({ ctx }: Call): Promise<readonly string[]> {
  const { policy } = await policyOf(ctx)
  return policy.recipients.find(({ id, active }) => id === SUPPLIER && active)?.fields ?? []
}
