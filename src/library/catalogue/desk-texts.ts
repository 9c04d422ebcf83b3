import type { Language, Text2 } from '#core'
import type { ItemField } from './item-rules.ts'
import type { ChangeKind, ItemState } from './tables.ts'
import type { TitleField } from './title-rules.ts'

export const texts = {
  catalogue: { da: 'Katalog', en: 'Catalogue' },
  searchField: { da: 'Titel, forfatter, ISBN eller stregkode', en: 'Title, author, ISBN or barcode' },
  searchHint: {
    da: 'Scan et materiale for at åbne det. Titler findes på ord fra titel og forfatter.',
    en: 'Scan an item to open it. Titles are found by words of title and author.',
  },
  search: { da: 'Søg', en: 'Search' },
  isCard: {
    da: 'Det ligner et kort. Lånere slås op i skranken.',
    en: 'That looks like a card. Patrons are looked up at the desk.',
  },
  found: { da: 'Fundne titler', en: 'Titles found' },
  foundMost: (shown: string, of: string): Text2 => ({
    da: `Her er de første ${shown} af ${of}. Skriv et ord mere for at finde resten.`,
    en: `These are the first ${shown} of ${of}. Add a word to find the rest.`,
  }),
  instead: (text: string): Text2 => ({
    da: `Vi har intet på det, du skrev. Her er, hvad vi har på ${text}.`,
    en: `We have nothing for what you typed. This is what we have for ${text}.`,
  }),
  nothing: {
    da: 'Vi har intet, der passer. Prøv færre ord, eller opret titlen.',
    en: 'We have nothing that fits. Try fewer words, or add the title.',
  },
  newest: { da: 'Sidst ændret', en: 'Changed last' },
  noTitles: { da: 'Der er ingen titler endnu.', en: 'There are no titles yet.' },
  title: { da: 'Titel', en: 'Title' },
  author: { da: 'Forfatter', en: 'Author' },
  year: { da: 'År', en: 'Year' },
  material: { da: 'Materialetype', en: 'Material' },
  inNow: { da: 'Hjemme', en: 'In' },
  inOf: (inNow: string, all: string): Text2 => ({ da: `${inNow} af ${all}`, en: `${inNow} of ${all}` }),
  noneIn: { da: 'Ingen', en: 'None' },
  noItems: { da: 'Titlen har ingen eksemplarer endnu.', en: 'The title has no items yet.' },
  isWithdrawn: { da: 'Kasseret', en: 'Withdrawn' },
  onlyLook: {
    da: 'Du kan se kataloget. Det ændres af dem, der har rollen katalog.',
    en: 'You can look at the catalogue. It is changed by those who have the catalogue role.',
  },

  addTitle: { da: 'Opret titel', en: 'Add a title' },
  editTitle: { da: 'Ret titlen', en: 'Edit the title' },
  aboutTitle: { da: 'Om titlen', en: 'About the title' },
  fromHere: { da: 'Oprettet her', en: 'Added here' },
  fromOutside: {
    da: 'Posten er hentet udefra. Næste gang den importeres, erstatter importen det, du retter her.',
    en: 'The record comes from elsewhere. The next import of it replaces what you edit here.',
  },
  source: { da: 'Hentet fra', en: 'Comes from' },
  recordId: { da: 'Postens nummer', en: 'Record number' },
  items: { da: 'Eksemplarer', en: 'Items' },
  addItem: { da: 'Tilføj eksemplar', en: 'Add an item' },
  editItem: { da: 'Ret eksemplaret', en: 'Edit the item' },
  labelsOfTitle: { da: 'Udskriv etiketter til eksemplarerne', en: 'Print labels for all items' },
  labelsOfItem: { da: 'Udskriv etiket', en: 'Print a label' },
  barcode: { da: 'Stregkode', en: 'Barcode' },
  branch: { da: 'Hører til', en: 'Belongs to' },
  isAt: { da: 'Er nu på', en: 'Is now at' },
  goesTo: { da: 'På vej til', en: 'On its way to' },
  state: { da: 'Status', en: 'State' },
  shelf: { da: 'Hylde', en: 'Shelf' },
  group: { da: 'Materialegruppe', en: 'Material group' },
  note: { da: 'Note', en: 'Note' },
  added: { da: 'Modtaget', en: 'Received' },
  lastSeen: { da: 'Sidst set', en: 'Last seen' },
  neverSeen: { da: 'Ikke siden det blev taget ind', en: 'Not since it was taken in' },
  waiting: (number: string, isOne: boolean): Text2 =>
    isOne
      ? { da: 'Én låner venter på titlen.', en: 'One patron waits for the title.' }
      : { da: `${number} lånere venter på titlen.`, en: `${number} patrons wait for the title.` },

  history: { da: 'Ændringer', en: 'Changes' },
  noHistory: { da: 'Der er ingen ændringer at vise.', en: 'There are no changes to show.' },
  when: { da: 'Hvornår', en: 'When' },
  who: { da: 'Hvem', en: 'Who' },
  what: { da: 'Hvad', en: 'What' },
  edited: (field: string, was: string, became: string): Text2 =>
    was === ''
      ? { da: `${field} skrevet: ${became}`, en: `${field} written: ${became}` }
      : became === ''
        ? { da: `${field} fjernet, før ${was}`, en: `${field} removed, was ${was}` }
        : { da: `${field}: før ${was}, nu ${became}`, en: `${field}: was ${was}, now ${became}` },

  withdrawTitle: { da: 'Kassér titlen og alle eksemplarer', en: 'Withdraw the title and all its items' },
  withdrawTitleLead: {
    da: 'Titlen kan ikke længere findes af lånerne. Du kan hente den tilbage.',
    en: 'Patrons no longer find the title. You can bring it back.',
  },
  withdrawTitleAsk: { da: 'Kassér titlen', en: 'Withdraw the title' },
  tellWaiting: (number: string, isOne: boolean): Text2 =>
    isOne
      ? {
          da: 'Giv den låner, der venter, besked i nat om, at titlen ikke kan skaffes',
          en: 'Tell the patron who waits, tonight, that the title cannot be had',
        }
      : {
          da: `Giv de ${number} lånere, der venter, besked i nat om, at titlen ikke kan skaffes`,
          en: `Tell the ${number} patrons who wait, tonight, that the title cannot be had`,
        },
  bringTitleBack: { da: 'Hent titlen tilbage', en: 'Bring the title back' },
  titleIsWithdrawn: (when: string): Text2 => ({
    da: `Titlen blev kasseret ${when}`,
    en: `The title was withdrawn on ${when}`,
  }),
  titleWithdrawn: { da: 'Titlen er kasseret', en: 'The title is withdrawn' },
  titleBack: {
    da: 'Titlen er tilbage. Hent de eksemplarer tilbage, I har i hånden.',
    en: 'The title is back. Bring back the items you have in hand.',
  },

  doHeading: { da: 'Hvad er der med eksemplaret?', en: 'What has become of the item?' },
  acts: {
    receive: { da: 'Det er kommet', en: 'It has come' },
    damaged: { da: 'Det er beskadiget', en: 'It is damaged' },
    mended: { da: 'Det er i orden igen', en: 'It is in order again' },
    missing: { da: 'Det kan ikke findes', en: 'It cannot be found' },
    withdraw: { da: 'Kassér det', en: 'Withdraw it' },
    restore: { da: 'Hent det tilbage', en: 'Bring it back' },
  },

  move: { da: 'Flyt eksemplarer', en: 'Move items' },
  moveLead: {
    da: 'Scan det, der skal flytte, én stregkode på hver linje. Det, der er udlånt eller reserveret, følger efter, når det bliver afleveret.',
    en: 'Scan what is to move, one barcode on each line. What is on loan or reserved follows when it is handed in.',
  },
  barcodes: { da: 'Stregkoder', en: 'Barcodes' },
  moveTo: { da: 'Ny filial', en: 'New branch' },
  newShelf: { da: 'Ny hylde', en: 'New shelf' },
  newShelfHint: {
    da: 'Lad feltet være tomt, hvis hylden er den samme.',
    en: 'Leave it empty if the shelf stays the same.',
  },
  isThere: { da: 'De står der allerede', en: 'They stand there already' },
  isThereHint: {
    da: 'Ellers bliver de sat undervejs og tages ind, når de scannes på den nye filial.',
    en: 'Otherwise they are set in transit and taken in when the new branch scans them.',
  },
  doMove: { da: 'Flyt', en: 'Move' },
  movedTable: { da: 'Sådan gik det', en: 'What became of each' },
  noBarcodes: { da: 'Scan mindst ét materiale.', en: 'Scan at least one item.' },
  tooMany: (most: string): Text2 => ({ da: `Flyt højst ${most} ad gangen.`, en: `Move at most ${most} at a time.` }),
  noBranch: { da: 'Vælg en filial.', en: 'Choose a branch.' },

  save: { da: 'Gem', en: 'Save' },
  saveAndMore: { da: 'Gem, og tilføj et til', en: 'Save and add another' },
  saved: { da: 'Ændringen er gemt', en: 'The change was saved' },
  titleAdded: { da: 'Titlen er oprettet. Tilføj nu et eksemplar.', en: 'The title was added. Now add an item.' },
  itemAdded: { da: 'Eksemplaret er tilføjet', en: 'The item was added' },
  notDone: { da: 'Det blev ikke gjort', en: 'It was not done' },
  meanwhile: { da: 'En anden har ændret det imens', en: 'Somebody else changed it meanwhile' },
  meanwhileLead: {
    da: 'Det, du skrev, står stadig i felterne. Her er, hvad den anden har ændret. Gem igen, hvis dit stadig er det rigtige.',
    en: 'What you typed still stands in the fields. This is what the other has changed. Save again if yours is still right.',
  },
  isbnKnown: { da: 'Opret den alligevel: det er en anden titel', en: 'Add it anyway: it is another title' },
  none: { da: 'Ikke valgt', en: 'Not chosen' },
  unknownGroup: (code: string): Text2 => ({ da: `${code} (findes ikke længere)`, en: `${code} (no longer there)` }),
  onOrder: { da: 'Det er bestilt og ikke kommet endnu', en: 'It is ordered and has not come yet' },
} as const

interface FieldText {
  readonly label: Text2
  readonly hint?: Text2
}

/** The fields of a title, each with where a record has it. */
export const titleFields: Readonly<Record<TitleField, FieldText>> = {
  title: { label: { da: 'Titel', en: 'Title' }, hint: { da: 'MARC 245 a', en: 'MARC 245 a' } },
  subtitle: { label: { da: 'Undertitel', en: 'Subtitle' }, hint: { da: 'MARC 245 b', en: 'MARC 245 b' } },
  author: {
    label: { da: 'Forfatter', en: 'Author' },
    hint: { da: 'Efternavn, fornavn. MARC 100', en: 'Surname, forename. MARC 100' },
  },
  contributors: {
    label: { da: 'Medvirkende', en: 'Contributors' },
    hint: { da: 'Én på hver linje. MARC 700', en: 'One on each line. MARC 700' },
  },
  material: { label: { da: 'Materialetype', en: 'Material' } },
  audience: { label: { da: 'Til hvem', en: 'For whom' } },
  year: { label: { da: 'Udgivelsesår', en: 'Year of publication' }, hint: { da: 'MARC 260 c', en: 'MARC 260 c' } },
  language: { label: { da: 'Sprog', en: 'Language' }, hint: { da: 'MARC 041 a', en: 'MARC 041 a' } },
  edition: { label: { da: 'Udgave', en: 'Edition' }, hint: { da: 'MARC 250 a', en: 'MARC 250 a' } },
  publisher: { label: { da: 'Forlag', en: 'Publisher' }, hint: { da: 'MARC 260 b', en: 'MARC 260 b' } },
  pages: { label: { da: 'Omfang', en: 'Extent' }, hint: { da: 'MARC 300 a', en: 'MARC 300 a' } },
  isbn: {
    label: { da: 'ISBN', en: 'ISBN' },
    hint: { da: 'Ét på hver linje. MARC 020', en: 'One on each line. MARC 020' },
  },
  dk5: {
    label: { da: 'Opstilling (DK5)', en: 'Class (DK5)' },
    hint: { da: 'Et tal som 48.21, eller sk. MARC 652', en: 'A number such as 48.21, or sk. MARC 652' },
  },
  series: { label: { da: 'Serie', en: 'Series' }, hint: { da: 'MARC 440 a', en: 'MARC 440 a' } },
  volume: { label: { da: 'Bind', en: 'Volume' }, hint: { da: 'MARC 440 v', en: 'MARC 440 v' } },
  subjects: {
    label: { da: 'Emneord', en: 'Subjects' },
    hint: { da: 'Ét på hver linje. MARC 650', en: 'One on each line. MARC 650' },
  },
}

export const itemFields: Readonly<Record<ItemField, FieldText>> = {
  barcode: {
    label: { da: 'Stregkode', en: 'Barcode' },
    hint: {
      da: 'Scan den, eller skriv højst 16 tal og bogstaver.',
      en: 'Scan it, or write at most 16 digits and letters.',
    },
  },
  branch: { label: { da: 'Hører til på', en: 'Belongs to' } },
  shelf: {
    label: { da: 'Hylde', en: 'Shelf' },
    hint: { da: 'Sådan som den skal stå på rygetiketten.', en: 'As the spine label is to say it.' },
  },
  material_group: {
    label: { da: 'Materialegruppe', en: 'Material group' },
    hint: { da: 'Bestemmer lånetid og andre regler.', en: 'Decides the loan period and other rules.' },
  },
  price: {
    label: { da: 'Pris i kroner', en: 'Price in kroner' },
    hint: {
      da: 'Hvad en låner skal erstatte det med. Tomt felt: gebyrreglerne bestemmer.',
      en: 'What a patron pays to replace it. Empty: the fee rules decide.',
    },
  },
  issue: { label: { da: 'Hæfte', en: 'Issue' }, hint: { da: 'Kun for tidsskrifter.', en: 'For magazines only.' } },
  volume_year: {
    label: { da: 'Årgang', en: 'Volume year' },
    hint: { da: 'Kun for tidsskrifter.', en: 'For magazines only.' },
  },
  float_group: {
    label: { da: 'Flydegruppe', en: 'Float group' },
    hint: {
      da: 'Materialer i en flydegruppe bliver stående, hvor de afleveres.',
      en: 'Items of a float group stay where they are handed in.',
    },
  },
  note: {
    label: { da: 'Note om eksemplaret', en: 'Note about the item' },
    hint: {
      da: 'Om tingen, for eksempel et bilag, der mangler. Skriv aldrig noget om en låner her.',
      en: 'About the thing, such as a missing supplement. Never write anything about a patron here.',
    },
  },
}

/** A column as the list of changes names it. */
export function fieldText(column: string, language: Language): string {
  const names: Readonly<Record<string, FieldText>> = { ...titleFields, ...itemFields }
  const renamed: Readonly<Record<string, string>> = { branch_id: 'branch', price_ore: 'price' }
  return names[renamed[column] ?? column]?.label[language] ?? column
}

export const changeTexts: Readonly<Record<ChangeKind, Text2>> = {
  added: { da: 'Oprettet', en: 'Added' },
  edited: { da: 'Rettet', en: 'Edited' },
  withdrawn: { da: 'Kasseret', en: 'Withdrawn' },
  'brought-back': { da: 'Hentet tilbage', en: 'Brought back' },
  moved: { da: 'Flyttet', en: 'Moved' },
  sent: { da: 'Sendt af sted', en: 'Sent on its way' },
  received: { da: 'Kommet', en: 'Received' },
  damaged: { da: 'Beskadiget', en: 'Damaged' },
  mended: { da: 'I orden igen', en: 'In order again' },
  missing: { da: 'Kunne ikke findes', en: 'Could not be found' },
}

export const stateTexts: Readonly<Record<ItemState, Text2>> = {
  'on-order': { da: 'Bestilt', en: 'On order' },
  available: { da: 'Hjemme', en: 'In' },
  'on-loan': { da: 'Udlånt', en: 'On loan' },
  'on-shelf-for-pickup': { da: 'Klar til afhentning', en: 'Ready for pickup' },
  'in-transit': { da: 'Undervejs', en: 'In transit' },
  'claimed-returned': { da: 'Påstået afleveret', en: 'Claimed returned' },
  damaged: { da: 'Beskadiget', en: 'Damaged' },
  missing: { da: 'Savnet', en: 'Missing' },
  lost: { da: 'Bortkommet', en: 'Lost' },
  withdrawn: { da: 'Kasseret', en: 'Withdrawn' },
}

export const audienceTexts: Readonly<Record<'adult' | 'child', Text2>> = {
  adult: { da: 'Voksne', en: 'Adults' },
  child: { da: 'Børn', en: 'Children' },
}
