import assert from 'node:assert/strict'
import { createReadStream, existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { addBranch } from '#agencies'
import type { BranchId } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { importMarc } from './import.ts'

/** Real records, kept outside the product. */
const REAL = join('/', 'work', 'shared', 'data', 'marc')

let library: TestLibrary
let ctx: Context
let main: BranchId

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  main = await addBranch(ctx, { code: 'HB', name: 'Hovedbiblioteket', address: '', postcode: '', city: '' })
})
after(() => library.close())
beforeEach(async () => {
  await ctx.db.run(sql`delete from item`)
  await ctx.db.run(sql`delete from title`)
})

interface Sample {
  id: string
  title: string
  item?: { barcode: string; branch?: string }
}

function xml(records: readonly Sample[]): string {
  const field = (tag: string, subfields: string) => `<datafield tag="${tag}" ind1=" " ind2=" ">${subfields}</datafield>`
  const sub = (code: string, text: string) => `<subfield code="${code}">${text}</subfield>`
  const each = records.map(
    ({ id, title, item }) => `<record><leader>00000nam a2200000 a 4500</leader>
<controlfield tag="001">${id}</controlfield>${field('245', sub('a', title))}${
      item ? field('952', `${sub('p', item.barcode)}${item.branch ? sub('b', item.branch) : ''}`) : ''
    }</record>\n`,
  )
  return `<collection xmlns="http://www.loc.gov/MARC21/slim">\n${each.join('')}</collection>`
}

function numbered(count: number): Sample[] {
  return Array.from({ length: count }, (_, index) => ({ id: `r${index}`, title: `Bog ${index}` }))
}

async function* bytesOf(text: string, size = 4096): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const titles = () =>
  ctx.db.all<{ record_id: string; title: string }>(sql`select record_id, title from title order by record_id`)
const counted = async () => (await ctx.db.one<{ n: number }>(sql`select count(*) as n from title`)).n

test('a file of records becomes titles, and progress is told after each batch', async () => {
  const told: number[] = []
  const report = await importMarc(ctx, bytesOf(xml(numbered(450))), { source: 'a', progress: (n) => told.push(n) })
  assert.deepEqual([report.read, report.new, report.updated, report.fault_count], [450, 450, 0, 0])
  assert.equal(await counted(), 450)
  assert.deepEqual(told, [200, 400, 450])
})

test('a record imported again from the same source is updated and keeps its id', async () => {
  await importMarc(ctx, bytesOf(xml([{ id: 'x', title: 'Før' }])), { source: 'a' })
  const id = (await ctx.db.one<{ id: string }>(sql`select id from title`)).id
  const report = await importMarc(ctx, bytesOf(xml([{ id: 'x', title: 'Efter' }])), { source: 'a' })
  assert.deepEqual([report.new, report.updated], [0, 1])
  assert.deepEqual(await ctx.db.all(sql`select id, title from title`), [{ id, title: 'Efter' }])
  const other = await importMarc(ctx, bytesOf(xml([{ id: 'x', title: 'En anden' }])), { source: 'b' })
  assert.equal(other.new, 1)
})

test('of a record that comes twice in a file the last counts, and the sum is right', async () => {
  const samples = [
    { id: 'x', title: 'Første' },
    { id: 'y', title: 'Anden' },
    { id: 'x', title: 'Sidste' },
  ]
  const report = await importMarc(ctx, bytesOf(xml(samples)), { source: 'a' })
  assert.deepEqual([report.read, report.new, report.updated], [3, 2, 1])
  assert.deepEqual(
    (await titles()).map(({ title }) => title),
    ['Sidste', 'Anden'],
  )
})

test('items go to the branch they name, to the given one, or are left out with a warning', async () => {
  const samples: Sample[] = [
    { id: '1', title: 'A', item: { barcode: '1001', branch: 'hb' } },
    { id: '2', title: 'B', item: { barcode: '1002', branch: 'nowhere' } },
  ]
  const first = await importMarc(ctx, bytesOf(xml(samples)), { source: 'a' })
  assert.equal(first.items, 1)
  assert.match(first.warnings.map(({ warning }) => warning).join(), /"nowhere", which the library does not have/)
  assert.equal(first.warnings[0]?.number, 2)
  const second = await importMarc(ctx, bytesOf(xml(samples)), { source: 'a', defaultBranch: main })
  assert.equal(second.items, 1)
  const barcodes = await ctx.db.all<{ barcode: string }>(sql`select barcode from item order by barcode`)
  assert.deepEqual(
    barcodes.map(({ barcode }) => barcode),
    ['1001', '1002'],
  )
})

test('a broken record is told by number and place, and the others are entered', async () => {
  const whole = xml(numbered(3))
  const broken = whole.replace('Bog 1</subfield>', 'Bog 1')
  const report = await importMarc(ctx, bytesOf(broken), { source: 'a' })
  assert.equal(report.fault_count, 1)
  assert.equal(report.faults[0]?.number, 2)
  assert.equal(report.faults[0]?.position, Buffer.byteLength(broken.slice(0, broken.indexOf('<record>', 80))))
  assert.deepEqual(
    (await titles()).map(({ record_id }) => record_id),
    ['r0', 'r2'],
  )
})

test('a file that is cut off gives what is whole, and says where it ends', async () => {
  const whole = xml(numbered(300))
  const report = await importMarc(ctx, bytesOf(whole.slice(0, whole.indexOf('Bog 250'))), { source: 'a' })
  assert.equal(report.new, 250)
  assert.ok(report.fault_count >= 1)
})

test('a file that is no MARC at all enters nothing', async () => {
  const report = await importMarc(ctx, bytesOf('Kære bibliotek\nher er vores bøger\n'), { source: 'a' })
  assert.equal(report.new, 0)
  assert.ok(report.fault_count > 0)
  assert.equal(await counted(), 0)
})

test('a disk that is full midway leaves whole batches only, and the import can be repeated', async () => {
  const text = xml(numbered(700))
  async function* full(): AsyncGenerator<Uint8Array> {
    yield* bytesOf(text.slice(0, text.indexOf('Bog 500')))
    throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
  }
  await assert.rejects(importMarc(ctx, full(), { source: 'a' }), { code: 'ENOSPC' })
  assert.equal(await counted(), 400)
  const again = await importMarc(ctx, bytesOf(text), { source: 'a' })
  assert.deepEqual([again.new, again.updated], [300, 400])
  assert.equal(await counted(), 700)
})

test('when a batch fails, nothing of it is there', async () => {
  await ctx.db.run(sql`alter table item add constraint item_test check (barcode <> '4242') not valid`)
  try {
    const samples = numbered(3).map((sample, index): Sample => {
      return { ...sample, item: { barcode: index === 1 ? '4242' : `500${index}`, branch: 'HB' } }
    })
    const report = await importMarc(ctx, bytesOf(xml(samples)), { source: 'a' })
    assert.deepEqual([report.new, report.items, report.fault_count], [2, 2, 1])
    assert.deepEqual(report.faults[0]?.number, 2)
    // Title and item of the record that was not taken went together.
    assert.deepEqual(
      (await titles()).map(({ record_id }) => record_id),
      ['r0', 'r2'],
    )
  } finally {
    await ctx.db.run(sql`alter table item drop constraint item_test`)
  }
})

for (const name of ['jazz_1k.mrc', 'lul_fre_500.mrc']) {
  test(`a real file is imported whole: ${name}`, async (t) => {
    const file = join(REAL, name)
    if (!existsSync(file)) return t.skip('the real records are not on this machine')
    const first = await importMarc(ctx, createReadStream(file), { source: name })
    assert.ok(first.new > 400, JSON.stringify(first).slice(0, 500))
    assert.equal(first.read, first.new + first.updated + first.fault_count)
    const again = await importMarc(ctx, createReadStream(file), { source: name })
    assert.deepEqual([again.new, again.updated], [0, first.new + first.updated])
    assert.equal(await counted(), first.new)
  })
}
