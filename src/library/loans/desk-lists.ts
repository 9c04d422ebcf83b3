import type { FastifyInstance, FastifyReply } from 'fastify'
import { dayOf, type PatronId, type Text2 } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import { dateText, href, html, numberText, renderPage, type SafeHtml, type Site, table } from '#web'
import { texts } from './desk-lists-texts.ts'

interface AgencyRoute {
  Params: { agency: string }
}

interface Listed {
  readonly barcode: string
  readonly title: string
  readonly shelf: string | null
  readonly branch: string
  readonly patron_id: PatronId | null
  readonly since_on: Temporal.PlainDate | null
}

const MOST = 500

/** What a work list is made from: rows of an item and, where it is lent, the way to whoever has it. Names nobody. */
interface WorkList {
  readonly path: string
  readonly title: Text2
  readonly lead: Text2
  readonly since: Text2
  readonly none: Text2
  readonly rows: (ctx: Context, today: Temporal.PlainDate) => Promise<Listed[]>
}

const LENT = sql.raw(`
  select i.barcode, t.title, i.shelf, b.name as branch, l.patron_id`)
const FROM = sql.raw(`
  from loan l join item i on i.id = l.item_id join title t on t.id = l.title_id join branch b on b.id = i.branch_id
  where l.returned_at is null and l.lost_at is null`)

const LISTS: readonly WorkList[] = [
  {
    path: '/staff/overdue',
    title: texts.overdue,
    lead: texts.overdueLead,
    since: texts.due,
    none: texts.noneOverdue,
    rows: (ctx, today) =>
      ctx.db.all(sql<Listed>`
        ${LENT}, l.due_on as since_on ${FROM} and l.claimed_returned_at is null and l.due_on < ${today}
        order by l.due_on, i.barcode limit ${MOST}`),
  },
  {
    path: '/staff/claimed',
    title: texts.claimed,
    lead: texts.claimedLead,
    since: texts.saidOn,
    none: texts.noneClaimed,
    rows: (ctx) =>
      ctx.db.all(sql<Listed>`
        ${LENT}, (l.claimed_returned_at at time zone 'Europe/Copenhagen')::date as since_on
        ${FROM} and l.claimed_returned_at is not null order by i.shelf nulls last, i.barcode limit ${MOST}`),
  },
  {
    path: '/staff/lost',
    title: texts.lost,
    lead: texts.lostLead,
    since: texts.seenOn,
    none: texts.noneLost,
    rows: (ctx) =>
      ctx.db.all(sql<Listed>`
        select i.barcode, t.title, i.shelf, b.name as branch, null::uuid as patron_id,
          (i.last_seen_at at time zone 'Europe/Copenhagen')::date as since_on
        from item i join title t on t.id = i.title_id join branch b on b.id = i.branch_id
        where i.state in ('lost', 'missing') order by i.shelf nulls last, i.barcode limit ${MOST}`),
  },
]

/** What is late, looked for and lost, for the round of the shelves. Who has it is a look at a patron, a page further on. */
export function registerWorkLists(app: FastifyInstance, site: Site): void {
  for (const list of LISTS) {
    app.get<AgencyRoute>(`/:agency${list.path}`, async (request, reply): Promise<FastifyReply> => {
      if (!site.requireStaff(request, reply, 'desk')) return reply
      const { language } = request
      const ctx = site.context(request)
      const rows = await list.rows(ctx, dayOf(ctx.clock.now()))
      const opened = (patron: PatronId): SafeHtml =>
        html`<a href="${href(request, `/${ctx.agency}/staff/desk/patrons/${patron}`)}">${texts.showPatron[language]}</a>`
      const hasPatrons = rows.some(({ patron_id }) => patron_id !== null)
      return renderPage(request, reply, {
        title: list.title[language],
        breadcrumbs: [{ label: list.title[language] }],
        body: html`<p class="font-lead">${list.lead[language]}</p>
${rows.length >= MOST ? html`<p>${texts.first(numberText(MOST, language))[language]}</p>` : ''}
${table(
  {
    caption: list.title[language],
    hasHeading: true,
    head: [texts.title, texts.item, texts.shelf, texts.branch, list.since, ...(hasPatrons ? [texts.patron] : [])].map(
      (text) => text[language],
    ),
    rows: rows.map(({ title, barcode, shelf, branch, since_on, patron_id }) => [
      title,
      barcode,
      shelf ?? '–',
      branch,
      since_on ? dateText(since_on, language) : '–',
      ...(hasPatrons ? [patron_id ? opened(patron_id) : '–'] : []),
    ]),
    rowHeaders: true,
    days: [4],
    empty: list.none[language],
  },
  language,
)}`,
      })
    })
  }
}
