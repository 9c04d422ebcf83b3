import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { listBranches } from '#agencies'
import { findItem, findTitle, searchTitles, spokenName } from '#catalogue'
import { type BranchId, isId, type PatronId, type ReservationId, type StaffId, type Text2, type TitleId } from '#core'
import { type PatronRow, readPatron } from '#patrons'
import { logAccess } from '#privacy'
import type { Context } from '#vault'
import {
  alert,
  dateText,
  form,
  hidden,
  href,
  html,
  redirectWithMessage,
  renderPage,
  type SafeHtml,
  type Site,
  selectField,
  submitButton,
  table,
  tag,
  textField,
} from '#web'
import { changeReservation } from './change.ts'
import { deleteReservation } from './delete.ts'
import { texts } from './desk-patron-texts.ts'
import { placeReservation } from './place.ts'
import { type ListedReservation, reservationsOf } from './queries.ts'
import { reservationText } from './texts.ts'

/** What the reservations at the desk need from the desk itself. */
export interface ReservationDeskNeeds {
  /** Why a member of staff has this patron before them, as they said at the counter. */
  readonly inHand: (ctx: Context, staff: StaffId, patron: PatronId) => Text2 | undefined
}

interface PatronRoute {
  Params: { agency: string; id: string }
}

interface Meeting {
  readonly ctx: Context
  readonly patron: PatronRow
  readonly request: FastifyRequest<PatronRoute>
  readonly reply: FastifyReply
}

const REFUSED = 409
const MOST_HITS = 10
const line = z.string().max(200).catch('')
const oneReservation = z.object({ reservation: line, branch: line })
const wanted = z.object({ text: line, title: line, branch: line })

function pathOf(request: FastifyRequest, patron: string, path = ''): string {
  const { agency } = request.params as { agency: string }
  return `/${agency}/staff/desk/patrons/${patron}${path}`
}

/** What a patron waits for, on their page at the desk: what stands ready first, with the number it stands under. */
export async function reservationsSection(
  request: FastifyRequest,
  ctx: Context,
  patron: PatronId,
  reply: FastifyReply,
): Promise<SafeHtml> {
  const { language } = request
  const list = await reservationsOf(ctx, patron)
  const branches = (await listBranches(ctx)).map(({ id, name }) => ({ value: id, label: name }))
  const at = pathOf(request, patron, '/reservations')
  const changing = (row: ListedReservation) =>
    row.state === 'waiting'
      ? html`<details><summary>${row.pickup_branch}</summary>${form(request, reply, {
          action: `${at}/change`,
          body: html`${hidden('reservation', row.id)}
${selectField({ id: `branch-${row.id}`, name: 'branch', label: texts.pickUpAt[language], options: branches, value: row.pickup_branch_id })}`,
          submit: submitButton(texts.change[language], 'secondary'),
        })}</details>`
      : row.pickup_branch
  return html`<h2 id="reservations">${list.length === 0 ? texts.reservations[language] : texts.heading(list.length)[language]}</h2>
${
  list.length === 0
    ? html`<p>${texts.none[language]}</p>`
    : table(
        {
          caption: texts.reservations[language],
          hasHeading: true,
          head: [texts.title[language], texts.state[language], texts.branch[language], ''],
          rows: list.map((row) => [
            row.title,
            stateOf(row, request),
            changing(row),
            form(request, reply, {
              action: `${at}/delete`,
              body: hidden('reservation', row.id),
              submit: html`<button type="submit" class="button button-secondary" aria-label="${texts.deleteNamed(row.title)[language]}">${texts.delete[language]}</button>`,
            }),
          ]),
          rowHeaders: true,
        },
        language,
      )
}
<details><summary>${texts.reserve[language]}</summary>
${form(request, reply, {
  action: `${at}/search`,
  body: textField({
    id: 'title-text',
    name: 'text',
    label: texts.what[language],
    hint: texts.whatHint[language],
    autocomplete: 'off',
    maxLength: 200,
  }),
  submit: texts.find[language],
})}</details>`
}

function stateOf(row: ListedReservation, { language }: FastifyRequest): SafeHtml {
  if (row.state === 'ready' && row.pickup_until_on) {
    const until = texts.until(dateText(row.pickup_until_on, language))[language]
    return html`${tag(texts.ready(row.pickup_number ?? '')[language], 'success')} ${until}`
  }
  if (row.state === 'in-transit') return tag(texts.underWay[language], 'info')
  return html`${texts.place(row.place ?? 1)[language]}`
}

/** Reserving for a patron at the desk, and changing or deleting what they wait for. */
export function registerPatronReservationsDesk(app: FastifyInstance, site: Site, needs: ReservationDeskNeeds): void {
  function post(path: string, handler: (meeting: Meeting) => Promise<FastifyReply>): void {
    app.post<PatronRoute>(`/:agency/staff/desk/patrons/:id/reservations${path}`, async (request, reply) => {
      const staff = site.requireStaff(request, reply, 'desk')
      if (!staff) return reply
      const ctx = site.context(request)
      const { id } = request.params
      const patron = isId(id) ? await readPatron(ctx, id as PatronId) : undefined
      if (!patron) return gone(reply)
      const why = needs.inHand(ctx, staff.id, patron.id) ?? (patron.protected ? undefined : texts.noTask)
      const noted = await logAccess(ctx, patron.id, texts.seen[patron.language], why?.[patron.language] ?? '')
      // Whoever is protected is shown to nobody without a reason: the patron's page asks for it.
      if (!noted.ok) return reply.redirect(href(request, pathOf(request, patron.id, '/reason')), 303)
      return handler({ ctx, patron, request, reply })
    })
  }

  post('/search', async (meeting) => {
    const { ctx, request } = meeting
    const { text } = wanted.parse(request.body ?? {})
    const item = await findItem(ctx, text)
    const title = item && (await findTitle(ctx, item.title_id))
    const found = title ? [title] : (await searchTitles(ctx, { text, size: MOST_HITS })).hits
    return choicePage(meeting, text, found)
  })

  post('', async (meeting) => {
    const { ctx, request, patron } = meeting
    const { language } = request
    const { title, branch, text } = wanted.parse(request.body ?? {})
    if (!isId(title)) return choicePage(meeting, text, [])
    const pickupBranch = isId(branch) ? (branch as BranchId) : undefined
    const placed = await placeReservation(ctx, { patron: patron.id, title: title as TitleId, pickupBranch })
    if (placed.ok) return back(meeting, texts.reserved)
    return refused(meeting, texts.notReserved[language], reservationText(placed.refusal, language))
  })

  post('/delete', async (meeting) => {
    const id = await ownOne(meeting)
    if (!id) return gone(meeting.reply)
    await deleteReservation(meeting.ctx, id)
    return back(meeting, texts.deleted)
  })

  post('/change', async (meeting) => {
    const { ctx, request, patron } = meeting
    const id = await ownOne(meeting)
    if (!id) return gone(meeting.reply)
    const { branch } = oneReservation.parse(request.body ?? {})
    const changed = await changeReservation(ctx, { id, patron: patron.id, pickupBranch: branch as BranchId })
    if (changed.ok) return back(meeting, texts.changed)
    return refused(meeting, texts.notChanged[request.language], texts.whyNot[changed.refusal.kind][request.language])
  })
}

async function ownOne({ ctx, patron, request }: Meeting): Promise<ReservationId | undefined> {
  const { reservation } = oneReservation.parse(request.body ?? {})
  return (await reservationsOf(ctx, patron.id)).find(({ id }) => id === reservation)?.id
}

async function choicePage(
  meeting: Meeting,
  text: string,
  found: readonly { readonly id: TitleId; readonly title: string; readonly author: string | null }[],
): Promise<FastifyReply> {
  const { ctx, request, reply, patron } = meeting
  const { language } = request
  const branches = (await listBranches(ctx)).map(({ id, name }) => ({ value: id, label: name }))
  const action = pathOf(request, patron.id, '/reservations')
  return page(meeting, texts.reserve[language], {
    body: html`${form(request, reply, {
      action: `${action}/search`,
      body: textField({
        id: 'title-text',
        name: 'text',
        label: texts.what[language],
        hint: texts.whatHint[language],
        value: text,
        autocomplete: 'off',
        maxLength: 200,
      }),
      submit: texts.find[language],
    })}
${found.length === 0 ? html`<p role="status">${texts.nothingFound[language]}</p>` : ''}
${
  found.length === 0
    ? ''
    : form(request, reply, {
        action,
        body: html`<fieldset class="form-group"><legend class="form-label">${texts.title[language]}</legend>
${found.map(
  (
    { id, title, author },
    at,
  ) => html`<div class="form-group-radio"><input type="radio" class="form-radio" name="title" id="title-${at}" value="${id}" ${at === 0 ? 'checked' : ''}>
<label class="form-label" for="title-${at}">${title}${author ? html` – ${spokenName(author)}` : ''}</label></div>`,
)}</fieldset>
${selectField({ name: 'branch', label: texts.pickUpAt[language], options: branches, value: patron.home_branch_id })}`,
        submit: texts.reserve[language],
      })
}`,
  })
}

function back({ request, reply, patron }: Meeting, told: Text2): FastifyReply {
  return redirectWithMessage(reply, request, pathOf(request, patron.id), told)
}

function refused(meeting: Meeting, heading: string, body: string): FastifyReply {
  return page(meeting, heading, {
    status: REFUSED,
    body: html`<div role="alert" data-outcome="refused">${alert({ kind: 'warning', heading, body })}</div>`,
  })
}

function page(
  { request, reply, patron }: Meeting,
  title: string,
  content: { readonly status?: number; readonly body: SafeHtml },
): FastifyReply {
  const { language } = request
  const address = pathOf(request, patron.id)
  reply.header('cache-control', 'no-store')
  return renderPage(request, reply, {
    title,
    breadcrumbs: [{ label: texts.patron[language], href: address }, { label: title }],
    ...content,
    body: html`${content.body}<p><a href="${href(request, address)}">${texts.back[language]}</a></p>`,
  })
}

function gone(reply: FastifyReply): FastifyReply {
  reply.callNotFound()
  return reply
}
