import type { Text2 } from '#core'

export const texts = {
  skip: { da: 'Gå til sidens indhold', en: 'Skip to the content' },
  mainMenu: { da: 'Hovedmenu', en: 'Main menu' },
  breadcrumbs: { da: 'Brødkrumme', en: 'Breadcrumb' },
  home: { da: 'Forside', en: 'Home' },
  toHome: { da: 'Gå til forsiden', en: 'Go to the front page' },
  footerLinks: { da: 'Om webstedet', en: 'About this site' },
  errorHeading: { da: 'Der er noget, du skal rette', en: 'There is something to correct' },
  showTable: { da: 'Vis tallene i en tabel', en: 'Show the numbers in a table' },
  what: { da: 'Hvad', en: 'What' },
  howMany: { da: 'Antal', en: 'Number' },
  noRows: { da: 'Der er ingen at vise.', en: 'There are none to show.' },
  reference: { da: 'Referencenummer', en: 'Reference number' },
  tryAgain: { da: 'Prøv igen', en: 'Try again' },
  soundOff: { da: 'Slå lyden fra', en: 'Switch the sound off' },
  soundOn: { da: 'Slå lyden til', en: 'Switch the sound on' },
} as const satisfies Record<string, Text2>

/** The name of each language in itself, as a switch should show it. */
export const languageNames = { da: 'Dansk', en: 'English' } as const

export type ErrorCode = keyof typeof errorTexts

/** What the site answers when it cannot do as asked: what happened, and what to do about it. */
export const errorTexts = {
  'bad-request': {
    status: 400,
    heading: { da: 'Vi kunne ikke læse det, du sendte', en: 'We could not read what you sent' },
    text: {
      da: 'Adressen eller formularen indeholder tegn, som vi ikke kan læse. Gå tilbage, ret det, og prøv igen.',
      en: 'The address or the form has characters that we cannot read. Go back, correct it and try again.',
    },
  },
  forbidden: {
    status: 403,
    heading: { da: 'Du har ikke adgang til siden', en: 'You do not have access to this page' },
    text: {
      da: 'Log ind som en, der har adgang, eller spørg personalet.',
      en: 'Sign in as someone who has access, or ask the staff.',
    },
  },
  csrf: {
    status: 403,
    heading: { da: 'Formularen er blevet for gammel', en: 'The form has become too old' },
    text: {
      da: 'Intet er ændret. Gå tilbage, genindlæs siden, og send formularen igen. Siden skal have lov at gemme cookies.',
      en: 'Nothing was changed. Go back, reload the page and send the form again. The site must be allowed to keep cookies.',
    },
  },
  'not-found': {
    status: 404,
    heading: { da: 'Siden findes ikke', en: 'There is no such page' },
    text: {
      da: 'Siden kan være flyttet eller slettet, eller adressen kan være skrevet forkert.',
      en: 'The page may have been moved or deleted, or the address may be misspelt.',
    },
  },
  'method-not-allowed': {
    status: 405,
    heading: { da: 'Det kan man ikke gøre her', en: 'That cannot be done here' },
    text: {
      da: 'Siden findes, men kan ikke bruges på den måde. Gå tilbage, og prøv fra siden selv.',
      en: 'The page exists, but it cannot be used in that way. Go back and try from the page itself.',
    },
  },
  'too-large': {
    status: 413,
    heading: { da: 'Du har sendt for meget på én gang', en: 'You have sent too much at once' },
    text: { da: 'Gå tilbage, gør teksten kortere, og prøv igen.', en: 'Go back, shorten the text and try again.' },
  },
  'unsupported-media-type': {
    status: 415,
    heading: { da: 'Vi kan ikke læse den slags indhold', en: 'We cannot read content of that kind' },
    text: {
      da: 'Brug formularen på siden. Programmer skal sende UTF-8 uden komprimering.',
      en: 'Use the form on the page. Programs must send UTF-8 without compression.',
    },
  },
  'too-many-requests': {
    status: 429,
    heading: { da: 'Der er kommet for mange forespørgsler', en: 'There have been too many requests' },
    text: { da: 'Vent et øjeblik, og prøv igen.', en: 'Wait a moment and try again.' },
  },
  fault: {
    status: 500,
    heading: { da: 'Der er sket en fejl hos os', en: 'Something went wrong at our end' },
    text: {
      da: 'Prøv igen om lidt. Bliver det ved, så kontakt biblioteket, og oplys referencenummeret.',
      en: 'Try again in a while. If it goes on, contact the library and give the reference number.',
    },
  },
  'not-ready': {
    status: 503,
    heading: { da: 'Vi er ved at gøre klar', en: 'We are getting ready' },
    text: { da: 'Siden åbner af sig selv, når alt er klar.', en: 'The page opens by itself when everything is ready.' },
  },
} as const satisfies Record<string, { status: number; heading: Text2; text: Text2 }>
