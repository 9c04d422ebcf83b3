import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { addTerminal, disableTerminal, verifyPin } from '#auth'
import { MovableClock, realClock, silentLog } from '#core'
import { sql } from '#db'
import { checkout } from '#loans'
import { placeReservation } from '#reservations'
import { changeSetting, currentSetting } from '#settings'
import { houseDesk, LiveLog, type Sip2Setup, sip2Setup } from '#sip2'
import { createSite } from '../../../src/site.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { PIN, type Sip2Scene, sip2Scene } from '../../../test/support/sip2-scene.ts'
import { type Visitor, visit } from '../../../test/support/visitor.ts'

const KIOSK = '/fredensborg/kiosk'

let library: TestLibrary
let scene: Sip2Scene
let app: FastifyInstance
let clock: MovableClock
let from = 0
const live = new LiveLog()

before(async () => {
  library = await openTestLibrary()
  scene = await sip2Scene(library.context())
  clock = new MovableClock(realClock.now())
  const { installation } = library
  const libraries = { all: () => installation.agencies(), context: async () => undefined }
  const machines = { libraries, desk: houseDesk(), live, log: silentLog }
  app = await createSite(installation, { sessionClock: clock, machines })
})
after(async () => {
  await app?.close()
  await library?.close()
})
beforeEach(async () => {
  const { db } = library.context()
  await db.run(sql`delete from loan`)
  await db.run(sql`delete from reservation`)
  await db.run(sql`delete from sign_in_try`)
  await db.run(sql`update item set state = 'available', at_branch_id = branch_id, destination_branch_id = null
    where barcode not in ('A6', 'A7')`)
})

const card = (name: string) => scene.patrons[name]?.card ?? ''
const words = (body: string) => body.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')

/** A screen that staff have set up as this machine. */
async function screen(name = 'automat'): Promise<Visitor> {
  const visitor = visit(app, `127.0.9.${++from}`)
  const paired = await visitor.send(KIOSK, `${KIOSK}/pair`, { name, secret: scene.secrets[name] ?? '' })
  assert.equal(paired.statusCode, 303, words(paired.body))
  return visitor
}

/** Sends a form that stands on the page a redirect led to, with its nonce. */
async function act(who: Visitor, page: string, path: string, fields: Record<string, string> = {}) {
  const shown = await who.get(`${KIOSK}${page}`)
  const nonce = nonceIn(shown.body)
  const sent = await who.send(`${KIOSK}${page}`, `${KIOSK}${path}`, { nonce, ...fields })
  assert.equal(sent.statusCode, 303, words(sent.body))
  return who.get(String(sent.headers.location))
}

const nonceIn = (body: string) => /name="nonce" value="([^"]+)"/.exec(body)?.[1] ?? ''

async function signIn(who: Visitor, presented: string, pin = PIN) {
  const asked = await who.send(KIOSK, `${KIOSK}/card`, { presented })
  if (asked.headers.location === `${KIOSK}/pin`) return act(who, '/pin', '/pin', { pin })
  return asked.statusCode === 303 ? who.get(String(asked.headers.location)) : asked
}

test('a browser becomes one of the library’s machines by its name and key, and is one no more when that is shut out', async () => {
  const stranger = visit(app, '127.0.9.200')
  assert.match((await stranger.get(KIOSK)).body, /name="secret"/)
  for (const page of ['/borrow', '/return', '/mine', '/pin']) {
    assert.equal((await stranger.get(KIOSK + page)).headers.location, KIOSK)
  }
  const wrong = await stranger.send(KIOSK, `${KIOSK}/pair`, { name: 'automat', secret: 'nej' })
  assert.deepEqual([wrong.statusCode, /passer ikke sammen/.test(wrong.body)], [422, true])
  const door = await stranger.send(KIOSK, `${KIOSK}/pair`, { name: 'dør', secret: scene.secrets.dør ?? '' })
  assert.match(door.body, /ikke af slagsen Selvbetjening/)
  const operator = library.context({ kind: 'operator', name: 'test' })
  const machine = { name: 'øst-1', kind: 'self-service', branch: scene.branches.main, withoutPin: false } as const
  const added = await addTerminal(operator, machine)
  assert.ok(added.ok)
  const paired = await stranger.send(KIOSK, `${KIOSK}/pair`, { name: 'øst-1', secret: added.value.secret })
  const cookie = String(paired.headers['set-cookie'])
  assert.match(cookie, /kvit-screen-fredensborg=.*HttpOnly.*SameSite=Strict/)
  assert.match((await stranger.get(KIOSK)).body, /name="presented"/)
  assert.ok((await disableTerminal(operator, added.value.id)).ok)
  assert.match((await stranger.get(KIOSK)).body, /name="secret"/)
  assert.equal(stranger.cookies.has('kvit-screen-fredensborg'), false, 'the key is not shown again and again')
})

test('somebody scans the card, types the PIN and borrows several things in one field that has the focus', async () => {
  const who = await screen()
  const welcome = await signIn(who, card('asta'))
  assert.match(words(welcome.body), /Hej Asta(?! Ærlig)/)
  assert.match(welcome.body, /<input[^>]*id="barcode"[^>]*autofocus/)
  const first = await act(who, '/borrow', '/borrow', { barcode: 'A1' })
  assert.match(words(first.body), /Lånt Blåbærgrød på Ærø Afleveres senest/)
  assert.match(first.body, /id="kiosk-said" role="status"/)
  assert.match(first.body, /aria-describedby="[^"]*kiosk-said"/)
  const second = await act(who, '/borrow', '/borrow', { barcode: 'B1\r\n' })
  assert.match(words(second.body), /Lånt Snegle.*Scannet lige før.*Lånt Blåbærgrød/)
  const lent = await library.context().db.all<{ barcode: string; code: string }>(sql`
    select i.barcode, b.code from loan l join item i on i.id = l.item_id join branch b on b.id = l.branch_id
    where returned_at is null order by 1`)
  assert.deepEqual(lent, [
    { barcode: 'A1', code: 'HB' },
    { barcode: 'B1', code: 'HB' },
  ])
  const again = await act(who, '/borrow', '/borrow', { barcode: 'A1' })
  assert.match(words(again.body), /Du har den allerede/)
})

test('what a machine may not lend, this screen does not lend either, and says why in words a child knows', async () => {
  const who = await screen()
  await signIn(who, card('clara'))
  for (const [barcode, why] of [
    ['F1', /Du skal være 15 år for at låne den/],
    ['R1', /Den må kun bruges her i huset/],
    ['nej', /Den kender vi ikke/],
    ['A7', /Giv den til personalet/],
  ] as const) {
    assert.match(words((await act(who, '/borrow', '/borrow', { barcode })).body), why)
  }
  const blocked = await screen()
  assert.match(words((await signIn(blocked, card('dines'))).body), /Du kan ikke låne lige nu.*udelukket/)
  assert.match(words((await act(blocked, '/borrow', '/borrow', { barcode: 'A1' })).body), /Ikke lånt.*udelukket/)
  const owing = await screen()
  await signIn(owing, card('bo'))
  assert.match(words((await act(owing, '/borrow', '/borrow', { barcode: 'A1' })).body), /Ikke lånt/)
  assert.deepEqual(await library.context().db.all(sql`select 1 from loan`), [])
})

test('anybody returns without a card, is told where to put it, and not whose it was', async () => {
  const ctx = library.context()
  assert.ok((await checkout(ctx, { card: card('asta'), barcode: 'A1' })).ok)
  assert.ok((await checkout(ctx, { card: card('clara'), barcode: 'H1' })).ok)
  const wish = {
    patron: scene.patrons.bo?.id as never,
    title: scene.titles.H as never,
    pickupBranch: scene.branches.main,
  }
  await ctx.db.run(sql`delete from loan_block where patron_id = ${wish.patron}`)
  assert.ok((await placeReservation(ctx, wish)).ok)
  const who = await screen()
  const begun = await who.send(KIOSK, `${KIOSK}/hand-in`)
  assert.equal(begun.headers.location, `${KIOSK}/return`)
  const back = await act(who, '/return', '/return', { barcode: 'A1' })
  assert.match(words(back.body), /Afleveret Blåbærgrød på Ærø Læg den på vognen/)
  const kept = await act(who, '/return', '/return', { barcode: 'H1' })
  assert.match(words(kept.body), /Afleveret Ventet Den skal videre/)
  for (const name of ['Asta', 'Clara', 'Bo ', card('asta'), card('bo')]) assert.ok(!kept.body.includes(name), name)
  assert.match(
    words((await act(who, '/return', '/return', { barcode: '404' })).body),
    /Ikke afleveret Den kender vi ikke/,
  )
  assert.equal((await who.get(`${KIOSK}/mine`)).headers.location, `${KIOSK}/return`)
  assert.equal((await who.get(`${KIOSK}/borrow`)).headers.location, `${KIOSK}/return`)
})

test('somebody sees their loans, what is ready and what they owe, and renews one or all', async () => {
  const ctx = library.context()
  for (const barcode of ['A1', 'B1']) assert.ok((await checkout(ctx, { card: card('asta'), barcode })).ok)
  await ctx.db.run(sql`update loan set due_on = '2025-11-19'`)
  await ctx.db.run(
    sql`update loan set due_on = '2025-11-21' where item_id = (select id from item where barcode = 'B1')`,
  )
  const who = await screen()
  await signIn(who, scene.patrons.asta?.number ?? '')
  const mine = await who.get(`${KIOSK}/mine`)
  assert.match(
    words(mine.body),
    /Der er ikke noget klar til dig.*Dine lån.*Blåbærgrød på Ærø For sent Afleveres senest 19\..*Du skylder ikke noget/,
  )
  const loan = /name="loan" value="([0-9a-f-]{36})"/.exec(mine.body)?.[1] ?? ''
  assert.match(words((await act(who, '/mine', '/renew', { loan })).body), /Fornyet Blåbærgrød/)
  assert.match(words((await act(who, '/mine', '/renew', { loan: 'all' })).body), /Fornyet Snegle/)
  const other = await screen()
  await signIn(other, card('clara'))
  const renewals = () => ctx.db.one<{ renewals: number }>(sql`select renewals from loan where id = ${loan}`)
  const before = await renewals()
  await act(other, '/mine', '/renew', { loan })
  assert.deepEqual(await renewals(), before, 'nobody renews another’s loan')
  const owes = await screen()
  await signIn(owes, card('bo'))
  assert.match(words((await owes.get(`${KIOSK}/mine`)).body), /Du skylder 250/)
})

test('who touches Done, or walks away, is forgotten by screen and server, and no page of theirs can be had again', async () => {
  const who = await screen()
  const page = await signIn(who, card('asta'))
  assert.equal(page.headers['cache-control'], 'no-store')
  assert.match(page.body, /<noscript><meta http-equiv="refresh" content="9[0-2]; url=\/fredensborg\/kiosk">/)
  assert.equal(page.headers.refresh, undefined)
  const fault = await who.post(`${KIOSK}/borrow`, { barcode: 'A1' })
  assert.deepEqual([fault.statusCode, fault.headers.refresh], [403, '20; url=/fredensborg/kiosk'])
  for (const elsewhere of ['/search', '/notice', '/sign-in']) assert.ok(!fault.body.includes(elsewhere), elsewhere)
  const nonce = nonceIn(page.body)
  const token = who.cookies.get('kvit-turn-fredensborg') ?? ''
  const done = await who.send(`${KIOSK}/borrow`, `${KIOSK}/done`)
  assert.deepEqual([done.statusCode, done.headers.location], [303, KIOSK])
  assert.equal(who.cookies.has('kvit-turn-fredensborg'), false)
  // Whoever kept the cookie, or goes back and sends what stands there, finds nothing.
  const held = new Map(who.cookies).set('kvit-turn-fredensborg', token)
  const kept = await app.inject({ url: `${KIOSK}/mine`, cookies: Object.fromEntries(held) })
  assert.equal(kept.headers.location, KIOSK)
  await who.send(KIOSK, `${KIOSK}/borrow`, { nonce, barcode: 'A2' })
  assert.deepEqual(await library.context().db.all(sql`select 1 from loan`), [])

  await signIn(who, card('asta'))
  clock.moveTo(clock.now().add({ seconds: 80 }))
  assert.match((await act(who, '/borrow', '/stay', { part: 'borrow' })).body, /data-seconds="90"/)
  clock.moveTo(clock.now().add({ seconds: 80 }))
  assert.match((await who.get(`${KIOSK}/mine`)).body, /data-seconds="10"/)
  clock.moveTo(clock.now().add({ seconds: 11 }))
  assert.equal((await who.get(`${KIOSK}/mine`)).headers.location, KIOSK)
  assert.doesNotMatch((await who.get(KIOSK)).body, /Asta/)
})

test('a form is worth one sending: a scanner that ends twice, and a page gone back to, do nothing twice', async () => {
  const who = await screen()
  const page = await signIn(who, card('asta'))
  const nonce = nonceIn(page.body)
  const barcode = 'A3'
  const both = await Promise.all([
    who.send(`${KIOSK}/borrow`, `${KIOSK}/borrow`, { nonce, barcode }),
    who.send(`${KIOSK}/borrow`, `${KIOSK}/borrow`, { nonce, barcode: 'A4' }),
  ])
  assert.deepEqual(
    both.map(({ headers }) => headers.location),
    [`${KIOSK}/borrow`, `${KIOSK}/borrow`],
  )
  const { n } = await library.context().db.one<{ n: number }>(sql`select count(*)::int as n from loan`)
  assert.equal(n, 1)
  // A visit is worth nothing at another screen.
  const other = await screen('betroet')
  const cookies = {
    ...Object.fromEntries(other.cookies),
    'kvit-turn-fredensborg': who.cookies.get('kvit-turn-fredensborg') ?? '',
  }
  assert.equal((await app.inject({ url: `${KIOSK}/mine`, cookies })).headers.location, KIOSK)
})

test('wrong PINs here and at other machines count together, and a card nobody has is told alike', async () => {
  const who = await screen()
  const bo = card('bo')
  for (let tries = 0; tries < 3; tries++) {
    assert.match(words((await signIn(who, bo, '0000')).body), /passer ikke sammen/)
  }
  for (let tries = 0; tries < 2; tries++) {
    const given = { presented: bo, pin: '1111', terminal: 'automat-andetsteds' }
    assert.equal((await verifyPin(library.context(), given, { clock })).ok, false)
  }
  assert.match(words((await signIn(who, bo)).body), /forkert for mange gange/)
  assert.match(words((await signIn(who, '29999999999', '0000')).body), /passer ikke sammen/)
  assert.match(words((await signIn(who, card('eva'))).body), /passer ikke sammen/)
})

test('somebody without a library card borrows by CPR number or health card, with the PIN', async () => {
  const who = await screen()
  // Asta's replacement number, as typed and as the stripe of a health card has it.
  for (const [barcode, presented] of [
    ['A1', '740385-1000'],
    ['A2', '%PR\\VE^ASTA?;9208110174038510001012345?'],
  ] as const) {
    const asked = await who.send(KIOSK, `${KIOSK}/card`, { presented })
    assert.equal(asked.headers.location, `${KIOSK}/pin`)
    const page = await who.get(`${KIOSK}/pin`)
    assert.ok(!page.body.replaceAll('-', '').includes('7403851000'), 'the number comes back to no page')
    await act(who, '/pin', '/pin', { pin: PIN })
    assert.match(words((await act(who, '/borrow', '/borrow', { barcode })).body), /Lånt Blåbærgrød/)
  }
})

test('a machine that needs no PIN believes a card, but never a CPR number alone', async () => {
  const who = await screen('betroet')
  assert.match(words((await signIn(who, card('asta'))).body), /Hej Asta/)
  const cpr = await who.send(KIOSK, `${KIOSK}/card`, { presented: '740385-1000' })
  assert.equal(cpr.headers.location, `${KIOSK}/pin`)
  assert.match(words((await who.send(KIOSK, `${KIOSK}/card`, { presented: card('eva') })).body), /Kortet er spærret/)
  assert.match(words((await who.send(KIOSK, `${KIOSK}/card`, { presented: '404' })).body), /Kortet er ikke kendt/)
  assert.match(words((await who.send(KIOSK, `${KIOSK}/card`, { presented: 'A1' })).body), /Det er ikke et kort/)
})

test('a receipt by e-mail is for those who ask and have an address, also for what was lent before they asked', async () => {
  const ctx = library.context()
  const wanted = async () =>
    (
      await ctx.db.all<{ barcode: string }>(sql`
      select i.barcode from loan l join item i on i.id = l.item_id where receipt_wanted_at is not null order by 1`)
    ).map(({ barcode }) => barcode)
  const who = await screen()
  await signIn(who, card('asta'))
  await act(who, '/borrow', '/borrow', { barcode: 'A1' })
  assert.deepEqual(await wanted(), [])
  assert.match(words((await act(who, '/borrow', '/receipt', { wanted: 'yes' })).body), /Du får en kvittering på e-mail/)
  await act(who, '/borrow', '/borrow', { barcode: 'B1' })
  assert.deepEqual(await wanted(), ['A1', 'B1'])
  assert.match(words((await act(who, '/borrow', '/receipt', { wanted: 'no' })).body), /Du får ingen kvittering/)
  assert.deepEqual(await wanted(), [])
  const none = await screen()
  assert.doesNotMatch((await signIn(none, card('clara'))).body, /kvittering/)
})

test('what the machine’s fields do not allow is not shown, and nobody protected or restricted is named', async () => {
  const gerda = await screen()
  assert.doesNotMatch((await signIn(gerda, card('gerda'))).body, /Gerda/)
  const ida = await screen()
  const seen = (await signIn(ida, card('ida'))).body
  assert.doesNotMatch(seen, /Hej Ida/)
  assert.match(words((await ida.get(`${KIOSK}/mine`)).body), /Spørg personalet/)
  const ctx = library.context()
  const { content, version } = await currentSetting(ctx, sip2Setup)
  const shows = { name: false, lists: false, money: false }
  const set = (machines: Sip2Setup['machines'], basedOn: number) =>
    changeSetting(ctx, sip2Setup, { content: { ...content, machines }, basedOn, by: null })
  const machine = { shows, language: 'en', turnSeconds: 30 } as const
  assert.ok((await set({ automat: machine }, version)).ok)
  try {
    const who = await screen()
    const page = await signIn(who, card('bo'))
    assert.doesNotMatch(page.body, /Hej/)
    assert.match(page.body, /data-seconds="30"/)
    const mine = words((await who.get(`${KIOSK}/mine`)).body)
    assert.match(mine, /Denne skærm viser ikke lån/)
    assert.doesNotMatch(mine, /skylder/)
    const done = await who.send(`${KIOSK}/mine`, `${KIOSK}/done`)
    assert.equal(done.headers.location, `/en${KIOSK}`, 'the next begins in the machine’s own language')
  } finally {
    assert.ok((await set({}, version + 1)).ok)
  }
})

test('staff see that a screen was used and how it went, by the machine’s name and nobody else’s', async () => {
  const who = await screen()
  await signIn(who, card('asta'), '0000')
  await signIn(who, card('asta'))
  await act(who, '/borrow', '/borrow', { barcode: 'A1' })
  await act(who, '/return', '/return', { barcode: '404' })
  const seen = live.entriesOf('fredensborg').slice(0, 4)
  assert.deepEqual(
    seen.map(({ terminal, code, outcome }) => [terminal, code, outcome]),
    [
      ['automat', '09', 'unknown-item'],
      ['automat', '11', 'ok'],
      ['automat', '63', 'ok'],
      ['automat', '63', 'wrong-pin'],
    ],
  )
})
