import type { Text2 } from '#core'
import { numberText } from '#web'
import { periodText } from './period-text.ts'
import type { Clause, Policy } from './policy.ts'

/** Policies side by side: few words, for a column is narrow. */
export const texts = {
  onEnrolment: (field: Text2): Text2 => ({ da: `Ved indmeldelse: ${field.da}`, en: `On enrolment: ${field.en}` }),
  required: { da: 'krævet', en: 'required' },
  optional: { da: 'frivilligt', en: 'optional' },
  backups: { da: 'Sikkerhedskopier gemmes', en: 'Backups are kept' },
  smallestCell: { da: 'Mindste tal i offentliggjort statistik', en: 'Smallest number in published statistics' },
  number: (number: number): Text2 => ({ da: numberText(number, 'da'), en: numberText(number, 'en') }),
  recipients: (purpose: Text2): Text2 => ({ da: `Modtagere: ${purpose.da}`, en: `Recipients: ${purpose.en}` }),
  countedFrom: (data: Text2, from: Text2): Text2 => ({
    da: `${data.da} (regnet fra: ${from.da})`,
    en: `${data.en} (counted from: ${from.en})`,
  }),
} as const satisfies Record<string, unknown>

/** What a clause comes to: "ca. 30 dage, så slettet". */
export function clauseText(clause: Clause): Text2 {
  const period = periodText(clause.keep)
  const about = clause.approx ? { da: 'ca. ', en: 'about ' } : { da: '', en: '' }
  const year = clause['round-up']
    ? { da: ' efter regnskabsåret', en: ' after the accounting year' }
    : { da: '', en: '' }
  const action = ACTIONS[clause.action]
  return {
    da: `${about.da}${period.da}${year.da}, ${action.da}`,
    en: `${about.en}${period.en}${year.en}, ${action.en}`,
  }
}

const ACTIONS: Record<Clause['action'], Text2> = {
  delete: { da: 'så slettet', en: 'then deleted' },
  anonymise: { da: 'så kun et tal', en: 'then only a number' },
  redact: { da: 'så uden indhold', en: 'then without content' },
}

export const FIELDS: Record<Policy['enrolment'][number]['field'], Text2> = {
  cpr: { da: 'CPR-nummer', en: 'CPR number' },
  name: { da: 'navn', en: 'name' },
  address: { da: 'adresse', en: 'address' },
  email: { da: 'e-mail', en: 'e-mail' },
  phone: { da: 'telefon', en: 'telephone' },
  'birth-date': { da: 'fødselsdato', en: 'date of birth' },
  pin: { da: 'pinkode', en: 'PIN' },
  guardian: { da: 'værge', en: 'guardian' },
  protection: { da: 'navne- og adressebeskyttelse', en: 'protected name and address' },
  'home-branch': { da: 'tilhørsfilial', en: 'home branch' },
  language: { da: 'sprog', en: 'language' },
  municipality: { da: 'kommune', en: 'municipality' },
}

export const AGES: Record<Policy['ages'][number]['rule'], Text2> = {
  'guardian-signature-under': { da: 'Værge skriver under for dem under', en: 'A guardian signs for those under' },
  'photo-id-from': { da: 'Billed-id fra', en: 'Photo identification from' },
  'self-enrolment-from': { da: 'Kan melde sig ind selv fra', en: 'May enrol themselves from' },
  'digital-consent-from': { da: 'Kan selv sige ja på nettet fra', en: 'May consent online themselves from' },
  'adult-from': { da: 'Voksen fra', en: 'Adult from' },
  'open-library-from': { da: 'Lukker sig selv ind fra', en: 'Let themselves in from' },
}
