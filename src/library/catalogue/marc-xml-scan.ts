// MARCXML and MarcXchange. The stream is cut into record elements by their tags, and each is parsed by itself, so that one
// broken record costs only that record and memory holds one. No entity is ever expanded but XML's own five, no address is
// ever fetched, and a document type declaration is refused. (@natlibfi/marc-record-serializers was meant to do this; it
// does not load without @babel/runtime, keeps no byte positions, and gives up where a tag is broken.)
import { LONGEST_RECORD, type Slice } from './marc-iso2709.ts'

const TAG_START = 0x3c
const LONGEST_NAME = 200
const FIELD_ELEMENTS = new Set(['leader', 'controlfield', 'datafield'])
/** What a tag cannot stand in, from its beginning to its end. */
export const SKIPPED = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
] as const

/** Finds the record elements; an element named record that only wraps another (OAI-PMH, SRU) is looked into. */
export async function* splitXml(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Slice> {
  const scan = new RecordScan()
  for await (const chunk of chunks) {
    yield* scan.read(chunk)
    if (scan.isRefused) return
  }
  yield* scan.end()
}

class RecordScan {
  isRefused = false
  #bytes: Buffer = Buffer.alloc(0)
  /** Where in the file the first byte held is. */
  #offset = 0
  #at = 0
  #start = -1
  #hasFields = false
  #skip: { readonly until: string; readonly from: number } | null = null
  #root: string | null = null
  #isRootClosed = false
  #found = 0;

  *read(chunk: Uint8Array): Generator<Slice> {
    const keep = this.#start === -1 ? this.#at : this.#start
    this.#bytes = Buffer.concat([this.#bytes.subarray(keep), chunk])
    this.#offset += keep
    this.#at -= keep
    if (this.#skip) this.#skip = { ...this.#skip, from: this.#skip.from - keep }
    if (this.#start !== -1) this.#start = 0
    yield* this.#scan(false)
    while (this.#start !== -1 && this.#at - this.#start > LONGEST_RECORD) {
      yield this.#fault(this.#start, 'A record has no end tag within 1 MiB. Export the file again.')
      this.#abandon()
      yield* this.#scan(false)
    }
  }

  *end(): Generator<Slice> {
    yield* this.#scan(true)
    // A comment or CDATA section that never ends swallows what follows; look for records in it after all.
    while (this.#start !== -1 && this.#skip) {
      yield this.#fault(this.#start, 'A comment or CDATA section in the record has no end. Correct it or export again.')
      this.#abandon()
      yield* this.#scan(true)
    }
    const cut = 'Fetch the file again.'
    if (this.#start !== -1 && this.#hasFields) {
      yield this.#fault(this.#start, `The file ends in the middle of a record. ${cut}`)
    } else if (this.#found === 0 && (this.#root !== null || this.#skip) && !this.isRefused) {
      yield this.#fault(-this.#offset, 'No MARC record is in this XML file. Choose a file in MARCXML or MarcXchange.')
    } else if (this.#root !== null && !this.#isRootClosed && !this.isRefused) {
      yield this.#fault(this.#bytes.length, `The file ends before </${this.#root}>, so records may be missing. ${cut}`)
    }
  }

  #fault(index: number, fault: string): Slice {
    this.#found++
    return { kind: 'fault', position: this.#offset + index, fault }
  }

  #abandon(): void {
    if (this.#skip) this.#at = this.#skip.from
    this.#skip = null
    this.#start = -1
  }

  *#scan(isEnd: boolean): Generator<Slice> {
    const bytes = this.#bytes
    for (;;) {
      if (this.#skip) {
        const end = bytes.indexOf(this.#skip.until, this.#at)
        if (end === -1) {
          this.#at = Math.max(this.#at, bytes.length - 2)
          return
        }
        this.#at = end + this.#skip.until.length
        this.#skip = null
      }
      const tag = bytes.indexOf(TAG_START, this.#at)
      if (tag === -1) {
        this.#at = bytes.length
        return
      }
      this.#at = tag
      if (bytes.length - tag < 9 && !isEnd) return
      const opening = bytes.toString('latin1', tag, tag + 9)
      const skipped = SKIPPED.find(([from]) => opening.startsWith(from))
      if (skipped) {
        this.#at = tag + skipped[0].length
        this.#skip = { until: skipped[1], from: this.#at }
        continue
      }
      if (opening.startsWith('<!')) {
        yield this.#fault(
          tag,
          'The file has a document type declaration (DTD), which is refused. Export it without one.',
        )
        this.isRefused = true
        this.#start = -1
        return
      }
      const name = this.#nameAt(tag + 1)
      if (name === null) {
        if (!isEnd && bytes.length - tag < LONGEST_NAME) return
        this.#at = tag + 1
        continue
      }
      const after = yield* this.#tag(tag, name, isEnd)
      if (after === null) return
      this.#at = after
    }
  }

  /** What one tag means. Returns where to go on, or null when its end is still to come. */
  *#tag(at: number, name: string, isEnd: boolean): Generator<Slice, number | null> {
    const isClosing = name.startsWith('/')
    const local = name.slice(name.lastIndexOf(':') + 1).replace('/', '')
    const after = at + 1 + name.length
    if (this.#root === null) this.#root = name
    if (name === `/${this.#root}`) this.#isRootClosed = true
    if (local !== 'record') {
      if (!isClosing && FIELD_ELEMENTS.has(local)) this.#hasFields = true
      return after
    }
    if (!isClosing) {
      if (this.#start !== -1 && this.#hasFields) {
        yield this.#fault(this.#start, 'The record has no end tag before the next begins. Export it again.')
      }
      this.#start = at
      this.#hasFields = false
      return after
    }
    const end = this.#bytes.indexOf('>', after)
    if (end === -1) return isEnd ? after : null
    if (this.#start !== -1 && this.#hasFields) {
      this.#found++
      const bytes = this.#bytes.subarray(this.#start, end + 1)
      if (bytes.length > LONGEST_RECORD) yield this.#fault(this.#start, 'A record is larger than 1 MiB. Divide it.')
      else yield { kind: 'bytes', position: this.#offset + this.#start, bytes }
    }
    this.#start = -1
    this.#hasFields = false
    return end + 1
  }

  #nameAt(from: number): string | null {
    const part = this.#bytes.toString('latin1', from, from + LONGEST_NAME)
    return /^(\/?[^\s<>/]+)(?=[\s<>/])/.exec(part)?.[1] ?? null
  }
}
