import type { Language, Text2 } from '#core'

export const texts = {
  title: { da: 'Automater (SIP2)', en: 'Machines (SIP2)' },
  lead: {
    da: 'Hvordan automater, sorteringsanlæg og døre taler med Kvit, hvad de viser, og hvilken kasse ting skal i. Hvem en automat er, og hvad den må, står under Automater.',
    en: 'How machines, sorters and doors talk with Kvit, what they show, and which bin things go to. Who a machine is and what it may do stands under Machines.',
  },
  policy: {
    da: 'En automat får aldrig mere at vide, end privatlivspolitikken siger, uanset hvad der står her.',
    en: 'A machine is never told more than the privacy notice says, whatever stands here.',
  },
  general: { da: 'Alle automater', en: 'All machines' },
  generalLead: {
    da: 'Gælder for de automater, der ikke har deres eget svar.',
    en: 'Holds for machines that have no answer of their own.',
  },
  machine: { da: 'Automat', en: 'Machine' },
  own: { da: 'Egne svar', en: 'Answers of its own' },
  noneOwn: { da: 'Som alle', en: 'Like all' },
  noMachines: { da: 'Der er ingen automater endnu.', en: 'There are no machines yet.' },
  change: { da: 'Ret', en: 'Change' },
  changeGeneral: { da: 'Ret for alle automater', en: 'Change for all machines' },
  plans: { da: 'Sorteringsplaner', en: 'Sorting plans' },
  plan: { da: 'Sorteringsplan', en: 'Sorting plan' },
  rules: { da: 'Linjer', en: 'Lines' },
  addPlan: { da: 'Tilføj sorteringsplan', en: 'Add a sorting plan' },
  noPlans: {
    da: 'Der er ingen sorteringsplaner. Uden en plan er kasse 1 til hylden, 2 til afhentning her, 3 til afhentning andetsteds og 4 til andre filialer.',
    en: 'There are no sorting plans. Without one, bin 1 is for the shelf, 2 for pickup here, 3 for pickup elsewhere and 4 for other branches.',
  },
  planName: { da: 'Planens navn', en: 'Name of the plan' },
  planLines: { da: 'Én linje for hver kasse', en: 'One line for each bin' },
  planHint: {
    da: 'Kasse; mål; materialegruppe; filialkode; hvordan hylden begynder. Den første linje, der passer, gælder. Mål er shelf, pickup-here, pickup-elsewhere, home eller desk, og alt andet end kassen må være tomt. For eksempel: 5; shelf; ; HB; 86',
    en: 'Bin; goal; material group; branch code; how the shelf begins. The first line that fits decides. Goals are shelf, pickup-here, pickup-elsewhere, home or desk, and all but the bin may be empty. Such as: 5; shelf; ; HB; 86',
  },
  planFault: (line: number): Text2 => ({
    da: `Linje ${line} kan ikke læses. Skriv kasse; mål; materialegruppe; filialkode; hylde.`,
    en: `Line ${line} cannot be read. Write bin; goal; material group; branch code; shelf.`,
  }),
  nameFault: { da: 'Skriv et navn på højst 40 tegn.', en: 'Write a name of at most 40 characters.' },
  notValid: {
    da: 'Det kan ikke gemmes. Se efter, om felterne er udfyldt rigtigt.',
    en: 'It cannot be saved. Look whether the fields are right.',
  },
  fromFault: {
    da: 'Skriv adresser som 10.20.0.0/16 eller 10.20.30.40, én på hver linje.',
    en: 'Write addresses such as 10.20.0.0/16 or 10.20.30.40, one on each line.',
  },
  secondsFault: { da: 'Skriv et helt tal fra 20 til 600.', en: 'Write a whole number from 20 to 600.' },
  asAll: { da: 'Som alle automater', en: 'As all machines' },
  asProgram: { da: 'Standard', en: 'Standard' },
  yes: { da: 'Ja', en: 'Yes' },
  no: { da: 'Nej', en: 'No' },
  save: { da: 'Gem', en: 'Save' },
  saved: {
    da: 'Ændringen er gemt og gælder fra automatens næste besked',
    en: 'Saved: it applies from the machine’s next message',
  },
  history: { da: 'Tidligere udgaver', en: 'Earlier versions' },
  goneMachine: { da: 'findes ikke længere', en: 'no longer there' },
} as const

/** What may be set of a machine, in the order a form asks for it. */
export const fieldTexts = {
  charset: { da: 'Tegnsæt', en: 'Character set' },
  lineEnd: { da: 'Linjeslut', en: 'Line end' },
  language: { da: 'Sprog', en: 'Language' },
  dialect: { da: 'Dialekt', en: 'Dialect' },
  lenientChecksum: { da: 'Tag imod forkerte kontrolsummer', en: 'Accept wrong checksums' },
  acceptsNotLent: { da: 'Tag imod ting, der ikke er udlånt', en: 'Take back what is not on loan' },
  fillsRouting: { da: 'Send altid felter om videre vej', en: 'Always send routing fields' },
  name: { da: 'Vis navn', en: 'Show the name' },
  lists: { da: 'Vis lån og reserveringer', en: 'Show loans and reservations' },
  money: { da: 'Vis mellemværende', en: 'Show what is owed' },
  contact: { da: 'Vis adresse og kontakt', en: 'Show address and contact' },
  birthDate: { da: 'Vis fødselsdato', en: 'Show the date of birth' },
  borrower: { da: 'Vis lånernummer på afleveringskvittering', en: 'Show the patron number on return receipts' },
  sort: { da: 'Sorteringsplan', en: 'Sorting plan' },
  from: { da: 'Netværk, den må kalde fra', en: 'Networks it may call from' },
  turnSeconds: {
    da: 'Sekunder, før selvbetjening i en browser glemmer, hvem der stod der (20 til 600)',
    en: 'Seconds before self-service in a browser forgets who stood there (20 to 600)',
  },
} as const satisfies Readonly<Record<string, Text2>>
export type MachineField = keyof typeof fieldTexts

export function optionText(value: string, language: Language): string {
  const words: Readonly<Record<string, Text2>> = {
    yes: texts.yes,
    no: texts.no,
    da: { da: 'Dansk', en: 'Danish' },
    en: { da: 'Engelsk', en: 'English' },
    cr: { da: 'CR', en: 'CR' },
    crlf: { da: 'CR og LF', en: 'CR and LF' },
    standard: { da: 'SIP2-standarden', en: 'The SIP2 standard' },
    fbs: { da: 'Som det tidligere danske system', en: 'As the earlier Danish system' },
  }
  return words[value]?.[language] ?? value.toUpperCase()
}
