import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { type Actor, dayOf, type PatronId, type StaffId, type StaffRole } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import { type Cast, castIn, noon } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { gravestFirst, stands } from './block-rules.ts'
import {
  accessBanOn,
  BLOCK_CODES,
  blocksOf,
  blockText,
  decisionRefusalText,
  endBlocks,
  FBS_BLOCK_LETTER,
  finishTask,
  holdsCpr,
  liftAccessBan,
  liftAutomaticBlock,
  liftLoanBlock,
  noteRefusalText,
  notesOf,
  openTasks,
  placeAccessBan,
  placeAutomaticBlock,
  placeLoanBlock,
  raiseTask,
  removeNote,
  writeNote,
} from './index.ts'

let library: TestLibrary
let ctx: Context
let desk: Context
let cast: Cast

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  desk = staffWith('desk')
  cast = await castIn(ctx)
})
after(() => library.close())

const day = (text: string) => Temporal.PlainDate.from(text)

function staffWith(...roles: StaffRole[]): Context {
  const actor: Actor = { kind: 'staff', id: ctx.random.uuid(ctx.clock.now()) as StaffId, roles }
  return library.context(actor)
}

async function place(patron: PatronId, block: Parameters<typeof placeLoanBlock>[2]): Promise<string> {
  const placed = await placeLoanBlock(desk, patron, block)
  assert(placed.ok, JSON.stringify(placed))
  return placed.value.id
}

function sent(kind: string) {
  return ctx.db.all<{ patron_id: PatronId; channel: string; subject: string; body: string }>(
    sql`select patron_id, channel, subject, body from message where kind = ${kind} order by queued_at, id`,
  )
}

const refused = (kind: string) => ({ ok: false, refusal: { kind } })

test('an exclusion needs a reason and a message, and the patron is told', async () => {
  const until = day('2026-02-20')
  assert.deepEqual(
    await placeLoanBlock(desk, cast.asta.id, { code: 'exclusion', message: 'Du må ikke' }),
    refused('reason-needed'),
  )
  assert.deepEqual(
    await placeLoanBlock(desk, cast.asta.id, { code: 'exclusion', reason: 'To gange', message: '  ' }),
    refused('message-needed'),
  )
  const block = {
    code: 'exclusion',
    reason: 'Ikke afleveret to gange',
    message: 'Du har to gange ikke afleveret.',
  } as const
  const id = await place(cast.asta.id, { ...block, untilOn: until })
  const [standing] = await blocksOf(ctx, cast.asta.id)
  assert(standing?.stands)
  assert.equal(standing.automatic, false)
  const [message] = await sent('exclusion')
  assert.equal(message?.patron_id, cast.asta.id)
  assert.match(message.body, /Du har to gange ikke afleveret\./)
  assert.match(message.body, /20\. februar 2026/)
  assert(!message.body.includes('Ikke afleveret to gange'), 'the reason is for the file')
  assert.deepEqual(await placeLoanBlock(desk, cast.asta.id, block), refused('already-blocked'))
  assert((await liftLoanBlock(desk, id)).ok)
  assert.deepEqual(await blocksOf(ctx, cast.asta.id), [])
})

test('an exclusion goes on paper or by Digital Post to someone who gave no e-mail address, and never by SMS', async () => {
  const exclusion = { code: 'exclusion', reason: 'Skade', message: 'Tre film var ødelagt.' } as const
  for (const patron of [cast.dines, cast.bo]) {
    const id = await place(patron.id, exclusion)
    const message = (await sent('exclusion')).find(({ patron_id }) => patron_id === patron.id)
    assert.equal(message?.channel, 'digital-post')
    assert.match(message.body, /Tre film var ødelagt\./)
    await liftLoanBlock(desk, id)
  }
  await ctx.db.run(sql`update patron set cpr_sealed = null, cpr_hash = null where id = ${cast.dines.id}`)
  await ctx.db.run(sql`delete from message`)
  const id = await place(cast.dines.id, exclusion)
  assert.deepEqual(
    (await sent('exclusion')).map(({ channel }) => channel),
    ['letter'],
  )
  await liftLoanBlock(desk, id)
})

test('only staff at the desk block, ban and lift', async () => {
  const block = { code: 'other' } as const
  const ban = { reason: 'r', message: 'm', fromOn: day('2025-11-20') }
  for (const other of [ctx, staffWith('catalogue', 'finance', 'system', 'data-protection-officer')]) {
    assert.deepEqual(await placeLoanBlock(other, cast.asta.id, block), refused('not-allowed'))
    assert.deepEqual(await placeAccessBan(other, cast.asta.id, ban), refused('not-allowed'))
    assert.deepEqual(await liftLoanBlock(other, ctx.random.uuid(ctx.clock.now())), refused('not-allowed'))
    assert.deepEqual(await liftAccessBan(other, ctx.random.uuid(ctx.clock.now())), refused('not-allowed'))
  }
  const nobody = ctx.random.uuid(ctx.clock.now()) as PatronId
  assert.deepEqual(await placeLoanBlock(desk, nobody, block), refused('unknown'))
  assert.deepEqual(await placeAccessBan(desk, nobody, ban), refused('unknown'))
})

test('an automatic block is placed once, is not lifted by hand, and does not touch one placed by hand', async () => {
  assert.equal(await placeAutomaticBlock(ctx, cast.bo.id, 'emigrated', { message: 'Udrejst' }), true)
  assert.equal(await placeAutomaticBlock(ctx, cast.bo.id, 'emigrated'), false)
  const [block] = await blocksOf(ctx, cast.bo.id)
  assert.deepEqual(await liftLoanBlock(desk, block?.id ?? ''), refused('lifts-itself'))
  assert.equal(await liftAutomaticBlock(ctx, cast.bo.id, 'emigrated'), true)
  assert.equal(await liftAutomaticBlock(ctx, cast.bo.id, 'emigrated'), false)
  const id = await place(cast.bo.id, { code: 'other' })
  assert.equal(await placeAutomaticBlock(ctx, cast.bo.id, 'other'), false)
  assert.equal(await liftAutomaticBlock(ctx, cast.bo.id, 'other'), false)
  assert.equal((await blocksOf(ctx, cast.bo.id)).length, 1)
  await liftLoanBlock(desk, id)
})

test('a block stands through the day before it ends, and the night of that day removes it', async () => {
  await place(cast.bo.id, { code: 'card-stolen', untilOn: day('2025-11-25') })
  library.clock.moveTo(noon('2025-11-24'))
  assert.equal((await blocksOf(ctx, cast.bo.id))[0]?.stands, true)
  assert.equal(await endBlocks(ctx, day('2025-11-24')), 0)
  library.clock.moveTo(noon('2025-11-25'))
  assert.equal((await blocksOf(ctx, cast.bo.id))[0]?.stands, false)
  assert.equal(await endBlocks(ctx, day('2025-11-25')), 1)
  assert.deepEqual(await blocksOf(ctx, cast.bo.id), [])
  assert.deepEqual(
    await placeLoanBlock(desk, cast.bo.id, { code: 'other', untilOn: dayOf(ctx.clock.now()) }),
    refused('ends-before-it-begins'),
  )
})

test('a ban closes the door from its first day through the day before its last, and is told in writing', async () => {
  const ban = { reason: 'Slagsmål', message: 'Du har slået.', fromOn: day('2025-12-01'), untilOn: day('2025-12-08') }
  const placed = await placeAccessBan(desk, cast.bo.id, ban)
  assert(placed.ok)
  const banned = async (on: string) => (await accessBanOn(ctx, cast.bo.id, day(on))) !== undefined
  assert.deepEqual(await Promise.all(['2025-11-30', '2025-12-01', '2025-12-07', '2025-12-08'].map(banned)), [
    false,
    true,
    true,
    false,
  ])
  const [message] = await sent('access-ban')
  assert.match(message?.body ?? '', /From 1 December 2025 and until 8 December 2025/)
  assert.equal(await endBlocks(ctx, day('2025-12-07')), 0)
  assert.equal(await endBlocks(ctx, day('2025-12-08')), 1)
  const { untilOn, ...forever } = ban
  const open = await placeAccessBan(desk, cast.bo.id, forever)
  assert(await banned(untilOn.toString()))
  assert(open.ok)
  assert(await banned('2035-01-01'))
  assert((await liftAccessBan(desk, open.value.id)).ok)
  assert(!(await banned('2035-01-01')))
  assert.deepEqual(await liftAccessBan(desk, open.value.id), refused('unknown'))
})

test('a loan block closes no door', async () => {
  const ids = await Promise.all(
    (['exclusion', 'extended-exclusion'] as const).map((code) =>
      place(cast.clara.id, { code, reason: 'r', message: 'm' }),
    ),
  )
  assert.equal((await blocksOf(ctx, cast.clara.id)).length, 2)
  assert.equal(await accessBanOn(ctx, cast.clara.id, dayOf(ctx.clock.now())), undefined)
  for (const id of ids) await liftLoanBlock(desk, id)
})

test('a block or ban stands on exactly the days from its first to the one before its end', () => {
  const days = fc.integer({ min: -400, max: 400 }).map((n) => day('2026-02-28').add({ days: n }))
  fc.assert(
    fc.property(days, fc.option(days), days, (from_on, until_on, on) => {
      const inside = from_on.until(on).days >= 0 && (until_on === null || on.until(until_on).days > 0)
      assert.equal(stands({ from_on, until_on }, on), inside)
    }),
  )
})

test('each block has a sentence in both languages and a letter for other systems, and the gravest comes first', () => {
  for (const code of BLOCK_CODES) {
    assert.match(blockText(code).da, /\.$/)
    assert.match(blockText(code).en, /\.$/)
    assert.match(FBS_BLOCK_LETTER[code], /^[A-Z]$/)
  }
  const codes = gravestFirst([{ code: 'debt' }, { code: 'other' }, { code: 'deceased' }] as const).map(
    ({ code }) => code,
  )
  assert.deepEqual(codes, ['deceased', 'debt', 'other'])
  assert.match(decisionRefusalText({ kind: 'lifts-itself' }, 'da'), /automatisk/)
})

test('a CPR number is found in a text however it is written, and a telephone or card number is none', () => {
  for (const text of [
    '6101700001',
    'cpr 610170-0001.',
    'Er 61.01.70-0001',
    '61 01 70 0001',
    'x610170 - 0001x',
    '610170–0001',
  ]) {
    assert(holdsCpr(text), text)
  }
  for (const text of ['', '+45 12 34 56 78', '21000000001', '3846515731', '2025-11-20 12:00', '61017000011']) {
    assert(!holdsCpr(text), text)
  }
})

test('no CPR number can be written into a note, a reason or a message', async () => {
  assert.deepEqual(await writeNote(desk, cast.asta.id, 'staff', 'Er også 740385-1048'), refused('cpr-in-text'))
  assert.match(noteRefusalText({ kind: 'cpr-in-text' }, 'da'), /krypteret/)
  for (const text of [
    { reason: '7403851048', message: 'm' },
    { reason: 'r', message: '740385 1048' },
  ]) {
    assert.deepEqual(await placeLoanBlock(desk, cast.asta.id, { code: 'exclusion', ...text }), refused('cpr-in-text'))
    const ban = { ...text, fromOn: day('2026-01-01') }
    assert.deepEqual(await placeAccessBan(desk, cast.asta.id, ban), refused('cpr-in-text'))
  }
})

test('a note for staff and a note for the patron are different things, and both are kept until removed', async () => {
  const internal = await writeNote(desk, cast.asta.id, 'staff', ' Hører dårligt ')
  const printed = await writeNote(staffWith('data-protection-officer'), cast.asta.id, 'patron', 'Din bog ligger her')
  assert(internal.ok && printed.ok)
  assert.deepEqual(
    (await notesOf(ctx, cast.asta.id, 'staff')).map(({ text }) => text),
    ['Hører dårligt'],
  )
  assert.deepEqual(
    (await notesOf(ctx, cast.asta.id, 'patron')).map(({ text }) => text),
    ['Din bog ligger her'],
  )
  assert.equal((await notesOf(ctx, cast.asta.id)).length, 2)
  assert((await removeNote(desk, internal.value.id)).ok)
  assert.equal((await notesOf(ctx, cast.asta.id)).length, 1)
})

test('a note is neither empty nor longer than two thousand characters, and not everyone writes one', async () => {
  assert.deepEqual(await writeNote(desk, cast.asta.id, 'staff', ' \n '), refused('empty'))
  assert((await writeNote(desk, cast.dines.id, 'staff', 'a'.repeat(2000))).ok)
  assert.deepEqual(await writeNote(desk, cast.dines.id, 'staff', 'a'.repeat(2001)), {
    ok: false,
    refusal: { kind: 'too-long', most: 2000 },
  })
  assert.deepEqual(await writeNote(ctx, cast.asta.id, 'staff', 'x'), refused('not-allowed'))
  assert.deepEqual(await writeNote(staffWith('finance'), cast.asta.id, 'staff', 'x'), refused('not-allowed'))
  assert.deepEqual(await removeNote(staffWith('finance'), ctx.random.uuid(ctx.clock.now())), refused('not-allowed'))
  assert.deepEqual(
    await writeNote(desk, ctx.random.uuid(ctx.clock.now()) as PatronId, 'staff', 'x'),
    refused('unknown'),
  )
})

test('a task is raised once while it is open, and again when its cause returns', async () => {
  assert.equal(await raiseTask(ctx, cast.bo.id, 'emigrated'), true)
  assert.equal(await raiseTask(ctx, cast.bo.id, 'emigrated'), false)
  assert.equal(await raiseTask(ctx, cast.bo.id, 'custody-changed'), true)
  assert.equal(await raiseTask(ctx, cast.asta.id, 'emigrated'), true)
  const { tasks, count } = await openTasks(ctx)
  assert.deepEqual([...count].sort(), [
    ['custody-changed', 1],
    ['emigrated', 2],
  ])
  const first = tasks.find(({ patron_id, kind }) => patron_id === cast.bo.id && kind === 'emigrated')
  assert(first)
  assert.equal(first.number, cast.bo.number)
  assert.deepEqual(await finishTask(ctx, first.id), refused('not-allowed'))
  assert((await finishTask(desk, first.id)).ok)
  assert((await finishTask(desk, first.id)).ok)
  assert.deepEqual(await finishTask(desk, ctx.random.uuid(ctx.clock.now())), refused('unknown'))
  assert.equal((await openTasks(ctx)).tasks.length, 2)
  assert.equal(await raiseTask(ctx, cast.bo.id, 'emigrated'), true)
})
