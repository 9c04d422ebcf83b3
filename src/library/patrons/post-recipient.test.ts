import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from '#db'
import type { Context } from '#vault'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { placeAutomaticBlock } from './blocks.ts'
import { setGuardian } from './guardians.ts'
import { postRecipient } from './post-recipient.ts'

let library: TestLibrary
let ctx: Context
let cast: Cast

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  cast = await castIn(ctx)
})
after(() => library.close())

const bornOn = (day: string) => ctx.db.run(sql`update patron set birth_on = ${day} where id = ${cast.clara.id}`)

test('a grown-up is written to by their own number, and by no name when it is protected', async () => {
  assert.deepEqual(await postRecipient(ctx, cast.asta.id, true), { cpr: '7403851048', name: 'Asta Prøve' })
  await ctx.db.run(
    sql`update patron set protected = true, address = null, postcode = null, city = null where id = ${cast.asta.id}`,
  )
  assert.deepEqual(await postRecipient(ctx, cast.asta.id, true), { cpr: '7403851048' })
})

test('a bill to anyone under 18 goes to the guardian who answers for it; other post is their own from 15', async () => {
  // The library's day is 20 November 2025.
  await bornOn('2008-11-20')
  assert.equal(await postRecipient(ctx, cast.clara.id, true), undefined, 'the guardian’s number is not known')
  const guardian = { name: 'Carl Prøve', cpr: '7503851033', proof: 'mitid' as const }
  const set = await setGuardian(ctx, cast.clara.id, guardian)
  assert.ok(set.ok, JSON.stringify(set))
  const carl = { cpr: '7503851033', name: 'Carl Prøve' }
  assert.deepEqual(await postRecipient(ctx, cast.clara.id, true), carl)
  assert.equal((await postRecipient(ctx, cast.clara.id, false))?.cpr, '9006125007')
  await bornOn('2010-11-21')
  assert.deepEqual(await postRecipient(ctx, cast.clara.id, false), carl, 'the day before the fifteenth birthday')
  await bornOn('2007-11-20')
  assert.equal((await postRecipient(ctx, cast.clara.id, true))?.cpr, '9006125007', 'of age today')
})

test('nobody writes to the dead', async () => {
  assert.ok(await postRecipient(ctx, cast.dines.id, true))
  await placeAutomaticBlock(ctx, cast.dines.id, 'deceased')
  assert.equal(await postRecipient(ctx, cast.dines.id, true), undefined)
})
