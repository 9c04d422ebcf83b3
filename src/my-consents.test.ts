import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { consentsOf } from '#privacy'
import { fieldsOf, type MyPages, openMyPages } from '../test/support/my-pages.ts'
import type { Visitor } from '../test/support/visitor.ts'

const CONSENTS = '/fredensborg/me/consents'
const WITHDRAW = `${CONSENTS}/withdraw`

let my: MyPages
before(async () => {
  // A library that keeps lists only for those who have said yes.
  const policy = (text: string) => text.replace(/(- id: lists[\s\S]*?basis: )\[[^\]]*\]/, '$1[gdpr-6-1-a]')
  my = await openMyPages('fredensborg', { policy })
})
after(() => my.close())

async function say(visitor: Visitor, path: string, purpose: string) {
  const { _csrf = '' } = fieldsOf((await visitor.get(CONSENTS)).body, path)
  return visitor.post(path, { purpose, _csrf })
}

test('a patron says yes on the website; the exact words and the day are kept and shown', async () => {
  const asta = await my.signedIn('asta')
  assert.match((await asta.get(CONSENTS)).body, /Ja til: Huskelister/)
  assert.equal((await say(asta, CONSENTS, 'lists')).statusCode, 303)
  const [row] = await consentsOf(my.library.context(), my.cast.asta.id)
  assert.equal(row?.wording, 'Du kan selv lave lister over materialer. Det er frivilligt.')
  assert.deepEqual([row?.channel, row?.given_by, row?.language], ['website', 'patron', 'da'])
  const { body } = await asta.get(CONSENTS)
  assert.match(body, /Givet den 20\. november 2025/)
  assert.match(body, /“Du kan selv lave lister over materialer\. Det er frivilligt\.”/)
  assert.doesNotMatch(body, /Ja til: Huskelister/)
})

test('a yes is taken back as easily as it was given, and when is shown', async () => {
  const asta = await my.signedIn('asta')
  assert.equal((await say(asta, WITHDRAW, 'lists')).statusCode, 303)
  const { body } = await asta.get(CONSENTS)
  assert.match(body, /Trukket tilbage den 20\. november 2025/)
  assert.match(body, /Ja til: Huskelister/)
})

test('nobody says yes twice, or to what the library does not ask for', async () => {
  const asta = await my.signedIn('asta')
  assert.equal((await say(asta, CONSENTS, 'lists')).statusCode, 303)
  const page = (await asta.get(CONSENTS)).body
  const { _csrf = '' } = fieldsOf(page, WITHDRAW)
  for (const [purpose, told] of [
    ['lists', /allerede sagt ja/],
    // Nothing is counted on the website, so nobody is asked whether it may be.
    ['website', /beder ikke længere om det samtykke/],
    ['lending', /beder ikke længere om det samtykke/],
  ] as const) {
    const answer = await asta.post(CONSENTS, { purpose, _csrf })
    assert.equal(answer.statusCode, 409)
    assert.match(answer.body, told)
  }
})

test('a child is told that a parent must say yes', async () => {
  const clara = await my.signedIn('clara')
  const answer = await say(clara, CONSENTS, 'lists')
  assert.equal(answer.statusCode, 409)
  assert.match(answer.body, /Du er under 1[35] år, så en forælder eller værge skal sige ja/)
})
