import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type { Browser, Page } from 'playwright-core'
import { ShiftedClock, silentLog } from '#core'
import { ensureDatabase, siblingUrl, sql } from '#db'
import { readConfig } from '../../src/config.ts'
import { DEMONSTRATION_STAFF, demonstrationPassword, seedDemonstration, TimeMachine } from '../../src/demonstrate.ts'
import { Installation } from '../../src/installation.ts'
import type { Readiness } from '../../src/readiness.ts'
import { createSite } from '../../src/site.ts'
import { axeFaults, isFit, LOOKS, launch, visit, WIDTHS, whereOf } from '../support/browser.ts'
import { dropDatabases, type TestServer, temporaryFolder, testServer } from '../support/server.ts'

// The run's own server, which does not wait for the disk: half of what is lived here is the days and nights.
const name = `kvit_test_${randomBytes(6).toString('hex')}`
let server: TestServer
let folder: string
let installation: Installation
let app: FastifyInstance
let origin: string
let browser: Browser
const readiness: Readiness = { ready: false }

before(async () => {
  folder = await temporaryFolder('kvit-browser-')
  const clock = new ShiftedClock()
  server = await testServer()
  await ensureDatabase(server.url, name)
  const config = readConfig({ DATABASE_URL: siblingUrl(server.url, name), KVIT_DATA: folder })
  installation = await Installation.open({ config: { ...config, mayMakeKey: true }, log: silentLog, clock })
  app = await createSite(installation, { readiness: () => readiness })
  origin = await app.listen({ host: '127.0.0.1', port: 0 })
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await app?.close()
  await installation?.close()
  await dropDatabases(server.url, [name, `${name}_keys`])
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

async function signIn(page: Page, username: string, agency = 'fredensborg', prefix = ''): Promise<void> {
  await page.goto(`${origin}${prefix}/${agency}/staff/sign-in`)
  await page.locator('input[name=username]').fill(username)
  await page.locator('input[name=password]').fill(demonstrationPassword(installation))
  await page.keyboard.press('Enter')
  await page.waitForURL((url) => !url.pathname.endsWith('sign-in'))
}

async function lookAt(page: Page, path: string, where: string): Promise<void> {
  const answer = await page.goto(`${origin}${path}`)
  assert.equal(answer?.status(), 200, `${where}: ${path}`)
  assert.equal(await page.locator('h1').count(), 1, `${where}: ${path} has one heading that says what it is`)
  await isFit(page, `${where}: ${path}`)
}

test('while the year is being lived the page answers at once and shows how far it is', async () => {
  readiness.progress = { done: 40, of: 100 }
  const { page } = await visit(browser, origin, { width: WIDTHS.phone })
  const answer = await page.goto(`${origin}/`)
  assert.equal(answer?.status(), 503)
  assert.match((await page.locator('main').textContent()) ?? '', /40/)
  assert.deepEqual(await axeFaults(page), [])
  await seedDemonstration(installation, { size: { titles: 80, items: 120, patrons: 30, loans: 500, days: 45 } })
  delete readiness.progress
  readiness.machine = await TimeMachine.of(installation, installation.clock as ShiftedClock)
  readiness.ready = true
})

const PUBLIC = [
  '/',
  '/fredensborg',
  '/fredensborg/notice',
  '/fredensborg/notice/versions',
  '/fredensborg/promises',
  '/fredensborg/statistics',
  '/herning/notice',
  '/herning/promises',
  '/herning/statistics',
  '/fredensborg/staff/sign-in',
  '/time-machine',
]

for (const look of LOOKS) {
  const { width, prefix } = look
  test(`every public page is fit to read ${whereOf(look)}, and asks nobody else for anything`, async () => {
    const { page, faults, context } = await visit(browser, origin, { width })
    for (const path of PUBLIC) await lookAt(page, prefix + path, look.screen)
    assert.equal(await page.locator('html').getAttribute('lang'), look.language)
    assert.deepEqual(faults, [])
    await context.close()
  })
}

test('the public pages say the same without script', async () => {
  const { page, context } = await visit(browser, origin, { width: WIDTHS.desk, javaScriptEnabled: false })
  for (const path of PUBLIC) {
    const answer = await page.goto(`${origin}${path}`)
    assert.equal(answer?.status(), 200, path)
    assert(((await page.locator('main').textContent()) ?? '').length > 100, path)
  }
  await page.goto(`${origin}/fredensborg/notice`)
  await page.locator('a[hreflang=en], a[lang=en]').first().click()
  assert.match(page.url(), /\/en\/fredensborg\/notice/)
  await context.close()
})

for (const look of LOOKS) {
  const { width, prefix } = look
  test(`the data-protection officer’s desk is fit to work at ${whereOf(look)}`, async () => {
    const { page, faults, context } = await visit(browser, origin, { width })
    await signIn(page, DEMONSTRATION_STAFF[0])
    const staff = `${prefix}/fredensborg/staff`
    await page.goto(`${origin}${staff}/privacy`)
    const links = await page
      .locator('main a')
      .evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).pathname))
    const pages = [...new Set(links.filter((path) => path.startsWith(`${staff}/`)))].slice(0, 14)
    assert(pages.length >= 4, `the desk leads to its pages: ${pages}`)
    for (const path of new Set([`${staff}/privacy`, ...pages, `${staff}/patrons`])) {
      await lookAt(page, path, look.screen)
    }
    assert.deepEqual(faults, [])
    await context.close()
  })
}

for (const look of LOOKS) {
  const { width, prefix } = look
  test(`the catalogue and the numbers are fit to work with ${whereOf(look)}`, async () => {
    const { page, faults, context } = await visit(browser, origin, { width })
    await signIn(page, 'desk')
    const desks = ['', '/titles/new', '/move', '/labels', '/imports'].map((path) => `/staff/catalogue${path}`)
    for (const path of [...desks, '/staff/catalogue?q=bog', '/staff/statistics', '/staff/settings/sip2']) {
      await lookAt(page, `${prefix}/fredensborg${path}`, look.screen)
    }
    assert.deepEqual(faults, [])
    await context.close()
  })
}

test('with the keyboard alone one skips to the content, signs in, and sees where one is', async () => {
  const { page, context } = await visit(browser, origin, { width: WIDTHS.desk })
  await page.goto(`${origin}/fredensborg/staff/sign-in`)
  await page.keyboard.press('Tab')
  const skip = await page.evaluate(() => document.activeElement?.getAttribute('href'))
  assert.match(skip ?? '', /^#/, 'the first stop skips to the content')
  for (let stops = 0; stops < 40; stops++) {
    await page.keyboard.press('Tab')
    if ((await page.evaluate(() => document.activeElement?.getAttribute('name'))) === 'username') break
  }
  await page.keyboard.type(DEMONSTRATION_STAFF[0])
  await page.keyboard.press('Tab')
  await page.keyboard.type(demonstrationPassword(installation))
  await page.keyboard.press('Enter')
  await page.waitForURL((url) => !url.pathname.endsWith('sign-in'))
  const outline = await page.evaluate(async () => {
    const link = document.querySelector<HTMLElement>('main a, nav a')
    link?.focus()
    const style = link ? getComputedStyle(link) : undefined
    return style ? `${style.outlineStyle} ${style.boxShadow}` : ''
  })
  assert.doesNotMatch(outline, /^none none$/, 'what has the focus is seen to have it')
  await context.close()
})

test('a wrong password is told of beside the form, without saying which half was wrong', async () => {
  const { page, context } = await visit(browser, origin, { width: WIDTHS.phone })
  await page.goto(`${origin}/fredensborg/staff/sign-in`)
  await page.locator('input[name=username]').fill('nobody')
  await page.locator('input[name=password]').fill('not the password')
  await page.keyboard.press('Enter')
  await page.waitForSelector('[role=alert], .alert, .form-error-message, .error-summary')
  assert.deepEqual(await axeFaults(page), [])
  await context.close()
})

test('the time machine moves a month, and shows what was forgotten', async () => {
  const { page, context } = await visit(browser, origin, { width: WIDTHS.desk, javaScriptEnabled: false })
  await page.goto(`${origin}/time-machine`)
  await page.locator('button[value=month]').click()
  await page.locator('main h2').first().waitFor({ timeout: 60_000 })
  assert.deepEqual(await axeFaultsWithScript(page.url()), [])
  const nights = await installation
    .context('fredensborg', { kind: 'system', job: 'test' })
    .db.one<{ nights: number }>(sql`select count(*)::int as nights from night`)
  assert(nights.nights >= 44 + 30)
  await context.close()
})

async function axeFaultsWithScript(url: string): Promise<string[]> {
  const { page, context } = await visit(browser, origin, { width: WIDTHS.phone })
  await page.goto(url)
  const faults = await axeFaults(page)
  await context.close()
  return faults
}
