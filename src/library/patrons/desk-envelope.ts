import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { realClock } from '#core'
import type { DbContext } from '#db'

const MINUTES = 60
const NONCE = 12
const TAG = 16

/** Of this process, and gone with it: an enrolment that was half done is begun again. */
const key = randomBytes(32)

/**
 * What lies between two steps of a form: it travels with the page, where only this process can read it, so that a CPR
 * number stands neither in a page nor in a session. It is good for an hour, for whoever began: a member of staff, or a
 * visitor who enrols on the web.
 */
export function seal(ctx: DbContext, whose: string, content: unknown): string {
  const nonce = randomBytes(NONCE)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(`${ctx.agency} ${whose}`))
  const until = realClock.now().add({ minutes: MINUTES }).epochMilliseconds
  const plain = JSON.stringify({ until, content })
  const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64url')
}

/** What was sealed; undefined when it is not ours, is too old, or was begun by somebody else. */
export function open(ctx: DbContext, whose: string, envelope: string): unknown {
  const bytes = Buffer.from(envelope, 'base64url')
  if (bytes.length <= NONCE + TAG) return undefined
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE), { authTagLength: TAG })
    decipher.setAAD(Buffer.from(`${ctx.agency} ${whose}`))
    decipher.setAuthTag(bytes.subarray(-TAG))
    const plain = Buffer.concat([decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()]).toString('utf8')
    const { until, content } = JSON.parse(plain)
    return realClock.now().epochMilliseconds < until ? content : undefined
  } catch {
    return undefined
  }
}
