import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { addBranch } from '#agencies'
import { sql } from '#db'
import { html } from '#web'
import { openTestLibrary } from '../../../test/support/library.ts'
import { publicSite, testWeb } from '../../../test/support/site.ts'
import { visit } from '../../../test/support/visitor.ts'
import { addItems, type NewTitle, putTitles } from './items.ts'
import { registerCataloguePages } from './pages.ts'
import { materialName, texts } from './pages-texts.ts'

const library = await openTestLibrary()
const ctx = library.context()
const app = await testWeb()
registerCataloguePages(app, publicSite(library))
after(async () => {
  await app.close()
  await library.close()
})
const visitor = visit(app)

const blank: Omit<NewTitle, 'record_id' | 'title'> = {
  source: 'test',
  subtitle: null,
  author: null,
  contributors: [],
  edition: null,
  publisher: null,
  year: null,
  language: 'dan',
  isbn: [],
  dk5: null,
  subjects: [],
  material: 'book',
  audience: 'adult',
  series: null,
  volume: null,
  pages: null,
}
const branch = await addBranch(ctx, {
  code: 'HB',
  name: 'Humlebæk',
  address: 'Torvet 1',
  postcode: '3050',
  city: 'Humlebæk',
})
const titles = await putTitles(ctx, [
  {
    ...blank,
    record_id: '1',
    title: 'Kongens Fald',
    author: 'Jensen, Johannes V.',
    year: 1900,
    subjects: ['historie'],
  },
  { ...blank, record_id: '2', title: 'Kongens Fald', author: 'Jensen, Johannes V.', year: 2010, material: 'audiobook' },
  ...Array.from({ length: 50 }, (_, at) => ({
    ...blank,
    record_id: `v${at}`,
    title: `Vandringer <b>${at}</b>`,
    year: 1970 + at,
  })),
])
const ids = titles.map(({ id }) => id)
await addItems(ctx, [
  { title_id: ids[0] as (typeof ids)[number], barcode: 'k1', branch_id: branch, shelf: '86 Jensen' },
  { title_id: ids[0] as (typeof ids)[number], barcode: 'k2', branch_id: branch, shelf: '86 Jensen' },
])

const search = (query: string) => visitor.get(`/fredensborg/search${query}`)

test('the search page has one field, which says what can be typed in it', async () => {
  const { statusCode, body } = await search('')
  assert.equal(statusCode, 200)
  assert.match(body, /<form class="search-form" role="search" method="get"/)
  assert.match(body, /<label class="form-label" for="q">/)
  assert.doesNotMatch(body, /<ul class="hits/)
})

test('hits are links to their titles, and say where there is one in', async () => {
  const { body } = await search('?q=kongens+fald')
  assert.match(body, new RegExp(`<a href="/fredensborg/titles/${ids[0]}">Kongens Fald</a>`))
  assert.match(body, /Johannes V\. Jensen/)
  assert.match(body, /Hjemme på Humlebæk/)
  assert.match(body, /2 titler/)
})

test('a choice narrows the search, is shown as chosen, and can be taken away', async () => {
  const all = await search('?q=kongens+fald')
  assert.match(all.body, /material=audiobook/)
  const narrowed = await search('?q=kongens+fald&material=audiobook')
  assert.match(narrowed.body, /Én titel/)
  assert.match(narrowed.body, /class="chip" href="\/fredensborg\/search\?q=kongens\+fald"/)
})

test('pages are turned by links, and the choices stay', async () => {
  const first = await search('?q=vandringer&material=book&sort=newest')
  assert.match(first.body, /Side 1 af 3/)
  assert.match(
    first.body,
    /rel="next" href="\/fredensborg\/search\?q=vandringer&amp;material=book&amp;sort=newest&amp;page=2"/,
  )
  const last = await search('?q=vandringer&page=3')
  assert.match(last.body, /Side 3 af 3/)
  assert.doesNotMatch(last.body, /rel="next"/)
})

test('what a record says is text and never markup', async () => {
  const { body } = await search('?q=vandringer')
  assert.ok(body.includes('Vandringer &lt;b&gt;'))
  assert.ok(!body.includes('Vandringer <b>'))
  assert.ok(!(await search(`?q=${encodeURIComponent('"><script>alert(1)</script>')}`)).body.includes('<script>alert'))
})

test('what is misspelt is searched for as it was meant, and the page says so', async () => {
  const { body } = await search('?q=kongems+fald')
  assert.match(body, /Her er, hvad vi fandt på <a [^>]*><strong>kongens fald<\/strong><\/a>/)
})

test('when there is nothing, the page says what to try', async () => {
  const { body, statusCode } = await search('?q=xyzzyplugh')
  assert.equal(statusCode, 200)
  assert.match(body, /Vi fandt intet på »xyzzyplugh«/)
  assert.match(body, /Prøv for eksempel/)
})

test('no search is an error, whatever its address says', async () => {
  for (const query of [
    '?q=a&page=-3',
    '?q=a&page=99999',
    '?q=a&from=x&to=',
    '?q=a&branch=1',
    '?q=a&q=b',
    '?sort=',
    '?q=vandringer&from=1980&to=1975',
    `?q=${'a'.repeat(1500)}`,
  ]) {
    assert.equal((await search(query)).statusCode, 200, query)
  }
})

test('a title’s page says where it stands, and leads to its other editions', async () => {
  const { body } = await visitor.get(`/fredensborg/titles/${ids[0]}`)
  assert.match(body, /<h1>Kongens Fald<\/h1>/)
  assert.match(body, /86 Jensen/)
  assert.match(body, /2 af 2/)
  assert.match(body, new RegExp(`Andre udgaver[\\s\\S]*/fredensborg/titles/${ids[1]}`))
  assert.match(body, /<svg class="cover"/)
  assert.doesNotMatch(body, /style="/)
})

test('what is only ordered, withdrawn, lost or missing is never said to be in', async () => {
  const said = []
  for (const state of ['available', 'on-loan', 'on-order', 'withdrawn', 'lost', 'missing'] as const) {
    await ctx.db.run(sql`update item set state = ${state} where title_id = ${ids[0]}`)
    const where = (body: string) => [...body.matchAll(/class="hit-where">([^<]*)</g)].map((match) => match[1])[0]
    const onPage = where((await visitor.get(`/fredensborg/titles/${ids[0]}`)).body)
    assert.equal(where((await search('?q=kongens+fald&material=book')).body), onPage, 'the two pages say the same')
    said.push(onPage)
  }
  await ctx.db.run(sql`update item set state = 'available' where title_id = ${ids[0]}`)
  assert.deepEqual(said, [
    'Hjemme på Humlebæk',
    'Udlånt lige nu',
    'Bestilt, men ikke kommet endnu',
    ...Array.from({ length: 3 }, () => 'Ingen eksemplarer lige nu'),
  ])
})

test('a higher room puts a section of its own on the page of a title', async () => {
  const other = await testWeb()
  registerCataloguePages(other, publicSite(library), {
    sections: [async (_ctx, title) => html`<section>Reserver ${title.title} nu</section>`],
  })
  assert.match((await visit(other).get(`/fredensborg/titles/${ids[0]}`)).body, /<section>Reserver Kongens Fald nu</)
  await other.close()
})

test('a title that is not there has a page that says so', async () => {
  for (const id of ['0', '00000000-0000-7000-8000-000000000000'])
    assert.equal((await visitor.get(`/fredensborg/titles/${id}`)).statusCode, 404)
})

test('suggestions are given as one types, and are kept by no cache', async () => {
  const answer = await visitor.get('/fredensborg/search/suggest?q=kong')
  assert.deepEqual(answer.json(), { suggestions: ['Kongens Fald', 'kongens'] })
  assert.match(String(answer.headers['cache-control']), /no-store/)
  assert.deepEqual((await visitor.get('/fredensborg/search/suggest')).json(), { suggestions: [] })
})

test('a CPR number typed into the search field stays out of the page and of its address', async () => {
  for (const typed of ['q=610185-1234', 'q=kongens+6101851234', 'q=x&author=6101851234']) {
    const answer = await visitor.get(`/fredensborg/search?${typed}`)
    assert.equal(answer.statusCode, 303)
    assert.equal(answer.headers.location, '/fredensborg/search?why=cpr')
  }
  assert.match((await visitor.get('/fredensborg/search?why=cpr')).body, /ligner et CPR-nummer/)
  assert.deepEqual((await visitor.get('/fredensborg/search/suggest?q=6101851234')).json(), { suggestions: [] })
  // An ISBN may look like one.
  assert.equal((await visitor.get('/fredensborg/search?q=8702028069')).statusCode, 200)
})

test('the pages are there in English', async () => {
  const { body } = await visitor.get('/en/fredensborg/search?q=kongens+fald')
  assert.match(body, /2 titles/)
  assert.match(body, new RegExp(`href="/en/fredensborg/titles/${ids[0]}"`))
  assert.match(body, /Audiobook/)
})

test('every text is there in both languages', () => {
  const missing: string[] = []
  const look = (value: unknown, path: string) => {
    if (typeof value !== 'object' || value === null) return
    if ('da' in value || 'en' in value) {
      if (!('da' in value && value.da) || !('en' in value && value.en)) missing.push(path)
    } else for (const [key, each] of Object.entries(value)) look(each, `${path}.${key}`)
  }
  look(texts, 'texts')
  assert.deepEqual(missing, [])
  assert.equal(materialName('book', 'da'), 'Bog')
})
