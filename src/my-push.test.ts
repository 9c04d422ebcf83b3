import assert from 'node:assert/strict'
import { createECDH, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { declareTemplate, onceOnly, subscriptionsOf, tell } from '#messages'
import { policyOf } from '#privacy'
import { fieldsOf, type MyPages, openMyPages } from '../test/support/my-pages.ts'
import { visit } from '../test/support/visitor.ts'
import { namedOnly } from './channels.ts'

const PUSH = '/herning/me/push'
const KEY = 'BPublicKeyOfTheInstallation'

let my: MyPages
before(async () => {
  // A library that names no gateway for text messages among those who receive data.
  const policy = (text: string) => text.replace('  - id: sms\n', '  - id: another-gateway\n')
  my = await openMyPages('herning', { pushKey: () => KEY, policy })
})
after(() => my.close())

function app(name: string) {
  const keys = createECDH('prime256v1')
  return {
    endpoint: `https://push.example.org/${name}`,
    p256dh: keys.generateKeys('base64url'),
    auth: randomBytes(16).toString('base64url'),
  }
}

test('a patron signs a phone up for push messages, sees since when, and turns them off everywhere', async () => {
  const asta = await my.signedIn('asta')
  const page = (await asta.get(PUSH)).body
  assert.ok(page.includes(`data-push-key="${KEY}"`))
  assert.match(page, /kræver en browser med JavaScript/, 'said to whoever has none')
  const { _csrf = '' } = fieldsOf(page, PUSH)
  assert.equal((await asta.post(PUSH, { _csrf, ...app('one') })).statusCode, 303)
  assert.equal((await subscriptionsOf(my.library.context(), my.cast.asta.id)).length, 1)
  assert.match((await asta.get(PUSH)).body, /Slået til på 1 enhed[\s\S]*Tilmeldt/)
  assert.equal((await asta.post(`${PUSH}/off`, { _csrf })).statusCode, 303)
  assert.equal((await subscriptionsOf(my.library.context(), my.cast.asta.id)).length, 0)
})

test('an app inside a network, or somebody without e-mail and telephone, is refused in plain words', async () => {
  const asta = await my.signedIn('asta')
  const { _csrf = '' } = fieldsOf((await asta.get(PUSH)).body, PUSH)
  const inside = await asta.post(PUSH, { _csrf, ...app('x'), endpoint: 'https://10.0.0.1/x' })
  assert.equal(inside.statusCode, 422)
  assert.match(inside.body, /Din browser gav os ikke/)
  const dines = await my.signedIn('dines')
  const theirs = fieldsOf((await dines.get(PUSH)).body, PUSH)
  const refused = await dines.post(PUSH, { ...app('y'), _csrf: theirs._csrf ?? '' })
  assert.equal(refused.statusCode, 422)
  assert.match(refused.body, /når biblioteket også har din e-mail/)
})

test('a library can be put on the home screen in its own name, with pictures a phone can show', async () => {
  const guest = visit(my.app)
  assert.match((await guest.get('/herning')).body, /<link rel="manifest" href="\/herning\/manifest\.webmanifest">/)
  const answer = await guest.get('/en/herning/manifest.webmanifest')
  assert.match(String(answer.headers['content-type']), /^application\/manifest\+json/)
  const manifest: unknown = answer.json()
  assert.match(JSON.stringify(manifest), /"name":"Herning[^"]*".*"start_url":"\/en\/herning\/me"/)
  for (const size of [180, 192, 512]) {
    const icon = await guest.get(`/icons/0f4c5c-${size}.png`)
    assert.equal(icon.statusCode, 200)
    assert.equal(icon.rawPayload.readUInt32BE(16), size)
  }
  assert.equal((await guest.get('/icons/0f4c5c-013.png')).statusCode, 404)
})

test('the worker on the phone keeps files that are the same for all, and never a page', async () => {
  const worker = await visit(my.app).get('/service-worker.js')
  assert.equal(worker.headers['cache-control'], 'no-cache')
  const pattern = /const ASSET = \/(.+)\/$/m.exec(worker.body)?.[1]
  assert.ok(pattern)
  const asset = new RegExp(pattern)
  const page = (await visit(my.app).get('/herning')).body
  const style = /href="(\/assets\/kvit\.[^"]+\.css)"/.exec(page)?.[1] ?? ''
  assert.match(style, asset)
  for (const path of ['/herning/me', '/herning/me/loans', '/en/herning', '/assets/kvit.css', '/assets/../herning/me']) {
    assert.doesNotMatch(path, asset)
  }
  const source = await readFile(new URL('ground/web/assets/service-worker.js', import.meta.url), 'utf8')
  assert.equal(source.match(/\.put\(/g)?.length, 1, 'it keeps in one place only, behind the pattern')
})

test('a library whose policy names no gateway sends no text messages, and says so', async () => {
  const ctx = my.library.context()
  const words = { subject: 'Prøve', body: 'Prøve', short: 'Prøve' }
  const template = declareTemplate({
    kind: 'test-named',
    label: { da: 'Prøve', en: 'Test' },
    about: 'service',
    sample: { da: {}, en: {} },
    initial: { da: words, en: words },
  })
  const to = { patron_id: my.cast.asta.id, language: 'da', email: null, phone: '+4500000011' } as const
  assert.equal(await tell(ctx, template, [{ to, data: {} }]), 0)
  assert.equal(await tell(ctx, template, [{ to: { ...to, push: true }, data: {} }]), 1)
  assert.equal(await tell(ctx, template, [{ to: { ...to, email: 'a@example.org' }, data: {} }]), 1)
  const asta = await my.signedIn('asta')
  const page = (await asta.get('/herning/me/contact')).body
  assert.match(page, /Biblioteket sender ikke sms/)
  assert.doesNotMatch(page, /name="wants_sms"/)
  const { policy } = await policyOf(ctx)
  const all = Object.fromEntries(
    ['email', 'sms', 'push', 'digital-post', 'letter'].map((channel) => [channel, onceOnly(async () => {})]),
  )
  assert.deepEqual(Object.keys(namedOnly(policy, all)), ['email', 'push', 'digital-post', 'letter'])
  const nobody = { ...policy, recipients: policy.recipients.map((each) => ({ ...each, active: false })) }
  assert.deepEqual(Object.keys(namedOnly(nobody, all)), ['letter'], 'which is printed at the library')
})
