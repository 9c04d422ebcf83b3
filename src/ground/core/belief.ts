import { stopwatch } from './clock.ts'

const MOST = 10_000

/**
 * Answers of the database that are believed for a moment longer, since they are asked for with every request of a busy
 * machine and change once in months. Kept in this process only: who changes the truth calls {@link forget} where they
 * change it, and other processes learn of it when the moment is over. Say at each use how long that may be.
 */
export class Belief<Value> {
  readonly #ms: number
  readonly #known = new Map<string, { readonly value: Value; readonly age: () => number }>()

  constructor(ms: number) {
    this.#ms = ms
  }

  get(key: string): Value | undefined {
    const known = this.#known.get(key)
    return known && known.age() < this.#ms ? known.value : undefined
  }

  /** What is believed for this key, else what `ask` answers. An answer of nothing is not remembered. */
  async know(key: string, ask: () => Promise<Value | undefined>): Promise<Value | undefined> {
    const known = this.get(key)
    if (known !== undefined) return known
    // Counted from before the question: the answer may be as old as that.
    const age = stopwatch()
    const value = await ask()
    if (value === undefined) return undefined
    if (this.#known.size >= MOST) this.#known.clear()
    this.#known.set(key, { value, age })
    return value
  }

  forget(): void {
    this.#known.clear()
  }
}
