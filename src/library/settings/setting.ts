import type { z } from 'zod'
import { ok, type Result, realClock, refuse, type StaffId, type Text2 } from '#core'
import { type Named, sql } from '#db'
import type { Context, Vault } from '#vault'

/**
 * Something a library decides about its daily work: a document with versions. A room declares the documents it goes by;
 * until a library has decided anything, `initial` holds.
 */
export interface Setting<Content> {
  /** Also the word an address and a row know it by, such as `lending-rules`. */
  readonly name: string
  readonly label: Text2
  readonly schema: z.ZodType<Content>
  readonly initial: Content
}

export interface SettingVersion<Content> {
  /** 0 while the library has decided nothing. */
  readonly version: number
  readonly content: Content
}

export type SettingRefusal =
  | { readonly kind: 'not-valid'; readonly faults: readonly SettingFault[] }
  /** Somebody else has changed it since it was read. */
  | { readonly kind: 'changed-meanwhile'; readonly version: number }

export interface SettingFault {
  /** Where in the document, such as `bands.2.adult`. */
  readonly path: string
  readonly message: string
}

/** By vault: there is one for each library of each installation in the process. A version never changes once written. */
const known = new WeakMap<Vault, Map<string, SettingVersion<unknown>>>()

/**
 * An expression for a statement that reads facts: which version of a setting is in force. {@link settingAt} then has its
 * content, mostly without asking the database again.
 */
export function settingVersion(setting: { readonly name: string }): string {
  return `(select coalesce(max(version), 0) from setting where name = '${setting.name}')`
}

const READ: Named = { name: 'setting-read', text: 'select content from setting where name = $1 and version = $2' }

/** The content of a version that {@link settingVersion} has named. */
export async function settingAt<Content>(ctx: Context, setting: Setting<Content>, version: number): Promise<Content> {
  if (version === 0) return setting.initial
  const mine = known.get(ctx.vault) ?? new Map<string, SettingVersion<unknown>>()
  known.set(ctx.vault, mine)
  const seen = mine.get(setting.name)
  if (seen?.version === version) return seen.content as Content
  const [row] = await ctx.db.named<{ content: string }>(READ, [setting.name, version])
  if (!row) throw new Error(`${setting.name} has no version ${version}`)
  const content = setting.schema.parse(JSON.parse(row.content))
  mine.set(setting.name, { version, content })
  return content
}

const NEWEST: Named = {
  name: 'setting-newest',
  text: 'select coalesce(max(version), 0) as version from setting where name = $1',
}

async function newestVersion(ctx: Context, setting: { readonly name: string }): Promise<number> {
  const [row] = await ctx.db.named<{ version: number }>(NEWEST, [setting.name])
  return row?.version ?? 0
}

/** What a library has decided, as of now. */
export async function readSetting<Content>(ctx: Context, setting: Setting<Content>): Promise<Content> {
  return (await currentSetting(ctx, setting)).content
}

export async function currentSetting<Content>(
  ctx: Context,
  setting: Setting<Content>,
): Promise<SettingVersion<Content>> {
  const version = await newestVersion(ctx, setting)
  return { version, content: await settingAt(ctx, setting, version) }
}

const recent = new WeakMap<Vault, Map<string, { readonly until: Temporal.Instant; readonly content: unknown }>>()
const RECENT_SECONDS = 5

/**
 * What a library had decided at most five seconds ago, for what every page asks for: a change made in this process is
 * seen at once, one made in another a moment later.
 */
export async function recentSetting<Content>(ctx: Context, setting: Setting<Content>): Promise<Content> {
  const mine = recent.get(ctx.vault) ?? new Map()
  recent.set(ctx.vault, mine)
  const now = realClock.now()
  const seen = mine.get(setting.name)
  if (seen && Temporal.Instant.compare(now, seen.until) < 0) return seen.content as Content
  const content = await readSetting(ctx, setting)
  mine.set(setting.name, { until: now.add({ seconds: RECENT_SECONDS }), content })
  return content
}

/**
 * Decides anew: from now on the content holds, and what held before stays as history. Bringing an older version back is
 * a change like any other.
 * @param basedOn the version that was read: two who change it at once do not undo each other unawares
 */
export async function changeSetting<Content>(
  ctx: Context,
  setting: Setting<Content>,
  change: { readonly content: unknown; readonly basedOn: number; readonly by: StaffId | null },
): Promise<Result<number, SettingRefusal>> {
  const read = setting.schema.safeParse(change.content)
  if (!read.success) {
    const faults = read.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
    return refuse({ kind: 'not-valid', faults })
  }
  const version = change.basedOn + 1
  const newest = await newestVersion(ctx, setting)
  if (newest !== change.basedOn) return refuse({ kind: 'changed-meanwhile', version: newest })
  const written = await ctx.db.run(sql`
    insert into setting (name, version, content, changed_at, changed_by)
    values (${setting.name}, ${version}, ${JSON.stringify(read.data)}, ${ctx.clock.now()}, ${change.by})
    on conflict (name, version) do nothing`)
  if (written === 0) return refuse({ kind: 'changed-meanwhile', version: await newestVersion(ctx, setting) })
  recent.get(ctx.vault)?.delete(setting.name)
  return ok(version)
}

export interface SettingChange {
  readonly version: number
  readonly content: unknown
  readonly changed_at: Temporal.Instant
  readonly changed_by: StaffId | null
}

/** What was decided when, newest first. */
export async function settingHistory(ctx: Context, name: string): Promise<SettingChange[]> {
  const rows = await ctx.db.all(sql<SettingChange & { content: string }>`
    select version, content, changed_at, changed_by from setting where name = ${name} order by version desc limit 100`)
  return rows.map((row) => ({ ...row, content: JSON.parse(row.content) as unknown }))
}

/** When each setting was last changed and by whom, by its name. */
export async function lastChanges(ctx: Context): Promise<ReadonlyMap<string, Omit<SettingChange, 'content'>>> {
  const rows = await ctx.db.all(sql<Omit<SettingChange, 'content'> & { name: string }>`
    select distinct on (name) name, version, changed_at, changed_by from setting order by name, version desc`)
  return new Map(rows.map(({ name, ...change }) => [name, change]))
}
