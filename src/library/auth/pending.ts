import { type Clock, realClock, systemRandom } from '#core'

const KEY_BYTES = 32
const KEY = /^[A-Za-z0-9_-]{43}$/
const MOST_REMEMBERED = 10_000

/**
 * What has been begun and waits for its second step: a sign-in whose code is still to come, a visit to the municipality.
 * In memory, for minutes; the browser holds nothing but the key. A restart means to begin again.
 */
export class Pending<Begun> {
  readonly #clock: Clock
  readonly #minutes: number
  readonly #begun = new Map<string, { readonly what: Begun; readonly until: Temporal.Instant }>()

  constructor(minutes: number, clock: Clock = realClock) {
    this.#minutes = minutes
    this.#clock = clock
  }

  /** @returns the key under which it waits */
  begin(what: Begun): string {
    const key = systemRandom().token(KEY_BYTES)
    this.#makeRoom()
    this.#begun.set(key, { what, until: this.#clock.now().add({ minutes: this.#minutes }) })
    return key
  }

  look(key: string): Begun | undefined {
    const found = KEY.test(key) ? this.#begun.get(key) : undefined
    return found && Temporal.Instant.compare(this.#clock.now(), found.until) < 0 ? found.what : undefined
  }

  /** Answers it once: whoever comes a second time with the same key finds nothing. */
  take(key: string): Begun | undefined {
    const found = this.look(key)
    this.#begun.delete(key)
    return found
  }

  #makeRoom(): void {
    const now = this.#clock.now()
    for (const [key, { until }] of this.#begun) {
      // The oldest come first.
      if (Temporal.Instant.compare(now, until) < 0 && this.#begun.size < MOST_REMEMBERED) return
      this.#begun.delete(key)
    }
  }
}

/**
 * The secrets that are shown to people who are setting up their app: the same one for ten minutes, so that a page that
 * is loaded again, or a mistyped code, does not ask them to scan another.
 */
export class OfferedSecrets {
  readonly #clock: Clock
  readonly #offered = new Map<string, { readonly secret: string; readonly until: Temporal.Instant }>()

  constructor(clock: Clock = realClock) {
    this.#clock = clock
  }

  /** Whether it is new tells the page that what they scanned before is worth nothing. */
  offer(whose: string, make: () => string): { readonly secret: string; readonly isNew: boolean } {
    const now = this.#clock.now()
    const known = this.#offered.get(whose)
    if (known && Temporal.Instant.compare(now, known.until) < 0) return { secret: known.secret, isNew: false }
    for (const [key, { until }] of this.#offered) {
      if (Temporal.Instant.compare(until, now) <= 0) this.#offered.delete(key)
    }
    const secret = make()
    this.#offered.set(whose, { secret, until: now.add({ minutes: 10 }) })
    return { secret, isNew: true }
  }

  forget(whose: string): void {
    this.#offered.delete(whose)
  }
}
