import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { MovableClock, seededRandom, startOfDay } from '#core'
import { sql } from '#db'
import { LIBRARIES, simulateYear, type YearReport } from '#demonstration'
import { idempotent } from '#messages'
import { dryRun, verifyChain } from '#privacy'
import type { Context } from '#vault'
import { register } from '../src/rooms.ts'
import { runNight } from '../src/schedule.ts'
import { openTestLibrary, type TestLibrary } from './support/library.ts'

const SENT = idempotent(async () => {})
const BEGIN = Temporal.PlainDate.from('2025-10-01')
const DAYS = process.env.KVIT_FULL ? 400 : 75
const SIZE = { titles: 60, items: 90, patrons: 40, loans: DAYS * 5, days: DAYS }
const SEED = process.env.KVIT_SEED ?? 'simulation'

/** Lives some months in one library, looking each night whether anything that should be gone is left. */
async function live(
  library: TestLibrary,
  agency: string,
  watch: (ctx: Context, night: Temporal.PlainDate) => Promise<void>,
): Promise<YearReport> {
  const described = LIBRARIES.find(({ name }) => name === agency)
  assert(described)
  const clock = new MovableClock(startOfDay(BEGIN))
  const ctx = library.installation.context(
    agency,
    { kind: 'system', job: 'test' },
    { clock, random: seededRandom(SEED) },
  )
  return simulateYear(ctx, {
    library: described,
    begin: BEGIN,
    size: SIZE,
    register,
    clock,
    async runNight(ctx, night) {
      const report = await runNight(ctx, night, { email: SENT, sms: SENT, letter: SENT })
      await watch(ctx, night)
      return report
    },
    progress() {},
  })
}

for (const agency of ['glostrup', 'fredensborg', 'herning']) {
  test(`months in the life of ${agency}: no night leaves a row past its end, and no loan is lost from the statistics (seed ${SEED})`, async () => {
    await using library = await openTestLibrary({ agencies: [agency], begin: BEGIN })
    const report = await live(library, agency, async (ctx, night) => {
      for (const step of await dryRun(ctx, register, night)) {
        assert.equal(step.due, 0, `seed ${SEED}: ${step.due} rows of ${step.clause} outlived the night of ${night}`)
      }
    })
    assert(report.loans > DAYS * 3 && report.forgotten > 0, JSON.stringify(report))
    const ctx = library.context()
    const { total } = await ctx.db.one<{ total: number }>(sql`
      select ((select count(*) from loan) + (select coalesce(sum(loans), 0) from circulation))::int as total`)
    assert.equal(total, report.loans, `seed ${SEED}: each loan is either there or counted, never both`)
    assert.deepEqual((await verifyChain(ctx)).faults, [])
    assert.deepEqual(await ctx.db.all(sql`select night_on from night where outcome <> 'kept'`), [])
  })
}

test('the same seed lives the same months', async () => {
  const digests: string[] = []
  for (let round = 0; round < 2; round++) {
    await using library = await openTestLibrary({ agencies: ['stevns'], begin: BEGIN })
    await live(library, 'stevns', async () => {})
    const ctx = library.context()
    const rows = await ctx.db.all<{ row: string }>(sql`
      select l::text as row from loan l union all select r::text from reservation r union all select f::text from fee f
      union all select c::text from circulation c union all select number || name from patron order by 1`)
    digests.push(
      createHash('sha256')
        .update(rows.map(({ row }) => row).join('\n'))
        .digest('hex'),
    )
  }
  assert.equal(digests[0], digests[1], `seed ${SEED}`)
})

test('every library of the demonstration has a policy and lies in the register of agencies by its national number', async () => {
  for (const { name, number } of LIBRARIES) {
    const policy = await readFile(join(import.meta.dirname, '..', 'policies', `${name}.yaml`), 'utf8')
    assert.match(policy, new RegExp(`^agency: ${name}$`, 'm'))
    assert.match(number, /^7\d{3}00$/)
  }
})
