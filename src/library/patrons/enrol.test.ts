import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { dayOf, assert as must, type StaffId } from '#core'
import { sql } from '#db'
import { policyOf } from '#privacy'
import { loanBlockCodes } from '../../../test/support/blocks.ts'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { PaperRegister } from '../../../test/support/register.ts'
import {
  childrenOf,
  confirmSelfEnrolled,
  consequences,
  type Enrolment,
  enrolPatron,
  guardiansOf,
  openTasks,
  publishTerms,
  readPatron,
} from './index.ts'

let library: TestLibrary
const casts = new Map<string, Cast>()
before(async () => {
  library = await openTestLibrary({ agencies: ['glostrup', 'fredensborg', 'herning'] })
  for (const agency of ['glostrup', 'fredensborg', 'herning']) {
    casts.set(agency, await castIn(library.context(undefined, agency)))
  }
})
after(() => library.close())

const HOME = { address: 'Vej 1', postcode: '2600', city: 'Glostrup', municipality: '0161' }
const SEEN = { photoIdSeen: true }

/** Replacement numbers that nobody has used yet. */
let serial = 100
const freshCpr = (born = '620380') => `${born}${serial++}1`.slice(0, 10)

async function enrol(agency: string, enrolment: Enrolment, register?: PaperRegister) {
  const ctx = library.context(undefined, agency)
  const cast = casts.get(agency)
  must(cast !== undefined, agency)
  const enrolled = await enrolPatron(ctx, cast.branch, enrolment, { register })
  const patron = enrolled.ok ? await readPatron(ctx, enrolled.value.id) : undefined
  return { ctx, enrolled, patron, refusal: enrolled.ok ? undefined : enrolled.refusal }
}

test('name and address come from the CPR register, not from the form', async () => {
  const register = new PaperRegister()
  const cpr = freshCpr()
  register.put(cpr, { name: 'Rigtigt Navn', municipality: '0253' })
  const { patron } = await enrol('glostrup', { name: 'Andet Navn', address: 'Løgn 1', cpr }, register)
  assert.deepEqual(
    [patron?.name, patron?.address, patron?.postcode, patron?.city, patron?.municipality, patron?.register],
    ['Rigtigt Navn', 'Registervej 1', '2600', 'Glostrup', '0253', 'followed'],
  )
  assert.deepEqual([...register.followed], [cpr])
})

test('someone protected in the register is protected here, and the address lies sealed', async () => {
  const register = new PaperRegister()
  const cpr = freshCpr()
  register.put(cpr, { protected: true })
  const { ctx, patron } = await enrol('glostrup', { cpr }, register)
  must(patron?.address_sealed !== null && patron !== undefined, 'nothing is sealed')
  assert.deepEqual([patron.protected, patron.address, patron.postcode, patron.city], [true, null, null, null])
  const opened = await ctx.vault.open(patron.id, 'patron.address_sealed', patron.address_sealed)
  assert.equal(opened, 'Registervej 1\n2600\nGlostrup')
})

test('a number the register does not know, or that is dead or cancelled, enrols nobody', async () => {
  const register = new PaperRegister()
  assert.deepEqual((await enrol('glostrup', { name: 'N', ...HOME, cpr: freshCpr() }, register)).refusal, {
    kind: 'register-unknown',
  })
  for (const status of ['90', '80', '70', '60', '50', '30']) {
    const cpr = freshCpr()
    register.put(cpr, { status })
    assert.deepEqual((await enrol('glostrup', { cpr }, register)).refusal, { kind: 'register-status', status })
  }
})

test('while the register is down people are enrolled with what they show, to be put right later', async () => {
  const register = new PaperRegister()
  register.down = true
  const { patron } = await enrol('glostrup', { name: 'Vist Navn', ...HOME, cpr: freshCpr() }, register)
  assert.deepEqual([patron?.name, patron?.register], ['Vist Navn', 'wanted'])
})

test('what the register would have told is asked for where there is none', async () => {
  assert.deepEqual((await enrol('glostrup', { name: 'N', cpr: freshCpr() })).refusal, {
    kind: 'missing',
    field: 'address',
  })
  assert.deepEqual((await enrol('glostrup', { ...HOME, cpr: freshCpr() })).refusal, { kind: 'missing', field: 'name' })
})

test('Glostrup enrols nobody without a CPR number, Fredensborg does', async () => {
  const someone = { name: 'Uden Nummer', ...HOME, ...SEEN, birthOn: Temporal.PlainDate.from('1980-01-01') }
  assert.deepEqual((await enrol('glostrup', someone)).refusal, { kind: 'missing', field: 'cpr' })
  const { patron } = await enrol('fredensborg', someone)
  assert.deepEqual([patron?.cpr_hash, patron?.register], [null, 'none'])
})

test('Herning asks for photo ID from the day somebody is 14', async () => {
  const born = (years: number, days: number) => {
    const today = library.clock.now().toZonedDateTimeISO('Europe/Copenhagen').toPlainDate()
    return today.subtract({ years }).add({ days })
  }
  const child = { name: 'Barn', ...HOME, guardianName: 'Værge' }
  const dayBefore = await enrol('herning', { ...child, cpr: freshCpr(), birthOn: born(14, 1) })
  assert.equal(dayBefore.refusal, undefined)
  const birthday = { ...child, birthOn: born(14, 0) }
  assert.deepEqual((await enrol('herning', { ...birthday, cpr: freshCpr() })).refusal, {
    kind: 'photo-id-needed',
    from: 14,
  })
  assert.ok((await enrol('herning', { ...birthday, ...SEEN, cpr: freshCpr() })).patron?.photo_id_at)
})

test('a school is enrolled with a contact person, and without birth date and CPR number', async () => {
  const school = { name: 'Søndervangskolen', kind: 'institution' as const }
  assert.deepEqual((await enrol('glostrup', school)).refusal, { kind: 'missing', field: 'contact-name' })
  const { patron } = await enrol('glostrup', { ...school, contactName: 'Lis Prøve' })
  assert.deepEqual(
    [patron?.kind, patron?.contact_name, patron?.birth_on, patron?.patron_group],
    ['institution', 'Lis Prøve', null, 'adult'],
  )
})

test('who enrols on the web must be 18, accepts the rules in their newest words, and borrows once staff have seen them', async () => {
  const ctx = library.context({ kind: 'operator', name: 'test' }, 'herning')
  must((await publishTerms(ctx, 'rules', { da: 'Aflevér til tiden.', en: 'Return on time.' })).ok, 'no terms')
  assert.deepEqual(await publishTerms(ctx, 'rules', { da: 'Aflevér til tiden.', en: 'Return on time.' }), {
    ok: true,
    value: 1,
  })
  must((await publishTerms(ctx, 'rules', { da: 'Aflevér i god tid.', en: 'Return in good time.' })).ok, 'no terms')
  const today = library.clock.now().toZonedDateTimeISO('Europe/Copenhagen').toPlainDate()
  const adult = { name: 'Selv Prøve', ...HOME, way: 'web' as const, birthOn: today.subtract({ years: 18 }) }
  const young = { ...adult, birthOn: today.subtract({ years: 18 }).add({ days: 1 }) }
  assert.deepEqual((await enrol('herning', { ...young, cpr: freshCpr() })).refusal, { kind: 'too-young', from: 18 })
  const old = [{ document: 'rules' as const, version: 1 }]
  assert.deepEqual(
    (await enrol('herning', { ...adult, cpr: freshCpr(), accepts: old })).refusal?.kind,
    'terms-not-accepted',
  )
  const accepts = [{ document: 'rules' as const, version: 2 }]
  const { patron } = await enrol('herning', { ...adult, cpr: freshCpr(), accepts })
  must(patron !== undefined, 'not enrolled')
  assert.deepEqual(await loanBlockCodes(ctx, patron.id), ['self-enrolled'])
  assert.ok((await openTasks(ctx)).tasks.some((task) => task.patron_id === patron.id && task.kind === 'self-enrolled'))
  const accepted = await ctx.db.all(sql`select document, version, accepted_by, channel from acceptance
    where patron_id = ${patron.id}`)
  assert.deepEqual(accepted, [{ document: 'rules', version: 2, accepted_by: 'patron', channel: 'web' }])
})

test('two at once enrol the same person once', async () => {
  const cpr = freshCpr()
  const both = await Promise.all([1, 2].map(() => enrol('glostrup', { name: 'To Gange', ...HOME, cpr })))
  const kinds = both.map(({ refusal }) => refusal?.kind ?? 'enrolled').sort()
  assert.deepEqual(kinds, ['already-enrolled', 'enrolled'])
})

test('patron numbers are random: they follow neither the order of enrolment nor the birth date', async () => {
  const numbers: number[] = []
  for (let n = 0; n < 8; n++) {
    const { patron } = await enrol('glostrup', { name: `Nr ${n}`, ...HOME, cpr: freshCpr() })
    numbers.push(Number(patron?.number))
  }
  assert.notDeepEqual(
    numbers,
    numbers.toSorted((a, b) => a - b),
  )
  assert.equal(new Set(numbers).size, numbers.length)
  assert.ok(numbers.every((number) => String(number).length <= 9))
})

test('a replacement number never leaves the house: a register that does not serve it is not asked', async () => {
  const register = new PaperRegister()
  register.serves = ({ replacement }) => !replacement
  const { patron } = await enrol('glostrup', { name: 'Erstatning', ...HOME, cpr: freshCpr() }, register)
  assert.deepEqual([patron?.name, patron?.register], ['Erstatning', 'none'])
  assert.deepEqual([register.asked, [...register.followed]], [[], []])
})

test('under 18 a guardian signs, also when only blanks were written; from the day of 18 nobody has to', async () => {
  const birthday = dayOf(library.clock.now()).subtract({ years: 18 })
  const someone = { name: 'Ung Prøve', ...HOME }
  const young = { ...someone, birthOn: birthday.add({ days: 1 }) }
  const needed = { kind: 'guardian-needed', under: 18 }
  assert.deepEqual((await enrol('glostrup', { ...young, cpr: freshCpr() })).refusal, needed)
  assert.deepEqual((await enrol('glostrup', { ...young, cpr: freshCpr(), guardianName: '  ' })).refusal, needed)
  const grown = await enrol('glostrup', { ...someone, birthOn: birthday, cpr: freshCpr() })
  assert.equal(grown.patron?.patron_group, 'adult')
  const guardian = { name: 'Værge Prøve', proof: 'paper' as const }
  const child = await enrol('glostrup', { ...young, cpr: freshCpr(), guardian })
  assert.equal(child.patron?.patron_group, 'child')
})

test('a guardian’s CPR number must be one, and another than the child’s; it lies sealed under the child’s key', async () => {
  const cpr = freshCpr('800110')
  const child = { name: 'Barn Prøve', ...HOME, cpr, birthOn: Temporal.PlainDate.from('2015-01-20') }
  const with_ = (guardianCpr: string) => ({
    ...child,
    guardian: { name: 'Værge Prøve', cpr: guardianCpr, proof: 'paper' as const, maySee: true },
  })
  assert.deepEqual((await enrol('glostrup', with_('123'))).refusal, { kind: 'guardian-cpr-not-a-number' })
  assert.deepEqual((await enrol('glostrup', with_(cpr))).refusal, { kind: 'guardian-is-the-child' })
  const guardianCpr = freshCpr()
  const { ctx, patron } = await enrol('glostrup', with_(guardianCpr))
  must(patron !== undefined, 'not enrolled')
  const [guardianship] = await guardiansOf(ctx, patron.id)
  must(guardianship?.cpr_sealed !== null && guardianship !== undefined, 'no number kept')
  assert.equal(await ctx.vault.open(patron.id, 'guardianship.cpr_sealed', guardianship.cpr_sealed), guardianCpr)

  // A guardian who becomes a patron later is known by that number, and sees what was agreed.
  const guardian = await enrol('glostrup', { name: 'Værge Prøve', ...HOME, cpr: guardianCpr })
  must(guardian.patron !== undefined, 'not enrolled')
  const wards = await childrenOf(ctx, guardian.patron.id, dayOf(library.clock.now()))
  assert.deepEqual(
    wards.map(({ id }) => id),
    [patron.id],
  )
})

test('nobody makes an institution of themself on the web to be let in younger', async () => {
  const young = { name: 'Ung', ...HOME, cpr: freshCpr(), birthOn: Temporal.PlainDate.from('2012-01-01') }
  const sly = { ...young, way: 'web' as const, kind: 'company' as const, contactName: 'Ung' }
  assert.deepEqual((await enrol('glostrup', sly)).refusal, { kind: 'too-young', from: 18 })
})

test('staff who have seen someone who enrolled themself lift the block and finish the task, once', async () => {
  const adult = { name: 'Selv Prøve', ...HOME, way: 'web' as const, birthOn: Temporal.PlainDate.from('1990-01-01') }
  const { ctx, patron } = await enrol('fredensborg', { ...adult, cpr: freshCpr() })
  must(patron !== undefined, 'not enrolled')
  const id = '00000000-0000-7000-8000-0000000000a1' as StaffId
  const desk = library.context({ kind: 'staff', id, roles: ['desk'] }, 'fredensborg')
  assert.deepEqual(await confirmSelfEnrolled(ctx, patron.id), { ok: false, refusal: { kind: 'not-allowed' } })
  assert.deepEqual(await loanBlockCodes(ctx, patron.id), ['self-enrolled'])
  must((await confirmSelfEnrolled(desk, patron.id, { photoIdSeen: true })).ok, 'not confirmed')
  assert.deepEqual(await loanBlockCodes(ctx, patron.id), [])
  assert.ok((await openTasks(ctx)).tasks.every((task) => task.patron_id !== patron.id))
  assert.ok((await readPatron(ctx, patron.id))?.photo_id_at)
  assert.deepEqual(await confirmSelfEnrolled(desk, patron.id), { ok: false, refusal: { kind: 'not-waiting' } })
})

test('what leaving out both e-mail and telephone costs is said once, in the words of the policy; with one of them nothing', async () => {
  const { policy } = await policyOf(library.context(undefined, 'glostrup'))
  const said = (enrolment: Enrolment) => consequences(policy, enrolment).map(({ en }) => en)
  const person = { name: 'N', cpr: '6101700001' }
  assert.deepEqual(said(person), [
    'With neither e-mail nor telephone, we cannot remind you of returns or write when something is ready.',
  ])
  assert.deepEqual(said({ ...person, email: '', phone: '' }), said(person), 'an empty field is left out')
  assert.deepEqual(said({ ...person, phone: '+4500000002' }), [])
})
