import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { addItems, putTitles } from '#catalogue'
import { assert as mustBe, oreOf, type PatronId, type StaffId, type TitleId } from '#core'
import { sql } from '#db'
import { openClaims, pay } from '#fees'
import { checkin, checkout } from '#loans'
import { patronTables, placeHold, restrictPatron } from '#privacy'
import { placeReservation } from '#reservations'
import type { Context } from '#vault'
import { type Cast, castIn, noon, titleNamed } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { killedAfter, Planter } from '../../../test/support/rows.ts'
import { register } from '../../rooms.ts'
import {
  blocksOf,
  type Cpr,
  type Enrolment,
  enrolPatron,
  findDuplicates,
  findPatron,
  finishTask,
  mergePatrons,
  openTasks,
  placeLoanBlock,
  readCpr,
  readPatron,
} from './index.ts'
import { patronPlaces } from './merge-rows.ts'
import { type Account, areDifferent, decideMerge, droppedCpr, fillIn, INTENTS } from './merge-rules.ts'

let library: TestLibrary
let ctx: Context
let desk: Context
let cast: Cast

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  cast = await castIn(ctx)
  const id = ctx.random.uuid(ctx.clock.now()) as StaffId
  desk = library.context({ kind: 'staff', id, roles: ['desk'] })
})
after(() => library.close())

let cards = 0
/** A new patron with a card; grown up and reachable unless another is described. */
async function newPatron(enrolment: Partial<Enrolment> = {}): Promise<{ id: PatronId; card: string; number: string }> {
  const card = `220000${String(++cards).padStart(5, '0')}`
  const enrolled = await enrolPatron(ctx, cast.branch, {
    name: `Prøve ${cards}`,
    address: 'Vej 1',
    postcode: '3480',
    city: 'Fredensborg',
    municipality: '0210',
    birthOn: Temporal.PlainDate.from('1980-05-05'),
    ...enrolment,
    card,
  })
  mustBe(enrolled.ok, JSON.stringify(enrolled))
  return { ...enrolled.value, card }
}

async function merge(keep: PatronId, away: PatronId, confirmed = false) {
  const merged = await mergePatrons(desk, register, keep, away, { confirmed })
  assert(merged.ok, JSON.stringify(merged))
  return merged.value
}

const refused = (kind: string) => ({ ok: false, refusal: { kind } })
const day = (text: string) => Temporal.PlainDate.from(text)

function reservationsOf(patron: PatronId) {
  return ctx.db.all<{ title_id: TitleId; placed_at: Temporal.Instant; item_id: string | null }>(
    sql`select title_id, placed_at, item_id from reservation where patron_id = ${patron} order by placed_at`,
  )
}

test('old cards and numbers find the one patron, whose own number stays', async () => {
  const keep = await newPatron()
  const away = await newPatron()
  await merge(keep.id, away.id)
  for (const card of [keep.card, keep.number, away.card, away.number]) {
    assert.equal(await findPatron(ctx, card), keep.id, card)
  }
  assert.equal((await readPatron(ctx, keep.id))?.number, keep.number)
  assert.equal(await readPatron(ctx, away.id), undefined)
  assert((await checkout(ctx, { card: away.card, barcode: 'A1' })).ok)
  await checkin(ctx, { barcode: 'A1' })
})

test('what lies sealed is readable under the key of the one who stays, and the other key is destroyed', async () => {
  const keep = await newPatron({ birthOn: day('1965-01-01') })
  const away = await newPatron({ cpr: '6101650000', protected: true, address: 'Hemmelig Sti 3' })
  const before = await readPatron(ctx, away.id)
  assert(before?.cpr_sealed)
  const merged = await merge(keep.id, away.id)
  assert.equal(merged.droppedCpr, undefined)
  const whole = await readPatron(ctx, keep.id)
  assert(whole?.cpr_sealed && whole.address_sealed)
  assert.equal(await ctx.vault.open(keep.id, 'patron.cpr_sealed', whole.cpr_sealed), '6101650000')
  assert.equal(await findPatron(ctx, '610165-0000'), keep.id)
  assert.equal(whole.protected, true, 'protection is not lost')
  assert.equal(whole.address, null)
  assert.equal(await ctx.vault.open(keep.id, 'patron.address_sealed', whole.address_sealed), 'Vej 1\n3480\nFredensborg')
  assert.deepEqual([...(await ctx.vault.known([away.id]))], [])
  assert.equal(await ctx.vault.open(away.id, 'patron.cpr_sealed', before.cpr_sealed), undefined)
  assert(!(await ctx.vault.unfinished()).includes(away.id))
})

/** What the planter cannot know to belong together. */
const GIVEN: Record<string, Record<string, unknown>> = { acceptance: { document: 'rules', version: 1 } }

test('every table about patrons is carried over: no row is about the one who went, and none is gone but what may not be two', async () => {
  const keep = await newPatron()
  const away = await newPatron()
  const planter = await Planter.of(ctx)
  planter.refer('patron', cast.dines.id)
  await ctx.db.run(sql`
    insert into terms (document, version, text_da, text_en, published_at) values ('rules', 1, '', '', ${ctx.clock.now()})`)
  const tables = patronTables(register).filter(
    ({ name, realTime }) => !realTime && !['patron', 'hold', 'restriction'].includes(name),
  )
  const sealed: { table: string; column: string; needle: string }[] = []
  for (const { name, subject, columns } of tables) {
    if (!Object.values(columns).some((column) => column.class === 'sealed')) {
      await planter.row(name, { ...GIVEN[name], [subject as string]: away.id })
      continue
    }
    const { planted } = await planter.full(name, `samlet-${name}`, away.id)
    sealed.push(...planted.filter(({ column }) => columns[column]?.class === 'sealed'))
  }
  await merge(keep.id, away.id)
  assert(sealed.length > 0, 'something was sealed')
  for (const { name, subject } of tables) {
    const count = async (patron: PatronId) =>
      (
        await ctx.db.one<{ rows: number }>(
          sql`select count(*)::int as rows from ${sql.id(name)} where ${sql.id(subject as string)} = ${patron}`,
        )
      ).rows
    assert.equal(await count(away.id), 0, name)
    assert((await count(keep.id)) > 0, `${name} has come along`)
  }
  for (const { table, column, needle } of sealed) {
    const rows = await ctx.db.all<{ value: Uint8Array }>(
      sql`select ${sql.id(column)} as value from ${sql.id(table)} where patron_id = ${keep.id}`,
    )
    const opened = await Promise.all(rows.map(({ value }) => ctx.vault.open(keep.id, `${table}.${column}`, value)))
    assert(opened.includes(needle), `${table}.${column}`)
  }
})

test('every table that can hold one row of a kind for each patron says which of two stays', async () => {
  const places = await patronPlaces(ctx, register)
  const clashing = new Set(places.filter(({ unique }) => unique.length > 0).map(({ table }) => table))
  assert(clashing.has('reservation') && clashing.has('consent') && clashing.has('pin'))
  const realTime = patronTables(register)
    .filter((table) => table.realTime)
    .map(({ name }) => name)
  assert.deepEqual(
    [...clashing].filter((table) => !INTENTS[table] && !realTime.includes(table)),
    [],
  )
  const guardian = places.find(({ table, column }) => table === 'guardianship' && column === 'guardian_id')
  assert(guardian, 'also columns that are not the subject of their row')
})

test('the same title reserved twice: the older place in the queue wins, and what stood ready is kept', async () => {
  const keep = await newPatron()
  const away = await newPatron()
  const wish = (patron: PatronId) => placeReservation(ctx, { patron, title: cast.titles.A, pickupBranch: cast.branch })
  const placed = ctx.clock.now()
  assert((await wish(away.id)).ok)
  library.clock.moveTo(noon('2025-11-21'))
  assert((await wish(keep.id)).ok)
  await merge(keep.id, away.id)
  const [only, ...more] = await reservationsOf(keep.id)
  assert.equal(only?.placed_at.toString(), placed.toString())
  assert.deepEqual(more, [])
  const younger = await newPatron()
  assert((await wish(younger.id)).ok)
  await ctx.db.run(sql`
    update reservation set item_id = (select id from item where barcode = 'A2'), ready_at = ${ctx.clock.now()},
      pickup_until_on = ${day('2025-11-29')}, pickup_number = '123'
    where patron_id = ${younger.id}`)
  await merge(keep.id, younger.id)
  const [ready, ...others] = await reservationsOf(keep.id)
  assert(ready?.item_id)
  assert.equal(ready.placed_at.toString(), placed.toString())
  assert.deepEqual(others, [])
})

test('the same title ready for both is not decided by a merge', async () => {
  const keep = await newPatron()
  const away = await newPatron()
  for (const [patron, barcode] of [[keep, 'B1'] as const, [away, 'B2'] as const]) {
    assert((await placeReservation(ctx, { patron: patron.id, title: cast.titles.B, pickupBranch: cast.branch })).ok)
    await ctx.db.run(sql`
      update reservation set item_id = (select id from item where barcode = ${barcode}), ready_at = ${ctx.clock.now()},
        pickup_until_on = ${day('2025-11-29')}, pickup_number = ${barcode} where patron_id = ${patron.id}`)
  }
  assert.deepEqual(await mergePatrons(desk, register, keep.id, away.id), refused('set-aside-twice'))
  assert.equal((await reservationsOf(away.id)).length, 1, 'nothing was changed')
})

test('of two consents the newest stands, and the older one ends when it began', async () => {
  const keep = await newPatron()
  const away = await newPatron()
  const given = []
  for (const { id } of [keep, away]) {
    library.clock.moveTo(ctx.clock.now().add({ hours: 24 }))
    given.push(ctx.clock.now())
    await ctx.db.run(sql`
      insert into consent (id, patron_id, purpose, wording, wording_version, language, given_by, channel, given_at)
      values (${ctx.random.uuid(ctx.clock.now())}, ${id}, 'p', 'ja', 1, 'da', 'patron', 'desk', ${ctx.clock.now()})`)
  }
  await merge(keep.id, away.id)
  const ledger = await ctx.db.all<{ given_at: Temporal.Instant; withdrawn_at: Temporal.Instant | null }>(
    sql`select given_at, withdrawn_at from consent where patron_id = ${keep.id} order by given_at`,
  )
  assert.deepEqual(
    ledger.map((row) => [row.given_at.toString(), row.withdrawn_at?.toString()]),
    [
      [String(given[0]), String(given[1])],
      [String(given[1]), undefined],
    ],
  )
})

test('the PIN, the blocks and the accepted rules of the one who stays stay, and sessions of the other end', async () => {
  const keep = await newPatron()
  const away = await newPatron()
  const now = ctx.clock.now()
  for (const { id } of [keep, away]) {
    await ctx.db.run(sql`insert into pin (patron_id, hash, set_by, set_at) values (${id}, ${id}, 'desk', ${now})`)
    await ctx.db.run(sql`
      insert into patron_session (id, token_hash, patron_id, means, began_at, expires_at)
      values (${ctx.random.uuid(now)}, ${Buffer.from(id)}, ${id}, 'pin', ${now}, ${now})`)
    const placed = await placeLoanBlock(desk, id, { code: 'other', message: id })
    assert(placed.ok)
  }
  assert((await placeLoanBlock(desk, away.id, { code: 'card-stolen' })).ok)
  await merge(keep.id, away.id)
  const pins = await ctx.db.all<{ hash: string }>(sql`select hash from pin where patron_id = ${keep.id}`)
  assert.deepEqual(pins, [{ hash: keep.id }])
  const blocks = await blocksOf(ctx, keep.id)
  assert.deepEqual(
    blocks.map(({ code }) => code),
    ['card-stolen', 'other'],
  )
  assert.equal(blocks[1]?.message, keep.id)
  const sessions = await ctx.db.all<{ token_hash: Buffer }>(
    sql`select token_hash from patron_session where patron_id = ${keep.id}`,
  )
  assert.deepEqual(
    sessions.map(({ token_hash }) => token_hash.toString()),
    [keep.id],
  )
})

test('whoever was a guardian under either number is the guardian of the child, once', async () => {
  const keep = await newPatron()
  const away = await newPatron()
  const [one, other] = [await newPatron(), await newPatron()]
  const now = ctx.clock.now()
  for (const [guardian, child] of [[keep, one] as const, [away, one] as const, [away, other] as const]) {
    await ctx.db.run(sql`
      insert into guardianship (id, patron_id, guardian_id, name, liable, may_see, proof, consented_at)
      values (${ctx.random.uuid(now)}, ${child.id}, ${guardian.id}, 'V', true, true, 'paper', ${now})`)
    await ctx.db.run(sql`
      insert into ward (id, patron_id, child_id, since_at)
      values (${ctx.random.uuid(now)}, ${guardian.id}, ${child.id}, ${now})`)
  }
  await merge(keep.id, away.id)
  const children = [one.id, other.id].sort()
  const answered = await ctx.db.all<{ patron_id: PatronId }>(
    sql`select patron_id from guardianship where guardian_id = ${keep.id} order by patron_id`,
  )
  assert.deepEqual(
    answered.map(({ patron_id }) => patron_id),
    children,
  )
  const wards = await ctx.db.all<{ child_id: PatronId }>(
    sql`select child_id from ward where patron_id = ${keep.id} order by child_id`,
  )
  assert.deepEqual(
    wards.map(({ child_id }) => child_id),
    children,
  )
})

test('a merge is refused of a patron and themselves, of a stranger, and by anyone but the desk', async () => {
  const keep = await newPatron()
  const away = await newPatron()
  assert.deepEqual(await mergePatrons(ctx, register, keep.id, away.id), refused('not-allowed'))
  assert.deepEqual(await mergePatrons(desk, register, keep.id, keep.id), refused('same-patron'))
  const nobody = ctx.random.uuid(ctx.clock.now()) as PatronId
  assert.deepEqual(await mergePatrons(desk, register, keep.id, nobody), refused('unknown'))
  assert.deepEqual(await mergePatrons(desk, register, nobody, keep.id), refused('unknown'))
})

test('nobody under restriction or a legal hold is merged, nor a child with their guardian', async () => {
  const keep = await newPatron()
  const restricted = await newPatron()
  const held = await newPatron()
  const child = await newPatron()
  await restrictPatron(ctx, restricted.id, 'prøve')
  assert((await placeHold(ctx, register, { table: 'patron', row: held.id, reason: 'sag' })).ok)
  await ctx.db.run(sql`
    insert into guardianship (id, patron_id, guardian_id, name, liable, may_see, proof, consented_at)
    values (${ctx.random.uuid(ctx.clock.now())}, ${child.id}, ${keep.id}, 'V', true, true, 'paper', ${ctx.clock.now()})`)
  for (const [other, kind] of [
    [restricted, 'restricted'],
    [held, 'held'],
    [child, 'guardian-and-child'],
  ] as const) {
    assert.deepEqual(await mergePatrons(desk, register, keep.id, other.id), refused(kind))
    assert.deepEqual(await mergePatrons(desk, register, other.id, keep.id, { confirmed: true }), refused(kind))
  }
})

/** A number as if the state had given it out: no test holds one that it could have. */
function numbered(digits: string): Cpr {
  const cpr = readCpr(digits)
  assert(cpr)
  return { ...cpr, replacement: false }
}

test('two numbers of the CPR register are two persons unless staff confirm it; a replacement number is not', () => {
  const one = numbered('6101700001')
  const other = numbered('6101700002')
  const replacement = readCpr('6101700003')
  assert(areDifferent(one, other))
  for (const [a, b] of [
    [one, one],
    [one, replacement],
    [replacement, readCpr('6101700004')],
    [one, undefined],
  ] as const) {
    assert(!areDifferent(a, b) && !areDifferent(b, a))
  }
  const account = (cpr: Cpr | undefined): Account => ({ ...PLAIN, cpr })
  const free = { restricted: false, held: false, related: false, setAsideTwice: false }
  const facts = { keep: account(one), away: account(other), ...free }
  assert.deepEqual(decideMerge(facts, false), refused('different-persons'))
  assert(decideMerge(facts, true).ok)
  assert.equal(droppedCpr(facts.away, fillIn(facts.keep, facts.away)), '6101700002', 'its subscription must end')
  assert.equal(droppedCpr(facts.away, fillIn(account(replacement), facts.away)), undefined)
  assert.equal(droppedCpr(account(replacement), fillIn(facts.keep, account(replacement))), undefined)
})

const PLAIN: Omit<Account, 'cpr'> = {
  kind: 'person',
  birth_on: null,
  patron_group: 'adult',
  address: null,
  postcode: null,
  city: null,
  protected: false,
  municipality: null,
  email: null,
  phone: null,
  contact_name: null,
  photo_id_at: null,
  health_card_blocked_at: null,
  inactivity_warned_at: null,
  register: 'none',
  enrolled_at: noon('2025-01-01'),
  last_active_at: noon('2025-01-01'),
  hidden: undefined,
}

test('a person and a company are merged only when staff say so', async () => {
  const keep = await newPatron()
  const away = await newPatron()
  await ctx.db.run(sql`update patron set kind = 'company' where id = ${away.id}`)
  assert.deepEqual(await mergePatrons(desk, register, keep.id, away.id), refused('different-persons'))
  await merge(keep.id, away.id, true)
  assert.equal((await readPatron(ctx, keep.id))?.kind, 'person')
})

test('a merge that is cut off anywhere has changed nothing, and can be done again', async () => {
  const keep = await newPatron()
  const away = await newPatron({ cpr: '6102660000' })
  assert((await placeReservation(ctx, { patron: away.id, title: cast.titles.C, pickupBranch: cast.branch })).ok)
  let cut = 0
  for (let left = 0; ; left++) {
    const killed = { ...desk, db: killedAfter({ left }, desk.db) }
    const merged = await mergePatrons(killed, register, keep.id, away.id).catch(() => undefined)
    if (merged) {
      assert(merged.ok)
      break
    }
    cut++
    assert.equal((await reservationsOf(away.id)).length, 1)
    assert.equal(await findPatron(ctx, '6102660000'), away.id)
    const row = await readPatron(ctx, away.id)
    assert(row?.cpr_sealed)
    assert.equal(await ctx.vault.open(away.id, 'patron.cpr_sealed', row.cpr_sealed), '6102660000')
  }
  assert(cut > 20, `it was cut off ${cut} times`)
  assert.equal((await reservationsOf(keep.id)).length, 1)
  assert.equal(await findPatron(ctx, '6102660000'), keep.id)
})

test('what is sealed about a patron while the merge is being prepared comes along', async () => {
  const keep = await newPatron({ birthOn: day('2015-05-05'), guardianName: 'V' })
  const away = await newPatron({ birthOn: day('2015-05-05'), guardianName: 'V', cpr: '6505155000' })
  let isNoted = false
  const noteGuardian = async (digits: string) => {
    const sealed = await ctx.vault.seal(away.id, 'guardianship.cpr_sealed', digits)
    await ctx.db.run(sql`
      update guardianship set cpr_sealed = ${sealed}, cpr_hash = ${Buffer.from('x')} where patron_id = ${away.id}`)
  }
  await noteGuardian('6101700008')
  const vault: Context['vault'] = new Proxy(ctx.vault, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target)
      if (typeof value !== 'function') return value
      return async (...args: unknown[]) => {
        const answer: unknown = await value.apply(target, args)
        if (key === 'seal' && args[1] === 'guardianship.cpr_sealed' && !isNoted) {
          isNoted = true
          await noteGuardian('6101700009')
        }
        return answer
      }
    },
  })
  const merged = await mergePatrons({ ...desk, vault }, register, keep.id, away.id)
  assert(merged.ok && isNoted)
  const guardians = await ctx.db.all<{ cpr_sealed: Uint8Array | null }>(
    sql`select cpr_sealed from guardianship where patron_id = ${keep.id}`,
  )
  assert.equal(guardians.length, 2)
  const sealed = guardians.find(({ cpr_sealed }) => cpr_sealed)?.cpr_sealed
  assert(sealed)
  assert.equal(await ctx.vault.open(keep.id, 'guardianship.cpr_sealed', sealed), '6101700009')
})

test('a merge loses neither protection, a way to reach someone, a real number nor the day they came', () => {
  const cpr = fc.option(fc.constantFrom(readCpr('6101700001'), readCpr('6101700002'), numbered('6101700005')), {
    nil: undefined,
  })
  const text = fc.option(fc.string({ minLength: 1 }))
  const instant = fc.integer({ min: 0, max: 2e12 }).map((ms) => Temporal.Instant.fromEpochMilliseconds(ms))
  const account: fc.Arbitrary<Account> = fc
    .record({
      kind: fc.constant('person' as const),
      birth_on: fc.option(fc.constantFrom(day('1980-02-29'), day('2015-01-01'))),
      patron_group: fc.constantFrom('adult' as const, 'child' as const),
      address: text,
      postcode: text,
      city: text,
      protected: fc.boolean(),
      municipality: text,
      email: text,
      phone: text,
      contact_name: text,
      photo_id_at: fc.option(instant),
      health_card_blocked_at: fc.option(instant),
      inactivity_warned_at: fc.option(instant),
      register: fc.constantFrom('none' as const, 'wanted' as const, 'followed' as const),
      enrolled_at: instant,
      last_active_at: instant,
      cpr,
      hidden: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
    })
    .map((one) =>
      one.protected ? { ...one, address: null, postcode: null, city: null } : { ...one, hidden: undefined },
    )
  fc.assert(
    fc.property(account, account, (keep, away) => {
      const whole = fillIn(keep, away)
      assert.equal(whole.protected, keep.protected || away.protected)
      if (whole.protected) assert(whole.address === null && whole.postcode === null && whole.city === null)
      else assert.equal(whole.hidden, undefined)
      for (const name of ['email', 'phone', 'birth_on', 'photo_id_at', 'municipality'] as const) {
        assert.equal(whole[name], keep[name] ?? away[name])
      }
      const numbers = [keep.cpr, away.cpr]
      assert(numbers.includes(whole.cpr))
      if (numbers.some((number) => number)) assert(whole.cpr)
      if (numbers.some((number) => number && !number.replacement)) assert.equal(whole.cpr?.replacement, false)
      if (keep.cpr && !keep.cpr.replacement) assert.equal(whole.cpr, keep.cpr)
      for (const one of [keep, away]) {
        assert(Temporal.Instant.compare(whole.enrolled_at, one.enrolled_at) <= 0)
        assert(Temporal.Instant.compare(whole.last_active_at, one.last_active_at) >= 0)
        if (one.hidden || one.address || one.postcode || one.city)
          assert(whole.hidden || whole.address || whole.postcode || whole.city)
      }
    }),
  )
})

test('whatever two patrons have done, a merge loses no loan, fee or payment and no øre', async () => {
  const barcodes = ['M1', 'M2', 'M3', 'M4']
  const [title] = await putTitles(ctx, [titleNamed('M')])
  assert(title)
  await addItems(
    ctx,
    barcodes.map((barcode) => ({ title_id: title.id, barcode, branch_id: cast.branch, shelf: '1' })),
  )
  const who = fc.constantFrom<'keep' | 'away'>('keep', 'away')
  const step = fc.oneof(
    fc.record({ kind: fc.constant('lend' as const), who, barcode: fc.constantFrom(...barcodes) }),
    fc.record({ kind: fc.constant('return' as const), barcode: fc.constantFrom(...barcodes) }),
    fc.record({ kind: fc.constant('wait' as const), days: fc.integer({ min: 1, max: 60 }) }),
    fc.record({ kind: fc.constant('pay' as const), who, part: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ kind: fc.constant('reserve' as const), who, title: fc.constantFrom<'A' | 'B' | 'C'>('A', 'B', 'C') }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 16 }), async (steps) => {
      const both = { keep: await newPatron(), away: await newPatron() }
      for (const one of steps) {
        if (one.kind === 'lend') await checkout(ctx, { card: both[one.who].card, barcode: one.barcode })
        if (one.kind === 'return') await checkin(ctx, { barcode: one.barcode })
        if (one.kind === 'wait') library.clock.moveTo(ctx.clock.now().add({ hours: 24 * one.days }))
        if (one.kind === 'pay') {
          const [claim] = await openClaims(ctx, both[one.who].id)
          const amount = claim && oreOf(Math.max(1, Math.floor(claim.left_ore / one.part)))
          if (claim && amount) assert((await pay(ctx, claim.claim, amount, 'card')).ok)
        }
        if (one.kind === 'reserve') {
          const wish = { title: cast.titles[one.title], pickupBranch: cast.branch }
          await placeReservation(ctx, { patron: both[one.who].id, ...wish })
        }
      }
      const ids = [both.keep.id, both.away.id]
      const before = await totals(ids)
      const wished = await titlesOf(ids)
      await merge(both.keep.id, both.away.id)
      assert.deepEqual(await totals([both.keep.id]), before)
      assert.deepEqual(await totals([both.away.id]), { ...before, ...NOTHING })
      assert.deepEqual(await titlesOf([both.keep.id]), wished)
      for (const barcode of barcodes) await checkin(ctx, { barcode })
      await ctx.db.run(sql`delete from reservation where patron_id = any(${ids}::uuid[])`)
    }),
    { numRuns: 25 },
  )
})

const NOTHING = {
  loans: 0,
  open: 0,
  fees: 0,
  owed: 0,
  paid: 0,
  payments: 0,
  received: 0,
  entries: 0,
  booked: 0,
  lent: null,
}

function totals(patrons: readonly PatronId[]) {
  return ctx.db.one<typeof NOTHING>(sql`
    with l as (select * from loan where patron_id = any(${patrons}::uuid[])),
      f as (select * from fee where patron_id = any(${patrons}::uuid[])),
      p as (select * from payment where patron_id = any(${patrons}::uuid[])),
      b as (select * from bookkeeping_entry where patron_id = any(${patrons}::uuid[]))
    select (select count(*) from l)::int as loans, (select count(*) from l where returned_at is null)::int as open,
      (select string_agg(id::text || due_on || lent_at || renewals, ' ' order by id) from l) as lent,
      (select count(*) from f)::int as fees, (select coalesce(sum(amount_ore - paid_ore), 0) from f)::int as owed,
      (select coalesce(sum(paid_ore), 0) from f)::int as paid, (select count(*) from p)::int as payments,
      (select coalesce(sum(amount_ore), 0) from p)::int as received, (select count(*) from b)::int as entries,
      (select coalesce(sum(amount_ore), 0) from b)::int as booked`)
}

async function titlesOf(patrons: readonly PatronId[]): Promise<string[]> {
  const rows = await ctx.db.all<{ title_id: string; placed_at: Temporal.Instant }>(sql`
    select title_id, min(placed_at) as placed_at from reservation where patron_id = any(${patrons}::uuid[])
    group by title_id order by title_id`)
  return rows.map(({ title_id, placed_at }) => `${title_id} ${placed_at}`)
}

test('two merges across each other at once: one patron is left, and nothing hangs', async () => {
  for (let round = 0; round < 5; round++) {
    const [a, b] = [await newPatron(), await newPatron()]
    const both = await Promise.all([
      mergePatrons(desk, register, a.id, b.id),
      mergePatrons(desk, register, b.id, a.id),
      checkout(ctx, { card: a.card, barcode: 'C1' }),
      checkout(ctx, { card: b.card, barcode: 'C2' }),
    ])
    assert.equal(both.slice(0, 2).filter(({ ok }) => ok).length, 1)
    const left = await ctx.db.all(sql`select id from patron where id in (${a.id}, ${b.id})`)
    assert.equal(left.length, 1)
    for (const barcode of ['C1', 'C2']) await checkin(ctx, { barcode })
  }
})

test('persons enrolled twice are found by name with birth date or e-mail, and the desk gets one task', async () => {
  await ctx.db.run(sql`delete from patron_task`)
  const birthOn = day('1977-07-07')
  const older = await newPatron({ name: 'Else  Marie Prøve', birthOn })
  library.clock.moveTo(ctx.clock.now().add({ hours: 1 }))
  const younger = await newPatron({ name: ' else marie PRØVE', birthOn, cpr: '6707770000' })
  await newPatron({ name: 'Else Marie Prøve', birthOn: day('1977-07-08') })
  const post = await newPatron({ name: 'Jens Prøve', email: 'jens@example.org', birthOn: day('1950-01-01') })
  library.clock.moveTo(ctx.clock.now().add({ hours: 1 }))
  const again = await newPatron({ name: 'Jens prøve', email: 'JENS@example.org', birthOn: day('1950-10-01') })
  const found = await findDuplicates(ctx)
  assert.deepEqual(found, [
    { older: older.id, younger: younger.id },
    { older: post.id, younger: again.id },
  ])
  await findDuplicates(ctx)
  const { tasks } = await openTasks(ctx)
  assert.deepEqual(
    tasks.map(({ patron_id, kind }) => [patron_id, kind]).sort(),
    [
      [younger.id, 'duplicate'],
      [again.id, 'duplicate'],
    ].sort(),
  )
  const looked = tasks.find(({ patron_id }) => patron_id === again.id)
  assert((await finishTask(desk, looked?.id ?? '')).ok)
  assert.deepEqual(
    await findDuplicates(ctx),
    [{ older: older.id, younger: younger.id }],
    'what was looked at is left alone',
  )
  await merge(older.id, younger.id)
  assert.deepEqual(await findDuplicates(ctx), [])
  assert.deepEqual((await openTasks(ctx)).tasks, [])
  assert.equal(await findPatron(ctx, '6707770000'), older.id)
})
