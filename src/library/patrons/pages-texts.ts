import { type Language, type Text2, unreachable } from '#core'
import { plural } from '#web'
import type { EnrolmentRefusal } from './rules.ts'
import type { TermsRow } from './tables.ts'

/** What someone reads who enrols themself. */
export const enrolWebTexts = {
  title: { da: 'Bliv låner', en: 'Become a patron' },
  lead: (years: number): Text2 => ({
    da: `Er du fyldt ${years}, kan du oprette dig selv med MitID.`,
    en: `If you are ${years} or older, you can enrol yourself with MitID.`,
  }),
  how: [
    {
      da: 'MitID siger, hvem du er. Du skriver hverken navn eller CPR-nummer.',
      en: 'MitID says who you are. You enter neither name nor CPR number.',
    },
    {
      da: 'Navn og adresse hentes i CPR-registret og følger med, når du flytter.',
      en: 'Name and address come from the CPR register, and are kept right when you move.',
    },
    {
      da: 'Du vælger bibliotek, hvordan vi når dig, og en pinkode.',
      en: 'You choose your library, how we reach you, and a PIN.',
    },
    {
      da: 'Før du kan låne første gang, skal personalet have set dig én gang på biblioteket.',
      en: 'Before you can borrow the first time, the staff must see you once at the library.',
    },
  ] as readonly Text2[],
  notice: {
    da: 'Læs, hvad vi gemmer om dig, hvorfor og hvor længe',
    en: 'Read what we keep about you, why and for how long',
  },
  begin: { da: 'Fortsæt med MitID', en: 'Continue with MitID' },
  already: { da: 'Er du allerede låner? Log ind', en: 'Are you a patron already? Sign in' },
  notOffered: {
    heading: { da: 'Kom på biblioteket for at blive låner', en: 'Come to the library to become a patron' },
    text: {
      da: 'Her kan du ikke oprette dig selv på nettet. Tag dit sundhedskort med på biblioteket, så opretter personalet dig.',
      en: 'You cannot enrol yourself on the web here. Bring your health card to the library, and the staff will enrol you.',
    },
  },
  notBegun: {
    heading: { da: 'Begynd igen med MitID', en: 'Begin again with MitID' },
    text: {
      da: 'Oprettelsen er ikke begyndt her, blev afbrudt, eller tog for lang tid. Intet er gemt.',
      en: 'The enrolment was not begun here, was interrupted, or took too long. Nothing has been kept.',
    },
  },
  step: (number: number): Text2 => ({ da: `Trin ${number} af 2`, en: `Step ${number} of 2` }),
  name: { da: 'Navn', en: 'Name' },
  nameRegister: {
    da: 'Navnet er fra CPR-registret. Er det forkert, rettes det dér. Din adresse henter vi samme sted.',
    en: 'The name is from the CPR register. If it is wrong, it is put right there. Your address comes from the same place.',
  },
  nameMitId: {
    da: 'Navnet er fra MitID. Personalet ser på det sammen med dig, når du kommer på biblioteket.',
    en: 'The name is from MitID. The staff look at it with you when you come to the library.',
  },
  reach: { da: 'Hvordan vi når dig', en: 'How we reach you' },
  reachLead: { da: 'Felterne kan stå tomme, men så:', en: 'The fields may be left empty, but then:' },
  email: { da: 'E-mail', en: 'E-mail' },
  phone: { da: 'Telefon', en: 'Telephone' },
  language: { da: 'Sprog, vi skriver til dig på', en: 'Language we write to you in' },
  branch: { da: 'Dit bibliotek', en: 'Your library' },
  terms: { da: 'Det siger du ja til', en: 'What you accept' },
  version: (version: number, day: string): Text2 => ({
    da: `Udgave ${version}, ${day}. Vi gemmer, at det er den, du har sagt ja til.`,
    en: `Version ${version}, ${day}. We keep that this is the one you accepted.`,
  }),
  accept: {
    rules: {
      da: 'Jeg har læst lånereglerne og accepterer dem',
      en: 'I have read the rules of lending and accept them',
    },
    prices: { da: 'Jeg har læst priserne og accepterer dem', en: 'I have read the prices and accept them' },
    'house-rules': {
      da: 'Jeg har læst ordensreglerne og accepterer dem',
      en: 'I have read the house rules and accept them',
    },
  } satisfies Record<TermsRow['document'], Text2>,
  acceptMissing: {
    da: 'Læs teksten, og sæt kryds, hvis du siger ja',
    en: 'Read the text, and tick the box if you accept',
  },
  next: { da: 'Fortsæt', en: 'Continue' },
  stop: { da: 'Afbryd', en: 'Stop' },
  stopped: { da: 'Oprettelsen er afbrudt. Intet er gemt', en: 'The enrolment is stopped. Nothing has been kept' },
  review: { da: 'Se efter, og vælg pinkode', en: 'Check, and choose a PIN' },
  change: { da: 'Ret oplysningerne', en: 'Change the details' },
  none: { da: 'Ikke oplyst', en: 'Not given' },
  consequences: { da: 'Det betyder det, du har ladet stå tomt', en: 'What it means that you left something out' },
  understood: { da: 'Det er jeg indforstået med', en: 'I am content with that' },
  understoodMissing: {
    da: 'Sæt kryds, eller gå tilbage og udfyld felterne',
    en: 'Tick the box, or go back and fill in the fields',
  },
  pinLead: {
    da: 'Fire cifre, som du bruger sammen med sundhedskortet eller lånernummeret. Ingen kan læse dem bagefter.',
    en: 'Four digits that you use with your health card or patron number. Nobody can read them afterwards.',
  },
  pin: { da: 'Pinkode', en: 'PIN' },
  again: { da: 'Pinkoden igen', en: 'The PIN again' },
  save: { da: 'Bliv låner', en: 'Become a patron' },
  enrolled: {
    da: 'Du er nu låner. Kom forbi personalet én gang, før du låner første gang',
    en: 'You are now a patron. See the staff once before you borrow the first time',
  },
  enrolledNoPin: {
    da: 'Du er nu låner, men pinkoden blev ikke gemt: vælg den på denne side. Kom forbi personalet, før du låner første gang',
    en: 'You are now a patron, but the PIN was not kept: choose it on this page. See the staff before you borrow the first time',
  },
  registerDown: {
    da: 'CPR-registret svarer ikke lige nu, så vi kan ikke hente dit navn og din adresse. Prøv igen senere, eller kom på biblioteket med dit sundhedskort.',
    en: 'The CPR register does not answer at the moment, so we cannot look up your name and address. Try again later, or come to the library with your health card.',
  },
  refused: { da: 'Du kan ikke oprette dig selv her', en: 'You cannot enrol yourself here' },
} as const

/** Why somebody was not enrolled, to themself. */
export function webRefusalText(refusal: EnrolmentRefusal, language: Language): string {
  return refusalText(refusal)[language]
}

function refusalText(refusal: EnrolmentRefusal): Text2 {
  switch (refusal.kind) {
    case 'too-young':
      return {
        da: `Du skal være fyldt ${refusal.from} for at oprette dig selv. Kom på biblioteket sammen med en af dem, der har forældremyndigheden, så opretter personalet dig.`,
        en: `You must be ${refusal.from} to enrol yourself. Come to the library with one of those who have custody, and the staff will enrol you.`,
      }
    case 'guardian-needed':
      return {
        da: `Er du under ${refusal.under}, skal en af dem, der har forældremyndigheden, skrive under. Kom på biblioteket sammen.`,
        en: `If you are under ${refusal.under}, one of those who have custody must sign. Come to the library together.`,
      }
    case 'already-enrolled':
      return {
        da: 'Du er allerede låner her. Log ind, så ser du din side.',
        en: 'You are a patron here already. Sign in to see your page.',
      }
    case 'register-unknown':
      return {
        da: 'CPR-registret fortæller os ikke om dit CPR-nummer. Kom på biblioteket med dit sundhedskort, så finder vi ud af det sammen.',
        en: 'The CPR register does not tell us about your CPR number. Come to the library with your health card, and we will sort it out together.',
      }
    case 'register-status':
      return {
        da: 'I CPR-registret står du ikke med bopæl, så vi kan ikke oprette dig på nettet. Kom på biblioteket, så ser vi på det sammen.',
        en: 'The CPR register does not have you as living here, so we cannot enrol you on the web. Come to the library, and we will look at it together.',
      }
    case 'terms-not-accepted':
      return {
        da: 'Reglerne er ændret, siden du så dem. Læs dem, og sig ja igen.',
        en: 'The rules have changed since you saw them. Read them and accept them again.',
      }
    case 'missing':
    case 'cpr-not-a-number':
    case 'guardian-cpr-not-a-number':
    case 'guardian-is-the-child':
    case 'photo-id-needed':
    case 'card-taken':
      return {
        da: 'Biblioteket mangler en oplysning, som vi ikke kan få på nettet. Kom på biblioteket med dit sundhedskort.',
        en: 'The library needs something we cannot get on the web. Come to the library with your health card.',
      }
    default:
      return unreachable(refusal)
  }
}

/** What a patron reads about what the library holds of them. */
export const myTexts = {
  me: { da: 'Min side', en: 'My page' },
  data: { da: 'Mine oplysninger', en: 'My data' },
  dataLead: {
    da: 'Her står alt, hvad biblioteket har gemt om dig, og hvornår det bliver slettet.',
    en: 'Here is all that the library holds about you, and when it is deleted.',
  },
  toData: { da: 'Se alt, hvad vi har gemt om dig', en: 'See all that we hold about you' },
  hidden: {
    da: 'CPR-nummer og beskyttet adresse vises ikke på skærmen. De står i den kopi, du henter.',
    en: 'CPR number and protected address are not shown on the screen. They are in the copy you download.',
  },
  sealed: { da: 'står i din kopi', en: 'is in your copy' },
  copy: { da: 'Hent en kopi', en: 'Download a copy' },
  copies: {
    html: { da: 'Som side (HTML)', en: 'As a page (HTML)' },
    pdf: { da: 'Som PDF', en: 'As a PDF' },
    json: { da: 'Til en anden tjeneste (JSON)', en: 'For another service (JSON)' },
  },
  goes: { da: 'Bliver slettet', en: 'Is deleted' },
  nothing: { da: 'Vi har intet gemt om', en: 'We hold nothing of' },
  looks: { da: 'Hvem har set på dig', en: 'Who has looked at you' },
  looksLead: {
    da: 'Hver gang en medarbejder åbner dine oplysninger, bliver det noteret her. Medarbejderens navn kan biblioteket finde, hvis du klager.',
    en: 'Each time a member of staff opens your data, it is noted here. If you complain, the library can find out who it was.',
  },
  noLooks: { da: 'Ingen har set på dine oplysninger', en: 'Nobody has looked at your data' },
  moreLooks: (number: number): Text2 => ({
    da: `De nyeste ${number} vises. Alle står under dine oplysninger.`,
    en: `The newest ${number} are shown. All are among your data.`,
  }),
  when: { da: 'Hvornår', en: 'When' },
  what: { da: 'Hvad', en: 'What' },
  why: { da: 'Hvorfor', en: 'Why' },
  noWhy: { da: 'Ingen grund angivet', en: 'No reason given' },
  children: { da: 'Børn, du er værge for', en: 'Children you are the guardian of' },
  childLoans: (number: number): Text2 => {
    if (number === 0) return { da: 'Barnet har intet lånt', en: 'The child has nothing on loan' }
    return {
      da: plural.da(number, 'Barnet har lånt 1 ting', `Barnet har lånt ${number} ting`),
      en: plural.en(number, 'The child has 1 loan', `The child has ${number} loans`),
    }
  },
  messages: { da: 'Til dig fra biblioteket', en: 'To you from the library' },
  blocked: { da: 'Du kan ikke låne lige nu', en: 'You cannot borrow just now' },
  blockComing: (day: string): Text2 => ({ da: `Spærret for lån fra ${day}`, en: `Blocked from borrowing from ${day}` }),
  banned: { da: 'Du må ikke komme på biblioteket', en: 'You may not come to the library' },
  banFrom: (day: string): Text2 => ({ da: `Fra ${day}.`, en: `From ${day}.` }),
  until: (day: string): Text2 => ({ da: `Indtil ${day}.`, en: `Until ${day}.` }),
  seeStaff: {
    da: 'Kom forbi personalet på biblioteket én gang, så kan du låne.',
    en: 'See the staff at the library once, and you can borrow.',
  },
  account: { da: 'Hvor længe vi beholder din konto', en: 'How long we keep your account' },
  ends: (day: string): Text2 => ({
    da: `Bruger du ikke biblioteket igen, slettes din konto den ${day}. Hver gang du logger ind eller låner, flyttes dagen.`,
    en: `If you do not use the library again, your account is deleted on ${day}. Each time you sign in or borrow, the day moves.`,
  }),
  warned: (day: string): Text2 => ({
    da: `Vi skrev til dig om det den ${day}.`,
    en: `We wrote to you about it on ${day}.`,
  }),
  kept: {
    da: 'Kontoen beholdes, så længe der er noget åbent:',
    en: 'The account is kept for as long as something is open:',
  },
  never: {
    da: 'Din konto slettes ikke, fordi du ikke bruger den.',
    en: 'Your account is not deleted for being unused.',
  },
} as const
