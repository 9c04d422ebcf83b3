import type { Outcome } from './call.ts'

/** One message, as staff may see it go by: which machine, what it asked, how it ended. Never whom it was about. */
export interface LiveEntry {
  readonly at: Temporal.Instant
  readonly agency: string
  /** Undefined before it has signed in. */
  readonly terminal: string | undefined
  readonly code: string
  readonly ms: number
  readonly outcome: Outcome
}

const KEPT = 2000

/** The newest messages of all machines, in memory only. */
export class LiveLog {
  readonly #entries: LiveEntry[] = []
  #next = 0

  note(entry: LiveEntry): void {
    this.#entries[this.#next] = entry
    this.#next = (this.#next + 1) % KEPT
  }

  /** Of one library, the newest first; with those who have not said which they mean, if it can be no other. */
  entriesOf(agency: string, withUnnamed = false): LiveEntry[] {
    const inOrder = [...this.#entries.slice(this.#next), ...this.#entries.slice(0, this.#next)]
    return inOrder.filter((entry) => entry.agency === agency || (withUnnamed && entry.agency === '')).reverse()
  }
}
