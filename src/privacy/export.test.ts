import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { at, type Language, type PatronId } from '#core'
import { sql } from '#db'
import { openTestLibrary } from '../../test/support/library.ts'
import { pdfText } from '../../test/support/pdf-text.ts'
import { emptyLibrary, Planter } from '../../test/support/rows.ts'
import { register } from '../rooms.ts'
import { patronTables } from './declare.ts'
import { type ExportRow, exportPerson, type PersonExport } from './export.ts'
import { exportBlocks } from './export-blocks.ts'
import { exportJson, pruneExports, writeExport } from './export-files.ts'
import { exportHtml } from './export-html.ts'
import { exportPdf } from './export-pdf.ts'
import { placeHold } from './holds.ts'
import { liftRestriction, restrictPatron } from './restriction.ts'

const library = await openTestLibrary()
const folder = await mkdtemp(join(tmpdir(), 'kvit-exports-'))
after(async () => {
  await library.close()
  await rm(folder, { recursive: true })
})
const ctx = library.context()
const NOW = at(Temporal.PlainDate.from('2026-02-10'), '14:30')
library.clock.moveTo(NOW)
let planter: Planter
let asta: PatronId

before(async () => {
  await emptyLibrary(ctx)
  planter = await Planter.of(ctx)
  asta = (await planter.row('patron', {
    name: 'Asta <b>Ærø</b> & søn',
    last_active_at: NOW,
    email: 'a@example.dk',
  })) as PatronId
  planter.refer('patron', asta)
})

async function exported(language: Language = 'da'): Promise<PersonExport> {
  const data = await exportPerson(ctx, register, asta, language)
  assert.ok(data)
  return data
}

async function rowsOf(data: string, language: Language = 'da'): Promise<readonly ExportRow[]> {
  return (await exported(language)).tables.find((table) => table.data === data)?.rows ?? []
}

async function rowOf(data: string, language: Language = 'da'): Promise<ExportRow> {
  const row = (await rowsOf(data, language)).at(-1)
  assert.ok(row, data)
  return row
}

function field(row: ExportRow, column: string) {
  return row.fields.find((each) => each.column === column)
}

test('nobody gets an export of somebody the library does not know', async () => {
  assert.equal(await exportPerson(ctx, register, ctx.random.uuid(NOW) as PatronId, 'da'), undefined)
})

test('a returned loan is told with the day it will be forgotten', async () => {
  await planter.row('loan', { patron_id: asta, settled_at: at(Temporal.PlainDate.from('2026-02-01'), '10:00') })
  const row = await rowOf('loan')
  // 1 February and 30 days.
  assert.equal(row.ends_on, '2026-03-03')
  assert.match(row.end.join(' '), /den 3\. marts 2026/)
  assert.match((await rowOf('loan', 'en')).end.join(' '), /on 3 March 2026/)
})

test('a loan that is still out has no day, and is told by what must happen first', async () => {
  await planter.row('loan', { patron_id: asta })
  const row = (await rowsOf('loan')).find((each) => !field(each, 'settled_at'))
  assert.ok(row)
  assert.equal(row.ends_on, null)
  assert.match(row.end.join(' '), /^Der er ingen dato endnu\. .*30 dage efter, at du har afleveret/)
})

test('a card goes with the account, and the account on a day that moves when the library is used', async () => {
  await planter.row('identifier', { patron_id: asta, kind: 'library-card', value: '2222' })
  assert.deepEqual((await rowOf('identifier', 'en')).end, ['Deleted with your account.'])
  const account = await rowOf('patron', 'en')
  assert.equal(account.ends_on, '2029-02-10')
  assert.match(account.end.join(' '), /unless you use the library before then/)
})

test('a message tells when its words go, and afterwards that they are gone', async () => {
  const id = await planter.row('message', { patron_id: asta, sent_at: NOW, body: 'Hej' })
  assert.match((await rowOf('message')).end.join(' '), /^Indholdet .* den 12\. marts 2026/)
  await ctx.db.run(sql`update message set body = null, redacted_at = ${NOW} where id = ${id}`)
  assert.match((await rowOf('message')).end.join(' '), /^Indholdet er slettet/)
})

test('an entry in the accounts says that it stays by law, and until when', async () => {
  await planter.row('bookkeeping_entry', { patron_id: asta, settled_at: NOW })
  const row = await rowOf('bookkeeping-entry', 'en')
  // Settled in 2026: three years from the end of the accounting year.
  assert.equal(row.ends_on, '2030-01-01')
  assert.match(row.end.join(' '), /Stays even if you are erased: the accounts must be kept by law/)
})

test('a row that is held back says why and until when', async () => {
  const row = await planter.row('payment', { patron_id: asta, paid_at: NOW })
  const until = Temporal.PlainDate.from('2026-06-01')
  assert.ok((await placeHold(ctx, register, { table: 'payment', row, reason: 'Klage over opkrævning', until })).ok)
  assert.match((await rowOf('payment')).end.join(' '), /1\. juni 2026, fordi: Klage over opkrævning/)
  assert.doesNotMatch((await rowOf('loan')).end.join(' '), /Klage/)
})

test('under restriction every row says that it is not deleted for now', async () => {
  assert.ok((await restrictPatron(ctx, asta, 'Uenig om adressen')).ok)
  for (const table of (await exported('en')).tables) {
    for (const row of table.rows) assert.match(row.end.join(' '), /Not deleted as long as/, table.data)
  }
  assert.ok((await liftRestriction(ctx, asta)).ok)
  assert.doesNotMatch((await rowOf('loan', 'en')).end.join(' '), /Not deleted/)
})

test('a CPR number is opened, what it is found by is only told as set, and staff are not named', async () => {
  const cpr_sealed = await ctx.vault.seal(asta, 'patron.cpr_sealed', '6101500001')
  await ctx.db.run(
    sql`update patron set cpr_sealed = ${cpr_sealed}, cpr_hash = ${Buffer.from('fingerprint')} where id = ${asta}`,
  )
  const staff = await planter.row('staff', { name: 'Bibliotekar Bo' })
  await planter.row('access_log', { patron_id: asta, staff_id: staff, what: 'profil', why: 'spørgsmål' })
  const account = await rowOf('patron')
  assert.equal(field(account, 'cpr_sealed')?.text, '6101500001')
  assert.equal(field(account, 'cpr_hash')?.text, 'sat')
  assert.equal(field(await rowOf('access-log'), 'staff_id')?.text, 'en medarbejder')
  const json = exportJson(await exported())
  for (const hidden of [staff, 'Bibliotekar Bo', Buffer.from('fingerprint').toString('hex'), 'fingerprint']) {
    assert.ok(!json.includes(hidden), hidden)
  }
})

test('a title is told by name when someone knows it, and otherwise by its number', async () => {
  const byId = field(await rowOf('loan'), 'title_id')
  assert.equal(byId?.text, byId?.value)
  const data = await exportPerson(ctx, register, asta, 'da', async (table, column) =>
    table === 'loan' && column === 'title_id' ? 'Løvehjerte' : undefined,
  )
  const row = data?.tables.find((table) => table.data === 'loan')?.rows.at(-1)
  assert.equal(row && field(row, 'title_id')?.text, 'Løvehjerte')
})

test('money is read in kroner and stored in øre', async () => {
  await planter.row('fee', { patron_id: asta, amount_ore: 12_050, paid_ore: 0 })
  const amount = field(await rowOf('fee'), 'amount_ore')
  assert.equal(amount?.value, 12_050)
  assert.match(amount?.text ?? '', /^120,50/)
  assert.equal(amount?.label, 'Beløb')
})

test('somebody else’s rows are not in it', async () => {
  const bo = (await planter.row('patron', { name: 'Bo Fremmed' })) as PatronId
  for (const { name, subject } of patronTables(register)) {
    if (subject !== 'id') await planter.full(name, 'FREMMED', bo)
  }
  assert.doesNotMatch(exportJson(await exported()), /Bo Fremmed|FREMMED/)
})

test('what the library does not hold about the person is said too', async () => {
  const data = await exported('en')
  assert.ok(data.nothing.includes('Reservations'))
  const tables = patronTables(register).map(({ name }) => name)
  assert.equal(data.tables.length + data.nothing.length, tables.length)
})

test('it tells purposes, legal basis, sources, recipients, rights and where to complain', async () => {
  const data = await exported()
  for (const list of [data.purposes, data.sources, data.recipients, data.rights, data.files]) assert.ok(list.length > 0)
  assert.match(data.purposes.map(({ basis }) => basis).join(' '), /databeskyttelsesforordningens artikel 6/i)
  assert.match(data.sources.map(({ text }) => text).join(' '), /CPR-registret/)
  assert.match(data.rights.map(({ text }) => text).join(' '), /Datatilsynet/)
  assert.match(data.automation, /regler/)
  assert.ok(data.tables.every(({ purposes }) => purposes.length > 0))
})

for (const language of ['da', 'en'] as const) {
  test(`page, print and file say the same (${language})`, async () => {
    const data = await exported(language)
    const page = exportHtml(data)
    const tight = (text: string) => text.replace(/\s+/g, '')
    const read = tight(unescape_(page.replace(/<style>.*?<\/style>/s, '').replace(/<[^>]+>/g, '')))
    const print = pdfText(await exportPdf(data)).replace(/(Side\d+af\d+|Page\d+of\d+)/g, '')
    const texts = exportBlocks(data).flatMap((block) => {
      if (block.kind === 'pairs') return block.pairs.flat()
      return block.kind === 'list' ? block.items : [block.text]
    })
    assert.equal(print, tight(texts.join('')))
    assert.ok(read.endsWith(print), 'the page')
    const said = new Set(leaves(JSON.parse(exportJson(data))))
    const whole = tight(texts.join('\n'))
    for (const text of said) assert.ok(whole.includes(tight(text)), text)
  })
}

/** Every text of the file but names of columns, and stored forms of what stands beside them as text. */
function leaves(value: unknown, key = ''): string[] {
  if (['column', 'value', 'data', 'language', 'made_at', 'ends_on'].includes(key)) return []
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap((each) => leaves(each, key))
  return value && typeof value === 'object' ? Object.entries(value).flatMap(([name, each]) => leaves(each, name)) : []
}

function unescape_(text: string): string {
  const signs: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' }
  return text.replace(/&(lt|gt|quot|#39|amp);/g, (sign) => signs[sign] ?? sign)
}

test('the page escapes what people are called, and asks nothing of any network', async () => {
  const page = exportHtml(await exported())
  assert.match(page, /Asta &lt;b&gt;Ærø&lt;\/b&gt; &amp; søn/)
  assert.doesNotMatch(page, /<b>|<script|<link|<img|src=|@import|url\(/)
  assert.match(page, /<html lang="da">/)
})

test('the print is tagged, titled and in its language', async () => {
  const raw = (await exportPdf(await exported('en'))).toString('latin1')
  assert.match(raw, /^%PDF-1\.7/)
  assert.match(raw, /\/StructTreeRoot/)
  assert.match(raw, /\/Lang \(en\)/)
  assert.match(raw, /\/DisplayDocTitle true/)
})

test('a letter the typeface lacks is told by its number instead of an empty box', async () => {
  const data = { ...(await exported()), lead: 'Hej 🐎 du' }
  assert.match(pdfText(await exportPdf(data)), /Hej\[U\+1F40E\]du/)
})

test('the files lie under a number that says nothing, readable by nobody else, and in three forms', async () => {
  const written = await writeExport(ctx, register, asta, folder)
  assert.ok(written)
  assert.match(written.id, /^[0-9a-f-]{36}$/)
  assert.notEqual(written.id, asta)
  assert.equal((await stat(written.folder)).mode & 0o777, 0o700)
  assert.deepEqual((await readdir(written.folder)).sort(), ['export.html', 'export.json', 'export.pdf'])
  for (const name of await readdir(written.folder)) {
    assert.equal((await stat(join(written.folder, name))).mode & 0o777, 0o600, name)
  }
  assert.match(await readFile(join(written.folder, 'export.json'), 'utf8'), /Ærø/)
})

test('an export kept seven days is there on the sixth and gone on the seventh', async () => {
  assert.equal((await readdir(folder)).length, 1)
  const sixth = at(Temporal.PlainDate.from('2026-02-16'), '23:59')
  assert.equal(await pruneExports(folder, 7, sixth), 0)
  assert.equal(await pruneExports(folder, 7, sixth.add({ minutes: 1 })), 1)
  assert.deepEqual(await readdir(folder), [])
  assert.equal(await pruneExports(join(folder, 'nowhere'), 7, sixth), 0)
})

test('the words that rows are limited to are told as people say them, and kept as they stand for machines', async () => {
  const patron = (await planter.row('patron', { patron_group: 'child', register: 'wanted' })) as PatronId
  const told = async (language: 'da' | 'en') => {
    const data = await exportPerson(ctx, register, patron, language)
    const fields = data?.tables.find(({ data }) => data === 'patron')?.rows[0]?.fields ?? []
    return ['patron_group', 'register', 'language'].map((column) => {
      const field = fields.find((each) => each.column === column)
      return [field?.value, field?.text]
    })
  }
  assert.deepEqual(await told('da'), [
    ['child', 'barn'],
    ['wanted', 'følges snart'],
    ['da', 'dansk'],
  ])
  assert.deepEqual((await told('en'))[1], ['wanted', 'soon followed'])
})
