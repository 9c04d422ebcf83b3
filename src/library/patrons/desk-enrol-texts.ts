import { type Language, type Text2, unreachable } from '#core'
import type { FieldErrors } from '#web'
import { actionTexts } from './desk-action-texts.ts'
import type { EnrolmentField, EnrolmentRefusal } from './rules.ts'
import type { TermsRow } from './tables.ts'

export const enrolTexts = {
  institutionName: {
    da: 'Institutionens, gruppens eller firmaets navn',
    en: 'Name of the institution, group or company',
  },
  title: { da: 'Opret en låner', en: 'Enrol a patron' },
  step: (number: number): Text2 => ({ da: `Trin ${number} af 3`, en: `Step ${number} of 3` }),
  card: { da: 'Sundhedskort eller CPR-nummer', en: 'Health card or CPR number' },
  cardHint: {
    da: 'Scan sundhedskortet, eller skriv CPR-nummeret. Kun CPR-nummeret bruges, og det gemmes krypteret.',
    en: 'Scan the health card, or enter the CPR number. Only the CPR number is used, and it is kept encrypted.',
  },
  next: { da: 'Fortsæt', en: 'Continue' },
  cardWrong: {
    da: 'Det er ikke et CPR-nummer eller et sundhedskort. Scan kortet igen, eller skriv ti cifre',
    en: 'This is neither a CPR number nor a health card. Scan the card again, or enter ten digits',
  },
  withoutCpr: { da: 'Uden CPR-nummer', en: 'Without a CPR number' },
  institution: { da: 'Institution, gruppe eller firma', en: 'Institution, group or company' },
  begunAgain: {
    da: 'Oprettelsen blev afbrudt. Begynd forfra',
    en: 'The enrolment was interrupted. Begin again',
  },
  already: { da: 'Personen er låner her i forvejen', en: 'The person is a patron here already' },
  fromRegister: { da: 'Fra CPR-registret', en: 'From the CPR register' },
  fromRegisterLead: {
    da: 'Se efter, at det passer med den, der står ved skranken. Navn og adresse kan ikke rettes her.',
    en: 'Check that it fits the person at the desk. Name and address cannot be changed here.',
  },
  registerDown: {
    da: 'CPR-registret kan ikke nås',
    en: 'The CPR register cannot be reached',
  },
  registerDownText: {
    da: 'Skriv navn og adresse fra legitimationen. De rettes til, når registret svarer igen.',
    en: 'Enter name and address from the identification. They are put right when the register answers again.',
  },
  checkDigit: { da: 'Se CPR-nummeret efter', en: 'Check the CPR number' },
  checkDigitText: {
    da: 'Kontrolcifferet passer ikke. Det kan være en tastefejl, men nye CPR-numre kan også se sådan ud.',
    en: 'The check digit does not fit. It may be mistyped, but new CPR numbers can look like this too.',
  },
  cpr: { da: 'CPR-nummer', en: 'CPR number' },
  born: { da: 'Fødselsdato', en: 'Date of birth' },
  bornWrong: { da: 'Vælg fødselsdatoen', en: 'Choose the date of birth' },
  municipality: { da: 'Kommunenummer', en: 'Municipality number' },
  municipalityHint: {
    da: 'Fire cifre, for eksempel 0101 for København.',
    en: 'Four digits, such as 0101 for Copenhagen.',
  },
  municipalityWrong: {
    da: 'Skriv kommunens nummer med fire cifre',
    en: 'Enter the municipality’s number, four digits',
  },
  protected: { da: 'Har navne- og adressebeskyttelse', en: 'Has a protected name and address' },
  photoId: { da: 'Jeg har set billedlegitimation', en: 'I have seen photo ID' },
  photoIdFrom: (years: number): Text2 => ({
    da: `Kræves fra ${years} år.`,
    en: `Required from the age of ${years}.`,
  }),
  guardian: { da: 'Værge', en: 'Guardian' },
  guardianLead: (under: number): Text2 => ({
    da: `Under ${under} år skal en værge skrive under.`,
    en: `Under the age of ${under} a guardian must sign.`,
  }),
  contact: { da: 'Kontakt', en: 'Contact' },
  libraryCard: { da: 'Lånerkort (kan stå tomt)', en: 'Library card (may be left empty)' },
  libraryCardHint: {
    da: 'Scan kortet. Uden lånerkort bruges sundhedskortet eller lånernummeret.',
    en: 'Scan the card. Without one, the health card or the patron number is used.',
  },
  terms: { da: 'Regler', en: 'Rules' },
  documents: {
    rules: { da: 'Lånereglerne', en: 'The rules of lending' },
    prices: { da: 'Priserne', en: 'The prices' },
    'house-rules': { da: 'Ordensreglerne', en: 'The house rules' },
  } satisfies Record<TermsRow['document'], Text2>,
  accepted: {
    da: 'Låneren eller værgen har set reglerne og siger ja til dem',
    en: 'The patron or the guardian has seen the rules and accepts them',
  },
  acceptedMissing: {
    da: 'Vis reglerne, og sæt kryds, når der er sagt ja',
    en: 'Show the rules, and tick the box when they are accepted',
  },
  review: { da: 'Se efter, og gem', en: 'Check, and save' },
  pinLead: {
    da: 'Låneren taster selv sin pinkode. Den kan også vælges senere.',
    en: 'The patron types the PIN. It can also be set later.',
  },
  save: { da: 'Opret låneren', en: 'Enrol the patron' },
  enrolled: { da: 'Låneren er oprettet', en: 'The patron is enrolled' },
  enrolledNoPin: {
    da: 'Låneren er oprettet, men pinkoden blev ikke gemt. Vælg den igen',
    en: 'The patron is enrolled, but the PIN was not kept. Set it again',
  },
} as const

/** What may be wrong with an enrolment, tied to the field that can put it right. */
export function enrolmentErrors(refusal: EnrolmentRefusal, language: Language): FieldErrors {
  switch (refusal.kind) {
    case 'missing':
      return missing(refusal.field, language)
    case 'cpr-not-a-number':
      return { card: enrolTexts.cardWrong[language] }
    case 'guardian-needed':
      return { guardianName: enrolTexts.guardianLead(refusal.under)[language] }
    case 'guardian-is-the-child':
      return { guardianCpr: actionTexts.guardianRefusals['guardian-is-the-child'][language] }
    case 'guardian-cpr-not-a-number':
      return { guardianCpr: actionTexts.guardianRefusals['cpr-not-a-number'][language] }
    case 'photo-id-needed':
      return { photoId: enrolTexts.photoIdFrom(refusal.from)[language] }
    case 'too-young':
      return {
        born: text(`Låneren skal være fyldt ${refusal.from} år`, `The patron must be ${refusal.from}`, language),
      }
    case 'terms-not-accepted':
      return { accepted: enrolTexts.acceptedMissing[language] }
    case 'register-unknown':
      return {
        card: text(
          'CPR-registret kender ikke nummeret. Se efter, om det er skrevet rigtigt',
          'The CPR register does not know the number. Check that it is written correctly',
          language,
        ),
      }
    case 'register-status':
      return {
        card: text(
          'Ifølge CPR-registret kan nummeret ikke bruges: det er udgået, eller personen er død eller forsvundet',
          'According to the CPR register the number cannot be used: it has ended, or the person has died or disappeared',
          language,
        ),
      }
    case 'already-enrolled':
      return { card: enrolTexts.already[language] }
    case 'card-taken':
      return { libraryCard: actionTexts.cardRefusals['card-taken'][language] }
    default:
      return unreachable(refusal)
  }
}

function missing(field: EnrolmentField, language: Language): FieldErrors {
  switch (field) {
    case 'name':
      return { name: actionTexts.nameMissing[language] }
    case 'contact-name':
      return { contactName: actionTexts.contactNameMissing[language] }
    case 'municipality':
      return { municipality: enrolTexts.municipalityWrong[language] }
    case 'address':
      return { address: text('Skriv adressen', 'Enter the address', language) }
    case 'birth-date':
      return { born: enrolTexts.bornWrong[language] }
    case 'email':
      return { email: text('Biblioteket skal have en e-mailadresse', 'The library needs an e-mail address', language) }
    case 'phone':
      return { phone: text('Biblioteket skal have et telefonnummer', 'The library needs a telephone number', language) }
    case 'guardian':
      return { guardianName: actionTexts.guardianRefusals['no-name'][language] }
    case 'cpr':
      return { card: enrolTexts.cardWrong[language] }
    case 'pin':
    case 'protection':
    case 'home-branch':
    case 'language':
      return { branch: actionTexts.branchUnknown[language] }
    default:
      return unreachable(field)
  }
}

function text(da: string, en: string, language: Language): string {
  return { da, en }[language]
}
