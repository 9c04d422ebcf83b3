import { mkdir, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Agency } from '#agencies'
import { backupAgency, backupKeys, isThorough, listBackups, pruneBackups, restoring, scrub } from '#backup'
import { dayOf, realClock } from '#core'
import { type Policy, policyOf, pruneExports } from '#privacy'
import type { Context } from '#vault'
import type { Installation } from './installation.ts'
import { logFolder, pruneLogs } from './log.ts'
import { register } from './rooms.ts'
import type { Job } from './schedule.ts'

/** Where an installation's own files lie. */
export function foldersOf(data: string) {
  return {
    backups: join(data, 'backups'),
    keysBackups: join(data, 'keys-backups'),
    exports: join(data, 'exports'),
    scrubbed: join(data, 'scrubbed'),
  }
}

/**
 * The files that hold personal data end by the policy too, in the world's time: backups taken once a day and removed
 * by number and age, logs, exports; and once a day the database's own files are scrubbed of what was deleted.
 */
export const keepFiles: Job = {
  name: 'files',
  everyMinutes: 30,
  async run(installation) {
    const policies: Policy[] = []
    for (const agency of await installation.agencies()) {
      if (await restoring(installation.data.owner(), agency.name)) continue
      const ctx = installation.context(agency.name, { kind: 'system', job: 'files' })
      const { policy } = await policyOf(ctx)
      policies.push(policy)
      await keepBackups(installation, ctx, agency, policy)
    }
    await endLogs(installation, policies)
    await endExports(installation, policies)
    await scrubDaily(installation)
  },
}

/** Takes today's backup of a library unless it is there, and removes what the policy no longer keeps. */
export async function keepBackups(
  installation: Installation,
  ctx: Context,
  agency: Agency,
  policy: Policy,
): Promise<void> {
  const { backups, keysBackups } = foldersOf(installation.config.data)
  const now = realClock.now()
  const common = { agency, clock: realClock, vault: ctx.vault }
  if (!(await hasToday(backups, agency.name))) {
    await backupAgency({ ...common, databases: installation.data, register, folder: backups })
  }
  if (!(await hasToday(keysBackups, agency.name))) {
    await backupKeys({
      agency,
      keys: installation.keys,
      clock: realClock,
      folder: keysBackups,
    })
  }
  const { number, 'keep-days': days, 'keys-keep-days': keysDays } = policy.backup
  const pruned = await pruneBackups(backups, agency.name, { keepNumber: number, keepDays: days }, now)
  await pruneBackups(keysBackups, agency.name, { keepNumber: number, keepDays: keysDays }, now)
  // A tombstone is needed for as long as a backup could bring its person back.
  if (pruned.tombstones_needed_from) await ctx.vault.forgetTombstones(pruned.tombstones_needed_from)
}

async function hasToday(folder: string, agency: string): Promise<boolean> {
  const [newest] = (await listBackups(folder, agency)).filter((backup) => backup.finished)
  return newest !== undefined && dayOf(newest.taken_at).equals(dayOf(realClock.now()))
}

/** One log serves all libraries, so the shortest period among their policies ends it. */
async function endLogs(installation: Installation, policies: readonly Policy[]): Promise<void> {
  const folders = [logFolder(installation.config), ...(installation.embedded ? [installation.embedded.logFolder] : [])]
  const days = shortest(policies, 'log-file')
  if (days !== undefined) await pruneLogs(folders, realClock.now().subtract({ hours: days * 24 }))
}

async function endExports(installation: Installation, policies: readonly Policy[]): Promise<void> {
  const days = shortest(policies, 'export-file')
  if (days !== undefined) await pruneExports(foldersOf(installation.config.data).exports, days, realClock.now())
}

function shortest(policies: readonly Policy[], data: string): number | undefined {
  const today = dayOf(realClock.now())
  const days = policies.flatMap(({ clauses }) =>
    clauses.filter((clause) => clause.data === data).map((clause) => today.until(today.add(clause.keep)).total('days')),
  )
  return days.length > 0 ? Math.min(...days) : undefined
}

async function scrubDaily(installation: Installation): Promise<void> {
  const { scrubbed } = foldersOf(installation.config.data)
  const last = await stat(scrubbed).catch(() => undefined)
  const now = realClock.now()
  if (last && now.epochMilliseconds - last.mtimeMs < 23 * 3_600_000) return
  const agencies = (await installation.agencies()).map(({ name }) => name)
  const result = await scrub({ data: installation.data, keys: installation.keys, agencies, register })
  if (!isThorough(result)) {
    installation.log.warn({ ...result }, 'a scrub could not reach everything and will be tried again')
    return
  }
  installation.log.info({ ...result }, 'scrubbed')
  await mkdir(installation.config.data, { recursive: true })
  await writeFile(scrubbed, '')
  await utimes(scrubbed, now.epochMilliseconds / 1000, now.epochMilliseconds / 1000)
}
