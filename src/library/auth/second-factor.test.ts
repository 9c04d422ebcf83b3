import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { Secret, TOTP } from 'otpauth'
import { type Actor, MovableClock, type StaffId } from '#core'
import { sql } from '#db'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { staffSite } from '../../../test/support/staff-site.ts'
import { signInAs, type Visitor, visit } from '../../../test/support/visitor.ts'
import { addStaff, setPassword, staffLeft } from './add-staff.ts'
import { beginSession, signedIn } from './session.ts'
import { signIn } from './sign-in.ts'
import { sessionCookie } from './sign-in-parts.ts'
import { SignInThrottle } from './throttle.ts'
import {
  enrolSecondFactor,
  newTotpSecret,
  removeSecondFactor,
  renewRecoveryCodes,
  stepOf,
  totpUri,
  useCode,
} from './totp.ts'

const OPERATOR: Actor = { kind: 'operator', name: 'drift' }
const PASSWORD = 'fire store gule løver'
const SIGN_IN = '/fredensborg/staff/sign-in'
const FACTOR = '/fredensborg/staff/second-factor'

let library: TestLibrary
let offered: FastifyInstance
let required: FastifyInstance
let made = 0
const world = new MovableClock(Temporal.Instant.from('2026-01-01T08:00:00Z'))

before(async () => {
  library = await openTestLibrary()
  offered = await staffSite(library, { clock: world })
  required = await staffSite(library, { clock: world, secondFactor: 'required' })
})
after(async () => {
  await offered.close()
  await required.close()
  await library.close()
})

interface Person {
  readonly id: StaffId
  readonly username: string
  readonly password: string
}

async function somebody(): Promise<Person> {
  made += 1
  const username = `person${made}`
  const added = await addStaff(library.context(OPERATOR), {
    username,
    name: `Dorte nummer ${made}`,
    email: null,
    roles: ['desk'],
    password: PASSWORD,
  })
  assert.ok(added.ok)
  return { id: added.value, username, password: PASSWORD }
}

const own = (id: StaffId) => library.context({ kind: 'staff', id, roles: ['desk'] })

/** The code that an app would show. */
function codeOf(secret: string, at = world.now()): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at.epochMilliseconds })
}

function later(seconds: number): Temporal.Instant {
  return world.now().add({ seconds })
}

function pass(seconds: number): void {
  world.moveTo(later(seconds))
}

async function somebodyWithFactor() {
  const person = await somebody()
  const secret = newTotpSecret()
  const enrolled = await enrolSecondFactor(own(person.id), person.id, { secret, code: codeOf(secret) }, world)
  assert.ok(enrolled.ok, JSON.stringify(enrolled))
  // The code that showed the app to be right is used up.
  pass(30)
  return { ...person, secret, codes: enrolled.value }
}

describe('codes', () => {
  test('the codes are those of RFC 6238', () => {
    // Its appendix B, with the last six of eight digits.
    const secret = new Secret({ buffer: new Uint8Array(Buffer.from('12345678901234567890')).buffer }).base32
    for (const [seconds, code] of [
      [59, '287082'],
      [1111111109, '081804'],
      [2000000000, '279037'],
    ] as const) {
      const at = Temporal.Instant.fromEpochMilliseconds(seconds * 1000)
      assert.equal(stepOf(secret, code, at), BigInt(Math.floor(seconds / 30)))
    }
  })

  test('a phone may be half a minute off, and no more', () => {
    const secret = newTotpSecret()
    const now = Temporal.Instant.from('2026-01-01T08:00:10Z')
    const step = stepOf(secret, codeOf(secret, now), now)
    assert.ok(step !== undefined)
    for (const [off, expected] of [
      [-60, undefined],
      [-30, step - 1n],
      [30, step + 1n],
      [60, undefined],
    ] as const) {
      assert.equal(stepOf(secret, codeOf(secret, now.add({ seconds: off })), now), expected, `${off} seconds`)
    }
    for (const text of ['', '12345', '1234567', 'abcdef', codeOf(secret, now).slice(1)]) {
      assert.equal(stepOf(secret, text, now), undefined, text)
    }
  })

  test('the picture names library and person, so that two accounts in one app are told apart', () => {
    const uri = totpUri({ secret: 'JBSWY3DPEHPK3PXP', username: 'dorte', library: 'Stevns Bibliotekerne' })
    assert.match(uri, /^otpauth:\/\/totp\/Stevns%20Bibliotekerne:dorte\?/)
    assert.match(uri, /secret=JBSWY3DPEHPK3PXP/)
    assert.match(uri, /period=30/)
  })

  test('a code is used once, also when it is sent many times at once', async () => {
    const { id, secret } = await somebodyWithFactor()
    const code = codeOf(secret)
    const tries = await Promise.all(Array.from({ length: 8 }, () => useCode(library.context(), id, code, world)))
    assert.equal(tries.filter((used) => used === 'app').length, 1)
    // The one before has been passed over, although the clock would still allow it.
    assert.equal(await useCode(library.context(), id, codeOf(secret, later(-30)), world), undefined)
    pass(30)
    assert.equal(await useCode(library.context(), id, codeOf(secret), world), 'app')
  })

  test('each of the ten recovery codes works once, however it is typed', async () => {
    const { id, codes } = await somebodyWithFactor()
    assert.equal(new Set(codes).size, 10)
    for (const code of codes) assert.match(code, /^([A-Z2-7]{4}-){3}[A-Z2-7]{4}$/)
    const [first = '', second = ''] = codes
    assert.equal(await useCode(library.context(), id, first, world), 'recovery')
    assert.equal(await useCode(library.context(), id, first, world), undefined)
    const twice = [second.toLowerCase().replaceAll('-', ' '), second]
    const used = await Promise.all(twice.map((code) => useCode(library.context(), id, code, world)))
    assert.deepEqual(used.toSorted(), ['recovery', undefined])
  })

  test('new recovery codes make the old ones worthless, and one person’s are no use to another', async () => {
    const [one, other] = [await somebodyWithFactor(), await somebodyWithFactor()]
    const renewed = await renewRecoveryCodes(own(one.id), one.id)
    assert.ok(renewed.ok)
    assert.equal(await useCode(library.context(), one.id, one.codes[0] ?? '', world), undefined)
    assert.equal(await useCode(library.context(), one.id, other.codes[0] ?? '', world), undefined)
    assert.equal(await useCode(library.context(), one.id, renewed.value[0] ?? '', world), 'recovery')
    assert.deepEqual(await renewRecoveryCodes(own(one.id), other.id), { ok: false, refusal: { kind: 'not-allowed' } })
  })

  test('neither the secret nor a recovery code can be read in the database', async () => {
    const { id, secret, codes } = await somebodyWithFactor()
    const { row } = await library.context().db.one<{ row: string }>(sql`
      select staff::text || encode(totp_sealed, 'escape') as row from staff where id = ${id}`)
    assert.ok(row.includes('person'))
    for (const hidden of [secret, ...codes, ...codes.map((code) => code.replaceAll('-', ''))]) {
      assert.ok(!row.includes(hidden))
    }
  })

  test('nobody sets up a second factor for another, or over one that is there', async () => {
    const [one, other] = [await somebodyWithFactor(), await somebody()]
    const secret = newTotpSecret()
    const given = { secret, code: codeOf(secret) }
    const refusals = [
      await enrolSecondFactor(own(other.id), one.id, given, world),
      await enrolSecondFactor(library.context(OPERATOR), other.id, given, world),
      await enrolSecondFactor(own(one.id), one.id, given, world),
      await enrolSecondFactor(own(other.id), other.id, { secret, code: codeOf(newTotpSecret()) }, world),
    ]
    assert.deepEqual(
      refusals.map((done) => (done.ok ? 'ok' : done.refusal.kind)),
      ['not-allowed', 'not-allowed', 'has-one', 'wrong-code'],
    )
  })

  test('an administrator takes a lost phone’s factor away, and the person is signed out everywhere', async () => {
    const { id, secret, codes } = await somebodyWithFactor()
    const colleague = await somebody()
    const { token } = await beginSession(library.context(), id)
    assert.deepEqual(await removeSecondFactor(own(colleague.id), id), { ok: false, refusal: { kind: 'not-allowed' } })
    assert.ok(await signedIn(library.context(), token))
    const administrator = library.context({ kind: 'staff', id: colleague.id, roles: ['system'] })
    assert.ok((await removeSecondFactor(administrator, id)).ok)
    assert.equal(await signedIn(library.context(), token), undefined)
    assert.equal(await useCode(library.context(), id, codeOf(secret), world), undefined)
    assert.equal(await useCode(library.context(), id, codes[0] ?? '', world), undefined)
    const again = await enrolSecondFactor(own(id), id, { secret, code: codeOf(secret) }, world)
    assert.ok(again.ok, 'and sets up a new phone')
  })

  test('whoever left cannot come back by an old backup: their key is gone', async () => {
    const { id, secret, codes } = await somebodyWithFactor()
    const before = await library.context().db.one<{ totp_sealed: Buffer; recovery_hashes: string[] }>(sql`
      select totp_sealed, recovery_hashes from staff where id = ${id}`)
    assert.ok((await staffLeft(library.context(OPERATOR), id)).ok)
    const { rest } = await library.context().db.one<{ rest: boolean }>(sql`
      select totp_sealed is not null or totp_step is not null or cardinality(recovery_hashes) > 0 as rest
      from staff where id = ${id}`)
    assert.equal(rest, false)
    assert.deepEqual(await library.context().vault.unfinished(), [])
    // What a restore would bring back.
    await library.context().db.run(sql`
      update staff set left_at = null, totp_sealed = ${before.totp_sealed},
        recovery_hashes = ${before.recovery_hashes}::text[] where id = ${id}`)
    assert.equal(await useCode(library.context(), id, codeOf(secret), world), undefined)
    assert.equal(await useCode(library.context(), id, codes[0] ?? '', world), undefined)
  })

  test('the command line asks for the code too', async () => {
    const { username, secret } = await somebodyWithFactor()
    const given = { username, password: PASSWORD, address: 'command line' }
    const attempt = (code?: () => Promise<string>) =>
      signIn(library.context(), { ...given, ...(code ? { code } : {}) }, new SignInThrottle(world), world)
    assert.deepEqual(await attempt(), { ok: false, refusal: { kind: 'code-needed' } })
    assert.deepEqual(await attempt(async () => '000'), { ok: false, refusal: { kind: 'wrong-code' } })
    assert.ok((await attempt(async () => codeOf(secret))).ok)
  })
})

describe('signing in', () => {
  test('password first, then the code on a second page, then the page that was wanted', async () => {
    const person = await somebodyWithFactor()
    const dorte = visit(offered)
    const asked = await dorte.send(SIGN_IN, SIGN_IN, {
      username: person.username,
      password: PASSWORD,
      next: '/fredensborg/staff/sessions',
    })
    assert.equal(asked.statusCode, 303)
    assert.equal(asked.headers.location, `${SIGN_IN}/code`)
    assert.equal((await dorte.get('/fredensborg/staff')).statusCode, 303, 'not signed in by the password alone')
    const kept = asked.cookies.find(({ name }) => name.endsWith('-try'))
    assert.equal(kept?.httpOnly, true)
    assert.equal(kept?.maxAge, 300)
    assert.ok(!JSON.stringify(kept).includes(PASSWORD) && !JSON.stringify(kept).includes(person.id))
    const wrong = await dorte.send(`${SIGN_IN}/code`, `${SIGN_IN}/code`, { code: '12345' })
    assert.equal(wrong.statusCode, 422)
    assert.match(wrong.body, /Koden passer ikke/)
    const done = await dorte.send(`${SIGN_IN}/code`, `${SIGN_IN}/code`, { code: codeOf(person.secret) })
    assert.equal(done.headers.location, '/fredensborg/staff/sessions')
    assert.equal((await dorte.get('/fredensborg/staff')).statusCode, 200)
    assert.equal((await dorte.get(`${SIGN_IN}/code`)).statusCode, 303, 'the try is over')
  })

  test('a recovery code stands in for the phone', async () => {
    const person = await somebodyWithFactor()
    const dorte = visit(offered)
    await signInAs(dorte, 'fredensborg', person)
    const done = await dorte.send(`${SIGN_IN}/code`, `${SIGN_IN}/code`, { code: person.codes[3] ?? '' })
    assert.equal(done.statusCode, 303)
    assert.match((await dorte.get(FACTOR)).body, /9 gendannelseskoder/)
  })

  test('the second page waits five minutes', async () => {
    const person = await somebodyWithFactor()
    const dorte = visit(offered)
    await signInAs(dorte, 'fredensborg', person)
    pass(299)
    assert.equal((await dorte.get(`${SIGN_IN}/code`)).statusCode, 200)
    pass(1)
    const late = await dorte.send(`${SIGN_IN}/code`, `${SIGN_IN}/code`, { code: codeOf(person.secret) })
    assert.equal(late.headers.location, SIGN_IN)
    assert.equal((await dorte.get('/fredensborg/staff')).statusCode, 303)
  })

  test('after five wrong codes the right one is refused too, from every address, for a quarter of an hour', async () => {
    const person = await somebodyWithFactor()
    const attempt = async (code: string, address: string) => {
      const visitor = visit(offered, address)
      await signInAs(visitor, 'fredensborg', person)
      return visitor.send(`${SIGN_IN}/code`, `${SIGN_IN}/code`, { code })
    }
    for (let tries = 1; tries <= 5; tries++) {
      assert.equal((await attempt('000 00', `192.0.2.${tries}`)).statusCode, 422)
    }
    const locked = await attempt(codeOf(person.secret), '192.0.2.99')
    assert.equal(locked.statusCode, 429)
    assert.match(locked.body, /Vent et kvarter/)
    pass(15 * 60)
    assert.equal((await attempt(codeOf(person.secret), '192.0.2.99')).statusCode, 303)
  })

  test('a try is worth nothing without its signature, at another library, or after the password was changed', async () => {
    const person = await somebodyWithFactor()
    const dorte = visit(offered)
    await signInAs(dorte, 'fredensborg', person)
    const name = `${sessionCookie('fredensborg')}-try`
    const kept = dorte.cookies.get(name) ?? ''
    for (const [url, cookies] of [
      [`${SIGN_IN}/code`, { [name]: kept.split('.')[0] ?? '' }],
      ['/stevns/staff/sign-in/code', { [`${sessionCookie('stevns')}-try`]: kept }],
    ] as const) {
      assert.equal((await offered.inject({ url, cookies: { ...cookies } })).statusCode, 303, url)
    }
    assert.equal((await dorte.get(`${SIGN_IN}/code`)).statusCode, 200)
    assert.ok((await setPassword(library.context(OPERATOR), person.id, { password: 'en helt ny kode' })).ok)
    const done = await dorte.send(`${SIGN_IN}/code`, `${SIGN_IN}/code`, { code: codeOf(person.secret) })
    assert.equal(done.headers.location, SIGN_IN)
    assert.equal((await dorte.get('/fredensborg/staff')).statusCode, 303)
  })

  test('a session that was there before is ended by signing in, and its cookie replaced', async () => {
    const [victim, thief] = [await somebody(), await somebody()]
    const planted = (await beginSession(library.context(), thief.id, world)).token
    const page = await offered.inject({ url: SIGN_IN, headers: { accept: 'text/html' } })
    const token = /name="_csrf" value="([^"]+)"/.exec(page.body)?.[1] ?? ''
    const cookies = Object.fromEntries(page.cookies.map(({ name, value }) => [name, value]))
    const done = await offered.inject({
      method: 'POST',
      url: SIGN_IN,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      cookies: { ...cookies, [sessionCookie('fredensborg')]: planted },
      payload: new URLSearchParams({ username: victim.username, password: PASSWORD, _csrf: token }).toString(),
    })
    assert.equal(done.statusCode, 303)
    const fresh = done.cookies.find(({ name }) => name === sessionCookie('fredensborg'))?.value ?? ''
    assert.notEqual(fresh, planted)
    assert.equal((await signedIn(library.context(), fresh, world))?.id, victim.id)
    assert.equal(await signedIn(library.context(), planted, world), undefined)
  })

  test('where a second factor is compulsory, whoever has none sets it up and reaches nothing before', async () => {
    const person = await somebody()
    const dorte = visit(required)
    const asked = await signInAs(dorte, 'fredensborg', person)
    assert.equal(asked.headers.location, `${SIGN_IN}/second-factor`)
    for (const path of ['', '/password', '/second-factor', '/sessions', '/accounts']) {
      assert.equal((await dorte.get(`/fredensborg/staff${path}`)).headers.location, SIGN_IN, path)
    }
    const page = await dorte.get(`${SIGN_IN}/second-factor`)
    assert.match(page.body, /<svg role="img" aria-label="Billede/)
    const secret = keyOn(page.body)
    const wrong = await dorte.send(`${SIGN_IN}/second-factor`, `${SIGN_IN}/second-factor`, { code: '123456' })
    assert.equal(wrong.statusCode, 422)
    assert.equal(keyOn(wrong.body), secret, 'the picture that was scanned is still right')
    const done = await dorte.post(`${SIGN_IN}/second-factor`, { code: codeOf(secret), _csrf: csrfOn(wrong.body) })
    assert.equal(done.statusCode, 200)
    assert.equal(done.body.match(/<code>([A-Z2-7]{4}-){3}[A-Z2-7]{4}<\/code>/g)?.length, 10)
    assert.equal((await dorte.get('/fredensborg/staff')).statusCode, 200)
    const again = visit(required)
    assert.equal((await signInAs(again, 'fredensborg', person)).headers.location, `${SIGN_IN}/code`)
  })

  test('who has shown a password cannot put a second factor in place of the one that is there', async () => {
    const person = await somebodyWithFactor()
    const thief = visit(required)
    await signInAs(thief, 'fredensborg', person)
    const page = await thief.get(`${SIGN_IN}/second-factor`)
    assert.equal(page.headers.location, SIGN_IN)
  })
})

describe('one’s own pages', () => {
  async function signedInAs(person: Person): Promise<Visitor> {
    const visitor = visit(offered)
    assert.equal((await signInAs(visitor, 'fredensborg', person)).statusCode, 303)
    return visitor
  }

  test('where a code is offered, one turns it on oneself, and needs a code to turn it off', async () => {
    const dorte = await signedInAs(await somebody())
    const secret = keyOn((await dorte.get(FACTOR)).body)
    const on = await dorte.send(FACTOR, FACTOR, { code: codeOf(secret) })
    assert.equal(on.statusCode, 200)
    assert.match(on.body, /slået til/)
    pass(30)
    for (const [action, field] of [
      ['recovery-codes', 'renew-code'],
      ['removal', 'remove-code'],
    ] as const) {
      const refused = await dorte.send(FACTOR, `${FACTOR}/${action}`, { code: '' })
      assert.equal(refused.statusCode, 422)
      assert.ok(refused.body.includes(`href="#${field}"`))
    }
    const renewed = await dorte.send(FACTOR, `${FACTOR}/recovery-codes`, { code: codeOf(secret) })
    assert.match(renewed.body, /De gamle gælder ikke længere/)
    pass(30)
    const off = await dorte.send(FACTOR, `${FACTOR}/removal`, { code: codeOf(secret) })
    assert.equal(off.headers.location, SIGN_IN)
    assert.equal((await dorte.get('/fredensborg/staff')).statusCode, 303)
  })

  test('everyone sees when their browsers signed in, and signs all of them out', async () => {
    const person = await somebody()
    const first = await signedInAs(person)
    pass(3600)
    const second = await signedInAs(person)
    const page = await second.get('/fredensborg/staff/sessions')
    assert.equal(page.body.match(/Denne browser/g)?.length, 1)
    assert.equal(page.body.match(/En anden browser/g)?.length, 1)
    const out = await second.send('/fredensborg/staff/sessions', '/fredensborg/staff/sessions/sign-out')
    assert.equal(out.statusCode, 303)
    for (const visitor of [first, second]) assert.equal((await visitor.get('/fredensborg/staff')).statusCode, 303)
  })
})

function keyOn(body: string): string {
  const key = /<code>([A-Z2-7 ]{32,})<\/code>/.exec(body)?.[1]
  assert.ok(key, 'no key on the page')
  return key.replaceAll(' ', '')
}

function csrfOn(body: string): string {
  return /name="_csrf" value="([^"]+)"/.exec(body)?.[1] ?? ''
}
