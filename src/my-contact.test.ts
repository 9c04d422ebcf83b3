import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addBranch } from '#agencies'
import { sql } from '#db'
import { queueMessages, subscribe } from '#messages'
import { acceptancesOf, publishTerms } from '#patrons'
import { fieldsOf, type MyPages, openMyPages } from '../test/support/my-pages.ts'
import type { Visitor } from '../test/support/visitor.ts'

const CONTACT = '/fredensborg/me/contact'
const MESSAGES = '/fredensborg/me/messages'

let my: MyPages
before(async () => {
  my = await openMyPages()
})
after(() => my.close())

async function save(visitor: Visitor, given: Record<string, string>) {
  const { _csrf = '' } = fieldsOf((await visitor.get(CONTACT)).body, CONTACT)
  return visitor.post(CONTACT, { language: 'da', branch: my.cast.branch, ...given, _csrf })
}

function kept() {
  return my.library.context().db.one<{
    email: string | null
    phone: string | null
    language: string
    wants_email: boolean
    wants_sms: boolean
    wants_titles: boolean
    email_bounced_at: Temporal.Instant | null
  }>(sql`
    select email, phone, language, wants_email, wants_sms, wants_titles, email_bounced_at from patron where id = ${my.cast.asta.id}`)
}

test('a patron changes e-mail, telephone, language and which messages they want', async () => {
  const ctx = my.library.context()
  await ctx.db.run(sql`update patron set email_bounced_at = ${ctx.clock.now()} where id = ${my.cast.asta.id}`)
  const asta = await my.signedIn('asta')
  assert.match((await asta.get(CONTACT)).body, /Beskeder til adressen er kommet retur/)
  const done = await save(asta, {
    email: ' ny@example.org ',
    phone: '+45 00 00 00 11',
    language: 'en',
    wants_email: 'yes',
    wants_titles: 'yes',
  })
  assert.deepEqual([done.statusCode, done.headers.location], [303, CONTACT])
  assert.deepEqual(await kept(), {
    email: 'ny@example.org',
    phone: '+45 00 00 00 11',
    language: 'en',
    wants_email: true,
    wants_sms: false,
    wants_titles: true,
    email_bounced_at: null,
  })
  assert.match((await asta.get(CONTACT)).body, /value="ny@example\.org"/)
})

test('a patron changes the home branch, where pickup is proposed, and can change neither name, address nor number', async () => {
  const ctx = my.library.context()
  const east = await addBranch(ctx, { code: 'Ø', name: 'Øst', address: 'Vej 2', postcode: '3480', city: 'Fredensborg' })
  const read = () =>
    ctx.db.one<{ home_branch_id: string; name: string; address: string | null; number: string }>(sql`
      select home_branch_id, name, address, number from patron where id = ${my.cast.bo.id}`)
  const before = await read()
  const bo = await my.signedIn('bo')
  const forged = {
    name: 'En Anden',
    address: 'Et andet sted 1',
    cpr: '6101700001',
    number: '1',
    birth_on: '2000-01-01',
  }
  assert.equal((await save(bo, { phone: '+4500000002', branch: east, ...forged })).statusCode, 303)
  assert.deepEqual(await read(), { ...before, home_branch_id: east })
  assert.equal((await save(bo, { phone: '+4500000002' })).statusCode, 303)
})

test('what is no e-mail address or holds a CPR number is refused, and the rest stays in the form', async () => {
  const asta = await my.signedIn('asta')
  const answer = await save(asta, { email: 'ny@', phone: '11 22 33 44' })
  assert.equal(answer.statusCode, 422)
  assert.match(answer.body, /href="#email"/)
  assert.match(answer.body, /value="11 22 33 44"/)
  const number = await save(asta, { email: '', phone: '740385-1048' })
  assert.equal(number.statusCode, 422)
  assert.doesNotMatch(number.body, /740385/)
  assert.equal((await save(asta, { email: 'x@example.org', branch: 'nowhere' })).statusCode, 422)
  assert.equal((await kept()).email, 'ny@example.org')
})

test('whoever takes away the last way to be reached reads what it means first, and their apps are signed off', async () => {
  const ctx = my.library.context()
  const { publicKey, auth } = await appKeys()
  const app = await subscribe(ctx, my.cast.asta.id, { endpoint: 'https://push.example.org/a', p256dh: publicKey, auth })
  assert.ok(app.ok, JSON.stringify(app))
  const asta = await my.signedIn('asta')
  const first = await save(asta, { email: '', phone: '' })
  assert.equal(first.statusCode, 422)
  assert.match(first.body, /Det betyder det, at vi ikke kan skrive til dig[\s\S]*href|name="understood"/)
  assert.equal((await kept()).email, 'ny@example.org', 'nothing is changed until it is understood')
  assert.equal((await save(asta, { email: '', phone: '', understood: 'yes' })).statusCode, 303)
  assert.deepEqual([(await kept()).email, (await kept()).phone], [null, null])
  assert.equal((await ctx.db.all(sql`select 1 from push_subscription`)).length, 0)
})

test('a patron reads what the library has written, and that the content is gone when the policy has deleted it', async () => {
  const ctx = my.library.context()
  const message = { patron_id: my.cast.asta.id, channel: 'email', language: 'da', recipient: 'a@example.org' } as const
  await queueMessages(ctx, [
    { ...message, kind: 'overdue', subject: 'Husk at aflevere', body: 'Kære Asta\n<b>Hej</b>' },
    { ...message, kind: 'due-soon', subject: 'Gammelt emne', body: 'Gammelt indhold' },
    { ...message, patron_id: my.cast.bo.id, kind: 'overdue', subject: 'Til Bo', body: 'Kun til Bo' },
  ])
  await ctx.db.run(sql`
    update message set sent_at = ${ctx.clock.now()}, subject = null, body = null, recipient = null,
      redacted_at = ${ctx.clock.now()} where kind = 'due-soon'`)
  const asta = await my.signedIn('asta')
  const { body } = await asta.get(MESSAGES)
  assert.match(body, /Husk at aflevere/)
  assert.match(body, /&lt;b&gt;Hej/, 'what was written is text, not markup')
  assert.match(body, /E-mail, bliver sendt snart/)
  assert.match(body, /Indholdet er slettet/)
  assert.doesNotMatch(body, /Til Bo|Gammelt/)
  const bo = await my.signedIn('bo')
  assert.match((await bo.get(`/en${MESSAGES}`)).body, /Til Bo/)
})

async function appKeys(): Promise<{ publicKey: string; auth: string }> {
  const { createECDH, randomBytes } = await import('node:crypto')
  const keys = createECDH('prime256v1')
  return { publicKey: keys.generateKeys('base64url'), auth: randomBytes(16).toString('base64url') }
}

test('a patron says yes to the house rules as they were shown, and is asked again when they have changed', async () => {
  const page = '/fredensborg/me/house-rules'
  const ctx = my.library.context()
  const operator = my.library.context({ kind: 'operator', name: 'test' })
  const asta = await my.signedIn('asta')
  assert.match((await asta.get(page)).body, /har ikke skrevet ordensregler/)
  assert.match((await asta.get('/fredensborg/me')).body, /href="\/fredensborg\/me\/house-rules"/)
  const publish = (da: string, en: string) => publishTerms(operator, 'house-rules', { da, en })
  assert.ok((await publish('Vær stille.\n\nRyd op.', 'Be quiet.')).ok)
  const shown = fieldsOf((await asta.get(page)).body, page)
  assert.equal(shown.version, '1')
  assert.ok((await publish('Vær helt stille.', 'Be very quiet.')).ok)
  const late = await asta.post(page, shown)
  assert.equal(late.statusCode, 409)
  assert.match(late.body, /lige blevet ændret[\s\S]*Vær helt stille/)
  assert.deepEqual(await acceptancesOf(ctx, my.cast.asta.id, 'house-rules'), [])
  const yes = fieldsOf(late.body, page)
  assert.equal((await asta.post(page, yes)).statusCode, 303)
  assert.equal((await asta.post(page, yes)).statusCode, 303)
  const accepted = await acceptancesOf(ctx, my.cast.asta.id, 'house-rules')
  assert.deepEqual(
    accepted.map(({ version, accepted_by }) => [version, accepted_by]),
    [[2, 'patron']],
  )
  assert.match((await asta.get(page)).body, /Du sagde ja til disse regler/)
  assert.match((await asta.get('/fredensborg/me/data')).body, /ordensreglerne/)
  assert.ok((await publish('Vær stille nu.', 'Be quiet now.')).ok)
  assert.match((await asta.get(page)).body, /ændret, siden du sagde ja/)
})
