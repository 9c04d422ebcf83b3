import type { Id, PatronId } from '#core'
import { contact, declareTable, identity, moment, none, secret } from '#privacy'

export type PushSubscriptionId = Id<'push-subscription'>

/** An app or browser that takes push messages (Web Push, RFC 8030). It goes when it is signed off. */
export interface PushSubscriptionRow {
  id: PushSubscriptionId
  patron_id: PatronId
  /** Where its push service takes messages for it. */
  endpoint: string
  /** Its public key, and a secret it shares with us: what messages are sealed with (RFC 8291). Both base64url. */
  p256dh: string
  auth: string
  added_at: Temporal.Instant
}

export const pushSubscription = declareTable<PushSubscriptionRow>({
  name: 'push_subscription',
  label: { da: 'app, der modtager push-beskeder', en: 'apps that receive push messages' },
  about: 'patron',
  subject: 'patron_id',
  moments: {
    withdrawn: { column: null, label: { da: 'du slår beskederne fra', en: 'you turn the messages off' } },
  },
  actions: ['delete'],
  onErasure: 'delete',
  columns: {
    id: none,
    patron_id: identity('Låner', 'Patron'),
    endpoint: contact('Appens adresse', 'The app’s address'),
    p256dh: secret('Appens nøgle', 'The app’s key'),
    auth: secret('Appens hemmelighed', 'The app’s secret'),
    added_at: moment('Tilmeldt', 'Signed up'),
  },
})
