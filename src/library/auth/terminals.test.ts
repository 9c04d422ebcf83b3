import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addBranch } from '#agencies'
import { type Actor, type BranchId, MovableClock } from '#core'
import { sql } from '#db'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { addTerminal, disableTerminal, listTerminals, renewTerminalSecret, verifyTerminal } from './terminals.ts'
import { SignInThrottle } from './throttle.ts'

const OPERATOR: Actor = { kind: 'operator', name: 'drift' }

let library: TestLibrary
let branch: BranchId
let made = 0

before(async () => {
  library = await openTestLibrary()
  const address = { address: 'A 1', postcode: '3480', city: 'Fredensborg' }
  branch = await addBranch(library.context(), { code: 'HB', name: 'Hovedbiblioteket', ...address })
})
after(() => library.close())

async function machine() {
  made += 1
  const given = { name: `automat-${made}`, kind: 'self-service', branch, withoutPin: false } as const
  const added = await addTerminal(library.context(OPERATOR), given)
  assert.ok(added.ok, JSON.stringify(added))
  return added.value
}

test('a machine signs in with its own secret, of which only a hash is kept', async () => {
  const { id, name, secret } = await machine()
  assert.match(secret, /^[A-Za-z0-9_-]{43}$/)
  const found = await verifyTerminal(library.context(), name, secret)
  assert.deepEqual(found, {
    ok: true,
    value: { id, name, kind: 'self-service', branch_id: branch, without_pin: false },
  })
  const { row } = await library.context().db.one<{ row: string }>(sql`
    select terminal::text as row from terminal where id = ${id}`)
  assert.ok(row.includes(name) && !row.includes(secret))
})

test('a wrong secret, another machine’s, an unknown name and a disabled machine are refused alike', async () => {
  const [one, other] = [await machine(), await machine()]
  assert.ok((await disableTerminal(library.context(OPERATOR), other.id)).ok)
  for (const [name, secret] of [
    [one.name, 'x'],
    [one.name, ''],
    [one.name, other.secret],
    ['automat-uden-konto', one.secret],
    [other.name, other.secret],
  ] as const) {
    const refused = await verifyTerminal(library.context(), name, secret)
    assert.deepEqual(refused, { ok: false, refusal: { kind: 'wrong' } })
  }
})

test('a machine that was disabled works again with a new secret, and only with that', async () => {
  const { id, name, secret } = await machine()
  await disableTerminal(library.context(OPERATOR), id)
  const renewed = await renewTerminalSecret(library.context(OPERATOR), id)
  assert.ok(renewed.ok)
  assert.equal((await verifyTerminal(library.context(), name, secret)).ok, false)
  assert.equal((await verifyTerminal(library.context(), name, renewed.value.secret)).ok, true)
})

test('after ten wrong secrets a name is locked for that address, whether it exists or not', async () => {
  const { name, secret } = await machine()
  const world = new MovableClock(Temporal.Instant.from('2026-01-01T08:00:00Z'))
  const throttle = new SignInThrottle(world)
  const attempt = (who: string, given: string, address = '192.0.2.1') =>
    verifyTerminal(library.context(), who, given, { throttle, address })
  for (const who of [name, 'findes-ikke']) {
    for (let tries = 0; tries < 10; tries++) assert.equal((await attempt(who, 'forkert')).ok, false)
    const locked = await attempt(who, secret)
    assert.equal(locked.ok ? 'ok' : locked.refusal.kind, 'locked')
  }
  assert.equal((await attempt(name, secret, '192.0.2.2')).ok, true, 'the machine itself calls from elsewhere')
  world.moveTo(world.now().add({ minutes: 15 }))
  assert.equal((await attempt(name, secret)).ok, true)
})

test('a machine with many connections at once is not locked out by them', async () => {
  const { name, secret } = await machine()
  const all = await Promise.all(Array.from({ length: 30 }, () => verifyTerminal(library.context(), name, secret)))
  assert.ok(all.every(({ ok }) => ok))
})

test('when a machine was last seen is written down once a minute', async () => {
  const { id, name, secret } = await machine()
  const seen = async () => (await listTerminals(library.context())).find((one) => one.id === id)?.last_seen_at ?? null
  assert.equal(await seen(), null)
  await verifyTerminal(library.context(), name, secret)
  const first = await seen()
  assert.ok(first)
  library.clock.moveTo(library.clock.now().add({ seconds: 59 }))
  await verifyTerminal(library.context(), name, secret)
  assert.deepEqual(await seen(), first)
  library.clock.moveTo(library.clock.now().add({ seconds: 1 }))
  await verifyTerminal(library.context(), name, secret)
  assert.deepEqual(await seen(), library.clock.now())
})

test('only an administrator or the operator gives machines accounts, each with a name and a branch of its own', async () => {
  const { id, name } = await machine()
  const given = { name: 'ny-automat', kind: 'door', branch, withoutPin: true } as const
  const staff = (role: 'desk' | 'system') =>
    library.context({ kind: 'staff', id: '00000000-0000-7000-8000-000000000001' as never, roles: [role] })
  const refusals = [
    await addTerminal(staff('desk'), given),
    await renewTerminalSecret(staff('desk'), id),
    await disableTerminal(library.context({ kind: 'system', job: 'web' }), id),
    await addTerminal(staff('system'), { ...given, name: 'en automat' }),
    await addTerminal(staff('system'), { ...given, name }),
    await addTerminal(staff('system'), { ...given, branch: '00000000-0000-7000-8000-000000000002' as BranchId }),
    await disableTerminal(staff('system'), 'ukendt'),
  ]
  assert.deepEqual(
    refusals.map((done) => (done.ok ? 'ok' : done.refusal.kind)),
    ['not-allowed', 'not-allowed', 'not-allowed', 'bad-name', 'name-taken', 'unknown-branch', 'unknown'],
  )
  assert.ok((await addTerminal(staff('system'), given)).ok)
})
