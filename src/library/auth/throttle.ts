import { createHmac, randomBytes } from 'node:crypto'
import { type Clock, realClock } from '#core'

const MINUTES = 15
/** So much is remembered at most; an attacker's thousands of names must not fill the memory. */
const MOST_REMEMBERED = 20_000

/** How many tries there are in a quarter of an hour, of a password and of a code of six digits. */
export const PASSWORD_TRIES = 10
export const CODE_TRIES = 5

interface Tries {
  count: number
  readonly until: Temporal.Instant
}

/**
 * Counts the tries to sign in, by what was presented, whether or not there is such a name. In memory and under a key of
 * this process, so that nothing of who tried is kept.
 */
export class SignInThrottle {
  readonly #clock: Clock
  readonly #most: number
  readonly #key = randomBytes(32)
  readonly #tries = new Map<string, Tries>()

  constructor(clock: Clock = realClock, most = PASSWORD_TRIES) {
    this.#clock = clock
    this.#most = most
  }

  /** Counts one try before it is made, so that many at once are no way around; answers until when there are no more. */
  count(who: readonly string[]): Temporal.Instant | undefined {
    const key = this.#nameOf(who)
    const now = this.#clock.now()
    const known = this.#tries.get(key)
    if (known && Temporal.Instant.compare(now, known.until) < 0) {
      known.count++
      return known.count > this.#most ? known.until : undefined
    }
    this.#makeRoom(now)
    this.#tries.delete(key)
    this.#tries.set(key, { count: 1, until: now.add({ minutes: MINUTES }) })
    return undefined
  }

  /** Until when there are no more tries, without counting one. */
  locked(who: readonly string[]): Temporal.Instant | undefined {
    const known = this.#tries.get(this.#nameOf(who))
    const isFull = known !== undefined && known.count >= this.#most
    return isFull && Temporal.Instant.compare(this.#clock.now(), known.until) < 0 ? known.until : undefined
  }

  /** They knew the secret: what they mistyped before counts no longer. */
  forget(who: readonly string[]): void {
    this.#tries.delete(this.#nameOf(who))
  }

  #makeRoom(now: Temporal.Instant): void {
    if (this.#tries.size < MOST_REMEMBERED) return
    for (const [key, { until }] of this.#tries) {
      // The oldest come first; what is still young goes too when there is no other room.
      if (Temporal.Instant.compare(now, until) < 0 && this.#tries.size < MOST_REMEMBERED) return
      this.#tries.delete(key)
    }
  }

  #nameOf(who: readonly string[]): string {
    return createHmac('sha256', this.#key).update(JSON.stringify(who)).digest('base64')
  }
}
