import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { ItemId, Language, StaffId, StaffRole, Text2 } from '#core'
import type { StaffNames } from '#privacy'
import { namesOfStaff } from '#settings'
import type { Context } from '#vault'
import {
  type FieldErrors,
  href,
  html,
  instantText,
  type Page,
  renderPage,
  type SafeHtml,
  type Site,
  table,
  tag,
} from '#web'
import type { ShownChange } from './changes.ts'
import { changeTexts, fieldText, stateTexts, texts } from './desk-texts.ts'
import type { ItemState } from './tables.ts'

export const CATALOGUE_PATH = '/staff/catalogue'
/** Who looks into the catalogue, and who changes it. */
export const CATALOGUE_READERS: readonly StaffRole[] = ['desk', 'catalogue']
export const CATALOGUE_KEEPER: StaffRole = 'catalogue'

export interface CatalogueRoute {
  Params: { agency: string; id: string }
}
export type Request = FastifyRequest<CatalogueRoute>

/** What a later room tells of an item on its page; nothing when it has nothing to tell. */
export type ItemSection = (ctx: Context, request: Request, reply: FastifyReply, item: ItemId) => Promise<SafeHtml>

/** The material groups are lending's, and so is who has an item: where all rooms are seen, they are given. */
export interface CatalogueNeeds {
  readonly site: Site
  readonly staffNames: StaffNames
  readonly materialGroups: (ctx: Context) => Promise<readonly { readonly code: string; readonly name: Text2 }[]>
  readonly itemSections?: readonly ItemSection[]
}

export const FAULTY = 422
export const REFUSED = 409

/** A form as it was sent: every field a text. */
export const fields = z.record(z.string(), z.string().max(20_000).catch('')).catch({})
export type Typed = Readonly<Record<string, string | undefined>>

export function pathOf(request: Request, path = ''): string {
  return `/${request.params.agency}${CATALOGUE_PATH}${path}`
}

export function link(request: Request, path: string, label: string | SafeHtml): SafeHtml {
  return html`<a href="${href(request, pathOf(request, path))}">${label}</a>`
}

export function buttonLink(request: Request, path: string, label: string): SafeHtml {
  return html`<a class="button button-secondary" href="${href(request, pathOf(request, path))}">${label}</a>`
}

export function mayKeep(site: Site, request: FastifyRequest): boolean {
  return site.staff(request)?.roles.includes(CATALOGUE_KEEPER) ?? false
}

/** A page of the catalogue with the way to it. */
export function cataloguePage(
  request: Request,
  reply: FastifyReply,
  page: Page & { readonly above?: readonly { readonly label: string; readonly href: string }[] },
): FastifyReply {
  const { above = [], ...rest } = page
  const label = texts.catalogue[request.language]
  return renderPage(request, reply, {
    breadcrumbs: [{ label, href: pathOf(request) }, ...above, { label: page.title }],
    ...rest,
  })
}

export type Meeting = { readonly request: Request; readonly reply: FastifyReply; readonly ctx: Context }

/** Routes below the catalogue: `see` for all who work there, `keep` for those who change it. */
export function catalogueRoutes(app: FastifyInstance, site: Site) {
  const route =
    (method: 'GET' | 'POST', roles: readonly StaffRole[]) =>
    (path: string, handler: (meeting: Meeting) => Promise<FastifyReply>) => {
      app.route<CatalogueRoute>({
        method,
        url: `/:agency${CATALOGUE_PATH}${path}`,
        handler: async (request, reply) => {
          if (!site.requireStaff(request, reply, ...roles)) return reply
          return handler({ request, reply, ctx: site.context(request) })
        },
      })
    }
  return {
    see: route('GET', CATALOGUE_READERS),
    act: route('POST', CATALOGUE_READERS),
    keep: route('GET', [CATALOGUE_KEEPER]),
    change: route('POST', [CATALOGUE_KEEPER]),
  }
}

export function stateTag(state: ItemState, language: Language): SafeHtml {
  const text = stateTexts[state][language]
  switch (state) {
    case 'available':
      return tag(text, 'success')
    case 'damaged':
    case 'missing':
    case 'lost':
      return tag(text, 'warning')
    default:
      return tag(text)
  }
}

/** What was changed, when and by whom. */
export async function changesTable(
  { ctx, request }: Pick<Meeting, 'ctx' | 'request'>,
  changes: readonly ShownChange[],
  given: { readonly staffNames: StaffNames; readonly told?: (field: string, value: string) => string },
): Promise<SafeHtml> {
  const { language } = request
  const ids = changes.map(({ changed_by }): StaffId | null => changed_by)
  const nameOf = await namesOfStaff(ctx, given.staffNames, ids)
  const told = given.told ?? ((_field: string, value: string) => value)
  return table(
    {
      caption: texts.history[language],
      head: [texts.when, texts.what, texts.who].map((text) => text[language]),
      rows: changes.map(({ kind, field, was, became, changed_at, changed_by }) => [
        instantText(changed_at, language),
        field === null
          ? changeTexts[kind][language]
          : texts.edited(fieldText(field, language), told(field, was ?? ''), told(field, became ?? ''))[language],
        nameOf(changed_by)[language],
      ]),
      empty: texts.noHistory[language],
    },
    language,
  )
}

/** What the errors of a form say, each by its field. */
export function worded<Name extends string, Fault>(
  faults: Readonly<Partial<Record<Name, Fault>>>,
  text: (fault: Fault, name: Name) => Text2,
  language: Language,
): FieldErrors {
  const pairs = Object.entries(faults) as [Name, Fault][]
  return Object.fromEntries(pairs.map(([name, fault]) => [name, text(fault, name)[language]]))
}
