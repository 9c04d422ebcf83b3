import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type { Browser } from 'playwright-core'
import { addStaff } from '#auth'
import { checkin, checkout, openLoans } from '#loans'
import { type Bridge, SimulatedReader, startBridge } from '#rfid'
import { createSite } from '../../src/site.ts'
import { axeFaults, launch, picture, scrollsSideways, tabTo, visit } from '../support/browser.ts'
import { type Cast, castIn } from '../support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../support/library.ts'

const PASSWORD = 'fire store gule løver'
const TOKEN = 'parring-til-test'
const DESK = '/fredensborg/staff/desk'
const reader = new SimulatedReader()

let library: TestLibrary
let cast: Cast
let app: FastifyInstance
let origin: string
let browser: Browser
let bridge: Bridge

before(async () => {
  library = await openTestLibrary()
  cast = await castIn(library.context())
  const operator = library.context({ kind: 'operator', name: 'test' })
  const person = {
    username: 'dorte',
    name: 'Dorte Deskvagt',
    email: null,
    roles: ['desk' as const],
    password: PASSWORD,
  }
  assert.ok((await addStaff(operator, person)).ok)
  // The page must know the bridge's port, and the bridge the page's origin.
  const options: { rfidPort?: number } = {}
  app = await createSite(library.installation, options)
  origin = await app.listen({ host: '127.0.0.1', port: 0 })
  bridge = await startBridge({ reader, origin, token: TOKEN, port: 0 })
  options.rfidPort = bridge.port
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await bridge?.close()
  await app?.close()
  await library?.close()
})

const afi = () => reader.tags().map((tag) => tag.afi)

test('several items on the pad are lent and taken back at once, and their alarms follow the server’s yes', async () => {
  const ctx = library.context()
  assert.ok((await checkout(ctx, { card: cast.dines.card, barcode: 'B1' })).ok)
  const { page, context, faults } = await visit(browser, origin, {
    width: 1280,
    alsoAsks: [`ws://127.0.0.1:${bridge.port}`],
  })
  await page.goto(`${origin}/fredensborg/staff/sign-in`)
  await page.locator('[name=username]').fill('dorte')
  await page.locator('[name=password]').fill(PASSWORD)
  await page.keyboard.press('Enter')
  await page.waitForURL((url) => !url.pathname.endsWith('sign-in'))
  const answer = await page.goto(origin + DESK)
  assert.match(
    String(answer?.headers()['content-security-policy']),
    new RegExp(`connect-src 'self' ws://127\\.0\\.0\\.1:${bridge.port};`),
  )
  const elsewhere = await app.inject('/fredensborg')
  assert.match(String(elsewhere.headers['content-security-policy']), /connect-src 'self';/)

  reader.put('A1', 'A2', 'B1', 'C1:1/2')
  await page.locator('.rfid summary').click()
  await page.locator('#rfid-token').fill('forkert')
  await page.keyboard.press('Enter')
  await page.getByText('Parringskoden er forkert.').waitFor()
  await page.locator('#rfid-token').fill(TOKEN)
  await page.keyboard.press('Enter')
  await page.getByText('Der ligger 4 materialer på pladen.').waitFor()
  assert.match(await page.locator('[data-rfid-pad]').innerText(), /C1 mangler del 2 af 2, alarm til/)

  // With nobody before one the pad takes back; with a patron open it lends to them.
  assert.equal(await page.locator('[data-rfid-deeds]').innerText(), 'Tag alle imod')
  await page.locator('#text').fill(cast.asta.card)
  await page.keyboard.press('Enter')
  await page.getByText('Der ligger 4 materialer på pladen.').waitFor()
  assert.deepEqual(afi(), [7, 7, 7, 7])
  await tabTo(page, '[data-rfid-deeds] button')
  await page.keyboard.press('Enter')
  await page.locator('[data-rfid-results] li').nth(3).waitFor()
  assert.deepEqual(afi(), [0xc2, 0xc2, 7, 7], 'what the server refused, and what is not whole, keeps its alarm')
  const results = await page.locator('[data-rfid-results]').innerText()
  assert.match(results, /A1 Lånt ud til/)
  assert.match(results, /B1 Materialet er udlånt til en anden/)
  assert.match(results, /C1 Ikke gjort: der mangler dele/)
  assert.equal((await openLoans(ctx, cast.asta.id)).length, 2)
  await picture(page, 'rfid-lent-1280-da')
  assert.deepEqual(await axeFaults(page), [])
  await page.setViewportSize({ width: 360, height: 900 })
  await picture(page, 'rfid-lent-360-da')
  assert.equal(await scrollsSideways(page), false)
  await page.setViewportSize({ width: 1280, height: 900 })

  // One tag takes no writing now: it is said, and done when the item lies there again.
  reader.put('A1', 'A2')
  await page.getByText('Der ligger 2 materialer på pladen.').waitFor()
  const [worn] = reader.tags()
  reader.worn.add(worn?.uid ?? '')
  await page.goto(origin + DESK)
  await tabTo(page, '[data-rfid-deeds] button')
  await page.keyboard.press('Enter')
  await page.locator('[data-rfid-results] li').nth(1).waitFor()
  assert.match(await page.locator('[data-rfid-results]').innerText(), /A1 .*Alarmen kunne ikke slås til/)
  assert.deepEqual(afi(), [0xc2, 7])
  assert.equal((await openLoans(ctx, cast.asta.id)).length, 0)
  reader.worn.clear()
  reader.put()
  await page.getByText('Der ligger ikke noget på pladen.').waitFor()
  reader.put('A1')
  await page.getByText('alarm til').waitFor()
  assert.deepEqual(afi(), [7])

  // The pairing is remembered, and a scanner that is a keyboard works beside the pad.
  await page.reload()
  await page.getByText('Der ligger 1 materiale på pladen.').waitFor()
  for (const text of [cast.bo.card, 'C2']) {
    await page.locator('#text').fill(text)
    const left = page.waitForEvent('load')
    await page.keyboard.press('Enter')
    await left
  }
  await page.locator('[data-outcome=ok]').first().waitFor()
  assert.equal((await openLoans(ctx, cast.bo.id)).length, 1)
  await checkin(ctx, { barcode: 'C2' })
  assert.deepEqual(
    faults.filter((fault) => !/status of 409/.test(fault)),
    [],
  )
  await context.close()
})
