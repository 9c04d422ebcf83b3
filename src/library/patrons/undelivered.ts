import { type MessageId, type PatronId, type Result, refuse } from '#core'
import { sql, transact } from '#db'
import {
  ADDRESSEE,
  type Addressee,
  type Channel,
  type ResendRefusal,
  resend,
  type Undelivered,
  undelivered,
  undeliveredNamed,
} from '#messages'
import type { Context } from '#vault'
import { guardianNoLonger } from './templates.ts'

export type ListedUndelivered = Undelivered & { readonly number: string }

/** What never arrived, with the number of the patron it was for and nothing else about them. */
export async function listUndelivered(
  ctx: Context,
  most: number,
): Promise<{ readonly messages: ListedUndelivered[]; readonly count: ReadonlyMap<Undelivered['because'], number> }> {
  const { messages, count } = await undelivered(ctx, most)
  const ids = [...new Set(messages.map(({ patron_id }) => patron_id))]
  const rows = await ctx.db.all(sql<{ id: PatronId; number: string }>`
    select id, number from patron where id = any(${ids}::uuid[])`)
  const numbers = new Map(rows.map(({ id, number }) => [id, number]))
  return { messages: messages.map((message) => ({ ...message, number: numbers.get(message.patron_id) ?? '' })), count }
}

/** `no-address`: nothing is known but what it did not reach. */
export type SendAgainRefusal = ResendRefusal | { readonly kind: 'no-address' }

/**
 * Sends again what never arrived, to where the patron is reached today: a new address since, or by SMS when their apps are
 * gone. As a letter when staff ask for one.
 */
export function sendAgain(
  ctx: Context,
  id: string,
  how: 'as-before' | 'letter',
): Promise<Result<MessageId, SendAgainRefusal>> {
  return transact(ctx, async (ctx): Promise<Result<MessageId, SendAgainRefusal>> => {
    const message = await undeliveredNamed(ctx, id)
    if (!message) return refuse({ kind: 'gone' })
    if (how === 'letter') return resend(ctx, message.id, { channel: 'letter', recipient: null })
    const patron = await ctx.db.maybe(sql<Addressee>`
      select ${sql.raw(ADDRESSEE('p'))} from patron p where p.id = ${message.patron_id} for share`)
    if (!patron) return refuse({ kind: 'gone' })
    const to = whereTo(message, patron)
    return to ? resend(ctx, message.id, to) : refuse({ kind: 'no-address' })
  })
}

function whereTo(
  { channel, kind, recipient, because }: Undelivered & { readonly recipient: string | null },
  patron: Addressee,
): { channel: Channel; recipient: string | null } | undefined {
  // One to a guardian who is no patron lies with the child's data, and is not the child's.
  const isAnothers = kind === guardianNoLonger.kind
  switch (channel) {
    case 'email':
    case 'sms': {
      const address = isAnothers ? recipient : channel === 'email' ? patron.email : patron.phone
      return address && !(isAnothers && because === 'bounced') ? { channel, recipient: address } : undefined
    }
    case 'push':
      if (patron.push) return { channel, recipient }
      return patron.phone ? { channel: 'sms', recipient: patron.phone } : undefined
    default:
      return { channel, recipient }
  }
}
