import type { Language, Text2 } from '#core'
import type { MergeRefusal } from './merge-rules.ts'

/** Why two patrons were not merged, for staff. */
export function mergeRefusalText(refusal: MergeRefusal, language: Language): string {
  return REFUSALS[refusal.kind][language]
}

const REFUSALS: Record<MergeRefusal['kind'], Text2> = {
  'not-allowed': {
    da: 'Kun skrankens personale kan samle to lånere.',
    en: 'Only staff at the desk can merge patrons.',
  },
  unknown: { da: 'En af lånerne findes ikke længere.', en: 'One of the patrons is no longer there.' },
  'same-patron': { da: 'Det er den samme låner.', en: 'This is the same patron.' },
  restricted: {
    da: 'En af lånerne er under begrænsning. Ophæv den, før de samles.',
    en: 'One of the patrons is under restriction. Lift it before merging.',
  },
  held: {
    da: 'Oplysninger om en af lånerne er tilbageholdt af en juridisk grund. Ophæv det, før de samles.',
    en: 'Data about one of the patrons are under a legal hold. End it before merging.',
  },
  'guardian-and-child': {
    da: 'Den ene er værge for den anden, så det er to personer.',
    en: 'One is the guardian of the other, so they are two persons.',
  },
  'set-aside-twice': {
    da: 'Den samme titel står klar til begge. Slet den ene reservering først.',
    en: 'The same title stands ready for both. Delete one of the reservations first.',
  },
  'different-persons': {
    da: 'Lånerne har hver sit CPR-nummer eller er af hver sin slags. Bekræft, hvis det alligevel er den samme.',
    en: 'The patrons have a CPR number each, or are of different kinds. Confirm if they are the same all the same.',
  },
}
