import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from 'playwright-core'
import { findChromium } from './chromium.ts'

/** Widths at which every page is looked at: a phone and a desk. */
export const WIDTHS = { phone: 360, desk: 1280 } as const

/**
 * How pages are gone through: each width, and each language. Not each width in each language: what axe finds depends on
 * the width by the layout, which is the same in both languages, and on the language by the words, which are the same at
 * both widths. Whether the words fit depends on both, and where there is least room {@link isFit} looks in either language.
 */
export const LOOKS = [
  { screen: 'phone', width: WIDTHS.phone, prefix: '', language: 'da' },
  { screen: 'desk', width: WIDTHS.desk, prefix: '/en', language: 'en' },
].map((each, nth) => ({ ...each, nth }))
export type Look = (typeof LOOKS)[number]

/** Where and in what language, for the name of a test. */
export function whereOf({ screen, language }: Look): string {
  return `${screen === 'phone' ? 'on a phone' : 'at a desk'} in ${language === 'da' ? 'Danish' : 'English'}`
}

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Every page is of the same site: each visitor's pages need one process, not one more for each of them.
  '--disable-site-isolation-trials',
  '--renderer-process-limit=1',
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

/** What a browser remembers of a site, so that a test need not sign in where an earlier one has shown that one can. */
export type Session = Awaited<ReturnType<BrowserContext['storageState']>>

/**
 * A page of a fresh visitor, watched for faults, or of one with the session of an earlier one. `alsoAsks` are others
 * that the site sends people to on purpose.
 */
export async function visit(
  browser: Browser,
  origin: string,
  options: {
    width: number
    javaScriptEnabled?: boolean
    alsoAsks?: readonly string[]
    session?: Session | undefined
  },
): Promise<Watched> {
  const expected = [origin, ...(options.alsoAsks ?? [])]
  const context = await browser.newContext({
    viewport: { width: options.width, height: 900 },
    javaScriptEnabled: options.javaScriptEnabled ?? true,
    reducedMotion: 'reduce',
    ...(options.session ? { storageState: options.session } : {}),
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

/**
 * That a page is fit to read as it stands: axe finds nothing, no id is there twice, and it is no wider than this screen
 * or a phone's. What is on the page and where the focus is stays as it was.
 */
export async function isFit(page: Page, where: string): Promise<void> {
  assert.deepEqual(await axeFaults(page), [], where)
  const twice = await page.evaluate(() => {
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id)
    return ids.filter((id, at) => ids.indexOf(id) !== at)
  })
  assert.deepEqual(twice, [], `${where} has an id twice`)
  const size = page.viewportSize()
  for (const width of new Set([size?.width ?? 0, WIDTHS.phone])) {
    if (width !== page.viewportSize()?.width) await page.setViewportSize({ width, height: size?.height ?? 900 })
    assert.equal(await scrollsSideways(page), false, `${where} is wider than a screen of ${width}`)
  }
  if (size && size.width !== WIDTHS.phone) await page.setViewportSize(size)
}

/** What axe finds on the page, as text; empty when nothing. */
export async function axeFaults(page: Page): Promise<string[]> {
  // Evaluated, not added: the page's own policy forbids foreign script, as it should. And by the debugger itself, which
  // remembers what it has compiled: the text is long, and every page needs it again.
  const { exceptionDetails } = await (await debuggerOf(page)).send('Runtime.evaluate', { expression: AXE })
  if (exceptionDetails) throw new Error(`axe cannot be loaded: ${exceptionDetails.text}`)
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

const AXE = `${readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')};0`
const debuggers = new WeakMap<Page, Promise<CDPSession>>()

function debuggerOf(page: Page): Promise<CDPSession> {
  const session = debuggers.get(page) ?? page.context().newCDPSession(page)
  debuggers.set(page, session)
  return session
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
