import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Language, Text2 } from '#core'
import { type FieldErrors, html, type SafeHtml, selectField, textField } from '#web'
import { texts } from './desk-counter-texts.ts'
import { formBody, isReason } from './desk-frame.ts'
import { REASONS, texts as rightsTexts } from './desk-texts.ts'
import { shownAgain, typedFaults } from './desk-typed.ts'

export const reasonSchema = z.object({ why: z.string().catch(''), other: z.string().catch('') })
type Given = z.infer<typeof reasonSchema>

/** The reason that was chosen or typed; undefined when none was, and what is wrong when it was half done. */
export function readReason(
  given: Given,
  language: Language,
): { readonly ok: true; readonly why: Text2 | undefined } | { readonly ok: false; readonly errors: FieldErrors } {
  const { why } = given
  if (why === '') return { ok: true, why: undefined }
  if (isReason(why)) return { ok: true, why: REASONS[why] }
  if (why !== 'other') return { ok: false, errors: { why: rightsTexts.whyMissing[language] } }
  const typed = given.other.trim()
  const faults = typedFaults({ other: typed }, {}, language)
  if (faults.other) return { ok: false, errors: faults }
  if (typed === '') return { ok: false, errors: { other: texts.otherMissing[language] } }
  // What staff type is told to the patron as it stands, in whichever language they have.
  return { ok: true, why: { da: typed, en: typed } }
}

export function reasonFields(language: Language, given: Given, errors: FieldErrors, required = false): SafeHtml {
  const options = Object.entries(REASONS).map(([value, label]) => ({ value, label: label[language] }))
  return html`${selectField({
    name: 'why',
    label: rightsTexts.why[language],
    options: [
      { value: '', label: required ? rightsTexts.choose[language] : texts.noTask[language] },
      ...options,
      { value: 'other', label: texts.other[language] },
    ],
    value: given.why,
    required,
    error: errors.why,
  })}
${textField({
  name: 'other',
  label: texts.otherReason[language],
  hint: texts.otherHint[language],
  value: shownAgain(given.other),
  autocomplete: 'off',
  maxLength: 200,
  error: errors.other,
})}`
}

/** Asks why somebody wants to see a patron; sent to the patron's own `/reason`. */
export function reasonForm(
  request: FastifyRequest,
  reply: FastifyReply,
  page: {
    readonly lead: string
    readonly action: string
    readonly back: string
    readonly given?: Given
    readonly errors?: FieldErrors
  },
): SafeHtml {
  const { language } = request
  const errors = page.errors ?? {}
  return formBody(request, reply, {
    lead: page.lead,
    errors,
    action: page.action,
    fields: reasonFields(language, page.given ?? { why: '', other: '' }, errors, true),
    submit: rightsTexts.see[language],
    back: page.back,
    backLabel: texts.toDesk,
  })
}
