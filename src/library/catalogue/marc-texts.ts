import type { Language } from '#core'

/**
 * What the reader of records says, in Danish. It speaks English where it finds a fault, since the command line does; a
 * sentence that is not here is shown as it stands.
 */
const DANISH: readonly (readonly [RegExp, string])[] = [
  [
    /^The record describes a volume without/,
    'Posten beskriver et bind uden sin egen titel (245 g). Hovedtitlen står i en anden post.',
  ],
  [/^Control characters were removed/, 'Usynlige styretegn er fjernet.'],
  [
    /^No record terminator within 1 MiB/,
    'Ingen post slutter inden for 1 MiB, så det er ikke MARC, eller filen er beskadiget. Eksportér den igen.',
  ],
  [
    /^(\d+) bytes that are no MARC record/,
    '$1 byte er ikke en MARC-post: en post begynder med sin længde i fem cifre. Eksportér filen igen.',
  ],
  [/^The record is shorter than a leader/, 'Posten er kortere end en postlabel. Eksportér den igen.'],
  [
    /^The leader does not say where/,
    'Postlabelen siger ikke, hvor felterne begynder (position 12-16). Eksportér posten igen.',
  ],
  [
    /^The directory is not made of entries of (\d+)/,
    'Registeret består ikke af indgange på $1 byte. Eksportér posten igen.',
  ],
  [
    /^The directory has an entry that is no entry/,
    'Registeret har en indgang, der ikke kan læses. Eksportér posten igen.',
  ],
  [
    /^The directory does not point at field (\S+)/,
    'Registeret peger ikke på felt $1, sådan som det står i posten. Eksportér posten igen.',
  ],
  [/^The record has no title/, 'Posten har ingen titel (245 a). Tilføj den, hvor posten er katalogiseret.'],
  [/^The record has no number \(001\)/, 'Posten har intet nummer (001). Eksportér den igen med sit postnummer.'],
  [/^The record number \(001\) is longer/, 'Postnummeret (001) er længere end 100 tegn. Eksportér posten igen.'],
  [
    /^The record is marked as deleted/,
    'Posten er slettet, der hvor den kommer fra, og er ikke taget ind. Kassér titlen, hvis biblioteket har den.',
  ],
  [
    /^Some characters could not be read/,
    'Nogle tegn kunne ikke læses og står som \ufffd. Se efter, om tegnsættet er det rigtige.',
  ],
  [/^A text of (\d+) characters was cut to (\d+)/, 'En tekst på $1 tegn er afkortet til $2.'],
  [/^The record has no 001; its number in 035/, 'Posten har intet felt 001. Nummeret i 035 er brugt.'],
  [
    /^The barcode "(.*)" is no barcode/,
    'Stregkoden "$1" er ikke en stregkode på højst 16 tegn. Eksemplaret er udeladt.',
  ],
  [/^"(.*)" is no ISBN/, '"$1" er ikke et ISBN og er udeladt.'],
  [/^The ISBN (\S+) has a wrong check digit/, 'Kontrolcifret i ISBN $1 passer ikke.'],
  [
    /^The record has the character (U\+\w+)/,
    'Posten har tegnet $1, som ikke må stå i XML. Fjern det, eller eksportér igen.',
  ],
  [/^A subfield has no code/, 'Et delfelt har ingen kode. Ret det, eller eksportér posten igen.'],
  [/^The record has an entity/, 'Posten har en entitet, der ikke findes i XML ("&" skrives "&amp;").'],
  [
    /^A comment or CDATA section has no end/,
    'En kommentar eller et CDATA-afsnit slutter ikke. Ret det, eller eksportér posten igen.',
  ],
  [/^A tag is broken at/, 'Et mærke i XML er i stykker. Eksportér posten igen.'],
  [/^The tag <\/(.*)> closes what is not open/, 'Mærket </$1> lukker noget, der ikke er åbent. Eksportér posten igen.'],
  [
    /^An attribute of <(.*)> has a broken entity/,
    'En egenskab på <$1> har en entitet, der er i stykker. Eksportér posten igen.',
  ],
  [/^Read as UTF-8, though the leader says MARC-8/, 'Læst som UTF-8, selv om postlabelen siger MARC-8.'],
  [/^Read as Latin-1, since/, 'Læst som Latin-1, fordi det ikke er den UTF-8, som postlabelen siger.'],
  [/^Not all of the MARC-8 could be read/, 'Ikke alle tegn i MARC-8 kunne læses.'],
  [/^The file is compressed/, 'Filen er pakket. Pak den ud, og prøv igen.'],
  [/^The file is UTF-16/, 'Filen er UTF-16. Gem den som UTF-8, og prøv igen.'],
  [/^The XML is in (\S+), which/, 'Filen er XML i $1, som ikke kan læses. Gem den som UTF-8, og prøv igen.'],
  [
    /^The record has bytes that are not UTF-8/,
    'Posten har byte, der ikke er UTF-8. Eksportér filen som UTF-8, eller vælg Latin-1, hvis det er det.',
  ],
  [/^The database does not take it/, 'Databasen kan ikke gemme posten. Se efter, om et felt er usædvanligt langt.'],
  [/^A record has no end tag within 1 MiB/, 'En post slutter ikke inden for 1 MiB. Eksportér filen igen.'],
  [
    /^A comment or CDATA section in the record/,
    'En kommentar eller et CDATA-afsnit i posten slutter ikke. Ret det, eller eksportér igen.',
  ],
  [
    /^The file ends in the middle of a record/,
    'Filen slutter midt i en post, så den er skåret over. Hent eller eksportér den igen.',
  ],
  [
    /^No MARC record is in this XML file/,
    'Der er ingen MARC-poster i XML-filen. Vælg en fil i MARCXML eller MarcXchange.',
  ],
  [
    /^The file ends before <\/(.*)>/,
    'Filen slutter før </$1>, så der kan mangle poster. Hent eller eksportér den igen.',
  ],
  [
    /^The file has a document type declaration/,
    'Filen har en dokumenttype (DTD), som ikke tages imod. Eksportér den uden.',
  ],
  [/^The record has no end tag before the next/, 'Posten slutter ikke, før den næste begynder. Eksportér den igen.'],
  [/^A record is larger than 1 MiB/, 'En post er større end 1 MiB. Del den.'],
  [/^Items that name no branch/, 'Eksemplarer uden filial er udeladt.'],
  [/^Items of the branch "(.*)", which/, 'Eksemplarer på filialen "$1", som biblioteket ikke har, er udeladt.'],
]

export function marcText(said: string, language: Language): string {
  if (language === 'en') return said
  for (const [pattern, danish] of DANISH) {
    const match = pattern.exec(said)
    if (match) return danish.replace(/\$(\d)/g, (_, group: string) => match[Number(group)] ?? '')
  }
  return said
}
