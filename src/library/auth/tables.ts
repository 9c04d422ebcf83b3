import type { StaffId, StaffRole } from '#core'
import { contact, type Declaration, declareTable, identity, moment, none, secret, staffMember } from '#privacy'

export interface StaffRow {
  id: StaffId
  username: string
  name: string
  email: string | null
  password_hash: string
  roles: StaffRole[]
  added_at: Temporal.Instant
  left_at: Temporal.Instant | null
}

const staff = declareTable<StaffRow>({
  name: 'staff',
  label: { da: 'medarbejderes adgang', en: 'staff accounts' },
  about: 'staff',
  subject: 'id',
  moments: {
    left: { column: 'left_at', label: { da: 'medarbejderen er stoppet', en: 'the member of staff has left' } },
  },
  actions: ['delete'],
  onErasure: 'delete',
  core: true,
  columns: {
    id: staffMember('Medarbejder', 'Member of staff'),
    username: identity('Brugernavn', 'Username'),
    name: identity('Navn', 'Name'),
    email: contact('E-mail', 'E-mail'),
    password_hash: secret('Adgangskode', 'Password'),
    roles: identity('Roller', 'Roles'),
    added_at: moment('Oprettet', 'Added'),
    left_at: moment('Stoppet', 'Left'),
  },
})

export interface SessionRow {
  id: string
  token_hash: Buffer
  staff_id: StaffId
  began_at: Temporal.Instant
  expires_at: Temporal.Instant
}

const session = declareTable<SessionRow>({
  name: 'session',
  label: { da: 'browsere, der er logget ind', en: 'signed-in browsers' },
  about: 'staff',
  subject: 'staff_id',
  moments: { expires: { column: 'expires_at', label: { da: 'login er udløbet', en: 'the sign-in has expired' } } },
  actions: ['delete'],
  onErasure: 'delete',
  realTime: true,
  core: true,
  columns: {
    id: none,
    token_hash: secret('Nøgle', 'Key'),
    staff_id: staffMember('Medarbejder', 'Member of staff'),
    began_at: moment('Fra', 'From'),
    expires_at: moment('Til', 'Until'),
  },
})

export const authTables: readonly Declaration[] = [staff, session]
