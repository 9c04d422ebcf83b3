import type pg from 'pg'
import type { Bench } from './bench.ts'

/** How much a filled library holds. */
export interface Size {
  readonly branches: number
  readonly patrons: number
  readonly titles: number
  readonly items: number
  readonly loans: number
}

/** The night on which every loan that was filled in and settled is due. */
export const ALL_DUE = '2026-02-01'

const FIRST_LOAN = '2024-01-01'
const DAYS_OF_LOANS = 700
/** One of so many is back too late and not paid for: it is not settled and has an open fee. */
const ONE_OWES = 50

/** In the order in which they refer to each other. */
const TABLES = ['branch', 'patron', 'identifier', 'title', 'item', 'loan', 'fee'] as const

/**
 * Makes the rows of a library by SQL, once, in a schema of their own: loans of two years in the order they were lent,
 * some titles and patrons far more often than others. {@link refill} copies them. `like` is a library with the tables.
 */
export async function makeSource({ owner }: Bench, source: string, like: string, size: Size): Promise<void> {
  await owner.query(`create schema ${source}`)
  for (const table of TABLES)
    await owner.query(`create table ${source}.${table} (like ${like}.${table} including defaults)`)
  await owner.query(`set search_path = ${source}`)
  await owner.query('select setseed(0.5)')
  await owner.query(`
    insert into branch (id, code, name, address, postcode, city)
    select ${id('branch', 'n')}, 'B' || n, 'Filial ' || n, 'Torvet 1', '2600', 'Glostrup'
    from generate_series(1, ${size.branches}) n`)
  await owner.query(`
    insert into patron (id, number, name, birth_on, protected, patron_group, home_branch_id, language, enrolled_at,
      last_active_at)
    select ${id('patron', 'n')}, (100000000 + n)::text, 'Prøve ' || n, '2020-01-01'::date - (n * 7919) % 25000, false,
      case when (n * 7919) % 25000 < 4400 then 'child' else 'adult' end, ${id('branch', `1 + n % ${size.branches}`)},
      'da', '2023-01-01', '2025-12-31'
    from generate_series(1, ${size.patrons}) n`)
  await owner.query(`
    insert into identifier (id, patron_id, kind, value, added_at)
    select ${id('identifier', 'n')}, ${id('patron', 'n')}, 'library-card', ${card('n')}, '2023-01-01'
    from generate_series(1, ${size.patrons}) n`)
  await owner.query(`
    insert into title (id, source, record_id, title, contributors, isbn, subjects, material, audience, changed_at)
    select ${id('title', 'n')}, 'bench', n::text, 'Titel ' || n, '{}', '{}', '{}',
      (array['book', 'book', 'book', 'audiobook', 'film', 'game'])[1 + n % 6], 'adult', '2023-01-01'
    from generate_series(1, ${size.titles}) n`)
  await owner.query(`
    insert into item (id, title_id, barcode, branch_id, at_branch_id, state, added_at)
    select ${id('item', 'n')}, ${id('title', `1 + (n - 1) % ${size.titles}`)}, ${barcode('n')},
      ${id('branch', `1 + n % ${size.branches}`)}, ${id('branch', `1 + n % ${size.branches}`)}, 'available', '2023-01-01'
    from generate_series(1, ${size.items}) n`)
  await makeLoans(owner, size)
  await owner.query(`
    insert into fee (id, patron_id, loan_id, reason, amount_ore, paid_ore, charged_at)
    select ${id('fee', 'row_number() over ()')}, patron_id, id, 'overdue', 1000, 0, returned_at
    from loan where settled_at is null`)
  await owner.query('reset search_path')
  await owner.query(`analyze ${TABLES.map((table) => `${source}.${table}`).join(', ')}`)
}

async function makeLoans(owner: pg.Client, size: Size): Promise<void> {
  const all = size.loans + Math.floor(size.loans / ONE_OWES)
  await owner.query(
    `
    insert into loan (id, patron_id, item_id, title_id, branch_id, material, patron_group, age_band, lent_at, due_on,
      renewals, overdue_step, returned_at, settled_at)
    select uuid_at(r.n, r.lent_at), p.id, i.id, i.title_id, i.branch_id, t.material, p.patron_group,
      case when p.patron_group = 'child' then '0-13' when p.birth_on < '1955-01-01' then '67+' else '30-49' end,
      r.lent_at, r.lent_at::date + 30, 0, 0, r.returned_at, case when r.n % ${ONE_OWES + 1} > 0 then r.returned_at end
    from (
      select n, lent_at, lent_at + make_interval(mins => (1440 + 29 * 1440 * random())::int) as returned_at,
        1 + floor(${size.patrons} * random() ^ 1.5) as patron, 1 + floor(${size.items} * random() ^ 1.3) as item
      from (
        select n, '${FIRST_LOAN}'::timestamptz + n * (interval '${DAYS_OF_LOANS} days' / ${all}) as lent_at
        from generate_series(1, ${all}) n) lent) r
      join (select *, row_number() over (order by number) as place from patron) p on p.place = r.patron
      join (select *, row_number() over (order by barcode) as place from item) i on i.place = r.item
      join title t on t.id = i.title_id
    order by r.n`.replace('uuid_at(r.n, r.lent_at)', UUID_V7),
  )
}

const UUID_V7 = `(lpad(to_hex((extract(epoch from r.lent_at) * 1000)::bigint), 12, '0') || '7' ||
  substr(md5(r.n::text), 1, 3) || '8' || substr(md5(r.n::text), 5, 15))::uuid`

function id(kind: string, number: string): string {
  return `md5('${kind}' || (${number}))::uuid`
}

function card(number: string): string {
  return `'2' || lpad((${number})::text, 10, '0')`
}

function barcode(number: string): string {
  return `'3' || lpad((${number})::text, 9, '0')`
}

/** Copies what the loans refer to into a library. Once; a measurement changes only loans and counters. */
export async function fillStock({ owner }: Bench, source: string, agency: string): Promise<void> {
  await withoutTriggers(owner, async () => {
    for (const table of TABLES.filter((table) => table !== 'loan' && table !== 'fee'))
      await owner.query(`insert into ${agency}.${table} select * from ${source}.${table}`)
  })
}

/**
 * Brings a library's loans and counters to the same physical state each time: new files, filled in the order of
 * lending, indexes built anew, vacuumed, with statistics. Follow it with one {@link settleDown}.
 */
export async function refill({ owner }: Bench, source: string, agency: string, loans?: number): Promise<void> {
  const { rows: indexes } = await owner.query<{ name: string; definition: string }>(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
     where indrelid = any(array['${agency}.loan', '${agency}.fee']::regclass[]) and not indisprimary`,
  )
  const changed = ['loan', 'fee', 'compensation', 'payment', 'lending', 'circulation', 'night', 'night_progress']
  await withoutTriggers(owner, async () => {
    await owner.query(`truncate ${[...changed, 'retention_step'].map((table) => `${agency}.${table}`).join(', ')}`)
    for (const { name } of indexes) await owner.query(`drop index ${name}`)
    await owner.query(`insert into ${agency}.loan select * from ${source}.loan ${loans ? `limit ${loans}` : ''}`)
    await owner.query(
      `insert into ${agency}.fee select f.* from ${source}.fee f join ${agency}.loan l on l.id = f.loan_id`,
    )
    for (const { definition } of indexes) await owner.query(definition)
  })
  await owner.query(`vacuum analyze ${changed.map((table) => `${agency}.${table}`).join(', ')}`)
}

/** Writes everything down, so that no measurement pays for the filling before it. */
export async function settleDown({ owner }: Bench): Promise<void> {
  await owner.query('checkpoint')
}

/** Every row that was filled in has been counted, whoever did the forgetting. */
export async function checkCounted(
  { owner }: Bench,
  agency: string,
  counters: readonly string[],
  gone: number,
): Promise<void> {
  for (const counter of counters) {
    const { rows } = await owner.query<{ sum: string }>(
      `select coalesce(sum(loans), 0) as sum from ${agency}.${counter}`,
    )
    if (Number(rows[0]?.sum) !== gone) throw new Error(`${counter} counts ${rows[0]?.sum} loans, ${gone} went`)
  }
}

async function withoutTriggers(owner: pg.Client, work: () => Promise<void>): Promise<void> {
  await owner.query('begin')
  await owner.query('set local session_replication_role = replica')
  await work()
  await owner.query('commit')
}
