import type { PatronId } from '#core'
import { sql } from '#db'
import { policyOf, recipientNamed } from '#privacy'
import type { Context } from '#vault'
import type { NewsletterId, NewsletterRow } from './tables.ts'

export type NewsChannel = NewsletterRow['channel']

/** Each way of news has its table, its part of the policy, and its recipient there. */
export const WAYS = {
  email: { table: 'newsletter_subscription', data: 'newsletter-subscription', recipient: 'email-news' },
  sms: { table: 'sms_news_subscription', data: 'sms-news-subscription', recipient: 'sms-news' },
} as const

/** Which news a library may send: its policy says when a sign-up ends, and names who carries it. */
export async function newsChannels(ctx: Context): Promise<NewsChannel[]> {
  const { policy } = await policyOf(ctx)
  const channels: NewsChannel[] = []
  for (const channel of ['email', 'sms'] as const) {
    const { data, recipient } = WAYS[channel]
    const speaks = policy.clauses.some((clause) => clause.data === data)
    if (speaks && (await recipientNamed(ctx, recipient))) channels.push(channel)
  }
  return channels
}

export type OfferedNewsletter = Pick<NewsletterRow, 'id' | 'channel' | 'name' | 'about'>

/** What one can sign up for now. */
export async function offeredNews(ctx: Context): Promise<OfferedNewsletter[]> {
  const channels = await newsChannels(ctx)
  return ctx.db.all(sql<OfferedNewsletter>`
    select id, channel, name, about from newsletter
    where closed_at is null and channel = any(${channels}::text[]) order by channel, name, id`)
}

export interface OwnSubscription {
  readonly id: string
  readonly newsletter: string
  readonly newsletter_id: NewsletterId
  readonly address: string
  readonly leave_key: string
}

/** What a patron is signed up for. */
export function newsOf(ctx: Context, patron: PatronId): Promise<OwnSubscription[]> {
  return ctx.db.all(sql<OwnSubscription>`
    select s.id, n.name as newsletter, n.id as newsletter_id, s.address, s.leave_key
    from (
      select id, newsletter_id, patron_id, email as address, leave_key from newsletter_subscription
      union all
      select id, newsletter_id, patron_id, phone as address, leave_key from sms_news_subscription) s
      join newsletter n on n.id = s.newsletter_id
    where s.patron_id = ${patron} order by n.name, s.id`)
}

export interface CountedNewsletter extends NewsletterRow {
  readonly readers: number
  /** The subject of what was sent last, and when. */
  readonly last: string | null
  readonly last_at: Temporal.Instant | null
  readonly waiting: boolean
}

/** Every newsletter with how many get it, for staff. Names nobody. */
export function countedNews(ctx: Context): Promise<CountedNewsletter[]> {
  return ctx.db.all(sql<CountedNewsletter>`
    select n.*,
      ((select count(*) from newsletter_subscription s where s.newsletter_id = n.id and s.confirmed_at is not null)
        + (select count(*) from sms_news_subscription s where s.newsletter_id = n.id))::int as readers,
      i.subject as last, i.written_at as last_at, i.id is not null and i.finished_at is null as waiting
    from newsletter n left join lateral (
      select id, subject, written_at, finished_at from news_issue where newsletter_id = n.id
      order by written_at desc, id desc limit 1) i on true
    order by n.closed_at is not null, n.name, n.id`)
}
