import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { assert as must, type PatronId, type StaffId } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { childrenOf, comeOfAge, endGuardian, enrolPatron, guardiansOf, setGuardian } from './index.ts'

let library: TestLibrary
let ctx: Context
let desk: Context
let cast: Cast

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  desk = library.context({ kind: 'staff', id: '00000000-0000-7000-8000-0000000000a1' as StaffId, roles: ['desk'] })
  cast = await castIn(ctx)
})
after(() => library.close())

const ASTAS_CPR = '740385-1048'
const day = (text: string) => Temporal.PlainDate.from(text)
const asta = (more: object = {}) => ({
  name: 'Asta Prøve',
  cpr: ASTAS_CPR,
  email: 'asta@example.org',
  proof: 'paper' as const,
  ...more,
})

test('a guardian who is a patron too sees the child only when it was agreed, and never an address', async () => {
  const today = day('2025-11-20')
  must((await setGuardian(desk, cast.clara.id, asta())).ok, 'no guardian')
  assert.deepEqual(await childrenOf(ctx, cast.asta.id, today), [])
  must((await setGuardian(desk, cast.clara.id, asta({ maySee: true }))).ok, 'no guardian')
  const [child, ...others] = await childrenOf(ctx, cast.asta.id, today)
  assert.deepEqual(others, [])
  assert.deepEqual(Object.keys(child ?? {}).sort(), ['id', 'name', 'number'])
  assert.equal((await guardiansOf(ctx, cast.clara.id)).length, 1, 'the new guardian takes the place of the one before')
  must((await endGuardian(desk, cast.clara.id)).ok, 'not ended')
  assert.deepEqual(await childrenOf(ctx, cast.asta.id, today), [])
})

test('nobody is their own guardian, an adult has none, and a number must be one', async () => {
  const kind = async (child: PatronId, guardian: Parameters<typeof setGuardian>[2]) => {
    const set = await setGuardian(desk, child, guardian)
    return set.ok ? 'set' : set.refusal.kind
  }
  assert.equal(await kind(cast.clara.id, asta({ cpr: '9006125007' })), 'guardian-is-the-child')
  assert.equal(await kind(cast.bo.id, asta()), 'grown-up')
  assert.equal(await kind(cast.clara.id, asta({ cpr: 'ikke et nummer' })), 'cpr-not-a-number')
  assert.equal(await kind(cast.clara.id, asta({ name: ' ' })), 'no-name')
  assert.equal(await kind('00000000-0000-7000-8000-000000000000' as PatronId, asta()), 'unknown')
  const stranger = library.context({
    kind: 'staff',
    id: '00000000-0000-7000-8000-0000000000a2' as StaffId,
    roles: ['catalogue'],
  })
  assert.deepEqual(await setGuardian(stranger, cast.clara.id, asta()), { ok: false, refusal: { kind: 'not-allowed' } })
})

for (const [born, dayBefore, birthday] of [
  ['2010-06-30', '2028-06-29', '2028-06-30'],
  // Someone born on a leap day turns 18 on 1 March in a year that has none.
  ['2008-02-29', '2026-02-28', '2026-03-01'],
] as const) {
  test(`on the 18th birthday of a child born ${born} the guardian is gone, and both are told; the day before neither`, async () => {
    const enrolled = await enrolPatron(ctx, cast.branch, {
      name: 'Ung Prøve',
      birthOn: day(born),
      email: 'ung@example.org',
      address: 'Vej 1',
      postcode: '3480',
      city: 'Fredensborg',
      municipality: '0210',
      photoIdSeen: true,
      guardian: asta({ maySee: true }),
    })
    must(enrolled.ok, JSON.stringify(enrolled))
    const { id } = enrolled.value
    const told = () =>
      ctx.db.all<{ kind: string; recipient: string; patron_id: PatronId }>(sql`
        select kind, recipient, patron_id from message where patron_id in (${id}, ${cast.asta.id}) order by kind`)
    await ctx.db.run(sql`delete from message`)
    await comeOfAge(ctx, day(dayBefore))
    assert.equal((await guardiansOf(ctx, id)).length, 1)
    assert.deepEqual(await told(), [])
    await comeOfAge(ctx, day(birthday))
    assert.deepEqual(await guardiansOf(ctx, id), [])
    assert.ok((await childrenOf(ctx, cast.asta.id, day(birthday))).every((child) => child.id !== id))
    assert.deepEqual(await told(), [
      { kind: 'come-of-age', recipient: 'ung@example.org', patron_id: id },
      { kind: 'guardian-no-longer', recipient: 'asta@example.org', patron_id: cast.asta.id },
    ])
  })
}

test('from midnight of the birthday a guardian sees nothing, though the night has not yet run', async () => {
  must((await setGuardian(desk, cast.clara.id, asta({ maySee: true }))).ok, 'no guardian')
  assert.equal((await childrenOf(ctx, cast.asta.id, day('2030-06-29'))).length, 1)
  assert.equal((await childrenOf(ctx, cast.asta.id, day('2030-06-30'))).length, 0)
})
