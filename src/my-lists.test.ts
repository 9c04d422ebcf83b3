import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from '#db'
import { fieldsOf, type MyPages, openMyPages } from '../test/support/my-pages.ts'
import { visit } from '../test/support/visitor.ts'

const LISTS = '/herning/me/lists'

let my: MyPages
before(async () => {
  my = await openMyPages('herning')
})
after(() => my.close())

function count(table: 'list' | 'list_entry'): Promise<number> {
  return my.library
    .context()
    .db.one<{ n: number }>(sql`select count(*)::int as n from ${sql.raw(table)}`)
    .then(({ n }) => n)
}

test('whoever has made no list has none kept', async () => {
  const asta = await my.signedIn('asta')
  assert.match((await asta.get(LISTS)).body, /Du har ingen lister endnu/)
  assert.equal(await count('list'), 0)
})

test('a title is put on the remember list from its page, and a second tap puts it there once', async () => {
  const page = `/herning/titles/${my.cast.titles.A}`
  const path = `${page}/remember`
  assert.ok((await visit(my.app).get(page)).body.includes(`href="${path}"`))
  assert.match(String((await visit(my.app).get(path)).headers.location), /^\/herning\/sign-in\?next=/)
  const asta = await my.signedIn('asta')
  const fields = fieldsOf((await asta.get(path)).body, path)
  assert.equal((await asta.post(path, { ...fields, list: '' })).headers.location, page)
  assert.equal((await asta.post(path, { ...fields, list: '' })).headers.location, page)
  assert.deepEqual([await count('list'), await count('list_entry')], [1, 1])
  assert.match((await asta.get(page)).body, /På|Står på din liste[\s\S]*Huskeliste/)
})

test('a patron makes a list, puts a title on it, sees it, and deletes it', async () => {
  const asta = await my.signedIn('asta')
  const { _csrf = '' } = fieldsOf((await asta.get(LISTS)).body, LISTS)
  const unnamed = await asta.post(LISTS, { _csrf, name: '  ' })
  assert.equal(unnamed.statusCode, 422)
  assert.match(unnamed.body, /href="#name">Skriv, hvad listen skal hedde/)
  const made = await asta.post(LISTS, { _csrf, name: 'Sommer' })
  const list = String(made.headers.location)
  assert.match(list, /^\/herning\/me\/lists\/[0-9a-f-]{36}$/)
  const path = `/herning/titles/${my.cast.titles.B}/remember`
  await asta.post(path, { _csrf, list: list.split('/').at(-1) ?? '' })
  assert.match((await asta.get(list)).body, /Titel B/)
  assert.match((await asta.get(LISTS)).body, /Sommer[\s\S]*1 titel/)
  await asta.post(`${list}/remove`, { _csrf, title: my.cast.titles.B })
  assert.match((await asta.get(list)).body, /Der er ikke noget på listen/)
  assert.equal((await asta.post(`${list}/delete`, { _csrf })).headers.location, LISTS)
  assert.equal((await asta.get(list)).statusCode, 404)
  assert.equal(await count('list'), 1)
})

test('nobody sees another’s list, puts anything on it or takes anything off', async () => {
  const [list] = await my.library.context().db.all<{ id: string }>(sql`select id from list`)
  assert.ok(list)
  const bo = await my.signedIn('bo')
  const { _csrf = '' } = fieldsOf((await bo.get(LISTS)).body, LISTS)
  assert.equal((await bo.get(`${LISTS}/${list.id}`)).statusCode, 404)
  await bo.post(`${LISTS}/${list.id}/remove`, { _csrf, title: my.cast.titles.A })
  await bo.post(`${LISTS}/${list.id}/delete`, { _csrf })
  const put = await bo.post(`/herning/titles/${my.cast.titles.C}/remember`, { _csrf, list: list.id })
  assert.equal(put.statusCode, 422)
  assert.equal(await count('list_entry'), 1)
})

test('lists are in the copy of one’s data', async () => {
  const asta = await my.signedIn('asta')
  const { body } = await asta.get('/herning/me/data')
  assert.match(body, /Titler på dine lister[\s\S]*Titel A/)
  assert.match(body, /Lister, du har lavet[\s\S]*Huskeliste/)
})
