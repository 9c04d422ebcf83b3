import type { FastifyInstance, FastifyReply } from 'fastify'
import { listBranches } from '#agencies'
import type { BranchId, Text2 } from '#core'
import { holdsCpr } from '#patrons'
import {
  checkbox,
  errorSummary,
  type FieldErrors,
  form,
  html,
  numberText,
  type SafeHtml,
  selectField,
  table,
  textArea,
  textField,
} from '#web'
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
import { movedText, moveRefusalText } from './desk-refusal-texts.ts'
import { texts } from './desk-texts.ts'
import { moveItem } from './edit-item.ts'

/** More than a crate holds, and few enough for one page. */
const MOST_AT_ONCE = 500

/** Moves what was scanned to another branch. */
export function registerMoveDesk(app: FastifyInstance, needs: CatalogueNeeds): void {
  const routes = catalogueRoutes(app, needs.site)

  routes.keep('/move', async (meeting) => movePage(meeting, { typed: {} }))

  routes.change('/move', async (meeting) => {
    const { request, ctx } = meeting
    const { language } = request
    const typed = fields.parse(request.body ?? {})
    const barcodes = barcodesIn(typed.barcodes ?? '')
    const to = (await listBranches(ctx)).find(({ id }) => id === typed.branch)?.id
    const errors = {
      barcodes:
        barcodes.length === 0
          ? texts.noBarcodes[language]
          : barcodes.length > MOST_AT_ONCE
            ? texts.tooMany(numberText(MOST_AT_ONCE, language))[language]
            : undefined,
      branch: to ? undefined : texts.noBranch[language],
    }
    if (errors.barcodes || !to) return movePage(meeting, { typed, errors })
    const done = await moveAll(meeting, barcodes, { to, shelf: typed.shelf?.trim(), isThere: typed.there === 'yes' })
    return movePage(meeting, { typed: { ...typed, barcodes: '' }, done })
  })
}

export function barcodesIn(text: string): string[] {
  return [...new Set(text.split(/\s+/).filter((each) => each !== ''))]
}

/** A number that is in nobody's stock may be a card that was scanned by mistake: it is not shown to the queue. */
export function unknownShown(barcode: string): string {
  return holdsCpr(barcode) ? '••••••••••' : barcode.slice(0, 16)
}

type Done = readonly { readonly barcode: string; readonly told: Text2 }[]

/** Each for itself: one that cannot be moved does not hold up the crate. */
async function moveAll(
  { ctx }: Meeting,
  barcodes: readonly string[],
  move: { readonly to: BranchId; readonly shelf: string | undefined; readonly isThere: boolean },
): Promise<Done> {
  const done: { barcode: string; told: Text2 }[] = []
  for (const barcode of barcodes) {
    const moved = await moveItem(ctx, barcode, move)
    done.push({
      barcode: moved.ok ? barcode : unknownShown(barcode),
      told: moved.ok ? movedText(moved.value) : moveRefusalText(moved.refusal),
    })
  }
  return done
}

async function movePage(
  { request, reply, ctx }: Meeting,
  shown: { readonly typed: Typed; readonly errors?: FieldErrors; readonly done?: Done },
): Promise<FastifyReply> {
  const { language } = request
  const { typed, errors = {}, done } = shown
  const branches = await listBranches(ctx)
  return cataloguePage(request, reply, {
    title: texts.move[language],
    status: shown.errors ? FAULTY : 200,
    body: html`${errorSummary(errors, language)}
${done ? doneTable(done, language) : ''}
<p class="font-lead">${texts.moveLead[language]}</p>
${form(request, reply, {
  action: pathOf(request, '/move'),
  body: html`${textArea({
    name: 'barcodes',
    label: texts.barcodes[language],
    value: typed.barcodes,
    rows: 6,
    error: errors.barcodes,
    required: true,
  })}
${selectField({
  name: 'branch',
  label: texts.moveTo[language],
  value: typed.branch,
  options: branches.map(({ id, name }) => ({ value: id, label: name })),
  error: errors.branch,
})}
${textField({
  name: 'shelf',
  label: texts.newShelf[language],
  hint: texts.newShelfHint[language],
  value: typed.shelf,
  autocomplete: 'off',
  maxLength: 60,
})}
${checkbox({
  name: 'there',
  label: texts.isThere[language],
  hint: texts.isThereHint[language],
  checked: typed.there === 'yes',
})}`,
  submit: texts.doMove[language],
})}`,
  })
}

function doneTable(done: Done, language: 'da' | 'en'): SafeHtml {
  return table(
    {
      caption: texts.movedTable[language],
      head: [texts.barcode[language], texts.state[language]],
      rows: done.map(({ barcode, told }) => [barcode, told[language]]),
      rowHeaders: true,
    },
    language,
  )
}
