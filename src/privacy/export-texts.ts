import type { Language, Text2 } from '#core'

/** The words of the export that neither the declarations nor the policy give. */
export const exportTexts = {
  title: { da: 'Det, biblioteket har om dig', en: 'What the library holds about you' },
  lead: {
    da: 'Dette er alle de oplysninger, som biblioteket behandler om dig, hvad de bruges til, hvem der får dem, og hvornår de slettes.',
    en: 'These are all the data the library processes about you, what they are used for, who gets them, and when they are deleted.',
  },
  made: (when: string, version: number): Text2 => ({
    da: `Lavet ${when} efter udgave ${version} af bibliotekets privatlivspolitik.`,
    en: `Made on ${when} under version ${version} of the library’s privacy policy.`,
  }),
  controller: { da: 'Dataansvarlig', en: 'Controller' },
  dpo: { da: 'Databeskyttelsesrådgiver', en: 'Data protection officer' },
  data: { da: 'Dine oplysninger', en: 'Your data' },
  nothing: { da: 'Det har vi ikke noget af om dig', en: 'Of these we hold nothing about you' },
  files: { da: 'I filer', en: 'In files' },
  used: { da: 'Bruges til', en: 'Used for' },
  end: { da: 'Hvornår det slettes', en: 'When it is deleted' },
  purposes: { da: 'Hvad oplysningerne bruges til', en: 'What the data are used for' },
  basis: { da: 'Retsgrundlag', en: 'Legal basis' },
  sources: { da: 'Hvor oplysningerne kommer fra', en: 'Where the data come from' },
  recipients: { da: 'Hvem der kan få oplysningerne', en: 'Who may get the data' },
  fields: { da: 'Oplysninger', en: 'Data' },
  purpose: { da: 'Formål', en: 'Purpose' },
  place: { da: 'Sted', en: 'Place' },
  agreement: { da: 'Aftale', en: 'Agreement' },
  subProcessors: { da: 'Underdatabehandlere', en: 'Sub-processors' },
  automation: { da: 'Afgørelser, som et program træffer', en: 'Decisions made by a program' },
  rights: { da: 'Dine rettigheder', en: 'Your rights' },
  yes: { da: 'ja', en: 'yes' },
  no: { da: 'nej', en: 'no' },
  set: { da: 'sat', en: 'set' },
  staffMember: { da: 'en medarbejder', en: 'a member of staff' },
  unreadable: { da: 'kan ikke læses mere', en: 'can no longer be read' },
  numbered: (label: string, number: number, of: number): string => (of > 1 ? `${label} ${number} (${of})` : label),

  forgottenOn: (day: string): Text2 => ({ da: `Slettes den ${day}.`, en: `Deleted on ${day}.` }),
  anonymisedOn: (day: string): Text2 => ({
    da: `Slettes den ${day}. Tilbage bliver kun et tal i statistikken.`,
    en: `Deleted on ${day}. Only a number in the statistics remains.`,
  }),
  emptiedOn: (day: string): Text2 => ({
    da: `Indholdet og modtagerens adresse slettes den ${day}, resten sammen med din konto.`,
    en: `The content and the recipient’s address are deleted on ${day}, the rest with your account.`,
  }),
  emptied: {
    da: 'Indholdet er slettet. Resten slettes sammen med din konto.',
    en: 'The content has been deleted. The rest is deleted with your account.',
  },
  noDayYet: (rule: Text2): Text2 => ({
    da: `Der er ingen dato endnu. ${rule.da}`,
    en: `There is no date yet. ${rule.en}`,
  }),
  withAccount: { da: 'Slettes senest sammen med din konto.', en: 'Deleted with your account at the latest.' },
  withAccountOnly: { da: 'Slettes sammen med din konto.', en: 'Deleted with your account.' },
  accountOn: (day: string): Text2 => ({
    da: `Din konto slettes den ${day}, hvis du ikke bruger biblioteket inden da og intet har lånt eller skylder.`,
    en: `Your account is deleted on ${day}, unless you use the library before then or have loans or debts.`,
  }),
  keptByLaw: (because: Text2): Text2 => ({
    da: `Bliver også, hvis du bliver slettet: ${because.da}.`,
    en: `Stays even if you are erased: ${because.en}.`,
  }),
  heldUntil: (reason: string, day: string): Text2 => ({
    da: `Gemmes til og med dagen før den ${day}, fordi: ${reason}`,
    en: `Kept until the day before ${day}, because: ${reason}`,
  }),
  held: (reason: string): Text2 => ({
    da: `Gemmes indtil videre, fordi: ${reason}`,
    en: `Kept for now, because: ${reason}`,
  }),
  restricted: {
    da: 'Slettes ikke, så længe brugen af dine oplysninger er begrænset.',
    en: 'Not deleted as long as the use of your data is restricted.',
  },
  noClause: {
    da: 'Politikken siger intet om, hvornår det slettes.',
    en: 'The policy does not say when it is deleted.',
  },
  page: (number: number, of: number, language: Language): string =>
    language === 'da' ? `Side ${number} af ${of}` : `Page ${number} of ${of}`,
} as const
