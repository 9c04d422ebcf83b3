import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { addStaff } from '#auth'
import { type Actor, dayOf, type LoanId, oreOf, type PatronId, type StaffId, type StaffRole, type Text2 } from '#core'
import { sql, transact } from '#db'
import { enrolPatron } from '#patrons'
import { changeSetting, currentSetting } from '#settings'
import type { Context } from '#vault'
import type { Site, StaffActor } from '#web'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { Planter } from '../../../test/support/rows.ts'
import { testWeb } from '../../../test/support/site.ts'
import { type Visitor, visit } from '../../../test/support/visitor.ts'
import {
  type Claim,
  cancelCompensation,
  chargeCompensation,
  chargeFee,
  feeTable,
  moneySection,
  openClaims,
  pay,
  paymentsOf,
  registerMoneyDesk,
} from './index.ts'

let library: TestLibrary
let ctx: Context
let cast: Cast
let planter: Planter
let app: FastifyInstance
let hidden: PatronId
let dorte: Visitor
let finn: Visitor
let stranger: Visitor
const present = new Map<string, StaffActor>()
const reasons = new Map<string, Text2>()

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  cast = await castIn(ctx)
  planter = await Planter.of(ctx)
  const enrolled = await enrolPatron(ctx, cast.branch, {
    name: 'Hemmelig Skjoldborg',
    cpr: '7509901028',
    address: 'Usynligvej 13',
    postcode: '3480',
    city: 'Fredensborg',
    municipality: '0210',
    card: '29900000013',
    protected: true,
    photoIdSeen: true,
  })
  assert(enrolled.ok, JSON.stringify(enrolled))
  hidden = enrolled.value.id
  app = await testWeb()
  registerMoneyDesk(app, siteOf(), {
    staffNames: async () => new Map(),
    inHand: (_ctx, _staff, patron) => reasons.get(patron),
  })
  app.get('/:agency/section', async (request) => String(await moneySection(request, ctx, cast.asta.id)))
  dorte = await staffAt('127.0.7.1', 'dorte', ['desk'])
  finn = await staffAt('127.0.7.2', 'finn', ['desk', 'finance'])
  stranger = visit(app, '127.0.7.9')
})
after(async () => {
  await app?.close()
  await library.close()
})
afterEach(async () => {
  for (const table of ['message', 'payment', 'bookkeeping_entry', 'fee', 'compensation', 'loan_block', 'access_log']) {
    await ctx.db.run(sql`delete from ${sql.id(table)}`)
  }
  reasons.clear()
})

async function staffAt(address: string, username: string, roles: StaffRole[]): Promise<Visitor> {
  const person = { username, name: `${username} Prøve`, email: null, roles, password: 'fire store gule løver' }
  assert((await addStaff(library.context({ kind: 'operator', name: 'drift' }), person)).ok)
  const { id } = await ctx.db.one<{ id: StaffId }>(sql`select id from staff where username = ${username}`)
  present.set(address, { id, roles, name: person.name })
  return visit(app, address)
}

function siteOf(): Site {
  const actorAt = (ip: string): Actor => {
    const staff = present.get(ip)
    return staff ? { kind: 'staff', id: staff.id, roles: staff.roles } : { kind: 'system', job: 'web' }
  }
  return {
    context: (request) => library.context(actorAt(request.ip)),
    agencyTitle: () => 'Fredensborg Bibliotekerne',
    staff: (request) => present.get(request.ip),
    requireStaff(request, reply, ...roles) {
      const staff = present.get(request.ip)
      if (staff && (roles.length === 0 || roles.some((role) => staff.roles.includes(role)))) return staff
      void reply.code(403).send('nej')
      return undefined
    },
    patron: () => undefined,
    requirePatron: () => undefined,
  }
}

const moneyOf = (patron: PatronId) => `/fredensborg/staff/desk/patrons/${patron}/money`

async function loanOf(patron: PatronId): Promise<LoanId> {
  return (await planter.row('loan', { patron_id: patron, returned_at: ctx.clock.now(), fee_id: null })) as LoanId
}

async function fee(amount: number, patron = cast.asta.id): Promise<Claim> {
  const loan_id = await loanOf(patron)
  const id = await transact(ctx, (ctx) => chargeFee(ctx, { patron_id: patron, loan_id, amount_ore: oreOf(amount) }))
  return { kind: 'fee', id }
}

async function lost(price: number): Promise<Claim> {
  const loss = { patron_id: cast.asta.id, reason: 'lost' as const, material: 'book', price_ore: oreOf(price) }
  const loan_id = await loanOf(cast.asta.id)
  const { compensation } = await transact(ctx, (ctx) => chargeCompensation(ctx, { ...loss, loan_id }))
  return { kind: 'compensation', id: compensation }
}

const looks = (patron: PatronId) =>
  ctx.db.all<{ what: string; why: string }>(
    sql`select what, why from access_log where patron_id = ${patron} order by seen_at, id`,
  )

/** The fields of the page's form, ticked for these claims. */
async function ticked(...parts: (readonly [Claim, string])[]): Promise<Record<string, string>> {
  const open = await openClaims(ctx, cast.asta.id)
  const fields = parts.flatMap(([{ id }, amount]) => [
    [`pay-${id}`, 'yes'],
    [`amount-${id}`, amount],
    [`left-${id}`, String(open.find(({ claim }) => claim.id === id)?.left_ore)],
  ])
  return { ...Object.fromEntries(fields), method: 'card', branch: cast.branch }
}

const payments = () => paymentsOf(ctx, cast.asta.id)

test('what a patron owes is shown to whoever serves, noted before, and to nobody else', async () => {
  await fee(12_000)
  await lost(25_500)
  const page = await dorte.get(moneyOf(cast.asta.id))
  assert.equal(page.statusCode, 200)
  assert.match(page.body, /Skyldes i alt: 375,00/)
  assert.deepEqual(
    (await looks(cast.asta.id)).map(({ what, why }) => [what, why]),
    [['hvad der skyldes og er betalt, og for hvilke materialer', 'uden angivet opgave']],
  )
  assert.equal(page.headers['cache-control'], 'no-store')
  assert.equal((await stranger.get(moneyOf(cast.asta.id))).statusCode, 403)
  const english = await dorte.get(`${moneyOf(cast.asta.id)}?lang=en`)
  assert.equal(english.statusCode, 200)
  const section = async () => (await dorte.get('/fredensborg/section')).body
  assert.match(await section(), /200,00.kr\. eller mere i gebyrer/)
  const { version, content } = await currentSetting(ctx, feeTable)
  const block = { ...content.block, atOre: oreOf(15_000) }
  assert((await changeSetting(ctx, feeTable, { content: { ...content, block }, basedOn: version, by: null })).ok)
  assert.match(await section(), /150,00.kr\. eller mere i gebyrer/, 'the limit is the library’s own')
  assert((await changeSetting(ctx, feeTable, { content, basedOn: version + 1, by: null })).ok)
})

test('a protected patron’s money is shown to nobody who has not said why', async () => {
  await fee(2_000, hidden)
  const without = await dorte.get(moneyOf(hidden))
  assert(!without.body.includes('Skyldes i alt') && !without.body.includes('Skjoldborg'))
  assert.match(without.body, new RegExp(`/staff/desk/patrons/${hidden}/reason`))
  reasons.set(hidden, { da: 'står ved skranken', en: 'is at the desk' })
  const said = await dorte.get(moneyOf(hidden))
  assert.match(said.body, /Skyldes i alt/)
  assert(!said.body.includes('Skjoldborg'), 'the screen may be turned to the queue')
  assert.deepEqual(
    (await looks(hidden)).map(({ why }) => why),
    ['står ved skranken'],
  )
})

test('one, several and a part are paid at the desk, with a receipt for each, by whom and where', async () => {
  const [a, b] = [await fee(12_000), await lost(25_500)]
  const page = moneyOf(cast.asta.id)
  const answer = await dorte.send(page, `${page}/payments`, await ticked([a, '120'], [b, '55,50']))
  assert.equal(answer.statusCode, 303)
  const receipts = await dorte.get(String(answer.headers.location))
  const paid = await payments()
  assert.deepEqual(
    paid.map(({ amount_ore }) => amount_ore).sort((x, y) => x - y),
    [5_550, 12_000],
  )
  for (const { receipt_number } of paid) assert(receipts.body.includes(receipt_number))
  const titles = await ctx.db.all<{ title: string }>(sql`select title from title`)
  assert(
    titles.every(({ title }) => !receipts.body.includes(title)),
    'a receipt names no title',
  )
  const rows = await ctx.db.all(sql`select distinct branch_id, taken_by, method from payment`)
  assert.deepEqual(rows, [{ branch_id: cast.branch, taken_by: present.get('127.0.7.1')?.id, method: 'card' }])
  assert.deepEqual(
    (await openClaims(ctx, cast.asta.id)).map(({ left_ore }) => left_ore),
    [19_950],
  )
})

test('the same form sent twice takes the money once, also for a part', async () => {
  const claim = await fee(12_000)
  const page = moneyOf(cast.asta.id)
  const fields = await ticked([claim, '20'])
  assert.equal((await dorte.send(page, `${page}/payments`, fields)).statusCode, 303)
  const again = await dorte.send(page, `${page}/payments`, fields)
  assert.equal(again.statusCode, 422)
  assert.match(again.body, /Der er sket noget med regningen/)
  assert.equal((await payments()).length, 1)
})

test('nothing is taken when something is wrong with what was typed', async () => {
  const claim = await fee(12_000)
  const page = moneyOf(cast.asta.id)
  const send = async (change: Record<string, string>) =>
    dorte.send(page, `${page}/payments`, { ...(await ticked([claim, '120'])), ...change })
  const cases: [Record<string, string>, RegExp][] = [
    [{ [`amount-${claim.id}`]: '120,01' }, /Det er for meget/],
    [{ [`amount-${claim.id}`]: '0' }, /Skriv et beløb i kroner/],
    [{ [`amount-${claim.id}`]: 'hundrede' }, /Skriv et beløb i kroner/],
    [{ [`amount-${claim.id}`]: '-5' }, /Skriv et beløb i kroner/],
    [{ method: 'online' }, /Vælg, hvordan der betales/],
    [{ branch: cast.asta.id }, /Vælg den filial/],
  ]
  for (const [change, said] of cases) {
    const answer = await send(change)
    assert.equal(answer.statusCode, 422)
    assert.match(answer.body, said)
  }
  const none = await dorte.send(page, `${page}/payments`, { method: 'card', branch: cast.branch })
  assert.match(none.body, /Sæt hak/)
  const theirs = await fee(2_000, cast.bo.id)
  const other = { [`pay-${theirs.id}`]: 'yes', [`amount-${theirs.id}`]: '20', [`left-${theirs.id}`]: '2000' }
  assert.equal(
    (await dorte.send(page, `${page}/payments`, { ...other, method: 'card', branch: cast.branch })).statusCode,
    422,
  )
  assert.deepEqual(await payments(), [])
})

test('whoever serves may reduce; to write off and to pay back takes the finance role', async () => {
  const claim = await lost(25_500)
  const page = `${moneyOf(cast.asta.id)}/compensation/${claim.id}`
  assert.equal((await dorte.send(page, `${page}/reduce`, { amount: '55', left: '25500' })).statusCode, 303)
  const [open] = await openClaims(ctx, cast.asta.id)
  assert.equal(open?.left_ore, 20_000)
  assert.equal((await dorte.send(page, `${page}/write-off`, { amount: '1', left: '20000' })).statusCode, 403)
  assert((await pay(ctx, claim, oreOf(15_000), 'card')).ok)
  const back = { amount: '50', left: '5000', method: 'cash', branch: cast.branch }
  assert.equal((await dorte.send(page, `${page}/pay-back`, back)).statusCode, 403)
  assert(!(await dorte.get(page)).body.includes('pay-back'))
  assert.equal((await finn.send(page, `${page}/pay-back`, back)).statusCode, 303)
  assert.equal((await finn.send(page, `${page}/pay-back`, back)).statusCode, 422, 'sent twice is done once')
  assert.equal((await finn.send(page, `${page}/pay-back`, { ...back, left: '10000', amount: '101' })).statusCode, 422)
  assert.equal((await finn.send(page, `${page}/write-off`, { amount: '100', left: '10000' })).statusCode, 303)
  assert.deepEqual(await openClaims(ctx, cast.asta.id), [])
  const entries = await ctx.db.all<{ kind: string; made_by: string | null }>(sql`
    select kind, made_by from bookkeeping_entry order by booked_at, id`)
  const finns = entries.filter(({ kind }) => kind === 'write-off' || kind === 'refund').map(({ made_by }) => made_by)
  assert.equal(new Set(finns).size, 1, 'the accounts say who wrote off and who paid back')
  assert(finns[0] && entries.some(({ kind, made_by }) => kind === 'credit' && made_by && made_by !== finns[0]))
  const said = (await looks(cast.asta.id)).map(({ what }) => what)
  for (const what of ['nedsatte det, der skyldes', 'afskrev det, der skyldes', 'betalte penge tilbage']) {
    assert(said.includes(what), what)
  }
  const others = await finn.get(`${moneyOf(cast.bo.id)}/compensation/${claim.id}`)
  assert.equal(others.statusCode, 404, 'a claim is found below its own patron only')
})

test('a receipt is sent by e-mail when asked for, and a statement by Digital Post', async () => {
  const claim = await fee(12_000)
  const paid = await pay(ctx, claim, oreOf(2_000), 'card')
  assert(paid.ok)
  const page = moneyOf(cast.asta.id)
  const receipt = `${page}/receipts?number=${paid.value.number}`
  assert.equal((await dorte.send(receipt, `${page}/receipts/mail`, { numbers: paid.value.number })).statusCode, 303)
  assert.equal((await dorte.send(page, `${page}/statement`)).statusCode, 303)
  const sent = await ctx.db.all(sql`select kind, channel from message order by kind`)
  assert.deepEqual(sent, [
    { kind: 'balance-statement', channel: 'digital-post' },
    { kind: 'payment-receipt', channel: 'email' },
  ])
  const theirs = await dorte.get(`${moneyOf(cast.bo.id)}/receipts?number=${paid.value.number}`)
  assert.equal(theirs.statusCode, 404)
})

test('the counter’s page says in a line what is owed, and leads on', async () => {
  await fee(12_000)
  const { body } = await dorte.get('/fredensborg/section')
  assert.match(body, /Skyldes i alt: 120,00/)
  assert(body.includes(moneyOf(cast.asta.id)))
})

test('the day’s report adds up, and its file names nobody', async () => {
  const [a, b] = [await fee(12_000), await lost(25_500)]
  await pay(ctx, a, oreOf(12_000), 'cash', { branch_id: cast.branch })
  await pay(ctx, b, oreOf(500), 'card', { branch_id: cast.branch })
  const today = dayOf(ctx.clock.now())
  const report = await finn.get(`/fredensborg/staff/money?day=${today}`)
  assert.equal(report.statusCode, 200)
  const text = report.body.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
  assert.match(text, /I alt – 125,00 kr\. 0,00 kr\. 125,00 kr\. 2/)
  assert.match(text, /Regnskabet stemmer/)
  const money = '/fredensborg/staff/money'
  const extract = (from: string, to: string) => finn.send(money, `${money}/accounts.csv`, { from, to })
  const file = await extract(today.toString(), today.toString())
  assert.match(String(file.headers['content-type']), /text\/csv/)
  assert.equal(file.body.trimEnd().split('\r\n').length, 5)
  assert(!file.body.includes('Asta') && !report.body.includes('Asta'))
  for (const [from, to] of [
    ['2026-01-01', ''],
    ['x', 'y'],
    ['2026-02-01', '2026-01-01'],
    ['2020-01-01', '2026-01-01'],
  ]) {
    assert.equal((await extract(from ?? '', to ?? '')).statusCode, 422)
  }
  const chosen = await finn.send(money, money, { day: '2026-02-28' })
  assert.equal(chosen.headers.location, `${money}?day=2026-02-28`)
  assert.equal((await finn.send(money, money, { day: '2026-02-30' })).statusCode, 422)
  assert.equal((await finn.get(`${money}?day=7509206028`)).headers.location, money, 'what is no day is not repeated')
  assert.equal((await stranger.get('/fredensborg/staff/money')).statusCode, 403)
})

test('a bill is found by its number, and what is to be paid back is a list that names nobody', async () => {
  const claim = await lost(25_500)
  assert((await pay(ctx, claim, oreOf(25_500), 'card')).ok)
  const { loan_id, number } = await ctx.db.one<{ loan_id: LoanId; number: string }>(
    sql`select loan_id, number from compensation where id = ${claim.id}`,
  )
  const money = '/fredensborg/staff/money'
  const bill = `${moneyOf(cast.asta.id)}/compensation/${claim.id}`
  assert.equal((await finn.send(money, `${money}/bills`, { number: ` ${number} ` })).headers.location, bill)
  assert.match((await finn.send(money, `${money}/bills`, { number: 'x' })).body, /Der er ingen regning med det nummer/)
  assert(!(await finn.get(money)).body.includes(bill))
  assert(await transact(ctx, (ctx) => cancelCompensation(ctx, loan_id)))
  const { body } = await finn.get(money)
  assert(body.includes(bill) && body.includes('255,00') && !body.includes('Asta'))
})

const FEES = '/fredensborg/staff/settings/fees'

/** The form as it stands on the page. */
async function formOf(visitor: Visitor): Promise<Record<string, string>> {
  const { body } = await visitor.get(FEES)
  const inputs = [...body.matchAll(/<input\b[^>]*>/g)].map(([tag]) => tag)
  const chosen = [...body.matchAll(/<select\b[^>]*name="([^"]+)"[\s\S]*?<\/select>/g)].map(([select, name = '']) => [
    name,
    /value="([^"]*)" selected/.exec(select)?.[1] ?? '',
  ])
  return Object.fromEntries([
    ...chosen,
    ...inputs.flatMap((tag) => {
      const name = /name="([^"]+)"/.exec(tag)?.[1]
      const isUnticked = /type="checkbox"/.test(tag) && !/\schecked/.test(tag)
      return name && name !== '_csrf' && !isUnticked ? [[name, /value="([^"]*)"/.exec(tag)?.[1] ?? '']] : []
    }),
  ])
}

test('the fee table is saved as it stands on the page, and one above the cap is not, with the reason', async () => {
  const form = await formOf(finn)
  assert.equal(form['band-2-adult'], '120')
  assert.equal((await finn.send(FEES, FEES, form)).statusCode, 303)
  const { version, content } = await currentSetting(ctx, feeTable)
  assert.deepEqual(content, feeTable.initial, 'what was shown is what was meant')
  const now = { ...form, version: String(version) }
  const refused = await finn.send(FEES, FEES, { ...now, 'band-1-child': '10,50' })
  assert.equal(refused.statusCode, 422)
  assert.match(refused.body, /Over lovens loft: barn under 14 må på dag 1 højst betale 10,00/)
  assert.match(refused.body, /href="#band-1-child"/)
  assert.equal((await currentSetting(ctx, feeTable)).version, version)
  const changed = {
    ...now,
    'band-1-adult': '15',
    'band-2-adult': '',
    'band-2-child': '',
    'band-2-day': '',
    handling: '90',
  }
  assert.equal((await finn.send(FEES, FEES, changed)).statusCode, 303)
  const after = (await currentSetting(ctx, feeTable)).content
  assert.deepEqual(
    after.bands.map(({ fromDay, adult }) => [fromDay, adult]),
    [
      [1, 1_500],
      [31, 23_000],
    ],
  )
  assert.equal(after.compensation.handling_ore, 9_000)
  const late = await finn.send(FEES, FEES, now)
  assert.equal(late.statusCode, 422)
  assert.match(late.body, /En anden har ændret tabellen/)
  // What was changed can be seen, and brought back.
  const history = await finn.get(`${FEES}/history`)
  assert.match(history.body, /Fra dag 1: før [^<]*20,00[^<]*, nu [^<]*15,00/)
  const back = { version: String(version), based_on: String((await currentSetting(ctx, feeTable)).version) }
  assert.equal((await finn.send(`${FEES}/history`, `${FEES}/history`, back)).statusCode, 303)
  assert.deepEqual((await currentSetting(ctx, feeTable)).content, feeTable.initial)
})

test('whoever serves may see the fee table and not change it', async () => {
  const page = await dorte.get(FEES)
  assert.equal(page.statusCode, 200)
  assert(!page.body.includes(`action="${FEES}"`))
  assert.equal((await dorte.post(FEES, {})).statusCode >= 400, true)
  const english = await finn.get(`${FEES}?lang=en`)
  assert.equal(english.statusCode, 200)
})
