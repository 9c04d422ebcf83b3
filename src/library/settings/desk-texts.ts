import type { Text2 } from '#core'
import type { SettingRefusal } from './setting.ts'

export const texts = {
  settings: { da: 'Indstillinger', en: 'Settings' },
  lead: {
    da: 'Det, biblioteket selv bestemmer om det daglige arbejde. En ændring gælder fra næste ekspedition, og det gamle kan hentes frem igen.',
    en: 'What the library decides about its daily work. A change applies from the next transaction on, and earlier versions can be brought back.',
  },
  onlySystem: {
    da: 'Du kan se indstillingerne. De ændres af dem, der har rollen systemansvarlig.',
    en: 'You can look at the settings. They are changed by those who have the role of system administrator.',
  },
  setting: { da: 'Indstilling', en: 'Setting' },
  lastChanged: { da: 'Sidst ændret', en: 'Last changed' },
  by: { da: 'Af', en: 'By' },
  never: { da: 'Aldrig: standarden gælder', en: 'Never: the standard applies' },
  notKept: { da: '–', en: '–' },
  formerStaff: { da: 'en tidligere medarbejder', en: 'a former member of staff' },
  program: { da: 'den driftsansvarlige', en: 'the operator' },

  history: { da: 'Tidligere udgaver', en: 'Earlier versions' },
  historyOf: (label: Text2): Text2 => ({ da: `${label.da}: tidligere udgaver`, en: `${label.en}: earlier versions` }),
  historyLead: {
    da: 'Hver ændring er en ny udgave. En udgave, der hentes frem, bliver selv den nyeste, så intet går tabt.',
    en: 'Each change is a new version. A version that is brought back becomes the newest itself, so nothing is lost.',
  },
  noHistory: {
    da: 'Intet er ændret endnu, så standarden gælder.',
    en: 'Nothing has been changed yet, so the standard applies.',
  },
  version: (number: number): Text2 =>
    number === 0 ? { da: 'Standard', en: 'Standard' } : { da: `Udgave ${number}`, en: `Version ${number}` },
  inForce: { da: 'Gælder nu', en: 'In force' },
  changedAt: (when: string, who: string): Text2 => ({
    da: `Ændret ${when} af ${who}.`,
    en: `Changed ${when} by ${who}.`,
  }),
  nothingDiffers: { da: 'Intet er anderledes end i udgaven før.', en: 'Nothing differs from the version before.' },
  unreadable: {
    da: 'Udgaven er skrevet af en tidligere udgave af programmet og kan ikke vises.',
    en: 'The version was written by an earlier version of the program and cannot be shown.',
  },
  changed: (label: string, before: string, after: string): Text2 => ({
    da: `${label}: før ${before}, nu ${after}`,
    en: `${label}: was ${before}, now ${after}`,
  }),
  added: (label: string, after: string): Text2 => ({
    da: `Tilføjet: ${label}: ${after}`,
    en: `Added: ${label}: ${after}`,
  }),
  removed: (label: string, before: string): Text2 => ({
    da: `Fjernet: ${label}: ${before}`,
    en: `Removed: ${label}: ${before}`,
  }),
  bringBack: (number: number): Text2 =>
    number === 0
      ? { da: 'Gå tilbage til standarden', en: 'Go back to the standard' }
      : { da: `Hent udgave ${number} frem`, en: `Bring back version ${number}` },
  broughtBack: { da: 'Udgaven er hentet frem og gælder nu', en: 'The version was brought back and is in force' },
  notDone: { da: 'Det blev ikke gjort', en: 'It was not done' },
  backTo: (label: Text2): Text2 => ({ da: `Tilbage til ${label.da}`, en: `Back to ${label.en}` }),
} as const satisfies Record<string, Text2 | ((...given: never[]) => Text2)>

/** Why a setting was not changed. */
export const settingRefusalTexts: Readonly<Record<SettingRefusal['kind'], Text2>> = {
  'changed-meanwhile': {
    da: 'En anden har ændret det, siden du åbnede siden. Se, hvad der gælder nu, og gem igen, hvis det stadig er rigtigt.',
    en: 'Somebody else has changed it since you opened the page. Look at what applies now, and save again if it is still right.',
  },
  'not-valid': {
    da: 'Det kan ikke gemmes, som det står. Ret det, og gem igen.',
    en: 'It cannot be saved as it stands. Correct it and save again.',
  },
}
