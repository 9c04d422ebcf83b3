import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { MovableClock } from '#core'
import type { CprConnection } from '#cpr-service'
import { type CprSimulator, startCprSimulator } from './index.ts'

const ASTA = '6101900012'
const LOOKUP = 'http://serviceplatformen.dk/xml/wsdl/soap11/CPR/PersonBaseDataExtended/4/'
const clock = new MovableClock(Temporal.Instant.from('2027-03-10T09:00:00Z'))
const persons = [
  {
    cpr: ASTA,
    name: { first: 'Åse', last: 'Østergård' },
    address: { road: 'Allé', houseNumber: '007A', postcode: '2600', city: 'Glostrup', municipality: '0161' },
  },
]
let simulator: CprSimulator
let herning: CprConnection
before(async () => {
  simulator = await startCprSimulator({ clock, persons })
  herning = simulator.config(['herning']).agencies.get('herning') as CprConnection
})
after(() => simulator.close())

function request(change: (xml: string) => string = (xml) => xml): string {
  return change(
    `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:m="${LOOKUP}" xmlns:i="http://serviceplatformen.dk/xml/schemas/InvocationContext/1/"><s:Header/><s:Body><m:PersonLookupRequest><i:InvocationContext><i:ServiceAgreementUUID>${herning.lookup.serviceAgreement}</i:ServiceAgreementUUID><i:UserSystemUUID>${herning.userSystem}</i:UserSystemUUID><i:UserUUID>${herning.user}</i:UserUUID><i:ServiceUUID>${herning.lookup.service}</i:ServiceUUID></i:InvocationContext><PNR xmlns="http://serviceplatformen.dk/xml/schemas/cpr/PNR/1/">${ASTA}</PNR></m:PersonLookupRequest></s:Body></s:Envelope>`,
  )
}
async function ask(body: string, headers: Record<string, string> = {}): Promise<{ status: number; text: string }> {
  const response = await fetch(herning.lookup.url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'text/xml; charset=utf-8', soapaction: `"${LOOKUP}PersonLookup"`, ...headers },
  })
  return { status: response.status, text: await response.text() }
}

test('a request as the contract has it is answered, whatever its prefixes', async () => {
  const { status, text } = await ask(request())
  assert.equal(status, 200)
  assert.match(text, /<personadresseringsnavn>Åse Østergård</)
  assert.match(text, /<kommunekode>161</, 'a municipality is a number to the service')
  assert.equal(
    (await ask(request((xml) => xml.replaceAll('i:', 'ctx:').replace('xmlns:i=', 'xmlns:ctx=')))).status,
    200,
  )
})

test('a request that the contract does not allow is refused with what is wrong with it', async () => {
  const { userSystem } = herning
  const wrong: [string, (xml: string) => string, RegExp][] = [
    [
      'order',
      (xml) => xml.replace(/(<i:InvocationContext>.*<\/i:InvocationContext>)(<PNR.*<\/PNR>)/, '$2$1'),
      /InvocationContext is expected/,
    ],
    ['namespace', (xml) => xml.replace('/cpr/PNR/1/', '/cpr/PNR/2/'), /PNR is expected/],
    ['missing', (xml) => xml.replace(/<i:UserUUID>.*<\/i:UserUUID>/, ''), /UserUUID is missing/],
    ['twice', (xml) => xml.replace('<i:UserUUID>', '<i:UserUUID>x</i:UserUUID><i:UserUUID>'), /is no UUID/],
    ['not a UUID', (xml) => xml.replace(userSystem, userSystem.toUpperCase()), /UserSystemUUID is no UUID/],
    ['somebody else’s', (xml) => xml.replace(userSystem, '00000000-0000-4000-8000-000000000000'), /does not permit/],
    ['more', (xml) => xml.replace('</PNR>', '</PNR><more/>'), /more is not expected/],
    ['hyphen', (xml) => xml.replace(ASTA, '610190-0012'), /ten digits/],
    ['operation', (xml) => xml.replaceAll('PersonLookupRequest', 'GetAllFilters'), /no operation/],
    ['not XML', (xml) => xml.slice(0, -5), /not well-formed/],
  ]
  for (const [name, change, expected] of wrong) {
    const { status, text } = await ask(request(change))
    assert.equal(status, 500, name)
    assert.match(text, expected, name)
    assert.match(text, /<soap:Fault>/)
  }
  assert.match((await ask(request(), { soapaction: '""' })).text, /SOAPAction must be/)
  assert.match((await ask(request(), { 'content-type': 'text/xml' })).text, /content-type/)
})

test('only invented people can be put into it', () => {
  assert.throws(
    () => simulator.put({ cpr: '0101900012', name: { first: 'En', last: 'Virkelig' } }),
    /replacement number/,
  )
  assert.throws(() => simulator.changeNumber(ASTA, '0101900012'), /replacement number/)
})

test('the same happenings give the same files, to the byte', async () => {
  const files = async () => {
    const one = await startCprSimulator({ clock, persons })
    const connection = one.config(['stevns']).agencies.get('stevns') as CprConnection
    const body = request((xml) =>
      xml
        .replaceAll('m:PersonLookupRequest', 'm:AddPNRSubscription')
        .replace(LOOKUP, 'http://serviceplatformen.dk/xml/wsdl/soap11/CprSubscriptionService/1/')
        .replace(herning.lookup.serviceAgreement, connection.subscription.serviceAgreement)
        .replace(herning.userSystem, connection.userSystem)
        .replace(herning.user, connection.user)
        .replace(herning.lookup.service, connection.subscription.service),
    )
    const headers = { 'content-type': 'text/xml; charset=utf-8', soapaction: '""' }
    const added = await fetch(connection.subscription.url, { method: 'POST', body, headers })
    assert.match(await added.text(), /<ns3:Result>ADDED</)
    one.protect(ASTA, '2027-03-10', '2028-03-10')
    one.die(ASTA)
    const all = one.filesOf('stevns').map((name) => [name, one.readFile('stevns', name)?.toString('latin1')])
    await one.close()
    return all
  }
  const [first, , second] = await files()
  assert.deepEqual(
    [first, second],
    (await files()).filter(([name]) => !name?.endsWith('.metadata')),
  )
  assert.deepEqual([first?.[0], second?.[0]], ['D270310.L100000', 'D270310.L100001'])
  const lines = first?.[1]?.split('\n') ?? []
  // The widths of P12170: start, person, address, protection, name, end.
  assert.deepEqual(
    lines.map((line) => [line.slice(0, 3), line.length]),
    [
      ['000', 35],
      ['001', 106],
      ['003', 249],
      ['004', 37],
      ['008', 193],
      ['999', 21],
      ['', 0],
    ],
  )
  assert.equal(lines[3], `004${ASTA}00012027-03-102028-03-10`)
})
