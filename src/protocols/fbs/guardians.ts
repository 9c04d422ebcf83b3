import { z } from 'zod'
import { pinFault, setPin } from '#auth'
import { dayOf, type PatronId } from '#core'
import { childrenOf, enrolPatron, findPatron, type NewGuardian, readPatron, setGuardian } from '#patrons'
import { isRestricted } from '#privacy'
import { patronNumbered } from './admission.ts'
import { type Call, no, placeNamed, placesOf, said } from './call.ts'
import { patronIdOf } from './ids.ts'
import { type Operation, operation } from './operation.ts'
import { changeSettings, cprIn } from './patrons.ts'
import {
  childSeen,
  createWithGuardian,
  type GuardianGiven,
  updateGuarded,
  updateGuardian,
  userId,
} from './schema-patron.ts'
import { machineTexts } from './texts.ts'

export const guardianOperations: readonly Operation[] = [
  operation({
    id: 'createWithGuardianV4',
    method: 'POST',
    path: '/external/{agencyid}/patrons/withGuardian/v4',
    says: 'Enrols a child whose guardian has signed in with MitID where the call comes from. Answers the patron’s number.',
    needs: 'server',
    body: createWithGuardian,
    answer: z.int(),
    async handle(call, { body }) {
      if (!call.terminal?.without_pin) return no(403, machineTexts.withoutPin)
      const cpr = cprIn(body.personIdentifier ?? body.personId ?? body.cprNumber)
      const guardian = guardianIn(body.guardian)
      if (!cpr || !guardian) return no(400, 'CPR number or guardian not readable')
      if (guardian.cpr === cpr) return no(400, machineTexts.guardianIsChild)
      if (pinFault(body.pincode)) return no(400, machineTexts.badPin)
      const isil = body.preferredPickupBranch
      const branch = isil ? await placeNamed(call, isil) : (await placesOf(call))[0]
      if (!branch) return no(400, machineTexts.unknownBranch)
      const email = body.emailAddresses?.[0]?.emailAddress
      const phone = body.phoneNumbers?.[0]?.phoneNumber
      const enrolled = await enrolPatron(
        call.ctx,
        branch.id,
        {
          cpr,
          way: 'web',
          acceptedBy: 'guardian',
          guardian,
          ...(body.name ? { name: body.name } : {}),
          ...(email ? { email } : {}),
          ...(phone ? { phone } : {}),
        },
        { register: call.deps.cprRegister?.(call.ctx), welcomed: true },
      )
      if (!enrolled.ok) {
        const { kind } = enrolled.refusal
        const unknown = kind === 'register-unknown' || kind === 'register-status'
        return unknown ? no(404, 'not found in the CPR register') : no(400, `not enrolled: ${kind}`)
      }
      const { id, number } = enrolled.value
      await setPin({ ...call.ctx, actor: { kind: 'patron', id } }, id, body.pincode, 'mitid')
      return said(patronIdOf({ id, number }))
    },
  }),
  ...['v1', 'v2', 'v3', 'v4'].map((version) =>
    operation({
      id: `updateGuardian${version.toUpperCase()}`,
      method: 'PUT',
      path: `/external/{agencyid}/patrons/withGuardian/${version}`,
      says: 'Sets who answers for a child. Answers the patron’s number.',
      needs: 'server',
      body: updateGuardian,
      answer: z.int(),
      async handle(call, { body }) {
        if (!call.terminal?.without_pin) return no(403, machineTexts.withoutPin)
        const guardian = guardianIn(body.guardian)
        const child = await childOf(call, body)
        const row = child && (await readPatron(call.ctx, child))
        if (!row) return no(404, machineTexts.noPatron)
        if (!guardian) return no(400, 'guardian not readable')
        const set = await setGuardian(call.ctx, row.id, guardian)
        if (!set.ok) return no(400, `guardian not set: ${set.refusal.kind}`)
        return said(patronIdOf(row))
      },
    }),
  ),
  operation({
    id: 'getGuardedV2',
    method: 'POST',
    path: '/external/{agencyid}/patrons/guardian/v2',
    says: 'The children somebody may look at as their guardian, by the guardian’s CPR number. Never an address.',
    needs: 'server',
    bare: true,
    body: userId,
    answer: z.array(childSeen),
    async handle({ ctx, terminal }, { body }) {
      if (!terminal?.without_pin) return no(403, machineTexts.withoutPin)
      const guardian = await findPatron(ctx, body)
      if (!guardian) return no(404, machineTexts.noPatron)
      const shown: z.infer<typeof childSeen>[] = []
      for (const child of await childrenOf(ctx, guardian, dayOf(ctx.clock.now()))) {
        const row = await readPatron(ctx, child.id)
        if (!row || (await isRestricted(ctx, child.id))) continue
        shown.push({
          patronId: patronIdOf(row),
          ...(row.protected ? {} : { name: row.name }),
          guardianVisibility: true,
        })
      }
      return said(shown)
    },
  }),
  operation({
    id: 'updateGuardedV2',
    method: 'PUT',
    path: '/external/{agencyid}/patrons/{patronid}/guardian/v2',
    says: 'A guardian changes how a child is reached and where it collects. Only a guardian who may look at the child, which ends as the library’s policy says.',
    needs: 'server',
    body: updateGuarded,
    empty: 204,
    async handle(call, { body }) {
      const { ctx, patron, terminal } = call
      if (!terminal?.without_pin) return no(403, machineTexts.withoutPin)
      if (!patron) return no(404, machineTexts.noPatron)
      const guardian = await findPatron(ctx, body.guardianPersonIdentifier)
      const children = guardian ? await childrenOf(ctx, guardian, dayOf(ctx.clock.now())) : []
      if (!children.some(({ id }) => id === patron)) return no(403, machineTexts.notGuardian)
      return changeSettings(call, patron, body.patron)
    },
  }),
]

async function childOf(call: Call, given: z.output<typeof updateGuardian>): Promise<PatronId | undefined> {
  if (given.patronId) return patronNumbered(call.ctx, String(given.patronId))
  const cpr = cprIn(given.personIdentifier ?? given.cprNumber)
  return cpr ? findPatron(call.ctx, cpr) : undefined
}

/** Who sends it has had the guardian sign in with MitID; the account is trusted with that as with the rest. */
function guardianIn(given: GuardianGiven): NewGuardian | undefined {
  const cpr = cprIn(given.personIdentifier ?? given.personId ?? given.cprNumber)
  const email = given.emailAddresses?.[0]?.emailAddress ?? given.email
  const phone = given.phoneNumbers?.[0]?.phoneNumber ?? given.phoneNumber
  if (!cpr || !given.name?.trim()) return undefined
  return { name: given.name, cpr, proof: 'mitid', ...(email ? { email } : {}), ...(phone ? { phone } : {}) }
}
