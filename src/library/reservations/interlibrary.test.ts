import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { searchTitles } from '#catalogue'
import { dayOf, type TitleId } from '#core'
import { sql } from '#db'
import { lendingRules } from '#lending-rules'
import { checkin, checkout, openLoans, renew } from '#loans'
import { readSetting } from '#settings'
import type { Context } from '#vault'
import { type MyPages, openMyPages } from '../../../test/support/my-pages.ts'
import {
  askElsewhere,
  deleteReservation,
  endInterlibrary,
  expireReservations,
  INTERLIBRARY_STATES,
  interlibraryList,
  orderElsewhere,
  reservationsOf,
  takeIn,
} from './index.ts'

let my: MyPages
let ctx: Context
before(async () => {
  my = await openMyPages()
  ctx = my.library.context()
})
after(() => my.close())

const ASK = '/fredensborg/me/interlibrary'

async function only(): Promise<Awaited<ReturnType<typeof interlibraryList>>[number]> {
  const [row, ...more] = await interlibraryList(ctx)
  assert.ok(row)
  assert.equal(more.length, 0)
  return row
}

async function ask(title: string, patron = my.cast.asta.id): Promise<TitleId> {
  const asked = await askElsewhere(ctx, { patron, wanted: { title } })
  assert.ok(asked.ok, JSON.stringify(asked))
  return (await only()).title_id
}

async function kindOf(result: Promise<{ ok: boolean; refusal?: { kind: string } }>): Promise<string> {
  const done = await result
  return done.ok ? 'ok' : (done.refusal?.kind ?? '')
}

test('a patron asks for what the library does not have; it waits among the reservations and is found by no search', async () => {
  const asta = await my.signedIn('asta')
  const nothing = await asta.get('/fredensborg/search?q=Kvadratisk%20Sk%C3%B8nhed')
  assert.match(nothing.body, new RegExp(`href="${ASK}"`), 'a search that finds nothing leads there')
  const empty = await asta.send(ASK, ASK, { title: ' ', material: 'book', branch: my.cast.branch })
  assert.equal(empty.statusCode, 422)
  assert.match(empty.body, /href="#title"/)
  const cpr = await asta.send(ASK, ASK, { title: 'Om 740385-1048', branch: my.cast.branch })
  assert.equal(cpr.statusCode, 422)
  assert.doesNotMatch(cpr.body, /740385/)
  const wish = {
    title: 'Kvadratisk Skønhed',
    author: 'Tegner, T',
    year: '1931',
    material: 'book',
    branch: my.cast.branch,
  }
  assert.equal((await asta.send(ASK, ASK, { ...wish, year: 'for længst' })).statusCode, 422)
  assert.equal((await asta.send(ASK, ASK, wish)).statusCode, 303)
  const again = await asta.send(ASK, ASK, wish)
  assert.match(again.body, /Du har allerede bestilt det/)
  assert.match((await asta.get('/fredensborg/me/reservations')).body, /Kvadratisk Skønhed/)
  assert.equal((await searchTitles(ctx, { text: 'Kvadratisk Skønhed' })).total, 0)
  assert.equal((await only()).state, 'asked')
})

test('staff order it, take it in and lend it as anything else; returned, it is sent home and leaves the collection', async () => {
  const { title_id: title } = await only()
  assert.equal(await kindOf(orderElsewhere(ctx, title, { lender: ' ' })), 'no-lender')
  assert.equal(await kindOf(orderElsewhere(ctx, title, { lender: 'Herning' })), 'ok')
  assert.equal(await kindOf(orderElsewhere(ctx, title, { lender: 'Stevns' })), 'not-from-here', 'a colleague was first')
  const at = my.cast.branch
  assert.equal(await kindOf(takeIn(ctx, title, { barcode: 'A1', at })), 'barcode-taken')
  assert.equal((await only()).state, 'ordered', 'nothing is half done')
  const past = { barcode: 'HER1', at, returnBy: Temporal.PlainDate.from('2001-01-01') }
  assert.equal(await kindOf(takeIn(ctx, title, past)), 'day-past')
  assert.equal(await kindOf(takeIn(ctx, title, { barcode: 'HER1', at })), 'ok')
  const [ready] = await reservationsOf(ctx, my.cast.asta.id)
  assert.equal(ready?.state, 'ready')
  assert.equal(await kindOf(endInterlibrary(ctx, title)), 'in-use', 'it is kept for somebody')
  assert.ok((await checkout(ctx, { card: my.cast.asta.card, barcode: 'HER1' })).ok)
  assert.equal(await kindOf(endInterlibrary(ctx, title)), 'in-use', 'somebody has it')
  assert.ok((await checkin(ctx, { barcode: 'HER1', at })).ok)
  assert.equal(await kindOf(endInterlibrary(ctx, title)), 'ok')
  assert.equal(await kindOf(endInterlibrary(ctx, title)), 'not-from-here')
  assert.deepEqual(await interlibraryList(ctx), [])
  assert.ok(
    !(await checkout(ctx, { card: my.cast.asta.card, barcode: 'HER1' })).ok,
    'it is in the collection no longer',
  )
})

test('what cannot be had is told of at once, and what nobody wants any more is forgotten by the night', async () => {
  const title = await ask('Umulig at skaffe')
  assert.equal(await kindOf(endInterlibrary(ctx, title)), 'ok')
  assert.deepEqual(await reservationsOf(ctx, my.cast.asta.id), [])
  const told = await ctx.db.all<{ kind: string }>(sql`
    select kind from message where patron_id = ${my.cast.asta.id} order by queued_at desc limit 1`)
  assert.deepEqual(told, [{ kind: 'cannot-be-obtained' }])

  await ask('Fortrudt igen')
  const [wish] = await reservationsOf(ctx, my.cast.asta.id)
  assert.ok(wish && (await deleteReservation(ctx, wish.id)))
  await expireReservations(ctx, Temporal.PlainDate.from('2026-01-03'))
  assert.deepEqual(await interlibraryList(ctx), [])
})

test('the library has it itself, is blocked for the patron, or there are too many: nothing is written', async () => {
  const owned = { patron: my.cast.bo.id, wanted: { title: 'Titel A', recordId: 'A' } }
  assert.equal(await kindOf(askElsewhere(ctx, owned)), 'owned')
  const nowhere = { patron: my.cast.bo.id, wanted: { title: 'Et sted' }, pickupBranch: 'ingen' as never }
  assert.equal(await kindOf(askElsewhere(ctx, nowhere)), 'unknown-branch')
  const before = await ctx.db.one<{ titles: number }>(sql`select count(*)::int as titles from title`)
  const past = {
    patron: my.cast.bo.id,
    wanted: { title: 'For sent' },
    interestUntil: Temporal.PlainDate.from('2001-01-01'),
  }
  assert.equal(await kindOf(askElsewhere(ctx, past)), 'interest-in-past')
  assert.deepEqual(await ctx.db.one(sql`select count(*)::int as titles from title`), before)
  for (const [from, to] of Object.entries(INTERLIBRARY_STATES)) assert.ok(!to.includes(from as never), `${from} again`)
})

test('the patron has it no longer than the library that owns it allows, and is told so', async () => {
  const { asta, branch: at } = my.cast
  const today = () => dayOf(my.library.clock.now())
  const { loanDays } = (await readSetting(ctx, lendingRules)).general
  const returnBy = today().add({ days: loanDays + 3 })
  const taken = { barcode: 'HER2', at, returnBy }
  assert.equal(await kindOf(takeIn(ctx, await ask('Kun til låns'), taken)), 'ok')
  assert.ok((await checkout(ctx, { card: asta.card, barcode: 'HER2' })).ok)
  const loanOf = async () => (await openLoans(ctx, asta.id)).find(({ barcode }) => barcode === 'HER2')
  const first = await loanOf()
  assert.ok(first)
  assert.ok(first.due_on.equals(today().add({ days: loanDays })))
  my.pass({ hours: 24 * 10 })
  const renewed = await renew(ctx, first.id)
  assert.ok(renewed.ok && renewed.value.due_on.equals(returnBy), 'not the whole period')
  const [again] = (await loanOf())?.denials ?? []
  assert.equal(again?.kind, 'lender-wants-back')
  const page = await (await my.signedIn('asta')).get('/fredensborg/me/loans')
  assert.match(page.body, /er lånt af et andet bibliotek, som skal have det tilbage senest/)
  assert.equal(await kindOf(renew(ctx, first.id)), 'lender-wants-back')
  assert.ok((await checkin(ctx, { barcode: 'HER2', at })).ok)
  my.pass({ hours: 24 * (loanDays - 7) })
  assert.ok(today().equals(returnBy))
  const last = await checkout(ctx, { card: asta.card, barcode: 'HER2' })
  assert.ok(last.ok && last.value.due_on.equals(returnBy))
  assert.ok((await checkin(ctx, { barcode: 'HER2', at })).ok)
  my.pass({ hours: 24 })
  assert.equal(await kindOf(checkout(ctx, { card: asta.card, barcode: 'HER2' })), 'lender-wants-back')
})
