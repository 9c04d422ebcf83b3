import type { Language, PatronId } from '#core'
import type { NewMessage } from './queue.ts'
import type { Channel } from './tables.ts'

/** Whom a message goes to, and how they can be reached. */
export interface Addressee {
  readonly patron_id: PatronId
  readonly language: Language
  readonly email: string | null
  readonly phone: string | null
}

/** A message by e-mail, else by SMS; nothing for someone who has given neither, as the notice says. */
export function serviceMessage(to: Addressee, kind: string, text: { subject: string; body: string }): NewMessage[] {
  const channel: Channel | undefined = to.email ? 'email' : to.phone ? 'sms' : undefined
  if (!channel) return []
  const recipient = channel === 'email' ? to.email : to.phone
  return [{ patron_id: to.patron_id, kind, channel, language: to.language, recipient, ...text }]
}
