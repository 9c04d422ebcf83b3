import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { sql } from '#db'
import type { Context } from '#vault'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { idempotent, onceOnly, queueMessages, RefusedByChannel, sendWaiting, type WaitingMessage } from './index.ts'

let library: TestLibrary
let ctx: Context
let cast: Cast
const logged: string[] = []

before(async () => {
  const note = (fields: object) => logged.push(JSON.stringify(fields))
  library = await openTestLibrary({ log: { info: note, warn: note, error: note } })
  ctx = library.context()
  cast = await castIn(ctx)
})
after(() => library.close())
afterEach(() => ctx.db.run(sql`delete from message`))

async function queue(...kinds: string[]): Promise<void> {
  await queueMessages(
    ctx,
    kinds.map((kind) => ({
      patron_id: cast.asta.id,
      kind,
      channel: kind.startsWith('sms') ? 'sms' : 'email',
      language: 'da',
      recipient: 'asta@example.org',
      subject: 'Emne',
      body: 'Tekst',
    })),
  )
}

const later = (span: Temporal.DurationLike) => library.clock.moveTo(library.clock.now().add(span))
const states = () =>
  ctx.db.all<{ kind: string; sent: boolean; given_up_because: string | null }>(sql`
    select kind, sent_at is not null as sent, given_up_because from message order by kind`)

test('each message is sent once; what fails is tried again, later and later, and given up after a week', async () => {
  await queue('due-soon', 'bill')
  const seen: string[] = []
  const flaky = onceOnly(async ({ kind }) => {
    seen.push(kind)
    if (kind === 'bill') throw new Error('the server does not answer asta@example.org')
  })
  assert.equal(await sendWaiting(ctx, { email: flaky }), 1)
  assert.equal(await sendWaiting(ctx, { email: flaky }), 0)
  assert.deepEqual(seen.sort(), ['bill', 'due-soon'], 'a failure is not tried again at once')
  for (const [minutes, tries] of [
    [5, 2],
    [15, 3],
    [60, 4],
  ] as const) {
    later({ minutes: minutes - 1 })
    await sendWaiting(ctx, { email: flaky })
    assert.equal(seen.filter((kind) => kind === 'bill').length, tries - 1)
    later({ minutes: 1 })
    await sendWaiting(ctx, { email: flaky })
    assert.equal(seen.filter((kind) => kind === 'bill').length, tries)
  }
  later({ hours: 8 * 24 })
  const before = seen.length
  await sendWaiting(ctx, { email: flaky })
  assert.equal(seen.length, before, 'what was given up is not tried again')
  assert.deepEqual(await states(), [
    { kind: 'bill', sent: false, given_up_because: 'too-old' },
    { kind: 'due-soon', sent: true, given_up_because: null },
  ])
  assert.ok(logged.length > 0 && !logged.join().includes('asta@'), 'the log names the address')
})

test('an address that its server refuses for good is given up at once', async () => {
  await queue('due-soon')
  const refusing = onceOnly(async () => {
    throw new RefusedByChannel('no such mailbox')
  })
  assert.equal(await sendWaiting(ctx, { email: refusing }), 0)
  assert.deepEqual(await states(), [{ kind: 'due-soon', sent: false, given_up_because: 'refused' }])
})

test('a message for a channel that is not connected waits, and is not said to be sent', async () => {
  await queue('sms-ready')
  assert.equal(await sendWaiting(ctx, { email: onceOnly(async () => {}) }), 0)
  assert.equal(await sendWaiting(ctx, { sms: onceOnly(async () => {}) }), 1)
})

test('killed between sending and noting: a channel that cannot tell is not asked twice, one that can is', async () => {
  await queue('email-cut-off', 'sms-cut-off')
  // What a process leaves behind that ends while it is sending.
  await ctx.db.run(sql`update message set trying_at = ${ctx.clock.now()}, tries = 1`)
  const seen: string[] = []
  const note = async ({ kind }: WaitingMessage) => {
    seen.push(kind)
  }
  const senders = { email: onceOnly(note), sms: idempotent(note) }
  assert.equal(await sendWaiting(ctx, senders), 0, 'another process may still be sending it')
  later({ minutes: 16 })
  assert.equal(await sendWaiting(ctx, senders), 1)
  assert.deepEqual(seen, ['sms-cut-off'])
  assert.deepEqual(await states(), [
    { kind: 'email-cut-off', sent: false, given_up_because: 'unsure' },
    { kind: 'sms-cut-off', sent: true, given_up_because: null },
  ])
})

test('two processes that send at once send each message once', async () => {
  await queue(...Array.from({ length: 450 }, (_, n) => `due-soon-${n}`))
  const seen: string[] = []
  const slow = onceOnly(async ({ kind }) => {
    seen.push(kind)
  })
  const sent = await Promise.all([sendWaiting(ctx, { email: slow }), sendWaiting(ctx, { email: slow })])
  assert.equal(sent[0] + sent[1], 450)
  assert.equal(new Set(seen).size, 450)
  assert.equal(seen.length, 450)
})

test('who comes under restriction while a message waits is not sent it, unless it is about a claim', async () => {
  await queue('due-soon', 'bill')
  await ctx.db.run(sql`
    insert into restriction (id, patron_id, reason, placed_by, placed_at)
    values (${ctx.random.uuid(ctx.clock.now())}, ${cast.asta.id}, 'prøve', 'test', ${ctx.clock.now()})`)
  const seen: string[] = []
  const note = onceOnly(async ({ kind }) => {
    seen.push(kind)
  })
  assert.equal(await sendWaiting(ctx, { email: note }), 1)
  assert.deepEqual(seen, ['bill'])
})
