import { randomBytes } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Agency } from '#agencies'
import { enterAgency } from '#agencies'
import { at, MovableClock, type PatronId, seededRandom, silentLog } from '#core'
import { Databases, dropSchema, ensureDatabase, ensureSchema, migrateAgency, migrateShared, siblingUrl, sql } from '#db'
import type { Register } from '#privacy'
import { type Context, MasterKey, Vault } from '#vault'
import { asOwner, temporaryFolder, testServer } from './server.ts'

/** The two databases of an installation with one library in them, and nothing above: for backup, restore and scrub. */
export interface BackupLibrary {
  readonly data: Databases
  readonly keys: Databases
  readonly agency: Agency
  readonly clock: MovableClock
  readonly ctx: Context
  /** For backups; empty at first. */
  readonly folder: string
  /** Makes the schema of the keys, when a test has dropped it. */
  addKeys(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export const HERNING: Agency = { name: 'herning', number: '765700', title: 'Herning Bibliotekerne' }

/** @param url a server to use rather than the tests' own */
export async function openBackupLibrary(url?: string): Promise<BackupLibrary> {
  const server = url ? { url, stop: async () => {} } : await testServer()
  const name = `kvit_test_${randomBytes(6).toString('hex')}`
  const folder = await temporaryFolder('kvit-test-backup-')
  const names = [name, `${name}_keys`]
  for (const each of names) await ensureDatabase(server.url, each)
  const master = await MasterKey.load(join(folder, 'master.key'), true)
  const passwordOf = (role: string) => master.passwordOf(role)
  const data = new Databases(siblingUrl(server.url, name), passwordOf)
  const keys = new Databases(siblingUrl(server.url, `${name}_keys`), passwordOf)
  await migrateShared(data)
  await migrateShared(keys, 'keys-shared')
  await keys.owner().run(sql`insert into shared.master_key (fingerprint) values (${master.fingerprint})`)
  const clock = new MovableClock(at(Temporal.PlainDate.from('2025-11-20'), '12:00'))
  const addKeys = async () => {
    await ensureSchema(keys, HERNING.name)
    await migrateAgency(keys, HERNING.name, 'keys')
  }
  await addKeys()
  await enterAgency(data.owner(), clock, HERNING)
  await ensureSchema(data, HERNING.name)
  await migrateAgency(data, HERNING.name)
  return {
    data,
    keys,
    agency: HERNING,
    clock,
    folder: join(folder, 'backups'),
    addKeys,
    ctx: {
      agency: HERNING.name,
      actor: { kind: 'operator', name: 'test' },
      db: data.agency(HERNING.name),
      // A vault of its own each time it is asked: none remembers a key that another has destroyed.
      get vault() {
        return new Vault(keys.agency(HERNING.name), master)
      },
      clock,
      random: seededRandom('backup'),
      log: silentLog,
    },
    async [Symbol.asyncDispose]() {
      for (const databases of [data, keys]) {
        await dropSchema(databases, HERNING.name)
        await databases.close()
      }
      await asOwner(server.url, async (client) => {
        for (const each of names) await client.query(`drop database if exists "${each}" with (force)`)
      })
      await rm(folder, { recursive: true, force: true })
      await server.stop()
    },
  }
}

export const ASTA = '019aa000-0000-7000-8000-000000000001' as PatronId
export const BO = '019aa000-0000-7000-8000-000000000002' as PatronId

/** Text that a careless copy would change. */
export const ODD_TEXT = 'Blåbær\tgrød\nøl \\n \\. \\N "citat" \'enkelt\' 😀 \r\n\b\\'

/** Puts rows into nearly every table, with odd text, empty text and nulls. */
export async function fillLibrary(library: BackupLibrary, said: { policy?: false } = {}): Promise<void> {
  const { ctx } = library
  const [cpr_sealed, cpr_hash, address_sealed] = await Promise.all([
    ctx.vault.seal(ASTA, 'patron.cpr_sealed', '610190-1234'),
    ctx.vault.lookupHash('cpr', '610190-1234'),
    ctx.vault.seal(BO, 'patron.address_sealed', 'Skovvej 1\n7400 Herning'),
  ])
  const id = () => ctx.random.uuid(library.clock.now())
  const [staff_id, branch_id, title_id, loan_id, fee_id, claim_id, list_id] = [id(), id(), id(), id(), id(), id(), id()]
  const items = [id(), id()]
  const when = Temporal.Instant.from('2025-11-19T23:59:59.123456Z')
  const bytes = (hex: string) => Buffer.from(hex, 'hex')
  const [asta, bo] = [{ patron_id: ASTA }, { patron_id: BO }]
  const rows: [string, Record<string, unknown>][] = [
    [
      'policy_version',
      {
        number: 1,
        text: ODD_TEXT,
        hash: bytes('00ff'),
        effective_on: '2025-11-20',
        published_at: when,
        founded_by: 'test',
      },
    ],
    ['policy_proposal', { id: id(), text: '', hash: bytes(''), proposed_by: staff_id, proposed_at: when }],
    [
      'night',
      { night_on: '2025-11-19', began_at: when, ended_at: when, policy_version: 1, late_days: 0, outcome: 'kept' },
    ],
    ['night_progress', { clause: 'loan P30D', rows_gone: '9007199254740993', batches: 2 }],
    [
      'hold',
      { id: id(), table_name: 'loan', row_id: loan_id, ...asta, reason: ODD_TEXT, placed_by: 'test', placed_at: when },
    ],
    ['restriction', { id: id(), ...bo, reason: '', placed_by: 'test', placed_at: when }],
    [
      'consent',
      {
        id: id(),
        ...asta,
        purpose: 'history',
        wording: ODD_TEXT,
        wording_version: 1,
        language: 'da',
        given_by: 'patron',
        channel: 'web',
        given_at: when,
      },
    ],
    ['access_log', { id: id(), ...asta, staff_id, seen_at: when, what: 'page', why: '' }],
    [
      'disclosure',
      {
        id: id(),
        recipient: 'KMD',
        fields: 'name',
        purpose: 'claim',
        outcome: 'refused',
        refused_because: ODD_TEXT,
        made_at: when,
      },
    ],
    ['erasure_receipt', { id: id(), erased_on: '2025-11-01', asked_by: 'patron' }],
    ['branch', { id: branch_id, code: '765700', name: 'Herning', address: '', postcode: '7400', city: 'Herning' }],
    ['opening_hours', { branch_id, weekday: 1, opens: '08:00', closes: '21:30:15', staffed: true }],
    [
      'patron',
      {
        id: ASTA,
        number: '10001',
        name: ODD_TEXT,
        birth_on: '1990-01-01',
        address: '',
        city: 'Årre',
        protected: false,
        cpr_sealed,
        cpr_hash,
        email: '',
        patron_group: 'adult',
        home_branch_id: branch_id,
        language: 'da',
        enrolled_at: when,
        last_active_at: when,
      },
    ],
    [
      'patron',
      {
        id: BO,
        number: '10002',
        name: 'Bo \\N',
        protected: true,
        address_sealed,
        email: '\\',
        phone: ' ',
        patron_group: 'child',
        home_branch_id: branch_id,
        language: 'en',
        enrolled_at: when,
        last_active_at: when,
      },
    ],
    ['identifier', { id: id(), ...asta, kind: 'library-card', value: 'A-1', added_at: when }],
    [
      'staff',
      {
        id: staff_id,
        username: 'inge',
        name: 'Inge',
        password_hash: 'hash',
        roles: ['desk', 'a,"b"', ''],
        added_at: when,
      },
    ],
    ['session', { id: id(), token_hash: bytes('0011'), staff_id, began_at: when, expires_at: when.add({ hours: 8 }) }],
    [
      'title',
      {
        id: title_id,
        source: 'bib',
        record_id: '1',
        title: ODD_TEXT,
        subtitle: '',
        contributors: ['Ø', null],
        year: 1999,
        isbn: [],
        subjects: ['a b'],
        material: 'bog',
        audience: 'adult',
        changed_at: when,
      },
    ],
    ...items.map((item, n): [string, Record<string, unknown>] => [
      'item',
      { id: item, title_id, barcode: `B${n}`, branch_id, at_branch_id: branch_id, state: 'available', added_at: when },
    ]),
    [
      'message',
      {
        id: id(),
        ...asta,
        kind: 'reminder',
        channel: 'email',
        language: 'da',
        recipient: 'a@example.dk',
        subject: '',
        body: ODD_TEXT,
        queued_at: when,
      },
    ],
    [
      'loan',
      {
        id: loan_id,
        ...asta,
        item_id: items[0],
        title_id,
        branch_id,
        material: 'bog',
        patron_group: 'adult',
        age_band: '26-45',
        lent_at: when,
        due_on: '2025-12-19',
        renewals: 0,
        overdue_step: 0,
        returned_at: when,
        settled_at: when,
      },
    ],
    ['lending', { title_id, branch_id, month: '2025-10-01', loans: 2 }],
    [
      'circulation',
      { branch_id, material: 'bog', patron_group: 'adult', age_band: '26-45', month: '2025-10-01', loans: 2 },
    ],
    ['fee', { id: fee_id, ...asta, loan_id, reason: 'overdue', amount_ore: 2000, paid_ore: 500, charged_at: when }],
    [
      'compensation',
      { id: claim_id, ...bo, reason: 'lost', amount_ore: 1, paid_ore: 1, charged_at: when, settled_at: when },
    ],
    ['payment', { id: id(), ...asta, fee_id, amount_ore: 500, method: 'cash', receipt_number: 'R1', paid_at: when }],
    [
      'bookkeeping_entry',
      { id: id(), ...asta, claim_id: fee_id, number: 'N1', account: 'fee', amount_ore: -2000, booked_at: when },
    ],
    [
      'reservation',
      {
        id: id(),
        transaction_id: id(),
        ...bo,
        title_id,
        pickup_branch_id: branch_id,
        placed_at: when,
        interest_until_on: '2026-11-19',
        item_id: items[1],
        ready_at: when,
        pickup_until_on: '2025-11-27',
        pickup_number: '7',
      },
    ],
    ['setting', { name: 'messages', version: 1, content: '{"quietFrom":"21:00"}', changed_at: when }],
    ['in_house_use', { title_id, branch_id, month: '2025-10-01', uses: 3 }],
    ['group_loan', { loan_id, ...bo, since_at: when }],
    ['offline_event', { id: id(), happened_at: when, replayed_at: when, outcome: 'lent' }],
    [
      'payment_order',
      {
        id: id(),
        ...asta,
        provider: 'nexi',
        state: 'open',
        amount_ore: 1500,
        fee_ids: [fee_id],
        compensation_ids: [],
        created_at: when,
      },
    ],
    ['absence', { ...asta, from_on: '2025-11-20', set_at: when }],
    ['list', { id: list_id, ...asta, name: 'Huskeliste', made_at: when }],
    ['list_entry', { id: id(), list_id, ...asta, title_id, added_at: when }],
    ['pick', { item_id: items[0], title_id, branch_id, taken_by: id(), taken_at: when }],
    [
      'push_subscription',
      { id: id(), ...bo, endpoint: 'https://push.example/1', p256dh: 'k', auth: 'a', added_at: when },
    ],
    [
      'collection_case',
      {
        id: id(),
        ...asta,
        claim_kind: 'fee',
        claim_id: fee_id,
        reference: '900000001',
        amount_ore: 2000,
        state: 'prepared',
        prepared_at: when,
        changed_at: when,
      },
    ],
  ]
  await ctx.db.transact(async (db) => {
    for (const [table, row] of rows) {
      if (table === 'policy_version' && said.policy === false) continue
      const columns = Object.keys(row).map((column) => sql.id(column))
      const values = Object.values(row).map((value) => sql`${value}`)
      await db.run(sql`insert into ${sql.id(table)} (${sql.join(columns)}) values (${sql.join(values)})`)
    }
  })
}

/** Every row of every table as text, so that two states of a library can be compared. */
export async function everything(library: BackupLibrary, register: Register): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {}
  for (const { name } of register.tables) {
    const rows = await library.ctx.db.all<{ row: string }>(sql`
      select t::text as row from ${sql.id(name)} t order by t::text`)
    all[name] = rows.map(({ row }) => row)
  }
  return all
}

/** Removes all rows about the persons, as an erasure does, without its reasons and receipts. */
export async function removePersons(
  library: BackupLibrary,
  register: Register,
  persons: readonly PatronId[],
): Promise<void> {
  for (const table of register.tables.filter(({ about }) => about === 'patron').reverse()) {
    await library.ctx.db.run(sql`
      delete from ${sql.id(table.name)} where ${sql.id(table.subject as string)} = any(${persons}::uuid[])`)
  }
}

export async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).sort()
}
