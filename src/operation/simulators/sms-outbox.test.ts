import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from '#db'
import { queueMessages, sendWaiting } from '#messages'
import { connectSms, type Sms } from '#sms'
import type { Context } from '#vault'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { type SmsGateway, startSmsGateway } from './index.ts'

// The outbox, the adapter and the gateway's stand-in together: what one of them promises the next relies on.

let library: TestLibrary
let ctx: Context
let cast: Cast
let gateway: SmsGateway
let sms: Sms

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  cast = await castIn(ctx)
  gateway = await startSmsGateway({ clock: library.clock })
  sms = connectSms(gateway.config(['fredensborg']), { reportKey: 'for-tests-only', clock: library.clock })
})
after(async () => {
  sms?.close()
  await gateway?.close()
  await library?.close()
})

async function send(): Promise<number> {
  const sender = sms.sender({ agency: 'fredensborg', name: 'Fredensborg Bibliotekerne' })
  assert.ok(sender)
  return sendWaiting(ctx, { sms: sender })
}

test('killed between the gateway taking a message and our noting it: it is sent once, and noted', async () => {
  const told = { channel: 'sms', language: 'da', recipient: '+4500000002', subject: 'Klar' } as const
  await queueMessages(
    ctx,
    ['et', 'to', 'tre'].map((body) => ({ patron_id: cast.bo.id, kind: 'reservation-ready', body, ...told })),
  )
  assert.equal(await send(), 3)
  assert.ok(!gateway.asked.some((asked) => asked.includes('getlog')), 'a first try needs no look at the log')
  // As the rows stand when the program ends before it notes them, with a fourth that never left.
  await queueMessages(ctx, [{ patron_id: cast.bo.id, kind: 'reservation-ready', body: 'fire', ...told }])
  await ctx.db.run(sql`update message set sent_at = null, trying_at = ${ctx.clock.now()}, tries = 1`)
  library.clock.moveTo(ctx.clock.now().add({ minutes: 16 }))
  assert.equal(await send(), 4)
  assert.deepEqual(gateway.inbox.map(({ message }) => message).sort(), ['et', 'fire', 'to', 'tre'])
  const open = await ctx.db.all(sql`select 1 from message where sent_at is null`)
  assert.equal(open.length, 0)
})
