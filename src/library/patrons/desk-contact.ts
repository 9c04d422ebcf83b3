import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { listBranches } from '#agencies'
import { type BranchId, type Language, type Text2, unreachable } from '#core'
import { policyOf } from '#privacy'
import { checkbox, type FieldErrors, html, type SafeHtml, textField } from '#web'
import { changeContact } from './change-contact.ts'
import { actionTexts } from './desk-action-texts.ts'
import { deskForm, deskStep, type Meeting, type Shown } from './desk-counter-frame.ts'
import { texts } from './desk-counter-texts.ts'
import { addressFields, consequenceList, contactFaults, contactFields } from './desk-fields.ts'
import type { DeskNeeds } from './desk-frame.ts'
import { texts as rightsTexts, SEEN } from './desk-texts.ts'
import { endGuardian, setGuardian } from './guardians.ts'
import { consequences } from './rules.ts'
import type { PatronRow } from './tables.ts'

const text = z.string().catch('')
const ticked = z.literal('yes').optional().catch(undefined)
const contactSchema = z.object({
  name: text,
  contactName: text,
  address: text,
  postcode: text,
  city: text,
  email: text,
  phone: text,
  language: text,
  branch: text,
  told: ticked,
})
type Contact = z.infer<typeof contactSchema>

const guardianSchema = z.object({ name: text, cpr: text, email: text, phone: text, sees: ticked, signed: ticked })

/** How a patron is reached, and who answers for a child. */
export function registerContactDesk(app: FastifyInstance, needs: DeskNeeds): void {
  deskForm(app, needs, {
    path: '/contact',
    title: actionTexts.contact,
    lead: actionTexts.contactLead,
    submit: actionTexts.save,
    done: actionTexts.contactSaved,
    what: SEEN.contact,
    given: contactSchema,
    begin: ({ patron }) => ({
      name: patron.name,
      contactName: patron.contact_name ?? '',
      address: patron.address ?? '',
      postcode: patron.postcode ?? '',
      city: patron.city ?? '',
      email: patron.email ?? '',
      phone: patron.phone ?? '',
      language: patron.language,
      branch: patron.home_branch_id,
    }),
    fields: contactForm,
    act: saveContact,
  })

  deskForm(app, needs, {
    path: '/guardian',
    title: actionTexts.guardian,
    lead: actionTexts.guardianLead,
    submit: actionTexts.save,
    done: actionTexts.guardianNoted,
    what: SEEN.guardian,
    given: guardianSchema,
    kinds: { secrets: ['cpr'] },
    begin: () => guardianSchema.parse({}),
    fields: ({ language, given, errors }) => guardianFields(language, given, errors),
    act: async ({ ctx, patron, language }, typed) => {
      const faults = contactFaults(typed, language)
      if (Object.keys(faults).length > 0) return faults
      if (typed.signed !== 'yes') return { signed: actionTexts.signedMissing[language] }
      const done = await setGuardian(ctx, patron.id, {
        name: typed.name,
        proof: 'paper',
        maySee: typed.sees === 'yes',
        ...(typed.cpr.trim() ? { cpr: typed.cpr.trim() } : {}),
        ...(typed.email.trim() ? { email: typed.email.trim() } : {}),
        ...(typed.phone.trim() ? { phone: typed.phone.trim() } : {}),
      })
      if (done.ok) return undefined
      const field = done.refusal.kind.includes('cpr') || done.refusal.kind === 'guardian-is-the-child' ? 'cpr' : 'name'
      return { [field]: actionTexts.guardianRefusals[done.refusal.kind][language] }
    },
  })

  deskStep(app, needs, {
    path: '/guardian/end',
    done: actionTexts.guardianEnded,
    act: async ({ ctx, patron, language }) => {
      const done = await endGuardian(ctx, patron.id)
      return done.ok ? undefined : actionTexts.guardianRefusals[done.refusal.kind][language]
    },
  })
}

async function saveContact(meeting: Meeting, typed: Contact): Promise<FieldErrors | 'gone' | undefined> {
  const { ctx, patron, language } = meeting
  const faults = contactFaults(typed, language)
  if (Object.keys(faults).length > 0) return faults
  if ((await lostBy(meeting, typed)).length > 0 && typed.told !== 'yes') {
    return { told: actionTexts.consequencesFirst[language] }
  }
  const branches = await listBranches(ctx)
  const branch = branches.find(({ id }) => id === typed.branch)
  if (!branch) return { branch: actionTexts.branchUnknown[language] }
  const done = await changeContact(ctx, patron.id, {
    email: typed.email.trim() || null,
    phone: typed.phone.trim() || null,
    language: typed.language === 'en' ? 'en' : 'da',
    homeBranch: branch.id as BranchId,
    ...(patron.kind === 'person' ? {} : { contactName: typed.contactName }),
    ...(isOurs(patron)
      ? {
          name: typed.name,
          address: {
            address: typed.address.trim() || null,
            postcode: typed.postcode.trim() || null,
            city: typed.city.trim() || null,
          },
        }
      : {}),
  })
  if (done.ok) return undefined
  const { kind } = done.refusal
  switch (kind) {
    case 'unknown':
      return 'gone'
    case 'no-name':
      return { name: actionTexts.nameMissing[language] }
    case 'no-contact-name':
      return { contactName: actionTexts.contactNameMissing[language] }
    case 'unknown-branch':
      return { branch: actionTexts.branchUnknown[language] }
    case 'not-allowed':
      return { phone: actionTexts.notAllowed[language] }
    default:
      return unreachable(kind)
  }
}

/** What the patron loses by it, when e-mail or telephone is taken away. Whoever had neither has been told before. */
async function lostBy({ ctx, patron }: Meeting, typed: Pick<Contact, 'email' | 'phone'>): Promise<Text2[]> {
  const isRemoved = (patron.email && !typed.email.trim()) || (patron.phone && !typed.phone.trim())
  if (!isRemoved) return []
  const { policy } = await policyOf(ctx)
  // Of the number nothing changes here, so that only what is lost by being unreachable is said.
  return consequences(policy, {
    cpr: 'given',
    ...(typed.email.trim() ? { email: typed.email } : {}),
    ...(typed.phone.trim() ? { phone: typed.phone } : {}),
  })
}

async function contactForm(shown: Shown<Contact>): Promise<SafeHtml> {
  const { ctx, language, patron, given, errors } = shown
  const said = errors.told ? await lostBy(shown, given) : []
  return html`${isOurs(patron) ? nameField(given, errors, language) : ''}
${patron.kind === 'person' ? '' : contactNameField(given, errors, language)}
${isOurs(patron) && !patron.protected ? addressFields(given, errors, language) : ''}
${contactFields(given, errors, await listBranches(ctx), language)}
${said.length > 0 ? html`${consequenceList(said, language)}${checkbox({ name: 'told', label: actionTexts.consequencesTold[language], error: errors.told })}` : ''}`
}

function nameField(given: Contact, errors: FieldErrors, language: Language): SafeHtml {
  const label = rightsTexts.name[language]
  return textField({ name: 'name', label, value: given.name, autocomplete: 'off', required: true, error: errors.name })
}

function contactNameField(given: Contact, errors: FieldErrors, language: Language): SafeHtml {
  const label = texts.contactName[language]
  const { contactName: error } = errors
  return textField({ name: 'contactName', label, value: given.contactName, autocomplete: 'off', required: true, error })
}

function guardianFields(language: Language, given: z.infer<typeof guardianSchema>, errors: FieldErrors): SafeHtml {
  return html`${textField({ name: 'name', label: actionTexts.guardianName[language], value: given.name, autocomplete: 'off', required: true, error: errors.name })}
${textField({
  name: 'cpr',
  label: actionTexts.guardianCpr[language],
  hint: actionTexts.guardianCprHint[language],
  inputmode: 'numeric',
  autocomplete: 'off',
  error: errors.cpr,
})}
${textField({ name: 'phone', type: 'tel', label: actionTexts.guardianPhone[language], value: given.phone, autocomplete: 'off', error: errors.phone })}
${textField({ name: 'email', type: 'email', label: actionTexts.guardianEmail[language], value: given.email, autocomplete: 'off', error: errors.email })}
${checkbox({ name: 'sees', label: actionTexts.maySee[language], checked: given.sees === 'yes' })}
${checkbox({ name: 'signed', label: actionTexts.signed[language], required: true, error: errors.signed })}`
}

/** Name and address are the library's own to keep, when no register tells us of changes. */
function isOurs(patron: PatronRow): boolean {
  return patron.register === 'none'
}
