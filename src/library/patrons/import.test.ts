import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { addBranch } from '#agencies'
import { type BranchId, startOfDay } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { NOTICE, sampleText } from '../../../test/support/policy.ts'
import { importPatrons, type PatronImportOptions } from './import.ts'
import { importRefusalText, rowFaultText } from './import-texts.ts'
import { findPatron } from './queries.ts'
import type { PatronRow } from './tables.ts'

let library: TestLibrary
let ctx: Context
let homeBranch: BranchId
let other: BranchId

before(async () => {
  library = await openTestLibrary({ policy: policyText })
  ctx = library.context()
  const branch = { address: '', postcode: '', city: '' }
  homeBranch = await addBranch(ctx, { ...branch, code: 'HB', name: 'Hovedbiblioteket' })
  other = await addBranch(ctx, { ...branch, code: 'NIV', name: 'Nivå' })
})
after(() => library.close())
beforeEach(() => ctx.db.run(sql`delete from patron`))

/** A policy that asks for a name alone, and a guardian's signature for children. */
function policyText(): string {
  return sampleText((policy) => {
    policy.enrolment = [{ field: 'name', required: true, from: 'patron', says: NOTICE }]
  })
}

async function run(file: string | Buffer, options: Partial<PatronImportOptions> = {}, size = 7) {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    const all = Buffer.from(file)
    for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size)
  }
  return importPatrons(ctx, bytes(), { homeBranch, ...options })
}

async function report(file: string | Buffer, options?: Partial<PatronImportOptions>) {
  const imported = await run(file, options)
  assert.ok(imported.ok, imported.ok ? '' : importRefusalText(imported.refusal))
  return imported.value
}

async function refusal(file: string | Buffer) {
  const imported = await run(file)
  assert.ok(!imported.ok, 'the file was taken')
  assert.equal((await patrons()).length, 0)
  return imported.refusal
}

const patrons = () => ctx.db.all<PatronRow>(sql`select * from patron order by name`)

// A replacement number: day + 60.
const CPR = '610190-1234'

test('a patron keeps number, card, branch and clocks, and the CPR number is sealed', async () => {
  const done = await report(
    `number,name,cpr,address,postcode,city,branch,card,language,enrolled_on,last_active_on,email
123456789,Asta Ager,${CPR},"Storegade 1, st.",2980,Kokkedal,niv,K0001,en,2019-05-01,2024-02-29,asta@example.dk
`,
  )
  assert.deepEqual([done.rows, done.enrolled, done.known, done.refused_count], [1, 1, 0, 0])
  const [asta] = await patrons()
  assert.ok(asta)
  assert.equal(asta.number, '123456789')
  assert.equal(asta.address, 'Storegade 1, st.')
  assert.equal(asta.home_branch_id, other)
  assert.equal(asta.language, 'en')
  assert.equal(asta.birth_on?.toString(), '1990-01-01')
  assert.ok(asta.last_active_at.equals(startOfDay(Temporal.PlainDate.from('2024-02-29'))))
  assert.ok(asta.enrolled_at.equals(startOfDay(Temporal.PlainDate.from('2019-05-01'))))
  for (const card of ['123456789', 'K0001', CPR]) assert.equal(await findPatron(ctx, card), asta.id)
  const digits = CPR.replace('-', '')
  assert.ok(asta.cpr_sealed)
  assert.equal(await ctx.vault.open(asta.id, 'patron.cpr_sealed', asta.cpr_sealed), digits)
  assert.ok(!JSON.stringify(asta).includes(digits))
})

test('a protected address is sealed', async () => {
  await report(
    'card;name;protected;address;postcode;city;last_active_on\nK1;Clara Carlsen;ja;Hemmelig Vej 2;2980;Kokkedal;01-11-2025\n',
  )
  const [clara] = await patrons()
  assert.ok(clara?.protected && clara.address_sealed)
  assert.equal(clara.address, null)
  assert.match((await ctx.vault.open(clara.id, 'patron.address_sealed', clara.address_sealed)) ?? '', /Hemmelig Vej 2/)
})

test('files in UTF-8 with a mark, in UTF-8 without, and in Windows-1252 give the same name', async () => {
  const text = 'card;name;last_active_on\nK1;Søren Ærø;2025-01-01\n'
  const files = [Buffer.from(`\ufeff${text}`), Buffer.from(text), Buffer.from(text, 'latin1')]
  for (const [index, file] of files.entries()) {
    await ctx.db.run(sql`delete from patron`)
    const done = await report(file)
    assert.equal(done.encoding, index === 2 ? 'windows-1252' : 'utf-8')
    assert.equal(done.delimiter, ';')
    assert.equal((await patrons())[0]?.name, 'Søren Ærø')
  }
})

test('a file with wrong or missing columns is told which are allowed and which are missing', async () => {
  const wrong = await refusal('card,navn,last_active_on,card\nK1,Bo,2025-01-01,K2\n')
  assert.ok(wrong.kind === 'wrong-columns')
  assert.deepEqual(wrong.missing, ['name'])
  assert.deepEqual(wrong.unknown, ['navn'])
  assert.deepEqual(wrong.twice, ['card'])
  const text = importRefusalText(wrong)
  assert.match(text, /Missing: name/)
  assert.match(text, /Allowed: number, name, cpr/)
  assert.match(importRefusalText(await refusal('name\nBo\n')), /Missing: last_active_on; number or cpr or card/)
  assert.equal((await refusal('')).kind, 'empty')
  assert.equal((await refusal('\n\n')).kind, 'empty')
})

test('what the policy requires must have a column', async () => {
  await using strict = await openTestLibrary({
    policy: () =>
      sampleText((policy) => {
        policy.enrolment = ['cpr', 'birth-date', 'email', 'address'].map((field) => {
          return { field, required: true, from: field === 'address' ? 'cpr-register' : 'patron', says: NOTICE }
        })
      }),
  })
  async function* file() {
    yield Buffer.from('card,name,last_active_on\nK1,Bo,2025-01-01\n')
  }
  const imported = await importPatrons(strict.context(), file(), { homeBranch })
  assert.ok(!imported.ok && imported.refusal.kind === 'wrong-columns')
  assert.deepEqual(imported.refusal.missing, ['cpr', 'birth_on or cpr', 'email'])
})

test('a broken file enters nobody and names the line', async () => {
  const head = 'card,name,last_active_on\nK1,Bo,2025-01-01\n'
  const good = Buffer.from(`${head}K2,Åse,2025-01-01\n`)
  const broken = Buffer.concat([good, Buffer.from('K3,S\xf8ren,2025-01-01\n', 'latin1')])
  assert.deepEqual(await refusal(broken), { kind: 'broken-bytes', line: 4 })
  assert.deepEqual(await refusal(`${head}K2,B\0,2025-01-01\n`), { kind: 'broken-bytes', line: 3 })
  assert.deepEqual(await refusal(`${head}K2,Bent\n`), { kind: 'wrong-number-of-fields', line: 3 })
  assert.deepEqual(await refusal(`${head}K2,"Bent,2025-01-01\nK3,Bir`), { kind: 'quote-not-closed', line: 3 })
  assert.deepEqual(await refusal(`${head}K2,Be"n"t,2025-01-01\n`), { kind: 'misplaced-quote', line: 3 })
  assert.deepEqual(await refusal(Buffer.from('name;card', 'utf16le')), { kind: 'utf-16' })
  assert.deepEqual(await refusal(Buffer.from('\ufeffname;card', 'utf16le')), { kind: 'utf-16' })
})

test('a file without a last line break is taken, and it is said that it may be cut off', async () => {
  assert.equal((await report('card,name,last_active_on\nK1,Bo,2025-01-01')).ends_without_line_break, true)
  assert.equal((await report('card,name,last_active_on\nK1,Bo,2025-01-01\n')).ends_without_line_break, false)
})

test('rows that cannot be are listed by line and field, without a value, and the others are entered', async () => {
  const rows: [string, string, string][] = [
    ['card,name,cpr,birth_on,guardian_name,protected,language,branch,last_active_on', '', ''],
    ['K1,Asta,,,,,,,2025-01-01', '', ''],
    ['K2,,,,,,,,2025-01-01', 'missing', 'name'],
    ['K3,Bo,,,,,,,', 'missing', 'last_active_on'],
    ['K4,Bo,123,,,,,,2025-01-01', 'not-a-cpr-number', 'cpr'],
    ['K5,Bo,,31-02-2000,,,,,2025-01-01', 'not-a-date', 'birth_on'],
    ['K6,Bo,,,,,,,2099-01-01', 'in-the-future', 'last_active_on'],
    ['K7,Bo,,,,måske,,,2025-01-01', 'not-yes-or-no', 'protected'],
    ['K8,Bo,,,,,sv,,2025-01-01', 'not-a-language', 'language'],
    ['K9,Bo,,,,,,XX,2025-01-01', 'unknown-branch', 'branch'],
    ['K1,Bo,,,,,,,2025-01-01', 'twice-in-file', 'card'],
    [',Bo,,,,,,,2025-01-01', 'nothing-to-know-by', 'number'],
    ['K10,Barn,,2016-01-01,,,,,2025-01-01', 'guardian-needed', 'guardian_name'],
    [`K11,${'B'.repeat(301)},,,,,,,2025-01-01`, 'too-long', 'name'],
    ['K12,Barn Med,,2016-01-01,Mor Med,,,,2025-01-01', '', ''],
  ]
  const done = await report(`${rows.map(([row]) => row).join('\n')}\n`)
  const wanted = rows.flatMap(([, kind, field], index) => (kind ? [{ line: index + 1, kind, field }] : []))
  const found = done.refused.map(({ line, kind, field }) => ({ line, kind: kind as string, field: field as string }))
  assert.deepEqual(found, wanted)
  assert.equal(done.enrolled + done.refused_count, done.rows)
  assert.ok((await patrons()).some(({ name }) => name === 'Barn Med'))
  const texts = done.refused.map(rowFaultText).join('\n')
  for (const value of ['måske', 'XX', '31-02-2000', 'BBB']) assert.ok(!texts.includes(value), value)
})

test('a CPR number that another system used as a card is not kept in clear text', async () => {
  const digits = CPR.replace('-', '')
  await report(`number,card,name,cpr,last_active_on\n,${digits},Asta,${CPR},2025-01-01\n`)
  const values = await ctx.db.all<{ value: string }>(sql`select value from identifier`)
  assert.equal(values.length, 1)
  assert.ok(!values.some(({ value }) => value === digits))
  const fits = cprThatFits()
  const done = await report(`card,name,last_active_on\n${fits},Bo,2025-01-01\n`)
  assert.equal(done.refused[0]?.kind, 'cpr-as-number')
})

function cprThatFits(): string {
  const weights = [4, 3, 2, 7, 6, 5, 4, 3, 2, 1]
  for (let serial = 1000; serial < 2000; serial++) {
    const digits = `610180${serial}`
    if (weights.reduce((sum, weight, index) => sum + weight * Number(digits[index]), 0) % 11 === 0) return digits
  }
  throw new Error('no number fits')
}

test('only checking a file writes nothing', async () => {
  const done = await report('card,name,last_active_on\nK1,Bo,2025-01-01\n', { commit: false })
  assert.deepEqual([done.rows, done.enrolled, done.refused_count], [1, 0, 0])
  assert.deepEqual(await patrons(), [])
})

test('the same file again enters nobody twice, and a number of somebody else is refused', async () => {
  const file = `card,name,cpr,last_active_on\nK1,Bo,,2025-01-01\nK2,Asta,${CPR},2025-01-01\n`
  assert.equal((await report(file)).enrolled, 2)
  const again = await report(file)
  assert.deepEqual([again.enrolled, again.known, again.refused_count], [0, 2, 0])
  const third = await report('card,name,last_active_on\nK1,En Anden,2025-01-01\n')
  assert.deepEqual(third.refused, [{ kind: 'of-another', field: 'card', line: 2 }])
})

test('many patrons are entered in batches, and an import that dies half-way is finished by the next', async () => {
  const rows = Array.from({ length: 350 }, (_, index) => `K${index},Navn ${index},2025-01-01`)
  const file = `card,name,last_active_on\n${rows.join('\n')}\n`
  const dying = run(file, {
    progress(step, rows) {
      if (step === 'entered' && rows >= 200) throw new Error('the power went')
    },
  })
  await assert.rejects(dying, /the power went/)
  assert.equal((await patrons()).length, 200)
  const rest = await report(file)
  assert.deepEqual([rest.enrolled, rest.known], [150, 200])
  const numbers = await ctx.db.all<{ number: string }>(sql`select distinct number from patron`)
  assert.equal(numbers.length, 350)
})

test('a source that breaks off enters nobody', async () => {
  async function* full(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('card,name,last_active_on\nK1,Bo,2025-01-01\n')
    throw Object.assign(new Error('read error'), { code: 'EIO' })
  }
  await assert.rejects(importPatrons(ctx, full(), { homeBranch }), { code: 'EIO' })
  assert.deepEqual(await patrons(), [])
})

test('the same file imported twice at once enters everybody once', async () => {
  const rows = Array.from({ length: 40 }, (_, index) => `K${index},Navn ${index},2025-01-01`)
  const file = `card,name,last_active_on\n${rows.join('\n')}\n`
  const both = await Promise.all([report(file), report(file)])
  assert.equal((await patrons()).length, 40)
  assert.equal(both[0].enrolled + both[1].enrolled, 40)
  for (const done of both) assert.equal(done.enrolled + done.known + done.refused_count, 40)
})
