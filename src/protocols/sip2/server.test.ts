import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { disableTerminal } from '#auth'
import { MovableClock, silentLog, stopwatch } from '#core'
import { sql } from '#db'
import { changeSetting } from '#settings'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { PIN, type Sip2Scene, sip2Scene } from '../../../test/support/sip2-scene.ts'
import { sipDate } from './dates.ts'
import { houseDesk } from './desk.ts'
import { Dialogue, ResentCheckouts } from './dialogue.ts'
import { PLAIN_WIRE, writeLine } from './line.ts'
import { LiveLog } from './live-log.ts'
import type { Desk } from './ports.ts'
import { sip2Setup } from './profile.ts'
import { isFrom, Reception, type Sip2Libraries } from './reception.ts'
import { type Sip2Limits, type Sip2Server, startSip2Server } from './server.ts'

const DATE = '20251120    120000'
const NONE = ' '.repeat(18)
const HOST = '127.0.0.1'
const PEM = readFileSync(join(import.meta.dirname, '../../../test/fixtures/sip2/localhost.pem'), 'utf8')

let library: TestLibrary
let scene: Sip2Scene
let libraries: Sip2Libraries
let server: Sip2Server
const live = new LiveLog()
const logged: string[] = []
const log = {
  ...silentLog,
  error: (fields: Record<string, unknown>, message: string) => {
    logged.push(JSON.stringify({ ...fields, message }))
  },
}
const opened: Socket[] = []

before(async () => {
  library = await openTestLibrary()
  scene = await sip2Scene(library.context())
  libraries = {
    all: async () => [{ name: 'fredensborg', number: '721000', title: 'Fredensborg Bibliotekerne' }],
    context: async (agency, actor) => library.installation.context(agency, actor),
  }
  server = await listen()
})
after(async () => {
  for (const socket of opened) socket.destroy()
  await server.close()
  await library.close()
})

function listen(limits: Partial<Sip2Limits> = {}, desk: Desk = houseDesk()): Promise<Sip2Server> {
  const listeners = [
    { port: 0, host: HOST },
    { port: 0, host: HOST, tls: { cert: PEM, key: PEM } },
  ]
  return startSip2Server({ libraries, desk, listeners, live, log, limits })
}

/** A machine at the other end of a wire. */
class Machine {
  readonly socket: Socket
  #heard = ''
  #closed = false
  #wake: (() => void) | undefined

  constructor(socket: Socket) {
    this.socket = socket
    opened.push(socket)
    socket.on('data', (chunk: Buffer) => {
      this.#heard += chunk.toString('latin1')
      this.#wake?.()
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      this.#closed = true
      this.#wake?.()
    })
  }

  write(bytes: string | Buffer): void {
    this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
  }

  /** The next answer without its line end; undefined when the connection is closed instead. */
  async hear(): Promise<string | undefined> {
    for (;;) {
      const end = this.#heard.indexOf('\r')
      if (end >= 0) {
        const line = this.#heard.slice(0, end)
        this.#heard = this.#heard.slice(end + 1)
        return line
      }
      if (this.#closed) return undefined
      await new Promise<void>((done) => {
        this.#wake = done
      })
    }
  }

  async ask(text: string, sequence?: string): Promise<string> {
    this.write(writeLine(text, sequence === undefined ? undefined : { sequence }, PLAIN_WIRE))
    const heard = await this.hear()
    assert.ok(heard !== undefined, `no answer to ${text}`)
    return heard
  }

  async closed(): Promise<void> {
    while ((await this.hear()) !== undefined);
  }
}

async function dial(at: Sip2Server = server): Promise<Machine> {
  const socket = connect({ port: at.ports[0] ?? 0, host: HOST })
  await new Promise((done) => socket.once('connect', done))
  return new Machine(socket)
}

function login(name: string): string {
  return `9300CN${name}|CO${scene.secrets[name]}|CPHB|`
}

async function signedIn(name = 'betroet', at: Sip2Server = server): Promise<Machine> {
  const machine = await dial(at)
  assert.equal(await machine.ask(login(name)), '941')
  return machine
}

function checkout(who: string, barcode: string, date = DATE): string {
  return `11NN${date}${NONE}AO721000|AA${scene.patrons[who]?.card}|AB${barcode}|AC|`
}

function checkin(barcode: string): string {
  return `09N${DATE}${NONE}APHB|AO721000|AB${barcode}|AC|`
}

async function loansOf(who: string) {
  return library.context().db.all<{ barcode: string; renewals: number }>(sql`
    select i.barcode, l.renewals from loan l join item i on i.id = l.item_id
    where l.patron_id = ${scene.patrons[who]?.id ?? ''} and l.returned_at is null order by i.barcode`)
}

test('answers come whole and in order, however the questions are cut into packets', async () => {
  const machine = await dial()
  const stream = Buffer.from(`${login('sorter')}\r\n990080 2.00\r17${DATE}AO721000|ABA1|\n\r\n990080 2.00\r`)
  for (let at = 0; at < stream.length; at += 7) {
    machine.write(stream.subarray(at, at + 7))
    if (at % 21 === 0) await new Promise((done) => setImmediate(done))
  }
  const codes = [await machine.hear(), await machine.hear(), await machine.hear(), await machine.hear()]
  assert.deepEqual(
    codes.map((line) => line?.slice(0, 2)),
    ['94', '98', '18', '98'],
  )
})

test('a machine that has said its last is answered before the connection ends', async () => {
  const machine = await dial()
  machine.socket.end(Buffer.from(`${login('sorter')}\r17${DATE}AO721000|ABA1|\r`))
  assert.equal(await machine.hear(), '941')
  assert.match((await machine.hear()) ?? '', /^18/)
  await machine.closed()
})

test('before it has signed in a machine is told that somebody is here, and nothing else', async () => {
  const machine = await dial()
  assert.match(await machine.ask('9900302.00', '1'), /^98Y.*AY1AZ/)
  for (const text of [checkout('asta', 'A1'), checkin('A1'), `23009${DATE}AO721000|AA21000000001|AD${PIN}|`]) {
    assert.equal(await machine.ask(text), '96')
  }
  assert.deepEqual(await loansOf('asta'), [])
})

test('after three wrong secrets the connection ends, and another machine is not hindered', async () => {
  const machine = await dial()
  assert.equal(await machine.ask('9300CNsorter|COforkert|'), '940')
  assert.equal(await machine.ask('9300CNfindes-ikke|COforkert|'), '940')
  assert.equal(await machine.ask('9310CNsorter|COforkert|'), '940')
  await machine.closed()
  assert.match(await (await signedIn('sorter')).ask('990080 2.00'), /^98Y/)
})

test('a message with a wrong checksum is asked for again and not carried out', async () => {
  const machine = await signedIn()
  const right = writeLine(checkout('asta', 'A1'), { sequence: '1' }, PLAIN_WIRE).toString('latin1')
  machine.write(right.replace('ABA1', 'ABA2'))
  assert.equal(await machine.hear(), '96AZFEF6')
  assert.deepEqual(await loansOf('asta'), [])
  machine.write(right)
  assert.match((await machine.hear()) ?? '', /^121.*AY1AZ[0-9A-F]{4}$/)
  assert.deepEqual(await loansOf('asta'), [{ barcode: 'A1', renewals: 0 }])
  await machine.ask(checkin('A1'))
})

test('the same message with the same digit is answered again, and carried out once', async () => {
  const machine = await signedIn()
  const text = checkout('asta', 'A1').replace('11N', '11Y')
  const first = await machine.ask(text, '4')
  assert.match(first, /^121N/)
  assert.equal(await machine.ask(text, '4'), first)
  assert.deepEqual(await loansOf('asta'), [{ barcode: 'A1', renewals: 0 }])
  // Another message with the digit is another message; and so is the same with another.
  assert.match(await machine.ask(checkout('asta', 'A2'), '4'), /^121N.*AY4AZ/)
  assert.match(await machine.ask(text, '5'), /^121Y/)
  assert.deepEqual(await loansOf('asta'), [
    { barcode: 'A1', renewals: 1 },
    { barcode: 'A2', renewals: 0 },
  ])
  await machine.ask(checkin('A1'))
  await machine.ask(checkin('A2'))
})

test('97 brings the last answer of this connection, and never another’s', async () => {
  const machine = await signedIn('skranke')
  const said = await machine.ask(`63009${DATE}          AO721000|AA21000000001|`, '7')
  assert.ok(Buffer.from(said, 'latin1').toString().includes('Asta'))
  const again = await machine.ask('97')
  assert.equal(again, said.replace(/AY7AZ....$/, ''))
  machine.write('97AZFEF5\r')
  assert.match((await machine.hear()) ?? '', /^64.*\|AZ[0-9A-F]{4}$/)
  const stranger = await dial()
  assert.equal(await stranger.ask('97'), '96')
  assert.equal(await stranger.ask(login('skranke')), '941')
  assert.equal(await stranger.ask('97'), '941')
})

test('a checkout whose answer was lost with the connection is told as done on the next', async () => {
  const date = '20251120    120001'
  const first = await signedIn()
  assert.match(await first.ask(checkout('asta', 'B1', date), '1'), /^121N/)
  first.socket.destroy()
  const second = await signedIn()
  assert.match(await second.ask(checkout('asta', 'B1', date), '1'), /^121N/)
  // Asked for anew, it is on loan already.
  assert.match(await second.ask(checkout('asta', 'B1', '20251120    120500'), '2'), /^120N/)
  await second.ask(checkin('B1'))
})

test('of two machines that lend the same thing one does', async () => {
  const machines = await Promise.all([signedIn(), signedIn(), signedIn(), signedIn()])
  for (let round = 0; round < 5; round++) {
    const said = await Promise.all(
      machines.map((machine, at) =>
        machine.ask(checkout(at % 2 ? 'asta' : 'gerda', 'B2', `20251120    13000${round}`)),
      ),
    )
    const winners = said.filter((line) => line.startsWith('121'))
    const owners = [...(await loansOf('asta')), ...(await loansOf('gerda'))]
    assert.equal(owners.length, 1)
    assert.ok(winners.length >= 1 && new Set(winners.map((line) => /AA(\d+)/.exec(line)?.[1])).size === 1, said.join())
    await machines[0]?.ask(checkin('B2'))
  }
})

test('garbage ends a connection after a while, and a line without end costs the others nothing', async () => {
  const [bad, endless, good] = [await dial(), await dial(), await signedIn()]
  for (let sent = 0; sent < 20; sent++) bad.write('GET / HTTP/1.1\r')
  await bad.closed()
  for (let sent = 0; sent < 200; sent++) endless.write('x'.repeat(5000))
  const elapsed = stopwatch()
  for (let asked = 0; asked < 20; asked++) assert.match(await good.ask('990080 2.00'), /^98Y/)
  assert.ok(elapsed() < 5000, `${elapsed()} ms`)
  endless.write('\r')
  assert.equal(await endless.hear(), '96')
  assert.equal(await endless.ask(login('sorter')), '941')
})

test('a machine that floods is slowed down, and the others are not', async () => {
  const slow = await listen({ perSecond: 20 })
  const [flood, calm] = [await signedIn('sorter', slow), await signedIn('sorter', slow)]
  flood.write('990080 2.00\r'.repeat(60))
  const elapsed = stopwatch()
  assert.match(await calm.ask('990080 2.00'), /^98Y/)
  assert.ok(elapsed() < 900, `the other waited ${elapsed()} ms`)
  for (let answered = 0; answered < 60; answered++) assert.match((await flood.hear()) ?? '', /^98Y/)
  assert.ok(elapsed() > 1500, `60 messages took ${elapsed()} ms`)
  await slow.close()
})

test('who does not sign in, and who falls silent, is let go', async () => {
  const short = await listen({ loginMs: 100, idleMs: 400 })
  const [stranger, silent] = [await dial(short), await signedIn('sorter', short)]
  await stranger.closed()
  assert.match(await silent.ask('990080 2.00'), /^98Y/)
  await silent.closed()
  for (let rounds = 0; rounds < 1000 && short.connections() > 0; rounds++) {
    await new Promise((done) => setImmediate(done))
  }
  assert.equal(short.connections(), 0)
  await short.close()
})

test('more connections than are allowed are let go at once', async () => {
  const few = await listen({ connections: 2, strangersFromOne: 1 })
  const first = await signedIn('sorter', few)
  const second = await dial(few)
  const third = await dial(few)
  await third.closed()
  assert.equal(await second.ask(login('sorter')), '941')
  await (await dial(few)).closed()
  assert.match(await first.ask('990080 2.00'), /^98Y/)
  await few.close()
})

test('the same is said over TLS', async () => {
  const socket = connectTls({ port: server.ports[1] ?? 0, host: HOST, ca: PEM, servername: 'localhost' })
  await new Promise((done) => socket.once('secureConnect', done))
  const machine = new Machine(socket)
  assert.equal(await machine.ask(login('sorter'), '0'), '941AY0AZFDFD')
  assert.match(await machine.ask('990080 2.00', '1'), /^98Y/)
})

test('what is being answered when everything closes is answered', async () => {
  const house = houseDesk()
  let reached = () => {}
  const begun = new Promise<void>((done) => {
    reached = done
  })
  const slow = await listen(
    {},
    {
      ...house,
      async item(ctx, barcode) {
        reached()
        await new Promise((done) => setImmediate(done))
        return house.item(ctx, barcode)
      },
    },
  )
  const machine = await signedIn('sorter', slow)
  machine.write(`17${DATE}AO721000|ABA1|\r`)
  await begun
  const closing = slow.close()
  assert.match((await machine.hear()) ?? '', /^18/)
  await closing
})

test('a machine is told that the library is away while the database is, and is served again after', async () => {
  const house = houseDesk()
  let broken = true
  const failing = (): never => {
    throw new Error('AA21000000001 Asta Ærlig')
  }
  const away: Desk = {
    ...house,
    item: (ctx, barcode) => (broken ? failing() : house.item(ctx, barcode)),
    branches: async (ctx) => (broken ? failing() : house.branches(ctx)),
  }
  const faulty = await listen({}, away)
  const machine = await signedIn('sorter', faulty)
  logged.length = 0
  assert.equal(await machine.ask(`17${DATE}AO721000|ABA1|`), '96')
  assert.match(await machine.ask('990080 2.00'), /^98N/)
  broken = false
  assert.match(await machine.ask('990080 2.00'), /^98Y/)
  assert.match(await machine.ask(`17${DATE}AO721000|ABA1|`), /^18/)
  assert.equal(logged.length, 1)
  assert.doesNotMatch(logged.join(), /2100000|Asta|Ærlig/)
  await faulty.close()
})

test('neither the log nor the live log says whom a message was about', async () => {
  const machine = await signedIn()
  await machine.ask(checkout('asta', 'B3'))
  await machine.ask(`63009${DATE}  Y       AO721000|AA21000000001|AC|AD${PIN}|`)
  await machine.ask(`23009${DATE}AO721000|AA21000000001|AC|AD0000|`)
  await machine.ask(checkin('B3'))
  const entries = live.entriesOf('fredensborg')
  assert.deepEqual(
    entries.slice(0, 4).map(({ code, outcome, terminal }) => [code, outcome, terminal]),
    [
      ['09', 'ok', 'betroet'],
      ['23', 'wrong-pin', 'betroet'],
      ['63', 'ok', 'betroet'],
      ['11', 'ok', 'betroet'],
    ],
  )
  assert.doesNotMatch(JSON.stringify(entries) + logged.join(), /2100000|Asta|7391|B3/)
})

/** A machine without a wire, whose minutes a test lets pass. */
async function atDesk(name: string, address = '192.0.2.7') {
  const clock = new MovableClock(Temporal.Instant.from('2026-01-01T08:00:00Z'))
  const dialogue = new Dialogue({
    reception: new Reception({ libraries, desk: houseDesk() }),
    address,
    live,
    log,
    resent: new ResentCheckouts(clock),
    clock,
  })
  const ask = async (text: string) => (await dialogue.answer(Buffer.from(text)))?.bytes.toString('latin1')
  return { clock, ask, dialogue, said: await ask(login(name)) }
}

test('a machine whose account is disabled is let go within a minute', async () => {
  const { clock, ask, dialogue, said } = await atDesk('kasse')
  assert.equal(said, '941\r')
  const { id } = await library.context().db.one<{ id: string }>(sql`select id from terminal where name = 'kasse'`)
  assert.ok((await disableTerminal(library.context({ kind: 'operator', name: 'test' }), id)).ok)
  assert.match((await ask('990080 2.00')) ?? '', /^98/)
  clock.moveTo(clock.now().add({ seconds: 61 }))
  assert.equal((await dialogue.answer(Buffer.from('990080 2.00')))?.close, true)
  await library.context().db.run(sql`update terminal set disabled_at = null where name = 'kasse'`)
})

test('a machine speaks as the library has set it up, and calls from where it should', async () => {
  const content = {
    general: {},
    machines: {
      sorter: { charset: 'cp850', lineEnd: 'crlf', sort: 'store', from: ['192.0.2.0/24'] },
    },
    sortPlans: { store: [{ to: 'shelf', shelf: '8', bin: 'otte' }, { bin: '0' }] },
  }
  assert.ok((await changeSetting(library.context(), sip2Setup, { content, basedOn: 1, by: null })).ok)
  const { ask, said } = await atDesk('sorter')
  assert.equal(said, '941\r\n')
  assert.ok((await ask(`17${DATE}AO721000|ABA1|`))?.includes('AJBl\x86b\x91rgr\x9bd p\x86 \x92r\x9b|'))
  assert.match((await ask(checkin('A1'))) ?? '', /\|CLotte\|/)
  assert.equal((await atDesk('sorter', '198.51.100.7')).said, '940\r')
  assert.ok(isFrom('::ffff:192.0.2.9', ['192.0.2.0/24']) && !isFrom('192.0.3.9', ['192.0.2.0/24', 'x']))
})

test('where there are several libraries a machine says which is its own', async () => {
  const reception = new Reception({
    libraries: {
      all: async () => [
        { name: 'fredensborg', number: '721000', title: 'F' },
        { name: 'stevns', number: '733600', title: 'S' },
      ],
      context: async (agency, actor) => (agency === 'fredensborg' ? libraries.context(agency, actor) : undefined),
    },
    desk: houseDesk(),
  })
  const secret = scene.secrets.betroet ?? ''
  const admitted = async (name: string, more: { location?: string; library?: string } = {}) =>
    (await reception.admit({ name, secret, address: HOST, ...more }))?.library
  assert.equal(await admitted('betroet@fredensborg'), 'fredensborg')
  assert.equal(await admitted('betroet', { location: 'DK-721000' }), 'fredensborg')
  assert.equal(await admitted('betroet', { library: '721000' }), 'fredensborg')
  assert.equal(await admitted('betroet'), undefined)
  assert.equal(await admitted('betroet@stevns'), undefined)
})

test('what a machine did alone is recorded as it happened, late, twice and out of order', async () => {
  const { ask } = await atDesk('betroet')
  const hour = () => library.clock.moveTo(library.clock.now().add({ hours: 1 }))
  const alone = (who: string, at: Temporal.Instant) =>
    ask(`11NY${sipDate(at)}${NONE}AO721000|AA${scene.patrons[who]?.card}|ABO2|AC|`)
  assert.match((await ask(checkout('gerda', 'O2'))) ?? '', /^121/)
  hour()
  const first = library.clock.now()
  hour()
  const second = library.clock.now()
  hour()
  // It was in Hans’s hands at last; that Gerda had handed it in was never told.
  assert.match((await alone('hans', second)) ?? '', /^121N/)
  assert.deepEqual(await loansOf('gerda'), [])
  assert.deepEqual(
    (await loansOf('hans')).map(({ barcode }) => barcode),
    ['O2'],
  )
  // What went before comes after, and what was told is told again: both are taken, and change nothing.
  assert.match((await alone('asta', first)) ?? '', /^121/)
  assert.match((await alone('hans', second)) ?? '', /^121/)
  assert.deepEqual(await loansOf('asta'), [])
  assert.deepEqual(await loansOf('hans'), [{ barcode: 'O2', renewals: 0 }])
})

test('a machine is sent what the library’s notice says its maker gets, and nothing else', async () => {
  await using silent = await openTestLibrary({
    policy: (text) => {
      const less = text.replace(
        'fields: [patron.number, patron.name, loan.title_id, loan.due_on, fee.amount_ore]',
        'fields: [patron.number, loan.title_id]',
      )
      assert.notEqual(less, text)
      return less
    },
  })
  const { secrets } = await sip2Scene(silent.context())
  const reception = new Reception({
    libraries: { ...libraries, context: async (agency, actor) => silent.installation.context(agency, actor) },
    desk: houseDesk(),
  })
  const shown = async (name: string) =>
    (await reception.admit({ name, secret: secrets[name] ?? '', address: HOST }))?.call.profile.shows
  const none = { name: false, lists: false, money: false, contact: false, birthDate: false, borrower: false }
  assert.deepEqual(await shown('automat'), { ...none, borrower: true })
  assert.deepEqual(await shown('kasse'), none)
  assert.equal((await shown('skranke'))?.name, true)
})
