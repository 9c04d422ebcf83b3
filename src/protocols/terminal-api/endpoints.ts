import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { type GivenPin, isStillRight, rememberedPin, verifyPin } from '#auth'
import type { Clock } from '#core'
import { type CheckoutRequest, checkin, checkout, kindsOf } from '#loans'
import type { Context } from '#vault'
import { forKeyedMachines, type Site } from '#web'
import { machine, type TerminalRoute, unreadable } from './machine.ts'

const MOST_BYTES = 8 * 1024
const checkoutBody = z.strictObject({
  card: z.string().min(1).max(64),
  pin: z.string().max(64).optional(),
  barcode: z.string().min(1).max(64),
  /** Whether the patron wants a receipt by e-mail. */
  receipt: z.boolean().optional(),
})
const checkinBody = z.strictObject({ barcode: z.string().min(1).max(64) })

/**
 * Kvit's own words for machines: JSON over HTTP, for a kiosk or a self-service machine of ours. A machine shows its name
 * and secret with every request (HTTP Basic, RFC 7617) and, unless its account says otherwise, the patron's PIN.
 *
 * Answers are 200 with what was done; 400 for what cannot be read; 401 for a machine that is not known, 403 for a card
 * and PIN that do not fit (`wrong`) or are locked (`locked`), and 409 for what was refused, `{ refused: [kind, …] }`.
 */
export function registerTerminalApi(app: FastifyInstance, site: Site, options: { readonly clock?: Clock } = {}): void {
  const route = { ...forKeyedMachines, bodyLimit: MOST_BYTES }

  app.post<TerminalRoute>('/:agency/terminal/checkout', route, async (request, reply) => {
    const at = await machine(site, request, reply)
    if (!at) return reply
    const body = checkoutBody.safeParse(request.body)
    if (!body.success) return unreadable(reply, body.error)
    const { card, pin, barcode, receipt } = body.data
    const given = { presented: card, pin: pin ?? '', terminal: at.terminal.name }
    const wanted = { card, barcode, ...(receipt ? { receipt } : {}) }
    let lent = at.terminal.without_pin
      ? await checkout(at.ctx, wanted)
      : await lendIfStillRight(at.ctx, given, wanted, options)
    if (!lent) {
      const right = await verifyPin(at.ctx, given, options)
      if (!right.ok) return reply.code(403).send({ error: right.refusal.kind })
      lent = await checkout(at.ctx, wanted)
    }
    if (!lent.ok) return reply.code(409).send({ refused: kindsOf(lent.refusal) })
    return { loan: lent.value.loan, due_on: lent.value.due_on.toString() }
  })

  app.post<TerminalRoute>('/:agency/terminal/checkin', route, async (request, reply) => {
    const at = await machine(site, request, reply)
    if (!at) return reply
    const body = checkinBody.safeParse(request.body)
    if (!body.success) return unreadable(reply, body.error)
    const returned = await checkin(at.ctx, { barcode: body.data.barcode, at: at.terminal.branch_id })
    if (!returned.ok) return reply.code(409).send({ refused: [returned.refusal.kind] })
    // Whom it is kept for is no machine's business.
    const { loan, fee_ore, route } = returned.value
    return { loan, fee_ore, route }
  })
}

class PinChanged extends Error {}

/** A PIN that was right a moment ago is asked about in the same breath as the loan; undefined when it must be tried anew. */
async function lendIfStillRight(
  ctx: Context,
  given: GivenPin,
  wanted: CheckoutRequest,
  options: { readonly clock?: Clock },
): Promise<Awaited<ReturnType<typeof checkout>> | undefined> {
  const remembered = rememberedPin(ctx, given, options)
  if (!remembered) return undefined
  const provided = async (ctx: Context) => {
    if (!(await isStillRight(ctx, remembered))) throw new PinChanged()
  }
  try {
    return await checkout(ctx, { ...wanted, provided })
  } catch (fault) {
    if (fault instanceof PinChanged) return undefined
    throw fault
  }
}
