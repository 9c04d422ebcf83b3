import { type Text2, unreachable } from '#core'
import type { EntryRefusal } from './rules.ts'

/** What a door says. Others may stand behind and read, so it says as little of the person as will do. */
export function entryRefusalText(refused: EntryRefusal): Text2 {
  switch (refused.kind) {
    case 'not-offered':
      return { da: 'Der er ikke selvbetjent adgang her', en: 'There is no self-service access here' }
    case 'closed':
      return { da: 'Biblioteket er lukket nu', en: 'The library is closed now' }
    case 'banned':
      return { da: 'Du kan ikke komme ind. Spørg personalet', en: 'You cannot come in. Please ask staff' }
    case 'too-young':
      return {
        da: `Du skal være ${refused.years} år for at komme ind uden personale`,
        en: `You must be ${refused.years} to come in when there are no staff`,
      }
    case 'age-unknown':
      return {
        da: 'Vi kender ikke din alder. Spørg personalet',
        en: 'We do not know your age. Please ask staff',
      }
    case 'house-rules':
      return {
        da: 'Du skal først sige ja til ordensreglerne på hjemmesiden',
        en: 'You must first accept the house rules on the website',
      }
    case 'full':
      return { da: 'Der er ikke plads til flere lige nu', en: 'There is no room for more just now' }
    case 'surveillance':
      return {
        da: 'Døren kan ikke åbne lige nu. Prøv igen senere',
        en: 'The door cannot open just now. Please try again later',
      }
    default:
      return unreachable(refused)
  }
}
