import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { pino } from 'pino'
import { z } from 'zod'
import { createWeb, form, href, html, onlyForMachines, redirectWithMessage, renderPage, textField } from '#web'
import type { WebOptions } from './web.ts'

const ORDINARY = { siteName: 'Prøvested', cookieSecret: 'a secret for tests, 32 or more long', secureCookies: false }
const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

const opened: FastifyInstance[] = []
after(async () => {
  for (const app of opened) await app.close()
})

async function site(options: Partial<WebOptions> = {}): Promise<FastifyInstance> {
  const app = await createWeb({ ...ORDINARY, ...options })
  opened.push(app)
  app.get('/', (request, reply) =>
    renderPage(request, reply, { title: request.language === 'da' ? 'Velkommen' : 'Welcome', body: html`<p>1</p>` }),
  )
  app.get<{ Querystring: { name?: string } }>('/greeting', (request, reply) =>
    renderPage(request, reply, { title: `Hej ${request.query.name}`, body: html`<p>${request.query.name}</p>` }),
  )
  app.get('/contact', (request, reply) => {
    const one = form(request, reply, { action: '/contact', submit: 'Send', body: textField({ name: 'a', label: 'A' }) })
    const two = form(request, reply, { action: '/contact', submit: 'Send', body: textField({ name: 'b', label: 'B' }) })
    return renderPage(request, reply, { title: 'Kontakt', body: html`${one}${two}` })
  })
  app.post('/contact', (request, reply) => {
    assert.ok(!Object.hasOwn(Object(request.body), '_csrf'))
    return redirectWithMessage(reply, request, '/', { da: 'Tak for <beskeden>', en: 'Thank you' })
  })
  app.post('/api/loans', onlyForMachines, async (request) => ({ got: request.body }))
  app.get('/loans/:id', async () => {
    throw Object.assign(new Error('Key (cpr)=(070761-4285) already exists'), { code: '23505', table: 'patron' })
  })
  return app
}

/** A visitor who keeps cookies. */
function visitor(app: FastifyInstance) {
  const jar = new Map<string, string>()
  async function send(method: 'GET' | 'POST', url: string, payload?: string): Promise<LightMyRequestResponse> {
    const cookies = Object.fromEntries(jar)
    const headers = payload === undefined ? BROWSER : { ...BROWSER, ...FORM }
    const response = await app.inject({ method, url, headers, cookies, ...(payload === undefined ? {} : { payload }) })
    for (const { name, value } of response.cookies) value === '' ? jar.delete(name) : jar.set(name, value)
    return response
  }
  return { get: (url: string) => send('GET', url), post: (url: string, body: string) => send('POST', url, body) }
}

function tokensIn(page: string): string[] {
  return [...page.matchAll(/name="_csrf" value="([^"]+)"/g)].map((match) => match[1] ?? '')
}

describe('headers', () => {
  test('a page lets nothing in from elsewhere and nothing inline', async () => {
    const { headers } = await (await site()).inject({ url: '/', headers: BROWSER })
    const policy = String(headers['content-security-policy'])
    for (const rule of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "form-action 'self'"]) {
      assert.ok(policy.includes(rule), rule)
    }
    for (const rule of ["frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'"]) {
      assert.ok(policy.includes(rule), rule)
    }
    assert.doesNotMatch(policy, /unsafe|\*|data:/)
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(headers['referrer-policy'], 'same-origin')
    assert.equal(headers['cache-control'], 'no-store')
    assert.equal(headers['strict-transport-security'], undefined)
  })

  test('a site with TLS asks browsers to keep to it, in headers and cookies', async () => {
    const response = await (await site({ secureCookies: true })).inject({ url: '/contact', headers: BROWSER })
    assert.match(String(response.headers['strict-transport-security']), /max-age=31536000/)
    const [cookie] = response.cookies
    assert.match(cookie?.name ?? '', /^__Host-/)
    assert.deepEqual(
      { path: cookie?.path, httpOnly: cookie?.httpOnly, secure: cookie?.secure, sameSite: cookie?.sameSite },
      { path: '/', httpOnly: true, secure: true, sameSite: 'Lax' },
    )
  })

  test('a page has no inline style, script or event handler', async () => {
    const page = (await (await site()).inject({ url: '/contact', headers: BROWSER })).body
    assert.doesNotMatch(page, /<style| style=| on[a-z]+=|<script(?![^>]* src=)/)
  })
})

describe('forms', () => {
  test('a form without its token is refused with a page that says what to do', async () => {
    const response = await visitor(await site()).post('/contact', 'a=1')
    assert.equal(response.statusCode, 403)
    assert.match(response.body, /Formularen er blevet for gammel/)
    assert.match(response.body, /genindlæs siden/)
  })

  test('a token of another visitor is refused', async () => {
    const app = await site()
    const [theirs] = tokensIn((await visitor(app).get('/contact')).body)
    const me = visitor(app)
    await me.get('/contact')
    assert.equal((await me.post('/contact', `_csrf=${theirs}`)).statusCode, 403)
  })

  test('both forms of a first visit are accepted', async () => {
    const app = await site()
    const me = visitor(app)
    const tokens = tokensIn((await me.get('/contact')).body)
    assert.equal(tokens.length, 2)
    for (const token of tokens) assert.equal((await me.post('/contact', `_csrf=${token}&a=1`)).statusCode, 303)
  })

  test('every method that may change something is checked, and an unknown address is still unknown', async () => {
    const app = await site()
    const methods = ['PUT', 'PATCH', 'DELETE'] as const
    app.route({ method: [...methods], url: '/thing', handler: async () => 'done' })
    for (const method of methods) {
      assert.equal((await app.inject({ method, url: '/thing' })).statusCode, 403, method)
    }
    assert.equal((await app.inject({ method: 'POST', url: '/nowhere' })).statusCode, 404)
  })

  test('a route for machines asks for no token', async () => {
    const response = await (await site()).inject({ method: 'POST', url: '/api/loans', payload: { item: '5' } })
    assert.deepEqual(response.json(), { got: { item: '5' } })
  })

  test('what was done is said once on the page that follows, and is escaped', async () => {
    const me = visitor(await site())
    const [token] = tokensIn((await me.get('/contact')).body)
    const response = await me.post('/contact', `_csrf=${token}`)
    assert.equal(response.headers.location, '/')
    assert.match((await me.get('/')).body, /Tak for &lt;beskeden&gt;/)
    assert.doesNotMatch((await me.get('/')).body, /Tak for/)
  })

  test('a message that was not written by us is not shown', async () => {
    const app = await site()
    const page = await app.inject({ url: '/', headers: BROWSER, cookies: { 'kvit-message': 'Ring til os.abc' } })
    assert.doesNotMatch(page.body, /Ring til os/)
  })

  test('a form that is not filled in at all, or with another shape, is refused with 400', async () => {
    const app = await site()
    const wanted = z.object({ wish: z.enum(['again']) })
    app.post('/wish', onlyForMachines, (request, reply) => reply.send(wanted.parse(request.body ?? {})))
    const headers = { ...BROWSER, 'content-type': 'application/json' }
    for (const payload of ['null', '{}', '{"wish":["again"]}']) {
      const response = await app.inject({ method: 'POST', url: '/wish', headers, payload })
      assert.equal(response.statusCode, 400, payload)
    }
    const response = await app.inject({ method: 'POST', url: '/wish', headers, payload: '{"wish":"again"}' })
    assert.equal(response.statusCode, 200)
  })

  const broken = { æ: '%C3%A6' }
  for (const [what, payload, headers, status] of [
    ['half a letter behind percent signs', 'a=%E6', FORM, 400],
    ['bytes that are not UTF-8', Buffer.from('a=\xe6', 'latin1'), FORM, 400],
    ['a NUL', 'a=%00', FORM, 400],
    ['another character set', 'a=1', { 'content-type': `${FORM['content-type']}; charset=utf-16` }, 415],
    ['compressed bytes', 'a=1', { ...FORM, 'content-encoding': 'gzip' }, 415],
    ['a kind we do not know', '<a/>', { 'content-type': 'application/xml' }, 415],
    ['JSON that is none', '{', { 'content-type': 'application/json' }, 400],
    ['more than the limit', `a=${'x'.repeat(2000)}`, FORM, 413],
  ] as const) {
    test(`a body with ${what} is refused with ${status} and the site goes on`, async () => {
      const app = await site({ bodyLimitBytes: 1000 })
      const request = { method: 'POST', url: '/api/loans' } as const
      const response = await app.inject({ ...request, headers: { ...headers, ...BROWSER }, payload })
      assert.equal(response.statusCode, status)
      assert.match(response.body, /<html lang="da">/)
      const good = await app.inject({ ...request, headers: FORM, payload: `a=${broken.æ}&b=%zz` })
      assert.deepEqual(good.json(), { got: { a: 'æ', b: '%zz' } })
    })
  }
})

describe('language', () => {
  test('an address is Danish, and English below /en, with a way over to the same page', async () => {
    const app = await site()
    const danish = (await app.inject({ url: '/greeting?name=Bo&x=1', headers: BROWSER })).body
    assert.match(danish, /<html lang="da">/)
    assert.match(danish, /href="\/en\/greeting\?name=Bo&amp;x=1" lang="en" hreflang="en"/)
    assert.match(danish, /<link rel="alternate" hreflang="en" href="\/en\/greeting\?name=Bo&amp;x=1">/)
    const english = (await app.inject({ url: '/en/greeting?name=Bo&x=1', headers: BROWSER })).body
    assert.match(english, /<html lang="en">/)
    assert.match(english, /href="\/greeting\?name=Bo&amp;x=1" lang="da" hreflang="da"/)
  })

  test('the English front page is /en, with or without a slash, and a page that begins with en is not English', async () => {
    const app = await site()
    app.get('/energy', (request, reply) => reply.send(`${request.language} ${href(request, '/')}`))
    for (const url of ['/en', '/en/', '/en?a=1']) {
      assert.match((await app.inject({ url, headers: BROWSER })).body, /<h1>Welcome<\/h1>/, url)
    }
    assert.equal((await app.inject('/energy')).body, 'da /')
    assert.equal((await app.inject('/en/energy')).body, 'en /en')
  })

  test('an English form is sent to English and answers in English', async () => {
    const me = visitor(await site())
    const page = (await me.get('/en/contact')).body
    assert.match(page, /action="\/en\/contact"/)
    const response = await me.post('/en/contact', `_csrf=${tokensIn(page)[0]}`)
    assert.equal(response.headers.location, '/en')
    assert.match((await me.get('/en')).body, /Thank you/)
  })

  test('no link on a page leads to another site because of its address', async () => {
    const app = await site()
    for (const url of ['//evil.example/x', '/en//evil.example/x', '/en/%2F/evil.example']) {
      assert.doesNotMatch((await app.inject({ url, headers: BROWSER })).body, /href="\/\/|href="https?:/, url)
    }
  })
})

describe('errors', () => {
  test('a page that does not exist says so in both languages, and as JSON to a program', async () => {
    const app = await site()
    const danish = await app.inject({ url: '/nowhere', headers: BROWSER })
    assert.equal(danish.statusCode, 404)
    assert.match(danish.body, /<h1>Siden findes ikke<\/h1>/)
    const english = await app.inject({ url: '/en/nowhere', headers: BROWSER })
    assert.match(english.body, /<h1>There is no such page<\/h1>/)
    const json = await app.inject({ url: '/nowhere', headers: { accept: 'application/json' } })
    assert.equal(json.statusCode, 404)
    assert.equal(json.json().error.code, 'not-found')
    assert.match(json.json().error.message, /flyttet/)
  })

  test('a page asked for in a way it does not know answers 405 and tells which ways it knows', async () => {
    const app = await site()
    const response = await app.inject({ method: 'DELETE', url: '/loans/7', headers: BROWSER })
    assert.equal(response.statusCode, 405)
    assert.equal(response.headers.allow, 'GET, HEAD')
  })

  for (const url of [
    '/loans/%E6',
    '/loans/%',
    '/loans/%00',
    '/greeting?name=%00',
    '/greeting?name=%ff',
    `/${'a'.repeat(3000)}`,
  ]) {
    test(`an address that cannot be read is refused: ${url.slice(0, 24)}`, async () => {
      const response = await (await site()).inject({ url, headers: BROWSER })
      assert.equal(response.statusCode, 400)
      assert.match(response.body, /<h1>Vi kunne ikke læse/)
    })
  }

  test('a fault gives a reference that is also in the log, and neither shows nor logs what was said in it', async () => {
    const lines: string[] = []
    const app = await site({ loggerInstance: pino({ level: 'trace' }, { write: (line: string) => lines.push(line) }) })
    const response = await app.inject({ url: '/en/loans/loan-of-asta?card=card-of-asta', headers: BROWSER })
    assert.equal(response.statusCode, 500)
    const reference = /<strong>(\d{10})<\/strong>/.exec(response.body)?.[1]
    const log = lines.map((line) => JSON.parse(line))
    const fault = log.find((line) => line.msg === 'fault')
    assert.equal(fault.reference, reference)
    assert.deepEqual([fault.route, fault.code, fault.table], ['/loans/:id', '23505', 'patron'])
    const request = log.find((line) => line.msg === 'request')
    assert.deepEqual([request.method, request.route, request.status], ['GET', '/loans/:id', 500])
    assert.equal(typeof request.ms, 'number')
    assert.doesNotMatch(lines.join(''), /of-asta|070761-4285/)
    assert.doesNotMatch(response.body, /070761|web\.test/)
  })

  test('what a visitor sends is shown as text', async () => {
    const name = `"><script>alert('1')</script>&`
    const page = await (await site()).inject({ url: `/greeting?name=${encodeURIComponent(name)}`, headers: BROWSER })
    assert.doesNotMatch(page.body, /<script>alert/)
    assert.ok(page.body.includes('<p>&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;</p>'))
    assert.ok(page.body.includes('<title>Hej &quot;&gt;&lt;script&gt;'))
  })

  test('who asks too often is told to wait; the health check and files are not counted', async () => {
    const app = await site({ rate: { max: 2, perSeconds: 60 } })
    const post = () => app.inject({ method: 'POST', url: '/api/loans', payload: {} })
    assert.deepEqual([(await post()).statusCode, (await post()).statusCode], [200, 200])
    const refused = await post()
    assert.equal(refused.statusCode, 429)
    assert.ok(Number(refused.headers['retry-after']) > 0)
    for (let i = 0; i < 10; i++) assert.equal((await app.inject('/health')).statusCode, 200)
    for (let i = 0; i < 8; i++) assert.equal((await app.inject('/nowhere')).statusCode, 404)
    assert.equal((await app.inject('/nowhere')).statusCode, 429)
  })
})

describe('readiness', () => {
  test('a site that is being made shows how far it is, and is healthy while it is', async () => {
    let ready = false
    const notice = { da: 'Vi har lavet 40 % af lånerne', en: 'We have made 40 % of the patrons' }
    const app = await site({ readiness: () => ({ ready, notice }), health: async () => ({ database: 'up' }) })
    const page = await app.inject({ url: '/en/greeting', headers: BROWSER })
    assert.equal(page.statusCode, 503)
    assert.match(page.body, /We have made 40 %/)
    assert.equal((await app.inject('/')).json().error.message, notice.da)
    assert.deepEqual((await app.inject('/health')).json(), { status: 'starting', database: 'up' })
    const script = /src="(\/assets\/waiting\.[^"]+)"/.exec(page.body)?.[1] ?? ''
    assert.equal((await app.inject(script)).statusCode, 200)
    ready = true
    assert.equal((await app.inject({ url: '/', headers: BROWSER })).statusCode, 200)
    assert.equal((await app.inject('/health')).json().status, 'ok')
  })

  test('a health check that fails answers 503 and says nothing of why', async () => {
    const app = await site({
      health: async () => {
        throw new Error('password of kvit is x')
      },
    })
    const response = await app.inject('/health')
    assert.deepEqual([response.statusCode, response.json()], [503, { status: 'failing' }])
  })
})

test('over a real connection a first visit is compressed and below 200 kB', async () => {
  const app = await site()
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  const page = await fetch(`${origin}/contact`, { headers: BROWSER })
  assert.match(page.headers.get('content-encoding') ?? '', /^(br|gzip)$/)
  const text = await page.text()
  const loaded = [...text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((match) => match[1])
  assert.ok(loaded.length >= 4)
  let bytes = text.length
  for (const path of loaded) {
    assert.ok(path)
    const response = await app.inject({ url: path, headers: { 'accept-encoding': 'gzip, br' } })
    assert.equal(response.statusCode, 200, path)
    bytes += response.rawPayload.length
  }
  // The second weight of the typeface is named by the stylesheet alone.
  assert.ok(bytes + 18_000 < 200_000, `${bytes} bytes`)
})
