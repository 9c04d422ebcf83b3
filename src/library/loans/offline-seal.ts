import { createDecipheriv, createHmac } from 'node:crypto'
import { z } from 'zod'
import { systemRandom } from '#core'
import type { Context } from '#vault'

/** A key a browser seals scans under: it is made from its name, so that none is stored. */
export interface DeskKey {
  readonly id: string
  readonly key: Buffer
  /** Whose it is, told so that a browser knows its own from a colleague's; says nothing else. */
  readonly staff: string
}

const ID_BYTES = 16
const NONCE_BYTES = 12
const TAG_BYTES = 16

// No scanner sends a NUL, and PostgreSQL's text cannot hold one.
const number = z
  .string()
  .trim()
  .max(64)
  .regex(/^[^\0]*$/)

/** What a browser put under its key: nothing of it lies in the open there. */
const scanned = z.object({
  deed: z.enum(['checkout', 'checkin', 'scan']),
  item: number.min(1),
  card: number.default(''),
  branch: z.string().max(64).default(''),
  /** By the browser's clock, in milliseconds. */
  at: z.number().int().positive(),
})
export type Scan = z.infer<typeof scanned>

/** A key nobody has had before: whoever signs in next on the same browser cannot have this one. */
export async function issueDeskKey(ctx: Context, staff: string): Promise<DeskKey> {
  const id = systemRandom().token(ID_BYTES)
  return { id, key: await keyNamed(ctx, id), staff: await staffMark(ctx, staff) }
}

/** What a browser knows a member of staff by. */
export async function staffMark(ctx: Context, staff: string): Promise<string> {
  return createHmac('sha256', await pepper(ctx))
    .update(`staff ${staff}`)
    .digest('base64url')
    .slice(0, 22)
}

/** Opens what a browser sealed; undefined when it was sealed for another library, under another name, or changed. */
export async function openScan(
  ctx: Context,
  sent: { readonly id: string; readonly key: string; readonly sealed: string },
): Promise<Scan | undefined> {
  const sealed = Buffer.from(sent.sealed, 'base64')
  if (sealed.length <= NONCE_BYTES + TAG_BYTES) return undefined
  const key = await keyNamed(ctx, sent.key)
  try {
    const opener = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES))
      .setAAD(Buffer.from(`${ctx.agency} ${sent.id}`))
      .setAuthTag(sealed.subarray(sealed.length - TAG_BYTES))
    const plain = Buffer.concat([opener.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), opener.final()])
    return scanned.safeParse(JSON.parse(plain.toString('utf8'))).data
  } catch {
    return undefined
  }
}

async function keyNamed(ctx: Context, id: string): Promise<Buffer> {
  return createHmac('sha256', await pepper(ctx))
    .update(`key ${ctx.agency} ${id}`)
    .digest()
}

function pepper(ctx: Context): Promise<Buffer> {
  return ctx.vault.pepper('desk scans')
}
