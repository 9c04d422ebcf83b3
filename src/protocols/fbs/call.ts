import type { FastifyRequest } from 'fastify'
import type { TokenDeps } from '#adgangsplatformen'
import { type BranchRow, listBranches } from '#agencies'
import type { Terminal } from '#auth'
import { Belief, type Clock, type PatronId } from '#core'
import type { CprRegister } from '#patrons'
import type { Register } from '#privacy'
import type { Context, Vault } from '#vault'
import { isilOf } from './ids.ts'
import type { Session } from './sessions.ts'

export interface FbsDeps extends TokenDeps {
  /** What the rooms declare about personal data, for an erasure. */
  readonly register: Register
  cprRegister?(ctx: Context): CprRegister | undefined
  /** Our own address, for links that are sent. */
  readonly publicUrl: string
  /** The world's time. */
  readonly clock: Clock
}

/** Whoever sent it, admitted: a browser with a token, or a server with a session. */
export interface Call {
  readonly ctx: Context
  readonly deps: FbsDeps
  /** The agency's number, six digits. */
  readonly agency: string
  readonly face: 'browser' | 'native'
  /** Whom it is about; also where the address names nobody, in a browser somebody is signed in with. */
  readonly patron: PatronId | undefined
  /** Known by MitID and no patron here. */
  readonly person: { readonly cpr: string; readonly name?: string | undefined } | undefined
  /** The account of a server. */
  readonly terminal: Terminal | undefined
  /** The browser's own token. */
  readonly token: string | undefined
  readonly session: Session | undefined
  readonly address: string
}

/** What came: the parts of the address, its questions, and the body as the operation declares it. */
export interface Given<Body> {
  readonly params: Readonly<Record<string, string>>
  readonly query: Query
  readonly body: Body
}

export interface Said {
  readonly status: number
  readonly body?: unknown
}

export function said(body: unknown, status = 200): Said {
  return { status, body }
}

export function no(status: number, message: string): Said {
  return { status, body: { message } }
}

/** The questions of an address. Lists are keys that come again. */
export class Query {
  readonly #values: FastifyRequest['query']

  constructor(values: unknown) {
    this.#values = values
  }

  list(name: string): string[] {
    const values = this.#values
    if (typeof values !== 'object' || values === null || !Object.hasOwn(values, name)) return []
    const value: unknown = Object.getOwnPropertyDescriptor(values, name)?.value
    return [value].flat().filter((each) => typeof each === 'string')
  }

  flag(name: string): boolean {
    return this.list(name)[0] === 'true'
  }
}

export interface Place extends BranchRow {
  readonly isil: string
}

/** By vault, of which there is one for each library of each installation in the process. */
const believed = new WeakMap<Vault, Belief<readonly Place[]>>()

/** The branches by name. They change once in years, and a new one is told of five seconds later at most. */
export async function placesOf({ ctx, agency }: Pick<Call, 'ctx' | 'agency'>): Promise<readonly Place[]> {
  const mine = believed.get(ctx.vault) ?? new Belief<readonly Place[]>(5000)
  believed.set(ctx.vault, mine)
  const places = await mine.know(agency, async () => {
    const rows = await listBranches(ctx)
    return rows.map((row) => ({ ...row, isil: isilOf(agency, row.code) }))
  })
  return places ?? []
}

/** A branch by its ISIL, its six digits or its own code. */
export async function placeNamed(call: Call, text: string): Promise<Place | undefined> {
  return (await placesOf(call)).find(({ isil, code }) => text === isil || `DK-${text}` === isil || text === code)
}
