import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Language } from '#core'
import { html, icon, type SafeHtml } from './html.ts'
import { href } from './language.ts'
import { csrfToken } from './security.ts'
import { texts } from './texts.ts'

/** What is wrong, by the name of the field. */
export type FieldErrors = Readonly<Record<string, string | undefined>>

interface Field {
  readonly name: string
  readonly label: string
  /** Where the name is twice on a page; otherwise the name. An error summary points at it. */
  readonly id?: string | undefined
  readonly hint?: string | undefined
  /** What is wrong and what to do about it. */
  readonly error?: string | undefined
  readonly required?: boolean | undefined
  /** Has the focus when the page opens: where scanners type. */
  readonly autofocus?: boolean | undefined
  /** The id of something else on the page that a screen reader says with the field. */
  readonly describedBy?: string | undefined
}

interface Verbatim {
  /** The value is the number of a thing, known here: it may look like a CPR number and is none. */
  readonly verbatim?: boolean | undefined
}

interface TextField extends Field, Verbatim {
  readonly type?: 'text' | 'email' | 'tel' | 'date' | 'search' | 'month' | 'number'
  readonly value?: string | undefined
  /** What a browser may fill in, as HTML's `autocomplete`: `username`, `email`, `one-time-code`. */
  readonly autocomplete?: string | undefined
  readonly inputmode?: 'numeric' | 'decimal' | 'tel' | 'email' | undefined
  readonly maxLength?: number | undefined
  /** A number of days, an amount, a postcode: its width says that it is short. */
  readonly short?: boolean | undefined
}

/** A form of ours. What is sent by `post` carries the token without which it is refused. */
export function form(
  request: FastifyRequest,
  reply: FastifyReply,
  content: {
    /** A plain path; the language is added. */
    readonly action: string
    readonly body: SafeHtml
    /** The text of the button, or buttons made by {@link submitButton}. */
    readonly submit: string | SafeHtml
    /** `get` for what only looks, such as a search. */
    readonly method?: 'post' | 'get'
    /** A field or two that choose what is shown, with the button beside them where there is room. */
    readonly inRow?: true
    /** It has a {@link fileField}, after all other fields. */
    readonly withFile?: boolean
    /** What is scanned goes here: scripts of the desk look for it. */
    readonly scan?: true
  },
): SafeHtml {
  const method = content.method ?? 'post'
  const button = typeof content.submit === 'string' ? submitButton(content.submit) : content.submit
  // The browser's own messages are in the browser's language; ours are tied to the fields.
  const kind = content.withFile ? html`enctype="multipart/form-data"` : ''
  const scan = content.scan ? html`data-scan` : ''
  const layout = content.inRow ? html`class="form-row"` : ''
  return html`<form method="${method}" action="${href(request, content.action)}" ${kind} ${scan} ${layout} novalidate>
${method === 'post' ? csrfField(reply) : ''}
${content.body}
<div class="form-buttons">${button}</div>
</form>`
}

/** For a form written by hand. */
export function csrfField(reply: FastifyReply): SafeHtml {
  return hidden('_csrf', csrfToken(reply))
}

export function hidden(name: string, value: string): SafeHtml {
  return html`<input type="hidden" name="${name}" value="${value}">`
}

export function submitButton(
  text: string,
  kind: 'primary' | 'secondary' | 'warning' = 'primary',
  sent?: { readonly name: string; readonly value: string },
): SafeHtml {
  const pair = sent === undefined ? '' : html`name="${sent.name}" value="${sent.value}"`
  return html`<button type="submit" class="button button-${kind}" ${pair}>${text}</button>`
}

export function textField(field: TextField): SafeHtml {
  return labelled(
    field,
    html`<input type="${field.type ?? 'text'}" class="form-input${isShort(field) ? ' input-width-xs' : ''}" ${common(field)}${value(field.verbatim ? field.value : withoutCpr(field.value))}
${optional('autocomplete', field.autocomplete)}${optional('inputmode', field.inputmode)}
${optional('maxlength', field.maxLength)}>`,
  )
}

function isShort({ type, short, maxLength = MOST_OF_SHORT + 1 }: TextField): boolean {
  return short ?? (type === 'number' || maxLength <= MOST_OF_SHORT)
}

const MOST_OF_SHORT = 8

/** Never shows what was typed before. */
export function passwordField(
  field: Field & {
    readonly autocomplete?: 'current-password' | 'new-password' | 'off'
    readonly inputmode?: 'numeric'
  },
): SafeHtml {
  return labelled(
    field,
    html`<input type="password" class="form-input" ${common(field)}
${optional('autocomplete', field.autocomplete ?? 'current-password')}${optional('inputmode', field.inputmode)}>`,
  )
}

/** A file to send. What stands behind it in the form is not read before the file is, so it comes last. */
export function fileField(field: Field & { readonly accept?: string }): SafeHtml {
  return labelled(
    field,
    html`<input type="file" class="form-input-file" ${common(field)}${optional('accept', field.accept)}>`,
  )
}

export function textArea(
  field: Field &
    Verbatim & { readonly value?: string | undefined; readonly rows?: number; readonly maxLength?: number },
): SafeHtml {
  return labelled(
    field,
    html`<textarea class="form-input" rows="${field.rows ?? 5}" ${common(field)}${optional('maxlength', field.maxLength)}>
${(field.verbatim ? field.value : withoutCpr(field.value)) ?? ''}</textarea>`,
  )
}

export function selectField(
  field: Field & {
    readonly options: readonly { readonly value: string; readonly label: string }[]
    readonly value?: string | undefined
  },
): SafeHtml {
  return labelled(
    field,
    html`<select class="form-select" ${common(field)}>
${field.options.map(
  (option) =>
    html`<option value="${option.value}" ${option.value === field.value ? 'selected' : ''}>${option.label}</option>
`,
)}</select>`,
  )
}

/** Sends `value` (`yes` unless told) when it is ticked, and nothing when it is not. */
export function checkbox(field: Field & { readonly checked?: boolean; readonly value?: string }): SafeHtml {
  const checked = field.checked ? 'checked' : ''
  return html`<div class="form-group ${field.error ? 'form-error' : ''}">
${errorText(field)}
<div class="form-group-checkbox">
<input type="checkbox" class="form-checkbox" ${common(field)}${value(field.value ?? 'yes')} ${checked}>
<label class="form-label" for="${idOf(field)}">${field.label}</label>
${hintText(field)}
</div>
</div>`
}

/**
 * All that is wrong, at the top, each a link to its field. It takes the focus when the page opens. Nothing when
 * nothing is wrong. Order is that of the object.
 */
export function errorSummary(errors: FieldErrors, language: Language): SafeHtml {
  const wrong = Object.entries(errors).filter(([, text]) => text !== undefined)
  if (wrong.length === 0) return html``
  return html`<div class="alert alert-error error-summary" role="alert" tabindex="-1" autofocus
aria-labelledby="error-summary-heading">
${icon('error', 'alert-icon')}
<div class="alert-body">
<h2 class="alert-heading" id="error-summary-heading">${texts.errorHeading[language]}</h2>
<ul class="nobullet-list">${wrong.map(([field, text]) => html`<li><a href="#${field}">${text}</a></li>`)}</ul>
</div>
</div>`
}

function labelled(field: Field, control: SafeHtml): SafeHtml {
  return html`<div class="form-group ${field.error ? 'form-error' : ''}">
<label class="form-label" for="${idOf(field)}">${field.label}</label>
${hintText(field)}
${errorText(field)}
${control}
</div>`
}

function hintText(field: Field): SafeHtml {
  return field.hint ? html`<span class="form-hint" id="${idOf(field)}-hint">${field.hint}</span>` : html``
}

function errorText(field: Field): SafeHtml {
  return field.error ? html`<span class="form-error-message" id="${idOf(field)}-error">${field.error}</span>` : html``
}

/** What every control has: its name, and what describes it. */
function common(field: Field): SafeHtml {
  const id = idOf(field)
  const described = [field.hint && `${id}-hint`, field.error && `${id}-error`, field.describedBy].filter(Boolean)
  return html`id="${id}" name="${field.name}" ${field.required ? 'required' : ''} ${field.autofocus ? 'autofocus' : ''}
${field.error ? html`aria-invalid="true"` : ''}${optional('aria-describedby', described.join(' ') || undefined)}`
}

/** Six digits of a date, a replacement number's day too, and four more. */
const LIKE_CPR = /(?<!\d)(?:[0-2]\d|3[01]|[6-8]\d|9[01])(?:0\d|1[0-2])\d{2}[ –-]?\d{4}(?!\d)/g

/** What somebody typed comes back to be put right, but never a CPR number: the screen may be turned to the queue. */
function withoutCpr(text: string | undefined): string | undefined {
  return text?.replace(LIKE_CPR, '')
}

function value(text: string | undefined): SafeHtml {
  return optional('value', text)
}

function optional(name: string, content: string | number | undefined): SafeHtml {
  return content === undefined ? html`` : html` ${name}="${content}"`
}

function idOf(field: Field): string {
  return field.id ?? field.name
}
