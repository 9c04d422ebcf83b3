import type { FastifyReply, FastifyRequest } from 'fastify'
import { listBranches } from '#agencies'
import type { Language, Text2 } from '#core'
import { type Policy, policyOf } from '#privacy'
import type { Context } from '#vault'
import {
  alert,
  checkbox,
  dateText,
  definitionList,
  errorSummary,
  type FieldErrors,
  form,
  hidden,
  href,
  html,
  renderPage,
  type SafeHtml,
  selectField,
  textField,
} from '#web'
import { maskedCpr, readCpr } from './cpr.ts'
import { actionTexts } from './desk-action-texts.ts'
import { counterPath } from './desk-counter-frame.ts'
import { texts } from './desk-counter-texts.ts'
import { ageOf, type Details, type Draft, mayBeWithoutCpr, yearsOf } from './desk-enrol-draft.ts'
import { enrolTexts } from './desk-enrol-texts.ts'
import { addressFields, consequenceList, contactFields, pinFields, scanField } from './desk-fields.ts'
import { backLink, FAULTY, hasErrors } from './desk-frame.ts'
import { texts as rightsTexts } from './desk-texts.ts'
import { newestTerms } from './terms.ts'

interface Step {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly ctx: Context
  readonly errors: FieldErrors
}

/** Step one: whom it is about. */
export async function beginPage({ request, reply, ctx, errors }: Step): Promise<FastifyReply> {
  const { language } = request
  const { policy } = await policyOf(ctx)
  const link = (path: string, text: Text2) =>
    html`<li><a href="${href(request, counterPath(request, `/enrolments/${path}`))}">${text[language]}</a></li>`
  return stepPage(
    { request, reply, ctx, errors },
    1,
    html`${form(request, reply, {
      action: counterPath(request, '/enrolments/check'),
      body: scanField({
        name: 'card',
        label: enrolTexts.card[language],
        hint: enrolTexts.cardHint[language],
        error: errors.card,
      }),
      submit: enrolTexts.next[language],
    })}
<ul>${mayBeWithoutCpr(policy) ? link('without-cpr', enrolTexts.withoutCpr) : ''}${link('institution', enrolTexts.institution)}</ul>`,
  )
}

/** Step two: what is known is looked at, and what is not is asked for. */
export async function detailsPage(step: Step, draft: Draft, details: Details, begun: string): Promise<FastifyReply> {
  const { request, reply, ctx, errors } = step
  const { language } = request
  const { policy } = await policyOf(ctx)
  const branches = await listBranches(ctx)
  const isPerson = draft.way !== 'institution'
  const asksName = !draft.told
  return stepPage(
    step,
    2,
    html`${knownPart(draft, language)}
${form(request, reply, {
  action: counterPath(request, '/enrolments/review'),
  body: html`${hidden('begun', begun)}
${isPerson ? '' : institutionFields(details, errors, language)}
${asksName ? nameFields(draft, details, errors, language) : ''}
${isPerson ? photoIdField(policy, details, errors, language) : ''}
${isPerson ? guardianFields(policy, ageOf(ctx, draft), details, errors, language) : ''}
<h2>${enrolTexts.contact[language]}</h2>
${contactFields({ ...details, branch: details.branch || (branches[0]?.id ?? '') }, errors, branches, language)}
${textField({
  name: 'libraryCard',
  label: enrolTexts.libraryCard[language],
  hint: enrolTexts.libraryCardHint[language],
  autocomplete: 'off',
  error: errors.libraryCard,
})}
${isPerson ? await termsPart(ctx, details, errors, language) : ''}`,
  submit: enrolTexts.next[language],
})}`,
  )
}

/** Step three: what is lost by what was left out is told, and the patron types a PIN. */
export async function reviewPage(
  step: Step,
  draft: Draft,
  given: { readonly details: Details; readonly said: readonly Text2[]; readonly begun: string },
): Promise<FastifyReply> {
  const { request, reply, errors } = step
  const { language } = request
  const { details, said, begun } = given
  return stepPage(
    step,
    3,
    html`${knownPart(draft, language)}
${definitionList([
  ...(draft.told || !details.name ? [] : [{ term: rightsTexts.name[language], value: details.name }]),
  { term: texts.phone[language], value: details.phone || texts.none[language] },
  { term: texts.email[language], value: details.email || texts.none[language] },
])}
${form(request, reply, {
  action: counterPath(request, '/enrolments'),
  body: html`${hidden('begun', begun)}
${said.length > 0 ? html`${consequenceList(said, language)}${checkbox({ name: 'told', label: actionTexts.consequencesTold[language], required: true, error: errors.told })}` : ''}
<h2>${texts.pin[language]}</h2>
<p>${enrolTexts.pinLead[language]}</p>
${pinFields(errors, language, false)}`,
  submit: enrolTexts.save[language],
})}`,
  )
}

function stepPage({ request, reply, errors }: Step, step: 1 | 2 | 3, body: SafeHtml): FastifyReply {
  const { language } = request
  // On the first page the card is the only field, which has the focus and says itself what was wrong.
  const summary = step === 1 ? '' : errorSummary(errors, language)
  return renderPage(request, reply, {
    title: `${enrolTexts.title[language]}: ${enrolTexts.step(step)[language]}`,
    heading: enrolTexts.title[language],
    status: hasErrors(errors) ? FAULTY : 200,
    breadcrumbs: [{ label: texts.home[language], href: counterPath(request) }, { label: enrolTexts.title[language] }],
    body: html`${summary}
<p>${enrolTexts.step(step)[language]}</p>
${body}
${backLink(request, counterPath(request), texts.toDesk)}`,
  })
}

/** What the number and the register say; a protected address is not shown here either. */
function knownPart(draft: Draft, language: Language): SafeHtml {
  const cpr = draft.cpr ? readCpr(draft.cpr) : undefined
  if (!cpr) return html``
  const { told } = draft
  const address =
    told?.address &&
    [told.address.address, [told.address.postcode, told.address.city].filter(Boolean).join(' ')]
      .filter(Boolean)
      .join(', ')
  const bornOn = told?.bornOn ? Temporal.PlainDate.from(told.bornOn) : cpr.bornOn
  return html`${draft.registerDown ? alert({ kind: 'warning', heading: enrolTexts.registerDown[language], body: enrolTexts.registerDownText[language] }) : ''}
${cpr.checkDigitFits || cpr.replacement ? '' : alert({ kind: 'info', heading: enrolTexts.checkDigit[language], body: enrolTexts.checkDigitText[language] })}
${told?.protected ? alert({ kind: 'warning', heading: texts.protectedWarning[language] }) : ''}
${told ? html`<h2>${enrolTexts.fromRegister[language]}</h2><p>${enrolTexts.fromRegisterLead[language]}</p>` : ''}
${definitionList([
  ...(told ? [{ term: rightsTexts.name[language], value: told.name }] : []),
  { term: enrolTexts.cpr[language], value: maskedCpr(cpr.digits) },
  { term: enrolTexts.born[language], value: dateText(bornOn, language) },
  ...(told
    ? [
        {
          term: texts.address[language],
          value: told.protected ? texts.hiddenAddress[language] : address || texts.none[language],
        },
      ]
    : []),
])}`
}

function institutionFields(details: Details, errors: FieldErrors, language: Language): SafeHtml {
  return html`${selectField({
    name: 'kind',
    label: texts.kind[language],
    options: (['institution', 'group', 'company'] as const).map((value) => ({
      value,
      label: texts.kinds[value][language],
    })),
    value: details.kind,
  })}
${textField({ name: 'contactName', label: texts.contactName[language], value: details.contactName, autocomplete: 'off', required: true, error: errors.contactName })}`
}

function nameFields(draft: Draft, details: Details, errors: FieldErrors, language: Language): SafeHtml {
  return html`${textField({ name: 'name', label: (draft.way === 'institution' ? enrolTexts.institutionName : rightsTexts.name)[language], value: details.name, autocomplete: 'off', required: true, error: errors.name })}
${
  draft.way === 'without-cpr'
    ? textField({
        name: 'born',
        type: 'date',
        label: enrolTexts.born[language],
        value: errors.born ? '' : details.born,
        required: true,
        error: errors.born,
      })
    : ''
}
${addressFields(details, errors, language)}
${draft.way === 'institution' ? '' : municipalityField(details, errors, language)}
${draft.way === 'institution' ? '' : checkbox({ name: 'protected', label: enrolTexts.protected[language], checked: details.protected === 'yes' })}`
}

function municipalityField(details: Details, errors: FieldErrors, language: Language): SafeHtml {
  return textField({
    name: 'municipality',
    label: enrolTexts.municipality[language],
    hint: enrolTexts.municipalityHint[language],
    value: details.municipality,
    inputmode: 'numeric',
    short: true,
    autocomplete: 'off',
    error: errors.municipality,
  })
}

function photoIdField(policy: Policy, details: Details, errors: FieldErrors, language: Language): SafeHtml {
  const from = yearsOf(policy, 'photo-id-from')
  return checkbox({
    name: 'photoId',
    label: enrolTexts.photoId[language],
    hint: from === undefined ? undefined : enrolTexts.photoIdFrom(from)[language],
    checked: details.photoId === 'yes',
    error: errors.photoId,
  })
}

/** Asked for where the person is a child, or where nobody knows yet how old they are. */
function guardianFields(
  policy: Policy,
  age: number | undefined,
  details: Details,
  errors: FieldErrors,
  language: Language,
): SafeHtml {
  const under = yearsOf(policy, 'guardian-signature-under')
  if (under === undefined || (age !== undefined && age >= under)) return html``
  return html`<h2>${enrolTexts.guardian[language]}</h2>
<p>${enrolTexts.guardianLead(under)[language]}</p>
${textField({ name: 'guardianName', label: actionTexts.guardianName[language], value: details.guardianName, autocomplete: 'off', error: errors.guardianName })}
${textField({
  name: 'guardianCpr',
  label: actionTexts.guardianCpr[language],
  hint: actionTexts.guardianCprHint[language],
  autocomplete: 'off',
  error: errors.guardianCpr,
})}
${textField({ name: 'guardianPhone', type: 'tel', label: actionTexts.guardianPhone[language], value: details.guardianPhone, autocomplete: 'off', error: errors.guardianPhone })}
${textField({ name: 'guardianEmail', type: 'email', label: actionTexts.guardianEmail[language], value: details.guardianEmail, autocomplete: 'off', error: errors.guardianEmail })}
${checkbox({ name: 'guardianSees', label: actionTexts.maySee[language], checked: details.guardianSees === 'yes' })}
${checkbox({ name: 'signed', label: actionTexts.signed[language], checked: details.signed === 'yes', error: errors.signed })}`
}

async function termsPart(ctx: Context, details: Details, errors: FieldErrors, language: Language): Promise<SafeHtml> {
  const terms = await newestTerms(ctx)
  if (terms.length === 0) return html``
  return html`<h2>${enrolTexts.terms[language]}</h2>
${terms.map(
  (
    each,
  ) => html`<details class="details"><summary class="details-summary">${enrolTexts.documents[each.document][language]}</summary>
<p>${language === 'da' ? each.text_da : each.text_en}</p></details>`,
)}
${checkbox({ name: 'accepted', label: enrolTexts.accepted[language], checked: details.accepted === 'yes', required: true, error: errors.accepted })}`
}
