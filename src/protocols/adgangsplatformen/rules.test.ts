import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  ATTRIBUTES,
  agencyNumber,
  type Client,
  cprDigits,
  decideAsked,
  type Facts,
  formSource,
  isGoodRedirect,
  libraryAsked,
  tell,
  withAnswer,
} from './rules.ts'

const FACTS: Facts = {
  agency: '721000',
  uniqueId: 'f'.repeat(64),
  // The fiftieth month: nobody's number, and one that begins with a nought.
  cpr: '0150000001',
  number: '123456789',
  municipality: '0210',
  means: 'borchk',
}
const CLIENT: Client = {
  id: 'web',
  title: 'Hjemmesiden',
  redirect_uris: ['https://example.org/callback', 'https://example.org/?a=1', 'dk.example.app:/login'],
  attributes: [],
  agencies: 'own',
}
const AGENCIES = [
  { name: 'fredensborg', number: '721000', title: 'Fredensborg' },
  { name: 'glostrup', number: '716100', title: 'Glostrup' },
]

test('an agency number is known with and without its country', () => {
  assert.equal(agencyNumber('716100'), '716100')
  assert.equal(agencyNumber('DK-716100'), '716100')
  for (const text of [undefined, '', '7161', '7161000', 'SE-716100', 'DK716100', ' 716100', '816100', '716100\n']) {
    assert.equal(agencyNumber(text), undefined, String(text))
  }
})

test('a library signs in as itself only when name and password are both its number', () => {
  assert.equal(libraryAsked('@716100', '@716100'), '716100')
  assert.equal(libraryAsked('@DK-716100', '@DK-716100'), '716100')
  assert.equal(libraryAsked('@716100', '@721000'), undefined)
  assert.equal(libraryAsked('716100', '716100'), undefined)
})

test('patrons are sent back to whole addresses over TLS, to apps, and to the machine of who is programming', () => {
  const good = [
    'https://example.org',
    'https://example.org:8443/a?b=c',
    'dk.example.app:/login',
    'http://localhost:3000/',
  ]
  for (const uri of good) assert.equal(isGoodRedirect(uri), true, uri)
  const bad = [
    'http://example.org/',
    'https://user@example.org/',
    'https://example.org/#x',
    'https://*.example.org/',
    'https://example.org\\@evil.example/',
    'https://example.org/ x',
    '//example.org/',
    '/callback',
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://example.org/',
    'http://localhost.evil.example/',
    `https://example.org/${'x'.repeat(500)}`,
    '',
  ]
  for (const uri of bad) assert.equal(isGoodRedirect(uri), false, uri)
})

test('the answer is added to the registered address, which stays letter for letter', () => {
  const answer = { code: 'a b', state: undefined }
  assert.equal(withAnswer('https://example.org/callback', answer), 'https://example.org/callback?code=a+b')
  assert.equal(withAnswer('https://example.org/?a=1', answer), 'https://example.org/?a=1&code=a+b')
  assert.equal(formSource('https://example.org:8443/callback'), 'https://example.org:8443')
  assert.equal(formSource('dk.example.app:/login'), 'dk.example.app:')
})

test('law: no address but a registered one is ever sent back to', () => {
  const almost = fc.constantFrom(...CLIENT.redirect_uris).chain((uri) =>
    fc.tuple(fc.nat(uri.length), fc.string({ maxLength: 3 }), fc.nat(2)).map(([at, more, cut]) => {
      return uri.slice(0, at) + more + uri.slice(at + cut)
    }),
  )
  fc.assert(
    fc.property(almost, fc.string(), (redirect_uri, response_type) => {
      const decided = decideAsked(CLIENT, { redirect_uri, response_type, client_id: 'web' }, AGENCIES)
      const sentTo = decided.ok
        ? decided.value.redirectUri
        : decided.refusal.kind === 'sent-back'
          ? decided.refusal.redirectUri
          : undefined
      assert.equal(sentTo !== undefined, CLIENT.redirect_uris.includes(redirect_uri))
      if (sentTo !== undefined) assert.equal(sentTo, redirect_uri)
    }),
  )
})

test('a library the client names is fixed, one it proposes can be changed, and the only one needs no choosing', () => {
  const asked = { response_type: 'code', client_id: 'web', redirect_uri: CLIENT.redirect_uris[0] }
  const decide = (more: object, agencies = AGENCIES) => {
    const decided = decideAsked(CLIENT, { ...asked, ...more }, agencies)
    assert.ok(decided.ok, JSON.stringify(decided))
    return [decided.value.agency?.number, decided.value.fixed]
  }
  assert.deepEqual(decide({}), [undefined, false])
  assert.deepEqual(decide({ agency: 'DK-716100' }), ['716100', true])
  assert.deepEqual(decide({ presel: '716100' }), ['716100', false])
  assert.deepEqual(decide({ presel: '799900' }), [undefined, false])
  assert.deepEqual(decide({ presel: '716100' }, AGENCIES.slice(0, 1)), ['721000', true])
  const unknown = decideAsked(CLIENT, { ...asked, agency: '799900' }, AGENCIES)
  assert.equal(unknown.ok ? 'ok' : unknown.refusal.kind, 'sent-back')
})

test('a client that may know everything is told text, and ten digits of a CPR number', () => {
  const agencies = [
    { agencyId: '721000', userId: '0150000001', userIdType: 'CPR' },
    { agencyId: '721000', userId: '123456789', userIdType: 'LOCAL' },
  ]
  assert.deepEqual(tell(FACTS, ATTRIBUTES), {
    uniqueId: 'f'.repeat(64),
    municipality: '210',
    municipalityAgencyId: '721000',
    cpr: '0150000001',
    userId: '123456789',
    idpUsed: 'borchk',
    agencies,
    libraries: agencies,
  })
})

test('law: a client is told what it is allowed and nothing else, and the CPR number only as such', () => {
  fc.assert(
    fc.property(fc.subarray([...ATTRIBUTES]), fc.boolean(), (allowed, registered) => {
      const facts = registered ? FACTS : { ...FACTS, number: undefined, municipality: undefined }
      const told = tell(facts, allowed)
      assert.ok(Object.keys(told).every((name) => allowed.some((each) => each === name)))
      assert.equal(JSON.stringify(told).includes('0150000001'), allowed.includes('cpr'))
    }),
  )
})

test('a CPR number that lost its first nought on the way gets it back', () => {
  assert.equal(cprDigits('150000001'), '0150000001')
  assert.equal(cprDigits('015000-0001'), '0150000001')
  assert.equal(cprDigits('01500000011'), undefined)
  assert.equal(cprDigits('x'), undefined)
})
