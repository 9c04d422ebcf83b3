import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type { Actor, PatronId, StaffId, StaffRole } from '#core'
import { sql } from '#db'
import { readSetting } from '#settings'
import type { Context } from '#vault'
import { createWeb, type Site, type StaffActor } from '#web'
import { castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { type Visitor, visit } from '../../../test/support/visitor.ts'
import { declareTemplate, messageHours, registerTemplatesDesk, tell, textsOf } from './index.ts'

const PAGE = '/fredensborg/staff/settings/messages'
const words = {
  subject: 'Klar på {{branch}}',
  body: 'Nr.{{#items}} {{number}}{{#titles}} ({{title}}){{/titles}}{{/items}}',
  short: 'Klar på {{branch}}.',
}
const ready = declareTemplate({
  kind: 'desk-test-ready',
  label: { da: 'Klar til afhentning', en: 'Ready for pickup' },
  about: 'service',
  titleFields: ['title'],
  sample: {
    da: { branch: 'Ærø & Øerne', items: [{ title: 'Ronja <Røverdatter>', number: '74' }] },
    en: { branch: 'Main library', items: [{ title: 'Ronja', number: '74' }] },
  },
  initial: { da: words, en: words },
})
const receipt = declareTemplate({ ...ready, kind: 'desk-test-receipt', about: 'receipt' })

let library: TestLibrary
let ctx: Context
let app: FastifyInstance
let sys: Visitor
let desk: Visitor
let nobody: Visitor
const present = new Map<string, StaffActor>()

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  await castIn(ctx)
  for (const [ip, name, roles] of [
    ['127.0.8.1', 'Sussi System', ['system']],
    ['127.0.8.2', 'Dorte Skranke', ['desk']],
  ] as const) {
    const id = ctx.random.uuid(ctx.clock.now()) as StaffId
    present.set(ip, { id, roles: [...roles], name })
  }
  app = await createWeb({
    siteName: 'Prøve',
    cookieSecret: 'a secret for tests, 32 or more long',
    secureCookies: false,
  })
  registerTemplatesDesk(app, {
    site: siteOf(),
    templates: [ready, receipt],
    staffNames: async (_ctx, ids) =>
      new Map([...present.values()].filter(({ id }) => ids.includes(id)).map(({ id, name }) => [id, name])),
  })
  sys = visit(app, '127.0.8.1')
  desk = visit(app, '127.0.8.2')
  nobody = visit(app, '127.0.8.3')
})
after(async () => {
  await app?.close()
  await library?.close()
})
beforeEach(() => ctx.db.run(sql`delete from message`))

function siteOf(): Site {
  const actorAt = (ip: string): Actor => {
    const staff = present.get(ip)
    return staff ? { kind: 'staff', id: staff.id, roles: staff.roles } : { kind: 'system', job: 'web' }
  }
  return {
    context: (request) => library.context(actorAt(request.ip)),
    agencyTitle: () => 'Fredensborg Bibliotekerne',
    staff: (request) => present.get(request.ip),
    requireStaff(request, reply, ...roles: readonly StaffRole[]) {
      const staff = present.get(request.ip)
      if (staff && roles.some((role) => staff.roles.includes(role))) return staff
      void reply.code(403).send('nej')
      return undefined
    },
    patron: () => undefined,
    requirePatron: () => undefined,
  }
}

const form = async (change: Record<string, string> = {}) => ({
  basedOn: String((await textsOf(ctx, ready)).version),
  act: 'save',
  'da-subject': words.subject,
  'da-body': words.body,
  'da-short': words.short,
  'en-subject': words.subject,
  'en-body': words.body,
  'en-short': words.short,
  ...change,
})
const one = `${PAGE}/${ready.kind}`

test('the list shows every message, how it goes and whose text it is; the desk may look, others may not', async () => {
  for (const who of [sys, desk]) {
    const { statusCode, body } = await who.get(PAGE)
    assert.equal(statusCode, 200)
    for (const shown of ['Klar til afhentning', 'E-mail, ellers sms; også push', 'Standard', '21:00']) {
      assert.ok(body.includes(shown), shown)
    }
  }
  assert.equal((await nobody.get(PAGE)).statusCode, 403)
  assert.equal((await nobody.get(one)).statusCode, 403)
  assert.equal((await sys.get(`${PAGE}/no-such-message`)).statusCode, 404)
  assert.match((await sys.get(`/en${one}`)).body, /What the message looks like/)
})

test('a message is shown as it will look: e-mail with and without titles, and the SMS with its length', async () => {
  const { body } = await sys.get(one)
  for (const shown of [
    'Klar på Ærø &amp; Øerne',
    '<p>Nr. 74</p>',
    'Nr. 74 (Ronja &lt;Røverdatter&gt;)',
    'Sms og push: 20 tegn',
    '{{#items}} {{number}}',
  ]) {
    assert.ok(body.includes(shown), shown)
  }
  assert.match((await desk.get(one)).body, /rollen systemansvarlig/)
  assert.ok(!(await desk.get(one)).body.includes('<textarea'))
  assert.ok(!(await sys.get(`${PAGE}/${receipt.kind}`)).body.includes('name="da-short"'), 'a receipt is never an SMS')
})

test('a text that is saved is what patrons get; the list and the history say who changed it', async () => {
  const saved = await sys.send(one, one, await form({ 'da-subject': 'Kom og hent på {{branch}}' }))
  assert.equal(saved.statusCode, 303, saved.body)
  const [{ subject } = { subject: '' }] = await sent()
  assert.equal(subject, 'Kom og hent på Ballerup')
  assert.match((await sys.get(PAGE)).body, /Bibliotekets egen på dansk/)
  const { body } = await sys.get(one)
  assert.ok(body.includes('Sussi System'))
  assert.ok(body.includes('Kom og hent på Ærø &amp; Øerne'))
})

async function sent() {
  const { patron_id } = await ctx.db.one<{ patron_id: PatronId }>(sql`select id as patron_id from patron limit 1`)
  const to = { patron_id, language: 'da', email: 'asta@example.org', phone: null } as const
  await tell(ctx, ready, [{ to, data: { branch: 'Ballerup', items: [] } }])
  return ctx.db.all<{ subject: string }>(sql`select subject from message`)
}

test('a preview shows what was typed and saves nothing', async () => {
  const before = await textsOf(ctx, ready)
  const shown = await sys.send(one, one, await form({ act: 'preview', 'da-body': 'Helt ny tekst på {{branch}}' }))
  assert.equal(shown.statusCode, 200)
  assert.ok(shown.body.includes('<p>Helt ny tekst på Ærø &amp; Øerne</p>'))
  assert.deepEqual(await textsOf(ctx, ready), before)
})

test('a text that names an unknown field or a title in an SMS is not saved, and the page says which field is wrong', async () => {
  const before = await textsOf(ctx, ready)
  for (const act of ['save', 'preview']) {
    const wrong = await sys.send(
      one,
      one,
      await form({ act, 'da-body': 'Hej {{navn}}', 'en-short': '{{#items}}{{title}}{{/items}}', 'en-subject': ' ' }),
    )
    assert.equal(wrong.statusCode, 422)
    for (const shown of ['intet felt, der hedder navn', 'href="#da-body"', 'href="#en-short"', 'href="#en-subject"']) {
      assert.ok(wrong.body.includes(shown), shown)
    }
    assert.ok(wrong.body.includes('Hej {{navn}}'), 'what was typed is still there')
  }
  assert.deepEqual(await textsOf(ctx, ready), before)
})

test('two who change the same text at once: the second is told, keeps what they wrote, and may save it knowingly', async () => {
  const stale = await form({ 'da-body': 'Den anden' })
  assert.equal((await sys.send(one, one, await form({ 'da-body': 'Den første' }))).statusCode, 303)
  const late = await sys.send(one, one, stale)
  assert.equal(late.statusCode, 409)
  assert.ok(late.body.includes('Teksten er ændret imens') && late.body.includes('Den anden'))
  assert.equal((await textsOf(ctx, ready)).texts.da.body, 'Den første')
  const [, basedOn = ''] = /name="basedOn" value="(\d+)"/.exec(late.body) ?? []
  assert.equal((await sys.send(one, one, { ...stale, basedOn })).statusCode, 303)
  assert.equal((await textsOf(ctx, ready)).texts.da.body, 'Den anden')
})

test('a change of another message’s text meanwhile is in nobody’s way', async () => {
  const mine = await form({ 'da-body': 'Min' })
  const other = `${PAGE}/${receipt.kind}`
  assert.equal((await sys.send(other, other, await form({ 'da-body': 'En andens' }))).statusCode, 303)
  assert.equal((await sys.send(one, one, mine)).statusCode, 303)
  assert.equal((await textsOf(ctx, receipt)).texts.da.body, 'En andens')
})

test('an earlier text can be looked at and saved again, and the standard text comes back with a button', async () => {
  await sys.send(one, one, await form({ 'da-body': 'Gammel tekst' }))
  const { version } = await textsOf(ctx, ready)
  await sys.send(one, one, await form({ 'da-body': 'Ny tekst' }))
  const older = await sys.get(`${one}?version=${version}`)
  assert.ok(older.body.includes('Gammel tekst') && older.body.includes('Dette er en tidligere tekst'))
  assert.equal((await sys.get(`${one}?version=9999`)).statusCode, 404)
  assert.equal((await sys.send(one, one, await form({ act: 'standard' }))).statusCode, 303)
  assert.deepEqual((await textsOf(ctx, ready)).own, [])
  assert.match((await sys.get(one)).body, /Ændringer/)
})

test('the desk cannot change a text or the hours', async () => {
  const before = await textsOf(ctx, ready)
  await desk.get(PAGE)
  const answers = [
    await desk.send(one, one, await form({ 'da-body': 'X' })),
    await desk.send(PAGE, `${PAGE}/hours`, {
      basedOn: '0',
      quietFrom: '00:00',
      quietUntil: '00:00',
      bundleMinutes: '0',
    }),
  ]
  for (const { statusCode } of answers) assert.equal(statusCode, 403)
  assert.deepEqual(await textsOf(ctx, ready), before)
})

test('the quiet hours are changed on the page, and what is no time is refused', async () => {
  const hours = { basedOn: '0', quietFrom: '20:30', quietUntil: '09:00', bundleMinutes: '15' }
  const wrong = await sys.send(PAGE, `${PAGE}/hours`, { ...hours, quietFrom: '24:00', bundleMinutes: 'mange' })
  assert.equal(wrong.statusCode, 422)
  assert.ok(wrong.body.includes('href="#quietFrom"') && wrong.body.includes('href="#bundleMinutes"'))
  assert.equal((await sys.send(PAGE, `${PAGE}/hours`, hours)).statusCode, 303)
  assert.deepEqual(await readSetting(ctx, messageHours), { quietFrom: '20:30', quietUntil: '09:00', bundleMinutes: 15 })
  assert.match((await sys.send(PAGE, `${PAGE}/hours`, hours)).body, /siden du åbnede siden/)
  const history = `${PAGE}/hours/history`
  assert.match((await sys.get(history)).body, /Stille fra: før 21:00, nu 20:30/)
  assert.equal((await sys.send(history, history, { version: '0', based_on: '1' })).statusCode, 303)
  assert.equal((await readSetting(ctx, messageHours)).quietFrom, '21:00')
})
