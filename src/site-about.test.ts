import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { brotliDecompressSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import { addBranch, closeOn, setOpeningHours } from '#agencies'
import { COOKIES } from '#web'
import { openTestLibrary, type TestLibrary } from '../test/support/library.ts'
import { createSite } from './site.ts'

let library: TestLibrary
let app: FastifyInstance

before(async () => {
  library = await openTestLibrary()
  const ctx = library.context()
  const branch = await addBranch(ctx, {
    code: 'NI',
    name: 'Nivå Bibliotek',
    address: 'Nivå Center 64',
    postcode: '2990',
    city: 'Nivå',
  })
  // A Thursday at noon is when tests begin.
  await setOpeningHours(ctx, branch, [
    { weekday: 4, opens: '07:00', closes: '10:00', staffed: false },
    { weekday: 4, opens: '10:00', closes: '18:00', staffed: true },
    { weekday: 5, opens: '07:00', closes: '22:00', staffed: false },
  ])
  const reason = { da: 'Personalet er på kursus', en: 'The staff are on a course' }
  await closeOn(ctx, { branch: null, day: Temporal.PlainDate.from('2025-11-27'), reason })
  await addBranch(ctx, { code: 'HB', name: 'Bogbussen', address: 'Egevangen 3', postcode: '2980', city: 'Kokkedal' })
  app = await createSite(library.installation)
})
after(async () => {
  await app?.close()
  await library?.close()
})

async function page(path: string): Promise<string> {
  const answer = await app.inject({ url: `/en/fredensborg${path}`, headers: { accept: 'text/html' } })
  assert.equal(answer.statusCode, 200, answer.body)
  return answer.body
}

test('the front page and the list of branches tell what is open now, and until when today', async () => {
  for (const [path, level] of [
    ['', 3],
    ['/branches', 2],
  ] as const) {
    const body = await page(path)
    assert.match(body, new RegExp(`Nivå Bibliotek</a></h${level}>`))
    assert.match(body, /Open now, with staff/)
    assert.match(body, /Today: staff 10\.00–18\.00, self-service 07\.00–10\.00/)
    assert.match(body, /The opening hours are not known/)
  }
})

test('a branch shows its next two weeks, with the days it is closed and why', async () => {
  const body = await page('/branches/ni')
  assert.match(body, /Friday,? 21 November[\s\S]{0,90}–[\s\S]{0,60}07\.00–22\.00/)
  assert.match(body, /Thursday,? 27 November[\s\S]{0,90}Closed: The staff are on a course/)
  assert.match(body, /Saturday,? 22 November[\s\S]{0,90}Closed</)
  assert.match(body, /mailto:bibliotekerne@fredensborg\.dk/)
})

test('a branch that does not exist is a page that says so', async () => {
  const answer = await app.inject({ url: '/fredensborg/branches/xx', headers: { accept: 'text/html' } })
  assert.equal(answer.statusCode, 404)
  assert.match(answer.body, /Filialen findes ikke/)
})

test('the cookie page names every cookie, and one it does not name is never sent', async () => {
  const body = await page('/cookies')
  for (const { name } of COOKIES) assert(body.includes(name), name)
  const other = await createSite(library.installation)
  other.get('/tracked', (_request, reply) => reply.setCookie('tracker', 'x').send('ok'))
  other.get('/known', (_request, reply) => reply.setCookie('kvit-desk-fredensborg', 'x').send('ok'))
  assert.equal((await other.inject('/tracked')).statusCode, 500)
  assert.equal((await other.inject('/tracked')).headers['set-cookie'], undefined)
  assert.equal((await other.inject('/known')).statusCode, 200)
  await other.close()
})

test('whoever takes no cookies reads the pages, and whoever deletes them is nobody the library has seen before', async () => {
  for (const path of ['', '/search?q=bog', '/notice', '/cookies', '/branches']) {
    const [first, second] = [await app.inject(`/fredensborg${path}`), await app.inject(`/fredensborg${path}`)]
    assert.deepEqual([first.statusCode, second.statusCode], [200, 200], path)
    // A form has a token of its own each time; all else is the same for somebody who was here and somebody who was not.
    const same = (body: string) => body.replace(/name="_csrf" value="[^"]*"/g, '').replace(/nonce="[^"]*"/g, '')
    assert.equal(same(second.body), same(first.body), path)
  }
})

test('every page of a library leads to its hours, its notice, its cookies and its accessibility statement', async () => {
  const body = await page('/accessibility')
  assert.match(body, /Fredensborg Bibliotekerne of Fredensborg Kommune wants everybody/)
  const footer = body.slice(body.indexOf('<footer'))
  for (const path of ['branches', 'notice', 'cookies', 'accessibility']) {
    assert(footer.includes(`href="/en/fredensborg/${path}"`), path)
  }
})

/** As a browser that reads Brotli takes it. */
async function taken(url: string): Promise<{ bytes: number; text: string }> {
  const headers = { accept: 'text/html', 'accept-encoding': 'br' }
  const { rawPayload, headers: told, statusCode } = await app.inject({ url, headers })
  assert.equal(statusCode, 200, url)
  const isShort = told['content-encoding'] === 'br'
  return { bytes: rawPayload.length, text: (isShort ? brotliDecompressSync(rawPayload) : rawPayload).toString() }
}

test('a first visit takes at most 200 kB with fonts, a later page 25 kB, and nothing comes from elsewhere', async () => {
  for (const path of ['', '/search?q=bog', '/notice', '/promises', '/branches', '/sign-in']) {
    const page = await taken(`/fredensborg${path}`)
    const shown = [...page.text.matchAll(/<(?:link|script|img|source|iframe)\b[^>]*?(?:href|src)="([^"]+)"/g)].map(
      ([, address = '']) => address,
    )
    for (const address of shown) assert.match(address, /^\/(?!\/)/, `${path} asks ${address}`)
    const files = new Map<string, number>()
    for (const address of shown.filter((each) => each.startsWith('/assets/'))) {
      const file = await taken(address)
      files.set(address, file.bytes)
      // Of the fonts a browser takes those that have the letters of the page.
      for (const [, font = ''] of file.text.matchAll(/url\(([\w.-]+Latin1[\w.-]+\.woff2)\)/g)) {
        files.set(`/assets/${font}`, (await taken(`/assets/${font}`)).bytes)
      }
    }
    assert.equal([...files.keys()].filter((address) => address.endsWith('.woff2')).length, 2, 'two weights')
    const first = [...files.values()].reduce((sum, bytes) => sum + bytes, page.bytes)
    assert(page.bytes <= 25_000, `${path}: ${page.bytes} bytes`)
    assert(first <= 200_000, `first visit of ${path}: ${first} bytes`)
  }
})
