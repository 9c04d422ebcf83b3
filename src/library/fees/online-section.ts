import type { FastifyRequest } from 'fastify'
import { type Language, oreOf } from '#core'
import type { Whose } from '#patrons'
import type { Context } from '#vault'
import { kronerText, type PatronActor, type Tile } from '#web'
import { texts, wordsFor } from './online-texts.ts'
import { openClaims } from './queries.ts'

/** What "My page" says of money: how much is owed, and the way to the bills, to paying and to receipts. */
export async function myMoneyTile(
  ctx: Context,
  patron: PatronActor,
  { request }: { readonly request: FastifyRequest },
): Promise<Tile> {
  return moneyTile({ ctx, id: patron.id, path: '/me', child: undefined }, request.language)
}

/** How much is owed, by oneself or by a child. */
export async function moneyTile({ ctx, id, path, child }: Whose, language: Language): Promise<Tile> {
  const said = wordsFor(child)
  const claims = await openClaims(ctx, id)
  const owed = claims.reduce((sum, { left_ore }) => sum + Math.max(0, left_ore), 0)
  const tile = { heading: said.money[language], path: `/${ctx.agency}${path}/money` }
  if (owed === 0) return { ...tile, lead: kronerText(oreOf(0), language), text: said.nothing[language] }
  return { ...tile, lead: kronerText(oreOf(owed), language), text: texts.tileOwed[language], kind: 'warning' }
}
