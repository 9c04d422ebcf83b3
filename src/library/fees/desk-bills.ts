import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type Ore, oreOf, type PatronId } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import { form, href, html, kronerText, type SafeHtml, type Site, submitButton, table, textField } from '#web'
import { MONEY_ROLES } from './desk-frame.ts'
import { texts } from './desk-report-texts.ts'
import type { Claim } from './ledger.ts'
import { accounts } from './texts.ts'

interface AgencyRoute {
  Params: { agency: string }
}

const numberSchema = z.object({ number: z.string().catch('') })
const MOST = 200

/** A bill is found by the number on it, by those who keep the accounts and have no patron before them. */
export function registerBillSearch(
  app: FastifyInstance,
  site: Site,
  base: string,
  notFound: (request: FastifyRequest<AgencyRoute>, reply: FastifyReply) => Promise<FastifyReply>,
): void {
  app.post<AgencyRoute>(`/:agency${base}/bills`, async (request, reply) => {
    if (!site.requireStaff(request, reply, ...MONEY_ROLES)) return reply
    const number = numberSchema.parse(request.body ?? {}).number.replace(/\s/g, '')
    const bill = await billNumbered(site.context(request), number)
    if (!bill) return notFound(request, reply)
    return reply.redirect(href(request, billPath(request.params.agency, bill)), 303)
  })
}

interface Bill {
  readonly kind: Claim['kind']
  readonly id: string
  readonly patron_id: PatronId
}

function billPath(agency: string, { kind, id, patron_id }: Bill): string {
  return `/${agency}/staff/desk/patrons/${patron_id}/money/${kind}/${id}`
}

function billNumbered(ctx: Context, number: string): Promise<Bill | undefined> {
  return ctx.db.maybe(sql<Bill>`
    select 'fee' as kind, id, patron_id from fee where number = ${number}
    union all
    select 'compensation', id, patron_id from compensation where number = ${number}`)
}

/** What the library owes back, oldest first: a list of numbers and amounts that names nobody. */
function owedBack(ctx: Context): Promise<(Bill & { readonly number: string | null; readonly back_ore: Ore })[]> {
  return ctx.db.all(sql<Bill & { number: string | null; back_ore: Ore }>`
    select 'compensation' as kind, id, patron_id, number, paid_ore + credited_ore - amount_ore as back_ore
    from compensation where settled_at is null and paid_ore + credited_ore > amount_ore
    order by charged_at, id limit ${MOST}`)
}

export async function billsPart(
  request: FastifyRequest<AgencyRoute>,
  reply: FastifyReply,
  ctx: Context,
  base: string,
  error: string | undefined,
): Promise<SafeHtml> {
  const { language } = request
  const back = await owedBack(ctx)
  const total = oreOf(back.reduce((sum, { back_ore }) => sum + back_ore, 0))
  return html`<h2>${texts.bills[language]}</h2>
${form(request, reply, {
  action: `/${request.params.agency}${base}/bills`,
  inRow: true,
  body: textField({
    name: 'number',
    label: texts.billNumber[language],
    inputmode: 'numeric',
    autocomplete: 'off',
    maxLength: 20,
    error,
  }),
  submit: submitButton(texts.findBill[language], 'secondary'),
})}
${table(
  {
    caption: `${texts.owedBack[language]} (${kronerText(total, language)})`,
    head: [texts.billNumber, texts.what, texts.amount].map((text) => text[language]),
    numeric: [2],
    rowHeaders: true,
    empty: texts.nothingBack[language],
    rows: back.map((bill) => [
      html`<a href="${href(request, billPath(request.params.agency, bill))}">${bill.number ?? '–'}</a>`,
      accounts[bill.kind][language],
      kronerText(bill.back_ore, language),
    ]),
  },
  language,
)}`
}
