import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { addBranch } from '#agencies'
import { addStaff, beginPatronSession, hasPin, patronSignedIn } from '#auth'
import type { PatronId, StaffRole } from '#core'
import { sql } from '#db'
import { checkout } from '#loans'
import {
  type CprRegister,
  enrolPatron,
  findPatron,
  RegisterDown,
  type RegisterPerson,
  raiseTask,
  readPatron,
} from '#patrons'
import { type Cast, castIn } from '../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../test/support/library.ts'
import { signInAs, type Visitor, visit } from '../test/support/visitor.ts'
import { createSite } from './site.ts'

const PASSWORD = 'fire store gule løver'
const DESK = '/fredensborg/staff/desk'
const ENROL = `${DESK}/enrolments`
const HIDDEN = { name: 'Hemmelig Skjoldborg', cpr: '7509901028', address: 'Usynligvej 13', card: '29900000013' }

let library: TestLibrary
let app: FastifyInstance
let cast: Cast
let dorte: Visitor
let eva: Visitor
let anne: Visitor
let hidden: PatronId
let stranger: PatronId

/** A register that knows the people a test puts into it. */
const known = new Map<string, RegisterPerson>()
let isDown = false
const register: CprRegister = {
  serves: () => true,
  async lookup(cpr) {
    if (isDown) throw new RegisterDown('down')
    const person = known.get(cpr.digits)
    return person ? { kind: 'person', person } : { kind: 'unknown' }
  },
  async subscribe() {
    if (isDown) throw new RegisterDown('down')
  },
  async unsubscribe() {},
  subscriptions: async () => [],
  changes: async () => ({ cprs: [], after: null }),
}

before(async () => {
  library = await openTestLibrary({ agencies: ['fredensborg', 'glostrup'] })
  const ctx = library.context()
  cast = await castIn(ctx)
  hidden = await enrolled(ctx, cast.branch, {
    ...HIDDEN,
    postcode: '3480',
    city: 'Fredensborg',
    municipality: '0210',
    protected: true,
  })
  const glostrup = library.context(undefined, 'glostrup')
  const branch = await addBranch(glostrup, {
    code: 'G',
    name: 'Glostrup',
    address: 'X 1',
    postcode: '2600',
    city: 'Glostrup',
  })
  stranger = await enrolled(glostrup, branch, {
    name: 'Fremmed Prøve',
    cpr: '6203841006',
    address: 'X 2',
    municipality: '0161',
  })
  app = await createSite(library.installation, { cprRegister: () => register })
  dorte = await signedInAs('dorte', ['desk'])
  eva = await signedInAs('eva', ['desk'])
  anne = await signedInAs('anne', ['data-protection-officer'])
})
after(async () => {
  await app?.close()
  await library.close()
})

async function enrolled(
  ctx: Parameters<typeof enrolPatron>[0],
  branch: Parameters<typeof enrolPatron>[1],
  enrolment: Parameters<typeof enrolPatron>[2],
): Promise<PatronId> {
  const done = await enrolPatron(ctx, branch, enrolment)
  assert.ok(done.ok, JSON.stringify(done))
  return done.value.id
}

async function signedInAs(username: string, roles: StaffRole[]): Promise<Visitor> {
  const ctx = library.context({ kind: 'operator', name: 'drift' })
  const person = { username, name: `${username} prøve`, email: null, roles, password: PASSWORD }
  assert.ok((await addStaff(ctx, person)).ok)
  // Each at a machine of their own, so that the many requests of a test are not one person's.
  const visitor = visit(app, `127.0.5.${++machines}`)
  await signInAs(visitor, 'fredensborg', { username, password: PASSWORD })
  // Everything takes a second, so that the log has an order.
  const later = () => library.clock.moveTo(library.clock.now().add({ seconds: 1 }))
  return {
    ...visitor,
    get(url) {
      later()
      return visitor.get(url)
    },
    send(page, action, fields) {
      later()
      return visitor.send(page, action, fields)
    },
  }
}
let machines = 0

const at = (patron: string, path = '') => `${DESK}/patrons/${patron}${path}`

/** What the desk says to a search, or where it leads. */
async function search(visitor: Visitor, fields: Record<string, string>): Promise<LightMyRequestResponse> {
  const answer = await visitor.send(DESK, `${DESK}/searches`, { why: '', other: '', ...fields })
  const { location = '' } = answer.headers
  return String(location).includes('?scan=') ? visitor.get(String(location)) : answer
}

async function looks(patron: PatronId): Promise<{ what: string; why: string }[]> {
  return library
    .context()
    .db.all(sql`select what, why from access_log where patron_id = ${patron} order by seen_at, id`)
}

async function lastLook(patron: PatronId): Promise<{ what: string; why: string } | undefined> {
  return (await looks(patron)).at(-1)
}

/** The stripe of a health card, 116 characters. */
function stripe(cpr: string): string {
  const first = `%${'PRØVE^ASTA'.padEnd(34)}${'PILEKROGEN 7'.padEnd(34)}2103480?`
  return `${first};92080000${cpr}1123456081210010125?`
}

function hiddenField(page: LightMyRequestResponse): string {
  const found = /name="begun" value="([^"]+)"/.exec(page.body)?.[1]
  assert.ok(found, page.body.slice(0, 4000))
  return found
}

describe('finding a patron', () => {
  test('a card that is scanned opens the patron, and the log says that it was scanned', async () => {
    const found = await search(dorte, { text: cast.asta.card })
    assert.equal(found.statusCode, 303)
    assert.equal(found.headers.location, at(cast.asta.id))
    const page = await dorte.get(at(cast.asta.id))
    assert.equal(page.statusCode, 200)
    assert.match(page.body, /Asta Prøve/)
    assert.deepEqual(await lastLook(cast.asta.id), {
      what: 'siden ved skranken: navn, kontakt, kort, spærringer og noter',
      why: 'kort scannet ved skranken',
    })
  })

  test('a health card opens the patron, and neither its stripe nor its number is in an address or a page', async () => {
    for (const text of ['7403851048', '740385-1048', stripe('7403851048')]) {
      const found = await search(dorte, { text })
      assert.equal(found.headers.location, at(cast.asta.id), text)
      const page = await dorte.get(String(found.headers.location))
      assert.doesNotMatch(`${page.body}${JSON.stringify(found.headers)}${found.body}`, /740385-?1048|PRØVE\^/)
    }
    for (const text of ['7403851049', `%${'X^Y'.padEnd(100)}`]) {
      const page = await search(dorte, { text })
      assert.ok(page.statusCode === 200 || page.statusCode === 422)
      assert.doesNotMatch(page.body, /740385-?1049|X\^Y/)
    }
  })

  test('what a scan proves cannot be written into an address', async () => {
    const page = await eva.get(`${at(cast.bo.id)}?why=scanned`)
    assert.equal(page.statusCode, 200)
    assert.equal((await lastLook(cast.bo.id))?.why, 'no task given')
    assert.match(page.body, /uden angivet opgave/)
  })

  test('everyone whom a search by name lists can see it, and with how many others', async () => {
    const ctx = library.context()
    for (const name of ['Ida Fællesnavn', 'Ib Fællesnavn']) {
      await enrolled(ctx, cast.branch, {
        name,
        birthOn: Temporal.PlainDate.from('1980-01-01'),
        address: 'X',
        municipality: '0210',
      })
    }
    const found = await search(dorte, { text: 'I', why: 'asked' })
    assert.equal(found.statusCode, 422)
    const list = await search(dorte, { text: 'I%', why: 'asked' })
    assert.doesNotMatch(list.body, /Fællesnavn/)
    const page = await search(dorte, { text: 'Asta', why: 'complaint' })
    assert.ok(page.body.includes(at(cast.asta.id)))
    assert.equal((await lastLook(cast.asta.id))?.what, 'navn og fødselsdato i en søgning')
    const several = await ctx.db.all<{ id: PatronId }>(sql`select id from patron where name like 'I% Fællesnavn'`)
    await ctx.db.run(sql`update patron set name = 'Fælles ' || name where name like '%Fællesnavn'`)
    await search(dorte, { text: 'Fælles', why: 'complaint' })
    for (const { id } of several) {
      assert.deepEqual(await lastLook(id), {
        what: 'navn og fødselsdato i en søgning, der viste 2 lånere',
        why: 'Klage eller sag',
      })
    }
    // The reason comes along to the one who is opened.
    await dorte.get(at(several[0]?.id ?? ''))
    assert.equal((await lastLook(several[0]?.id ?? cast.asta.id))?.why, 'Klage eller sag')
  })

  test('a reason that is typed must say something, and holds no CPR number', async () => {
    for (const other of ['', '  ', 'ringede om 740385-1048', 'x'.repeat(300)]) {
      const page = await search(eva, { text: 'Asta', why: 'other', other })
      assert.equal(page.statusCode, 422)
      assert.match(page.body, /href="#other"/)
      assert.doesNotMatch(page.body, /740385|x{201}/)
    }
    await search(eva, { text: 'Asta', why: 'other', other: 'Fandt en glemt taske' })
    assert.equal((await lastLook(cast.asta.id))?.why, 'Fandt en glemt taske')
    assert.equal((await search(eva, { text: 'Asta', why: 'scanned' })).statusCode, 422)
  })

  test('what cannot be searched for is refused and not shown again', async () => {
    for (const text of ['', ' ', 'a', '\u0007\u0008bib', 'x'.repeat(5000), '%', '<script>alert(1)</script>']) {
      const page = await search(dorte, { text })
      assert.ok([200, 422].includes(page.statusCode), `${text.slice(0, 20)} answered ${page.statusCode}`)
      assert.ok(!page.body.includes('\u0007'))
      assert.doesNotMatch(page.body, /x{300}|<script>alert/)
    }
  })
})

describe('a protected patron', () => {
  test('is found by number only, and shown to nobody without a reason', async () => {
    assert.doesNotMatch((await search(eva, { text: 'Hemmelig' })).body, /Skjoldborg/)
    const { number } = (await readPatron(library.context(), hidden)) ?? { number: '' }
    const found = await search(eva, { text: number })
    assert.equal(found.headers.location, at(hidden))
    const before = await looks(hidden)
    const asked = await eva.get(at(hidden))
    assert.match(asked.body, /Hvorfor vil du se låneren/)
    assert.doesNotMatch(asked.body, /Skjoldborg|Usynligvej/)
    assert.deepEqual(await looks(hidden), before)
    for (const path of ['/contact', '/pin', '/merge', '/notes/new']) {
      assert.doesNotMatch((await eva.get(at(hidden, path))).body, /Skjoldborg|Usynligvej/, path)
    }
    const refused = await eva.send(at(hidden), at(hidden, '/reason'), { why: '', other: '' })
    assert.equal(refused.statusCode, 422)
    await eva.send(at(hidden), at(hidden, '/reason'), { why: 'asked', other: '' })
    const page = await eva.get(at(hidden))
    assert.match(page.body, /Skjoldborg/)
    assert.match(page.body, /Navne- og adressebeskyttelse/)
    assert.doesNotMatch(page.body, /Usynligvej/)
    assert.doesNotMatch(page.body, /<title>[^<]*Skjoldborg/)
    assert.equal((await lastLook(hidden))?.why, 'Låneren bad om hjælp')
  })

  test('has an address that opens with a typed reason, on that answer alone, and is logged', async () => {
    const before = (await looks(hidden)).length
    for (const reason of ['', 'cpr 750990-1028', '\u0001', 'x'.repeat(201)]) {
      const page = await eva.send(at(hidden), at(hidden, '/address'), { reason })
      assert.equal(page.statusCode, 422)
      assert.doesNotMatch(page.body, /Usynligvej|750990-?1028/)
    }
    assert.ok(!(await looks(hidden)).slice(before).some(({ what }) => what.includes('adresse')))
    const page = await eva.send(at(hidden), at(hidden, '/address'), { reason: 'Brev kommet retur' })
    assert.match(page.body, /Usynligvej 13/)
    assert.equal(page.headers['cache-control'], 'no-store')
    assert.ok(
      (await looks(hidden)).some(({ what, why }) => what === 'den beskyttede adresse' && why === 'Brev kommet retur'),
    )
    assert.doesNotMatch((await eva.get(at(hidden))).body, /Usynligvej/)
    assert.equal((await eva.get(at(hidden, '/address'))).statusCode, 405)
  })

  test('is called protected where many are listed', async () => {
    await raiseTask(library.context(), hidden, 'disappeared')
    const page = await dorte.get(`${DESK}/tasks`)
    assert.doesNotMatch(page.body, /Skjoldborg/)
    const rights = '/fredensborg/staff/patrons'
    const found = await anne.send(rights, `${rights}/searches`, { text: HIDDEN.cpr, why: 'rights' })
    assert.match(found.body, /Beskyttet/)
    assert.doesNotMatch(found.body, /Skjoldborg|750990-?1028/)
  })
})

describe('the patron’s page', () => {
  test('the CPR number is masked until it is asked for, and asking is logged', async () => {
    await search(dorte, { text: cast.asta.card })
    const page = await dorte.get(at(cast.asta.id))
    assert.match(page.body, /740385-XXXX/)
    assert.doesNotMatch(page.body, /740385-?1048/)
    const shown = await dorte.send(at(cast.asta.id), at(cast.asta.id, '/reveal-cpr'))
    assert.match(shown.body, /740385-1048/)
    assert.ok((await looks(cast.asta.id)).some(({ what }) => what === 'hele CPR-nummeret'))
    assert.doesNotMatch((await dorte.get(at(cast.asta.id))).body, /740385-?1048/)
  })

  test('says it in English too, and what a patron reads of it is in the patron’s language', async () => {
    const page = await dorte.get(`/en${at(cast.bo.id)}`)
    assert.match(page.body, /Loan blocks/)
    assert.equal((await lastLook(cast.bo.id))?.why, 'no task given')
  })

  test('a task is why the patron is opened from the list, until it is done', async () => {
    await raiseTask(library.context(), cast.dines.id, 'emigrated')
    const list = await dorte.get(`${DESK}/tasks`)
    const link = new RegExp(`href="(${at(cast.dines.id)}\\?task=[0-9a-f-]+)"`).exec(list.body)?.[1] ?? ''
    await dorte.get(link)
    assert.equal((await lastLook(cast.dines.id))?.why, 'Opgave: Låneren er udrejst')
    assert.match((await dorte.get(DESK)).body, /Opgaver om lånere<\/a>\s*<span class="desk-count">[1-9]/)
    const done = /action="([^"]+\/tasks\/[^"]+\/done)"/.exec((await dorte.get(at(cast.dines.id))).body)?.[1] ?? ''
    assert.equal((await dorte.send(DESK, done)).statusCode, 303)
    assert.doesNotMatch((await dorte.get(at(cast.dines.id))).body, /\/tasks\/[^"]+\/done/)
    // A task of somebody else's is no reason here.
    await eva.get(`${at(cast.dines.id)}?task=${link.split('=')[1]}`)
    assert.equal((await lastLook(cast.dines.id))?.why, 'uden angivet opgave')
  })

  test('who is nobody’s patron here, or somebody’s elsewhere, is not found', async () => {
    for (const id of ['nobody', '00000000-0000-7000-8000-000000000000', stranger, `${cast.asta.id}x`]) {
      for (const path of ['', '/contact', '/pin', '/merge', `/merge/${cast.bo.id}`]) {
        assert.equal((await dorte.get(at(id, path))).statusCode, 404, `${id}${path}`)
      }
      for (const path of ['/reveal-cpr', '/address', '/pin', '/contact', '/notes/new', '/reason']) {
        assert.equal((await dorte.send(DESK, at(id, path), { reason: 'x' })).statusCode, 404, `${id}${path}`)
      }
    }
  })
})

describe('who may be at the desk', () => {
  test('only the desk meets patrons there, and only the rights’ guardians have the page of all data', async () => {
    const system = await signedInAs('sys', ['system'])
    const finance = await signedInAs('finn', ['finance'])
    const pages = [DESK, `${DESK}/tasks`, `${ENROL}/new`, at(cast.asta.id), at(cast.asta.id, '/pin')]
    for (const visitor of [anne, system, finance]) {
      for (const page of pages) assert.equal((await visitor.get(page)).statusCode, 403, page)
      for (const path of ['/searches', '/enrolments/check', `/patrons/${cast.asta.id}/reveal-cpr`]) {
        assert.equal((await visitor.send('/fredensborg/staff', `${DESK}${path}`)).statusCode, 403, path)
      }
    }
    const rights = `/fredensborg/staff/patrons/${cast.asta.id}?why=rights`
    assert.equal((await dorte.get(rights)).statusCode, 403)
    assert.equal((await finance.get(rights)).statusCode, 403)
    assert.equal((await anne.get(rights)).statusCode, 200)
    const nobody = visit(app, '127.0.6.1')
    for (const page of pages) assert.match(String((await nobody.get(page)).headers.location), /sign-in/)
  })
})

describe('cards and PIN', () => {
  const page = () => at(cast.asta.id)

  test('a lost card finds nobody and says so when it is scanned; a new one takes its place', async () => {
    const body = (await dorte.get(page())).body
    const lost = /action="([^"]+\/cards\/[^"]+\/lost)"/.exec(body)?.[1] ?? ''
    assert.equal((await dorte.send(page(), lost)).statusCode, 303)
    assert.equal(await findPatron(library.context(), cast.asta.card), undefined)
    assert.equal((await dorte.send(page(), lost)).statusCode, 409)
    await search(dorte, { text: cast.asta.card })
    assert.match((await dorte.get(page())).body, /meldt mistet/)
    assert.doesNotMatch((await dorte.get(page())).body, /der blev scannet/)
    const replacement = lost.replace('/lost', '/replacement')
    for (const card of ['', '740385-1048', stripe('7403851048'), 'x'.repeat(90), cast.bo.card]) {
      const refused = await dorte.send(replacement, replacement, { card })
      assert.equal(refused.statusCode, 422, card)
      assert.doesNotMatch(refused.body, /740385-?1048|x{90}/)
    }
    assert.equal((await dorte.send(replacement, replacement, { card: '21000000091' })).statusCode, 303)
    assert.equal(await findPatron(library.context(), '21000000091'), cast.asta.id)
    // Somebody else's card cannot be reported through Asta's page.
    const other = await library
      .context()
      .db.one<{ id: string }>(sql`select id from identifier where value = ${cast.bo.card}`)
    assert.equal((await dorte.send(page(), at(cast.asta.id, `/cards/${other.id}/lost`))).statusCode, 404)
    assert.equal(await findPatron(library.context(), cast.bo.card), cast.bo.id)
  })

  test('a stolen card blocks lending until staff lift it', async () => {
    const stolen = /action="([^"]+\/cards\/[^"]+\/stolen)"/.exec((await dorte.get(page())).body)?.[1] ?? ''
    await dorte.send(page(), stolen)
    const body = (await dorte.get(page())).body
    assert.match(body, /Spærret for lån/)
    const lift = /action="([^"]+\/blocks\/[^"]+\/lift)"/.exec(body)?.[1] ?? ''
    assert.equal((await dorte.send(page(), lift)).statusCode, 303)
    assert.doesNotMatch((await dorte.get(page())).body, /Spærret for lån/)
    await dorte.send(at(cast.asta.id, '/cards/new'), at(cast.asta.id, '/cards/new'), { card: '21000000092' })
  })

  test('the patron types a PIN twice; nobody can read it, and the patron is signed out everywhere', async () => {
    const form = at(cast.asta.id, '/pin')
    for (const [pin, again] of [
      ['123', '123'],
      ['12a4', '12a4'],
      ['1234', '4321'],
      ['', ''],
    ]) {
      const refused = await dorte.send(form, form, { pin: pin ?? '', again: again ?? '' })
      assert.equal(refused.statusCode, 422)
      assert.doesNotMatch(refused.body, /type="password"[^>]*value=/)
    }
    assert.equal(await hasPin(library.context(), cast.asta.id), false)
    const { token } = await beginPatronSession(library.context(), cast.asta.id, 'pin')
    assert.equal((await dorte.send(form, form, { pin: '8264', again: '8264' })).statusCode, 303)
    assert.equal(await hasPin(library.context(), cast.asta.id), true)
    assert.equal(await patronSignedIn(library.context(), token), undefined)
    assert.doesNotMatch((await dorte.get(page())).body, /8264/)
    const again = await beginPatronSession(library.context(), cast.asta.id, 'pin')
    await dorte.send(page(), at(cast.asta.id, '/sign-out'))
    assert.equal(await patronSignedIn(library.context(), again.token), undefined)
  })
})

describe('decisions and notes', () => {
  const page = () => at(cast.bo.id)

  test('an exclusion needs a reason and a message, and stops a loan until it is lifted', async () => {
    const form = at(cast.bo.id, '/blocks/new')
    const fields = { code: 'exclusion', reason: 'Bøger ikke afleveret to gange', message: 'Kom forbi', until: '' }
    assert.match((await dorte.send(form, form, { ...fields, code: '' })).body, /href="#code"/)
    assert.match((await dorte.send(form, form, { ...fields, code: 'debt' })).body, /href="#code"/)
    assert.match((await dorte.send(form, form, { ...fields, reason: ' ' })).body, /href="#reason"/)
    assert.match((await dorte.send(form, form, { ...fields, until: '2020-01-01' })).body, /href="#until"/)
    assert.match((await dorte.send(form, form, { ...fields, reason: 'y'.repeat(2001) })).body, /href="#reason"/)
    const cpr = await dorte.send(form, form, { ...fields, message: 'om 740385-1048' })
    assert.match(cpr.body, /href="#message"/)
    assert.doesNotMatch(cpr.body, /740385/)
    assert.equal((await dorte.send(form, form, fields)).statusCode, 303)
    assert.equal((await dorte.send(form, form, fields)).statusCode, 422)
    assert.equal((await checkout(library.context(), { card: cast.bo.card, barcode: 'A1' })).ok, false)
    const shown = (await dorte.get(page())).body
    assert.match(shown, /dorte prøve/)
    const lift = /action="([^"]+\/blocks\/[^"]+\/lift)"/.exec(shown)?.[1] ?? ''
    // Not through the page of somebody else.
    assert.equal((await dorte.send(page(), lift.replace(cast.bo.id, cast.dines.id))).statusCode, 404)
    assert.equal((await dorte.send(page(), lift)).statusCode, 303)
    assert.equal((await checkout(library.context(), { card: cast.bo.card, barcode: 'A1' })).ok, true)
  })

  test('an access ban is another thing: it is shown, stops no loan, and is lifted', async () => {
    const form = at(cast.bo.id, '/bans/new')
    const fields = { from: '2025-11-20', until: '', reason: 'Truede en medarbejder', message: 'Du må ikke komme' }
    assert.match((await dorte.send(form, form, { ...fields, from: 'i morgen' })).body, /href="#from"/)
    assert.match((await dorte.send(form, form, { ...fields, message: '' })).body, /href="#message"/)
    assert.equal((await dorte.send(form, form, fields)).statusCode, 303)
    const shown = (await dorte.get(page())).body
    assert.match(shown, /Bortvist/)
    assert.equal((await checkout(library.context(), { card: cast.bo.card, barcode: 'A2' })).ok, true)
    const lift = /action="([^"]+\/bans\/[^"]+\/lift)"/.exec(shown)?.[1] ?? ''
    assert.equal((await dorte.send(page(), lift)).statusCode, 303)
    assert.doesNotMatch((await dorte.get(page())).body, /Bortvist/)
  })

  test('a note says whom it is for, and the two kinds stand apart', async () => {
    const form = at(cast.bo.id, '/notes/new')
    assert.match((await dorte.send(form, form, { audience: 'staff', text: '' })).body, /href="#text"/)
    assert.match((await dorte.send(form, form, { audience: 'all', text: 'x' })).body, /href="#audience"/)
    await dorte.send(form, form, { audience: 'staff', text: 'Hører dårligt' })
    await dorte.send(form, form, { audience: 'patron', text: 'Husk tasken' })
    const { body } = await dorte.get(page())
    const [toPatron = '', internal = ''] =
      body.split('<h2>Noter til låneren</h2>')[1]?.split('<h2>Interne noter</h2>') ?? []
    assert.match(toPatron, /Husk tasken/)
    assert.doesNotMatch(toPatron, /Hører dårligt/)
    assert.match(internal, /Hører dårligt/)
    assert.match(body, /Låneren kan få dette at se|får låneren dem at se/)
    const remove = /action="([^"]+\/notes\/[^"]+\/removal)"/.exec(toPatron)?.[1] ?? ''
    assert.equal((await dorte.send(page(), remove)).statusCode, 303)
    assert.doesNotMatch((await dorte.get(page())).body, /Husk tasken/)
    assert.equal((await dorte.send(page(), remove)).statusCode, 404)
  })

  test('contact data are changed, and what is lost by taking them away is said first', async () => {
    const form = at(cast.bo.id, '/contact')
    const fields = {
      name: 'Bo Prøve',
      address: 'Nyvej 2',
      postcode: '3480',
      city: 'Fredensborg',
      language: 'da',
      branch: cast.branch,
    }
    const sent = (more: Record<string, string>) => dorte.send(form, form, { ...fields, email: '', phone: '', ...more })
    assert.match((await sent({ email: 'bo' })).body, /href="#email"/)
    assert.match((await sent({ phone: '12' })).body, /href="#phone"/)
    assert.match((await sent({ phone: '7403851048' })).body, /href="#phone"/)
    assert.match((await sent({ phone: '45000002', branch: 'x' })).body, /href="#branch"/)
    const warned = await sent({})
    assert.equal(warned.statusCode, 422)
    assert.match(warned.body, /kan vi ikke minde dig om aflevering/)
    assert.equal((await sent({ told: 'yes' })).statusCode, 303)
    assert.deepEqual(
      await library.context().db.one(sql`select phone, address, language, name from patron where id = ${cast.bo.id}`),
      { phone: null, address: 'Nyvej 2', language: 'da', name: 'Bo Prøve' },
    )
  })

  test('who enrolled themself can borrow when staff have seen them, and the task is done', async () => {
    const ctx = library.context()
    const more = {
      address: 'Webvej 1',
      municipality: '0210',
      cpr: '7104881000',
      card: '21000000055',
      way: 'web',
    } as const
    const id = await enrolled(ctx, cast.branch, { name: 'Nanna Web', ...more })
    const shown = (await dorte.get(at(id))).body
    assert.match(shown, /Spærret for lån/)
    assert.ok(shown.includes(at(id, '/confirmation')))
    const form = at(id, '/confirmation')
    assert.equal((await dorte.send(form, form, { seen: 'yes' })).statusCode, 303)
    const confirmed = (await dorte.get(at(id))).body
    assert.doesNotMatch(confirmed, /Spærret for lån|\/confirmation/)
    assert.ok((await readPatron(ctx, id))?.photo_id_at)
    assert.match((await eva.send(form, form, {})).body, /venter ikke på at blive bekræftet/)
  })

  test('a child’s guardian is noted when the signature has been seen, and can be ended', async () => {
    const form = at(cast.clara.id, '/guardian')
    const fields = { name: 'Carla Prøve', cpr: '7403851048', email: '', phone: '', sees: 'yes' }
    assert.match((await dorte.send(form, form, fields)).body, /href="#signed"/)
    const self = await dorte.send(form, form, { ...fields, cpr: '9006125007', signed: 'yes' })
    assert.match(self.body, /href="#cpr"/)
    assert.doesNotMatch(self.body, /900612-?5007/)
    assert.equal((await dorte.send(form, form, { ...fields, signed: 'yes' })).statusCode, 303)
    const shown = (await dorte.get(at(cast.clara.id))).body
    assert.match(shown, /Carla Prøve/)
    assert.doesNotMatch(shown, /Carl Prøve|740385-?1048/)
    const rights = (await anne.get(`/fredensborg/staff/patrons/${cast.clara.id}?why=rights`)).body
    assert.match(rights, /740385-XXXX/)
    assert.doesNotMatch(rights, /740385-?1048/)
    await dorte.send(at(cast.clara.id), at(cast.clara.id, '/guardian/end'))
    assert.match((await dorte.get(at(cast.clara.id))).body, /Ingen værge er noteret/)
    assert.match(
      (await dorte.send(at(cast.asta.id), at(cast.asta.id, '/guardian'), { ...fields, cpr: '', signed: 'yes' })).body,
      /voksen/,
    )
  })
})

describe('enrolment', () => {
  const person = (cpr: string, more: Partial<RegisterPerson> = {}): RegisterPerson => ({
    cpr,
    currentCpr: null,
    name: 'Eskild Ny',
    bornOn: Temporal.PlainDate.from('1988-04-05'),
    status: '01',
    protected: false,
    protectedUntil: null,
    address: { address: 'Registervej 4', postcode: '3480', city: 'Fredensborg' },
    municipality: '0210',
    guardians: [],
    ...more,
  })
  const details = () => ({ email: '', phone: '', language: 'da', branch: cast.branch, libraryCard: '' })

  async function check(visitor: Visitor, card: string): Promise<LightMyRequestResponse> {
    return visitor.send(`${ENROL}/new`, `${ENROL}/check`, { card })
  }

  test('three steps: the card, what the register tells, and what is told before it is saved', async () => {
    known.set('6504881003', person('6504881003'))
    const second = await check(dorte, '650488-1003')
    assert.equal(second.statusCode, 200)
    assert.match(second.body, /Eskild Ny/)
    assert.match(second.body, /Registervej 4/)
    assert.match(second.body, /650488-XXXX/)
    const third = await dorte.post(`${ENROL}/review`, {
      ...details(),
      begun: hiddenField(second),
      // What the register has told is not the form's to change.
      name: 'Falsk Navn',
      address: 'Falskvej 1',
      libraryCard: '21000000077',
      _csrf: csrf(second),
    })
    assert.equal(third.statusCode, 200)
    assert.match(third.body, /kan vi ikke minde dig om aflevering/)
    const untold = await dorte.post(ENROL, { begun: hiddenField(third), pin: '', again: '', _csrf: csrf(third) })
    assert.match(untold.body, /href="#told"/)
    const typed = { begun: hiddenField(untold), told: 'yes', pin: '7391', again: '7391', _csrf: csrf(untold) }
    const differs = await dorte.post(ENROL, { ...typed, again: '7392' })
    assert.match(differs.body, /href="#again"/)
    const done = await dorte.post(ENROL, typed)
    assert.equal(done.statusCode, 303)
    for (const { body, headers } of [second, third, untold, differs, done]) {
      assert.doesNotMatch(`${body}${JSON.stringify(headers)}`, /650488-?1003|Falsk|7391/)
    }
    const id = await findPatron(library.context(), '21000000077')
    assert.ok(id)
    assert.equal(done.headers.location, at(id))
    const patron = await readPatron(library.context(), id)
    assert.equal(patron?.name, 'Eskild Ny')
    assert.equal(patron?.address, 'Registervej 4')
    assert.equal(patron?.register, 'followed')
    assert.equal(await hasPin(library.context(), id), true)
    await dorte.get(at(id))
    assert.equal((await lastLook(id))?.why, 'oprettet ved skranken')
    // Who scans the card again meets the patron there is.
    assert.equal((await check(eva, '6504881003')).headers.location, at(id))
  })

  test('whoever is searched for by CPR number and is nobody’s patron can be enrolled without scanning again', async () => {
    known.set('7204881008', person('7204881008', { name: 'Otto Ny' }))
    const found = await search(dorte, { text: '7204881008' })
    assert.doesNotMatch(found.body, /720488-?1008/)
    const second = await dorte.post(`${ENROL}/check`, { begun: hiddenField(found), _csrf: csrf(found) })
    assert.match(second.body, /Otto Ny/)
  })

  test('a protected person from the register is enrolled without the address being shown', async () => {
    const cpr = '6604881001'
    known.set(
      cpr,
      person(cpr, {
        name: 'Frida Ny',
        protected: true,
        address: { address: 'Skjultvej 9', postcode: '3480', city: 'F' },
      }),
    )
    const second = await check(dorte, cpr)
    const third = await dorte.post(`${ENROL}/review`, {
      ...details(),
      phone: '45000007',
      begun: hiddenField(second),
      _csrf: csrf(second),
    })
    const done = await dorte.post(ENROL, {
      begun: hiddenField(third),
      pin: '',
      again: '',
      told: 'yes',
      _csrf: csrf(third),
    })
    assert.equal(done.statusCode, 303, done.body)
    const page = await dorte.get(String(done.headers.location))
    for (const { body } of [second, third, page]) assert.doesNotMatch(body, /Skjultvej/)
  })

  test('while the register is down the name is written down, and put right later', async () => {
    isDown = true
    const second = await check(dorte, '6704881009')
    isDown = false
    assert.match(second.body, /CPR-registret kan ikke nås/)
    const fields = { ...details(), phone: '45000008', begun: hiddenField(second), _csrf: csrf(second) }
    const missing = await dorte.post(`${ENROL}/review`, fields)
    assert.match(missing.body, /href="#name"/)
    isDown = true
    const third = await dorte.post(`${ENROL}/review`, {
      ...fields,
      name: 'Gerda Ny',
      address: 'Z 1',
      postcode: '3480',
      city: 'F',
      municipality: '0210',
    })
    const done = await dorte.post(ENROL, {
      begun: hiddenField(third),
      pin: '',
      again: '',
      told: 'yes',
      _csrf: csrf(third),
    })
    isDown = false
    assert.equal(done.statusCode, 303, done.body)
    const id = String(done.headers.location).split('/').at(-1) as PatronId
    assert.equal((await readPatron(library.context(), id))?.register, 'wanted')
  })

  test('a number that the register does not know is refused before anything is asked', async () => {
    const page = await check(dorte, '680488-1007')
    assert.equal(page.statusCode, 422)
    assert.match(page.body, /CPR-registret kender ikke nummeret/)
    assert.doesNotMatch(page.body, /680488-?1007/)
    for (const card of ['', '123', 'x'.repeat(500), 'abc\u0002']) {
      assert.equal((await check(dorte, card)).statusCode, 422)
    }
  })

  test('a child needs a guardian whose signature is seen', async () => {
    const cpr = '6505154000'
    known.set(cpr, person(cpr, { name: 'Hugo Ny', bornOn: Temporal.PlainDate.from('2015-05-05') }))
    const second = await check(dorte, cpr)
    const fields = { ...details(), phone: '45000009', begun: hiddenField(second), _csrf: csrf(second) }
    assert.match((await dorte.post(`${ENROL}/review`, fields)).body, /href="#guardianName"/)
    const unsigned = await dorte.post(`${ENROL}/review`, {
      ...fields,
      guardianName: 'Far Ny',
      guardianCpr: '7403851048',
    })
    assert.match(unsigned.body, /href="#signed"/)
    assert.doesNotMatch(unsigned.body, /740385-?1048/)
    const third = await dorte.post(`${ENROL}/review`, { ...fields, guardianName: 'Far Ny', signed: 'yes' })
    const done = await dorte.post(ENROL, {
      begun: hiddenField(third),
      pin: '',
      again: '',
      told: 'yes',
      _csrf: csrf(third),
    })
    assert.equal(done.statusCode, 303)
    assert.match((await dorte.get(String(done.headers.location))).body, /Far Ny/)
  })

  test('without a CPR number where the policy allows it, and an institution with a contact person', async () => {
    const page = await dorte.get(`${ENROL}/without-cpr`)
    const fields = { ...details(), phone: '45000011', begun: hiddenField(page), _csrf: csrf(page) }
    const wrong = await dorte.post(`${ENROL}/review`, { ...fields, name: 'Iben\u0007 Ny', born: 'i går' })
    assert.match(wrong.body, /href="#name"/)
    assert.match(wrong.body, /href="#born"/)
    const third = await dorte.post(`${ENROL}/review`, {
      ...fields,
      name: 'Iben Ny',
      born: '1990-02-03',
      address: 'Q 1',
      postcode: '3480',
      city: 'F',
      municipality: '0210',
      photoId: 'yes',
    })
    assert.match(third.body, /Uden CPR-nummer skal du vise billedlegitimation/)
    const done = await dorte.post(ENROL, {
      begun: hiddenField(third),
      told: 'yes',
      pin: '',
      again: '',
      _csrf: csrf(third),
    })
    assert.equal(done.statusCode, 303)

    const school = await dorte.get(`${ENROL}/institution`)
    const asked = {
      ...details(),
      phone: '45000012',
      kind: 'institution',
      name: 'Skolen',
      begun: hiddenField(school),
      _csrf: csrf(school),
    }
    assert.match((await dorte.post(`${ENROL}/review`, asked)).body, /href="#contactName"/)
    const checked = await dorte.post(`${ENROL}/review`, { ...asked, contactName: 'Lærer Prøve' })
    const made = await dorte.post(ENROL, {
      begun: hiddenField(checked),
      told: 'yes',
      pin: '',
      again: '',
      _csrf: csrf(checked),
    })
    assert.equal(made.statusCode, 303)
    assert.match((await dorte.get(String(made.headers.location))).body, /Lærer Prøve/)
  })

  test('a library whose policy asks for a CPR number enrols nobody without one', async () => {
    const ctx = library.context({ kind: 'operator', name: 'drift' }, 'glostrup')
    const gitte = { username: 'gitte', name: 'Gitte Prøve', email: null, roles: ['desk'] as const, password: PASSWORD }
    assert.ok((await addStaff(ctx, gitte)).ok)
    const visitor = visit(app, '127.0.5.99')
    await signInAs(visitor, 'glostrup', { username: 'gitte', password: PASSWORD })
    const first = await visitor.get('/glostrup/staff/desk/enrolments/new')
    assert.match(first.body, /Institution, gruppe eller firma/)
    assert.doesNotMatch(first.body, /without-cpr/)
    assert.equal((await visitor.get('/glostrup/staff/desk/enrolments/without-cpr')).statusCode, 404)
    // And Fredensborg's patrons are nobody there.
    assert.equal((await visitor.get(`/glostrup/staff/desk/patrons/${cast.asta.id}`)).statusCode, 404)
  })

  test('what was begun by one cannot be carried on by another, nor be made up', async () => {
    known.set('6904881005', person('6904881005'))
    const second = await check(dorte, '6904881005')
    const page = await eva.get(`${ENROL}/new`)
    for (const begun of [hiddenField(second), 'made-up', 'A'.repeat(400), '']) {
      const refused = await eva.post(`${ENROL}/review`, { ...details(), begun, _csrf: csrf(page) })
      assert.equal(refused.statusCode, 422)
      assert.match(refused.body, /Begynd forfra/)
    }
  })

  test('two desks that enrol the same person at once make one patron', async () => {
    known.set('7004881002', person('7004881002', { name: 'Jens Ny' }))
    const sent = []
    for (const visitor of [dorte, eva]) {
      const second = await check(visitor, '7004881002')
      const third = await visitor.post(`${ENROL}/review`, {
        ...details(),
        phone: '45000013',
        begun: hiddenField(second),
        _csrf: csrf(second),
      })
      sent.push(() =>
        visitor.post(ENROL, { begun: hiddenField(third), told: 'yes', pin: '', again: '', _csrf: csrf(third) }),
      )
    }
    const answers = await Promise.all(sent.map((send) => send()))
    assert.deepEqual(
      answers.map(({ statusCode }) => statusCode),
      [303, 303],
    )
    assert.equal(answers[0]?.headers.location, answers[1]?.headers.location)
    const { count } = await library
      .context()
      .db.one<{ count: number }>(sql`select count(*)::int from patron where name = 'Jens Ny'`)
    assert.equal(count, 1)
  })
})

describe('merging', () => {
  async function twin(name: string): Promise<{ one: PatronId; two: PatronId }> {
    const ctx = library.context()
    const base = {
      name,
      birthOn: Temporal.PlainDate.from('1970-03-02'),
      address: 'Tvillingvej 1',
      municipality: '0210',
    }
    const one = await enrolled(ctx, cast.branch, { ...base, card: `2300000${++cards}` })
    const two = await enrolled(ctx, cast.branch, { ...base, card: `2300000${++cards}`, email: 'tvilling@example.org' })
    return { one, two }
  }
  let cards = 1000

  test('the two stand side by side, and nothing is merged before it is said which stays and that it is one person', async () => {
    const { one, two } = await twin('Kim Dobbelt')
    assert.ok((await dorte.get(at(one, '/merge'))).body.includes(at(one, `/merge/${two}`)))
    const { number } = (await readPatron(library.context(), two)) ?? { number: '' }
    assert.equal(
      (await dorte.send(at(one, '/merge'), at(one, '/merge'), { other: number })).headers.location,
      at(one, `/merge/${two}`),
    )
    assert.equal((await dorte.send(at(one, '/merge'), at(one, '/merge'), { other: '999' })).statusCode, 422)
    const page = at(one, `/merge/${two}`)
    const compared = await dorte.get(page)
    assert.match(compared.body, /tvilling@example.org/)
    for (const id of [one, two]) assert.equal((await lastLook(id))?.what, 'sammenligning med en anden låner')
    const careless = await dorte.send(page, page, { keep: '' })
    assert.match(careless.body, /href="#keep"/)
    assert.match(careless.body, /href="#sure"/)
    assert.equal((await dorte.send(page, page, { keep: cast.bo.id, sure: 'yes' })).statusCode, 422)
    const done = await dorte.send(page, page, { keep: two, sure: 'yes' })
    assert.equal(done.headers.location, at(two))
    assert.equal((await dorte.get(at(one))).statusCode, 404)
    assert.equal(await findPatron(library.context(), '23000001001'), two)
  })

  test('two desks that merge the same pair at once merge it once', async () => {
    const { one, two } = await twin('Lone Dobbelt')
    const page = at(one, `/merge/${two}`)
    for (const visitor of [dorte, eva]) await visitor.get(page)
    const answers = await Promise.all(
      [dorte, eva].map((visitor) => visitor.send(page, page, { keep: one, sure: 'yes' })),
    )
    assert.ok(answers.every(({ statusCode }) => [303, 404].includes(statusCode)))
    assert.ok(answers.some(({ statusCode }) => statusCode === 303))
    assert.ok(await readPatron(library.context(), one))
    assert.equal(await readPatron(library.context(), two), undefined)
  })

  test('two CPR numbers are two persons, until staff say otherwise', async () => {
    const ctx = library.context()
    const at2 = (cpr: string) => ({ name: 'Mie Dobbelt', cpr, address: 'X', municipality: '0210' })
    const one = await enrolled(ctx, cast.branch, at2('6101704000'))
    const page = at(one, `/merge/${hidden}`)
    // Whom the other is stays hidden until a reason is given.
    await library.context().db.run(sql`update patron set protected = true where id = ${hidden}`)
    const refused = await dorte.get(page)
    assert.match(refused.body, /Åbn den først/)
    assert.doesNotMatch(refused.body, /Skjoldborg|Usynligvej/)
    assert.equal((await dorte.get(at(one, `/merge/${one}`))).statusCode, 404)
    assert.equal((await dorte.get(at(one, `/merge/${stranger}`))).statusCode, 404)
  })
})

function csrf(page: LightMyRequestResponse): string {
  return /name="_csrf" value="([^"]+)"/.exec(page.body)?.[1] ?? ''
}
