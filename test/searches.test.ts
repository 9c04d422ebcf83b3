import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { parse } from 'yaml'
import { z } from 'zod'
import { addBranch } from '#agencies'
import { addItems, type NewTitle, putTitles, searchTitles } from '#catalogue'
import { WORKS } from '../src/operation/demonstration/works.ts'
import { openTestLibrary } from './support/library.ts'

const SEARCHES = z
  .array(z.object({ search: z.string(), first: z.string(), why: z.string() }))
  .parse(parse(await readFile(join(import.meta.dirname, 'searches.yaml'), 'utf8')))

const library = await openTestLibrary()
after(() => library.close())
const ctx = library.context()

// What the works lack that a national record has: an edition with series, subjects and ISBN of a few of them.
const MORE: Record<string, Partial<NewTitle>> = {
  'Kongens Fald': { isbn: ['9788702028065'], subjects: ['Christian II', 'historiske romaner', 'renæssance'] },
  'Vredens Børn': { subjects: ['tjenestefolk', 'landbrug', 'socialrealisme'] },
  'Kvinden i buret': { series: 'Afdeling Q', volume: '1', subjects: ['krimi'] },
  Fasandræberne: { series: 'Afdeling Q 2', volume: '2', subjects: ['krimi'] },
  'Skammerens datter': { series: 'Skammer-serien', volume: '1' },
  Skammertegnet: { volume: '2' },
}

const titles = await putTitles(
  ctx,
  WORKS.map((work, index) => ({
    source: 'demonstration',
    record_id: `w${index + 1}`,
    subtitle: null,
    contributors: [],
    edition: null,
    publisher: null,
    isbn: [],
    subjects: [],
    series: null,
    volume: null,
    pages: null,
    ...work,
    author: work.author || null,
    ...MORE[work.title],
  })),
)
const branch = await addBranch(ctx, {
  code: 'HB',
  name: 'Hovedbiblioteket',
  address: 'Torvet 1',
  postcode: '3480',
  city: 'Fredensborg',
})
await addItems(
  ctx,
  titles.map(({ id }, index) => ({
    title_id: id,
    barcode: `30000${String(index).padStart(5, '0')}`,
    branch_id: branch,
    shelf: null,
  })),
)

test('the list has a hundred searches, each different', () => {
  assert.ok(SEARCHES.length >= 100, `${SEARCHES.length}`)
  assert.equal(new Set(SEARCHES.map(({ search }) => search)).size, SEARCHES.length)
})

for (const { search, first, why } of SEARCHES) {
  test(`${why}: "${search}" finds ${first}`, async () => {
    const { hits } = await searchTitles(ctx, { text: search, size: 5 })
    assert.equal(hits[0]?.title, first, hits.map(({ title, author }) => `${title} (${author})`).join('; '))
  })
}
