import { dayOf, type Language } from '#core'
import { findTable, type PersonExport, type Register } from '#privacy'
import { dateText, definitionList, entries, html, numberText, type SafeHtml, table } from '#web'
import { dataTexts } from './my-data-texts.ts'
import { myTexts as texts } from './pages-texts.ts'

type Told = PersonExport['tables'][number]
type ToldRow = Told['rows'][number]
type Group = keyof typeof dataTexts.groups

/** In the order of the page. A table that is not named here stands last. */
const GROUPS: Readonly<Record<Group, readonly string[]>> = {
  you: ['patron', 'guardianship', 'ward', 'acceptance', 'loan_block', 'access_ban', 'note', 'patron_task'],
  access: ['identifier', 'pin', 'pin_reset', 'patron_session', 'oauth_code', 'oauth_token'],
  loans: ['loan', 'group_loan'],
  reservations: ['reservation', 'absence', 'list', 'list_entry'],
  money: ['fee', 'compensation', 'payment', 'payment_order', 'bookkeeping_entry', 'collection_case'],
  messages: ['message', 'push_subscription'],
  visits: ['visit'],
  looks: ['access_log', 'disclosure'],
  wishes: ['consent', 'rights_case', 'restriction', 'hold'],
  other: [],
}

const groupNames = Object.keys(GROUPS) as Group[]

/** What a row is known by: the first of these that it has. */
const KNOWN_BY = ['title_id', 'name', 'kind', 'reason', 'what', 'value', 'account', 'subject']
/** More rows than these are unfolded first. */
const MOST_OPEN = 3

/** All that is held about somebody: first in numbers with the days it goes, then whole, by what it is about. */
export function dataShown(register: Register, data: PersonExport): SafeHtml {
  const { language } = data
  const nameOf = (told: Told) => findTable(register, told.data)?.name ?? ''
  const groupOf = (told: Told) => groupNames.find((group) => GROUPS[group].includes(nameOf(told))) ?? 'other'
  const groups = groupNames
    .map((name) => ({ name, told: data.tables.filter((each) => groupOf(each) === name) }))
    .filter(({ told }) => told.length > 0)
  return html`<h2>${dataTexts.overview[language]}</h2>
${table(
  {
    caption: dataTexts.overview[language],
    hasHeading: true,
    head: [dataTexts.what[language], dataTexts.count[language], dataTexts.goes[language]],
    rowHeaders: true,
    numeric: [1],
    rows: groups.flatMap(({ told }) =>
      told.map((each) => [
        html`<a href="#${idOf(each)}">${each.label}</a>`,
        numberText(each.rows.length, language),
        endsText(each.rows, language),
      ]),
    ),
  },
  language,
)}
${groups.map(
  ({ name, told }) => html`<h2>${dataTexts.groups[name][language]}</h2>
${told.map((each) => (nameOf(each) === 'patron' ? accountShown(each, language) : rowsShown(register, each, language)))}`,
)}`
}

function idOf({ data }: Told): string {
  return `data-${data.replaceAll(/[^a-z0-9]+/gi, '-')}`
}

function endsText(rows: readonly ToldRow[], language: Language): string {
  const days = rows.flatMap(({ ends_on }) => ends_on ?? []).sort()
  const [first, last] = [days[0], days.at(-1)].map((day) => day && dateText(dayIn(day), language))
  if (!first || !last) return dataTexts.noDate[language]
  if (days.length < rows.length) return dataTexts.from(first)[language]
  return first === last ? dataTexts.on(first)[language] : dataTexts.between(first, last)[language]
}

function dayIn(text: string): Temporal.PlainDate {
  return text.length > 10 ? dayOf(Temporal.Instant.from(text)) : Temporal.PlainDate.from(text)
}

/** The account is one row of many fields. */
function accountShown(told: Told, language: Language): SafeHtml {
  return html`<h3 id="${idOf(told)}">${told.label}</h3>
${told.rows.map(
  ({ fields, end }) => html`${definitionList(
    fields.map((field) => ({ term: field.label, value: shown(field, language) })),
  )}
<p><strong>${texts.goes[language]}:</strong> ${end.join(' ')}</p>`,
)}`
}

function rowsShown(register: Register, told: Told, language: Language): SafeHtml {
  const declared = findTable(register, told.data)
  const list = entries(
    told.rows.map(({ fields, end }) => {
      // What is only said to be there tells one row from another as little as nothing.
      const telling = fields.filter(({ column }) => declared?.columns[column]?.class !== 'secret')
      const head = KNOWN_BY.flatMap((column) => telling.filter((field) => field.column === column))[0] ?? telling[0]
      const rest = fields.filter((field) => field !== head && field.text !== '')
      return {
        heading: head ? shown(head, language) : told.label,
        lines: [
          rest.map((field) => `${field.label}: ${shown(field, language)}`).join(' · ') || undefined,
          html`<strong>${texts.goes[language]}:</strong> ${end.join(' ')}`,
        ],
      }
    }),
    4,
  )
  return html`<h3 id="${idOf(told)}">${told.label}</h3>
${
  told.rows.length <= MOST_OPEN
    ? list
    : html`<details><summary>${dataTexts.all(told.label, told.rows.length)[language]}</summary>
${list}</details>`
}`
}

/** What is sealed is not opened for a screen that others may see; the copy has it whole. */
function shown({ column, text }: ToldRow['fields'][number], language: Language): string {
  return column.endsWith('_sealed') ? texts.sealed[language] : text
}
