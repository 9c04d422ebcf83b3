import { chmod, mkdir, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { dayOf, isId, type Language, type PatronId } from '#core'
import type { Context } from '#vault'
import type { Register } from './declare.ts'
import { exportPerson, type PersonExport } from './export.ts'
import { exportHtml } from './export-html.ts'
import { exportPdf } from './export-pdf.ts'
import type { NameOf } from './export-values.ts'

export interface ExportFiles {
  /** A random number that says nothing of whose it is: the name of the folder the files lie in. */
  readonly id: string
  readonly folder: string
}

/** A machine reads this form; all it says is in the others too. */
export function exportJson(data: PersonExport): string {
  return `${JSON.stringify(data, null, 2)}\n`
}

/**
 * Writes a person's export in its three forms into a folder of its own that only this program's user may read. Neither
 * folder nor files are named after the person. Undefined when there is no such patron.
 */
export async function writeExport(
  ctx: Context,
  register: Register,
  patron: PatronId,
  folder: string,
  language: Language = 'da',
  nameOf?: NameOf,
): Promise<ExportFiles | undefined> {
  const data = await exportPerson(ctx, register, patron, language, nameOf)
  if (!data) return undefined
  const id = ctx.random.uuid(ctx.clock.now())
  const own = join(folder, id)
  const forms = {
    'export.json': exportJson(data),
    'export.html': exportHtml(data),
    'export.pdf': await exportPdf(data),
  }
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await mkdir(own, { mode: 0o700 })
  // The mode above is lessened by the process's mask; this one is not.
  await chmod(own, 0o700)
  const now = ctx.clock.now().epochMilliseconds / 1000
  for (const [name, content] of Object.entries(forms)) {
    await writeFile(join(own, name), content, { mode: 0o600, flag: 'wx' })
    await utimes(join(own, name), now, now)
  }
  // The folder's own time is what its end is counted from.
  await utimes(own, now, now)
  return { id, folder: own }
}

/**
 * Removes the exports that were made so many days ago, by the rule of every clause: there through the day before, gone
 * on the day. Answers how many.
 */
export async function pruneExports(folder: string, keepDays: number, now: Temporal.Instant): Promise<number> {
  const names = await readdir(folder).catch(() => [])
  const today = dayOf(now)
  let removed = 0
  for (const name of names.filter(isId)) {
    const own = join(folder, name)
    const made = Temporal.Instant.fromEpochMilliseconds(Math.trunc((await stat(own)).mtimeMs))
    if (Temporal.PlainDate.compare(dayOf(made).add({ days: keepDays }), today) > 0) continue
    await rm(own, { recursive: true })
    removed += 1
  }
  return removed
}
