import type { Actor, BranchId, StaffId, StaffRole } from '#core'
import { holdsCpr } from '#patrons'

export const SHORTEST_PASSWORD = 12
export const LONGEST_PASSWORD = 200

export type PasswordFault = 'too-short' | 'too-long' | 'holds-username'

const USERNAME = /^[\p{Ll}\p{N}][\p{Ll}\p{N}._@-]{1,62}$/u

/** A username as it is kept and compared: `  Dorte ` is `dorte`. */
export function usernameFrom(typed: string): string {
  return typed.normalize('NFC').trim().toLowerCase()
}

/** A name that is shown to others: of staff, or of a machine. Never a CPR number, which some would take for one. */
export function isUsername(username: string): boolean {
  return USERNAME.test(username) && !holdsCpr(username)
}

/** Length is what makes a password hard to guess; rules about signs only make it hard to remember. */
export function passwordFault(password: string, username: string): PasswordFault | undefined {
  const length = [...password].length
  if (length < SHORTEST_PASSWORD) return 'too-short'
  if (length > LONGEST_PASSWORD) return 'too-long'
  return password.toLowerCase().includes(username) ? 'holds-username' : undefined
}

/** Who may give and take access: an administrator, or the operator at the server. */
export function mayManageStaff(actor: Actor): boolean {
  return actor.kind === 'operator' || (actor.kind === 'staff' && actor.roles.includes('system'))
}

export function maySetPassword(actor: Actor, of: StaffId): boolean {
  return mayManageStaff(actor) || isSelf(actor, of)
}

export function isSelf(actor: Actor, staff: StaffId): boolean {
  return actor.kind === 'staff' && actor.id === staff
}

/** Whether this may be done to patrons at a desk: enrol, lend, look them up. */
export function mayServePatrons(actor: Actor): boolean {
  return hasRole(actor, 'desk')
}

/** Whether titles and items may be changed. */
export function mayKeepCatalogue(actor: Actor): boolean {
  return hasRole(actor, 'catalogue')
}

/** Whether charges may be made, waived and reported to the accounts. */
export function mayHandleMoney(actor: Actor): boolean {
  return hasRole(actor, 'finance')
}

/** Whether a payment may be received: at the desk too, where the patron stands with the money. */
export function mayTakePayments(actor: Actor): boolean {
  return hasRole(actor, 'desk', 'finance')
}

/** Whether the rights of persons may be seen to: access, erasure, holds, the policy. */
export function mayGuardRights(actor: Actor): boolean {
  return hasRole(actor, 'data-protection-officer')
}

/** Whether accounts, terminals and settings may be changed. */
export function mayRunSystem(actor: Actor): boolean {
  return mayManageStaff(actor)
}

/** Whether they work at this branch. An account that names no branch is for all of them. */
export function worksAt(staff: { readonly branch_ids?: readonly BranchId[] }, branch: BranchId): boolean {
  const branches = staff.branch_ids ?? []
  return branches.length === 0 || branches.includes(branch)
}

/** The job under which a page runs that nobody has signed in to see. */
const VISITOR = 'web'

/** The operator and the house's own jobs need no role; a visitor whom nobody knows has none. */
function hasRole(actor: Actor, ...roles: readonly StaffRole[]): boolean {
  if (actor.kind === 'staff') return roles.some((role) => actor.roles.includes(role))
  return actor.kind === 'operator' || (actor.kind === 'system' && actor.job !== VISITOR)
}
