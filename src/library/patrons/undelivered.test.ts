import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type { Actor, BranchId, MessageId, PatronId, StaffId } from '#core'
import { sql } from '#db'
import { noteDelivery, onceOnly, queueMessages, RefusedByChannel, sendWaiting } from '#messages'
import type { Context } from '#vault'
import { createWeb, type Site, type StaffActor } from '#web'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { type Visitor, visit } from '../../../test/support/visitor.ts'
import { changeContact } from './change-contact.ts'
import { enrolPatron } from './enrol.ts'
import { registerUndeliveredDesk } from './undelivered-desk.ts'

const PAGE = '/fredensborg/staff/messages'

let library: TestLibrary
let ctx: Context
let cast: Cast
let app: FastifyInstance
let dorte: Visitor
let stranger: Visitor
const present = new Map<string, StaffActor>()

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  cast = await castIn(ctx)
  const id = ctx.random.uuid(ctx.clock.now()) as StaffId
  present.set('127.0.9.1', { id, roles: ['desk'], name: 'Dorte Prøve' })
  app = await createWeb({
    siteName: 'Prøve',
    cookieSecret: 'a secret for tests, 32 or more long',
    secureCookies: false,
  })
  registerUndeliveredDesk(app, { site: siteOf(), kindName: (kind) => (kind === 'due-soon' ? 'Lånefrist' : kind) })
  dorte = visit(app, '127.0.9.1')
  stranger = visit(app, '127.0.9.2')
})
after(async () => {
  await app?.close()
  await library?.close()
})
beforeEach(async () => {
  await ctx.db.run(sql`delete from message`)
  await ctx.db.run(
    sql`update patron set email = 'asta@example.org', email_bounced_at = null where id = ${cast.asta.id}`,
  )
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

/** An e-mail to Asta that came back, or was refused. */
async function failed(how: 'bounced' | 'refused'): Promise<MessageId> {
  await queueMessages(ctx, [
    {
      patron_id: cast.asta.id,
      kind: 'due-soon',
      channel: 'email',
      language: 'da',
      recipient: 'asta@example.org',
      subject: 'Husk Ronja',
      body: 'Hemmelig titel',
    },
  ])
  const sender = onceOnly(async () => {
    if (how === 'refused') throw new RefusedByChannel('no')
  })
  await sendWaiting(ctx, { email: sender })
  const { id } = await ctx.db.one<{ id: MessageId }>(sql`select id from message`)
  if (how === 'bounced') await noteDelivery(ctx, id, 'bounced')
  return id
}

const waiting = () =>
  ctx.db.all<{ channel: string; recipient: string | null }>(sql`
    select channel, recipient from message where sent_at is null and given_up_at is null`)
const press = (id: MessageId, button: string) => dorte.send(PAGE, `${PAGE}/${id}/${button}`)

test('the list says when, what, how, why and to whom by number, and shows neither name, address nor content', async () => {
  await failed('bounced')
  const { body } = await dorte.get(PAGE)
  for (const shown of ['Lånefrist', 'E-mail', 'Kom retur', cast.asta.number, `/patrons/${cast.asta.id}`]) {
    assert.ok(body.includes(shown), shown)
  }
  for (const kept of ['Asta', 'asta@example.org', 'Ronja', 'Hemmelig']) assert.ok(!body.includes(kept), kept)
  assert.equal((await stranger.get(PAGE)).statusCode, 403)
  assert.match((await dorte.get(`/en${PAGE}`)).body, /Came back/)
})

test('a message to an address that sent it back is not sent there again, before the patron has given another', async () => {
  const id = await failed('bounced')
  const refused = await press(id, 'again')
  assert.equal(refused.statusCode, 409)
  assert.match(refused.body, /ingen anden adresse/)
  const desk = library.context({ kind: 'staff', id: 'x' as StaffId, roles: ['desk'] })
  const { home } = await ctx.db.one<{ home: BranchId }>(sql`
    select home_branch_id as home from patron where id = ${cast.asta.id}`)
  const contact = { phone: null, language: 'da', homeBranch: home } as const
  const mark = async () =>
    (
      await ctx.db.one<{ marked: boolean }>(sql`
      select email_bounced_at is not null as marked from patron where id = ${cast.asta.id}`)
    ).marked
  assert.ok((await changeContact(desk, cast.asta.id, { ...contact, email: 'asta@example.org' })).ok)
  assert.ok(await mark(), 'the same address is no better')
  assert.ok((await changeContact(desk, cast.asta.id, { ...contact, email: 'ny@example.org' })).ok)
  assert.ok(!(await mark()))
  assert.equal((await press(id, 'again')).statusCode, 303)
  assert.deepEqual(await waiting(), [{ channel: 'email', recipient: 'ny@example.org' }])
  assert.match((await dorte.get(PAGE)).body, /Alle beskeder er nået frem/)
  assert.equal((await press(id, 'again')).statusCode, 409, 'twice is once')
  assert.equal((await waiting()).length, 1)
})

test('staff may send it as a letter, or mark it as handled, whereupon it is on the list no more', async () => {
  assert.equal((await press(await failed('refused'), 'letter')).statusCode, 303)
  assert.deepEqual(await waiting(), [{ channel: 'letter', recipient: null }])
  await ctx.db.run(sql`delete from message`)
  const id = await failed('refused')
  assert.equal((await press(id, 'handled')).statusCode, 303)
  assert.match((await dorte.get(PAGE)).body, /Alle beskeder er nået frem/)
  assert.equal((await press(id, 'handled')).statusCode, 409)
  assert.equal((await dorte.send(PAGE, `${PAGE}/no-id/handled`)).statusCode, 409)
})

test('a new patron is welcomed where they can be reached, and one that a library brings along is not', async () => {
  const enrol = async (cpr: string, options: object): Promise<PatronId> => {
    const enrolled = await enrolPatron(
      ctx,
      cast.branch,
      {
        name: 'Ny Prøve',
        cpr,
        email: 'ny@example.org',
        address: 'Pilekrogen 7',
        postcode: '3480',
        city: 'Fredensborg',
        municipality: '0210',
        photoIdSeen: true,
      },
      options,
    )
    assert.ok(enrolled.ok, JSON.stringify(enrolled))
    return enrolled.value.id
  }
  await enrol('7001900007', {})
  assert.deepEqual(await waiting(), [])
  await enrol('7001900015', { welcomed: true })
  const [message] = await ctx.db.all<{ kind: string; body: string }>(sql`select kind, body from message`)
  assert.equal(message?.kind, 'welcome')
  assert.match(message.body, /Dit bibliotek er Hovedbibliotek, og dit lånernummer er \d{9}\./)
  assert.match(message.body, /Du kan låne med det samme\./)
})
