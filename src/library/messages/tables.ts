import type { Language, MessageId, PatronId } from '#core'
import { coded, contact, type Declaration, declareTable, free, identity, moment, none } from '#privacy'
import { pushSubscription } from './push-tables.ts'

export const CHANNELS = ['email', 'sms', 'letter', 'digital-post', 'push'] as const
export type Channel = (typeof CHANNELS)[number]

export interface MessageRow {
  id: MessageId
  patron_id: PatronId
  kind: string
  channel: Channel
  language: Language
  recipient: string | null
  subject: string | null
  body: string | null
  queued_at: Temporal.Instant
  sent_at: Temporal.Instant | null
  given_up_at: Temporal.Instant | null
  redacted_at: Temporal.Instant | null
  tries: number
  next_try_at: Temporal.Instant | null
  /** Handed to its channel, and not yet known what became of it. */
  trying_at: Temporal.Instant | null
  given_up_because: GivenUpBecause | null
  /** What the channel has said of it since: it arrived, or it came back. */
  delivered_at: Temporal.Instant | null
  bounced_at: Temporal.Instant | null
  /** Staff have looked at a message that never arrived and done what there was to do. */
  handled_at: Temporal.Instant | null
}

/** `unsure`: the program ended between sending and noting it, and the channel may not be asked again. */
export type GivenUpBecause = 'too-old' | 'refused' | 'unsure' | 'withdrawn'

const message = declareTable<MessageRow>({
  name: 'message',
  label: { da: 'beskeder, vi har sendt dig', en: 'messages we have sent you' },
  about: 'patron',
  subject: 'patron_id',
  moments: {
    sent: { column: 'sent_at', label: { da: 'beskeden er sendt', en: 'the message was sent' } },
    'given-up': {
      column: 'given_up_at',
      label: { da: 'vi har opgivet at sende beskeden', en: 'we gave up sending the message' },
    },
  },
  actions: ['redact'],
  redacts: { columns: ['recipient', 'subject', 'body'], done: 'redacted_at' },
  followsAccount: true,
  onErasure: 'delete',
  core: true,
  columns: {
    id: none,
    patron_id: identity('Låner', 'Patron'),
    kind: identity('Slags', 'Kind'),
    channel: coded('Sendt med', 'Sent by', {
      email: ['e-mail', 'e-mail'],
      sms: ['sms', 'text message'],
      letter: ['brev', 'letter'],
      'digital-post': ['Digital Post', 'Digital Post'],
      push: ['push-besked', 'push message'],
    }),
    language: none,
    recipient: contact('Sendt til', 'Sent to'),
    subject: free('Emne', 'Subject'),
    body: free('Indhold', 'Content'),
    queued_at: moment('Skrevet', 'Written'),
    sent_at: moment('Sendt', 'Sent'),
    given_up_at: moment('Opgivet', 'Given up'),
    redacted_at: moment('Indhold slettet', 'Content deleted'),
    tries: none,
    next_try_at: moment('Prøves igen', 'Tried again'),
    trying_at: moment('Under afsendelse', 'Being sent'),
    given_up_because: coded('Opgivet fordi', 'Given up because', {
      'too-old': ['den blev for gammel', 'it became too old'],
      refused: ['adressen ikke tog imod den', 'the address did not take it'],
      unsure: ['vi ikke ved, om den nåede frem', 'we do not know whether it arrived'],
      withdrawn: ['den ikke længere var rigtig', 'it was no longer true'],
    }),
    delivered_at: moment('Nået frem', 'Arrived'),
    bounced_at: moment('Kommet retur', 'Came back'),
    handled_at: moment('Set på af personalet', 'Looked at by staff'),
  },
})

export const messagesTables: readonly Declaration[] = [message, pushSubscription]
