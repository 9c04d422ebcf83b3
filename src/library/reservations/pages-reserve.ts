import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { listBranches } from '#agencies'
import {
  editionsOf,
  findTitle,
  languageName,
  materialName,
  spokenName,
  type TitleRow,
  type TitleSection,
  titlePath,
} from '#catalogue'
import { type BranchId, dayOf, isId, type Language, type TitleId } from '#core'
import type { Context } from '#vault'
import {
  checkbox,
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
} from '#web'
import { branchField } from './pages.ts'
import { myReservationText, texts } from './pages-texts.ts'
import { type Placed, placeReservations, type Wish } from './place.ts'
import { issuesOf, queueLength, reservationsOf, standingOf } from './queries.ts'
import type { ReservationRefusal } from './rules.ts'

interface TitleRoute {
  Params: { agency: string; id: string }
}
type Request = FastifyRequest<TitleRoute>
type Edition = Awaited<ReturnType<typeof editionsOf>>[number]

const FAULTY = 422
/** What one may say of how long one will wait, in months; nothing said is as the library's rules have it. */
const MONTHS = [1, 2, 3, 6, 12] as const
const line = z.string().max(100).catch('')
const reserveFields = z.object({
  branch: line,
  months: line,
  issue: line,
  edition: z
    .union([z.array(line), line.transform((one) => [one])])
    .catch([])
    .default([]),
})
type Typed = z.infer<typeof reserveFields>

/** Reserving a title: where to pick it up, how long to wait, and which editions will do. */
export function registerReservePages(app: FastifyInstance, site: Site): void {
  app.get<TitleRoute>('/:agency/titles/:id/reserve', async (request, reply) => {
    const at = await wanted(request, reply)
    return at ? reservePage(request, reply, at, {}) : reply
  })

  app.post<TitleRoute>('/:agency/titles/:id/reserve', async (request, reply) => {
    const at = await wanted(request, reply)
    if (!at) return reply
    const { ctx, patron, title, editions } = at
    const typed = reserveFields.parse(request.body ?? {})
    const months = MONTHS.find((each) => String(each) === typed.months)
    const today = dayOf(ctx.clock.now())
    const others = editions.filter(({ id }) => typed.edition.includes(id))
    const wishes: Wish[] = [{ title: title.id, issue: typed.issue }, ...others.map(({ id }) => ({ title: id }))]
    const placed = await placeReservations(ctx, {
      patron: patron.id,
      wishes,
      parallel: wishes.length > 1,
      pickupBranch: typed.branch as BranchId,
      ...(months === undefined ? {} : { interestUntil: today.add({ months }) }),
    })
    const refused = placed.filter(({ result }) => !result.ok)
    const path = `/${ctx.agency}/me/reservations`
    // A second tap on the button finds what the first has done.
    if (refused.length === placed.length && refused.every(isThereAlready)) {
      return redirectWithMessage(reply, request, path, texts.reservedBefore)
    }
    if (refused.length > 0)
      return reservePage(request, reply, at, { typed, errors: errorsOf(at, refused, request.language) })
    const place = await placeOf(ctx, patron, title.id)
    return redirectWithMessage(reply, request, path, texts.reserved(place))
  })

  /** Guests are sent to sign in, and come back here. */
  async function wanted(request: Request, reply: FastifyReply): Promise<Wanted | undefined> {
    const patron = site.requirePatron(request, reply)
    if (!patron) return undefined
    const ctx: Context = { ...site.context(request), actor: { kind: 'patron', id: patron.id } }
    const { id } = request.params
    const title = isId(id) ? await findTitle(ctx, id as TitleId) : undefined
    if (title) return { ctx, patron, title, editions: await editionsOf(ctx, title.id) }
    reply.callNotFound()
    return undefined
  }
}

interface Wanted {
  readonly ctx: Context
  readonly patron: PatronActor
  readonly title: TitleRow
  readonly editions: readonly Edition[]
}

/** What the page of a title says of reserving it: the way to it, how many wait, and whether one has it already. */
export function reserveSection(site: Site): TitleSection {
  return async (ctx, title, { request }) => {
    const { language } = request
    const patron = site.patron(request)
    const [waiting, standing] = await Promise.all([
      queueLength(ctx, title.id),
      patron && standingOf(ctx, patron.id, title.id),
    ])
    const queue = waiting === 0 ? '' : html` <span class="quiet">${texts.waiting(waiting)[language]}</span>`
    if (standing?.reserved) {
      const mine = href(request, `/${ctx.agency}/me/reservations`)
      return html`<p>${texts.youWait[language]} <a href="${mine}">${texts.toReservations[language]}</a></p>`
    }
    if (standing?.borrowed) return html`<p>${texts.youHave[language]}</p>`
    const address = href(request, `${titlePath(ctx.agency, title.id)}/reserve`)
    return html`<p><a class="button button-primary" href="${address}">${texts.reserve[language]}</a>${queue}</p>`
  }
}

function isThereAlready({ result }: Placed): boolean {
  return !result.ok && result.refusal.kind === 'already-reserved'
}

async function placeOf(ctx: Context, patron: PatronActor, title: TitleId): Promise<number | null> {
  const mine = await reservationsOf(ctx, patron.id)
  return mine.find(({ title_id }) => title_id === title)?.place ?? null
}

/** Each refusal at the field that can help, or at the top; of another edition at its box. */
function errorsOf({ title }: Wanted, refused: readonly Placed[], language: Language): FieldErrors {
  const errors: Record<string, string> = {}
  for (const { title: about, result } of refused) {
    if (result.ok) continue
    const said = myReservationText(result.refusal, language)
    errors[about === title.id ? fieldOf(result.refusal) : `edition-${about}`] ??= said
  }
  return errors
}

function fieldOf({ kind }: ReservationRefusal): string {
  return kind === 'interest-in-past' ? 'months' : 'branch'
}

async function reservePage(
  request: Request,
  reply: FastifyReply,
  at: Wanted,
  given: { readonly typed?: Typed; readonly errors?: FieldErrors },
): Promise<FastifyReply> {
  const { language } = request
  const { ctx, patron, title, editions } = at
  const { errors = {} } = given
  const [branches, issues, standing] = await Promise.all([
    listBranches(ctx),
    issuesOf(ctx, title.id),
    standingOf(ctx, patron.id, title.id),
  ])
  const typed = given.typed ?? {
    branch: standing?.home_branch_id ?? '',
    months: '',
    issue: issues[0] ?? '',
    edition: [],
  }
  const path = titlePath(ctx.agency, title.id)
  return renderPage(request, reply, {
    ...(given.errors ? { status: FAULTY } : {}),
    title: texts.reserveNamed(title.title)[language],
    breadcrumbs: [{ label: title.title, href: path }, { label: texts.reserve[language] }],
    body: html`${errorSummary(errors, language)}
<p>${[title.author && spokenName(title.author), materialName(title.material, language), title.year].filter(Boolean).join(' · ')}</p>
${form(request, reply, {
  action: `${path}/reserve`,
  submit: texts.reserve[language],
  body: html`${
    issues.length === 0
      ? ''
      : selectField({
          name: 'issue',
          label: texts.whichIssue[language],
          options: issues.map((issue) => ({ value: issue, label: issue })),
          value: typed.issue,
          required: true,
        })
  }
${branchField(branches, typed.branch, language, errors.branch)}
${selectField({
  name: 'months',
  label: texts.interest[language],
  options: [
    { value: '', label: texts.interestUsual[language] },
    ...MONTHS.map((months) => ({ value: String(months), label: texts.months(months)[language] })),
  ],
  value: typed.months,
  error: errors.months,
})}
${editions.length === 0 || issues.length > 0 ? '' : editionsField(editions, typed, errors, language)}`,
})}`,
  })
}

function editionsField(editions: readonly Edition[], typed: Typed, errors: FieldErrors, language: Language): SafeHtml {
  return html`<fieldset>
<legend class="form-label">${texts.otherEditions[language]}</legend>
<p>${texts.otherEditionsLead[language]}</p>
${editions.map((edition) =>
  checkbox({
    name: 'edition',
    id: `edition-${edition.id}`,
    value: edition.id,
    label: editionText(edition, language),
    checked: typed.edition.includes(edition.id),
    error: errors[`edition-${edition.id}`],
  }),
)}
</fieldset>`
}

function editionText({ title, material, year, language, edition }: Edition, reader: Language): string {
  const more = [materialName(material, reader), language && languageName(language, reader), year, edition]
  return `${title}: ${more.filter(Boolean).join(', ')}`
}
