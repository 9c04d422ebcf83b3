import { type Clock, ok, type PatronId, type Result, realClock, refuse } from '#core'
import type { Named } from '#db'
import { cardKeys, PATRON_OF_CARD } from '#patrons'
import type { Context } from '#vault'
import { verifyPassword } from './password.ts'
import { nobodysPin, pinSecret, type VerifySecret } from './pin.ts'
import { presentedCard } from './presented.ts'
import { CARD_TRIES, clearTries, countTry, giveTryBack, TERMINAL_TRIES, type TryKey, type TryLimit } from './tries.ts'
import { forgetVerifiedAt, type GivenAt, isVerified, rememberVerified } from './verified.ts'

export interface GivenPin {
  /** A card, a patron number or a CPR number, as typed or scanned. */
  readonly presented: string
  readonly pin: string
  /** Where it is given: a terminal's name, or the address someone on the web comes from. */
  readonly terminal: string
}

export type PinRefusal =
  /** No such card, not its PIN, no PIN yet, or a blocked card: which of them is not said, nor to be measured. */
  | { readonly kind: 'wrong' }
  /** Too many tries. Also said of a card nobody has. */
  | { readonly kind: 'locked'; readonly until: Temporal.Instant }

export interface VerifyPinOptions {
  /** The world's time; another only in tests. */
  readonly clock?: Clock
  /** How a secret is tried; a test counts. */
  readonly verify?: VerifySecret
  /** Of a place through which many come, such as the national sign-in; {@link TERMINAL_TRIES} unless told. */
  readonly terminalTries?: TryLimit
}

const LONGEST_PIN = 64
/** Nobody's: what an unknown card is tried as. */
const NOBODY = '00000000-0000-7000-8000-000000000000' as PatronId

const FIND: Named = {
  name: 'card-and-pin',
  text: `select c.patron_id, p.hash from (select ${PATRON_OF_CARD} as patron_id) as c
    join pin p on p.patron_id = c.patron_id`,
}

interface Found {
  readonly patron_id: PatronId
  readonly hash: string
}

/**
 * Whose card this is, if the PIN is theirs. Tries are counted before anything is hashed, by what was presented and by
 * where, whether or not there is such a card; what is said and the work that is done are the same for a wrong PIN, an
 * unknown card, a blocked one, and a patron without a PIN. Must not be called in a transaction.
 */
export async function verifyPin(
  ctx: Context,
  given: GivenPin,
  options: VerifyPinOptions = {},
): Promise<Result<PatronId, PinRefusal>> {
  const clock = options.clock ?? realClock
  const card = presentedCard(given.presented)
  const pin = given.pin.slice(0, LONGEST_PIN)
  const at = { terminal: given.terminal, card }
  const nobodys = await nobodysPin()
  const remembered = rememberedPin(ctx, given, options)
  if (remembered && (await isStillRight(ctx, remembered))) return ok(remembered.patron)
  const ofCard: TryKey = { kind: 'card', value: card }
  const ofTerminal: TryKey = { kind: 'terminal', value: given.terminal }
  const cardUntil = await countTry(ctx, ofCard, CARD_TRIES, clock)
  const terminalUntil = await countTry(ctx, ofTerminal, options.terminalTries ?? TERMINAL_TRIES, clock)
  const until = later(cardUntil, terminalUntil)
  if (until) return refuse({ kind: 'locked', until })
  const found = await find(ctx, card)
  const secret = await pinSecret(ctx, found?.patron_id ?? NOBODY, pin)
  const right = await (options.verify ?? verifyPassword)(secret, found?.hash ?? nobodys)
  if (!found || !right) return refuse({ kind: 'wrong' })
  await clearTries(ctx, [ofCard])
  await giveTryBack(ctx, ofTerminal)
  rememberVerified(ctx, at, { pin, patron: found.patron_id, hash: found.hash }, clock.now())
  return ok(found.patron_id)
}

/** A PIN that was found right here a moment ago. Whether it still is must be asked: {@link isStillRight}. */
export interface RememberedPin {
  readonly patron: PatronId
  readonly hash: string
  readonly at: GivenAt
}

export function rememberedPin(
  ctx: Context,
  given: GivenPin,
  options: VerifyPinOptions = {},
): RememberedPin | undefined {
  const at = { terminal: given.terminal, card: presentedCard(given.presented) }
  const known = isVerified(ctx, at, given.pin.slice(0, LONGEST_PIN), (options.clock ?? realClock).now())
  return known && { patron: known.patron, hash: known.hash, at }
}

/** One question, which may travel with others of a transaction. What is no longer right is forgotten. */
export async function isStillRight(ctx: Context, { patron, hash, at }: RememberedPin): Promise<boolean> {
  const still = await find(ctx, at.card)
  if (still?.patron_id === patron && still.hash === hash) return true
  forgetVerifiedAt(ctx, at)
  return false
}

/**
 * Whether this is the PIN of a patron who is signed in already and wants to change it. Counted by patron: a browser
 * somebody left behind is no place to find the PIN out.
 */
export async function verifyOwnPin(
  ctx: Context,
  patron: PatronId,
  pin: string,
  options: VerifyPinOptions = {},
): Promise<Result<PatronId, PinRefusal>> {
  const key: TryKey = { kind: 'own-pin', value: patron }
  const nobodys = await nobodysPin()
  const until = await countTry(ctx, key, CARD_TRIES, options.clock)
  if (until) return refuse({ kind: 'locked', until })
  const [found] = await ctx.db.named<{ hash: string }>(OWN, [patron])
  const secret = await pinSecret(ctx, patron, pin.slice(0, LONGEST_PIN))
  const right = await (options.verify ?? verifyPassword)(secret, found?.hash ?? nobodys)
  if (!found || !right) return refuse({ kind: 'wrong' })
  await clearTries(ctx, [key])
  return ok(patron)
}

const OWN: Named = { name: 'own-pin', text: 'select hash from pin where patron_id = $1' }

async function find(ctx: Context, card: string): Promise<Found | undefined> {
  const [row] = await ctx.db.named<Found>(FIND, await cardKeys(ctx, card))
  return row
}

function later(one: Temporal.Instant | undefined, other: Temporal.Instant | undefined): Temporal.Instant | undefined {
  if (!one || !other) return one ?? other
  return Temporal.Instant.compare(one, other) > 0 ? one : other
}
