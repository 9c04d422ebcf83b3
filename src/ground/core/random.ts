import { createHash, randomBytes, randomUUIDv7 } from 'node:crypto'

/** Where ids, patron numbers and links get their chance from. Seeded in demonstrations and tests, so that a run repeats. */
export interface Random {
  /** A UUIDv7; its time part is the instant given, so that ids made under a moved clock sort as they would have. */
  uuid(at: Temporal.Instant): string
  /** Text of decimal digits, each equally likely, the first never 0. */
  digits(count: number): string
  /** Unguessable text for links and sessions: `bytes` bytes, base64url. */
  token(bytes: number): string
  /** A number in [0, 1). */
  fraction(): number
}

/** The operating system's randomness. */
export function systemRandom(): Random {
  return {
    uuid: (at) => uuidAt(at, randomBytes(10)),
    digits: (count) => digitsFrom(count, () => randomBytes(1)[0] as number),
    token: (bytes) => randomBytes(bytes).toString('base64url'),
    fraction: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
  }
}

/** Repeats the same sequence for the same seed. For demonstrations and tests only: it can be predicted. */
export function seededRandom(seed: string): Random {
  const state = new Uint32Array(4)
  const digest = createHash('sha256').update(seed).digest()
  for (let i = 0; i < 4; i++) state[i] = digest.readUInt32LE(i * 4)
  const bytes = (count: number) => {
    const out = Buffer.allocUnsafe(count)
    for (let i = 0; i < count; i++) out[i] = next(state) & 0xff
    return out
  }
  return {
    uuid: (at) => uuidAt(at, bytes(10)),
    digits: (count) => digitsFrom(count, () => next(state) & 0xff),
    token: (count) => bytes(count).toString('base64url'),
    fraction: () => next(state) / 2 ** 32,
  }
}

/** One of several, each equally likely. */
export function pick<T>(random: Random, from: readonly T[]): T {
  const chosen = from[Math.floor(random.fraction() * from.length)]
  if (chosen === undefined) throw new Error('cannot pick from nothing')
  return chosen
}

/** A whole number from `low` through `high`. */
export function between(random: Random, low: number, high: number): number {
  return low + Math.floor(random.fraction() * (high - low + 1))
}

/** A fresh id outside a seeded run, such as a request's. */
export function freshUuid(): string {
  return randomUUIDv7()
}

function uuidAt(at: Temporal.Instant, rest: Buffer): string {
  const time = at.epochMilliseconds.toString(16).padStart(12, '0')
  rest[0] = 0x70 | ((rest[0] as number) & 0x0f)
  rest[2] = 0x80 | ((rest[2] as number) & 0x3f)
  const hex = time + rest.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`
}

function digitsFrom(count: number, byte: () => number): string {
  let text = ''
  while (text.length < count) {
    const value = byte()
    // 250 is the last multiple of ten below 256: higher bytes would make low digits likelier.
    if (value >= 250) continue
    const digit = value % 10
    if (text === '' && digit === 0) continue
    text += digit
  }
  return text
}

/** xoshiro128**: small, fast and good enough for invented borrowers. */
function next(s: Uint32Array): number {
  const [a, b, c, d] = s as unknown as [number, number, number, number]
  const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0
  const t = b << 9
  const c2 = c ^ a
  const d2 = d ^ b
  s[1] = b ^ c2
  s[0] = a ^ d2
  s[2] = c2 ^ t
  s[3] = rotate(d2, 11)
  return result
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by))
}
