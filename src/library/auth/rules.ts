import type { Actor, StaffId } from '#core'

export const SHORTEST_PASSWORD = 12
export const LONGEST_PASSWORD = 200

export type PasswordFault = 'too-short' | 'too-long' | 'holds-username'

const USERNAME = /^[\p{Ll}\p{N}][\p{Ll}\p{N}._@-]{1,62}$/u

/** A username as it is kept and compared: `  Dorte ` is `dorte`. */
export function usernameFrom(typed: string): string {
  return typed.normalize('NFC').trim().toLowerCase()
}

export function isUsername(username: string): boolean {
  return USERNAME.test(username)
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
  return mayManageStaff(actor) || (actor.kind === 'staff' && actor.id === of)
}
