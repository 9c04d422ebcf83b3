import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addStaff } from '#auth'
import { dayOf } from '#core'
import { sql } from '#db'
import { onceOnly, type Senders } from '#messages'
import { accessesOf, exportPerson, runRetention } from '#privacy'
import { type MyPages, openMyPages } from '../../../test/support/my-pages.ts'
import { signInAs, type Visitor, visit } from '../../../test/support/visitor.ts'
import { register } from '../../rooms.ts'
import { sendEventMessages } from './index.ts'

const PASSWORD = 'fire store gule løver'
const LINKS = { publicUrl: 'https://kvit.example.org' }

let ishoj: MyPages
let glostrup: MyPages
let desk: Visitor
let addresses = 0
const sent: { readonly channel: string; readonly to: string | null; readonly body: string }[] = []

before(async () => {
  ishoj = await openMyPages('ishoj')
  glostrup = await openMyPages('glostrup')
  desk = await deskOf(ishoj, 'ishoj')
})
after(async () => {
  await ishoj?.close()
  await glostrup?.close()
})

async function deskOf(my: MyPages, agency: string): Promise<Visitor> {
  const operator = my.library.context({ kind: 'operator', name: 'drift' })
  const dora = { username: 'dora', name: 'Dora Prøve', email: null, roles: ['desk' as const], password: PASSWORD }
  assert.ok((await addStaff(operator, dora)).ok)
  const visitor = visit(my.app)
  await signInAs(visitor, agency, { username: 'dora', password: PASSWORD })
  return visitor
}

const take =
  (channel: string) =>
  async ({ recipient, body }: { readonly recipient: string | null; readonly body: string }) =>
    void sent.push({ channel, to: recipient, body })
const senders: Senders = { email: onceOnly(take('email')), sms: onceOnly(take('sms')) }
async function send(my: MyPages) {
  sent.length = 0
  await sendEventMessages(my.library.context(), senders, LINKS)
  return sent.map(({ channel, to }) => `${channel} ${to}`).sort()
}

async function make(who: Visitor, my: MyPages, agency: string, more: Record<string, string> = {}): Promise<string> {
  const day = dayOf(my.library.clock.now()).add({ days: 10 }).toString()
  const page = `/${agency}/staff/events`
  const event = {
    name: 'Oplæsning',
    about: '',
    place: 'Salen',
    day,
    from: '19:30',
    until: '21.00',
    seats: '2',
    ...more,
  }
  assert.equal((await who.send(page, page, event)).statusCode, 303)
  const row = await my.library.context().db.one<{ id: string }>(sql`
    select id from event where name = ${event.name} order by id desc limit 1`)
  return `/${agency}/events/${row.id}`
}

function guestOf(my: MyPages): Visitor {
  addresses += 1
  return visit(my.app, `127.0.9.${addresses}`)
}
const GUEST = { name: 'Gæst Prøve', email: 'gaest@example.org', phone: '+45 00 00 00 99' }
const seats = (my: MyPages, table: string) =>
  my.library.context().db.all<Record<string, unknown>>(sql`
    select name, email, phone, leave_key, told_at from ${sql.id(table)} order by registered_at, id`)

test('anybody gets a seat with name, e-mail and telephone, is sent a confirmation, and gives it back by its link', async () => {
  const event = await make(desk, ishoj, 'ishoj')
  const guest = guestOf(ishoj)
  assert.match((await guest.get('/ishoj/events')).body, /Oplæsning[\s\S]*Ledige pladser: 2/)
  for (const [change, field] of [
    [{ name: ' ' }, 'name'],
    [{ email: '' }, 'email'],
    [{ phone: '12' }, 'phone'],
  ] as const) {
    const faulty = await guest.send(event, event, { ...GUEST, ...change })
    assert.equal(faulty.statusCode, 422)
    assert.match(faulty.body, new RegExp(`href="#${field}"`))
  }
  const done = await guest.send(event, event, GUEST)
  assert.equal(done.statusCode, 303)
  assert.match((await guest.get('/ishoj/events')).body, /Du har en plads\. Nummeret er \d{8}/)
  assert.deepEqual(await send(ishoj), ['email gaest@example.org'])
  const link = /https:\/\/kvit\.example\.org(\S+)/.exec(sent[0]?.body ?? '')?.[1] ?? ''
  assert.deepEqual(await send(ishoj), [], 'confirmed once')
  assert.equal((await guest.get(link)).statusCode, 200)
  assert.equal((await seats(ishoj, 'event_registration')).length, 1)
  await guest.send(link, '/ishoj/events/leave', { key: link.split('/').at(-1) ?? '' })
  assert.deepEqual(await seats(ishoj, 'event_registration'), [])
})

test('of two who want the last seat one gets it, and the other is told that there are none left', async () => {
  const event = await make(desk, ishoj, 'ishoj', { name: 'Trangt', seats: '1' })
  const [one, other] = [guestOf(ishoj), guestOf(ishoj)]
  await Promise.all([one.get(event), other.get(event)])
  const answers = await Promise.all([one, other].map((guest) => guest.send(event, event, GUEST)))
  assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [303, 422])
  assert.match((await one.get(event)).body, /Alt optaget/)
})

test('a patron sees their seat, has it in the copy of their data, and gives it back; each look of staff is noted', async () => {
  const event = await make(desk, ishoj, 'ishoj', { name: 'Koncert' })
  const asta = await ishoj.signedIn('asta')
  assert.equal((await asta.send(event, event, { ...GUEST, name: 'Asta Prøve' })).statusCode, 303)
  const page = (await asta.get('/ishoj/events')).body
  assert.match(page, /Dine pladser[\s\S]*Koncert/)
  const copy = JSON.stringify(await exportPerson(ishoj.library.context(), register, ishoj.cast.asta.id, 'da'))
  assert.match(copy, /tilmeldinger til arrangementer/i)
  const listed = await desk.get(event.replace('/events/', '/staff/events/'))
  assert.match(listed.body, /Asta Prøve/)
  const looks = await accessesOf(ishoj.library.context(), ishoj.cast.asta.id)
  assert.ok(looks.some(({ what }) => what === 'hvem der kommer til et arrangement'))
  const { leave_key = '' } = (await seats(ishoj, 'event_registration')).find(({ name }) => name === 'Asta Prøve') ?? {}
  await asta.send('/ishoj/events', '/ishoj/events/leave', { key: String(leave_key) })
  assert.doesNotMatch((await asta.get('/ishoj/events')).body, /Dine pladser/)
})

test('registrations go by themselves on the policy’s day after the event, and not before', async () => {
  const ctx = ishoj.library.context()
  await make(desk, ishoj, 'ishoj', { name: 'Snart' }).then((event) => guestOf(ishoj).send(event, event, GUEST))
  assert.ok((await seats(ishoj, 'event_registration')).length > 0)
  const last = dayOf(ishoj.library.clock.now()).add({ days: 10 })
  await runRetention(ctx, register, last.add({ days: 29 }))
  assert.ok((await seats(ishoj, 'event_registration')).length > 0)
  await runRetention(ctx, register, last.add({ days: 31 }))
  assert.deepEqual(await seats(ishoj, 'event_registration'), [])
})

test('in Glostrup a ticket notes name and mobile number, and an e-mail address only from who gives one', async () => {
  const dora = await deskOf(glostrup, 'glostrup')
  const event = await make(dora, glostrup, 'glostrup')
  const guest = guestOf(glostrup)
  assert.equal((await guest.send(event, event, { ...GUEST, email: '', phone: '' })).statusCode, 422)
  assert.equal((await guest.send(event, event, { ...GUEST, email: '' })).statusCode, 303)
  assert.equal((await guest.send(event, event, GUEST)).statusCode, 303)
  assert.deepEqual(
    (await seats(glostrup, 'ticket')).map(({ name, email, phone }) => ({ name, email, phone })),
    [{ ...GUEST, email: null }, GUEST],
  )
  assert.deepEqual(await seats(glostrup, 'event_registration'), [])
  const sold = await guest.send(event, event, GUEST)
  assert.equal(sold.statusCode, 422)
  assert.deepEqual(await send(glostrup), ['email gaest@example.org'], 'its confirmation')
  assert.equal(
    (
      await dora.send(
        event.replace('/events/', '/staff/events/'),
        `${event.replace('/events/', '/staff/events/')}/cancel`,
      )
    ).statusCode,
    303,
  )
  assert.deepEqual(await send(glostrup), ['email gaest@example.org', `sms ${GUEST.phone}`], 'everyone is told')
  assert.deepEqual(await send(glostrup), [], 'once')
  assert.match((await guest.get(event)).body, /Aflyst/)
})
