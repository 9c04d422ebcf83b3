import { ok, type Result, refuse } from '#core'

/** Why a door stays shut. Loan blocks and debts are no reasons: they stop loans. */
export type EntryRefusal =
  /** The policy says nothing of visits without staff, so there are none. */
  | { readonly kind: 'not-offered' }
  | { readonly kind: 'closed' }
  | { readonly kind: 'banned' }
  | { readonly kind: 'too-young'; readonly years: number }
  /** There is an age limit, and the library does not know how old they are. */
  | { readonly kind: 'age-unknown' }
  | { readonly kind: 'house-rules' }
  | { readonly kind: 'full' }
  | { readonly kind: 'surveillance' }

/** What is known of whoever stands at the door. */
export interface PersonAtDoor {
  readonly born: Temporal.PlainDate | null
  readonly banned: boolean
  /** The newest version of the house rules they have accepted; null for none. */
  readonly acceptedRules: number | null
}

/** What somebody must be to come in without staff. */
export interface EntryTerms {
  /** The policy's age limit, where it has one. */
  readonly youngest: number | null
  /** The version of the house rules that must be accepted; null when none must. */
  readonly houseRules: number | null
}

export type Surveillance = 'not-needed' | 'healthy' | 'faulty' | 'silent'

export interface HouseNow {
  readonly offered: boolean
  readonly hours: 'staffed' | 'self-service' | 'closed'
  readonly surveillance: Surveillance
  /** How many may be inside at once; null where nobody counts. */
  readonly capacity: number | null
  /** How many are, whoever stands at the door not among them. */
  readonly inside: number
}

export interface Opening {
  /** Whether it is written down who came: only when there are no staff. */
  readonly recorded: boolean
}

/** Decides whether a door opens. While there are staff it opens for all but those who are banned from the house. */
export function decideEntry(
  house: HouseNow,
  terms: EntryTerms,
  person: PersonAtDoor,
  today: Temporal.PlainDate,
): Result<Opening, EntryRefusal> {
  if (person.banned) return refuse({ kind: 'banned' })
  if (house.hours === 'closed') return refuse({ kind: 'closed' })
  if (house.hours === 'staffed') return ok({ recorded: false })
  if (!house.offered) return refuse({ kind: 'not-offered' })
  const may = decidePerson(terms, person, today)
  if (!may.ok) return may
  if (house.surveillance === 'faulty' || house.surveillance === 'silent') return refuse({ kind: 'surveillance' })
  if (house.capacity !== null && house.inside >= house.capacity) return refuse({ kind: 'full' })
  return ok({ recorded: true })
}

/** Whether somebody may come in without staff at all, whatever the hour and however many are there. */
export function decidePerson(
  { youngest, houseRules }: EntryTerms,
  { born, banned, acceptedRules }: PersonAtDoor,
  today: Temporal.PlainDate,
): Result<true, EntryRefusal> {
  if (banned) return refuse({ kind: 'banned' })
  if (youngest !== null) {
    if (born === null) return refuse({ kind: 'age-unknown' })
    if (Temporal.PlainDate.compare(born.add({ years: youngest }), today) > 0) {
      return refuse({ kind: 'too-young', years: youngest })
    }
  }
  if (houseRules !== null && (acceptedRules === null || acceptedRules < houseRules)) {
    return refuse({ kind: 'house-rules' })
  }
  return ok(true)
}

/** What surveillance is taken to be: a report that is too old is none. */
export function decideSurveillance(
  needed: boolean,
  report: { readonly healthy: boolean; readonly reported_at: Temporal.Instant } | undefined,
  minutes: number,
  now: Temporal.Instant,
): Surveillance {
  if (!needed) return 'not-needed'
  if (!report || Temporal.Instant.compare(report.reported_at, now.subtract({ minutes })) < 0) return 'silent'
  return report.healthy ? 'healthy' : 'faulty'
}
