import type { Clock } from '#core'
import { type Db, OperatorProblem, sql, sqlState } from '#db'

/** A library as the register knows it. */
export interface Agency {
  /** Short name: its schema, its policy's file and its address on the web. */
  readonly name: string
  /** The national agency number: 7, the municipality's three digits, 00. */
  readonly number: string
  /** What the library calls itself. */
  readonly title: string
}

/** All libraries of the installation, by title. `owner` is the connection that may read the register. */
export function listAgencies(owner: Db): Promise<Agency[]> {
  return owner.all(sql<Agency>`select name, number, title from shared.agency order by title`)
}

/** Enters a library in the register; entering the same one again changes nothing. @throws OperatorProblem */
export async function enterAgency(owner: Db, clock: Clock, agency: Agency): Promise<void> {
  try {
    const entered = await owner.run(sql`
      insert into shared.agency (name, number, title, added_at)
      values (${agency.name}, ${agency.number}, ${agency.title}, ${clock.now()})
      on conflict (name) do nothing`)
    if (entered === 1) return
  } catch (fault) {
    if (sqlState(fault) === '23505')
      throw new OperatorProblem(`Another library has the agency number ${agency.number}.`)
    if (sqlState(fault) === '23514') {
      throw new OperatorProblem(
        `A library has a short name in lower-case letters and an agency number such as 716100; got "${agency.name}", "${agency.number}".`,
      )
    }
    throw fault
  }
}

export async function strikeAgency(owner: Db, name: string): Promise<boolean> {
  return (await owner.run(sql`delete from shared.agency where name = ${name}`)) === 1
}
