import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { addStaff } from '#auth'
import { addItems } from '#catalogue'
import type { PatronId } from '#core'
import { sql } from '#db'
import { checkout } from '#loans'
import { enrolPatron } from '#patrons'
import type { Context } from '#vault'
import { axeFaults, isFit, LOOKS, launch, picture, WIDTHS } from '../support/browser.ts'
import { type Cast, castIn } from '../support/cast.ts'
import { KillableServer } from '../support/desk-server.ts'
import { openTestLibrary, type TestLibrary } from '../support/library.ts'

const PASSWORD = 'fire store gule løver'
const DESK = '/fredensborg/staff/desk'
const OFFLINE = '/fredensborg/staff/offline'
const VISITS = 10
const ITEMS_EACH = 20

let library: TestLibrary
let ctx: Context
let cast: Cast
let server: KillableServer
let browser: Browser

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  cast = await castIn(ctx)
  const stock = (letter: string, count: number) =>
    Array.from({ length: count }, (_, n) => ({
      title_id: cast.titles.A,
      barcode: itemOf(letter, n),
      branch_id: cast.branch,
      shelf: '86',
    }))
  await addItems(ctx, [...stock('Q', VISITS * ITEMS_EACH), ...stock('S', 10), ...stock('T', 30), ...stock('R', 5)])
  const operator = library.context({ kind: 'operator', name: 'test' })
  for (const [username, name] of [
    ['dorte', 'Dorte Deskvagt'],
    ['eva', 'Eva Aftenvagt'],
  ] as const) {
    assert.ok((await addStaff(operator, { username, name, email: null, roles: ['desk'], password: PASSWORD })).ok)
  }
  server = new KillableServer(library)
  await server.start()
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await server?.kill()
  await library?.close()
})

function itemOf(letter: string, n: number): string {
  return `${letter}${String(n).padStart(7, '0')}`
}

/** A browser at a desk, in which somebody is signed in and everything is ready for an outage. */
async function atDesk(username: string, prepared?: (context: BrowserContext) => Promise<unknown>): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' })
  await prepared?.(context)
  const page = await context.newPage()
  await signIn(page, username)
  await page.goto(server.origin + DESK)
  await isReady(page)
  return page
}

async function signIn(page: Page, username: string): Promise<void> {
  await page.goto(`${server.origin}/fredensborg/staff/sign-in`)
  await page.locator('[name=username]').fill(username)
  await page.locator('[name=password]').fill(PASSWORD)
  await page.keyboard.press('Enter')
  await page.waitForURL((url) => !url.pathname.endsWith('sign-in'))
}

/** The worker stands between, and a key lies ready. */
async function isReady(page: Page): Promise<void> {
  const look = () =>
    page.evaluate(async () => {
      const { deskQueue } = self as unknown as { deskQueue(agency: string): { key(): Promise<unknown> } }
      return navigator.serviceWorker.controller !== null && (await deskQueue('fredensborg').key()) !== undefined
    })
  for (let looks = 0; !(await look()); looks++) {
    assert.ok(looks < 200, 'no worker, or no key')
    await page.waitForTimeout(50)
  }
}

/** Opens a patron on the ordinary page and lends items to them, as a scanner that is a keyboard. */
async function lendOnline(page: Page, card: string, ...items: readonly string[]): Promise<void> {
  await page.goto(server.origin + DESK)
  for (const text of [card, ...items]) {
    await page.waitForFunction(() => document.activeElement?.id === 'text')
    await page.keyboard.insertText(text)
    const left = page.waitForEvent('load')
    await page.keyboard.press('Enter')
    await left
  }
}

/** A card and items on the page without server, wherever the focus is by itself. */
async function scan(page: Page, ...numbers: readonly string[]): Promise<void> {
  for (const number of numbers) {
    await page.keyboard.insertText(number)
    await page.keyboard.press('Enter')
  }
}

async function isHandedOver(page: Page): Promise<void> {
  await page.locator('[data-offline][data-state=there][data-count="0"]').waitFor({ state: 'attached', timeout: 60_000 })
}

function waiting(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { deskQueue } = self as unknown as { deskQueue(agency: string): { count(): Promise<number> } }
    return deskQueue('fredensborg').count()
  })
}

/** All that lies in the browser, as text. */
function stored(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const open = indexedDB.open('kvit-desk-fredensborg')
    const db = await new Promise<IDBDatabase>((resolve) => {
      open.onsuccess = () => resolve(open.result)
    })
    const found: unknown[] = []
    for (const store of db.objectStoreNames) {
      const asked = db.transaction(store).objectStore(store).getAll()
      await new Promise((resolve) => {
        asked.onsuccess = resolve
      })
      found.push(...asked.result)
    }
    db.close()
    const text = (value: unknown): unknown =>
      value instanceof Uint8Array ? new TextDecoder('latin1').decode(value) : value
    const kept = await caches.keys()
    const pages: string[] = []
    for (const name of kept) {
      for (const request of await (await caches.open(name)).keys()) {
        const answer = await caches.match(request, { ignoreVary: true })
        if (answer?.headers.get('content-type')?.includes('html')) pages.push(await answer.text())
      }
    }
    return JSON.stringify([found, pages, { ...localStorage }, { ...sessionStorage }], (_key, value) => text(value))
  })
}

async function loansOf(letter: string): Promise<{ barcode: string; patron_id: PatronId }[]> {
  return await ctx.db.all(sql<{ barcode: string; patron_id: PatronId }>`
    select i.barcode, l.patron_id from loan l join item i on i.id = l.item_id
    where i.barcode like ${`${letter}0%`} order by i.barcode`)
}

test('the server is killed in the middle of a queue of 200 scans and comes back: every loan is there once', async () => {
  const patrons = await Promise.all(
    Array.from({ length: VISITS }, async (_, n) => {
      const card = `2400000000${n}`
      const home = { address: 'Pilekrogen 9', postcode: '3480', city: 'Fredensborg', municipality: '0210' }
      const person = { name: 'Karla Kø', cpr: `650277400${n}`, birthOn: Temporal.PlainDate.from('1977-02-05') }
      const enrolled = await enrolPatron(ctx, cast.branch, { ...home, ...person, card, photoIdSeen: true })
      assert.ok(enrolled.ok, JSON.stringify(enrolled))
      return { ...enrolled.value, card }
    }),
  )
  const queue = patrons.map(({ card }, visit) => ({
    card,
    items: Array.from({ length: ITEMS_EACH }, (_, n) => itemOf('Q', visit * ITEMS_EACH + n)),
  }))
  const page = await atDesk('dorte')
  const [first, ...others] = queue as [(typeof queue)[0], ...typeof queue]
  await lendOnline(page, first.card, ...first.items.slice(0, 6))

  // In the middle of a scan: nobody can say whether the server had done it.
  await page.locator('#text').fill(first.items[6] ?? '')
  const gone = server.kill()
  await page.keyboard.press('Enter')
  await gone
  await page.waitForURL(server.origin + OFFLINE)
  await page.waitForFunction(() => document.activeElement?.id === 'card')
  assert.equal(await page.locator('#card').inputValue(), patrons[0]?.number, 'the visit goes on with the same patron')
  await page.keyboard.press('Enter')
  await scan(page, ...first.items.slice(7))
  for (const { card, items } of others.slice(0, 4)) {
    await page.keyboard.press('Escape')
    await scan(page, card, ...items)
  }
  await page.waitForFunction(
    (count) => document.querySelector('[data-offline]')?.getAttribute('data-count') === count,
    '94',
    { timeout: 60_000 },
  )
  await picture(page, 'offline-away-desk-da')
  assert.deepEqual(await axeFaults(page), [])
  const kept = await stored(page)
  assert.ok(kept.length > 10_000)
  for (const secret of [first.card, others[0]?.card ?? '', first.items[14] ?? '', 'Dorte', 'Karla']) {
    assert.ok(!kept.includes(secret), `${secret} lies open in the browser`)
  }
  // A page of the desk that is looked for meanwhile is this page, and a reload loses nothing.
  await page.goto(server.origin + DESK)
  assert.equal(await page.locator('[data-offline-form]').count(), 1)
  await page.waitForFunction(() => document.activeElement?.id === 'card')
  assert.equal(await waiting(page), 94)

  const back = server.start()
  for (const { card, items } of others.slice(4)) {
    await page.keyboard.press('Escape')
    await scan(page, card, ...items)
  }
  await back
  await isHandedOver(page)
  assert.equal(await page.locator('.offline-scan-refused, .offline-scan-attention').count(), 0)
  await picture(page, 'offline-back-desk-da')
  const expected = queue.flatMap(({ items }, visit) =>
    items.map((barcode) => ({ barcode, patron_id: patrons[visit]?.id })),
  )
  assert.deepEqual(await loansOf('Q'), expected)
  assert.equal(await waiting(page), 0, 'the browser keeps nothing of it')
  await page.context().close()
})

test('a colleague who signs in hands over what waits, and never sees its numbers', async () => {
  const page = await atDesk('dorte')
  await server.kill()
  await page.goto(server.origin + DESK)
  await page.waitForFunction(() => document.activeElement?.id === 'card')
  await scan(page, cast.asta.card, itemOf('S', 0), itemOf('S', 1))
  await page.locator('.offline-waiting li').nth(1).waitFor()
  assert.match(await page.locator('.offline-waiting').innerText(), /S0000001.*…0001/)

  // Back, but with nothing handed over yet when the first one goes home.
  let isHeld = true
  await page.context().route('**/lending/replay', (route) => (isHeld ? route.abort() : route.continue()))
  await server.start()
  await page.goto(`${server.origin}/fredensborg/staff`)
  const signOut = page.locator('form[action$="/staff/sign-out"]')
  const left = page.waitForEvent('load')
  await signOut.locator('button').click()
  await left
  await signIn(page, 'eva')
  await page.goto(server.origin + OFFLINE)
  await page.locator('.offline-waiting li').nth(1).waitFor()
  const seen = await page.locator('main').innerText()
  assert.match(seen, /Scannet af en anden/)
  assert.doesNotMatch(`${seen}${await stored(page)}`, new RegExp(`S000000|${cast.asta.card}|…0001`))
  await picture(page, 'offline-others-desk-da')
  isHeld = false
  await isHandedOver(page)
  const [asta] = [cast.asta.id]
  assert.deepEqual(await loansOf('S'), [
    { barcode: itemOf('S', 0), patron_id: asta },
    { barcode: itemOf('S', 1), patron_id: asta },
  ])
  assert.doesNotMatch(await page.locator('main').innerText(), new RegExp(`S000000|${cast.asta.card}`))
  await page.context().close()
})

test('two tabs that hand over at once lend each item once', async () => {
  const page = await atDesk('dorte', (context) =>
    // Without the browser's own lock the server alone sees to it.
    context.addInitScript(() => Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })),
  )
  const other = await page.context().newPage()
  await other.goto(server.origin + OFFLINE)
  await server.kill()
  await page.goto(server.origin + OFFLINE)
  await page.waitForFunction(() => document.activeElement?.id === 'card')
  const items = Array.from({ length: 30 }, (_, n) => itemOf('T', n))
  await scan(page, cast.bo.card, ...items)
  await page.waitForFunction(() => document.querySelector('[data-offline]')?.getAttribute('data-count') === '30')
  await server.start()
  await Promise.all([isHandedOver(page), isHandedOver(other)])
  for (const each of [page, other]) assert.equal(await each.locator('.offline-scan-refused').count(), 0)
  assert.deepEqual(
    await loansOf('T'),
    items.map((barcode) => ({ barcode, patron_id: cast.bo.id })),
  )
  await page.context().close()
})

test('what was refused afterwards is heard, shown and kept on a list; sound can be switched off', async () => {
  assert.ok((await checkout(ctx, { card: cast.dines.card, barcode: itemOf('R', 0) })).ok)
  const page = await atDesk('dorte', (context) =>
    context.addInitScript(() => {
      const { prototype } = AudioContext
      const made = prototype.createOscillator
      prototype.createOscillator = function (this: AudioContext) {
        document.documentElement.dataset.tones = String(Number(document.documentElement.dataset.tones ?? 0) + 1)
        document.documentElement.dataset.speaker = this.state
        return made.call(this)
      }
    }),
  )
  const tones = () => page.evaluate(() => Number(document.documentElement.dataset.tones ?? 0))
  await lendOnline(page, cast.asta.card, itemOf('R', 1))
  assert.equal(await tones(), 1, 'done is one tone')
  await lendOnline(page, cast.asta.card, itemOf('R', 0))
  assert.equal(await tones(), 2, 'refused is two')
  await server.kill()
  await page.goto(server.origin + OFFLINE)
  await page.waitForFunction(() => document.activeElement?.id === 'card')
  await scan(page, cast.asta.card, itemOf('R', 0))
  await page.locator('.offline-note [data-outcome=ok]').waitFor()
  await server.start()
  await page.locator('.offline-scan-refused').waitFor({ timeout: 60_000 })
  assert.equal(await tones(), 3)
  for (const width of Object.values(WIDTHS)) {
    await page.setViewportSize({ width, height: 900 })
    await isFit(page, `what was refused, at ${width}`)
    await picture(page, `offline-refused-${width}-da`)
  }
  const sound = page.locator('[data-sound] button')
  await sound.click()
  assert.equal(await sound.innerText(), 'Slå lyden til')
  await page.goto(server.origin + DESK)
  await lendOnline(page, cast.asta.card, itemOf('R', 0))
  assert.equal(await tones(), 0, 'silence is remembered')

  for (const { prefix, language, width } of LOOKS) {
    await page.setViewportSize({ width, height: 900 })
    for (const [name, path] of [
      ['refusals', `${OFFLINE}/refusals`],
      ['page', OFFLINE],
      ['desk', DESK],
    ]) {
      await page.goto(server.origin + prefix + path)
      if (path === OFFLINE) await page.locator('[data-offline-form]').waitFor()
      await picture(page, `offline-${name}-${width}-${language}`)
      await isFit(page, `${path} at ${width}`)
    }
  }
  await page.goto(`${server.origin}${OFFLINE}/refusals`)
  assert.match(await page.locator('main').innerText(), /R0000000/)
  await page.locator('main form button').first().click()
  await page.waitForLoadState('load')
  assert.doesNotMatch(await page.locator('main').innerText(), /R0000000/)
  await page.context().close()
})
