import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import type { Agency } from '#agencies'
import { OperatorProblem } from '#db'

/** One table as it lies in a backup: `COPY … TO STDOUT` in text format, compressed. */
export interface TableFile {
  readonly name: string
  readonly columns: readonly string[]
  readonly rows: number
  /** Size and hash of the compressed file. */
  readonly bytes: number
  readonly sha256: string
}

/** What a backup says of itself. It is written last: a folder without one is a backup that was not finished. */
export interface Manifest {
  readonly format: 1
  readonly holds: 'data' | 'keys'
  readonly agency: Agency
  readonly taken_at: Temporal.Instant
  /** How far the schema had come. */
  readonly migration: number
  /** The version of Kvit that made it. */
  readonly kvit: string
  /** The newest tombstone when it was taken: keys that know of none so new are older than these data. */
  readonly newest_erasure: Temporal.Instant | null
  /** In a backup of keys: the fingerprint of the master key they are wrapped with. */
  readonly master_key: string | null
  readonly tables: readonly TableFile[]
}

export const MANIFEST = 'manifest.json'

const instant = z.string().transform((text, ctx) => {
  try {
    return Temporal.Instant.from(text)
  } catch {
    ctx.addIssue({ code: 'custom', message: 'is no instant' })
    return z.NEVER
  }
})
/** Names become file names and identifiers, so they hold nothing that means something to either. */
const name = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/)
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const count = z.number().int().min(0)

const schema = z.object({
  format: z.literal(1),
  holds: z.enum(['data', 'keys']),
  agency: z.object({ name, number: z.string(), title: z.string() }),
  taken_at: instant,
  migration: count.min(1),
  kvit: z.string(),
  newest_erasure: instant.nullable(),
  master_key: z.string().nullable(),
  tables: z.array(z.object({ name, columns: z.array(name).min(1), rows: count, bytes: count, sha256 })).min(1),
})

export function fileOf(table: string): string {
  return `${table}.copy.gz`
}

/** The manifest with its own hash, so that a changed byte in it is seen too. */
export function manifestText(manifest: Manifest): string {
  const plain = JSON.parse(JSON.stringify(manifest)) as Record<string, unknown>
  return `${JSON.stringify({ ...plain, sha256: hashOf(JSON.stringify(plain)) }, null, 2)}\n`
}

/** @throws OperatorProblem when there is none, or it is not as it was written */
export async function readManifest(folder: string): Promise<Manifest> {
  const file = join(folder, MANIFEST)
  const text = await readFile(file, 'utf8').catch(() => {
    throw new OperatorProblem(
      `There is no backup in ${folder}: it holds no ${MANIFEST}, or it cannot be read. A folder without one is a backup that was never finished.`,
    )
  })
  const broken = new OperatorProblem(`${file} has been changed or cut off. Use another backup.`)
  let plain: unknown
  try {
    plain = JSON.parse(text)
  } catch {
    throw broken
  }
  if (typeof plain !== 'object' || plain === null || !('sha256' in plain)) throw broken
  const { sha256: hash, ...rest } = plain
  if (hash !== hashOf(JSON.stringify(rest))) throw broken
  const read = schema.safeParse(rest)
  if (!read.success) throw new OperatorProblem(`${file} is of a kind this Kvit does not know.`)
  return read.data
}

/** Reads a backup through and compares every file with the manifest. @throws OperatorProblem naming the file */
export async function verifyBackup(folder: string): Promise<Manifest> {
  const manifest = await readManifest(folder)
  for (const table of manifest.tables) {
    const file = join(folder, fileOf(table.name))
    const size = await stat(file).then(
      (facts) => facts.size,
      () => undefined,
    )
    if (size === undefined) throw new OperatorProblem(`${file} is missing. Use another backup.`)
    if (size !== table.bytes) {
      throw new OperatorProblem(
        `${file} is ${size} bytes long and should be ${table.bytes}: cut off or changed. Use another backup.`,
      )
    }
    const hash = createHash('sha256')
    await pipeline(createReadStream(file), hash)
    if (hash.digest('hex') !== table.sha256) {
      throw new OperatorProblem(`${file} has been changed since the backup was made. Use another backup.`)
    }
  }
  return manifest
}

const FOLDER = /^([a-z][a-z0-9_]{1,30})-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z(?:-(\d+))?(\.making)?$/

/** `fredensborg-20251120T110000Z`: whose and when. A second one of the same second gets a number behind. */
export function folderName(agency: string, taken_at: Temporal.Instant, again: number): string {
  const compact = taken_at.toString({ smallestUnit: 'second' }).replace(/[-:]/g, '')
  return `${agency}-${compact}${again > 0 ? `-${again}` : ''}`
}

/** What a folder's name says; undefined for a folder that is not ours. */
export function readFolderName(
  text: string,
): { agency: string; taken_at: Temporal.Instant; again: number; making: boolean } | undefined {
  const match = FOLDER.exec(text)
  if (!match) return undefined
  const [, agency = '', year, month, day, hour, minute, second, again, making] = match
  try {
    const taken_at = Temporal.Instant.from(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
    return { agency, taken_at, again: Number(again ?? 0), making: making !== undefined }
  } catch {
    return undefined
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
