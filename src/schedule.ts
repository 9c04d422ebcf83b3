import type { Agency } from '#agencies'
import { restoring } from '#backup'
import { goOnImporting, reindex, setPopularity } from '#catalogue'
import { reviewCases } from '#collection'
import { at, dayOf, freshUuid, type PatronId, realClock } from '#core'
import { type Db, sql } from '#db'
import { sendEventMessages } from '#events'
import { expireOrders, type PaymentProvider, reviewDebts } from '#fees'
import { declareLost, goOnMoving, lentLately, remindDueSoon, remindOverdue, settle, tellReceipts } from '#loans'
import { type Senders, sendWaiting } from '#messages'
import { dropUnconfirmed, sendNews } from '#news'
import {
  type CprRegister,
  comeOfAge,
  endBlocks,
  endSubscriptions,
  findDuplicates,
  followRegister,
  warnInactive,
} from '#patrons'
import { tidyPcs } from '#pcs'
import { buryAgain, forgetPolicyCache, lastNight, type NightReport, runRetention } from '#privacy'
import { expireReservations, tellReady } from '#reservations'
import { shownName } from '#settings'
import { countDay } from '#statistics'
import type { Context } from '#vault'
import type { Channels } from './channels.ts'
import type { Installation } from './installation.ts'
import { register } from './rooms.ts'

/** Everything a library does by itself in a night, in order; forgetting comes last, when all else is settled. */
export async function runNight(ctx: Context, night: Temporal.PlainDate, senders: Senders): Promise<NightReport> {
  await comeOfAge(ctx, night)
  await endBlocks(ctx, night)
  // Looking at everybody is enough once a week.
  if (night.dayOfWeek === 1) {
    await findDuplicates(ctx)
    await setPopularity(ctx, await lentLately(ctx, night))
  }
  await warnInactive(ctx, register, night)
  await goOnMoving(ctx)
  await expireReservations(ctx, night)
  await tellReady(ctx)
  await remindDueSoon(ctx, night)
  await remindOverdue(ctx, night)
  await declareLost(ctx, night)
  await reviewDebts(ctx)
  await reviewCases(ctx)
  await settle(ctx)
  await dropUnconfirmed(ctx)
  await tidyPcs(ctx)
  await sendWaiting(ctx, senders)
  await countDay(ctx, night, { withStock: true })
  return runRetention(ctx, register, night)
}

/** A country's libraries keep the server busy without keeping those at a desk waiting for it. */
const AGENCIES_AT_ONCE = 4

/** When a day's night is run, Copenhagen time. */
export const NIGHT_AT = '02:00'

/** The newest night that should have been run by now. */
export function nightDue(now: Temporal.Instant): Temporal.PlainDate {
  const today = dayOf(now)
  return Temporal.Instant.compare(now, at(today, NIGHT_AT)) < 0 ? today.subtract({ days: 1 }) : today
}

/**
 * Runs the nights that were missed, in order, before anyone is served. What was missed is forgotten first; the rooms'
 * other work is done once, for the newest night, so that nobody gets forty reminders at once.
 */
export async function catchUp(ctx: Context, senders: Senders): Promise<NightReport[]> {
  const due = nightDue(ctx.clock.now())
  const last = await lastNight(ctx)
  const reports: NightReport[] = []
  for (
    let night = last?.add({ days: 1 }) ?? due;
    Temporal.PlainDate.compare(night, due) < 0;
    night = night.add({ days: 1 })
  ) {
    await settle(ctx)
    await countDay(ctx, night, { withStock: false })
    reports.push(await runRetention(ctx, register, night))
  }
  if (!last || Temporal.PlainDate.compare(last, due) < 0) reports.push(await runNight(ctx, due, senders))
  return reports
}

/** What must be done with what a backup has brought back, before anyone may see it: who was erased, and what was due. */
export const afterRestore = {
  async bury(ctx: Context, persons: readonly PatronId[]): Promise<void> {
    forgetPolicyCache(ctx)
    await buryAgain(ctx, register, persons)
  },
  async catchUp(ctx: Context): Promise<void> {
    await catchUp(ctx, {})
  },
}

export interface Schedule {
  stop(): Promise<void>
}

/** One line for each thing that runs by itself. `everyMinutes` is counted in the world's time, the rest is asked of the clock. */
interface Job {
  readonly name: string
  readonly everyMinutes: number
  run(installation: Installation): Promise<void>
}

/** Starts what runs by itself. Two processes on one database take turns by a lease in the register. */
export function startSchedule(installation: Installation, channels: Channels, more: readonly Job[] = []): Schedule {
  const holder = freshUuid()
  const jobs: readonly Job[] = [
    {
      name: 'nights',
      everyMinutes: 1,
      run: () => eachAgency(installation, 'night', async (ctx, title) => catchUp(ctx, await channels.of(ctx, title))),
    },
    {
      name: 'messages',
      everyMinutes: 1,
      run: () =>
        eachAgency(installation, 'messages', async (ctx, title) => {
          await tellReady(ctx)
          await tellReceipts(ctx)
          await sendWaiting(ctx, await channels.of(ctx, title))
        }),
    },
    // A newer Kvit may read titles otherwise than the one that indexed them.
    { name: 'search', everyMinutes: 10, run: () => eachAgency(installation, 'search', (ctx) => reindex(ctx)) },
    { name: 'imports', everyMinutes: 1, run: () => eachAgency(installation, 'imports', (ctx) => goOnImporting(ctx)) },
    {
      name: 'pcs',
      everyMinutes: 5,
      run: () => eachAgency(installation, 'pcs', async (ctx) => void (await tidyPcs(ctx))),
    },
    { name: 'closures', everyMinutes: 1, run: () => eachAgency(installation, 'closures', (ctx) => goOnMoving(ctx)) },
    ...more,
  ]
  let stopped = false
  let running: Promise<void> = Promise.resolve()
  const timers = jobs.map((job) =>
    setInterval(() => {
      running = running.then(() => (stopped ? undefined : runJob(installation, job, holder)))
    }, job.everyMinutes * 60_000),
  )
  return {
    async stop() {
      stopped = true
      for (const timer of timers) clearInterval(timer)
      await running
    },
  }
}

export type { Job }

/**
 * Follows the CPR register, where a library is connected to it, and ends its subscriptions for whoever is no longer
 * here: every hour, so that an erasure the register could not be told of at once is told of the same day.
 */
export function followingJobs(registerOf: (agency: string) => CprRegister | undefined): readonly Job[] {
  const each = (work: (ctx: Context, register: CprRegister) => Promise<unknown>) => (installation: Installation) =>
    eachAgency(installation, 'cpr-register', async (ctx) => {
      const register = registerOf(ctx.agency)
      if (register) await work(ctx, register)
    })
  return [
    { name: 'cpr-register', everyMinutes: 10, run: each(followRegister) },
    { name: 'cpr-subscriptions', everyMinutes: 60, run: each(endSubscriptions) },
  ]
}

/** Asks the payment provider about payments that nobody came back from. */
export function payingJob(providerOf: (agency: string) => PaymentProvider | undefined): Job {
  return {
    name: 'payments',
    everyMinutes: 1,
    run: (installation) => eachAgency(installation, 'payments', (ctx) => expireOrders(ctx, providerOf(ctx.agency))),
  }
}

/** Writes about events and sends news to those who have asked for it, with a link back to here in each. */
export function newsJob(channels: Channels, publicUrl: string): Job {
  return {
    name: 'news',
    everyMinutes: 1,
    run: (installation) =>
      eachAgency(installation, 'news', async (ctx, title) => {
        const senders = await channels.of(ctx, title)
        await sendEventMessages(ctx, senders, { publicUrl })
        await sendNews(ctx, senders, { publicUrl })
      }),
  }
}

async function runJob(installation: Installation, job: Job, holder: string): Promise<void> {
  try {
    if (!(await takeLease(installation.data.owner(), job, holder))) return
    await job.run(installation)
  } catch (fault) {
    installation.log.error({ job: job.name, fault: String(fault) }, 'a scheduled job failed')
  }
}

/** Holds a job for longer than it waits between runs, so that another process takes it over when this one dies. */
async function takeLease(owner: Db, job: Job, holder: string): Promise<boolean> {
  const now = realClock.now()
  const until = now.add({ minutes: job.everyMinutes * 2, seconds: 30 })
  const taken = await owner.run(sql`
    insert into shared.lease (name, holder, until_at) values (${job.name}, ${holder}, ${until})
    on conflict (name) do update set holder = excluded.holder, until_at = excluded.until_at
    where lease.holder = excluded.holder or lease.until_at < ${now}`)
  return taken === 1
}

async function eachAgency(
  installation: Installation,
  job: string,
  work: (ctx: Context, title: string) => Promise<unknown>,
): Promise<void> {
  const waiting = [...(await installation.agencies())]
  const one = async ({ name, title }: Agency) => {
    if (await restoring(installation.data.owner(), name)) return
    try {
      const ctx = installation.context(name, { kind: 'system', job })
      await work(ctx, await shownName(ctx, title))
    } catch (fault) {
      installation.log.error({ agency: name, job, fault: String(fault) }, 'a library’s nightly work failed')
    }
  }
  await Promise.all(
    Array.from({ length: AGENCIES_AT_ONCE }, async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) await one(next)
    }),
  )
}
