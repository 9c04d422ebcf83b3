import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import { createWeb } from '#web'

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
