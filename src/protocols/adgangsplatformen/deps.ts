import type { Agency } from '#agencies'
import type { Clock, PatronId, Result } from '#core'
import type { Db } from '#db'
import type { Context } from '#vault'
import type { Person } from './tokens.ts'

/** Checks card and PIN, counting tries; what `#auth` offers, with its own needs already given. */
export type VerifyPin = (
  ctx: Context,
  given: { readonly presented: string; readonly pin: string; readonly terminal: string },
) => Promise<Result<PatronId, PinRefusal>>

export type PinRefusal =
  /** No such card, or not its PIN: which of the two is not said. */
  { readonly kind: 'wrong' } | { readonly kind: 'locked'; readonly until: Temporal.Instant }

/** Signs a person in at the broker of MitID. */
export interface Mitid {
  /**
   * Where to send the browser, and what it must keep until it is back.
   * @param agency the agency number
   * @param returnTo path on this site
   */
  begin(agency: string, returnTo: string): Promise<{ readonly url: string; readonly keep: string }>
  /** @param callbackUrl path and query that the browser came back with */
  finish(callbackUrl: string, keep: string): Promise<Result<Person, { readonly kind: string }>>
}

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
  readonly verifyPin: VerifyPin
  readonly mitid?: Mitid
}
