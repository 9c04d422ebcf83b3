import type { FastifyReply } from 'fastify'
import type { Language, PatronId } from '#core'
import { sql } from '#db'
import {
  dataLabel,
  dataName,
  exportPerson,
  findTable,
  holdableTables,
  isRestricted,
  listHolds,
  looksTable,
  type PersonExport,
  placers,
  type Register,
} from '#privacy'
import type { Context } from '#vault'
import {
  alert,
  dateText,
  definitionList,
  form,
  href,
  html,
  instantText,
  type SafeHtml,
  submitButton,
  table,
  tag,
} from '#web'
import { maskedCpr } from './cpr.ts'
import { capital, type DeskNeeds, type PatronRequest, patronPath } from './desk-frame.ts'
import { REASONS, type Reason, texts } from './desk-texts.ts'
import type { PatronRow } from './tables.ts'

type ExportTable = PersonExport['tables'][number]
type Told = ExportTable['rows'][number]['fields'][number]
type Hold = Awaited<ReturnType<typeof listHolds>>[number]

/** What was told of a patron's rows, with the ids by which a row can be held. */
interface Held {
  readonly data: PersonExport
  /** By table: the ids of the rows, in the order they are told. */
  readonly ids: ReadonlyMap<string, readonly string[]>
}

/** All that is held about one patron, and what can be done about it; undefined when they have just been erased. */
export async function patronBody(
  request: PatronRequest,
  reply: FastifyReply,
  needs: DeskNeeds,
  patron: PatronRow,
  why: Reason,
): Promise<SafeHtml | undefined> {
  const { language } = request
  const { site, register } = needs
  const ctx = site.context(request)
  const held = await readHeld(ctx, needs, patron.id, language)
  if (!held) return undefined
  const holds = await listHolds(ctx, patron.id)
  return html`<p>${texts.seenBecause(REASONS[why][language])[language]}</p>
<h2>${texts.rights[language]}</h2>
${(await isRestricted(ctx, patron.id)) ? restrictedBox(request, reply) : ''}
<p>${texts.copyLead[language]}</p>
${rightsButtons(request, await isRestricted(ctx, patron.id))}
<h2>${texts.holds[language]}</h2>
${await holdsTable(request, reply, needs, holds)}
<h2>${texts.held[language]}</h2>
${held.data.tables.map((each) => rowsShown(request, register, each, held, holds))}
<p><strong>${texts.nothingHeld[language]}:</strong> ${held.data.nothing.map((name) => name.toLocaleLowerCase('da')).join(', ')}.</p>
<h2>${texts.looks[language]}</h2>
${await looksTable(ctx, needs.staffNames, patron.id, language)}`
}

/** One snapshot for the rows and their ids, so that a hold is placed on the row that was shown. */
async function readHeld(
  ctx: Context,
  { register, namesIn }: DeskNeeds,
  patron: PatronId,
  language: Language,
): Promise<Held | undefined> {
  return ctx.db.transact(async (db) => {
    const inside = { ...ctx, db }
    const data = await exportPerson(inside, register, patron, language, namesIn(inside))
    if (!data) return undefined
    const ids = new Map<string, string[]>()
    for (const name of holdableTables(register)) {
      const declared = findTable(register, dataName(name))
      if (!declared?.subject) continue
      const rows = await db.all(sql<{ id: string }>`
        select id from ${sql.id(name)} where ${sql.id(declared.subject)} = ${patron} order by id`)
      ids.set(
        dataName(name),
        rows.map(({ id }) => id),
      )
    }
    return { data, ids }
  }, 'begin isolation level repeatable read')
}

function rightsButtons(request: PatronRequest, restricted: boolean): SafeHtml {
  const { language } = request
  const link = (path: string, label: string) =>
    html`<a class="button button-secondary" href="${href(request, patronPath(request, path))}">${label}</a>
`
  return html`<div class="form-buttons">
${link('/copy/html', texts.copyHtml[language])}${link('/copy/pdf', texts.copyPdf[language])}${link('/copy/json', texts.copyJson[language])}
${restricted ? '' : link('/restriction', texts.restrict[language])}${link('/erasure', texts.erase[language])}</div>`
}

function restrictedBox(request: PatronRequest, reply: FastifyReply): SafeHtml {
  const { language } = request
  return html`${alert({
    kind: 'warning',
    heading: texts.isRestricted[language],
    body: texts.restrictedText[language],
  })}
${form(request, reply, {
  action: patronPath(request, '/restriction/end'),
  body: html``,
  submit: submitButton(texts.lift[language], 'secondary'),
})}`
}

async function holdsTable(
  request: PatronRequest,
  reply: FastifyReply,
  { site, register, staffNames }: DeskNeeds,
  holds: readonly Hold[],
): Promise<SafeHtml> {
  const { language } = request
  const nameOf = await placers(site.context(request), staffNames, language, holds)
  return table(
    {
      caption: texts.holds[language],
      head: [texts.data, texts.reason, texts.from, texts.until, texts.decidedBy, texts.end].map(
        (text) => text[language],
      ),
      rows: holds.map((hold) => [
        capital(dataLabel(register, dataName(hold.table_name))[language]),
        hold.reason,
        instantText(hold.placed_at, language),
        hold.until_on ? dateText(hold.until_on, language) : texts.untilFurther[language],
        nameOf(hold.placed_by),
        form(request, reply, {
          action: patronPath(request, `/holds/${hold.id}/end`),
          body: html``,
          submit: submitButton(texts.endHold[language], 'secondary'),
        }),
      ]),
      empty: texts.noHolds[language],
    },
    language,
  )
}

function rowsShown(
  request: PatronRequest,
  register: Register,
  told: ExportTable,
  held: Held,
  holds: readonly Hold[],
): SafeHtml {
  const { language } = request
  const ids = held.ids.get(told.data)
  const name = findTable(register, told.data)?.name ?? told.data
  const columns = [...new Map(told.rows.flatMap(({ fields }) => fields.map((field) => [field.column, field.label])))]
  // The account is one row of many columns: it stands, where the others lie.
  if (name === 'patron') return accountShown(told, language)
  const rows = told.rows.map((row, index) => {
    const cells = columns.map(([column]) =>
      shownField(
        row.fields.find((field) => field.column === column),
        language,
      ),
    )
    const id = ids?.[index]
    const end = [row.end.join(' '), ...(ids ? [holdCell(request, name, told.label, id, holds)] : [])]
    return [...cells.slice(0, 1), ...end, ...cells.slice(1)]
  })
  const labels = columns.map(([, label]) => label)
  // What matters here comes first: such tables are wider than a screen.
  const end = [texts.goes[language], ...(ids ? [texts.keep[language]] : [])]
  const head = [...labels.slice(0, 1), ...end, ...labels.slice(1)]
  return html`<details class="details" open>
<summary class="details-summary">${told.label} (${told.rows.length})</summary>
${table({ caption: told.label, head, rows }, language)}
</details>`
}

function shownField(field: Told | undefined, language: Language): string {
  return field ? accountValue(field, language) : '–'
}

function accountShown(told: ExportTable, language: Language): SafeHtml {
  return html`${told.rows.map(
    (row) => html`${definitionList(
      row.fields.map((field) => ({ term: field.label, value: accountValue(field, language) })),
    )}
<p>${row.end.join(' ')}</p>`,
  )}`
}

/** What is sealed is not opened for a screen; the patron's copy has it whole. */
function accountValue({ column, text }: Told, language: Language): string {
  if (column === 'cpr_sealed') return maskedCpr(text)
  return column === 'address_sealed' ? texts.sealed[language] : text
}

function holdCell(
  request: PatronRequest,
  name: string,
  label: string,
  id: string | undefined,
  holds: readonly Hold[],
): SafeHtml | string {
  const { language } = request
  if (id === undefined) return '–'
  const already = holds.some(({ table_name, row_id }) => table_name === name && row_id === id)
  if (already) return tag(texts.isHeld[language], 'warning')
  const address = patronPath(request, `/holds/new?table=${name}&row=${id}`)
  return html`<a href="${href(request, address)}" aria-label="${texts.keepOf(label)[language]}">${texts.keep[language]}</a>`
}
