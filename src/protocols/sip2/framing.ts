/** What arrived on a connection: a line, or the news that one was longer than any message is. */
export type Arrived = { readonly kind: 'line'; readonly bytes: Uint8Array } | { readonly kind: 'too-long' }

/** A request is some hundred bytes; the longest anybody has seen is under two thousand. */
export const LONGEST_LINE = 8 * 1024

const CR = 0x0d
const LF = 0x0a

/**
 * Makes lines of a stream of bytes, however they are cut into packets. A line ends at CR, LF or both; between the two
 * of one ending nothing stands, so that the LF which some machines send a packet later is an empty line, and no line.
 */
export class LineReader {
  readonly #longest: number
  #held: Buffer[] = []
  #length = 0
  #skipping = false

  constructor(longest = LONGEST_LINE) {
    this.#longest = longest
  }

  /** Bytes of a line whose end has not come yet. */
  get pending(): number {
    return this.#length
  }

  push(chunk: Buffer): Arrived[] {
    const arrived: Arrived[] = []
    let start = 0
    for (let at = 0; at < chunk.length; at++) {
      if (chunk[at] !== CR && chunk[at] !== LF) continue
      this.#hold(chunk.subarray(start, at))
      start = at + 1
      const line = this.#take()
      if (line) arrived.push(line)
    }
    this.#hold(chunk.subarray(start))
    return arrived
  }

  #hold(piece: Buffer): void {
    if (piece.length === 0) return
    this.#length += piece.length
    if (this.#length > this.#longest) {
      this.#skipping = true
      this.#held = []
    }
    // A copy: the packet may be large, and what is kept of it small.
    if (!this.#skipping) this.#held.push(Buffer.from(piece))
  }

  #take(): Arrived | undefined {
    const line: Arrived | undefined = this.#skipping
      ? { kind: 'too-long' }
      : this.#length > 0
        ? { kind: 'line', bytes: Buffer.concat(this.#held) }
        : undefined
    this.#held = []
    this.#length = 0
    this.#skipping = false
    return line
  }
}
