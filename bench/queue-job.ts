import { type PatronId, stopwatch, type TitleId } from '#core'
import { sql } from '#db'
import { checkin, checkout } from '#loans'
import { placeReservation } from '#reservations'
import type { Installation } from '../src/installation.ts'
import type { LoadOutcome, QueueJob } from './jobs.ts'

/**
 * Turns the queue of a title: the item is handed in and kept for the head, who collects it, and whoever had it queues up
 * again. So the queue stays as long as it was, and each turn asks everything that its length could make slow.
 */
export async function turnQueue(installation: Installation, job: QueueJob): Promise<LoadOutcome> {
  const ctx = installation.context(job.agency, { kind: 'system', job: 'bench' })
  const { id: title } = await ctx.db.one<{ id: TitleId }>(
    sql`select title_id as id from item where barcode = ${job.barcode}`,
  )
  const patrons = await ctx.db.all<{ id: PatronId; card: string }>(sql`
    select p.id, n.value as card from patron p join identifier n on n.patron_id = p.id
    order by p.number limit ${job.waiting + 1}`)
  const queueUp = async (patron: PatronId) => {
    const placed = await placeReservation(ctx, { patron, title })
    if (!placed.ok) throw new Error(`not reserved: ${placed.refusal.kind}`)
  }
  const collect = async (card: string) => {
    const lent = await checkout(ctx, { card, barcode: job.barcode })
    if (!lent.ok) throw new Error(`not lent: ${lent.refusal.kind}`)
  }
  const [first, ...others] = patrons
  if (!first) throw new Error('there is nobody')
  await collect(first.card)
  for (const { id } of others) await queueUp(id)
  let turns = 0
  const turn = async () => {
    const holder = patrons[turns % patrons.length]
    const head = patrons[++turns % patrons.length]
    if (!holder || !head) throw new Error('nobody waits')
    const back = await checkin(ctx, { barcode: job.barcode })
    if (!back.ok) throw new Error(`not taken back: ${back.refusal.kind}`)
    await collect(head.card)
    await queueUp(holder.id)
  }
  for (let warm = 0; warm < job.warmUp; warm++) await turn()
  const times: number[] = []
  const whole = stopwatch()
  while (whole() < job.for_ms) {
    const elapsed = stopwatch()
    await turn()
    times.push(elapsed())
  }
  return { kind: 'load', ms: whole(), times }
}
