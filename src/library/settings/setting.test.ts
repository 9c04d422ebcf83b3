import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { z } from 'zod'
import type { StaffId } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import { readConfig } from '../../../src/config.ts'
import { Installation } from '../../../src/installation.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import {
  changeSetting,
  currentSetting,
  lastChanges,
  readSetting,
  type Setting,
  settingAt,
  settingHistory,
  settingVersion,
} from './index.ts'

const lunch: Setting<{ minutes: number; dishes: readonly string[] }> = {
  name: 'lunch',
  label: { da: 'Frokost', en: 'Lunch' },
  schema: z.strictObject({ minutes: z.int().min(10).max(90), dishes: z.array(z.string().min(1)).max(3) }),
  initial: { minutes: 30, dishes: [] },
}
const dorte = '019a0000-0000-7000-8000-000000000001' as StaffId

let library: TestLibrary
let ctx: Context
before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
})
after(() => library.close())
beforeEach(() => ctx.db.run(sql`delete from setting`))

const change = (content: unknown, basedOn: number, by: StaffId | null = dorte, where = ctx) =>
  changeSetting(where, lunch, { content, basedOn, by })

test('until a library has decided anything, what the house proposes holds', async () => {
  assert.deepEqual(await currentSetting(ctx, lunch), { version: 0, content: lunch.initial })
  assert.deepEqual(await settingHistory(ctx, 'lunch'), [])
})

test('what is decided holds from the next moment on, and what held before stays as history', async () => {
  assert.deepEqual(await change({ minutes: 45, dishes: ['suppe'] }, 0), { ok: true, value: 1 })
  assert.deepEqual(await change({ minutes: 60, dishes: [] }, 1, null), { ok: true, value: 2 })
  assert.equal((await readSetting(ctx, lunch)).minutes, 60)
  assert.deepEqual(
    (await settingHistory(ctx, 'lunch')).map(({ version, content, changed_by }) => ({ version, content, changed_by })),
    [
      { version: 2, content: { minutes: 60, dishes: [] }, changed_by: null },
      { version: 1, content: { minutes: 45, dishes: ['suppe'] }, changed_by: dorte },
    ],
  )
  assert.deepEqual(await settingAt(ctx, lunch, 1), { minutes: 45, dishes: ['suppe'] })
})

test('a document that breaks its own rules is refused with the place of each fault, and changes nothing', async () => {
  const refused = await change({ minutes: 5, dishes: ['suppe', ''] }, 0)
  assert.ok(!refused.ok && refused.refusal.kind === 'not-valid')
  assert.deepEqual(
    refused.refusal.faults.map(({ path }) => path),
    ['minutes', 'dishes.1'],
  )
  assert.ok(!(await change({ ...lunch.initial, wine: true }, 0)).ok)
  assert.deepEqual(await settingHistory(ctx, 'lunch'), [])
})

test('who has read an older version than the one in force is told so, and undoes nothing', async () => {
  await change({ minutes: 45, dishes: [] }, 0)
  assert.deepEqual(await change({ minutes: 20, dishes: [] }, 0), {
    ok: false,
    refusal: { kind: 'changed-meanwhile', version: 1 },
  })
  assert.deepEqual((await change({ minutes: 20, dishes: [] }, 7)).ok, false, 'nor may a version be skipped')
  assert.equal((await readSetting(ctx, lunch)).minutes, 45)
})

test('of two who change it at once one is told that the other was first', async () => {
  for (let round = 0; round < 20; round++) {
    const both = await Promise.all([20, 40].map((minutes) => change({ minutes, dishes: [] }, round)))
    const [won, lost] = both.sort((a, b) => Number(b.ok) - Number(a.ok))
    assert.ok(won?.ok && won.value === round + 1)
    assert.deepEqual(lost, { ok: false, refusal: { kind: 'changed-meanwhile', version: round + 1 } })
  }
})

test('an older version is brought back as a change like any other', async () => {
  await change({ minutes: 45, dishes: ['suppe'] }, 0)
  await change({ minutes: 10, dishes: [] }, 1)
  const [, first] = await settingHistory(ctx, 'lunch')
  assert.ok((await change(first?.content, 2)).ok)
  assert.deepEqual(await currentSetting(ctx, lunch), { version: 3, content: { minutes: 45, dishes: ['suppe'] } })
  assert.equal((await settingHistory(ctx, 'lunch')).length, 3)
})

test('what one process decides holds in the other from its next question on', async () => {
  const other = await Installation.open({
    config: { ...readConfig({ DATABASE_URL: library.url, KVIT_DATA: library.folder }), mayMakeKey: false },
    log: ctx.log,
    clock: library.clock,
    random: library.random,
  })
  try {
    const there = other.context('fredensborg', { kind: 'system', job: 'test' })
    assert.equal((await readSetting(there, lunch)).minutes, 30)
    await change({ minutes: 45, dishes: [] }, 0)
    assert.equal((await readSetting(there, lunch)).minutes, 45)
    assert.ok((await change({ minutes: 50, dishes: [] }, 1, dorte, there)).ok)
    assert.equal((await readSetting(ctx, lunch)).minutes, 50)
    const { version } = await ctx.db.one<{ version: number }>(sql`select ${sql.raw(settingVersion(lunch))} as version`)
    assert.deepEqual(await settingAt(ctx, lunch, version), await readSetting(there, lunch))
  } finally {
    await other.close()
  }
})

test('a version is read once by each process, and a version that never was is a fault', async () => {
  await change({ minutes: 45, dishes: [] }, 0)
  const content = await readSetting(ctx, lunch)
  assert.equal(await readSetting(ctx, lunch), content, 'the very same')
  await assert.rejects(settingAt(ctx, lunch, 9), /no version 9/)
})

test('when each setting was last changed, and by whom', async () => {
  await change({ minutes: 45, dishes: [] }, 0, null)
  await change({ minutes: 50, dishes: [] }, 1)
  const changes = await lastChanges(ctx)
  assert.deepEqual([...changes.keys()], ['lunch'])
  assert.equal(changes.get('lunch')?.changed_by, dorte)
  assert.equal(changes.get('lunch')?.version, 2)
})
