import { ok, type PatronId, type Result, refuse } from '#core'
import { sql, sqlState, transact } from '#db'
import type { Context } from '#vault'
import { atDesk, liftAutomaticBlock, placeAutomaticBlock } from './blocks.ts'
import { readPresented } from './health-card.ts'
import type { IdentifierRow } from './tables.ts'

export type CardRefusal = {
  readonly kind: 'not-allowed' | 'unknown' | 'not-a-card' | 'card-taken' | 'already-blocked' | 'not-blocked'
}

type Changed = Result<{ readonly id: string }, CardRefusal>

/** A patron's numbers and cards, the newest last. */
export function identifiersOf(ctx: Context, patron: PatronId): Promise<IdentifierRow[]> {
  return ctx.db.all(sql<IdentifierRow>`select * from identifier where patron_id = ${patron} order by added_at, id`)
}

/** Gives a patron a library card, beside those they have. */
export async function addCard(ctx: Context, patron: PatronId, card: string): Promise<Changed> {
  if (!atDesk(ctx)) return refuse({ kind: 'not-allowed' })
  const presented = readPresented(card)
  // A CPR number is no library card: it would lie here in clear text.
  if (presented?.kind !== 'number') return refuse({ kind: 'not-a-card' })
  try {
    return await transact(ctx, (ctx) => insertCard(ctx, patron, presented.value))
  } catch (fault) {
    if (sqlState(fault) === '23505') return refuse({ kind: 'card-taken' })
    throw fault
  }
}

async function insertCard(ctx: Context, patron: PatronId, value: string): Promise<Changed> {
  const known = await ctx.db.maybe(sql`select 1 from patron where id = ${patron} for update`)
  if (!known) return refuse({ kind: 'unknown' })
  const now = ctx.clock.now()
  const id = ctx.random.uuid(now)
  await ctx.db.run(sql`
    insert into identifier (id, patron_id, kind, value, added_at)
    values (${id}, ${patron}, 'library-card', ${value}, ${now})`)
  return ok({ id })
}

/**
 * Blocks one card that is lost or stolen: nobody is found by it any more, and the patron goes on with the others. With a
 * stolen card somebody may have the PIN too, so nothing is lent until it has turned up or been replaced. Staff may, and a
 * patron their own.
 */
export function blockCard(ctx: Context, id: string, because: 'lost' | 'stolen'): Promise<Changed> {
  return transact(ctx, async (ctx): Promise<Changed> => {
    const own = ctx.actor.kind === 'patron' ? ctx.actor.id : undefined
    if (!own && !atDesk(ctx)) return refuse({ kind: 'not-allowed' })
    const card = await ctx.db.maybe<Pick<IdentifierRow, 'patron_id' | 'blocked_at'>>(
      sql`select patron_id, blocked_at from identifier where id = ${id} for update`,
    )
    // Somebody else's card is to a patron one that does not exist.
    if (!card || (own && card.patron_id !== own)) return refuse({ kind: 'unknown' })
    if (card.blocked_at) return refuse({ kind: 'already-blocked' })
    await ctx.db.run(sql`
      update identifier set blocked_at = ${ctx.clock.now()}, blocked_because = ${because} where id = ${id}`)
    if (because === 'stolen') await placeAutomaticBlock(ctx, card.patron_id, 'card-stolen')
    return ok({ id })
  })
}

/** A card has turned up. One that was replaced stays blocked: its successor is in use. */
export function unblockCard(ctx: Context, id: string): Promise<Changed> {
  return transact(ctx, async (ctx): Promise<Changed> => {
    if (!atDesk(ctx)) return refuse({ kind: 'not-allowed' })
    const card = await ctx.db.maybe<Pick<IdentifierRow, 'patron_id'>>(sql`
      update identifier set blocked_at = null, blocked_because = null
      where id = ${id} and blocked_at is not null and blocked_because <> 'replaced' returning patron_id`)
    if (!card) return refuse({ kind: 'not-blocked' })
    await liftIfNoneStolen(ctx, card.patron_id)
    return ok({ id })
  })
}

/** The block for a stolen card has no cause left when none of the cards in use is stolen. */
async function liftIfNoneStolen(ctx: Context, patron: PatronId): Promise<void> {
  const stolen = await ctx.db.maybe(
    sql`select 1 from identifier where patron_id = ${patron} and blocked_because = 'stolen' limit 1`,
  )
  if (!stolen) await liftAutomaticBlock(ctx, patron, 'card-stolen')
}

/** A new card instead of an old one, which is then good for nothing. */
export async function replaceCard(ctx: Context, old: string, card: string): Promise<Changed> {
  if (!atDesk(ctx)) return refuse({ kind: 'not-allowed' })
  const presented = readPresented(card)
  if (presented?.kind !== 'number') return refuse({ kind: 'not-a-card' })
  try {
    return await transact(ctx, async (ctx): Promise<Changed> => {
      const known = await ctx.db.maybe<{ patron_id: PatronId; kind: string }>(
        sql`select patron_id, kind from identifier where id = ${old} for update`,
      )
      if (known?.kind !== 'library-card') return refuse({ kind: 'unknown' })
      await ctx.db.run(sql`
        update identifier set blocked_at = coalesce(blocked_at, ${ctx.clock.now()}), blocked_because = 'replaced'
        where id = ${old}`)
      await liftIfNoneStolen(ctx, known.patron_id)
      return insertCard(ctx, known.patron_id, presented.value)
    })
  } catch (fault) {
    if (sqlState(fault) === '23505') return refuse({ kind: 'card-taken' })
    throw fault
  }
}

/** The health card is lost: nobody is found by the CPR number until it is lifted, though the number stays theirs. */
export async function blockHealthCard(ctx: Context, patron: PatronId): Promise<Changed> {
  if (!atDesk(ctx)) return refuse({ kind: 'not-allowed' })
  const done = await ctx.db.run(sql`
    update patron set health_card_blocked_at = coalesce(health_card_blocked_at, ${ctx.clock.now()}) where id = ${patron}`)
  return done > 0 ? ok({ id: patron }) : refuse({ kind: 'unknown' })
}

export async function unblockHealthCard(ctx: Context, patron: PatronId): Promise<Changed> {
  if (!atDesk(ctx)) return refuse({ kind: 'not-allowed' })
  const done = await ctx.db.run(sql`
    update patron set health_card_blocked_at = null where id = ${patron} and health_card_blocked_at is not null`)
  return done > 0 ? ok({ id: patron }) : refuse({ kind: 'not-blocked' })
}
