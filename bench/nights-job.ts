import { startOfDay, stopwatch } from '#core'
import { forgetPolicyCache, runRetention } from '#privacy'
import type { Installation } from '../src/installation.ts'
import { register } from '../src/rooms.ts'
import type { NightsJob, NightsOutcome } from './jobs.ts'

/** Thirty days, present through the day before: what was settled before this many days back is due. */
const DAYS_BACK = 29
/** A night before anything was lent. */
const BEFORE_ALL = Temporal.PlainDate.from('2023-06-01')

export async function runNights(installation: Installation, job: NightsJob): Promise<NightsOutcome> {
  const night = Temporal.PlainDate.from(job.night)
  const waiting = [...job.agencies]
  let rows = 0
  let longest_batch_ms = 0
  await warmUp(installation, job)
  const elapsed = stopwatch()
  await Promise.all(
    Array.from({ length: job.atOnce }, async () => {
      for (let agency = waiting.shift(); agency; agency = waiting.shift()) {
        if (job.by === 'floor') {
          const gone = await byHand(installation, agency, night, job.counters)
          rows += gone
        } else {
          const ctx = installation.context(agency, { kind: 'system', job: 'bench' })
          const report = await runRetention(ctx, register, night)
          if (report.outcome !== 'kept') throw new Error(`the night of ${agency} left rows behind`)
          rows += report.steps.reduce((sum, step) => sum + step.rows_gone, 0)
          longest_batch_ms = Math.max(longest_batch_ms, report.longest_batch_ms)
        }
      }
    }),
  )
  const ms = elapsed()
  return { kind: 'nights', ms, rows, longest_batch_ms, memory_mb: process.resourceUsage().maxRSS / 1024 }
}

/** Both sides begin as a program that has been running: its code compiled, its policy to be read anew. */
async function warmUp(installation: Installation, { by, agencies: [agency = ''], counters }: NightsJob): Promise<void> {
  for (let time = 0; time < 3; time++) {
    if (by === 'floor') await byHand(installation, agency, BEFORE_ALL, counters)
    else {
      const ctx = installation.context(agency, { kind: 'system', job: 'bench' })
      await runRetention(ctx, register, BEFORE_ALL)
      forgetPolicyCache(ctx)
    }
  }
}

/** What a database administrator would write who had to forget the loans of one library and keep the counts. */
async function byHand(
  installation: Installation,
  agency: string,
  night: Temporal.PlainDate,
  counters: NightsJob['counters'],
): Promise<number> {
  const client = await installation.data.connect(agency)
  try {
    await client.query('begin')
    const { rows } = await client.query<{ rows: number }>(
      `with gone as (
         delete from loan where settled_at < $1
         returning title_id, branch_id, material, patron_group, age_band,
           date_trunc('month', lent_at at time zone 'Europe/Copenhagen')::date as month)
       ${counters.map((counter) => BY_HAND[counter]).join('')}
       select count(*)::int as rows from gone`,
      [startOfDay(night.subtract({ days: DAYS_BACK })).toString()],
    )
    await client.query('commit')
    return rows[0]?.rows ?? 0
  } finally {
    await client.end()
  }
}

const BY_HAND = {
  lending: `, a as (
    insert into lending (title_id, branch_id, month, loans)
    select title_id, branch_id, month, count(*) from gone group by 1, 2, 3
    on conflict (title_id, branch_id, month) do update set loans = lending.loans + excluded.loans)`,
  circulation: `, b as (
    insert into circulation (branch_id, material, patron_group, age_band, month, loans)
    select branch_id, material, patron_group, age_band, month, count(*) from gone group by 1, 2, 3, 4, 5
    on conflict (branch_id, material, patron_group, age_band, month)
    do update set loans = circulation.loans + excluded.loans)`,
}
