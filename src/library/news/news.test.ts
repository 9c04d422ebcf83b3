import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addStaff } from '#auth'
import { sql } from '#db'
import { onceOnly, RefusedByChannel, type Senders } from '#messages'
import { exportPerson } from '#privacy'
import { fieldsOf, type MyPages, openMyPages } from '../../../test/support/my-pages.ts'
import { signInAs, type Visitor, visit } from '../../../test/support/visitor.ts'
import { register } from '../../rooms.ts'
import { dropUnconfirmed, sendNews } from './index.ts'

const NEWS = '/ishoj/news'
const DESK = '/ishoj/staff/news'
const PASSWORD = 'fire store gule løver'
const LINKS = { publicUrl: 'https://kvit.example.org' }

let my: MyPages
let desk: Visitor
const sent: { readonly to: string | null; readonly subject: string; readonly body: string }[] = []

before(async () => {
  my = await openMyPages('ishoj')
  const operator = my.library.context({ kind: 'operator', name: 'drift' })
  const dora = { username: 'dora', name: 'Dora Prøve', email: null, roles: ['desk' as const], password: PASSWORD }
  assert.ok((await addStaff(operator, dora)).ok)
  desk = visit(my.app)
  await signInAs(desk, 'ishoj', { username: 'dora', password: PASSWORD })
  for (const [channel, name] of [
    ['email', 'Børn'],
    ['email', 'Koncerter'],
    ['sms', 'Det sker'],
  ] as const) {
    assert.equal((await desk.send(DESK, DESK, { channel, name, about: '' })).statusCode, 303)
  }
})
after(() => my.close())

const senders: Senders = {
  email: onceOnly(async ({ recipient, subject, body }) => {
    if (recipient === 'gone@example.org') throw new RefusedByChannel('no such address')
    sent.push({ to: recipient, subject, body })
  }),
  sms: onceOnly(async ({ recipient, subject, body }) => void sent.push({ to: recipient, subject, body })),
}
async function send() {
  sent.length = 0
  await sendNews(my.library.context(), senders, LINKS)
  return sent
}
const idOf = async (name: string) =>
  (await my.library.context().db.one<{ id: string }>(sql`select id from newsletter where name = ${name}`)).id
const readersOf = (name: string) =>
  my.library.context().db.all<{ address: string }>(sql`
    select s.email as address from newsletter_subscription s join newsletter n on n.id = s.newsletter_id
    where n.name = ${name} order by s.id`)
const write = async (name: string, subject = 'Hej') =>
  desk.send(DESK, `${DESK}/issues`, { newsletter: await idOf(name), subject, body: 'Kom og hør.' })

async function signUp(visitor: Visitor, given: Record<string, string>, ...names: string[]) {
  const chosen = await Promise.all(names.map(async (name) => [`news-${await idOf(name)}`, 'yes']))
  return visitor.send(NEWS, NEWS, { channel: 'email', name: 'Gæst', ...Object.fromEntries(chosen), ...given })
}

test('nobody gets a newsletter who has not said yes to it, and the words and the day of the yes are kept', async () => {
  const guest = visit(my.app, '127.0.8.1')
  assert.match((await guest.get(NEWS)).body, /Børn[\s\S]*Koncerter[\s\S]*Ja, biblioteket må sende mig/)
  const email = 'gæst@example.org'
  const silent = await signUp(guest, { email }, 'Børn')
  assert.equal(silent.statusCode, 422)
  assert.match(silent.body, /href="#consent"/)
  assert.match(silent.body, /value="gæst@example\.org"/, 'what was typed is kept')
  assert.equal((await signUp(guest, { email, consent: 'yes' })).statusCode, 422, 'which ones?')
  assert.equal((await signUp(guest, { email, name: ' ', consent: 'yes' }, 'Børn')).statusCode, 422)
  assert.equal((await signUp(guest, { email: 'ikke en', consent: 'yes' }, 'Børn')).statusCode, 422)
  assert.deepEqual(await readersOf('Børn'), [])
  assert.equal((await signUp(guest, { email, consent: 'yes' }, 'Børn', 'Koncerter')).statusCode, 303)
  assert.equal((await signUp(guest, { email, consent: 'yes' }, 'Børn')).statusCode, 303, 'asking again is one sign-up')
  const rows = await my.library.context().db.all(sql`
    select name, email, wording, consented_at is not null as dated from newsletter_subscription`)
  const words =
    'Ja, biblioteket må sende mig de nyhedsbreve, jeg har valgt, på e-mail. Jeg kan melde mig fra når som helst.'
  const kept = { name: 'Gæst', email, wording: words, dated: true }
  assert.deepEqual(rows, [kept, kept])
})

test('an address is written to only when its owner has followed the link, and each letter has one for signing off', async () => {
  const asked = [...(await send())]
  assert.equal(asked.length, 2)
  assert.deepEqual(await send(), [], 'asked once')
  await write('Børn')
  assert.deepEqual(await send(), [], 'nobody has confirmed')
  const guest = visit(my.app, '127.0.8.1')
  const links = asked.map(({ body }) => /https:\/\/kvit\.example\.org(\S+)/.exec(body)?.[1] ?? '')
  for (const link of links) {
    const key = link.split('/').at(-1) ?? ''
    assert.equal((await guest.send(link, `${NEWS}/confirm`, { key })).statusCode, 303)
  }
  await write('Børn', 'Fastelavn')
  const [letter, ...others] = [...(await send())]
  assert.deepEqual([letter?.to, letter?.subject, others.length], ['gæst@example.org', 'Fastelavn', 0])
  const leave = /Meld dig fra: https:\/\/kvit\.example\.org(\S+)/.exec(letter?.body ?? '')?.[1] ?? ''
  assert.equal((await guest.get(leave)).statusCode, 200)
  assert.equal((await readersOf('Børn')).length, 1, 'a mail program that follows links signs nobody off')
  await guest.send(leave, `${NEWS}/leave`, { key: leave.split('/').at(-1) ?? '' })
  assert.deepEqual(await readersOf('Børn'), [], 'nothing is left')
  assert.equal((await readersOf('Koncerter')).length, 1, 'another newsletter is another yes')
  await write('Børn', 'Påske')
  assert.deepEqual(await send(), [])
})

test('a patron signs up with the address of their account, sees what they get, and signs off with one button', async () => {
  const asta = await my.signedIn('asta')
  assert.equal((await signUp(asta, { email: 'asta@example.org', consent: 'yes' }, 'Koncerter')).statusCode, 303)
  const page = (await asta.get(NEWS)).body
  assert.match(page, /Det får du[\s\S]*Koncerter[\s\S]*asta@example\.org/)
  await write('Koncerter', 'Jazz')
  const letters = [...(await send())]
  assert.deepEqual(letters.map(({ to }) => to).sort(), ['asta@example.org', 'gæst@example.org'])
  const copy = JSON.stringify(await exportPerson(my.library.context(), register, my.cast.asta.id, 'da'))
  assert.match(copy, /Nyhedsbrev/)
  const { _csrf = '', key = '' } = fieldsOf(page, `${NEWS}/leave`)
  assert.equal((await asta.post(`${NEWS}/leave`, { _csrf, key })).statusCode, 303)
  assert.doesNotMatch((await asta.get(NEWS)).body, /Det får du/)
})

test('news by text message goes to who has signed up, themselves or through staff, and not at night', async () => {
  const bo = await my.signedIn('bo')
  const newsletter = await idOf('Det sker')
  const wish = { channel: 'sms', name: 'Bo Prøve', [`news-${newsletter}`]: 'yes' }
  assert.equal((await bo.send(NEWS, NEWS, wish)).statusCode, 422)
  assert.equal((await bo.send(NEWS, NEWS, { ...wish, consent: 'yes' })).statusCode, 303)
  const other = { newsletter, name: 'Ulla Prøve', phone: '+4500000077' }
  const unsaid = await desk.send(DESK, `${DESK}/sign-ups`, other)
  assert.match(unsaid.body, /href="#said-yes"/)
  assert.equal((await desk.send(DESK, `${DESK}/sign-ups`, { ...other, 'said-yes': 'yes' })).statusCode, 303)
  const rows = await my.library.context().db.all(sql`
    select name, phone, wording, entered_by is not null as by_staff from sms_news_subscription order by name`)
  assert.deepEqual(rows.at(-1), {
    name: 'Ulla Prøve',
    phone: '+4500000077',
    wording: 'Sagt til personalet: Ja til at få nyheder på sms.',
    by_staff: true,
  })
  my.pass({ hours: 14 })
  await write('Det sker')
  assert.deepEqual(await send(), [], 'telephones are silent at night')
  my.pass({ hours: 10 })
  assert.deepEqual((await send()).map(({ to }) => to).sort(), ['+4500000002', '+4500000077'])
  const off = await desk.send(DESK, `${DESK}/sign-offs`, { address: '+4500000077' })
  assert.equal(off.statusCode, 303)
  await write('Det sker')
  assert.deepEqual(
    (await send()).map(({ to }) => to),
    ['+4500000002'],
  )
})

test('an address that does not exist keeps the letter from nobody, and a channel that is down is gone on with later', async () => {
  const ctx = my.library.context()
  const newsletter = await idOf('Børn')
  for (const email of ['one@example.org', 'gone@example.org', 'two@example.org']) {
    my.pass({ seconds: 1 })
    const now = ctx.clock.now()
    await ctx.db.run(sql`
      insert into newsletter_subscription (id, newsletter_id, name, language, wording, consented_at, leave_key, email, confirmed_at)
      values (${ctx.random.uuid(now)}, ${newsletter}, 'P', 'da', 'ja', ${now}, ${email}, ${email}, ${now})`)
  }
  await write('Børn', 'Jul')
  let calls = 0
  const down: Senders = {
    email: onceOnly(async (message) => {
      calls += 1
      if (calls === 2) throw new Error('no answer')
      return senders.email?.send(message)
    }),
  }
  sent.length = 0
  await sendNews(ctx, down, LINKS)
  assert.deepEqual(
    sent.map(({ to }) => to),
    ['one@example.org'],
  )
  assert.deepEqual(
    (await send()).map(({ to }) => to),
    ['two@example.org'],
    'nobody gets it twice',
  )
})

test('a sign-up nobody confirms is gone after a week', async () => {
  const ctx = my.library.context()
  const guest = visit(my.app, '127.0.8.2')
  await signUp(guest, { email: 'aldrig@example.org', consent: 'yes' }, 'Koncerter')
  my.pass({ hours: 7 * 24 - 1 })
  assert.equal(await dropUnconfirmed(ctx), 0)
  my.pass({ hours: 2 })
  assert.equal(await dropUnconfirmed(ctx), 1)
})

test('what is closed is sent no more, and nobody is kept as one who would get it', async () => {
  await desk.send(DESK, `${DESK}/close`, { newsletter: await idOf('Børn') })
  assert.deepEqual(await readersOf('Børn'), [])
  assert.doesNotMatch((await visit(my.app, '127.0.8.3').get(NEWS)).body, /Børn/)
  const page = (await desk.get(DESK)).body
  assert.match(page, /Lukket/)
  assert.ok(!page.includes('@example.org'), 'the desk lists nobody')
  assert.equal((await desk.get('/ishoj/en/staff/news')).statusCode, 404)
  assert.equal((await desk.get('/en/ishoj/staff/news')).statusCode, 200)
})
