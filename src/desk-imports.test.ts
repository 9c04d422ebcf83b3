import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { addStaff } from '#auth'
import { goOnImporting } from '#catalogue'
import { sql } from '#db'
import type { Context } from '#vault'
import { castIn } from '../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../test/support/library.ts'
import { signInAs, type Visitor, visit } from '../test/support/visitor.ts'
import { createSite } from './site.ts'

const PASSWORD = 'fire store gule løver'
const IMPORTS = '/fredensborg/staff/catalogue/imports'

let library: TestLibrary
let app: FastifyInstance
let ctx: Context
let keeper: Visitor

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  await castIn(ctx)
  app = await createSite(library.installation)
  const operator = library.context({ kind: 'operator', name: 'drift' })
  const person = { username: 'karen', name: 'Karen Prøve', email: null, password: PASSWORD }
  assert.ok((await addStaff(operator, { ...person, roles: ['catalogue'] })).ok)
  keeper = visit(app)
  await signInAs(keeper, 'fredensborg', { username: 'karen', password: PASSWORD })
})
after(async () => {
  await app?.close()
  await library.close()
})

/** Records of an own prefix; those whose number is in `faulty` have no title. */
function xml(prefix: string, count: number, faulty: readonly number[] = []): string {
  const records = Array.from({ length: count }, (_, index) => {
    const title = faulty.includes(index + 1)
      ? ''
      : `<datafield tag="245" ind1=" " ind2=" "><subfield code="a">${prefix} ${index + 1}</subfield></datafield>
<datafield tag="952" ind1=" " ind2=" "><subfield code="p">${prefix}${index + 1}</subfield><subfield code="b">A</subfield></datafield>`
    return `<record><leader>00000nam a2200000 a 4500</leader><controlfield tag="001">${prefix}-${index + 1}</controlfield>${title}</record>\n`
  })
  return `<collection xmlns="http://www.loc.gov/MARC21/slim">\n${records.join('')}</collection>`
}

const BOUNDARY = 'kvitgrænse'.replace('æ', 'ae')

/** Sends the form as a browser does that has a file in it. */
async function upload(file: string, given: Readonly<Record<string, string>> = {}) {
  const page = await keeper.get(IMPORTS)
  assert.match(page.body, /enctype="multipart\/form-data"/)
  const token = /name="_csrf" value="([^"]+)"/.exec(page.body.slice(page.body.indexOf('multipart')))?.[1] ?? ''
  const fields = { _csrf: token, source: '870970', branch: '', encoding: '', ...given }
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  const last = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="Karens poster.xml"\r\nContent-Type: text/xml\r\n\r\n${file}\r\n--${BOUNDARY}--\r\n`
  return app.inject({
    method: 'POST',
    url: IMPORTS,
    headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
    cookies: Object.fromEntries(keeper.cookies),
    payload: Buffer.from(parts.join('') + last),
  })
}

interface Row {
  readonly state: string
  readonly records: number
  readonly new_titles: number
  readonly items: number
  readonly faults: number
  readonly through: number
}

async function until(id: string, wanted: (row: Row) => boolean): Promise<Row> {
  for (let tries = 0; tries < 600; tries++) {
    const row = await ctx.db.one(sql<Row>`select * from catalogue_import where id = ${id}`)
    if (wanted(row)) return row
    await wait(25)
  }
  throw new Error('the import never came so far')
}

const idOf = (answer: { headers: Record<string, unknown> }) => String(answer.headers.location).split('/').at(-1) ?? ''
const titlesLike = async (prefix: string) =>
  (await ctx.db.one<{ n: number }>(sql`select count(*)::int as n from title where record_id like ${`${prefix}-%`}`)).n
const words = (body: string) => body.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')

test('a file is read in the background; what could not be taken in is told by its number', async () => {
  const sent = await upload(xml('KA', 450, [3, 401]))
  assert.equal(sent.statusCode, 303, sent.body)
  const row = await until(idOf(sent), ({ state }) => state === 'done')
  assert.deepEqual([row.records, row.new_titles, row.items, row.faults], [448, 448, 448, 2])
  const page = words((await keeper.get(`${IMPORTS}/${idOf(sent)}`)).body)
  assert.match(page, /Poster i alt 450 Nye titler 448/)
  assert.match(page, / 3 [\d.]+ Posten har ingen titel \(245 a\)\./)
  assert.match(page, / 401 [\d.]+ Posten har ingen titel/)
  assert.match(words((await keeper.get(`/en${IMPORTS}/${idOf(sent)}`)).body), /The record has no title/)
  assert.match(words((await keeper.get(IMPORTS)).body), /Færdig 450 2 Karen Prøve/)
  assert.equal((await ctx.db.all(sql`select 1 from catalogue_import_part`)).length, 0, 'the file is gone')
})

test('the same file again updates and doubles nothing', async () => {
  const sent = await upload(xml('KA', 450, [3, 401]))
  const row = await until(idOf(sent), ({ state }) => state === 'done')
  assert.deepEqual([row.records, row.new_titles, row.items], [448, 0, 0])
  assert.equal(await titlesLike('KA'), 448)
})

test('an import that is stopped stays whole, and goes on where it stopped, counting each record once', async () => {
  const sent = await upload(xml('KB', 4000, [2, 3999]))
  const id = idOf(sent)
  await until(id, ({ through }) => through > 0)
  const page = `${IMPORTS}/${id}`
  assert.match((await keeper.get(page)).body, /import-progress/)
  assert.equal((await keeper.send(page, `${page}/stop`)).statusCode, 303)
  await wait(300)
  const stopped = await until(id, ({ state }) => state === 'stopped')
  assert.ok(stopped.through < 4000, 'it was stopped under way')
  assert.equal(await titlesLike('KB'), stopped.records, 'what is counted is what is in')
  assert.equal((await keeper.send(page, `${page}/go-on`)).statusCode, 303)
  const row = await until(id, ({ state }) => state === 'done')
  assert.deepEqual([row.records, row.new_titles, row.items, row.faults], [3998, 3998, 3998, 2])
  assert.equal(await titlesLike('KB'), 3998)
})

test('what a program left behind when it died is gone on with by the next', async () => {
  const sent = await upload(xml('KC', 20))
  const id = idOf(sent)
  await until(id, ({ state }) => state === 'done')
  // As it lies when the power goes: half of it in, and whoever worked on it silent for two minutes.
  await ctx.db.run(sql`delete from item where barcode like 'KC%'`)
  await ctx.db.run(sql`delete from title_search using title t where t.id = title_id and t.record_id like 'KC-%'`)
  await ctx.db.run(sql`delete from title where record_id like 'KC-%'`)
  await ctx.db.run(sql`
    update catalogue_import set state = 'running', through = 10, records = 10, new_titles = 10, items = 10,
      moved_at = moved_at - interval '2 minutes' where id = ${id}`)
  const file = Buffer.from(xml('KC', 20))
  await ctx.db.run(sql`insert into catalogue_import_part (import_id, number, bytes) values (${id}, 0, ${file})`)
  await goOnImporting(ctx)
  const row = await until(id, ({ state }) => state === 'done')
  assert.deepEqual([row.records, row.new_titles], [20, 20])
  assert.equal(await titlesLike('KC'), 10, 'the second half')
})

test('a file that is no records, an empty one, and none at all are told of', async () => {
  const nonsense = await upload('Kære bibliotek, her er vores bøger.')
  const row = await until(idOf(nonsense), ({ state }) => state === 'done')
  assert.deepEqual([row.records, row.faults > 0], [0, true])
  for (const answer of [await upload(''), await keeper.send(IMPORTS, IMPORTS, { source: '870970' })]) {
    assert.equal(answer.statusCode, 422)
    assert.match(answer.body, /Vælg en fil, der ikke er tom/)
  }
  const unnamed = await upload(xml('KD', 1), { source: '' })
  assert.equal(unnamed.statusCode, 422)
  assert.match(unnamed.body, /href="#source"/)
})

test('a form with a file is refused without its token, and by every page that asks for none', async () => {
  const refused = await upload(xml('KE', 1), { _csrf: 'forkert' })
  assert.equal(refused.statusCode, 403)
  assert.equal(await titlesLike('KE'), 0)
  const elsewhere = await app.inject({
    method: 'POST',
    url: '/fredensborg/staff/catalogue/titles',
    headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
    cookies: Object.fromEntries(keeper.cookies),
    payload: `--${BOUNDARY}--\r\n`,
  })
  assert.equal(elsewhere.statusCode, 415)
})

test('the name of the file is kept nowhere', async () => {
  const rows = await ctx.db.all(sql`select * from catalogue_import`)
  assert.ok(rows.length > 3)
  assert.doesNotMatch(JSON.stringify(rows), /Karens poster/)
})
