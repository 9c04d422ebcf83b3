import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type BranchRow, listBranches } from '#agencies'
import { titlePath } from '#catalogue'
import type { BranchId, Language, PatronId } from '#core'
import { type Whose, whosePages, whoseTrail } from '#patrons'
import type { Context } from '#vault'
import {
  alert,
  dateText,
  type Entry,
  entries,
  errorSummary,
  type FieldErrors,
  form,
  href,
  html,
  type PatronActor,
  redirectWithMessage,
  renderPage,
  type SafeHtml,
  type Site,
  selectField,
  submitButton,
  type Tile,
  tag,
  textField,
  ways,
} from '#web'
import { readAbsence } from './absence.ts'
import { changeReservation } from './change.ts'
import { deleteReservation } from './delete.ts'
import { changeText, texts, type Words, wordsFor } from './pages-texts.ts'
import { countReservations, type ListedReservation, reservationsOf } from './queries.ts'

interface ListRoute {
  Params: { agency: string; child?: string }
}
interface WishRoute {
  Params: { agency: string; child?: string; id: string }
}

/** One wish, or several editions of it that wait together; the first is the one that stands for all. */
type Wished = readonly [ListedReservation, ...ListedReservation[]]

const FAULTY = 422
const line = z.string().max(100).catch('')
const changeFields = z.object({ branch: line, until: line })

/** What a patron, or a child one is guardian of, waits for and what stands ready: where, until when, changing and deleting. */
export function registerReservationPages(app: FastifyInstance, site: Site): void {
  for (const { base, whose } of whosePages(site)) {
    app.get<ListRoute>(`${base}/reservations`, async (request, reply) => {
      const found = await whose(request, reply)
      return found ? listPage(request, reply, found) : reply
    })

    app.get<WishRoute>(`${base}/reservations/:id`, async (request, reply) => {
      const found = await whose(request, reply)
      if (!found) return reply
      const wish = await find(found, request.params.id)
      return wish ? wishPage(request, reply, { ...found, wish }, {}) : gone(reply)
    })

    app.post<WishRoute>(`${base}/reservations/:id`, async (request, reply) => {
      const found = await whose(request, reply)
      if (!found) return reply
      const wish = await find(found, request.params.id)
      if (!wish) return redirectWithMessage(reply, request, listPath(found), texts.gone)
      return change(request, reply, { ...found, wish })
    })

    app.post<WishRoute>(`${base}/reservations/:id/delete`, async (request, reply) => {
      const found = await whose(request, reply)
      if (!found) return reply
      // Deleting what is gone is done already.
      for (const { id } of (await find(found, request.params.id)) ?? []) await deleteReservation(found.ctx, id)
      return redirectWithMessage(reply, request, listPath(found), texts.deleted)
    })
  }
}

interface Found extends Whose {
  readonly wish: Wished
}

function listPath({ ctx, path }: Whose): string {
  return `/${ctx.agency}${path}/reservations`
}

function gone(reply: FastifyReply): FastifyReply {
  reply.callNotFound()
  return reply
}

async function change(request: FastifyRequest<WishRoute>, reply: FastifyReply, found: Found): Promise<FastifyReply> {
  const { language } = request
  const { branch, until } = changeFields.parse(request.body ?? {})
  const interestUntil = dayIn(until)
  if (!interestUntil) {
    return wishPage(request, reply, found, { errors: { until: texts.dayWrong[language] }, typed: { branch, until } })
  }
  for (const { id } of found.wish) {
    const changed = await changeReservation(found.ctx, {
      id,
      patron: found.id,
      pickupBranch: branch as BranchId,
      interestUntil,
    })
    if (changed.ok) continue
    const said = changeText(changed.refusal)[language]
    const errors = changed.refusal.kind === 'interest-in-past' ? { until: said } : { branch: said }
    return wishPage(request, reply, found, { errors, typed: { branch, until } })
  }
  return redirectWithMessage(reply, request, listPath(found), wordsFor(found.child).saved)
}

/** One's own of these, on the front of one's own page. */
export async function myReservationsTile(
  ctx: Context,
  patron: PatronActor,
  { request }: { readonly request: FastifyRequest },
): Promise<Tile> {
  return reservationsTile({ ctx, id: patron.id, path: '/me', child: undefined }, request.language)
}

/** What stands ready and what is waited for, with the first deadline. */
export async function reservationsTile(whose: Whose, language: Language): Promise<Tile> {
  const { wishes, ready, pickup_until_on } = await countReservations(whose.ctx, whose.id)
  const tile = { heading: wordsFor(whose.child).reservations[language], path: listPath(whose) }
  if (wishes === 0) return { ...tile, lead: texts.nothing[language] }
  if (ready === 0) return { ...tile, lead: texts.tileWaiting(wishes)[language], text: texts.tileNotReady[language] }
  const text = pickup_until_on ? texts.tileUntil(dateText(pickup_until_on, language))[language] : undefined
  return { ...tile, lead: texts.tileReady(ready)[language], text, kind: 'success' }
}

async function listPage(request: FastifyRequest<ListRoute>, reply: FastifyReply, whose: Whose): Promise<FastifyReply> {
  const { language } = request
  const { ctx, path, child } = whose
  const said = wordsFor(child)
  const [wishes, absence] = await Promise.all([wishesOf(ctx, whose.id), readAbsence(ctx, whose.id)])
  const away = absence && awayText(absence, language, child)
  return renderPage(request, reply, {
    title: said.reservations[language],
    breadcrumbs: [...whoseTrail(whose, texts.me[language]), { label: said.reservations[language] }],
    body: html`${away ? alert({ kind: 'info', heading: away }) : ''}
${wishes.length === 0 ? html`<p>${said.none[language]}</p>` : entries(wishes.map((wish) => wishEntry(request, whose, wish)))}
${ways(request, [
  { path: `/${ctx.agency}${path}/absence`, label: said.absence[language] },
  ...(child === undefined
    ? [
        { path: `/${ctx.agency}/search`, label: texts.findSomething[language] },
        { path: `/${ctx.agency}/me/interlibrary`, label: texts.elsewhere[language] },
      ]
    : []),
])}`,
  })
}

export function awayText(
  { from_on, until_on }: { readonly from_on: Temporal.PlainDate; readonly until_on: Temporal.PlainDate | null },
  language: Language,
  child: string | undefined,
): string {
  const said = wordsFor(child)
  const from = dateText(from_on, language)
  return (until_on ? said.awayBetween(from, dateText(until_on, language)) : said.awayFrom(from))[language]
}

async function wishesOf(ctx: Context, patron: PatronId): Promise<Wished[]> {
  const wishes = new Map<string, [ListedReservation, ...ListedReservation[]]>()
  for (const each of await reservationsOf(ctx, patron)) {
    const key = each.kind === 'parallel' ? each.transaction_id : each.id
    const known = wishes.get(key)
    if (known) known.push(each)
    else wishes.set(key, [each])
  }
  return [...wishes.values()]
}

async function find({ ctx, id }: Whose, wanted: string): Promise<Wished | undefined> {
  return (await wishesOf(ctx, id)).find((wish) => wish.some(({ id }) => id === wanted))
}

function wishEntry(request: FastifyRequest, whose: Whose, wish: Wished): Entry {
  const { language } = request
  const said = wordsFor(whose.child)
  const [first] = wish
  const name = texts.changeNamed(first.title)[language]
  return {
    heading: html`<a href="${href(request, titlePath(whose.ctx.agency, first.title_id))}">${first.title}</a>`,
    tags: [tag(said.states[first.state][language], TAGS[first.state])],
    lines: wishLines(wish, said, language),
    actions: [
      html`<a class="button button-secondary" aria-label="${name}" href="${href(request, `${listPath(whose)}/${first.id}`)}">${texts.change[language]}</a>`,
    ],
  }
}

const TAGS = { ready: 'success', 'in-transit': 'info', waiting: undefined } as const

function wishLines(wish: Wished, said: Words, language: Language): (string | SafeHtml | undefined)[] {
  const [first] = wish
  const place = Math.min(...wish.flatMap(({ place }) => place ?? []))
  const own = [
    first.issue === '' ? undefined : texts.issue(first.issue)[language],
    wish.length > 1 ? texts.editions(wish.map(editionText).join(', '))[language] : undefined,
  ]
  if (first.state === 'ready') {
    return [
      ...own,
      html`${texts.pickUpNumber[language]} <strong class="pickup-number">${first.pickup_number ?? ''}</strong>`,
      texts.pickUpAt(first.pickup_branch)[language],
      first.pickup_until_on
        ? html`<strong>${texts.pickUpUntil(dateText(first.pickup_until_on, language))[language]}</strong>`
        : undefined,
    ]
  }
  return [
    ...own,
    Number.isFinite(place)
      ? html`<strong>${(first.kind === 'interlibrary' ? texts.fetched : said.place(place))[language]}</strong>`
      : undefined,
    texts.pickUpAt(first.pickup_branch)[language],
    first.state === 'waiting' ? said.until(dateText(first.interest_until_on, language))[language] : undefined,
  ]
}

function editionText({ title, year }: ListedReservation): string {
  return year === null ? title : `${title} (${year})`
}

async function wishPage(
  request: FastifyRequest<WishRoute>,
  reply: FastifyReply,
  found: Found,
  given: { readonly errors?: FieldErrors; readonly typed?: { readonly branch: string; readonly until: string } },
): Promise<FastifyReply> {
  const { language } = request
  const { ctx, wish } = found
  const [first] = wish
  const said = wordsFor(found.child)
  const { errors = {} } = given
  const isWaiting = wish.every(({ state }) => state === 'waiting')
  const base = listPath(found)
  const branches = isWaiting ? await listBranches(ctx) : []
  const typed = given.typed ?? { branch: first.pickup_branch_id, until: first.interest_until_on.toString() }
  return renderPage(request, reply, {
    ...(given.errors ? { status: FAULTY } : {}),
    title: texts.reservation[language],
    heading: first.title,
    breadcrumbs: [
      ...whoseTrail(found, texts.me[language]),
      { label: said.reservations[language], href: base },
      { label: texts.reservation[language] },
    ],
    body: html`${errorSummary(errors, language)}
<p>${tag(said.states[first.state][language], TAGS[first.state])}</p>
${wishLines(wish, said, language).flatMap((each) => (each === undefined ? [] : [html`<p>${each}</p>`]))}
${
  isWaiting
    ? form(request, reply, {
        action: `${base}/${first.id}`,
        submit: texts.save[language],
        body: html`${branchField(branches, typed.branch, language, errors.branch)}
${textField({
  name: 'until',
  type: 'date',
  label: texts.interestUntil[language],
  hint: texts.interestHint[language],
  value: typed.until,
  required: true,
  error: errors.until,
})}`,
      })
    : html`<p>${texts.settled[language]}</p>`
}
<h2>${texts.deleteHeading[language]}</h2>
<p>${(isWaiting ? said.deleteWaiting : said.deleteFilled)[language]}</p>
${form(request, reply, {
  action: `${base}/${first.id}/delete`,
  body: html``,
  submit: submitButton(texts.delete[language], 'warning'),
})}`,
  })
}

export function branchField(
  branches: readonly BranchRow[],
  value: string,
  language: Language,
  error: string | undefined,
): SafeHtml {
  return selectField({
    name: 'branch',
    label: texts.branch[language],
    options: branches.map(({ id, name }) => ({ value: id, label: name })),
    value,
    required: true,
    error,
  })
}

/** A day as a date field sends it; undefined of anything else. */
export function dayIn(text: string): Temporal.PlainDate | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' })
  } catch {
    return undefined
  }
}
