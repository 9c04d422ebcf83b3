import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type { MessageId } from '#core'
import type { Context } from '#vault'
import { testWeb } from '../../../test/support/site.ts'
import { registerDeliveryReports } from './index.ts'
import { longId, reportToken, shortId } from './report-token.ts'

const KEY = 'for-tests-only'
const MESSAGE = '019a0000-0000-7000-8000-000000000001' as MessageId
const noted: [agency: string, id: string, what: string][] = []
let web: FastifyInstance

before(async () => {
  web = await testWeb()
  registerDeliveryReports(web, {
    reportKey: KEY,
    contextOf: (agency) => (agency === 'glostrup' ? ({ agency } as Context) : undefined),
    async noteDelivery(ctx, id, what) {
      noted.push([ctx.agency, id, what])
      return true
    },
  })
})
after(() => web.close())
afterEach(() => {
  noted.length = 0
})

test('a message is found by the short form of its id', () => {
  assert.equal(shortId(MESSAGE).length, 32)
  assert.equal(longId(shortId(MESSAGE)), MESSAGE)
  assert.equal(longId(MESSAGE), undefined)
})

test('who does not hold the message’s own token gets the same answer as for a message that is not there', async () => {
  const short = shortId(MESSAGE)
  const address = `/sms/report/glostrup/${short}/${reportToken(KEY, 'glostrup', short)}`
  assert.equal((await web.inject({ method: 'GET', url: `${address}?status=1&receiver=4522334455` })).statusCode, 200)
  assert.equal((await web.inject({ method: 'POST', url: `${address}?status=3` })).statusCode, 200)
  assert.equal((await web.inject({ method: 'POST', url: `${address}?status=1&status=2` })).statusCode, 200)
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  assert.equal((await web.inject({ method: 'POST', url: address, headers: form, payload: 'status=2' })).statusCode, 200)
  const text = { 'content-type': 'text/plain' }
  assert.equal(
    (await web.inject({ method: 'POST', url: `${address}?status=1`, headers: text, payload: 'x' })).statusCode,
    200,
  )
  assert.deepEqual(
    noted.map(([, , what]) => what),
    ['delivered', 'bounced', 'delivered'],
  )
  noted.length = 0
  const other = short.replace(/^0/, '1')
  const wrong = [
    address.slice(0, -1),
    `${address}A`,
    `/sms/report/glostrup/${other}/${reportToken(KEY, 'glostrup', short)}`,
    `/sms/report/glostrup/${short}/${reportToken('another', 'glostrup', short)}`,
    `/sms/report/stevns/${short}/${reportToken(KEY, 'glostrup', short)}`,
    `/sms/report/stevns/${short}/${reportToken(KEY, 'stevns', short)}`,
    `/sms/report/glostrup/none/${reportToken(KEY, 'glostrup', 'none')}`,
  ]
  const answers = await Promise.all(wrong.map((url) => web.inject({ url: `${url}?status=1` })))
  assert.deepEqual(new Set(answers.map(({ statusCode, body }) => `${statusCode} ${body}`)).size, 1)
  assert.equal(answers[0]?.statusCode, 404)
  assert.deepEqual(noted, [])
})
