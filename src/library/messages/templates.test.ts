import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import fc from 'fast-check'
import { sql } from '#db'
import { changeSetting } from '#settings'
import type { Context } from '#vault'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import {
  ADDRESSEE,
  type Addressee,
  declareTemplate,
  fillIn,
  messageTemplates,
  onceOnly,
  pursuesClaim,
  sendWaiting,
  type Template,
  type TemplateText,
  tell,
  tellTogether,
  textFaults,
} from './index.ts'

interface Ready {
  readonly branch: string
  readonly until: string
  readonly items: readonly { readonly title: string; readonly number: string }[]
}

const words = {
  subject: 'Klar på {{branch}}',
  body: 'Hej\n\n{{#items}}\nNr. {{number}}{{#titles}}: {{title}}{{/titles}}\n{{/items}}\n\nSenest {{until}}.',
  short: 'Klar på {{branch}}:{{#items}} nr. {{number}}{{/items}}, senest {{until}}.',
}
const READY: Template<Ready> = {
  kind: 'test-ready',
  label: { da: 'Klar', en: 'Ready' },
  about: 'service',
  titleFields: ['title'],
  sample: {
    da: { branch: 'Hovedbiblioteket', until: '3. december', items: [{ title: 'Ronja', number: '74' }] },
    en: { branch: 'Main library', until: '3 December', items: [{ title: 'Ronja', number: '74' }] },
  },
  initial: { da: words, en: words },
}
const ready = declareTemplate(READY)
const two: Ready = {
  branch: 'Ærø & Øerne',
  until: '3. december',
  items: [
    { title: 'Ronja <Røverdatter>', number: '74' },
    { title: 'Emil', number: '75' },
  ],
}

let library: TestLibrary
let ctx: Context
let cast: Cast

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  cast = await castIn(ctx)
})
after(() => library.close())
afterEach(() => ctx.db.run(sql`delete from message`))

const asta = (more: Partial<Addressee> = {}): Addressee => ({
  patron_id: cast.asta.id,
  language: 'da',
  email: 'asta@example.org',
  phone: '+4520304050',
  ...more,
})
const outbox = () =>
  ctx.db.all<{ channel: string; recipient: string | null; subject: string; body: string }>(sql`
    select channel, recipient, subject, body from message
    order by channel, language, recipient nulls first, length(body)`)

test('by e-mail every line is there, with titles only for whoever asked for them', async () => {
  assert.equal(
    await tell(ctx, ready, [
      { to: asta(), data: two },
      { to: asta({ titles: true }), data: two },
    ]),
    2,
  )
  const [without, with_] = await outbox()
  assert.deepEqual(without, {
    channel: 'email',
    recipient: 'asta@example.org',
    subject: 'Klar på Ærø & Øerne',
    body: 'Hej\n\nNr. 74\nNr. 75\n\nSenest 3. december.',
  })
  assert.equal(with_?.body, 'Hej\n\nNr. 74: Ronja <Røverdatter>\nNr. 75: Emil\n\nSenest 3. december.')
})

test('without an e-mail address it goes by SMS, short and without titles, also to whoever asked for them', async () => {
  await tell(ctx, ready, [{ to: asta({ email: null, titles: true }), data: two }])
  assert.deepEqual(await outbox(), [
    {
      channel: 'sms',
      recipient: '+4520304050',
      subject: 'Klar på Ærø & Øerne',
      body: 'Klar på Ærø & Øerne: nr. 74 nr. 75, senest 3. december.',
    },
  ])
  assert.equal(await tell(ctx, ready, [{ to: asta({ email: null, phone: null }), data: two }]), 0)
})

test('an app gets it too: beside the e-mail, or in place of the SMS', async () => {
  await tell(ctx, ready, [{ to: asta({ push: true }), data: two }])
  await tell(ctx, ready, [{ to: asta({ push: true, email: null }), data: two }])
  assert.deepEqual(
    (await outbox()).map(({ channel, recipient }) => [channel, recipient]),
    [
      ['email', 'asta@example.org'],
      ['push', null],
      ['push', '+4520304050'],
    ],
  )
})

test('a claim goes by Digital Post or letter, never by e-mail, and may name titles', async () => {
  const bill = declareTemplate({ ...READY, kind: 'test-bill', about: 'claim' })
  assert.ok(pursuesClaim('test-bill'))
  assert.ok(!pursuesClaim('test-ready'))
  await tell(ctx, bill, [
    { to: asta({ digital_post: true }), data: two },
    { to: asta(), data: two },
  ])
  const sent = await outbox()
  assert.deepEqual(
    sent.map(({ channel, recipient }) => [channel, recipient]),
    [
      ['digital-post', null],
      ['letter', null],
    ],
  )
  assert.match(sent[0]?.body ?? '', /Emil/)
})

test('a receipt goes by e-mail or not at all', async () => {
  const receipt = declareTemplate({ ...READY, kind: 'test-receipt', about: 'receipt' })
  assert.equal(await tell(ctx, receipt, [{ to: asta({ push: true }), data: two }]), 1)
  assert.equal(await tell(ctx, receipt, [{ to: asta({ email: null, push: true }), data: two }]), 0)
})

test('who a patron is reached by is what they wished and what has not come back', async () => {
  const addressee = () =>
    ctx.db.one<Addressee>(sql`select ${sql.raw(ADDRESSEE('p'))} from patron p where p.id = ${cast.asta.id}`)
  await ctx.db.run(sql`update patron set email = 'a@example.org', phone = '+4511223344' where id = ${cast.asta.id}`)
  assert.deepEqual(await addressee(), {
    patron_id: cast.asta.id,
    language: 'da',
    email: 'a@example.org',
    phone: '+4511223344',
    titles: false,
    digital_post: true,
    push: false,
  })
  await ctx.db.run(sql`
    update patron set email_bounced_at = ${ctx.clock.now()}, wants_sms = false, wants_titles = true
    where id = ${cast.asta.id}`)
  const { email, phone, titles } = await addressee()
  assert.deepEqual([email, phone, titles], [null, null, true])
})

test('a library’s own text is used from the moment it is saved, for its language only', async () => {
  const own = { ...words, subject: 'Kom og hent' }
  const saved = await changeSetting(ctx, messageTemplates, {
    content: { [ready.kind]: { da: own } },
    basedOn: 0,
    by: null,
  })
  assert.ok(saved.ok)
  await tell(ctx, ready, [
    { to: asta(), data: two },
    { to: asta({ language: 'en' }), data: two },
  ])
  assert.deepEqual(
    (await outbox()).map(({ subject }) => subject),
    ['Kom og hent', 'Klar på Ærø & Øerne'],
  )
  // A field that a later Kvit no longer fills in.
  const stale = { ...words, body: 'Hej {{gone}}' }
  await changeSetting(ctx, messageTemplates, { content: { [ready.kind]: { da: stale } }, basedOn: 1, by: null })
  await ctx.db.run(sql`delete from message`)
  await tell(ctx, ready, [{ to: asta(), data: two }])
  assert.match((await outbox())[0]?.body ?? '', /Nr\. 74/)
})

test('what happens within ten minutes is told in one message, which leaves ten minutes after the first of it', async () => {
  const shelf: { at: Temporal.Instant; number: string }[] = []
  const say = () =>
    tellTogether(ctx, ready, { to: asta({ email: null }), at: ctx.clock.now() }, async (since) => {
      const items = shelf
        .filter(({ at }) => Temporal.Instant.compare(at, since) >= 0)
        .map(({ number }) => ({ number, title: 'T' }))
      return items.length > 0 ? { ...two, items } : undefined
    })
  const put = (number: string) => {
    shelf.push({ at: ctx.clock.now(), number })
    return say()
  }
  const pass = (minutes: number) => library.clock.moveTo(ctx.clock.now().add({ minutes }))
  const sent: string[] = []
  const send = () =>
    sendWaiting(ctx, {
      sms: onceOnly(async ({ body }) => {
        sent.push(body)
      }),
    })
  assert.equal(await put('74'), 1)
  pass(9)
  await put('75')
  assert.equal(await send(), 0)
  pass(1)
  assert.equal(await send(), 1)
  assert.match(sent[0] ?? '', /nr\. 74 nr\. 75,/)
  // What comes later is told by itself, and what is gone again before it was told is not told at all.
  await put('76')
  assert.equal((await outbox()).filter(({ body }) => body.includes('nr. 76')).length, 1)
  shelf.pop()
  pass(1)
  assert.equal(await say(), 0)
  pass(20)
  assert.equal(await send(), 0)
  assert.equal(sent.length, 1)
})

const faultsOf = (change: Partial<TemplateText>, template: Template<Ready> = ready) =>
  textFaults(template, { ...words, ...change }, 'da')

test('a text may use the fields of its message and no others', () => {
  assert.deepEqual(faultsOf({}), [])
  assert.deepEqual(faultsOf({ body: '{{brnch}}' }), [{ part: 'body', kind: 'unknown-field', field: 'brnch' }])
  assert.deepEqual(faultsOf({ body: '{{number}}' }), [{ part: 'body', kind: 'unknown-field', field: 'number' }])
  assert.deepEqual(faultsOf({ body: '{{constructor}}' }), [
    { part: 'body', kind: 'unknown-field', field: 'constructor' },
  ])
  assert.deepEqual(faultsOf({ body: '{{#items}}{{branch}}{{/items}}{{^items}}{{until}}{{/items}}' }), [])
  assert.deepEqual(faultsOf({ body: '{{#items}}' }), [{ part: 'body', kind: 'not-mustache' }])
  assert.deepEqual(faultsOf({ body: '{{> other}}' }), [{ part: 'body', kind: 'not-used-here', tag: '>' }])
  assert.deepEqual(faultsOf({ body: '{{=<% %>=}}<% secret %>' })[0]?.kind, 'not-used-here')
  assert.deepEqual(faultsOf({ subject: '  ' }), [{ part: 'subject', kind: 'empty' }])
  assert.deepEqual(faultsOf({ short: 'x'.repeat(151) }), [
    { part: 'short', kind: 'too-long', characters: 151, most: 150 },
  ])
})

test('a title may stand in the body of an e-mail where the patron wants titles, and nowhere else', () => {
  const line = '{{#items}}{{title}}{{/items}}'
  const shown = (part: string) => [{ part, kind: 'title-shown', field: 'title' }]
  assert.deepEqual(faultsOf({ body: line }), shown('body'))
  assert.deepEqual(faultsOf({ body: `{{^titles}}${line}{{/titles}}` }), shown('body'))
  assert.deepEqual(faultsOf({ body: `{{#titles}}${line}{{/titles}}` }), [])
  for (const part of ['short', 'subject'] as const) {
    assert.deepEqual(faultsOf({ [part]: line }), shown(part))
    assert.deepEqual(faultsOf({ [part]: `{{#titles}}${line}{{/titles}}` }), shown(part))
  }
  assert.deepEqual(faultsOf({ body: line }, { ...READY, about: 'claim' }), [])
  assert.throws(
    () => declareTemplate({ ...READY, initial: { da: { ...words, body: line }, en: words } }),
    /title-shown/,
  )
})

test('whatever a librarian writes, no title comes out where none may be named, and nothing breaks', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '{{title}}',
      '{{#items}}',
      '{{/items}}',
      '{{&title}}',
      '{{{title}}}',
      '{{items.title}}',
      '{{^titles}}',
      '{{/titles}}',
      '{{#titles}}',
      '{{.}}',
      '{{=<% %>=}}',
      '<%title%>',
      '{{',
      '}}',
    ),
    fc.string({ maxLength: 8 }),
  )
  const data = { ...two, items: [{ title: 'HEMMELIG', number: '1' }] }
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('')
      const faults = textFaults(ready, { ...words, body: text, short: text }, 'da')
      if (faults.some(({ kind }) => kind === 'not-mustache')) return
      assert.doesNotMatch(fillIn.text(ready, text, data, false), /HEMMELIG/)
    }),
  )
})
