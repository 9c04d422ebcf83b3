import { createHash } from 'node:crypto'
import { type Clock, type Language, ok, type PatronId, type Result, realClock, refuse, systemRandom } from '#core'
import { type Named, sql, transact } from '#db'
import { queueMessages } from '#messages'
import { cardKeys, PATRON_OF_CARD } from '#patrons'
import type { Context } from '#vault'
import { texts } from './patron-texts.ts'
import { type SetPinRefusal, setPin } from './pin.ts'
import { pinFault } from './pin-rules.ts'
import { presentedCard } from './presented.ts'
import { countTry, type TryLimit } from './tries.ts'

export const RESET_MINUTES = 30
const TOKEN_BYTES = 32
const TOKEN = /^[A-Za-z0-9_-]{43}$/

/** An hour's links for one person, whichever of their cards is named: their letter-box is not a stranger's to fill. */
const RESETS_OF: TryLimit = { most: 3, minutes: 60 }
const RESETS_FROM: TryLimit = { most: 20, minutes: 60 }

export interface AskedPinReset {
  /** The address of the page where a new PIN is chosen. */
  readonly linkFor: (token: string, language: Language) => string
  /** Where the wish comes from, as it is counted. */
  readonly from?: string
  readonly clock?: Clock
}

const FIND: Named = {
  name: 'pin-reset-patron',
  text: `select id, email, language from patron where id = ${PATRON_OF_CARD}`,
}

/**
 * Sends a link to choose a new PIN to the e-mail address of whoever has this card, if they have given one. Nothing is
 * answered: whoever asks must not learn whether there is such a card. The link lasts half an hour and works once.
 */
export async function askPinReset(ctx: Context, presented: string, asked: AskedPinReset): Promise<void> {
  const clock = asked.clock ?? realClock
  const card = presentedCard(presented)
  const tooMany = [
    await countTry(ctx, { kind: 'reset', value: card }, RESETS_OF, clock),
    await countTry(ctx, { kind: 'reset-from', value: asked.from ?? '' }, RESETS_FROM, clock),
  ].some(Boolean)
  if (tooMany) return
  const [found] = await ctx.db.named<{ id: PatronId; email: string | null; language: Language }>(
    FIND,
    await cardKeys(ctx, card),
  )
  if (await countTry(ctx, { kind: 'reset-of', value: found?.id ?? card }, RESETS_OF, clock)) return
  const email = found?.email
  if (!found || !email) {
    // A write as long as the message's, so that the answer does not come sooner.
    await countTry(ctx, { kind: 'reset-of', value: card }, RESETS_OF, clock)
    return
  }
  const random = systemRandom()
  const token = random.token(TOKEN_BYTES)
  const now = clock.now()
  const text = texts.resetMessage(asked.linkFor(token, found.language), RESET_MINUTES)[found.language]
  await transact(ctx, async (ctx) => {
    await ctx.db.run(sql`
      insert into pin_reset (id, patron_id, token_hash, made_at, expires_at)
      values (${random.uuid(now)}, ${found.id}, ${hashOf(token)}, ${now}, ${now.add({ minutes: RESET_MINUTES })})`)
    const { id: patron_id, language } = found
    await queueMessages(ctx, [{ patron_id, kind: 'pin-reset', channel: 'email', language, recipient: email, ...text }])
  })
}

export type UsePinResetRefusal = SetPinRefusal | { readonly kind: 'no-such-link' }

/** Whether this link still works; it is not used up by being looked at. */
export async function isPinReset(ctx: Context, token: string, clock: Clock = realClock): Promise<boolean> {
  if (!TOKEN.test(token)) return false
  const row = await ctx.db.maybe(sql`
    select 1 from pin_reset where token_hash = ${hashOf(token)} and expires_at > ${clock.now()}`)
  return row !== undefined
}

/** Chooses a new PIN with a link that was sent. A PIN that cannot be one leaves the link as it is. */
export async function usePinReset(
  ctx: Context,
  token: string,
  pin: string,
  clock: Clock = realClock,
): Promise<Result<PatronId, UsePinResetRefusal>> {
  const fault = pinFault(pin)
  if (fault) return refuse({ kind: 'bad-pin', because: fault })
  if (!TOKEN.test(token)) return refuse({ kind: 'no-such-link' })
  // Of two who come with the same link at once only one finds it.
  const used = await ctx.db.maybe<{ patron_id: PatronId }>(sql`
    delete from pin_reset where token_hash = ${hashOf(token)} and expires_at > ${clock.now()} returning patron_id`)
  if (!used) return refuse({ kind: 'no-such-link' })
  const set = await setPin(ctx, used.patron_id, pin, 'link')
  return set.ok ? ok(used.patron_id) : set
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
