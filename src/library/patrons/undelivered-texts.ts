import { type Text2, unreachable } from '#core'
import type { Channel, Undelivered } from '#messages'
import { plural } from '#web'
import type { SendAgainRefusal } from './undelivered.ts'

/** What the desk's page about messages that never arrived says. */
export const texts = {
  title: { da: 'Beskeder, der ikke nåede frem', en: 'Messages that did not arrive' },
  lead: {
    da: 'Beskeder, vi har opgivet at sende, eller som er kommet retur. Ret lånerens adresse først, hvis den er forkert.',
    en: 'Messages we have given up sending or that came back. Put the patron’s address right first if it is wrong.',
  },
  caption: (count: number, shown: number): Text2 =>
    shown < count
      ? { da: `De nyeste ${shown} af ${count} beskeder`, en: `The newest ${shown} of ${count} messages` }
      : {
          da:
            count === 0
              ? 'Beskeder, der ikke nåede frem'
              : plural.da(count, '1 besked nåede ikke frem', `${count} beskeder nåede ikke frem`),
          en:
            count === 0
              ? 'Messages that did not arrive'
              : plural.en(count, '1 message did not arrive', `${count} messages did not arrive`),
        },
  none: { da: 'Alle beskeder er nået frem, så vidt vi ved.', en: 'All messages have arrived, as far as we know.' },
  since: { da: 'Hvornår', en: 'When' },
  kind: { da: 'Slags', en: 'Kind' },
  channel: { da: 'Sendt med', en: 'Sent by' },
  why: { da: 'Hvorfor', en: 'Why' },
  to: { da: 'Til lånernummer', en: 'To patron number' },
  again: { da: 'Send igen', en: 'Send again' },
  asLetter: { da: 'Send som brev', en: 'Send as a letter' },
  handled: { da: 'Marker som klaret', en: 'Mark as handled' },
  action: { da: 'Handling', en: 'Action' },
  contentGone: { da: 'Indholdet er slettet', en: 'The content is deleted' },
  waitingCaption: { da: 'Det, der venter på at blive sendt', en: 'What waits to be sent' },
  waiting: { da: 'Venter', en: 'Waiting' },
  oldest: { da: 'Den ældste er fra', en: 'The oldest is from' },
  nothingWaits: { da: 'Ingen beskeder venter.', en: 'No messages are waiting.' },
  doneAgain: { da: 'Beskeden bliver sendt igen.', en: 'The message will be sent again.' },
  doneLetter: { da: 'Beskeden ligger nu blandt brevene.', en: 'The message is now among the letters.' },
  doneHandled: { da: 'Beskeden er markeret som klaret.', en: 'The message is marked as handled.' },
  notDone: { da: 'Beskeden blev ikke sendt', en: 'The message was not sent' },
} as const

export function becauseText(because: Undelivered['because']): Text2 {
  switch (because) {
    case 'bounced':
      return { da: 'Kom retur', en: 'Came back' }
    case 'refused':
      return { da: 'Adressen tog ikke imod den', en: 'The address did not take it' }
    case 'too-old':
      return { da: 'Den kunne ikke sendes i en uge', en: 'It could not be sent for a week' }
    case 'unsure':
      return { da: 'Vi ved ikke, om den nåede frem', en: 'We do not know whether it arrived' }
    default:
      return unreachable(because)
  }
}

export function channelText(channel: Channel): Text2 {
  switch (channel) {
    case 'email':
      return { da: 'E-mail', en: 'E-mail' }
    case 'sms':
      return { da: 'Sms', en: 'Text message' }
    case 'letter':
      return { da: 'Brev', en: 'Letter' }
    case 'digital-post':
      return { da: 'Digital Post', en: 'Digital Post' }
    case 'push':
      return { da: 'Push-besked', en: 'Push message' }
    default:
      return unreachable(channel)
  }
}

export function sendAgainRefusalText({ kind }: SendAgainRefusal): Text2 {
  switch (kind) {
    case 'gone':
      return {
        da: 'Beskeden er allerede sendt igen eller klaret, eller den er nået frem.',
        en: 'The message has been sent again or handled already, or it has arrived.',
      }
    case 'content-gone':
      return {
        da: 'Det, der stod i beskeden, er slettet efter reglerne. Den kan ikke sendes igen.',
        en: 'What the message said is deleted as the rules demand. It cannot be sent again.',
      }
    case 'no-address':
      return {
        da: 'Vi har ingen anden adresse end den, der ikke virkede. Få en ny af låneren, eller send beskeden som brev.',
        en: 'We have no other address than the one that did not work. Ask the patron for a new one, or send a letter.',
      }
    default:
      return unreachable(kind)
  }
}
