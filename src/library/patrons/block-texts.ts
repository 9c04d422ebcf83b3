import { type Language, type Text2, unreachable } from '#core'
import type { BanRefusal, BlockRefusal, LiftRefusal } from './blocks.ts'
import type { BlockCode } from './desk-tables.ts'

/** Why someone may not borrow, as the patron and the desk are told. */
export function blockText(code: BlockCode): Text2 {
  switch (code) {
    case 'card-stolen':
      return {
        da: 'Lånerkortet er meldt stjålet, så der kan ikke lånes på det. Henvend dig i biblioteket.',
        en: 'The library card is reported stolen, so nothing can be borrowed with it. Please ask at the desk.',
      }
    case 'exclusion':
      return { da: 'Du er udelukket fra at låne.', en: 'You are excluded from borrowing.' }
    case 'extended-exclusion':
      return { da: 'Du er udelukket fra at låne i længere tid.', en: 'You are excluded from borrowing for longer.' }
    case 'self-service':
      return {
        da: 'Du kan ikke låne i øjeblikket. Henvend dig i biblioteket, så ser vi på det sammen med dig.',
        en: 'You cannot borrow just now. Please ask at the desk, and we will look at it with you.',
      }
    case 'self-enrolled':
      return {
        da: 'Du har oprettet dig selv, og biblioteket har endnu ikke bekræftet det.',
        en: 'You have enrolled yourself, and the library has not confirmed it yet.',
      }
    case 'debt':
      return {
        da: 'Du skylder så meget i gebyrer, at du ikke kan låne. Du kan låne igen, så snart du har betalt ned under bibliotekets grænse.',
        en: 'You owe so much in late fees that you cannot borrow. You can borrow again as soon as you have paid below the library’s limit.',
      }
    case 'deceased':
      return { da: 'Låneren er registreret som afgået ved døden.', en: 'The patron is registered as deceased.' }
    case 'emigrated':
      return {
        da: 'Du er registreret som udrejst. Henvend dig i biblioteket, hvis det ikke passer.',
        en: 'You are registered as having moved abroad. Please ask at the desk if this is wrong.',
      }
    case 'other':
      return {
        da: 'Du er spærret for lån. Henvend dig i biblioteket.',
        en: 'You are blocked from borrowing. Please ask at the desk.',
      }
    default:
      return unreachable(code)
  }
}

/** Why a block or a ban was not placed or lifted, for staff. */
export function decisionRefusalText(refusal: BlockRefusal | BanRefusal | LiftRefusal, language: Language): string {
  return REFUSALS[refusal.kind][language]
}

const REFUSALS: Record<(BlockRefusal | BanRefusal | LiftRefusal)['kind'], Text2> = {
  'not-allowed': { da: 'Kun skrankens personale kan gøre dette.', en: 'Only staff at the desk can do this.' },
  unknown: { da: 'Låneren eller spærringen findes ikke.', en: 'There is no such patron or block.' },
  'reason-needed': { da: 'Skriv en begrundelse.', en: 'Write a reason.' },
  'message-needed': { da: 'Skriv, hvad låneren skal have at vide.', en: 'Write what the patron is to be told.' },
  'ends-before-it-begins': {
    da: 'Slutdatoen skal ligge efter den første dag.',
    en: 'The end must be after the first day.',
  },
  'cpr-in-text': {
    da: 'Der står et CPR-nummer i teksten. Fjern det, og gem igen.',
    en: 'There is a CPR number in the text. Remove it and save again.',
  },
  'already-blocked': {
    da: 'Låneren har allerede en spærring af den slags.',
    en: 'The patron already has a block of that kind.',
  },
  'lifts-itself': {
    da: 'Spærringen er automatisk og ophæves, når årsagen er væk.',
    en: 'The block is automatic and is lifted when its cause is gone.',
  },
}
