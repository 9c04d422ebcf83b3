import type { Language, MessageId, PatronId } from '#core'
import { sql } from '#db'
import { mayDisturb, messageHours, RefusedByChannel, type Sender, type Senders } from '#messages'
import { readSetting } from '#settings'
import type { Context } from '#vault'
import { inLanguage } from '#web'
import { newsChannels, WAYS } from './queries.ts'
import type { NewsIssueRow, NewsletterRow, SubscriptionId } from './tables.ts'
import { confirmText, newsText } from './texts.ts'

/** Somebody who is no patron has no id; a sender that wants one is given nobody's. */
const NOBODY = '00000000-0000-7000-8000-000000000000' as PatronId
const AT_A_TIME = 200

interface Reader {
  readonly id: SubscriptionId
  readonly patron_id: PatronId | null
  readonly address: string
  readonly language: Language
  readonly leave_key: string
}

/** Where a library's news can take its readers back to. */
export interface NewsLinks {
  /** Without a slash at the end. */
  readonly publicUrl: string
}

/**
 * Sends what waits: links to confirm a sign-up, and each letter to those who are signed up for it when their turn comes.
 * What is refused for good is passed over; when a channel does not answer, it goes on there the next time.
 */
export async function sendNews(ctx: Context, senders: Senders, links: NewsLinks): Promise<number> {
  const channels = await newsChannels(ctx)
  let sent = 0
  if (channels.includes('email') && senders.email) sent += await askToConfirm(ctx, senders.email, links)
  const mayRing = mayDisturb(await readSetting(ctx, messageHours), ctx.clock.now())
  const issues = await ctx.db.all(sql<NewsIssueRow & Pick<NewsletterRow, 'channel'>>`
    select i.*, n.channel from news_issue i join newsletter n on n.id = i.newsletter_id
    where i.finished_at is null order by i.written_at, i.id`)
  for (const issue of issues) {
    const sender = channels.includes(issue.channel) ? senders[issue.channel] : undefined
    if (sender && (issue.channel === 'email' || mayRing || sender.silent)) {
      sent += await sendIssue(ctx, sender, issue, links)
    }
  }
  return sent
}

async function askToConfirm(ctx: Context, sender: Sender, links: NewsLinks): Promise<number> {
  const readers = await ctx.db.all(sql<Reader>`
    select id, patron_id, email as address, language, leave_key from newsletter_subscription
    where confirmed_at is null and asked_at is null order by id limit ${AT_A_TIME}`)
  let sent = 0
  for (const reader of readers) {
    const text = confirmText(linkOf(ctx, links, reader, 'confirm'), reader.language)
    const went = await handOver(ctx, sender, reader, { kind: 'news-confirm', channel: 'email', ...text })
    if (went === 'not-now') return sent
    await ctx.db.run(sql`update newsletter_subscription set asked_at = ${ctx.clock.now()} where id = ${reader.id}`)
    if (went === 'sent') sent++
  }
  return sent
}

async function sendIssue(
  ctx: Context,
  sender: Sender,
  issue: NewsIssueRow & Pick<NewsletterRow, 'channel'>,
  links: NewsLinks,
): Promise<number> {
  const { table } = WAYS[issue.channel]
  const address = sql.id(issue.channel === 'email' ? 'email' : 'phone')
  const confirmed = issue.channel === 'email' ? sql`and confirmed_at is not null` : sql``
  let { reached } = issue
  let sent = 0
  for (;;) {
    // One at a time: somebody may sign off while the letter is on its way to those before them.
    const reader = await ctx.db.maybe(sql<Reader>`
      select id, patron_id, ${address} as address, language, leave_key from ${sql.id(table)}
      where newsletter_id = ${issue.newsletter_id} and (${reached}::uuid is null or id > ${reached})
        and consented_at <= ${issue.written_at} ${confirmed}
      order by id limit 1`)
    if (!reader) break
    const body = newsText(issue, linkOf(ctx, links, reader, 'leave'), reader.language)
    const text = { kind: 'news', channel: issue.channel, subject: issue.subject, body }
    const went = await handOver(ctx, sender, reader, text)
    if (went === 'not-now') return sent
    reached = reader.id
    if (went === 'sent') sent++
    await ctx.db.run(sql`
      update news_issue set reached = ${reached}, sent = sent + ${went === 'sent' ? 1 : 0} where id = ${issue.id}`)
  }
  await ctx.db.run(sql`update news_issue set finished_at = ${ctx.clock.now()} where id = ${issue.id}`)
  return sent
}

async function handOver(
  ctx: Context,
  sender: Sender,
  reader: Reader,
  text: { readonly kind: string; readonly channel: 'email' | 'sms'; readonly subject: string; readonly body: string },
): Promise<'sent' | 'refused' | 'not-now'> {
  try {
    await sender.send({
      ...text,
      // A new one each time: a channel takes what comes with an id it knows for the same letter.
      id: ctx.random.uuid(ctx.clock.now()) as MessageId,
      patron_id: reader.patron_id ?? NOBODY,
      language: reader.language,
      recipient: reader.address,
    })
    return 'sent'
  } catch (fault) {
    return fault instanceof RefusedByChannel ? 'refused' : 'not-now'
  }
}

function linkOf(ctx: Context, { publicUrl }: NewsLinks, { leave_key, language }: Reader, what: string): string {
  return `${publicUrl}${inLanguage(`/${ctx.agency}/news/${what}/${leave_key}`, language)}`
}
