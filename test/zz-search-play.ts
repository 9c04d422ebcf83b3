import { putTitles } from '#catalogue'
import { searchTitles } from '../src/library/catalogue/search.ts'
import { suggest } from '../src/library/catalogue/search-suggest.ts'
import { reindex } from '../src/library/catalogue/search-index.ts'
import { WORKS } from '../src/operation/demonstration/works.ts'
import { openTestLibrary } from './support/library.ts'
const library = await openTestLibrary()
const ctx = library.context()
await putTitles(ctx, WORKS.map((work, index) => ({ source: 'demonstration', record_id: `w${index + 1}`, subtitle: null, contributors: [], edition: null, publisher: null, isbn: [], subjects: [], series: null, volume: null, pages: null, ...work, author: work.author || null })))
console.log(await reindex(ctx, { all: true }))
for (const line of (await import('node:fs')).readFileSync('/tmp/kvit/search/queries.txt', 'utf8').trim().split('\n')) {
  const t = process.hrtime.bigint()
  const r = await searchTitles(ctx, { text: line, size: 4 })
  const ms = Number(process.hrtime.bigint() - t) / 1e6
  console.log(`${line} => ${r.total}${r.isRelaxed ? ' RELAXED' : ''} ${r.didYouMean ? `[${r.didYouMean}]` : ''} ${ms.toFixed(0)}ms: ${r.hits.map((h) => `${h.title} (${h.author})`).join('; ')}`)
}
for (const line of ['ha', 'kon', 'kong', 'h c and', 'den li', 'pippi l', 'krimi', 'astrid']) console.log(line, await suggest(ctx, line))
await library.close()
