import { mkdirSync } from 'node:fs'
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import pino, { type Logger } from 'pino'
import type { Config } from './config.ts'

const LARGEST_FILE = '20m'
/** So many files a day at most are kept in any case; the policy's period ends them by age. */
const MOST_FILES = 60

export function logFolder(config: Config): string {
  return join(config.data, 'logs')
}

/** Writes to `<data>/logs/kvit.<date>.<n>.log`, a new file each day and when one is full. */
export async function openLog(config: Config): Promise<Logger> {
  mkdirSync(logFolder(config), { recursive: true, mode: 0o700 })
  const { default: roll } = await import('pino-roll')
  const stream = await roll({
    file: join(logFolder(config), 'kvit'),
    extension: '.log',
    frequency: 'daily',
    dateFormat: 'yyyy-MM-dd',
    size: LARGEST_FILE,
    limit: { count: MOST_FILES },
    mkdir: true,
  })
  return pino({ level: config.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime }, stream)
}

/** Removes log files last written before this instant; answers how many went and the oldest left. */
export async function pruneLogs(
  folders: readonly string[],
  before: Temporal.Instant,
): Promise<{ gone: number; oldest: Temporal.Instant | null }> {
  let gone = 0
  let oldest: number | null = null
  for (const folder of folders) {
    for (const name of await readdir(folder).catch(() => [])) {
      if (!name.endsWith('.log')) continue
      const file = join(folder, name)
      const { mtimeMs } = await stat(file)
      if (mtimeMs < before.epochMilliseconds) {
        await rm(file, { force: true })
        gone++
      } else oldest = Math.min(oldest ?? mtimeMs, mtimeMs)
    }
  }
  return { gone, oldest: oldest === null ? null : Temporal.Instant.fromEpochMilliseconds(Math.floor(oldest)) }
}
