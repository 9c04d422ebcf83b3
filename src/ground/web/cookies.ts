import type { FastifyReply } from 'fastify'
import type { Text2 } from '#core'

/** A cookie as the cookie page tells of it. */
export interface CookieDeclaration {
  /** Its name, or what its name begins with where each library has its own. */
  readonly name: string
  readonly purpose: Text2
  /** How long a browser keeps it. */
  readonly kept: Text2
  /** Set for whoever uses the website, or only for staff and the library's own screens. */
  readonly whose: 'visitor' | 'staff'
}

const untilClosed: Text2 = { da: 'Indtil browseren lukkes', en: 'Until the browser is closed' }
const tenMinutes: Text2 = { da: '10 minutter', en: '10 minutes' }
const halfAnHour: Text2 = { da: '30 minutter', en: '30 minutes' }
const year: Text2 = { da: 'Et år', en: 'One year' }

/** Every cookie there is. One that is not here is not sent: see {@link undeclaredCookie}. */
export const COOKIES: readonly CookieDeclaration[] = [
  {
    name: 'kvit-form',
    whose: 'visitor',
    kept: untilClosed,
    purpose: {
      da: 'Sikrer, at det, der sendes fra en formular, kommer fra dig og ikke fra et andet websted.',
      en: 'Makes sure that what is sent from a form comes from you and not from another website.',
    },
  },
  {
    name: 'kvit-message',
    whose: 'visitor',
    kept: { da: 'Højst et minut', en: 'A minute at most' },
    purpose: {
      da: 'Bærer en kort besked til den næste side, for eksempel at et lån er fornyet.',
      en: 'Carries a short message to the next page, such as that a loan was renewed.',
    },
  },
  {
    name: 'kvit-patron-',
    whose: 'visitor',
    kept: untilClosed,
    purpose: {
      da: 'Husker, at du er logget ind som låner.',
      en: 'Remembers that you are signed in as a patron.',
    },
  },
  {
    name: 'kvit-mitid-',
    whose: 'visitor',
    kept: tenMinutes,
    purpose: { da: 'Følger dig til MitID og tilbage.', en: 'Follows you to MitID and back.' },
  },
  {
    name: 'kvit-oauth-mitid',
    whose: 'visitor',
    kept: tenMinutes,
    purpose: {
      da: 'Følger dig til MitID og tilbage, når du logger ind fra bibliotekernes fælles website eller app.',
      en: 'Follows you to MitID and back when you sign in from the libraries’ common website or app.',
    },
  },
  {
    name: 'kvit-pin-link-',
    whose: 'visitor',
    kept: halfAnHour,
    purpose: {
      da: 'Husker det link, du fik tilsendt for at vælge en ny PIN-kode.',
      en: 'Remembers the link you were sent for choosing a new PIN.',
    },
  },
  {
    name: 'kvit-enrol-',
    whose: 'visitor',
    kept: untilClosed,
    purpose: {
      da: 'Bærer krypteret det, du har skrevet, mens du opretter dig som låner.',
      en: 'Carries what you have written, encrypted, while you become a patron.',
    },
  },
  {
    name: 'kvit-staff-',
    whose: 'staff',
    kept: untilClosed,
    purpose: {
      da: 'Husker, at en medarbejder er logget ind, og bærer logindet fra trin til trin.',
      en: 'Remembers that a member of staff is signed in, and carries the sign-in from step to step.',
    },
  },
  {
    name: 'kvit-desk-',
    whose: 'staff',
    kept: year,
    purpose: { da: 'Husker, hvilken filial skranken står i.', en: 'Remembers which branch the desk is in.' },
  },
  {
    name: 'kvit-receipt-',
    whose: 'staff',
    kept: year,
    purpose: {
      da: 'Husker, om skranken printer eller mailer kvitteringer.',
      en: 'Remembers whether the desk prints or mails receipts.',
    },
  },
  {
    name: 'kvit-returns-',
    whose: 'staff',
    kept: { da: 'Tre timer', en: 'Three hours' },
    purpose: {
      da: 'Husker, at der afleveres fra bogkassen, og for hvilken dag, eller at der tælles brug på stedet.',
      en: 'Remembers that items of the book drop are being returned, and for which day, or that use in the house is counted.',
    },
  },
  {
    name: 'kvit-screen-',
    whose: 'staff',
    kept: year,
    purpose: {
      da: 'Viser, at skærmen er en af bibliotekets selvbetjeningsskærme.',
      en: 'Shows that the screen is one of the library’s self-service screens.',
    },
  },
  {
    name: 'kvit-turn-',
    whose: 'staff',
    kept: { da: 'Indtil du er færdig ved skærmen', en: 'Until you are done at the screen' },
    purpose: {
      da: 'Husker på en selvbetjeningsskærm, hvis tur det er.',
      en: 'Remembers at a self-service screen whose turn it is.',
    },
  },
]

/** The name of a cookie in this reply that nobody has declared, if there is one. */
export function undeclaredCookie(reply: FastifyReply): string | undefined {
  return [reply.getHeader('set-cookie') ?? []]
    .flat()
    .map(
      (cookie) =>
        String(cookie)
          .split('=')[0]
          ?.replace(/^__Host-/, '') ?? '',
    )
    .find(
      (name) =>
        !COOKIES.some((known) => name === known.name || (known.name.endsWith('-') && name.startsWith(known.name))),
    )
}
