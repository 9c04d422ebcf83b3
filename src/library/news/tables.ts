import type { Id, Language, PatronId, StaffId } from '#core'
import { contact, type Declaration, declareTable, free, identity, moment, none, secret, staffMember } from '#privacy'

export type NewsletterId = Id<'newsletter'>
export type SubscriptionId = Id<'news-subscription'>

/** Something the library writes regularly to whoever has asked for it: by e-mail, or by text message. */
export interface NewsletterRow {
  id: NewsletterId
  channel: 'email' | 'sms'
  name: string
  about: string
  made_at: Temporal.Instant
  /** Nobody signs up for it any more, and nothing is sent. */
  closed_at: Temporal.Instant | null
}

const newsletter = declareTable<NewsletterRow>({
  name: 'newsletter',
  label: { da: 'nyhedsbreve', en: 'newsletters' },
  about: 'nobody',
  subject: null,
  moments: {},
  actions: [],
  onErasure: 'delete',
  columns: { id: none, channel: none, name: none, about: none, made_at: none, closed_at: none },
})

/** What somebody has agreed to, in the words they saw. It goes the moment they sign off. */
interface SubscriptionRow {
  id: SubscriptionId
  newsletter_id: NewsletterId
  /** Null of somebody who is no patron here, or was not signed in. */
  patron_id: PatronId | null
  name: string
  language: Language
  wording: string
  consented_at: Temporal.Instant
  /** Stands in the link that signs them off. */
  leave_key: string
}

const subscriptionColumns = {
  id: none,
  newsletter_id: identity('Nyhedsbrev', 'Newsletter'),
  patron_id: identity('Låner', 'Patron'),
  name: identity('Navn', 'Name'),
  language: contact('Sprog', 'Language'),
  wording: free('Det, der er sagt ja til', 'What was agreed to'),
  consented_at: moment('Sagt ja', 'Agreed'),
  leave_key: secret('Nøgle til at melde sig fra', 'Key for signing off'),
} as const

const withdrawn = { column: null, label: { da: 'du melder dig fra', en: 'you sign off' } }

export interface NewsletterSubscriptionRow extends SubscriptionRow {
  email: string
  /** The link in the first e-mail was followed, or it is the address of the account; before that nothing else is sent. */
  confirmed_at: Temporal.Instant | null
  asked_at: Temporal.Instant | null
}

const newsletterSubscription = declareTable<NewsletterSubscriptionRow>({
  name: 'newsletter_subscription',
  label: { da: 'tilmelding til nyhedsbrev', en: 'newsletter subscriptions' },
  about: 'patron',
  subject: 'patron_id',
  moments: { withdrawn },
  actions: ['delete'],
  onErasure: 'delete',
  columns: {
    ...subscriptionColumns,
    email: contact('E-mail', 'E-mail'),
    confirmed_at: moment('Bekræftet', 'Confirmed'),
    asked_at: moment('Spurgt', 'Asked'),
  },
})

export interface SmsNewsSubscriptionRow extends SubscriptionRow {
  phone: string
  /** Who of the staff signed them up, at their word. */
  entered_by: StaffId | null
}

const smsNewsSubscription = declareTable<SmsNewsSubscriptionRow>({
  name: 'sms_news_subscription',
  label: { da: 'tilmelding til nyheder på sms', en: 'text-message news subscriptions' },
  about: 'patron',
  subject: 'patron_id',
  moments: { withdrawn },
  actions: ['delete'],
  onErasure: 'delete',
  columns: {
    ...subscriptionColumns,
    phone: contact('Telefon', 'Telephone'),
    entered_by: staffMember('Tilmeldt af', 'Signed up by'),
  },
})

/** One letter of news, and how far its sending has come. */
export interface NewsIssueRow {
  id: string
  newsletter_id: NewsletterId
  subject: string
  body: string
  written_at: Temporal.Instant
  /** The last subscription it went to; they are taken in order of their ids. */
  reached: SubscriptionId | null
  sent: number
  finished_at: Temporal.Instant | null
}

const newsIssue = declareTable<NewsIssueRow>({
  name: 'news_issue',
  label: { da: 'udsendte nyheder', en: 'news that was sent' },
  about: 'nobody',
  subject: null,
  moments: {},
  actions: [],
  onErasure: 'delete',
  columns: {
    id: none,
    newsletter_id: none,
    subject: none,
    body: none,
    written_at: none,
    reached: none,
    sent: none,
    finished_at: none,
  },
})

export const newsTables: readonly Declaration[] = [newsletter, newsletterSubscription, smsNewsSubscription, newsIssue]
