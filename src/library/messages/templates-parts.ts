import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Language, StaffId } from '#core'
import {
  type FieldErrors,
  form,
  hidden,
  href,
  html,
  instantText,
  type SafeHtml,
  submitButton,
  table,
  textArea,
  textField,
} from '#web'
import type { Texts, TextsChange } from './change-texts.ts'
import { fillIn, SHORT_LENGTH, saysTitle, textFaults } from './template-text.ts'
import type { AnyTemplate } from './templates.ts'
import { texts } from './templates-texts.ts'

const LANGUAGES = ['da', 'en'] as const

/** Both languages in one form, with a button for each thing one may want with it. */
export function textsForm(
  request: FastifyRequest,
  reply: FastifyReply,
  given: {
    readonly template: AnyTemplate
    readonly path: string
    readonly texts: Texts
    readonly basedOn: number
    readonly errors: FieldErrors
  },
): SafeHtml {
  const { language } = request
  const { template, errors } = given
  const part = (of: Language) => {
    const name = (part: string) => `${of}-${part}`
    return html`<fieldset>
<legend class="h3">${texts.language[of][language]}</legend>
${textField({
  name: name('subject'),
  label: texts.part.subject[language],
  value: given.texts[of].subject,
  error: errors[name('subject')],
  required: true,
  maxLength: 200,
})}
${textArea({
  name: name('body'),
  label: texts.part.body[language],
  value: given.texts[of].body,
  error: errors[name('body')],
  required: true,
  rows: 12,
})}
${
  template.about === 'service'
    ? textArea({
        name: name('short'),
        label: texts.part.short[language],
        hint: texts.shortHint(SHORT_LENGTH)[language],
        value: given.texts[of].short,
        error: errors[name('short')],
        required: true,
        rows: 3,
      })
    : ''
}
</fieldset>`
  }
  const button = (act: string, text: string, kind: 'primary' | 'secondary') =>
    submitButton(text, kind, { name: 'act', value: act })
  return form(request, reply, {
    action: given.path,
    body: html`${hidden('basedOn', String(given.basedOn))}
${LANGUAGES.map(part)}`,
    submit: html`${button('preview', texts.preview[language], 'secondary')}
${button('save', texts.save[language], 'primary')}
${button('standard', texts.toStandard[language], 'secondary')}`,
  })
}

/** The message as somebody gets it, by each way it can go; a text with something wrong in it is not shown. */
export function previewPart(template: AnyTemplate, given: Texts, language: Language): SafeHtml {
  return html`<h2>${texts.shown[language]}</h2>
${LANGUAGES.map(
  (of) => html`<h3>${texts.language[of][language]}</h3>
${textFaults(template, given[of], of).length > 0 ? '' : previews(template, given[of], of, language)}`,
)}`
}

function previews(template: AnyTemplate, text: Texts['da'], of: Language, language: Language): SafeHtml {
  const data = template.sample[of]
  const long = (titles: boolean) => `${fillIn.line(template, text.subject, data, titles)}

${fillIn.text(template, text.body, data, titles)}`
  const shown: { readonly way: string; readonly text: string }[] = []
  if (template.about === 'claim') shown.push({ way: texts.letter[language], text: long(true) })
  else {
    shown.push({ way: texts.email[language], text: long(false) })
    if (long(true) !== long(false)) shown.push({ way: texts.emailTitles[language], text: long(true) })
  }
  if (template.about === 'decision') shown.push({ way: texts.letter[language], text: long(false) })
  if (template.about === 'service') {
    const short = fillIn.line(template, text.short, data, false)
    shown.push({ way: texts.sms(short.length)[language], text: short })
  }
  return html`${shown.map(
    ({ way, text }) => html`<h4>${way}</h4>
<div class="card" lang="${of}"><div class="card-content">
${text.split(/\n{2,}/).map(
  (paragraph) => html`<p>${linesOf(paragraph)}</p>
`,
)}</div></div>
`,
  )}`
}

function linesOf(paragraph: string): SafeHtml {
  const lines = paragraph.split('\n')
  return html`${lines.map((line, index) => (index === 0 ? html`${line}` : html`<br>${line}`))}`
}

/** The fields of a message with what they hold in the example. */
export function fieldsPart(template: AnyTemplate, language: Language): SafeHtml {
  const rows = fieldRows(template, template.sample[language], '', language)
  return html`<h2>${texts.fields[language]}</h2>
<p>${texts.fieldsLead[language]}</p>
${table(
  {
    caption: texts.fields[language],
    hasHeading: true,
    head: [texts.field[language], texts.example[language]],
    rows: [...rows, [html`<code>{{#titles}} … {{/titles}}</code>`, texts.titlesField[language]]],
    rowHeaders: true,
  },
  language,
)}`
}

function fieldRows(template: AnyTemplate, data: unknown, inside: string, language: Language): (SafeHtml | string)[][] {
  if (typeof data !== 'object' || data === null) return []
  return Object.entries(data).flatMap(([name, value]: [string, unknown]) => {
    const guarded = saysTitle(template, name) && template.about !== 'claim' ? texts.isTitle[language] : ''
    const isNested = typeof value === 'object' && value !== null
    const tag = isNested || typeof value === 'boolean' ? `{{#${name}}} … {{/${name}}}` : `{{${name}}}`
    const label = html`<code>${inside}${tag}</code> ${guarded}`
    if (!isNested) return [[label, exampleOf(value, language)]]
    const [first = value] = Array.isArray(value) ? value : []
    return [[label, texts.aList[language]], ...fieldRows(template, first, `{{#${name}}} `, language)]
  })
}

function exampleOf(value: unknown, language: Language): string {
  return typeof value === 'boolean' ? (value ? texts.yes : texts.no)[language] : String(value)
}

/** Who changed the text when, each with the way to what it said then. */
export function historyPart(
  request: FastifyRequest,
  given: {
    readonly path: string
    readonly changes: readonly TextsChange[]
    readonly names: ReadonlyMap<StaffId, string>
  },
): SafeHtml {
  const { language } = request
  const name = (id: StaffId | null) => (id && given.names.get(id)) ?? texts.unknownStaff[language]
  return html`<h2>${texts.history[language]}</h2>
${table(
  {
    caption: texts.history[language],
    hasHeading: true,
    head: [texts.when[language], texts.who[language], ''],
    rows: given.changes.map(({ version, changed_at, changed_by }) => [
      instantText(changed_at, language),
      name(changed_by),
      html`<a href="${href(request, `${given.path}?version=${version}`)}">${texts.see[language]}</a>`,
    ]),
    empty: texts.noHistory[language],
  },
  language,
)}`
}
