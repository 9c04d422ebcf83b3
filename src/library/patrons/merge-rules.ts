import { ok, type Result, refuse } from '#core'
import type { Cpr } from './cpr.ts'
import type { PatronRow } from './tables.ts'

/** What is known of one of two patrons that may be the same person, with what lies sealed opened. */
export interface Account
  extends Pick<
    PatronRow,
    | 'kind'
    | 'birth_on'
    | 'patron_group'
    | 'address'
    | 'postcode'
    | 'city'
    | 'protected'
    | 'municipality'
    | 'email'
    | 'phone'
    | 'contact_name'
    | 'photo_id_at'
    | 'health_card_blocked_at'
    | 'inactivity_warned_at'
    | 'register'
    | 'enrolled_at'
    | 'last_active_at'
  > {
  readonly cpr: Cpr | undefined
  /** Address, postcode and city of someone with a protected address, as lines. */
  readonly hidden: string | undefined
}

export interface MergeFacts {
  readonly keep: Account
  readonly away: Account
  readonly restricted: boolean
  readonly held: boolean
  /** One answers for the other as a guardian. */
  readonly related: boolean
  /** The same title stands ready for both. */
  readonly setAsideTwice: boolean
}

export type MergeRefusal = {
  readonly kind:
    | 'not-allowed'
    | 'unknown'
    | 'same-patron'
    | 'restricted'
    | 'held'
    | 'guardian-and-child'
    | 'set-aside-twice'
    /** Two CPR numbers that the state has given out, or a person and a company: asked again, it may be confirmed. */
    | 'different-persons'
}

/** Decides whether two patrons may become one. */
export function decideMerge(facts: MergeFacts, confirmed: boolean): Result<'merge', MergeRefusal> {
  const { keep, away } = facts
  if (facts.restricted) return refuse({ kind: 'restricted' })
  if (facts.held) return refuse({ kind: 'held' })
  if (facts.related) return refuse({ kind: 'guardian-and-child' })
  const differ = areDifferent(keep.cpr, away.cpr) || keep.kind !== away.kind
  if (differ && !confirmed) return refuse({ kind: 'different-persons' })
  if (facts.setAsideTwice) return refuse({ kind: 'set-aside-twice' })
  return ok('merge')
}

/** Two numbers of the register are two persons; a replacement number says nothing about who somebody is not. */
export function areDifferent(a: Cpr | undefined, b: Cpr | undefined): boolean {
  return a !== undefined && b !== undefined && !a.replacement && !b.replacement && a.digits !== b.digits
}

/**
 * What the one who stays is after a merge: their own data, and what they lack from the other. A number from the
 * register comes before a replacement, and a protected address stays protected whichever of them had the protection.
 */
export function fillIn(keep: Account, away: Account): Account {
  const takesCpr = away.cpr !== undefined && (keep.cpr === undefined || (keep.cpr.replacement && !away.cpr.replacement))
  const takesBirth = keep.birth_on === null && away.birth_on !== null
  const numbered = takesCpr ? away : keep
  const born = takesBirth ? away : keep
  const latest = Temporal.Instant.compare(away.last_active_at, keep.last_active_at) > 0 ? away : keep
  return {
    kind: keep.kind,
    cpr: numbered.cpr,
    register: numbered.register,
    health_card_blocked_at: numbered.health_card_blocked_at,
    birth_on: born.birth_on,
    patron_group: born.patron_group,
    ...addressOf(keep, away),
    municipality: keep.municipality ?? away.municipality,
    email: keep.email ?? away.email,
    phone: keep.phone ?? away.phone,
    contact_name: keep.contact_name ?? away.contact_name,
    photo_id_at: keep.photo_id_at ?? away.photo_id_at,
    enrolled_at: Temporal.Instant.compare(away.enrolled_at, keep.enrolled_at) < 0 ? away.enrolled_at : keep.enrolled_at,
    last_active_at: latest.last_active_at,
    inactivity_warned_at: latest.inactivity_warned_at,
  }
}

/** The number of the register that nobody has here after the merge, if there was one that `whole` did not take over. */
export function droppedCpr(away: Account, whole: Account): string | undefined {
  if (!away.cpr || away.cpr.replacement || away.cpr.digits === whole.cpr?.digits) return undefined
  return away.cpr.digits
}

function addressOf(keep: Account, away: Account) {
  const from = linesOf(keep) ? keep : away
  const isProtected = keep.protected || away.protected
  const { address, postcode, city } = from
  if (!isProtected) return { protected: false, address, postcode, city, hidden: undefined }
  return { protected: true, address: null, postcode: null, city: null, hidden: linesOf(from) || undefined }
}

function linesOf(account: Account): string {
  return account.hidden ?? [account.address, account.postcode, account.city].filter(Boolean).join('\n')
}

/**
 * What becomes of two rows of which there may be one for each patron. `keep`: the row of the one who stays. `first`:
 * the older row, to which what was set aside for the other is given. `newest`: the newer row, and the other one ends
 * when it began.
 */
export type Intent =
  | { readonly wins: 'keep' }
  | { readonly wins: 'first'; readonly by: string; readonly carries: readonly [string, ...string[]] }
  | { readonly wins: 'newest'; readonly by: string; readonly ends: string }

/** One line for each table with such rows; a test names the table that is missing. */
export const INTENTS: Readonly<Record<string, Intent>> = {
  pin: { wins: 'keep' },
  loan_block: { wins: 'keep' },
  acceptance: { wins: 'keep' },
  guardianship: { wins: 'keep' },
  ward: { wins: 'keep' },
  patron_task: { wins: 'keep' },
  // Nobody under restriction is merged, so that two in force never meet.
  restriction: { wins: 'keep' },
  absence: { wins: 'keep' },
  reservation: {
    wins: 'first',
    by: 'placed_at',
    carries: ['item_id', 'ready_at', 'pickup_until_on', 'pickup_number', 'pickup_branch_id', 'told_at'],
  },
  consent: { wins: 'newest', by: 'given_at', ends: 'withdrawn_at' },
}
