import { assert, ok, type PatronId, type Result, refuse } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import type { Policy } from './policy.ts'
import { policyOf } from './published.ts'
import { isRestricted } from './restriction.ts'

export type DisclosureRefusal =
  | { readonly kind: 'unknown-recipient' | 'inactive-recipient' | 'restricted' | 'not-delivered' }
  | { readonly kind: 'other-purpose'; readonly purpose: string }
  | { readonly kind: 'field-not-named'; readonly fields: readonly string[] }

export interface Disclosure {
  readonly recipient: string
  readonly patron: PatronId
  /** As the policy names them, such as `patron.name`. */
  readonly fields: readonly string[]
  readonly purpose: string
}

/** Whether the policy names somebody among those who receive data, and has not switched them off. */
export async function recipientNamed(ctx: Context, recipient: string): Promise<boolean> {
  const { policy } = await policyOf(ctx)
  return policy.recipients.some(({ id, active }) => id === recipient && active)
}

/** Whether the policy lets a recipient have these fields for this purpose. Collecting a claim passes a restriction. */
export function decideDisclosure(
  policy: Policy,
  asked: Disclosure,
  restricted: boolean,
): Result<true, DisclosureRefusal> {
  const recipient = policy.recipients.find(({ id }) => id === asked.recipient)
  if (!recipient) return refuse({ kind: 'unknown-recipient' })
  if (!recipient.active) return refuse({ kind: 'inactive-recipient' })
  if (recipient.purpose !== asked.purpose) return refuse({ kind: 'other-purpose', purpose: recipient.purpose })
  const unnamed = asked.fields.filter((field) => !recipient.fields.includes(field))
  if (unnamed.length > 0) return refuse({ kind: 'field-not-named', fields: unnamed })
  const aboutClaims = policy.purposes.find(({ id }) => id === asked.purpose)?.basis.includes('debt-collection-act')
  if (restricted && !aboutClaims) return refuse({ kind: 'restricted' })
  return ok(true)
}

/**
 * The gate that everything passes which leaves the library about a person. What the policy does not name is refused;
 * both outcomes are logged. The row is written before sending, so that nothing is ever sent without one; when sending
 * fails it is turned into a refusal. Not to be called inside a transaction, which could take the row back afterwards.
 */
export async function disclose(
  ctx: Context,
  asked: Disclosure,
  send: () => Promise<void>,
): Promise<Result<true, DisclosureRefusal>> {
  assert(!ctx.db.inTransaction, 'nothing is handed over inside a transaction')
  const { policy } = await policyOf(ctx)
  const decision = decideDisclosure(policy, asked, await isRestricted(ctx, asked.patron))
  const id = await note(ctx, asked, decision.ok ? null : decision.refusal.kind)
  if (!decision.ok) return decision
  try {
    await send()
    return decision
  } catch {
    // What went wrong may quote what was sent, so that only the fact is told.
    await ctx.db.run(sql`update disclosure set outcome = 'refused', refused_because = 'not-delivered' where id = ${id}`)
    ctx.log.warn({ agency: ctx.agency, recipient: asked.recipient, disclosure: id }, 'not sent')
    return refuse({ kind: 'not-delivered' })
  }
}

async function note(ctx: Context, asked: Disclosure, because: string | null): Promise<string> {
  const now = ctx.clock.now()
  const id = ctx.random.uuid(now)
  await ctx.db.run(sql`
    insert into disclosure (id, patron_id, recipient, fields, purpose, outcome, refused_because, made_at)
    values (${id}, ${asked.patron}, ${asked.recipient}, ${asked.fields.join(', ')}, ${asked.purpose},
      ${because === null ? 'handed-over' : 'refused'}, ${because}, ${now})`)
  return id
}
