import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { launch, visit, WIDTHS } from './browser.ts'

/*
 * Takes the pictures in docs/screenshots from a running demonstration, with the password and the patron's number and PIN
 * that it prints. The kiosk's picture adds a machine to the library.
 *
 *     npm start            in one window
 *     node test/support/screenshots.ts http://127.0.0.1:3000 PASSWORD NUMBER PIN [NAME...]
 */
const [origin = 'http://127.0.0.1:3000', password = '', number = '', pin = '', ...only] = process.argv.slice(2)
const folder = join(import.meta.dirname, '..', '..', 'docs', 'screenshots')
const HEIGHT = 1100

interface Picture {
  readonly name: string
  readonly path: string
  readonly width: keyof typeof WIDTHS
  /** Who is signed in. */
  readonly as?: 'dpo' | 'desk' | 'system' | 'patron'
  /** What is done on the page before the picture is taken. */
  readonly first?: (page: Page) => Promise<void>
}

const PICTURES: readonly Picture[] = [
  { name: 'front', path: '/', width: 'desk' },
  { name: 'library', path: '/fredensborg', width: 'desk' },
  { name: 'branch-phone', path: '/fredensborg/branches/ni', width: 'phone' },
  { name: 'notice', path: '/fredensborg/notice', width: 'desk' },
  { name: 'notice-phone', path: '/fredensborg/notice', width: 'phone' },
  { name: 'promises', path: '/fredensborg/promises', width: 'desk' },
  { name: 'promises-phone', path: '/fredensborg/promises', width: 'phone' },
  { name: 'statistics', path: '/fredensborg/statistics', width: 'desk' },
  { name: 'statistics-phone', path: '/en/fredensborg/statistics', width: 'phone' },
  { name: 'search', path: '/fredensborg/search?q=b%C3%B8rneb%C3%B8ger', width: 'desk' },
  { name: 'search-phone', path: '/fredensborg/search?q=b%C3%B8rneb%C3%B8ger', width: 'phone' },
  { name: 'title', path: '/fredensborg/search?q=rejsen', width: 'desk', first: opensFirst('.hit-title a') },
  { name: 'me-phone', path: '/fredensborg/me', width: 'phone', as: 'patron' },
  { name: 'my-loans', path: '/fredensborg/me/loans', width: 'desk', as: 'patron' },
  { name: 'my-data', path: '/fredensborg/me/data', width: 'desk', as: 'patron' },
  { name: 'time-machine', path: '/time-machine', width: 'desk' },
  { name: 'kiosk', path: '/fredensborg/staff/terminals/new', width: 'desk', as: 'system', first: pairsScreen },
  { name: 'staff', path: '/fredensborg/staff', width: 'desk', as: 'desk' },
  { name: 'desk', path: '/fredensborg/staff/desk', width: 'desk', as: 'desk' },
  { name: 'desk-patron', path: '/fredensborg/staff/desk', width: 'desk', as: 'desk', first: findsPatron },
  { name: 'overdue', path: '/fredensborg/staff/overdue', width: 'desk', as: 'desk' },
  { name: 'desk-statistics', path: '/fredensborg/staff/statistics', width: 'desk', as: 'desk' },
  { name: 'lending-rules', path: '/fredensborg/staff/settings/lending-rules', width: 'desk', as: 'system' },
  { name: 'calendar', path: '/fredensborg/staff/settings/calendar', width: 'desk', as: 'system' },
  { name: 'desk-privacy', path: '/fredensborg/staff/privacy', width: 'desk', as: 'dpo' },
  { name: 'desk-privacy-phone', path: '/fredensborg/staff/privacy', width: 'phone', as: 'dpo' },
  { name: 'desk-tonight', path: '/fredensborg/staff/privacy/tonight', width: 'desk', as: 'dpo' },
  { name: 'desk-nights', path: '/fredensborg/staff/privacy/nights', width: 'desk', as: 'dpo' },
  { name: 'desk-policy', path: '/fredensborg/staff/privacy/policy', width: 'desk', as: 'dpo' },
  { name: 'desk-patrons', path: '/fredensborg/staff/patrons', width: 'desk', as: 'dpo' },
]

function opensFirst(selector: string): (page: Page) => Promise<void> {
  return (page) => page.locator(selector).first().click()
}

async function findsPatron(page: Page): Promise<void> {
  await page.locator('[data-scan-field]').fill(number)
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/staff\/desk\/patrons\//)
}

async function pairsScreen(page: Page): Promise<void> {
  const name = `skaerm-${Date.now()}`
  await page.locator('[name=name]').fill(name)
  await page.locator('main button[type=submit]').click()
  const key = (await page.locator('main code').first().textContent()) ?? ''
  await page.goto(`${origin}/fredensborg/kiosk`)
  await page.locator('[name=name]').fill(name)
  await page.locator('[name=secret]').fill(key)
  await page.keyboard.press('Enter')
  await page.waitForSelector('[data-kiosk-start]')
}

async function signIn(page: Page, as: NonNullable<Picture['as']>): Promise<void> {
  const [path, who, secret] =
    as === 'patron' ? ['sign-in', { presented: number }, { pin }] : ['staff/sign-in', { username: as }, { password }]
  await page.goto(`${origin}/fredensborg/${path}`)
  for (const [field, text] of Object.entries({ ...who, ...secret })) {
    await page.locator(`main input[name=${field}]`).fill(text)
  }
  await page.keyboard.press('Enter')
  await page.waitForURL((url) => !url.pathname.endsWith('sign-in'))
}

const browser = await launch()
await mkdir(folder, { recursive: true })
try {
  for (const { name, path, width, as, first } of PICTURES) {
    if (only.length > 0 && !only.includes(name)) continue
    const { page, context } = await visit(browser, origin, { width: WIDTHS[width] })
    if (as) await signIn(page, as)
    await page.goto(origin + path)
    await first?.(page)
    const whole = await page.evaluate(() => document.documentElement.scrollHeight)
    await page.screenshot({
      path: join(folder, `${name}.png`),
      clip: { x: 0, y: 0, width: WIDTHS[width], height: Math.min(whole, HEIGHT) },
      fullPage: true,
    })
    await context.close()
  }
} finally {
  await browser.close()
}
