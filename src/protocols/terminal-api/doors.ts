import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type Terminal, verifyPin } from '#auth'
import { type Clock, ok, type PatronId, type Result } from '#core'
import { findPatron } from '#patrons'
import type { Context } from '#vault'
import {
  type DoorMachine,
  enter,
  entryRefusalText,
  Passes,
  passList,
  reconcileVisits,
  reportSurveillance,
  shownCard,
} from '#visits'
import { forKeyedMachines, type Site } from '#web'
import { type AtWork, machine, type TerminalRoute, unreadable } from './machine.ts'

const MOST_BYTES = 64 * 1024
const entryBody = z.strictObject({ card: z.string().min(1).max(64), pin: z.string().max(64).optional() })
const surveillanceBody = z.strictObject({ healthy: z.boolean() })
const visitsBody = z.strictObject({
  visits: z
    .array(
      z.strictObject({
        pass: z.string().min(1).max(200),
        at: z.iso.datetime({ offset: true }).transform((text) => Temporal.Instant.from(text)),
      }),
    )
    .max(300),
})

/**
 * What a door asks in Kvit's own words: JSON over HTTP, with the name and secret of an account of the kind `door`. It is
 * told whether to open, never who came. Answers are as those of `registerTerminalApi`; 403 `not-a-door` for any other
 * machine. All of it stands in docs/doors.md.
 */
export function registerDoorApi(app: FastifyInstance, site: Site, options: { readonly clock?: Clock } = {}): void {
  const route = { ...forKeyedMachines, bodyLimit: MOST_BYTES }

  app.post<TerminalRoute>('/:agency/door/entry', route, async (request, reply) => {
    const at = await door(site, request, reply)
    if (!at) return reply
    const body = entryBody.safeParse(request.body)
    if (!body.success) return unreadable(reply, body.error)
    const who = await whoStandsThere(at, body.data, options)
    if (!who.ok) return reply.code(403).send({ error: who.refusal.kind })
    const { ctx, terminal } = at
    const patron = who.value
    const entered = await enter(ctx, { patron, branch: terminal.branch_id, door: terminal.name })
    if (!entered.ok) {
      const { kind } = entered.refusal
      return reply.code(409).send({ open: false, refused: [kind], text: entryRefusalText(entered.refusal) })
    }
    if (!entered.value.recorded) return { open: true }
    return { open: true, pass: await passFor(ctx, terminal, patron, body.data.card) }
  })

  app.post<TerminalRoute>('/:agency/door/surveillance', route, async (request, reply) => {
    const at = await door(site, request, reply)
    if (!at) return reply
    const body = surveillanceBody.safeParse(request.body)
    if (!body.success) return unreadable(reply, body.error)
    const { healthy } = body.data
    await reportSurveillance(at.ctx, at.terminal.branch_id, { healthy, by: at.terminal.name })
    return { healthy }
  })

  app.get<TerminalRoute>('/:agency/door/passes', route, async (request, reply) => {
    const at = await door(site, request, reply)
    if (!at) return reply
    const { made_at, until, hours, ...list } = await passList(at.ctx, machineOf(at.terminal))
    reply.header('cache-control', 'no-store')
    return {
      made_at: made_at.toString(),
      until: until.toString(),
      hours: hours.map(({ opens, closes }) => ({ opens: opens.toString(), closes: closes.toString() })),
      ...list,
    }
  })

  app.post<TerminalRoute>('/:agency/door/visits', route, async (request, reply) => {
    const at = await door(site, request, reply)
    if (!at) return reply
    const body = visitsBody.safeParse(request.body)
    if (!body.success) return unreadable(reply, body.error)
    return { outcomes: await reconcileVisits(at.ctx, machineOf(at.terminal), body.data.visits) }
  })
}

async function door(site: Site, request: FastifyRequest, reply: FastifyReply): Promise<AtWork | undefined> {
  const at = await machine(site, request, reply)
  if (!at || at.terminal.kind === 'door') return at
  reply.code(403).send({ error: 'not-a-door' })
  return undefined
}

/** A card without its PIN opens only where the account says so; a PIN that is given is tried in any case. */
async function whoStandsThere(
  { ctx, terminal }: AtWork,
  { card, pin }: z.infer<typeof entryBody>,
  options: { readonly clock?: Clock },
): Promise<Result<PatronId, { readonly kind: string }>> {
  if (pin !== undefined || !terminal.without_pin) {
    return verifyPin(ctx, { presented: card, pin: pin ?? '', terminal: terminal.name }, options)
  }
  const patron = await findPatron(ctx, card)
  return patron ? ok(patron) : { ok: false, refusal: { kind: 'wrong' } }
}

async function passFor(ctx: Context, terminal: Terminal, patron: PatronId, card: string): Promise<string> {
  const passes = await Passes.of(ctx)
  return passes.seal({ terminal: terminal.id, patron, ...(await shownCard(ctx, patron, card)) })
}

function machineOf({ id, name, branch_id }: Terminal): DoorMachine {
  return { id, name, branch: branch_id }
}
