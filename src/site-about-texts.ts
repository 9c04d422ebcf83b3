import type { Text2 } from '#core'

export const cookieTexts = {
  title: { da: 'Cookies', en: 'Cookies' },
  lead: {
    da: 'Websitet bruger kun cookies, det ikke kan virke uden. Ingen af dem følger dig, og intet hentes fra eller sendes til andre websteder. Derfor bliver du ikke spurgt om samtykke.',
    en: 'The website uses only cookies it cannot work without. None of them follows you, and nothing is fetched from or sent to other websites. That is why you are not asked to consent.',
  },
  heading: {
    visitor: { da: 'Når du bruger websitet', en: 'When you use the website' },
    staff: { da: 'For personalet og på bibliotekets skærme', en: 'For staff and on the library’s screens' },
  },
  name: { da: 'Navn', en: 'Name' },
  purpose: { da: 'Hvad den bruges til', en: 'What it is for' },
  kept: { da: 'Hvor længe den gemmes', en: 'How long it is kept' },
  perLibrary: (name: string): Text2 => ({
    da: `${name} og bibliotekets navn`,
    en: `${name} and the library’s name`,
  }),
  storage: {
    da: 'Skrankens sider gemmer desuden i browseren, om lyd er slået fra, og koden til en RFID-plade. Når forbindelsen er væk, gemmer de skanninger krypteret, indtil de er sendt; derefter slettes de.',
    en: 'The pages of the desk also keep in the browser whether sound is off, and the code of an RFID pad. When the connection is gone they keep scans, encrypted, until they are sent; then they are deleted.',
  },
  remove: {
    da: 'Du kan altid slette cookies i din browser. Så er du logget ud, og ellers sker der ikke noget.',
    en: 'You can always delete cookies in your browser. You are then signed out, and nothing else happens.',
  },
} as const

export const accessTexts = {
  title: { da: 'Tilgængelighedserklæring', en: 'Accessibility statement' },
  lead: (unit: string, controller: string): Text2 => ({
    da: `${unit} i ${controller} vil have, at alle kan bruge dette website. Erklæringen følger lov om tilgængelighed af offentlige organers websteder og mobilapplikationer.`,
    en: `${unit} of ${controller} wants everybody to be able to use this website. The statement follows the Danish act on the accessibility of public bodies’ websites and mobile applications.`,
  }),
  status: { da: 'Overholdes kravene?', en: 'Are the requirements met?' },
  partly: {
    da: 'Websitet overholder delvist kravene i WCAG 2.1 på niveau AA. Det, der mangler, står nedenfor.',
    en: 'The website meets the requirements of WCAG 2.1 at level AA in part. What is missing is listed below.',
  },
  missing: { da: 'Det, der ikke er tilgængeligt', en: 'What is not accessible' },
  missingLanguage: {
    da: 'Titler og beskrivelser kommer fra bibliotekernes fælles katalog og kan være på andre sprog, uden at sproget er angivet.',
    en: 'Titles and descriptions come from the libraries’ common catalogue and may be in other languages without the language being marked.',
  },
  tested: { da: 'Sådan er det undersøgt', en: 'How it was examined' },
  testedHow: {
    da: 'Hver gang programmet ændres, undersøges siderne af værktøjet axe i en rigtig browser, i to bredder og på begge sprog, og opgaverne gennemføres alene med tastatur. Der er endnu ikke lavet en undersøgelse med mennesker, der bruger hjælpemidler.',
    en: 'Whenever the program is changed, the pages are examined by the tool axe in a real browser, at two widths and in both languages, and the tasks are carried out by keyboard alone. No study has yet been made with people who use assistive technology.',
  },
  tell: { da: 'Fortæl os om det, der ikke virker', en: 'Tell us about what does not work' },
  tellHow: {
    da: 'Skriv eller ring, hvis der er noget, du ikke kan bruge, eller hvis du har brug for indholdet i en anden form. Vi svarer hurtigst muligt.',
    en: 'Write or call if there is something you cannot use, or if you need the content in another form. We answer as soon as possible.',
  },
  complain: { da: 'Hvis du ikke er tilfreds med svaret', en: 'If you are not satisfied with the answer' },
  complainHow: {
    da: 'Du kan klage til den styrelse, der fører tilsyn med loven:',
    en: 'You can complain to the agency that supervises the act:',
  },
  agency: { da: 'Digitaliseringsstyrelsen', en: 'The Danish Agency for Digital Government' },
  email: { da: 'E-mail', en: 'E-mail' },
  phone: { da: 'Telefon', en: 'Phone' },
} as const
