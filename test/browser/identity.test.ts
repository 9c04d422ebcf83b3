import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { Secret, TOTP } from 'otpauth'
import type { Browser } from 'playwright-core'
import { addClient } from '#adgangsplatformen'
import { addBranch } from '#agencies'
import { addStaff, mitIdCallback, setPin } from '#auth'
import type { BranchId, PatronId } from '#core'
import { sql } from '#db'
import { type Enrolment, enrolPatron, publishTerms } from '#patrons'
import { type MitIdSimulator, startMitIdSimulator } from '#simulators'
import { connectIdentity, type Identity, lateIdentity } from '../../src/identity.ts'
import { createSite } from '../../src/site.ts'
import { axeFaults, launch, picture, scrollsSideways, tabTo, visit, type Watched } from '../support/browser.ts'
import { castIn } from '../support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../support/library.ts'
import { PaperRegister } from '../support/register.ts'

const PASSWORD = 'fire store gule løver'
const PIN = '4831'
const HOME = { postcode: '3480', city: 'Fredensborg', municipality: '0210' }
const SECRET = 'known to the test and its simulator'

/** How each page is looked at: on a phone and at a desk, in both languages. `nth` keeps their people apart. */
const LOOKS = [
  { screen: 'phone', width: 360, prefix: '' },
  { screen: 'phone', width: 360, prefix: '/en' },
  { screen: 'desk', width: 1280, prefix: '' },
  { screen: 'desk', width: 1280, prefix: '/en' },
].map((each, nth) => ({ ...each, nth, language: each.prefix === '' ? 'da' : 'en' }))
type Look = (typeof LOOKS)[number]

let library: TestLibrary
let app: FastifyInstance
let origin: string
let browser: Browser
let mitId: MitIdSimulator
let website: Server
let websiteOrigin: string
let branch: BranchId
let identity: Identity | undefined
const register = new PaperRegister()
const codes: string[] = []

const citizen = (nth: number) => ({ name: `Citta Borger${nth}`, cpr: `740385${2048 + nth}` })
const newcomer = (nth: number) => ({ name: `Nye Netlåner${nth}`, cpr: `720388${1013 + nth}` })

before(async () => {
  library = await openTestLibrary({ agencies: ['fredensborg', 'herning'] })
  branch = (await castIn(library.context())).branch
  const herning = library.context({ kind: 'operator', name: 'drift' }, 'herning')
  await addBranch(herning, { code: 'H', name: 'Herning', address: 'Gade 1', postcode: '7400', city: 'Herning' })
  for (const ctx of [herning, library.context({ kind: 'operator', name: 'drift' })]) {
    await publishTerms(ctx, 'rules', { da: 'Man låner i en måned.', en: 'Loans are for a month.' })
    await publishTerms(ctx, 'prices', { da: 'Intet koster noget.', en: 'Nothing costs anything.' })
  }
  app = await createSite(library.installation, { identity: lateIdentity(() => identity), cprRegister: () => register })
  origin = await app.listen({ host: '127.0.0.1', port: 0 })
  mitId = await startMitIdSimulator({
    clients: [
      {
        id: 'kvit',
        secret: SECRET,
        redirectUris: ['fredensborg', 'herning'].map((agency) => `${origin}${mitIdCallback(agency)}`),
      },
    ],
    persons: LOOKS.flatMap(({ nth }) => [citizen(nth), newcomer(nth)]),
  })
  identity = connectIdentity({ mitid: { issuer: mitId.issuer, clientId: 'kvit', clientSecret: SECRET } }, origin)
  await startWebsite()
  browser = await launch()
})
after(async () => {
  await browser?.close()
  website?.close()
  await mitId?.close()
  await app?.close()
  await library?.close()
})

/** A website of somebody else's, which keeps the codes it is sent. */
async function startWebsite(): Promise<void> {
  website = createServer((request, response) => {
    const code = new URL(request.url ?? '/', 'http://website').searchParams.get('code')
    if (code) codes.push(code)
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
    response.end('<!doctype html><title>Website</title><link rel="icon" href="data:,"><h1>Website</h1>')
  })
  await new Promise<void>((resolve) => website.listen(0, '127.0.0.1', resolve))
  websiteOrigin = `http://127.0.0.1:${(website.address() as AddressInfo).port}`
  const added = await addClient(library.installation.data.owner(), {
    id: 'website',
    title: 'Eksempelsiden',
    redirectUris: [`${websiteOrigin}/callback`],
    attributes: ['uniqueId', 'userId', 'municipality'],
    agencies: 'own',
  })
  assert.ok(added.ok)
}

async function enrolled(enrolment: Enrolment): Promise<PatronId> {
  const done = await enrolPatron(library.context(), branch, { ...HOME, photoIdSeen: true, ...enrolment })
  assert.ok(done.ok, JSON.stringify(done))
  return done.value.id
}

/** A patron of their own for a test, with card and PIN. */
async function withPin(nth: number): Promise<{ readonly card: string }> {
  const card = `2300000010${nth}`
  const id = await enrolled({ name: 'Pia Pinkode', cpr: `650277${4020 + nth}`, address: 'Pilekrogen 8', card })
  assert.ok((await setPin(library.context(), id, PIN, 'patron')).ok)
  return { card }
}

function numberOf(id: PatronId): Promise<{ readonly number: string }> {
  return library.context().db.one<{ number: string }>(sql`select number from patron where id = ${id}`)
}

async function staffNamed(username: string): Promise<void> {
  const ctx = library.context({ kind: 'operator', name: 'drift' })
  const person = { username, name: 'Dorte Deskvagt', email: null, roles: ['desk' as const], password: PASSWORD }
  assert.ok((await addStaff(ctx, person)).ok)
}

/** Somebody at one of the screens, who looks hard at each page they come to. */
class Reader {
  readonly #watched: Watched
  readonly look: Look

  static async at(look: Look): Promise<Reader> {
    return new Reader(
      await visit(browser, origin, { width: look.width, alsoAsks: [mitId.issuer, websiteOrigin] }),
      look,
    )
  }

  constructor(watched: Watched, look: Look) {
    this.#watched = watched
    this.look = look
  }

  get page() {
    return this.#watched.page
  }

  async goto(path: string): Promise<void> {
    const answer = await this.page.goto(`${origin}${this.look.prefix}${path}`)
    assert.equal(answer?.status(), 200, path)
  }

  /** Whether the page is fit to read, and in the language that was chosen. */
  async sees(name: string): Promise<void> {
    const { page, look } = this
    const where = `${name} (${look.screen}, ${look.language}): ${page.url()}`
    assert.equal(await page.locator('html').getAttribute('lang'), look.language, where)
    assert.equal(await page.locator('h1').count(), 1, `${where} has one heading that says what it is`)
    await picture(page, `${name}-${look.screen}-${look.language}`)
    assert.deepEqual(await axeFaults(page), [], where)
    assert.equal(await scrollsSideways(page), false, `${where} is wider than the screen`)
  }

  /** What the text of the page must say. */
  async reads(pattern: RegExp): Promise<void> {
    assert.match((await this.page.locator('main').innerText()) ?? '', pattern, this.page.url())
  }

  /** Does something that leads to another page, and waits until it is there. */
  async leave(how: () => Promise<unknown>): Promise<void> {
    const left = this.page.waitForEvent('load')
    await how()
    await left
  }

  press(key: string): Promise<void> {
    return this.leave(() => this.page.keyboard.press(key))
  }

  click(selector: string): Promise<void> {
    return this.leave(() => this.page.locator(selector).first().click())
  }

  /** A page that refuses says so with its status, which the browser notes as an error; there must be just those. */
  refused(status: number, times = 1): void {
    const told = `console: Failed to load resource: the server responded with a status of ${status}`
    const faults = this.#watched.faults.splice(0)
    assert.equal(faults.length, times, faults.join('\n'))
    for (const fault of faults) assert.ok(fault.startsWith(told), fault)
  }

  async isDone(): Promise<void> {
    assert.deepEqual(this.#watched.faults, [])
    await this.#watched.context.close()
  }
}

/** Signs staff in with the keyboard and comes to the desk. */
async function toDesk(reader: Reader, username: string): Promise<void> {
  await reader.goto('/fredensborg/staff/desk')
  await signIn(reader, username)
  assert.match(reader.page.url(), /\/staff\/desk$/, 'one comes to the page one wanted')
}

async function signIn(reader: Reader, username: string): Promise<void> {
  const { page } = reader
  await tabTo(page, '[name=username]')
  await page.keyboard.type(username)
  await tabTo(page, '[name=password]')
  await page.keyboard.type(PASSWORD)
  await reader.press('Enter')
}

async function signInPatron(reader: Reader, card: string, pin: string): Promise<void> {
  await tabTo(reader.page, '[name=presented]')
  await reader.page.keyboard.type(card)
  await tabTo(reader.page, '[name=pin]')
  await reader.page.keyboard.type(pin)
  await reader.press('Enter')
}

/** Types a new PIN and types it again. */
async function typePin(reader: Reader, pin: string, again: string): Promise<void> {
  await tabTo(reader.page, '[name=pin]')
  await reader.page.keyboard.type(pin)
  await tabTo(reader.page, '[name=again]')
  await reader.page.keyboard.type(again)
  await reader.press('Enter')
}

/** A scanner is a keyboard that types fast and presses Enter, wherever the focus is: a field must have it by itself. */
async function scan(reader: Reader, card: string): Promise<void> {
  await reader.page.waitForFunction(() => document.activeElement?.matches('input[autofocus]'), null, { timeout: 5000 })
  await reader.page.keyboard.type(card)
  await reader.press('Enter')
}

async function typeCode(reader: Reader, code: string): Promise<void> {
  await tabTo(reader.page, '[name=code]')
  await reader.page.keyboard.type(code)
  await reader.press('Enter')
}

const actionLink = (path: string) => `main a[href$="${path}"]`

for (const look of LOOKS) {
  const where = `${look.screen === 'phone' ? 'on a phone' : 'at a desk'} in ${look.language === 'da' ? 'Danish' : 'English'}`
  const { nth } = look

  test(`with the keyboard alone the desk serves a patron ${where}`, async () => {
    const card = `2200000010${nth}`
    const id = await enrolled({ name: 'Karla Kortholder', cpr: `650277400${nth}`, address: 'Pilekrogen 9', card })
    await staffNamed(`dorte${nth}`)
    const reader = await Reader.at(look)
    const { page } = reader
    await toDesk(reader, `dorte${nth}`)
    await reader.sees('desk')

    await scan(reader, '29999999999')
    reader.refused(422)
    await reader.sees('desk-unknown')
    await scan(reader, 'Asta')
    await reader.sees('desk-list')
    assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'H2', 'what was found has the focus')
    await tabTo(page, 'main table a')
    await reader.press('Enter')
    await reader.reads(/Asta Prøve/)
    await scan(reader, card)
    assert.match(page.url(), new RegExp(`/desk/patrons/${id}$`), 'the next card is scanned without touching anything')
    await reader.reads(/Karla Kortholder/)
    await reader.sees('patron')
    await tabTo(page, actionLink('/notes/new'))
    await reader.press('Enter')
    await reader.sees('note')
    await tabTo(page, '[name=audience]')
    await page.keyboard.press('ArrowDown')
    await tabTo(page, '[name=text]')
    await page.keyboard.type('Vil gerne have store bogstaver.')
    await tabTo(page, 'main form button')
    await reader.press('Enter')
    await reader.reads(/Vil gerne have store bogstaver/)

    await tabTo(page, 'main form[action$="/lost"] button')
    await reader.press('Enter')
    await reader.reads(look.language === 'da' ? /mistet/ : /lost/)

    await tabTo(page, actionLink('/blocks/new'))
    await reader.press('Enter')
    await reader.sees('block')
    await tabTo(page, '[name=code]')
    await page.keyboard.press('ArrowDown')
    await tabTo(page, '[name=reason]')
    await page.keyboard.type('Aftalt på mødet')
    await tabTo(page, '[name=message]')
    await page.keyboard.type('Tal med os ved skranken.')
    await tabTo(page, 'main form button')
    await reader.press('Enter')
    await reader.reads(look.language === 'da' ? /Spærret for lån/ : /Blocked from borrowing/)

    await tabTo(page, actionLink(`${id}/pin`))
    await reader.press('Enter')
    await typePin(reader, PIN, '1111')
    reader.refused(422)
    await reader.sees('pin-wrong')
    await typePin(reader, PIN, PIN)
    await reader.reads(look.language === 'da' ? /Er valgt/ : /Is set/)
    await reader.sees('patron-busy')
    for (const form of ['contact', 'cards/new', 'bans/new', 'merge']) {
      await reader.goto(`/fredensborg/staff/desk/patrons/${id}/${form}`)
      await reader.sees(`patron-${form.replace('/', '-')}`)
    }
    await reader.goto('/fredensborg/staff/desk/tasks')
    await reader.sees('tasks')
    await reader.isDone()
  })

  test(`a protected patron is opened only with a reason ${where}`, async () => {
    const cpr = `750990${1028 + nth}`
    const id = await enrolled({ name: 'Hemmelig Skjoldborg', cpr, address: 'Usynligvej 13', protected: true })
    const { number } = await numberOf(id)
    await staffNamed(`eva${nth}`)
    const reader = await Reader.at(look)
    const { page } = reader
    await toDesk(reader, `eva${nth}`)
    await scan(reader, number)
    await reader.sees('protected-reason')
    assert.doesNotMatch(await page.content(), /Skjoldborg|Usynligvej/)
    await tabTo(page, '[name=why]')
    await page.keyboard.press('ArrowDown')
    await tabTo(page, 'main form button')
    await reader.press('Enter')
    await reader.reads(/Skjoldborg/)
    await reader.sees('protected')
    assert.doesNotMatch(await page.content(), /Usynligvej/)
    await tabTo(page, '[name=reason]')
    await page.keyboard.type('Skal have sendt en bog hjem')
    await reader.press('Enter')
    await reader.reads(/Usynligvej 13/)
    await reader.sees('protected-address')
    await reader.goto(`/fredensborg/staff/desk/patrons/${id}`)
    assert.doesNotMatch(await page.content(), /Usynligvej/)
    await reader.isDone()
  })

  test(`the desk enrols a grown-up and a child in three steps ${where}`, async () => {
    const grown = `700388${1013 + nth}`
    const child = `641216${4018 + nth}`
    register.put(grown, { name: `Nora Nykommer${nth}`, municipality: '0210' })
    register.put(child, { name: `Nis Nykommer${nth}`, municipality: '0210' })
    await staffNamed(`fie${nth}`)
    const reader = await Reader.at(look)
    const { page } = reader
    await toDesk(reader, `fie${nth}`)
    await reader.click(actionLink('/enrolments/new'))
    await reader.sees('enrol-1')
    await scan(reader, '123')
    reader.refused(422)
    await reader.sees('enrol-1-wrong')
    await scan(reader, grown)
    await reader.reads(/Nora Nykommer/)
    assert.doesNotMatch(await page.content(), new RegExp(grown))
    await reader.sees('enrol-2')
    await page.locator('[name=photoId]').check()
    await page.locator('[name=accepted]').check()
    await reader.click('main form button')
    await reader.sees('enrol-3')
    await reader.click('main form button')
    reader.refused(422)
    await reader.sees('enrol-3-not-told')
    await page.locator('[name=told]').check()
    await typePin(reader, PIN, PIN)
    await reader.reads(/Nora Nykommer/)
    await reader.sees('enrolled')

    await reader.goto('/fredensborg/staff/desk')
    await scan(reader, child)
    await reader.sees('desk-stranger')
    await reader.click('main form[action$="/enrolments/check"] button')
    await reader.reads(/Nis Nykommer/)
    await reader.sees('enrol-child')
    await page.locator('[name=email]').fill('nora@example.org')
    await page.locator('[name=accepted]').check()
    await reader.click('main form button')
    reader.refused(422)
    await reader.sees('enrol-child-without-guardian')
    await page.locator('[name=guardianName]').fill('Nora Nykommer')
    await page.locator('[name=guardianSees]').check()
    await page.locator('[name=signed]').check()
    await reader.click('main form button')
    await reader.sees('enrol-child-3')
    if (await page.locator('[name=told]').count()) await page.locator('[name=told]').check()
    await reader.click('main form button')
    await reader.reads(/Nora Nykommer/)
    await reader.sees('enrolled-child')
    await reader.isDone()
  })

  test(`staff sign in with a code from their phone, and with a recovery code when it is gone ${where}`, async () => {
    await staffNamed(`gerda${nth}`)
    const reader = await Reader.at(look)
    const { page } = reader
    await toDesk(reader, `gerda${nth}`)
    await reader.goto('/fredensborg/staff/second-factor')
    await reader.sees('factor')
    const secret = (await page.locator('main ol code').innerText()).replace(/\s/g, '')
    const app = new TOTP({ secret: Secret.fromBase32(secret) })
    await page.locator('[name=code]').fill(app.generate())
    await reader.press('Enter')
    await reader.sees('recovery-codes')
    const recovery = await page.locator('main ul code').first().innerText()
    await reader.click('main a.button')
    await reader.sees('factor-on')
    await reader.goto('/fredensborg/staff/sessions')
    await reader.sees('sessions')

    // The code of the next half minute, since that of this one has been used.
    for (const code of [app.generate({ timestamp: Date.now() + 30_000 }), recovery]) {
      await reader.click('form[action$="/staff/sign-out"] button')
      await reader.goto('/fredensborg/staff/sign-in')
      await signIn(reader, `gerda${nth}`)
      await reader.sees('code')
      await typeCode(reader, '000000')
      reader.refused(422)
      await reader.sees('code-wrong')
      await typeCode(reader, code)
      assert.match(page.url(), /\/fredensborg\/staff(\/desk)?$/)
    }
    await reader.sees('staff-home')
    await reader.isDone()
  })

  test(`a patron signs in with card and PIN, changes the PIN and signs out everywhere ${where}`, async () => {
    const { card } = await withPin(3 + nth)
    const reader = await Reader.at(look)
    const { page } = reader
    await reader.goto('/fredensborg/me')
    await reader.sees('sign-in')
    await signInPatron(reader, card, '0000')
    reader.refused(422)
    await reader.sees('sign-in-wrong')
    await signInPatron(reader, card, PIN)
    assert.match(page.url(), /\/fredensborg\/me$/)
    await reader.sees('me')
    await reader.click('main a[href$="/fredensborg/pin"]')
    await reader.sees('pin')
    await page.locator('[name=current]').fill(PIN)
    await typePin(reader, '5937', '5937')
    assert.match(page.url(), /\/fredensborg\/me$/)
    await reader.click('main a[href$="/me/data"]')
    await reader.sees('my-data')
    await reader.goto('/fredensborg/me')
    await reader.click('main form[action$="/sign-out/everywhere"] button')
    await reader.sees('signed-out')
    await reader.goto('/fredensborg/pin/forgotten')
    await reader.sees('forgotten')
    await page.locator('[name=presented]').fill(card)
    await reader.press('Enter')
    await reader.sees('forgotten-sent')
    await reader.goto('/fredensborg/me')
    assert.match(page.url(), /\/sign-in/, 'whoever signed out is asked again')
    await reader.isDone()
  })

  test(`a patron signs in with MitID and comes back, and a newcomer becomes a patron ${where}`, async () => {
    const known = citizen(nth)
    await enrolled({ ...known, address: 'Pilekrogen 11' })
    const reader = await Reader.at(look)
    const { page } = reader
    await reader.goto('/fredensborg/sign-in')
    await reader.click('#mitid')
    assert.equal(new URL(page.url()).origin, mitId.issuer)
    await reader.sees('mitid')
    await reader.click('button[name=person][value=""]')
    await reader.sees('mitid-stopped')
    await reader.click('#mitid')
    await reader.click(`button:text-is("${known.name}")`)
    assert.equal(page.url(), `${origin}${look.prefix}/fredensborg/me`)
    await reader.reads(/Citta Borger/)

    const unknown = newcomer(nth)
    register.put(unknown.cpr, { name: unknown.name, municipality: '0657' })
    await reader.goto('/herning/enrol')
    await reader.sees('become')
    await reader.click('#mitid')
    await reader.click(`button:text-is("${unknown.name}")`)
    await reader.reads(/Nye Netlåner/)
    await reader.sees('become-1')
    await page.locator('[name=phone]').fill('+4500000009')
    for (const box of await page.locator('input[type=checkbox]').all()) await box.check()
    await reader.click('main form button')
    await reader.sees('become-2')
    for (const box of await page.locator('input[type=checkbox]').all()) await box.check()
    await typePin(reader, PIN, PIN)
    assert.equal(page.url(), `${origin}${look.prefix}/herning/me`)
    await reader.sees('become-done')
    await reader.isDone()
  })

  test(`a website signs a patron in and is sent a code ${where}`, async () => {
    const { card } = await withPin(7 + nth)
    const reader = await Reader.at(look)
    const { page } = reader
    const asked = new URLSearchParams({
      response_type: 'code',
      client_id: 'website',
      redirect_uri: `${websiteOrigin}/callback`,
      state: `state-${nth}`,
    })
    const before = codes.length
    await reader.goto(`/oauth/authorize?${asked}`)
    await reader.sees('website-library')
    await reader.click('main a:text("Fredensborg")')
    await reader.sees('website-sign-in')
    await signInPatron(reader, card, '0000')
    reader.refused(422)
    await reader.sees('website-wrong')
    await signInPatron(reader, card, PIN)
    const back = new URL(page.url())
    assert.equal(`${back.origin}${back.pathname}`, `${websiteOrigin}/callback`)
    assert.equal(back.searchParams.get('state'), `state-${nth}`)
    assert.equal(codes.length, before + 1)
    await reader.goto('/logout')
    await reader.sees('website-out')
    await reader.isDone()
  })
}
