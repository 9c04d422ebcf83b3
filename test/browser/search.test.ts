import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type { Browser } from 'playwright-core'
import { addBranch } from '#agencies'
import { addItems, type NewTitle, putTitles, setItemState } from '#catalogue'
import { type BranchId, type ItemId, pick } from '#core'
import { sql } from '#db'
import { LIBRARIES } from '#demonstration'
import { WORKS } from '../../src/operation/demonstration/works.ts'
import { createSite } from '../../src/site.ts'
import { axeFaults, isFit, LOOKS, launch, picture, tabTo, visit, whereOf } from '../support/browser.ts'
import { openTestLibrary, type TestLibrary } from '../support/library.ts'

const AGENCIES = ['fredensborg', 'stevns'] as const

let library: TestLibrary
let app: FastifyInstance
let origin: string
let browser: Browser

before(async () => {
  library = await openTestLibrary({ agencies: [...AGENCIES] })
  for (const agency of AGENCIES) await stock(agency)
  app = await createSite(library.installation)
  origin = await app.listen({ host: '127.0.0.1', port: 0 })
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await app?.close()
  await library?.close()
})

/** The works of the demonstration, with what a national record has besides, at each branch of the library. */
async function stock(agency: (typeof AGENCIES)[number]): Promise<void> {
  const ctx = library.context(undefined, agency)
  const branches: BranchId[] = []
  for (const branch of LIBRARIES.find(({ name }) => name === agency)?.branches ?? []) {
    branches.push(await addBranch(ctx, { ...branch, address: 'Torvet 1', postcode: '3480', city: 'Byen' }))
  }
  const titles = await putTitles(
    ctx,
    WORKS.map(
      (work, index): NewTitle => ({
        source: 'demonstration',
        record_id: `w${index + 1}`,
        subtitle: index % 3 === 0 ? 'roman i to dele' : null,
        contributors: index % 4 === 0 ? ['Prøvesen, Tove (illustrator)'] : [],
        edition: '2. udgave, 3. oplag',
        publisher: 'Prøveforlaget',
        isbn: ['9788702028065'],
        subjects: ['slægtsromaner', 'københavn', 'barndom'],
        series: index % 5 === 0 ? 'Udødelige historier' : null,
        volume: index % 5 === 0 ? '3' : null,
        pages: '312 sider',
        ...work,
        author: work.author || null,
      }),
    ),
  )
  const added = titles.flatMap(({ id }, index) =>
    Array.from({ length: 1 + (index % 4) }, (_, number) => ({
      title_id: id,
      barcode: `3${agency === 'stevns' ? 1 : 0}${String(index * 10 + number).padStart(8, '0')}`,
      branch_id: pick(ctx.random, branches),
      shelf: WORKS[index]?.dk5 ?? null,
    })),
  )
  await addItems(ctx, added)
  const some = await ctx.db.all<{ id: ItemId }>(sql`select id from item where barcode like '%1' or barcode like '%20'`)
  for (const { id } of some) await setItemState(ctx, id, 'on-loan')
}

async function titleIn(agency: string, title: string): Promise<string> {
  const { id } = await library
    .context(undefined, agency)
    .db.one<{ id: string }>(sql`select id from title where title = ${title} order by record_id limit 1`)
  return `/${agency}/titles/${id}`
}

const ALIKE = [
  ['empty', '/search'],
  ['many', '/search?q=roman&sort=title&page=2'],
  ['narrowed', '/search?q=roman&material=book&from=1900&to=1999'],
  ['instead', '/search?q=budenbroks'],
  ['nothing', '/search?q=qqqqzzzz'],
  ['nothing-left', '/search?q=hamlet&material=game'],
  ['cpr', '/search?q=010101-0101'],
] as const

for (const agency of AGENCIES) {
  for (const look of LOOKS) {
    const { width, prefix } = look
    test(`somebody ${whereOf(look)} finds a book at ${agency}, and sees where it is`, async () => {
      const { page, faults, context } = await visit(browser, origin, { width })
      const sees = async (name: string) => {
        assert.equal(await page.locator('h1').count(), 1, name)
        await isFit(page, name)
        await picture(page, `${agency}-${name}-${width}${prefix ? '-en' : ''}`)
      }
      await page.goto(`${origin}${prefix}/${agency}`)
      await sees('front')
      await page.locator('main input[name=q]').fill('kongens')
      await page.keyboard.press('Enter')
      await page.waitForURL(/\/search\?q=kongens/)
      await sees('hits')
      await page.locator('main').getByRole('link', { name: 'Kongens Fald' }).first().click()
      await page.waitForURL(/\/titles\//)
      await sees('title')
      // What all libraries have alike is looked at in one.
      for (const [name, path] of agency === 'stevns' ? [] : ALIKE) {
        await page.goto(`${origin}${prefix}/${agency}${path}`)
        await sees(name)
      }
      assert.deepEqual(faults, [])
      await context.close()
    })
  }
}

test('without script one searches, narrows, turns the page and opens a title', async () => {
  const { page, context } = await visit(browser, origin, { width: 360, javaScriptEnabled: false })
  await page.goto(`${origin}/stevns`)
  await page.locator('main input[name=q]').fill('roman')
  await page.locator('main form[role=search] button').click()
  assert.match(page.url(), /\/stevns\/search\?q=roman$/)
  await page.locator('main a[rel=next]').click()
  assert.match(page.url(), /page=2/)
  await page.locator('.facet a').first().click()
  assert.doesNotMatch(page.url(), /page=/)
  assert.equal(await page.locator('.chosen a').count(), 1)
  await page.locator('.hits a').first().click()
  assert.match(page.url(), /\/stevns\/titles\//)
  await context.close()
})

test('with the keyboard alone one takes a suggestion and comes to the title', async () => {
  const { page, faults, context } = await visit(browser, origin, { width: 1280 })
  await page.goto(`${origin}/fredensborg/search`)
  await tabTo(page, 'input[name=q]')
  await page.keyboard.type('kongens f', { delay: 20 })
  const option = page.getByRole('option', { name: 'Kongens Fald' })
  await option.waitFor()
  await picture(page, 'suggestions-1280')
  assert.deepEqual(await axeFaults(page), [])
  await page.keyboard.press('ArrowDown')
  assert.equal(
    await page.locator('input[name=q]').getAttribute('aria-activedescendant'),
    await option.getAttribute('id'),
  )
  await page.keyboard.press('Enter')
  await page.waitForURL(/q=Kongens\+Fald/)
  await tabTo(page, '.hits a')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/titles\//)
  assert.match((await page.locator('h1').textContent()) ?? '', /Kongens Fald/)
  assert.deepEqual(faults, [])
  await context.close()
})

test('suggestions close with Escape, and what was typed is there again', async () => {
  const { page, context } = await visit(browser, origin, { width: 360 })
  await page.goto(`${origin}/fredensborg/search`)
  await page.locator('input[name=q]').pressSequentially('kongens f', { delay: 20 })
  await page.getByRole('option').first().waitFor()
  await picture(page, 'suggestions-360')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Escape')
  assert.equal(await page.locator('input[name=q]').inputValue(), 'kongens f')
  assert.equal(await page.getByRole('option').count(), 0)
  await context.close()
})

test('the page of a title asks nobody else for a picture of its cover', async () => {
  const { page, faults, context } = await visit(browser, origin, { width: 360 })
  await page.goto(`${origin}${await titleIn('fredensborg', 'Kongens Fald')}`)
  assert.equal(await page.locator('main img').count(), 0)
  assert.ok((await page.locator('main svg.cover').count()) > 0)
  assert.deepEqual(faults, [])
  await context.close()
})
