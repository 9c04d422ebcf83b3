import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addBranch } from '#agencies'
import { addItems, putTitles } from '#catalogue'
import type { BranchId, ReservationId, TitleId } from '#core'
import { dayOf, assert as must } from '#core'
import { sql } from '#db'
import { checkin } from '#loans'
import { placeReservation, readAbsence } from '#reservations'
import { titleNamed } from '../test/support/cast.ts'
import { fieldsOf, type MyPages, openMyPages } from '../test/support/my-pages.ts'
import { visit } from '../test/support/visitor.ts'

const ME = '/fredensborg/me'
const MINE = `${ME}/reservations`
const ABSENCE = `${ME}/absence`

let my: MyPages
let otherBranch: BranchId
before(async () => {
  my = await openMyPages()
  otherBranch = await addBranch(my.library.context(), {
    code: 'B',
    name: 'Humlebæk Bibliotek',
    address: 'Stationsvej 1',
    postcode: '3050',
    city: 'Humlebæk',
  })
})
after(() => my.close())

function reservePath(title: TitleId): string {
  return `/fredensborg/titles/${title}/reserve`
}

function rows(): Promise<
  {
    id: ReservationId
    title_id: TitleId
    pickup_branch_id: BranchId
    interest_until_on: Temporal.PlainDate
    kind: string
  }[]
> {
  return my.library.context().db.all(sql`
    select id, title_id, pickup_branch_id, interest_until_on, kind from reservation
    where patron_id = ${my.cast.asta.id} order by placed_at, id`)
}

test('a guest who wants to reserve is sent to sign in, and comes back to the same title', async () => {
  const guest = visit(my.app)
  const title = await guest.get(`/fredensborg/titles/${my.cast.titles.A}`)
  assert.ok(title.body.includes(`href="${reservePath(my.cast.titles.A)}"`), 'the page of the title has the way')
  const answer = await guest.get(reservePath(my.cast.titles.A))
  assert.equal(
    answer.headers.location,
    `/fredensborg/sign-in?next=${encodeURIComponent(reservePath(my.cast.titles.A))}`,
  )
})

test('a patron reserves from the page of a title, says where and how long, and sees the place in the queue', async () => {
  const path = reservePath(my.cast.titles.A)
  must(
    (await placeReservation(my.library.context(), { patron: my.cast.bo.id, title: my.cast.titles.A })).ok,
    'not placed',
  )
  my.pass({ seconds: 1 })
  const asta = await my.signedIn('asta')
  const { _csrf = '' } = fieldsOf((await asta.get(path)).body, path)
  const done = await asta.post(path, { _csrf, branch: otherBranch, months: '3' })
  assert.deepEqual([done.statusCode, done.headers.location], [303, MINE])
  const page = await asta.get(MINE)
  assert.match(page.body, /Det er reserveret\. Du er nummer 2 i køen\./)
  assert.match(page.body, /Du er nummer 2 i køen/)
  assert.match(page.body, /Hentes på Humlebæk Bibliotek/)
  const [row] = await rows()
  const until = dayOf(my.library.clock.now()).add({ months: 3 })
  assert.equal(row?.interest_until_on.toString(), until.toString())
  assert.match((await asta.get(`/fredensborg/titles/${my.cast.titles.A}`)).body, /Du har reserveret titlen/)
})

test('a second tap reserves nothing more and says that it is reserved', async () => {
  const path = reservePath(my.cast.titles.A)
  const asta = await my.signedIn('asta')
  const { _csrf = '' } = fieldsOf((await asta.get(path)).body, path)
  const again = await asta.post(path, { _csrf, branch: otherBranch })
  assert.deepEqual([again.statusCode, again.headers.location], [303, MINE])
  assert.equal((await rows()).length, 1)
})

test('what cannot be reserved is refused in plain words on the same page, and what was chosen is kept', async () => {
  const [empty] = await putTitles(my.library.context(), [titleNamed('Uden eksemplar')])
  assert.ok(empty)
  const path = reservePath(empty.id)
  const asta = await my.signedIn('asta')
  const { _csrf = '' } = fieldsOf((await asta.get(path)).body, path)
  const answer = await asta.post(path, { _csrf, branch: otherBranch, months: '6' })
  assert.equal(answer.statusCode, 422)
  assert.match(answer.body, /href="#branch">Biblioteket har ingen eksemplarer af den\./)
  assert.match(answer.body, new RegExp(`value="${otherBranch}" selected`))
  assert.match(answer.body, /value="6" selected/)
  assert.equal((await rows()).length, 1)
})

test('several editions of one wish are shown as one, and deleted as one', async () => {
  const ctx = my.library.context()
  const editions = await putTitles(ctx, [
    { ...titleNamed('Fabel 1'), title: 'Fablen', year: 1999 },
    { ...titleNamed('Fabel 2'), title: 'Fablen', year: 2015 },
  ])
  await addItems(
    ctx,
    editions.map(({ id }, at) => ({ title_id: id, barcode: `F${at}`, branch_id: my.cast.branch, shelf: null })),
  )
  const [first, second] = editions
  assert.ok(first && second)
  const path = reservePath(first.id)
  const asta = await my.signedIn('asta')
  const page = await asta.get(path)
  assert.match(page.body, /Må det også være en anden udgave\?/)
  const { _csrf = '' } = fieldsOf(page.body, path)
  await asta.post(path, { _csrf, branch: my.cast.branch, edition: second.id })
  assert.deepEqual(
    (await rows()).slice(1).map(({ kind }) => kind),
    ['parallel', 'parallel'],
  )
  const list = (await asta.get(MINE)).body
  assert.equal(list.match(/Den første, der bliver ledig, af: Fablen \(\d+\), Fablen \(\d+\)/g)?.length, 1)
  assert.match((await asta.get(ME)).body, /2 reserveringer/)
  const [, parallel] = await rows()
  assert.ok(parallel)
  const mine = `${MINE}/${parallel.id}`
  const fields = fieldsOf((await asta.get(mine)).body, `${mine}/delete`)
  assert.equal((await asta.post(`${mine}/delete`, fields)).headers.location, MINE)
  assert.equal((await rows()).length, 1)
  assert.equal((await asta.post(`${mine}/delete`, fields)).statusCode, 303, 'deleting twice is deleting once')
})

test('the pickup branch and how long one waits are changed, and the place in the queue is kept', async () => {
  const asta = await my.signedIn('asta')
  const [row] = await rows()
  assert.ok(row)
  const path = `${MINE}/${row.id}`
  const { _csrf = '' } = fieldsOf((await asta.get(path)).body, path)
  const until = dayOf(my.library.clock.now()).add({ days: 200 }).toString()
  const past = await asta.post(path, { _csrf, branch: my.cast.branch, until: '2001-01-01' })
  assert.equal(past.statusCode, 422)
  assert.match(past.body, /Vælg en dag, der ikke er gået/)
  assert.match(past.body, /value="2001-01-01"/)
  assert.equal((await asta.post(path, { _csrf, branch: my.cast.branch, until: '30. maj' })).statusCode, 422)
  assert.equal((await asta.post(path, { _csrf, branch: my.cast.branch, until })).statusCode, 303)
  const [changed] = await rows()
  assert.deepEqual([changed?.pickup_branch_id, changed?.interest_until_on.toString()], [my.cast.branch, until])
  assert.match((await asta.get(MINE)).body, /Du er nummer 2 i køen/)
})

test('nobody sees, changes or deletes another’s reservation', async () => {
  const [row] = await rows()
  assert.ok(row)
  const bo = await my.signedIn('bo')
  const { _csrf = '' } = fieldsOf((await bo.get(ABSENCE)).body, ABSENCE)
  assert.equal((await bo.get(`${MINE}/${row.id}`)).statusCode, 404)
  await bo.post(`${MINE}/${row.id}`, { _csrf, branch: otherBranch, until: '2030-01-01' })
  await bo.post(`${MINE}/${row.id}/delete`, { _csrf })
  const [same] = await rows()
  assert.deepEqual([same?.id, same?.pickup_branch_id], [row.id, my.cast.branch])
})

test('what stands ready is told with number, branch and deadline, and its place can no longer be changed', async () => {
  const ctx = my.library.context()
  await ctx.db.run(sql`delete from reservation where patron_id = ${my.cast.bo.id}`)
  await my.lend(my.cast.bo.card, 'A1')
  must((await checkin(my.desk(), { barcode: 'A1', at: my.cast.branch })).ok, 'not handed in')
  const asta = await my.signedIn('asta')
  const page = await asta.get(MINE)
  assert.match(
    page.body,
    /Ligger klar[\s\S]*Afhentningsnummer <strong[^>]*>\S+<\/strong>[\s\S]*Hentes på Hovedbibliotek[\s\S]*Senest \d+\. /,
  )
  assert.match((await asta.get(ME)).body, /1 ligger klar[\s\S]*Hentes senest/)
  const [row] = await rows()
  const one = await asta.get(`${MINE}/${row?.id}`)
  assert.match(one.body, /kan ikke ændres mere/)
  assert.doesNotMatch(one.body, /<select/)
})

test('somebody who is away is given nothing meanwhile, keeps the place, and is back with one button', async () => {
  const asta = await my.signedIn('asta')
  const { _csrf = '' } = fieldsOf((await asta.get(ABSENCE)).body, ABSENCE)
  const today = dayOf(my.library.clock.now())
  const wrong = await asta.post(ABSENCE, {
    _csrf,
    from: today.toString(),
    until: today.subtract({ days: 1 }).toString(),
  })
  assert.equal(wrong.statusCode, 422)
  assert.match(wrong.body, /Den sidste dag skal ligge efter den første/)
  assert.equal((await asta.post(ABSENCE, { _csrf, from: 'i morgen', until: '' })).statusCode, 422)
  const away = { from: today.toString(), until: today.add({ days: 14 }).toString() }
  assert.equal((await asta.post(ABSENCE, { _csrf, ...away })).statusCode, 303)
  assert.match((await asta.get(MINE)).body, /Du har oplyst, at du er væk fra/)
  const ctx = my.library.context()
  assert.ok(await readAbsence(ctx, my.cast.asta.id))
  must((await placeReservation(ctx, { patron: my.cast.asta.id, title: my.cast.titles.B })).ok, 'not placed')
  my.pass({ seconds: 1 })
  must((await placeReservation(ctx, { patron: my.cast.clara.id, title: my.cast.titles.B })).ok, 'not placed')
  await my.lend(my.cast.dines.card, 'B1')
  must((await checkin(my.desk(), { barcode: 'B1', at: my.cast.branch })).ok, 'not handed in')
  const [ready] = await ctx.db.all<{ patron_id: string }>(
    sql`select patron_id from reservation where title_id = ${my.cast.titles.B} and ready_at is not null`,
  )
  assert.equal(ready?.patron_id, my.cast.clara.id, 'the next in line is served meanwhile')
  assert.match((await asta.get(MINE)).body, /Du er den næste i køen/, 'the place is kept')
  assert.equal((await asta.post(`${ABSENCE}/end`, { _csrf })).statusCode, 303)
  assert.equal(await readAbsence(ctx, my.cast.asta.id), undefined)
  assert.doesNotMatch((await asta.get(MINE)).body, /Du har oplyst/)
})
