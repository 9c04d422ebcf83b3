import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Actor, at, dayOf, type StaffId, type StaffRole } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import { openTestLibrary, type TestLibrary } from '../../test/support/library.ts'
import { clauseOf, type SamplePolicy, sampleText, two } from '../../test/support/policy.ts'
import { register } from '../rooms.ts'
import { requireFeature } from './features.ts'
import { previewPolicy } from './preview-policy.ts'
import { approvePolicy, proposals, proposePolicy, publishPolicy, withdrawProposal } from './publish.ts'
import { forgetPolicyCache, foundPolicy, policyOf, versions } from './published.ts'

let library: TestLibrary
let day = 0

before(async () => {
  library = await openTestLibrary({ policy: () => sampleText() })
})
after(() => library.close())

function staff(name: string, ...roles: StaffRole[]): Actor {
  return { kind: 'staff', id: `00000000-0000-7000-8000-0000000000${name}` as StaffId, roles }
}

const ANNE = staff('a1', 'data-protection-officer')
const BENT = staff('b2', 'system')
const CARL = staff('c3', 'desk')
const operator: Actor = { kind: 'operator', name: 'drift' }

/** Each test has a day of its own, so that no proposal is as old as another test's version. */
function tomorrow(): Context {
  day += 1
  library.clock.moveTo(at(Temporal.PlainDate.from('2025-11-20').add({ days: day }), '12:00'))
  return library.context(ANNE)
}

function as(actor: Actor): Context {
  return library.context(actor)
}

/** A policy like the one in force, but for one sentence or what a test changes. */
function another(name: string, change: (policy: SamplePolicy) => void = () => {}): string {
  return sampleText((policy) => {
    policy.storage = { place: two(name), says: 'notice line 1' }
    change(policy)
  })
}

async function approved(text: string): Promise<string> {
  const proposed = await proposePolicy(as(ANNE), text, register)
  assert.ok(proposed.ok, JSON.stringify(proposed))
  assert.ok((await approvePolicy(as(BENT), proposed.value.id)).ok)
  return proposed.value.id
}

async function published(text: string): Promise<number> {
  const done = await publishPolicy(as(ANNE), await approved(text), register, { confirmed: true })
  assert.ok(done.ok, JSON.stringify(done))
  return done.value.number
}

function kindOf(result: { ok: boolean; refusal?: { kind: string; because?: unknown } }): string {
  return result.ok ? 'ok' : [result.refusal?.kind, result.refusal?.because].filter(Boolean).join(' ')
}

test('a library begins with its founding policy, in the operator’s name', async () => {
  const founding = await policyOf(as(ANNE))
  assert.equal(founding.number, 1)
  assert.equal(founding.founded_by, 'test')
  assert.equal(founding.proposed_by, null)
  assert.match(founding.hash, /^[0-9a-f]{64}$/)
})

test('founding again with the same text changes nothing, with another it is refused', async () => {
  const again = await foundPolicy(as(operator), sampleText(), register, 'drift')
  assert.ok(again.ok)
  assert.equal(again.value.founded_by, 'test')
  assert.equal(kindOfFault(await foundPolicy(as(operator), another('elsewhere'), register, 'drift')), 1)
})

function kindOfFault(result: { ok: boolean; refusal?: readonly unknown[] }): number {
  return result.ok ? 0 : (result.refusal?.length ?? 0)
}

test('a feature the policy is silent about refuses', async () => {
  assert.equal((await requireFeature(as(CARL), 'loan')).ok, true)
  const refused = await requireFeature(as(CARL), 'gaming_booking')
  assert.deepEqual(refused.ok ? undefined : refused.refusal, { kind: 'feature-off', data: 'gaming-booking' })
})

test('two members of staff publish a policy, and it is in force at once', async () => {
  tomorrow()
  const text = another('in Aarhus')
  const proposed = await proposePolicy(as(ANNE), text, register)
  assert.ok(proposed.ok)
  const { id } = proposed.value
  assert.equal(kindOf(await publishPolicy(as(ANNE), id, register)), 'not-approved')
  assert.equal(kindOf(await approvePolicy(as(BENT), id)), 'ok')
  const done = await publishPolicy(as(ANNE), id, register)
  assert.ok(done.ok)
  assert.equal(done.value.text, text)
  assert.equal(done.value.number, 2)
  // It says 1 January; but nothing is in force before it is published.
  assert.equal(done.value.effective_on.toString(), dayOf(library.clock.now()).toString())
  assert.equal((await policyOf(as(CARL))).number, 2)
  assert.equal((await policyOf(as(CARL))).policy.storage.place.en, 'in Aarhus')
  assert.equal(kindOf(await publishPolicy(as(ANNE), id, register)), 'stale published')
})

test('nobody approves their own proposal, not even past the program', async () => {
  tomorrow()
  const proposed = await proposePolicy(as(ANNE), another('own'), register)
  assert.ok(proposed.ok)
  const { id } = proposed.value
  assert.equal(kindOf(await approvePolicy(as(ANNE), id)), 'same-person')
  await assert.rejects(
    as(ANNE).db.run(sql`update policy_proposal set approved_by = proposed_by where id = ${id}`),
    /violates check constraint/,
  )
})

test('only data protection officers and administrators decide; an operator may finish what two have decided', async () => {
  tomorrow()
  for (const actor of [CARL, operator, { kind: 'system', job: 'x' } as const]) {
    assert.equal(kindOf(await proposePolicy(as(actor), another('who'), register)), 'not-allowed')
  }
  const proposed = await proposePolicy(as(BENT), another('who'), register)
  assert.ok(proposed.ok)
  assert.equal(kindOf(await approvePolicy(as(CARL), proposed.value.id)), 'not-allowed')
  assert.equal(kindOf(await approvePolicy(as(operator), proposed.value.id)), 'not-allowed')
  assert.equal(kindOf(await approvePolicy(as(ANNE), proposed.value.id)), 'ok')
  assert.equal(kindOf(await publishPolicy(as(CARL), proposed.value.id, register)), 'not-allowed')
  assert.equal(kindOf(await publishPolicy(as(operator), proposed.value.id, register)), 'ok')
})

test('a faulty policy is not proposed', async () => {
  tomorrow()
  const faulty = await proposePolicy(
    as(ANNE),
    another('faulty', (policy) => {
      clauseOf(policy, 'loan').from = 'never'
    }),
    register,
  )
  assert.equal(kindOf(faulty), 'faulty')
})

test('the same proposal twice is one', async () => {
  tomorrow()
  const ids = []
  for (let i = 0; i < 2; i++) {
    const proposed = await proposePolicy(as(ANNE), another('twice'), register)
    ids.push(proposed.ok && proposed.value.id)
  }
  assert.equal(ids[0], ids[1])
})

test('a version that was published before is not proposed again', async () => {
  tomorrow()
  assert.deepEqual(await proposePolicy(as(ANNE), sampleText(), register), {
    ok: false,
    refusal: { kind: 'published-before', number: 1 },
  })
})

test('what has been withdrawn is neither approved nor published', async () => {
  tomorrow()
  const id = await approved(another('withdrawn'))
  assert.equal(kindOf(await withdrawProposal(as(CARL), id)), 'not-allowed')
  assert.equal(kindOf(await withdrawProposal(as(BENT), id)), 'ok')
  assert.equal(kindOf(await withdrawProposal(as(BENT), id)), 'ok')
  assert.equal(kindOf(await approvePolicy(as(BENT), id)), 'stale withdrawn')
  assert.equal(kindOf(await publishPolicy(as(BENT), id, register)), 'stale withdrawn')
  assert.ok((await proposals(as(BENT))).some((one) => one.id === id && one.withdrawn_at))
})

test('a proposal that has never been made is unknown', async () => {
  for (const id of ['00000000-0000-7000-8000-000000000000', 'x', '']) {
    assert.equal(kindOf(await approvePolicy(as(BENT), id)), 'unknown')
    assert.equal(kindOf(await publishPolicy(as(BENT), id, register)), 'unknown')
    assert.equal(kindOf(await withdrawProposal(as(BENT), id)), 'unknown')
  }
})

test('a proposal made before another version was published must be made again', async () => {
  tomorrow()
  const old = await approved(another('old'))
  tomorrow()
  await published(another('newer'))
  assert.equal(kindOf(await publishPolicy(as(BENT), old, register)), 'stale superseded')
})

test('a policy that begins later waits for its day', async () => {
  const ctx = tomorrow()
  const now = (await policyOf(ctx)).number
  const begins = dayOf(library.clock.now()).add({ days: 2 })
  const number = await published(
    another('later', (policy) => {
      policy.effective = begins.toString()
    }),
  )
  assert.equal((await policyOf(ctx)).number, now)
  tomorrow()
  assert.equal((await policyOf(ctx)).number, now)
  tomorrow()
  assert.equal((await policyOf(ctx)).number, number)
})

test('two who publish at once get numbers of their own', async () => {
  tomorrow()
  const ids = [await approved(another('one')), await approved(another('two'))]
  const done = await Promise.all(ids.map((id) => publishPolicy(as(BENT), id, register)))
  const numbers = (await versions(as(BENT))).map(({ number }) => number)
  assert.ok(done.every((one) => one.ok))
  assert.deepEqual(
    numbers,
    [...numbers.keys()].map((i) => numbers.length - i),
  )
})

test('publishing one proposal twice at once makes one version', async () => {
  tomorrow()
  const id = await approved(another('once'))
  const done = await Promise.all([1, 2].map(() => publishPolicy(as(BENT), id, register)))
  assert.deepEqual(done.map(kindOf).sort(), ['ok', 'stale published'])
})

test('the policy in force is remembered, and asked for anew when forgotten', async () => {
  const ctx = tomorrow()
  const first = await policyOf(ctx)
  assert.equal(await policyOf(as(CARL)), first)
  await ctx.db.run(sql`update policy_version set founded_by = 'someone else' where number = 1`)
  forgetPolicyCache(ctx)
  assert.notEqual(await policyOf(ctx), first)
  assert.deepEqual((await policyOf(ctx)).policy, first.policy)
})

test('a shorter period shows how many rows would go, and is not published unconfirmed when they are many', async () => {
  const ctx = tomorrow()
  const now = library.clock.now()
  await ctx.db.run(sql`
    insert into access_log (id, patron_id, staff_id, seen_at, what, why)
    select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(),
           ${now}::timestamptz - n * interval '24 hours', 'account', 'desk'
    from generate_series(1, 200) as n`)
  const shorter = another('shorter', (policy) => {
    clauseOf(policy, 'access-log').keep = 'P100D'
  })
  const preview = await previewPolicy(ctx, shorter, register)
  assert.ok(preview.ok)
  assert.deepEqual(
    preview.value.reaches.map(({ clause, rows, total, percent }) => ({ clause, rows, total, percent })),
    // The night after next noon takes what was seen a hundred days before it or earlier: 99 days ago and more.
    [{ clause: 'access-log/seen', rows: 102, total: 200, percent: 51 }],
  )
  assert.equal(preview.value.reaches[0]?.oldest_on?.toString(), dayOf(now.subtract({ hours: 200 * 24 })).toString())
  assert.deepEqual(
    preview.value.diff.clauses.map(({ kind, name }) => `${kind} ${name}`),
    ['changed access-log/seen'],
  )
  const id = await approved(shorter)
  const refused = await publishPolicy(as(ANNE), id, register)
  assert.equal(kindOf(refused), 'needs-confirmation')
  assert.ok(!refused.ok && refused.refusal.kind === 'needs-confirmation')
  assert.equal(refused.refusal.above_percent, 10)
  assert.equal(refused.refusal.reaches[0]?.rows, 102)
  const confirmed = await publishPolicy(as(ANNE), id, register, { confirmed: true })
  assert.ok(confirmed.ok)
  const proposal = (await proposals(ctx)).find((one) => one.id === id)
  assert.ok(proposal?.confirmed_at)
  assert.equal(proposal.published_number, confirmed.value.number)
})

test('every clause that shortens can be previewed, whatever its table', async () => {
  const ctx = tomorrow()
  const preview = await previewPolicy(
    ctx,
    another('all', (policy) => {
      for (const clause of policy.clauses) {
        if (clause.data === 'bookkeeping-entry') clause.keep = 'P3Y'
        else if (clause.data !== 'reservation' && !/-file|backup/.test(String(clause.data))) clause.keep = 'P0D'
      }
    }),
    register,
  )
  assert.ok(preview.ok, JSON.stringify(preview))
  assert.deepEqual(preview.value.reaches.map(({ clause }) => clause).sort(), [
    'access-log/seen',
    'bookkeeping-entry/settled',
    'compensation/settled',
    'consent/withdrawn',
    'disclosure/made',
    'fee/settled',
    'hold/ended',
    'loan/settled',
    'message/given-up',
    'message/sent',
    'patron/last-active',
    'payment/paid',
    'restriction/ended',
    'rights-case/closed',
    'session/expires',
    'staff/left',
  ])
})

test('rows under a legal hold are not counted among those that would go', async () => {
  const ctx = tomorrow()
  const text = another('held', (policy) => {
    clauseOf(policy, 'access-log').keep = 'P50D'
  })
  const rowsGoing = async () => {
    const preview = await previewPolicy(ctx, text, register)
    return preview.ok ? preview.value.reaches[0]?.rows : undefined
  }
  const before = await rowsGoing()
  assert.ok(before && before > 10)
  await ctx.db.run(sql`
    insert into hold (id, table_name, row_id, patron_id, reason, placed_by, placed_at)
    select gen_random_uuid(), 'access_log', id, patron_id, 'case', 'staff', ${library.clock.now()}
    from access_log where seen_at < ${library.clock.now().subtract({ hours: 60 * 24 })}
    order by seen_at desc limit 5`)
  assert.equal(await rowsGoing(), before - 5)
})

test('a longer period takes nothing, and few rows need no confirmation', async () => {
  tomorrow()
  const longer = another('longer', (policy) => {
    clauseOf(policy, 'access-log').keep = 'P2Y'
  })
  const preview = await previewPolicy(as(ANNE), longer, register)
  assert.deepEqual(preview.ok ? preview.value.reaches.map(({ rows }) => rows) : [], [0])
  assert.equal(kindOf(await publishPolicy(as(ANNE), await approved(longer), register)), 'ok')
})

test('a library with two policies on file loads an old one that names what was planned then', async () => {
  const ctx = tomorrow()
  await ctx.db.run(sql`
    update policy_version set text = replace(text, 'data: access-log', 'data: look-ups') where number = 2`)
  const old = (await versions(ctx)).find(({ number }) => number === 2)
  assert.ok(old?.policy.clauses.some((clause) => clause.data === 'look-ups'))
})
