import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { addBranch } from '#agencies'
import type { BranchId, ItemId, TitleId } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import { openTestLibrary } from '../../../test/support/library.ts'
import { addItems, type NewTitle, putTitles, setItemState } from './items.ts'
import { searchTitles } from './search.ts'
import { reindex, setPopularity } from './search-index.ts'
import { FACET_NAMES, type Facets } from './search-match.ts'
import { suggest } from './search-suggest.ts'

const library = await openTestLibrary({ agencies: ['fredensborg', 'stevns'] })
after(() => library.close())
const ctx = library.context()
const stevns = library.context(undefined, 'stevns')

const branches: BranchId[] = []
for (const code of ['A', 'B']) {
  branches.push(
    await addBranch(ctx, { code, name: `Filial ${code}`, address: 'Torvet 1', postcode: '3480', city: 'Fredensborg' }),
  )
}

let number = 0
function record(title: string, more: Partial<NewTitle> = {}): NewTitle {
  return {
    source: 'test',
    record_id: `r${++number}`,
    title,
    subtitle: null,
    author: null,
    contributors: [],
    edition: null,
    publisher: null,
    year: 2000,
    language: 'dan',
    isbn: [],
    dk5: null,
    subjects: [],
    material: 'book',
    audience: 'adult',
    series: null,
    volume: null,
    pages: null,
    ...more,
  }
}

async function enter(records: readonly NewTitle[], where: Context = ctx): Promise<TitleId[]> {
  const ids = (await putTitles(where, records)).map(({ id }) => id)
  return ids
}

async function titlesFor(text: string, facets: Facets = {}, where = ctx): Promise<string[]> {
  return (await searchTitles(where, { text, facets, size: 100 })).hits.map(({ title }) => title)
}

test('the whole title comes before its words, these before the author, the series and the subject', async () => {
  await enter([
    record('Om sælgere', { subjects: ['zebraer'] }),
    record('Savannens dyr', { series: 'Zebra' }),
    record('Langt ude', { author: 'Zebra, Karl' }),
    record('En zebra på taget'),
    record('Zebra'),
  ])
  assert.deepEqual(await titlesFor('zebra'), ['Zebra', 'En zebra på taget', 'Langt ude', 'Savannens dyr', 'Om sælgere'])
})

test('words in their order come before the same words in another', async () => {
  await enter([record('Havet og det gyldne kvæde'), record('Gyldne kvæde om havet')])
  assert.deepEqual(await titlesFor('gyldne kvæde havet'), ['Gyldne kvæde om havet', 'Havet og det gyldne kvæde'])
})

test('a title with børnebøger is found by børn and by bog, and by both', async () => {
  await enter([record('Nordiske børnebøger gennem tiden', { material: 'other' })])
  for (const text of ['børn nordiske', 'bog nordisk', 'børn bog nordisk', 'boern boeger nordiske'])
    assert.deepEqual(await titlesFor(text), ['Nordiske børnebøger gennem tiden'], text)
})

test('the newest edition comes first among equals, and what is lent often a little before', async () => {
  const ids = await enter([
    record('Persillehaven', { year: 1990 }),
    record('Persillehaven', { year: 2020 }),
    record('Persillehaven', { year: 2005 }),
  ])
  const years = async () => (await searchTitles(ctx, { text: 'persillehaven' })).hits.map(({ year }) => year)
  assert.deepEqual(await years(), [2020, 2005, 1990])
  await setPopularity(ctx, [{ title_id: ids[0] as TitleId, loans: 500 }])
  assert.deepEqual(await years(), [1990, 2020, 2005])
  await setPopularity(ctx, [])
  assert.deepEqual(await years(), [2020, 2005, 1990])
})

test('the edition for children comes first when the words ask for children', async () => {
  await enter([
    record('Rejsen til Kvæsen', { year: 2020 }),
    record('Rejsen til Kvæsen', { year: 2001, audience: 'child', material: 'children-book' }),
  ])
  assert.equal((await searchTitles(ctx, { text: 'kvæsen' })).hits[0]?.audience, 'adult')
  assert.equal((await searchTitles(ctx, { text: 'kvæsen børnebog' })).hits[0]?.audience, 'child')
})

test('a changed record is found by its new words and no longer by its old', async () => {
  const old = record('Kantareller i skoven', { author: 'Svampe, Søren' })
  await enter([old])
  assert.deepEqual(await suggest(ctx, 'kantar'), ['Kantareller i skoven'].concat(await wordsBeginning('kantar')))
  await enter([{ ...old, title: 'Morkler i skoven' }])
  assert.deepEqual(await titlesFor('morkler'), ['Morkler i skoven'])
  assert.deepEqual(await titlesFor('kantareller'), [])
  assert.deepEqual(await suggest(ctx, 'kantar'), [])
})

async function wordsBeginning(start: string): Promise<string[]> {
  const rows = await ctx.db.all<{ shown: string }>(sql`select shown from search_word where starts_with(word, ${start})`)
  return rows.map(({ shown }) => shown)
}

test('each facet tells how many hits one more choice leaves', async () => {
  const ids = await enter(
    Array.from({ length: 60 }, (_, at) =>
      record(`Kvistgård ${at}`, {
        year: 1960 + at,
        material: ['book', 'film', 'music'][at % 3] as string,
        language: ['dan', 'eng'][at % 2] as string,
        audience: at % 4 === 0 ? 'child' : 'adult',
        dk5: ['86', '83.2', null][at % 3] as string | null,
        author: `Forfatter, ${['Anna', 'Bo'][at % 2]}`,
        series: at % 5 === 0 ? 'Kvistgårdene' : null,
      }),
    ),
  )
  await addItems(
    ctx,
    ids.map((title_id, at) => ({ title_id, barcode: `f${at}`, branch_id: branches[at % 2] as BranchId, shelf: null })),
  )
  await ctx.db.run(sql`update item set state = 'lost' where barcode in ('f0', 'f1', 'f2')`)
  const { facets, total } = await searchTitles(ctx, { text: 'kvistgård' })
  assert.equal(total, 60)
  for (const name of FACET_NAMES) {
    assert.ok(facets[name].length > 0, name)
    for (const { value, titles } of facets[name]) {
      const choice: Facets =
        name === 'year' ? { yearFrom: Number(value), yearTo: Number(value) + 9 } : { [name]: value }
      assert.equal((await searchTitles(ctx, { text: 'kvistgård', facets: choice })).total, titles, `${name}: ${value}`)
    }
  }
  assert.deepEqual(facets.branch.map(({ titles }) => titles).toSorted(), [28, 29])
})

test('a search for what is in now leaves out what is on loan', async () => {
  const [id] = await enter([record('Ravnekrogen')])
  await addItems(ctx, [{ title_id: id as TitleId, barcode: 'rk1', branch_id: branches[0] as BranchId, shelf: null }])
  assert.deepEqual(await titlesFor('ravnekrogen', { branch: branches[0] }), ['Ravnekrogen'])
  assert.deepEqual(await titlesFor('ravnekrogen', { branch: branches[1] }), [])
  const item = await ctx.db.one<{ id: ItemId }>(sql`select id from item where barcode = 'rk1'`)
  await setItemState(ctx, item.id, 'on-loan')
  assert.deepEqual(await titlesFor('ravnekrogen', { branch: branches[0] }), [])
  const [hit] = (await searchTitles(ctx, { text: 'ravnekrogen' })).hits
  assert.deepEqual(hit?.branches, [{ branch_id: branches[0], available: 0, items: 1 }])
})

test('pages show every hit once', async () => {
  await enter(Array.from({ length: 45 }, (_, at) => record(`Skovtrolden bind ${at}`, { year: 2000 })))
  const seen: TitleId[] = []
  for (const page of [1, 2, 3]) {
    seen.push(...(await searchTitles(ctx, { text: 'skovtrolden', page, size: 20 })).hits.map(({ id }) => id))
  }
  assert.equal(seen.length, 45)
  assert.equal(new Set(seen).size, 45)
})

test('of very many hits the whole title still comes first, and the number is told', async () => {
  await enter(Array.from({ length: 1300 }, (_, at) => record(`Vadested ${at} og mere`, { subjects: ['bække'] })))
  await enter([record('Vadested', { year: 1850 })])
  const { hits, total, facets, shown } = await searchTitles(ctx, { text: 'vadested' })
  assert.equal(hits[0]?.title, 'Vadested')
  assert.equal(total, 1301)
  assert.equal(shown, 500)
  assert.deepEqual(facets.material, [{ value: 'book', titles: undefined }])
  const oldest = await searchTitles(ctx, { text: 'vadested', sort: 'oldest' })
  assert.equal(oldest.hits[0]?.year, 1850)
})

test('a misspelt word is put right, and it is said what was searched for', async () => {
  await enter([record('Rundetårnets hemmelige trapper')])
  const result = await searchTitles(ctx, { text: 'rundtårnets trapper' })
  assert.equal(result.hits[0]?.title, 'Rundetårnets hemmelige trapper')
  assert.equal(result.isCorrected, true)
  assert.equal(result.didYouMean, 'rundetårnets trapper')
})

test('when no title has all the words, those with all but one are shown', async () => {
  await enter([record('Fyrtårnet ved Hvælvig'), record('Sandormen')])
  const result = await searchTitles(ctx, { text: 'fyrtårnet hvælvig sandormen' })
  assert.equal(result.isRelaxed, true)
  assert.equal(result.hits[0]?.title, 'Fyrtårnet ved Hvælvig')
})

test('one library does not see what another has, nor is offered its words', async () => {
  await enter([record('Stævnsfortet indefra')], stevns)
  assert.deepEqual(await titlesFor('stævnsfortet', {}, stevns), ['Stævnsfortet indefra'])
  assert.deepEqual(await titlesFor('stævnsfortet'), [])
  assert.deepEqual(await suggest(ctx, 'stævns'), [])
  assert.deepEqual(await titlesFor('zebra', {}, stevns), [])
})

test('reindexing finds every title that was not findable, tells how far it is, and is done when it is done', async () => {
  await ctx.db.run(sql`delete from title_search where sort_title like 'skovtrolden%'`)
  assert.deepEqual(await titlesFor('skovtrolden'), [])
  const told: number[] = []
  assert.equal(await reindex(ctx, { progress: (done) => told.push(done) }), 45)
  assert.deepEqual(told, [45])
  assert.equal((await titlesFor('skovtrolden')).length, 45)
  assert.equal(await reindex(ctx), 0)
})

test('reindexing everything changes no count of words or phrases', async () => {
  const counts = () =>
    ctx.db.all(
      sql`select word, titles from search_word union all select kind || '/' || key, titles from search_phrase order by 1`,
    )
  const before = await counts()
  await reindex(ctx, { all: true })
  assert.deepEqual(await counts(), before)
  assert.ok(before.length > 100)
})

test('whatever is typed, there is an answer', async () => {
  const hostile = [
    'a'.repeat(10_000),
    'ord '.repeat(2500),
    `"${'ord '.repeat(2500)}`,
    '- - - " " : : * ( ) & | ! <->',
    '\0\0kongen\0',
    "'; drop table title; --",
    "') or 1=1 --",
    "\\\\' :* & !",
    '-kun -udelukkelser',
    'forfatter: titel: emne:',
    'forfatter:"" -""',
    '\ud800\udfff\ud800',
    '𝕂𝕠𝕟𝕘𝕖𝕟',
    '%_%',
    '𐀀'.repeat(100),
    'zzz*',
    'a*',
    '***',
    '99999999999999999999999999',
  ]
  for (const text of hostile) {
    const { total } = await searchTitles(ctx, { text })
    assert.ok(total >= 0)
    assert.ok(Array.isArray(await suggest(ctx, text)))
  }
  assert.ok((await titlesFor('zebra')).length > 0)
})

test('no query is an error', async () => {
  const pieces = fc.constantFrom(
    'zebra',
    '-',
    '"',
    'forfatter:',
    'emne:',
    '*',
    ' ',
    "'",
    '\\',
    '&',
    '|',
    '!',
    '(',
    ')',
    ':',
    'æ',
    '12',
    'børnebøger',
  )
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.array(pieces, { maxLength: 12 }).map((some) => some.join('')),
        fc.string({ unit: 'binary' }),
      ),
      async (text) => {
        assert.ok((await searchTitles(ctx, { text })).total >= 0)
        await suggest(ctx, text)
      },
    ),
    { numRuns: 150 },
  )
})

test('any record can be entered, and is found by its own title when that has a word', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), async (title) => {
      const clean = title.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '')
      await enter([record(clean, { author: clean, subjects: [clean], series: clean })])
      await searchTitles(ctx, { text: clean })
    }),
    { numRuns: 100 },
  )
})

test('names are offered by surname and by forename, titles with and without their article', async () => {
  await enter([record('Den ukuelige kvæstor', { author: 'Ypsilon, Åse' })])
  assert.ok((await suggest(ctx, 'ypsi')).includes('Åse Ypsilon'))
  assert.ok((await suggest(ctx, 'aase y')).includes('Åse Ypsilon'))
  assert.ok((await suggest(ctx, 'ukuel')).includes('Den ukuelige kvæstor'))
  assert.ok((await suggest(ctx, 'den ukuel')).includes('Den ukuelige kvæstor'))
  assert.ok((await suggest(ctx, 'yp')).includes('Åse Ypsilon'))
})
