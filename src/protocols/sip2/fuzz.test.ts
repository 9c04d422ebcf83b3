import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { MovableClock, ok, type Random, refuse, seededRandom } from '#core'
import { findPatron } from '#patrons'
import { openTestLibrary } from '../../../test/support/library.ts'
import { PIN, sip2Scene } from '../../../test/support/sip2-scene.ts'
import { parseRequest } from './codec.ts'
import { sipDate } from './dates.ts'
import { houseDesk } from './desk.ts'
import { Dialogue, ResentCheckouts } from './dialogue.ts'
import { PLAIN_WIRE, readLine, writeLine } from './line.ts'
import { LiveLog } from './live-log.ts'
import { field } from './messages.ts'
import type { Desk } from './ports.ts'
import { Reception } from './reception.ts'

const CASES = process.env.KVIT_FULL ? 100_000 : 2000
const SEED = process.env.KVIT_SIP2_SEED ?? String(randomInt(1_000_000))
const FOLDER = join(import.meta.dirname, 'transcripts')

test(`${CASES} damaged messages: none is a fault, none with a wrong sum is carried out, none tells of another`, async (t) => {
  t.diagnostic(`${CASES} cases, KVIT_SIP2_SEED=${SEED}`)
  const random = seededRandom(SEED)
  await using library = await openTestLibrary({ seed: SEED })
  const ctx = library.context()
  const scene = await sip2Scene(ctx)
  const house = houseDesk()
  let called = 0
  const desk = new Proxy<Desk>(
    {
      ...house,
      // A PIN is compared and not hashed: what is damaged is the message, and hashing a hundred thousand takes a day.
      async verifyPin(ctx, { presented, pin }) {
        const patron = pin === PIN ? await findPatron(ctx, presented) : undefined
        return patron ? ok(patron) : refuse({ kind: 'wrong' })
      },
    },
    {
      get(known, name) {
        called += 1
        return Reflect.get(known, name) as unknown
      },
    },
  )
  const libraries = {
    all: async () => [{ name: 'fredensborg', number: '721000', title: 'F' }],
    context: async (agency: string, actor: Parameters<typeof library.context>[0] & object) =>
      library.installation.context(agency, actor),
  }
  const reception = new Reception({ libraries, desk })
  const faults: string[] = []
  const log = { info() {}, warn() {}, error: (fields: object) => void faults.push(JSON.stringify(fields)) }
  const clock = new MovableClock(Temporal.Instant.from('2026-01-01T08:00:00Z'))

  const dial = async () => {
    const terminal =
      ['automat', 'betroet', 'sorter', 'dør', 'skranke', 'kasse'][Math.floor(random.fraction() * 6)] ?? ''
    const dialogue = new Dialogue({
      reception,
      address: '192.0.2.1',
      live: new LiveLog(),
      log,
      resent: new ResentCheckouts(clock),
      clock,
    })
    const login = writeLine(`9300CN${terminal}|CO${scene.secrets[terminal]}|`, undefined, PLAIN_WIRE)
    assert.equal((await dialogue.answer(login))?.bytes.toString(), '941\r')
    return dialogue
  }

  const requests = whole(scene, sipDate(library.clock.now()))
  const names = Object.entries({
    asta: 'Asta Ærlig',
    bo: 'Bo Bagud',
    clara: 'Clara Barn',
    dines: 'Dines Ude',
    frede: 'Frede Fri',
    hans: 'Hans Hel',
  })
  let dialogue = await dial()
  let previous = ''
  for (let done = 0; done < CASES; done++) {
    const request = requests[Math.floor(random.fraction() * requests.length)] ?? ''
    const sequence = String(Math.floor(random.fraction() * 10))
    const checked = random.fraction() < 0.5
    const sent = damaged(random, writeLine(request, checked ? { sequence } : undefined, PLAIN_WIRE))
    const where = `case ${done}, seed ${SEED}: ${JSON.stringify(sent.toString('latin1'))}`
    const line = readLine(sent, PLAIN_WIRE)
    called = 0
    const reply = await dialogue.answer(sent)
    assert.deepEqual(faults, [], where)
    if (line.checksum === 'wrong') assert.equal(called, 0, `${where} was carried out`)
    if (reply) {
      const said = reply.bytes.toString('utf8')
      assert.match(said, /^(96|94|98|24|64|12|10|16|18|20|30|66|36|38|26)[^\r\n]*\r$/, where)
      const repeated = said.replace(/A[YZ].*$/, '') === previous.replace(/A[YZ].*$/, '')
      for (const [who, name] of repeated ? [] : names) {
        if (!said.includes(name)) continue
        const parsed = parseRequest(line.text)
        const card = parsed.ok ? field(parsed.value, 'AA') : ''
        assert.equal(await findPatron(ctx, card), scene.patrons[who]?.id, `${where} told of ${who}: ${said}`)
      }
      for (const hidden of ['Gerda', 'gerda@', 'Ida Stop', 'Eva Væk', PIN]) {
        // What was sent comes back; nothing else does.
        if (!sent.includes(hidden)) assert.ok(!said.includes(hidden), `${where} told ${hidden}: ${said}`)
      }
      if (!said.startsWith('96')) previous = said
    }
    if (!reply || reply.close || random.fraction() < 0.01) {
      dialogue = await dial()
      previous = ''
    }
  }
})

/** All requests of the transcripts, filled in. */
function whole({ patrons }: Awaited<ReturnType<typeof sip2Scene>>, now: string): string[] {
  const files = readdirSync(FOLDER).map((name) => readFileSync(join(FOLDER, name), 'utf8'))
  const lines = files.flatMap((text) => text.split('\n')).filter((line) => line.startsWith('> '))
  return lines.map((line) =>
    line.slice(2).replace(/\{([^}]+)\}/g, (_all, word: string) => {
      if (word === 'now' || word.startsWith('hour')) return now
      if (word === 'none') return ' '.repeat(18)
      if (word === 'ao') return '721000'
      if (word === 'pin') return PIN
      const [who = '', what] = word.split('.')
      return (what ? patrons[who]?.number : patrons[who]?.card) ?? ''
    }),
  )
}

/** Changes, drops, doubles or moves some bytes, never the end of the line. */
function damaged(random: Random, line: Buffer): Buffer {
  const bytes = [...line.subarray(0, -1)]
  const at = () => Math.floor(random.fraction() * bytes.length)
  const changes = Math.floor(random.fraction() * 4)
  for (let done = 0; done < changes; done++) {
    const kind = Math.floor(random.fraction() * 5)
    if (kind === 0) bytes[at()] = Math.floor(random.fraction() * 256)
    else if (kind === 1) bytes.splice(at(), 1 + Math.floor(random.fraction() * 3))
    else if (kind === 2)
      bytes.splice(
        at(),
        0,
        ...'|AAABAD1Y \0'
          .slice(0, 1 + Math.floor(random.fraction() * 9))
          .split('')
          .map((sign) => sign.charCodeAt(0)),
      )
    else if (kind === 3) bytes[at()] = (bytes[at()] ?? 0) ^ (1 << Math.floor(random.fraction() * 8))
    else bytes.splice(at(), 0, ...bytes.slice(at(), at() + 12))
  }
  return Buffer.from(bytes.filter((byte) => byte !== 0x0d && byte !== 0x0a))
}
