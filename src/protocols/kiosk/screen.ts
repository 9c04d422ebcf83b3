import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Terminal, terminalActor, verifyTerminal } from '#auth'
import { ok, type Result, refuse } from '#core'
import { readSetting } from '#settings'
import { isFrom, type Profile, profileOf, sip2Setup } from '#sip2'
import type { Context } from '#vault'
import type { Site } from '#web'

export type KioskRequest = FastifyRequest<{ Params: { agency: string } }>

/** A browser that is one of the library's machines. */
export interface Screen {
  /** With the machine as the one who acts. */
  readonly ctx: Context
  readonly terminal: Terminal
  /**
   * What it shows and how long it waits, as for its sisters that speak SIP2. What the policy says of their makers is not
   * asked: nothing leaves the library's own pages.
   */
  readonly profile: Profile
}

export type PairRefusal = { readonly kind: 'wrong' | 'locked' | 'not-self-service' | 'not-from-here' }

/** A year: a screen is set up once. Whoever disables the machine, or gives it another key, ends it sooner. */
const PAIRED_SECONDS = 365 * 24 * 3600

/**
 * Which machine this browser is. It shows its name and key with every request as machines do, in a cookie that no script
 * can read, so that a machine that is shut out is shut out here too.
 */
export async function screenOf(site: Site, request: KioskRequest, reply: FastifyReply): Promise<Screen | undefined> {
  const [name, secret] = readCookie(request)
  if (!name || !secret) return undefined
  const screen = await asScreen(site, request, { name, secret })
  if (screen.ok) return screen.value
  // Shown again it would be counted again, until the right key is locked out too.
  if (screen.refusal.kind === 'wrong') unpair(request, reply)
  return undefined
}

/** Makes this browser a machine, for whoever has its key. */
export async function pair(
  site: Site,
  request: KioskRequest,
  reply: FastifyReply,
  given: { readonly name: string; readonly secret: string },
): Promise<Result<Screen, PairRefusal>> {
  const screen = await asScreen(site, request, given)
  if (screen.ok) {
    const value = `${encodeURIComponent(given.name.trim())}:${given.secret.trim()}`
    reply.setCookie(cookieOf(request), value, { maxAge: PAIRED_SECONDS, sameSite: 'strict' })
  }
  return screen
}

function unpair(request: KioskRequest, reply: FastifyReply): void {
  reply.clearCookie(cookieOf(request))
}

async function asScreen(
  site: Site,
  request: KioskRequest,
  { name, secret }: { readonly name: string; readonly secret: string },
): Promise<Result<Screen, PairRefusal>> {
  const ctx = site.context(request)
  const verified = await verifyTerminal(ctx, name.trim(), secret.trim(), { address: request.ip })
  if (!verified.ok) return refuse({ kind: verified.refusal.kind })
  const terminal = verified.value
  if (terminal.kind !== 'self-service') return refuse({ kind: 'not-self-service' })
  const profile = profileOf(terminal, await readSetting(ctx, sip2Setup))
  if (!isFrom(request.ip, profile.from)) return refuse({ kind: 'not-from-here' })
  return ok({ ctx: { ...ctx, actor: terminalActor(terminal) }, terminal, profile })
}

function readCookie(request: KioskRequest): readonly [string, string] | readonly [] {
  const [, name = '', secret = ''] = /^([^:]{1,200}):(.{1,200})$/.exec(request.cookies[cookieOf(request)] ?? '') ?? []
  try {
    return [decodeURIComponent(name), secret]
  } catch {
    return []
  }
}

function cookieOf(request: KioskRequest): string {
  return `kvit-screen-${request.params.agency}`
}

/** Where a browser keeps which turn it shows; gone when it is closed. */
export function turnCookie(request: KioskRequest): string {
  return `kvit-turn-${request.params.agency}`
}
