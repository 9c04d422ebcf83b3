import type { Text2 } from '#core'

export const texts = {
  title: { da: 'MitID-simulator', en: 'MitID simulator' },
  lead: {
    da: 'Her er ikke MitID. Alle personer er opdigtede. Vælg, hvem du vil være.',
    en: 'This is not MitID. Everyone here is invented. Choose who you want to be.',
  },
  cancel: { da: 'Afbryd', en: 'Cancel' },
  cannot: { da: 'Simulatoren kan ikke svare på det.', en: 'The simulator cannot answer that.' },
  tooOld: {
    da: 'Siden er blevet for gammel. Begynd forfra på bibliotekets side.',
    en: 'The page has become too old. Begin again on the library’s page.',
  },
} as const satisfies Record<string, Text2>
