import type { Text2 } from '#core'
import { dateText } from '#web'

/** What every notice says in the same words. Functions make whole sentences, so that none is glued from pieces. */
export const texts = {
  title: { da: 'Sådan bruger og beskytter vi dine oplysninger', en: 'How we use and protect your data' },
  lead: (unit: string): Text2 => ({
    da: `Her kan du læse, hvad ${unit} gemmer om dig, hvorfor vi gør det, hvem der får noget at vide, og hvornår det er væk igen. Teksten er skrevet ud fra de regler, bibliotekets system kører efter. Derfor er det, der står her, også det, der sker.`,
    en: `Here you can read what ${unit} keeps about you, why we do it, who is told anything, and when it is gone again. The text is made from the rules that the library’s system runs by. So what it says is also what happens.`,
  }),
  headings: {
    brief: { da: 'Kort fortalt', en: 'In short' },
    controller: { da: 'Hvem har ansvaret', en: 'Who is responsible' },
    data: { da: 'Hvad vi gemmer om dig', en: 'What we keep about you' },
    purposes: { da: 'Hvad vi bruger det til, og hvorfor vi må', en: 'What we use it for, and why we may' },
    periods: { da: 'Hvor længe vi gemmer det', en: 'How long we keep it' },
    recipients: { da: 'Hvem der får noget at vide', en: 'Who is told anything' },
    security: { da: 'Hvor det ligger, og hvem der kan se det', en: 'Where it is kept, and who can see it' },
    automation: { da: 'Afgørelser, som et program træffer', en: 'Decisions made by a program' },
    rights: { da: 'Dine rettigheder', en: 'Your rights' },
    'good-to-know': { da: 'Godt at vide', en: 'Good to know' },
    changes: { da: 'Når reglerne ændres', en: 'When the rules change' },
    decisions: { da: 'Valg, vi har truffet', en: 'Choices we have made' },
  },
  /** As it stands in a sentence. */
  onDay: (day: Temporal.PlainDate): Text2 => ({ da: `den ${dateText(day, 'da')}`, en: dateText(day, 'en') }),

  // In short.
  briefController: (name: string, unit: string): Text2 => ({
    da: `${name} er dataansvarlig. Du skriver til ${unit}.`,
    en: `${name} is the controller. You write to ${unit}.`,
  }),
  briefLoans: (when: Text2): Text2 => ({
    da: `Hvert lån glemmer vi ${when.da}.`,
    en: `We forget each loan ${when.en}.`,
  }),
  briefAccount: (when: Text2): Text2 => ({
    da: `Din konto sletter vi ${when.da}.`,
    en: `We delete your account ${when.en}.`,
  }),
  briefRecipients: {
    da: 'Ingen uden for biblioteket får andet om dig end det, der står på listen over modtagere.',
    en: 'Nobody outside the library is told anything about you but what stands in the list of recipients.',
  },
  briefRights: (email: string): Text2 => ({
    da: `Du kan få at se, hvad vi har om dig, få det rettet og blive slettet. Skriv til ${email}, eller spørg på biblioteket.`,
    en: `You can see what we hold about you, have it corrected and be erased. Write to ${email}, or ask at the library.`,
  }),

  // Who is responsible.
  controller: { da: 'Dataansvarlig', en: 'Controller' },
  unit: { da: 'Her skriver du til', en: 'Where to write' },
  contact: {
    address: (value: string): Text2 => ({ da: `Adresse: ${value}`, en: `Address: ${value}` }),
    email: (value: string): Text2 => ({ da: `E-mail: ${value}`, en: `E-mail: ${value}` }),
    phone: (value: string): Text2 => ({ da: `Telefon: ${value}`, en: `Telephone: ${value}` }),
    website: (value: string): Text2 => ({ da: `Hjemmeside: ${value}`, en: `Website: ${value}` }),
  },
  dpo: { da: 'Databeskyttelsesrådgiver', en: 'Data protection officer' },
  dpoText: {
    da: 'Databeskyttelsesrådgiveren holder øje med, at kommunen passer på dine oplysninger, og hjælper dig, hvis du er i tvivl om dine rettigheder.',
    en: 'The data protection officer watches over how the municipality takes care of your data, and helps you if you are in doubt about your rights.',
  },

  // What we keep.
  notObliged: {
    da: 'Ingen lov siger, at du skal være låner. Vil du være det, skal vi bruge det, der er mærket “Ja” herunder. Resten bestemmer du selv.',
    en: 'No law says that you must be a patron. If you want to be one, we need what is marked “Yes” below. The rest is up to you.',
  },
  enrolmentCaption: { da: 'Når du bliver oprettet', en: 'When you enrol' },
  enrolmentHead: {
    da: ['Oplysning', 'Nødvendig', 'Kommer fra', 'Hvis vi ikke får den'],
    en: ['Data', 'Needed', 'Comes from', 'If we do not get it'],
  },
  yes: { da: 'Ja', en: 'Yes' },
  no: { da: 'Nej', en: 'No' },
  ages: { da: 'Hvor gammel du skal være', en: 'How old you must be' },
  openLibrary: { da: 'Når der ikke er personale', en: 'When there are no staff' },
  needsSurveillance: {
    da: 'Du kan kun låse dig ind uden personale, mens videoovervågningen melder, at den virker.',
    en: 'You can let yourself in without staff only while video surveillance reports that it works.',
  },
  allColumns: { da: 'Alt, hvad der kan stå om dig i systemet', en: 'All that the system can hold about you' },
  allColumnsText: {
    da: 'Listen er taget fra systemet selv. Det kan ikke gemme andet om dig.',
    en: 'The list is taken from the system itself. It cannot keep anything else about you.',
  },

  // Purposes.
  uses: (labels: string): Text2 => ({ da: `Oplysninger: ${labels}.`, en: `Data: ${labels}.` }),
  basis: (laws: Text2): Text2 => ({ da: `Det gør vi efter ${laws.da}.`, en: `We do this under ${laws.en}.` }),
  consent: {
    da: 'Du kan sige nej igen når som helst.',
    en: 'You can say no again at any time.',
  },
  /** It may well go on outside the system, as cameras do: so not "not in use". */
  off: { da: 'Ikke i systemet endnu', en: 'Not in the system yet' },

  // Periods.
  periodsText: {
    da: 'Vi sletter selv, når tiden er gået. Du skal ikke bede om det. Vi tæller hele dage: Begynder 30 dage den 1. marts, er oplysningen væk, når den 31. marts er gået.',
    en: 'We delete by ourselves when the time is up. You need not ask. We count whole days: if 30 days begin on 1 March, the data are gone when 31 March is over.',
  },
  periodsExceptions: {
    da: 'Kun to ting kan standse en sletning: en juridisk grund til at gemme noget bestemt, eller at du selv har fået brugen begrænset. Du kan se det, når du beder om dine oplysninger, og der slettes, så snart grunden er væk.',
    en: 'Only two things can stop a deletion: a legal reason to keep something in particular, or that you yourself have had the use restricted. You see it when you ask for your data, and it is deleted as soon as the reason is gone.',
  },
  accountingYear: (day: Text2): Text2 => ({
    da: `Regnskabsåret begynder ${day.da}.`,
    en: `The accounting year begins on ${day.en}.`,
  }),
  backups: (number: number, days: Text2, keysDays: Text2): Text2 => ({
    da: `Vi har højst ${number} sikkerhedskopier, og hver af dem er væk efter ${days.da}. Det, vi har slettet, kan ligge i en kopi så længe. Skal vi hente en kopi frem, bliver det slettet igen, før nogen kan logge ind. Nøglerne til CPR-numre og beskyttede adresser kopieres for sig, og de kopier er væk efter ${keysDays.da}.`,
    en: `We have at most ${number} backups, and each of them is gone after ${days.en}. What we have deleted may lie in a backup that long. If we must restore a backup, it is deleted again before anyone can sign in. The keys to CPR numbers and protected addresses are backed up apart, and those copies are gone after ${keysDays.en}.`,
  }),
  follows: (labels: string): Text2 => ({
    da: `Når din konto slettes, forsvinder det, der hører til den, på samme tid: ${labels}.`,
    en: `When your account is deleted, what belongs to it goes at the same time: ${labels}.`,
  }),
  smallestCell: (k: number): Text2 => ({
    da: `Når vi offentliggør tal om udlån, viser vi intet tal fra 1 til ${k - 1}, og det kan heller ikke regnes ud af de andre tal.`,
    en: `When we publish numbers of loans, we show no number from 1 to ${k - 1}, nor can it be worked out from the others.`,
  }),
  offHeading: { da: 'Regler for det, der ikke er i systemet endnu', en: 'Rules for what is not in the system yet' },
  offText: {
    da: 'Reglerne herunder er vedtaget, men bibliotekets system gemmer ikke den slags oplysninger endnu. Systemet følger dem fra den dag, det begynder på det.',
    en: 'The rules below are decided, but the library’s system does not keep data of that kind yet. The system follows them from the day it begins to.',
  },

  why: (reason: Text2): Text2 => ({ da: `Hvorfor? ${reason.da}`, en: `Why? ${reason.en}` }),

  // Recipients.
  recipientsText: {
    da: 'En databehandler arbejder for os og må kun bruge oplysningerne til det, vi har aftalt. De andre er selv dataansvarlige, så der kan du også spørge dem.',
    en: 'A processor works for us and may use the data only as we have agreed. The others are controllers themselves, so there you can ask them as well.',
  },
  recipientsCaption: { da: 'Modtagere', en: 'Recipients' },
  recipientsHead: {
    da: ['Modtager', 'Får', 'Bruges til', 'Sted', 'Ansvar', 'Aftale'],
    en: ['Recipient', 'Gets', 'Used for', 'Place', 'Responsibility', 'Agreement'],
  },
  processor: { da: 'Databehandler for os', en: 'Processor for us' },
  ownController: { da: 'Selv dataansvarlig', en: 'Itself the controller' },
  subProcessors: (names: string): Text2 => ({ da: `Underdatabehandlere: ${names}`, en: `Sub-processors: ${names}` }),
  noThirdCountry: {
    da: 'Alle på listen har oplysningerne i Danmark eller et andet land i EU eller EØS. Vi sender ingen oplysninger til lande udenfor.',
    en: 'Everyone in the list keeps the data in Denmark or another country of the EU or EEA. We send no data to countries outside.',
  },
  somePlaces: {
    da: 'Listen viser, hvor hver modtager har oplysningerne. Nogle kan være uden for EU og EØS; så står grundlaget under aftalen.',
    en: 'The list shows where each recipient keeps the data. Some may be outside the EU and EEA; the ground for it then stands with the agreement.',
  },
  inactive: (names: string): Text2 => ({
    da: `Disse er slået fra og får ingenting: ${names}.`,
    en: `These are switched off and get nothing: ${names}.`,
  }),
  noRecipients: {
    da: 'Vi giver ikke oplysninger om dig til nogen.',
    en: 'We hand over no data about you to anyone.',
  },

  // Security.
  storage: (place: Text2): Text2 => ({
    da: `Oplysningerne ligger her: ${place.da}.`,
    en: `The data are kept here: ${place.en}.`,
  }),
  sealed: {
    da: 'CPR-numre og beskyttede adresser er krypteret med en nøgle for hver person. Når en person slettes, ødelægges nøglen.',
    en: 'CPR numbers and protected addresses are encrypted with a key for each person. When a person is erased, the key is destroyed.',
  },

  // Decisions by a program.
  automation: {
    da: 'Lånetid, påmindelser, gebyrer og spærring følger faste regler, som systemet selv regner ud. Reglerne bygger på dine lån og på det, du skylder, ikke på en profil af dig. Mener du, at noget er forkert, ser en medarbejder på det.',
    en: 'Loan periods, reminders, fees and blocks follow fixed rules that the system works out by itself. The rules build on your loans and what you owe, not on a profile of you. If you think something is wrong, a member of staff looks at it.',
  },
  noProfiling: {
    da: 'Derudover træffer intet program afgørelser om dig, og vi laver ingen profil af dig.',
    en: 'Beyond that, no program makes decisions about you, and we make no profile of you.',
  },
  someProfiling: {
    da: 'Derudover træffer intet program afgørelser om dig. Vi laver kun anbefalinger til dig på den måde, der står her.',
    en: 'Beyond that, no program makes decisions about you. We make recommendations to you only in the way told here.',
  },

  // Rights.
  rightsText: {
    da: 'Det er gratis at bruge dine rettigheder. Vi svarer så hurtigt, vi kan, og senest en måned efter, at du har skrevet. Kan vi ikke nå det, fortæller vi dig hvorfor, inden måneden er gået.',
    en: 'Using your rights is free. We answer as soon as we can, and within one month of your writing. If we cannot, we tell you why before the month is over.',
  },
  keptOnErasure: (label: Text2, reason: Text2): Text2 => ({
    da: `Tilbage er så kun ${label.da}: ${reason.da}.`,
    en: `What is then left is only ${label.en}: ${reason.en}.`,
  }),
  authority: (name: string, website: string): Text2 => ({
    da: `${name} fører tilsyn med os: ${website}.`,
    en: `${name}, the Danish Data Protection Agency, supervises us: ${website}.`,
  }),

  // Changes.
  version: (number: number, day: Text2): Text2 => ({
    da: `Dette er udgave ${number}. Den gælder fra ${day.da}.`,
    en: `This is version ${number}, in force from ${day.en}.`,
  }),
  twoPeople: {
    da: 'En ny udgave skal foreslås af én medarbejder og godkendes af en anden. De tidligere udgaver bliver liggende, så du kan se, hvad der er ændret.',
    en: 'A new version must be proposed by one member of staff and approved by another. The earlier versions stay, so that you can see what has changed.',
  },
  shorter: {
    da: 'Bliver en frist kortere, gælder det også det, vi allerede har gemt. Bliver den længere, kommer intet af det slettede tilbage.',
    en: 'If a period becomes shorter, that also holds for what we have already kept. If it becomes longer, nothing that was deleted comes back.',
  },
  stopAbove: (percent: number): Text2 => ({
    da: `Ville en ny udgave straks slette mere end ${percent} procent af noget, skal den bekræftes én gang til.`,
    en: `If a new version would at once delete more than ${percent} per cent of anything, it must be confirmed once more.`,
  }),

  // Choices.
  decisionsText: {
    da: 'Denne tekst bygger på den, biblioteket selv har offentliggjort. Hvor den tav eller sagde to ting, har vi måttet vælge. Her er valgene. Overalt i teksten kan du se, om noget står i bibliotekets egen tekst eller er et valg.',
    en: 'This text builds on the one that the library itself has published. Where it was silent or said two things, a choice had to be made. Here are the choices. Throughout the text you can see whether something stands in the library’s own text or is a choice.',
  },
  decided: (text: Text2): Text2 => ({ da: `Valgt: ${text.da}`, en: `Chosen: ${text.en}` }),
  decision: (number: number): Text2 => ({ da: `Valg ${number}`, en: `Choice ${number}` }),
} as const

/** Where something is said: in the library's own published text, or among the choices made. */
export function saidText(says: string): Text2 {
  const decision = /^decision (\d+)$/.exec(says)
  if (decision) return texts.decision(Number(decision[1]))
  const lines = (says.match(/\d+/g) ?? []).map(String)
  const of = (and: string) => (lines.length > 1 ? `${lines.slice(0, -1).join(', ')} ${and} ${lines.at(-1)}` : lines[0])
  return {
    da: `Bibliotekets egen tekst, linje ${of('og')}`,
    en: `The library’s own text, line${lines.length > 1 ? 's' : ''} ${of('and')}`,
  }
}

/** "a", "a og b", "a, b og c"; each may hold commas of its own only when it ends in a bracket. */
export function listText(items: readonly Text2[]): Text2 {
  const join = (words: string[], and: string) =>
    words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${and} ${words.at(-1)}`
  return {
    da: join(
      items.map((item) => item.da),
      'og',
    ),
    en: join(
      items.map((item) => item.en),
      'and',
    ),
  }
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Begins with a small letter, unless it is an abbreviation such as CPR. */
export function small(text: string): string {
  return /^.\p{Lu}/u.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1)
}
