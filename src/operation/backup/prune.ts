import { readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { dayOf } from '#core'
import { MANIFEST, readFolderName, readManifest } from './format.ts'
import { codeOf } from './snapshot.ts'

/** A backup as its folder's name tells it. */
export interface KnownBackup {
  readonly folder: string
  readonly taken_at: Temporal.Instant
  readonly finished: boolean
}

export interface Keep {
  readonly keepNumber: number
  /** A backup is there through the day before this many days have passed, and gone after the run of that day. */
  readonly keepDays: number
}

export interface Pruned {
  readonly removed: readonly string[]
  readonly kept: number
  readonly oldest: Temporal.Instant | null
  /** Tombstones of erasures before this are needed by no backup that is left; null when no backup is left. */
  readonly tombstones_needed_from: Temporal.Instant | null
}

/** A backup under way is left alone this long. */
const UNFINISHED = Temporal.Duration.from({ hours: 24 })

/** One library's backups in a folder, the newest first. Folders that are not ours are not looked into. */
export async function listBackups(folder: string, agency: string): Promise<KnownBackup[]> {
  const names = await readdir(folder).catch((fault) => {
    if (codeOf(fault) === 'ENOENT') return []
    throw fault
  })
  const found: (KnownBackup & { again: number })[] = []
  for (const name of names) {
    const said = readFolderName(name)
    if (said?.agency !== agency) continue
    const place = join(folder, name)
    const finished = !said.making && (await isFile(join(place, MANIFEST)))
    found.push({ folder: place, taken_at: said.taken_at, finished, again: said.again })
  }
  found.sort((a, b) => Temporal.Instant.compare(b.taken_at, a.taken_at) || b.again - a.again)
  return found.map(({ folder, taken_at, finished }) => ({ folder, taken_at, finished }))
}

/**
 * Removes one library's backups that are too old or too many. Age always wins: a backup past its days goes, also when
 * it is the only one. Works on backups of data and of keys alike.
 */
export async function pruneBackups(folder: string, agency: string, keep: Keep, now: Temporal.Instant): Promise<Pruned> {
  const kept: KnownBackup[] = []
  const removed: string[] = []
  const remove = async (backup: KnownBackup) => {
    await removeBackup(backup.folder)
    removed.push(backup.folder)
  }
  for (const backup of await listBackups(folder, agency)) {
    const old = Temporal.PlainDate.compare(dayOf(backup.taken_at).add({ days: keep.keepDays }), dayOf(now)) <= 0
    if (!backup.finished) {
      if (Temporal.Instant.compare(backup.taken_at.add(UNFINISHED), now) < 0) await remove(backup)
    } else if (old || kept.length >= keep.keepNumber) {
      await remove(backup)
    } else {
      kept.push(backup)
    }
  }
  const oldest = kept.at(-1)
  return {
    removed,
    kept: kept.length,
    oldest: oldest?.taken_at ?? null,
    tombstones_needed_from: oldest ? await neededFrom(oldest) : null,
  }
}

/**
 * A restore buries the erased, and compares the newest erasure the backup knew of with the keys: that tombstone must
 * outlive the backup too. A day more, for an erasure whose rows were still going when the backup was taken.
 */
async function neededFrom(backup: KnownBackup): Promise<Temporal.Instant> {
  const dayBefore = backup.taken_at.subtract({ hours: 24 })
  const newest = await readManifest(backup.folder).then(
    (manifest) => manifest.newest_erasure,
    () => null,
  )
  return newest && Temporal.Instant.compare(newest, dayBefore) < 0 ? newest : dayBefore
}

/** The manifest first: what is left of a removal that was cut off is an unfinished backup, not a broken one. */
async function removeBackup(folder: string): Promise<void> {
  await rename(join(folder, MANIFEST), join(folder, `${MANIFEST}.old`)).catch(() => {})
  await rm(folder, { recursive: true, force: true })
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (facts) => facts.isFile(),
    () => false,
  )
}
