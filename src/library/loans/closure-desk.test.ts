import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { closedDaysOf } from '#agencies'
import { addStaff } from '#auth'
import type { StaffId, StaffRole } from '#core'
import { sql } from '#db'
import { CLOSURE_PATH, closures } from '#lending-rules'
import { settingHistory } from '#settings'
import type { Context } from '#vault'
import type { Site, StaffActor } from '#web'
import { castIn, noon } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { testWeb } from '../../../test/support/site.ts'
import { type Visitor, visit } from '../../../test/support/visitor.ts'
import { checkout, registerClosureDesk } from './index.ts'

const PAGE = `/fredensborg${CLOSURE_PATH}`
let library: TestLibrary
let ctx: Context
let app: FastifyInstance
let keeper: Visitor
let desk: Visitor
const present = new Map<string, StaffActor>()
const FLOOD = { from: '2026-02-20', to: '2026-02-23', branch: '', reason_da: 'Vandskade', reason_en: 'Water damage' }

before(async () => {
  library = await openTestLibrary({ begin: Temporal.PlainDate.from('2026-01-22') })
  ctx = library.context()
  const cast = await castIn(ctx)
  for (const [card, barcode] of [
    [cast.asta.card, 'A1'],
    [cast.asta.card, 'B1'],
    [cast.bo.card, 'C1'],
  ] as const) {
    assert.ok((await checkout(ctx, { card, barcode })).ok)
  }
  app = await testWeb()
  registerClosureDesk(app, siteOf())
  keeper = await staff('dorte', ['system'], '127.0.9.1')
  desk = await staff('frida', ['desk'], '127.0.9.3')
})
after(async () => {
  await app?.close()
  await library.close()
})

async function staff(username: string, roles: StaffRole[], address: string): Promise<Visitor> {
  const person = { username, name: `${username} Prøve`, email: null, roles, password: 'fire store gule løver' }
  assert.ok((await addStaff(library.context({ kind: 'operator', name: 'drift' }), person)).ok)
  const { id } = await ctx.db.one<{ id: StaffId }>(sql`select id from staff where username = ${username}`)
  present.set(address, { id, roles, name: person.name })
  return visit(app, address)
}

function siteOf(): Site {
  return {
    context: () => library.context(),
    agencyTitle: () => 'Fredensborg Bibliotekerne',
    staff: (request) => present.get(request.ip),
    requireStaff(request, reply, ...roles) {
      const there = present.get(request.ip)
      if (there && (roles.length === 0 || roles.some((role) => there.roles.includes(role)))) return there
      void reply.code(403).send('nej')
      return undefined
    },
    patron: () => undefined,
    requirePatron: () => undefined,
  }
}

const plain = (body: string) => body.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
const due = async () =>
  (await ctx.db.all<{ due_on: Temporal.PlainDate }>(sql`select distinct due_on from loan`)).map(({ due_on }) =>
    due_on.toString(),
  )

test('what will move is shown first, and nothing has happened yet', async () => {
  assert.match(plain((await keeper.get(PAGE)).body), /Ingen lukninger er meldt/)
  const preview = await keeper.send(PAGE, PAGE, FLOOD)
  assert.equal(preview.statusCode, 200)
  assert.match(
    plain(preview.body),
    /20\. februar 2026 til 23\. februar 2026, alle filialer: Vandskade Lån, der får en ny frist 3 Reserveringer, der venter længere 0 Lånere, der får besked 2/,
  )
  assert.deepEqual(await due(), ['2026-02-21'])
  assert.deepEqual(await closedDaysOf(ctx, 2026), [])
})

test('announced, it moves and tells, and the page says when all is done', async () => {
  await keeper.send(PAGE, PAGE, FLOOD)
  const announced = await keeper.post(PAGE, {
    ...FLOOD,
    step: 'announce',
    _csrf: /name="_csrf" value="([^"]+)"/.exec((await keeper.send(PAGE, PAGE, FLOOD)).body)?.[1] ?? '',
  })
  assert.equal(announced.statusCode, 303)
  assert.deepEqual(await due(), ['2026-02-24'])
  assert.equal((await closedDaysOf(ctx, 2026)).length, 4)
  const { told } = await ctx.db.one<{ told: number }>(
    sql`select count(*)::int as told from message where kind = 'due-moved'`,
  )
  assert.equal(told, 2)
  const page = plain((await desk.get(PAGE)).body)
  assert.match(
    page,
    /20\. februar 2026 til 23\. februar 2026 alle filialer Vandskade Færdig\. Det drejede sig om 3 lån/,
  )
  assert.equal((await settingHistory(ctx, closures.name))[0]?.changed_by, present.get('127.0.9.1')?.id)
})

test('while something is left the page says how much, and how far it is', async () => {
  await ctx.db.run(
    sql`update loan set due_on = '2026-02-21' where item_id = (select id from item where barcode = 'A1')`,
  )
  const page = (await desk.get(PAGE)).body
  assert.match(plain(page), /Der mangler 1 lån og 0 reserveringer\. De flyttes af sig selv/)
  assert.match(page, /<progress max="100" value="66">/)
})

test('what is no day, is backwards, long over or without a reason is told at its field', async () => {
  const faults = async (given: Record<string, string>) => {
    const sent = await keeper.send(PAGE, PAGE, { ...FLOOD, ...given })
    assert.equal(sent.statusCode, 422)
    return [...sent.body.matchAll(/id="([\w-]+)-error"/g)].map(([, field]) => field)
  }
  assert.deepEqual(await faults({ from: 'i morgen' }), ['from'])
  assert.deepEqual(await faults({ to: '2026-02-31' }), ['to'])
  assert.deepEqual(await faults({ to: '2026-02-19' }), ['to'])
  assert.deepEqual(await faults({ to: '2026-12-31' }), ['to'])
  assert.deepEqual(await faults({ from: '2025-11-01' }), ['from'])
  assert.deepEqual(await faults({ reason_da: '', reason_en: ' ' }), ['reason_da', 'reason_en'])
  assert.deepEqual(await faults({ branch: 'nowhere' }), ['branch'])
  library.clock.moveTo(noon('2026-03-30'))
  assert.deepEqual(await faults({ step: 'announce' }), ['from'])
})

test('everyone at the desk sees what is closed; only the system’s keepers announce it', async () => {
  assert.equal((await desk.get(PAGE)).statusCode, 200)
  assert.ok(!(await desk.get(PAGE)).body.includes('<form method="post"'))
  assert.equal((await desk.post(PAGE, FLOOD)).statusCode, 403)
})
