import type { Text2 } from '#core'
import { plural } from '#web'

/** What the desk's pages about printed letters say. */
export const texts = {
  letters: { da: 'Breve', en: 'Letters' },
  lead: {
    da: 'Breve til dem, der ikke kan få Digital Post. De skrives ud her og lægges i rudekuvert.',
    en: 'Letters to those who cannot get Digital Post. They are printed here and put in window envelopes.',
  },
  waiting: { da: 'Venter på at blive skrevet ud', en: 'Waiting to be printed' },
  taken: { da: 'Skrevet ud, men ikke sendt', en: 'Printed, not posted' },
  guarded: { da: 'Til lånere med beskyttet adresse', en: 'To patrons with a protected address' },
  homeless: { da: 'Uden adresse', en: 'Without an address' },
  waitingCaption: (count: number, shown: number): Text2 =>
    shown < count
      ? { da: `De ældste ${shown} af ${count} breve`, en: `The oldest ${shown} of ${count} letters` }
      : {
          da: count === 0 ? 'Breve, der venter' : plural.da(count, '1 brev venter', `${count} breve venter`),
          en: count === 0 ? 'Letters waiting' : plural.en(count, '1 letter is waiting', `${count} letters are waiting`),
        },
  guardedCaption: { da: 'Breve til beskyttede adresser', en: 'Letters to protected addresses' },
  guardedLead: {
    da: 'Disse breve skrives ud et ad gangen. Du skal sige hvorfor, og det skrives i loggen, som låneren kan se.',
    en: 'These letters are printed one at a time. You must say why, and it is written to the log, which the patron can see.',
  },
  homelessCaption: { da: 'Breve, der mangler en adresse', en: 'Letters that lack an address' },
  homelessLead: {
    da: 'Find en adresse til låneren, eller kontakt låneren på en anden måde. Brevene venter.',
    en: 'Find an address for the patron, or reach the patron in another way. The letters wait.',
  },
  written: { da: 'Skrevet', en: 'Written' },
  kind: { da: 'Slags', en: 'Kind' },
  to: { da: 'Til lånernummer', en: 'To patron number' },
  action: { da: 'Handling', en: 'Action' },
  none: { da: 'Ingen breve venter.', en: 'No letters are waiting.' },
  print: (count: number): Text2 => ({
    da: plural.da(count, 'Lav PDF af brevet', `Lav PDF af ${count} breve`),
    en: plural.en(count, 'Make a PDF of the letter', `Make a PDF of ${count} letters`),
  }),
  printLead: (most: number): Text2 => ({
    da: `Højst ${most} breve ad gangen. Mens du skriver dem ud, kan ingen anden skrive de samme ud. Hvert brev skrives i loggen, som låneren kan se.`,
    en: `At most ${most} letters at a time. While you print them, nobody else can print the same. Each letter is written to the log, which the patron can see.`,
  }),
  bothSides: {
    da: 'Printeren skriver på begge sider: lad hvert brev begynde på et nyt ark',
    en: 'The printer prints on both sides: let each letter begin on a new sheet',
  },
  takenCaption: { da: 'Skrevet ud, men ikke lagt i posten', en: 'Printed, but not in the post' },
  takenLead: {
    da: 'Sig til, når brevene er lagt i posten. Gik udskriften galt, venter brevene igen, når du vælger at skrive dem ud på ny.',
    en: 'Say so when the letters are in the post. If printing went wrong, the letters wait again when you choose to print them anew.',
  },
  takenAt: { da: 'Skrevet ud', en: 'Printed' },
  count: { da: 'Breve', en: 'Letters' },
  inThePost: { da: 'De er lagt i posten', en: 'They are in the post' },
  again: { da: 'Skriv ud på ny', en: 'Print again' },
  sent: (count: number): Text2 => ({
    da: plural.da(count, '1 brev er sendt.', `${count} breve er sendt.`),
    en: plural.en(count, '1 letter has been sent.', `${count} letters have been sent.`),
  }),
  back: (count: number): Text2 => ({
    da: plural.da(
      count,
      '1 brev venter igen på at blive skrevet ud.',
      `${count} breve venter igen på at blive skrevet ud.`,
    ),
    en: plural.en(count, '1 letter waits to be printed again.', `${count} letters wait to be printed again.`),
  }),
  settledAlready: {
    da: 'De breve er allerede sendt eller lagt tilbage.',
    en: 'Those letters have been sent or put back already.',
  },
  nothingToPrint: {
    da: 'Der er ingen breve at skrive ud. En anden har måske lige taget dem.',
    en: 'There are no letters to print. Somebody else may just have taken them.',
  },
  open: { da: 'Skriv ud', en: 'Print' },
  oneTitle: { da: 'Brev til en beskyttet adresse', en: 'Letter to a protected address' },
  oneLead: {
    da: 'Brevet viser en beskyttet adresse. Sig, hvorfor du skriver det ud, før det laves. Lad det ikke ligge fremme.',
    en: 'The letter shows a protected address. Say why you print it before it is made. Do not leave it lying about.',
  },
  reason: { da: 'Hvorfor skriver du brevet ud?', en: 'Why do you print the letter?' },
  reasonHint: { da: 'Låneren kan læse det i loggen.', en: 'The patron can read it in the log.' },
  reasonMissing: { da: 'Skriv, hvorfor du skriver brevet ud', en: 'Say why you print the letter' },
  backToLetters: { da: 'Tilbage til brevene', en: 'Back to the letters' },
  file: { da: 'breve', en: 'letters' },
  guardianOf: (child: string): Text2 => ({ da: `Til værgen for ${child}`, en: `To the guardian of ${child}` }),
} as const

/** What the patron reads in the log of who looked. */
export const seen = {
  printed: { da: 'navn, adresse og et brev til dig', en: 'name, address and a letter to you' },
  why: { da: 'brevet blev skrevet ud for at blive sendt', en: 'the letter was printed to be posted' },
} as const satisfies Record<string, Text2>
