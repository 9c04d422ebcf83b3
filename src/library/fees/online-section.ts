import type { FastifyRequest } from 'fastify'
import { oreOf } from '#core'
import type { Context } from '#vault'
import { kronerText, type PatronActor, type Tile } from '#web'
import { texts } from './online-texts.ts'
import { openClaims } from './queries.ts'

/** What "My page" says of money: how much is owed, and the way to the bills, to paying and to receipts. */
export async function myMoneyTile(
  ctx: Context,
  patron: PatronActor,
  { request }: { readonly request: FastifyRequest },
): Promise<Tile> {
  const { language } = request
  const claims = await openClaims(ctx, patron.id)
  const owed = claims.reduce((sum, { left_ore }) => sum + Math.max(0, left_ore), 0)
  const tile = { heading: texts.money[language], path: `/${ctx.agency}/me/money` }
  if (owed === 0) return { ...tile, lead: kronerText(oreOf(0), language), text: texts.nothing[language] }
  return { ...tile, lead: kronerText(oreOf(owed), language), text: texts.tileOwed[language], kind: 'warning' }
}
