import type { Language, MessageId, PatronId } from '#core'
import { sql, transact } from '#db'
import type { Context } from '#vault'
import { claimKinds, mayBeWritten } from './queue.ts'

/** A letter that waits for somebody to print it. What it says is not among it: a list needs nobody's letters. */
export interface WaitingLetter {
  readonly id: MessageId
  readonly patron_id: PatronId
  readonly kind: string
  readonly queued_at: Temporal.Instant
}

/** A letter somebody is printing. */
export interface TakenLetter {
  readonly id: MessageId
  readonly patron_id: PatronId
  readonly kind: string
  readonly language: Language
  readonly subject: string
  readonly body: string
  /** Whether it pursues a claim, for which a guardian answers. */
  readonly isClaim: boolean
}

/** Letters that were printed together and are not in the post yet, as far as anybody has said. */
export interface LetterBatch {
  readonly taken_at: Temporal.Instant
  readonly letters: number
}

const LETTER = sql`m.channel = 'letter' and m.sent_at is null and m.given_up_at is null`
/** Whether a kind of message pursues a claim: a guardian answers for it, and a restriction does not stop it. */
export function pursuesClaim(kind: string): boolean {
  return claimKinds().includes(kind)
}

/** Letters nobody has taken yet, oldest first. */
export function waitingLetters(ctx: Context): Promise<WaitingLetter[]> {
  return ctx.db.all(sql<WaitingLetter>`
    select m.id, m.patron_id, m.kind, m.queued_at from message m
    where ${LETTER} and m.trying_at is null and ${mayBeWritten()} order by m.queued_at, m.id`)
}

/** What is being printed, oldest first. */
export function lettersTaken(ctx: Context): Promise<LetterBatch[]> {
  return ctx.db.all(sql<LetterBatch>`
    select m.trying_at as taken_at, count(*)::int as letters from message m
    where ${LETTER} and m.trying_at is not null group by m.trying_at order by m.trying_at`)
}

/**
 * Takes letters to print them, so that nobody else prints the same. Answers those that were still there to be taken,
 * in the order they were asked for. A batch is known by the moment it was taken, which is one moment for each.
 */
export function takeLetters(ctx: Context, ids: readonly MessageId[]): Promise<TakenLetter[]> {
  if (ids.length === 0) return Promise.resolve([])
  return transact(ctx, async (ctx) => {
    await ctx.db.run(sql`select pg_advisory_xact_lock(hashtextextended(${`kvit letters ${ctx.agency}`}, 0))`)
    const takenAt = await momentOfBatch(ctx)
    const taken = await ctx.db.all(sql<Omit<TakenLetter, 'isClaim'>>`
      with wanted as (
        select m.id from message m
        where m.id = any(${[...ids]}::uuid[]) and ${LETTER} and m.trying_at is null and ${mayBeWritten()}
        order by m.id for update skip locked
      )
      update message set trying_at = ${takenAt}, tries = tries + 1 where id in (select id from wanted)
      returning id, patron_id, kind, language, coalesce(subject, '') as subject, coalesce(body, '') as body`)
    const place = new Map(ids.map((id, index) => [id, index]))
    return taken
      .map((letter) => ({ ...letter, isClaim: pursuesClaim(letter.kind) }))
      .sort((one, other) => (place.get(one.id) ?? 0) - (place.get(other.id) ?? 0))
  })
}

/** Now, or just after the newest batch where the clock stands still. */
async function momentOfBatch(ctx: Context): Promise<Temporal.Instant> {
  const now = ctx.clock.now()
  const { last } = await ctx.db.one<{ last: Temporal.Instant | null }>(sql`
    select max(m.trying_at) as last from message m where ${LETTER} and m.trying_at is not null`)
  if (last === null || Temporal.Instant.compare(last, now) < 0) return now
  return last.add({ microseconds: 1 })
}

/** They are in the post. Saying it twice is saying it once. Answers how many. */
export function lettersSent(ctx: Context, takenAt: Temporal.Instant): Promise<number> {
  return ctx.db.run(sql`
    update message m set sent_at = ${ctx.clock.now()}, trying_at = null where ${LETTER} and m.trying_at = ${takenAt}`)
}

/** They were not printed after all, or not well: they wait again. Answers how many. */
export function lettersBack(ctx: Context, takenAt: Temporal.Instant): Promise<number> {
  return ctx.db.run(sql`
    update message m set trying_at = null, tries = greatest(tries - 1, 0) where ${LETTER} and m.trying_at = ${takenAt}`)
}
