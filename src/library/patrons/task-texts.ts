import type { Text2 } from '#core'
import type { TaskKind } from './desk-tables.ts'

/** What each kind of task says has happened. */
export const taskTexts: Readonly<Record<TaskKind, Text2>> = {
  deceased: { da: 'Låneren er død: se på lån og krav', en: 'The patron has died: look at loans and claims' },
  'custody-changed': { da: 'Forældremyndigheden er ændret', en: 'Custody has changed' },
  'register-unknown': { da: 'CPR-registret kender ikke nummeret', en: 'The CPR register does not know the number' },
  'number-ended': { da: 'CPR-nummeret er udgået', en: 'The CPR number has ended' },
  disappeared: {
    da: 'Låneren er forsvundet ifølge CPR-registret',
    en: 'The CPR register calls the patron disappeared',
  },
  emigrated: { da: 'Låneren er udrejst', en: 'The patron has moved abroad' },
  duplicate: { da: 'Låneren er måske oprettet to gange', en: 'The patron may be enrolled twice' },
  'self-enrolled': { da: 'Låneren har oprettet sig selv', en: 'The patron has enrolled themselves' },
}
