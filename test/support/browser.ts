import { join } from 'node:path'
import axe from 'axe-core'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { findChromium } from './chromium.ts'

/** Widths at which every page is looked at: a phone and a desk. */
export const WIDTHS = { phone: 390, desk: 1280 } as const

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export async function launch(): Promise<Browser> {
  const executablePath = findChromium()
  if (!executablePath) throw new Error('no Chromium; npm test says how to get one')
  return chromium.launch({ executablePath, args: ARGUMENTS })
}

export interface Watched {
  readonly page: Page
  readonly context: BrowserContext
  /** What went wrong on the way: script errors, failed requests, requests to others than the site. */
  readonly faults: string[]
}

/** A page of a fresh visitor, watched for faults. `alsoAsks` are others that the site sends people to on purpose. */
export async function visit(
  browser: Browser,
  origin: string,
  options: { width: number; javaScriptEnabled?: boolean; alsoAsks?: readonly string[] },
): Promise<Watched> {
  const expected = [origin, ...(options.alsoAsks ?? [])]
  const context = await browser.newContext({
    viewport: { width: options.width, height: 900 },
    javaScriptEnabled: options.javaScriptEnabled ?? true,
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  const faults: string[] = []
  page.on('pageerror', (fault) => faults.push(`script: ${fault.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`)
  })
  page.on('request', (request) => {
    if (!expected.includes(new URL(request.url()).origin)) faults.push(`asks another: ${request.url()}`)
  })
  return { page, context, faults }
}

/** What axe finds on the page, as text; empty when nothing. */
export async function axeFaults(page: Page): Promise<string[]> {
  // Evaluated, not added: the page's own policy forbids foreign script, as it should.
  await page.evaluate(axe.source)
  const result = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(how: object): Promise<{ violations: AxeViolation[] }> } }
    // Only what is wrong is wanted, and the style sheets only for a rule that is not among the ordinary ones.
    const how = { resultTypes: ['violations'], preload: { assets: ['media'] } }
    return (await axe.run(how)).violations
  })
  return result.map(
    ({ id, help, nodes }) => `${id}: ${help} (${nodes.map(({ target }) => target.join(' ')).join('; ')})`,
  )
}

interface AxeViolation {
  readonly id: string
  readonly help: string
  readonly nodes: readonly { readonly target: readonly string[] }[]
}

/** Whether the page is wider than the screen. */
export function scrollsSideways(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth + 1)
}

/** Keeps a picture of the whole page in the folder KVIT_PICTURES names, for whoever wants to look; nothing otherwise. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.KVIT_PICTURES
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
}

/** Goes with Tab to what the selector means, as somebody without a mouse does. @throws when it cannot be reached */
export async function tabTo(page: Page, selector: string): Promise<void> {
  for (let stops = 0; stops < MOST_STOPS; stops++) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`the keyboard does not reach ${selector} on ${page.url()}`)
}

const MOST_STOPS = 80
