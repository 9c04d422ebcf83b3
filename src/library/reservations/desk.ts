import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type BranchRow, listBranches } from '#agencies'
import { type BranchId, dayOf, type ItemId, isId, type Text2 } from '#core'
import {
  dateText,
  form,
  hidden,
  html,
  instantText,
  redirectWithMessage,
  renderPage,
  type SafeHtml,
  type Site,
  type StaffActor,
  selectField,
  submitButton,
  table,
  tag,
  textField,
} from '#web'
import { texts } from './desk-texts.ts'
import { leavePick, notOnShelf, pickList, type ToPick, takePicks } from './pick.ts'
import { inTransit, pickupShelf } from './queries.ts'

interface AgencyRoute {
  Params: { agency: string }
  Querystring: { branch?: string }
}

const takeFields = z.object({ branch: z.string().catch(''), most: z.coerce.number().int().min(1).max(50).catch(10) })
const pickFields = z.object({ branch: z.string().catch(''), item: z.string().catch('') })

/**
 * The shelves' side of reservations: what to fetch, what stands ready, what is under way. No page names anybody: a
 * pickup shelf and a pick list are seen by all who pass.
 */
export function registerReservationsDesk(app: FastifyInstance, site: Site): void {
  app.get<AgencyRoute>('/:agency/staff/picks', async (request, reply) => {
    const at = await here(site, request, reply)
    if (!at) return reply
    const { language } = request
    const list = await pickList(site.context(request), at.branch.id)
    const mine = list.filter(({ taken_by }) => taken_by === at.staff.id)
    const free = list.filter(({ taken_by }) => taken_by === null)
    const others = list.length - mine.length - free.length
    return page(request, reply, at, {
      title: texts.picks[language],
      path: '/staff/picks',
      body: html`<p>${texts.picksLead[language]}</p>
<h2>${texts.mine[language]}</h2>
${mine.length === 0 ? html`<p>${texts.noneTaken[language]}</p>` : picksTable(request, reply, at, mine, true)}
<h2>${texts.free(free.length)[language]}</h2>
${others > 0 ? html`<p>${texts.withOthers(others)[language]}</p>` : ''}
${
  free.length === 0
    ? html`<p>${texts.nothingToPick[language]}</p>`
    : html`${form(request, reply, {
        action: `/${request.params.agency}/staff/picks/take`,
        inRow: true,
        submit: texts.take[language],
        body: html`${hidden('branch', at.branch.id)}
${textField({ name: 'most', label: texts.most[language], value: '10', inputmode: 'numeric', short: true })}`,
      })}
${picksTable(request, reply, at, free.slice(0, 200), false)}`
}`,
    })
  })

  app.post<AgencyRoute>('/:agency/staff/picks/take', async (request, reply) => {
    const staff = site.requireStaff(request, reply, 'desk')
    if (!staff) return reply
    const { branch, most } = takeFields.parse(request.body ?? {})
    const taken = isId(branch) ? await takePicks(site.context(request), branch as BranchId, staff.id, most) : []
    return back(request, reply, 'picks', branch, texts.taken(taken.length))
  })

  for (const [deed, act, done] of [
    ['missing', notOnShelf, texts.isMissing],
    ['leave', leavePick, texts.left],
  ] as const) {
    app.post<AgencyRoute>(`/:agency/staff/picks/${deed}`, async (request, reply) => {
      if (!site.requireStaff(request, reply, 'desk')) return reply
      const { branch, item } = pickFields.parse(request.body ?? {})
      const was = isId(item) && (await act(site.context(request), item as ItemId))
      return back(request, reply, 'picks', branch, was ? done : texts.alreadyGone)
    })
  }

  for (const isExpired of [false, true]) {
    const path = isExpired ? '/staff/shelf/expired' : '/staff/shelf'
    app.get<AgencyRoute>(`/:agency${path}`, (request, reply) => shelfPage(request, reply, path, isExpired))
  }

  /** What stands ready, or of that only what nobody has fetched in time. */
  async function shelfPage(
    request: FastifyRequest<AgencyRoute>,
    reply: FastifyReply,
    path: string,
    isExpired: boolean,
  ): Promise<FastifyReply> {
    const at = await here(site, request, reply)
    if (!at) return reply
    const { language } = request
    const ctx = site.context(request)
    const today = dayOf(ctx.clock.now())
    const isOver = ({ pickup_until_on }: { readonly pickup_until_on: Temporal.PlainDate }) =>
      Temporal.PlainDate.compare(pickup_until_on, today) < 0
    const shelf = (await pickupShelf(ctx, at.branch.id)).filter((row) => !isExpired || isOver(row))
    return page(request, reply, at, {
      title: (isExpired ? texts.expired : texts.shelf)[language],
      path,
      body: html`<p>${(isExpired ? texts.expiredLead : texts.shelfLead)[language]}</p>
${
  shelf.length === 0
    ? html`<p>${(isExpired ? texts.expiredEmpty : texts.shelfEmpty)[language]}</p>`
    : table(
        {
          caption: texts.onShelf(shelf.length)[language],
          head: [texts.number[language], texts.itemTitle[language], texts.barcode[language], texts.until[language]],
          rows: shelf.map((row) => [
            row.pickup_number,
            row.title,
            row.barcode,
            isOver(row)
              ? html`${dateText(row.pickup_until_on, language)} ${tag(texts.takeDown[language], 'warning')}`
              : dateText(row.pickup_until_on, language),
          ]),
          rowHeaders: true,
        },
        language,
      )
}`,
    })
  }

  app.get<AgencyRoute>('/:agency/staff/transit', async (request, reply) => {
    const at = await here(site, request, reply)
    if (!at) return reply
    const { language } = request
    const rows = await inTransit(site.context(request), at.branch.id)
    return page(request, reply, at, {
      title: texts.transit[language],
      path: '/staff/transit',
      body: html`<p>${texts.transitLead[language]}</p>
${
  rows.length === 0
    ? html`<p>${texts.noTransit[language]}</p>`
    : table(
        {
          caption: texts.transit[language],
          head: [
            texts.itemTitle[language],
            texts.barcode[language],
            texts.from[language],
            texts.to[language],
            texts.why[language],
            texts.since[language],
          ],
          rows: rows.map((row) => [
            row.title,
            row.barcode,
            row.from,
            row.to,
            (row.for_reservation ? texts.reserved : texts.home)[language],
            row.last_seen_at ? instantText(row.last_seen_at, language) : '',
          ]),
          rowHeaders: true,
        },
        language,
      )
}`,
    })
  })
}

interface Here {
  readonly staff: StaffActor
  readonly branch: BranchRow
  readonly branches: readonly BranchRow[]
}

/** Who asks, and about which branch: the one named, else where they work, else the first. */
async function here(site: Site, request: FastifyRequest<AgencyRoute>, reply: FastifyReply): Promise<Here | undefined> {
  const staff = site.requireStaff(request, reply, 'desk')
  if (!staff) return undefined
  const branches = await listBranches(site.context(request))
  const wanted = request.query.branch ?? staff.branch_ids?.[0]
  const branch = branches.find(({ id }) => id === wanted) ?? branches[0]
  if (branch) return { staff, branch, branches }
  reply.callNotFound()
  return undefined
}

function page(
  request: FastifyRequest<AgencyRoute>,
  reply: FastifyReply,
  { branch, branches }: Here,
  content: { readonly title: string; readonly path: string; readonly body: SafeHtml },
) {
  const { language } = request
  const choose = form(request, reply, {
    method: 'get',
    inRow: true,
    action: `/${request.params.agency}${content.path}`,
    submit: texts.show[language],
    body: selectField({
      name: 'branch',
      label: texts.branch[language],
      value: branch.id,
      options: branches.map(({ id, name }) => ({ value: id, label: name })),
    }),
  })
  return renderPage(request, reply, {
    title: `${content.title}: ${branch.name}`,
    breadcrumbs: [{ label: content.title }],
    body: html`${branches.length > 1 ? choose : ''}${content.body}`,
  })
}

function picksTable(
  request: FastifyRequest<AgencyRoute>,
  reply: FastifyReply,
  { branch }: Here,
  picks: readonly ToPick[],
  mine: boolean,
): SafeHtml {
  const { language } = request
  const step = (deed: string, item: string, label: string) =>
    form(request, reply, {
      action: `/${request.params.agency}/staff/picks/${deed}`,
      submit: submitButton(label, 'secondary'),
      body: html`${hidden('branch', branch.id)}${hidden('item', item)}`,
    })
  return table(
    {
      caption: texts.toFetch(picks.length)[language],
      head: [
        texts.shelfMark[language],
        texts.itemTitle[language],
        texts.barcode[language],
        texts.pickupAt[language],
        ...(mine ? [texts.outcome[language]] : []),
      ],
      rows: picks.map((pick) => [
        pick.shelf ?? '',
        `${pick.title}${pick.author ? ` – ${pick.author}` : ''}`,
        pick.barcode,
        pick.pickup_branch,
        ...(mine
          ? [
              html`${step('missing', pick.item_id, texts.notThere[language])}${step('leave', pick.item_id, texts.leave[language])}`,
            ]
          : []),
      ]),
    },
    language,
  )
}

function back(request: FastifyRequest<AgencyRoute>, reply: FastifyReply, page: string, branch: string, said: Text2) {
  const query = isId(branch) ? `?branch=${branch}` : ''
  return redirectWithMessage(reply, request, `/${request.params.agency}/staff/${page}${query}`, said)
}
