import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setOpeningHours } from '#agencies'
import { dayOf, MovableClock, refuse, silentLog } from '#core'
import { sql } from '#db'
import { placeReservation } from '#reservations'
import type { Context } from '#vault'
import { reportSurveillance } from '#visits'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { type TestServer, testServer } from '../../../test/support/server.ts'
import { PIN, type Sip2Scene, sip2Scene } from '../../../test/support/sip2-scene.ts'
import { CHARSETS, type Charset, decodeText } from './charset.ts'
import { sipDate } from './dates.ts'
import { houseDesk, houseDoor } from './desk.ts'
import { Dialogue, ResentCheckouts } from './dialogue.ts'
import { PLAIN_WIRE, readLine, writeLine } from './line.ts'
import { LiveLog } from './live-log.ts'
import type { Desk, DoorVerdict } from './ports.ts'
import { type Admitted, type Credentials, Reception } from './reception.ts'

const FOLDER = join(import.meta.dirname, 'transcripts')
const TRANSCRIPTS = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'))
/** The answers are written down anew, to be read before they are kept. */
const WRITE = process.env.KVIT_WRITE_TRANSCRIPTS === '1'
const NONE = ' '.repeat(18)

// One server for all the libraries of this file.
let server: TestServer
before(async () => {
  server = await testServer()
  process.env.KVIT_TEST_URL = server.url
})
after(() => server.stop())

/** What the house says at the door, until the library has hours without staff. */
const enter =
  (scene: Sip2Scene): DoorVerdict =>
  async (_ctx, { patron }) =>
    patron === scene.patrons.clara?.id
      ? refuse({ text: { da: 'Du skal være 18 år', en: 'You must be 18' } })
      : { ok: true, value: true }

for (const name of TRANSCRIPTS) {
  test(`machines are answered as written in ${name}, in every charset`, () => play(name))
}

async function play(name: string): Promise<void> {
  await using own = await openTestLibrary({ seed: name })
  const ctx = own.context()
  const stage = new Stage(own, ctx, await sip2Scene(ctx))
  const written: string[] = []
  let said: string | undefined
  let asked = ''
  for (const [at, line] of readFileSync(join(FOLDER, name), 'utf8').split('\n').entries()) {
    if (line.startsWith('@ ')) await stage.direct(line.slice(2).split(' '))
    if (line.startsWith('> ')) {
      asked = line.slice(2)
      said = await stage.say(asked)
    }
    if (!line.startsWith('<')) {
      written.push(line)
      continue
    }
    written.push(`< ${said}`)
    if (!WRITE) assert.equal(said, line.slice(2), `${name}:${at + 1}: ${asked}`)
  }
  if (WRITE) writeFileSync(join(FOLDER, name), written.join('\n'))
}

/**
 * What the house answered while one machine was served. Another machine that asks the same in another charset is given
 * the same again, so that what it hears can differ in its bytes only.
 */
class Tape {
  readonly #answers: { readonly name: string; readonly value: unknown }[] = []

  recording(desk: Desk): Desk {
    return this.#over(desk, (name, run) => {
      const answer = { name, value: run() }
      this.#answers.push(answer)
      return answer.value
    })
  }

  playing(desk: Desk): Desk {
    let at = 0
    return this.#over(desk, (name) => {
      const answer = this.#answers[at++]
      assert.equal(answer?.name, name)
      return answer?.value
    })
  }

  clear(): void {
    this.#answers.length = 0
  }

  #over(desk: Desk, call: (name: string, run: () => unknown) => unknown): Desk {
    return new Proxy(desk, {
      get:
        (known, name) =>
        (...given: unknown[]) =>
          call(String(name), () => (Reflect.get(known, name) as (...given: unknown[]) => unknown)(...given)),
    })
  }
}

/** Machines of one library, and its clock. Speaks in placeholders, so that a transcript can be read. */
class Stage {
  readonly #own: TestLibrary
  readonly #ctx: Context
  readonly #scene: Sip2Scene
  readonly #machines = new Map<string, Dialogue>()
  readonly #reception: Reception
  readonly #tape = new Tape()
  readonly #desk = houseDesk()
  #door: DoorVerdict
  #terminal = ''
  #sequence = 0

  constructor(own: TestLibrary, ctx: Context, scene: Sip2Scene) {
    this.#own = own
    this.#ctx = ctx
    this.#scene = scene
    this.#door = enter(scene)
    this.#reception = new Reception({
      libraries: {
        all: async () => [{ name: 'fredensborg', number: '721000', title: 'Fredensborg Bibliotekerne' }],
        context: async (agency, actor) => own.installation.context(agency, actor),
      },
      desk: this.#desk,
      enter: (ctx, visit) => this.#door(ctx, visit),
    })
  }

  async direct([what, ...words]: readonly string[]): Promise<void> {
    const [who = '', thing = '', where = ''] = words
    if (what === 'terminal') this.#terminal = who
    else if (what === 'days') this.#own.clock.moveTo(this.#own.clock.now().add({ hours: 24 * Number(who) }))
    else if (what === 'self-service') await this.#openLibrary()
    else if (what === 'surveillance') await this.#surveillance(who === 'works')
    else if (what === 'ban') await this.#ban(who)
    else if (what === 'hold') await this.#reserve(who, thing, where)
    else if (what === 'kept') {
      await this.#reserve(who, thing[0] ?? '', where)
      await this.#ctx.db.run(sql`
        update reservation set item_id = (select id from item where barcode = ${thing}), ready_at = ${this.#ctx.clock.now()},
          pickup_until_on = '2025-12-24', pickup_number = '417'
        where patron_id = ${this.#scene.patrons[who]?.id ?? ''}`)
      await this.#ctx.db.run(sql`update item set state = 'on-shelf-for-pickup' where barcode = ${thing}`)
    } else assert.fail(`nobody can ${what}`)
  }

  /** From here on there are no staff, and the rules for visits decide. */
  async #openLibrary(): Promise<void> {
    const { main } = this.#scene.branches
    const week = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, opens: '06:00', closes: '22:00', staffed: false }))
    await setOpeningHours(this.#ctx, main, week)
    this.#door = houseDoor
  }

  #surveillance(healthy: boolean): Promise<void> {
    return reportSurveillance(this.#ctx, this.#scene.branches.main, { healthy, by: 'dør' })
  }

  async #ban(who: string): Promise<void> {
    const id = this.#ctx.random.uuid(this.#ctx.clock.now())
    const today = dayOf(this.#ctx.clock.now())
    await this.#ctx.db.run(sql`
      insert into access_ban (id, patron_id, reason, from_on, decided_by, decided_at)
      values (${id}, ${this.#scene.patrons[who]?.id ?? ''}, 'Hærværk', ${today}, ${id}, ${this.#ctx.clock.now()})`)
  }

  async #reserve(who: string, title: string, where: string): Promise<void> {
    const patron = this.#scene.patrons[who]?.id
    const wanted = this.#scene.titles[title]
    assert.ok(patron && wanted, `${who} ${title}`)
    const pickupBranch = where === 'HU' ? this.#scene.branches.other : this.#scene.branches.main
    const placed = await placeReservation(this.#ctx, { patron, title: wanted, pickupBranch })
    assert.ok(placed.ok, JSON.stringify(placed))
  }

  /** Says it once to the library, and over the tape in the other charsets. */
  async say(line: string): Promise<string> {
    const text = this.#filledIn(line)
    this.#tape.clear()
    this.#sequence = (this.#sequence + 1) % 10
    const said = await this.#ask('utf-8', text)
    for (const charset of CHARSETS.filter((other) => other !== 'utf-8')) {
      assert.equal(await this.#ask(charset, text), said, `${charset}: ${line}`)
    }
    return this.#shown(said)
  }

  async #ask(charset: Charset, text: string): Promise<string> {
    const machine = await this.#machine(charset)
    const sequence = String(this.#sequence)
    const request = writeLine(text, { sequence }, { charset, lineEnd: '\r' })
    const reply = await machine.answer(request.subarray(0, -1))
    assert.ok(reply, text)
    assert.equal(reply.bytes.at(-1), 0x0d)
    const answer = readLine(reply.bytes.subarray(0, -1), { charset, lenientChecksum: false })
    assert.deepEqual([answer.checksum, answer.sequence], ['right', sequence], decodeText(reply.bytes, charset))
    return answer.text
  }

  async #machine(charset: Charset): Promise<Dialogue> {
    const key = `${this.#terminal} ${charset}`
    const known = this.#machines.get(key)
    if (known) return known
    const machine = new Dialogue({
      reception: { admit: (given) => this.#admit(given, charset) },
      address: '192.0.2.1',
      live: new LiveLog(),
      log: { ...silentLog, error: (fields) => assert.fail(JSON.stringify(fields)) },
      resent: new ResentCheckouts(),
      // No minute passes between two messages.
      clock: new MovableClock(Temporal.Instant.from('2026-01-01T08:00:00Z')),
    })
    this.#machines.set(key, machine)
    const login = `9300CN${this.#terminal}|CO${this.#scene.secrets[this.#terminal]}|CPHB|`
    const reply = await machine.answer(writeLine(login, { sequence: '9' }, PLAIN_WIRE).subarray(0, -1))
    assert.equal(reply?.bytes.toString(), '941AY9AZFDF4\r')
    return machine
  }

  async #admit(given: Credentials, charset: Charset): Promise<Admitted | undefined> {
    const admitted = await this.#reception.admit(given)
    if (!admitted) return undefined
    const { call } = admitted
    const desk = (): Desk => (charset === 'utf-8' ? this.#tape.recording(this.#desk) : this.#tape.playing(this.#desk))
    const served = { ...call, profile: { ...call.profile, charset } }
    // Asked once for each message: each begins at the beginning of its tape.
    return {
      ...admitted,
      get call() {
        return { ...served, desk: desk() }
      },
    }
  }

  #filledIn(line: string): string {
    return line.replace(/\{([^}]+)\}/g, (_all, word: string) => {
      const now = this.#own.clock.now()
      if (word === 'now') return sipDate(now)
      if (word === 'none') return NONE
      if (word === 'ao') return '721000'
      if (word === 'pin') return PIN
      const hours = /^hour-(\d+)$/.exec(word)?.[1]
      if (hours) return sipDate(now.subtract({ hours: Number(hours) }))
      const [who = '', what] = word.split('.')
      const patron = this.#scene.patrons[who]
      assert.ok(patron, word)
      return what === 'number' ? patron.number : patron.card
    })
  }

  #shown(answer: string): string {
    let text = answer.replaceAll(sipDate(this.#own.clock.now()), '{now}').replaceAll('AO721000', 'AO{ao}')
    for (const [name, { card, number }] of Object.entries(this.#scene.patrons)) {
      text = text.replaceAll(card, `{${name}}`).replaceAll(number, `{${name}.number}`)
    }
    return text
      .replace(/AV\d{12} /g, 'AV{bill} ')
      .replace(/Afhentningsnummer \d+/g, 'Afhentningsnummer {n}')
      .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '{id}')
  }
}
