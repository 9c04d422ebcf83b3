import { type Clock, type LoanId, type PatronId, realClock, systemRandom } from '#core'
import type { Done } from './acts.ts'

const TOKEN_BYTES = 32
const NONCE_BYTES = 16
const SWEEP_MS = 5_000

/** What is known of whoever stands at a screen. In memory only: a restart means to scan the card again. */
export interface Turn {
  /** The id of the machine: a turn is worth nothing at another. */
  readonly terminal: string
  /** A card whose PIN is still to come; may be a CPR number, so it is sent nowhere. */
  readonly card: string | undefined
  /** Nobody while a PIN is awaited, or for somebody who only hands in. */
  readonly patron: PatronId | undefined
  /** What their loans are made by from here on, instead of what was scanned. */
  readonly number: string | undefined
}

/** What a turn has come to so far. */
export interface Soon {
  receipt: boolean
  /** The newest first. */
  done: readonly Done[]
  /** How many of them the last form was about. */
  latest: number
  lent: readonly LoanId[]
  wrongPin: 'wrong' | 'locked' | undefined
}

export interface OpenTurn extends Turn, Soon {
  readonly token: string
  /** Stands in every form of the turn and is worth one sending. */
  readonly nonce: string
  readonly until: Temporal.Instant
}

interface Kept extends OpenTurn {
  nonce: string
  until: Temporal.Instant
  seconds: number
  working: Promise<unknown>
}

/**
 * Who stands at which screen, until they touch Done or walk away. Each form is carried out once: a page that a browser
 * goes back to has one that is worth nothing any more, and a scanner that ends twice has sent nothing twice.
 */
export class Turns {
  readonly #clock: Clock
  readonly #open = new Map<string, Kept>()
  #sweeper: ReturnType<typeof setInterval> | undefined

  constructor(clock: Clock = realClock) {
    this.#clock = clock
  }

  /** How many are remembered now. */
  get size(): number {
    return this.#open.size
  }

  begin(turn: Turn, seconds: number): OpenTurn {
    const token = systemRandom().token(TOKEN_BYTES)
    const kept: Kept = {
      ...turn,
      token,
      nonce: systemRandom().token(NONCE_BYTES),
      until: this.#clock.now().add({ seconds }),
      seconds,
      working: Promise.resolve(),
      receipt: false,
      done: [],
      latest: 0,
      lent: [],
      wrongPin: undefined,
    }
    this.#open.set(token, kept)
    this.#sweeper ??= setInterval(() => this.#sweep(), SWEEP_MS).unref()
    return kept
  }

  /** The turn as it is when everything that was sent before has been carried out. */
  async look(token: string, terminal: string): Promise<OpenTurn | undefined> {
    const kept = this.#find(token, terminal)
    await kept?.working
    return this.#find(token, terminal)
  }

  /**
   * Carries out what a form asks for, if its nonce is the one that is worth something, and gives the turn its time anew.
   * Answers the turn as it is then; undefined when there is none.
   */
  async act(
    given: { readonly token: string; readonly terminal: string; readonly nonce: string },
    work: (turn: OpenTurn) => Promise<Partial<Soon>>,
  ): Promise<OpenTurn | undefined> {
    const kept = this.#find(given.token, given.terminal)
    if (!kept || kept.nonce !== given.nonce) return this.look(given.token, given.terminal)
    kept.nonce = systemRandom().token(NONCE_BYTES)
    const carried = kept.working.then(async () => {
      Object.assign(kept, await work(kept))
      kept.until = this.#clock.now().add({ seconds: kept.seconds })
    })
    // What went wrong is the page's that asked; whoever comes next is not kept waiting by it.
    kept.working = carried.catch(() => {})
    await carried
    return this.#find(given.token, given.terminal)
  }

  /** Forgets who it was. Ending twice is ending. */
  end(token: string): void {
    this.#open.delete(token)
    if (this.#open.size > 0) return
    clearInterval(this.#sweeper)
    this.#sweeper = undefined
  }

  secondsLeft({ until }: OpenTurn): number {
    return Math.max(0, Math.ceil(this.#clock.now().until(until).total('seconds')))
  }

  #find(token: string, terminal: string): Kept | undefined {
    const kept = this.#open.get(token)
    if (!kept || kept.terminal !== terminal) return undefined
    if (Temporal.Instant.compare(this.#clock.now(), kept.until) < 0) return kept
    this.end(token)
    return undefined
  }

  /** Nobody may come back to a screen for days. */
  #sweep(): void {
    const now = this.#clock.now()
    for (const [token, { until }] of this.#open) if (Temporal.Instant.compare(until, now) <= 0) this.end(token)
  }
}
