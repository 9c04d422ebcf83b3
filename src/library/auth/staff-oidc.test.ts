import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { Provider } from 'oidc-provider'
import { addBranch } from '#agencies'
import type { Actor, StaffId } from '#core'
import { sql } from '#db'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { staffSite } from '../../../test/support/staff-site.ts'
import { signInAs, type Visitor, visit } from '../../../test/support/visitor.ts'
import { addStaff, changeRoles, setPassword, staffLeft } from './add-staff.ts'
import { admitMunicipal } from './admit-municipal.ts'
import { createStaffOidc, type StaffOidcConfig, staffOidcCallback } from './staff-oidc.ts'

const OPERATOR: Actor = { kind: 'operator', name: 'drift' }
const PUBLIC = 'https://bibliotek.example'
const BEGIN = '/fredensborg/staff/sign-in/municipality'
const CALLBACK = staffOidcCallback('fredensborg')

let library: TestLibrary
let app: FastifyInstance
let server: Server
let issuer: string

/** Whom the municipality's provider finds at its end, and what it tells of them. */
let person: { sub: string; [claim: string]: unknown } = { sub: 'anyone' }
let codeSeconds = 60

before(async () => {
  library = await openTestLibrary()
  await addBranch(library.context(), {
    code: 'HB',
    name: 'Hovedbiblioteket',
    address: 'A 1',
    postcode: '3480',
    city: 'F',
  })
  server = createServer()
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const address = server.address()
  assert.ok(address && typeof address === 'object')
  issuer = `http://127.0.0.1:${address.port}`
  server.on('request', providerAt(issuer))
  const oidc = createStaffOidc(config())
  app = await staffSite(library, { staffOidc: (agency) => (agency === 'fredensborg' ? oidc : undefined) })
})
after(async () => {
  await app.close()
  server.closeAllConnections()
  await new Promise((closed) => server.close(closed))
  await library.close()
})

function config(): StaffOidcConfig {
  return {
    issuer,
    clientId: 'kvit',
    clientSecret: 'hemmeligt',
    publicUrl: PUBLIC,
    claim: 'groups',
    roles: {
      'bib-skranke': { role: 'desk' },
      'bib-skranke-hb': { role: 'desk', branches: ['HB'] },
      'bib-skranke-lukket': { role: 'desk', branches: ['NEDLAGT'] },
      'bib-drift': { role: 'system' },
    },
  }
}

/** A real provider, which asks nobody anything: whoever comes is `person`. */
function providerAt(url: string) {
  const provider = new Provider(url, {
    clients: [{ client_id: 'kvit', client_secret: 'hemmeligt', redirect_uris: [`${PUBLIC}${CALLBACK}`] }],
    claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'groups'], email: ['email'] },
    cookies: { keys: ['for tests only'] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: async () => ({ ...person }) }),
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    ttl: {
      AuthorizationCode: () => codeSeconds,
      Session: 60,
      Interaction: 60,
      Grant: 60,
      AccessToken: 60,
      IdToken: 60,
    },
    async loadExistingGrant({ oidc }) {
      const grant = new provider.Grant({ clientId: oidc.client?.clientId, accountId: oidc.session?.accountId })
      grant.addOIDCScope('openid profile email')
      await grant.save()
      return grant
    },
  })
  const answer = provider.callback()
  return async (...[request, response]: Parameters<typeof answer>) => {
    if (!request.url?.startsWith('/interaction/')) return answer(request, response)
    const result =
      person.sub === 'fortryder' ? { error: 'access_denied' } : { login: { accountId: person.sub, remember: false } }
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
  }
}

/** Goes to the provider as a browser does and comes back with what it added to our address. */
async function atProvider(location: string): Promise<string> {
  const cookies = new Map<string, string>()
  let url = location
  for (let hops = 0; hops < 8; hops++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie } })
    for (const line of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s)
      cookies.set(name, value)
    }
    const next = answer.headers.get('location')
    assert.ok(next, `${answer.status} ${await answer.text()}`)
    url = new URL(next, url).href
    if (url.startsWith(PUBLIC)) return url.slice(PUBLIC.length)
  }
  throw new Error('the provider never sent us back')
}

async function begin(visitor: Visitor, next = ''): Promise<string> {
  const sent = await visitor.get(next ? `${BEGIN}?next=${encodeURIComponent(next)}` : BEGIN)
  assert.equal(sent.statusCode, 303, sent.body)
  return String(sent.headers.location)
}

async function signIn(visitor: Visitor, next?: string) {
  return visitor.get(await atProvider(await begin(visitor, next)))
}

async function isSignedIn(visitor: Visitor): Promise<boolean> {
  return (await visitor.get('/fredensborg/staff')).statusCode === 200
}

function accountOf(sub: string) {
  return library
    .context()
    .db.maybe<{ id: StaffId; username: string; name: string; roles: string[]; branch_ids: string[] }>(
      sql`select id, username, name, roles, branch_ids from staff where issuer = ${issuer} and subject = ${sub}`,
    )
}

test('whoever the municipality gives a role is signed in and comes to the page they wanted', async () => {
  person = {
    sub: 'u1',
    name: 'Karen Prøve',
    preferred_username: 'kapr',
    email: 'k@example.org',
    groups: ['bib-skranke', 'andet'],
  }
  const karen = visit(app)
  assert.match((await karen.get('/fredensborg/staff/sign-in')).body, /Log ind med kommunens login/)
  const location = new URL(await begin(karen, '/fredensborg/staff/sessions'))
  assert.equal(location.searchParams.get('code_challenge_method'), 'S256')
  for (const name of ['state', 'nonce', 'code_challenge']) {
    assert.ok((location.searchParams.get(name) ?? '').length >= 32, name)
  }
  const back = await karen.get(await atProvider(location.href))
  assert.equal(back.statusCode, 303, back.body)
  assert.equal(back.headers.location, '/fredensborg/staff/sessions')
  assert.match((await karen.get('/fredensborg/staff')).body, /Karen Prøve/)
  const { id: _id, ...account } = (await accountOf('u1')) ?? assert.fail()
  assert.deepEqual(account, { username: 'kapr', name: 'Karen Prøve', roles: ['desk'], branch_ids: [] })
})

test('roles, branches and name follow the municipality at each sign-in, and older sessions end when they change', async () => {
  person = { sub: 'u2', name: 'Lise Prøve', preferred_username: 'lipr', groups: 'bib-drift' }
  const [desk, home] = [visit(app), visit(app)]
  await signIn(desk)
  assert.match((await desk.get('/fredensborg/staff')).body, /system/)
  await signIn(home)
  assert.equal(await isSignedIn(desk), true, 'nothing changed, so nothing ends')
  person = { ...person, name: 'Lise Nygift', groups: ['bib-skranke-hb'] }
  await signIn(home)
  assert.equal(await isSignedIn(desk), false)
  const page = await home.get('/fredensborg/staff')
  assert.match(page.body, /Lise Nygift/)
  assert.doesNotMatch(page.body, /system/)
  assert.equal((await accountOf('u2'))?.branch_ids.length, 1)
})

test('who has no role at the library is signed in nowhere, also who had one yesterday', async () => {
  person = { sub: 'u3', name: 'Mette Prøve', groups: ['byraadet'] }
  const mette = visit(app)
  const refused = await signIn(mette)
  assert.equal(refused.statusCode, 403)
  assert.match(refused.body, /ikke givet dig en rolle/)
  assert.equal(await accountOf('u3'), undefined, 'and no account is made')
  person = { ...person, groups: ['bib-skranke'] }
  await signIn(mette)
  assert.equal(await isSignedIn(mette), true)
  for (const groups of [[], ['__proto__', 'constructor'], undefined]) {
    person = { ...person, groups }
    assert.equal((await signIn(visit(app))).statusCode, 403)
    assert.equal(await isSignedIn(mette), false)
    assert.deepEqual((await accountOf('u3'))?.roles, [])
  }
})

test('a role at a branch that there is not is no role, rather than a role everywhere', async () => {
  person = { sub: 'u4', name: 'Nina Prøve', groups: ['bib-skranke-lukket'] }
  assert.equal((await signIn(visit(app))).statusCode, 403)
  // Where one role is bound to a branch and another is not, the account is bound.
  person = { ...person, groups: ['bib-drift', 'bib-skranke-hb'] }
  assert.equal((await signIn(visit(app))).statusCode, 303)
  const account = await accountOf('u4')
  assert.deepEqual([account?.roles, account?.branch_ids.length], [['desk', 'system'], 1])
})

test('who has left the library stays out, whatever the municipality says', async () => {
  person = { sub: 'u5', name: 'Ole Prøve', groups: ['bib-skranke'] }
  const ole = visit(app)
  await signIn(ole)
  const account = await accountOf('u5')
  assert.ok(account)
  assert.ok((await staffLeft(library.context(OPERATOR), account.id)).ok)
  assert.equal(await isSignedIn(ole), false)
  const refused = await signIn(ole)
  assert.equal(refused.statusCode, 403)
  assert.match(refused.body, /adgang til biblioteket er afsluttet/)
})

test('a local account of the same username is not taken over', async () => {
  const given = {
    username: 'chef',
    name: 'Lokal Chef',
    email: null,
    roles: ['system'] as const,
    password: 'fire store gule løver',
  }
  const local = await addStaff(library.context(OPERATOR), given)
  assert.ok(local.ok)
  person = { sub: 'u6', name: 'Ikke Chef', preferred_username: 'Chef', groups: ['bib-skranke'] }
  const visitor = visit(app)
  await signIn(visitor)
  const page = await visitor.get('/fredensborg/staff')
  assert.match(page.body, /Ikke Chef/)
  assert.doesNotMatch(page.body, /system/)
  assert.match((await accountOf('u6'))?.username ?? '', /^kommune-[0-9a-f]{16}$/)
})

test('an account of the municipality has no password here, and no roles but the municipality’s', async () => {
  person = { sub: 'u7', name: 'Per Prøve', preferred_username: 'pepr', groups: ['bib-skranke'] }
  await signIn(visit(app))
  const { id } = (await accountOf('u7')) ?? assert.fail()
  const ctx = library.context(OPERATOR)
  const elsewhere = { ok: false, refusal: { kind: 'signs-in-elsewhere' } }
  assert.deepEqual(await setPassword(ctx, id, { password: 'en helt ny kode' }), elsewhere)
  assert.deepEqual(await changeRoles(ctx, id, { roles: ['system'], branch_ids: [] }), elsewhere)
  for (const password of ['the password of nobody', ' ', 'null']) {
    const tried = await signInAs(visit(app, '192.0.2.7'), 'fredensborg', { username: 'pepr', password })
    assert.equal(tried.statusCode, 422)
  }
})

test('two windows at once make one account', async () => {
  const one = {
    issuer,
    subject: 'u8',
    username: 'tovi',
    name: 'To Vinduer',
    email: undefined,
    roles: ['desk'],
    branches: [],
  } as const
  const both = await Promise.all([admitMunicipal(library.context(), one), admitMunicipal(library.context(), one)])
  assert.deepEqual(
    both.map(({ ok }) => ok),
    [true, true],
  )
})

test('an answer that was used is refused, and so is one that belongs to another browser', async () => {
  person = { sub: 'u9', name: 'Rie Prøve', groups: ['bib-skranke'] }
  const [rie, thief] = [visit(app), visit(app)]
  const back = await atProvider(await begin(rie))
  await begin(thief)
  for (const visitor of [thief, visit(app)]) {
    const stolen = await visitor.get(back)
    assert.equal(stolen.statusCode, 403)
    assert.match(stolen.body, /Begynd forfra/)
    assert.equal(await isSignedIn(visitor), false)
  }
  const cookies = Object.fromEntries(rie.cookies)
  assert.equal((await rie.get(back)).statusCode, 303)
  assert.equal((await app.inject({ url: back, cookies })).statusCode, 403, 'replayed with the cookie of the first time')
  assert.equal((await rie.get(back)).statusCode, 403)
})

test('a state, an issuer and a nonce that are not ours are refused', async () => {
  person = { sub: 'u10', name: 'Sia Prøve', groups: ['bib-skranke'] }
  const changed = (back: string, name: string, value: string) => {
    const url = new URL(back, PUBLIC)
    url.searchParams.set(name, value)
    return url.pathname + url.search
  }
  for (const [name, value] of [
    ['state', 'x'.repeat(43)],
    ['iss', 'https://falsk.example'],
    ['code', 'gaettet'],
  ] as const) {
    const visitor = visit(app)
    const back = changed(await atProvider(await begin(visitor)), name, value)
    assert.equal((await visitor.get(back)).statusCode, 403, name)
    assert.equal(await isSignedIn(visitor), false, name)
  }
  const visitor = visit(app)
  const asked = new URL(await begin(visitor))
  asked.searchParams.set('nonce', 'en-anden-nonce-end-den-vi-sendte')
  assert.equal((await visitor.get(await atProvider(asked.href))).statusCode, 403, 'nonce')
  assert.equal(await accountOf('u10'), undefined)
})

test('a provider that calls itself something else than we were told is not trusted', async () => {
  const other = createStaffOidc({ ...config(), issuer: issuer.replace('127.0.0.1', 'localhost') })
  const begun = await other.begin('fredensborg', '/')
  assert.equal(begun.ok ? 'ok' : begun.refusal.kind, 'untrusted')
})

test('a provider that does not answer is asked again by the next person', async () => {
  const silent = createServer()
  await new Promise<void>((ready) => silent.listen(0, '127.0.0.1', ready))
  const address = silent.address()
  assert.ok(address && typeof address === 'object')
  await new Promise((closed) => silent.close(closed))
  const oidc = createStaffOidc({ ...config(), issuer: `http://127.0.0.1:${address.port}` })
  for (let times = 0; times < 2; times++) {
    assert.deepEqual(await oidc.begin('fredensborg', '/'), { ok: false, refusal: { kind: 'unreachable' } })
  }
})

test('a code that has grown old is refused', async () => {
  person = { sub: 'u11', name: 'Tue Prøve', groups: ['bib-skranke'] }
  codeSeconds = 1
  const visitor = visit(app)
  const back = await atProvider(await begin(visitor))
  codeSeconds = 60
  await wait(2100)
  assert.equal((await visitor.get(back)).statusCode, 403)
  assert.equal(await isSignedIn(visitor), false)
})

test('who changes their mind at the municipality is told so, and nothing is made', async () => {
  person = { sub: 'fortryder' }
  const refused = await signIn(visit(app))
  assert.equal(refused.statusCode, 403)
  assert.match(refused.body, /eller du fortrød/)
})

test('nobody is led to another site by way of the municipality', async () => {
  person = { sub: 'u12', name: 'Ulla Prøve', groups: ['bib-skranke'] }
  for (const next of ['https://example.com/', '//example.com', '/\\example.com']) {
    const back = await signIn(visit(app), next)
    assert.equal(back.headers.location, '/fredensborg/staff')
  }
})

test('a library without the municipality’s sign-in has neither link nor address for it', async () => {
  assert.equal((await visit(app).get('/stevns/staff/sign-in/municipality')).statusCode, 404)
  assert.doesNotMatch((await visit(app).get('/stevns/staff/sign-in')).body, /kommunens login/)
})
