import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { silentLog } from '#core'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { PIN, type Sip2Scene, sip2Scene } from '../../../test/support/sip2-scene.ts'
import { createSite } from '../../site.ts'
import { parseAnswer } from './codec.ts'
import { sipDate } from './dates.ts'
import { houseDesk } from './desk.ts'
import { readEnvelope } from './envelope.ts'
import { LiveLog } from './live-log.ts'
import { type Answer, field } from './messages.ts'
import { registerSip2Rest } from './rest.ts'

let library: TestLibrary
let scene: Sip2Scene
let app: FastifyInstance
let broken = false

before(async () => {
  library = await openTestLibrary()
  scene = await sip2Scene(library.context())
  app = await createSite(library.installation)
  const house = houseDesk()
  // The site of the house may have registered it already.
  if (!app.hasRoute({ method: 'POST', url: '/rest/sip2/:library' })) {
    registerSip2Rest(app, {
      libraries: {
        all: async () => [{ name: 'fredensborg', number: '721000', title: 'Fredensborg Bibliotekerne' }],
        context: async (agency, actor) => library.installation.context(agency, actor),
      },
      desk: {
        ...house,
        item: (ctx, barcode) => {
          if (broken) throw new Error('Asta Ærlig')
          return house.item(ctx, barcode)
        },
      },
      live: new LiveLog(),
      log: silentLog,
    })
  }
})
after(async () => {
  await app.close()
  await library.close()
})

/** As the machine's template does it. */
function entities(text: string): string {
  const named: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#x27;' }
  return text.replace(/[&<>"'`=]/g, (sign) => named[sign] ?? `&#x${sign.charCodeAt(0).toString(16).toUpperCase()};`)
}

function envelope(message: string, login = 'automat', password = scene.secrets.automat ?? ''): string {
  return `<?xml version="1.0" encoding="UTF-8"?><ns1:sip xmlns:ns1="http://axiell.com/Schema/sip.xsd" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://axiell.com/Schema/sip.xsd" password="${entities(password)}" login="${entities(login)}"><request>${entities(message)}</request></ns1:sip>`
}

async function post(body: string, agency = 'DK-721000') {
  const headers = { 'content-type': 'application/xml', 'user-agent': 'bibbox' }
  return app.inject({ method: 'POST', url: `/rest/sip2/${agency}`, headers, payload: body })
}

/** One message, and its answer found as the machine finds it: by looking at the raw text. */
async function ask(message: string): Promise<{ answer: Answer; raw: string }> {
  const { body, statusCode, headers } = await post(envelope(message))
  assert.equal(statusCode, 200, body)
  assert.equal(headers['content-type'], 'application/xml;charset=UTF-8')
  const raw = /<response>(.*)<\/response>/.exec(body)?.[1]
  assert.ok(raw, body)
  const text = raw.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
  const parsed = parseAnswer(text)
  assert.ok(parsed.ok, text)
  assert.ok(field(parsed.value, 'AO'), 'the machine looks for the institution')
  return { answer: parsed.value, raw: text }
}

const now = () => sipDate(library.clock.now())
const AO = 'AODK-721000'

test('a kiosk asks whether the library is there', async () => {
  const { raw } = await ask('990xxx2.00')
  assert.match(raw, /^98YYYYYY600999\d{8} {4}\d{6}2\.00AODK-721000\|/)
  assert.match(raw, /\|BXY{12}NYYY\|/)
})

test('a kiosk signs a patron in, and reads lists of several values in a field', async () => {
  const status = await ask(`23009${now()}|${AO}|AA21000000001|AC|AD${PIN}|`)
  assert.equal(field(status.answer, 'AA'), `LN:${scene.patrons.asta?.number}`)
  assert.deepEqual([field(status.answer, 'BL'), field(status.answer, 'CQ')], ['Y', 'Y'])
  const stranger = await ask(`23009${now()}|${AO}|AA29999999999|AC|AD${PIN}|`)
  assert.equal(field(stranger.answer, 'AA'), 'ANY:29999999999')
  assert.deepEqual([field(stranger.answer, 'BL'), field(stranger.answer, 'CQ')], ['N', 'N'])

  const lent = await ask(`11NN${now()}${now()}|${AO}|AA21000000001|ABA1|AC|CH|AD${PIN}|`)
  assert.match(lent.raw, /^121N/)
  assert.equal(field(lent.answer, 'AA'), '21000000001')
  assert.equal(field(lent.answer, 'CH'), 'Blåbærgrød på Ærø%Forfatter, Fiktiv%book%book%86')
  assert.match(field(lent.answer, 'BK'), /^[0-9a-f-]{36}$/)

  const placed = await ask(`15+${now()}|BS DK-721000 - Humlebæk|${AO}|AA21000000001|AC|AD${PIN}|ABH1|`)
  assert.match(placed.raw, /^161.*\|?BSDK-721000 - Humlebæk\|/)

  const { answer, raw } = await ask(`63009${now()}YYYYYYYYY|${AO}|AA21000000001|AC|AD${PIN}|`)
  assert.equal(field(answer, 'AU'), 'A1%20251220%Blåbærgrød på Ærø%Forfatter, Fiktiv%book%book%86')
  assert.match(field(answer, 'CD'), /^H%[0-9a-f-]{36}%20\d{6}%Ventet%Forfatter, Fiktiv$/)
  // Lists that are empty are there all the same.
  for (const list of ['AS', 'AT', 'AV', 'BU']) assert.ok(raw.includes(`|${list}|`), list)
  assert.match(raw, /\|BZ0050\|CA9999\|CB0100\|/)
})

test('a kiosk renews and takes back, and finds a title in each answer', async () => {
  const one = await ask(`29NN${now()}${now()}|${AO}|AA21000000001|AC|AD${PIN}|ABA1|`)
  assert.match(one.raw, /^301Y/)
  const other = await ask(`29NN${now()}${now()}|${AO}|AA21000000001|AC|AD${PIN}|ABB3|`)
  assert.equal(field(other.answer, 'AF'), '[MATERIAL_NOT_FOUND]')
  const all = await ask(`65${now()}|${AO}|AA21000000001|AC|AD${PIN}|`)
  assert.match(all.raw, /^661000100\d\d.*BMA1%20251220%Blåbærgrød/)
  const back = await ask(`09N${now()}${now()}|APHovedbibliotek|${AO}|ABA1|AC|CH|`)
  assert.match(back.raw, /^101YNN/)
  assert.equal(field(back.answer, 'AA'), scene.patrons.asta?.number)
  assert.equal(field(back.answer, 'CH'), 'Blåbærgrød på Ærø%Forfatter, Fiktiv%book%book%86')
  assert.equal(field(back.answer, 'AQ'), 'HB%%86%86')
  const unknown = await ask(`09N${now()}${now()}|APHovedbibliotek|${AO}|ABX9|AC|CH|`)
  assert.match(unknown.raw, /^100NUY/)
  assert.ok(unknown.raw.includes('|CH|'))
})

test('a kiosk blocks a card after too many tries', async () => {
  const { raw } = await ask(`01N${now()}|${AO}|ALTo many login attempts: 5|AA21000000008|`)
  assert.match(raw, /^24YYYY/)
  assert.match((await ask(`23009${now()}|${AO}|AA21000000008|AC|AD${PIN}|`)).raw, /^24YYYY/)
})

test('what cannot be understood or let in is told in an answer that is 200', async () => {
  const error = async (body: string, agency?: string) => {
    const answered = await post(body, agency)
    assert.equal(answered.statusCode, 200)
    return /<error>(.*)<\/error>/.exec(answered.body)?.[1]
  }
  assert.equal(await error(envelope('990xxx2.00', 'automat', '')), 'Required field: LOGIN_PASSWORD must be set!')
  assert.equal(await error(envelope('990xxx2.00', '')), 'Required field: LOGIN_NAME must be set!')
  assert.equal(await error(envelope('')), 'Required field: REQUEST must be set!')
  assert.equal(await error(envelope('990xxx2.00', 'automat', 'forkert')), 'Login failed')
  assert.equal(await error(envelope('990xxx2.00'), 'DK-999999'), 'Login failed')
  assert.equal(await error(envelope('4100')), 'Unknown message')
  assert.equal(await error(envelope('9300CNautomat|COx|')), 'Unknown message')
  assert.equal(await error('ikke xml'), 'The request is not readable XML.')
  const bomb = `<!DOCTYPE sip [<!ENTITY a "aaaa">]>${envelope('990xxx2.00')}`
  assert.equal(await error(bomb), 'The request is not readable XML.')
})

test('a fault of ours is no answer, so that the machine works on alone', async (t) => {
  broken = true
  const { statusCode, body } = await post(envelope(`17${now()}|${AO}|ABA1|`))
  broken = false
  if (statusCode === 200) return t.skip('the site has a desk of its own')
  assert.equal(statusCode, 500)
  assert.match(body, /<restExceptionInfo><correlationId>[0-9a-f-]{36}<\/correlationId><errorCode>/)
  assert.doesNotMatch(body, /Asta/)
})

test('signs that XML keeps for itself come through in both directions', () => {
  const read = readEnvelope(envelope('11YN  A|AB<"\'&`=>|'))
  assert.equal(read.ok && read.value.message, '11YN  A|AB<"\'&`=>|')
})
