import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pdfText } from '../../../test/support/pdf-text.ts'
import { type Letter, letterPdf, WINDOW } from './letter-pdf.ts'

const LETTER: Letter = {
  address: ['Åse Ærøskøbing-Østergaard', 'c/o Bo Prøve', 'Pilekrogen 7, 2. tv', '3480 Fredensborg'],
  sender: { name: 'Fredensborg Bibliotekerne', address: ['Torvet 1', '3480 Fredensborg'] },
  date: Temporal.PlainDate.from('2026-11-22'),
  subject: 'Opgørelse over det, du skylder',
  body: 'Kære Åse\n\nDu skylder 120,00 kr.\nBeløbet kan betales på biblioteket.\n\nVenlig hilsen\nBiblioteket',
  language: 'da',
}

/** Every piece of text of a page that is not compressed: where it begins, in millimetres from above, and how large. */
function pieces(file: Buffer, page = 0): { left: number; baseline: number; size: number; letters: number }[] {
  const streams = [...file.toString('latin1').matchAll(/stream\r?\n([\s\S]*?)\r?\nendstream/g)]
    .map(([, content]) => content ?? '')
    .filter((content) => content.includes(' Tm'))
  const found = (streams[page] ?? '').matchAll(
    /1 0 0 1 ([\d.-]+) ([\d.-]+) Tm\n\/F\d+ ([\d.]+) Tf\n(?:[\d.-]+ T[cw]\n)*\[([^\]]*)\] TJ/g,
  )
  const toMm = (points: number) => (points / 72) * 25.4
  return [...found].map(([, x, y, size, shown]) => ({
    left: toMm(Number(x)),
    baseline: 297 - toMm(Number(y)),
    size: Number(size),
    letters: [...(shown ?? '').matchAll(/<([0-9a-f]*)>/gi)].join('').length,
  }))
}

function pageCount(file: Buffer): number {
  return [...file.toString('latin1').matchAll(/\/Type \/Page\b(?!s)/g)].length
}

test('a letter says who it is from, to whom, when and what, in letters a reader can take out again', async () => {
  const file = await letterPdf([LETTER])
  const text = pdfText(file)
  for (const wanted of [
    'FredensborgBibliotekerne',
    'Afsender:FredensborgBibliotekerne,Torvet1,3480Fredensborg',
    'ÅseÆrøskøbing-Østergaard',
    'c/oBoPrøve',
    '22.november2026',
    'Opgørelseoverdet,duskylder',
    'Duskylder120,00kr.',
    'VenlighilsenBiblioteket',
  ]) {
    assert.ok(text.includes(wanted), `${wanted} in ${text}`)
  }
  assert.ok(!/Side\d/.test(text), 'one page needs no number')
  const raw = file.toString('latin1')
  assert.match(raw, /\/Lang \(da\)/)
  assert.match(raw, /\/MarkInfo/)
  assert.match(raw, /\/DisplayDocTitle true/)
})

for (const [name, address, lines] of [
  ['the usual four lines', LETTER.address, 4],
  ['more lines than there is room for', ['Navn', 'Afdeling', 'c/o En', 'Gård 2', 'Vej 3', 'By', '3480 Fredensborg'], 5],
  ['a line that is much too long', ['Navn', `${'Meget lang vej '.repeat(20)}7`, '3480 Fredensborg'], 3],
] as const) {
  test(`the address is seen whole through the window of every usual envelope: ${name}`, async () => {
    const file = await letterPdf([{ ...LETTER, address }], { compress: false })
    const all = pieces(file)
    const seen = all.filter(({ left, baseline }) => left < 100 && baseline > 40 && baseline < 75)
    // The sender's line and those of the address.
    assert.equal(seen.length, lines + 1)
    for (const { left, baseline, size } of seen) {
      const height = (size / 72) * 25.4
      assert.ok(left >= WINDOW.left + 4.9, `begins at ${left}`)
      assert.ok(baseline - height > WINDOW.top, `rises to ${baseline - height}`)
      // What hangs below the line is a quarter of the size.
      assert.ok(baseline + height / 4 < WINDOW.bottom, `hangs to ${baseline + height / 4}`)
    }
    // Nothing of the letter itself shows in the window.
    for (const { left, baseline } of all.filter((piece) => !seen.includes(piece)))
      assert.ok(left > WINDOW.right || baseline > 75 || baseline < 38)
    const text = pdfText(file)
    assert.ok(text.includes('3480Fredensborg'))
  })
}

test('a long letter goes on over several pages, each with its number, and the next letter begins at one', async () => {
  const long = {
    ...LETTER,
    body: Array.from({ length: 60 }, (_, n) => `Afsnit ${n}: ${'ord '.repeat(30)}`).join('\n\n'),
  }
  const file = await letterPdf([long, { ...LETTER, language: 'en' }, long])
  const text = pdfText(file)
  const [, total] = /Side1af(\d+)/.exec(text) ?? []
  assert.ok(Number(total) > 1)
  assert.equal(pageCount(file), 2 * Number(total) + 1)
  assert.equal(text.split(`Side1af${total}`).length, 3)
  assert.ok(text.includes(`Side${total}af${total}`))
  assert.ok(text.includes('Afsnit59:'))
  assert.ok(text.includes('Sender:FredensborgBibliotekerne'))
  assert.ok(text.includes('22November2026'))
})

test('printed on both sides, no letter is on the back of another', async () => {
  assert.equal(pageCount(await letterPdf([LETTER, LETTER])), 2)
  assert.equal(pageCount(await letterPdf([LETTER, LETTER], { bothSides: true })), 4)
})

test('the marks to fold by are where E65, C65 and C5 ask for them', async () => {
  const raw = (await letterPdf([LETTER], { compress: false })).toString('latin1')
  const marks = [...raw.matchAll(/([\d.]+) ([\d.]+) m\n([\d.]+) ([\d.]+) l\nS/g)].map(
    ([, , y]) => (Number(y) / 72) * 25.4,
  )
  assert.deepEqual(
    marks.map((mark) => Math.round(mark * 10) / 10),
    [99, 148.5, 198],
  )
})

test('what cannot be printed is told by its number, and half a letter does not stop the printing', async () => {
  const text = pdfText(await letterPdf([{ ...LETTER, subject: 'Hej 🐎', body: 'før \ud800 efter\n\n\u0007' }]))
  assert.ok(text.includes('Hej[U+1F40E]'))
  assert.ok(text.includes('efter'))
})
