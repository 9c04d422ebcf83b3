import assert from 'node:assert/strict'
import type { Browser } from 'playwright-core'
import { isFit, type Look, picture, type Session, tabTo, visit, type Watched } from './browser.ts'

/*
 * Somebody who walks through the pages in a browser and looks hard at each, on each kind of screen and in each language.
 */

/** Somebody at one of the screens, who looks hard at each page they come to. */
export class Reader {
  readonly #watched: Watched
  readonly #origin: string
  readonly look: Look

  /**
   * `alsoAsks` are others that the site sends people to on purpose; with the session of an earlier reader one need not
   * sign in again.
   */
  static async at(
    { browser, origin, session }: { readonly browser: Browser; readonly origin: string; session?: Session | undefined },
    look: Look,
    alsoAsks: readonly string[] = [],
  ): Promise<Reader> {
    return new Reader(await visit(browser, origin, { width: look.width, alsoAsks, session }), origin, look)
  }

  constructor(watched: Watched, origin: string, look: Look) {
    this.#watched = watched
    this.#origin = origin
    this.look = look
  }

  get page() {
    return this.#watched.page
  }

  async goto(path: string): Promise<void> {
    const answer = await this.page.goto(`${this.#origin}${this.look.prefix}${path}`)
    assert.equal(answer?.status(), 200, path)
  }

  /** Whether the page is fit to read, and in the language that was chosen. */
  async sees(name: string): Promise<void> {
    const { page, look } = this
    const where = `${name} (${look.screen}, ${look.language}): ${page.url()}`
    assert.equal(await page.locator('html').getAttribute('lang'), look.language, where)
    assert.equal(await page.locator('h1').count(), 1, `${where} has one heading that says what it is`)
    await picture(page, `${name}-${look.screen}-${look.language}`)
    await isFit(page, where)
  }

  /** What the text of the page must say. */
  async reads(pattern: RegExp): Promise<void> {
    assert.match((await this.page.locator('main').innerText()) ?? '', pattern, this.page.url())
  }

  /** Does something that leads to another page, and waits until it is there. */
  async leave(how: () => Promise<unknown>): Promise<void> {
    const left = this.page.waitForEvent('load')
    await how()
    await left
  }

  press(key: string): Promise<void> {
    return this.leave(() => this.page.keyboard.press(key))
  }

  click(selector: string): Promise<void> {
    return this.leave(() => this.page.locator(selector).first().click())
  }

  /** A page that refuses says so with its status, which the browser notes as an error; there must be just those. */
  refused(status: number, times = 1): void {
    const told = `console: Failed to load resource: the server responded with a status of ${status}`
    const faults = this.#watched.faults.splice(0)
    assert.equal(faults.length, times, faults.join('\n'))
    for (const fault of faults) assert.ok(fault.startsWith(told), fault)
  }

  /** Who is signed in here, for the next reader. */
  session(): Promise<Session> {
    return this.#watched.context.storageState()
  }

  async isDone(): Promise<void> {
    assert.deepEqual(this.#watched.faults, [])
    await this.#watched.context.close()
  }
}

/** Types a new PIN and types it again. */
export async function typePin(reader: Reader, pin: string, again: string): Promise<void> {
  await tabTo(reader.page, '[name=pin]')
  await reader.page.keyboard.type(pin)
  await tabTo(reader.page, '[name=again]')
  await reader.page.keyboard.type(again)
  await reader.press('Enter')
}
