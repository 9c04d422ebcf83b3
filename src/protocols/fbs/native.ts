import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { agencyNumber } from '#adgangsplatformen'
import { askPinReset, usePinReset, verifyPin, verifyTerminal } from '#auth'
import { dayOf, type PatronId, unreachable } from '#core'
import { sql } from '#db'
import { blockCard, findPatron, identifiersOf } from '#patrons'
import { consentsOf, isRestricted, withdrawConsent } from '#privacy'
import { type Call, type FbsDeps, no, type Said, said } from './call.ts'
import { meant, numberOf } from './ids.ts'
import { type Operation, operation } from './operation.ts'
import { later, patronShown } from './patron-shown.ts'
import {
  authenticate,
  authentication,
  blockIdentifier,
  consent,
  consentWanted,
  identifier,
  login,
  resetPincode,
  session,
  updatePincode,
  userId,
} from './schema-patron.ts'
import { admit, type Sessions } from './sessions.ts'
import { machineTexts } from './texts.ts'

/** Through one server all patrons of a library come, so many of them mistype in a quarter of an hour. */
const TERMINAL_TRIES = { most: 2000, minutes: 15 }

/** Described with the others, but answered before anybody is admitted. */
export const loginOperation = operation({
  id: 'login',
  method: 'POST',
  path: '/external/v1/{agencyid}/authentication/login',
  says: 'Opens a session for a server that has an account, under the name and secret of a terminal.',
  body: login,
  answer: session,
  handle: async () => no(404, machineTexts.notFound),
})

export async function logIn(deps: FbsDeps, sessions: Sessions, request: FastifyRequest, body: unknown): Promise<Said> {
  const given = login.safeParse(body)
  if (!given.success) return no(400, 'username and password are both needed')
  const agency = agencyNumber((request.params as { agencyid?: string }).agencyid)
  const ctx = agency === undefined ? undefined : await deps.contextOf(agency)
  if (agency === undefined || !ctx) return no(403, machineTexts.wrongLogin)
  const { username, password } = given.data
  const verified = await verifyTerminal(ctx, username, password, { address: request.ip })
  // Doors and sorters have no business with people's accounts.
  const known = verified.ok && verified.value.kind !== 'door' && verified.value.kind !== 'sorter'
  if (!known) return no(403, machineTexts.wrongLogin)
  return said({ sessionKey: await sessions.begin(ctx, agency, verified.value) })
}

export const serverOperations: readonly Operation[] = [
  ...['v9', 'v10'].map((version) =>
    operation({
      id: `authenticate${version.toUpperCase()}`,
      method: 'POST',
      path: `/external/{agencyid}/patrons/authenticate/${version}`,
      says: 'Whose card and PIN these are. Wrong ones count together with those given at machines and on the web.',
      needs: 'server',
      body: authenticate,
      answer: authentication,
      async handle(call, { body: { libraryCardNumber: presented, pincode: pin } }) {
        const terminal = call.terminal?.name ?? ''
        const { clock } = call.deps
        const verified = await verifyPin(
          call.ctx,
          { presented, pin, terminal },
          { clock, terminalTries: TERMINAL_TRIES },
        )
        if (verified.ok) return recognised(call, verified.value)
        const { kind } = verified.refusal
        return said({ authenticateStatus: kind === 'locked' ? 'LOANER_LOCKED_OUT' : 'INVALID' })
      },
    }),
  ),
  ...['v9', 'v10'].map((version) =>
    operation({
      id: `preauthenticated${version.toUpperCase()}`,
      method: 'POST',
      path: `/external/{agencyid}/patrons/preauthenticated/${version}`,
      says: 'The patron somebody else has vouched for, by CPR number or card: a bare text, in quotation marks or not.',
      needs: 'server',
      bare: true,
      body: userId,
      answer: authentication,
      async handle(call, { body }) {
        if (!call.terminal?.without_pin) return no(403, machineTexts.withoutPin)
        const patron = await findPatron(call.ctx, body)
        return patron ? recognised(call, patron) : said({ authenticateStatus: 'INVALID' })
      },
    }),
  ),
  operation({
    id: 'getIdentifiersV1',
    method: 'GET',
    path: '/external/{agencyid}/patrons/{patronid}/identifiers/v1',
    says: 'The patron’s numbers and cards. A CPR number is told to nobody.',
    answer: z.array(identifier),
    async handle({ ctx, patron }) {
      const rows = patron ? await identifiersOf(ctx, patron) : []
      return said(
        rows.map(({ id, kind, value, blocked_at }) => ({
          identifierId: numberOf(id),
          identifier: value,
          type: kind === 'patron-number' ? 'patronNumber' : 'libraryCard',
          blocked: blocked_at !== null,
        })),
      )
    },
  }),
  operation({
    id: 'blockIdentifierV1',
    method: 'POST',
    path: '/external/{agencyid}/patrons/{patronid}/identifiers/{identifierid}/block/v1',
    says: 'Blocks a card that is lost or stolen. Blocking it again changes nothing.',
    body: blockIdentifier,
    empty: 204,
    async handle({ ctx, patron }, { params, body }) {
      const rows = patron ? await identifiersOf(ctx, patron) : []
      const card = meant(rows, Number(params.identifierid))
      if (!card) return no(404, 'unknown identifier')
      const blocked = await blockCard(ctx, card.id, body?.reason ?? 'lost')
      return blocked.ok || blocked.refusal.kind === 'already-blocked'
        ? { status: 204 }
        : no(400, `not blocked: ${blocked.refusal.kind}`)
    },
  }),
  operation({
    id: 'resetPincodeV1',
    method: 'POST',
    path: '/external/{agencyid}/patrons/resetpincode/v1',
    says: 'Sends a link to choose another PIN, if there is such a card and its owner has an e-mail address.',
    needs: 'server',
    body: resetPincode,
    empty: 204,
    async handle({ ctx, deps, terminal }, { body }) {
      await askPinReset(ctx, body.libraryCardNumber, {
        from: `fbs ${terminal?.name ?? ''}`,
        clock: deps.clock,
        linkFor(token, language) {
          const path = `/${ctx.agency}/pin/new?token=${token}`
          return new URL(language === 'en' ? `/en${path}` : path, deps.publicUrl).href
        },
      })
      return { status: 204 }
    },
  }),
  operation({
    id: 'updatePincodeV1',
    method: 'POST',
    path: '/external/{agencyid}/patrons/updatepincode/v1',
    says: 'Chooses another PIN with what was sent by e-mail, which works once.',
    needs: 'server',
    body: updatePincode,
    empty: 204,
    async handle({ ctx, deps }, { body: { uuid, pincode } }) {
      const used = await usePinReset(ctx, uuid, pincode, deps.clock)
      if (used.ok) return { status: 204 }
      switch (used.refusal.kind) {
        case 'bad-pin':
          return no(400, machineTexts.badPin)
        case 'no-such-link':
        case 'unknown':
          return no(404, machineTexts.notFound)
        case 'not-allowed':
          return no(403, machineTexts.notFound)
        default:
          return unreachable(used.refusal)
      }
    },
  }),
  operation({
    id: 'getConsentsV1',
    method: 'GET',
    path: '/external/{agencyid}/patrons/consent/{patronid}/v1',
    says: 'The consents the API has a word for and that stand.',
    answer: z.array(consent),
    async handle(call) {
      return said(await consents(call))
    },
  }),
  consentOperation('historicaldata', machineTexts.noHistory),
  consentOperation('nationalregistry', machineTexts.registerByLaw),
  operation({
    id: 'getFavouritesV1',
    method: 'GET',
    path: '/external/{agencyid}/patrons/{patronid}/favourites/v1',
    says: 'What the patron has put on a list of their own, the newest first.',
    answer: z.array(z.object({ recordId: z.string(), title: z.string() }).meta({ id: 'FavouriteV1' })),
    async handle({ ctx, patron }) {
      if (!patron || (await isRestricted(ctx, patron))) return said([])
      return said(
        await ctx.db.all(sql`
          select t.record_id as "recordId", t.title from list_entry e join title t on t.id = e.title_id
          where e.patron_id = ${patron} group by t.id order by max(e.added_at) desc, t.id`),
      )
    },
  }),
]

const HISTORY = 'reading-history'

function consentOperation(word: 'historicaldata' | 'nationalregistry', whyNot: string): Operation {
  return operation({
    id: word === 'historicaldata' ? 'updateHistoricalDataConsentV2' : 'updateNationalRegistryConsentV2',
    method: 'PUT',
    path: `/external/{agencyid}/patrons/{patronid}/updateconsent/${word}/v2`,
    says: 'Withdraws a consent; none of these is asked for here, so none can be given.',
    body: consentWanted,
    answer: z.array(consent),
    async handle(call, { body }) {
      if (!call.patron) return no(404, machineTexts.noPatron)
      if (body.consent) return no(400, whyNot)
      // Not having given it is as good as having withdrawn it.
      if (word === 'historicaldata') await withdrawConsent(call.ctx, call.patron, HISTORY)
      return said(await consents(call))
    },
  })
}

async function consents({ ctx, patron }: Call): Promise<z.infer<typeof consent>[]> {
  const ledger = patron ? await consentsOf(ctx, patron) : []
  return ledger
    .filter(({ purpose, withdrawn_at }) => purpose === HISTORY && withdrawn_at === null)
    .map(({ given_at }) => ({ consentType: 'KEEP_HISTORICAL_LOAN_DATA', consentDate: dayOf(given_at).toString() }))
}

async function recognised(call: Call, id: PatronId): Promise<Said> {
  const patron = await patronShown(call, id)
  if (!patron) return said({ authenticateStatus: 'INVALID' })
  if (call.session) admit(call.session, id)
  return said({ authenticateStatus: 'VALID', patronId: patron.patronId, patron: later(patron) })
}
