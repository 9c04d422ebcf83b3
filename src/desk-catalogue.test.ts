import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { addBranch } from '#agencies'
import { addStaff } from '#auth'
import { findItem } from '#catalogue'
import { type BranchId, dayOf, type ItemId, type StaffRole } from '#core'
import { sql } from '#db'
import { checkin, checkout } from '#loans'
import { accessesOf, runRetention } from '#privacy'
import { placeReservation } from '#reservations'
import type { Context } from '#vault'
import { type Cast, castIn } from '../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../test/support/library.ts'
import { pdfText } from '../test/support/pdf-text.ts'
import { signInAs, type Visitor, visit } from '../test/support/visitor.ts'
import { register } from './rooms.ts'
import { createSite } from './site.ts'

const PASSWORD = 'fire store gule løver'
const CATALOGUE = '/fredensborg/staff/catalogue'

let library: TestLibrary
let app: FastifyInstance
let ctx: Context
let cast: Cast
let second: BranchId
/** Keeps the catalogue, and serves patrons. */
let keeper: Visitor
let colleague: Visitor
/** Serves patrons only. */
let desk: Visitor

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  cast = await castIn(ctx)
  second = await addBranch(ctx, { code: 'B', name: 'Filial Øst', address: 'Vej 2', postcode: '2600', city: 'Glostrup' })
  app = await createSite(library.installation)
  keeper = await signedIn('karen', ['catalogue', 'desk'])
  colleague = await signedIn('kaj', ['catalogue'])
  desk = await signedIn('dora', ['desk'])
})
after(async () => {
  await app?.close()
  await library.close()
})

async function signedIn(username: string, roles: StaffRole[]): Promise<Visitor> {
  const operator = library.context({ kind: 'operator', name: 'drift' })
  assert.ok(
    (await addStaff(operator, { username, name: `${username} prøve`, email: null, roles, password: PASSWORD })).ok,
  )
  const visitor = visit(app)
  await signInAs(visitor, 'fredensborg', { username, password: PASSWORD })
  return visitor
}

const TITLE = {
  title: 'Den grønne have',
  author: 'Havemand, Hans',
  contributors: 'Tegner, Tine\nOversætter, Ole',
  material: 'book',
  audience: 'adult',
  language: 'dan',
  year: '2024',
  isbn: '978-87-02-00000-9',
  dk5: '63.5',
}

/** A title with items, entered by hand. */
async function titleWith(name: string, barcodes: readonly string[]): Promise<string> {
  const added = await keeper.send(`${CATALOGUE}/titles/new`, `${CATALOGUE}/titles`, { ...TITLE, isbn: '', title: name })
  assert.equal(added.statusCode, 303, added.body)
  const title = String(added.headers.location).split('/').at(-1) ?? ''
  for (const barcode of barcodes) {
    const page = `${CATALOGUE}/titles/${title}/items`
    const done = await keeper.send(`${page}/new`, page, item(barcode))
    assert.equal(done.statusCode, 303, done.body)
  }
  return title
}

const item = (barcode: string, more: Readonly<Record<string, string>> = {}) => ({
  barcode,
  branch: cast.branch,
  shelf: '63.5 Hav',
  material_group: 'standard',
  price: '',
  ...more,
})

async function itemPage(barcode: string): Promise<string> {
  const found = await findItem(ctx, barcode)
  assert.ok(found, barcode)
  return `${CATALOGUE}/items/${found.id}`
}

const stateOf = async (barcode: string) => (await findItem(ctx, barcode))?.state
const words = (body: string) =>
  body
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()

describe('finding', () => {
  test('a scanned barcode opens its item, and words find the title', async () => {
    const scanned = await desk.get(`${CATALOGUE}?q=A1`)
    assert.equal(scanned.statusCode, 303)
    assert.equal(scanned.headers.location, await itemPage('A1'))
    const found = await desk.get(`${CATALOGUE}?q=${encodeURIComponent('titel a')}`)
    assert.match(words(found.body), /Titel A Forfatter, Fiktiv 2001 Bog 2 af 2/)
    assert.match((await desk.get(`${CATALOGUE}?q=findes+slet+ikke`)).body, /Vi har intet, der passer/)
  })

  test('a card scanned into the search field is neither looked for nor shown again', async () => {
    const answer = await desk.get(`${CATALOGUE}?q=7403851048`)
    assert.equal(answer.headers.location, CATALOGUE)
    assert.match((await desk.get(CATALOGUE)).body, /Det ligner et kort/)
  })

  test('whoever only serves patrons sees the catalogue and changes nothing in it', async () => {
    const { body } = await desk.get(CATALOGUE)
    assert.match(body, /rollen katalog/)
    assert.equal((await desk.get(`${CATALOGUE}/titles/new`)).statusCode, 403)
    const a1 = await itemPage('A1')
    assert.equal((await desk.get(`${a1}/edit`)).statusCode, 403)
    assert.equal((await desk.send(a1, `${a1}/state`, { act: 'withdraw' })).statusCode, 403)
    assert.equal(await stateOf('A1'), 'available')
  })
})

describe('titles by hand', () => {
  test('a title is entered with its fields, found again, edited, and what was changed is told', async () => {
    const added = await keeper.send(`${CATALOGUE}/titles/new`, `${CATALOGUE}/titles`, TITLE)
    assert.equal(added.statusCode, 303, added.body)
    const page = String(added.headers.location)
    const shown = words((await keeper.get(page)).body)
    assert.match(shown, /Tegner, Tine; Oversætter, Ole/)
    assert.match(shown, /9788702000009/)
    assert.match(shown, /Dansk/)
    assert.match((await desk.get(`${CATALOGUE}?q=9788702000009`)).body, /Den grønne have/)
    const form = (await keeper.get(`${page}/edit`)).body
    const version = /name="version" value="(\d+)"/.exec(form)?.[1] ?? ''
    const edited = await keeper.send(`${page}/edit`, `${page}/edit`, { ...TITLE, version, title: 'Den grønneste have' })
    assert.equal(edited.statusCode, 303, edited.body)
    assert.match(words((await keeper.get(page)).body), /Titel: før Den grønne have, nu Den grønneste have karen prøve/)
  })

  test('what is wrong is said beside the field, and what was typed stays', async () => {
    const wrong = await keeper.send(`${CATALOGUE}/titles/new`, `${CATALOGUE}/titles`, {
      ...TITLE,
      title: '',
      isbn: '978-87-02-00000-3',
      year: 'i fjor',
      dk5: 'have',
      author: 'Ært, Åse',
    })
    assert.equal(wrong.statusCode, 422)
    for (const field of ['title', 'isbn', 'year', 'dk5']) assert.match(wrong.body, new RegExp(`href="#${field}"`))
    assert.match(wrong.body, /value="Ært, Åse"/)
  })

  test('a title whose ISBN the library has already is entered only when staff say that it is another', async () => {
    const again = { ...TITLE, title: 'En anden have' }
    const asked = await keeper.send(`${CATALOGUE}/titles/new`, `${CATALOGUE}/titles`, again)
    assert.equal(asked.statusCode, 409)
    assert.match(asked.body, /samme ISBN/)
    const added = await keeper.send(`${CATALOGUE}/titles/new`, `${CATALOGUE}/titles`, { ...again, known: 'yes' })
    assert.equal(added.statusCode, 303)
  })

  test('of two who edit a title at once the second is told what the first has changed', async () => {
    const title = await titleWith('To på én gang', [])
    const page = `${CATALOGUE}/titles/${title}/edit`
    const version = /name="version" value="(\d+)"/.exec((await colleague.get(page)).body)?.[1] ?? ''
    const typed = { ...TITLE, isbn: '', version }
    assert.equal((await keeper.send(page, page, { ...typed, title: 'Den enes' })).statusCode, 303)
    const refused = await colleague.send(page, page, { ...typed, title: 'Den andens' })
    assert.equal(refused.statusCode, 409)
    assert.match(words(refused.body), /En anden har ændret det imens/)
    assert.match(words(refused.body), /før To på én gang, nu Den enes karen prøve/)
    assert.match(refused.body, /value="Den andens"/)
    const newest = /name="version" value="(\d+)"/.exec(refused.body)?.[1] ?? ''
    assert.equal((await colleague.send(page, page, { ...typed, title: 'Den andens', version: newest })).statusCode, 303)
  })
})

describe('items', () => {
  test('an item is added with barcode, shelf, group and price, and the next one is proposed beside it', async () => {
    const title = await titleWith('Bogen med flere', [])
    const page = `${CATALOGUE}/titles/${title}/items`
    const done = await keeper.send(
      `${page}/new`,
      page,
      item('ny-1', { price: '1.249,50', note: 'Kort mangler', next: 'more' }),
    )
    assert.equal(String(done.headers.location), `${page}/new`)
    const added = await findItem(ctx, 'ny-1')
    assert.equal(added?.price_ore, 124950)
    assert.equal(added?.state, 'available')
    const next = (await keeper.get(`${page}/new`)).body
    assert.match(next, /value="63.5 Hav"/)
    assert.match(next, /id="barcode" name="barcode"[^>]*value=""/s)
    assert.match(words((await keeper.get(await itemPage('ny-1'))).body), /Kort mangler/)
  })

  test('a barcode belongs to one item only', async () => {
    const title = await titleWith('Stregkoder', ['ens-1', 'ens-2'])
    const page = `${CATALOGUE}/titles/${title}/items`
    for (const [barcode, why] of [
      ['ens-1', /Et andet eksemplar har den stregkode/],
      ['med mellemrum', /højst 16 tal og bogstaver/],
      ['', /Scan eller skriv stregkoden/],
    ] as const) {
      const refused = await keeper.send(`${page}/new`, page, item(barcode))
      assert.equal(refused.statusCode, 422, barcode)
      assert.match(refused.body, why)
    }
    const edit = `${await itemPage('ens-2')}/edit`
    const taken = await keeper.send(edit, edit, item('ens-1', { version: '1' }))
    assert.equal(taken.statusCode, 422)
    assert.match(taken.body, /href="#barcode"/)
  })

  test('of two who edit an item at once the second is told what the first has changed', async () => {
    await titleWith('Én hylde', ['to-1'])
    const page = `${await itemPage('to-1')}/edit`
    assert.equal((await keeper.send(page, page, item('to-1', { version: '1', branch: second }))).statusCode, 303)
    const refused = await colleague.send(page, page, item('to-1', { version: '1', shelf: 'Kælder' }))
    assert.equal(refused.statusCode, 409)
    assert.match(words(refused.body), /Hører til på: før Hovedbibliotek, nu Filial Øst karen prøve/)
    assert.equal((await findItem(ctx, 'to-1'))?.shelf, '63.5 Hav')
  })

  test('a loan in between is no change that anyone must be told of', async () => {
    await titleWith('Lånt imens', ['lånt-1'.replace('å', 'a')])
    const page = `${await itemPage('lant-1')}/edit`
    assert.ok((await checkout(ctx, { card: cast.asta.card, barcode: 'lant-1' })).ok)
    assert.equal((await keeper.send(page, page, item('lant-1', { version: '1', shelf: 'Kælder' }))).statusCode, 303)
    assert.equal(await stateOf('lant-1'), 'on-loan')
  })

  test('anyone at the desk says that an item is damaged, mended or missing', async () => {
    await titleWith('Slidt', ['slidt-1'])
    const page = await itemPage('slidt-1')
    for (const [act, state] of [
      ['damaged', 'damaged'],
      ['mended', 'available'],
      ['missing', 'missing'],
    ] as const) {
      assert.equal((await desk.send(page, `${page}/state`, { act })).statusCode, 303)
      assert.equal(await stateOf('slidt-1'), state)
    }
    assert.match(words((await desk.get(page)).body), /Kunne ikke findes dora prøve/)
  })

  test('an item on loan is not withdrawn; one on the shelf is, and can be brought back', async () => {
    await titleWith('Kassér mig', ['kas-1', 'kas-2'])
    const page = await itemPage('kas-1')
    assert.ok((await checkout(ctx, { card: cast.asta.card, barcode: 'kas-1' })).ok)
    const refused = await keeper.send(page, `${page}/state`, { act: 'withdraw' })
    assert.equal(refused.statusCode, 409)
    assert.match(refused.body, /Det er udlånt/)
    await checkin(ctx, { barcode: 'kas-1' })
    assert.equal((await keeper.send(page, `${page}/state`, { act: 'withdraw' })).statusCode, 303)
    assert.equal(await stateOf('kas-1'), 'withdrawn')
    assert.equal((await keeper.send(page, `${page}/state`, { act: 'restore' })).statusCode, 303)
    assert.equal(await stateOf('kas-1'), 'available')
  })

  test('the last item that somebody waits for is withdrawn only when staff say that they are to be told', async () => {
    const title = await titleWith('Den sidste', ['sid-1'])
    assert.ok((await checkout(ctx, { card: cast.asta.card, barcode: 'sid-1' })).ok)
    const wish = { patron: cast.bo.id, title: title as never, pickupBranch: cast.branch }
    assert.ok((await placeReservation(ctx, wish)).ok)
    await ctx.db.run(sql`update item set state = 'available' where barcode = 'sid-1'`)
    const page = await itemPage('sid-1')
    const asked = await keeper.send(page, `${page}/state`, { act: 'withdraw' })
    assert.equal(asked.statusCode, 409)
    assert.match(words(asked.body), /Det er det sidste eksemplar, og én låner venter/)
    assert.equal(await stateOf('sid-1'), 'available')
    assert.equal((await keeper.send(page, `${page}/state`, { act: 'withdraw', tell: 'yes' })).statusCode, 303)
    assert.equal(await stateOf('sid-1'), 'withdrawn')
  })

  test('items move to another branch by a list of scans, and what is lent follows when it is back', async () => {
    await titleWith('Flytter', ['fl-1', 'fl-2', 'fl-3'])
    assert.ok((await checkout(ctx, { card: cast.asta.card, barcode: 'fl-2' })).ok)
    const page = `${CATALOGUE}/move`
    const sent = { barcodes: 'fl-1\nfl-2\nukendt-9', branch: second }
    const moved = words((await keeper.send(page, page, sent)).body)
    assert.match(moved, /fl-1 Undervejs: læg det i kassen/)
    assert.match(moved, /fl-2 Følger efter/)
    assert.match(moved, /ukendt-9 Ikke flyttet/)
    assert.deepEqual([await stateOf('fl-1'), await stateOf('fl-2')], ['in-transit', 'on-loan'])
    assert.equal((await findItem(ctx, 'fl-2'))?.branch_id, second)
    await keeper.send(page, page, { barcodes: 'fl-3', branch: second, shelf: 'Ny hylde', there: 'yes' })
    const there = await findItem(ctx, 'fl-3')
    assert.deepEqual([there?.state, there?.at_branch_id, there?.shelf], ['available', second, 'Ny hylde'])
  })
})

describe('withdrawing a title', () => {
  test('a title with something on loan is not withdrawn, and then goes with all its items', async () => {
    const title = await titleWith('Hele titlen', ['hel-1', 'hel-2'])
    const page = `${CATALOGUE}/titles/${title}`
    assert.ok((await checkout(ctx, { card: cast.asta.card, barcode: 'hel-1' })).ok)
    const refused = await keeper.send(page, `${page}/withdrawal`)
    assert.equal(refused.statusCode, 409)
    assert.match(refused.body, /Et eksemplar er udlånt/)
    await checkin(ctx, { barcode: 'hel-1' })
    assert.equal((await keeper.send(page, `${page}/withdrawal`)).statusCode, 303)
    assert.deepEqual([await stateOf('hel-1'), await stateOf('hel-2')], ['withdrawn', 'withdrawn'])
    assert.match((await keeper.get(page)).body, /Titlen blev kasseret/)
    const asPatron = visit(app, '127.0.7.7')
    assert.doesNotMatch((await asPatron.get('/fredensborg/search?q=hele+titlen')).body, new RegExp(title))
    assert.equal((await asPatron.get(`/fredensborg/titles/${title}`)).statusCode, 404)
    assert.match(words((await desk.get(`${CATALOGUE}?q=hele+titlen`)).body), /Hele titlen [^.]*Kasseret/)
    const items = `${page}/items`
    assert.equal((await keeper.send(`${items}/new`, items, item('hel-3'))).statusCode, 409)
    assert.equal((await keeper.send(page, `${page}/return`)).statusCode, 303)
    assert.doesNotMatch((await keeper.get(page)).body, /Titlen blev kasseret/)
    assert.match((await asPatron.get('/fredensborg/search?q=hele+titlen')).body, new RegExp(title))
  })

  test('while somebody waits it is withdrawn only when staff say that they are to be told', async () => {
    const title = await titleWith('Ventet', ['ven-1'])
    assert.ok((await checkout(ctx, { card: cast.asta.card, barcode: 'ven-1' })).ok)
    const wish = { patron: cast.bo.id, title: title as never, pickupBranch: cast.branch }
    assert.ok((await placeReservation(ctx, wish)).ok)
    await ctx.db.run(sql`update item set state = 'available' where barcode = 'ven-1'`)
    const page = `${CATALOGUE}/titles/${title}`
    assert.match((await keeper.send(page, `${page}/withdrawal`)).body, /Nogen venter på titlen/)
    assert.equal((await keeper.send(page, `${page}/withdrawal`, { tell: 'yes' })).statusCode, 303)
  })
})

describe('who has it', () => {
  test('the page of an item says when it is due and names nobody', async () => {
    assert.ok((await checkout(ctx, { card: cast.clara.card, barcode: 'B1' })).ok)
    const { body } = await desk.get(await itemPage('B1'))
    assert.match(words(body), /Udlånt\. Afleveres senest/)
    for (const told of ['Clara', cast.clara.number, cast.clara.card]) assert.ok(!body.includes(told), told)
    assert.doesNotMatch((await colleague.get(await itemPage('B1'))).body, /\/borrower/)
  })

  test('staff who say why are shown the patron number, and the patron can see that they asked', async () => {
    const page = await itemPage('B1')
    const before = (await accessesOf(ctx, cast.clara.id)).length
    const unsaid = await desk.send(page, `${page}/borrower`, { why: '' })
    assert.equal(unsaid.statusCode, 422)
    assert.ok(!unsaid.body.includes(cast.clara.number))
    const told = await desk.send(page, `${page}/borrower`, { why: 'awaited' })
    assert.ok(told.body.includes(cast.clara.number))
    assert.ok(!told.body.includes('Clara'))
    const [look, ...rest] = await accessesOf(ctx, cast.clara.id)
    assert.equal(rest.length, before)
    assert.equal(look?.why, 'Nogen venter på materialet')
    assert.equal((await colleague.send(page, `${page}/borrower`, { why: 'awaited' })).statusCode, 403)
  })

  test('when the loan is forgotten nobody can be named', async () => {
    const { id } = await ctx.db.one<{ id: ItemId }>(sql`select id from item where barcode = 'C2'`)
    const page = `${CATALOGUE}/items/${id}`
    assert.doesNotMatch((await desk.get(page)).body, /borrower/)
    const told = await desk.send(CATALOGUE, `${page}/borrower`, { why: 'inside' })
    assert.match(told.body, /biblioteket ved ikke længere/)
  })
})

test('a barcode or an ISBN that looks like a CPR number is kept, found and shown', async () => {
  const title = await titleWith('Ligner', ['0101701234'])
  const found = await desk.get(`${CATALOGUE}?q=0101701234`)
  assert.equal(found.headers.location, await itemPage('0101701234'))
  assert.match((await keeper.get(`${await itemPage('0101701234')}/edit`)).body, /value="0101701234"/)
  assert.match((await desk.get(`${CATALOGUE}/labels?title=${title}`)).body, />\n0101701234<\/textarea>/)
})

describe('labels', () => {
  test('labels are made for what was scanned, from the place on the sheet that is free', async () => {
    await titleWith('Etiketbogen', ['et-1', 'et-2'])
    const page = `${CATALOGUE}/labels`
    const sent = { barcodes: 'et-1\net-2', kind: 'both', sheet: 'L7651', start: '65' }
    const made = await desk.send(page, page, sent)
    assert.equal(made.headers['content-type'], 'application/pdf')
    const text = pdfText(made.rawPayload)
    for (const said of ['et-1', 'et-2', 'Etiketbogen', '63.5Hav', 'Havemand']) assert.ok(text.includes(said), said)
    assert.equal([...made.rawPayload.toString('latin1').matchAll(/\/Type \/Page\b/g)].length, 2, 'label 65 is the last')
  })

  test('an unknown barcode and a place that is not on the sheet are told of', async () => {
    const page = `${CATALOGUE}/labels`
    const wrong = await desk.send(page, page, { barcodes: 'findes-ikke', sheet: 'L7160', start: '22' })
    assert.equal(wrong.statusCode, 422)
    assert.match(wrong.body, /Vi har ikke findes-ikke/)
    assert.match(wrong.body, /et tal fra 1 til 21/)
  })
})

test('who has changed what in the catalogue is forgotten on the policy’s day, and the change with it', async () => {
  const made = await ctx.db.one<{ changes: number; named: number }>(sql`
    select count(*)::int as changes, count(changed_by)::int as named from catalogue_change`)
  assert.ok(made.changes > 0 && made.named > 0)
  const night = dayOf(ctx.clock.now())
  await runRetention(ctx, register, night.add({ years: 1 }).subtract({ days: 1 }))
  const before = await ctx.db.one<{ changes: number }>(sql`select count(*)::int as changes from catalogue_change`)
  assert.equal(before.changes, made.changes)
  await runRetention(ctx, register, night.add({ years: 1, days: 1 }))
  assert.equal(await ctx.db.maybe(sql`select from catalogue_change`), undefined)
})
