import assert from 'node:assert/strict'
import { createECDH, randomBytes } from 'node:crypto'
import { after, afterEach, before, test } from 'node:test'
import { sql } from '#db'
import type { Context } from '#vault'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { dropSubscription, type GivenPush, subscribe, subscriptionsOf, unsubscribe } from './push.ts'
import { isPublicAddress, isPushEndpoint } from './push-endpoint.ts'

let library: TestLibrary
let ctx: Context
let cast: Cast

before(async () => {
  library = await openTestLibrary({ agencies: ['fredensborg', 'glostrup'] })
  ctx = library.context()
  cast = await castIn(ctx)
})
after(() => library.close())
afterEach(() => ctx.db.run(sql`delete from push_subscription`))

function browser(endpoint = `https://push.example.org/${randomBytes(8).toString('hex')}`): GivenPush {
  const keys = createECDH('prime256v1')
  return { endpoint, p256dh: keys.generateKeys('base64url'), auth: randomBytes(16).toString('base64url') }
}
const kindOf = async (patron: keyof Pick<Cast, 'asta' | 'bo' | 'dines'>, given: GivenPush) => {
  const done = await subscribe(ctx, cast[patron].id, given)
  return done.ok ? 'ok' : done.refusal.kind
}
const endpointsOf = async (patron: 'asta' | 'bo') =>
  (await subscriptionsOf(ctx, cast[patron].id)).map(({ endpoint }) => endpoint)

test('a patron signs an app up, again without harm, and off; then nothing is known of it', async () => {
  const phone = browser()
  assert.equal(await kindOf('asta', phone), 'ok')
  const renewed = { ...browser(), endpoint: phone.endpoint }
  assert.equal(await kindOf('asta', renewed), 'ok')
  const [row, ...others] = await subscriptionsOf(ctx, cast.asta.id)
  assert.deepEqual([row?.endpoint, row?.p256dh, row?.auth], [phone.endpoint, renewed.p256dh, renewed.auth])
  assert.equal(others.length, 0)
  assert.equal(await unsubscribe(ctx, cast.bo.id, phone), 0, 'somebody else signed it off')
  assert.equal(await unsubscribe(ctx, cast.asta.id, phone), 1)
  assert.equal(await unsubscribe(ctx, cast.asta.id, 'all'), 0)
  assert.deepEqual(await endpointsOf('asta'), [])
})

test('a browser that another patron signs in at no longer shows the messages of the first', async () => {
  const shared = browser()
  await kindOf('asta', shared)
  await kindOf('bo', shared)
  assert.deepEqual(await endpointsOf('asta'), [])
  assert.deepEqual(await endpointsOf('bo'), [shared.endpoint])
})

test('a push service that lost an app does not sign off the one that has signed up since', async () => {
  const phone = browser()
  const first = await subscribe(ctx, cast.asta.id, phone)
  const second = await subscribe(ctx, cast.asta.id, phone)
  assert.ok(first.ok && second.ok)
  await dropSubscription(ctx, first.value)
  assert.deepEqual(await endpointsOf('asta'), [phone.endpoint])
  await dropSubscription(ctx, second.value)
  assert.deepEqual(await endpointsOf('asta'), [])
})

test('push is an addition: who gave neither e-mail nor telephone cannot have it alone', async () => {
  assert.equal(await kindOf('dines', browser()), 'no-other-way')
  assert.equal(await kindOf('bo', browser()), 'ok')
})

test('a library whose policy does not speak of push does not begin to', async () => {
  const glostrup = library.context(undefined, 'glostrup')
  const there = await castIn(glostrup)
  const done = await subscribe(glostrup, there.asta.id, browser())
  assert.deepEqual(!done.ok && done.refusal, { kind: 'feature-off', data: 'push-subscription' })
})

test('ten apps are enough, also when they sign up at once', async () => {
  const tries = await Promise.all(Array.from({ length: 13 }, () => kindOf('asta', browser())))
  assert.equal(tries.filter((kind) => kind === 'ok').length, 10)
  assert.equal(tries.filter((kind) => kind === 'too-many').length, 3)
  const [known = ''] = await endpointsOf('asta')
  assert.equal(await kindOf('asta', browser(known)), 'ok', 'one of the ten may renew its keys')
})

test('nobody can make us knock on a door of the municipality’s network', async () => {
  for (const endpoint of [
    'http://push.example.org/x',
    'https://127.0.0.1/x',
    'http://127.0.0.1:3000/x',
    'https://2130706433/x',
    'https://0x7f.1/x',
    'https://10.0.0.8/x',
    'https://169.254.169.254/latest/meta-data',
    'https://172.31.1.1/x',
    'https://192.168.1.1/x',
    'https://100.64.0.1/x',
    'https://[::1]/x',
    'https://[::ffff:10.0.0.1]/x',
    'https://[fd00::1]/x',
    'https://[fe80::1]/x',
    'https://[64:ff9b::a00:1]/x',
    'https://[2002:a00:1::]/x',
    'https://localhost/x',
    'https://intranet/x',
    'https://bibliotek.local/x',
    'https://db.internal./x',
    'https://push.example.org:8443/x',
    'https://bruger:kode@push.example.org/x',
    'https://push.example.org/x#y',
    'file:///etc/passwd',
    'push.example.org',
    '',
    `https://push.example.org/${'x'.repeat(2048)}`,
  ]) {
    assert.equal(await kindOf('asta', browser(endpoint || ' ')), 'bad-endpoint', endpoint)
  }
  assert.ok(isPushEndpoint('https://fcm.googleapis.com/fcm/send/abc:def'))
  assert.ok(isPushEndpoint('https://updates.push.services.mozilla.com/wpush/v2/gAAA'))
  assert.ok(isPushEndpoint('https://[2a00:1450:400f::1]/x'))
  assert.ok(isPublicAddress('1.1.1.1') && isPublicAddress('2a00:1450::1'))
  assert.ok(!isPublicAddress('::ffff:1.1.1.1') && !isPublicAddress('255.255.255.255') && !isPublicAddress('none'))
  const here = browser('http://127.0.0.1:8080/x')
  assert.ok((await subscribe(ctx, cast.asta.id, here, { mayBeHere: true })).ok, 'development asks for it')
})

test('keys that nothing can be sealed for are refused', async () => {
  const good = browser()
  const offCurve = Buffer.from(good.p256dh, 'base64url')
  offCurve[64] = (offCurve[64] ?? 0) ^ 1
  for (const keys of [
    { p256dh: '', auth: good.auth },
    { p256dh: good.auth, auth: good.auth },
    { p256dh: offCurve.toString('base64url'), auth: good.auth },
    { p256dh: good.p256dh, auth: '' },
    { p256dh: good.p256dh, auth: 'abc' },
    { p256dh: good.p256dh, auth: `${good.auth}\0` },
  ]) {
    assert.equal(await kindOf('asta', { ...good, ...keys }), 'bad-keys', JSON.stringify(keys))
  }
})
