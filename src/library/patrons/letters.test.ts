import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { addStaff } from '#auth'
import type { Actor, PatronId, StaffId } from '#core'
import { sql } from '#db'
import { queueMessages } from '#messages'
import { restrictPatron } from '#privacy'
import type { Context } from '#vault'
import { createWeb, type Site, type StaffActor } from '#web'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { pdfText } from '../../../test/support/pdf-text.ts'
import { type Visitor, visit } from '../../../test/support/visitor.ts'
import { placeAutomaticBlock } from './blocks.ts'
import { enrolPatron } from './enrol.ts'
import { registerLettersDesk } from './letters-desk.ts'

const PAGE = '/fredensborg/staff/letters'
const HIDDEN = { name: 'Hemmelig Skjoldborg', cpr: '7509901028', address: 'Usynligvej 13', card: '29900000013' }

let library: TestLibrary
let ctx: Context
let cast: Cast
let hidden: PatronId
let app: FastifyInstance
let dorte: Visitor
let stranger: Visitor
/** Who of the staff is there; nobody when undefined. */
const present = new Map<string, StaffActor>()

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  cast = await castIn(ctx)
  const enrolled = await enrolPatron(ctx, cast.branch, {
    ...HIDDEN,
    postcode: '3480',
    city: 'Fredensborg',
    municipality: '0210',
    protected: true,
  })
  assert.ok(enrolled.ok, JSON.stringify(enrolled))
  hidden = enrolled.value.id
  await ctx.db.run(sql`update patron set birth_on = '2012-12-12' where id = ${cast.clara.id}`)
  const person = {
    username: 'dorte',
    name: 'Dorte Prøve',
    email: null,
    roles: ['desk' as const],
    password: 'fire store gule løver',
  }
  assert.ok((await addStaff(library.context({ kind: 'operator', name: 'drift' }), person)).ok)
  const { id } = await ctx.db.one<{ id: StaffId }>(sql`select id from staff where username = 'dorte'`)
  present.set('127.0.7.1', { id, roles: ['desk'], name: 'Dorte Prøve' })
  app = await createWeb({
    siteName: 'Prøve',
    cookieSecret: 'a secret for tests, 32 or more long',
    secureCookies: false,
  })
  registerLettersDesk(app, { site: siteOf(), kindName: (kind) => (kind === 'bill' ? 'Regning' : kind) })
  dorte = visit(app, '127.0.7.1')
  stranger = visit(app, '127.0.7.2')
})
after(async () => {
  await app?.close()
  await library.close()
})
afterEach(async () => {
  await ctx.db.run(sql`delete from message`)
  await ctx.db.run(sql`delete from access_log`)
  await ctx.db.run(sql`delete from restriction`)
  await ctx.db.run(sql`delete from loan_block`)
})

function siteOf(): Site {
  const actorAt = (ip: string): Actor => {
    const staff = present.get(ip)
    return staff ? { kind: 'staff', id: staff.id, roles: staff.roles } : { kind: 'system', job: 'web' }
  }
  return {
    context: (request) => library.context(actorAt(request.ip)),
    agencyTitle: () => 'Fredensborg Bibliotekerne',
    staff: (request) => present.get(request.ip),
    requireStaff(request, reply) {
      const staff = present.get(request.ip)
      if (!staff) void reply.code(403).send('nej')
      return staff
    },
    patron: () => undefined,
    requirePatron: () => undefined,
  }
}

function queue(...letters: (readonly [PatronId, string])[]): Promise<void> {
  library.clock.moveTo(library.clock.now().add({ seconds: 1 }))
  return queueNow(...letters)
}

async function queueNow(...letters: (readonly [PatronId, string])[]): Promise<void> {
  for (const [patron_id, kind] of letters) {
    const text = { subject: `Emne ${kind}`, body: `Kære låner\n\nTekst ${kind}` }
    await queueMessages(ctx, [{ patron_id, kind, channel: 'letter', language: 'da', recipient: null, ...text }])
  }
}

const print = (who: Visitor) => who.send(PAGE, `${PAGE}/print`)
const looks = (patron: PatronId) =>
  ctx.db.all<{ what: string; why: string }>(
    sql`select what, why from access_log where patron_id = ${patron} order by id`,
  )
const states = () =>
  ctx.db.all<{ kind: string; sent: boolean; taken: boolean }>(sql`
    select kind, sent_at is not null as sent, trying_at is not null as taken from message order by queued_at, kind`)
const takenAt = (page: string) => [
  ...new Set([...page.matchAll(/name="taken_at" value="([^"]+)"/g)].map(([, at]) => at ?? '')),
]

test('the list of letters tells when, what and to whom by number, and neither name nor address', async () => {
  await queue([cast.asta.id, 'bill'], [hidden, 'bill'])
  const { body } = await dorte.get(PAGE)
  for (const shown of ['Regning', cast.asta.number, 'Lav PDF af brevet']) assert.ok(body.includes(shown), shown)
  for (const kept of ['Asta', 'Pilekrogen', 'Hemmelig', 'Usynligvej', 'Tekst bill'])
    assert.ok(!body.includes(kept), kept)
  assert.deepEqual(await looks(cast.asta.id), [], 'a number on a list is no look at a patron')
  assert.equal((await stranger.get(PAGE)).statusCode, 403)
})

test('what is printed shows name and address and is in the patron’s log, and nobody else can print the same', async () => {
  await queue([cast.asta.id, 'bill'], [cast.dines.id, 'due-soon'])
  const file = await print(dorte)
  assert.equal(file.headers['content-type'], 'application/pdf')
  assert.equal(file.headers['cache-control'], 'no-store')
  assert.match(String(file.headers['content-disposition']), /filename="breve\.pdf"/)
  const text = pdfText(file.rawPayload)
  for (const shown of ['AstaPrøve', 'Pilekrogen7', '3480Fredensborg', 'Emnebill', 'DinesPrøve', 'Torvet1']) {
    assert.ok(text.includes(shown), shown)
  }
  assert.match((await looks(cast.asta.id))[0]?.why ?? '', /skrevet ud/)
  assert.equal((await looks(cast.dines.id)).length, 1)
  const again = await print(dorte)
  assert.equal(again.statusCode, 303)
  assert.match((await dorte.get(PAGE)).body, /ingen breve at skrive ud/)
})

test('letters are sent when somebody says they are in the post, and not because they were printed', async () => {
  await queue([cast.asta.id, 'bill'])
  await print(dorte)
  assert.deepEqual(await states(), [{ kind: 'bill', sent: false, taken: true }])
  const [at] = takenAt((await dorte.get(PAGE)).body)
  await dorte.send(PAGE, `${PAGE}/sent`, { taken_at: at ?? '' })
  assert.match((await dorte.get(PAGE)).body, /1 brev er sendt/)
  await dorte.send(PAGE, `${PAGE}/back`, { taken_at: at ?? '' })
  assert.match((await dorte.get(PAGE)).body, /allerede sendt/)
  assert.deepEqual(await states(), [{ kind: 'bill', sent: true, taken: false }])
})

test('a printing that went wrong is undone alone: the letters of that batch wait again, and no others', async () => {
  await queue([cast.asta.id, 'bill'])
  await print(dorte)
  // The clock stands still: two batches are told apart all the same.
  await queueNow([cast.dines.id, 'due-soon'])
  await print(dorte)
  const [first, second] = takenAt((await dorte.get(PAGE)).body)
  assert.ok(first && second && first !== second)
  await dorte.send(PAGE, `${PAGE}/back`, { taken_at: first })
  assert.deepEqual(await states(), [
    { kind: 'bill', sent: false, taken: false },
    { kind: 'due-soon', sent: false, taken: true },
  ])
  assert.ok(pdfText((await print(dorte)).rawPayload).includes('AstaPrøve'))
  for (const wrong of ['', 'i går', '2025-13-01T00:00:00Z']) {
    assert.equal((await dorte.send(PAGE, `${PAGE}/sent`, { taken_at: wrong })).statusCode, 303)
  }
  assert.ok((await states()).every(({ sent }) => !sent))
})

test('two who print at once print different letters', async () => {
  await queue(...Array.from({ length: 6 }, () => [cast.asta.id, 'bill'] as const))
  await dorte.get(PAGE)
  const other = visit(app, '127.0.7.1')
  await other.get(PAGE)
  const [one, two] = await Promise.all([print(dorte), print(other)])
  const letters = [one, two]
    .filter(({ statusCode }) => statusCode === 200)
    .map(({ rawPayload }) => pdfText(rawPayload).split('Emnebill').length - 1)
  assert.equal(
    letters.reduce((sum, count) => sum + count, 0),
    6,
  )
})

test('a protected address is printed one at a time, with a reason the patron can read', async () => {
  await queue([hidden, 'bill'])
  assert.equal((await print(dorte)).statusCode, 303, 'it is not among the others')
  const list = (await dorte.get(PAGE)).body
  const [, page] = new RegExp(`href="(${PAGE}/[0-9a-f-]{36})"`).exec(list) ?? []
  assert.ok(page)
  assert.ok(!(await dorte.get(page)).body.includes('Usynligvej'))
  for (const reason of ['', '   ', '750990-1028 bad om det']) {
    const refused = await dorte.send(page, `${page}/print`, { reason })
    assert.equal(refused.statusCode, 422)
    assert.ok(!refused.body.includes('1028 bad'))
  }
  assert.deepEqual(await looks(hidden), [])
  const file = await dorte.send(page, `${page}/print`, { reason: 'Regningen skal med posten' })
  assert.equal(file.statusCode, 200)
  const text = pdfText(file.rawPayload)
  assert.ok(text.includes('HemmeligSkjoldborg') && text.includes('Usynligvej13') && text.includes('3480Fredensborg'))
  assert.deepEqual(
    (await looks(hidden)).map(({ why }) => why),
    ['Regningen skal med posten'],
  )
  assert.equal((await dorte.get(page)).statusCode, 404, 'it has been taken')
})

test('no letter is printed to somebody who has died, is restricted or has no address; a claim goes on', async () => {
  await queue([cast.asta.id, 'due-soon'], [cast.asta.id, 'bill'], [cast.bo.id, 'bill'], [cast.dines.id, 'bill'])
  const officer = library.context({ kind: 'operator', name: 'drift' })
  assert.ok((await restrictPatron(officer, cast.asta.id, 'prøve')).ok)
  await placeAutomaticBlock(ctx, cast.bo.id, 'deceased')
  await ctx.db.run(sql`update patron set address = null where id = ${cast.dines.id}`)
  try {
    assert.match((await dorte.get(PAGE)).body, /mangler en adresse/)
    const text = pdfText((await print(dorte)).rawPayload)
    assert.equal(text.split('Emne').length - 1, 1)
    assert.ok(text.includes('AstaPrøve') && text.includes('Emnebill'))
  } finally {
    await ctx.db.run(sql`update patron set address = 'Pilekrogen 7' where id = ${cast.dines.id}`)
  }
})

test('a young child’s letter is addressed to the guardian, and so is a bill to anyone under 18', async () => {
  await queue([cast.clara.id, 'due-soon'])
  assert.ok(pdfText((await print(dorte)).rawPayload).includes('TilværgenforClaraPrøve'))
  await ctx.db.run(sql`update patron set birth_on = '2009-12-12' where id = ${cast.clara.id}`)
  await queue([cast.clara.id, 'due-soon'])
  assert.ok(!pdfText((await print(dorte)).rawPayload).includes('Tilværgen'))
  await queue([cast.clara.id, 'bill'])
  assert.ok(pdfText((await print(dorte)).rawPayload).includes('TilværgenforClaraPrøve'))
})

test('who is no more has no letters', async () => {
  await queue([cast.bo.id, 'bill'])
  await ctx.db.run(sql`delete from message where patron_id = ${cast.bo.id}`)
  assert.match((await dorte.get(PAGE)).body, /Ingen breve venter/)
})
