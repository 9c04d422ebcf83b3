import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { OperatorProblem } from '#db'

const NONCE_BYTES = 12
const TAG_BYTES = 16

/** AES-256-GCM: nonce, ciphertext, tag. `about` binds the value to its place, so that it cannot be moved to another. */
export function encrypt(key: Buffer, plain: Buffer, about: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(about))
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** @throws when the key, the value or its place is another */
export function decrypt(key: Buffer, sealed: Buffer, about: string): Buffer {
  const nonce = sealed.subarray(0, NONCE_BYTES)
  const tag = sealed.subarray(sealed.length - TAG_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(about)).setAuthTag(tag)
  return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES)), decipher.final()])
}

/**
 * The key over all keys, from a file outside every database. It wraps the persons' keys and yields the passwords of
 * the libraries' roles. While it is being changed the file holds both, the new one first, so that a rotation that is
 * killed half-way can be taken up again.
 */
export class MasterKey {
  readonly file: string
  readonly #keys: readonly Buffer[]

  constructor(file: string, keys: readonly Buffer[]) {
    this.file = file
    this.#keys = keys
  }

  /**
   * Reads the key file. A development folder gets one made for it; in production (`mayMake` false) it must be there.
   * @throws OperatorProblem
   */
  static async load(file: string, mayMake: boolean): Promise<MasterKey> {
    if (!existsSync(file)) {
      if (!mayMake) {
        throw new OperatorProblem(
          `The master key file ${file} is not there. If this system has held data, bring the file back from safe-keeping: without it sealed data cannot be read. For a new system make one: openssl rand -hex 32 > FILE && chmod 600 FILE`,
        )
      }
      await writeKeys(file, [randomBytes(32)])
    }
    const lines = (await readFile(file, 'utf8'))
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean)
    const keys = lines.map((line) => {
      if (!/^[0-9a-f]{64}$/i.test(line)) {
        throw new OperatorProblem(`The master key file ${file} must hold 64 hexadecimal digits on a line.`)
      }
      return Buffer.from(line, 'hex')
    })
    if (keys.length < 1 || keys.length > 2) throw new OperatorProblem(`The master key file ${file} must hold one key.`)
    return new MasterKey(file, keys)
  }

  get rotating(): boolean {
    return this.#keys.length === 2
  }

  /** Says which key this is without telling the key. */
  get fingerprint(): string {
    return fingerprintOf(this.#newest)
  }

  get fingerprints(): string[] {
    return this.#keys.map(fingerprintOf)
  }

  wrap(key: Buffer, about: string): Buffer {
    return encrypt(this.#newest, key, about)
  }

  unwrap(wrapped: Buffer, about: string): Buffer {
    for (const key of this.#keys) {
      try {
        return decrypt(key, wrapped, about)
      } catch {
        // Wrapped by the other key of a rotation.
      }
    }
    throw new Error(`the master key does not open ${about}`)
  }

  /** The password of a login role: derived, so that none is stored. */
  passwordOf(role: string): string {
    return createHmac('sha256', this.#newest).update(`role ${role}`).digest('base64url')
  }

  /** A key for another use, such as signing cookies, that follows this one. */
  derive(use: string): string {
    return createHmac('sha256', this.#newest).update(`use ${use}`).digest('base64url')
  }

  /** Puts a new key first in the file; the old one stays until {@link finishRotation}. */
  async beginRotation(): Promise<MasterKey> {
    if (this.rotating) return this
    const keys = [randomBytes(32), this.#newest]
    await writeKeys(this.file, keys)
    return new MasterKey(this.file, keys)
  }

  async finishRotation(): Promise<MasterKey> {
    await writeKeys(this.file, [this.#newest])
    return new MasterKey(this.file, [this.#newest])
  }

  get #newest(): Buffer {
    return this.#keys[0] as Buffer
  }
}

function fingerprintOf(key: Buffer): string {
  return createHash('sha256').update('kvit master key').update(key).digest('hex').slice(0, 16)
}

/** Whole or not at all: a key file cut short by a full disk would lock everything. */
async function writeKeys(file: string, keys: readonly Buffer[]): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const making = `${file}.new`
  const handle = await open(making, 'w', 0o600)
  try {
    await handle.writeFile(`${keys.map((key) => key.toString('hex')).join('\n')}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(making, file)
}
