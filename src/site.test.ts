import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { addBranch } from '#agencies'
import { addStaff, sessionCookie } from '#auth'
import { closeForRestore, reopenAfterRestore } from '#backup'
import { MovableClock, type StaffRole } from '#core'
import { openTestLibrary, type TestLibrary } from '../test/support/library.ts'
import { signInAs, visit } from '../test/support/visitor.ts'
import { createSite } from './site.ts'

const PASSWORD = 'fire store gule løver'

let library: TestLibrary
let app: FastifyInstance | undefined
const world = new MovableClock(Temporal.Instant.from('2026-01-01T08:00:00Z'))

before(async () => {
  library = await openTestLibrary({ agencies: ['fredensborg', 'stevns'] })
  app = await createSite(library.installation, { sessionClock: world })
  for (const agency of ['fredensborg', 'stevns']) {
    await add(agency, 'dpo', 'data-protection-officer')
    await add(agency, 'bibliotekar', 'desk')
  }
  await addBranch(library.context(undefined, 'stevns'), {
    code: 'SHE',
    name: 'Store Heddinge',
    address: 'Algade 1',
    postcode: '4660',
    city: 'Store Heddinge',
  })
})
after(async () => {
  await app?.close()
  await library.close()
})

function site(): FastifyInstance {
  assert.ok(app)
  return app
}

async function add(agency: string, username: string, role: StaffRole): Promise<void> {
  const ctx = library.context({ kind: 'operator', name: 'drift' }, agency)
  const added = await addStaff(ctx, { username, name: 'Dorte Prøve', email: null, roles: [role], password: PASSWORD })
  assert.ok(added.ok, JSON.stringify(added))
}

const dpo = { username: 'dpo', password: PASSWORD }

test('the front page shows every library with its branches and the ways in', async () => {
  const page = await visit(site()).get('/')
  assert.equal(page.statusCode, 200)
  for (const text of ['Fredensborg Bibliotekerne', 'Stevns Bibliotekerne', 'Store Heddinge']) {
    assert.ok(page.body.includes(text), text)
  }
  for (const path of ['notice', 'promises', 'statistics', 'staff/sign-in']) {
    assert.ok(page.body.includes(`href="/stevns/${path}"`), path)
    assert.equal((await visit(site()).get(`/stevns/${path}`)).statusCode, 200, path)
  }
})

test('a library that does not exist is a page that says so', async () => {
  const page = await visit(site()).get('/nowhere/notice')
  assert.equal(page.statusCode, 404)
  assert.match(page.body, /Biblioteket findes ikke/)
  const english = await visit(site()).get('/en/nowhere')
  assert.match(english.body, /There is no such library/)
})

test('an unknown page of a library has the library around it', async () => {
  const page = await visit(site()).get('/stevns/nothing/of/the/sort')
  assert.equal(page.statusCode, 404)
  assert.match(page.body, /Stevns Bibliotekerne/)
})

test('staff sign in with their password and come to the page they wanted', async () => {
  const dorte = visit(site())
  const wanted = await dorte.get('/fredensborg/staff/privacy')
  assert.equal(wanted.statusCode, 303)
  const signIn = String(wanted.headers.location)
  assert.equal(signIn, '/fredensborg/staff/sign-in?next=%2Ffredensborg%2Fstaff%2Fprivacy')
  const form = await dorte.get(signIn)
  assert.match(form.body, /name="next" value="\/fredensborg\/staff\/privacy"/)
  const done = await dorte.send(signIn, '/fredensborg/staff/sign-in', { ...dpo, next: '/fredensborg/staff/privacy' })
  assert.equal(done.statusCode, 303)
  assert.equal(done.headers.location, '/fredensborg/staff/privacy')
  const page = await dorte.get('/fredensborg/staff/privacy')
  assert.equal(page.statusCode, 200)
  assert.match(page.body, /Dorte Prøve/)
  assert.match(page.body, /Du er logget ind/)
})

test('the session is a cookie that no script can read and no other site can send', async () => {
  const done = await signInAs(visit(site()), 'fredensborg', dpo)
  const cookie = done.cookies.find(({ name }) => name === sessionCookie('fredensborg'))
  assert.equal(cookie?.httpOnly, true)
  assert.equal(cookie?.sameSite, 'Lax')
  assert.equal(cookie?.path, '/')
  assert.equal(cookie?.expires, undefined)
})

test('nobody is led to another site by signing in', async () => {
  const page = '/fredensborg/staff/sign-in'
  for (const next of ['https://example.com/', '//example.com', '/\\example.com']) {
    const done = await visit(site()).send(page, page, { ...dpo, next })
    assert.equal(done.headers.location, '/fredensborg/staff')
  }
})

test('a wrong password and an unknown name get the same page, which does not repeat the password', async () => {
  const visitor = visit(site(), '192.0.2.3')
  const bodies = []
  for (const username of ['dpo', 'findes-ikke']) {
    const done = await signInAs(visitor, 'fredensborg', { username, password: 'forkert kodeord' })
    assert.equal(done.statusCode, 422)
    assert.match(done.body, /aria-invalid="true"/)
    assert.doesNotMatch(done.body, /forkert kodeord/)
    assert.equal(
      done.cookies.some(({ name }) => name === sessionCookie('fredensborg')),
      false,
    )
    bodies.push(done.body.replace(`value="${username}"`, '').replace(/name="_csrf" value="[^"]+"/g, ''))
  }
  assert.equal(bodies[0], bodies[1])
})

test('after ten wrong passwords the right one is refused too, for a quarter of an hour', async () => {
  const visitor = visit(site(), '192.0.2.4')
  for (let tries = 0; tries < 10; tries++) await signInAs(visitor, 'stevns', { ...dpo, password: 'forkert' })
  const locked = await signInAs(visitor, 'stevns', dpo)
  assert.equal(locked.statusCode, 429)
  assert.match(locked.body, /Vent et kvarter/)
  world.moveTo(world.now().add({ minutes: 15 }))
  assert.equal((await signInAs(visitor, 'stevns', dpo)).statusCode, 303)
})

test('signing out ends the session, also for whoever kept the cookie', async () => {
  const dorte = visit(site())
  await signInAs(dorte, 'fredensborg', dpo)
  const kept = dorte.cookies.get(sessionCookie('fredensborg')) ?? ''
  assert.notEqual(kept, '')
  const out = await dorte.send('/fredensborg/staff', '/fredensborg/staff/sign-out')
  assert.equal(out.statusCode, 303)
  assert.equal(dorte.cookies.has(sessionCookie('fredensborg')), false)
  const thief = await site().inject({ url: '/fredensborg/staff', cookies: { [sessionCookie('fredensborg')]: kept } })
  assert.equal(thief.statusCode, 303)
})

test('a session ends after eight hours', async () => {
  const dorte = visit(site())
  await signInAs(dorte, 'fredensborg', dpo)
  world.moveTo(world.now().add({ hours: 7, minutes: 59 }))
  assert.equal((await dorte.get('/fredensborg/staff')).statusCode, 200)
  world.moveTo(world.now().add({ minutes: 1 }))
  assert.equal((await dorte.get('/fredensborg/staff')).statusCode, 303)
})

test('a session of one library is worth nothing at another', async () => {
  const dorte = visit(site())
  await signInAs(dorte, 'fredensborg', dpo)
  const token = dorte.cookies.get(sessionCookie('fredensborg')) ?? ''
  assert.equal((await dorte.get('/stevns/staff')).statusCode, 303)
  const renamed = await site().inject({ url: '/stevns/staff', cookies: { [sessionCookie('stevns')]: token } })
  assert.equal(renamed.statusCode, 303)
  assert.equal((await dorte.get('/fredensborg/staff')).statusCode, 200)
})

test('staff without the role are told which role it takes', async () => {
  const visitor = visit(site())
  await signInAs(visitor, 'fredensborg', { ...dpo, username: 'bibliotekar' })
  for (const path of ['', '/tonight', '/nights', '/policy', '/policy/proposals/new', '/holds']) {
    const page = await visitor.get(`/fredensborg/staff/privacy${path}`)
    assert.equal(page.statusCode, 403, path)
    assert.match(page.body, /databeskyttelsesrådgiver eller systemansvarlig/)
  }
  assert.equal((await visitor.get('/fredensborg/staff/patrons')).statusCode, 403)
  const sent = await visitor.send('/fredensborg/staff', '/fredensborg/staff/privacy/policy/proposals', { text: 'x' })
  assert.equal(sent.statusCode, 403)
  assert.match(sent.body, /databeskyttelsesrådgiver eller systemansvarlig/)
})

test('a form of the desk without its token is refused', async () => {
  const dorte = visit(site())
  await signInAs(dorte, 'fredensborg', dpo)
  const sent = await dorte.post('/fredensborg/staff/privacy/policy/proposals', { text: 'x', do: 'propose' })
  assert.equal(sent.statusCode, 403)
  assert.match(sent.body, /Formularen er blevet for gammel/)
})

test('someone who changes their password stays signed in here', async () => {
  await add('stevns', 'skifter', 'desk')
  const visitor = visit(site())
  await signInAs(visitor, 'stevns', { username: 'skifter', password: PASSWORD })
  const page = '/stevns/staff/password'
  const fields = { current: PASSWORD, password: 'tolv nye tegn', again: 'tolv nye tegne' }
  assert.equal((await visitor.send(page, page, fields)).statusCode, 422)
  assert.equal((await visitor.send(page, page, { ...fields, again: fields.password })).statusCode, 303)
  assert.equal((await visitor.get('/stevns/staff')).statusCode, 200)
})

test('a library that is being restored is closed, and the others are not', async () => {
  const owner = library.installation.data.owner()
  assert.equal(await closeForRestore(owner, 'stevns', '00000000-0000-7000-8000-000000000000'), true)
  const closed = await visit(site()).get('/stevns/notice')
  assert.equal(closed.statusCode, 503)
  assert.match(closed.body, /sikkerhedskopi/)
  assert.equal((await visit(site()).get('/fredensborg/notice')).statusCode, 200)
  await reopenAfterRestore(owner, 'stevns')
  assert.equal((await visit(site()).get('/stevns/notice')).statusCode, 200)
})

test('a library of the demonstration opens as soon as its own year is lived', async () => {
  const readiness = { ready: false, progress: { done: 1, of: 2 }, open: new Map([['fredensborg', 'Fredensborg']]) }
  const early = await createSite(library.installation, { readiness: () => readiness })
  const ask = (url: string) => early.inject({ url, headers: { accept: 'text/html' } })
  assert.equal((await ask('/en/fredensborg/staff/sign-in')).statusCode, 200)
  const other = await ask('/en/stevns/staff/sign-in')
  assert.equal(other.statusCode, 503)
  assert.match(other.body, /50 % is done. Open already: Fredensborg\./)
  await early.close()
})

test('the health check counts the libraries', async () => {
  const answer = (await site().inject({ url: '/health' })).json()
  assert.equal(answer.status, 'ok')
  assert.equal(answer.agencies, 2)
  assert.match(answer.version, /^\d+\.\d+\.\d+/)
})
