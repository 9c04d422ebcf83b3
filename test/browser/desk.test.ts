import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type { Browser, Page } from 'playwright-core'
import { addStaff } from '#auth'
import { dayOf } from '#core'
import { sql } from '#db'
import { openLoans } from '#loans'
import { reservationsOf } from '#reservations'
import { createSite } from '../../src/site.ts'
import { isFit, launch, picture, tabTo, visit, type Watched, WIDTHS } from '../support/browser.ts'
import { type Cast, castIn } from '../support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../support/library.ts'

const PASSWORD = 'fire store gule løver'
const LIBRARIES = ['fredensborg', 'herning'] as const

let library: TestLibrary
let app: FastifyInstance
let origin: string
let browser: Browser
const casts = new Map<string, Cast>()

before(async () => {
  library = await openTestLibrary({ agencies: [...LIBRARIES] })
  app = await createSite(library.installation)
  origin = await app.listen({ host: '127.0.0.1', port: 0 })
  for (const agency of LIBRARIES) {
    casts.set(agency, await castIn(library.context(undefined, agency)))
    const operator = library.context({ kind: 'operator', name: 'drift' }, agency)
    const roles = ['desk', 'catalogue', 'data-protection-officer'] as const
    const person = { username: 'dorte', name: 'Dorte Prøve', email: null, roles, password: PASSWORD }
    assert.ok((await addStaff(operator, person)).ok)
  }
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
  await enter(page, text)
}

/** Types where the focus is, and goes where Enter leads. */
async function enter(page: Page, text = ''): Promise<void> {
  const moved = page.waitForEvent('load')
  await page.keyboard.type(text)
  await page.keyboard.press('Enter')
  await moved
}

async function looksRight(page: Page, name: string): Promise<void> {
  await isFit(page, name)
  await picture(page, name)
}

/** At the desk of a library, signed in by keyboard. */
async function atDesk(agency: string, width: keyof typeof WIDTHS, prefix: string): Promise<Watched & { home: string }> {
  const watched = await visit(browser, origin, { width: WIDTHS[width] })
  const { page } = watched
  const home = `${origin}${prefix}/${agency}/staff/desk`
  await page.goto(`${origin}${prefix}/${agency}/staff/sign-in`)
  await tabTo(page, 'input[name=username]')
  await page.keyboard.type('dorte')
  await tabTo(page, 'input[name=password]')
  await page.keyboard.type(PASSWORD)
  await page.keyboard.press('Enter')
  await page.waitForURL((url) => !url.pathname.endsWith('sign-in'))
  await page.goto(home)
  return { ...watched, home }
}

for (const [agency, width, prefix] of [
  ['fredensborg', 'desk', ''],
  ['herning', 'phone', '/en'],
] as const) {
  const castOf = () => casts.get(agency) as Cast
  const ctxOf = () => library.context(undefined, agency)

  test(`${agency}: five items are lent by keyboard alone, with a scan each and Enter at the end (${width})`, async () => {
    const { asta } = castOf()
    const { page, context, faults, home } = await atDesk(agency, width, prefix)
    await scan(page, asta.card)
    for (const barcode of ['A1', 'B1', 'C1', 'A2', 'B2']) {
      await scan(page, barcode)
      assert.equal(await page.locator('[data-outcome=ok]').count(), 1, `${barcode} was lent`)
    }
    await looksRight(page, `desk-patron-${width}`)
    assert.equal(await page.locator('h2#loans').textContent(), prefix ? '5 loans' : '5 lån')

    // Back and forth through the history sends nothing once more, and the browser asks nothing.
    const { count: before } = await countOf(agency)
    for (const step of ['goBack', 'goForward', 'reload'] as const) {
      assert.equal((await page[step]())?.status() ?? 200, 200, step)
      await page.locator('[data-scan-field]').waitFor()
    }
    assert.deepEqual(await countOf(agency), { count: before })

    await tabTo(page, 'a[href*="/loans/"]')
    await enter(page)
    await page.goto(home)
    await scan(page, asta.card)
    await scan(page, '')
    assert.equal(page.url(), home, 'Enter alone ends the visit')
    await scan(page, 'A1')
    await looksRight(page, `desk-returned-${width}`)
    await scan(page, '-')
    assert.equal((await openLoans(ctxOf(), asta.id)).length, 5, 'undone by a sign')
    assert.deepEqual(faults, [])
    await context.close()
  })

  test(`${agency}: book drop, receipt, fee, note, reservation and the work lists, by keyboard alone (${width})`, async () => {
    const { bo, titles } = castOf()
    const ctx = ctxOf()
    const { page, context, faults, home } = await atDesk(agency, width, prefix)
    const today = dayOf(library.clock.now())
    await ctx.db.run(
      sql`update loan set lent_at = lent_at - interval '70 days', due_on = ${today.subtract({ days: 30 })}`,
    )

    // A date field takes its day as the browser's language writes it, so it is filled and not typed.
    await tabTo(page, '.desk-details summary')
    await page.keyboard.press('Enter')
    await tabTo(page, 'select[name=returns]')
    await page.keyboard.press('ArrowDown')
    await page.locator('input[name=on]').fill(today.subtract({ days: 3 }).toString())
    await tabTo(page, '.desk-details button')
    await enter(page)
    await looksRight(page, `desk-book-drop-${width}`)
    await scan(page, 'A1')
    await scan(page, 'B1')
    assert.ok(await page.getByText(prefix ? /^Book drop: what you scan/ : /^Bogkasse: det, du scanner/).isVisible())
    await tabTo(page, 'a[href$="/handed-in"]')
    await enter(page)
    await page.goto(home)
    await tabTo(page, '.alert button')
    await enter(page)

    await scan(page, bo.card)
    await tabTo(page, 'select[name=receipt]')
    await page.keyboard.press('End')
    await page.locator('[data-scan-field]').focus()
    // The dialogue of the printer is the browser's.
    await page.addInitScript(() => Object.assign(window, { print() {} }))
    await scan(page, 'A1')
    await scan(page, '')
    assert.match(page.url(), /\/receipt$/)
    await looksRight(page, `desk-receipt-${width}`)
    await scan(page, bo.card)
    await scan(page, '!')
    await tabTo(page, 'select[name=audience]')
    await page.keyboard.press('End')
    await tabTo(page, 'main textarea')
    await page.keyboard.type('Spørg efter bilag')
    await tabTo(page, 'main button.button-primary')
    await enter(page)
    assert.equal(await page.getByText('Spørg efter bilag').count(), 1)
    await tabTo(page, 'main details:has(#title-text) summary')
    await page.keyboard.press('Enter')
    await tabTo(page, '#title-text')
    await enter(page, 'Titel C')
    await looksRight(page, `desk-reserve-${width}`)
    await tabTo(page, 'main form[action$="/reservations"] button')
    await enter(page)
    assert.equal((await reservationsOf(ctx, bo.id)).filter(({ title_id }) => title_id === titles.C).length, 1)
    await scan(page, casts.get(agency)?.asta.card ?? '')
    await scan(page, '*')
    await page.goto(home)
    await scan(page, '?')
    await page.goto(home)
    const lists = await page.locator('.desk-work a').evaluateAll((all) => all.map((link) => link.getAttribute('href')))
    await scan(page, '/3')
    assert.ok(page.url().endsWith(String(lists[2])))
    assert.deepEqual(faults, [])
    await context.close()
  })
}

test('a title is found, and its item looked up, by keyboard alone', async () => {
  const { page, context, faults } = await atDesk('fredensborg', 'desk', '')
  await page.goto(`${origin}/fredensborg/staff/catalogue`)
  await tabTo(page, 'main input[type=search], main input[type=text]')
  await enter(page, 'Titel')
  await looksRight(page, 'catalogue-found')
  await tabTo(page, 'main a[href*="/catalogue/titles/"]:not([href$=new])')
  await enter(page)
  await tabTo(page, 'main a[href*="/catalogue/items/"]')
  await enter(page)
  await looksRight(page, 'catalogue-item')
  assert.deepEqual(faults, [])
  await context.close()
})

function countOf(agency: string): Promise<{ count: number }> {
  return library.context(undefined, agency).db.one(sql<{ count: number }>`select count(*)::int as count from loan`)
}
