import { randomBytes, timingSafeEqual } from 'node:crypto'
import { makeHash } from './hashing.ts'

interface Cost {
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
}

/** 32 MiB and two passes: a tenth of a second on a small server, and above what OWASP asks of argon2id. */
const COST: Cost = { memory: 32_768, passes: 2, parallelism: 1 }
const SALT_BYTES = 16
const HASH_BYTES = 32
const SHAPE = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/

/** Hashes a password with a salt of its own, as a PHC string: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const hash = await derive(password, salt, COST, HASH_BYTES)
  return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${text(salt)}$${text(hash)}`
}

/** Whether this is the password, with the cost that the hash was made with. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const [, memory, passes, parallelism, salt = '', wanted = ''] = SHAPE.exec(hash) ?? []
  if (wanted === '') return false
  const expected = Buffer.from(wanted, 'base64')
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) }
  const found = await derive(password, Buffer.from(salt, 'base64'), cost, expected.length)
  return timingSafeEqual(found, expected)
}

function derive(password: string, nonce: Buffer, cost: Cost, tagLength: number): Promise<Buffer> {
  // The same letters typed on another machine may be other code points.
  const message = Buffer.from(password.normalize('NFKC'), 'utf8')
  return makeHash({ message, nonce, tagLength, ...cost })
}

function text(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
