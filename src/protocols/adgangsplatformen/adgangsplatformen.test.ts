import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { Writable } from 'node:stream'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import * as oidc from 'openid-client'
import { pino } from 'pino'
import { type MitIdPerson, setPin, verifyPin } from '#auth'
import { MovableClock, ok, type PatronId, refuse } from '#core'
import { sql, transact } from '#db'
import { enrolPatron } from '#patrons'
import type { Context } from '#vault'
import { createWeb } from '#web'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { NIGHT, openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { addClient, disableClient } from './clients.ts'
import { redeemCode } from './codes.ts'
import { type AdgangsplatformenDeps, MITID_BACK } from './deps.ts'
import { registerAdgangsplatformen } from './endpoints.ts'
import { ATTRIBUTES } from './rules.ts'
import { hashOf, openPerson, readToken, revokeTokensOf, sealPerson } from './tokens.ts'

const CALLBACK = 'https://web.example.org/callback'
const OTHER_CALLBACK = 'https://other.example.org/callback'
const PIN = '4071'
/** The fiftieth month: nobody's number, and one that begins with a nought. */
const CPR = '0150000001'
const STRANGERS_CPR = '0250000002'
const FREDENSBORG = '721000'
const GLOSTRUP = '716100'

let library: TestLibrary
let cast: Cast
let app: FastifyInstance
let base: string
let deps: AdgangsplatformenDeps
let clock: MovableClock
let secret: string
let otherSecret: string
type Said = Pick<MitIdPerson, 'cpr' | 'name'>
/** What the broker of MitID says of whoever comes back. */
let mitidSays: Said | undefined = { cpr: STRANGERS_CPR, name: 'Stine Prøve' }
const logged: string[] = []
/** What no log line may hold. */
const secrets = new Set([PIN, CPR, STRANGERS_CPR, 'Stine'])

const SIGN_IN_FIELDS = /(?<=purpose: sign-in\n {4}fields: )\[patron\.number, patron\.municipality\]/

before(async () => {
  // Fredensborg's policy here lets websites have the CPR number; Glostrup's, as published, does not.
  const policy = (text: string, agency: string) =>
    agency === 'glostrup' ? text : text.replace(SIGN_IN_FIELDS, (fields) => fields.replace(']', ', patron.cpr]'))
  library = await openTestLibrary({ agencies: ['fredensborg', 'glostrup'], policy })
  cast = await castIn(library.context())
  await giveCpr(cast.bo.id)
  clock = new MovableClock(Temporal.Instant.from('2026-11-22T12:00:00Z'))
  const { installation } = library
  const names = new Map((await installation.agencies()).map(({ number, name }) => [number, name]))
  const owner = installation.data.owner()
  deps = {
    contextOf(number) {
      const name = names.get(number)
      return name === undefined ? undefined : library.context(NIGHT, name)
    },
    agencies: () => installation.agencies(),
    clients: owner,
    uniqueIdKey: randomBytes(32),
    clock,
    verifyPin: (ctx, given) => verifyPin(ctx, given, { clock }),
    mitId: (library) => ({
      async begin(agency, returnTo) {
        assert.equal(agency, library)
        const state = randomBytes(8).toString('hex')
        return ok({ url: `https://broker.example/authorize?${new URLSearchParams({ state, returnTo })}`, kept: state })
      },
      async finish(agency, query, kept) {
        assert.equal(agency, library)
        const state = new URLSearchParams(query).get('state')
        if (state !== kept) return refuse({ kind: 'wrong-state' })
        return mitidSays ? ok({ ...mitidSays, loa: 'substantial', returnTo: '/' }) : refuse({ kind: 'denied' })
      },
    }),
  }
  for (const { id } of [cast.asta, cast.bo, cast.dines]) await givePin(library.context(), id)
  secret = await newClient('web', CALLBACK, ATTRIBUTES)
  otherSecret = await newClient('other', OTHER_CALLBACK, ['uniqueId', 'agencies'])
  const into = new Writable({
    write(chunk, _encoding, done) {
      logged.push(String(chunk))
      done()
    },
  })
  app = await createWeb({
    siteName: 'Kvit',
    cookieSecret: 'for-tests-only-'.repeat(3),
    secureCookies: false,
    rate: { max: 10_000, perSeconds: 60 },
    loggerInstance: pino({ level: 'info' }, into),
  })
  registerAdgangsplatformen(app, deps)
  base = await app.listen({ port: 0, host: '127.0.0.1' })
})
after(async () => {
  await app?.close()
  await library?.close()
})

async function newClient(id: string, callback: string, attributes: readonly string[]): Promise<string> {
  const client = { id, title: `Klienten ${id}`, redirectUris: [callback], attributes, agencies: 'own' } as const
  const added = await addClient(library.installation.data.owner(), client)
  assert.ok(added.ok, JSON.stringify(added))
  secrets.add(added.value.secret)
  return added.value.secret
}

async function givePin(ctx: Context, patron: PatronId): Promise<void> {
  const set = await setPin(ctx, patron, PIN, 'moved')
  assert.ok(set.ok, JSON.stringify(set))
}

async function giveCpr(patron: PatronId, ctx = library.context()): Promise<void> {
  const sealed = await ctx.vault.seal(patron, 'patron.cpr_sealed', CPR)
  const hash = await ctx.vault.lookupHash('cpr', CPR)
  await ctx.db.run(sql`update patron set cpr_sealed = ${sealed}, cpr_hash = ${hash} where id = ${patron}`)
}

/** A browser: keeps cookies, follows nothing by itself. */
function browser() {
  const cookies = new Map<string, string>()
  async function go(path: string, body?: Record<string, string>): Promise<Response> {
    const response = await fetch(new URL(path, base), {
      method: body ? 'POST' : 'GET',
      redirect: 'manual',
      headers: {
        accept: 'text/html',
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      },
      ...(body ? { body: new URLSearchParams(body) } : {}),
    })
    for (const each of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(each) ?? []
      value === '' ? cookies.delete(name) : cookies.set(name, value)
    }
    return response
  }
  return { go, cookies }
}

function asking(more: Record<string, string> = {}): string {
  const asked = { response_type: 'code', client_id: 'web', redirect_uri: CALLBACK, state: 'æøå &=', ...more }
  return `/oauth/authorize?${new URLSearchParams(asked)}`
}

/** Signs in by card and PIN; answers where the browser is sent. */
async function signIn(more: Record<string, string> = {}, card = cast.bo.card, pin = PIN): Promise<Response> {
  const { go } = browser()
  const page = await (await go(asking({ agency: FREDENSBORG, ...more }))).text()
  const action = /<form method="post" action="([^"]+)"/.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? ''
  const _csrf = /name="_csrf" value="([^"]+)"/.exec(page)?.[1] ?? ''
  return go(action, { presented: card, pin, _csrf })
}

function location(response: Response): URL {
  assert.equal(response.status, 303)
  return new URL(response.headers.get('location') ?? '')
}

async function codeOf(response: Response | Promise<Response>): Promise<string> {
  const code = location(await response).searchParams.get('code') ?? ''
  assert.match(code, /^7\d{5}-[\w-]{43}$/)
  secrets.add(code)
  return code
}

interface TokenAnswer {
  readonly access_token: string
  readonly expires_in: number
  readonly error?: string
}

async function askToken(fields: Record<string, string>, path = '/oauth/token') {
  const body = new URLSearchParams({ client_id: 'web', client_secret: secret, ...fields })
  const response = await fetch(new URL(path, base), { method: 'POST', body })
  const answer = (await response.json()) as TokenAnswer
  if (answer.access_token) secrets.add(answer.access_token)
  return { response, answer }
}

function exchange(code: string, more: Record<string, string> = {}) {
  return askToken({ grant_type: 'authorization_code', code, redirect_uri: CALLBACK, ...more })
}

/** The token of a patron who has signed in with card and PIN. */
async function tokenOf(card = cast.bo.card): Promise<string> {
  return (await exchange(await codeOf(signIn({}, card)))).answer.access_token
}

async function userinfo(token: string, path = '/userinfo') {
  const response = await fetch(new URL(path, base), { headers: { authorization: `Bearer ${token}` } })
  const body = (await response.json()) as { attributes: Record<string, unknown>; error?: string }
  return { status: response.status, response, ...body }
}

async function introspect(token: string, id = 'web', password = secret) {
  const authorization = `Basic ${Buffer.from(`${id}:${password}`).toString('base64')}`
  const address = new URL(`/oauth/introspection?access_token=${token}`, base)
  const response = await fetch(address, { method: 'POST', headers: { authorization } })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

/** Sends someone to MitID and back, as the broker would. */
async function throughMitid(more: Record<string, string> = {}): Promise<Response> {
  const { go } = browser()
  const sent = location(await go(asking({ agency: FREDENSBORG, idp: 'nemlogin', ...more })))
  assert.equal(sent.host, 'broker.example')
  return go(`${MITID_BACK}?state=${sent.searchParams.get('state')}&code=x`)
}

test('a client that speaks OAuth by the book signs a patron in and learns who it is', async () => {
  const server = {
    issuer: base,
    authorization_endpoint: `${base}/oauth/authorize`,
    token_endpoint: `${base}/oauth/token`,
  }
  const config = new oidc.Configuration(server, 'web', undefined, oidc.ClientSecretBasic(secret))
  oidc.allowInsecureRequests(config)
  const state = oidc.randomState()
  const asked = oidc.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    state,
    scope: 'whatever',
    agency: 'DK-721000',
  })
  const given = Object.fromEntries(asked.searchParams)
  const back = location(await signIn(given))
  const tokens = await oidc.authorizationCodeGrant(config, back, { expectedState: state })
  secrets.add(tokens.access_token)
  assert.equal(tokens.token_type, 'bearer')
  const answer = await oidc.fetchProtectedResource(config, tokens.access_token, new URL('/userinfo', base), 'GET')
  const { attributes } = (await answer.json()) as { attributes: Record<string, unknown> }
  assert.equal(attributes.cpr, CPR)
})

test('the national website signs a patron in as it does today: slashes at the end, and its secret in the form', async () => {
  const back = location(await signIn())
  assert.equal(`${back.origin}${back.pathname}`, CALLBACK)
  assert.equal(back.searchParams.get('state'), 'æøå &=')
  const fields = { grant_type: 'authorization_code', code: back.searchParams.get('code') ?? '', redirect_uri: CALLBACK }
  const { response, answer } = await askToken(fields, '/oauth/token/')
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('cache-control'), 'no-store')
  assert.deepEqual({ ...answer, access_token: '' }, { access_token: '', expires_in: 2_592_000, token_type: 'Bearer' })
  const { attributes } = await userinfo(answer.access_token, '/userinfo/')
  const { uniqueId, ...rest } = attributes
  assert.match(String(uniqueId), /^[0-9a-f]{64}$/)
  const agencies = [
    { agencyId: FREDENSBORG, userId: CPR, userIdType: 'CPR' },
    { agencyId: FREDENSBORG, userId: cast.bo.number, userIdType: 'LOCAL' },
  ]
  assert.deepEqual(rest, {
    cpr: CPR,
    userId: cast.bo.number,
    municipality: '210',
    municipalityAgencyId: FREDENSBORG,
    idpUsed: 'borchk',
    agencies,
    libraries: agencies,
  })
  const posted = await fetch(new URL('/userinfo/', base), {
    method: 'POST',
    headers: { authorization: `Bearer ${answer.access_token}` },
  })
  assert.deepEqual(await posted.json(), { attributes })
})

test('the page says who asks and what they are told, and sends nothing on to other sites', async () => {
  const { go } = browser()
  const response = await go(asking({ agency: FREDENSBORG }))
  const page = await response.text()
  assert.match(page, /Klienten web/)
  assert.match(page, /dit CPR-nummer/)
  assert.match(page, /Log ind med MitID/)
  assert.equal(response.headers.get('referrer-policy'), 'no-referrer')
  assert.match(response.headers.get('content-security-policy') ?? '', /form-action 'self' https:\/\/web\.example\.org;/)
  const onlyPin = await (await go(asking({ agency: FREDENSBORG, idp: 'borchk' }))).text()
  assert.doesNotMatch(onlyPin, /Log ind med MitID/)
  const english = await (await go(`/en${asking({ agency: FREDENSBORG })}`)).text()
  assert.match(english, /Your PIN stays with the library/)
  assert.match(english, /action="\/en\/oauth\/authorize\?/)
})

test('who comes without a library chooses one, and one that was proposed can be changed', async () => {
  const { go } = browser()
  const page = await (await go(asking())).text()
  assert.doesNotMatch(page, /<form method="post"/)
  const link = /href="([^"]+presel=716100[^"]*)"/.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? ''
  const chosen = await (await go(link)).text()
  assert.match(chosen, /<h1>Glostrup Bibliotek<\/h1>/)
  assert.match(chosen, /Vælg et andet bibliotek/)
  assert.doesNotMatch(await (await go(asking({ agency: GLOSTRUP }))).text(), /Vælg et andet bibliotek/)
})

test('nobody is sent to an address that is not letter for letter the client’s', async () => {
  const { go } = browser()
  const addresses = [
    `${CALLBACK}/`,
    `${CALLBACK}?x=1`,
    `${CALLBACK}#x`,
    CALLBACK.toUpperCase(),
    'http://web.example.org/callback',
    'https://web.example.org@evil.example/callback',
    'https://web.example.org.evil.example/callback',
    'https://web.example.org:443/callback',
    '//evil.example',
    OTHER_CALLBACK,
    '',
  ]
  for (const redirect_uri of addresses) {
    for (const more of [{}, { response_type: 'token' }, { agency: '799900' }]) {
      const response = await go(asking({ redirect_uri, ...more }))
      assert.equal(response.status, 400, redirect_uri)
      assert.equal(response.headers.get('location'), null)
    }
  }
  const twice = await go(`${asking()}&redirect_uri=${encodeURIComponent(OTHER_CALLBACK)}`)
  assert.equal(twice.status, 400)
  const stranger = await go(asking({ client_id: 'nobody' }))
  assert.equal(stranger.status, 400)
})

test('a good client is told what it asked wrongly, at its own address', async () => {
  const { go } = browser()
  for (const [more, error] of [
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ agency: '799900' }, 'invalid_request'],
    [{ idp: 'unilogin' }, 'invalid_request'],
  ] as const) {
    const back = location(await go(asking(more)))
    assert.equal(`${back.origin}${back.pathname}`, CALLBACK)
    assert.equal(back.searchParams.get('error'), error)
    assert.equal(back.searchParams.get('state'), 'æøå &=')
  }
})

test('a wrong PIN, an unknown card and a locked one send nobody on', async () => {
  const wrong = await signIn({}, cast.dines.card, '0000')
  const unknown = await signIn({}, '99999999999', '0000')
  assert.equal(wrong.status, 422)
  assert.equal(unknown.status, 422)
  const shown = (text: string) => /error-summary[\s\S]*?<\/ul>/.exec(text)?.[0]
  assert.equal(shown(await wrong.text()), shown(await unknown.text()))
  for (let tries = 1; tries < 5; tries++) await signIn({}, '99999999999', '0000')
  assert.equal((await signIn({}, '99999999999', PIN)).status, 429)
  assert.equal((await signIn({}, cast.bo.card, '')).status, 422)
})

test('a form that another site sends signs nobody in', async () => {
  const { go } = browser()
  const response = await go(asking({ agency: FREDENSBORG }), { presented: cast.bo.card, pin: PIN })
  assert.equal(response.status, 403)
})

test('a client that insists on MitID is not given someone who only has a PIN', async () => {
  const { go } = browser()
  const page = await (await go(asking({ agency: FREDENSBORG }))).text()
  const _csrf = /name="_csrf" value="([^"]+)"/.exec(page)?.[1] ?? ''
  const response = await go(asking({ agency: FREDENSBORG, idp: 'nemlogin' }), {
    presented: cast.bo.card,
    pin: PIN,
    _csrf,
  })
  assert.equal(response.status, 303)
  assert.match(response.headers.get('location') ?? '', /^\/oauth\/authorize\?/)
})

test('a code is good once, and one that comes twice takes back what it gave', async () => {
  const code = await codeOf(signIn())
  const { answer } = await exchange(code)
  assert.equal((await userinfo(answer.access_token)).status, 200)
  const again = await exchange(code)
  assert.equal(again.response.status, 400)
  assert.equal(again.answer.error, 'invalid_grant')
  assert.equal((await userinfo(answer.access_token)).status, 401)
})

test('of many who bring the same code at once nobody keeps a token', async () => {
  const code = await codeOf(signIn())
  const all = await Promise.all(Array.from({ length: 8 }, () => exchange(code)))
  const given = all.filter(({ response }) => response.status === 200)
  assert.equal(given.length, 1)
  for (const { answer } of given) assert.equal((await userinfo(answer.access_token)).status, 401)
})

test('a code that comes again while it is being turned into a token waits, and is then known as used', async () => {
  const code = await codeOf(signIn())
  const given = { agency: FREDENSBORG, client: 'web', redirectUri: CALLBACK, code, now: clock.now() }
  const ctx = library.context()
  let second: ReturnType<typeof redeemCode> | undefined
  const first = await transact(ctx, async (ctx) => {
    const done = await redeemCode(ctx, given)
    second = redeemCode(library.context(), given)
    for (let waiting = 0; waiting === 0; ) {
      const row = await ctx.db.one(sql<{ count: number }>`
        select count(*)::int from pg_stat_activity where wait_event_type = 'Lock' and usename = current_user`)
      waiting = row.count
    }
    return done
  })
  assert.equal(first.ok, true)
  assert.deepEqual(await second, { ok: false, refusal: { kind: 'used' } })
})

test('a code ends after five minutes', async () => {
  const [early, late] = [await codeOf(signIn()), await codeOf(signIn())]
  clock.moveTo(clock.now().add({ minutes: 4, seconds: 59 }))
  assert.equal((await exchange(early)).response.status, 200)
  clock.moveTo(clock.now().add({ seconds: 1 }))
  assert.equal((await exchange(late)).answer.error, 'invalid_grant')
})

test('a code is worth nothing to another client, for another address or with a wrong secret, and stays good', async () => {
  const code = await codeOf(signIn())
  const other = { client_id: 'other', client_secret: otherSecret }
  assert.equal((await exchange(code, other)).answer.error, 'invalid_grant')
  assert.equal((await exchange(code, { ...other, redirect_uri: OTHER_CALLBACK })).answer.error, 'invalid_grant')
  assert.equal((await exchange(code, { redirect_uri: `${CALLBACK}/` })).answer.error, 'invalid_grant')
  for (const client_secret of [otherSecret, `${secret}x`, '']) {
    const { response, answer } = await exchange(code, { client_secret })
    assert.equal(response.status, 401)
    assert.equal(answer.error, 'invalid_client')
  }
  assert.equal((await exchange(code)).response.status, 200)
})

test('a client that was shut out gets nothing, and what it had is worth nothing', async () => {
  const own = await newClient('short-lived', 'https://short.example.org/cb', ['uniqueId'])
  const client = { client_id: 'short-lived', client_secret: own }
  const asked = { grant_type: 'password', username: '@721000', password: '@721000', ...client }
  const { answer } = await askToken(asked)
  assert.equal((await userinfo(answer.access_token)).status, 200)
  assert.equal(await disableClient(library.installation.data.owner(), 'short-lived'), true)
  assert.equal((await userinfo(answer.access_token)).status, 401)
  assert.equal((await askToken(asked)).answer.error, 'invalid_client')
  const page = await browser().go(asking({ client_id: 'short-lived', redirect_uri: 'https://short.example.org/cb' }))
  assert.equal(page.status, 400)
})

test('a library signs in as itself and is nobody', async () => {
  for (const name of ['@721000', '@DK-721000']) {
    const { answer } = await askToken({ grant_type: 'password', username: name, password: name })
    assert.match(answer.access_token, /^721000-/)
    assert.deepEqual((await userinfo(answer.access_token)).attributes, {})
    const { body } = await introspect(answer.access_token)
    assert.deepEqual([body.active, body.type, body.uniqueId], [true, 'anonymous', null])
    const bearer = await readToken(deps, answer.access_token)
    assert.deepEqual([bearer?.kind, bearer?.patronId, bearer?.agency], ['anonymous', null, FREDENSBORG])
  }
  const unknown = await askToken({ grant_type: 'password', username: '@799900', password: '@799900' })
  assert.equal(unknown.answer.error, 'invalid_grant')
})

test('a patron’s card and PIN give a token at their own library', async () => {
  const asked = { grant_type: 'password', username: cast.asta.card, password: PIN }
  const { answer } = await askToken({ ...asked, agency: 'DK-721000' })
  assert.equal((await userinfo(answer.access_token)).attributes.userId, cast.asta.number)
  assert.equal((await askToken({ ...asked, agency: GLOSTRUP })).answer.error, 'invalid_grant')
  assert.equal((await askToken(asked)).answer.error, 'invalid_grant')
  assert.equal((await askToken({ ...asked, agency: FREDENSBORG, password: '0000' })).answer.error, 'invalid_grant')
})

test('a replacement number never leaves the house, and its patron still has a name of their own', async () => {
  const { attributes } = await userinfo(await tokenOf(cast.asta.card))
  assert.ok(!('cpr' in attributes))
  assert.doesNotMatch(JSON.stringify(attributes), /7403851048/)
  assert.match(String(attributes.uniqueId), /^[0-9a-f]{64}$/)
  assert.notEqual(attributes.uniqueId, (await userinfo(await tokenOf(cast.dines.card))).attributes.uniqueId)
})

test('someone with MitID who is no patron gets a token that only its bearer can read', async () => {
  const code = await codeOf(throughMitid())
  const { db } = library.context()
  // Text that was not sealed would show in this encoding.
  const waiting = await db.all(sql`
    select *, encode(person_sealed, 'escape') as readable from oauth_code where code_hash = ${hashOf(code)}`)
  const { answer } = await exchange(code)
  assert.equal(answer.expires_in, 3600)
  const { attributes } = await userinfo(answer.access_token)
  assert.equal(attributes.cpr, STRANGERS_CPR)
  assert.equal(attributes.idpUsed, 'nemlogin')
  assert.deepEqual(attributes.agencies, [])
  const bearer = await readToken(deps, answer.access_token)
  assert.ok(bearer?.kind === 'person')
  assert.deepEqual(bearer.person, { cpr: STRANGERS_CPR, name: 'Stine Prøve' })
  const kept = await db.all(sql`
    select *, encode(person_sealed, 'escape') as readable from oauth_token
    where token_hash = ${hashOf(answer.access_token)}`)
  assert.deepEqual([waiting.length, kept.length], [1, 1])
  for (const hidden of [STRANGERS_CPR, 'Stine', code, answer.access_token]) {
    assert.ok(!JSON.stringify([waiting, kept]).includes(hidden))
  }
  const used = await db.one(sql<{ person_sealed: unknown }>`
    select person_sealed from oauth_code where code_hash = ${hashOf(code)}`)
  assert.equal(used.person_sealed, null, 'a code that was used holds nobody any more')
})

test('a sealed person that was moved to another token does not open', async () => {
  const [one, other] = [
    (await exchange(await codeOf(throughMitid()))).answer.access_token,
    (await exchange(await codeOf(throughMitid()))).answer.access_token,
  ]
  const moved = await library.context().db.run(sql`
    update oauth_token set person_sealed = (select person_sealed from oauth_token where token_hash = ${hashOf(one)})
    where token_hash = ${hashOf(other)}`)
  assert.equal(moved, 1)
  assert.deepEqual([(await userinfo(one)).status, (await userinfo(other)).status], [200, 500])
  assert.throws(() => openPerson(other, 'token', 'id', sealPerson(one, 'token', 'id', { cpr: CPR })))
  assert.throws(() => openPerson(one, 'code', 'id', sealPerson(one, 'token', 'id', { cpr: CPR })))
  assert.throws(() => openPerson(one, 'token', 'other', sealPerson(one, 'token', 'id', { cpr: CPR })))
})

test('someone who becomes a patron while signed in is one with the same token', async () => {
  mitidSays = { cpr: '0250000003', name: 'Søs Prøve' }
  const { answer } = await exchange(await codeOf(throughMitid()))
  mitidSays = { cpr: STRANGERS_CPR, name: 'Stine Prøve' }
  const before = await userinfo(answer.access_token)
  assert.equal(before.attributes.cpr, '0250000003')
  const ctx = library.context()
  const address = { address: 'Pilekrogen 7', postcode: '3480', city: 'Fredensborg', municipality: '0210' }
  const enrolled = await enrolPatron(ctx, cast.branch, { name: 'Søs Prøve', cpr: '6101700002', ...address })
  assert.ok(enrolled.ok)
  const hash = await ctx.vault.lookupHash('cpr', '0250000003')
  const sealed = await ctx.vault.seal(enrolled.value.id, 'patron.cpr_sealed', '0250000003')
  await ctx.db.run(sql`update patron set cpr_hash = ${hash}, cpr_sealed = ${sealed} where id = ${enrolled.value.id}`)
  assert.equal((await readToken(deps, answer.access_token))?.patronId, enrolled.value.id)
  const now = await userinfo(answer.access_token)
  assert.equal(now.attributes.userId, enrolled.value.number)
  assert.equal(now.attributes.uniqueId, before.attributes.uniqueId)
  const left = await ctx.db.all(sql`
    select 1 from oauth_token where patron_id = ${enrolled.value.id} and person_sealed is not null`)
  assert.deepEqual(left, [])
})

test('a patron who comes with MitID is known, and MitID that came to nothing signs nobody in', async () => {
  mitidSays = { cpr: CPR, name: undefined }
  const { answer } = await exchange(await codeOf(throughMitid()))
  assert.equal((await userinfo(answer.access_token)).attributes.userId, cast.bo.number)
  mitidSays = undefined
  const failed = await throughMitid()
  assert.equal(failed.status, 422)
  const page = await failed.text()
  assert.match(page, /Prøv igen/)
  assert.match(page, /href="https:\/\/web\.example\.org\/callback\?error=access_denied&amp;state=/)
  mitidSays = { cpr: STRANGERS_CPR, name: 'Stine Prøve' }
  const uncalled = await browser().go('/oauth/mitid?state=x&code=y')
  assert.equal(uncalled.status, 400)
  const { go, cookies } = browser()
  cookies.set('kvit-oauth-mitid', 'e30.forged')
  assert.equal((await go('/oauth/mitid?state=x&code=y')).status, 400)
})

test('who reads English goes to MitID and comes back in English, and an answer counts once', async () => {
  const { go } = browser()
  const sent = location(await go(`/en${asking({ agency: FREDENSBORG, idp: 'nemlogin' })}`))
  const answer = `${MITID_BACK}?state=${sent.searchParams.get('state')}&code=x`
  assert.equal((await go(answer)).headers.get('location'), `/en${answer}`)
  await codeOf(go(`/en${answer}`))
  const again = await go(`/en${answer}`)
  assert.equal(again.status, 400)
  assert.match(await again.text(), /Signing in with MitID did not work/)
})

test('a token of one library is nothing at another', async () => {
  const token = await tokenOf()
  const moved = token.replace(FREDENSBORG, GLOSTRUP)
  assert.notEqual(moved, token)
  assert.equal((await userinfo(moved)).status, 401)
  assert.deepEqual((await introspect(moved)).body, { active: false })
  assert.equal((await readToken(deps, token))?.agency, FREDENSBORG)
  assert.equal(await readToken(deps, moved), undefined)
  const code = await codeOf(signIn())
  assert.equal((await exchange(code.replace(FREDENSBORG, GLOSTRUP))).answer.error, 'invalid_grant')
  const away = await signIn({ agency: GLOSTRUP })
  assert.equal(away.status, 422, 'Bo is no patron of Glostrup')
})

test('one person has the same key at every library and for every client', async () => {
  const ctx = library.context(NIGHT, 'glostrup')
  const twin = await castIn(ctx)
  await giveCpr(twin.bo.id, ctx)
  await givePin(ctx, twin.bo.id)
  const there = await exchange(await codeOf(signIn({ agency: GLOSTRUP }, twin.bo.card)))
  assert.match(there.answer.access_token, /^716100-/)
  const here = await userinfo(await tokenOf())
  const { attributes } = await userinfo(there.answer.access_token)
  assert.equal(attributes.uniqueId, here.attributes.uniqueId)
  assert.doesNotMatch(JSON.stringify(attributes), /721000-|"agencyId":"721000"/)
})

test('a client that may not know the CPR number finds it nowhere, and nobody is told a PIN', async () => {
  const other = { client_id: 'other', client_secret: otherSecret, redirect_uri: OTHER_CALLBACK }
  const signedIn = await signIn({ client_id: 'other', redirect_uri: OTHER_CALLBACK })
  const { answer } = await exchange(await codeOf(signedIn), other)
  const { attributes } = await userinfo(answer.access_token)
  assert.deepEqual(Object.keys(attributes).sort(), ['agencies', 'uniqueId'])
  assert.doesNotMatch(JSON.stringify(attributes), new RegExp(CPR))
  const owner = library.installation.data.owner()
  const greedy = {
    id: 'greedy',
    title: 'G',
    redirectUris: [CALLBACK],
    attributes: ['pincode'],
    agencies: 'any',
  } as const
  assert.deepEqual(await addClient(owner, greedy), {
    ok: false,
    refusal: { kind: 'bad-attribute', attribute: 'pincode' },
  })
  await owner.run(sql`update shared.oauth_client set attributes = '{pincode,uniqueId}' where id = 'other'`)
  const again = await userinfo(answer.access_token)
  assert.deepEqual(Object.keys(again.attributes), ['uniqueId'])
  await owner.run(sql`update shared.oauth_client set attributes = '{uniqueId,agencies}' where id = 'other'`)
})

test('a client sees how its own token stands, and of another’s not even that it is good', async () => {
  const token = await tokenOf()
  const { body } = await introspect(token)
  assert.deepEqual(body, {
    active: true,
    clientId: 'web',
    uniqueId: (await userinfo(token)).attributes.uniqueId,
    type: 'authorized',
    expires: clock.now().add({ hours: 720 }).toString({ smallestUnit: 'millisecond' }),
    agency: FREDENSBORG,
  })
  assert.deepEqual((await introspect(token, 'other', otherSecret)).body, { active: false })
  assert.deepEqual((await introspect(`${FREDENSBORG}-${'x'.repeat(43)}`)).body, { active: false })
  assert.equal((await introspect(token, 'web', otherSecret)).status, 401)
  const unasked = await fetch(new URL(`/oauth/introspection?access_token=${token}`, base), { method: 'POST' })
  assert.equal(unasked.status, 401)
})

test('a token is thrown away once, and throwing it away again changes nothing', async () => {
  for (const path of ['/oauth/revoke', '/revoke/']) {
    const token = await tokenOf()
    const revoke = () => fetch(new URL(`${path}?access_token=${token}`, base), { method: 'DELETE' })
    assert.deepEqual(await (await revoke()).json(), { count: 1 })
    assert.equal((await userinfo(token)).status, 401)
    const again = await revoke()
    assert.equal(again.status, 200)
    assert.deepEqual(await again.json(), { count: 0 })
  }
})

test('signing out ends the token and leads back to the client’s own address only', async () => {
  const { go } = browser()
  const out = (token: string, redirect_uri: string, more = '') =>
    go(`/logout?access_token=${token}&redirect_uri=${encodeURIComponent(redirect_uri)}${more}`)
  const [one, other, third] = [await tokenOf(), await tokenOf(), await tokenOf()]
  const back = await out(one, CALLBACK)
  assert.equal(back.headers.get('location'), CALLBACK)
  assert.equal((await userinfo(one)).status, 401)
  assert.equal((await userinfo(other)).status, 200)
  for (const uri of ['https://evil.example/', `${CALLBACK}/`, OTHER_CALLBACK, '//evil.example']) {
    const stays = await out(await tokenOf(), uri)
    assert.equal(stays.status, 200)
    assert.equal(stays.headers.get('location'), null)
    assert.match(await stays.text(), /Du er logget ud/)
  }
  assert.equal((await out(one, CALLBACK)).headers.get('location'), CALLBACK, 'the token has ended already')
  await out(other, CALLBACK, '&singlelogout=true')
  assert.equal((await userinfo(third)).status, 401, 'everywhere means the other token too')
})

test('a token ends after thirty days of the world’s time', async () => {
  const token = await tokenOf()
  library.clock.moveTo(library.clock.now().add({ hours: 24 * 60 }))
  clock.moveTo(clock.now().add({ seconds: 30 * 86_400 - 1 }))
  assert.equal((await userinfo(token)).status, 200)
  clock.moveTo(clock.now().add({ seconds: 1 }))
  assert.equal((await userinfo(token)).status, 401)
})

test('a patron is signed out of every website at once', async () => {
  const tokens = [await tokenOf(cast.asta.card), await tokenOf(cast.asta.card)]
  const code = await codeOf(signIn({}, cast.asta.card))
  assert.ok((await revokeTokensOf(library.context(), cast.asta.id)) >= 2)
  for (const token of tokens) assert.equal((await userinfo(token)).status, 401)
  assert.equal((await exchange(code)).answer.error, 'invalid_grant')
})

test('a browser on any site may ask, and sees why it was refused', async () => {
  for (const path of ['/oauth/token', '/oauth/token/', '/userinfo', '/userinfo/']) {
    const preflight = await fetch(new URL(path, base), { method: 'OPTIONS' })
    assert.equal(preflight.status, 204)
    assert.equal(preflight.headers.get('access-control-allow-origin'), '*')
    assert.match(preflight.headers.get('access-control-allow-headers') ?? '', /authorization.*content-type/)
  }
  const { response, error } = await userinfo('nonsense')
  assert.equal(response.headers.get('access-control-allow-origin'), '*')
  assert.equal(error, 'invalid_token')
  const page = await browser().go(asking({ agency: FREDENSBORG }))
  assert.equal(page.headers.get('access-control-allow-origin'), null)
})

test('nonsense is refused in OAuth’s own words and breaks nothing', async () => {
  const form = 'application/x-www-form-urlencoded'
  const huge = 'x'.repeat(100_000)
  const bodies: [string, string][] = [
    [form, ''],
    [form, '%'],
    [form, 'grant_type=authorization_code&grant_type=password'],
    [form, `grant_type=${huge}`],
    [form, 'client_id=%00&client_secret=x'],
    [form, `client_id=web&client_secret=${secret}&grant_type=implicit`],
    [
      form,
      `client_id=web&client_secret=${secret}&grant_type=authorization_code&code=${'y'.repeat(2000)}&redirect_uri=x`,
    ],
    [form, `client_id=web&client_secret=${secret}&grant_type=password&username=%40&password=%40`],
    ['application/json', '{"client_id":"a\\u0000","client_secret":"b"}'],
    ['application/json', '[1,2,3]'],
    ['application/json', '{'],
    ['application/json', 'null'],
    ['application/json', '{"client_id":{"a":1},"__proto__":{"client_id":"web"}}'],
    ['text/plain', 'x'],
  ]
  for (const [type, body] of bodies) {
    const response = await fetch(new URL('/oauth/token', base), {
      method: 'POST',
      body,
      headers: { 'content-type': type },
    })
    const label = `${type} ${body.slice(0, 60)}`
    assert.ok(response.status >= 400 && response.status < 500, `${label}: ${response.status}`)
    assert.equal(response.headers.get('access-control-allow-origin'), '*', label)
    const answer = (await response.json()) as { error: unknown; error_description: unknown }
    assert.equal(typeof answer.error, 'string', label)
    assert.equal(typeof answer.error_description, 'string', label)
  }
  for (const authorization of ['', 'Bearer', 'Bearer ', `Bearer ${huge.slice(0, 8000)}`, 'Basic x', 'Bearer a b']) {
    const response = await fetch(new URL('/userinfo', base), { headers: { authorization } })
    assert.equal(response.status, 401, authorization.slice(0, 20))
  }
  for (const basic of ['%', 'web', `web:${secret}:x`, '%00:x', `${'é'.repeat(300)}:x`]) {
    const headers = { authorization: `Basic ${Buffer.from(basic).toString('base64')}` }
    const response = await fetch(new URL('/oauth/introspection?access_token=x', base), { method: 'POST', headers })
    assert.equal(response.status, 401, basic)
  }
  for (const path of [
    '/oauth/authorize',
    `${asking()}&state=a&state=b`,
    asking({ state: 'x'.repeat(5000) }),
    '/logout?access_token=a&access_token=b',
  ]) {
    const { status } = await browser().go(path)
    assert.ok(status === 400 || (path.startsWith('/logout') && status === 200), `${path.slice(0, 60)}: ${status}`)
  }
  const withNul = await fetch(new URL('/oauth/revoke?access_token=%00', base), { method: 'DELETE' })
  assert.equal(withNul.status, 400)
})

test('no log line holds a code, a token, a secret, a PIN or a CPR number', () => {
  assert.ok(logged.length > 100)
  const all = logged.join('')
  assert.ok(secrets.size > 20)
  for (const each of secrets) if (each.length > 4) assert.ok(!all.includes(each))
  assert.doesNotMatch(all, new RegExp(`"${PIN}"|=${PIN}`))
})
