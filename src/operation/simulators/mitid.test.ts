import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { createMitId, type MitId } from '#auth'
import { MovableClock, realClock } from '#core'
import { type MitIdSimulator, startMitIdSimulator } from './mitid.ts'

const PUBLIC = 'http://127.0.0.1:1'
const CALLBACK = `${PUBLIC}/fredensborg/mitid/callback`
const CLIENT = { id: 'kvit', secret: 'a secret of the test, long enough' }

let broker: MitIdSimulator
let other: MitIdSimulator
let mitId: MitId

before(async () => {
  const clients = [{ ...CLIENT, redirectUris: [CALLBACK] }]
  const persons = [
    { name: 'Asta Prøve', cpr: '740385-1048' },
    { name: 'Tal Prøve', cpr: '6101700001', claims: { cprNumberIdentifier: 6101700001 } },
    // A replacement number never begins with a zero; this one belongs to the first of January 2036, and so to nobody yet.
    { name: 'Nul Prøve', cpr: '0101364001', claims: { cprNumberIdentifier: 101364001 } },
    { name: 'Uden Prøve', cpr: '6101700001', claims: { cprNumberIdentifier: undefined } },
    { name: 'Lav Prøve', cpr: '6101700001', claims: { loa: 'https://data.gov.dk/concept/core/nsis/Low' } },
    { name: 'Anden Prøve', cpr: '6101700001', claims: { identityscheme: 'sebankid' } },
    {
      name: 'Signatur Prøve',
      cpr: '6712994000',
      claims: { cprNumberIdentifier: undefined, identityscheme: undefined, 'dk.cpr': '6712994000', loa: 'High' },
    },
  ]
  broker = await startMitIdSimulator({ clients, persons, codeSeconds: 2 })
  other = await startMitIdSimulator({ clients, persons })
  mitId = createMitId({ issuer: broker.issuer, clientId: CLIENT.id, clientSecret: CLIENT.secret, publicUrl: PUBLIC })
})
after(async () => {
  await broker.close()
  await other.close()
})

interface Visit {
  readonly kept: string
  readonly query: string
  readonly page: string
}

/** Goes to MitID with a browser that keeps cookies, chooses a person, and answers the address one is sent back to. */
async function visit(person: string, at: MitId = mitId): Promise<Visit> {
  const begun = await at.begin('fredensborg', '/fredensborg/me')
  assert.ok(begun.ok, JSON.stringify(begun))
  const { url, kept } = begun.value
  const cookies = new Map<string, string>()
  let page = ''
  let next = new URL(url)
  let body: URLSearchParams | undefined
  for (let steps = 0; steps < 10; steps++) {
    if (next.href.startsWith(CALLBACK)) return { kept, query: next.search, page }
    const response = await fetch(next, {
      redirect: 'manual',
      method: body ? 'POST' : 'GET',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(body ? { body } : {}),
    })
    body = undefined
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      value === '' ? cookies.delete(name) : cookies.set(name, value)
    }
    const location = response.headers.get('location')
    if (location) {
      next = new URL(location, next)
      continue
    }
    page = await response.text()
    assert.equal(response.status, 200, page)
    const value = new RegExp(`value="([^"]*)">${person}<`).exec(page)?.[1]
    assert.ok(value !== undefined, page)
    assert.match(response.headers.get('content-security-policy') ?? '', /^default-src 'none'/)
    assert.doesNotMatch(page, /(src|href)=/)
    next = new URL(/action="([^"]+)"/.exec(page)?.[1] ?? '', next)
    body = new URLSearchParams({ person: value })
  }
  throw new Error('MitID sends one round in circles')
}

const finish = ({ query, kept }: Visit, at: MitId = mitId) => at.finish('fredensborg', query, kept)

test('whoever signs in with MitID comes back as the person they are, to where they wanted', async () => {
  const came = await visit('Asta Prøve')
  assert.deepEqual(await finish(came), {
    ok: true,
    value: { cpr: '7403851048', name: 'Asta Prøve', loa: 'substantial', returnTo: '/fredensborg/me' },
  })
  assert.doesNotMatch(came.query, /740385/)
  assert.doesNotMatch(came.page, /740385|670185|671299/)
})

test('a CPR number sent as a JSON number is the same number, also when it began with a zero', async () => {
  const number = await finish(await visit('Tal Prøve'))
  assert.equal(number.ok && number.value.cpr, '6101700001')
  const zero = await finish(await visit('Nul Prøve'))
  assert.equal(zero.ok && zero.value.cpr, '0101364001')
})

test('another broker’s names for the same are understood', async () => {
  const done = await finish(await visit('Signatur Prøve'))
  assert.deepEqual(done.ok && [done.value.cpr, done.value.loa], ['6712994000', 'high'])
})

test('who says no at MitID is not signed in', async () => {
  assert.deepEqual(await finish(await visit('Afbryd')), { ok: false, refusal: { kind: 'denied' } })
})

test('who has no CPR number, is known at level Low, or did not use MitID, is not signed in', async () => {
  assert.deepEqual(await finish(await visit('Uden Prøve')), { ok: false, refusal: { kind: 'no-cpr' } })
  assert.deepEqual(await finish(await visit('Lav Prøve')), { ok: false, refusal: { kind: 'too-low' } })
  assert.deepEqual(await finish(await visit('Anden Prøve')), { ok: false, refusal: { kind: 'too-low' } })
})

test('an answer that has been used signs nobody in', async () => {
  const came = await visit('Asta Prøve')
  assert.equal((await finish(came)).ok, true)
  assert.deepEqual(await finish(came), { ok: false, refusal: { kind: 'replayed' } })
  // Another process does not know the state; the broker knows the code.
  const restarted = createMitId({
    issuer: broker.issuer,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    publicUrl: PUBLIC,
  })
  assert.deepEqual(await finish(came, restarted), { ok: false, refusal: { kind: 'expired' } })
})

test('of two who bring the same answer at once one is signed in', async () => {
  const came = await visit('Asta Prøve')
  const both = await Promise.all([finish(came), finish(came)])
  assert.deepEqual(both.map(({ ok }) => ok).sort(), [false, true])
})

test('a code that is too old signs nobody in', async () => {
  const came = await visit('Asta Prøve')
  await wait(3100)
  assert.deepEqual(await finish(came), { ok: false, refusal: { kind: 'expired' } })
})

test('whoever comes back after ten minutes begins again', async () => {
  const clock = new MovableClock(realClock.now())
  const patient = createMitId(
    { issuer: broker.issuer, clientId: CLIENT.id, clientSecret: CLIENT.secret, publicUrl: PUBLIC },
    { clock },
  )
  const came = await visit('Asta Prøve', patient)
  clock.moveTo(clock.now().add({ minutes: 10 }))
  assert.deepEqual(await finish(came, patient), { ok: false, refusal: { kind: 'expired' } })
})

test('an answer to another browser’s question, another library’s, or to none, signs nobody in', async () => {
  const [mine, theirs] = [await visit('Asta Prøve'), await visit('Asta Prøve')]
  const wrong = { ok: false, refusal: { kind: 'wrong-state' } }
  assert.deepEqual(await mitId.finish('fredensborg', theirs.query, mine.kept), wrong)
  assert.deepEqual(await mitId.finish('fredensborg', theirs.query, undefined), wrong)
  assert.deepEqual(await mitId.finish('fredensborg', '', mine.kept), wrong)
  assert.deepEqual(await mitId.finish('stevns', mine.query, mine.kept), wrong)
  assert.deepEqual(await mitId.finish('fredensborg', `${mine.query}&state=another`, mine.kept), wrong)
})

test('an answer that names another issuer signs nobody in', async () => {
  const came = await visit('Asta Prøve')
  const query = came.query.replace(/iss=[^&]*/, `iss=${encodeURIComponent(other.issuer)}`)
  assert.notEqual(query, came.query)
  assert.deepEqual(await finish({ ...came, query }), { ok: false, refusal: { kind: 'wrong-issuer' } })
})

test('a broker that signs in another’s name is not believed', async () => {
  await using liar = await between(broker.issuer, (text) => text.replaceAll(broker.issuer, liar.issuer))
  // Its papers are in order; what it signs is not in its own name.
  const deceived = createMitId({
    issuer: liar.issuer,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    publicUrl: PUBLIC,
  })
  const came = await visit('Asta Prøve', deceived)
  const query = came.query.replace(/iss=[^&]*/, `iss=${encodeURIComponent(liar.issuer)}`)
  assert.deepEqual(await finish({ ...came, query }, deceived), { ok: false, refusal: { kind: 'wrong-issuer' } })
})

test('an answer with another nonce or another verifier signs nobody in', async () => {
  const changed = (came: Visit, change: object) => ({
    ...came,
    kept: JSON.stringify({ ...JSON.parse(came.kept), ...change }),
  })
  const nonce = changed(await visit('Asta Prøve'), { nonce: 'another' })
  assert.deepEqual(await finish(nonce), { ok: false, refusal: { kind: 'wrong-nonce' } })
  const verifier = changed(await visit('Asta Prøve'), { verifier: 'another'.repeat(8) })
  assert.deepEqual(await finish(verifier), { ok: false, refusal: { kind: 'expired' } })
})

test('nobody is led to another site by coming back from MitID', async () => {
  for (const returnTo of ['https://example.com/', '//example.com', '/\\example.com', '/\texample.com']) {
    const begun = await mitId.begin('fredensborg', returnTo)
    assert.ok(begun.ok)
    assert.equal(JSON.parse(begun.value.kept).returnTo, '/fredensborg')
  }
})

test('while MitID is down that is said, and it is asked again by the next', async () => {
  const config = { clientId: CLIENT.id, clientSecret: CLIENT.secret, publicUrl: PUBLIC }
  const down = createMitId({ ...config, issuer: 'http://127.0.0.1:9' })
  assert.deepEqual(await down.begin('fredensborg', '/'), { ok: false, refusal: { kind: 'mitid-down' } })
  let isUp = false
  await using flaky = await between(
    broker.issuer,
    (text) => text.replaceAll(broker.issuer, flaky.issuer),
    () => isUp,
  )
  const patient = createMitId({ ...config, issuer: flaky.issuer })
  assert.deepEqual(await patient.begin('fredensborg', '/'), { ok: false, refusal: { kind: 'mitid-down' } })
  isUp = true
  assert.equal((await patient.begin('fredensborg', '/')).ok, true)
})

/** A provider that passes everything on to another and changes what it says of itself. */
async function between(issuer: string, change: (text: string) => string, isUp = () => true) {
  const server = createServer(async (request, response) => {
    if (!isUp()) return void response.writeHead(503).end()
    const parts: Buffer[] = []
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
    const { cookie, 'content-type': type } = request.headers
    const answer = await fetch(new URL(request.url ?? '/', issuer), {
      method: request.method ?? 'GET',
      redirect: 'manual',
      headers: { ...(cookie ? { cookie } : {}), ...(type ? { 'content-type': type } : {}) },
      ...(parts.length > 0 ? { body: Buffer.concat(parts) } : {}),
    })
    const headers: Record<string, string | string[]> = { 'set-cookie': answer.headers.getSetCookie() }
    for (const name of ['content-type', 'location', 'content-security-policy']) {
      const value = answer.headers.get(name)
      if (value) headers[name] = name === 'location' && !value.startsWith(CALLBACK) ? change(value) : value
    }
    response.writeHead(answer.status, headers).end(change(await answer.text()))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
