import type { Text2 } from '#core'
import type { Policy } from './policy.ts'

type EnrolmentField = Policy['enrolment'][number]['field']
type Source = Policy['enrolment'][number]['from']
type AgeRule = Policy['ages'][number]['rule']
type Right = Policy['rights'][number]['right']

/** What is asked for when someone enrols. */
export const ENROLMENT: Readonly<Record<EnrolmentField, Text2>> = {
  cpr: { da: 'CPR-nummer', en: 'CPR number' },
  name: { da: 'Navn', en: 'Name' },
  address: { da: 'Adresse', en: 'Address' },
  email: { da: 'E-mail', en: 'E-mail' },
  phone: { da: 'Telefonnummer', en: 'Telephone number' },
  'birth-date': { da: 'Fødselsdato', en: 'Date of birth' },
  pin: { da: 'Pinkode', en: 'PIN' },
  guardian: { da: 'Forælder eller værge', en: 'Parent or guardian' },
  protection: { da: 'Navne- og adressebeskyttelse', en: 'Protected name and address' },
  'home-branch': { da: 'Dit foretrukne bibliotek', en: 'Your preferred branch' },
  language: { da: 'Sprog', en: 'Language' },
  municipality: { da: 'Kommune', en: 'Municipality' },
}

export const SOURCES: Readonly<Record<Source, Text2>> = {
  patron: { da: 'Dig selv', en: 'You' },
  'cpr-register': { da: 'CPR-registret', en: 'The Civil Registration System (CPR)' },
  'photo-id': { da: 'Din billedlegitimation', en: 'Your photo identification' },
  staff: { da: 'Personalet', en: 'The staff' },
}

export const AGES: Readonly<Record<AgeRule, (years: number) => Text2>> = {
  'guardian-signature-under': (years) => ({
    da: `Er du under ${years} år, skal en forælder eller værge skrive under, før du kan blive oprettet.`,
    en: `If you are under ${years}, a parent or guardian must sign before you can be enrolled.`,
  }),
  'photo-id-from': (years) => ({
    da: `Er du fyldt ${years} år, skal du vise billedlegitimation, når du bliver oprettet.`,
    en: `If you are ${years} or older, you must show photo identification when you enrol.`,
  }),
  'self-enrolment-from': (years) => ({
    da: `Er du fyldt ${years} år, kan du oprette dig selv.`,
    en: `If you are ${years} or older, you can enrol yourself.`,
  }),
  'digital-consent-from': (years) => ({
    da: `Er du fyldt ${years} år, giver du selv samtykke til digitale tilbud. Er du yngre, gør en forælder eller værge det.`,
    en: `If you are ${years} or older, you consent to digital services yourself. If you are younger, a parent or guardian does.`,
  }),
  'adult-from': (years) => ({
    da: `Er du fyldt ${years} år, regner vi dig som voksen låner.`,
    en: `If you are ${years} or older, we count you as an adult patron.`,
  }),
  'open-library-from': (years) => ({
    da: `Er du fyldt ${years} år, kan du låse dig ind, når der ikke er personale.`,
    en: `If you are ${years} or older, you can let yourself in when there are no staff.`,
  }),
}

export const RIGHTS: Readonly<Record<Right, Text2>> = {
  access: { da: 'Se, hvad vi har om dig', en: 'See what we hold about you' },
  rectification: { da: 'Få fejl rettet', en: 'Have mistakes corrected' },
  erasure: { da: 'Blive slettet', en: 'Be erased' },
  restriction: { da: 'Få brugen begrænset', en: 'Have the use restricted' },
  objection: { da: 'Gøre indsigelse', en: 'Object' },
  portability: { da: 'Tage oplysninger med dig', en: 'Take data with you' },
  'withdraw-consent': { da: 'Trække et samtykke tilbage', en: 'Withdraw a consent' },
  complaint: { da: 'Klage', en: 'Complain' },
  'block-misuse': { da: 'Få spærret ved misbrug', en: 'Be blocked on misuse' },
}

/** The columns that recipients get, as a reader says them. Any other is called by its own label. */
export const FIELDS: Readonly<Record<string, Text2>> = {
  'patron.number': { da: 'lånernummer', en: 'patron number' },
  'patron.name': { da: 'navn', en: 'name' },
  'patron.address': { da: 'adresse', en: 'address' },
  'patron.postcode': { da: 'postnummer', en: 'postcode' },
  'patron.city': { da: 'by', en: 'town' },
  'patron.email': { da: 'e-mailadresse', en: 'e-mail address' },
  'patron.phone': { da: 'telefonnummer', en: 'telephone number' },
  'patron.cpr': { da: 'CPR-nummer', en: 'CPR number' },
  'patron.birth_on': { da: 'fødselsdato', en: 'date of birth' },
  'patron.municipality': { da: 'kommune', en: 'municipality' },
  'patron.protected': {
    da: 'om dit navn og din adresse er beskyttet',
    en: 'whether your name and address are protected',
  },
  'guardianship.name': { da: 'værgens navn', en: 'the guardian’s name' },
  'patron.group': { da: 'lånergruppe', en: 'patron group' },
  'patron.language': { da: 'sprog', en: 'language' },
  'loan.title_id': { da: 'lånte titler', en: 'titles borrowed' },
  'loan.due_on': { da: 'afleveringsfrister', en: 'due dates' },
  'fee.amount_ore': { da: 'skyldige gebyrer', en: 'fees owed' },
  'compensation.amount_ore': { da: 'skyldige erstatninger', en: 'compensation owed' },
  'message.body': { da: 'beskedens indhold', en: 'the content of the message' },
  'message.recipient': { da: 'hvor beskeden sendes hen', en: 'where the message is sent' },
  'visit.door': { da: 'hvilken dør du brugte', en: 'which door you used' },
  'visit.entered_at': { da: 'hvornår du låste dig ind', en: 'when you let yourself in' },
  'reservation.title_id': { da: 'reserverede titler', en: 'titles reserved' },
}

/**
 * The moments of data that no room holds yet, in the words that a table's declaration would have for them: they end a
 * sentence, and one word alone is a thing rather than something that happens.
 */
export const PLANNED_MOMENTS: Readonly<Record<string, Text2>> = {
  'collection-case/settled': { da: 'kravet er betalt', en: 'the claim was paid' },
  'video-recording/recorded': { da: 'optagelsen', en: 'the recording' },
  'video-clip/investigation-ended': { da: 'efterforskningen er slut', en: 'the investigation has ended' },
  'pc-session/ended': { da: 'du har logget af', en: 'you logged off' },
  'gaming-booking/booked': { da: 'du har booket', en: 'you booked' },
  'gaming-booking/ended': { da: 'den tid, du har booket, er slut', en: 'the time you booked has ended' },
  'ticket/event-ended': { da: 'arrangementet er slut', en: 'the event has ended' },
  'event-registration/event-ended': { da: 'arrangementet er slut', en: 'the event has ended' },
  'newsletter-subscription/withdrawn': { da: 'du melder dig fra', en: 'you sign off' },
  'sms-news-subscription/withdrawn': { da: 'du melder dig fra', en: 'you sign off' },
  'survey-response/analysed': { da: 'svarene er talt sammen', en: 'the answers have been counted' },
  'home-delivery/ended': { da: 'du ikke længere er tilmeldt', en: 'you are no longer enrolled' },
  'home-delivery-loan/delivered': { da: 'materialet er bragt ud', en: 'the material was delivered' },
  'list/removed': { da: 'du fjerner det fra listen', en: 'you remove it from the list' },
  'like/removed': { da: 'du fjerner dit like', en: 'you remove your like' },
  'push-subscription/withdrawn': { da: 'du slår beskederne fra', en: 'you turn the messages off' },
  'web-usage/seen': { da: 'siden er vist', en: 'the page has been shown' },
  'photo/taken': { da: 'billedet er taget', en: 'the picture was taken' },
  'reading-history/withdrawn': { da: 'du slår den fra', en: 'you turn it off' },
  'reading-history/lent': { da: 'du har lånt materialet', en: 'you borrowed the material' },
  'recommendation-signal/recorded': { da: 'det er registreret', en: 'it was recorded' },
  'e-resource-use/used': { da: 'du har brugt e-ressourcen', en: 'you used the e-resource' },
}

/** What is left in the statistics when a loan is forgotten, by the counters it goes into, in alphabetical order. */
export const COUNTERS: Readonly<Record<string, Text2>> = {
  circulation: {
    da: 'Tilbage bliver et tal: filialens lån i den måned, delt op efter slags materiale, lånergruppe og aldersgruppe. Det nævner hverken dig eller titlen.',
    en: 'What is left is a number: the branch’s loans in that month, by kind of material, patron group and age band. It names neither you nor the title.',
  },
  lending: {
    da: 'Tilbage bliver et tal: hvor mange gange titlen er lånt på filialen i den måned. Det nævner ikke dig.',
    en: 'What is left is a number: how many times the title was borrowed at the branch in that month. It does not name you.',
  },
  'circulation lending': {
    da: 'Tilbage bliver to tal for den måned: hvor mange gange titlen er lånt på filialen, og filialens lån delt op efter slags materiale, lånergruppe og aldersgruppe. Ingen af dem nævner dig.',
    en: 'What is left is two numbers for that month: how many times the title was borrowed at the branch, and the branch’s loans by kind of material, patron group and age band. Neither names you.',
  },
}

/** What is left where nothing closer is known. */
export const SOME_NUMBER: Text2 = {
  da: 'Tilbage bliver kun tal, der ikke nævner dig.',
  en: 'What is left is only numbers that do not name you.',
}

/** The section in which a piece of the library's own information is read; any other is "good to know". */
export const PLACES: Readonly<
  Record<string, 'data' | 'periods' | 'recipients' | 'security' | 'rights' | 'automation'>
> = {
  source: 'data',
  voluntary: 'data',
  'health-card': 'data',
  'two-routes': 'data',
  'patron-number': 'data',
  cards: 'data',
  pin: 'data',
  profile: 'data',
  notes: 'data',
  telephone: 'data',
  'damaged-returns': 'periods',
  'message-overview': 'periods',
  'two-copies': 'periods',
  'no-exceptions': 'periods',
  statistics: 'periods',
  recipients: 'recipients',
  authorities: 'recipients',
  'e-collections': 'recipients',
  'who-has-access': 'security',
  'staff-log': 'security',
  encrypted: 'security',
  'your-own-data': 'rights',
  consent: 'rights',
  recommendations: 'automation',
}
