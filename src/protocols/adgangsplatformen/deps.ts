import type { Agency } from '#agencies'
import type { GivenPin, MitId, PinRefusal } from '#auth'
import type { Clock, PatronId, Result } from '#core'
import type { Db } from '#db'
import type { Context } from '#vault'

/** What reading a token takes; another room's API needs no more. */
export interface TokenDeps {
  /** The way into a library by agency number; undefined when there is none, or it cannot be used now. */
  contextOf(agency: string): Context | undefined | Promise<Context | undefined>
  /** The owner's connection, which alone reaches `shared.oauth_client`. */
  readonly clients: Db
  /** The world's, save in tests. */
  readonly clock: Clock
}

export interface AdgangsplatformenDeps extends TokenDeps {
  agencies(): Promise<readonly Agency[]>
  /** Makes `uniqueId`; derived from the master key, and the same for all libraries. */
  readonly uniqueIdKey: Buffer
  verifyPin(ctx: Context, given: GivenPin): Promise<Result<PatronId, PinRefusal>>
  /** The broker of a library, by its short name, where it has one. It sends browsers back to {@link MITID_BACK}. */
  mitId?(agency: string): MitId | undefined
}

/** Where the broker of MitID sends the browser back to when someone signs in for a website or app. */
export const MITID_BACK = '/oauth/mitid'
