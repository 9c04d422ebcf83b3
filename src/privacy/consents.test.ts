import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { at, type PatronId } from '#core'
import { sql } from '#db'
import { openTestLibrary } from '../../test/support/library.ts'
import { emptyLibrary, Planter } from '../../test/support/rows.ts'
import { register } from '../rooms.ts'
import { consentsOf, giveConsent, hasConsent, withdrawConsent } from './consents.ts'
import { policyOf } from './published.ts'
import { restrictPatron } from './restriction.ts'
import { runRetention } from './retention.ts'

const library = await openTestLibrary()
after(() => library.close())
const TODAY = Temporal.PlainDate.from('2026-02-10')
library.clock.moveTo(at(TODAY, '12:00'))
const ctx = library.context()
const { policy } = await policyOf(ctx)
const purposes = policy.purposes.filter(({ basis }) => basis.includes('gdpr-6-1-a')).map(({ id }) => id)
const [purpose] = purposes as [string]
let planter: Planter
let asta: PatronId

beforeEach(async () => {
  await emptyLibrary(ctx)
  planter = await Planter.of(ctx)
  asta = (await planter.row('patron', { birth_on: '1980-05-05', last_active_at: ctx.clock.now() })) as PatronId
})

async function give(change: Partial<Parameters<typeof giveConsent>[1]> = {}): Promise<string> {
  const result = await giveConsent(ctx, {
    patron: asta,
    purpose,
    wording: 'Ja, gem det',
    wordingVersion: 1,
    language: 'da',
    givenBy: 'patron',
    channel: 'website',
    ...change,
  })
  return result.ok ? 'given' : result.refusal.kind
}

test('a yes is entered with the words that were said yes to, and taken back as easily', async () => {
  assert.equal(await hasConsent(ctx, asta, purpose), false)
  assert.equal(await give(), 'given')
  assert.equal(await hasConsent(ctx, asta, purpose), true)
  const [entry] = await consentsOf(ctx, asta)
  assert.deepEqual(
    [entry?.wording, entry?.wording_version, entry?.given_by, entry?.channel, entry?.withdrawn_at],
    ['Ja, gem det', 1, 'patron', 'website', null],
  )
  assert.ok((await withdrawConsent(ctx, asta, purpose)).ok)
  assert.equal(await hasConsent(ctx, asta, purpose), false)
  assert.notEqual((await consentsOf(ctx, asta))[0]?.withdrawn_at, null)
})

test('what does not rest on consent cannot be consented to', async () => {
  for (const other of ['lending', 'nothing-known', '']) assert.equal(await give({ purpose: other }), 'no-such-purpose')
  assert.deepEqual(await consentsOf(ctx, asta), [])
})

test('a child below the policy’s age needs a guardian until the birthday itself', async () => {
  const years = policy.ages.find(({ rule }) => rule === 'digital-consent-from')?.years
  assert.equal(years, 15)
  const birthday = TODAY.subtract({ years: 15 })
  const tomorrow = birthday.add({ days: 1 })
  const clara = (await planter.row('patron', { birth_on: tomorrow })) as PatronId
  assert.equal(await give({ patron: clara }), 'guardian-needed')
  assert.equal(await give({ patron: clara, givenBy: 'guardian' }), 'given')
  const older = (await planter.row('patron', { birth_on: birthday })) as PatronId
  assert.equal(await give({ patron: older }), 'given')
})

test('a yes is given once, also when it is sent twice at once, and again after it was withdrawn', async () => {
  assert.deepEqual((await Promise.all([give(), give(), give()])).sort(), ['already-given', 'already-given', 'given'])
  await withdrawConsent(ctx, asta, purpose)
  assert.equal(await give({ wordingVersion: 2 }), 'given')
  assert.equal((await consentsOf(ctx, asta)).length, 2)
})

test('withdrawing does what follows from it, or neither happens', async () => {
  await give()
  const failing = withdrawConsent(ctx, asta, purpose, async () => {
    throw new Error('the history could not be emptied')
  })
  await assert.rejects(failing, /could not be emptied/)
  assert.equal(await hasConsent(ctx, asta, purpose), true)
  const done = await withdrawConsent(ctx, asta, purpose, async (ctx, patron) => {
    assert.equal(patron, asta)
    await ctx.db.run(sql`update patron set phone = 'emptied' where id = ${patron}`)
  })
  assert.ok(done.ok)
  assert.deepEqual(await ctx.db.one(sql`select phone from patron where id = ${asta}`), { phone: 'emptied' })
})

test('withdrawing what was never given is told so, and has no effect', async () => {
  let happened = false
  const result = await withdrawConsent(ctx, asta, purpose, async () => {
    happened = true
  })
  assert.ok(!result.ok && result.refusal.kind === 'not-given')
  assert.equal(happened, false)
})

test('a restricted patron is not asked, and a stranger is unknown', async () => {
  assert.equal(await give({ patron: ctx.random.uuid(ctx.clock.now()) as PatronId }), 'unknown')
  await restrictPatron(ctx, asta, 'Sag')
  assert.equal(await give(), 'restricted')
})

test('a yes that stands is kept, and one withdrawn is forgotten after its period', async () => {
  await give()
  await give({ purpose: purposes[1] ?? purpose })
  await withdrawConsent(ctx, asta, purpose)
  const before = TODAY.add({ years: 2 })
  await runRetention(ctx, register, before.subtract({ days: 1 }))
  assert.equal((await consentsOf(ctx, asta)).length, Math.min(purposes.length, 2))
  await runRetention(ctx, register, before)
  assert.deepEqual(
    (await consentsOf(ctx, asta)).map((entry) => entry.purpose),
    purposes.slice(1, 2),
  )
})
