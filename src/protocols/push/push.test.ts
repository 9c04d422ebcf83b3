import assert from 'node:assert/strict'
import { createDecipheriv, createECDH, createPublicKey, type ECDH, hkdfSync, randomBytes, verify } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { sql } from '#db'
import { queueMessages, RefusedByChannel, sendWaiting, subscribe, subscriptionsOf } from '#messages'
import type { Context } from '#vault'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { connectPush, type Push, type PushPayload, vapidKeys } from './index.ts'
import { PushWire, publicOnly } from './request.ts'

/** A push service and the apps behind it: what arrives is opened with the app's own key, as a browser does. */
class PushService {
  readonly requests: { path: string; headers: IncomingHttpHeaders; body: Buffer }[] = []
  readonly answers = new Map<string, number>()
  readonly apps = new Map<string, { keys: ECDH; auth: Buffer }>()
  origin = ''
  readonly #server: Server

  constructor() {
    this.#server = createServer(async (request, response) => {
      const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>))
      const path = request.url ?? ''
      this.requests.push({ path, headers: request.headers, body })
      response.writeHead(this.answers.get(path) ?? 201, { location: `${this.origin}/m/1` }).end()
    })
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', () => resolve()))
    this.origin = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  app(path: string) {
    const keys = createECDH('prime256v1')
    const p256dh = keys.generateKeys('base64url')
    const auth = randomBytes(16)
    this.apps.set(path, { keys, auth })
    return { endpoint: `${this.origin}${path}`, p256dh, auth: auth.toString('base64url') }
  }

  shown(path: string): PushPayload[] {
    const app = this.apps.get(path)
    assert.ok(app)
    return this.requests.filter((one) => one.path === path).map(({ body }) => JSON.parse(opened(body, app)))
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }
}

/** RFC 8291 on RFC 8188: one record of AES-128-GCM, its key agreed from the app's key, the sender's and their secret. */
function opened(body: Buffer, { keys, auth }: { keys: ECDH; auth: Buffer }): string {
  const salt = body.subarray(0, 16)
  assert.ok(body.readUInt32BE(16) >= body.length - 86, 'more than one record')
  assert.equal(body[20], 65)
  const sender = body.subarray(21, 86)
  const record = body.subarray(86)
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), keys.getPublicKey(), sender])
  const agreed = Buffer.from(hkdfSync('sha256', keys.computeSecret(sender), auth, info, 32))
  const key = Buffer.from(hkdfSync('sha256', agreed, salt, 'Content-Encoding: aes128gcm\0', 16))
  const nonce = Buffer.from(hkdfSync('sha256', agreed, salt, 'Content-Encoding: nonce\0', 12))
  const decipher = createDecipheriv('aes-128-gcm', key, nonce).setAuthTag(record.subarray(-16))
  const padded = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()])
  const end = padded.findLastIndex((byte) => byte !== 0)
  assert.equal(padded[end], 2, 'the last record ends in 2')
  return padded.subarray(0, end).toString('utf8')
}

/** RFC 8292: a token signed with the key that the app signed up with. */
function vapidClaims(authorization: string | undefined, publicKey: string): Record<string, unknown> {
  const [, token = '', key = ''] = /^vapid t=([^,]+), k=(.+)$/.exec(authorization ?? '') ?? []
  assert.equal(key, publicKey)
  const point = Buffer.from(publicKey, 'base64url')
  const [x, y] = [point.subarray(1, 33).toString('base64url'), point.subarray(33).toString('base64url')]
  const jwk = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' })
  const [header = '', claims = '', signature = ''] = token.split('.')
  assert.ok(
    verify(
      'sha256',
      Buffer.from(`${header}.${claims}`),
      { key: jwk, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    ),
    'the signature is another’s',
  )
  return JSON.parse(Buffer.from(claims, 'base64url').toString('utf8'))
}

let library: TestLibrary
let ctx: Context
let cast: Cast
let service: PushService
let push: Push
let folder: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kvit-push-'))
  library = await openTestLibrary()
  ctx = library.context()
  cast = await castIn(ctx)
  service = new PushService()
  await service.listen()
  const keys = await vapidKeys(join(folder, 'vapid.key'))
  push = connectPush({ keys, contact: 'https://bibliotek.example', mayBeHere: true })
})
after(async () => {
  push?.close()
  await service?.close()
  await library?.close()
  await rm(folder, { recursive: true, force: true })
})
afterEach(async () => {
  service.requests.length = 0
  service.answers.clear()
  await ctx.db.run(sql`delete from push_subscription`)
  await ctx.db.run(sql`delete from message`)
})

async function signUp(...paths: string[]): Promise<void> {
  for (const path of paths) {
    const done = await subscribe(ctx, cast.asta.id, service.app(path), { mayBeHere: true })
    assert.ok(done.ok)
  }
}

async function queue(body = 'Din reservering er klar på Ærø. Nummer 074.'): Promise<void> {
  await queueMessages(ctx, [
    {
      patron_id: cast.asta.id,
      kind: 'reservation-ready',
      channel: 'push',
      language: 'da',
      recipient: null,
      subject: 'Klar til afhentning',
      body,
    },
  ])
}

const sendAll = () => sendWaiting(ctx, { push: push.sender(ctx) })
const later = (span: Temporal.DurationLike) => library.clock.moveTo(library.clock.now().add(span))
const state = () =>
  ctx.db.one<{ id: string; sent: boolean; given_up_because: string | null }>(
    sql`select id, sent_at is not null as sent, given_up_because from message`,
  )

test('a message reaches each of the patron’s apps, and only they can read it', async () => {
  await signUp('/phone', '/laptop')
  await queue()
  assert.equal(await sendAll(), 1)
  const { id } = await state()
  for (const path of ['/phone', '/laptop']) {
    assert.deepEqual(service.shown(path), [
      {
        id,
        agency: 'fredensborg',
        language: 'da',
        title: 'Klar til afhentning',
        body: 'Din reservering er klar på Ærø. Nummer 074.',
      },
    ])
  }
  for (const { headers, body } of service.requests) {
    assert.ok(!body.includes('reservering') && !JSON.stringify(headers).includes('afhentning'))
    assert.equal(headers['content-encoding'], 'aes128gcm')
    assert.equal(headers.ttl, String(7 * 24 * 3600))
    assert.equal(headers.topic, id.replaceAll('-', ''))
    const claims = vapidClaims(headers.authorization, push.publicKey)
    assert.equal(claims.aud, service.origin)
    assert.equal(claims.sub, 'https://bibliotek.example')
    const hours = (Number(claims.exp) * 1000 - Date.now()) / 3_600_000
    assert.ok(hours > 0 && hours <= 24)
  }
})

test('an app that is gone is signed off; the others still get the message', async () => {
  await signUp('/gone', '/unknown', '/phone')
  service.answers.set('/gone', 410).set('/unknown', 404)
  await queue()
  assert.equal(await sendAll(), 1)
  const left = await subscriptionsOf(ctx, cast.asta.id)
  assert.deepEqual(
    left.map(({ endpoint }) => endpoint),
    [`${service.origin}/phone`],
  )
})

test('a message nobody’s app is left for is given up', async () => {
  await queue()
  assert.equal(await sendAll(), 0)
  assert.equal((await state()).given_up_because, 'refused')
  await ctx.db.run(sql`delete from message`)
  await signUp('/gone')
  service.answers.set('/gone', 410)
  await queue()
  assert.equal(await sendAll(), 0)
  assert.equal((await state()).given_up_because, 'refused')
})

test('while one service has a fault the others are not asked twice, and it is asked again', async () => {
  for (const status of [429, 500, 503, 401, 403, 307]) {
    await signUp('/phone', '/laptop')
    service.answers.set('/laptop', status)
    await queue()
    assert.equal(await sendAll(), 0, String(status))
    service.answers.clear()
    later({ minutes: 5 })
    assert.equal(await sendAll(), 1, String(status))
    assert.deepEqual([service.shown('/phone').length, service.shown('/laptop').length], [1, 2])
    assert.equal((await subscriptionsOf(ctx, cast.asta.id)).length, 2, 'nobody was signed off for it')
    service.requests.length = 0
    await ctx.db.run(sql`delete from push_subscription`)
    await ctx.db.run(sql`delete from message`)
  }
})

test('an app whose service never works again does not keep the message open that another app has', async () => {
  await signUp('/phone', '/laptop')
  service.answers.set('/laptop', 400)
  await queue()
  for (const minutes of [5, 15, 60]) {
    assert.equal(await sendAll(), 0)
    later({ minutes })
  }
  assert.equal(await sendAll(), 1)
  assert.equal(service.shown('/phone').length, 1)
})

test('cut off between sending and noting, it is sent again under the same topic, which replaces the first', async () => {
  await signUp('/phone')
  await queue()
  assert.equal(await sendAll(), 1)
  await ctx.db.run(sql`update message set sent_at = null, trying_at = ${ctx.clock.now()}`)
  later({ minutes: 16 })
  assert.equal(await sendAll(), 1)
  const topics = service.requests.map(({ headers }) => headers.topic)
  assert.equal(topics.length, 2)
  assert.equal(new Set(topics).size, 1)
  assert.equal(new Set(service.shown('/phone').map(({ id }) => id)).size, 1)
})

test('a long text is cut so that every service must take it', async () => {
  await signUp('/phone')
  await queue('📚 ærø "citat"\n'.repeat(900))
  assert.equal(await sendAll(), 1)
  const [request] = service.requests
  assert.ok(request && request.body.length <= 4096 && request.body.length > 4000, String(request?.body.length))
  assert.match(service.shown('/phone')[0]?.body ?? '', /^📚 ærø "citat"[^�]*…$/u)
})

test('a service that takes the message and says nothing is waited for no longer than others bear', async () => {
  const silent = createServer(() => {})
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', () => resolve()))
  const wire = new PushWire(true, 50)
  const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/x`
  await assert.rejects(wire.post({ endpoint, headers: {}, body: null }), { code: 'timeout' })
  wire.close()
  silent.closeAllConnections()
  silent.close()
  await assert.rejects(new PushWire(true).post({ endpoint, headers: {}, body: null }), { code: 'ECONNREFUSED' })
})

test('a name that leads into the municipality’s network is not knocked at, nor is this machine unless asked for', async () => {
  const wire = new PushWire(false)
  const request = { headers: {}, body: null }
  for (const endpoint of [`${service.origin}/phone`, 'https://10.0.0.1/x', 'https://localhost/x']) {
    await assert.rejects(wire.post({ endpoint, ...request }), { code: 'address' }, endpoint)
  }
  wire.close()
  assert.equal(service.requests.length, 0)
  const found = await new Promise<string | undefined>((resolve) => {
    publicOnly('localhost', { all: true }, (fault) => resolve(fault?.code))
  })
  assert.equal(found, 'EPRIVATE')
})

test('the pair of keys is made once, for its owner’s eyes; a file that holds another thing is not overwritten', async () => {
  const file = join(folder, 'made', 'vapid.key')
  const [one, two] = await Promise.all([vapidKeys(file), vapidKeys(file)])
  assert.deepEqual(one, two)
  assert.deepEqual(await vapidKeys(file), one)
  assert.equal((await stat(file)).mode & 0o777, 0o600)
  assert.equal(Buffer.from(one.publicKey, 'base64url').length, 65)
  const other = await vapidKeys(join(folder, 'other.key'))
  for (const text of ['', '{}', JSON.stringify({ ...one, publicKey: other.publicKey })]) {
    await writeFile(file, text)
    await assert.rejects(vapidKeys(file), /does not hold the keys/)
    assert.equal(await readFile(file, 'utf8'), text)
  }
})

test('a contact that push services would refuse is refused with what it must be', async () => {
  const keys = await vapidKeys(join(folder, 'vapid.key'))
  assert.throws(() => connectPush({ keys, contact: 'http://127.0.0.1:3000' }), /https:\/\/ or mailto:/)
})

test('a refusal of the message names neither app nor patron', async () => {
  const [message] = await queue().then(() =>
    ctx.db.all<never>(sql`select id, patron_id, kind, channel, language, recipient, subject, body from message`),
  )
  const fault = await push
    .sender(ctx)
    .send(message as never)
    .catch((fault: unknown) => fault)
  assert.ok(fault instanceof RefusedByChannel)
  assert.equal(fault.message, 'no app is left')
})
