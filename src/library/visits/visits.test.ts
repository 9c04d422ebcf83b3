import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { addBranch, setOpeningHours } from '#agencies'
import { at, type BranchId, dayOf, type PatronId } from '#core'
import { sql } from '#db'
import { acceptTerms, enrolPatron, liftAccessBan, placeAccessBan, placeAutomaticBlock, publishTerms } from '#patrons'
import { exportPerson, runRetention } from '#privacy'
import { changeSetting, currentSetting } from '#settings'
import { enter, reportSurveillance, type VisitRow } from '#visits'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { register } from '../../rooms.ts'
import { type Doors, doors } from './setting.ts'

let library: TestLibrary
let cast: Cast
let branch: BranchId
/** The day of a test: a clock does not go back. */
let day = Temporal.PlainDate.from('2025-11-20')
const evening = () => at(day, '20:00')

before(async () => {
  library = await openTestLibrary({ agencies: ['fredensborg', 'ishoj'] })
  cast = await castIn(library.context())
  branch = cast.branch
  await openAlways(branch)
})
beforeEach(async () => {
  day = dayOf(library.clock.now()).add({ days: 1 })
  library.clock.moveTo(evening())
  await library.context().db.run(sql`delete from visit`)
  await library.context().db.run(sql`delete from terms`)
  await decide({ capacity: {} })
  await healthy(true)
})
after(() => library?.close())

/** Staff from ten to six, and self-service around it. */
function openAlways(where: BranchId, agency = 'fredensborg') {
  const week = [1, 2, 3, 4, 5, 6, 7].flatMap((weekday) => [
    { weekday, opens: '06:00', closes: '10:00', staffed: false },
    { weekday, opens: '10:00', closes: '18:00', staffed: true },
    { weekday, opens: '18:00', closes: '22:00', staffed: false },
  ])
  return setOpeningHours(library.context(undefined, agency), where, week)
}

async function decide(part: Partial<Doors>) {
  const ctx = library.context()
  const { version, content } = await currentSetting(ctx, doors)
  const changed = await changeSetting(ctx, doors, { content: { ...content, ...part }, basedOn: version, by: null })
  assert(changed.ok)
}

const healthy = (works: boolean) => reportSurveillance(library.context(), branch, { healthy: works, by: 'dør' })

async function come(patron: PatronId, door = 'dør') {
  const entered = await enter(library.context(), { patron, branch, door })
  return entered.ok ? 'in' : entered.refusal.kind
}

const visits = () => library.context().db.all(sql<VisitRow>`select * from visit order by entered_at, id`)
const staff = () =>
  library.context({
    kind: 'staff',
    id: '01890000-0000-7000-8000-000000000001' as never,
    roles: ['desk'],
    branch_ids: [],
  })

test('who comes in without staff is written down, once however often the door asks', async () => {
  assert.equal(await come(cast.asta.id), 'in')
  assert.equal(await come(cast.asta.id), 'in')
  library.clock.moveTo(evening().add({ minutes: 30 }))
  await healthy(true)
  assert.equal(await come(cast.asta.id), 'in')
  const written = (await visits()).map(({ patron_id, door, during_outage }) => [patron_id, door, during_outage])
  assert.deepEqual(written, [
    [cast.asta.id, 'dør', false],
    [cast.asta.id, 'dør', false],
  ])
})

test('nobody is written down while there are staff', async () => {
  day = day.add({ days: 1 })
  library.clock.moveTo(at(day, '12:00'))
  assert.equal(await come(cast.asta.id), 'in')
  assert.deepEqual(await visits(), [])
  library.clock.moveTo(at(day, '23:00'))
  assert.equal(await come(cast.asta.id), 'closed')
})

test('a visit is told in the copy of one’s data, and is gone when thirty days have passed', async () => {
  const ctx = library.context()
  assert.equal(await come(cast.asta.id), 'in')
  const told = await exportPerson(ctx, register, cast.asta.id, 'da', async () => undefined)
  assert.equal(told?.tables.find(({ data }) => data === 'visit')?.rows.length, 1)
  await runRetention(ctx, register, day.add({ days: 29 }))
  assert.equal((await visits()).length, 1)
  await runRetention(ctx, register, day.add({ days: 30 }))
  assert.deepEqual(await visits(), [])
})

test('a block from borrowing and a debt close no door', async () => {
  const ctx = library.context()
  await placeAutomaticBlock(ctx, cast.bo.id, 'debt')
  assert.equal(await come(cast.bo.id), 'in')
})

test('a ban closes the door from its first day until it ends or is lifted', async () => {
  const ban = {
    fromOn: day,
    untilOn: day.add({ days: 2 }),
    reason: 'Slog en rude ind',
    message: 'Du slog en rude ind.',
  }
  assert((await placeAccessBan(staff(), cast.dines.id, ban)).ok)
  assert.equal(await come(cast.dines.id), 'banned')
  library.clock.moveTo(at(day.add({ days: 1 }), '12:00'))
  assert.equal(await come(cast.dines.id), 'banned')
  library.clock.moveTo(at(day.add({ days: 2 }), '20:00'))
  await healthy(true)
  assert.equal(await come(cast.dines.id), 'in')
  const again = await placeAccessBan(staff(), cast.dines.id, {
    ...ban,
    fromOn: day.add({ days: 2 }),
    untilOn: day.add({ days: 9 }),
  })
  assert(again.ok)
  assert.equal(await come(cast.dines.id), 'banned')
  assert((await liftAccessBan(staff(), again.value.id)).ok)
  assert.equal(await come(cast.dines.id), 'in')
})

test('new house rules must be accepted before the door opens again', async () => {
  const operator = library.context({ kind: 'operator', name: 'test' })
  const yes = { document: 'house-rules', version: 1, accepted_by: 'patron', channel: 'web' } as const
  assert.equal(await come(cast.asta.id), 'in')
  assert((await publishTerms(operator, 'house-rules', { da: 'Vær stille.', en: 'Be quiet.' })).ok)
  assert.equal(await come(cast.asta.id), 'house-rules')
  await decide({ houseRules: false })
  assert.equal(await come(cast.asta.id), 'in')
  await decide({ houseRules: true })
  assert((await acceptTerms(operator, cast.asta.id, yes)).ok)
  assert.equal(await come(cast.asta.id), 'in')
  assert((await publishTerms(operator, 'house-rules', { da: 'Vær helt stille.', en: 'Be very quiet.' })).ok)
  assert.equal(await come(cast.asta.id), 'house-rules')
})

test('a full house lets in the next when somebody’s time is over, and those inside may go out for air', async () => {
  await decide({ capacity: { A: 1 }, stayMinutes: 60 })
  assert.equal(await come(cast.asta.id), 'in')
  assert.equal(await come(cast.bo.id), 'full')
  assert.equal(await come(cast.asta.id, 'havedør'), 'in')
  library.clock.moveTo(evening().add({ minutes: 61 }))
  await healthy(true)
  assert.equal(await come(cast.bo.id), 'in')
})

test('where two come at once to the last place, one comes in', async () => {
  await decide({ capacity: { A: 1 } })
  const came = await Promise.all([come(cast.asta.id), come(cast.bo.id, 'havedør')])
  assert.deepEqual(came.toSorted(), ['full', 'in'])
})

test('in Fredensborg a door opens without staff only while surveillance reports that it works', async () => {
  await healthy(false)
  assert.equal(await come(cast.asta.id), 'surveillance')
  await healthy(true)
  assert.equal(await come(cast.asta.id), 'in')
  library.clock.moveTo(evening().add({ minutes: 11 }))
  assert.equal(await come(cast.asta.id), 'surveillance')
})

test('in Ishøj, whose policy knows no visits without staff, no door opens then and nothing is written', async () => {
  const ctx = library.context(undefined, 'ishoj')
  const place = { code: 'K', name: 'Kulturium', address: 'Ishøj Store Torv 1', postcode: '2635', city: 'Ishøj' }
  const there = await addBranch(ctx, place)
  await openAlways(there, 'ishoj')
  const enrolled = await enrolPatron(ctx, there, {
    name: 'Ida Prøve',
    cpr: '7303851048',
    address: 'Torvet 1',
    postcode: '2635',
    city: 'Ishøj',
    municipality: '0183',
    photoIdSeen: true,
    card: '21000000009',
  })
  assert(enrolled.ok, JSON.stringify(enrolled))
  const at = { patron: enrolled.value.id, branch: there, door: 'dør' }
  const answer = await enter(ctx, at)
  assert.deepEqual(answer.ok ? answer : answer.refusal, { kind: 'not-offered' })
  assert.deepEqual(await ctx.db.all(sql`select 1 from visit`), [])
})
