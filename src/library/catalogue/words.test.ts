import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isOurs, partsOf, rootOf } from './words-compound.ts'
import { COMPOUNDING } from './words-danish.ts'
import { fold, lineOf, withoutArticle, wordsOf } from './words-fold.ts'
import { stem } from './words-stem.ts'

const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string())

test('what is folded once is folded', () => {
  fc.assert(fc.property(anyText, (text) => assert.equal(fold(fold(text)), fold(text))))
})

test('capitals and small letters are the same word', () => {
  for (const word of ['ÆBLE', 'Ærø', 'STRAßE', 'Ångström']) assert.equal(fold(word.toLowerCase()), fold(word))
})

test('Danish letters are found however they are typed', () => {
  for (const [danish, abroad] of [
    ['Århus', 'Aarhus'],
    ['Ærø', 'Aeroe'],
    ['Blåbærgrød', 'Blaabaergroed'],
    ['Åben', 'A\u030aben'],
    ['Böll', 'Bøll'],
    ['Mäkelä', 'Mækelæ'],
    ['Français', 'francais'],
    ['Łódź', 'lodz'],
  ] as const)
    assert.equal(fold(danish), fold(abroad))
  assert.notEqual(fold('bær'), fold('bar'))
})

test('every text has words, and each is of letters and digits only', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      for (const { folded, position } of wordsOf(text)) {
        assert.match(folded, /^[\p{L}\p{N}]+$/u)
        assert.ok(position >= 1)
      }
    }),
  )
})

test('initials are one word however they are set', () => {
  for (const name of ['H.C. Andersen', 'H. C. Andersen', 'H C Andersen', 'HC Andersen', 'h.c.andersen'])
    assert.equal(lineOf(name), 'hc andersen', name)
})

test('a hyphen may be left out or be a space', () => {
  const words = wordsOf('Lykke-Per').map(({ folded }) => folded)
  assert.deepEqual(words, ['lykke', 'per', 'lykkeper'])
})

test('a title is also known without its article, but an article alone is a title', () => {
  assert.equal(withoutArticle('den lille prins'), 'lille prins')
  assert.equal(withoutArticle('det'), 'det')
})

test('the forms of a word have one stem', () => {
  for (const forms of [
    'konge kongen konger kongerne kongens',
    'cykel cyklen cykler cyklerne',
    'engel engle englene',
    'kat katten katte kattene kattens',
    'hotel hotellet hoteller hotellerne',
    'vinter vinteren vintre',
    'løber løberen løbere løberne',
    'lærer læreren lærere lærerne',
    'elske elsker elskede',
    'legende legenden legender',
    'scene scenen scener scenerne',
    'hvid hvidt hvide',
    'gammel gammelt gamle ældre',
    'ensomhed ensomheden',
    'øje øjet øjne øjnene',
    'by byen byer byerne byens',
    'teater teatret teateret teatre',
  ]) {
    const stems = new Set(forms.split(' ').map((form) => stem(fold(form))))
    assert.equal(stems.size, 1, `${forms}: ${[...stems].join(', ')}`)
  }
})

test('irregular plurals are known', () => {
  for (const [one, many] of [
    ['bog', 'bøgernes'],
    ['barn', 'børnene'],
    ['mand', 'mændene'],
    ['fod', 'fødder'],
    ['hånd', 'hændernes'],
    ['tand', 'tænder'],
    ['nat', 'nætter'],
    ['gås', 'gæs'],
    ['ko', 'køer'],
    ['bonde', 'bønderne'],
    ['datter', 'døtre'],
    ['bror', 'brødre'],
    ['and', 'ænder'],
    ['museum', 'museer'],
  ] as const)
    assert.equal(stem(fold(many)), stem(fold(one)), `${one}, ${many}`)
})

test('words that merely look alike have stems of their own', () => {
  for (const [one, other] of [
    ['legende', 'leg'],
    ['bog', 'bøg'],
    ['hus', 'hun'],
    ['mor', 'mord'],
    ['land', 'landskab'],
    ['børn', 'bjørn'],
  ] as const)
    assert.notEqual(stem(fold(one)), stem(fold(other)), `${one}, ${other}`)
})

test('stemming never fails and never leaves nothing', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      for (const { folded } of wordsOf(text)) assert.ok(stem(folded).length > 0)
    }),
  )
})

test('compounds are cut into their words', () => {
  for (const [compound, parts] of [
    ['børnebøger', ['boerne', 'boeger']],
    ['verdenskrig', ['verdens', 'krig']],
    ['skoledrengen', ['skole', 'drengen']],
    ['kriminalroman', ['kriminal', 'roman']],
    ['bilen', []],
    ['husene', []],
    ['lederen', []],
    ['krig', []],
    ['1234567', []],
  ] as const)
    assert.deepEqual(partsOf(fold(compound)), parts, compound)
})

test('a compound is cut by words only the catalogue knows when it is told them', () => {
  assert.deepEqual(partsOf('drabantboldspil'), [])
  assert.deepEqual(
    partsOf('hobbitbog', (word) => word === 'hobbit'),
    ['hobbit', 'bog'],
  )
})

test('a compound with an irregular word in it has one root in all its forms', () => {
  assert.equal(rootOf(fold('børnebøger')), rootOf(fold('børnebogen')))
  assert.equal(rootOf(fold('landsmænd')), rootOf(fold('landsmand')))
})

test('cutting never fails, and the parts are in the word', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...COMPOUNDING.slice(0, 200)), { maxLength: 5 }), (words) => {
      const word = fold(words.join(''))
      for (const part of partsOf(word)) assert.ok(word.includes(part) && isOurs(part))
    }),
  )
})
