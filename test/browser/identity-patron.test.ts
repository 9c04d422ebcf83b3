import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type { Browser } from 'playwright-core'
import { addClient } from '#adgangsplatformen'
import { addBranch } from '#agencies'
import { mitIdCallback, setPin } from '#auth'
import type { BranchId, PatronId } from '#core'
import { type Enrolment, enrolPatron, publishTerms } from '#patrons'
import { type MitIdSimulator, startMitIdSimulator } from '#simulators'
import { connectIdentity, type Identity, lateIdentity } from '../../src/identity.ts'
import { createSite } from '../../src/site.ts'
import { LOOKS, type Look, launch, tabTo, whereOf } from '../support/browser.ts'
import { castIn } from '../support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../support/library.ts'
import { Reader, typePin } from '../support/reader.ts'
import { PaperRegister } from '../support/register.ts'

const PIN = '4831'
const HOME = { postcode: '3480', city: 'Fredensborg', municipality: '0210' }
const SECRET = 'known to the test and its simulator'

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

function readerAt(look: Look): Promise<Reader> {
  return Reader.at({ browser, origin }, look, [mitId.issuer, websiteOrigin])
}

async function signInPatron(reader: Reader, card: string, pin: string): Promise<void> {
  await tabTo(reader.page, '[name=presented]')
  await reader.page.keyboard.type(card)
  await tabTo(reader.page, '[name=pin]')
  await reader.page.keyboard.type(pin)
  await reader.press('Enter')
}

for (const look of LOOKS) {
  const where = whereOf(look)
  const { nth } = look

  test(`a patron signs in with card and PIN, changes the PIN and signs out everywhere ${where}`, async () => {
    const { card } = await withPin(3 + nth)
    const reader = await readerAt(look)
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
    const reader = await readerAt(look)
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
    const reader = await readerAt(look)
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
