import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from '#db'
import type { Context } from '#vault'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { comeOfAge, enrolPatron, findPatron, maskedCpr, readCpr, readPatron, searchPatrons } from './index.ts'

let library: TestLibrary
let ctx: Context
let cast: Cast

before(async () => {
  library = await openTestLibrary({ agencies: ['glostrup'] })
  ctx = library.context()
  cast = await castIn(ctx)
})
after(() => library.close())

test('the century of a CPR number follows from its seventh digit and its year', () => {
  const born = (text: string) => readCpr(text)?.bornOn.toString()
  assert.equal(born('610170-0001'), '1970-01-01')
  assert.equal(born('6712994000'), '1999-12-07')
  assert.equal(born('9006125007'), '2012-06-30')
  assert.equal(born('6101364000'), '2036-01-01')
  assert.equal(born('6101374000'), '1937-01-01')
  assert.equal(born('6101585000'), '1858-01-01')
  assert.equal(born('6101379000'), '1937-01-01')
})

test('a number that fails the check digit is a CPR number all the same, and a replacement number is known', () => {
  assert.equal(readCpr('6101650000')?.checkDigitFits, false)
  assert.equal(readCpr('6101700001')?.checkDigitFits, true)
  assert.equal(readCpr('6101700001')?.replacement, true)
})

test('what cannot be a date is no CPR number', () => {
  for (const text of ['', '123', '9106125007x', '9202300001', '6113700001', '0000000000', '610170_0001']) {
    assert.equal(readCpr(text), undefined, text)
  }
})

test('a screen shows the birth date of a CPR number and hides the rest', () => {
  assert.equal(maskedCpr('6101700001'), '610170-XXXX')
})

const HOME = { address: 'Vej 1', postcode: '2600', city: 'Glostrup', municipality: '0161' }

test('Glostrup asks for a CPR number; without one nobody is enrolled', async () => {
  const refused = await enrolPatron(ctx, cast.branch, { name: 'Uden Nummer', address: 'Vej 1' })
  assert.deepEqual(refused, { ok: false, refusal: { kind: 'missing', field: 'cpr' } })
})

test('the same CPR number or card is enrolled once', async () => {
  const person = { ...HOME, name: 'En Prøve', cpr: '7509206028', card: '21000000009' }
  const again = { ...person, card: '21000000010', guardianName: 'V' }
  assert((await enrolPatron(ctx, cast.branch, { ...person, guardianName: 'V' })).ok)
  assert.deepEqual(await enrolPatron(ctx, cast.branch, again), { ok: false, refusal: { kind: 'already-enrolled' } })
  assert.deepEqual(await enrolPatron(ctx, cast.branch, { ...again, cpr: '6101650000', card: '21000000009' }), {
    ok: false,
    refusal: { kind: 'card-taken' },
  })
})

test('a child is enrolled with a guardian, and the guardian’s name goes when the child comes of age', async () => {
  const child = { ...HOME, name: 'Barn Prøve', cpr: '8001105006' }
  assert.deepEqual(await enrolPatron(ctx, cast.branch, child), {
    ok: false,
    refusal: { kind: 'guardian-needed', under: 18 },
  })
  const guardians = () =>
    ctx.db.all<{ name: string }>(sql`select name from guardianship where patron_id = ${cast.clara.id}`)
  assert.deepEqual(await guardians(), [{ name: 'Carl Prøve' }])
  assert.equal(await comeOfAge(ctx, Temporal.PlainDate.from('2030-06-29')), 0)
  assert.equal(await comeOfAge(ctx, Temporal.PlainDate.from('2030-06-30')), 1)
  assert.deepEqual(await guardians(), [])
  assert.equal((await readPatron(ctx, cast.clara.id))?.patron_group, 'adult')
})

test('CPR numbers and protected addresses lie sealed: the rows do not hold them in any column', async () => {
  const hidden = await enrolPatron(ctx, cast.branch, {
    name: 'Skjult Prøve',
    cpr: '6203801111',
    municipality: '0161',
    address: 'Hemmelig Sti 12',
    postcode: '2600',
    city: 'Glostrup',
    protected: true,
  })
  assert(hidden.ok)
  const { text } = await ctx.db.one<{ text: string }>(
    sql`select p::text as text from patron p where id = ${hidden.value.id}`,
  )
  assert(!text.includes('6203801111') && !text.includes('Hemmelig'))
  const row = await readPatron(ctx, hidden.value.id)
  assert(row?.address_sealed && row.cpr_sealed)
  assert.equal(
    await ctx.vault.open(row.id, 'patron.address_sealed', row.address_sealed),
    'Hemmelig Sti 12\n2600\nGlostrup',
  )
  assert.equal(await findPatron(ctx, '620380-1111'), hidden.value.id, 'found by a keyed hash')
})

test('a protected name is found by number only', async () => {
  assert.equal((await searchPatrons(ctx, 'Skjult')).length, 0)
  assert.equal((await searchPatrons(ctx, 'asta')).length, 1)
  assert.equal((await searchPatrons(ctx, '%')).length, 0)
  assert.equal((await searchPatrons(ctx, cast.bo.number))[0]?.id, cast.bo.id)
})

test('a patron number is random: those enrolled one after another are not in a row', () => {
  const numbers = [cast.asta, cast.bo, cast.clara, cast.dines].map(({ number }) => Number(number))
  for (const [index, number] of numbers.entries()) {
    if (index > 0) assert(Math.abs(number - (numbers[index - 1] as number)) > 1)
  }
})
