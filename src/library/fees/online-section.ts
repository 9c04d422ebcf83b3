import type { FastifyRequest } from 'fastify'
import { oreOf } from '#core'
import type { Context } from '#vault'
import { href, html, kronerText, type PatronActor, type SafeHtml } from '#web'
import { texts } from './online-texts.ts'
import { openClaims } from './queries.ts'

/** What "My page" says of money: how much is owed, and the way to the bills, to paying and to receipts. */
export async function myMoneySection(
  ctx: Context,
  patron: PatronActor,
  { request }: { readonly request: FastifyRequest },
): Promise<SafeHtml> {
  const { language } = request
  const owed = (await openClaims(ctx, patron.id)).reduce((sum, { left_ore }) => sum + Math.max(0, left_ore), 0)
  const said = owed === 0 ? texts.nothing : texts.total(kronerText(oreOf(owed), language))
  return html`<h2>${texts.money[language]}</h2>
<p>${said[language]}${owed === 0 ? '' : '.'}</p>
<p><a href="${href(request, `/${ctx.agency}/me/money`)}">${texts.toMoney[language]}</a></p>`
}
