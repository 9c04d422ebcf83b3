import type { Language, PatronId } from '#core'
import type { NewMessage } from './queue.ts'
import type { Channel } from './tables.ts'

/** Whom a message goes to, and how they can be reached. */
export interface Addressee {
  readonly patron_id: PatronId
  readonly language: Language
  readonly email: string | null
  readonly phone: string | null
  /** Whether titles may be named in e-mail, as the patron asked for. Not, unless told. */
  readonly titles?: boolean
  /** Whether the state knows them by a number, so that Digital Post can be asked about them. Not, unless told. */
  readonly digital_post?: boolean
  /** Whether an app of theirs takes push messages. Not, unless told: what is for a guardian is not for the child's. */
  readonly push?: boolean
}

/** A message by e-mail, else by SMS; nothing for someone who has given neither, as the notice says. */
export function serviceMessage(to: Addressee, kind: string, text: { subject: string; body: string }): NewMessage[] {
  const channel: Channel | undefined = to.email ? 'email' : to.phone ? 'sms' : undefined
  if (!channel) return []
  const recipient = channel === 'email' ? to.email : to.phone
  return [{ patron_id: to.patron_id, kind, channel, language: to.language, recipient, ...text }]
}

/**
 * What a statement selects to have an {@link Addressee}, of the patron whose alias is given: an address is left out when
 * mail to it came back or the patron wants none.
 */
export function ADDRESSEE(patron: string): string {
  return `${patron}.id as patron_id, ${patron}.language,
    case when ${patron}.wants_email and ${patron}.email_bounced_at is null then ${patron}.email end as email,
    case when ${patron}.wants_sms and ${patron}.phone_bounced_at is null then ${patron}.phone end as phone,
    ${patron}.wants_titles as titles, ${patron}.cpr_sealed is not null as digital_post,
    exists (select from push_subscription app where app.patron_id = ${patron}.id) as push`
}

/** Whether a message finds the patron whose alias is given, by {@link ADDRESSEE}. */
export function REACHABLE(patron: string): string {
  return `(${patron}.wants_email and ${patron}.email_bounced_at is null and ${patron}.email <> ''
    or ${patron}.wants_sms and ${patron}.phone_bounced_at is null and ${patron}.phone <> '')`
}
