import { createHash } from 'node:crypto'
import { parse, stringify } from 'yaml'
import { dayOf, type PatronId } from '#core'
import { type Db, sql } from '#db'
import { type Declaration, findTable, forgetPolicyCache, type Register } from '#privacy'
import type { Context } from '#vault'
import { register as everything } from '../../src/rooms.ts'
import type { SamplePolicy } from './policy.ts'

/** What a test plants in a column, and the text by which it is found again wherever it has gone. */
export interface Planted {
  readonly table: string
  readonly column: string
  /** Part of the value's text: nothing else in the library holds it. */
  readonly needle: string
}

interface ColumnFacts {
  readonly table_name: string
  readonly column_name: string
  readonly data_type: string
  /** Of an array: what it is an array of. */
  readonly element: string | null
  readonly optional: boolean
  /** The values its check allows, if it lists them. */
  readonly one_of: string | null
  readonly refers_to: string | null
}

/** Rows that must hang together to be accepted; what the database says of a column by itself is asked of it. */
const TOGETHER: Record<string, (row: Record<string, unknown>) => Record<string, unknown>> = {
  patron: (row) => (row.address_sealed ? { protected: true, address: null, postcode: null, city: null } : {}),
  loan: (row) => (row.settled_at && !row.returned_at ? { returned_at: row.settled_at } : {}),
  fee: paidWhenSettled,
  compensation: (row) => ({ ...paidWhenSettled(row), handling_ore: 0 }),
  payment_order: (row) => ({ state: row.ended_at ? 'paid' : 'open' }),
  item: (row) => ({ destination_branch_id: row.state === 'in-transit' ? row.branch_id : null }),
  message: (row) => {
    const given_up_at = row.sent_at ? null : (row.given_up_at ?? null)
    return { given_up_at, given_up_because: given_up_at && 'too-old' }
  },
  rights_case: (row) => ({ outcome: row.closed_at ? 'withdrawn' : null }),
  event: (row) => ({ ends_at: (row.starts_at as Temporal.Instant).add({ hours: 2 }) }),
  staff: (row) => (row.password_hash || row.subject ? {} : { password_hash: 'none' }),
}

/** With a recognisable number in each: the amount is then what the others make it. */
const TOGETHER_IN_FULL: typeof TOGETHER = { ...TOGETHER, fee: addedUp, compensation: addedUp }

function addedUp(row: Record<string, unknown>): Record<string, unknown> {
  const covered = Number(row.credited_ore) + Number(row.paid_ore)
  return { amount_ore: row.settled_at ? covered : covered + 1 }
}

function paidWhenSettled(row: Record<string, unknown>): Record<string, unknown> {
  return { paid_ore: row.settled_at ? row.amount_ore : 0, credited_ore: 0 }
}

/** Of all planters of a test: values are never met twice. */
let planted = 0

/**
 * Puts rows into any declared table without knowing it: types, lists of allowed values and references are asked of the
 * database, so that a table declared tomorrow is planted too.
 */
export class Planter {
  readonly #ctx: Context
  readonly #register: Register
  readonly #facts: readonly ColumnFacts[]
  /** The newest row of each table, for those that refer to it. */
  readonly #newest = new Map<string, string>()
  readonly #chosen = new Map<string, string>()

  private constructor(ctx: Context, facts: readonly ColumnFacts[], register: Register) {
    this.#ctx = ctx
    this.#facts = facts
    this.#register = register
  }

  static async of(ctx: Context, register: Register = everything): Promise<Planter> {
    const facts = await ctx.db.all<ColumnFacts>(sql`
      select c.table_name, c.column_name, c.data_type, c.is_nullable = 'YES' as optional,
        case c.data_type when 'ARRAY' then substr(c.udt_name, 2) end as element,
        (select pg_get_constraintdef(x.oid) from pg_constraint x
         where x.conrelid = c.table_name::regclass and x.contype = 'c' and cardinality(x.conkey) = 1
           and x.conkey[1] = c.ordinal_position and pg_get_constraintdef(x.oid) like '%= %''%''::text%' limit 1) as one_of,
        (select x.confrelid::regclass::text from pg_constraint x
         where x.conrelid = c.table_name::regclass and x.contype = 'f' and x.conkey = array[c.ordinal_position::int2]) as refers_to
      from information_schema.columns c where c.table_schema = current_schema()
      order by c.table_name, c.ordinal_position`)
    return new Planter(ctx, facts, register)
  }

  /** A row with what is given, and as little else as the database accepts. Answers its id. */
  async row(table: string, given: Record<string, unknown> = {}): Promise<string> {
    const row = { ...given }
    for (const facts of this.#of(table)) {
      if (facts.column_name in given || facts.optional) continue
      row[facts.column_name] = await this.#value(facts, undefined)
    }
    return this.#insert(table, { ...row, ...TOGETHER[table]?.(row) })
  }

  /** A row with a recognisable value in every column that can hold one. */
  async full(
    table: string,
    mark: string,
    person: PatronId,
    given: Record<string, unknown> = {},
  ): Promise<{ id: string; planted: Planted[] }> {
    const declared = findTable(this.#register, table.replaceAll('_', '-')) as Declaration
    const row: Record<string, unknown> = { ...given }
    if (declared.subject) row[declared.subject] = person
    const needles = new Map<string, string>()
    for (const facts of this.#of(table)) {
      const { column_name: column } = facts
      if (column in row) continue
      const kind = declared.columns[column]?.class
      if (kind === 'sealed') {
        const text = `${mark} ${table}.${column}`
        row[column] = await this.#ctx.vault.seal(person, `${table}.${column}`, text)
        needles.set(column, text)
        continue
      }
      const { value, needle } = await this.#marked(facts, mark)
      row[column] = value
      if (needle) needles.set(column, needle)
    }
    const whole = { ...row, ...TOGETHER_IN_FULL[table]?.(row) }
    const planted = [...needles].flatMap(([column, needle]) => {
      // A zero is recognised nowhere.
      if (whole[column] === null || whole[column] === undefined || whole[column] === 0) return []
      return [{ table, column, needle: whole[column] === row[column] ? needle : String(whole[column]) }]
    })
    return { id: await this.#insert(table, whole), planted }
  }

  /** Whether a column can hold a value that is recognised: ids, lists of words and yes or no cannot. */
  canBeMarked(table: string, column: string): boolean {
    const facts = this.#of(table).find(({ column_name }) => column_name === column)
    if (facts === undefined || facts.refers_to || facts.one_of) return false
    return !['uuid', 'boolean'].includes(facts.element ?? facts.data_type)
  }

  /** From now on rows refer to this one, instead of the newest. */
  refer(table: string, id: string): void {
    this.#chosen.set(table, id)
  }

  #of(table: string): readonly ColumnFacts[] {
    const facts = this.#facts.filter(({ table_name }) => table_name === table)
    if (facts.length === 0) throw new Error(`no table ${table}`)
    return facts
  }

  async #insert(table: string, row: Record<string, unknown>): Promise<string> {
    const columns = Object.keys(row)
    await this.#ctx.db.run(sql`
      insert into ${sql.id(table)} (${sql.join(columns.map((name) => sql.id(name)))})
      values (${sql.join(columns.map((name) => sql`${row[name]}`))})`)
    const id = String(row.id ?? '')
    this.#newest.set(table, id)
    return id
  }

  /** A value that fits; texts and numbers are all different, so that nothing unique is met twice. */
  async #value(facts: ColumnFacts, mark: string | undefined): Promise<unknown> {
    const number = ++planted
    const now = this.#ctx.clock.now()
    if (facts.refers_to) {
      const known = this.#chosen.get(facts.refers_to) ?? this.#newest.get(facts.refers_to)
      return known ?? (facts.optional ? null : this.row(facts.refers_to))
    }
    const listed = facts.one_of && /'([^']*)'/.exec(facts.one_of)?.[1]
    if (listed) return listed
    switch (facts.data_type) {
      case 'uuid':
        return this.#ctx.random.uuid(now)
      case 'text':
        return `${mark ?? 'x'} ${facts.table_name}.${facts.column_name} ${number}`
      case 'integer':
      case 'bigint':
      case 'smallint':
        return mark ? 734_100_000 + number : facts.column_name === 'weekday' ? 1 : number
      case 'boolean':
        return false
      case 'date':
        return mark
          ? Temporal.PlainDate.from('1771-01-01').add({ days: number })
          : Temporal.PlainDate.from('2040-01-01')
      case 'timestamp with time zone':
        if (mark) return Temporal.Instant.from(`2019-03-04T05:06:07.${700_001 + (number % 29_999) * 10}Z`)
        // Whatever day a test lets it end on, it has begun by then.
        return facts.column_name === 'starts_at' ? Temporal.Instant.from('1990-01-01T00:00Z') : now
      case 'bytea':
        return createHash('sha256').update(`${mark} ${number}`).digest()
      case 'ARRAY':
        if (facts.element === 'uuid') return [this.#ctx.random.uuid(now)]
        return [`${mark ?? 'x'} ${facts.table_name}.${facts.column_name} ${number}`]
      case 'time without time zone':
        return facts.column_name === 'closes' ? '20:00' : '08:00'
      default:
        throw new Error(`${facts.table_name}.${facts.column_name} is ${facts.data_type}: tell the planter what fits`)
    }
  }

  async #marked(facts: ColumnFacts, mark: string): Promise<{ value: unknown; needle?: string }> {
    const value = await this.#value(facts, mark)
    if (value === null || !this.canBeMarked(facts.table_name, facts.column_name)) return { value }
    if (value instanceof Temporal.Instant) return { value, needle: value.toString().slice(19, 26) }
    if (Buffer.isBuffer(value)) return { value, needle: value.toString('hex') }
    if (Array.isArray(value)) return { value, needle: String(value[0]) }
    return { value, needle: String(value) }
  }
}

/** Puts another policy in force at once, past the two people and the limits that `policy publish` asks for. */
export async function publishAtOnce(ctx: Context, change: (policy: SamplePolicy) => void): Promise<void> {
  const { number, text } = await ctx.db.one<{ number: number; text: string }>(
    sql`select number, text from policy_version order by number desc limit 1`,
  )
  const policy: SamplePolicy = parse(text)
  change(policy)
  const changed = `${stringify(policy)}# version ${number + 1}\n`
  const someone = () => ctx.random.uuid(ctx.clock.now())
  await ctx.db.run(sql`
    insert into policy_version (number, text, hash, effective_on, published_at, proposed_by, approved_by)
    values (${number + 1}, ${changed}, ${createHash('sha256').update(changed).digest()}, ${dayOf(ctx.clock.now())},
      ${ctx.clock.now()}, ${someone()}, ${someone()})`)
  forgetPolicyCache(ctx)
}

/** Empties every table about a person, and what nights have written. */
export async function emptyLibrary(ctx: Context, register: Register = everything): Promise<void> {
  const persons = register.tables.filter(({ about }) => about !== 'nobody').map(({ name }) => name)
  for (const name of [...persons.reverse(), 'night', 'night_progress', 'retention_step', 'lending', 'circulation']) {
    await ctx.db.run(sql`delete from ${sql.id(name)}`)
  }
}

/** A library’s way to its rows that fails, as a killed program would, once so many statements have been run. */
export function killedAfter(statements: { left: number }, db: Db): Db {
  return new Proxy(db, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target)
      if (typeof value !== 'function') return value
      if (key === 'transact') {
        return (work: (db: Db) => Promise<unknown>, begin?: string) =>
          target.transact((inner) => work(killedAfter(statements, inner)), begin)
      }
      return async (...args: unknown[]) => {
        if (statements.left-- <= 0) throw new Error('killed')
        return value.apply(target, args)
      }
    },
  })
}
