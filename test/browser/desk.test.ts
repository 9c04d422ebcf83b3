import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type { Browser, Page } from 'playwright-core'
import { addStaff } from '#auth'
import { sql } from '#db'
import { createSite } from '../../src/site.ts'
import { axeFaults, launch, picture, scrollsSideways, visit, WIDTHS } from '../support/browser.ts'
import { type Cast, castIn } from '../support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../support/library.ts'

const PASSWORD = 'fire store gule løver'

let library: TestLibrary
let cast: Cast
let app: FastifyInstance
let origin: string
let browser: Browser

before(async () => {
  library = await openTestLibrary()
  cast = await castIn(library.context())
  app = await createSite(library.installation)
  origin = await app.listen({ host: '127.0.0.1', port: 0 })
  const operator = library.context({ kind: 'operator', name: 'drift' })
  const person = { username: 'dorte', name: 'Dorte Prøve', email: null, roles: ['desk'] as const, password: PASSWORD }
  assert.ok((await addStaff(operator, person)).ok)
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await app?.close()
  await library?.close()
})

/** What a scanner does: types where the focus is, and ends with Enter. */
async function scan(page: Page, text: string): Promise<void> {
  await page.waitForFunction(() => document.activeElement?.matches('[data-scan-field]'))
  const moved = page.waitForEvent('load')
  await page.keyboard.type(text)
  await page.keyboard.press('Enter')
  await moved
}

async function looksRight(page: Page, name: string): Promise<void> {
  assert.deepEqual(await axeFaults(page), [], name)
  assert.equal(await scrollsSideways(page), false, `${name} is wider than the screen`)
  await picture(page, name)
}

for (const [width, prefix] of [
  ['desk', ''],
  ['phone', '/en'],
] as const) {
  test(`five items are lent by keyboard alone, with a scan each and Enter at the end (${width}, ${prefix || '/da'})`, async () => {
    const { db } = library.context()
    await db.run(sql`delete from loan`)
    await db.run(sql`update item set state = 'available'`)
    const { page, context, faults } = await visit(browser, origin, { width: WIDTHS[width] })
    await page.goto(`${origin}${prefix}/fredensborg/staff/sign-in`)
    await page.locator('input[name=username]').fill('dorte')
    await page.locator('input[name=password]').fill(PASSWORD)
    await page.keyboard.press('Enter')
    await page.waitForURL((url) => !url.pathname.endsWith('sign-in'))
    await page.goto(`${origin}${prefix}/fredensborg/staff/desk`)
    await looksRight(page, `desk-home-${width}`)
    await scan(page, cast.asta.card)
    for (const barcode of ['A1', 'B1', 'C1', 'A2', 'B2']) {
      await scan(page, barcode)
      assert.equal(await page.locator('[data-outcome=ok]').count(), 1, `${barcode} was lent`)
    }
    await looksRight(page, `desk-patron-${width}`)
    assert.equal(await page.locator('h2#loans').textContent(), prefix ? '5 loans' : '5 lån')
    await scan(page, 'A1')
    await page.locator('a[href*="/loans/"]').first().click()
    await looksRight(page, `desk-loan-${width}`)
    await page.locator('main p > a').last().click()
    await scan(page, '')
    assert.match(page.url(), /\/staff\/desk$/)
    await scan(page, 'A1')
    await looksRight(page, `desk-returned-${width}`)
    await page.goto(`${origin}${prefix}/fredensborg/staff/overdue`)
    await looksRight(page, `desk-overdue-${width}`)
    assert.deepEqual(faults, [])
    await context.close()
  })
}
