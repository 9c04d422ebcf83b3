import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { MovableClock, realClock } from '#core'
import { sql } from '#db'
import { html } from '#web'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { patronSite } from '../../../test/support/patron-site.ts'
import { type Visitor, visit } from '../../../test/support/visitor.ts'
import { patronCookie } from './patron-parts.ts'
import { beginPatronSession } from './patron-session.ts'
import { setPin } from './pin.ts'

const PIN = '7391'
const SIGN_IN = '/fredensborg/sign-in'
const COOKIE = patronCookie('fredensborg')

let library: TestLibrary
let app: FastifyInstance
let cast: Cast
let address = 0
const clock = new MovableClock(realClock.now())

before(async () => {
  library = await openTestLibrary({ agencies: ['fredensborg', 'stevns'] })
  cast = await castIn(library.context())
  app = await patronSite(library, {
    clock,
    sections: [async (ctx, patron) => html`<p id="section">${ctx.actor.kind} ${patron.number}</p>`],
  })
  await setPin(library.context(), cast.asta.id, PIN, 'desk')
  await setPin(library.context(), cast.bo.id, PIN, 'desk')
})
after(async () => {
  await app.close()
  await library.close()
})

/** Somebody at an address where nobody has mistyped before. */
function somebody(): Visitor {
  address += 1
  return visit(app, `192.0.2.${address}`)
}

function signIn(visitor: Visitor, given: Record<string, string> = {}) {
  return visitor.send(SIGN_IN, SIGN_IN, { presented: cast.asta.card, pin: PIN, ...given })
}

/** A page without what differs each time it is shown. */
function plain(body: string): string {
  return body.replace(/name="_csrf" value="[^"]+"/g, '')
}

test('a patron signs in with card and PIN and comes to a page of their own', async () => {
  const asta = somebody()
  const done = await signIn(asta)
  assert.deepEqual([done.statusCode, done.headers.location], [303, '/fredensborg/me'])
  const page = await asta.get('/fredensborg/me')
  assert.equal(page.statusCode, 200)
  for (const text of ['Asta Prøve', cast.asta.number, 'kort og pinkode', `patron ${cast.asta.number}`]) {
    assert.ok(page.body.includes(text), text)
  }
  assert.doesNotMatch(page.body, /740385/)
  const english = await asta.get('/en/fredensborg/me')
  assert.match(english.body, /Signed in with/)
})

test('whoever is not signed in is led to the sign-in page and back to where they wanted', async () => {
  const asta = somebody()
  const wanted = await asta.get('/en/fredensborg/pin')
  assert.equal(wanted.headers.location, '/en/fredensborg/sign-in?next=%2Ffredensborg%2Fpin')
  const form = await asta.get('/en/fredensborg/sign-in?next=%2Ffredensborg%2Fpin')
  assert.match(form.body, /name="next" value="\/fredensborg\/pin"/)
  const done = await asta.send('/en/fredensborg/sign-in', '/en/fredensborg/sign-in', {
    presented: cast.asta.card,
    pin: PIN,
    next: '/fredensborg/pin',
  })
  assert.equal(done.headers.location, '/en/fredensborg/pin')
})

test('the PIN field hides what is typed and asks a telephone for digits', async () => {
  const page = await somebody().get(SIGN_IN)
  const field = /<input[^>]*name="pin"[^>]*>/.exec(page.body)?.[0] ?? ''
  for (const attribute of ['type="password"', 'inputmode="numeric"', 'autocomplete="current-password"']) {
    assert.ok(field.includes(attribute), attribute)
  }
})

test('the session is a cookie that no script can read, no other site can send and, with TLS, nobody can overhear', async () => {
  const done = await signIn(somebody())
  const cookie = done.cookies.find(({ name }) => name === COOKIE)
  assert.deepEqual([cookie?.httpOnly, cookie?.sameSite, cookie?.path, cookie?.expires], [true, 'Lax', '/', undefined])
  assert.equal(cookie?.secure, undefined)
  const secure = await patronSite(library, { secureCookies: true })
  const overTls = await signIn(visit(secure, '198.51.100.1'))
  assert.equal(overTls.cookies.find(({ name }) => name === COOKIE)?.secure, true)
  await secure.close()
})

test('a wrong PIN and an unknown card get the same page, which repeats neither number nor PIN', async () => {
  const bodies = []
  for (const presented of [cast.bo.card, '29999999999', '610170-9999']) {
    const done = await signIn(somebody(), { presented, pin: '8642' })
    assert.equal(done.statusCode, 422)
    assert.match(done.body, /aria-invalid="true"/)
    assert.doesNotMatch(done.body, /8642/)
    assert.ok(!done.body.includes(presented))
    assert.equal(
      done.cookies.some(({ name }) => name === COOKIE),
      false,
    )
    bodies.push(plain(done.body))
  }
  assert.deepEqual(bodies, [bodies[0], bodies[0], bodies[0]])
})

test('after five tries a card is locked from everywhere, and an unknown one looks the same', async () => {
  const pages = []
  for (const presented of [cast.bo.card, '29999999998']) {
    for (let tries = 0; tries < 5; tries++) await signIn(somebody(), { presented, pin: '8642' })
    const locked = await signIn(somebody(), { presented })
    assert.equal(locked.statusCode, 429)
    assert.match(locked.body, /Vent et kvarter/)
    pages.push(plain(locked.body))
  }
  assert.equal(pages[0], pages[1])
  clock.moveTo(clock.now().add({ minutes: 15 }))
  assert.equal((await signIn(somebody(), { presented: cast.bo.card })).statusCode, 303)
})

test('what is left out is asked for', async () => {
  const done = await signIn(somebody(), { presented: ' ', pin: '' })
  assert.equal(done.statusCode, 422)
  assert.match(done.body, /Skriv dit lånernummer/)
  assert.match(done.body, /Skriv din pinkode/)
})

test('a form without the token of its page does nothing', async () => {
  for (const path of ['sign-in', 'sign-out', 'sign-out/everywhere', 'pin', 'pin/forgotten', 'pin/new']) {
    const asta = somebody()
    await signIn(asta)
    const done = await asta.post(`/fredensborg/${path}`, { presented: cast.asta.card, pin: PIN })
    assert.equal(done.statusCode, 403, path)
    assert.equal((await asta.get('/fredensborg/me')).statusCode, 200, path)
  }
})

test('nobody is led to another site by signing in', async () => {
  for (const next of [
    'https://example.com/',
    '//example.com',
    '/\\example.com',
    '/\t/example.com',
    'javascript:alert(1)',
  ]) {
    const asta = somebody()
    const page = await asta.get(`${SIGN_IN}?next=${encodeURIComponent(next)}`)
    assert.match(page.body, /name="next" value="\/fredensborg\/me"/)
    const done = await signIn(asta, { next })
    assert.equal(done.headers.location, '/fredensborg/me', next)
    const again = await asta.get(`${SIGN_IN}?next=${encodeURIComponent(next)}`)
    assert.equal(again.headers.location, '/fredensborg/me', next)
  }
})

test('a token that somebody planted is worth nothing, and whoever signs in always gets a new one', async () => {
  const asta = somebody()
  const planted = 'A'.repeat(43)
  const page = await app.inject({ url: '/fredensborg/me', cookies: { [COOKIE]: planted } })
  assert.equal(page.statusCode, 303)
  // The thief signs in with their own card and leaves the browser to Asta.
  const { token } = await beginPatronSession(library.context(), cast.bo.id, 'pin', clock)
  const form = await app.inject({ url: SIGN_IN, headers: { accept: 'text/html' } })
  const csrf = /name="_csrf" value="([^"]+)"/.exec(form.body)?.[1] ?? ''
  const done = await app.inject({
    method: 'POST',
    url: SIGN_IN,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    cookies: { ...Object.fromEntries(form.cookies.map(({ name, value }) => [name, value])), [COOKIE]: token },
    payload: new URLSearchParams({ presented: cast.asta.card, pin: PIN, _csrf: csrf }).toString(),
  })
  const cookies = done.cookies.filter(({ name }) => name === COOKIE)
  assert.equal(cookies.length, 1)
  assert.notEqual(cookies[0]?.value, token)
  const thief = await app.inject({ url: '/fredensborg/me', cookies: { [COOKIE]: token } })
  assert.equal(thief.statusCode, 303, 'what was there before is signed out')
  await signIn(asta)
  const first = asta.cookies.get(COOKIE)
  await asta.send('/fredensborg/me', '/fredensborg/sign-out')
  await signIn(asta)
  assert.notEqual(asta.cookies.get(COOKIE), first)
})

test('signing out ends the session, also for whoever kept the cookie', async () => {
  const asta = somebody()
  await signIn(asta)
  const kept = asta.cookies.get(COOKIE) ?? ''
  await asta.send('/fredensborg/me', '/fredensborg/sign-out')
  assert.equal(asta.cookies.has(COOKIE), false)
  assert.equal((await app.inject({ url: '/fredensborg/me', cookies: { [COOKIE]: kept } })).statusCode, 303)
})

test('signing out everywhere ends one’s own sessions and nobody else’s', async () => {
  const [here, there, bo] = [somebody(), somebody(), somebody()]
  await signIn(here)
  await signIn(there)
  await signIn(bo, { presented: cast.bo.card })
  assert.match((await here.get('/fredensborg/me')).body, /En anden browser/)
  await here.send('/fredensborg/me', '/fredensborg/sign-out/everywhere')
  for (const asta of [here, there]) assert.equal((await asta.get('/fredensborg/me')).statusCode, 303)
  assert.equal((await bo.get('/fredensborg/me')).statusCode, 200)
})

test('a session of one library opens nothing at another', async () => {
  const asta = somebody()
  await signIn(asta)
  const token = asta.cookies.get(COOKIE) ?? ''
  const other = await app.inject({ url: '/stevns/me', cookies: { [COOKIE]: token, [patronCookie('stevns')]: token } })
  assert.equal(other.statusCode, 303)
})

test('a patron changes their PIN with the old one, and is then signed out everywhere else', async () => {
  const [asta, elsewhere] = [somebody(), somebody()]
  await signIn(asta)
  await signIn(elsewhere)
  const change = (fields: Record<string, string>) => asta.send('/fredensborg/pin', '/fredensborg/pin', fields)
  const wrong = await change({ current: '0000', pin: '2468', again: '2468' })
  assert.equal(wrong.statusCode, 422)
  assert.match(wrong.body, /ikke din nuværende pinkode/)
  const unlike = await change({ current: PIN, pin: '2468', again: '2469' })
  assert.match(unlike.body, /ikke ens/)
  const short = await change({ current: PIN, pin: '24', again: '24' })
  assert.match(short.body, /4 cifre/)
  assert.equal((await elsewhere.get('/fredensborg/me')).statusCode, 200)
  const before = asta.cookies.get(COOKIE)
  const done = await change({ current: PIN, pin: '2468', again: '2468' })
  assert.equal(done.headers.location, '/fredensborg/me')
  assert.notEqual(asta.cookies.get(COOKIE), before)
  assert.equal((await asta.get('/fredensborg/me')).statusCode, 200)
  assert.equal((await elsewhere.get('/fredensborg/me')).statusCode, 303)
  await setPin(library.context(), cast.asta.id, PIN, 'desk')
})

test('fields that a form does not have change nothing', async () => {
  const asta = somebody()
  await signIn(asta)
  await asta.send('/fredensborg/pin', '/fredensborg/pin', {
    current: PIN,
    pin: '2468',
    again: '2468',
    patron_id: cast.bo.id,
    patron: cast.bo.id,
    set_by: 'desk',
    means: 'mitid',
  })
  const row = await library.context().db.one<{ set_by: string }>(sql`
    select set_by from pin where patron_id = ${cast.asta.id}`)
  assert.equal(row.set_by, 'patron')
  assert.equal((await signIn(somebody(), { presented: cast.bo.card })).statusCode, 303)
  await setPin(library.context(), cast.asta.id, PIN, 'desk')
})

test('whoever signed in with MitID chooses a PIN without the old one', async () => {
  const { token } = await beginPatronSession(library.context(), cast.clara.id, 'mitid', clock)
  const page = await app.inject({ url: '/fredensborg/pin', cookies: { [COOKIE]: token } })
  assert.doesNotMatch(page.body, /name="current"/)
  assert.match(page.body, /name="again"/)
})

/** The link in the newest message to a patron. */
async function linkTo(patron: string): Promise<string> {
  const row = await library.context().db.one<{ body: string }>(sql`
    select body from message where patron_id = ${patron} and kind = 'pin-reset' order by id desc limit 1`)
  return /https:\/\/\S+/.exec(row.body)?.[0] ?? ''
}

test('a forgotten PIN is chosen anew by a link in an e-mail, and the link leaks nowhere', async () => {
  const asta = somebody()
  const page = '/fredensborg/pin/forgotten'
  const sent = await asta.send(page, page, { presented: cast.asta.card })
  const link = new URL(await linkTo(cast.asta.id))
  assert.equal(link.origin, 'https://bibliotek.example', 'not what the visitor’s browser calls us')
  const token = link.searchParams.get('token') ?? ''
  assert.ok(!sent.body.includes(token))
  const opened = await asta.get(`${link.pathname}${link.search}`)
  assert.equal(opened.headers.location, '/fredensborg/pin/new')
  assert.equal(opened.headers['referrer-policy'], 'no-referrer')
  const cookie = opened.cookies.find(({ name }) => name === 'kvit-pin-link-fredensborg')
  assert.deepEqual([cookie?.httpOnly, cookie?.sameSite], [true, 'Lax'])
  const form = await asta.get('/fredensborg/pin/new')
  assert.equal(form.statusCode, 200)
  assert.ok(!form.body.includes(token))
  const choose = (pin: string) => asta.send('/fredensborg/pin/new', '/fredensborg/pin/new', { pin, again: pin })
  assert.equal((await choose('12')).statusCode, 422)
  assert.equal((await choose('1470')).headers.location, SIGN_IN)
  assert.equal((await signIn(somebody(), { pin: '1470' })).statusCode, 303)
  assert.equal((await asta.get(`${link.pathname}${link.search}`)).statusCode, 303)
  const over = await asta.get('/fredensborg/pin/new')
  assert.equal(over.statusCode, 410)
  assert.match(over.body, /Linket virker ikke længere/)
  await setPin(library.context(), cast.asta.id, PIN, 'desk')
})

test('whoever asks for a new PIN is told the same for every card', async () => {
  const bodies = []
  for (const presented of [cast.asta.card, cast.dines.card, '29999999997', '610170-9998', 'intet']) {
    const page = '/fredensborg/pin/forgotten'
    const done = await somebody().send(page, page, { presented })
    assert.equal(done.statusCode, 200)
    assert.ok(!done.body.includes(presented))
    bodies.push(plain(done.body))
  }
  assert.equal(new Set(bodies).size, 1)
})

test('a library without MitID says so', async () => {
  assert.equal((await somebody().get('/fredensborg/mitid')).statusCode, 404)
  assert.doesNotMatch((await somebody().get(SIGN_IN)).body, /fredensborg\/mitid/)
})
