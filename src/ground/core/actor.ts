import type { BranchId, PatronId, StaffId } from './ids.ts'

/** Who is acting. What they may do is decided by the room that is asked. */
export type Actor =
  | { readonly kind: 'system'; readonly job: string }
  /** A person at the command line of the server. */
  | { readonly kind: 'operator'; readonly name: string }
  | {
      readonly kind: 'staff'
      readonly id: StaffId
      readonly roles: readonly StaffRole[]
      /** Where they work; none named means everywhere. */
      readonly branch_ids?: readonly BranchId[]
    }
  | { readonly kind: 'patron'; readonly id: PatronId }
  /** A self-service machine, sorter or door. */
  | { readonly kind: 'terminal'; readonly name: string }

/** What staff may do: serve patrons, keep the catalogue, handle money, guard the rights of persons, run the system. */
export const STAFF_ROLES = ['desk', 'catalogue', 'finance', 'data-protection-officer', 'system'] as const
export type StaffRole = (typeof STAFF_ROLES)[number]

/** Text without personal data for logs and records of what was done: a staff member is named by id only. */
export function actorText(actor: Actor): string {
  switch (actor.kind) {
    case 'system':
      return `system:${actor.job}`
    case 'operator':
      return `operator:${actor.name}`
    case 'staff':
      return `staff:${actor.id}`
    case 'patron':
      return 'patron'
    case 'terminal':
      return `terminal:${actor.name}`
  }
}
