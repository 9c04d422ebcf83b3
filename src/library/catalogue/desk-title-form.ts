import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Language, TitleId } from '#core'
import {
  alert,
  checkbox,
  errorSummary,
  type FieldErrors,
  form,
  hidden,
  href,
  html,
  redirectWithMessage,
  type SafeHtml,
  selectField,
  textArea,
  textField,
} from '#web'
import { changesOf } from './changes.ts'
import {
  type CatalogueNeeds,
  cataloguePage,
  catalogueRoutes,
  changesTable,
  FAULTY,
  fields,
  type Meeting,
  pathOf,
  REFUSED,
  type Typed,
  worded,
} from './desk-parts.ts'
import { readTitleRow } from './desk-queries.ts'
import { titleFaultText, titleRefusalText } from './desk-refusal-texts.ts'
import { audienceTexts, texts, titleFields } from './desk-texts.ts'
import { addTitle, editTitle, type TitleRefusal } from './edit-title.ts'
import { COMMON_LANGUAGES } from './languages.ts'
import { languageName, materialName } from './pages-texts.ts'
import type { TitleRow } from './tables.ts'
import {
  bareIsbn,
  isIsbn,
  MATERIALS,
  TITLE_FIELDS,
  type TitleField,
  type TitleTyped,
  typedTitle,
} from './title-rules.ts'

interface Shown {
  readonly typed: TitleTyped
  readonly errors?: FieldErrors
  readonly above?: SafeHtml
  /** The title that has the ISBN already. */
  readonly isKnown?: boolean
  /** The title that is edited; none where one is added. */
  readonly row?: TitleRow
}

/** Adds a title by hand and edits one. */
export function registerTitleForms(app: FastifyInstance, needs: CatalogueNeeds): void {
  const routes = catalogueRoutes(app, needs.site)

  routes.keep('/titles/new', async (meeting) => formPage(meeting, { typed: EMPTY }))

  routes.change('/titles', async (meeting) => {
    const { request, reply, ctx } = meeting
    const sent = fields.parse(request.body ?? {})
    const typed = typedIn(sent)
    const added = await addTitle(ctx, typed, { evenIfKnown: sent.known === 'yes' })
    if (!added.ok) return formPage(meeting, { typed, ...refused(meeting, added.refusal) })
    return redirectWithMessage(reply, request, pathOf(request, `/titles/${added.value}`), texts.titleAdded)
  })

  routes.keep('/titles/:id/edit', async (meeting) => {
    const row = await readTitleRow(meeting.ctx, meeting.request.params.id)
    if (!row) return gone(meeting)
    return formPage(meeting, { typed: typedTitle(row), row })
  })

  routes.change('/titles/:id/edit', async (meeting) => {
    const { request, reply, ctx } = meeting
    const sent = fields.parse(request.body ?? {})
    const typed = typedIn(sent)
    const id = request.params.id as TitleId
    const done = await editTitle(ctx, { title: id, version: Number(sent.version), typed })
    if (done.ok) return redirectWithMessage(reply, request, pathOf(request, `/titles/${id}`), texts.saved)
    const row = await readTitleRow(ctx, id)
    if (!row || done.refusal.kind === 'unknown-title') return gone(meeting)
    const above = done.refusal.kind === 'changed-meanwhile' ? await meanwhile(meeting, needs, id) : undefined
    return formPage(meeting, { typed, row, ...refused(meeting, done.refusal), ...(above ? { above } : {}) })
  })
}

const EMPTY: TitleTyped = {
  ...(Object.fromEntries(TITLE_FIELDS.map((name) => [name, ''])) as Record<TitleField, string>),
  material: 'book',
  audience: 'adult',
  language: 'dan',
}

function typedIn(sent: Typed): TitleTyped {
  return Object.fromEntries(TITLE_FIELDS.map((name) => [name, sent[name] ?? ''])) as Record<TitleField, string>
}

function gone({ reply }: Meeting): FastifyReply {
  reply.callNotFound()
  return reply
}

function refused({ request }: Meeting, refusal: TitleRefusal): Pick<Shown, 'errors' | 'above' | 'isKnown'> {
  const { language } = request
  switch (refusal.kind) {
    case 'faulty':
      return { errors: worded(refusal.faults, titleFaultText, language) }
    case 'isbn-known': {
      const address = href(request, pathOf(request, `/titles/${refusal.title}`))
      return {
        isKnown: true,
        above: alert({
          kind: 'warning',
          heading: titleRefusalText(refusal)[language],
          body: html`<a href="${address}">${refusal.name}</a>`,
        }),
      }
    }
    default:
      return { above: alert({ kind: 'warning', heading: titleRefusalText(refusal)[language] }) }
  }
}

/** What the other has changed, so that what was typed can be weighed against it. */
async function meanwhile(meeting: Meeting, needs: CatalogueNeeds, title: TitleId): Promise<SafeHtml> {
  const { language } = meeting.request
  const changes = (await changesOf(meeting.ctx, { title })).slice(0, 5)
  return html`${alert({ kind: 'warning', heading: texts.meanwhile[language], body: texts.meanwhileLead[language] })}
${await changesTable(meeting, changes, needs)}`
}

async function formPage({ request, reply }: Meeting, shown: Shown): Promise<FastifyReply> {
  const { language } = request
  const { typed, row, errors = {}, above } = shown
  const label = (row ? texts.editTitle : texts.addTitle)[language]
  const isFaulty = Object.values(errors).some((error) => error !== undefined)
  return cataloguePage(request, reply, {
    title: label,
    status: isFaulty ? FAULTY : above ? REFUSED : 200,
    above: row ? [{ label: row.title, href: pathOf(request, `/titles/${row.id}`) }] : [],
    body: html`${errorSummary(errors, language)}${above ?? ''}
${row && row.source !== request.params.agency ? html`<p>${texts.fromOutside[language]}</p>` : ''}
${form(request, reply, {
  action: row ? pathOf(request, `/titles/${row.id}/edit`) : pathOf(request, '/titles'),
  body: html`${row ? hidden('version', String(row.version)) : ''}
<div class="form-columns">${TITLE_FIELDS.map((name) => fieldHtml(name, typed, { row, errors, language }))}</div>
${shown.isKnown ? checkbox({ name: 'known', label: texts.isbnKnown[language] }) : ''}`,
  submit: texts.save[language],
})}`,
  })
}

function fieldHtml(
  name: TitleField,
  typed: TitleTyped,
  {
    row,
    errors,
    language,
  }: { readonly row: TitleRow | undefined; readonly errors: FieldErrors; readonly language: Language },
): SafeHtml {
  const { label, hint } = titleFields[name]
  const field = {
    name,
    label: label[language],
    hint: hint?.[language],
    error: errors[name],
    value: typed[name],
    required: name === 'title',
  }
  switch (name) {
    case 'contributors':
    case 'isbn':
    case 'subjects':
      return textArea({ ...field, rows: 3, verbatim: name === 'isbn' && isKnownIsbn(typed.isbn, row) })
    case 'material':
      return selectField({
        ...field,
        options: MATERIALS.map((value) => ({ value, label: materialName(value, language) })),
      })
    case 'audience':
      return selectField({
        ...field,
        options: (['adult', 'child'] as const).map((value) => ({ value, label: audienceTexts[value][language] })),
      })
    case 'language': {
      const codes = COMMON_LANGUAGES.includes(typed.language) ? COMMON_LANGUAGES : [typed.language, ...COMMON_LANGUAGES]
      const options = codes
        .filter((code) => code !== '')
        .map((code) => ({ value: code, label: languageName(code, language) }))
      return selectField({ ...field, options: [{ value: '', label: texts.none[language] }, ...options] })
    }
    default:
      return textField({ ...field, autocomplete: 'off', inputmode: name === 'year' ? 'numeric' : undefined })
  }
}

/** What is in the catalogue already, or has the check digit of a book: ten digits may look like a person's number. */
function isKnownIsbn(typed: string, row: TitleRow | undefined): boolean {
  const numbers = typed.split(/\r?\n/).map(bareIsbn)
  return numbers.every((number) => number === '' || isIsbn(number) || row?.isbn.includes(number))
}
