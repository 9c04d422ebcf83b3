import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { createMitId, patronCookie } from '#auth'
import { sql } from '#db'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { patronSite } from '../../../test/support/patron-site.ts'
import { type MitIdSimulator, startMitIdSimulator } from './mitid.ts'

const CLIENT = { id: 'kvit', secret: 'a secret of the test, long enough' }

let library: TestLibrary
let app: FastifyInstance
let origin: string
let broker: MitIdSimulator
let cast: Cast
let issuer = 'http://127.0.0.1:9'

before(async () => {
  library = await openTestLibrary({ agencies: ['fredensborg', 'stevns'] })
  cast = await castIn(library.context())
  // The site must be there before the broker, which is told its address, so each finds the other when it is asked.
  const mitIds = new Map<string, ReturnType<typeof createMitId>>()
  app = await patronSite(library, {
    mitId(agency) {
      const known = mitIds.get(issuer)
      if (known) return agency === 'fredensborg' ? known : undefined
      const made = createMitId({ issuer, clientId: CLIENT.id, clientSecret: CLIENT.secret, publicUrl: origin })
      mitIds.set(issuer, made)
      return agency === 'fredensborg' ? made : undefined
    },
  })
  origin = await app.listen({ host: '127.0.0.1', port: 0 })
  broker = await startMitIdSimulator({
    clients: [{ ...CLIENT, redirectUris: [`${origin}/fredensborg/mitid/callback`] }],
    persons: [
      { name: 'Asta Prøve', cpr: '740385-1048' },
      { name: 'Bo Prøve', cpr: '6101700001', claims: { cprNumberIdentifier: 6101700001 } },
      { name: 'Fremmed Prøve', cpr: '6512994000' },
    ],
  })
  issuer = broker.issuer
})
after(async () => {
  await app.close()
  await broker.close()
  await library.close()
})

/** A browser that goes from site to site, keeps each one's cookies, and remembers where it has been. */
function browser() {
  const jars = new Map<string, Map<string, string>>()
  const been: string[] = []

  async function go(address: string, body?: URLSearchParams): Promise<{ status: number; text: string; url: URL }> {
    let url = new URL(address, origin)
    let payload = body
    for (let steps = 0; steps < 12; steps++) {
      been.push(url.href)
      const jar = jars.get(url.origin) ?? new Map<string, string>()
      jars.set(url.origin, jar)
      const response = await fetch(url, {
        redirect: 'manual',
        method: payload ? 'POST' : 'GET',
        headers: {
          accept: 'text/html',
          cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
        },
        ...(payload ? { body: payload } : {}),
      })
      payload = undefined
      for (const cookie of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
        value === '' ? jar.delete(name) : jar.set(name, value)
      }
      const location = response.headers.get('location')
      if (!location) return { status: response.status, text: await response.text(), url }
      url = new URL(location, url)
    }
    throw new Error('round in circles')
  }

  return {
    been,
    go,
    /** From the sign-in page to MitID, there as this person, and wherever that leads. */
    async as(person: string, signIn = '/fredensborg/sign-in') {
      const form = await go(signIn)
      const link = /id="mitid" href="([^"]+)"/.exec(form.text)?.[1] ?? ''
      const page = await go(link.replaceAll('&amp;', '&'))
      const value = new RegExp(`value="([^"]*)">${person}<`).exec(page.text)?.[1]
      assert.ok(value !== undefined, page.text)
      const action = new URL(/action="([^"]+)"/.exec(page.text)?.[1] ?? '', page.url)
      return go(action.href, new URLSearchParams({ person: value }))
    },
    cookie: (name: string) => jars.get(origin)?.get(name),
    plant: (name: string, value: string) => jars.set(origin, new Map([[name, value]])),
  }
}

test('a patron signs in with MitID and comes to where they wanted', async () => {
  const asta = browser()
  const page = await asta.as('Asta Prøve', '/fredensborg/sign-in?next=%2Ffredensborg%2Fpin')
  assert.equal(page.url.href, `${origin}/fredensborg/pin`)
  assert.match(page.text, /Du er logget ind/)
  assert.doesNotMatch(page.text, /name="current"/)
  assert.match((await asta.go('/fredensborg/me')).text, /MitID/)
  const row = await library.context().db.one<{ means: string }>(sql`
    select means from patron_session where patron_id = ${cast.asta.id}`)
  assert.equal(row.means, 'mitid')
  for (const place of asta.been) assert.doesNotMatch(place, /740385|7403851048/)
})

test('a broker that sends the CPR number as a number finds the same patron', async () => {
  const page = await browser().as('Bo Prøve')
  assert.ok(page.text.includes(cast.bo.number))
})

test('English is spoken before MitID, at it and after', async () => {
  const bo = browser()
  const page = await bo.as('Bo Prøve', '/en/fredensborg/sign-in')
  assert.equal(page.url.pathname, '/en/fredensborg/me')
  assert.match(page.text, /You are signed in/)
  assert.ok(bo.been.some((place) => place.startsWith(broker.issuer) && place.includes('ui_locales=en')))
  const refused = await browser().as('Cancel', '/en/fredensborg/sign-in')
  assert.equal(refused.url.pathname, '/en/fredensborg/sign-in')
  assert.match(refused.text, /You stopped at MitID/)
})

test('who stops at MitID is back at the sign-in page, which says so, and is not signed in', async () => {
  const asta = browser()
  const page = await asta.as('Afbryd')
  assert.equal(page.url.href, `${origin}/fredensborg/sign-in?mitid=denied`)
  assert.match(page.text, /Du afbrød hos MitID/)
  assert.equal(asta.cookie(patronCookie('fredensborg')), undefined)
})

test('who is no patron is told how to become one, and is not signed in', async () => {
  const stranger = browser()
  const page = await stranger.as('Fremmed Prøve')
  assert.equal(page.status, 403)
  assert.match(page.text, /Du er ikke låner her endnu/)
  assert.equal(stranger.cookie(patronCookie('fredensborg')), undefined)
})

test('an answer that is sent again, or to another browser, signs nobody in', async () => {
  const asta = browser()
  await asta.as('Asta Prøve')
  const answer = asta.been.find((place) => place.includes('/mitid/callback?')) ?? ''
  assert.notEqual(answer, '')
  await asta.go('/fredensborg/sign-in')
  const again = await asta.go(answer)
  // Asta is signed in still, so the sign-in page leads her on; nothing else happened.
  assert.equal(asta.been.filter((place) => place.includes('?mitid=wrong-state')).length, 1)
  assert.equal(again.status, 200)
  const thief = browser()
  const page = await thief.go(answer)
  assert.equal(page.url.href, `${origin}/fredensborg/sign-in?mitid=wrong-state`)
  assert.equal(thief.cookie(patronCookie('fredensborg')), undefined)
})

test('what is kept for MitID cannot be changed in the browser', async () => {
  const asta = browser()
  await asta.go('/fredensborg/mitid?next=https%3A%2F%2Fexample.com')
  const kept = decodeURIComponent(asta.cookie('kvit-mitid-fredensborg') ?? '')
  assert.match(kept, /"returnTo":"\/fredensborg\/me"/)
  const state = JSON.parse(kept.slice(2, kept.lastIndexOf('}') + 1)).state
  asta.plant('kvit-mitid-fredensborg', encodeURIComponent(kept.replace('/fredensborg/me', '//example.com')))
  const page = await asta.go(`/fredensborg/mitid/callback?code=x&state=${state}&iss=${encodeURIComponent(issuer)}`)
  assert.equal(page.url.href, `${origin}/fredensborg/sign-in?mitid=wrong-state`)
})

test('whoever is signed in before is signed out when another signs in with MitID', async () => {
  const shared = browser()
  await shared.as('Asta Prøve')
  const before = shared.cookie(patronCookie('fredensborg'))
  const cookies = { [patronCookie('fredensborg')]: before ?? '' }
  const begun = await shared.go('/fredensborg/mitid')
  const value = /value="([^"]*)">Bo Prøve</.exec(begun.text)?.[1] ?? ''
  const action = new URL(/action="([^"]+)"/.exec(begun.text)?.[1] ?? '', begun.url)
  const page = await shared.go(action.href, new URLSearchParams({ person: value }))
  assert.match(page.text, /Bo Prøve/)
  assert.equal((await app.inject({ url: '/fredensborg/me', cookies })).statusCode, 303)
})

test('while MitID is down the sign-in page says so', async () => {
  const up = issuer
  issuer = 'http://127.0.0.1:9'
  const page = await browser().go('/fredensborg/mitid')
  issuer = up
  assert.equal(page.url.search, '?mitid=mitid-down')
  assert.match(page.text, /MitID svarer ikke lige nu/)
})
