import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { listBranches } from '#agencies'
import type { BranchId, PatronId } from '#core'
import { isId } from '#core'
import { waysOfDesk, whoAnswers } from '#patrons'
import type { Context } from '#vault'
import { forBusyDesks, href, type Site } from '#web'
import { checkin } from './checkin.ts'
import { checkout } from './checkout.ts'
import { deskPath } from './desk-path.ts'
import { countInHouse, isPlain, returnedLines } from './desk-scan.ts'
import { texts } from './desk-texts.ts'
import { kindsOf, reasonsOf } from './rules.ts'
import { checkinText, checkoutText } from './texts.ts'

interface AgencyRoute {
  Params: { agency: string }
}

const scanned = z.string().trim().max(64).catch('')
const checkoutFields = z.object({ card: scanned, patron: scanned, barcode: scanned, branch: scanned })
const checkinFields = z.object({ barcode: scanned, branch: scanned })

/**
 * What the desk's scripts ask for, item by item, such as all that lies on an RFID pad: 200 with what was done, 409 with why
 * not. It is done as the desk is set: with its receipt, its book drop, and whoever answers for the loans.
 */
export function registerDeskScans(app: FastifyInstance, site: Site): void {
  app.post<AgencyRoute>('/:agency/staff/desk/checkout', forBusyDesks, async (request, reply) => {
    const staff = site.requireStaff(request, reply, 'desk')
    if (!staff) return reply
    const { language } = request
    const ctx = site.context(request)
    const { card, patron, barcode, branch } = checkoutFields.parse(request.body ?? {})
    const lent = await checkout(ctx, {
      card,
      barcode,
      branch: await branchNamed(ctx, branch),
      receipt: waysOfDesk(ctx, request, reply).receipt === 'email',
      primary: isId(patron) ? whoAnswers(ctx, staff.id, patron as PatronId)?.id : undefined,
      // The checkout and the line of the access log stand or fall together.
      look: { what: texts.seenLending.da, why: texts.seenLending.da },
    })
    if (lent.ok) return reply.send({ loan: lent.value.loan, due_on: lent.value.due_on.toString() })
    const reasons = reasonsOf(lent.refusal).map((reason) => checkoutText(reason, language))
    return reply.code(409).send({ refused: kindsOf(lent.refusal), told: reasons.join(' ') })
  })

  app.post<AgencyRoute>('/:agency/staff/desk/checkin', forBusyDesks, async (request, reply) => {
    if (!site.requireStaff(request, reply, 'desk')) return reply
    const { language } = request
    const ctx = site.context(request)
    const given = checkinFields.parse(request.body ?? {})
    const at = await branchNamed(ctx, given.branch)
    const { receipt, returns } = waysOfDesk(ctx, request, reply)
    if (returns.kind === 'in-house') {
      const counted = await countInHouse(ctx, given.barcode, at)
      const told = counted ? texts.counted[language] : texts.lentNow[language]
      return reply.code(counted ? 200 : 409).send({ told, outcome: counted ? 'ok' : 'refused' })
    }
    const returned_on = returns.kind === 'since' ? returns.on : undefined
    const returned = await checkin(ctx, { barcode: given.barcode, at, returned_on, receipt: receipt === 'email' })
    if (!returned.ok) {
      const { refusal } = returned
      return reply.code(409).send({ refused: [refusal.kind], told: checkinText(refusal, language) })
    }
    const { loan, fee_ore, route } = returned.value
    const lines = await returnedLines({ request, ctx }, returned.value)
    const told = lines.map((line) => line.replace(/[^.!]$/, '$&.')).join(' ')
    return reply.send({ loan, fee_ore, route, told, outcome: isPlain(returned.value) ? 'ok' : 'attention' })
  })

  // The desk was two pages once: whoever kept the address of the other comes to the one.
  app.get<AgencyRoute>('/:agency/staff/lending', (request: FastifyRequest, reply) =>
    reply.redirect(href(request, deskPath(request)), 301),
  )
}

async function branchNamed(ctx: Context, id: string): Promise<BranchId | undefined> {
  return id === '' ? undefined : (await listBranches(ctx)).find((branch) => branch.id === id)?.id
}
