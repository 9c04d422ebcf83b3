import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Actor, MovableClock, type StaffId } from '#core'
import { sql } from '#db'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { addStaff, setPassword, staffLeft } from './add-staff.ts'
import { hashPassword, verifyPassword } from './password.ts'
import { beginSession, endSession, signedIn } from './session.ts'
import { signIn } from './sign-in.ts'
import { SignInThrottle } from './throttle.ts'

const OPERATOR: Actor = { kind: 'operator', name: 'drift' }
const PASSWORD = 'fire store gule løver'
const ADDRESS = '192.0.2.1'

let library: TestLibrary
let made = 0

before(async () => {
  library = await openTestLibrary()
})
after(() => library.close())

/** Each test has a member of staff of its own. */
async function somebody() {
  made += 1
  const username = `person${made}`
  const added = await addStaff(library.context(OPERATOR), {
    username,
    name: 'Dorte Prøve',
    email: null,
    roles: ['desk'],
    password: PASSWORD,
  })
  assert.ok(added.ok, JSON.stringify(added))
  return { id: added.value, username }
}

function as(id: StaffId, ...roles: ('desk' | 'system')[]) {
  return library.context({ kind: 'staff', id, roles })
}

function worldClock(): MovableClock {
  return new MovableClock(Temporal.Instant.from('2026-01-01T08:00:00Z'))
}

test('a password is kept as a hash with a salt of its own, and known again', async () => {
  const [first, second] = [await hashPassword(PASSWORD), await hashPassword(PASSWORD)]
  assert.match(first, /^\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  assert.notEqual(first, second)
  assert.equal(await verifyPassword(PASSWORD, first), true)
  assert.equal(await verifyPassword(`${PASSWORD} `, first), false)
  const [salt, other] = [first.split('$')[4] ?? '', second.split('$')[4] ?? '']
  assert.equal(await verifyPassword(PASSWORD, first.replace(salt, other)), false)
  assert.equal(await verifyPassword('', 'not a hash'), false)
})

test('a password typed on another kind of machine is the same password', async () => {
  const hash = await hashPassword('løvehår på række'.normalize('NFD'))
  assert.equal(await verifyPassword('løvehår på række'.normalize('NFC'), hash), true)
})

test('many passwords at once are all answered', async () => {
  const hash = await hashPassword(PASSWORD)
  const tried = await Promise.all([PASSWORD, 'x', PASSWORD, 'y', PASSWORD].map((word) => verifyPassword(word, hash)))
  assert.deepEqual(tried, [true, false, true, false, true])
})

test('only an administrator or the operator gives access', async () => {
  const { id } = await somebody()
  const asked = { username: 'nyansat', name: 'Ny', email: null, roles: ['desk'] as const, password: PASSWORD }
  const refused = await addStaff(as(id, 'desk'), asked)
  assert.deepEqual(refused, { ok: false, refusal: { kind: 'not-allowed' } })
  assert.equal((await addStaff(as(id, 'system'), asked)).ok, true)
  const again = await addStaff(library.context(OPERATOR), { ...asked, username: ' NyAnsat ' })
  assert.deepEqual(again, { ok: false, refusal: { kind: 'username-taken' } })
})

test('a short password, and one with the username in it, is refused', async () => {
  const base = { username: 'kortkode', name: 'K', email: null, roles: ['desk'] as const }
  const short = await addStaff(library.context(OPERATOR), { ...base, password: 'elleve tegn' })
  assert.deepEqual(short, { ok: false, refusal: { kind: 'bad-password', because: 'too-short' } })
  const named = await addStaff(library.context(OPERATOR), { ...base, password: 'min KortKode 2026' })
  assert.deepEqual(named, { ok: false, refusal: { kind: 'bad-password', because: 'holds-username' } })
})

test('the right password signs in, and neither it nor the session’s key is kept as it is', async () => {
  const { id, username } = await somebody()
  const given = { username: ` ${username.toUpperCase()}`, password: PASSWORD, address: ADDRESS }
  const done = await signIn(library.context(), given, new SignInThrottle())
  assert.ok(done.ok)
  assert.equal((await signedIn(library.context(), done.value.token))?.id, id)
  const kept = await library.context().db.all(sql`
    select session::text || staff::text as row from session join staff on staff.id = staff_id where staff_id = ${id}`)
  assert.equal(kept.length, 1)
  assert.ok(!JSON.stringify(kept).includes(done.value.token))
  assert.ok(!JSON.stringify(kept).includes(PASSWORD))
})

test('an unknown name and a wrong password are refused alike', async () => {
  const { username } = await somebody()
  const throttle = new SignInThrottle()
  for (const name of [username, 'nobody-here']) {
    const given = { username: name, password: 'a wrong password', address: ADDRESS }
    const done = await signIn(library.context(), given, throttle)
    assert.deepEqual(done, { ok: false, refusal: { kind: 'wrong' } })
  }
})

test('after ten tries a name is locked for a quarter of an hour, whether it exists or not', async () => {
  const { username } = await somebody()
  const clock = worldClock()
  const throttle = new SignInThrottle(clock)
  const attempt = (name: string, password: string, address = ADDRESS) =>
    signIn(library.context(), { username: name, password, address }, throttle, clock)
  for (const name of [username, 'nobody-at-all']) {
    const tries = []
    for (let count = 1; count <= 10; count++) tries.push(await attempt(name, 'a wrong password'))
    assert.ok(tries.every((done) => !done.ok && done.refusal.kind === 'wrong'))
    const locked = await attempt(name, PASSWORD)
    assert.equal(locked.ok ? 'ok' : locked.refusal.kind, 'locked')
  }
  assert.equal((await attempt(username, PASSWORD, '192.0.2.2')).ok, true, 'another address is not locked')
  clock.moveTo(clock.now().add({ minutes: 14 }))
  assert.equal((await attempt(username, PASSWORD)).ok, false)
  clock.moveTo(clock.now().add({ minutes: 1 }))
  assert.equal((await attempt(username, PASSWORD)).ok, true)
})

test('tries made all at once are counted one by one', async () => {
  const { username } = await somebody()
  const throttle = new SignInThrottle()
  const given = { username, password: 'a wrong password', address: ADDRESS }
  const all = await Promise.all(Array.from({ length: 12 }, () => signIn(library.context(), given, throttle)))
  assert.equal(all.filter((done) => !done.ok && done.refusal.kind === 'locked').length, 2)
})

test('a sign-in ends after eight hours of the world’s time, whatever the library’s clock says', async () => {
  const { id } = await somebody()
  const clock = worldClock()
  const { token } = await beginSession(library.context(), id, clock)
  library.clock.moveTo(library.clock.now().add({ hours: 24 * 30 }))
  clock.moveTo(clock.now().add({ hours: 7, minutes: 59 }))
  assert.equal((await signedIn(library.context(), token, clock))?.id, id)
  clock.moveTo(clock.now().add({ minutes: 1 }))
  assert.equal(await signedIn(library.context(), token, clock), undefined)
})

test('signing out ends one browser’s sign-in and leaves the other', async () => {
  const { id } = await somebody()
  const [one, other] = [await beginSession(library.context(), id), await beginSession(library.context(), id)]
  await endSession(library.context(), one.token)
  await endSession(library.context(), one.token)
  assert.equal(await signedIn(library.context(), one.token), undefined)
  assert.equal((await signedIn(library.context(), other.token))?.id, id)
})

test('staff who left are signed out at once and cannot sign in', async () => {
  const { id, username } = await somebody()
  const { token } = await beginSession(library.context(), id)
  assert.deepEqual(await staffLeft(as(id, 'desk'), id), { ok: false, refusal: { kind: 'not-allowed' } })
  assert.ok(await signedIn(library.context(), token))
  assert.equal((await staffLeft(library.context(OPERATOR), id)).ok, true)
  assert.equal(await signedIn(library.context(), token), undefined)
  const done = await signIn(library.context(), { username, password: PASSWORD, address: ADDRESS }, new SignInThrottle())
  assert.deepEqual(done, { ok: false, refusal: { kind: 'wrong' } })
})

test('whoever changes their password must know the old one, and is signed out elsewhere', async () => {
  const { id, username } = await somebody()
  const { token } = await beginSession(library.context(), id)
  const wrong = await setPassword(as(id, 'desk'), id, { password: 'en helt ny kode', current: 'gæt' })
  assert.deepEqual(wrong, { ok: false, refusal: { kind: 'wrong' } })
  assert.ok(await signedIn(library.context(), token))
  const given = { password: 'en helt ny kode', current: PASSWORD }
  assert.equal((await setPassword(as(id, 'desk'), id, given)).ok, true)
  assert.equal(await signedIn(library.context(), token), undefined)
  const throttle = new SignInThrottle()
  const attempt = (password: string) => signIn(library.context(), { username, password, address: ADDRESS }, throttle)
  assert.equal((await attempt(PASSWORD)).ok, false)
  assert.equal((await attempt('en helt ny kode')).ok, true)
})

test('nobody changes another’s password but an administrator', async () => {
  const [one, other] = [await somebody(), await somebody()]
  const given = { password: 'overtaget adgang', current: PASSWORD }
  const refused = await setPassword(as(one.id, 'desk'), other.id, given)
  assert.deepEqual(refused, { ok: false, refusal: { kind: 'not-allowed' } })
  assert.equal((await setPassword(as(one.id, 'system'), other.id, given)).ok, true)
})
