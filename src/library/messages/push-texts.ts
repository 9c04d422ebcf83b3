import { type Text2, unreachable } from '#core'
import type { SubscribeRefusal } from './push.ts'

/** Why an app was not signed up, as its user reads it. */
export function subscribeRefusalText(refusal: SubscribeRefusal): Text2 {
  switch (refusal.kind) {
    case 'feature-off':
      return {
        da: 'Biblioteket sender ikke push-beskeder.',
        en: 'The library does not send push messages.',
      }
    case 'unknown':
      return { da: 'Du findes ikke som låner.', en: 'You are not known as a patron.' }
    case 'no-other-way':
      return {
        da: 'Du kan få push-beskeder, når biblioteket også har din e-mail eller dit telefonnummer.',
        en: 'You can get push messages when the library also has your e-mail address or telephone number.',
      }
    case 'bad-endpoint':
    case 'bad-keys':
      return {
        da: 'Din browser gav os ikke det, der skal til for at sende push-beskeder. Prøv igen, eller brug en anden browser.',
        en: 'Your browser did not give us what push messages need. Try again, or use another browser.',
      }
    case 'too-many':
      return {
        da: `Du kan få push-beskeder på højst ${refusal.most} enheder. Slå dem fra på en af dem først.`,
        en: `You can get push messages on at most ${refusal.most} devices. Turn them off on one of them first.`,
      }
    default:
      return unreachable(refusal)
  }
}
