import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { at, type PatronId } from '#core'
import { sql, transact } from '#db'
import { openTestLibrary } from '../../test/support/library.ts'
import { emptyLibrary, Planter, publishAtOnce } from '../../test/support/rows.ts'
import { type Disclosure, disclose } from './disclosures.ts'
import { restrictPatron } from './restriction.ts'
import type { DisclosureRow } from './tables.ts'

const library = await openTestLibrary()
after(() => library.close())
library.clock.moveTo(at(Temporal.PlainDate.from('2026-02-10'), '12:00'))
const ctx = library.context()
let asta: PatronId
let sent: number

beforeEach(async () => {
  await emptyLibrary(ctx)
  asta = (await (await Planter.of(ctx)).row('patron')) as PatronId
  sent = 0
})

async function count(): Promise<void> {
  sent += 1
}

async function handOver(change: Partial<Disclosure> = {}, send = count) {
  library.clock.moveTo(library.clock.now().add({ seconds: 1 }))
  const asked = { recipient: 'email', patron: asta, fields: ['patron.email'], purpose: 'messages', ...change }
  const result = await disclose(ctx, asked, send)
  const rows = await ctx.db.all<DisclosureRow>(sql`select * from disclosure order by made_at`)
  const row = rows.at(-1)
  return { kind: result.ok ? 'ok' : result.refusal.kind, row, rows: rows.length }
}

test('what the policy names for a recipient is handed over, and both know it', async () => {
  const { kind, row } = await handOver()
  assert.equal(kind, 'ok')
  assert.equal(sent, 1)
  assert.deepEqual(
    [row?.recipient, row?.fields, row?.purpose, row?.outcome, row?.patron_id],
    ['email', 'patron.email', 'messages', 'handed-over', asta],
  )
})

test('nothing leaves for somebody, something or some use that the policy does not name, and it is written down', async () => {
  const cases: [Partial<Disclosure>, string][] = [
    [{ recipient: 'advertiser' }, 'unknown-recipient'],
    [{ fields: ['patron.email', 'loan.title_id'] }, 'field-not-named'],
    [{ purpose: 'lending' }, 'other-purpose'],
  ]
  for (const [index, [change, expected]] of cases.entries()) {
    const { kind, row, rows } = await handOver(change)
    assert.deepEqual([kind, row?.outcome, row?.refused_because, rows], [expected, 'refused', expected, index + 1])
  }
  assert.equal(sent, 0)
})

test('a recipient the library no longer uses gets nothing', async () => {
  await publishAtOnce(ctx, (policy) => {
    for (const recipient of policy.recipients) if (recipient.id === 'sms') recipient.active = false
  })
  assert.equal((await handOver({ recipient: 'sms', fields: ['patron.phone'] })).kind, 'inactive-recipient')
  assert.equal((await handOver()).kind, 'ok')
})

test('of a restricted patron only a claim leaves the library', async () => {
  await restrictPatron(ctx, asta, 'Sag')
  assert.equal((await handOver()).kind, 'restricted')
  assert.equal(sent, 0)
  const claim = { recipient: 'gaeldsstyrelsen', fields: ['fee.amount_ore'], purpose: 'collection' }
  assert.equal((await handOver(claim)).kind, 'ok')
})

test('the row is there before anything is sent', async () => {
  let before = -1
  await handOver({}, async () => {
    before = (await ctx.db.one<{ rows: number }>(sql`select count(*)::int as rows from disclosure`)).rows
  })
  assert.equal(before, 1)
})

test('what could not be sent is not said to be handed over, and its words reach no log', async () => {
  const lines: string[] = []
  const note = (fields: Record<string, unknown>, message: string) => void lines.push(JSON.stringify(fields), message)
  const noting = { ...ctx, log: { info: note, warn: note, error: note } }
  const asked = { recipient: 'email', patron: asta, fields: ['patron.email'], purpose: 'messages' }
  const result = await disclose(noting, asked, async () => {
    throw new Error('550 no such mailbox asta@example.dk')
  })
  assert.ok(!result.ok && result.refusal.kind === 'not-delivered')
  const row = await ctx.db.one<DisclosureRow>(sql`select * from disclosure`)
  assert.deepEqual([row.outcome, row.refused_because], ['refused', 'not-delivered'])
  assert.ok(lines.length > 0)
  assert.doesNotMatch(lines.join(' '), /example\.dk/)
})

test('nothing is handed over inside a transaction that could still be taken back', async () => {
  const inside = transact(ctx, (ctx) =>
    disclose(ctx, { recipient: 'email', patron: asta, fields: ['patron.email'], purpose: 'messages' }, async () => {
      sent += 1
    }),
  )
  await assert.rejects(inside, /inside a transaction/)
  assert.equal(sent, 0)
})
