import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto'
import type { PatronId } from '#core'
import { sql } from '#db'
import { cardKeys } from '#patrons'
import type { Context } from '#vault'

/**
 * What a door keeps of somebody who came in, so that it can open for them while Kvit does not answer: a word that only
 * Kvit can read. The same card, PIN and door give the same word; another PIN gives another, and the old one is then on no
 * list. Neither card nor CPR number is in it.
 */
export interface PassFacts {
  /** The id of the machine: a pass is worth nothing at another door. */
  readonly terminal: string
  readonly patron: PatronId
  /** The id of the identifier that was shown, or {@link HEALTH_CARD}. */
  readonly card: string
  /** The hash of the PIN; null where there is none. */
  readonly pin: string | null
}

export const HEALTH_CARD = 'health-card'

const CIPHER = 'aes-256-gcm'
const IV_BYTES = 12
const TAG_BYTES = 16
const PROOF_BYTES = 12

export class Passes {
  readonly #key: Buffer

  constructor(key: Buffer) {
    this.#key = key
  }

  static async of(ctx: Context): Promise<Passes> {
    return new Passes(await ctx.vault.pepper('door-pass'))
  }

  /** The nonce is made from what is sealed, so that one and the same pass is written alike each time. */
  seal({ terminal, patron, card, pin }: PassFacts): string {
    const proof = this.#mac(`proof\0${card}\0${pin ?? ''}`).subarray(0, PROOF_BYTES)
    const plain = Buffer.concat([bytesOf(terminal), bytesOf(patron), proof])
    const iv = this.#mac(plain).subarray(0, IV_BYTES)
    const cipher = createCipheriv(CIPHER, this.#key, iv)
    const sealed = Buffer.concat([cipher.update(plain), cipher.final()])
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url')
  }

  /** Whose pass this is, at this door; undefined of anything Kvit has not written for it. */
  open(pass: string, terminal: string): PatronId | undefined {
    const bytes = Buffer.from(pass, 'base64url')
    if (bytes.length !== IV_BYTES + TAG_BYTES + 32 + PROOF_BYTES) return undefined
    const cipher = createDecipheriv(CIPHER, this.#key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
    cipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
    const plain = opened(cipher, bytes.subarray(IV_BYTES + TAG_BYTES))
    if (!plain || !timingSafeEqual(plain.subarray(0, 16), bytesOf(terminal))) return undefined
    return idOf(plain.subarray(16, 32))
  }

  #mac(of: string | Buffer): Buffer {
    return createHmac('sha256', this.#key).update(of).digest()
  }
}

/** Which card was shown, and the PIN it goes with. */
export async function shownCard(
  ctx: Context,
  patron: PatronId,
  presented: string,
): Promise<Pick<PassFacts, 'card' | 'pin'>> {
  const [value] = await cardKeys(ctx, presented)
  const row = await ctx.db.one<{ card: string | null; pin: string | null }>(sql`
    select (select id from identifier where value = ${value} and patron_id = ${patron})::text as card,
      (select hash from pin where patron_id = ${patron}) as pin`)
  return { card: row.card ?? HEALTH_CARD, pin: row.pin }
}

function opened(cipher: ReturnType<typeof createDecipheriv>, sealed: Buffer): Buffer | undefined {
  try {
    return Buffer.concat([cipher.update(sealed), cipher.final()])
  } catch {
    // Not sealed by this library: a pass that somebody made up, or of before the keys were made anew.
    return undefined
  }
}

function bytesOf(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex')
}

function idOf(bytes: Buffer): PatronId {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') as PatronId
}
