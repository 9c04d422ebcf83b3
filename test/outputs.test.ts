import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { closeOn } from '#agencies'
import { addStaff, addTerminal, setPin } from '#auth'
import { addItem, addItems, putTitles, withdrawTitle } from '#catalogue'
import { collectionSetting } from '#collection'
import { dayOf, assert as must, oreOf, type PatronId, STAFF_ROLES, type StaffId, type StaffRole } from '#core'
import { sql } from '#db'
import { feeTable, openClaims, pay } from '#fees'
import { changeTimetables, lendingCalendar, lendingRules } from '#lending-rules'
import { makeList, putOnList } from '#lists'
import { checkin, checkout, claimReturned, openLoans, replayOffline } from '#loans'
import { messageHours, queueMessages } from '#messages'
import {
  blockCard,
  enrolPatron,
  findDuplicates,
  identifiersOf,
  placeAccessBan,
  placeAutomaticBlock,
  placeLoanBlock,
  publishTerms,
  raiseTask,
  setGuardian,
  writeNote,
} from '#patrons'
import { approvePolicy, askRight, giveConsent, placeHold, policyOf, proposePolicy, restrictPatron } from '#privacy'
import { askElsewhere, interlibraryList, placeReservation, setAbsence, takeIn, takePicks } from '#reservations'
import { appearance, changeSetting } from '#settings'
import { sip2Setup } from '#sip2'
import { doors } from '#visits'
import { register } from '../src/rooms.ts'
import { runNight } from '../src/schedule.ts'
import { createSite } from '../src/site.ts'
import { type Cast, castIn, titleNamed } from './support/cast.ts'
import { type Answer, crawl, formsOf, sendForm } from './support/crawl.ts'
import { openTestLibrary, type TestLibrary } from './support/library.ts'
import { signInAs, type Visitor, visit } from './support/visitor.ts'

// What must hold of every output is tested over every page that links lead to and every form that stands on one, for
// everyone who can sign in. A route that nobody reached fails the last test, so that a new output cannot slip by.

const PASSWORD = 'fire store gule løver'
const PIN = '7391'
const HIDDEN = {
  name: 'Hemmelig Skjoldborg',
  cpr: '7509206028',
  address: 'Usynligvej 13',
  card: '29900000013',
}

let library: TestLibrary
let app: FastifyInstance
let cast: Cast
let hidden: PatronId
const logged: string[] = []
const visitors = new Map<string, Visitor>()
const reached = new Set<string>()

before(async () => {
  const log = pino(
    { level: 'debug' },
    new Writable({
      write(chunk, _encoding, done) {
        logged.push(String(chunk))
        done()
      },
    }),
  )
  library = await openTestLibrary({ log })
  cast = await castIn(library.context())
  await wantFromElsewhere()
  hidden = await liveAHiddenLife()
  await fillTheAccounts()
  await fillTheDesk()
  await fillTheirOwn()
  app = await createSite(library.installation, {})
  visitors.set('nobody', visit(app, '127.0.1.1'))
  for (const role of STAFF_ROLES) visitors.set(role, await staffWith(role))
  visitors.set('desk and finance', await staffWith('desk', 'finance'))
  await takePicksInHand()
  const { asta, bo, clara, dines } = cast
  for (const who of ['desk', 'desk and finance']) {
    await scan(visitors.get(who) as Visitor, HIDDEN.card, asta.card, bo.card, clara.number, dines.card)
  }
  visitors.set('another patron', await patronSignedIn())
  visitors.set('a screen', await screenWithHidden())
})
after(async () => {
  await app?.close()
  await library.close()
})

/** Two things from other libraries: one is here, one is still to be ordered. */
async function wantFromElsewhere(): Promise<void> {
  const ctx = library.context()
  for (const title of ['Fra et sted', 'Fra et andet']) {
    must((await askElsewhere(ctx, { patron: cast.dines.id, wanted: { title } })).ok, 'nothing is wanted from elsewhere')
  }
  const [first] = await interlibraryList(ctx)
  must(first && (await takeIn(ctx, first.title_id, { barcode: 'X1', at: cast.branch })).ok, 'nothing has come')
}

/** Someone with a protected name and address who borrows, reserves, is reminded, owes and is billed. */
async function liveAHiddenLife(): Promise<PatronId> {
  const ctx = library.context()
  const enrolled = await enrolPatron(ctx, cast.branch, {
    name: HIDDEN.name,
    cpr: HIDDEN.cpr,
    birthOn: Temporal.PlainDate.from('1990-09-15'),
    address: HIDDEN.address,
    postcode: '3480',
    city: 'Fredensborg',
    municipality: '0210',
    protected: true,
    email: 'post@example.org',
    card: HIDDEN.card,
  })
  must(enrolled.ok, 'the hidden patron was not enrolled')
  must((await setPin(ctx, enrolled.value.id, PIN, 'desk')).ok, 'no PIN was set')
  const wish = { patron: enrolled.value.id, title: cast.titles.B, pickupBranch: cast.branch }
  must((await checkout(ctx, { card: HIDDEN.card, barcode: 'A1' })).ok, 'nothing was lent')
  must((await placeReservation(ctx, wish)).ok, 'nothing was reserved')
  const begin = library.clock.now().toZonedDateTimeISO('Europe/Copenhagen').toPlainDate()
  for (let day = 1; day <= 70; day++) {
    library.clock.moveTo(library.clock.now().add({ hours: 24 }))
    await runNight(ctx, begin.add({ days: day }), {})
  }
  return enrolled.value.id
}

/** Something of everything that staff can undo, so that there is a form for it. */
async function fillTheDesk(): Promise<void> {
  await fillTheCatalogue()
  const desk = library.context({
    kind: 'staff',
    id: staffId('a1'),
    roles: ['desk'],
  })
  const ctx = library.context()
  const { clara, bo, asta } = cast
  await placeLoanBlock(desk, clara.id, { code: 'other', reason: 'prøve', message: 'prøve' })
  const fromOn = dayOf(library.clock.now())
  await placeAccessBan(desk, clara.id, { reason: 'uro', message: 'prøve', fromOn })
  for (const audience of ['staff', 'patron'] as const) await writeNote(desk, clara.id, audience, 'Noteret')
  const [, card] = await identifiersOf(ctx, clara.id)
  must(card !== undefined && (await blockCard(desk, card.id, 'lost')).ok, 'no card was lost')
  const guardian = { name: 'Asta Prøve', cpr: '740385-1048', proof: 'paper', maySee: true } as const
  must((await setGuardian(desk, clara.id, guardian)).ok, 'no guardian')
  await raiseTask(ctx, bo.id, 'disappeared')
  await raiseTask(ctx, asta.id, 'self-enrolled')
  await placeAutomaticBlock(ctx, asta.id, 'self-enrolled')
  await ctx.db.run(
    sql`update patron set name = 'Bo Prøve', birth_on = '1970-01-01' where id in (${bo.id}, ${cast.dines.id})`,
  )
  await findDuplicates(ctx)
  const loan = await ctx.db.one<{ id: string }>(sql`select id from loan where patron_id = ${hidden} limit 1`)
  // Lent while the server was gone, to somebody whose card nobody knows.
  const scan = { id: ctx.random.uuid(ctx.clock.now()), barcode: 'C1', at: ctx.clock.now(), branch: cast.branch }
  await replayOffline(ctx, [{ ...scan, kind: 'checkout', card: '404' }])
  const hold = { table: 'loan', row: loan.id, reason: 'sag' }
  must((await placeHold(library.context({ kind: 'operator', name: 'test' }), register, hold)).ok, 'no hold')
  await proposePolicies()
  const system = library.context({ kind: 'staff', id: staffId('c1'), roles: ['system'] })
  const machine = { name: 'automat-1', kind: 'self-service', branch: cast.branch, withoutPin: false } as const
  must((await addTerminal(system, machine)).ok, 'no machine')
  const operator = library.context({ kind: 'operator', name: 'test' })
  must((await restrictPatron(operator, cast.dines.id, 'prøve')).ok, 'not restricted')
  for (const patron of [hidden, asta.id]) {
    must((await askRight(ctx, patron, { kind: 'objection', wish: 'prøve' })).ok, 'nothing was asked for')
  }
}

/** A title that is kept, one that is withdrawn, and something that staff have changed, so that the list leads to both. */
async function fillTheCatalogue(): Promise<void> {
  const ctx = library.context()
  const keeper = library.context({ kind: 'staff', id: staffId('d1'), roles: ['catalogue'] })
  const item = { shelf: '86', material_group: 'standard', price_ore: null, float_group: null, volume_year: null }
  const written = { ...item, barcode: 'K1', branch_id: cast.branch, issue: '', note: '' }
  must((await addItem(keeper, cast.titles.A, written)).ok, 'no item was added')
  const now = library.clock.now()
  for (const state of ['stopped', 'waiting']) {
    const id = ctx.random.uuid(now)
    await ctx.db.run(sql`
      insert into catalogue_import (id, started_at, source, state, bytes, moved_at)
      values (${id}, ${now}, '870970', ${state}, 3, ${now})`)
    await ctx.db.run(sql`insert into catalogue_import_part values (${id}, 0, ${Buffer.from('nej')})`)
  }
  const [gone] = await putTitles(keeper, [titleNamed('Kasseret')])
  must(gone !== undefined && (await withdrawTitle(keeper, gone.id)).ok, 'no title was withdrawn')
}

/** Money in every state: part paid, owed back, with the municipality; letters to print, and settings with a history. */
async function fillTheAccounts(): Promise<void> {
  const ctx = library.context()
  const { asta, clara, branch, titles } = cast
  const wish = { patron: asta.id, title: titles.C, pickupBranch: branch }
  must((await placeReservation(ctx, wish)).ok, 'nothing was reserved')
  const claims = await openClaims(ctx, hidden)
  must(claims.length === 2, 'a late fee and the lost book are owed')
  // The book was paid for and is found again; of the late fee a part is paid.
  for (const { claim, left_ore } of claims) {
    const amount = claim.kind === 'compensation' ? left_ore : oreOf(100)
    must((await pay(ctx, claim, amount, 'card')).ok, 'nothing was paid')
  }
  must((await checkin(ctx, { barcode: 'A1', at: branch })).ok, 'nothing was found again')
  const now = ctx.clock.now()
  for (const [at, state] of (['prepared', 'sent'] as const).entries()) {
    await ctx.db.run(sql`
      insert into collection_case (id, patron_id, claim_kind, claim_id, reference, amount_ore, state, prepared_at, sent_at,
        changed_at)
      values (${ctx.random.uuid(now)}, ${hidden}, 'fee', ${ctx.random.uuid(now)}, ${`90000000${at}`}, 20000, ${state},
        ${now}, ${state === 'sent' ? now : null}, ${now})`)
  }
  await changeSetting(ctx, collectionSetting, {
    content: { ...collectionSetting.initial, on: true },
    basedOn: 0,
    by: null,
  })
  for (const setting of [
    appearance,
    lendingRules,
    lendingCalendar,
    sip2Setup,
    feeTable,
    messageHours,
    doors,
  ] as const) {
    await changeSetting<unknown>(ctx, setting, { content: setting.initial, basedOn: 0, by: null })
  }
  const operator = library.context({ kind: 'operator', name: 'prøve' })
  must((await publishTerms(operator, 'house-rules', { da: 'Vær stille.', en: 'Be quiet.' })).ok, 'no house rules')
  const party = { branch: null, day: dayOf(ctx.clock.now()).add({ days: 3 }), reason: { da: 'Fest', en: 'Party' } }
  await changeTimetables(ctx, null, (ctx) => closeOn(ctx, party))
  for (const patron_id of [clara.id, hidden]) {
    const letter = { kind: 'bill', channel: 'letter', language: 'da', recipient: null } as const
    await queueMessages(ctx, [{ ...letter, patron_id, subject: 'Regning', body: 'Du skylder biblioteket penge.' }])
  }
}

/** Loans, a list and an absence of the patron who is signed in. */
async function fillTheirOwn(): Promise<void> {
  const ctx = library.context()
  const { asta, bo, branch, titles } = cast
  const desk = library.context({ kind: 'staff', id: staffId('a1'), roles: ['desk'] })
  const numbered = ['O1', 'O2', 'O3', 'O4', 'O5', 'O6']
  const [title] = await putTitles(ctx, [titleNamed('O')])
  must(title !== undefined, 'no title')
  await addItems(
    ctx,
    numbered.map((barcode) => ({ title_id: title.id, barcode, branch_id: branch, shelf: '86' })),
  )
  for (const barcode of numbered.slice(0, 3)) {
    const lent = await checkout(desk, { card: asta.card, barcode, override: { reason: 'prøve' } })
    must(lent.ok, JSON.stringify(lent))
  }
  const [claimed] = await openLoans(ctx, asta.id)
  const on = dayOf(ctx.clock.now())
  must(claimed !== undefined && (await claimReturned(desk, claimed.id, { on })).ok, 'nothing is said to be returned')
  const list = await makeList(ctx, asta.id, 'Sommer')
  must(list.ok && (await putOnList(ctx, asta.id, { list: list.value, title: title.id })).ok, 'no list')
  must((await setAbsence(ctx, asta.id, { from_on: on.add({ days: 30 }), until_on: null })).ok, 'no absence')
  const yes = { purpose: 'website', wording: 'Ja.', wordingVersion: 1, language: 'da', channel: 'desk' } as const
  must((await giveConsent(ctx, { ...yes, patron: asta.id, givenBy: 'patron' })).ok, 'no consent')
  // Whoever is away is fetched nothing.
  must(
    (await placeReservation(ctx, { patron: bo.id, title: titles.C, pickupBranch: branch })).ok,
    'nothing was reserved',
  )
}

/** Something the desk is fetching, so that there is a form to say how it went. */
async function takePicksInHand(): Promise<void> {
  const ctx = library.context()
  const { id } = await ctx.db.one<{ id: StaffId }>(sql`select id from staff where username = 'desk'`)
  must((await takePicks(ctx, cast.branch, id, 1)).length === 1, 'nothing was to be fetched')
}

async function sendAll(visitor: Visitor, forms: Parameters<typeof sendForm>[1][]): Promise<Answer[]> {
  const answers: Answer[] = []
  for (const form of forms) answers.push(await sendForm(visitor, form, HIDDEN.cpr))
  return answers
}

/** What is found only by typing something that exists, or stands on a page only after something was done. */
async function lookUp(visitor: Visitor, who: string): Promise<Answer[]> {
  if (who === 'desk and finance') {
    // The crawl has signed the first one out.
    const fresh = await staffWith('finance', 'desk')
    await scan(fresh, HIDDEN.card)
    const { answers, forms } = await crawl(fresh, [`/fredensborg/staff/desk/patrons/${hidden}/money`], 20)
    return [...answers, ...(await sendAll(fresh, forms))]
  }
  if (who === 'another patron') return lookAtRenewals(visitor)
  if (who === 'a screen') return lookAtScreen(visitor)
  if (who !== 'desk') return []
  return lookUpAtDesk(await staffWith('desk', 'catalogue'))
}

/** At a machine of their own: the crawl has asked as much as one machine may. */
async function lookUpAtDesk(visitor: Visitor): Promise<Answer[]> {
  const page = '/fredensborg/staff/settings/lending-rules/which'
  const found = await visitor.send(page, page, { card: cast.clara.number, barcode: 'C2' })
  const printed = await visitor.get('/fredensborg/staff/letters')
  const patron = `/fredensborg/staff/desk/patrons/${cast.bo.id}`
  const scanned = await visitor.send(patron, `${patron}/scans`, { text: 'O6', branch: cast.branch })
  const lent = await visitor.get(String(scanned.headers.location))
  const wanted = await visitor.send(patron, `${patron}/reservations/search`, { text: 'O6' })
  const desk = '/fredensborg/staff/desk'
  const pages = [`${patron}/receipt`, `${desk}/handed-in`, `${desk}/keys`, '/fredensborg/staff/lending']
  const looked = await Promise.all(
    pages.map(async (url) => ({ method: 'GET' as const, url, page: url, response: await visitor.get(url) })),
  )
  const despite = `${patron}/loans/despite`
  const all = `${patron}/loans/renew-all`
  return [
    ...looked,
    { method: 'POST', url: despite, page: patron, response: await visitor.send(patron, despite, { barcode: 'O6' }) },
    { method: 'POST', url: all, page: patron, response: await visitor.send(patron, all) },
    ...(await sendAll(visitor, [...formsOf(lent.body, patron), ...formsOf(wanted.body, patron)])),
    ...(await sendAll(
      visitor,
      formsOf(found.body, page).filter(({ action }) => action !== page),
    )),
    ...(await sendAll(visitor, formsOf(printed.body, '/fredensborg/staff/letters'))),
  ]
}

/** What can be renewed, one's own and a child's, while neither is blocked; afterwards all is as it was. */
async function lookAtRenewals(guardian: Visitor): Promise<Answer[]> {
  const ctx = library.context()
  const { asta, clara } = cast
  const until = dayOf(ctx.clock.now())
  await ctx.db.run(
    sql`update loan_block set since_on = ${until.add({ days: 1 })} where patron_id in (${asta.id}, ${clara.id})`,
  )
  const lent = ['O4', 'O5']
  for (const barcode of lent) {
    const done = await checkout(ctx, { card: clara.number, barcode })
    must(done.ok, JSON.stringify(done))
  }
  const pages = ['/fredensborg/me/loans', `/fredensborg/me/children/${clara.id}`, ...(await childsOther(clara.id))]
  const answers: Answer[] = []
  for (const page of pages) {
    const { answers: seen, forms } = await crawl(guardian, [page], 1)
    answers.push(...seen, ...(await sendAll(guardian, forms)))
  }
  const consents = '/fredensborg/me/consents'
  const asked = await guardian.send('/fredensborg/me/contact', consents, { purpose: 'lists' })
  answers.push({ method: 'POST', url: consents, page: consents, response: asked })
  for (const barcode of lent) await checkin(ctx, { barcode })
  await ctx.db.run(sql`delete from loan where patron_id = ${clara.id} and returned_at is not null`)
  await ctx.db.run(sql`update loan_block set since_on = ${until} where patron_id in (${asta.id}, ${clara.id})`)
  return answers
}

/** The other pages of a child's that its guardian may see, with something reserved. */
async function childsOther(child: PatronId): Promise<string[]> {
  const placed = await placeReservation(library.context(), { patron: child, title: cast.titles.C })
  must(placed.ok, JSON.stringify(placed))
  const pages = ['reservations', `reservations/${placed.value}`, 'absence', 'money']
  return pages.map((page) => `/fredensborg/me/children/${child}/${page}`)
}

/** One that waits for a second person, and one that has had them and waits to be published. */
async function proposePolicies(): Promise<void> {
  const officer = (id: string) =>
    library.context({ kind: 'staff', id: staffId(id), roles: ['data-protection-officer'] })
  const { text } = await policyOf(library.context())
  for (const [keep, approved] of [
    ['P2Y', false],
    ['P4Y', true],
  ] as const) {
    const proposed = await proposePolicy(officer('b1'), text.replace('keep: P3Y', `keep: ${keep}`), register)
    must(proposed.ok, JSON.stringify(proposed))
    if (approved) must((await approvePolicy(officer('b2'), proposed.value.id)).ok, 'not approved')
  }
}

function staffId(end: string): StaffId {
  return `00000000-0000-7000-8000-0000000000${end}` as StaffId
}

/** As a card is scanned, so that the patron's page opens without asking why. */
async function scan(visitor: Visitor, ...cards: readonly string[]): Promise<void> {
  for (const text of cards) await visitor.send('/fredensborg/staff/desk', '/fredensborg/staff/desk/searches', { text })
}

async function staffWith(...roles: readonly StaffRole[]): Promise<Visitor> {
  const username = roles.join('-')
  const operator = library.context({ kind: 'operator', name: 'test' })
  const added = await addStaff(operator, {
    username,
    name: 'Dorte Prøve',
    email: null,
    roles,
    password: PASSWORD,
  })
  must(added.ok, `no ${username}`)
  const visitor = visit(app, `127.0.2.${visitors.size + 1}`)
  await signInAs(visitor, 'fredensborg', { username, password: PASSWORD })
  return visitor
}

async function patronSignedIn(): Promise<Visitor> {
  const ctx = library.context()
  must((await setPin(ctx, cast.asta.id, '2468', 'desk')).ok, 'no PIN was set')
  const visitor = visit(app, '127.0.3.1')
  const page = '/fredensborg/sign-in'
  const answer = await visitor.send(page, page, { presented: cast.asta.card, pin: '2468' })
  must(answer.statusCode === 303, `signing in answered ${answer.statusCode}`)
  return visitor
}

/** A self-service screen at which the hidden patron stands. */
async function screenWithHidden(): Promise<Visitor> {
  const operator = library.context({ kind: 'operator', name: 'test' })
  const machine = { name: 'skærm-1', kind: 'self-service', branch: cast.branch, withoutPin: true } as const
  const added = await addTerminal(operator, machine)
  must(added.ok, 'no machine')
  const visitor = visit(app, '127.0.3.2')
  const { name, secret } = added.value
  const paired = await visitor.send(KIOSK, `${KIOSK}/pair`, { name, secret })
  must(paired.statusCode === 303, `pairing answered ${paired.statusCode}`)
  await visitor.send(KIOSK, `${KIOSK}/card`, { presented: HIDDEN.card })
  return visitor
}

const KIOSK = '/fredensborg/kiosk'

/** What is done at a screen, each form with the nonce of the page it stands on. */
async function lookAtScreen(visitor: Visitor): Promise<Answer[]> {
  const answers: Answer[] = []
  const act = async (page: string, path: string, fields: Readonly<Record<string, string>> = {}) => {
    const url = `${KIOSK}${path}`
    const shown = await visitor.get(KIOSK + page)
    const nonce = /name="nonce" value="([^"]+)"/.exec(shown.body)?.[1] ?? ''
    const response = await visitor.send(KIOSK + page, url, { nonce, ...fields })
    const next = await visitor.get(String(response.headers.location ?? KIOSK))
    answers.push({ method: 'POST', url, page: KIOSK + page, response })
    answers.push({ method: 'GET', url: String(response.headers.location ?? KIOSK), page: url, response: next })
  }
  await act('', '/card', { presented: HIDDEN.card })
  for (const barcode of ['O6', 'A1', HIDDEN.cpr]) {
    await act('/borrow', '/borrow', { barcode })
    await act('/return', '/return', { barcode })
  }
  await act('/mine', '/renew', { loan: 'all' })
  await act('/borrow', '/receipt', { wanted: 'yes' })
  await act('/mine', '/stay', { part: 'mine' })
  await act('/mine', '/done')
  await act('', '/hand-in')
  await act('/return', '/done')
  await act('', '/card', { presented: HIDDEN.cpr })
  await act('/pin', '/pin', { pin: '0000' })
  await act('/pin', '/pin', { pin: PIN })
  return answers
}

const starts = () => [
  // This library's policy has none of them, so no link leads there.
  ...['events', 'news', 'gaming', 'staff/pcs/history'].map((path) => `/fredensborg/${path}`),
  '/',
  '/en/',
  '/fredensborg',
  '/fredensborg/search?q=fiktiv',
  '/fredensborg/search/suggest?q=ti',
  `/fredensborg/titles/${cast.titles.A}`,
  '/fredensborg/staff',
  '/fredensborg/me',
  '/fredensborg/notice.txt',
  '/fredensborg/enrol',
  KIOSK,
  '/fredensborg/staff/privacy/policy',
  `/fredensborg/staff/patrons/${hidden}?why=asked`,
  ...[hidden, cast.clara.id, cast.asta.id, cast.bo.id].map((id) => `/fredensborg/staff/desk/patrons/${id}`),
  ...[cast.clara.id, cast.dines.id].map((id) => `/fredensborg/staff/patrons/${id}?why=asked`),
]

function textOf({ response }: Answer): string {
  // How long an answer is may happen to be somebody's PIN.
  const { 'content-length': _length, ...headers } = response.headers
  return `${response.body}\n${JSON.stringify(headers)}`
}

/** Where a member of staff has given a reason that is logged, or the person's own copy is made. */
const MAY_NAME = /^(\/en)?\/fredensborg\/staff\/(desk\/)?patrons\/[0-9a-f-]{36}/
const MAY_TELL_ADDRESS = /\/(copy|address|reveal)/

// The keeper of the system comes last: what is on the staff's pages shuts accounts.
const others = STAFF_ROLES.filter((role) => role !== 'system')
for (const who of ['nobody', 'a screen', 'another patron', ...others, 'desk and finance', 'system']) {
  test(`no page that ${who} can reach tells a protected name or address, a CPR number or a PIN`, async () => {
    const visitor = visitors.get(who)
    must(visitor !== undefined, who)
    const { answers, forms } = await crawl(visitor, who === 'a screen' ? [KIOSK, `${KIOSK}/pin`] : starts())
    assert.ok(answers.length > 5, 'the crawl went nowhere')
    for (const form of forms) answers.push(await sendForm(visitor, form, HIDDEN.cpr))
    // What is done in steps: a form may be answered with the next.
    const seen = new Set(forms.map(({ action }) => action))
    const next = answers.flatMap(({ response, page }) => formsOf(response.body, page))
    for (const form of next.filter(({ action }) => !seen.has(action))) {
      answers.push(await sendForm(visitor, form, HIDDEN.cpr))
    }
    answers.push(...(await lookUp(visitor, who)))
    for (const answer of answers) {
      reached.add(`${answer.method} ${answer.url.split('?')[0]}`)
      const place = `${answer.method} ${answer.url} (on ${answer.page}), ${answer.response.statusCode}`
      const text = textOf(answer)
      assert.ok(answer.response.statusCode < 500, `${place} failed`)
      assert.ok(
        !answer.url.replace(/\D/g, '').includes(HIDDEN.cpr) || answer.method === 'GET',
        `${place}: a CPR number in an address`,
      )
      const path = answer.url.split('?')[0] ?? ''
      if (!MAY_TELL_ADDRESS.test(path)) {
        assert.ok(!text.includes(HIDDEN.address), `${place} tells the address`)
        // A policy that was sent is shown as it was sent: it is a text for the public, and about nobody.
        const isPolicy = /\/policy\/proposals$/.test(path)
        assert.ok(isPolicy || !/750920-?6028/.test(text), `${place} tells a CPR number`)
      }
      if (!MAY_NAME.test(path)) assert.ok(!text.includes('Skjoldborg'), `${place} tells the name`)
      assert.ok(!/type="password"[^>]*value="[^"]+"/.test(text), `${place} gives a password back`)
      assert.ok(!new RegExp(`>[^<]*\\b${PIN}\\b`).test(text), `${place} tells the PIN`)
    }
  })
}

test('no message tells a protected address, a CPR number or a PIN, nor the name of someone else', async () => {
  const ctx = library.context()
  const messages = await ctx.db.all<{
    patron_id: string
    subject: string | null
    body: string | null
    recipient: string | null
  }>(sql`select patron_id, subject, body, recipient from message`)
  assert.ok(
    messages.some(({ patron_id }) => patron_id === hidden),
    'the hidden patron was never written to',
  )
  for (const { patron_id, subject, body, recipient } of messages) {
    const text = [subject, body, recipient].join('\n')
    assert.ok(!text.includes(HIDDEN.address) && !text.includes(HIDDEN.cpr), text)
    if (patron_id !== hidden) assert.ok(!text.includes('Skjoldborg'), text)
  }
})

test('no line of the log holds a name, an address, a CPR number, a card or a PIN', () => {
  assert.ok(logged.length > 100, 'nothing was logged')
  for (const line of logged) {
    for (const secret of [
      'Skjoldborg',
      'Usynligvej',
      HIDDEN.cpr,
      '750920-6028',
      HIDDEN.card,
      'Asta Prøve',
      cast.asta.card,
    ]) {
      assert.ok(!line.includes(secret), line)
    }
  }
})

test('every page there is was looked at by somebody', () => {
  const missed = app.routes.filter((route) => !route.startsWith('HEAD') && !NOT_PAGES.test(route) && !isReached(route))
  assert.deepEqual(missed, [])
})

/**
 * Answers for machines, and pages that only a code, a link or MitID opens: each has tests of its own, in
 * `terminal-api.test.ts`, `offline-desk.test.ts`, `desk-scans.test.ts`, `bounce.test.ts`, `sms-outbox.test.ts`, `digital-post.test.ts`, `nexi.test.ts`, `my-push.test.ts`, `my-loans.test.ts`, `my-children.test.ts`, `my-reservations.test.ts`, `my-lists.test.ts`, `my-requests.test.ts`, `news.test.ts`, `events.test.ts`, `pcs.test.ts`, `adgangsplatformen.test.ts`, `second-factor.test.ts`, `patron-pages.test.ts`, `mitid-sign-in.test.ts`, `pages.test.ts`, and the last step
 * of an enrolment in `desk-identity.test.ts`.
 */
const NOT_PAGES =
  /\/assets\/|\/terminal\/|\/door\/|\/staff\/offline(\/state|\/key|\.js)|\/offline\/replay|\/desk\/(checkout|checkin)$|\/rest\/sip2|\/external\/|\/publizon\/|\/api\/docs|\/mail\/bounces|\/sms\/report|\/digital-post\/receipts|\/payments\/nexi|\/me\/(money|payments|push|loans\/renew|children\/:child\/(renew|money|absence\/end)|absence\/end|lists\/:id)|POST .*\/me\/erasure|service-worker\.js|\/health|time-machine|sign-out|\/oauth|\/userinfo|\/logout|\/revoke|\*|OPTIONS|POST .*\/(news|events|gaming|pcs)|\/news\/(leave|confirm)\/|\/events\/|sign-in\/(code|second-factor|municipality)|second-factor|\/pin\/new|\/mitid|desk\/enrolments$|\/enrol\//

function isReached(route: string): boolean {
  const pattern = new RegExp(`^${route.replace(/:[a-zA-Z]+/g, '[^/]+').replace(/\/$/, '/?')}$`)
  return [...reached].some((each) => pattern.test(each))
}
