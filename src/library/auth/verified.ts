import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { PatronId } from '#core'
import type { DbContext } from '#db'

const MINUTES = 5
/** Some machines at some libraries for five minutes; what is above makes room. */
const MOST_REMEMBERED = 5000

/** Of this process, and gone with it: what is remembered is of no use to anybody else. */
const key = randomBytes(32)

interface Verified {
  readonly agency: string
  readonly patron: PatronId
  readonly proof: Buffer
  /** The hash that the PIN was verified against: another hash is another PIN. */
  readonly hash: string
  readonly until: Temporal.Instant
}

const verified = new Map<string, Verified>()

/** Where and with what a PIN was given. */
export interface GivenAt {
  readonly terminal: string
  /** As it is counted. */
  readonly card: string
}

/**
 * Whether this PIN was verified here, with this card, in the last five minutes. Machines send it with every message. A
 * wrong one drops what is remembered, since otherwise PINs could be tried against it that nobody counts.
 */
export function isVerified(
  ctx: DbContext,
  at: GivenAt,
  pin: string,
  now: Temporal.Instant,
): { readonly patron: PatronId; readonly hash: string } | undefined {
  const name = nameOf(ctx, at)
  const known = verified.get(name)
  if (!known) return undefined
  const isOver = Temporal.Instant.compare(now, known.until) >= 0
  if (!isOver && timingSafeEqual(known.proof, proofOf(name, pin))) return known
  verified.delete(name)
  return undefined
}

export function rememberVerified(
  ctx: DbContext,
  at: GivenAt,
  given: { readonly pin: string; readonly patron: PatronId; readonly hash: string },
  now: Temporal.Instant,
): void {
  const name = nameOf(ctx, at)
  makeRoom(now)
  // Deleted first, so that the oldest come first.
  verified.delete(name)
  verified.set(name, {
    agency: ctx.agency,
    patron: given.patron,
    proof: proofOf(name, given.pin),
    hash: given.hash,
    until: now.add({ minutes: MINUTES }),
  })
}

/** Drops what is remembered of a patron: the PIN has changed, a card was blocked, or they were erased. */
export function forgetVerified(ctx: DbContext, patron: PatronId): void {
  for (const [name, each] of verified) {
    if (each.patron === patron && each.agency === ctx.agency) verified.delete(name)
  }
}

/** Drops what is remembered of one card at one machine: it has been blocked, or its PIN changed, by another process. */
export function forgetVerifiedAt(ctx: DbContext, at: GivenAt): void {
  verified.delete(nameOf(ctx, at))
}

function makeRoom(now: Temporal.Instant): void {
  for (const [name, { until }] of verified) {
    if (Temporal.Instant.compare(now, until) < 0 && verified.size < MOST_REMEMBERED) return
    verified.delete(name)
  }
}

function nameOf(ctx: DbContext, { terminal, card }: GivenAt): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([ctx.agency, terminal, card]))
    .digest('base64')
}

function proofOf(name: string, pin: string): Buffer {
  return createHmac('sha256', key).update(`${name}\0${pin}`).digest()
}
