import type { Language, Text2 } from '#core'
import { languageText, plural } from '#web'
import type { FacetName, SearchSort } from './search-match.ts'

export const texts = {
  search: { da: 'Søg', en: 'Search' },
  searchTitle: { da: 'Søg i samlingen', en: 'Search the collection' },
  field: { da: 'Titel, forfatter, emne eller ISBN', en: 'Title, author, subject or ISBN' },
  resultsFor: (text: string): Text2 => ({ da: `Søgning på ${text}`, en: `Search for ${text}` }),
  lead: {
    da: 'Find bøger, film, musik, spil og alt det andet, du kan låne her.',
    en: 'Find books, films, music, games and everything else you can borrow here.',
  },
  count: (total: string, isMany: boolean, isOne: boolean): Text2 =>
    isOne
      ? { da: 'Én titel', en: 'One title' }
      : isMany
        ? { da: `Mere end ${total} titler`, en: `More than ${total} titles` }
        : { da: `${total} titler`, en: `${total} titles` },
  didYouMean: {
    da: 'Vi fandt intet på det, du skrev. Her er, hvad vi fandt på',
    en: 'We found nothing for what you typed. Here is what we found for',
  },
  relaxed: {
    da: 'Ingen titel har alle ordene. Her er dem, der har alle på nær ét.',
    en: 'No title has all the words. Here are those that have all but one.',
  },
  nothing: (text: string): Text2 => ({ da: `Vi fandt intet på »${text}«`, en: `We found nothing for “${text}”` }),
  nothingNarrowed: {
    da: 'Der er intet tilbage med de valg, du har truffet. Fjern et af dem, og søg igen.',
    en: 'Nothing is left with the choices you have made. Remove one of them and search again.',
  },
  cprHeading: { da: 'Vi har ikke søgt', en: 'We have not searched' },
  cpr: {
    da: 'Det, du skrev, ligner et CPR-nummer. Det bruger vi ikke til at finde bøger, og vi har ikke gemt det. Søg på en titel, en forfatter eller et emne.',
    en: 'What you typed looks like a CPR number. We do not need it to find books, and we have not kept it. Search for a title, an author or a subject.',
  },
  helpHeading: { da: 'Prøv for eksempel', en: 'You could try' },
  help: [
    { da: 'at skrive færre ord, eller kun forfatterens efternavn', en: 'fewer words, or only the author’s surname' },
    { da: 'at se efter, om et ord er stavet rigtigt', en: 'looking whether a word is spelt right' },
    {
      da: 'et bredere emne, for eksempel dyr i stedet for flodheste',
      en: 'a broader subject, such as animals instead of hippos',
    },
    {
      da: 'at spørge personalet: vi kan ofte låne det fra et andet bibliotek',
      en: 'asking the staff: we can often borrow it from another library',
    },
  ] as readonly Text2[],
  tipsHeading: { da: 'Sådan søger du mere præcist', en: 'How to search more precisely' },
  tips: [
    {
      da: '"den lille prins" finder ordene i netop den rækkefølge',
      en: '"den lille prins" finds the words in just that order',
    },
    { da: 'kapitalen -marx leder efter kapitalen uden marx', en: 'kapitalen -marx looks for kapitalen without marx' },
    {
      da: 'forfatter:blixen, titel:hamlet, emne:vikinger og serie:silas leder kun dér',
      en: 'author:blixen, title:hamlet, subject:vikinger and series:silas look only there',
    },
    { da: 'astro* finder alt, der begynder sådan', en: 'astro* finds everything that begins so' },
  ] as readonly Text2[],
  narrow: { da: 'Afgræns', en: 'Narrow down' },
  chosen: { da: 'Dine valg', en: 'Your choices' },
  remove: (choice: string): Text2 => ({ da: `Fjern ${choice}`, en: `Remove ${choice}` }),
  yearFrom: { da: 'Fra år', en: 'From year' },
  yearTo: { da: 'Til år', en: 'To year' },
  years: (from: string, to: string): Text2 => ({ da: `Udgivet ${from}–${to}`, en: `Published ${from}–${to}` }),
  showYears: { da: 'Vis årene', en: 'Show these years' },
  decade: (first: number): Text2 => ({ da: `${first}–${first + 9}`, en: `${first}–${first + 9}` }),
  facets: {
    material: { da: 'Materiale', en: 'Material' },
    language: { da: 'Sprog', en: 'Language' },
    audience: { da: 'For', en: 'For' },
    dk5: { da: 'Fag', en: 'Subject area' },
    author: { da: 'Forfatter', en: 'Author' },
    series: { da: 'Serie', en: 'Series' },
    year: { da: 'År', en: 'Year' },
    branch: { da: 'Hjemme nu på', en: 'In now at' },
  } as Readonly<Record<FacetName, Text2>>,
  audiences: { adult: { da: 'Voksne', en: 'Adults' }, child: { da: 'Børn', en: 'Children' } } as Readonly<
    Record<string, Text2>
  >,
  sortBy: { da: 'Sortér efter', en: 'Sort by' },
  sorts: {
    relevance: { da: 'Bedste match', en: 'Best match' },
    newest: { da: 'Nyeste først', en: 'Newest first' },
    oldest: { da: 'Ældste først', en: 'Oldest first' },
    title: { da: 'Titel', en: 'Title' },
    author: { da: 'Forfatter', en: 'Author' },
    popular: { da: 'Mest lånt', en: 'Most borrowed' },
  } as Readonly<Record<SearchSort, Text2>>,
  results: { da: 'Fundne titler', en: 'Titles found' },
  pages: { da: 'Sider', en: 'Pages' },
  pageOf: (page: string, of: string): Text2 => ({ da: `Side ${page} af ${of}`, en: `Page ${page} of ${of}` }),
  previous: { da: 'Forrige side', en: 'Previous page' },
  next: { da: 'Næste side', en: 'Next page' },
  lastShown: {
    da: 'Her slutter det, vi viser. Skriv et ord mere, eller afgræns, for at finde resten.',
    en: 'This is as far as we show. Add a word or narrow down to find the rest.',
  },
  inAt: (count: number, branches: string): Text2 => ({
    da: plural.da(count, `Hjemme på ${branches}`, `Hjemme på ${count} biblioteker`),
    en: plural.en(count, `In at ${branches}`, `In at ${count} branches`),
  }),
  allOut: { da: 'Udlånt lige nu', en: 'On loan right now' },
  items: { da: 'Eksemplarer', en: 'Items' },
  ordered: { da: 'Bestilt, men ikke kommet endnu', en: 'Ordered, but not here yet' },
  noItems: { da: 'Ingen eksemplarer lige nu', en: 'No items at the moment' },
  noneAnywhere: {
    da: 'Ingen af filialerne har et eksemplar lige nu.',
    en: 'None of the branches has a copy at the moment.',
  },
  availability: { da: 'Hvor den er', en: 'Where it is' },
  branch: { da: 'Bibliotek', en: 'Branch' },
  onShelf: (shelf: string): Text2 => ({ da: `Hylde ${shelf}`, en: `Shelf ${shelf}` }),
  state: { da: 'Hjemme', en: 'Available' },
  inOf: (available: string, items: string): Text2 => ({
    da: `${available} af ${items}`,
    en: `${available} of ${items}`,
  }),
  about: { da: 'Om titlen', en: 'About this title' },
  author: { da: 'Forfatter', en: 'Author' },
  contributors: { da: 'Medvirkende', en: 'Contributors' },
  edition: { da: 'Udgave', en: 'Edition' },
  publisher: { da: 'Forlag', en: 'Publisher' },
  year: { da: 'År', en: 'Year' },
  language: { da: 'Sprog', en: 'Language' },
  pagesCount: { da: 'Omfang', en: 'Extent' },
  isbn: { da: 'ISBN', en: 'ISBN' },
  dk5: { da: 'Opstilling', en: 'Class' },
  subjects: { da: 'Emner', en: 'Subjects' },
  series: { da: 'Serie', en: 'Series' },
  record: { da: 'Nummer i kataloget', en: 'Record number' },
  editions: { da: 'Andre udgaver', en: 'Other editions' },
  noTitleHeading: { da: 'Titlen findes ikke', en: 'There is no such title' },
  noTitle: {
    da: 'Den er måske taget ud af samlingen. Søg efter den, så finder du de udgaver, vi har.',
    en: 'It may have left the collection. Search for it to find the editions we have.',
  },
  suggestions: { da: 'Forslag', en: 'Suggestions' },
  suggestionCount: { da: 'forslag. Brug pil ned for at vælge.', en: 'suggestions. Use the down arrow to choose.' },
} as const

const MATERIALS: Readonly<Record<string, Text2>> = {
  book: { da: 'Bog', en: 'Book' },
  'children-book': { da: 'Børnebog', en: 'Children’s book' },
  'picture-book': { da: 'Billedbog', en: 'Picture book' },
  audiobook: { da: 'Lydbog', en: 'Audiobook' },
  film: { da: 'Film', en: 'Film' },
  game: { da: 'Spil', en: 'Game' },
  music: { da: 'Musik', en: 'Music' },
  magazine: { da: 'Tidsskrift', en: 'Magazine' },
  comic: { da: 'Tegneserie', en: 'Comic' },
  'e-book': { da: 'E-bog', en: 'E-book' },
  other: { da: 'Andet', en: 'Other' },
}

/** The kinds of material a catalogue of ours can have; records from elsewhere may have others. */
export const MATERIAL_CODES: readonly string[] = Object.keys(MATERIALS)

export function materialName(material: string, language: Language): string {
  return MATERIALS[material]?.[language] ?? material
}

/** The main classes by their first digit, and those people ask for by two. */
const CLASSES: Readonly<Record<string, Text2>> = {
  sk: { da: 'Skønlitteratur', en: 'Fiction' },
  0: { da: 'Almene emner', en: 'General works' },
  1: { da: 'Filosofi og psykologi', en: 'Philosophy and psychology' },
  2: { da: 'Religion', en: 'Religion' },
  3: { da: 'Samfund', en: 'Society' },
  4: { da: 'Steder og rejser', en: 'Places and travel' },
  5: { da: 'Natur og matematik', en: 'Nature and mathematics' },
  6: { da: 'Teknik, hus og have', en: 'Technology, house and garden' },
  7: { da: 'Kunst og fritid', en: 'Arts and leisure' },
  77: { da: 'Foto og film', en: 'Photography and film' },
  78: { da: 'Musik', en: 'Music' },
  79: { da: 'Spil og sport', en: 'Games and sport' },
  8: { da: 'Litteratur', en: 'Literature' },
  82: { da: 'Fransk litteratur', en: 'French literature' },
  83: { da: 'Engelsksproget litteratur', en: 'Literature in English' },
  84: { da: 'Tysk litteratur', en: 'German literature' },
  86: { da: 'Dansk litteratur', en: 'Danish literature' },
  9: { da: 'Historie', en: 'History' },
  99: { da: 'Liv og erindringer', en: 'Lives and memoirs' },
}

export function className(dk5: string, language: Language): string {
  const name = CLASSES[dk5] ?? CLASSES[dk5[0] ?? '']
  return name ? `${dk5} ${name[language]}` : dk5
}

/** Of the codes libraries use that are not the web's. */
const WEB_CODES: Readonly<Record<string, string>> = {
  alb: 'sq',
  ice: 'is',
  mac: 'mk',
  slo: 'sk',
  ger: 'de',
  fre: 'fr',
  dut: 'nl',
  cze: 'cs',
  gre: 'el',
  chi: 'zh',
  per: 'fa',
  rum: 'ro',
}

export function languageName(code: string, language: Language): string {
  if (!/^[a-z]{3}$/.test(code)) return code
  if (code === 'mul') return language === 'da' ? 'Flere sprog' : 'Several languages'
  const name = languageText(WEB_CODES[code] ?? code, language) ?? code
  return `${name[0]?.toUpperCase() ?? ''}${name.slice(1)}`
}
