import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import type { FastifyInstance } from 'fastify'
import {
  contrast,
  createWeb,
  darker,
  GROUNDS,
  LEAST_CONTRAST,
  leastContrast,
  nearestShade,
  ORDINARY_COLOURS,
} from '#web'
import { coloursFile, coloursSheet } from './colours.ts'

let app: FastifyInstance
before(async () => {
  app = await createWeb({ siteName: 'Prøvested', cookieSecret: 'x'.repeat(32), secureCookies: false })
})
after(() => app.close())

test('files are kept for a year under a name that has the hash of their content', async () => {
  const address = app.assetHref('kvit.css')
  assert.match(address, /^\/assets\/kvit\.[0-9a-f]{12}\.css$/)
  const response = await app.inject(address)
  assert.equal(response.headers['cache-control'], 'public, max-age=31536000, immutable')
  assert.equal(response.headers['content-type'], 'text/css; charset=utf-8')
  assert.equal((await app.inject('/assets/kvit.000000000000.css')).statusCode, 404)
  assert.equal((await app.inject('/assets/..%2Fassets.ts')).statusCode, 404)
})

test('a stylesheet is sent in the shortest form the browser reads', async () => {
  const url = app.assetHref('dkfds.css')
  const ask = (accepted: string) => app.inject({ url, headers: { 'accept-encoding': accepted } })
  const plain = await ask('identity')
  assert.equal(plain.headers['content-encoding'], undefined)
  const br = await ask('gzip, deflate, br')
  assert.equal(br.headers['content-encoding'], 'br')
  assert.equal(br.headers.vary, 'accept-encoding')
  assert.equal(brotliDecompressSync(br.rawPayload).toString(), plain.body)
  const gzip = await ask('br;q=0, gzip')
  assert.equal(gzip.headers['content-encoding'], 'gzip')
  assert.equal(gunzipSync(gzip.rawPayload).toString(), plain.body)
  assert.ok(br.rawPayload.length < 40_000)
})

test('every file that a stylesheet names is served', async () => {
  for (const name of ['dkfds.css', 'kvit.css']) {
    const css = (await app.inject(app.assetHref(name))).body
    const named = [...css.matchAll(/url\(([^)]*)\)/g)].map((match) => match[1] ?? '')
    assert.ok(named.length > 3, name)
    for (const path of new Set(named)) {
      const response = await app.inject(new URL(path, `http://x${app.assetHref(name)}`).pathname)
      assert.equal(response.statusCode, 200, `${name} names ${path}`)
      assert.ok(response.rawPayload.length > 0)
    }
  }
})

test('the typeface comes in two weights and one format', async () => {
  const theirs = (await app.inject(app.assetHref('dkfds.css'))).body
  const ours = (await app.inject(app.assetHref('kvit.css'))).body
  assert.doesNotMatch(theirs, /@font-face|sourceMappingURL|\.eot|\.ttf/)
  const weights = new Set([...ours.matchAll(/font-weight: (\d+);\s+font-display/g)].map((match) => match[1]))
  assert.deepEqual(weights, new Set(['400', '600']))
})

const colour = fc.integer({ min: 0, max: 0xffffff }).map((number) => `#${number.toString(16).padStart(6, '0')}`)

test('a library’s colours can be read on every ground the layout has, as buttons and as lines', async () => {
  const css = (await app.inject(app.assetHref('kvit.css'))).body
  assert.match(css, new RegExp(`--paper: ${GROUNDS[1]}`), 'the ground is the one of the stylesheet')
  assert.match(css, new RegExp(`--accent: ${ORDINARY_COLOURS.accent};\\s+--band: ${ORDINARY_COLOURS.band}`))
  assert.ok(Math.abs(contrast('#000000', '#ffffff') - 21) < 1e-9)
  assert.ok(Math.abs(contrast('#767676', '#ffffff') - 4.54) < 0.01, 'as WCAG has it')
  fc.assert(
    fc.property(colour, colour, (accent, band) => {
      const sheet = coloursSheet(coloursFile({ accent, band }))
      const isFit = (ground: string) => contrast(accent, ground) >= 4.5 && contrast(band, ground) >= 3
      assert.equal(sheet !== undefined, GROUNDS.every(isFit))
      // White words stand on a button, and on one that is pointed at.
      if (sheet) assert.ok(contrast('#ffffff', darker(accent)) >= 4.5)
    }),
    { numRuns: 2000 },
  )
})

test('the shade that is proposed for a colour too pale will do, and is no darker than it must be', () => {
  fc.assert(
    fc.property(colour, fc.constantFrom(...Object.values(LEAST_CONTRAST)), (wanted, least) => {
      const shade = nearestShade(wanted, least)
      assert.ok(leastContrast(shade) >= least)
      if (leastContrast(wanted) >= least) assert.equal(shade, wanted)
      else assert.ok(leastContrast(shade) < least + 0.35, `${wanted} became ${shade}`)
    }),
    { numRuns: 2000 },
  )
})

test('a library’s colours are a file that its name says everything about, kept for a year', async () => {
  const answer = await app.inject(`/assets/${coloursFile({ accent: '#6a3d6e', band: '#a4679f' })}`)
  assert.equal(answer.body, ':root{--accent:#6a3d6e;--accent-dark:#4a2a4d;--band:#a4679f}\n')
  assert.equal(answer.headers['content-type'], 'text/css; charset=utf-8')
  assert.equal(answer.headers['cache-control'], 'public, max-age=31536000, immutable')
  for (const name of ['colours.ffffffffffff.css', 'colours.0f4c5c.css', 'colours.0f4c5c0f4c5g.css']) {
    assert.equal((await app.inject(`/assets/${name}`)).statusCode, 404, name)
  }
})
