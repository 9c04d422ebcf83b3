import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type { Browser, Page } from 'playwright-core'
import { addStaff, addTerminal } from '#auth'
import {
  type BranchId,
  freshUuid,
  type LoanId,
  oreOf,
  type PatronId,
  ShiftedClock,
  STAFF_ROLES,
  type StaffId,
  silentLog,
} from '#core'
import { ensureDatabase, siblingUrl, sql } from '#db'
import { makeEvent } from '#events'
import { chargeFee, openClaims, pay } from '#fees'
import { checkout } from '#loans'
import { addGamingPc } from '#pcs'
import { askRight, proposePolicy } from '#privacy'
import { askElsewhere } from '#reservations'
import type { Context } from '#vault'
import { readConfig } from '../../src/config.ts'
import { seedDemonstration, TimeMachine } from '../../src/demonstrate.ts'
import { demonstrationPassword } from '../../src/demonstration-sign-in.ts'
import { Installation } from '../../src/installation.ts'
import type { Readiness } from '../../src/readiness.ts'
import { register } from '../../src/rooms.ts'
import { createSite } from '../../src/site.ts'
import { axeFaults, isFit, LOOKS, launch, visit, WIDTHS, whereOf } from '../support/browser.ts'
import { onePerRoute } from '../support/crawl.ts'
import { dropDatabases, type TestServer, temporaryFolder, testServer } from '../support/server.ts'
import { signInAs, type Visitor, visit as visitor } from '../support/visitor.ts'

// The run's own server, which does not wait for the disk: half of what is lived here is the days and nights.
const name = `kvit_test_${randomBytes(6).toString('hex')}`
let server: TestServer
let folder: string
let installation: Installation
let app: FastifyInstance
let origin: string
let browser: Browser
const PASSWORD = 'fire store gule løver'
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

/** Among them each page that only some libraries have. */
const PUBLIC_LIBRARIES = ['fredensborg', 'glostrup', 'herning', 'ishoj']
/** What answers with no page, or only to whoever has signed in or was sent a link. */
const NO_PUBLIC_PAGE =
  /\/staff|\/me(\/|$)|\/kiosk|\/leave\/|\/enrol|\/pin|mitid|assets|\.(js|json|webmanifest|png|svg|ico|txt)|\/terminal|\/door|\/external|\/oauth|\/api|health|\/time-machine\/|\*|:letter|suggest|\/reserve$|\/remember$|\/logout|\/userinfo|\/sms\/report|\/publizon|sign-in\/|\/csv|\/icons?|\/confirm/

let found: Promise<string[]> | undefined

/** The pages that anybody comes to by links, one for each route. */
function publicPages(): Promise<string[]> {
  found ??= findPublicPages()
  return found
}

async function findPublicPages(): Promise<string[]> {
  const starts_at = installation.clock.now().add({ hours: 48 })
  const event = { name: 'Læsekreds', about: 'Vi læser sammen.', place: 'Hovedbiblioteket', seats: 12 }
  const at = (agency: string) => installation.context(agency, { kind: 'operator', name: 'drift' })
  assert.ok(await addGamingPc(at('herning'), 'Gaming 1'))
  for (const agency of ['glostrup', 'ishoj']) {
    const ctx = at(agency)
    await makeEvent(ctx, { ...event, starts_at, ends_at: starts_at.add({ hours: 2 }) })
  }
  const routes = app.routes.flatMap((route) => (route.startsWith('GET /') ? [route.slice(4)] : []))
  const starts = ['/', '/time-machine', '/fredensborg/search?q=bog', ...PUBLIC_LIBRARIES.map((agency) => `/${agency}`)]
  const pages = await onePerRoute(visitor(app), starts, routes)
  const missed = routes.filter((route) => !pages.has(route) && !NO_PUBLIC_PAGE.test(route))
  assert.deepEqual(missed, [])
  return [...pages.values(), '/herning/notice', '/herning/promises', '/herning/statistics']
}

for (const look of LOOKS) {
  const { width, prefix } = look
  test(`every public page is fit to read ${whereOf(look)}, and asks nobody else for anything`, async () => {
    const { page, faults, context } = await visit(browser, origin, { width })
    for (const path of await publicPages()) await lookAt(page, prefix + path, look.screen)
    assert.equal(await page.locator('html').getAttribute('lang'), look.language)
    assert.deepEqual(faults, [])
    await context.close()
  })
}

test('the public pages say the same without script', async () => {
  const { page, context } = await visit(browser, origin, { width: WIDTHS.desk, javaScriptEnabled: false })
  for (const path of await publicPages()) {
    const answer = await page.goto(`${origin}${path}`)
    assert.equal(answer?.status(), 200, path)
    assert(((await page.locator('main').textContent()) ?? '').length > 100, path)
  }
  await page.goto(`${origin}/fredensborg/notice`)
  await page.locator('a[hreflang=en], a[lang=en]').first().click()
  assert.match(page.url(), /\/en\/fredensborg\/notice/)
  await context.close()
})

/** What answers with no page, or only in a step of something that has a test of its own. */
const NO_STAFF_PAGE =
  /sign-in|\/staff\/lending|offline(\.js|\/state)|\/csv|\/copy\/|letters\/:letter|\/confirmation|imports\/:id|merge\/:row/

/** Somebody who may do everything, and something in each of the work lists. */
async function everyDesk(ctx: Context): Promise<{ alle: Visitor; starts: string[] }> {
  const everything = { username: 'alle', name: 'Alle Roller', password: PASSWORD, email: null, roles: STAFF_ROLES }
  assert.ok((await addStaff(ctx, everything)).ok)
  const alle = visitor(app)
  await signInAs(alle, 'fredensborg', { username: 'alle', password: PASSWORD })
  const [debtor, free] = await Promise.all(
    [true, false].map((lent) =>
      ctx.db.one<{ id: PatronId; card: string }>(sql`
        select p.id, i.value as card from patron p join identifier i on i.patron_id = p.id
        where exists (select from loan where patron_id = p.id and settled_at is null) = ${lent}
          and not exists (select from fee where patron_id = p.id) and not p.protected and i.blocked_at is null limit 1`),
    ),
  )
  assert(debtor && free)
  const { barcode } = await ctx.db.one<{ barcode: string }>(
    sql`select barcode from item where state = 'available' limit 1`,
  )
  assert.ok((await checkout(ctx, { card: debtor.card, barcode })).ok)
  assert.ok((await askElsewhere(ctx, { patron: debtor.id, wanted: { title: 'Fra et andet sted' } })).ok)
  const { id: branch } = await ctx.db.one<{ id: BranchId }>(sql`select id from branch limit 1`)
  const machine = { name: 'automat-1', kind: 'self-service', branch, withoutPin: false } as const
  assert.ok((await addTerminal(ctx, machine)).ok)
  assert.ok((await askRight(ctx, debtor.id, { kind: 'correction', wish: 'Mit navn er forkert' })).ok)
  const begins = ctx.clock.now().add({ hours: 48 })
  await ctx.db.run(sql`
    insert into event (id, name, about, place, starts_at, ends_at, seats)
    values (${ctx.random.uuid(begins)}, 'Oplæsning', '', 'Salen', ${begins}, ${begins.add({ hours: 2 })}, 20)`)
  const text = await readFile(new URL('../../policies/fredensborg.yaml', import.meta.url), 'utf8')
  const dpo: Context = { ...ctx, actor: { kind: 'staff', id: freshUuid() as StaffId, roles: [...STAFF_ROLES] } }
  assert.ok((await proposePolicy(dpo, text.replace('keep: P3Y', 'keep: P2Y'), register)).ok)
  const privacy = ['', '/holds/new', '/restriction'].map((at) => `/patrons/${debtor.id}${at}`)
  const desk = [`/desk/patrons/${debtor.id}`, `/desk/patrons/${debtor.id}/receipt`, '/desk/keys', '/desk/handed-in']
  // What only some patrons have is begun with, for links lead to two of each kind.
  const { id: loan_id } = await ctx.db.one<{ id: LoanId }>(
    sql`select id from loan where patron_id = ${debtor.id} limit 1`,
  )
  await chargeFee(ctx, { patron_id: debtor.id, loan_id, amount_ore: oreOf(2000) })
  const [open] = await openClaims(ctx, debtor.id)
  assert.ok(open && (await pay(ctx, open.claim, oreOf(2000), 'card')).ok)
  const { id: child } = await ctx.db.one<{ id: PatronId }>(
    sql`select id from patron where patron_group = 'child' and not protected limit 1`,
  )
  const some = [`/desk/patrons/${debtor.id}/money`, `/desk/patrons/${child}/guardian`, '/pcs/history']
  const paths = ['', '/privacy', '/catalogue?q=bog', `/patrons/${free.id}/erasure`, ...desk, ...privacy, ...some]
  return { alle, starts: paths.map((at) => `/fredensborg/staff${at}`) }
}

test('every page that staff can come to is fit to work at', async () => {
  const { alle, starts } = await everyDesk(installation.context('fredensborg', { kind: 'operator', name: 'drift' }))
  const routes = app.routes.flatMap((route) => (route.startsWith('GET /:agency/staff') ? [route.slice(4)] : []))
  const pages = await onePerRoute(alle, starts, routes)
  const missed = routes.filter((route) => !pages.has(route) && !NO_STAFF_PAGE.test(route))
  assert.deepEqual(missed, [])

  for (const { width, nth, prefix, screen } of LOOKS) {
    const { page, faults, context } = await visit(browser, origin, { width })
    await context.addCookies([...alle.cookies].map(([name, value]) => ({ name, value, url: origin })))
    for (const url of [...pages.values()].filter((_, at) => at % LOOKS.length === nth)) {
      await lookAt(page, prefix + url, screen)
    }
    assert.deepEqual(faults, [])
    await context.close()
  }
})

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
  await page.keyboard.type('dpo')
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
