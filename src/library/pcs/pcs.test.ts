import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addStaff, addTerminal } from '#auth'
import { dayOf, type StaffRole } from '#core'
import { sql } from '#db'
import { runRetention } from '#privacy'
import { currentSetting } from '#settings'
import { type MyPages, openMyPages } from '../../../test/support/my-pages.ts'
import { publishAtOnce } from '../../../test/support/rows.ts'
import { signInAs, type Visitor, visit } from '../../../test/support/visitor.ts'
import { register } from '../../rooms.ts'
import { tidyPcs } from './index.ts'
import { pcTimes } from './setting.ts'

const PASSWORD = 'fire store gule løver'
const PIN = '7391'
const DESK = '/herning/staff/pcs'
const GAMING = '/herning/gaming'

let my: MyPages
let desk: Visitor
const keys = new Map<string, string>()

before(async () => {
  my = await openMyPages('herning')
  const operator = my.library.context({ kind: 'operator', name: 'drift' })
  const roles: StaffRole[] = ['desk', 'system']
  assert.ok((await addStaff(operator, { username: 'dora', name: 'Dora', email: null, roles, password: PASSWORD })).ok)
  desk = visit(my.app)
  await signInAs(desk, 'herning', { username: 'dora', password: PASSWORD })
  for (const name of ['pc-1', 'pc-2']) {
    const branch = my.cast.branch
    const made = await addTerminal(operator, { name, kind: 'self-service', branch, withoutPin: false })
    assert.ok(made.ok)
    keys.set(name, made.value.secret)
  }
})
after(() => my.close())

async function ask(pc: string, what: 'log-on' | 'log-off', payload: Record<string, string> = {}) {
  const authorization = `Basic ${Buffer.from(`${pc}:${keys.get(pc)}`).toString('base64')}`
  const url = `/herning/terminal/pc/${what}`
  const answer = await my.app.inject({ method: 'POST', url, payload, headers: { authorization } })
  return { status: answer.statusCode, ...answer.json<{ until?: string; refused?: string[]; logged_off?: boolean }>() }
}
const sessions = () =>
  my.library.context().db.all<{ pc: string; minutes: number | null }>(sql`
    select pc, (extract(epoch from ended_at - begun_at) / 60)::int as minutes from pc_session order by begun_at, id`)

test('a patron logs on to a free PC with card and PIN, and it is kept which and for how long', async () => {
  const { asta, bo } = my.cast
  assert.equal((await ask('pc-1', 'log-on', { card: asta.card, pin: '0000' })).status, 403)
  const on = await ask('pc-1', 'log-on', { card: asta.card, pin: PIN })
  assert.equal(on.status, 200)
  assert.ok(on.until)
  assert.deepEqual((await ask('pc-1', 'log-on', { card: bo.card, pin: PIN })).refused, ['occupied'])
  const page = (await desk.get(DESK)).body
  assert.match(page, /pc-1/)
  assert.ok(!page.includes('Asta'), 'staff see that it is in use, not by whom')
  my.pass({ minutes: 30 })
  assert.equal((await ask('pc-1', 'log-off')).logged_off, true)
  assert.equal((await ask('pc-1', 'log-off')).logged_off, false)
  assert.deepEqual(await sessions(), [{ pc: 'pc-1', minutes: 30 }])
})

test('whoever has used up their time is logged off and refused, and the PC is free for the next', async () => {
  const { asta, bo } = my.cast
  assert.equal((await ask('pc-1', 'log-on', { card: asta.card, pin: PIN })).status, 200)
  my.pass({ minutes: 91 })
  assert.deepEqual((await ask('pc-2', 'log-on', { card: asta.card, pin: PIN })).refused, ['time-used-up'])
  assert.equal((await ask('pc-1', 'log-on', { card: bo.card, pin: PIN })).status, 200)
  assert.deepEqual(await sessions(), [
    { pc: 'pc-1', minutes: 30 },
    { pc: 'pc-1', minutes: 90 },
    { pc: 'pc-1', minutes: null },
  ])
  assert.equal((await ask('pc-2', 'log-on', { card: bo.card, pin: PIN })).status, 200, 'elsewhere ends the first')
  assert.equal((await sessions()).filter(({ minutes }) => minutes === null).length, 1)
})

test('which PC somebody was logged on to is forgotten within a day and a night of their logging on', async () => {
  my.pass({ hours: 23 })
  await tidyPcs(my.library.context())
  assert.ok((await sessions()).length > 0)
  my.pass({ minutes: 50 })
  await tidyPcs(my.library.context())
  assert.deepEqual(await sessions(), [])
})

test('a gaming PC is booked with a telephone number; a time that is taken is refused, and staff see whom to call', async () => {
  const name = 'Gaming 1'
  assert.equal((await desk.send(DESK, DESK, { name })).statusCode, 303)
  const ctx = my.library.context()
  const { id } = await ctx.db.one<{ id: string }>(sql`select id from gaming_pc where name = ${name}`)
  const guest = visit(my.app, '127.0.10.1')
  const day = dayOf(my.library.clock.now()).add({ days: 2 }).toString()
  const wish = { pc: id, day, from: '15:30', phone: '+45 00 00 00 88' }
  for (const [change, field] of [
    [{ phone: '' }, 'phone'],
    [{ from: 'snart' }, 'from'],
    [{ day: '' }, 'from'],
  ] as const) {
    const faulty = await guest.send(GAMING, GAMING, { ...wish, ...change })
    assert.equal(faulty.statusCode, 422)
    assert.match(faulty.body, new RegExp(`href="#${field}"`))
  }
  assert.equal((await guest.send(GAMING, GAMING, wish)).statusCode, 303)
  const overlapping = await guest.send(GAMING, GAMING, { ...wish, from: '16:00' })
  assert.equal(overlapping.statusCode, 422)
  assert.match(overlapping.body, /Den er optaget/)
  const page = (await guest.get(GAMING)).body
  assert.ok(page.includes('Optaget') && !page.includes(wish.phone), 'nobody else is told who has booked')
  assert.ok((await desk.get(DESK)).body.includes(wish.phone))
  assert.equal((await guest.send(GAMING, GAMING, { ...wish, from: '16:30' })).statusCode, 303)
})

test('the telephone number of a booking is gone a month after the time that was booked, and not before', async () => {
  const ctx = my.library.context()
  const count = async () => (await ctx.db.all(sql`select from gaming_booking`)).length
  const day = dayOf(my.library.clock.now()).add({ days: 2 })
  await runRetention(ctx, register, day.add({ months: 1 }).subtract({ days: 1 }))
  assert.equal(await count(), 2)
  await runRetention(ctx, register, day.add({ months: 1, days: 1 }))
  assert.equal(await count(), 0)
})

test('how long one may use the PCs is the library’s to decide', async () => {
  const given = { basedOn: '0', minutesADay: '30', bookingMinutes: '60' }
  assert.equal((await desk.send(DESK, `${DESK}/times`, { ...given, minutesADay: '2000' })).statusCode, 422)
  assert.equal((await desk.send(DESK, `${DESK}/times`, given)).statusCode, 303)
  const on = await ask('pc-1', 'log-on', { card: my.cast.clara.card, pin: PIN })
  const until = Temporal.Instant.from(on.until ?? '')
  assert.equal(my.library.clock.now().until(until).total('minutes'), 30)
})

test('who changed how long one may use the PCs is told, and an earlier choice is brought back', async () => {
  const history = `${DESK}/history`
  const page = (await desk.get(history)).body
  assert.match(page, /120[\s\S]*30/)
  assert.match(page, /Dora/)
  const [, basedOn = ''] = /name="based_on" value="(\d+)"/.exec(page) ?? []
  assert.equal((await desk.send(history, history, { version: '0', based_on: basedOn })).statusCode, 303)
  const { content } = await currentSetting(my.library.context(), pcTimes)
  assert.deepEqual(content, { minutesADay: 120, bookingMinutes: 60 })
})

test('the hours after which it is forgotten who sat where are the policy’s: one hour more would be noticed', async () => {
  const ctx = my.library.context()
  const lasts = async () => {
    await ctx.db.run(sql`delete from pc_session`)
    assert.equal((await ask('pc-1', 'log-on', { card: my.cast.asta.card, pin: PIN })).status, 200)
    await ask('pc-1', 'log-off')
    const begun = my.library.clock.now()
    while ((await sessions()).length > 0) {
      my.pass({ minutes: 5 })
      await tidyPcs(ctx)
    }
    return begun.until(my.library.clock.now()).total('hours')
  }
  const promised = await lasts()
  assert.ok(promised > 23.5 && promised <= 24, `${promised} hours`)
  await publishAtOnce(ctx, ({ clauses }) => {
    const clause = clauses.find(({ data }) => data === 'pc-session')
    assert.ok(clause)
    clause.keep = 'PT25H'
  })
  const kept = await lasts()
  assert.ok(kept > 24, `a policy of 25 hours keeps it for ${kept}`)
})
