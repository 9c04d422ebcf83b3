import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { hasPin, patronCookie, setPin, verifyPin } from '#auth'
import { dayOf, assert as must, type PatronId, type StaffId } from '#core'
import { sql } from '#db'
import { checkout } from '#loans'
import { logAccess } from '#privacy'
import { type MitIdSimulator, startMitIdSimulator } from '#simulators'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { PaperRegister } from '../../../test/support/register.ts'
import { type Roamer, roam, type Shown } from '../../../test/support/roamer.ts'
import { type Visitor, visit } from '../../../test/support/visitor.ts'
import { connectIdentity, type Identity, lateIdentity } from '../../identity.ts'
import { createSite } from '../../site.ts'
import { placeAccessBan, placeLoanBlock } from './blocks.ts'
import { setGuardian } from './guardians.ts'
import { writeNote } from './notes.ts'
import { publishTerms } from './terms.ts'

const SECRET = 'a secret of the test, long enough'
const PIN = '7391'
const ENROL = '/herning/enrol'
const NEWCOMERS = {
  nora: { name: 'Nora Nykommer', cpr: '7203881013' },
  ulla: { name: 'Ulla Ung', cpr: '6412124018' },
  emil: { name: 'Emil Udrejst', cpr: '7203881021' },
  frida: { name: 'Frida Fremmed', cpr: '7203881048' },
  dora: { name: 'Dora Dobbelt', cpr: '7203881056' },
  mads: { name: 'Mads Masse', cpr: '7203881064' },
  bodil: { name: 'Bodil Beskyttet', cpr: '7203881072' },
  stine: { name: 'Stine Stevns', cpr: '7203881080' },
  villy: { name: 'Villy Vent', cpr: '7203881099' },
  rosa: { name: 'Rosa Regler', cpr: '7203881102' },
} as const
const DESK = { kind: 'staff', id: '00000000-0000-7000-8000-0000000000a1' as StaffId, roles: ['desk'] } as const

let library: TestLibrary
let app: FastifyInstance
let origin: string
let broker: MitIdSimulator
let cast: Cast
let identity: Identity | undefined
const register = new PaperRegister()
const logged: string[] = []
const roamers: Roamer[] = []
let address = 0

before(async () => {
  const stream = new Writable({
    write(chunk, _encoding, done) {
      logged.push(String(chunk))
      done()
    },
  })
  library = await openTestLibrary({ agencies: ['herning', 'fredensborg'], log: pino({ level: 'debug' }, stream) })
  cast = await castIn(library.context())
  await castIn(library.context(undefined, 'fredensborg'))
  const operator = library.context({ kind: 'operator', name: 'test' })
  await publishTerms(operator, 'rules', { da: 'Aflever til tiden.\n\nPas på det lånte.', en: 'Return in time.' })
  await publishTerms(operator, 'prices', { da: 'Et gebyr er ti kroner.', en: 'A fee is ten kroner.' })
  for (const { cpr, name } of Object.values(NEWCOMERS)) register.put(cpr, { name: `${name} fra registret` })
  register.put(NEWCOMERS.ulla.cpr, { bornOn: Temporal.PlainDate.from('2012-12-04') })
  register.put(NEWCOMERS.emil.cpr, { status: '80' })
  register.put(NEWCOMERS.bodil.cpr, {
    protected: true,
    address: { address: 'Usynligvej 13', postcode: '7400', city: 'Herning' },
  })
  register.persons.delete(NEWCOMERS.frida.cpr)
  app = await createSite(library.installation, {
    identity: lateIdentity(() => identity),
    cprRegister: () => register,
  })
  origin = await app.listen({ host: '127.0.0.1', port: 0 })
  broker = await startMitIdSimulator({
    clients: [
      {
        id: 'kvit',
        secret: SECRET,
        redirectUris: ['herning', 'fredensborg'].map((agency) => `${origin}/${agency}/mitid/callback`),
      },
    ],
    persons: Object.values(NEWCOMERS),
  })
  identity = connectIdentity({ mitid: { issuer: broker.issuer, clientId: 'kvit', clientSecret: SECRET } }, origin)
})
after(async () => {
  await app?.close()
  await broker?.close()
  await library.close()
})

function somebody(): Roamer {
  const roamer = roam(origin)
  roamers.push(roamer)
  return roamer
}

function detailsIn(page: Shown): Record<string, string> {
  return {
    branch: new RegExp(`value="(${cast.branch})"`).exec(page.text)?.[1] ?? '',
    email: 'ny@example.org',
    phone: '',
    language: 'da',
    'accept-rules': '1',
    'accept-prices': '1',
  }
}

/** From the library's page to the page where the PIN is chosen. */
async function toReview(roamer: Roamer, person: string, more: Record<string, string> = {}): Promise<Shown> {
  const page = await roamer.mitId(ENROL, person)
  assert.equal(page.url.pathname, `${ENROL}/details`, page.text)
  return roamer.send(page, `${ENROL}/details`, { ...detailsIn(page), ...more })
}

async function patronCalled(name: string) {
  return library.context().db.all<{
    id: PatronId
    kind: string
    protected: boolean
    address: string | null
    photo_id_at: unknown
    cpr_hash: Buffer
    email: string | null
  }>(
    sql`select id, kind, protected, address, photo_id_at, cpr_hash, email from patron where name = ${`${name} fra registret`}`,
  )
}

test('somebody with MitID enrols on the web, is signed in, and is told to see the staff once', async () => {
  const nora = somebody()
  const begin = await nora.go(ENROL)
  assert.match(begin.text, /Er du fyldt 18/)
  assert.match(begin.text, /href="\/herning\/notice"/, 'the notice is there to read before anything is given')
  const form = await nora.mitId(ENROL, NEWCOMERS.nora.name)
  assert.equal(form.url.href, `${origin}${ENROL}/details`)
  assert.match(form.text, /Nora Nykommer fra registret/)
  assert.doesNotMatch(form.text, /name="name"|Registervej/, 'the name is not typed, and the address not shown')
  assert.match(form.text, /kan vi ikke minde dig om aflevering/, 'what leaving out costs is said')
  for (const text of ['Aflever til tiden.', 'Pas på det lånte.', 'Et gebyr er ti kroner.', 'Udgave 1']) {
    assert.ok(form.text.includes(text), text)
  }
  const review = await nora.send(form, `${ENROL}/details`, detailsIn(form))
  assert.equal(review.url.pathname, `${ENROL}/review`)
  assert.match(review.text, /ny@example\.org/)
  const mine = await nora.send(review, `${ENROL}/review`, { pin: PIN, again: PIN })
  assert.equal(mine.url.pathname, '/herning/me')
  assert.match(mine.text, /Du er nu låner/)
  assert.match(mine.text, /Kom forbi personalet på biblioteket én gang/)
  const [patron] = await patronCalled(NEWCOMERS.nora.name)
  must(patron !== undefined, 'nobody was enrolled')
  const ctx = library.context()
  const accepted = await ctx.db.all(sql`
    select document, version, accepted_by, channel from acceptance where patron_id = ${patron.id} order by document`)
  assert.deepEqual(accepted, [
    { document: 'prices', version: 1, accepted_by: 'patron', channel: 'web' },
    { document: 'rules', version: 1, accepted_by: 'patron', channel: 'web' },
  ])
  const pin = await ctx.db.one<{ set_by: string }>(sql`select set_by from pin where patron_id = ${patron.id}`)
  assert.equal(pin.set_by, 'mitid')
  const known = await verifyPin(ctx, { presented: NEWCOMERS.nora.cpr, pin: PIN, terminal: 'test' })
  assert.ok(known.ok && known.value === patron.id)
  assert.ok(register.followed.has(NEWCOMERS.nora.cpr), 'the register tells of changes')
  const block = await ctx.db.one<{ code: string }>(sql`select code from loan_block where patron_id = ${patron.id}`)
  assert.equal(block.code, 'self-enrolled')
})

test('in English the whole way', async () => {
  const villy = somebody()
  const form = await villy.mitId(`/en${ENROL}`, NEWCOMERS.villy.name)
  assert.equal(form.url.pathname, `/en${ENROL}/details`)
  assert.match(form.text, /Return in time\./)
  const stopped = await villy.send(form, `/en${ENROL}/stop`)
  assert.match(stopped.text, /The enrolment is stopped/)
  assert.equal((await villy.go(`/en${ENROL}/details`)).status, 410)
})

test('whoever leaves out e-mail and telephone must say that they know what it costs', async () => {
  const villy = somebody()
  const review = await toReview(villy, NEWCOMERS.villy.name, { email: '' })
  assert.match(review.text, /Det betyder det, du har ladet stå tomt/)
  const refused = await villy.send(review, `${ENROL}/review`, { pin: PIN, again: PIN })
  assert.equal(refused.status, 422)
  assert.match(refused.text, /href="#understood"/)
  assert.doesNotMatch(refused.text, new RegExp(PIN))
  const unlike = await villy.send(review, `${ENROL}/review`, { pin: PIN, again: '1111', understood: 'yes' })
  assert.match(unlike.text, /href="#again"/)
  assert.deepEqual(await patronCalled(NEWCOMERS.villy.name), [])
  const done = await villy.send(unlike, `${ENROL}/review`, { pin: PIN, again: PIN, understood: 'yes' })
  assert.equal(done.url.pathname, '/herning/me')
  const [patron] = await patronCalled(NEWCOMERS.villy.name)
  assert.equal(patron?.email, null)
})

test('what is wrong in the form stands at its field, and nothing is kept', async () => {
  const rosa = somebody()
  const form = await rosa.mitId(ENROL, NEWCOMERS.rosa.name)
  const wrong = { branch: 'nowhere', email: 'ingen', phone: '720388-1102', language: 'xx', 'accept-rules': '99' }
  const refused = await rosa.send(form, `${ENROL}/details`, wrong)
  assert.equal(refused.status, 422)
  const long = await rosa.send(form, `${ENROL}/details`, {
    ...detailsIn(form),
    email: `${'x'.repeat(2000)}@example.org`,
  })
  assert.match(long.text, /Skriv højst 200 tegn/)
  for (const name of ['branch', 'email', 'phone', 'accept-rules', 'accept-prices']) {
    assert.ok(refused.text.includes(`href="#${name}"`), name)
    assert.ok(refused.text.includes(`for="${name}"`), name)
  }
  assert.doesNotMatch(refused.text, /720388-?1102/)
  assert.equal((await rosa.go(`${ENROL}/review`)).url.pathname, `${ENROL}/details`)
})

test('rules that were published meanwhile are read and accepted before anything is kept', async () => {
  const rosa = somebody()
  const review = await toReview(rosa, NEWCOMERS.rosa.name)
  const operator = library.context({ kind: 'operator', name: 'test' })
  await publishTerms(operator, 'house-rules', { da: 'Løb ikke.', en: 'Do not run.' })
  const again = await rosa.send(review, `${ENROL}/review`, { pin: PIN, again: PIN })
  assert.equal(again.status, 422)
  assert.match(again.text, /Løb ikke\./)
  assert.match(again.text, /href="#accept-house-rules"/)
  assert.deepEqual(await patronCalled(NEWCOMERS.rosa.name), [])
  await operator.db.run(sql`delete from terms where document = 'house-rules'`)
})

test('who is too young is told from which age, and nothing is kept of them', async () => {
  const ulla = somebody()
  const page = await ulla.mitId(ENROL, NEWCOMERS.ulla.name)
  assert.equal(page.status, 403)
  assert.match(page.text, /Du skal være fyldt 18/)
  assert.equal(ulla.cookie('kvit-enrol-herning'), undefined)
  assert.equal((await ulla.go(`${ENROL}/details`)).status, 410)
})

test('whom the register does not know, or has moved abroad, comes to the library', async () => {
  const emil = await somebody().mitId(ENROL, NEWCOMERS.emil.name)
  assert.match(emil.text, /står du ikke med bopæl/)
  const frida = await somebody().mitId(ENROL, NEWCOMERS.frida.name)
  assert.match(frida.text, /CPR-registret fortæller os ikke/)
  assert.equal(frida.status, 403)
})

test('while the register is down nobody enrols, since it alone knows who is protected', async () => {
  register.down = true
  const page = await somebody().mitId(ENROL, NEWCOMERS.bodil.name)
  register.down = false
  assert.equal(page.status, 403)
  assert.match(page.text, /CPR-registret svarer ikke/)
})

test('a protected address is sealed, also when the register falls silent before the form is sent', async () => {
  const bodil = somebody()
  const review = await toReview(bodil, NEWCOMERS.bodil.name)
  register.down = true
  const done = await bodil.send(review, `${ENROL}/review`, { pin: PIN, again: PIN })
  register.down = false
  assert.equal(done.url.pathname, '/herning/me')
  const [patron] = await patronCalled(NEWCOMERS.bodil.name)
  assert.deepEqual([patron?.protected, patron?.address], [true, null])
  for (const text of bodil.seen) assert.doesNotMatch(text, /Usynligvej/)
  const data = await bodil.go('/herning/me/data')
  assert.doesNotMatch(data.text, /Usynligvej/)
  const copy = await bodil.go('/herning/me/copy/json')
  assert.match(copy.text, /Usynligvej 13/, 'the copy is whole')
})

test('two submits at once enrol once', async () => {
  const dora = somebody()
  const review = await toReview(dora, NEWCOMERS.dora.name)
  const pages = await Promise.all([1, 2].map(() => dora.send(review, `${ENROL}/review`, { pin: PIN, again: PIN })))
  assert.equal((await patronCalled(NEWCOMERS.dora.name)).length, 1)
  assert.deepEqual(pages.map(({ status }) => status).sort(), [200, 409])
  assert.ok(pages.some(({ text }) => text.includes('Du er allerede låner her')))
})

test('an enrolment that is sent again enrols and signs in nobody', async () => {
  const dora = somebody()
  const stine = somebody()
  const review = await toReview(stine, NEWCOMERS.stine.name)
  const kept = stine.cookie('kvit-enrol-herning') ?? ''
  const form = stine.cookie('kvit-form') ?? ''
  await stine.send(review, `${ENROL}/review`, { pin: PIN, again: PIN })
  assert.equal(stine.cookie('kvit-enrol-herning'), undefined)
  dora.plant('kvit-enrol-herning', kept)
  dora.plant('kvit-form', form)
  const again = await dora.send(review, `${ENROL}/review`, { pin: '1111', again: '1111' })
  assert.equal(again.status, 409)
  assert.equal(dora.cookie(patronCookie('herning')), undefined)
  const known = await verifyPin(library.context(), { presented: NEWCOMERS.stine.cpr, pin: '1111', terminal: 'test' })
  assert.equal(known.ok, false, 'the PIN is the one that was chosen')
  const callback = stine.been.find((place) => place.includes('/mitid/callback?')) ?? ''
  assert.equal((await somebody().go(callback)).url.search, '?mitid=wrong-state')
})

test('what was begun at one library is nothing at another, and cannot be made by hand', async () => {
  const rosa = somebody()
  await toReview(rosa, NEWCOMERS.rosa.name)
  rosa.plant('kvit-enrol-fredensborg', rosa.cookie('kvit-enrol-herning') ?? '')
  assert.equal((await rosa.go('/fredensborg/enrol/review')).status, 410)
  const made = Buffer.from(JSON.stringify({ cpr: '7203881110', name: 'Opdigtet' })).toString('base64url')
  rosa.plant('kvit-enrol-herning', made)
  assert.equal((await rosa.go(`${ENROL}/details`)).status, 410)
})

test('fields that the form does not have change nothing', async () => {
  const mads = somebody()
  const extra = {
    kind: 'institution',
    contactName: 'Ingen',
    protected: 'yes',
    photoIdSeen: 'yes',
    photoId: 'yes',
    cpr: '7203881110',
    name: 'Et Andet Navn',
    address: 'Et andet sted 1',
    card: '29900000099',
    way: 'desk',
    acceptedBy: 'guardian',
    enrolledAt: '1999-01-01T00:00:00Z',
    told: '{}',
  }
  const review = await toReview(mads, NEWCOMERS.mads.name, extra)
  await mads.send(review, `${ENROL}/review`, { ...extra, pin: PIN, again: PIN, email: 'anden@example.org' })
  const ctx = library.context()
  const [patron] = await patronCalled(NEWCOMERS.mads.name)
  must(patron !== undefined, 'nobody was enrolled')
  const { kind, photo_id_at, address: home, email } = patron
  assert.deepEqual(
    [kind, patron.protected, photo_id_at, home, email],
    ['person', false, null, 'Registervej 1', 'ny@example.org'],
  )
  assert.deepEqual(patron.cpr_hash, Buffer.from(await ctx.vault.lookupHash('cpr', NEWCOMERS.mads.cpr)))
  const cards = await ctx.db.all(sql`
    select kind from identifier where patron_id = ${patron.id} and kind = 'library-card'`)
  assert.deepEqual(cards, [])
})

test('where the policy says nothing of enrolling oneself, one comes with a health card', async () => {
  const page = await somebody().go('/fredensborg/enrol')
  assert.equal(page.status, 200)
  assert.match(page.text, /Tag dit sundhedskort med/)
  const stranger = somebody()
  const told = await stranger.mitId('/fredensborg/sign-in', NEWCOMERS.rosa.name)
  assert.equal(told.status, 403)
  assert.match(told.text, /Tag dit sundhedskort med/)
  assert.equal(stranger.cookie('kvit-enrol-fredensborg'), undefined)
})

/** A patron of the cast, signed in with card and PIN. */
async function signedIn(who: 'asta' | 'bo'): Promise<Visitor> {
  address += 1
  const visitor = visit(app, `192.0.2.${address}`)
  must((await setPin(library.context(), cast[who].id, PIN, 'mitid')).ok, 'no PIN was set')
  const page = '/herning/sign-in'
  const done = await visitor.send(page, page, { presented: cast[who].card, pin: PIN })
  assert.equal(done.statusCode, 303, done.body)
  return visitor
}

test('"My page" shows what the library has to say, who has looked and why, and when the account ends', async () => {
  const desk = library.context(DESK)
  await writeNote(desk, cast.bo.id, 'patron', 'Din tegnebog ligger i skranken')
  await writeNote(desk, cast.bo.id, 'staff', 'Internt om Bo')
  await placeLoanBlock(desk, cast.bo.id, { code: 'other', reason: 'sagsnummer', message: 'Kom og tal med os' })
  await placeAccessBan(desk, cast.bo.id, { reason: 'uro', message: 'Bliv væk', fromOn: dayOf(desk.clock.now()) })
  await logAccess(desk, cast.bo.id, 'siden ved skranken', 'Låneren bad om hjælp')
  await logAccess(desk, cast.bo.id, 'navn i en søgning', '')
  const page = await (await signedIn('bo')).get('/herning/me')
  assert.equal(page.statusCode, 200)
  for (const text of [
    'Din tegnebog ligger i skranken',
    'Kom og tal med os',
    'Bliv væk',
    'siden ved skranken',
    'Låneren bad om hjælp',
    'Ingen grund angivet',
    'slettes din konto den',
  ]) {
    assert.ok(page.body.includes(text), text)
  }
  assert.doesNotMatch(page.body, /Internt om Bo|sagsnummer/)
})

test('a patron reads all that is held about them with the day it goes, and takes a copy, and no look of staff is noted', async () => {
  const ctx = library.context()
  must((await checkout(ctx, { card: cast.asta.card, barcode: 'A1' })).ok, 'nothing was lent')
  const asta = await signedIn('asta')
  const page = await asta.get('/herning/me/data')
  assert.equal(page.statusCode, 200)
  for (const text of ['asta@example.org', 'Titel A', 'Bliver slettet', cast.asta.number]) {
    assert.ok(page.body.includes(text), text)
  }
  assert.doesNotMatch(page.body, /740385-?1048/)
  const english = await asta.get('/en/herning/me/data')
  assert.match(english.body, /Is deleted/)
  for (const [format, type] of [
    ['html', 'text/html'],
    ['pdf', 'application/pdf'],
    ['json', 'application/json'],
  ] as const) {
    const copy = await asta.get(`/herning/me/copy/${format}`)
    assert.equal(copy.statusCode, 200)
    assert.match(String(copy.headers['content-type']), new RegExp(`^${type}`))
    assert.equal(copy.headers['content-disposition'], `attachment; filename="mine-oplysninger.${format}"`)
    assert.equal(copy.headers['cache-control'], 'no-store')
  }
  assert.match((await asta.get('/herning/me/copy/json')).body, /asta@example\.org/)
  for (const other of ['xml', 'constructor']) {
    assert.equal((await asta.get(`/herning/me/copy/${other}`)).statusCode, 404, other)
  }
  const looks = await ctx.db.all(sql`select id from access_log where patron_id = ${cast.asta.id}`)
  assert.deepEqual(looks, [])
})

test('nobody sees another’s data, whatever they write in the address, and nobody who is not signed in sees any', async () => {
  const bo = await signedIn('bo')
  for (const query of ['', `?id=${cast.asta.id}`, `?patron=${cast.asta.id}&patron_id=${cast.asta.id}`]) {
    for (const path of ['/herning/me/data', '/herning/me/copy/json', '/herning/me']) {
      assert.doesNotMatch((await bo.get(`${path}${query}`)).body, /asta@example\.org|Titel A/, `${path}${query}`)
    }
  }
  for (const path of ['data', 'copy/json', `children/${cast.clara.id}`]) {
    const answer = await visit(app).get(`/herning/me/${path}`)
    assert.equal(answer.statusCode, 303, path)
    assert.match(String(answer.headers.location), /^\/herning\/sign-in\?next=/)
  }
})

test('a guardian sees a child’s name and loans while the link stands, never an address, and nobody else sees anything', async () => {
  const desk = library.context(DESK)
  const guardian = { name: 'Asta Prøve', cpr: '740385-1048', proof: 'paper', maySee: true } as const
  must((await setGuardian(desk, cast.clara.id, guardian)).ok, 'no guardian')
  must((await checkout(desk, { card: cast.clara.card, barcode: 'B1' })).ok, 'nothing was lent')
  const asta = await signedIn('asta')
  const link = `/herning/me/children/${cast.clara.id}`
  const me = await asta.get('/herning/me')
  assert.ok(me.body.includes(link))
  assert.match(me.body, /Barnet har lånt 1 ting/)
  const child = await asta.get(link)
  assert.equal(child.statusCode, 200)
  assert.match(child.body, /Clara Prøve/)
  assert.match(child.body, /Titel B/)
  assert.doesNotMatch(child.body, /Pilekrogen|clara@example\.org|900612/)
  const bo = await signedIn('bo')
  for (const id of [cast.clara.id, cast.asta.id, 'x', `${cast.clara.id}'--`]) {
    const answer = await bo.get(`/herning/me/children/${encodeURIComponent(id)}`)
    assert.equal(answer.statusCode, 404, id)
    assert.doesNotMatch(answer.body, /Clara|Titel B/)
  }
  assert.equal((await asta.get(`/herning/me/children/${cast.bo.id}`)).statusCode, 404)
  await desk.db.run(sql`delete from ward where child_id = ${cast.clara.id}`)
  assert.equal((await asta.get(link)).statusCode, 404, 'the link has ended')
})

test('the session of another library is nothing here', async () => {
  const asta = await signedIn('asta')
  const token = asta.cookies.get(patronCookie('herning')) ?? ''
  const cookies = { [patronCookie('herning')]: token, [patronCookie('fredensborg')]: token }
  for (const path of ['data', 'copy/json', `children/${cast.clara.id}`]) {
    const answer = await app.inject({ url: `/fredensborg/me/${path}`, cookies })
    assert.equal(answer.statusCode, 303, path)
  }
})

test('no CPR number or PIN stands in an address, a cookie, a page or the log', async () => {
  assert.ok(await hasPin(library.context(), cast.asta.id))
  assert.ok(roamers.flatMap(({ been }) => been).length > 50 && logged.length > 50)
  const secrets = new RegExp(
    Object.values(NEWCOMERS)
      .map(({ cpr }) => `${cpr.slice(0, 6)}-?${cpr.slice(6)}`)
      .join('|'),
  )
  for (const { been, seen } of roamers) {
    for (const place of been) assert.doesNotMatch(decodeURIComponent(place), secrets)
    // The patron's own copy is the one place where the number is told.
    for (const text of seen.filter((each) => !each.startsWith('{'))) assert.doesNotMatch(decoded(text), secrets)
  }
  for (const line of logged) {
    assert.doesNotMatch(line, secrets)
    assert.doesNotMatch(line, /Nykommer|Prøve|ny@example\.org/)
    assert.doesNotMatch(line, new RegExp(`"${PIN}"`))
  }
})

/** Also what a cookie holds when it is not sealed but only written in another way. */
function decoded(text: string): string {
  const cookies = [...text.matchAll(/kvit-enrol-[a-z]+=([\w-]{20,})/g)].map(([, value = '']) =>
    Buffer.from(value, 'base64url').toString('latin1'),
  )
  return [text, ...cookies].join('\n')
}
