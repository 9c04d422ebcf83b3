import type { BranchRow } from '#agencies'
import type { Language, Text2 } from '#core'
import { type FieldErrors, html, passwordField, type SafeHtml, selectField, textField } from '#web'
import { actionTexts } from './desk-action-texts.ts'
import { texts } from './desk-counter-texts.ts'

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/
const PHONE = /^\+?[0-9][0-9 ()-]*$/

/** How a patron is reached, as it stands in more than one form. */
export interface ContactTyped {
  readonly email: string
  readonly phone: string
  readonly language: string
  readonly branch: string
}

export function contactFaults(
  typed: Pick<ContactTyped, 'email' | 'phone'>,
  language: Language,
): Record<string, string> {
  const digits = typed.phone.replace(/\D/g, '').length
  const isPhone = typed.phone.trim() === '' || (PHONE.test(typed.phone.trim()) && digits >= 8 && digits <= 15)
  const isEmail = typed.email.trim() === '' || EMAIL.test(typed.email.trim())
  return {
    ...(isEmail ? {} : { email: actionTexts.emailWrong[language] }),
    ...(isPhone ? {} : { phone: actionTexts.phoneWrong[language] }),
  }
}

export function contactFields(
  given: ContactTyped,
  errors: FieldErrors,
  branches: readonly BranchRow[],
  language: Language,
): SafeHtml {
  return html`${textField({ name: 'phone', type: 'tel', label: texts.phone[language], value: given.phone, autocomplete: 'off', error: errors.phone })}
${textField({ name: 'email', type: 'email', label: texts.email[language], value: given.email, autocomplete: 'off', error: errors.email })}
${selectField({
  name: 'language',
  label: texts.language[language],
  options: (['da', 'en'] as const).map((value) => ({ value, label: texts.languages[value][language] })),
  value: given.language,
})}
${selectField({
  name: 'branch',
  label: texts.homeBranch[language],
  options: branches.map(({ id, name }) => ({ value: id, label: name })),
  value: given.branch,
  error: errors.branch,
})}`
}

export interface AddressTyped {
  readonly name: string
  readonly address: string
  readonly postcode: string
  readonly city: string
}

export function addressFields(given: Omit<AddressTyped, 'name'>, errors: FieldErrors, language: Language): SafeHtml {
  return html`${textField({ name: 'address', label: actionTexts.street[language], value: given.address, autocomplete: 'off', error: errors.address })}
${textField({ name: 'postcode', label: actionTexts.postcode[language], value: given.postcode, inputmode: 'numeric', short: true, autocomplete: 'off', error: errors.postcode })}
${textField({ name: 'city', label: actionTexts.city[language], value: given.city, autocomplete: 'off', error: errors.city })}`
}

/**
 * Where a card is scanned. By hand, because it has the focus when the page opens: a scanner types wherever the focus is,
 * and the next card is scanned without touching anything. So it is empty, too, and has the focus also when the last card
 * was refused; what was wrong with that one is read out with the field.
 */
export function scanField(field: {
  readonly name: string
  readonly label: string
  readonly hint?: string
  readonly error?: string | undefined
  /** Where something else on the page has it. */
  readonly hasFocus?: boolean
}): SafeHtml {
  const { name, label, hint, error, hasFocus = true } = field
  const describedBy = [hint && `${name}-hint`, error && `${name}-error`].filter(Boolean).join(' ')
  return html`<div class="form-group ${error ? 'form-error' : ''}">
<label class="form-label" for="${name}">${label}</label>
${hint ? html`<span class="form-hint" id="${name}-hint">${hint}</span>` : ''}
${error ? html`<span class="form-error-message" id="${name}-error" role="alert">${error}</span>` : ''}
<input type="text" class="form-input" id="${name}" name="${name}" data-scan-field autocomplete="off" autocapitalize="off"
spellcheck="false" ${hasFocus ? 'autofocus' : ''} ${describedBy ? html`aria-describedby="${describedBy}"` : ''} ${error ? html`aria-invalid="true"` : ''}>
</div>`
}

/** Typed by the patron, twice, and never shown. */
export function pinFields(errors: FieldErrors, language: Language, required: boolean): SafeHtml {
  const field = (name: string, label: Text2) =>
    passwordField({
      name,
      label: label[language],
      autocomplete: 'off',
      inputmode: 'numeric',
      required,
      error: errors[name],
    })
  return html`${field('pin', actionTexts.pin)}
${field('again', actionTexts.pinAgain)}`
}

/** What the policy says is lost by what was left out, to be told before it is saved. */
export function consequenceList(said: readonly Text2[], language: Language): SafeHtml {
  return html`<h2>${actionTexts.consequences[language]}</h2>
<ul>${said.map((text) => html`<li>${text[language]}</li>`)}</ul>`
}
