import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Manifest, manifestText } from './format.ts'
import { type Keep, listBackups, pruneBackups } from './index.ts'

const NOW = Temporal.Instant.from('2025-11-30T03:00:00Z')
const MANY: Keep = { keepNumber: 100, keepDays: 30 }

async function openFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'kvit-test-prune-'))
  return {
    folder,
    names: async () => (await readdir(folder)).sort(),
    async add(name: string, facts: Partial<Manifest> | null = {}) {
      await mkdir(join(folder, name))
      await writeFile(join(folder, name, 'loan.copy.gz'), 'x')
      if (facts === null) return
      const manifest: Manifest = {
        format: 1,
        holds: 'data',
        agency: { name: 'herning', number: '765700', title: 'Herning' },
        taken_at: NOW,
        migration: 1,
        kvit: '0.1.0',
        newest_erasure: null,
        master_key: null,
        tables: [{ name: 'loan', columns: ['id'], rows: 0, bytes: 1, sha256: '0'.repeat(64) }],
        ...facts,
      }
      await writeFile(join(folder, name, 'manifest.json'), manifestText(manifest))
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

test('the newest backups are kept, as many as are asked for', async () => {
  await using backups = await openFolder()
  for (const day of ['26', '27', '28', '29']) await backups.add(`herning-202511${day}T020000Z`)
  const pruned = await pruneBackups(backups.folder, 'herning', { keepNumber: 2, keepDays: 30 }, NOW)
  assert.deepEqual(await backups.names(), ['herning-20251128T020000Z', 'herning-20251129T020000Z'])
  assert.equal(pruned.removed.length, 2)
  assert.equal(pruned.oldest?.toString(), '2025-11-28T02:00:00Z')
})

test('a backup past its days goes, also when it is the only one', async () => {
  await using backups = await openFolder()
  await backups.add('herning-20251031T020000Z')
  const pruned = await pruneBackups(backups.folder, 'herning', MANY, NOW)
  assert.deepEqual(await backups.names(), [])
  assert.deepEqual([pruned.kept, pruned.oldest, pruned.tombstones_needed_from], [0, null, null])
})

test('a backup is there through the last of its days, counted in Copenhagen', async () => {
  await using backups = await openFolder()
  // 23:30 in UTC is half past midnight on 1 November in Copenhagen.
  await backups.add('herning-20251031T233000Z')
  await backups.add('herning-20251031T223000Z')
  await pruneBackups(backups.folder, 'herning', MANY, NOW)
  assert.deepEqual(await backups.names(), ['herning-20251031T233000Z'])
  await pruneBackups(backups.folder, 'herning', MANY, NOW.add({ hours: 24 }))
  assert.deepEqual(await backups.names(), [])
})

test('an unfinished backup is left alone for a day and counts as none', async () => {
  await using backups = await openFolder()
  await backups.add('herning-20251128T020000Z.making', null)
  await backups.add('herning-20251128T030000Z', null)
  await backups.add('herning-20251130T020000Z.making', null)
  await backups.add('herning-20251129T020000Z')
  const pruned = await pruneBackups(backups.folder, 'herning', { keepNumber: 1, keepDays: 30 }, NOW)
  assert.deepEqual(await backups.names(), ['herning-20251129T020000Z', 'herning-20251130T020000Z.making'])
  assert.equal(pruned.kept, 1)
})

test("another library's backups and folders of other names are not touched", async () => {
  await using backups = await openFolder()
  for (const name of ['herning_old-20200101T000000Z', 'glostrup-20200101T000000Z', 'holiday pictures']) {
    await backups.add(name)
  }
  await pruneBackups(backups.folder, 'herning', MANY, NOW)
  assert.equal((await backups.names()).length, 3)
  assert.deepEqual(await listBackups(join(backups.folder, 'nowhere'), 'herning'), [])
})

test('the newest erasure a backup knows of keeps its tombstone as long as the backup', async () => {
  await using backups = await openFolder()
  const erased = Temporal.Instant.from('2025-10-01T10:00:00Z')
  await backups.add('herning-20251120T020000Z', { newest_erasure: erased })
  await backups.add('herning-20251129T020000Z', { newest_erasure: Temporal.Instant.from('2025-11-28T10:00:00Z') })
  const both = await pruneBackups(backups.folder, 'herning', MANY, NOW)
  assert.equal(both.tombstones_needed_from?.toString(), erased.toString())
  const one = await pruneBackups(backups.folder, 'herning', { keepNumber: 1, keepDays: 30 }, NOW)
  assert.equal(one.tombstones_needed_from?.toString(), '2025-11-28T02:00:00Z')
})
