import { createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { type PatronId, realClock, type StaffId } from '#core'
import { type Db, type Named, sql } from '#db'
import { decrypt, encrypt, type MasterKey } from './master-key.ts'

/** A sealed value: ciphertext under the person's own key, readable only while that key exists. */
export type Sealed = Uint8Array

const REMEMBERED_KEYS = 1000
/** A key that another process has destroyed is forgotten here as soon as this. */
const REMEMBERED_SECONDS = 30

const READ_KEY: Named = { name: 'vault-key', text: 'select wrapped from person_key where person_id = $1' }
const MAKE_KEY: Named = {
  name: 'vault-make-key',
  // A person erased before must not get a new key: late work on an old id would bring the person back.
  text: `insert into person_key (person_id, wrapped)
         select $1, $2 where not exists (select from tombstone where person_id = $1)
         on conflict (person_id) do nothing`,
}

/**
 * The keys of one library's persons, in a database of their own that no backup of the data holds. Destroying a key
 * makes what it sealed unreadable everywhere, in old backups too.
 */
export class Vault {
  readonly #db: Db
  readonly #master: MasterKey
  #lookupKey: Promise<Buffer> | undefined
  readonly #keys = new Map<string, { readonly key: Buffer; readonly until: Temporal.Instant }>()

  constructor(db: Db, master: MasterKey) {
    this.#db = db
    this.#master = master
  }

  /** Seals text for a column of a person's row, such as `patron.cpr_sealed`. Makes the person's key the first time. */
  async seal(person: PatronId | StaffId, column: string, plain: string): Promise<Sealed> {
    const key = (await this.#readKey(person)) ?? (await this.#makeKey(person))
    return encrypt(key, Buffer.from(plain, 'utf8'), `${column} ${person}`)
  }

  /** Opens a sealed value; undefined when the person's key has been destroyed. */
  async open(person: PatronId | StaffId, column: string, sealed: Sealed): Promise<string | undefined> {
    const key = await this.#key(person)
    return key && decrypt(key, Buffer.from(sealed), `${column} ${person}`).toString('utf8')
  }

  /** What a value is found by without being stored: a keyed hash, another in each library. */
  async lookupHash(kind: string, value: string): Promise<Uint8Array> {
    this.#lookupKey ??= this.#readLookupKey()
    return createHmac('sha256', await this.#lookupKey)
      .update(`${kind}\0${value}`)
      .digest()
  }

  /**
   * A key to mix into secrets too short to be protected by hashing alone, such as `pin`. It is derived from the look-up
   * key, so no database of the library's data holds it, nor any backup of those; the derivation keeps it apart from every
   * look-up hash.
   */
  async pepper(kind: string): Promise<Buffer> {
    this.#lookupKey ??= this.#readLookupKey()
    return Buffer.from(hkdfSync('sha256', await this.#lookupKey, '', `kvit pepper ${kind}`, 32))
  }

  /**
   * Writes tombstones and destroys the keys, in one transaction. The rows go afterwards; `finish` closes the
   * tombstones, and whoever starts next finishes what was left (`unfinished`).
   */
  async destroy(persons: readonly (PatronId | StaffId)[], at: Temporal.Instant): Promise<void> {
    await this.#db.transact(async (db) => {
      await db.run(sql`
        insert into tombstone (person_id, erased_at) select id, ${at} from unnest(${persons}::uuid[]) as id
        on conflict (person_id) do update set finished_at = null`)
      await db.run(sql`delete from person_key where person_id = any(${persons}::uuid[])`)
    })
    for (const person of persons) this.#keys.delete(person)
  }

  async finish(persons: readonly (PatronId | StaffId)[], at: Temporal.Instant): Promise<void> {
    await this.#db.run(sql`
      update tombstone set finished_at = ${at} where finished_at is null and person_id = any(${persons}::uuid[])`)
  }

  /** Persons whose erasure was begun and not finished. */
  async unfinished(): Promise<PatronId[]> {
    const rows = await this.#db.all<{ person_id: PatronId }>(
      sql`select person_id from tombstone where finished_at is null order by person_id`,
    )
    return rows.map((row) => row.person_id)
  }

  /** Everyone erased whose tombstone is still kept, for a restore to bury again. */
  async buried(): Promise<PatronId[]> {
    const rows = await this.#db.all<{ person_id: PatronId }>(sql`select person_id from tombstone order by person_id`)
    return rows.map((row) => row.person_id)
  }

  /** Removes tombstones older than every backup. */
  async forgetTombstones(erasedBefore: Temporal.Instant): Promise<number> {
    return this.#db.run(sql`delete from tombstone where finished_at is not null and erased_at < ${erasedBefore}`)
  }

  /** How many persons have a key, and when the newest erasure was: a restore compares them with its backup. */
  async state(): Promise<{ keys: number; newest_erasure: Temporal.Instant | null }> {
    return this.#db.one(sql`
      select (select count(*) from person_key)::int as keys, (select max(erased_at) from tombstone) as newest_erasure`)
  }

  /** Which of these persons have a key. */
  async known(persons: readonly PatronId[]): Promise<Set<PatronId>> {
    const rows = await this.#db.all<{ person_id: PatronId }>(
      sql`select person_id from person_key where person_id = any(${persons}::uuid[])`,
    )
    return new Set(rows.map((row) => row.person_id))
  }

  /** Wraps every key anew under the newest master key. Can be killed and repeated. */
  async rewrap(progress: (done: number, of: number) => void = () => {}): Promise<number> {
    const lookup = await this.#readLookupKey()
    await this.#db.run(sql`update lookup_key set wrapped = ${this.#master.wrap(lookup, 'lookup')}`)
    const { keys } = await this.state()
    let after = '00000000-0000-0000-0000-000000000000'
    let done = 0
    for (;;) {
      const rows = await this.#db.all<{ person_id: PatronId; wrapped: Buffer }>(
        sql`select person_id, wrapped from person_key where person_id > ${after}::uuid order by person_id limit 500`,
      )
      if (rows.length === 0) return done
      const wrapped = rows.map((row) =>
        this.#master.wrap(this.#master.unwrap(row.wrapped, row.person_id), row.person_id),
      )
      await this.#db.run(sql`
        update person_key k set wrapped = n.wrapped
        from unnest(${rows.map((row) => row.person_id)}::uuid[], ${wrapped}::bytea[]) as n (person_id, wrapped)
        where k.person_id = n.person_id`)
      after = (rows.at(-1) as { person_id: PatronId }).person_id
      done += rows.length
      progress(done, keys)
    }
  }

  async #key(person: string): Promise<Buffer | undefined> {
    const known = this.#keys.get(person)
    if (known && Temporal.Instant.compare(realClock.now(), known.until) < 0) return known.key
    return this.#readKey(person)
  }

  async #readKey(person: string): Promise<Buffer | undefined> {
    const [row] = await this.#db.named<{ wrapped: Buffer }>(READ_KEY, [person])
    if (row) return this.#remember(person, this.#master.unwrap(row.wrapped, person))
    this.#keys.delete(person)
    return undefined
  }

  async #makeKey(person: string): Promise<Buffer> {
    const key = randomBytes(32)
    await this.#db.named(MAKE_KEY, [person, this.#master.wrap(key, person)])
    const kept = await this.#readKey(person)
    if (!kept) throw new Error('this person has been erased')
    return kept
  }

  #remember(person: string, key: Buffer): Buffer {
    if (this.#keys.size >= REMEMBERED_KEYS) this.#keys.delete(this.#keys.keys().next().value as string)
    this.#keys.set(person, { key, until: realClock.now().add({ seconds: REMEMBERED_SECONDS }) })
    return key
  }

  async #readLookupKey(): Promise<Buffer> {
    const made = this.#master.wrap(randomBytes(32), 'lookup')
    await this.#db.run(sql`insert into lookup_key (wrapped) values (${made}) on conflict do nothing`)
    const row = await this.#db.one<{ wrapped: Buffer }>(sql`select wrapped from lookup_key`)
    return this.#master.unwrap(row.wrapped, 'lookup')
  }
}
