import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { Secret, TOTP } from 'otpauth'
import type { Browser } from 'playwright-core'
import { addStaff } from '#auth'
import type { BranchId, PatronId } from '#core'
import { sql } from '#db'
import { type Enrolment, enrolPatron, publishTerms } from '#patrons'
import { createSite } from '../../src/site.ts'
import { LOOKS, type Look, launch, type Session, tabTo, whereOf } from '../support/browser.ts'
import { castIn } from '../support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../support/library.ts'
import { Reader, typePin } from '../support/reader.ts'
import { PaperRegister } from '../support/register.ts'

const PASSWORD = 'fire store gule løver'
const PIN = '4831'
const HOME = { postcode: '3480', city: 'Fredensborg', municipality: '0210' }

let library: TestLibrary
let app: FastifyInstance
let origin: string
let browser: Browser
let branch: BranchId
const register = new PaperRegister()

before(async () => {
  library = await openTestLibrary()
  branch = (await castIn(library.context())).branch
  const ctx = library.context({ kind: 'operator', name: 'drift' })
  await publishTerms(ctx, 'rules', { da: 'Man låner i en måned.', en: 'Loans are for a month.' })
  await publishTerms(ctx, 'prices', { da: 'Intet koster noget.', en: 'Nothing costs anything.' })
  app = await createSite(library.installation, { cprRegister: () => register })
  origin = await app.listen({ host: '127.0.0.1', port: 0 })
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await app?.close()
  await library?.close()
})

async function enrolled(enrolment: Enrolment): Promise<PatronId> {
  const done = await enrolPatron(library.context(), branch, { ...HOME, photoIdSeen: true, ...enrolment })
  assert.ok(done.ok, JSON.stringify(done))
  return done.value.id
}

function numberOf(id: PatronId): Promise<{ readonly number: string }> {
  return library.context().db.one<{ number: string }>(sql`select number from patron where id = ${id}`)
}

async function staffNamed(username: string): Promise<void> {
  const ctx = library.context({ kind: 'operator', name: 'drift' })
  const person = { username, name: 'Dorte Deskvagt', email: null, roles: ['desk' as const], password: PASSWORD }
  assert.ok((await addStaff(ctx, person)).ok)
}

const sessions = new Map<Look, Session>()

/** Somebody who is at the desk: the first one at a screen signs in with the keyboard, the others find it signed in. */
async function atDesk(look: Look): Promise<Reader> {
  const username = `dorte${look.nth}`
  const session = sessions.get(look)
  const reader = await Reader.at({ browser, origin, session }, look)
  if (!session) await staffNamed(username)
  await reader.goto('/fredensborg/staff/desk')
  if (!session) {
    await signIn(reader, username)
    sessions.set(look, await reader.session())
  }
  assert.match(reader.page.url(), /\/staff\/desk$/, 'one comes to the page one wanted')
  return reader
}

async function signIn(reader: Reader, username: string): Promise<void> {
  const { page } = reader
  await tabTo(page, '[name=username]')
  await page.keyboard.type(username)
  await tabTo(page, '[name=password]')
  await page.keyboard.type(PASSWORD)
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
  const where = whereOf(look)
  const { nth } = look

  test(`with the keyboard alone the desk serves a patron ${where}`, async () => {
    const card = `2200000010${nth}`
    const id = await enrolled({ name: 'Karla Kortholder', cpr: `650277400${nth}`, address: 'Pilekrogen 9', card })
    const reader = await atDesk(look)
    const { page } = reader

    await scan(reader, '29999999999')
    reader.refused(422)
    await reader.sees('desk-unknown')
    await scan(reader, 'Asta')
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
    await reader.isDone()
  })

  test(`a protected patron is opened only with a reason ${where}`, async () => {
    const cpr = `750990${1028 + nth}`
    const id = await enrolled({ name: 'Hemmelig Skjoldborg', cpr, address: 'Usynligvej 13', protected: true })
    const { number } = await numberOf(id)
    const reader = await atDesk(look)
    const { page } = reader
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
    const reader = await atDesk(look)
    const { page } = reader
    await reader.click(actionLink('/enrolments/new'))
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
    const reader = await Reader.at({ browser, origin }, look)
    const { page } = reader
    await reader.goto('/fredensborg/staff/second-factor')
    await signIn(reader, `gerda${nth}`)
    assert.match(page.url(), /\/second-factor$/)
    await reader.sees('factor')
    const secret = (await page.locator('main ol code').innerText()).replace(/\s/g, '')
    const app = new TOTP({ secret: Secret.fromBase32(secret) })
    await page.locator('[name=code]').fill(app.generate())
    await reader.press('Enter')
    await reader.sees('recovery-codes')
    const recovery = await page.locator('main ul code').first().innerText()
    await reader.click('main a.button')
    await reader.sees('factor-on')

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
    await reader.isDone()
  })
}
