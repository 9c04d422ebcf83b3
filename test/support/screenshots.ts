import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { launch, visit, WIDTHS } from './browser.ts'

/*
 * Takes the pictures in docs/screenshots from a running demonstration:
 *
 *     npm start            in one window
 *     node test/support/screenshots.ts http://127.0.0.1:3000 PASSWORD [NAME...]
 */
const [origin = 'http://127.0.0.1:3000', password, ...only] = process.argv.slice(2)
const folder = join(import.meta.dirname, '..', '..', 'docs', 'screenshots')

const PAGES: readonly [name: string, path: string, width: keyof typeof WIDTHS, staff?: 'dpo' | 'desk'][] = [
  ['front', '/', 'desk'],
  ['notice', '/fredensborg/notice', 'desk'],
  ['notice-phone', '/fredensborg/notice', 'phone'],
  ['promises', '/fredensborg/promises', 'desk'],
  ['promises-phone', '/fredensborg/promises', 'phone'],
  ['statistics', '/fredensborg/statistics', 'desk'],
  ['statistics-phone', '/en/fredensborg/statistics', 'phone'],
  ['search', '/fredensborg/search?q=b%C3%B8rneb%C3%B8ger', 'desk'],
  ['search-phone', '/fredensborg/search?q=b%C3%B8rneb%C3%B8ger', 'phone'],
  ['time-machine', '/time-machine', 'desk'],
  ['desk-privacy', '/fredensborg/staff/privacy', 'desk', 'dpo'],
  ['desk-privacy-phone', '/fredensborg/staff/privacy', 'phone', 'dpo'],
  ['desk-tonight', '/fredensborg/staff/privacy/tonight', 'desk', 'dpo'],
  ['desk-nights', '/fredensborg/staff/privacy/nights', 'desk', 'dpo'],
  ['desk-policy', '/fredensborg/staff/privacy/policy', 'desk', 'dpo'],
  ['desk-patrons', '/fredensborg/staff/patrons', 'desk', 'dpo'],
  ['desk', '/fredensborg/staff/desk', 'desk', 'desk'],
  ['staff', '/fredensborg/staff', 'desk', 'desk'],
  ['library', '/fredensborg', 'desk'],
  ['branch-phone', '/fredensborg/branches/ni', 'phone'],
]

const browser = await launch()
await mkdir(folder, { recursive: true })
try {
  for (const [name, path, width, staff] of PAGES.filter(([name]) => only.length === 0 || only.includes(name))) {
    const { page, context } = await visit(browser, origin, { width: WIDTHS[width] })
    if (staff && password) {
      await page.goto(`${origin}/fredensborg/staff/sign-in`)
      await page.locator('input[name=username]').fill(staff)
      await page.locator('input[name=password]').fill(password)
      await page.keyboard.press('Enter')
      await page.waitForURL((url) => !url.pathname.endsWith('sign-in'))
    }
    await page.goto(origin + path)
    await page.screenshot({
      path: join(folder, `${name}.png`),
      clip: { x: 0, y: 0, width: WIDTHS[width], height: 1100 },
      fullPage: true,
    })
    await context.close()
  }
} finally {
  await browser.close()
}
