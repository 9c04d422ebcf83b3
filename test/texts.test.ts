// biome-ignore-all lint/suspicious/noTemplateCurlyInString: samples of code stand in plain strings
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { isTest, type SourceFile } from './support/tidy.ts'
import * as words from './support/words.ts'

const ROOT = join(import.meta.dirname, '..')
const read = (pattern: string): SourceFile[] =>
  globSync(pattern, { cwd: ROOT })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !isTest(path) && !path.endsWith('.d.ts'))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }))

/** Code that must be noticed, and code that must not. */
const SAMPLES = {
  stray: {
    bad: [
      'const page = () => html`<p>Dine lån</p>`',
      'const page = () => html`<p>${count} lån</p>`',
      'const page = () => html`<button aria-label="Luk">${cross}</button>`',
      "const page = () => ({ heading: 'Loans', body })",
      'const page = () => ({ caption: `Loans of ${name}` })',
      "const say = () => alert('Kortet er spærret')",
      "const say = (language) => (language === 'da' ? 'Ja' : 'Yes')",
      "function say() { return { da: 'Ja', en: 'Yes' } }",
      'const say = (count) => ({ da: `${count} ude`, en: `${count} out` })',
      "function both(da, en) { return { da, en } }\nconst say = () => both('Ja', 'Yes')",
    ],
    good: [
      'const page = () => html`<p class="lead">${texts.lead[language]}</p>&nbsp;`',
      'const current = () => html`aria-current="page"`',
      "const DESKS = [{ path: '/a', label: { da: 'Ude', en: 'Out' } }]",
      'const STATEMENT = { name: `a`, text: `select id from loan where due_on < $1` }',
      "throw new Error('there is no such loan')",
      '// Dine lån er væk',
      "const both = () => ({ da: dateText(day, 'da'), en: dateText(day, 'en') })",
    ],
  },
  pair: {
    bad: [
      "const a = { da: 'Lån' }",
      "const a = { en: 'Loan' }",
      "const a = { da: 'Lån', en: '' }",
      "const a = { da: '', en: 'Loan' }",
      "const a = { da: 'Du har ingen lån', en: 'Du har ingen lån' }",
      'const a = (n) => ({ da: `Du har ${n} lån ude`, en: `Du har ${n} lån ude` })',
      "const both = (da, en) => ({ da, en })\nconst a = both('Lån', '')",
      "const both = (da, en) => ({ da, en })\nconst a = both('Du har ingen lån', 'Du har ingen lån')",
    ],
    good: ["const a = { da: 'Status', en: 'Status' }", "const a = { da: '', en: '' }", 'const a = { da, en }'],
  },
  intl: {
    bad: [
      "const a = new Intl.NumberFormat('da')",
      "const a = day.toLocaleString('da-DK')",
      'const a = count === 1 ? `1 lån` : `${count} lån`',
      "const a = count !== 1 ? '3 loans' : '1 loan'",
      "const a = count === 1 ? { da: 'Et lån', en: 'One loan' } : many(count)",
    ],
    good: ["const a = plural.da(count, '1 lån', many)", "const a = rows === 1 ? 'app' : undefined"],
  },
  script: {
    bad: ["told.textContent = 'Kortet er spærret'", "told.textContent = 'No such card here'", "told.title = 'Læst'"],
    good: ["const form = document.querySelector('form.desk input')", 'told.textContent = told.dataset.text'],
  },
} as const

type Rule = keyof typeof SAMPLES

const sampleOf = (rule: Rule, kind: 'bad' | 'good') =>
  SAMPLES[rule][kind].map((text, index) => ({ path: `src/library/loans/${rule}-${kind}-${index}.ts`, text }))

const code = read('src/**/*.ts')
// TypeScript reads a script as well once it is called by another name.
const scripts = read('src/**/assets/*.js').map(({ path, text }) => ({ path: `${path}.ts`, text }))
const samples = (['stray', 'pair', 'intl', 'script'] as const).flatMap((rule) => [
  ...sampleOf(rule, 'bad'),
  ...sampleOf(rule, 'good'),
])
const parsed = new Map(words.parseAll([...code, ...scripts, ...samples]).map((file) => [file.path, file]))
const of = (files: readonly SourceFile[]) => files.flatMap(({ path }) => parsed.get(path) ?? [])

/** The house is in order, and bad samples are told from good ones: a check that sees nothing anywhere proves nothing. */
function inOrder(rule: Rule, files: readonly SourceFile[], faults: (file: words.Parsed) => string[]): void {
  assert.ok(of(files).length > 10)
  assert.deepEqual(of(files).flatMap(faults), [])
  for (const file of of(sampleOf(rule, 'bad'))) assert.notDeepEqual(faults(file), [], file.code.text)
  for (const file of of(sampleOf(rule, 'good'))) assert.deepEqual(faults(file), [])
}

test('words for people stand in files of texts, or in a table beside what they name', () => {
  inOrder('stray', code, words.strayFaults)
})

test('what is said in Danish is said in English too, and neither half is empty or the other again', () => {
  inOrder('pair', code, words.pairFaults)
})

test('dates, money, lists and plurals are written by Intl, through one file', () => {
  inOrder('intl', code, words.intlFaults)
})

test('the scripts of the browser have their words from the page', () => {
  inOrder('script', scripts, words.scriptFaults)
})

test('every exception from the rule on words is still needed', () => {
  for (const place of Object.keys(words.DATA)) {
    const there = of(code.filter(({ path }) => path.startsWith(place)))
    const elsewhere = there.map((file) => ({ ...file, path: `src/other/${file.path}` }))
    assert.notDeepEqual(elsewhere.flatMap(words.strayFaults), [], place)
  }
})
