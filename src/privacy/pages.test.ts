import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type { Actor, StaffId } from '#core'
import { openTestLibrary, type TestLibrary } from '../../test/support/library.ts'
import { clauseOf, sampleText } from '../../test/support/policy.ts'
import { publicSite, testWeb } from '../../test/support/site.ts'
import { register } from '../rooms.ts'
import { registerPrivacyPages } from './pages.ts'
import { approvePolicy, proposePolicy, publishPolicy } from './publish.ts'

let library: TestLibrary
let app: FastifyInstance

before(async () => {
  library = await openTestLibrary({ policy: () => sampleText() })
  app = await testWeb()
  registerPrivacyPages(app, publicSite(library), register)
})
after(async () => {
  await app.close()
  await library.close()
})

function officer(number: number): Actor {
  return {
    kind: 'staff',
    id: `00000000-0000-7000-8000-00000000000${number}` as StaffId,
    roles: ['data-protection-officer'],
  }
}

async function publish(text: string): Promise<void> {
  const proposed = await proposePolicy(library.context(officer(1)), text, register)
  assert.ok(proposed.ok)
  await approvePolicy(library.context(officer(2)), proposed.value.id)
  const published = await publishPolicy(library.context(officer(1)), proposed.value.id, register, { confirmed: true })
  assert.ok(published.ok)
}

async function page(path: string): Promise<string> {
  const { statusCode, body } = await app.inject({ url: path })
  assert.equal(statusCode, 200, path)
  return body
}

test('anyone may read the notice in Danish and in English', async () => {
  assert.match(await page('/fredensborg/notice'), /Sådan bruger og beskytter vi dine oplysninger/)
  const english = await page('/en/fredensborg/notice')
  assert.match(english, /How we use and protect your data/)
  assert.match(english, /href="\/en\/fredensborg\/notice\/versions"/)
})

test('every link within the notice leads somewhere, and no two things have one address', async () => {
  const body = await page('/fredensborg/notice')
  const ids = [...body.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
  assert.equal(new Set(ids).size, ids.length)
  const links = [...body.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id)
  assert.ok(links.length > 10)
  assert.deepEqual(
    links.filter((id) => !ids.includes(id)),
    [],
  )
})

test('a sentence carries the clause it comes from, and addresses are links', async () => {
  const body = await page('/fredensborg/notice')
  assert.match(body, /<span data-source="clause fee\/settled">Slettes 30 dage efter, at gebyret er betalt\.<\/span>/)
  assert.match(body, /<a href="mailto:dpo@example\.dk">dpo@example\.dk<\/a>/)
  assert.match(body, /<a href="https:\/\/www\.datatilsynet\.dk">https:\/\/www\.datatilsynet\.dk<\/a>\./)
})

test('what a library writes in its policy is never read as HTML', async () => {
  await publish(sampleText((policy) => Object.assign(policy.dpo, { address: '<b>Vej 1</b>' })))
  assert.match(await page('/fredensborg/notice'), /&lt;b&gt;Vej 1&lt;\/b&gt;/)
})

test('a new version is the one read, and the earlier one stays to be read', async () => {
  await publish(sampleText((policy) => Object.assign(clauseOf(policy, 'fee'), { keep: 'P60D' })))
  assert.match(await page('/fredensborg/notice'), /Slettes 60 dage efter, at gebyret er betalt/)
  const first = await page('/fredensborg/notice/versions/1')
  assert.match(first, /Slettes 30 dage efter, at gebyret er betalt/)
  assert.match(first, /ikke gælder mere/)
  const all = await page('/fredensborg/notice/versions')
  assert.match(all, /href="\/fredensborg\/notice\/versions\/1"/)
  assert.match(all, /To medarbejdere/)
  assert.match(all, /Den driftsansvarlige/)
})

test('a version that has not come yet is shown as such', async () => {
  const coming = sampleText((policy) => {
    policy.effective = '2099-01-01'
    Object.assign(clauseOf(policy, 'fee'), { keep: 'P90D' })
  })
  await publish(coming)
  assert.doesNotMatch(await page('/fredensborg/notice'), /90 dage/)
  const number = /versions\/(\d+)"/.exec(await page('/fredensborg/notice/versions'))?.[1]
  const body = await page(`/fredensborg/notice/versions/${number}`)
  assert.match(body, /ikke gælder endnu/)
  assert.match(body, /90 dage/)
})

test('a version that does not exist is not found', async () => {
  for (const number of ['99', '0', 'x', '1e0']) {
    assert.equal((await app.inject({ url: `/fredensborg/notice/versions/${number}` })).statusCode, 404)
  }
})

test('the notice is there as plain text too', async () => {
  const { headers, body } = await app.inject({ url: '/fredensborg/notice.txt' })
  assert.match(String(headers['content-type']), /^text\/plain; charset=utf-8/)
  assert.match(body, /^Sådan bruger og beskytter vi dine oplysninger\n=+\n/)
})
