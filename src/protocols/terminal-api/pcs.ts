import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { verifyPin } from '#auth'
import type { Clock } from '#core'
import { logOff, logOn } from '#pcs'
import { forKeyedMachines, type Site } from '#web'
import { machine, type TerminalRoute, unreadable } from './machine.ts'

const MOST_BYTES = 8 * 1024
const logOnBody = z.strictObject({ card: z.string().min(1).max(64), pin: z.string().max(64) })

/**
 * For the library's PCs, each with an account as a machine: who may log on and until when, and that they have logged off.
 * Answers as {@link registerTerminalApi} does. A PC is not told who came.
 */
export function registerPcApi(app: FastifyInstance, site: Site, options: { readonly clock?: Clock } = {}): void {
  const route = { ...forKeyedMachines, bodyLimit: MOST_BYTES }

  app.post<TerminalRoute>('/:agency/terminal/pc/log-on', route, async (request, reply) => {
    const at = await machine(site, request, reply)
    if (!at) return reply
    const body = logOnBody.safeParse(request.body)
    if (!body.success) return unreadable(reply, body.error)
    const { card, pin } = body.data
    const { ctx, terminal } = at
    const who = await verifyPin(ctx, { presented: card, pin, terminal: terminal.name }, options)
    if (!who.ok) return reply.code(403).send({ error: who.refusal.kind })
    const on = await logOn(ctx, { patron: who.value, pc: terminal.name, branch: terminal.branch_id })
    if (!on.ok) return reply.code(409).send({ refused: [on.refusal.kind] })
    return { until: on.value.until_at.toString() }
  })

  app.post<TerminalRoute>('/:agency/terminal/pc/log-off', route, async (request, reply) => {
    const at = await machine(site, request, reply)
    if (!at) return reply
    return { logged_off: await logOff(at.ctx, at.terminal.name) }
  })
}
