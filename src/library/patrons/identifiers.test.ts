import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { assert as must, type StaffId } from '#core'
import { checkout } from '#loans'
import type { Context } from '#vault'
import { loanBlockCodes } from '../../../test/support/blocks.ts'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import {
  addCard,
  blockCard,
  blockHealthCard,
  findHolder,
  findPatron,
  identifiersOf,
  replaceCard,
  unblockCard,
  unblockHealthCard,
} from './index.ts'

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

const idOf = async (card: string) => {
  const found = (await identifiersOf(ctx, cast.asta.id)).find(({ value }) => value === card)
  must(found !== undefined, card)
  return found.id
}

test('a patron may have several cards, and is found by each of them', async () => {
  must((await addCard(desk, cast.asta.id, '2990 0000001')).ok, 'no card')
  assert.equal(await findPatron(ctx, '29900000001'), cast.asta.id)
  assert.equal(await findPatron(ctx, cast.asta.card), cast.asta.id)
  const kind = async (card: string) => {
    const added = await addCard(desk, cast.asta.id, card)
    return added.ok ? 'added' : added.refusal.kind
  }
  assert.equal(await kind(cast.bo.card), 'card-taken')
  assert.equal(await kind('750920-6028'), 'not-a-card', 'a CPR number would lie in clear text')
  assert.equal(await kind('x'.repeat(60)), 'not-a-card')
})

test('a lost card finds nobody at a machine, tells staff whose it is, and the patron goes on with another', async () => {
  const lost = await idOf('29900000001')
  must((await blockCard(desk, lost, 'lost')).ok, 'not blocked')
  assert.equal(await findPatron(ctx, '29900000001'), undefined)
  assert.deepEqual(await findHolder(ctx, '29900000001'), { id: cast.asta.id, blocked: 'lost' })
  const refused = await checkout(ctx, { card: '29900000001', barcode: 'A1' })
  assert.equal(refused.ok ? 'lent' : refused.refusal.kind, 'unknown-patron')
  assert.ok((await checkout(ctx, { card: cast.asta.card, barcode: 'A1' })).ok)
  assert.deepEqual(await loanBlockCodes(ctx, cast.asta.id), [])
  must((await unblockCard(desk, lost)).ok, 'not found again')
  assert.equal(await findPatron(ctx, '29900000001'), cast.asta.id)
})

test('with a stolen card nothing is lent on any card until it is replaced or has turned up', async () => {
  must((await blockCard(desk, await idOf('29900000001'), 'stolen')).ok, 'not blocked')
  assert.deepEqual(await loanBlockCodes(ctx, cast.asta.id), ['card-stolen'])
  const refused = await checkout(ctx, { card: cast.asta.card, barcode: 'B1' })
  assert.equal(refused.ok ? 'lent' : refused.refusal.kind, 'blocked')
  must((await unblockCard(desk, await idOf('29900000001'))).ok, 'not found again')
  assert.deepEqual(await loanBlockCodes(ctx, cast.asta.id), [])
  must((await blockCard(desk, await idOf('29900000001'), 'stolen')).ok, 'not blocked')
})

test('a replaced card stays blocked for ever; the new one takes its place', async () => {
  const old = await idOf('29900000001')
  must((await replaceCard(desk, old, '29900000002')).ok, 'not replaced')
  assert.equal(await findPatron(ctx, '29900000002'), cast.asta.id)
  assert.deepEqual(await loanBlockCodes(ctx, cast.asta.id), [], 'the stolen one is good for nothing any more')
  assert.deepEqual(await unblockCard(desk, old), { ok: false, refusal: { kind: 'not-blocked' } })
  assert.equal(await findPatron(ctx, '29900000001'), undefined)
})

test('a lost health card finds nobody by its CPR number until it is lifted', async () => {
  const cpr = '740385-1048'
  assert.equal(await findPatron(ctx, cpr), cast.asta.id)
  must((await blockHealthCard(desk, cast.asta.id)).ok, 'not blocked')
  assert.equal(await findPatron(ctx, cpr), undefined)
  assert.deepEqual(await findHolder(ctx, cpr), { id: cast.asta.id, blocked: 'health-card' })
  must((await unblockHealthCard(desk, cast.asta.id)).ok, 'not lifted')
  assert.equal(await findPatron(ctx, cpr), cast.asta.id)
})

test('only the desk changes cards', async () => {
  const no = { ok: false, refusal: { kind: 'not-allowed' } }
  assert.deepEqual(await addCard(ctx, cast.asta.id, '29900000009'), no)
  assert.deepEqual(await blockCard(ctx, await idOf('29900000002'), 'lost'), no)
})
