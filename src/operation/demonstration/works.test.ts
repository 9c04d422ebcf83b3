import assert from 'node:assert/strict'
import { test } from 'node:test'

import { LOCAL_SERIES, NAMES, TOWNS, WORKS } from './works.ts'

const DK5 = /^\d{2}(\.\d+)?$/

function repeated(values: readonly string[]): string[] {
  return values.filter((value, index) => values.indexOf(value) !== index)
}

test('the shelves hold at least 330 works, most of them in Danish', () => {
  assert.ok(WORKS.length >= 330, `only ${WORKS.length}`)
  assert.ok(WORKS.filter((work) => work.language === 'dan').length > WORKS.length / 2)
})

test('no work stands on the shelves twice', () => {
  assert.deepEqual(repeated(WORKS.map((work) => `${work.author}: ${work.title}`.toLowerCase())), [])
})

test('every work has a title, and everything but a newspaper or magazine has an author', () => {
  for (const work of WORKS) {
    assert.ok(work.title.length > 0, `a work by ${work.author} has no title`)
    assert.equal(work.author === '', work.material === 'magazine', work.title)
  }
})

test('every work came out in a year between the first printed Danish books and now', () => {
  for (const work of WORKS) {
    assert.ok(Number.isInteger(work.year) && work.year >= 1495 && work.year <= 2025, `${work.title}: ${work.year}`)
  }
})

test('nothing was filmed, recorded or programmed before it could be', () => {
  const earliest = { film: 1895, game: 1972 }
  for (const work of WORKS) {
    if (work.material === 'film' || work.material === 'game')
      assert.ok(work.year >= earliest[work.material], work.title)
  }
})

test('every class mark is a DK5 number', () => {
  for (const { dk5, title } of [...WORKS, ...LOCAL_SERIES]) assert.match(dk5, DK5, title)
})

test('films, games, music and periodicals stand in their own classes', () => {
  for (const work of WORKS) {
    if (work.material === 'film') assert.equal(work.dk5, work.audience === 'child' ? '77.74' : '77.7', work.title)
    if (work.material === 'game') assert.equal(work.dk5, '79.41', work.title)
    if (work.material === 'music') assert.match(work.dk5, /^78/, work.title)
  }
})

test('what is made for children is on the children’s shelves', () => {
  for (const work of WORKS) {
    if (work.material === 'children-book' || work.material === 'picture-book')
      assert.equal(work.audience, 'child', work.title)
    if (work.material === 'book') assert.equal(work.audience, 'adult', work.title)
  }
})

test('every kind of material is on the shelves', () => {
  assert.deepEqual([...new Set(WORKS.map((work) => work.material))].sort(), [
    'audiobook',
    'book',
    'children-book',
    'comic',
    'film',
    'game',
    'magazine',
    'music',
    'picture-book',
  ])
})

test('the local series are about sixty, each its own, and have come out for some years', () => {
  assert.ok(LOCAL_SERIES.length >= 58 && LOCAL_SERIES.length <= 65, `${LOCAL_SERIES.length}`)
  assert.deepEqual(repeated(LOCAL_SERIES.map((series) => series.title)), [])
  for (const series of LOCAL_SERIES) {
    assert.ok(series.publisher.length > 0, series.title)
    assert.ok(Number.isInteger(series.firstYear) && series.firstYear >= 1900 && series.firstYear <= 2015, series.title)
    assert.ok([1, 2, 4, 6, 12].includes(series.issuesPerYear), series.title)
    assert.equal(series.material, series.issuesPerYear === 1 ? 'book' : 'magazine', series.title)
  }
})

test('there are sixty of each kind of name, none of them twice', () => {
  for (const names of [NAMES.given.f, NAMES.given.m, NAMES.family, NAMES.streets]) {
    assert.equal(names.length, 60)
    assert.deepEqual(repeated(names), [])
    for (const name of names) assert.match(name, /^[A-ZÆØÅ][a-zæøå]+([ -][A-Za-zæøåÆØÅ-]+)*$/)
  }
})

test('every town has a four-digit postcode and its own municipality’s code', () => {
  const codes = { glostrup: '0161', stevns: '0336', fredensborg: '0210', ishoj: '0183', herning: '0657' }
  for (const [agency, towns] of Object.entries(TOWNS)) {
    assert.ok(towns.length > 0, agency)
    for (const town of towns) {
      assert.match(town.postcode, /^[1-9]\d{3}$/)
      assert.match(town.city, /^[A-ZÆØÅ]/)
      assert.ok(Object.entries(codes).some(([name, code]) => name === agency && code === town.municipality))
    }
  }
  assert.deepEqual(repeated(Object.values(TOWNS).flatMap((towns) => towns.map((town) => town.postcode))), [])
})
