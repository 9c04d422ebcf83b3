import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Actor, MovableClock, type PatronId, type StaffId } from '#core'
import { Databases, sql } from '#db'
import { enrolPatron } from '#patrons'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { verifyPassword } from './password.ts'
import { beginPatronSession, patronSignedIn, signPatronOutEverywhere } from './patron-session.ts'
import { setPin } from './pin.ts'
import { askPinReset, usePinReset } from './pin-reset.ts'
import { forgetVerified } from './verified.ts'
import { type VerifyPinOptions, verifyOwnPin, verifyPin } from './verify-pin.ts'

const PIN = '7391'
const BOSS = '01900000-0000-7000-8000-000000000001' as StaffId
const WRONG = { ok: false, refusal: { kind: 'wrong' } }

let library: TestLibrary
let cast: Cast
let made = 1000

before(async () => {
  library = await openTestLibrary({ agencies: ['fredensborg', 'stevns'] })
  cast = await castIn(library.context())
})
after(() => library.close())

/** Each test has a patron of its own, who has a card, a CPR number and a PIN. */
async function somebody(given: { pin?: string; email?: string } = { pin: PIN }) {
  made += 1
  const number = String(made).padStart(4, '0')
  const [card, cpr] = [`2200000${number}`, `610170${number}`]
  const ctx = library.context()
  const enrolled = await enrolPatron(ctx, cast.branch, {
    name: 'Pia Prøve',
    cpr,
    address: 'Pilekrogen 7',
    postcode: '3480',
    city: 'Fredensborg',
    municipality: '0210',
    card,
    ...(given.email ? { email: given.email } : {}),
  })
  assert.ok(enrolled.ok, JSON.stringify(enrolled))
  const { id } = enrolled.value
  if (given.pin) assert.deepEqual(await setPin(ctx, id, given.pin, 'desk'), { ok: true, value: { changed: true } })
  return { id, card, cpr, number: enrolled.value.number }
}

/** Tries PINs somewhere nobody else does, on a clock of its own, and counts how many are hashed. */
function machine(terminal = `automat-${made}`, more: VerifyPinOptions = {}) {
  const clock = new MovableClock(Temporal.Instant.from('2026-01-01T08:00:00Z'))
  const counted = { hashes: 0 }
  const options: VerifyPinOptions = {
    ...more,
    clock,
    verify(secret, hash) {
      counted.hashes++
      return verifyPassword(secret, hash)
    },
  }
  const attempt = (presented: string, pin: string, ctx = library.context()) =>
    verifyPin(ctx, { presented, pin, terminal }, options)
  return { attempt, clock, counted, options }
}

function kindOf(done: Awaited<ReturnType<typeof verifyPin>>): string {
  return done.ok ? 'right' : done.refusal.kind
}

test('a patron is known by card, patron number or CPR number and the PIN', async () => {
  const { id, card, cpr, number } = await somebody()
  const { attempt } = machine()
  for (const presented of [card, ` ${card} `, number, cpr, `${cpr.slice(0, 6)}-${cpr.slice(6)}`]) {
    assert.deepEqual(await attempt(presented, PIN), { ok: true, value: id })
  }
})

test('a PIN has four digits, and 0007 is one', async () => {
  const { id, card } = await somebody({})
  const ctx = library.context()
  for (const [pin, because] of [
    ['739', 'wrong-length'],
    ['73911', 'wrong-length'],
    ['', 'wrong-length'],
    ['73a1', 'not-digits'],
    ['٧٣٩١', 'not-digits'],
    [' 7391', 'not-digits'],
  ] as const) {
    assert.deepEqual(await setPin(ctx, id, pin, 'desk'), { ok: false, refusal: { kind: 'bad-pin', because } })
  }
  assert.equal((await setPin(ctx, id, '0007', 'desk')).ok, true)
  const { attempt } = machine()
  assert.equal(kindOf(await attempt(card, '7')), 'wrong')
  assert.equal(kindOf(await attempt(card, '0007')), 'right')
})

test('neither a PIN nor what it is hashed with lies in the library’s database', async () => {
  const [one, other] = [await somebody(), await somebody()]
  const hashOf = async (id: PatronId) =>
    (await library.context().db.one<{ hash: string }>(sql`select hash from pin where patron_id = ${id}`)).hash
  const hash = await hashOf(one.id)
  assert.match(hash, /^\$argon2id\$/)
  assert.equal(await verifyPassword(PIN, hash), false, 'the hash is of the PIN alone')
  // Whoever moves a hash to another patron does not move the PIN.
  await library.context().db.run(sql`update pin set hash = ${hash} where patron_id = ${other.id}`)
  assert.equal(kindOf(await machine().attempt(other.card, PIN)), 'wrong')
})

test('a wrong PIN, an unknown card, a blocked one and a patron without a PIN get the same answer for the same work', async () => {
  const [known, blocked, health, without] = [await somebody(), await somebody(), await somebody(), await somebody({})]
  const { db } = library.context()
  const now = library.clock.now()
  await db.run(sql`
    update identifier set blocked_at = ${now}, blocked_because = 'lost' where value = ${blocked.card}`)
  await db.run(sql`update patron set health_card_blocked_at = ${now} where id = ${health.id}`)
  const tries = [
    [known.card, '0000'],
    ['29999999999', PIN],
    ['6712999999', PIN],
    [blocked.card, PIN],
    [health.cpr, PIN],
    [without.card, ''],
    [without.card, PIN],
    ['', ''],
    ['x'.repeat(10_000), 'y'.repeat(10_000)],
  ] as const
  for (const [presented, pin] of tries) {
    const { attempt, counted } = machine(`automat for ${presented.slice(0, 20)} and ${pin.slice(0, 20)}`)
    assert.deepEqual(await attempt(presented, pin), WRONG)
    assert.equal(counted.hashes, 1)
  }
  assert.equal(kindOf(await machine().attempt(blocked.number, PIN)), 'right', 'the other numbers are not blocked')
})

test('after five tries there are no more for a quarter of an hour, whether there is such a card or not', async () => {
  const { card } = await somebody()
  const answers = []
  for (const presented of [card, '29999999998', '6712999998']) {
    const { attempt, clock, counted } = machine()
    const kinds = []
    for (let count = 1; count <= 5; count++) kinds.push(kindOf(await attempt(presented, '0000')))
    assert.deepEqual(kinds, Array(5).fill('wrong'))
    const locked = await attempt(presented, PIN)
    assert.equal(counted.hashes, 5)
    clock.moveTo(clock.now().add({ minutes: 14, seconds: 59 }))
    assert.equal(kindOf(await attempt(presented, PIN)), 'locked', 'trying on does not make it longer')
    clock.moveTo(clock.now().add({ seconds: 1 }))
    assert.equal(kindOf(await attempt(presented, PIN)), presented === card ? 'right' : 'wrong')
    answers.push(JSON.stringify(locked))
  }
  assert.deepEqual(answers, [answers[0], answers[0], answers[0]])
})

test('a CPR number written in two ways has no more tries than written in one', async () => {
  const { cpr } = await somebody()
  const { attempt } = machine()
  const [day, serial] = [cpr.slice(0, 6), cpr.slice(6)]
  const ways = [cpr, `${day}-${serial}`, ` ${cpr}`, `${day} ${serial}`, ` ${day}-${serial} `]
  for (const presented of ways) assert.equal(kindOf(await attempt(presented, '0000')), 'wrong')
  for (const presented of ways) assert.equal(kindOf(await attempt(presented, PIN)), 'locked')
})

test('the tries of one library are not another’s', async () => {
  const { attempt } = machine('automat of two')
  const stevns = library.context(undefined, 'stevns')
  for (let count = 1; count <= 6; count++) await attempt('29999999997', '0000')
  assert.equal(kindOf(await attempt('29999999997', '0000')), 'locked')
  assert.equal(kindOf(await attempt('29999999997', '0000', stevns)), 'wrong')
})

test('of two hundred guesses at once no more than five are hashed, also when the one after them is right', async () => {
  const { card } = await somebody()
  for (const presented of [card, '29999999996']) {
    // Card and machine are counted one after the other, so that a guess whose card had tries left may find the machine's
    // used up by fifty that overtook it. Here it is the card's that are meant.
    const { attempt, counted } = machine(`automat ${presented}`, { terminalTries: { most: 1000, minutes: 15 } })
    // Of several processes, each with connections of its own.
    const { data, master } = library.installation
    const others = Array.from({ length: 3 }, () => new Databases(data.url, (role) => master.passwordOf(role)))
    const contexts = [
      library.context(),
      ...others.map((each) => ({ ...library.context(), db: each.agency('fredensborg') })),
    ]
    const pins = Array.from({ length: 200 }, (_, index) => String(index).padStart(4, '0'))
    const done = await Promise.all(pins.map((pin, index) => attempt(presented, pin, contexts[index % contexts.length])))
    for (const each of others) await each.close()
    assert.equal(counted.hashes, 5)
    assert.deepEqual(Map.groupBy(done, kindOf).get('wrong')?.length, 5)
    assert.deepEqual(Map.groupBy(done, kindOf).get('locked')?.length, 195)
    assert.equal(kindOf(await attempt(presented, PIN)), 'locked')
    assert.equal(counted.hashes, 5)
  }
})

test('a machine at which many cards are tried is locked for all of them', async () => {
  const { card } = await somebody()
  const { attempt, counted, options } = machine()
  const cards = Array.from({ length: 60 }, (_, index) => `2888888${String(index).padStart(4, '0')}`)
  const done = await Promise.all(cards.map((presented) => attempt(presented, '0000')))
  assert.equal(Map.groupBy(done, kindOf).get('wrong')?.length, 50)
  assert.equal(counted.hashes, 50)
  assert.equal(kindOf(await attempt(card, PIN)), 'locked')
  assert.equal(kindOf(await machine('automat elsewhere').attempt(card, PIN)), 'right')
  const given = { presented: card, pin: '0000', terminal: `automat-${made}` }
  const many = await verifyPin(library.context(), given, { ...options, terminalTries: { most: 1000, minutes: 15 } })
  assert.equal(kindOf(many), 'wrong', 'where many come from one place, that place is told to have more')
})

test('a class that signs in at one machine does not lock it', async () => {
  const { id, card } = await somebody()
  const { attempt } = machine()
  for (let count = 1; count <= 60; count++) {
    assert.equal(kindOf(await attempt(card, PIN)), 'right')
    forgetVerified(library.context(), id)
  }
})

test('the right PIN gives back the tries that were mistyped', async () => {
  const { card } = await somebody()
  const { attempt } = machine()
  for (let round = 1; round <= 3; round++) {
    for (let count = 1; count <= 4; count++) assert.equal(kindOf(await attempt(card, '0000')), 'wrong')
    assert.equal(kindOf(await attempt(card, PIN)), 'right')
  }
})

test('a machine that sends the PIN with every message has it hashed once in five minutes', async () => {
  const { card } = await somebody()
  const { attempt, clock, counted } = machine()
  for (let count = 1; count <= 30; count++) assert.equal(kindOf(await attempt(card, PIN)), 'right')
  assert.equal(counted.hashes, 1)
  const elsewhere = machine('another automat')
  assert.equal(kindOf(await elsewhere.attempt(card, PIN)), 'right')
  assert.equal(elsewhere.counted.hashes, 1, 'another machine knows nothing of it')
  clock.moveTo(clock.now().add({ minutes: 5 }))
  assert.equal(kindOf(await attempt(card, PIN)), 'right')
  assert.equal(counted.hashes, 2)
})

test('a PIN that is remembered cannot be found by trying', async () => {
  const { card } = await somebody()
  const { attempt, counted } = machine()
  assert.equal(kindOf(await attempt(card, PIN)), 'right')
  for (let count = 1; count <= 5; count++) assert.equal(kindOf(await attempt(card, `000${count}`)), 'wrong')
  assert.equal(kindOf(await attempt(card, PIN)), 'locked')
  assert.equal(counted.hashes, 6)
})

test('what is remembered ends when the PIN is changed or the card blocked, also by another process', async () => {
  const { id, card } = await somebody()
  const { attempt, counted } = machine()
  assert.equal(kindOf(await attempt(card, PIN)), 'right')
  await setPin(library.context(), id, '2468', 'desk')
  assert.equal(kindOf(await attempt(card, PIN)), 'wrong')
  assert.equal(kindOf(await attempt(card, '2468')), 'right')
  // Another process has changed the row; this one has not been told.
  const { db } = library.context()
  const other = await somebody()
  await db.run(sql`update pin set hash = (select hash from pin where patron_id = ${other.id}) where patron_id = ${id}`)
  assert.equal(kindOf(await attempt(card, '2468')), 'wrong')
  await setPin(library.context(), id, '1357', 'desk')
  const before = counted.hashes
  assert.equal(kindOf(await attempt(card, '1357')), 'right')
  await db.run(sql`
    update identifier set blocked_at = ${library.clock.now()}, blocked_because = 'stolen' where value = ${card}`)
  assert.equal(kindOf(await attempt(card, '1357')), 'wrong')
  assert.equal(counted.hashes, before + 2)
})

test('the same PIN again changes nothing; a new one signs the patron out everywhere', async () => {
  const { id, card } = await somebody()
  const ctx = library.context()
  const { token } = await beginPatronSession(ctx, id, 'pin')
  assert.deepEqual(await setPin(ctx, id, PIN, 'patron'), { ok: true, value: { changed: false } })
  assert.equal((await patronSignedIn(ctx, token))?.id, id)
  assert.deepEqual(await setPin(ctx, id, '2468', 'patron'), { ok: true, value: { changed: true } })
  assert.equal(await patronSignedIn(ctx, token), undefined)
  assert.equal(kindOf(await machine().attempt(card, '2468')), 'right')
})

test('a new PIN can be used at once, also by who had locked the card', async () => {
  const { id, card, cpr } = await somebody()
  const { attempt } = machine()
  for (const presented of [card, cpr]) {
    for (let count = 1; count <= 6; count++) await attempt(presented, '0000')
    assert.equal(kindOf(await attempt(presented, PIN)), 'locked')
  }
  await setPin(library.context(), id, '2468', 'desk')
  assert.equal(kindOf(await attempt(card, '2468')), 'right')
  assert.equal(kindOf(await attempt(cpr, '2468')), 'right')
})

test('a PIN is set at the desk by who serves there, and by a patron only for themselves', async () => {
  const [one, other] = [await somebody(), await somebody()]
  const refused = { ok: false, refusal: { kind: 'not-allowed' } }
  const finance: Actor = { kind: 'staff', id: BOSS, roles: ['finance'] }
  assert.deepEqual(await setPin(library.context(finance), one.id, '1111', 'desk'), refused)
  const visitor = library.context({ kind: 'system', job: 'web' })
  assert.deepEqual(await setPin(visitor, one.id, '1111', 'desk'), refused)
  const patron = library.context({ kind: 'patron', id: other.id })
  assert.deepEqual(await setPin(patron, one.id, '1111', 'patron'), refused)
  assert.equal(kindOf(await machine().attempt(one.card, PIN)), 'right')
  assert.deepEqual(await signPatronOutEverywhere(patron, one.id), refused)
  const nobody = '01900000-0000-7000-8000-000000000000' as PatronId
  assert.deepEqual(await setPin(library.context(), nobody, '1111', 'desk'), { ok: false, refusal: { kind: 'unknown' } })
})

test('the old PIN cannot be found out in a browser that somebody left behind', async () => {
  const { id } = await somebody()
  const { options, counted } = machine()
  const all = await Promise.all(
    Array.from({ length: 20 }, (_, index) => verifyOwnPin(library.context(), id, `00${10 + index}`, options)),
  )
  assert.equal(counted.hashes, 5)
  assert.equal(Map.groupBy(all, kindOf).get('locked')?.length, 15)
})

test('a sign-in ends after two hours of the world’s time, and a token is of no use at another library', async () => {
  const { id } = await somebody()
  const clock = new MovableClock(Temporal.Instant.from('2026-01-01T08:00:00Z'))
  const { token } = await beginPatronSession(library.context(), id, 'mitid', clock)
  const found = await patronSignedIn(library.context(), token, clock)
  assert.deepEqual([found?.id, found?.means], [id, 'mitid'])
  assert.equal(await patronSignedIn(library.context(undefined, 'stevns'), token, clock), undefined)
  clock.moveTo(clock.now().add({ hours: 1, minutes: 59 }))
  assert.equal((await patronSignedIn(library.context(), token, clock))?.id, id)
  clock.moveTo(clock.now().add({ minutes: 1 }))
  assert.equal(await patronSignedIn(library.context(), token, clock), undefined)
})

/** Asks for a link and answers the token in it, if one was sent. */
async function ask(presented: string, clock?: MovableClock): Promise<string | undefined> {
  let sent: string | undefined
  const linkFor = (token: string) => {
    sent = token
    return `https://bibliotek.example/${token}`
  }
  const from = `test ${presented}`
  const answer = await askPinReset(library.context(), presented, { linkFor, from, ...(clock ? { clock } : {}) })
  assert.equal(answer, undefined, 'who asks is told nothing')
  return sent
}

test('a link to choose a new PIN goes to the patron’s e-mail address, works once, and lies nowhere else', async () => {
  const { id, card } = await somebody({ pin: PIN, email: 'pia@example.org' })
  const ctx = library.context()
  const token = await ask(card)
  assert.ok(token)
  const messages = await ctx.db.all<{ recipient: string; body: string; subject: string }>(sql`
    select recipient, body, subject from message where patron_id = ${id}`)
  assert.equal(messages.length, 1)
  assert.equal(messages[0]?.recipient, 'pia@example.org')
  assert.ok(messages[0]?.body.includes(`https://bibliotek.example/${token}`))
  assert.ok(!JSON.stringify(messages).includes(card))
  const rows = await ctx.db.all(sql`select pin_reset::text as row from pin_reset where patron_id = ${id}`)
  assert.equal(rows.length, 1)
  assert.ok(!JSON.stringify(rows).includes(token))
  assert.deepEqual(await usePinReset(ctx, token, '12'), {
    ok: false,
    refusal: { kind: 'bad-pin', because: 'wrong-length' },
  })
  assert.deepEqual(await usePinReset(ctx, token, '2468'), { ok: true, value: id })
  assert.deepEqual(await usePinReset(ctx, token, '1357'), { ok: false, refusal: { kind: 'no-such-link' } })
  assert.equal(kindOf(await machine().attempt(card, '2468')), 'right')
})

test('of two who use a link at once one chooses the PIN', async () => {
  const { card } = await somebody({ pin: PIN, email: 'pia@example.org' })
  const token = (await ask(card)) ?? ''
  const both = await Promise.all(['2468', '1357'].map((pin) => usePinReset(library.context(), token, pin)))
  assert.deepEqual(both.map(({ ok }) => ok).sort(), [false, true])
})

test('a link lasts half an hour, and a PIN chosen elsewhere ends it', async () => {
  const { id, card, cpr } = await somebody({ pin: PIN, email: 'pia@example.org' })
  const clock = new MovableClock(Temporal.Instant.from('2026-01-01T08:00:00Z'))
  const token = (await ask(card, clock)) ?? ''
  clock.moveTo(clock.now().add({ minutes: 30 }))
  const over = { ok: false, refusal: { kind: 'no-such-link' } }
  assert.deepEqual(await usePinReset(library.context(), token, '2468', clock), over)
  const second = (await ask(cpr, clock)) ?? ''
  await setPin(library.context(), id, '1357', 'desk')
  assert.deepEqual(await usePinReset(library.context(), second, '2468', clock), over)
})

test('a letter-box gets at most three links in an hour, whichever number is named', async () => {
  const { card, cpr, number } = await somebody({ pin: PIN, email: 'pia@example.org' })
  const sent = []
  for (const presented of [card, card, cpr, cpr, number]) sent.push((await ask(presented)) !== undefined)
  assert.deepEqual(sent, [true, true, true, false, false])
})

test('nothing is sent for an unknown card, a blocked one, or a patron without e-mail address', async () => {
  const [without, blocked] = [await somebody(), await somebody({ pin: PIN, email: 'pia@example.org' })]
  await library.context().db.run(sql`
    update identifier set blocked_at = ${library.clock.now()}, blocked_because = 'lost' where value = ${blocked.card}`)
  for (const presented of [without.card, blocked.card, '29999999995', '']) {
    assert.equal(await ask(presented), undefined)
  }
})

test('what was tried is kept as keyed hashes that name nobody', async () => {
  await machine().attempt('29999999994', PIN)
  const rows = await library.context().db.all<{ row: string }>(sql`select sign_in_try::text as row from sign_in_try`)
  assert.ok(rows.length > 0)
  const plain = Buffer.from('29999999994').toString('hex')
  assert.ok(rows.every(({ row }) => !row.includes('29999999994') && !row.includes(plain)))
})
