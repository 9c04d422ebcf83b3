import assert from 'node:assert/strict'
import { createReadStream } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { OperatorProblem, sql, startEmbedded } from '#db'
import {
  ASTA,
  type BackupLibrary,
  BO,
  fillLibrary,
  openBackupLibrary,
  removePersons,
} from '../../../test/support/backup-library.ts'
import { temporaryFolder } from '../../../test/support/server.ts'
import { register } from '../../rooms.ts'
import { isThorough, scrub } from './index.ts'
import { clearStatistics } from './statistics.ts'

/** Recognisable wherever it lies: in rows, in indexes, in the planner's samples, in WAL. */
const CANARIES = ['kanariefugl-navn', 'kanariefugl-mail', 'kanariefugl-besked', 'kanariefugl-kort']

async function plantCanaries({ ctx }: BackupLibrary): Promise<void> {
  const [name, mail, body, card] = CANARIES
  await ctx.db.run(sql`update patron set name = ${name}, email = ${mail} where id = ${ASTA}`)
  await ctx.db.run(sql`update message set body = ${body} where patron_id = ${ASTA}`)
  await ctx.db.run(sql`update identifier set value = ${card} where patron_id = ${ASTA}`)
  // Sampled, as tables are by default.
  await ctx.db.run(sql`analyze`)
}

/** Two tables whose personal columns are sampled no more: one keeps rows, the other is left empty. */
async function stopSampling({ ctx }: BackupLibrary): Promise<void> {
  await ctx.db.run(sql`alter table patron alter column name set statistics 0`)
  await ctx.db.run(sql`alter table patron alter column email set statistics 0`)
  await ctx.db.run(sql`alter index patron_name alter column 1 set statistics 0`)
  await ctx.db.run(sql`alter index patron_born alter column 2 set statistics 0`)
}

/** The files of a cluster in which one of the values lies, and which. */
async function seenIn(folder: string, values: readonly Buffer[]): Promise<Map<string, string[]>> {
  const seen = new Map<string, string[]>()
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    const found = new Set<string>()
    let before = Buffer.alloc(0)
    for await (const chunk of createReadStream(file)) {
      const bytes = Buffer.concat([before, chunk as Buffer])
      for (const value of values) if (bytes.includes(value)) found.add(value.toString('latin1'))
      before = bytes.subarray(-64)
    }
    for (const value of found) seen.set(value, [...(seen.get(value) ?? []), file.slice(folder.length + 1)])
  }
  return seen
}

test('after a scrub nothing of an erased person is left in any file of the database', async () => {
  const folder = await temporaryFolder('kvit-test-scrub-')
  const server = await startEmbedded(folder)
  try {
    await using library = await openBackupLibrary(server.url)
    const { data, keys, ctx } = library
    await fillLibrary(library)
    await plantCanaries(library)
    const key = await keys
      .agency('herning')
      .one<{ wrapped: Buffer }>(sql`select wrapped from person_key where person_id = ${ASTA}`)
    const { cpr_sealed } = await ctx.db.one<{ cpr_sealed: Buffer }>(
      sql`select cpr_sealed from patron where id = ${ASTA}`,
    )
    const planted = [...CANARIES.map((text) => Buffer.from(text)), key.wrapped, cpr_sealed]
    await data.owner().run(sql`checkpoint`)
    const before = await seenIn(server.folder, planted)
    assert.equal(before.size, planted.length, 'all are seen first')
    const places = [...before.values()].flat().join(' ')
    assert.match(places, /base\//)
    assert.match(places, /pg_wal\//)

    await stopSampling(library)
    await ctx.vault.destroy([ASTA], library.clock.now())
    await removePersons(library, register, [ASTA])
    await data.owner().run(sql`checkpoint`)
    assert.equal((await seenIn(server.folder, planted)).size, planted.length, 'deleting alone does not do it')

    const scrubbed = await scrub({ data, keys, agencies: ['herning'], register })
    assert.deepEqual(await seenIn(server.folder, planted), new Map())
    assert.ok(isThorough(scrubbed), JSON.stringify(scrubbed))
    assert.ok(scrubbed.tables > 10)
    assert.equal((await ctx.db.all(sql`select id from patron`)).length, 1, 'and Bo is still there')
  } finally {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
})

test('a scrub says when an old transaction or a locked table kept something from it', async () => {
  await using library = await openBackupLibrary()
  await fillLibrary(library)
  const { data, keys } = library
  const reader = await data.connect('herning')
  try {
    await reader.query('begin isolation level repeatable read')
    await reader.query('select count(*) from patron')
    const scrubbed = await scrub({ data, keys, agencies: ['herning'], register, patience_ms: 0, lock_timeout_ms: 20 })
    assert.deepEqual(scrubbed.busy, ['herning.patron'])
    assert.equal(scrubbed.open_transactions, 1)
    assert.equal(isThorough(scrubbed), false)
  } finally {
    await reader.end()
  }
})

test('two scrubs do not run at once', async () => {
  await using library = await openBackupLibrary()
  const { data, keys } = library
  const given = { data, keys, agencies: ['herning'], register }
  const outcomes = await Promise.allSettled([scrub(given), scrub(given)])
  const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
  assert.equal(refusals.length, 1)
  assert.ok(refusals[0] instanceof OperatorProblem)
})

test('what the planner had sampled is cleared on older servers too', async () => {
  // The way of before PostgreSQL 18 works on 18 too; the way of 18 only there.
  for (const version of [150000, 180000]) {
    await using library = await openBackupLibrary()
    const { number } = await library.ctx.db.one<{ number: number }>(
      sql`select current_setting('server_version_num')::int as number`,
    )
    if (version > number) continue
    await fillLibrary(library)
    await plantCanaries(library)
    await stopSampling(library)
    await library.ctx.db.run(sql`delete from message`)
    const sampled = () =>
      library.ctx.db.all<{ column: string }>(sql`
        select tablename || '.' || attname as column from pg_stats
        where schemaname = 'herning' and (tablename = 'message' or tablename like 'patron%' and attname in ('name', 'email', 'lower'))`)
    assert.ok((await sampled()).length > 5)
    const client = await library.data.connect('herning')
    try {
      assert.ok((await clearStatistics(client, 'herning', ['patron', 'message'], version)) > 5)
    } finally {
      await client.end()
    }
    assert.deepEqual(await sampled(), [])
    await library.ctx.db.run(sql`analyze`)
    assert.deepEqual(await sampled(), [], 'and stays so')
    assert.equal((await library.ctx.db.all(sql`select id from patron where id in (${ASTA}, ${BO})`)).length, 2)
  }
})
