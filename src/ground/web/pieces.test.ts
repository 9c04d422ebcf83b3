import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { oreOf } from '#core'
import {
  alert,
  barChart,
  checkbox,
  columnChart,
  dateText,
  definitionList,
  errorSummary,
  html,
  instantText,
  kronerText,
  localPath,
  numberText,
  passwordField,
  progressBar,
  type SafeHtml,
  selectField,
  summaryNumbers,
  table,
  tag,
  textArea,
  textField,
} from '#web'

const NASTY = `<b a="1" b='2'>&`
const VOID = new Set(['input', 'br', 'meta', 'link', 'img', 'hr'])

/** Whether every element that begins ends, in order. */
function assertWellFormed(piece: SafeHtml): void {
  const open: string[] = []
  for (const [, end, name = '', self] of String(piece).matchAll(/<(\/?)([a-z0-9]+)(?:"[^"]*"|[^">])*?(\/?)>/g)) {
    if (end) assert.equal(open.pop(), name, `</${name}> in ${piece}`)
    else if (!self && !VOID.has(name)) open.push(name)
  }
  assert.deepEqual(open, [])
  const withoutElements = String(piece).replace(/<\/?[a-z0-9]+(?:"[^"]*"|[^">])*>/g, '')
  assert.doesNotMatch(withoutElements, /[<>]/)
}

test('no piece of a page lets what it is given be read as HTML, or needs inline style', () => {
  const rows = [
    { label: NASTY, value: 3 },
    { label: 'b', value: 0 },
  ]
  for (const piece of [
    alert({ kind: 'info', heading: NASTY, body: NASTY }),
    tag(NASTY, 'warning'),
    table({ caption: NASTY, head: [NASTY, 'b'], rows: [[NASTY, 2]], numeric: [1], rowHeaders: true }, 'da'),
    table({ caption: NASTY, head: [], rows: [] }, 'da'),
    summaryNumbers([{ label: NASTY, value: NASTY }]),
    definitionList([{ term: NASTY, value: NASTY }]),
    progressBar({ label: NASTY, value: 1, max: 3 }),
    barChart({ title: NASTY, rows, unit: NASTY }, 'da'),
    columnChart({ title: NASTY, rows, unit: NASTY }, 'en'),
    textField({ name: NASTY, label: NASTY, hint: NASTY, error: NASTY, value: NASTY }),
    textArea({ name: 'a', label: NASTY, value: NASTY }),
    selectField({ name: 'a', label: NASTY, options: [{ value: NASTY, label: NASTY }] }),
    checkbox({ name: 'a', label: NASTY, value: NASTY, hint: NASTY }),
    errorSummary({ a: NASTY }, 'da'),
  ]) {
    assertWellFormed(piece)
    assert.ok(!String(piece).includes(NASTY))
    assert.doesNotMatch(String(piece), / style=| on[a-z]+=/)
  }
})

describe('fields', () => {
  test('a field is tied to its label, its hint and its error', () => {
    const field = { name: 'pin', label: 'Pinkode', hint: 'Fire tal', error: 'Skriv fire tal' }
    const shown = String(textField(field)).replaceAll(/\s+/g, ' ')
    assert.match(shown, /<label class="form-label" for="pin">Pinkode<\/label>/)
    assert.match(
      shown,
      /<input [^>]*id="pin" name="pin"[^>]*aria-invalid="true"[^>]*aria-describedby="pin-hint pin-error"/,
    )
    assert.match(shown, /id="pin-hint">Fire tal</)
    assert.match(shown, /id="pin-error">Skriv fire tal</)
  })

  test('a field in order is not called wrong', () => {
    assert.doesNotMatch(String(textField({ name: 'a', label: 'A' })), /aria-|form-error|required/)
  })

  test('a summary of errors leads to the fields and takes the focus; without errors there is none', () => {
    const shown = String(errorSummary({ pin: 'Skriv fire tal', name: undefined }, 'da'))
    assert.match(shown, /<a href="#pin">Skriv fire tal<\/a>/)
    assert.match(shown, /tabindex="-1" autofocus/)
    assert.doesNotMatch(shown, /#name/)
    assert.equal(String(errorSummary({ name: undefined }, 'da')), '')
  })

  test('the chosen option stays chosen, and a ticked box ticked', () => {
    const options = [
      { value: '1', label: 'Et' },
      { value: '2', label: 'To' },
    ]
    assert.match(String(selectField({ name: 'a', label: 'A', options, value: '2' })), /<option value="2" selected>/)
    assert.match(String(checkbox({ name: 'a', label: 'A', checked: true })), /value="yes" checked>/)
    assert.doesNotMatch(String(checkbox({ name: 'a', label: 'A' })), /checked/)
  })

  test('a password is never shown again', () => {
    const typed = { name: 'pin', label: 'Pinkode', value: '4711' }
    assert.doesNotMatch(String(passwordField(typed)), /4711/)
  })

  test('line breaks at the start of a text are kept', () => {
    // A browser drops the first line break after <textarea>.
    assert.match(String(textArea({ name: 'a', label: 'A', value: '\nx' })), />\n\nx<\/textarea>/)
  })
})

describe('charts', () => {
  const rows = [
    { label: 'Roman', value: 50 },
    { label: 'Fagbog', value: 100 },
  ]

  test('a bar is as long as its value, and the numbers are also in a table', () => {
    const shown = String(barChart({ title: 'Udlån', rows, unit: 'lån' }, 'da'))
    const widths = [...shown.matchAll(/<rect [^>]*width="([\d.]+)%"/g)].map((match) => Number(match[1]))
    assert.equal(widths.length, 2)
    assert.equal(widths[0], Number(widths[1]) / 2)
    assert.match(shown, /role="img" aria-labelledby="(chart-\w+)-title \1-text"/)
    assert.match(shown, /<desc [^>]*>Fagbog: 100 lån; Roman: 50 lån<\/desc>/)
    assert.match(shown, /<details[\s\S]*<td class="number">100<\/td>/)
  })

  test('a column is as high as its value on a scale that may be given', () => {
    const shown = String(columnChart({ title: 'Udlån', rows, unit: 'lån', max: 200 }, 'da'))
    const heights = [...shown.matchAll(/<rect [^>]*height="([\d.]+)"/g)].map((match) => Number(match[1]))
    assert.deepEqual(heights, [45, 90])
  })

  test('twenty-four months have no more labels than there is room for', () => {
    const months = Array.from({ length: 24 }, (_, month) => ({ label: `m${month}`, value: month }))
    const shown = String(columnChart({ title: 'Udlån', rows: months, unit: 'lån' }, 'da'))
    assert.equal(shown.match(/class="chart-tick"/g)?.length, 6)
  })

  test('a chart of nothing, or of nothing but zeros, does not fail', () => {
    assert.match(String(barChart({ title: 'Udlån', rows: [], unit: 'lån' }, 'da')), /Der er ingen/)
    const none = [{ label: 'a', value: 0 }]
    assert.match(String(columnChart({ title: 'Udlån', rows: none, unit: 'lån' }, 'da')), /height="0.0"/)
  })

  test('progress is never more than all and says 100 only when done', () => {
    assert.match(String(progressBar({ label: 'a', value: 999, max: 1000 })), /value="99"/)
    assert.match(String(progressBar({ label: 'a', value: 5, max: 4 })), /value="100"/)
    assert.match(String(progressBar({ label: 'a', value: 0, max: 0 })), /value="0"/)
  })
})

describe('words for values', () => {
  test('dates, times, numbers and money are written as Danes and Britons write them', () => {
    const day = Temporal.PlainDate.from('2026-11-22')
    assert.equal(dateText(day, 'da'), '22. november 2026')
    assert.equal(dateText(day, 'en'), '22 November 2026')
    assert.equal(numberText(1234.5, 'da'), '1.234,5')
    assert.equal(numberText(1234.5, 'en'), '1,234.5')
    assert.equal(kronerText(oreOf(123450), 'da').replace('\u00a0', ' '), '1.234,50 kr.')
    assert.equal(kronerText(oreOf(-500), 'en').replace('\u00a0', ' '), '-DKK 5.00')
  })

  test("an instant is shown in Copenhagen's time, summer and winter", () => {
    assert.equal(instantText(Temporal.Instant.from('2026-11-22T13:30:00Z'), 'da'), '22. november 2026 kl. 14.30')
    assert.equal(instantText(Temporal.Instant.from('2026-07-22T13:30:00Z'), 'en'), '22 July 2026 at 15:30')
  })
})

test('a way back leads nowhere but to this site', () => {
  assert.equal(localPath('/loans?page=2', '/'), '/loans?page=2')
  for (const other of [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'javascript:x',
    '/\t/evil',
    ['/a'],
    undefined,
  ]) {
    assert.equal(localPath(other, '/home'), '/home')
  }
})

test('html that html made is not escaped again', () => {
  assert.equal(String(html`<p>${html`<b>${'<'}</b>`}</p>`), '<p><b>&lt;</b></p>')
})
