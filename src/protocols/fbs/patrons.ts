import { keepToken } from '#adgangsplatformen'
import { pinFault, setPin } from '#auth'
import { dayOf, type PatronId } from '#core'
import { changeProfile, enrolPatron, findPatron, type NewProfile, readCpr } from '#patrons'
import { eraseOnRequest } from '#privacy'
import { type AbsenceRefusal, endAbsence, setAbsence } from '#reservations'
import type { Context } from '#vault'
import { type Call, no, placeNamed, placesOf, type Said, said } from './call.ts'
import { type Operation, operation } from './operation.ts'
import { later, patronShown } from './patron-shown.ts'
import { authenticatedV8, authenticatedV10, createPatron, type Settings, updatePatron } from './schema-patron.ts'
import { machineTexts, profileText } from './texts.ts'

export const patronOperations: readonly Operation[] = [
  operation({
    id: 'getPatronInformationByPatronIdV4',
    method: 'GET',
    path: '/external/{agencyid}/patrons/{patronid}/v4',
    says: 'The patron, or INVALID for somebody who is none here.',
    answer: authenticatedV8,
    async handle(call) {
      const patron = call.patron && (await patronShown(call, call.patron))
      return said(patron ? { authenticateStatus: 'VALID', patron } : { authenticateStatus: 'INVALID' })
    },
  }),
  operation({
    id: 'updateV8',
    method: 'PUT',
    path: '/external/{agencyid}/patrons/{patronid}/v8',
    says: 'Changes how the patron is reached, where they collect and when they are away; or the PIN, when it comes alone.',
    body: updatePatron,
    empty: 204,
    async handle(call, { body: { patron: settings, pincodeChange } }) {
      const { patron } = call
      if (!patron) return no(404, machineTexts.noPatron)
      // Clients send the PIN they know along with every profile, and go on sending the old one after a change: a PIN
      // beside a profile is no wish for another.
      if (settings) return changeSettings(call, patron, settings)
      if (pincodeChange?.pincode) return changePin(call, patron, pincodeChange.pincode)
      return { status: 204 }
    },
  }),
  operation({
    id: 'createV9',
    method: 'POST',
    path: '/external/{agencyid}/patrons/v9',
    says: 'Enrols the person MitID has told of. Who is a patron already is answered as they are.',
    needs: 'person',
    body: createPatron,
    answer: authenticatedV10,
    handle: create,
  }),
  operation({
    id: 'createV10',
    method: 'POST',
    path: '/external/{agencyid}/patrons/v10',
    says: 'The same.',
    needs: 'person',
    body: createPatron,
    answer: authenticatedV10,
    handle: create,
  }),
  operation({
    id: 'deletePatron',
    method: 'DELETE',
    path: '/external/{agencyid}/patrons/{patronid}/v1',
    says: 'Erases the patron at once; refused while something is on loan or owed.',
    empty: 204,
    async handle({ ctx, deps, patron }) {
      if (!patron) return no(404, machineTexts.noPatron)
      const erased = await eraseOnRequest(ctx, deps.register, patron)
      if (erased.ok) return { status: 204 }
      if (erased.refusal.kind === 'unknown') return no(404, machineTexts.noPatron)
      return no(400, `still open: ${erased.refusal.rows.map(({ data }) => data).join(', ')}`)
    },
  }),
]

export async function changePin(call: Call, patron: PatronId, pin: string): Promise<Said> {
  const set = await setPin(call.ctx, patron, pin, 'patron')
  if (!set.ok) {
    const unknown = set.refusal.kind === 'unknown'
    return unknown ? no(404, machineTexts.noPatron) : no(400, machineTexts.badPin)
  }
  // Everywhere else they are signed out; where they changed it they go on.
  if (set.value.changed && call.token) await keepToken(call.ctx, call.token)
  return { status: 204 }
}

/** Answers as the operation does that changes a profile. */
export async function changeSettings(call: Call, patron: PatronId, settings: Settings): Promise<Said> {
  const profile = await profileOf(call, settings)
  if (!profile) return no(400, machineTexts.unknownBranch)
  const changed = await changeProfile(call.ctx, patron, profile)
  if (!changed.ok) {
    const status = { unknown: 404, restricted: 403, 'not-allowed': 403 }[String(changed.refusal.kind)] ?? 400
    return no(status, profileText(changed.refusal))
  }
  const refused = await changeAbsence(call.ctx, patron, settings.onHold)
  return refused ? no(400, `onHold: ${refused}`) : { status: 204 }
}

/** An empty period is the end of one; none at all changes nothing. */
async function changeAbsence(
  ctx: Context,
  patron: PatronId,
  onHold: Settings['onHold'],
): Promise<AbsenceRefusal['kind'] | undefined> {
  if (!onHold) return undefined
  const { from, to } = onHold
  if (!from && !to) {
    await endAbsence(ctx, patron)
    return undefined
  }
  const from_on = from ? Temporal.PlainDate.from(from) : dayOf(ctx.clock.now())
  const set = await setAbsence(ctx, patron, { from_on, until_on: to ? Temporal.PlainDate.from(to) : null })
  return set.ok ? undefined : set.refusal.kind
}

/** Of several addresses we keep the one that is wanted, else the first. Undefined when the branch is unknown. */
async function profileOf(call: Call, settings: Settings): Promise<NewProfile | undefined> {
  const { preferredPickupBranch: isil, emailAddresses, phoneNumbers, preferredLanguage } = settings
  const branch = isil ? await placeNamed(call, isil) : undefined
  if (isil && !branch) return undefined
  const email = emailAddresses?.find(({ receiveNotification }) => receiveNotification) ?? emailAddresses?.[0]
  const phone = phoneNumbers?.find(({ receiveNotification }) => receiveNotification) ?? phoneNumbers?.[0]
  return {
    ...(emailAddresses ? { email: email?.emailAddress ?? null } : {}),
    ...(email ? { wantsEmail: email.receiveNotification ?? false } : {}),
    ...(phoneNumbers ? { phone: phone?.phoneNumber ?? null } : {}),
    ...(phone ? { wantsSms: phone.receiveNotification ?? false } : {}),
    ...(preferredLanguage === 'da' || preferredLanguage === 'en' ? { language: preferredLanguage } : {}),
    ...(branch ? { homeBranch: branch.id } : {}),
  }
}

async function create(call: Call, { body }: { body: ReturnType<typeof createPatron.parse> }): Promise<Said> {
  if (call.face === 'browser' && call.patron) return shownAsV10(call, call.patron)
  const cpr = call.face === 'browser' ? call.person?.cpr : cprIn(body.personIdentifier)
  if (!cpr) return call.face === 'browser' ? no(403, machineTexts.noCpr) : no(400, 'personIdentifier is no CPR number')
  if (pinFault(body.pincode)) return no(400, machineTexts.badPin)
  // Other blocks are for staff to place.
  const code = body.blockStatusRequest?.blockedReason
  if (code !== undefined && code !== 'W') return no(400, 'blockedReason is W')
  const profile = await profileOf(call, body.patron)
  const branch = profile?.homeBranch ?? (await placesOf(call))[0]?.id
  if (!profile || !branch) return no(400, machineTexts.unknownBranch)
  const name = call.face === 'browser' ? call.person?.name : (body.name ?? undefined)
  const enrolled = await enrolPatron(
    call.ctx,
    branch,
    {
      cpr,
      way: 'web',
      ...(name ? { name } : {}),
      ...(profile.email ? { email: profile.email } : {}),
      ...(profile.phone ? { phone: profile.phone } : {}),
      ...(profile.language ? { language: profile.language } : {}),
    },
    { register: call.deps.cprRegister?.(call.ctx), welcomed: true },
  )
  if (!enrolled.ok) {
    const { kind } = enrolled.refusal
    const unknown = kind === 'register-unknown' || kind === 'register-status'
    return unknown ? no(404, 'not found in the CPR register') : no(400, `not enrolled: ${kind}`)
  }
  const { id } = enrolled.value
  const ctx: Context = { ...call.ctx, actor: { kind: 'patron', id } }
  await setPin(ctx, id, body.pincode, call.face === 'browser' ? 'mitid' : 'patron')
  return shownAsV10({ ...call, ctx }, id)
}

async function shownAsV10(call: Call, id: PatronId): Promise<Said> {
  const patron = await patronShown(call, id)
  return said(patron ? { authenticateStatus: 'VALID', patron: later(patron) } : { authenticateStatus: 'INVALID' })
}

/** Ten digits; one that was sent as a number has lost the nought it began with. */
export function cprIn(sent: unknown): string | undefined {
  const text = typeof sent === 'number' ? String(sent) : sent
  if (typeof text !== 'string') return undefined
  return readCpr(text.replace('-', '').trim().padStart(10, '0'))?.digits
}

/** Whom a CPR number or a card is of. */
export function patronOf(ctx: Context, sent: string): Promise<PatronId | undefined> {
  return findPatron(ctx, sent)
}
