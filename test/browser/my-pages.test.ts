import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type { Browser } from 'playwright-core'
import { addBranch } from '#agencies'
import { setPin } from '#auth'
import { dayOf, freshUuid, type StaffId } from '#core'
import { sql } from '#db'
import { checkin, checkout, openLoans } from '#loans'
import { connectNexi, type Nexi } from '#nexi'
import { setGuardian } from '#patrons'
import { reservationsOf } from '#reservations'
import { type NexiSimulator, startNexiSimulator } from '#simulators'
import type { Context } from '#vault'
import { createSite } from '../../src/site.ts'
import { LOOKS, type Look, launch, tabTo, visit, WIDTHS, whereOf } from '../support/browser.ts'
import { type Cast, castIn } from '../support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../support/library.ts'
import { Reader } from '../support/reader.ts'

// Each look at a library of its own: on a phone in Danish at Fredensborg, at a desk in English at Herning.
const AGENCIES = ['fredensborg', 'herning'] as const
const PIN = '4831'

let library: TestLibrary
let app: FastifyInstance
let origin: string
let browser: Browser
let nexi: Nexi | undefined
let simulator: NexiSimulator
const casts = new Map<string, Cast>()

before(async () => {
  library = await openTestLibrary({ agencies: [...AGENCIES] })
  for (const agency of AGENCIES) casts.set(agency, await lifeAt(library.context(undefined, agency)))
  // Whoever has paid is sent back here, which the site must know before it listens.
  const port = await freePort()
  origin = `http://127.0.0.1:${port}`
  app = await createSite(library.installation, {
    payments: () => nexi,
    pushKey: () => 'a-key-of-nobody',
    publicUrl: origin,
  })
  await app.listen({ host: '127.0.0.1', port })
  simulator = await startNexiSimulator()
  nexi = connectNexi(simulator.config([...AGENCIES]), origin)
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await app?.close()
  await simulator?.close()
  await library?.close()
})

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

/** Asta has loans, a fee and a child; Dines has nothing, and wants to leave. */
async function lifeAt(ctx: Context): Promise<Cast> {
  const cast = await castIn(ctx)
  await addBranch(ctx, { code: 'B', name: 'Humlebæk', address: 'Stationsvej 1', postcode: '3050', city: 'Humlebæk' })
  for (const { id } of [cast.asta, cast.dines]) assert.ok((await setPin(ctx, id, PIN, 'desk')).ok)
  await lend(ctx, cast.asta.card, 'C1')
  library.clock.moveTo(library.clock.now().add({ hours: 24 * 45 }))
  assert.ok((await checkin(ctx, { barcode: 'C1', at: cast.branch })).ok)
  for (const barcode of ['A1', 'B1']) await lend(ctx, cast.asta.card, barcode)
  await lend(ctx, cast.clara.card, 'A2')
  const guardian = { name: 'Asta Prøve', cpr: '740385-1048', proof: 'paper', maySee: true } as const
  const desk: Context = { ...ctx, actor: { kind: 'staff', id: freshUuid() as StaffId, roles: ['desk'] } }
  assert.ok((await setGuardian(desk, cast.clara.id, guardian)).ok)
  return cast
}

async function lend(ctx: Context, card: string, barcode: string): Promise<void> {
  const lent = await checkout(ctx, { card, barcode })
  assert.ok(lent.ok, JSON.stringify(lent))
}

/** A patron of the look's library who has signed in, and has their own page before them. */
async function signedIn(look: Look, who: 'asta' | 'dines'): Promise<Here> {
  const agency = AGENCIES[look.nth] ?? 'fredensborg'
  const cast = casts.get(agency)
  assert.ok(cast)
  const reader = await Reader.at({ browser, origin }, look, [simulator.url])
  const here = { agency, cast, reader, ctx: library.context(undefined, agency), me: `/${agency}/me` }
  await reader.goto(here.me)
  await type(reader, 'presented', cast[who].card)
  await type(reader, 'pin', PIN)
  await reader.press('Enter')
  assert.equal(reader.page.url(), `${origin}${look.prefix}${here.me}`)
  return here
}

interface Here {
  readonly agency: string
  readonly cast: Cast
  readonly reader: Reader
  readonly ctx: Context
  readonly me: string
}

/** By keyboard: goes to a field and types in place of what stands there. */
async function type({ page }: Reader, field: string, text: string): Promise<void> {
  await tabTo(page, `main [name="${field}"]`)
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type(text)
}

/** By keyboard: goes to a link or a button and uses it. */
async function use(reader: Reader, selector: string): Promise<void> {
  await tabTo(reader.page, selector)
  await reader.press('Enter')
}

/** What was wrong is said at once, where the focus is, and leads to the field, which keeps what was typed. */
async function isToldOf({ page, refused }: Pick<Reader, 'page'> & { refused(): void }, field: string, typed?: string) {
  refused()
  // The browser gives the focus when it has drawn the page.
  await page.waitForFunction(() => document.activeElement?.className.includes('error-summary'))
  await tabTo(page, `.error-summary a[href="#${field}"]`)
  await page.keyboard.press('Enter')
  const control = page.locator(`#${field}`)
  assert.equal(
    await control.evaluate((at) => at === document.activeElement || at.contains(document.activeElement)),
    true,
  )
  assert.notEqual(await control.getAttribute('aria-describedby'), null, `${field} says what is wrong with it`)
  if (typed !== undefined) assert.equal(await control.inputValue(), typed)
}

for (const look of LOOKS) {
  const where = whereOf(look)
  const da = look.language === 'da'

  test(`a patron renews, reserves, changes, is away and gives up, by keyboard alone ${where}`, async () => {
    const { reader, me, agency, cast, ctx } = await signedIn(look, 'asta')
    const { page } = reader
    const faulty = { page, refused: () => reader.refused(422) }
    await reader.sees('me')
    await use(reader, `main a[href$="${me}/loans"]`)
    await reader.sees('my-loans')
    library.clock.moveTo(library.clock.now().add({ hours: 24 }))
    await use(reader, 'form[action$="/loans/renew"] button')
    await reader.reads(da ? /Lånet er fornyet til/ : /renewed until/)
    await use(reader, 'form[action$="/renew-all"] button')
    assert.ok((await openLoans(ctx, cast.asta.id)).every(({ renewals }) => renewals > 0))

    await reader.goto(`/${agency}/titles/${cast.titles.C}`)
    await use(reader, 'main a[href$="/reserve"]')
    await reader.sees('reserve')
    await tabTo(page, '[name=branch]')
    await page.keyboard.type('Humle')
    await tabTo(page, '[name=months]')
    await page.keyboard.press('ArrowDown')
    await use(reader, 'form[action$="/reserve"] [type=submit]')
    await reader.sees('my-reservations')
    await use(reader, 'main a[href*="/me/reservations/"]')
    await reader.sees('my-reservation')
    const [first] = await reservationsOf(ctx, cast.asta.id)
    assert.equal(first?.pickup_branch, 'Humlebæk')
    const before = dayOf(ctx.clock.now()).subtract({ days: 1 }).toString()
    await page.locator('[name=until]').fill(before)
    await use(reader, `form[action$="/me/reservations/${first?.id}"] [type=submit]`)
    await isToldOf(faulty, 'until', before)
    await reader.sees('my-reservation-wrong')
    await page.locator('[name=until]').fill(dayOf(ctx.clock.now()).add({ days: 40 }).toString())
    await use(reader, `form[action$="/me/reservations/${first?.id}"] [type=submit]`)
    await use(reader, 'main a[href*="/me/reservations/"]')
    await use(reader, 'form[action$="/delete"] button')
    assert.deepEqual(await reservationsOf(ctx, cast.asta.id), [])

    await reader.goto(`${me}/absence`)
    await reader.sees('my-absence')
    await page.locator('[name=until]').fill('2001-01-01')
    await use(reader, 'form[action$="/me/absence"] [type=submit]')
    await isToldOf(faulty, 'until', '2001-01-01')
    await page.locator('[name=until]').fill(dayOf(ctx.clock.now()).add({ days: 14 }).toString())
    await use(reader, 'form[action$="/me/absence"] [type=submit]')
    await use(reader, 'form[action$="/absence/end"] button')
    assert.equal(await page.locator('form[action$="/absence/end"]').count(), 0)
    await reader.isDone()
  })

  test(`a patron pays on the web, and sees the money as paid ${where}`, async () => {
    const { reader, me } = await signedIn(look, 'asta')
    await use(reader, `main a[href$="${me}/money"]`)
    await reader.sees('my-money')
    await use(reader, 'form[action$="/me/money"] [type=submit]')
    if (!reader.page.url().startsWith(simulator.url)) await use(reader, 'main a.button-primary')
    await use(reader, 'button[value=pay]')
    await reader.sees('my-payment')
    await reader.goto(`${me}/money`)
    await reader.reads(da ? /betalt/i : /paid/i)
    assert.equal(await reader.page.locator('form[action$="/me/money"]').count(), 0, 'there is nothing more to pay')
    await reader.isDone()
  })

  test(`lists, messages, contact and a child’s loans are looked after by keyboard alone ${where}`, async () => {
    const { reader, me, cast, ctx } = await signedIn(look, 'asta')
    const faulty = { page: reader.page, refused: () => reader.refused(422) }
    await use(reader, `main a[href$="${me}/lists"]`)
    await reader.sees('my-lists')
    await use(reader, 'form[action$="/me/lists"] [type=submit]')
    await isToldOf(faulty, 'name', '')
    await type(reader, 'name', da ? 'Til sommeren' : 'For the summer')
    await reader.press('Enter')
    await reader.sees('my-list')

    await reader.goto(`${me}/contact`)
    await reader.sees('my-contact')
    await type(reader, 'email', 'ikke en adresse')
    await use(reader, 'form[action$="/me/contact"] [type=submit]')
    await isToldOf(faulty, 'email', 'ikke en adresse')
    await reader.sees('my-contact-wrong')
    await type(reader, 'email', 'asta.ny@example.org')
    await use(reader, 'form[action$="/me/contact"] [type=submit]')
    const { email } = await ctx.db.one<{ email: string }>(sql`select email from patron where id = ${cast.asta.id}`)
    assert.equal(email, 'asta.ny@example.org')

    for (const path of ['messages', 'push', 'house-rules']) {
      await reader.goto(`${me}/${path}`)
      await reader.sees(`my-${path}`)
    }
    await reader.goto(me)
    await use(reader, `main a[href$="/me/children/${cast.clara.id}"]`)
    await reader.sees('my-child')
    await use(reader, 'form[action$="/renew"] button')
    assert.deepEqual(
      (await openLoans(ctx, cast.clara.id)).map(({ renewals }) => renewals),
      [1],
    )
    for (const path of ['reservations', 'absence', 'money']) {
      await reader.goto(`${me}/children/${cast.clara.id}/${path}`)
      await reader.sees(`my-child-${path}`)
    }
    await reader.isDone()
  })

  test(`a patron reads what is held, takes a copy along, asks, and is forgotten at once when nothing is open ${where}`, async () => {
    const { reader, me, cast, ctx } = await signedIn(look, 'dines')
    const { page } = reader
    const faulty = { page, refused: () => reader.refused(422) }
    await use(reader, `main a[href$="${me}/data"]`)
    await reader.sees('my-data')
    for (const [format, kind] of [
      ['html', 'text/html'],
      ['pdf', 'application/pdf'],
      ['json', 'application/json'],
    ] as const) {
      const copy = await page.request.get(`${origin}${me}/copy/${format}`)
      assert.equal(copy.status(), 200, format)
      assert.ok(copy.headers()['content-type']?.startsWith(kind), format)
    }
    await reader.goto(`${me}/consents`)
    await reader.sees('my-consents')
    await reader.goto(`${me}/rights`)
    await reader.sees('my-rights')
    await use(reader, 'form[action$="/me/rights"] [type=submit]')
    await isToldOf(faulty, 'wish', '')
    await tabTo(page, '[name=kind]')
    await page.keyboard.press('ArrowDown')
    await type(reader, 'wish', da ? 'Min adresse er forkert' : 'My address is wrong')
    await use(reader, 'form[action$="/me/rights"] [type=submit]')
    await reader.reads(da ? /Min adresse er forkert/ : /My address is wrong/)
    await reader.sees('my-rights-asked')
    await use(reader, 'form[action$="/withdrawals"] button')

    await reader.goto(`${me}/erasure`)
    await reader.sees('my-erasure')
    await type(reader, 'pin', '0000')
    await reader.press('Enter')
    await isToldOf(faulty, 'pin', '')
    await type(reader, 'pin', PIN)
    await reader.press('Enter')
    await reader.sees('my-erasure-done')
    assert.equal(await ctx.db.maybe(sql`select 1 from patron where id = ${cast.dines.id}`), undefined)
    await reader.isDone()
  })
}

test('without script a patron signs in, reserves, and gives it up again', async () => {
  const agency = AGENCIES[0]
  const cast = casts.get(agency)
  assert.ok(cast)
  const { page, context, faults } = await visit(browser, origin, { width: WIDTHS.phone, javaScriptEnabled: false })
  await page.goto(`${origin}/${agency}/titles/${cast.titles.C}`)
  await page.locator('main a[href$="/reserve"]').click()
  await page.locator('[name=presented]').fill(cast.asta.card)
  await page.locator('[name=pin]').fill(PIN)
  await page.keyboard.press('Enter')
  await page.locator('form[action$="/reserve"] [type=submit]').click()
  assert.match(page.url(), /\/me\/reservations$/)
  await page.locator('main a[href*="/me/reservations/"]').last().click()
  await page.locator('form[action$="/delete"] button').click()
  await page.goto(`${origin}/${agency}/me/loans`)
  await page.locator('form[action$="/renew"] button').first().waitFor()
  assert.deepEqual(faults, [])
  await context.close()
})
