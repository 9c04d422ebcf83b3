import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { type Terminal, terminalActor, verifyTerminal } from '#auth'
import type { Context } from '#vault'
import type { Site } from '#web'

export interface TerminalRoute {
  Params: { agency: string }
}

export interface AtWork {
  readonly terminal: Terminal
  readonly ctx: Context
}

/** The machine that calls, if it is one; otherwise it has been answered. */
export async function machine(site: Site, request: FastifyRequest, reply: FastifyReply): Promise<AtWork | undefined> {
  const ctx = site.context(request)
  const [, encoded] = /^Basic ([A-Za-z0-9+/=]{1,512})$/i.exec(request.headers.authorization ?? '') ?? []
  const given = Buffer.from(encoded ?? '', 'base64').toString('utf8')
  const colon = given.indexOf(':')
  const verified = await verifyTerminal(ctx, given.slice(0, Math.max(colon, 0)), given.slice(colon + 1), {
    address: request.ip,
  })
  if (verified.ok) return { terminal: verified.value, ctx: { ...ctx, actor: terminalActor(verified.value) } }
  reply.code(401).header('www-authenticate', 'Basic realm="Kvit"').send({ error: verified.refusal.kind })
  return undefined
}

export function unreadable(reply: FastifyReply, error: z.ZodError): FastifyReply {
  const faults = error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
  return reply.code(400).send({ error: 'unreadable', faults })
}
