import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { closedDaysOf, openingHours, setOpeningHours } from '#agencies'
import { addStaff, staffNames } from '#auth'
import type { StaffId, StaffRole } from '#core'
import { sql } from '#db'
import { currentSetting, readSetting } from '#settings'
import type { Context } from '#vault'
import type { Site, StaffActor } from '#web'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { testWeb } from '../../../test/support/site.ts'
import { type Visitor, visit } from '../../../test/support/visitor.ts'
import { CALENDAR_PATH, lendingCalendar, readOpenDays, registerCalendarDesk } from './index.ts'
import { timetables } from './timetables.ts'

const PAGE = `/fredensborg${CALENDAR_PATH}`
const day = (text: string) => Temporal.PlainDate.from(text)
let library: TestLibrary
let ctx: Context
let cast: Cast
let app: FastifyInstance
let keeper: Visitor
let desk: Visitor
const present = new Map<string, StaffActor>()

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  cast = await castIn(ctx)
  app = await testWeb()
  registerCalendarDesk(app, { site: siteOf(), staffNames })
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
const closed = async (year: number) =>
  (await closedDaysOf(ctx, year)).map(({ day, reason }) => `${day.toString().slice(5)} ${reason.da}`)

test('a week is written day by day, self-service around the staffed hours', async () => {
  const page = `${PAGE}/hours?branch=${cast.branch}`
  const sent = await keeper.send(page, `${PAGE}/hours`, {
    branch: cast.branch,
    'staffed-1': '10-18',
    'self-1': '7-22',
    'self-7': '10.30-16',
  })
  assert.equal(sent.statusCode, 303)
  assert.deepEqual(await openingHours(ctx, cast.branch), [
    { weekday: 1, opens: '07:00', closes: '10:00', staffed: false },
    { weekday: 1, opens: '10:00', closes: '18:00', staffed: true },
    { weekday: 1, opens: '18:00', closes: '22:00', staffed: false },
    { weekday: 7, opens: '10:30', closes: '16:00', staffed: false },
  ])
  assert.match(
    plain((await desk.get(PAGE)).body),
    /Hovedbibliotek Mandag: 10\.00–18\.00 Mandag: 07\.00–10\.00, 18\.00–22\.00 Søndag: 10\.30–16\.00/,
  )
  assert.match((await keeper.get(page)).body, /name="self-1"[^>]*value="07\.00–10\.00, 18\.00–22\.00"/)
})

test('hours that are none are told at their day, and the week stays as it was', async () => {
  const before = await openingHours(ctx, cast.branch)
  const page = `${PAGE}/hours?branch=${cast.branch}`
  const sent = await keeper.send(page, `${PAGE}/hours`, { branch: cast.branch, 'staffed-2': 'ti', 'self-3': '18-10' })
  assert.equal(sent.statusCode, 422)
  assert.match(sent.body, /id="staffed-2-error">Skriv tiderne som/)
  assert.match(sent.body, /id="self-3-error">Der lukkes, før der åbnes/)
  assert.deepEqual(await openingHours(ctx, cast.branch), before)
  assert.equal((await keeper.get(`${PAGE}/hours?branch=nowhere`)).statusCode, 404)
})

test('the holidays of a year are suggested, entered when they are chosen, and no longer suggested', async () => {
  const page = `${PAGE}?year=2026`
  const seen = (await keeper.get(page)).body
  assert.match(seen, /value="2026-05-14" checked/)
  assert.match(seen, /value="2026-06-05" >/)
  assert.equal((await keeper.send(page, `${PAGE}/holidays`, { year: '2026', day: '2026-05-14' })).statusCode, 303)
  const both = new URLSearchParams([
    ['_csrf', /name="_csrf" value="([^"]+)"/.exec((await keeper.get(page)).body)?.[1] ?? ''],
    ['year', '2026'],
    ['day', '2026-12-24'],
    ['day', '2026-12-25'],
    ['day', '2026-07-14'],
  ])
  const sent = await app.inject({
    method: 'POST',
    url: `${PAGE}/holidays`,
    remoteAddress: '127.0.9.1',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' },
    cookies: Object.fromEntries(keeper.cookies),
    payload: both.toString(),
  })
  assert.equal(sent.statusCode, 303)
  assert.deepEqual(await closed(2026), ['05-14 Kristi himmelfartsdag', '12-24 Juleaftensdag', '12-25 Juledag'])
  assert.ok(!(await keeper.get(page)).body.includes('value="2026-05-14"'))
})

test('days are closed one by one or together, for all branches or one, and opened again', async () => {
  const reason = { reason_da: 'Sommer', reason_en: 'Summer' }
  const week = { from: '2027-07-05', to: '2027-07-07', branch: cast.branch, ...reason }
  assert.equal((await keeper.send(PAGE, `${PAGE}/closed`, week)).statusCode, 303)
  assert.equal((await keeper.send(PAGE, `${PAGE}/closed`, { from: '2027-12-31', ...reason })).statusCode, 303)
  assert.deepEqual(await closed(2027), ['07-05 Sommer', '07-06 Sommer', '07-07 Sommer', '12-31 Sommer'])
  const [first] = await closedDaysOf(ctx, 2027)
  const page = `${PAGE}?year=2027`
  assert.match(plain((await desk.get(page)).body), /5\. juli 2027 Hovedbibliotek Sommer/)
  assert.equal((await keeper.send(page, `${PAGE}/open`, { id: first?.id ?? '', year: '2027' })).statusCode, 303)
  assert.equal((await closed(2027)).length, 3)
  assert.equal((await keeper.post(`${PAGE}/open`, { id: 'x' })).statusCode, 403, 'nothing without the form’s token')
})

test('what is no day, ends before it begins, lasts too long or gives no reason is told at its field', async () => {
  const before = await closed(2028)
  const send = async (given: Record<string, string>) => {
    const sent = await keeper.send(PAGE, `${PAGE}/closed`, { reason_da: 'Sommer', reason_en: 'Summer', ...given })
    assert.equal(sent.statusCode, 422)
    return [...sent.body.matchAll(/id="([\w-]+)-error"/g)].map(([, field]) => field)
  }
  assert.deepEqual(await send({ from: '2028-02-30' }), ['from', 'to'])
  assert.deepEqual(await send({ from: '2028-02-03', to: '2028-02-01' }), ['to'])
  assert.deepEqual(await send({ from: '2028-02-03', to: '2028-08-01' }), ['to'])
  assert.deepEqual(await send({ from: '2028-02-03', reason_da: ' ' }), ['reason_da'])
  assert.deepEqual(await send({ from: '2028-02-03', reason_en: 'ring 610170-0001' }), ['reason_en'])
  assert.deepEqual(await closed(2028), before)
})

test('a library decides whether days without staff count, and the history tells of it', async () => {
  const page = await keeper.get(PAGE)
  assert.match(page.body, /name="countSelfService"[^>]*checked/)
  const from = day('2026-02-01')
  assert.deepEqual((await readOpenDays(ctx, cast.branch, from)).weekdays, [1, 7])
  assert.equal((await keeper.send(PAGE, `${PAGE}/counting`, { based_on: '0' })).statusCode, 303)
  assert.equal((await readSetting(ctx, lendingCalendar)).countSelfService, false)
  assert.deepEqual((await readOpenDays(ctx, cast.branch, from)).weekdays, [1])
  assert.equal((await keeper.send(PAGE, `${PAGE}/counting`, { based_on: '0' })).statusCode, 409)
  assert.match(plain((await desk.get(`${PAGE}/history`)).body), /selvbetjening, tæller: før ja, nu nej/)
  await setOpeningHours(ctx, cast.branch, [])
  assert.deepEqual((await readOpenDays(ctx, cast.branch, from)).weekdays, [], 'unknown hours close nothing')
})

test('who changed hours and closed days is told, and an older week is brought back without touching days that are past', async () => {
  const history = `${PAGE}/timetables`
  const versionOf = async () => (await currentSetting(ctx, timetables)).version
  const hours = { branch: cast.branch, 'staffed-1': '10-18' }
  const page = `${PAGE}/hours?branch=${cast.branch}`
  assert.equal((await keeper.send(page, `${PAGE}/hours`, hours)).statusCode, 303)
  const wanted = await versionOf()
  assert.equal((await keeper.send(page, `${PAGE}/hours`, { ...hours, 'staffed-1': '12-16' })).statusCode, 303)
  const past = { from: '2001-02-03', reason_da: 'Sne', reason_en: 'Snow' }
  assert.equal((await keeper.send(PAGE, `${PAGE}/closed`, past)).statusCode, 303)
  assert.equal((await keeper.send(PAGE, `${PAGE}/closed`, { ...past, from: '2029-02-03' })).statusCode, 303)
  assert.equal(await versionOf(), wanted + 3)
  const told = plain((await desk.get(history)).body)
  assert.match(told, /Hovedbibliotek, mandag, med personale: før 10\.00–18\.00, nu 12\.00–16\.00/)
  assert.match(
    told,
    /Ændret 20\. november 2025 kl\. [\d.]+ af \S+ Prøve\. Tilføjet: Lukkedag 3\. februar 2029, alle filialer: Sne/,
  )
  assert.match(told, /af den driftsansvarlige/, 'the week that was set without the page')

  assert.equal((await keeper.send(history, history, { version: '0', based_on: String(wanted + 3) })).statusCode, 404)
  const back = { version: String(wanted), based_on: String(wanted + 3) }
  assert.equal((await keeper.send(history, history, back)).statusCode, 303)
  const [monday] = await openingHours(ctx, cast.branch)
  assert.deepEqual([monday?.opens, monday?.closes], ['10:00', '18:00'])
  assert.deepEqual([await closed(2001), await closed(2029)], [['02-03 Sne'], []])
  assert.ok((await closed(2027)).length > 0, 'days closed before that version are closed still')
  assert.equal((await keeper.send(history, history, back)).statusCode, 409, 'it is no longer what was read')
  assert.equal(await versionOf(), wanted + 4)
  assert.equal((await desk.post(history, {})).statusCode, 403)
})

test('everyone at the desk may look at the calendar, and only the system’s keepers change it', async () => {
  assert.equal((await desk.get(PAGE)).statusCode, 200)
  assert.ok(!(await desk.get(PAGE)).body.includes('<form method="post"'))
  assert.equal((await desk.get(`${PAGE}/hours?branch=${cast.branch}`)).statusCode, 403)
  for (const path of ['counting', 'hours', 'closed', 'holidays', 'open']) {
    assert.equal((await desk.post(`${PAGE}/${path}`, {})).statusCode, 403)
  }
})
