import { type BranchId, freshUuid, isId, realClock, type StaffId } from '#core'
import { OperatorProblem, sql } from '#db'
import type { Context } from '#vault'
import { type ImportStep, importMarc } from './import.ts'
import type { CatalogueImportRow } from './imports-tables.ts'
import type { MarcEncoding } from './marc.ts'

export interface NewImport {
  readonly source: string
  readonly default_branch_id: BranchId | null
  readonly encoding: MarcEncoding | null
  readonly bytes: AsyncIterable<Uint8Array>
}

const PART_BYTES = 1024 * 1024
const MOST_KEPT = 1000

/** Keeps a file until it is read. Nothing is left of one that is cut off on its way. Answers undefined for an empty one. */
export async function receiveImport(ctx: Context, given: NewImport): Promise<string | undefined> {
  const now = ctx.clock.now()
  const id = ctx.random.uuid(now)
  const by: StaffId | null = ctx.actor.kind === 'staff' ? ctx.actor.id : null
  await ctx.db.run(sql`
    insert into catalogue_import (id, started_at, started_by, source, default_branch_id, encoding, state, moved_at)
    values (${id}, ${now}, ${by}, ${given.source}, ${given.default_branch_id}, ${given.encoding}, 'receiving',
      ${realClock.now()})`)
  let bytes = 0
  let number = 0
  try {
    for await (const part of inParts(given.bytes)) {
      bytes += part.length
      await ctx.db.run(sql`
        insert into catalogue_import_part (import_id, number, bytes) values (${id}, ${number++}, ${part})`)
      await ctx.db.run(sql`update catalogue_import set moved_at = ${realClock.now()} where id = ${id}`)
    }
  } catch (fault) {
    await dropImport(ctx, id)
    throw fault
  }
  if (bytes === 0) {
    await dropImport(ctx, id)
    return undefined
  }
  await ctx.db.run(sql`update catalogue_import set state = 'waiting', bytes = ${bytes} where id = ${id}`)
  return id
}

export async function dropImport(ctx: Context, id: string): Promise<void> {
  await ctx.db.run(sql`delete from catalogue_import where id = ${id}`)
}

async function* inParts(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let held: Uint8Array[] = []
  let size = 0
  for await (const chunk of bytes) {
    held.push(chunk)
    size += chunk.length
    if (size < PART_BYTES) continue
    yield Buffer.concat(held)
    held = []
    size = 0
  }
  if (size > 0) yield Buffer.concat(held)
}

/** Imports that this process works on, by their id: what ends them when the program ends. */
const working = new Map<string, { isEnding: boolean; readonly done: Promise<void> }>()

/** Begins with an import, or goes on with it, and does not wait for its end. */
export function beginImport(ctx: Context, id: string): void {
  if (working.has(id)) return
  const work = { isEnding: false, done: Promise.resolve() }
  working.set(id, work)
  Object.assign(work, { done: runImport(ctx, id, work).finally(() => working.delete(id)) })
}

/** Ends what this process works on after the batch it is at; whoever starts next goes on with it. */
export async function endImports(): Promise<void> {
  const all = [...working.values()]
  for (const work of all) work.isEnding = true
  await Promise.all(all.map(({ done }) => done))
}

/** Somebody has stopped it, somebody else works on it, or the program ends: this one leaves it as it stands. */
class LeftAlone extends Error {}

/** So long somebody may be silent before another takes it over. */
const SILENT_SECONDS = 60

async function runImport(ctx: Context, id: string, work: { readonly isEnding: boolean }): Promise<void> {
  const worker = freshUuid()
  try {
    const row = await take(ctx, id, worker)
    if (!row) return
    await importMarc(ctx, partsOf(ctx, id), {
      source: row.source,
      after: row.through,
      ...(row.default_branch_id ? { defaultBranch: row.default_branch_id } : {}),
      ...(row.encoding ? { encoding: row.encoding as MarcEncoding } : {}),
      async note(ctx, step) {
        if (work.isEnding || !(await advance(ctx, { id, worker }, step))) throw new LeftAlone()
      },
    })
    const done = await ctx.db.run(sql`
      update catalogue_import set state = 'done', bytes_done = bytes, finished_at = ${ctx.clock.now()}
      where id = ${id} and state = 'running' and worker = ${worker}`)
    if (done > 0) await ctx.db.run(sql`delete from catalogue_import_part where import_id = ${id}`)
  } catch (fault) {
    if (fault instanceof LeftAlone) return
    const because = fault instanceof OperatorProblem ? 'disk-full' : 'fault'
    ctx.log.error({ job: 'import', import: id, because }, 'an import stopped')
    // Where even this cannot be written, it is found silent and gone on with.
    const failed = sql`update catalogue_import set state = 'failed', failed_because = ${because}
      where id = ${id} and state = 'running' and worker = ${worker}`
    await ctx.db.run(failed).catch(() => {})
  }
}

async function take(ctx: Context, id: string, worker: string): Promise<CatalogueImportRow | undefined> {
  const now = realClock.now()
  const silent = now.subtract({ seconds: SILENT_SECONDS })
  return ctx.db.maybe(sql<CatalogueImportRow>`
    update catalogue_import set state = 'running', worker = ${worker}, moved_at = ${now}, failed_because = null
    where id = ${id} and (state = 'waiting' or (state = 'running' and moved_at < ${silent}))
    returning *`)
}

async function* partsOf(ctx: Context, id: string): AsyncGenerator<Uint8Array> {
  for (let number = 0; ; number++) {
    const part = await ctx.db.maybe<{ bytes: Buffer }>(
      sql`select bytes from catalogue_import_part where import_id = ${id} and number = ${number}`,
    )
    if (!part) return
    yield part.bytes
  }
}

/** Writes how far it is, in the transaction of the batch; false when it is no longer this worker's. */
async function advance(
  ctx: Context,
  { id, worker }: { id: string; worker: string },
  step: ImportStep,
): Promise<boolean> {
  const mine = await ctx.db.run(sql`
    update catalogue_import set through = ${step.through}, bytes_done = least(bytes, ${step.position}),
      records = records + ${step.records}, new_titles = new_titles + ${step.new}, items = items + ${step.items},
      faults = faults + ${step.faults.length}, moved_at = ${realClock.now()}
    where id = ${id} and state = 'running' and worker = ${worker}`)
  if (mine === 0) return false
  const { kept } = await ctx.db.one<{ kept: number }>(
    sql`select count(*)::int as kept from catalogue_import_fault where import_id = ${id}`,
  )
  for (const { number, position, fault } of step.faults.slice(0, Math.max(0, MOST_KEPT - kept))) {
    await ctx.db.run(sql`
      insert into catalogue_import_fault (import_id, number, position, fault)
      values (${id}, ${number}, ${position}, ${fault}) on conflict do nothing`)
  }
  await warn(ctx, id, step)
  return true
}

async function warn(ctx: Context, id: string, { warnings }: ImportStep): Promise<void> {
  const times = new Map<string, { number: number; times: number }>()
  for (const { warning, number } of warnings) {
    const known = times.get(warning)
    times.set(warning, { number: known?.number ?? number, times: (known?.times ?? 0) + 1 })
  }
  for (const [warning, seen] of [...times].slice(0, MOST_KEPT)) {
    await ctx.db.run(sql`
      insert into catalogue_import_warning (import_id, warning, number, times)
      values (${id}, ${warning}, ${seen.number}, ${seen.times})
      on conflict (import_id, warning) do update set times = catalogue_import_warning.times + excluded.times`)
  }
}

/** Stops it after the batch it is at. What is in stays in. */
export async function stopImport(ctx: Context, id: string): Promise<void> {
  await ctx.db.run(
    sql`update catalogue_import set state = 'stopped' where id = ${id} and state in ('waiting', 'running')`,
  )
}

/** Goes on with one that was stopped, from the record after the last that is in. */
export async function goOnWithImport(ctx: Context, id: string): Promise<void> {
  const waits = await ctx.db.run(
    sql`update catalogue_import set state = 'waiting' where id = ${id} and state in ('stopped', 'failed')`,
  )
  if (waits > 0) beginImport(ctx, id)
}

const KEPT_DAYS = 30

/** Every minute: goes on with what a program left behind, and drops the files of what nobody has gone on with. */
export async function goOnImporting(ctx: Context): Promise<void> {
  const now = realClock.now()
  const old = now.subtract({ hours: 24 * KEPT_DAYS })
  await ctx.db.run(sql`
    delete from catalogue_import where state = 'receiving' and moved_at < ${now.subtract({ hours: 6 })}`)
  await ctx.db.run(sql`
    delete from catalogue_import_part p using catalogue_import i
    where i.id = p.import_id and i.state in ('stopped', 'failed') and i.moved_at < ${old}`)
  const left = await ctx.db.all<{ id: string }>(sql`
    select id from catalogue_import
    where state = 'waiting' or (state = 'running' and moved_at < ${now.subtract({ seconds: SILENT_SECONDS })})
    order by started_at`)
  for (const { id } of left) beginImport(ctx, id)
}

export interface ImportShown extends CatalogueImportRow {
  /** Its file is still there, so that it can be gone on with. */
  readonly has_file: boolean
}

const MOST_LISTED = 20

export function lastImports(ctx: Context): Promise<ImportShown[]> {
  return ctx.db.all(sql<ImportShown>`
    select i.*, i.bytes::float8 as bytes, i.bytes_done::float8 as bytes_done,
      exists (select from catalogue_import_part where import_id = i.id) as has_file
    from catalogue_import i where state <> 'receiving' order by started_at desc, id desc limit ${MOST_LISTED}`)
}

export async function readImport(ctx: Context, id: string): Promise<ImportShown | undefined> {
  if (!isId(id)) return undefined
  return ctx.db.maybe(sql<ImportShown>`
    select i.*, i.bytes::float8 as bytes, i.bytes_done::float8 as bytes_done,
      exists (select from catalogue_import_part where import_id = i.id) as has_file
    from catalogue_import i where id = ${id}`)
}

export function faultsOf(ctx: Context, id: string): Promise<{ number: number; position: number; fault: string }[]> {
  return ctx.db.all(sql<{ number: number; position: number; fault: string }>`
    select number, position::float8 as position, fault from catalogue_import_fault
    where import_id = ${id} order by number`)
}

export function warningsOf(ctx: Context, id: string): Promise<{ warning: string; number: number; times: number }[]> {
  return ctx.db.all(sql<{ warning: string; number: number; times: number }>`
    select warning, number, times from catalogue_import_warning where import_id = ${id} order by times desc, number limit 200`)
}
