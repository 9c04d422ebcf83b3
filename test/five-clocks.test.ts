import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { addBranch } from '#agencies'
import { addItems, putTitles } from '#catalogue'
import { at, oreOf, type PatronId } from '#core'
import { sql } from '#db'
import { type Claim, openClaims, pay } from '#fees'
import { checkout, declareLost, settle } from '#loans'
import { enrolPatron } from '#patrons'
import { runRetention } from '#privacy'
import { register } from '../src/rooms.ts'
import { openTestLibrary } from './support/library.ts'

const date = Temporal.PlainDate.from
const AGENCIES = ['fredensborg', 'herning']
const library = await openTestLibrary({ agencies: AGENCIES, begin: date('2025-10-01') })
after(() => library.close())

/*
 * Asta borrows a book on 1 October 2025 and never brings it back. The loan is for 30 days, so it is due on 31 October,
 * and 35 days later, on 5 December, it counts as lost: a late fee of 230 kr. (more than 30 days) and 255 kr. in
 * compensation. She pays 100 kr. of the fee on 15 December, the rest half an hour before midnight on New Year's Eve, and
 * the compensation on New Year's morning.
 */
const ENDS = {
  // Paid on 15 December, kept 30 days: 31 days of December, so 15 + 30 - 31 = 14 January.
  firstPayment: '2026-01-14',
  // Paid whole on 31 December; 30 days later is 30 January. The fee and the receipt for its rest end together.
  fee: '2026-01-30',
  // Nothing was owed for the loan from 1 January, the later of "lost" and "paid"; 30 days later is 31 January. So does
  // the receipt for the compensation, which was paid that day too.
  loan: '2026-01-31',
  // A year after 1 January 2026, in case the book turns up.
  compensation: '2027-01-01',
  // Last used the library on 1 October 2025, three years, and nothing open any more.
  patron: '2028-10-01',
}
/*
 * The accounts: the fee was settled in the accounting year 2025, which ends as 2026 begins; the compensation was settled
 * one night later, in 2026, and is kept a whole year longer. Fredensborg keeps three years, Herning five.
 */
const ACCOUNTS: Record<string, { fee: string; compensation: string }> = {
  fredensborg: { fee: '2029-01-01', compensation: '2030-01-01' },
  herning: { fee: '2031-01-01', compensation: '2032-01-01' },
}

for (const agency of AGENCIES) {
  const ctx = library.context(undefined, agency)
  const branch = await addBranch(ctx, {
    code: 'hb',
    name: 'Hovedbiblioteket',
    address: 'Torvet 1',
    postcode: '3480',
    city: 'By',
  })
  const book = {
    source: 'test',
    record_id: '1',
    title: 'Den sidste bog',
    subtitle: null,
    author: null,
    contributors: [],
    edition: null,
    publisher: null,
    year: null,
    language: null,
    isbn: [],
    dk5: null,
    subjects: [],
    material: 'book',
    audience: 'adult' as const,
    series: null,
    volume: null,
    pages: null,
  }
  const [title] = await putTitles(ctx, [book])
  assert.ok(title)
  await addItems(ctx, [{ title_id: title.id, barcode: '1001', branch_id: branch, shelf: null }])
  const asta = await enrolPatron(ctx, branch, {
    name: 'Asta',
    cpr: '610150-0001',
    address: 'Åvej 1',
    municipality: '0210',
    email: 'asta@example.dk',
    phone: '12345678',
    photoIdSeen: true,
  })
  assert.ok(asta.ok, JSON.stringify(asta))
  assert.ok((await checkout(ctx, { card: asta.value.number, barcode: '1001' })).ok)
}

async function eachLibrary(day: string, time: string, work: (agency: string) => Promise<unknown>): Promise<void> {
  library.clock.moveTo(at(date(day), time))
  for (const agency of AGENCIES) await work(agency)
}

async function payOf(agency: string, kind: Claim['kind'], kroner: number): Promise<void> {
  const ctx = library.context(undefined, agency)
  const { id: patron } = await ctx.db.one<{ id: PatronId }>(sql`select id from patron`)
  const claim = (await openClaims(ctx, patron)).find((each) => each.claim.kind === kind)?.claim
  assert.ok(claim, kind)
  const paid = await pay(ctx, claim, oreOf(kroner * 100), 'card')
  assert.ok(paid.ok, JSON.stringify(paid))
}

await eachLibrary('2025-12-05', '02:00', (agency) =>
  declareLost(library.context(undefined, agency), date('2025-12-05')),
)
await eachLibrary('2025-12-15', '12:00', (agency) => payOf(agency, 'fee', 100))
await eachLibrary('2025-12-31', '23:30', (agency) => payOf(agency, 'fee', 130))
await eachLibrary('2026-01-01', '10:00', (agency) => payOf(agency, 'compensation', 255))

/** What there is of Asta after the night of a day, by table; a loan that a claim still leads to is told. */
async function leftAfter(agency: string, night: Temporal.PlainDate): Promise<Record<string, number>> {
  const ctx = library.context(undefined, agency)
  await settle(ctx)
  await runRetention(ctx, register, night)
  const left: Record<string, number> = {}
  for (const name of ['loan', 'fee', 'compensation', 'payment', 'bookkeeping_entry', 'patron']) {
    left[name] = (await ctx.db.one<{ rows: number }>(sql`select count(*)::int as rows from ${sql.id(name)}`)).rows
  }
  const linked = await ctx.db.one<{ rows: number }>(
    sql`select count(*)::int as rows from compensation where loan_id is not null`,
  )
  return { ...left, linked: linked.rows }
}

test('one lost book ends on seven days, each by its own clock, in either library', async () => {
  for (const agency of AGENCIES) {
    const accounts = ACCOUNTS[agency] as { fee: string; compensation: string }
    // The fee has a charge and two payments in the accounts, the compensation has a charge and a payment.
    let left = { loan: 1, fee: 1, compensation: 1, payment: 3, bookkeeping_entry: 5, patron: 1, linked: 1 }
    const steps: [string, Partial<typeof left>][] = [
      [ENDS.firstPayment, { payment: 2 }],
      [ENDS.fee, { fee: 0, payment: 1 }],
      [ENDS.loan, { loan: 0, payment: 0, linked: 0 }],
      [ENDS.compensation, { compensation: 0 }],
      [ENDS.patron, { patron: 0 }],
      [accounts.fee, { bookkeeping_entry: 2 }],
      [accounts.compensation, { bookkeeping_entry: 0 }],
    ]
    for (const [day, gone] of steps) {
      const what = `${agency} ${day}`
      assert.deepEqual(await leftAfter(agency, date(day).subtract({ days: 1 })), left, `the night before ${what}`)
      left = { ...left, ...gone }
      assert.deepEqual(await leftAfter(agency, date(day)), left, what)
    }
  }
})
