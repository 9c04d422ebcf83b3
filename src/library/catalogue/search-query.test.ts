import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { analyse, type Searchable } from './search-analyse.ts'
import { distance, nearKeys } from './search-near.ts'
import { compileQuery, compileRelaxed, parseQuery } from './search-query.ts'
import { textOf } from './search-spelling.ts'

const anyText = fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.string({ maxLength: 400 }))

const PLAIN: Searchable = {
  title: 'Kongens Fald',
  subtitle: null,
  author: 'Jensen, Johannes V.',
  contributors: [],
  publisher: null,
  year: 1900,
  language: 'dan',
  isbn: [],
  subjects: [],
  material: 'book',
  audience: 'adult',
  series: null,
  record_id: 'w1',
}

const words = (text: string) => parseQuery(text).terms.map(({ words }) => words.join(' '))

test('every query can be read, and compiled, or asks for nothing', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const query = parseQuery(text)
      compileQuery(query)
      compileRelaxed(query)
      assert.ok(query.terms.length <= 12)
    }),
  )
})

test('every record can be analysed', () => {
  fc.assert(
    fc.property(anyText, anyText, fc.array(anyText, { maxLength: 3 }), (title, author, subjects) => {
      const { lexemes, phrases } = analyse({ ...PLAIN, title, author, subjects, isbn: [title], record_id: author })
      assert.ok(!lexemes.includes('\0'))
      for (const { shown } of phrases) assert.ok(!/\p{Cc}|\p{Surrogate}/u.test(shown))
    }),
  )
})

test('quotes hold words together, and one that is never closed goes on to the end', () => {
  assert.deepEqual(words('"den lille prins" hest'), ['den lille prins', 'hest'])
  assert.deepEqual(words('»den lille prins« hest'), ['den lille prins', 'hest'])
  assert.deepEqual(words('"den lille'), ['den lille'])
})

test('a minus excludes the next word, and a hyphen within a word does not', () => {
  assert.deepEqual(
    parseQuery('kapitalen -marx lykke-per').terms.map(({ words, isExcluded }) => [words[0], isExcluded]),
    [
      ['kapitalen', false],
      ['marx', true],
      ['lykke', false],
      ['per', false],
    ],
  )
})

test('a field word says where to look, and other words before a colon are words', () => {
  const [author, title] = parseQuery('forfatter:blixen titel:vinter').terms
  assert.deepEqual([author?.field, title?.field], ['author', 'title'])
  assert.deepEqual(
    parseQuery('wars: andor').terms.map(({ field }) => field),
    [undefined, undefined],
  )
  assert.deepEqual(words('krig:fred'), ['krig', 'fred'])
})

test('a number may be an ISBN of ten or thirteen digits, a record number or a barcode', () => {
  assert.ok(parseQuery('87-02-02806-5').numbers.includes('9788702028065'))
  assert.ok(parseQuery('978 87 02 02806 5').numbers.includes('9788702028065'))
  assert.ok(parseQuery('DK-1234').numbers.includes('DK-1234'))
  assert.deepEqual(parseQuery('kongens fald').numbers, [])
  assert.deepEqual(parseQuery('23 salmer').numbers, [])
})

test('what somebody meant is said as it would be typed', () => {
  for (const text of ['kongens fald', 'forfatter:blixen eventyr', '"den lille" -prins', 'astro*'])
    assert.equal(textOf(parseQuery(text)), text)
})

test('a word with one letter wrong, missing, superfluous or swapped has a key in common with the right one', () => {
  const alphabet = fc.constantFrom(...'abdefgiklmnoprstuvy')
  fc.assert(
    fc.property(
      fc.array(alphabet, { minLength: 4, maxLength: 20 }),
      fc.nat(),
      alphabet,
      fc.nat(3),
      (letters, at, letter, kind) => {
        const place = at % (letters.length - 1)
        const wrong = [
          letters.with(place, letter),
          letters.toSpliced(place, 1),
          letters.toSpliced(place, 0, letter),
          letters.with(place, letters[place + 1] ?? '').with(place + 1, letters[place] ?? ''),
        ][kind] as string[]
        const keys = new Set(nearKeys(letters.join('')))
        assert.ok(nearKeys(wrong.join('')).some((key) => keys.has(key)))
        assert.ok(distance(letters.join(''), wrong.join('')) <= 1)
      },
    ),
  )
})
