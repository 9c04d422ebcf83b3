import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import fc from 'fast-check'
import { at, type MessageId, TIME_ZONE } from '#core'
import { sql } from '#db'
import { changeSetting } from '#settings'
import type { Context } from '#vault'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import {
  GoesByAnother,
  idempotent,
  markHandled,
  mayDisturb,
  messageHours,
  noteDelivery,
  onceOnly,
  queueMessages,
  RefusedByChannel,
  resend,
  type Senders,
  sendWaiting,
  undelivered,
  undeliveredNamed,
  withdrawMessages,
} from './index.ts'

let library: TestLibrary
let ctx: Context
let cast: Cast

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  cast = await castIn(ctx)
})
after(() => library.close())
afterEach(async () => {
  await ctx.db.run(sql`delete from message`)
  await ctx.db.run(sql`update patron set email_bounced_at = null, phone_bounced_at = null`)
})

const DAY = Temporal.PlainDate.from('2025-11-20')
let day = DAY
/** Moves the clock to an hour of the next day that none of the tests has seen. */
function nextDayAt(time: string): void {
  day = day.add({ days: 1 })
  library.clock.moveTo(at(day, time))
}

const seen: MessageId[] = []
const NONE = '019a0000-0000-7000-8000-000000000001' as MessageId
async function queue(
  channel: 'email' | 'sms' | 'push' | 'digital-post' | 'letter',
  more: object = {},
): Promise<MessageId> {
  await queueMessages(ctx, [
    {
      patron_id: cast.asta.id,
      kind: 'due-soon',
      channel,
      language: 'da',
      recipient: channel === 'email' ? 'asta@example.org' : null,
      subject: 'Emne',
      body: 'Tekst',
      ...more,
    },
  ])
  const found = await ctx.db.maybe<{ id: MessageId }>(sql`select id from message where id <> all(${seen}::uuid[])`)
  const id = found?.id ?? NONE
  seen.push(id)
  return id
}

/** Channels that take everything, and what each has taken. */
function channels(): { senders: Senders; taken: string[] } {
  const taken: string[] = []
  const take = onceOnly(async ({ channel }) => {
    taken.push(channel)
  })
  return { senders: { email: take, sms: take, push: take, 'digital-post': take }, taken }
}

const row = (id: MessageId) =>
  ctx.db.one<{
    channel: string
    recipient: string | null
    sent: boolean
    given_up_because: string | null
    delivered: boolean
    bounced: boolean
  }>(sql`
    select channel, recipient, sent_at is not null as sent, given_up_because, delivered_at is not null as delivered,
      bounced_at is not null as bounced
    from message where id = ${id}`)
const marks = () =>
  ctx.db.one<{ email: boolean; phone: boolean }>(sql`
    select email_bounced_at is not null as email, phone_bounced_at is not null as phone
    from patron where id = ${cast.asta.id}`)

test('no telephone rings between nine in the evening and eight in the morning; e-mail and Digital Post go', async () => {
  nextDayAt('21:00')
  for (const channel of ['email', 'sms', 'push', 'digital-post'] as const) await queue(channel)
  const { senders, taken } = channels()
  assert.equal(await sendWaiting(ctx, senders), 2)
  assert.deepEqual(taken.sort(), ['digital-post', 'email'])
  nextDayAt('07:59')
  assert.equal(await sendWaiting(ctx, senders), 0)
  library.clock.moveTo(at(day, '08:00'))
  assert.equal(await sendWaiting(ctx, senders), 2)
  assert.deepEqual(taken.sort(), ['digital-post', 'email', 'push', 'sms'])
})

test('a demonstration, which rings no telephone, sends at any hour', async () => {
  nextDayAt('02:00')
  await queue('sms')
  assert.equal(await sendWaiting(ctx, { sms: { ...idempotent(async () => {}), silent: true } }), 1)
})

test('the quiet hours are the library’s to set', async () => {
  const noon = { quietFrom: '12:00', quietUntil: '13:00', bundleMinutes: 0 }
  assert.ok((await changeSetting(ctx, messageHours, { content: noon, basedOn: 0, by: null })).ok)
  const wrong = { ...noon, quietFrom: '25:00' }
  assert.ok(!(await changeSetting(ctx, messageHours, { content: wrong, basedOn: 1, by: null })).ok)
  nextDayAt('12:30')
  await queue('sms')
  assert.equal(await sendWaiting(ctx, channels().senders), 0)
  library.clock.moveTo(at(day, '13:00'))
  assert.equal(await sendWaiting(ctx, channels().senders), 1)
  await changeSetting(ctx, messageHours, { content: messageHours.initial, basedOn: 1, by: null })
})

test('the quiet hours are those of the clock on the wall, also in the nights when summer time begins and ends', () => {
  const hours = messageHours.initial
  for (const [instant, may] of [
    ['2026-03-28T20:59:00+01:00', true],
    ['2026-03-28T21:00:00+01:00', false],
    ['2026-03-29T07:59:00+02:00', false],
    ['2026-03-29T08:00:00+02:00', true],
    ['2026-10-24T20:59:00+02:00', true],
    ['2026-10-25T07:59:00+01:00', false],
    ['2026-10-25T08:00:00+01:00', true],
  ] as const) {
    assert.equal(mayDisturb(hours, Temporal.Instant.from(instant)), may, instant)
  }
  const lateNight = { ...hours, quietFrom: '02:30', quietUntil: '02:45' }
  for (const instant of ['2026-10-25T02:40:00+02:00', '2026-10-25T02:40:00+01:00']) {
    assert.equal(
      mayDisturb(lateNight, Temporal.Instant.from(instant)),
      false,
      'the hour that comes twice is quiet twice',
    )
  }
})

test('whatever the hours, a telephone rings exactly when the wall clock is outside them', () => {
  const time = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  const text = ([hour, minute]: readonly [number, number]) =>
    `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
  fc.assert(
    fc.property(time, time, fc.integer({ min: 0, max: 400 * 24 * 60 }), (from, until, minutes) => {
      const now = at(DAY, '00:00').add({ minutes })
      const wall = now.toZonedDateTimeISO(TIME_ZONE)
      const here = wall.hour * 60 + wall.minute
      const begin = from[0] * 60 + from[1]
      const length = (until[0] * 60 + until[1] - begin + 1440) % 1440
      const quiet = (here - begin + 1440) % 1440 < length
      const hours = { quietFrom: text(from), quietUntil: text(until), bundleMinutes: 10 }
      assert.equal(mayDisturb(hours, now), !quiet)
    }),
  )
})

test('nothing goes to somebody marked dead: not what is written after, nor what waited, not even about a claim', async () => {
  nextDayAt('12:00')
  const waiting = await queue('email')
  const claim = await queue('letter', { kind: 'bill' })
  await ctx.db.run(sql`
    insert into loan_block (id, patron_id, code, automatic, since_on, placed_at)
    values (${ctx.random.uuid(ctx.clock.now())}, ${cast.asta.id}, 'deceased', true, ${day}, ${ctx.clock.now()})`)
  assert.equal(await queue('email', { kind: 'written-after' }), NONE)
  assert.equal(await sendWaiting(ctx, channels().senders), 0)
  for (const id of [waiting, claim]) assert.equal((await row(id)).given_up_because, 'withdrawn')
  const { count } = await ctx.db.one<{ count: number }>(sql`select count(*)::int as count from message`)
  assert.equal(count, 2, 'what is written after is not even kept')
  assert.equal((await undelivered(ctx, 10)).messages.length, 0, 'and the desk is not asked to do anything about it')
  await ctx.db.run(sql`delete from loan_block where code = 'deceased'`)
})

test('who dies, is restricted or erased while the messages before theirs are sent, is sent nothing', async () => {
  nextDayAt('12:00')
  const first = await queue('email', { patron_id: cast.bo.id, recipient: 'bo@example.org' })
  const second = await queue('email')
  const seen: string[] = []
  const slow = onceOnly(async ({ recipient }) => {
    seen.push(recipient ?? '')
    await ctx.db.run(sql`
      insert into restriction (id, patron_id, reason, placed_by, placed_at)
      select gen_random_uuid(), p.id, 'prøve', 'test', ${ctx.clock.now()} from patron p
      where p.id in (${cast.asta.id}, ${cast.bo.id})`)
  })
  assert.equal(await sendWaiting(ctx, { email: slow }), 1)
  assert.equal(seen.length, 1)
  const states = [await row(first), await row(second)]
  assert.deepEqual(states.map(({ sent }) => sent).sort(), [false, true])
  await ctx.db.run(sql`delete from restriction`)
  await ctx.db.run(sql`delete from message where sent_at is not null`)
  const [left] = states.map(({ sent }, index) => (sent ? undefined : [first, second][index])).filter(Boolean)
  const gone = onceOnly(async () => assert.fail('sent'))
  const erased = await queue('sms')
  const both = { sms: onceOnly(async () => {}), email: gone }
  await ctx.db.run(sql`delete from message where id = ${left}`)
  assert.equal(await sendWaiting(ctx, both), 1)
  assert.ok((await row(erased)).sent)
})

test('a message that is slow to go is not taken for one that was cut off, so that nobody gets it twice', async () => {
  nextDayAt('12:00')
  for (let n = 0; n < 3; n++) await queue('email')
  let sent = 0
  const slow = onceOnly(async () => {
    sent++
    library.clock.moveTo(ctx.clock.now().add({ minutes: 10 }))
    // Another process looks at the outbox meanwhile.
    if (sent === 2) await sendWaiting(ctx, { email: onceOnly(async () => void sent++) })
  })
  await sendWaiting(ctx, { email: slow })
  const rows = await ctx.db.all<{ sent: boolean }>(sql`select sent_at is not null as sent from message`)
  assert.equal(sent, rows.filter((one) => one.sent).length)
})

test('a push message in place of an SMS becomes one when the apps are gone, and one beside an e-mail does not', async () => {
  nextDayAt('12:00')
  const alone = await queue('push', { recipient: '+4520304050' })
  const beside = await queue('push')
  const push = idempotent(async () => {
    throw new RefusedByChannel('no app')
  })
  const { senders, taken } = channels()
  await sendWaiting(ctx, { ...senders, push })
  assert.deepEqual(taken, ['sms'])
  assert.deepEqual([(await row(alone)).channel, (await row(alone)).sent], ['sms', true])
  assert.equal((await row(beside)).given_up_because, 'refused')
})

test('who is exempt from Digital Post is written to on paper; without Digital Post everybody is, after a day', async () => {
  nextDayAt('12:00')
  const exempt = await queue('digital-post', { kind: 'bill' })
  const post = idempotent(async () => {
    throw new GoesByAnother('letter')
  })
  await sendWaiting(ctx, { 'digital-post': post })
  assert.equal((await row(exempt)).channel, 'letter')
  const waiting = await queue('digital-post', { kind: 'bill' })
  nextDayAt('11:59')
  await sendWaiting(ctx, {})
  assert.equal((await row(waiting)).channel, 'digital-post')
  nextDayAt('12:01')
  await sendWaiting(ctx, {})
  assert.equal((await row(waiting)).channel, 'letter')
})

test('what came back marks the address that was written to, once, and not one the patron has changed to since', async () => {
  nextDayAt('12:00')
  const first = await queue('email')
  const second = await queue('email', { recipient: 'before@example.org' })
  await sendWaiting(ctx, channels().senders)
  assert.equal(await noteDelivery(ctx, second, 'bounced'), true)
  assert.deepEqual(await marks(), { email: false, phone: false })
  assert.equal(await noteDelivery(ctx, first, 'bounced'), true)
  assert.deepEqual(await marks(), { email: true, phone: false })
  await ctx.db.run(sql`update patron set email_bounced_at = null`)
  assert.equal(await noteDelivery(ctx, first, 'bounced'), true, 'twice is once')
  assert.deepEqual(await marks(), { email: false, phone: false })
  assert.equal(await noteDelivery(ctx, NONE, 'bounced'), false)
})

test('a number that no SMS reaches is marked; a server that was down marks nothing, and the desk sees both', async () => {
  nextDayAt('12:00')
  await ctx.db.run(sql`update patron set phone = '+4520304050' where id = ${cast.asta.id}`)
  const text = await queue('sms', { recipient: '+4520304050' })
  const mail = await queue('email')
  await sendWaiting(ctx, channels().senders)
  await noteDelivery(ctx, text, 'bounced')
  await noteDelivery(ctx, mail, 'not-delivered')
  assert.deepEqual(await marks(), { email: false, phone: true })
  const { messages, count } = await undelivered(ctx, 10)
  assert.deepEqual(new Set(messages.map(({ id }) => id)), new Set([text, mail]))
  assert.deepEqual([...count], [['bounced', 2]])
})

test('what has arrived does not come back, and what came back may arrive after all; neither is sent again by itself', async () => {
  nextDayAt('12:00')
  const arrived = await queue('email')
  const late = await queue('email')
  await sendWaiting(ctx, channels().senders)
  await noteDelivery(ctx, arrived, 'delivered')
  await noteDelivery(ctx, arrived, 'bounced')
  assert.deepEqual([(await row(arrived)).delivered, (await row(arrived)).bounced], [true, false])
  await noteDelivery(ctx, late, 'not-delivered')
  await noteDelivery(ctx, late, 'delivered')
  assert.equal((await undelivered(ctx, 10)).messages.length, 0)
  assert.equal(await sendWaiting(ctx, channels().senders), 0)
})

test('staff send a message again as a new one, once, and the old one counts as handled', async () => {
  nextDayAt('12:00')
  const id = await queue('email')
  const refusing = onceOnly(async () => {
    throw new RefusedByChannel('no such mailbox')
  })
  await sendWaiting(ctx, { email: refusing })
  assert.equal((await undeliveredNamed(ctx, id))?.because, 'refused')
  const again = await resend(ctx, id, { recipient: 'ny@example.org' })
  assert.ok(again.ok && again.value !== id)
  assert.deepEqual(await resend(ctx, id), { ok: false, refusal: { kind: 'gone' } })
  assert.equal(await markHandled(ctx, id), false)
  assert.equal(await sendWaiting(ctx, channels().senders), 1)
  assert.deepEqual(
    [(await row(again.value)).recipient, (await row(id)).recipient],
    ['ny@example.org', 'asta@example.org'],
  )
})

test('a message whose content the policy has taken cannot be sent again, only handled', async () => {
  nextDayAt('12:00')
  const id = await queue('email')
  await sendWaiting(ctx, channels().senders)
  await noteDelivery(ctx, id, 'not-delivered')
  await ctx.db.run(sql`
    update message set recipient = null, subject = null, body = null, redacted_at = ${ctx.clock.now()}`)
  assert.deepEqual(await resend(ctx, id), { ok: false, refusal: { kind: 'content-gone' } })
  assert.equal((await undelivered(ctx, 10)).messages.length, 1)
  assert.equal(await markHandled(ctx, id), true)
  assert.equal((await undelivered(ctx, 10)).messages.length, 0)
})

test('a message whose reason has gone is withdrawn; one that has left is not', async () => {
  nextDayAt('22:00')
  const text = await queue('sms', { kind: 'reservation-ready' })
  const mail = await queue('email', { kind: 'reservation-ready' })
  const other = await queue('sms')
  await sendWaiting(ctx, channels().senders)
  assert.equal(await withdrawMessages(ctx, cast.asta.id, ['reservation-ready']), 1)
  assert.deepEqual([(await row(text)).given_up_because, (await row(mail)).sent], ['withdrawn', true])
  assert.equal((await row(other)).given_up_because, null)
  nextDayAt('09:00')
  const { senders, taken } = channels()
  await sendWaiting(ctx, senders)
  assert.deepEqual(taken, ['sms'])
})
