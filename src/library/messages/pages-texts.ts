import type { Text2 } from '#core'
import { plural } from '#web'
import type { Channel } from './tables.ts'

/** What a patron reads of the messages the library has sent them, and of push messages. */
export const texts = {
  me: { da: 'Min side', en: 'My page' },
  messages: { da: 'Mine beskeder', en: 'My messages' },
  lead: {
    da: 'Her står, hvad biblioteket har skrevet til dig. Indholdet slettes efter den tid, der står i privatlivspolitikken; at vi har skrevet, kan ses, så længe du har en konto.',
    en: 'Here is what the library has written to you. The content is deleted after the time the privacy notice says; that we have written can be seen for as long as you have an account.',
  },
  none: { da: 'Vi har ikke skrevet til dig.', en: 'We have not written to you.' },
  newest: (count: number): Text2 => ({
    da: `De nyeste ${count} vises. Alle står i din kopi under Mine oplysninger.`,
    en: `The newest ${count} are shown. All are in your copy under My data.`,
  }),
  channels: {
    email: { da: 'E-mail', en: 'E-mail' },
    sms: { da: 'Sms', en: 'Text message' },
    letter: { da: 'Brev', en: 'Letter' },
    'digital-post': { da: 'Digital Post', en: 'Digital Post' },
    push: { da: 'Push-besked', en: 'Push message' },
  } satisfies Record<Channel, Text2>,
  sent: (channel: string, when: string): Text2 => ({ da: `${channel}, sendt ${when}`, en: `${channel}, sent ${when}` }),
  waiting: (channel: string): Text2 => ({ da: `${channel}, bliver sendt snart`, en: `${channel}, will be sent soon` }),
  givenUp: (channel: string, when: string): Text2 => ({
    da: `${channel}, opgivet ${when}`,
    en: `${channel}, given up ${when}`,
  }),
  cameBack: { da: 'Kom retur', en: 'Came back' },
  notSent: { da: 'Ikke sendt', en: 'Not sent' },
  redacted: { da: 'Indholdet er slettet.', en: 'The content has been deleted.' },
  show: { da: 'Læs beskeden', en: 'Read the message' },
  // Push
  push: { da: 'Push-beskeder på denne enhed', en: 'Push messages on this device' },
  pushLead: {
    da: 'Med push-beskeder siger din telefon til, når noget ligger klar, eller en frist nærmer sig. De er korte og nævner ingen titler.',
    en: 'With push messages your phone tells you when something is ready or a due date comes near. They are short and name no titles.',
  },
  pushHow: {
    da: 'Din browser giver os en adresse hos sin leverandør, som beskederne sendes til. Leverandøren kan ligge uden for EU. Beskederne er krypteret, så kun din enhed kan læse dem. Adressen slettes, så snart du slår dem fra.',
    en: 'Your browser gives us an address at its maker to send the messages to. The maker may be outside the EU. The messages are encrypted, so that only your device can read them. The address is deleted as soon as you turn them off.',
  },
  pushOn: { da: 'Slå push-beskeder til her', en: 'Turn push messages on here' },
  pushOff: { da: 'Slå push-beskeder fra på alle enheder', en: 'Turn push messages off on all devices' },
  pushCount: (count: number): Text2 => ({
    da: plural.da(count, 'Slået til på 1 enhed', `Slået til på ${count} enheder`),
    en: plural.en(count, 'Turned on on 1 device', `Turned on on ${count} devices`),
  }),
  pushSince: (when: string): Text2 => ({ da: `Tilmeldt ${when}`, en: `Signed up ${when}` }),
  pushIsOn: { da: 'Push-beskeder er slået til.', en: 'Push messages are turned on.' },
  pushIsOff: {
    da: 'Push-beskeder er slået fra, og adressen er slettet.',
    en: 'Push messages are turned off, and the address is deleted.',
  },
  pushNone: { da: 'Push-beskeder er ikke slået til på nogen enhed.', en: 'Push messages are turned on on no device.' },
  pushNotOffered: {
    da: 'Biblioteket sender ikke push-beskeder.',
    en: 'The library does not send push messages.',
  },
  pushNeedsScript: {
    da: 'At slå push-beskeder til kræver en browser med JavaScript, som kan modtage dem. På en iPhone skal biblioteket først føjes til hjemmeskærmen.',
    en: 'Turning push messages on takes a browser with JavaScript that can receive them. On an iPhone the library must be added to the home screen first.',
  },
  pushBlocked: {
    da: 'Browseren tillader ikke beskeder herfra. Giv lov i browserens indstillinger, og prøv igen.',
    en: 'The browser does not allow messages from here. Allow them in the browser’s settings, and try again.',
  },
  pushFailed: {
    da: 'Det lykkedes ikke. Prøv igen, eller brug en anden browser.',
    en: 'It did not work. Try again, or use another browser.',
  },
} as const
