import type { Actor, Clock, Log, Random } from '#core'
import type { Db } from './db.ts'

/** What a command needs to have an effect in one library. `#vault` adds the vault; rooms take that `Context`. */
export interface DbContext {
  /** The library's short name, which is its schema. */
  readonly agency: string
  /** The library's own connection, logged in as its role; there is no other way to its rows. */
  readonly db: Db
  readonly clock: Clock
  readonly random: Random
  readonly actor: Actor
  readonly log: Log
}

/** Runs `work` in one transaction of the library; joins the one that is open. */
export function transact<Ctx extends DbContext, T>(ctx: Ctx, work: (ctx: Ctx) => Promise<T>): Promise<T> {
  return ctx.db.transact((db) => work({ ...ctx, db }))
}
