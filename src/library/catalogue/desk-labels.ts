import type { FastifyInstance, FastifyReply } from 'fastify'
import { isId } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import { errorSummary, type FieldErrors, form, html, numberText, selectField, textArea, textField } from '#web'
import { texts } from './desk-labels-texts.ts'
import { barcodesIn, unknownShown } from './desk-move.ts'
import {
  type CatalogueNeeds,
  cataloguePage,
  catalogueRoutes,
  FAULTY,
  fields,
  type Meeting,
  pathOf,
  type Typed,
} from './desk-parts.ts'
import { LABEL_SHEETS, labelsOn } from './label-sheets.ts'
import type { LabelKind, LabelledItem } from './labels-pdf.ts'

const MOST_AT_ONCE = 500
const MOST_TOLD = 5
const KINDS: Readonly<Record<'item' | 'spine' | 'both', readonly LabelKind[]>> = {
  item: ['item'],
  spine: ['spine'],
  both: ['item', 'spine'],
}

/** Labels for items and spines, as a file to print. */
export function registerLabelsDesk(app: FastifyInstance, needs: CatalogueNeeds): void {
  const routes = catalogueRoutes(app, needs.site)

  routes.see('/labels', async (meeting) => {
    const { title, item } = meeting.request.query as Typed
    const barcodes = await barcodesOf(meeting.ctx, { title, item })
    return labelsPage(meeting, { typed: { barcodes: barcodes.join('\n') }, areKnown: true })
  })

  routes.act('/labels', async (meeting) => {
    const { request, reply, ctx } = meeting
    const { language } = request
    const typed = fields.parse(request.body ?? {})
    const barcodes = barcodesIn(typed.barcodes ?? '')
    const sheet = LABEL_SHEETS.find(({ code }) => code === typed.sheet) ?? LABEL_SHEETS[0]
    if (!sheet) throw new Error('there are no label sheets')
    const start = Number(typed.start || 1)
    const items =
      barcodes.length > MOST_AT_ONCE ? [] : await labelledItems(ctx, barcodes, needs.site.agencyTitle(request))
    const known = new Set(items.map(({ barcode }) => barcode))
    const errors = {
      barcodes: barcodesFault(barcodes, known)?.[language],
      start:
        Number.isInteger(start) && start >= 1 && start <= labelsOn(sheet)
          ? undefined
          : texts.badStart(numberText(labelsOn(sheet), language))[language],
    }
    if (errors.barcodes || errors.start) return labelsPage(meeting, { typed, errors, areKnown: !errors.barcodes })
    const kind = typed.kind === 'spine' || typed.kind === 'both' ? typed.kind : 'item'
    // Loaded when labels are printed: what draws them takes a tenth of a second, which every start would wait for.
    const { labelsPdf } = await import('./labels-pdf.ts')
    return reply
      .type('application/pdf')
      .header('content-disposition', `attachment; filename="${texts.file[language]}.pdf"`)
      .send(await labelsPdf(items, { sheet, kinds: KINDS[kind], start, language }))
  })
}

function barcodesFault(barcodes: readonly string[], known: ReadonlySet<string>) {
  if (barcodes.length === 0) return texts.none
  if (barcodes.length > MOST_AT_ONCE) return texts.tooMany(String(MOST_AT_ONCE))
  const missing = barcodes.filter((barcode) => !known.has(barcode)).slice(0, MOST_TOLD)
  return missing.length > 0 ? texts.unknown(missing.map(unknownShown).join(', ')) : undefined
}

async function barcodesOf(ctx: Context, { title = '', item = '' }: Typed): Promise<string[]> {
  const which = isId(title)
    ? sql`title_id = ${title} and state <> 'withdrawn'`
    : isId(item)
      ? sql`id = ${item}`
      : undefined
  if (!which) return []
  const rows = await ctx.db.all<{ barcode: string }>(sql`
    select barcode from item where ${which} order by barcode limit ${MOST_AT_ONCE}`)
  return rows.map(({ barcode }) => barcode)
}

async function labelledItems(ctx: Context, barcodes: readonly string[], library: string): Promise<LabelledItem[]> {
  const rows = await ctx.db.all<{
    barcode: string
    title: string
    author: string | null
    shelf: string | null
    dk5: string | null
    branch: string
  }>(sql`
    select i.barcode, t.title, t.author, i.shelf, t.dk5, b.name as branch
    from item i join title t on t.id = i.title_id join branch b on b.id = i.branch_id
    where i.barcode = any(${barcodes}::text[])`)
  const byBarcode = new Map(rows.map((row) => [row.barcode, row]))
  return barcodes.flatMap((barcode) => {
    const row = byBarcode.get(barcode)
    if (!row) return []
    const { title, author, shelf, dk5, branch } = row
    const spine = [shelf ?? dk5 ?? '', (author ?? title).split(',')[0]?.trim() ?? '']
    return [{ barcode, title, library: branch.startsWith(library) ? branch : `${library}, ${branch}`, spine }]
  })
}

async function labelsPage(
  { request, reply }: Meeting,
  {
    typed,
    errors = {},
    areKnown,
  }: { readonly typed: Typed; readonly errors?: FieldErrors; readonly areKnown: boolean },
): Promise<FastifyReply> {
  const { language } = request
  return cataloguePage(request, reply, {
    title: texts.labels[language],
    status: errors.barcodes || errors.start ? FAULTY : 200,
    body: html`${errorSummary(errors, language)}
<p class="font-lead">${texts.lead[language]}</p>
${form(request, reply, {
  action: pathOf(request, '/labels'),
  body: html`${textArea({
    name: 'barcodes',
    label: texts.barcodes[language],
    hint: texts.barcodesHint[language],
    value: typed.barcodes,
    verbatim: areKnown,
    rows: 6,
    error: errors.barcodes,
    required: true,
  })}
${selectField({
  name: 'kind',
  label: texts.kind[language],
  value: typed.kind ?? 'item',
  options: (['item', 'spine', 'both'] as const).map((value) => ({ value, label: texts.kinds[value][language] })),
})}
${selectField({
  name: 'sheet',
  label: texts.sheet[language],
  value: typed.sheet,
  options: LABEL_SHEETS.map(({ code, name }) => ({ value: code, label: name[language] })),
})}
${textField({
  name: 'start',
  type: 'number',
  label: texts.start[language],
  hint: texts.startHint[language],
  value: typed.start ?? '1',
  inputmode: 'numeric',
  short: true,
  error: errors.start,
})}`,
  submit: texts.print[language],
})}`,
  })
}
