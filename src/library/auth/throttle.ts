import { createHmac, randomBytes } from 'node:crypto'
import { type Clock, realClock } from '#core'

const TRIES = 10
const MINUTES = 15
/** So much is remembered at most; an attacker's thousands of names must not fill the memory. */
const MOST_REMEMBERED = 20_000

interface Tries {
  count: number
  readonly until: Temporal.Instant
}

/**
 * Counts the tries to sign in, by library, presented username and address, whether or not there is such a name. In
 * memory and under a key of this process, so that nothing of who tried is kept.
 */
export class SignInThrottle {
  readonly #clock: Clock
  readonly #key = randomBytes(32)
  readonly #tries = new Map<string, Tries>()

  constructor(clock: Clock = realClock) {
    this.#clock = clock
  }

  /** Counts one try before it is made, so that many at once are no way around; answers until when there are no more. */
  count(who: readonly string[]): Temporal.Instant | undefined {
    const key = this.#nameOf(who)
    const now = this.#clock.now()
    const known = this.#tries.get(key)
    if (known && Temporal.Instant.compare(now, known.until) < 0) {
      known.count++
      return known.count > TRIES ? known.until : undefined
    }
    this.#makeRoom(now)
    this.#tries.delete(key)
    this.#tries.set(key, { count: 1, until: now.add({ minutes: MINUTES }) })
    return undefined
  }

  /** They knew the password: what they mistyped before counts no longer. */
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
