import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from '#db'
import type { Context } from '#vault'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { idempotent, lettersTaken, queueMessages, sendWaiting, takeLetters, waitingLetters } from './index.ts'

let library: TestLibrary
let ctx: Context
let cast: Cast

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  cast = await castIn(ctx)
})
after(() => library.close())

const later = (span: Temporal.DurationLike) => library.clock.moveTo(library.clock.now().add(span))
const others = { email: idempotent(async () => {}), 'digital-post': idempotent(async () => {}) }

test('a letter waits for whoever prints it and takes it to the post, however long that is', async () => {
  const text = { language: 'da' as const, recipient: null, subject: 'Opgørelse', body: 'Du skylder.' }
  await queueMessages(ctx, [{ patron_id: cast.asta.id, kind: 'bill', channel: 'letter', ...text }])
  // Nobody printed letters in the Christmas week.
  later({ hours: 24 * 10 })
  assert.equal(await sendWaiting(ctx, others), 0)
  const [letter] = await waitingLetters(ctx)
  assert.ok(letter, 'it has been given up before anybody printed it')
  assert.equal((await takeLetters(ctx, [letter.id])).length, 1)
  // Printed on Friday, in the post on Monday.
  later({ hours: 24 * 3 })
  assert.equal(await sendWaiting(ctx, others), 0)
  assert.equal((await lettersTaken(ctx)).length, 1, 'it has been given up while it lay in the tray')
  const { given } = await ctx.db.one<{ given: string | null }>(sql`select given_up_because as given from message`)
  assert.equal(given, null)
})

test('a letter that somebody has taken is taken by nobody else, and one that is asked for twice is taken once', async () => {
  const text = { language: 'en' as const, recipient: null, subject: 'Statement', body: 'You owe.' }
  await queueMessages(ctx, [{ patron_id: cast.bo.id, kind: 'bill', channel: 'letter', ...text }])
  const [letter] = await waitingLetters(ctx)
  assert.ok(letter)
  const taken = await Promise.all([takeLetters(ctx, [letter.id, letter.id]), takeLetters(ctx, [letter.id])])
  assert.equal(taken.flat().length, 1)
  assert.deepEqual(
    taken.flat().map(({ language, isClaim }) => [language, isClaim]),
    [['en', true]],
  )
  assert.deepEqual(await waitingLetters(ctx), [])
})
