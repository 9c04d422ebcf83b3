import type { Text2 } from '#core'

export const pageTexts = {
  notice: { da: 'Privatlivspolitik', en: 'Privacy notice' },
  contents: { da: 'Indhold', en: 'Contents' },
  version: (number: number, day: string): Text2 => ({
    da: `Udgave ${number}, gælder fra ${day}.`,
    en: `Version ${number}, in force from ${day}.`,
  }),
  versionName: (number: number): Text2 => ({ da: `Udgave ${number}`, en: `Version ${number}` }),
  allVersions: { da: 'Se alle udgaver', en: 'See all versions' },
  versions: { da: 'Udgaver af privatlivspolitikken', en: 'Versions of the privacy notice' },
  versionsText: {
    da: 'Når en udgave er offentliggjort, bliver den aldrig ændret. Fingeraftrykket er regnet ud af regelsættets tekst: Er blot ét tegn et andet, bliver det et andet.',
    en: 'Once a version is published, it is never changed. The fingerprint is worked out from the text of the policy: if a single character differs, so does it.',
  },
  versionsHead: {
    da: ['Udgave', 'Gælder fra', 'Offentliggjort', 'Besluttet af', 'Fingeraftryk (SHA-256)'],
    en: ['Version', 'In force from', 'Published', 'Decided by', 'Fingerprint (SHA-256)'],
  },
  inForce: { da: 'Gælder nu', en: 'In force' },
  replaced: { da: 'Afløst', en: 'Replaced' },
  notYet: { da: 'Kommer', en: 'To come' },
  byTwo: { da: 'To medarbejdere', en: 'Two members of staff' },
  founded: { da: 'Den driftsansvarlige, da biblioteket blev oprettet', en: 'The operator, when the library was added' },
  old: {
    da: 'Dette er en tidligere udgave, som ikke gælder mere',
    en: 'This is an earlier version that is no longer in force',
  },
  coming: { da: 'Dette er en udgave, som ikke gælder endnu', en: 'This is a version that is not yet in force' },
  toCurrent: { da: 'Læs den, der gælder nu', en: 'Read the one in force' },
} as const
