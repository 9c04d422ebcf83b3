import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { dayOf, type LoanId, type StaffId, type StaffRole } from '#core'
import { sql } from '#db'
import { accessesOf } from '#privacy'
import type { Context } from '#vault'
import type { Site, StaffActor } from '#web'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { Planter } from '../../../test/support/rows.ts'
import { testWeb } from '../../../test/support/site.ts'
import { visit } from '../../../test/support/visitor.ts'
import { registerCollectionDesk } from './index.ts'

const PAGE = '/fredensborg/staff/collection'
const ID = '00000000-0000-7000-8000-0000000000f2' as StaffId

let library: TestLibrary
let ctx: Context
let cast: Cast
let app: FastifyInstance
let roles: readonly StaffRole[] = ['finance']

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  cast = await castIn(ctx)
  app = await testWeb()
  registerCollectionDesk(app, siteOf())
  const planter = await Planter.of(ctx)
  const loan_id = (await planter.row('loan', { patron_id: cast.asta.id, returned_at: ctx.clock.now() })) as LoanId
  const pay_by_on = dayOf(ctx.clock.now()).subtract({ days: 60 })
  const given = { patron_id: cast.asta.id, loan_id, amount_ore: 23_000, paid_ore: 0, credited_ore: 0, settled_at: null }
  await planter.row('fee', { ...given, charged_at: ctx.clock.now(), pay_by_on, number: '10234' })
})
after(async () => {
  await app?.close()
  await library.close()
})

function siteOf(): Site {
  const staff = (): StaffActor => ({ id: ID, name: 'Frede Finans', roles })
  return {
    context: () => library.context({ kind: 'staff', id: ID, roles }),
    agencyTitle: () => 'Fredensborg Bibliotekerne',
    staff,
    requireStaff(_request, reply, ...wanted) {
      if (wanted.some((role) => roles.includes(role))) return staff()
      void reply.code(403).send('nej')
      return undefined
    },
    patron: () => undefined,
    requirePatron: () => undefined,
  }
}

test('who keeps the accounts announces, sends, fetches the file and reads the answer; the page names nobody', async () => {
  const frede = visit(app)
  assert.match((await frede.get(PAGE)).body, /sender ikke krav til inddrivelse/)
  const rules = `${PAGE}/rules`
  const short = await frede.send(rules, rules, {
    on: 'yes',
    afterDays: '30',
    noticeDays: '3',
    least: '50',
    version: '0',
  })
  assert.equal(short.statusCode, 422)
  assert.match(short.body, /mindst 7: skyldneren skal kunne nå at betale/)
  assert.match(short.body, /mindst 100 kr/)
  const given = { on: 'yes', afterDays: '30', noticeDays: '14', least: '100', version: '0' }
  assert.equal((await frede.send(rules, rules, given)).statusCode, 303)
  assert.match((await frede.send(rules, rules, given)).body, /En anden har ændret reglerne imens/)
  assert.equal((await frede.send(PAGE, `${PAGE}/prepare`)).statusCode, 303)
  const announced = await frede.get(PAGE)
  assert.match(announced.body, /der er varslet: 1\./)
  assert.match(announced.body, /Varslet/)
  library.clock.moveTo(ctx.clock.now().add({ hours: 24 * 15 }))
  await frede.send(PAGE, `${PAGE}/send`)
  const sent = await frede.get(PAGE)
  const [, at = ''] = /name="at" value="([^"]+)"/.exec(sent.body) ?? []
  assert.notEqual(at, '')
  for (const kept of ['Asta', '740385', 'Pilekrogen']) assert(!sent.body.includes(kept), kept)
  assert.deepEqual(await accessesOf(ctx, cast.asta.id), [], 'a case number is no look at a patron')
  const file = await frede.send(PAGE, `${PAGE}/file`, { at })
  assert.match(String(file.headers['content-disposition']), /^attachment; filename="krav-\d{4}-\d\d-\d\d\.csv"$/)
  assert.match(file.body, /^linje;sag;cpr;navn/)
  assert.match(file.body, /;Asta Prøve;230,00;gebyr;Bibliotekets gebyr, regning 10234;/)
  assert.equal((await accessesOf(ctx, cast.asta.id)).length, 1)
  const { reference } = await ctx.db.one<{ reference: string }>(sql`select reference from collection_case`)
  const wrong = await frede.send(PAGE, `${PAGE}/reconcile`, { content: `${reference};betalt;229,00;0,00;` })
  assert.equal(wrong.statusCode, 422)
  assert.match(wrong.body, /Intet er indlæst/)
  assert.match(wrong.body, /Beløbene passer ikke/)
  const right = await frede.send(PAGE, `${PAGE}/reconcile`, { content: `${reference};betalt;230,00;0,00;` })
  assert.match(right.body, /Én linje er indlæst/)
  assert.match((await visit(app).get(`/en${PAGE}`)).body, /Debt collection/)
})

test('the desk and the catalogue have no business there', async () => {
  roles = ['desk', 'catalogue', 'system']
  const other = visit(app)
  assert.equal((await other.get(PAGE)).statusCode, 403)
  roles = ['finance']
  await other.get(PAGE)
  roles = ['desk']
  for (const action of ['prepare', 'send', 'file', 'reconcile', 'rules', `cases/${ID}`]) {
    roles = ['finance']
    const page = other.get(PAGE)
    await page
    roles = ['desk']
    const token = /name="_csrf" value="([^"]+)"/.exec((await page).body)?.[1] ?? ''
    assert.equal((await other.post(`${PAGE}/${action}`, { _csrf: token })).statusCode, 403, action)
  }
  roles = ['finance']
})
