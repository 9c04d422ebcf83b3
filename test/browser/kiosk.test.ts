import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type { Browser, Page } from 'playwright-core'
import { MovableClock, realClock } from '#core'
import { sql } from '#db'
import { createSite } from '../../src/site.ts'
import { axeFaults, launch, picture, scrollsSideways, tabTo, visit, WIDTHS } from '../support/browser.ts'
import { openTestLibrary, type TestLibrary } from '../support/library.ts'
import { PIN, type Sip2Scene, sip2Scene } from '../support/sip2-scene.ts'

const KIOSK = '/fredensborg/kiosk'

let library: TestLibrary
let scene: Sip2Scene
let app: FastifyInstance
let origin: string
let browser: Browser
let clock: MovableClock

before(async () => {
  library = await openTestLibrary()
  const ctx = library.context()
  scene = await sip2Scene(ctx)
  clock = new MovableClock(realClock.now())
  app = await createSite(library.installation, { sessionClock: clock })
  origin = await app.listen({ host: '127.0.0.1', port: 0 })
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await app?.close()
  await library?.close()
})

async function looksRight(page: Page, name: string): Promise<void> {
  assert.deepEqual(await axeFaults(page), [], name)
  const small = await page.$$eval('button:not([hidden]), main a, main input:not([type=hidden])', (all) =>
    all
      .map((each) => ({ text: each.textContent || each.id, box: each.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0 && (box.width < 63.5 || box.height < 63.5))
      .map(({ text, box }) => `${text}: ${box.width} × ${box.height}`),
  )
  assert.deepEqual(small, [], `${name}: everything is large enough to hit`)
  await picture(page, name)
  await page.setViewportSize({ width: 360, height: 740 })
  assert.equal(await scrollsSideways(page), false, `${name} is wider than a phone`)
  await picture(page, `${name}-phone`)
  await page.setViewportSize({ width: WIDTHS.desk, height: 900 })
}

/** The same time goes by for whoever stands there and for the server. */
async function wait(page: Page, seconds: number): Promise<void> {
  clock.moveTo(clock.now().add({ seconds }))
  await page.clock.fastForward(seconds * 1000)
}

test('a screen is used by keyboard and scanner alone, and shows nobody after they walked away', async () => {
  const { page, context, faults } = await visit(browser, origin, { width: WIDTHS.desk })
  const card = scene.patrons.asta?.card ?? ''
  await page.clock.install()
  await page.goto(origin + KIOSK)
  await looksRight(page, 'kiosk-pair')
  await page.locator('[name=name]').fill('automat')
  await page.locator('[name=secret]').fill(scene.secrets.automat ?? '')
  await page.keyboard.press('Enter')
  await page.waitForSelector('[data-kiosk-start]')
  await looksRight(page, 'kiosk-start')

  await page.waitForFunction(() => document.activeElement?.id === 'presented')
  await page.keyboard.type(card)
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/pin$/)
  await looksRight(page, 'kiosk-pin')
  // With a finger, on the keys of the page.
  for (const digit of PIN) await page.locator(`[data-key="${digit}"]`).click()
  await tabTo(page, 'form[action$="/pin"] button[type=submit]')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/borrow$/)
  await page.waitForFunction(() => document.activeElement?.id === 'barcode')

  // Faster than any answer comes, as a scanner is.
  for (const barcode of ['A1', 'B1', 'R1', 'A2']) {
    await page.keyboard.type(barcode)
    await page.keyboard.press('Enter')
  }
  await page.waitForFunction(() => document.querySelectorAll('.kiosk-list > li').length === 3)
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'barcode')
  const said = page.locator('[role=status]')
  assert.match((await said.textContent()) ?? '', /Lånt\s+Blåbærgrød på Ærø/)
  const { n } = await library.context().db.one<{ n: number }>(sql`select count(*)::int as n from loan`)
  assert.equal(n, 3)
  await looksRight(page, 'kiosk-borrow')

  await tabTo(page, 'a[href$="/mine"]')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/mine$/)
  await looksRight(page, 'kiosk-mine')
  await wait(page, 75)
  assert.match((await page.locator('[data-countdown]').textContent()) ?? '', /om 1\d sekunder/)
  assert.match((await page.locator('[role=alert]').textContent()) ?? '', /Tryk på Mere tid/)
  await picture(page, 'kiosk-soon')
  await tabTo(page, 'form[action$="/stay"] button')
  await page.keyboard.press('Enter')
  await page.waitForFunction(() => document.querySelector('[data-soon]')?.textContent === '')

  await tabTo(page, 'a[href$="/return"]')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/return$/)
  await page.waitForFunction(() => document.activeElement?.id === 'barcode')
  await page.keyboard.type('A1')
  await page.keyboard.press('Enter')
  await page.locator('[role=status] [data-outcome=ok]').waitFor()
  await looksRight(page, 'kiosk-return')

  // Nobody touches anything any more.
  await wait(page, 92)
  await page.waitForSelector('[data-kiosk-start]')
  for (let back = 0; back < 3; back++) {
    await page.goBack()
    assert.doesNotMatch((await page.textContent('body')) ?? '', /Asta|Blåbærgrød/)
  }
  assert.deepEqual(faults, [])
  await context.close()
})
