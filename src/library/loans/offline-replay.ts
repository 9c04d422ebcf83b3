import { z } from 'zod'
import { type BranchId, type Language, realClock } from '#core'
import type { Context } from '#vault'
import { faultFields } from '#web'
import { giveUpOffline, type OfflineEvent, type OfflineOutcome, replayOffline } from './offline.ts'
import { openScan } from './offline-seal.ts'
import { type Told, texts, told } from './offline-texts.ts'

const MOST_SCANS = 100
/** So often is a scan tried that Kvit fails at, before it is left to staff and the next ones have their turn. */
const MOST_TRIES = 3

const sentScan = z.strictObject({
  id: z.uuid(),
  key: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
  sealed: z.string().max(2000),
  /** How often it has been sent and come back as `later`. */
  tries: z.number().int().min(0).max(1000),
})

export const batch = z.strictObject({
  /**
   * By how many milliseconds the browser's clock is ahead of ours: how long ago a scan was is what counts, not what the
   * clock at the desk shows.
   */
  ahead: z.number().int(),
  scans: z.array(sentScan).min(1).max(MOST_SCANS),
})
export type Batch = z.infer<typeof batch>

export interface Replayed {
  readonly id: string
  /** `later`: not done, and neither is anything after it; the browser keeps it and sends it again. */
  readonly outcome: Told['outcome'] | 'later'
  readonly text: string
}

export interface Place {
  readonly language: Language
  readonly branches: ReadonlyMap<string, string>
  /** Where what names no branch of ours is taken to have happened. */
  readonly branch: BranchId
}

/**
 * Carries out what a browser kept while the server did not answer, in the order in which it happened, each scan once
 * however often it is sent. A scan that fails stops the rest, which may depend on it, until it has failed so often that
 * it is a matter for staff.
 */
export async function replayScans(ctx: Context, sent: Batch, place: Place): Promise<Replayed[]> {
  const now = ctx.clock.now()
  const desk_ms = realClock.now().epochMilliseconds + sent.ahead
  const opened = await Promise.all(sent.scans.map(async (scan) => ({ sent: scan, scan: await openScan(ctx, scan) })))
  const results: Replayed[] = []
  const tell = (id: string, outcome: OfflineOutcome) => {
    results.push({ id, ...told(outcome, place.language, (branch) => place.branches.get(branch) ?? '') })
  }
  for (const { sent: one, scan } of opened.filter(({ scan }) => !scan)) {
    if (!scan) tell(one.id, await giveUpOffline(ctx, { id: one.id }, 'unreadable'))
  }
  const events = opened.flatMap(({ sent: one, scan }) => {
    if (!scan) return []
    const ago = Math.max(0, desk_ms - scan.at)
    const branch = place.branches.has(scan.branch) ? (scan.branch as BranchId) : place.branch
    const common = { id: one.id, barcode: scan.item, at: now.subtract({ milliseconds: ago }), branch }
    const event: OfflineEvent =
      scan.deed === 'checkin' ? { ...common, kind: 'checkin' } : { ...common, kind: scan.deed, card: scan.card }
    return [{ event, tries: one.tries }]
  })
  events.sort((a, b) => Temporal.Instant.compare(a.event.at, b.event.at))
  for (const { event, tries } of events) {
    try {
      const [report] = await replayOffline(ctx, [event])
      if (report) tell(event.id, report.outcome)
    } catch (fault) {
      ctx.log.error({ agency: ctx.agency, scan: event.id, ...faultFields(fault) }, 'a scan could not be carried out')
      if (tries + 1 < MOST_TRIES) {
        results.push({ id: event.id, outcome: 'later', text: `${texts.later[place.language]}.` })
        return results
      }
      tell(event.id, await giveUpOffline(ctx, event, 'fault'))
    }
  }
  return results
}
