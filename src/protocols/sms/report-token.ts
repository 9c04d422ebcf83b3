import { createHmac, timingSafeEqual } from 'node:crypto'
import type { MessageId } from '#core'

/** A message's id as the gateway takes it: 32 characters, of which no number or name can be read. */
export function shortId(id: MessageId): string {
  return id.replaceAll('-', '')
}

/** The id of a message by its short form, if it can be one. */
export function longId(short: string): MessageId | undefined {
  const [, ...parts] = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(short) ?? []
  return parts.length === 5 ? (parts.join('-') as MessageId) : undefined
}

/** Proves that a report is about a message we sent: nobody but the gateway has been told it. */
export function reportToken(key: string, agency: string, short: string): string {
  return createHmac('sha256', key).update(`sms report ${agency} ${short}`).digest('base64url')
}

export function isReportToken(key: string, agency: string, short: string, given: string): boolean {
  const right = Buffer.from(reportToken(key, agency, short))
  const shown = Buffer.from(given)
  return shown.length === right.length && timingSafeEqual(shown, right)
}
