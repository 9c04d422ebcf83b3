import type { Cpr } from './cpr.ts'

/** A person as the CPR register knows them. */
export interface RegisterPerson {
  /** Ten digits, the number that was asked for. */
  readonly cpr: string
  /** The number the person has now, where it has changed. */
  readonly currentCpr: string | null
  readonly name: string
  readonly bornOn: Temporal.PlainDate | null
  /** The register's status: 01, 03, 05 and 07 are persons with a right to be here; 90 is dead. */
  readonly status: string
  readonly protected: boolean
  readonly protectedUntil: Temporal.PlainDate | null
  readonly address: { readonly address: string; readonly postcode: string; readonly city: string } | null
  /** Four digits, such as `0161`. */
  readonly municipality: string | null
  /** The CPR numbers of those who have custody. */
  readonly guardians: readonly string[]
}

export type RegisterAnswer =
  | { readonly kind: 'person'; readonly person: RegisterPerson }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'not-authorised' }

/** The register cannot be asked now. Its message holds nothing about anyone. */
export class RegisterDown extends Error {}

/** The CPR register, as a library asks it. Its wire format is a protocol's; this is what patrons need of it. */
export interface CprRegister {
  /** Whether a number may be asked for: a replacement number never leaves the house, save to a simulator. */
  serves(cpr: Cpr): boolean
  /** @throws RegisterDown */
  lookup(cpr: Cpr): Promise<RegisterAnswer>
  /** From now on `changes` tells of this person. @throws RegisterDown */
  subscribe(cpr: Cpr): Promise<void>
  /** @throws RegisterDown */
  unsubscribe(digits: string): Promise<void>
  /** The numbers of all whom the register tells us about. @throws RegisterDown */
  subscriptions(): Promise<readonly string[]>
  /** Whose data have changed since `after`, and how far that reaches. @throws RegisterDown */
  changes(after: string | null): Promise<{ readonly cprs: readonly string[]; readonly after: string | null }>
}
