import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { setOpeningHours } from '#agencies'
import { addStaff, addTerminal } from '#auth'
import { realClock, type StaffRole, silentLog } from '#core'
import { publishTerms, setGuardian } from '#patrons'
import { readSetting, shownName } from '#settings'
import { houseDesk, type LiveEntry, LiveLog, profileOf, sip2Setup } from '#sip2'
import { doors, reportSurveillance } from '#visits'
import { type Cast, castIn } from '../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../test/support/library.ts'
import { signInAs, type Visitor, visit } from '../test/support/visitor.ts'
import { createSite } from './site.ts'

const PASSWORD = 'fire store gule løver'
const PAGE = '/fredensborg/staff/settings/sip2'

let library: TestLibrary
let cast: Cast
let app: FastifyInstance
let keeper: Visitor
const live = new LiveLog()
let desk: Visitor

before(async () => {
  library = await openTestLibrary()
  cast = await castIn(library.context())
  const operator = library.context({ kind: 'operator', name: 'drift' })
  const machine = { name: 'automat-1', kind: 'self-service', branch: cast.branch, withoutPin: false } as const
  assert.ok((await addTerminal(operator, machine)).ok)
  const { installation } = library
  const libraries = { all: () => installation.agencies(), context: async () => undefined }
  app = await createSite(installation, { machines: { libraries, desk: houseDesk(), live, log: silentLog } })
  keeper = await signedIn('sonja', ['system'])
  desk = await signedIn('dora', ['desk'])
})
after(async () => {
  await app?.close()
  await library.close()
})

async function signedIn(username: string, roles: StaffRole[]): Promise<Visitor> {
  const operator = library.context({ kind: 'operator', name: 'drift' })
  const person = { username, name: `${username} prøve`, email: null, roles, password: PASSWORD }
  assert.ok((await addStaff(operator, person)).ok)
  const visitor = visit(app)
  await signInAs(visitor, 'fredensborg', { username, password: PASSWORD })
  return visitor
}

const profile = async () =>
  profileOf({ name: 'automat-1', kind: 'self-service' }, await readSetting(library.context(), sip2Setup))
const words = (body: string) => body.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')

test('the list of settings leads to machines, to debt collection for those who collect, and to staff for the system’s keepers', async () => {
  const seen = async (who: Visitor) => (await who.get('/fredensborg/staff/settings')).body
  assert.match(await seen(desk), /settings\/sip2/)
  assert.doesNotMatch(await seen(desk), /collection\/rules/)
  assert.match(await seen(keeper), /staff\/terminals"/)
})

test('what is set for all machines holds until a machine has an answer of its own, and can be brought back', async () => {
  const all = { based_on: '0', name: '', charset: 'cp850', acceptsNotLent: 'no' }
  assert.equal((await keeper.send(`${PAGE}/machine`, `${PAGE}/machine`, all)).statusCode, 303)
  assert.equal((await profile()).charset, 'cp850')
  const one = { based_on: '1', name: 'automat-1', charset: 'utf-8', from: '10.20.0.0/16', name_shown: '' }
  assert.equal((await keeper.send(`${PAGE}/machine?name=automat-1`, `${PAGE}/machine`, one)).statusCode, 303)
  assert.deepEqual([(await profile()).charset, (await profile()).from], ['utf-8', ['10.20.0.0/16']])
  assert.equal((await profile()).acceptsNotLent, false)
  const history = await keeper.get(`${PAGE}/history`)
  assert.match(words(history.body), /automat-1: Tegnsæt: UTF-8, Netværk, den må kalde fra: 10\.20\.0\.0\/16/)
  const back = await keeper.send(`${PAGE}/history`, `${PAGE}/history`, { version: '1', based_on: '2' })
  assert.equal(back.statusCode, 303)
  assert.equal((await profile()).charset, 'cp850')
})

test('a sorting plan is written a line for each bin; a line that is none is named', async () => {
  const plan = { based_on: '3', was: '', name: 'Kælderen', lines: '5; shelf; ; A; 86\n6; helt; forkert' }
  const wrong = await keeper.send(`${PAGE}/plan`, `${PAGE}/plan`, plan)
  assert.equal(wrong.statusCode, 422)
  assert.match(wrong.body, /Linje 2 kan ikke læses/)
  const right = { ...plan, lines: '5; shelf; ; A; 86\n6; home' }
  assert.equal((await keeper.send(`${PAGE}/plan`, `${PAGE}/plan`, right)).statusCode, 303)
  const { sortPlans } = await readSetting(library.context(), sip2Setup)
  assert.deepEqual(sortPlans.Kælderen, [
    { bin: '5', to: 'shelf', branch: 'A', shelf: '86' },
    { bin: '6', to: 'home' },
  ])
})

test('what somebody else has changed meanwhile is not overwritten, and a wrong network is told of', async () => {
  const late = await keeper.send(`${PAGE}/machine`, `${PAGE}/machine`, { based_on: '0', name: '', charset: 'utf-8' })
  assert.equal(late.statusCode, 409)
  assert.equal((await profile()).charset, 'cp850')
  const wrong = await keeper.send(`${PAGE}/machine`, `${PAGE}/machine`, { based_on: '4', name: '', from: 'hjemmefra' })
  assert.equal(wrong.statusCode, 422)
  assert.match(wrong.body, /href="#from"/)
})

test('those at the desk see the setting and do not change it', async () => {
  assert.equal((await desk.get(PAGE)).statusCode, 200)
  assert.equal((await desk.get(`${PAGE}/machine`)).statusCode, 403)
  assert.equal((await desk.send(PAGE, `${PAGE}/machine`, { based_on: '4', name: '' })).statusCode, 403)
})

test('who keeps the machines sees what they ask and how it went, by machine, and never whom or what it was about', async () => {
  const list = await keeper.get('/fredensborg/staff/terminals')
  assert.match(list.body, /href="\/fredensborg\/staff\/terminals\/traffic"/)
  assert.match(list.body, /href="\/fredensborg\/kiosk"/)
  assert.match(words(list.body), /Sidst set.*automat-1.*Aldrig.*I brug/)
  const page = '/fredensborg/staff/terminals/traffic'
  assert.match(words((await keeper.get(page)).body), /Ingen beskeder endnu/)
  const said = (more: Partial<LiveEntry>): void =>
    live.note({
      at: realClock.now(),
      agency: 'fredensborg',
      terminal: 'automat-1',
      code: '11',
      ms: 7.5,
      outcome: 'ok',
      ...more,
    })
  said({})
  said({ code: '09', terminal: 'sorter-2', outcome: 'unknown-item' })
  said({ code: '93', agency: '', terminal: undefined, outcome: 'bad-login' })
  said({ code: '63', agency: 'andetsteds', terminal: 'fremmed', outcome: 'wrong-pin' })
  const all = words((await keeper.get(page)).body)
  assert.match(
    all,
    /Ikke logget ind 93 Log ind Forkert navn eller nøgle.*sorter-2 09 Aflevering Ukendt materiale.*automat-1 11 Udlån Gjort 7,5/,
  )
  assert.doesNotMatch(all, /fremmed/, 'another library’s machines are theirs')
  const one = words((await keeper.get(`${page}?machine=automat-1`)).body)
  assert.match(one, /11 Udlån/)
  assert.doesNotMatch(one, /09 Aflevering/)
  assert.doesNotMatch(words((await keeper.get(`${page}?which=failed`)).body), /11 Udlån/)
  const strangers = words((await keeper.get(`${page}?machine=%3F`)).body)
  assert.match(strangers, /93 Log ind/)
  assert.doesNotMatch(strangers, /11 Udlån/)
  assert.equal((await desk.get(page)).statusCode, 403)
  assert.equal((await visit(app).get(page)).statusCode, 303)
})

const DOORS = '/fredensborg/staff/doors'
const RULES = '/fredensborg/staff/settings/doors'

test('staff see which doors answer, whether surveillance works, and in words who can let themselves in', async () => {
  const operator = library.context({ kind: 'operator', name: 'drift' })
  const door = { name: 'hoveddør', kind: 'door', branch: cast.branch, withoutPin: false } as const
  assert.ok((await addTerminal(operator, door)).ok)
  const week = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, opens: '06:00', closes: '22:00', staffed: false }))
  await setOpeningHours(operator, cast.branch, week)
  const silent = words((await desk.get(DOORS)).body)
  assert.match(silent, /Hovedbibliotek Uden personale Melder ikke 0/)
  assert.match(silent, /hoveddør Hovedbibliotek Svarer ikke aldrig/)
  assert.match(silent, /Overvågningen skal inden for de seneste 10 minutter have meldt, at den virker/)
  await reportSurveillance(operator, cast.branch, { healthy: true, by: 'hoveddør' })
  assert.match(words((await desk.get(DOORS)).body), /Uden personale Virker 0/)
})

test('how many there is room for is decided for each branch, and what cannot be is told at its field', async () => {
  const room = `capacity-${cast.branch}`
  const typed = { based_on: '0', houseRules: 'yes', surveillanceMinutes: '5', outageHours: '12', stayMinutes: '90' }
  const wrong = await keeper.send(RULES, RULES, { ...typed, outageHours: '100', [room]: 'mange' })
  assert.equal(wrong.statusCode, 422)
  assert.match(wrong.body, /href="#outageHours"/)
  assert.match(wrong.body, new RegExp(`href="#${room}"`))
  assert.match(wrong.body, /value="mange"/)
  assert.equal((await keeper.send(RULES, RULES, { ...typed, [room]: '40' })).statusCode, 303)
  const decided = await readSetting(library.context(), doors)
  assert.deepEqual([decided.outageHours, decided.capacity], [12, { A: 40 }])
  assert.match(words((await desk.get(DOORS)).body), /Virker 0 af 40/)
  assert.match(words((await desk.get(RULES)).body), /Højst inde på Hovedbibliotek 40/)
  assert.equal((await desk.send(DOORS, RULES, typed)).statusCode, 403)
  assert.equal((await keeper.get(`${RULES}/history`)).statusCode, 200)
  assert.equal((await keeper.send(RULES, RULES, typed)).statusCode, 409)
})

test('whoever accepts the house rules at the desk need not do it again on the web, and a guardian does it for a child', async () => {
  const operator = library.context({ kind: 'operator', name: 'drift' })
  assert.ok((await publishTerms(operator, 'house-rules', { da: 'Vær stille.', en: 'Be quiet.' })).ok)
  const patron = `/fredensborg/staff/desk/patrons/${cast.asta.id}`
  assert.match(words((await desk.get(patron)).body), /Har ikke sagt ja til ordensreglerne/)
  assert.equal((await desk.send(patron, `${patron}/house-rules`, { version: '1' })).statusCode, 303)
  assert.match(words((await desk.get(patron)).body), /Har sagt ja til udgave 1/)
  assert.equal((await keeper.send(DOORS, `${patron}/house-rules`, { version: '1' })).statusCode, 403)
  const child = `/fredensborg/staff/desk/patrons/${cast.clara.id}`
  assert.ok((await setGuardian(library.context(), cast.clara.id, { name: 'Carl Prøve', proof: 'mitid' })).ok)
  const asGuardian = { version: '1', by: 'guardian' }
  assert.equal((await desk.send(patron, `${patron}/house-rules`, asGuardian)).statusCode, 404, 'Asta has no guardian')
  assert.match(words((await desk.get(child)).body), /Værgen siger ja for barnet nu/)
  assert.equal((await desk.send(child, `${child}/house-rules`, asGuardian)).statusCode, 303)
  assert.match(words((await desk.get(child)).body), /Værgen har sagt ja til udgave 1/)
})

test('a library chooses its name and colours, looks at them first, and no colour that cannot be read is taken', async () => {
  const page = '/fredensborg/staff/settings/appearance'
  const wish = { name: 'Biblioteket i Bro & By', accent: '#6A3D6E', band: 'a4679f', version: '0' }
  const looked = await keeper.send(page, page, { ...wish, step: 'preview' })
  assert.equal(looked.statusCode, 200)
  assert.match(looked.body, /colours\.6a3d6ea4679f\.css/)
  assert.match(looked.body, /class="site-name"[^>]*>Biblioteket i Bro &amp; By</)
  assert.doesNotMatch((await desk.get(page)).body, /Bro &amp; By|colours\./, 'nobody else saw it, and nothing is saved')

  const pale = await keeper.send(page, page, { ...wish, accent: '#ffd23f', step: 'save' })
  assert.equal(pale.statusCode, 422)
  assert.match(words(pale.body), /#ffd23f er for lys: kontrasten er 1,3 til 1 og skal være mindst 4,5 til 1/)
  const [, shade = ''] = /name="step" value="accent(#[0-9a-f]{6})"/.exec(pale.body) ?? []
  const shaded = await keeper.send(page, page, { ...wish, accent: '#ffd23f', step: `accent${shade}` })
  assert.equal(shaded.statusCode, 200)
  assert.match(shaded.body, new RegExp(`name="accent"[^>]*value="${shade}"`))
  const wrong = [{ accent: 'rød' }, { band: '#ccc' }, { name: 'x'.repeat(61) }, { name: 'Bro 750920-6028' }]
  for (const typed of wrong) {
    const refused = await keeper.send(page, page, { ...wish, ...typed, step: 'save' })
    assert.equal(refused.statusCode, 422, JSON.stringify(typed))
  }

  assert.equal((await keeper.send(page, page, { ...wish, step: 'save' })).statusCode, 303)
  const front = (await visit(app).get('/fredensborg')).body
  assert.match(front, /<title>[^<]*Biblioteket i Bro &amp; By<\/title>/)
  assert.match(front, /href="\/assets\/colours\.6a3d6ea4679f\.css"/)
  assert.match(front, /name="theme-color" content="#6a3d6e"/)
  const manifest = (await visit(app).get('/fredensborg/manifest.webmanifest')).json()
  assert.match(
    JSON.stringify(manifest),
    /"name":"Biblioteket i Bro & By".*"theme_color":"#6a3d6e".*\/icons\/6a3d6e-192\.png/,
  )
  assert.equal((await visit(app).get('/icons/6a3d6e-192.png')).statusCode, 200)
  assert.match((await visit(app).get('/')).body, /Biblioteket i Bro &amp; By/)
  assert.equal(
    await shownName(library.context(), 'Fredensborg'),
    'Biblioteket i Bro & By',
    'which is what messages come from',
  )
  assert.equal((await desk.post(page, {})).statusCode, 403)

  const stale = await keeper.send(page, page, { ...wish, name: 'Andet', step: 'save', version: '0' })
  assert.equal(stale.statusCode, 422)
  const history = `${page}/history`
  assert.match(
    words((await desk.get(history)).body),
    /Bibliotekets navn: før som det blev oprettet, nu Biblioteket i Bro & By|nu Biblioteket i Bro &amp; By/,
  )
  assert.equal((await keeper.send(history, history, { version: '0', based_on: '1' })).statusCode, 303)
  assert.doesNotMatch((await visit(app).get('/fredensborg')).body, /Bro &amp; By|colours\./)
})
