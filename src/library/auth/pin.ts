import { createHmac, randomBytes } from 'node:crypto'
import { isId, ok, type PatronId, type Result, refuse } from '#core'
import { sql, sqlState, transact } from '#db'
import type { Context, Sealed } from '#vault'
import { hashPassword, verifyPassword } from './password.ts'
import { endPatronSessions } from './patron-session.ts'
import { type PinFault, pinFault } from './pin-rules.ts'
import { presentedCard } from './presented.ts'
import { mayServePatrons } from './rules.ts'
import type { PinRow } from './tables.ts'
import { clearTries, type TryKey } from './tries.ts'
import { forgetVerified } from './verified.ts'

/** How a PIN came to be the patron's. */
export type PinSetBy = PinRow['set_by']

/** What a PIN is tried with; a test counts how often. */
export type VerifySecret = (secret: string, hash: string) => Promise<boolean>

export type SetPinRefusal =
  | { readonly kind: 'bad-pin'; readonly because: PinFault }
  | { readonly kind: 'unknown' | 'not-allowed' }

/**
 * Gives a patron the PIN they chose. The one they have already is left as it is, because other people's apps send it
 * along with every change of a profile. A new one signs the patron out everywhere, makes links to choose one worthless,
 * and lets their cards be tried again. Whoever calls has made sure that it is the patron who chooses: at the desk only
 * someone of the desk may say so.
 */
export async function setPin(
  ctx: Context,
  patron: PatronId,
  pin: string,
  by: PinSetBy,
): Promise<Result<{ readonly changed: boolean }, SetPinRefusal>> {
  if (by === 'desk' && !mayServePatrons(ctx.actor)) return refuse({ kind: 'not-allowed' })
  if (ctx.actor.kind === 'patron' && ctx.actor.id !== patron) return refuse({ kind: 'not-allowed' })
  const fault = pinFault(pin)
  if (fault) return refuse({ kind: 'bad-pin', because: fault })
  if (!isId(patron)) return refuse({ kind: 'unknown' })
  const secret = await pinSecret(ctx, patron, pin)
  const known = await pinHashOf(ctx, patron)
  if (known && (await verifyPassword(secret, known))) return ok({ changed: false })
  const hash = await hashPassword(secret)
  const written = await writePin(ctx, patron, hash, by)
  if (!written) return refuse({ kind: 'unknown' })
  forgetVerified(ctx, patron)
  await clearTries(ctx, await triesOf(ctx, patron))
  return ok({ changed: true })
}

async function writePin(ctx: Context, patron: PatronId, hash: string, by: PinSetBy): Promise<boolean> {
  try {
    await transact(ctx, async (ctx) => {
      await ctx.db.run(sql`
        insert into pin (patron_id, hash, set_by, set_at) values (${patron}, ${hash}, ${by}, ${ctx.clock.now()})
        on conflict (patron_id) do update set hash = excluded.hash, set_by = excluded.set_by, set_at = excluded.set_at`)
      await endPatronSessions(ctx, patron)
      await ctx.db.run(sql`delete from pin_reset where patron_id = ${patron}`)
    })
    return true
  } catch (fault) {
    // They were erased, or never enrolled.
    if (sqlState(fault) !== '23503') throw fault
    return false
  }
}

/** Whether the patron has a PIN; nothing more can be known of it. */
export async function hasPin(ctx: Context, patron: PatronId): Promise<boolean> {
  return (await pinHashOf(ctx, patron)) !== undefined
}

/**
 * What is hashed instead of the PIN. Ten thousand values are soon tried through, however slow the hash, so a key is
 * mixed in that lies in no database of the library's data; and the patron, so that nobody's hash is another's.
 */
export async function pinSecret(ctx: Context, patron: PatronId, pin: string): Promise<string> {
  const pepper = await ctx.vault.pepper('pin')
  return createHmac('sha256', pepper).update(`${patron}\0${pin}`).digest('base64url')
}

let made: Promise<string> | undefined

/** A hash that is nobody's, tried where there is none, so that it takes the same work. */
export function nobodysPin(): Promise<string> {
  made ??= hashPassword(randomBytes(32).toString('base64url'))
  return made
}

async function pinHashOf(ctx: Context, patron: PatronId): Promise<string | undefined> {
  const row = await ctx.db.maybe<{ hash: string }>(sql`select hash from pin where patron_id = ${patron}`)
  return row?.hash
}

/** What is counted of this patron's own cards and numbers. */
async function triesOf(ctx: Context, patron: PatronId): Promise<TryKey[]> {
  const row = await ctx.db.maybe<{ cpr_sealed: Sealed | null }>(sql`select cpr_sealed from patron where id = ${patron}`)
  const cards = await ctx.db.all<{ value: string }>(sql`select value from identifier where patron_id = ${patron}`)
  const cpr = row?.cpr_sealed ? await ctx.vault.open(patron, 'patron.cpr_sealed', row.cpr_sealed) : undefined
  const presented = [...cards.map(({ value }) => value), ...(cpr === undefined ? [] : [cpr])]
  return [
    { kind: 'own-pin', value: patron },
    ...presented.map((text): TryKey => ({ kind: 'card', value: presentedCard(text) })),
  ]
}
