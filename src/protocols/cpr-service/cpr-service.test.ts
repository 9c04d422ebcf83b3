import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { type Log, MovableClock } from '#core'
import { OperatorProblem } from '#db'
import { type Cpr, type CprRegister, RegisterDown, type RegisterPerson, readCpr } from '#patrons'
import { type CprSimulator, type SimulatedCitizen, startCprSimulator } from '#simulators'
import { type CprConnection, connectCprService } from './index.ts'

// Replacement numbers: the day is 60 too large, so that they are nobody's.
const ASTA = '6101900012'
const BO = '7205800013'
const CLARA = '6303170014'
const DINES = '6404750015'
const EVA = '6505850016'

const clock = new MovableClock(Temporal.Instant.from('2027-03-10T09:00:00Z'))
const asta: SimulatedCitizen = {
  cpr: ASTA,
  name: { first: 'Åse', middle: 'Ærø', last: 'Østergård' },
  address: {
    road: 'Søndre Allé',
    houseNumber: '007A',
    floor: '02',
    door: 'tv',
    postcode: '0800',
    city: 'Høje',
    municipality: '0161',
  },
}
const clara: SimulatedCitizen = {
  cpr: CLARA,
  name: { first: 'Clara', last: 'Holm' },
  custody: [
    { as: 'mother', cpr: EVA },
    { as: 'other', cpr: BO },
  ],
}
const people: readonly SimulatedCitizen[] = [
  asta,
  { cpr: BO, name: { first: 'Bo', last: 'Holm' } },
  clara,
  { cpr: DINES, name: { first: 'Dines', last: 'Lund' }, protection: { from: '2027-01-01', until: '2027-06-30' } },
  { cpr: EVA, name: { first: 'Eva', last: 'Holm' } },
]

let simulator: CprSimulator
let register: CprRegister
const told: { fields: Record<string, unknown>; message: string }[] = []
const log: Log = {
  info() {},
  warn: (fields, message) => void told.push({ fields, message }),
  error() {},
}

before(async () => {
  simulator = await startCprSimulator({ persons: people, clock })
  register = registerOver({})
})
after(() => simulator.close())
afterEach(() => {
  simulator.comeUp()
  simulator.hurry()
  simulator.permit()
  told.length = 0
})

function connection(change: Partial<CprConnection>, agency = 'herning'): CprConnection {
  return { ...(simulator.config([agency]).agencies.get(agency) as CprConnection), ...change }
}
function registerOver(change: Partial<CprConnection>, agency = 'herning'): CprRegister {
  const config = { agencies: new Map([[agency, connection(change, agency)]]) }
  return connectCprService(config, { clock, log })(agency) as CprRegister
}
function cpr(digits: string): Cpr {
  return readCpr(digits) as Cpr
}
async function person(digits: string): Promise<RegisterPerson> {
  const answer = await register.lookup(cpr(digits))
  assert.equal(answer.kind, 'person')
  return (answer as { person: RegisterPerson }).person
}
/** What the register being down says; nothing of it may be about anyone. */
async function downBy(asking: () => Promise<unknown>): Promise<string> {
  const fault = await asking().then(
    () => undefined,
    (fault: unknown) => fault,
  )
  assert.ok(fault instanceof RegisterDown, `${fault}`)
  assert.doesNotMatch(`${fault.message} ${fault.stack} ${fault.cause ?? ''}`, /\d{6}|Åse|Østergård|Allé/)
  return fault.message
}

test('a person comes with the name, address and municipality that the register has', async () => {
  assert.deepEqual(await person(ASTA), {
    cpr: ASTA,
    currentCpr: null,
    name: 'Åse Ærø Østergård',
    bornOn: Temporal.PlainDate.from('1990-01-01'),
    status: '01',
    protected: false,
    protectedUntil: null,
    // Leading zeros belong to a postcode and a municipality, not to a house number.
    address: { address: 'Søndre Allé 7A,2 tv', postcode: '0800', city: 'Høje' },
    municipality: '0161',
    guardians: [],
  })
})

test('a number nobody has is unknown, and a library whose agreement has ended is told so', async () => {
  assert.deepEqual(await register.lookup(cpr('6601900017')), { kind: 'unknown' })
  simulator.forbid()
  assert.deepEqual(await register.lookup(cpr(ASTA)), { kind: 'not-authorised' })
  assert.match(await downBy(() => register.subscribe(cpr(ASTA))), /service agreement/)
  simulator.permit()
  const stranger = registerOver({ user: '00000000-0000-4000-8000-000000000000' })
  assert.deepEqual(await stranger.lookup(cpr(ASTA)), { kind: 'not-authorised' })
  for (const status of [401, 403]) {
    simulator.answerNext({ status, body: 'no' })
    assert.deepEqual(await register.lookup(cpr(ASTA)), { kind: 'not-authorised' })
  }
})

test('a replacement number never reaches the service, whatever is asked about it', async () => {
  const { connections } = simulator
  const real = registerOver({ testNumbers: false })
  assert.equal(real.serves(cpr(ASTA)), false)
  await assert.rejects(real.lookup(cpr(ASTA)), /never leaves the house/)
  await assert.rejects(real.subscribe(cpr(ASTA)), /never leaves the house/)
  await real.unsubscribe(ASTA)
  assert.equal(simulator.connections, connections)
  // Other numbers do get there, or nothing would have been shown.
  const ordinary = cpr('0101900012')
  assert.equal(real.serves(ordinary), true)
  assert.deepEqual(await real.lookup(ordinary), { kind: 'unknown' })
  assert.ok(simulator.connections > connections)
})

test('a connection for replacement numbers to any other machine is refused', () => {
  for (const change of [
    { changes: { ...connection({}).changes, host: 'sftp.example.dk' } },
    { lookup: { ...connection({}).lookup, url: 'https://prod.example.dk/service/CPR/PersonBaseDataExtended/4' } },
  ]) {
    assert.throws(
      () => registerOver(change),
      (fault) => fault instanceof OperatorProblem && /127\.0\.0\.1/.test(fault.message),
    )
  }
})

test('a protected address is protected from its first day to its last', async () => {
  assert.deepEqual(
    [(await person(DINES)).protected, (await person(DINES)).protectedUntil],
    [true, Temporal.PlainDate.from('2027-06-30')],
  )
  for (const [day, expected] of [
    ['2026-12-31', false],
    ['2027-01-01', true],
    ['2027-06-30', true],
    ['2027-07-01', false],
  ] as const) {
    const then = new MovableClock(Temporal.Instant.from(`${day}T10:00:00Z`))
    const config = { agencies: new Map([['herning', connection({})]]) }
    simulator.answerNext({
      body: answerWith(
        `<personnummer>${DINES}</personnummer><navn><fornavn>Dines</fornavn></navn><status><status>1</status></status><adressebeskyttelse><startdato>2027-01-01</startdato><slutdato>2027-06-30</slutdato></adressebeskyttelse>`,
      ),
    })
    const answer = await connectCprService(config, { clock: then })('herning')?.lookup(cpr(DINES))
    assert.equal(answer?.kind === 'person' && answer.person.protected, expected, day)
  }
})

test('a child’s guardians are those with custody, parents and others', async () => {
  assert.deepEqual((await person(CLARA)).guardians, [EVA, BO])
  const custody = (type: number, rest: string) =>
    `<foraeldremyndighed><foraeldremyndighedtype>${type}</foraeldremyndighedtype>${rest}</foraeldremyndighed>`
  simulator.answerNext({
    body: answerWith(
      `<navn><fornavn>Clara</fornavn></navn><status><status>1</status></status>`,
      `<relationer><mor><personnummer>${EVA}</personnummer></mor><far><personnummer>0000000000</personnummer></far>${custody(3, '<foraeldremyndighedSletdato>2027-03-10</foraeldremyndighedSletdato>')}${custody(4, '')}${custody(5, `<foraeldremyndighedStartdato><dato>2027-03-11</dato></foraeldremyndighedStartdato><relationPersonnummer>${BO}</relationPersonnummer>`)}</relationer>`,
    ),
  })
  assert.deepEqual((await person(CLARA)).guardians, [], 'custody that ended today, unknown, and not begun')
})

test('an answer without a ready address or name has them put together', async () => {
  simulator.answerNext({
    body: answerWith(
      `<personnummer>${ASTA}</personnummer><gaeldendePersonnummer>${ASTA}</gaeldendePersonnummer><navn><personadresseringsnavn/><fornavn>J&#248;rn</fornavn><mellemnavn></mellemnavn><efternavn>Bang &amp; Søn</efternavn></navn><status><status>3</status></status>`,
      '<adresse><aktuelAdresse><kommunekode>370</kommunekode><husnummer>017A</husnummer><etage>st</etage><sidedoer>0004</sidedoer><postnummer>800</postnummer><postdistrikt>Høje</postdistrikt><vejnavn>Sti</vejnavn></aktuelAdresse><kontaktAdresse><kontaktAdr1>Et andet sted</kontaktAdr1></kontaktAdresse></adresse>',
    ),
  })
  const told = await person(ASTA)
  assert.equal(told.name, 'Jørn Bang & Søn')
  assert.deepEqual(told.address, { address: 'Sti 17A, st. 4', postcode: '0800', city: 'Høje' })
  assert.deepEqual([told.status, told.municipality, told.bornOn], ['03', '0370', null])
  simulator.answerNext({
    body: answerWith(
      '<navn><personadresseringsnavn>Holm,Eva Marie</personadresseringsnavn></navn><status><status>1</status></status>',
    ),
  })
  assert.equal((await person(EVA)).name, 'Eva Marie Holm')
})

test('what is no answer about this person is none: malformed, too large, in the wrong letters, about somebody else', async () => {
  const whole = answerWith('<navn><fornavn>Åse</fornavn></navn><status><status>1</status></status>')
  const wrong = {
    'cut off': { body: whole.slice(0, -40) },
    'not XML': { body: '<html><body>Åse Østergård<br></body>' },
    empty: { body: '' },
    'with entities of its own': { body: `<!DOCTYPE a [<!ENTITY b "Åse">]>${whole.replace(/^<\?.*?\?>/, '')}` },
    'larger than any': { body: whole.replace('</soap:Envelope>', `${' '.repeat(2_000_000)}</soap:Envelope>`) },
    'Latin-1 that says UTF-8': { body: Buffer.from(whole, 'latin1') },
    'in letters nobody knows': { body: whole, type: 'text/xml; charset=ebcdic-dk' },
    'without a name': { body: answerWith('<status><status>1</status></status>') },
    'without a status': { body: answerWith('<navn><fornavn>Åse</fornavn></navn>') },
    'with two names': { body: answerWith('<navn><fornavn>Åse</fornavn></navn><navn><fornavn>Eva</fornavn></navn>') },
    'about somebody else': {
      body: answerWith(
        `<personnummer>${BO}</personnummer><navn><fornavn>Bo</fornavn></navn><status><status>1</status></status>`,
      ),
    },
    'another operation': { body: whole.replaceAll('PersonLookupResponse', 'PersonFoundResponse') },
    'a fault about something else': { status: 500, body: faultWith(`Timeout while reading ${ASTA} Åse Østergård`) },
    'a fault that something else is not found': { status: 500, body: faultWith('Backend not found') },
    'a proxy’s page': { status: 502, type: 'text/html', body: '<h1>Bad gateway</h1>' },
  }
  for (const [name, answer] of Object.entries(wrong)) {
    simulator.answerNext(answer)
    await downBy(() => register.lookup(cpr(ASTA))).catch((fault: Error) => assert.fail(`${name}: ${fault.message}`))
  }
  simulator.answerNext({ body: Buffer.from(whole, 'latin1'), type: 'text/xml;charset=ISO-8859-1' })
  assert.equal((await person(ASTA)).name, 'Åse', 'Latin-1 that says so is read')
  assert.equal((await person(ASTA)).name, 'Åse Ærø Østergård', 'and afterwards all is well')
})

test('a connection that was cut is tried once more, and no oftener', async () => {
  simulator.resetNext(1)
  assert.equal((await person(ASTA)).cpr, ASTA)
  simulator.resetNext(2)
  await downBy(() => register.lookup(cpr(ASTA)))
  assert.equal((await person(ASTA)).cpr, ASTA)
})

test('a register that is down or slow is down, not silent for ever', async () => {
  simulator.goDown()
  await downBy(() => register.lookup(cpr(ASTA)))
  await downBy(() => register.subscriptions())
  await downBy(() => register.changes(null))
  simulator.comeUp()
  const nowhere = registerOver({ lookup: { ...connection({}).lookup, url: 'http://127.0.0.1:1/' } })
  assert.match(await downBy(() => nowhere.lookup(cpr(ASTA))), /ECONNREFUSED/)
  simulator.slowDown()
  const hurried = registerOver({ timeoutMs: 200 })
  assert.match(await downBy(() => hurried.lookup(cpr(ASTA))), /in time/)
  assert.match(await downBy(() => hurried.changes(null)), /in time/)
  simulator.hurry()
  assert.equal((await person(ASTA)).cpr, ASTA)
})

test('following begins once and ends once, for each library by itself', async () => {
  const stevns = registerOver({}, 'stevns')
  await register.subscribe(cpr(BO))
  await register.subscribe(cpr(BO))
  assert.deepEqual(await register.subscriptions(), [BO])
  assert.deepEqual(await stevns.subscriptions(), [])
  await stevns.unsubscribe(BO)
  assert.deepEqual(await register.subscriptions(), [BO])
  await register.unsubscribe(BO)
  await register.unsubscribe(BO)
  assert.deepEqual(await register.subscriptions(), [])
  await downBy(() => register.subscribe(cpr('6601900017')))
  for (const body of [
    '<oops/>',
    answerWith(''),
    soapWith('<AddPNRSubscriptionResponse><Result>MAYBE</Result></AddPNRSubscriptionResponse>'),
  ]) {
    simulator.answerNext({ body })
    await downBy(() => register.subscribe(cpr(BO)))
  }
})

test('every kind of change is told of, and the register then says what it was', async () => {
  const library = registerOver({}, 'glostrup')
  for (const one of [ASTA, BO, CLARA, DINES]) await library.subscribe(cpr(one))
  let after: string | null = null
  /** One thing happens; whom are we told about? */
  const afterwards = async (happening: () => void): Promise<readonly string[]> => {
    happening()
    const changes = await library.changes(after)
    after = changes.after
    return changes.cprs
  }

  const address = { road: 'Æblevej', houseNumber: '003', postcode: '2600', city: 'Glostrup', municipality: '0161' }
  assert.deepEqual(await afterwards(() => simulator.move(ASTA, address)), [ASTA])
  assert.deepEqual((await person(ASTA)).address, { address: 'Æblevej 3', postcode: '2600', city: 'Glostrup' })

  assert.deepEqual(await afterwards(() => simulator.rename(BO, { first: 'Bo', last: 'Ørsted' })), [BO])
  assert.equal((await person(BO)).name, 'Bo Ørsted')

  assert.deepEqual(await afterwards(() => simulator.protect(BO, '2027-03-01')), [BO])
  assert.deepEqual([(await person(BO)).protected, (await person(BO)).protectedUntil], [true, null])
  assert.deepEqual(await afterwards(() => simulator.unprotect(BO)), [BO])
  assert.equal((await person(BO)).protected, false)

  assert.deepEqual(await afterwards(() => simulator.changeCustody(CLARA, [{ as: 'father', cpr: DINES }])), [CLARA])
  assert.deepEqual((await person(CLARA)).guardians, [DINES])

  const other = '7205800021'
  assert.deepEqual([...(await afterwards(() => simulator.changeNumber(BO, other)))].sort(), [BO, other].sort())
  assert.deepEqual([(await person(BO)).status, (await person(BO)).currentCpr], ['60', other])
  assert.equal((await person(other)).name, 'Bo Ørsted')

  assert.deepEqual(await afterwards(() => simulator.die(DINES)), [DINES])
  assert.deepEqual([(await person(DINES)).status, (await person(DINES)).address], ['90', null])

  assert.deepEqual(
    await afterwards(() => simulator.rename(EVA, { first: 'Eva', last: 'Bang' })),
    [],
    'Eva is not followed',
  )
  assert.deepEqual(await afterwards(() => {}), [], 'nothing is told of twice')
  const all = await library.changes(null)
  assert.deepEqual(
    [...all.cprs].sort(),
    [ASTA, BO, CLARA, DINES, other].sort(),
    'but everything is told of again when asked',
  )
  assert.equal(all.after, after)
})

const START = `000${' '.repeat(10)}0000472027031020270309`
const END = `999${' '.repeat(10)}00000003`
const latin1 = (...lines: string[]) => Buffer.from(lines.map((line) => `${line}\n`).join(''), 'latin1')

test('a file that is cut off is not taken until it is whole, and what came after it is not kept waiting', async () => {
  const library = registerOver({}, 'fredensborg')
  simulator.putFile('fredensborg', 'D270301.L000001', latin1(START, `001${ASTA}`, END))
  simulator.putFile('fredensborg', 'D270302.L000001', latin1(START, `001${BO}`, `003${CLARA.slice(0, 4)}`))
  simulator.putFile('fredensborg', 'D270303.L000001', latin1(START, `001${DINES}`, END))
  assert.deepEqual(await library.changes(null), { cprs: [ASTA, DINES], after: 'D270301.L000001' })
  assert.deepEqual(
    told.map(({ fields }) => fields),
    [{ file: 'D270302.L000001' }],
  )
  simulator.putFile('fredensborg', 'D270302.L000001', latin1(START, `001${BO}`, `003${CLARA}`, END))
  assert.deepEqual(await library.changes('D270301.L000001'), { cprs: [BO, CLARA, DINES], after: 'D270303.L000001' })
  assert.deepEqual(await library.changes('D270303.L000001'), { cprs: [], after: 'D270303.L000001' })
  simulator.putFile('fredensborg', 'D270304.L000001', Buffer.alloc(0))
  assert.deepEqual(await library.changes('D270303.L000001'), { cprs: [], after: 'D270303.L000001' })
})

test('a file shorter than the platform announced is not taken', async () => {
  const library = registerOver({}, 'struer')
  const bytes = latin1(START, `001${ASTA}`, END)
  const announce = (size: number) =>
    simulator.putFile(
      'struer',
      'D270301.L000001.metadata',
      Buffer.from(
        `<n:Trigger xmlns:n="x"><FileDescriptor><SizeInBytes>${size}</SizeInBytes></FileDescriptor></n:Trigger>`,
      ),
    )
  simulator.putFile('struer', 'D270301.L000001', bytes)
  announce(bytes.length + 1)
  assert.deepEqual(await library.changes(null), { cprs: [], after: null })
  announce(bytes.length)
  assert.deepEqual(await library.changes(null), { cprs: [ASTA], after: 'D270301.L000001' })
})

test('unknown records count, broken lines are passed over and reported, and foreign files are let be', async () => {
  const library = registerOver({}, 'billund')
  simulator.putFile(
    'billund',
    'D270301.L000001',
    latin1(START, `777${ASTA}Ukendt æøå`, 'Åh nej', '00199', `997${BO}`, `910${BO}fejl`, `008${DINES}Ægir`, END, ''),
  )
  simulator.putFile('billund', 'D270302.L000001', latin1('000 is not how this begins'.slice(4), 'noget helt andet'))
  const changes = await library.changes(null)
  assert.deepEqual(changes, { cprs: [ASTA, DINES], after: 'D270302.L000001' })
  assert.deepEqual(
    told.map(({ fields }) => fields),
    [{ file: 'D270301.L000001', broken: [3, 4], errors: [6] }, { file: 'D270302.L000001' }],
  )
  assert.doesNotMatch(JSON.stringify(told), /\d{10}|Ægir/)
})

test('changes are fetched only from the server and with the key that were agreed', async () => {
  const { changes } = connection({})
  const fake = registerOver({ changes: { ...changes, hostKey: `SHA256:${'A'.repeat(43)}` } })
  await downBy(() => fake.changes(null))
  const other = connection({}, 'stevns').changes
  await downBy(() => registerOver({ changes: { ...changes, key: other.key } }).changes(null))
  await downBy(() => registerOver({ changes: { ...changes, folder: '/OUT' } }).changes(null))
  await registerOver({}).changes(null)
})

function answerWith(persondata: string, rest = ''): string {
  const namespace = 'http://serviceplatformen.dk/xml/wsdl/soap11/CPR/PersonBaseDataExtended/4/'
  return soapWith(
    `<ns2:PersonLookupResponse xmlns:ns2="${namespace}"><ns2:persondata>${persondata}</ns2:persondata>${rest}</ns2:PersonLookupResponse>`,
  )
}
function faultWith(text: string): string {
  return soapWith(`<soap:Fault><faultcode>soap:Server</faultcode><faultstring>${text}</faultstring></soap:Fault>`)
}
function soapWith(body: string): string {
  return `<?xml version="1.0"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>${body}</soap:Body></soap:Envelope>`
}
