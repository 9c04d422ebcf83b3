import type { FastifyInstance, FastifyReply } from 'fastify'
import { listBranches } from '#agencies'
import type { ItemId, Language } from '#core'
import {
  alert,
  checkbox,
  errorSummary,
  type FieldErrors,
  form,
  hidden,
  html,
  redirectWithMessage,
  type SafeHtml,
  selectField,
  submitButton,
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
import { newestItem, readItemRow, readTitleRow } from './desk-queries.ts'
import { itemFaultText, itemRefusalText } from './desk-refusal-texts.ts'
import { itemFields, texts } from './desk-texts.ts'
import { addItem, type EditItemRefusal, editItem } from './edit-item.ts'
import { ITEM_FIELDS, type ItemField, type ItemTyped, readItem, typedItem } from './item-rules.ts'
import type { ItemRow, TitleRow } from './tables.ts'

interface Shown {
  readonly title: TitleRow
  readonly typed: ItemTyped
  readonly errors?: FieldErrors
  readonly above?: SafeHtml
  readonly onOrder?: boolean
  /** The item that is edited; none where one is added. */
  readonly row?: ItemRow
}

/** Adds an item to a title and edits one. */
export function registerItemForms(app: FastifyInstance, needs: CatalogueNeeds): void {
  const { site } = needs
  const routes = catalogueRoutes(app, site)

  routes.keep('/titles/:id/items/new', async (meeting) => {
    const { request, ctx } = meeting
    const title = await readTitleRow(ctx, request.params.id)
    if (!title) return gone(meeting)
    const branch = site.staff(request)?.branch_ids?.[0] ?? (await listBranches(ctx))[0]?.id ?? ''
    const like = await newestItem(ctx, title.id)
    const typed = like
      ? { ...typedItem(like), barcode: '', note: '' }
      : { ...EMPTY, branch, material_group: (await needs.materialGroups(ctx))[0]?.code ?? '', shelf: title.dk5 ?? '' }
    return formPage(meeting, needs, { title, typed })
  })

  routes.change('/titles/:id/items', async (meeting) => {
    const { request, reply, ctx } = meeting
    const title = await readTitleRow(ctx, request.params.id)
    if (!title) return gone(meeting)
    const sent = fields.parse(request.body ?? {})
    const typed = typedIn(sent)
    const onOrder = sent.on_order === 'yes'
    const { item, faults } = readItem(typed, await choices(meeting, needs))
    if (!item) {
      return formPage(meeting, needs, {
        title,
        typed,
        onOrder,
        errors: worded(faults, itemFaultText, request.language),
      })
    }
    const added = await addItem(ctx, title.id, item, { onOrder })
    if (!added.ok) return formPage(meeting, needs, { title, typed, onOrder, ...refused(meeting, added.refusal) })
    const next = sent.next === 'more' ? `/titles/${title.id}/items/new` : `/titles/${title.id}`
    return redirectWithMessage(reply, request, pathOf(request, next), texts.itemAdded)
  })

  routes.keep('/items/:id/edit', async (meeting) => {
    const row = await readItemRow(meeting.ctx, meeting.request.params.id)
    const title = row && (await readTitleRow(meeting.ctx, row.title_id))
    if (!row || !title) return gone(meeting)
    return formPage(meeting, needs, { title, row, typed: typedItem(row) })
  })

  routes.change('/items/:id/edit', async (meeting) => {
    const { request, reply, ctx } = meeting
    const row = await readItemRow(ctx, request.params.id)
    const title = row && (await readTitleRow(ctx, row.title_id))
    if (!row || !title) return gone(meeting)
    const sent = fields.parse(request.body ?? {})
    const typed = typedIn(sent)
    const version = Number(sent.version)
    const { item, faults } = readItem(typed, await choices(meeting, needs))
    if (!item) {
      const asked = { ...row, version }
      return formPage(meeting, needs, {
        title,
        row: asked,
        typed,
        errors: worded(faults, itemFaultText, request.language),
      })
    }
    const done = await editItem(ctx, { item: row.id, version, written: item })
    if (done.ok) return redirectWithMessage(reply, request, pathOf(request, `/items/${row.id}`), texts.saved)
    const newest = (await readItemRow(ctx, row.id)) ?? row
    const above = done.refusal.kind === 'changed-meanwhile' ? await meanwhile(meeting, needs, row.id) : undefined
    const told = above ? { above } : refused(meeting, done.refusal)
    return formPage(meeting, needs, { title, row: newest, typed, ...told })
  })
}

const EMPTY = Object.fromEntries(ITEM_FIELDS.map((name) => [name, ''])) as Record<ItemField, string>

function typedIn(sent: Typed): ItemTyped {
  return Object.fromEntries(ITEM_FIELDS.map((name) => [name, sent[name] ?? ''])) as Record<ItemField, string>
}

function gone({ reply }: Meeting): FastifyReply {
  reply.callNotFound()
  return reply
}

async function choices({ ctx }: Meeting, needs: CatalogueNeeds) {
  return { branches: await listBranches(ctx), groups: await needs.materialGroups(ctx) }
}

function refused({ request }: Meeting, refusal: EditItemRefusal): Pick<Shown, 'errors' | 'above'> {
  const text = itemRefusalText(refusal)[request.language]
  return refusal.kind === 'barcode-taken'
    ? { errors: { barcode: text } }
    : { above: alert({ kind: 'warning', heading: text }) }
}

/** What the other has changed, so that what was typed can be weighed against it. */
async function meanwhile(meeting: Meeting, needs: CatalogueNeeds, item: ItemId): Promise<SafeHtml> {
  const { language } = meeting.request
  const changes = (await changesOf(meeting.ctx, { item })).slice(0, 5)
  const branches = await listBranches(meeting.ctx)
  const told = (field: string, value: string) =>
    field === 'branch_id' ? (branches.find(({ id }) => id === value)?.name ?? '') : value
  return html`${alert({ kind: 'warning', heading: texts.meanwhile[language], body: texts.meanwhileLead[language] })}
${await changesTable(meeting, changes, { ...needs, told })}`
}

async function formPage(meeting: Meeting, needs: CatalogueNeeds, shown: Shown): Promise<FastifyReply> {
  const { request, reply } = meeting
  const { language } = request
  const { title, typed, row, errors = {}, above } = shown
  const { branches, groups } = await choices(meeting, needs)
  const options: Options = {
    branch: branches.map(({ id, name }) => ({ value: id, label: name })),
    material_group: groups.map(({ code, name }) => ({ value: code, label: name[language] })),
  }
  const isFaulty = Object.values(errors).some((error) => error !== undefined)
  return cataloguePage(request, reply, {
    title: (row ? texts.editItem : texts.addItem)[language],
    status: isFaulty ? FAULTY : above ? REFUSED : 200,
    above: [
      { label: title.title, href: pathOf(request, `/titles/${title.id}`) },
      ...(row ? [{ label: row.barcode, href: pathOf(request, `/items/${row.id}`) }] : []),
    ],
    body: html`${errorSummary(errors, language)}${above ?? ''}
<p class="font-lead">${[title.title, title.author].filter(Boolean).join(' · ')}</p>
${form(request, reply, {
  action: row ? pathOf(request, `/items/${row.id}/edit`) : pathOf(request, `/titles/${title.id}/items`),
  body: html`${row ? hidden('version', String(row.version)) : ''}
<div class="form-columns">${ITEM_FIELDS.map((name) => fieldHtml(name, typed, { row, errors, options, language }))}</div>
${row ? '' : checkbox({ name: 'on_order', label: texts.onOrder[language], checked: shown.onOrder ?? false })}`,
  submit: row
    ? texts.save[language]
    : html`${submitButton(texts.save[language])}
${submitButton(texts.saveAndMore[language], 'secondary', { name: 'next', value: 'more' })}`,
})}`,
  })
}

type Options = Readonly<Partial<Record<ItemField, readonly { readonly value: string; readonly label: string }[]>>>

function fieldHtml(
  name: ItemField,
  typed: ItemTyped,
  {
    row,
    errors,
    options,
    language,
  }: {
    readonly row: ItemRow | undefined
    readonly errors: FieldErrors
    readonly options: Options
    readonly language: Language
  },
): SafeHtml {
  const { label, hint } = itemFields[name]
  const field = { name, label: label[language], hint: hint?.[language], error: errors[name], value: typed[name] }
  const choice = options[name]
  if (choice) return selectField({ ...field, options: choice })
  if (name === 'note') return textArea({ ...field, rows: 2, maxLength: 500 })
  return textField({
    ...field,
    autocomplete: 'off',
    required: name === 'barcode',
    verbatim: name === 'barcode' && typed.barcode === row?.barcode,
    inputmode: name === 'price' ? 'decimal' : undefined,
  })
}
