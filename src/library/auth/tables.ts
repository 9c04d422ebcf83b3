import type { BranchId, PatronId, StaffId, StaffRole } from '#core'
import { coded, contact, type Declaration, declareTable, identity, moment, none, secret, staffMember } from '#privacy'
import type { Sealed } from '#vault'

export interface StaffRow {
  id: StaffId
  username: string
  name: string
  email: string | null
  /** Null for whoever signs in through the municipality. */
  password_hash: string | null
  roles: StaffRole[]
  added_at: Temporal.Instant
  left_at: Temporal.Instant | null
  /** None named means every branch. */
  branch_ids: BranchId[]
  issuer: string | null
  subject: string | null
  totp_sealed: Sealed | null
  /** The last step of time whose code was used: none is used twice. */
  totp_step: bigint | null
  recovery_hashes: string[]
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
    branch_ids: identity('Filialer', 'Branches'),
    issuer: identity('Logger ind hos', 'Signs in with'),
    subject: identity('Navn hos login-udbyder', 'Name at the sign-in provider'),
    totp_sealed: secret('Nøgle til engangskoder', 'Key of one-time codes'),
    totp_step: none,
    recovery_hashes: secret('Gendannelseskoder', 'Recovery codes'),
  },
})

export interface StaffChangeRow {
  id: string
  staff_id: StaffId
  kind: 'added' | 'roles' | 'password' | 'second-factor' | 'left'
  roles_was: StaffRole[] | null
  roles_became: StaffRole[] | null
  branches_was: BranchId[] | null
  branches_became: BranchId[] | null
  changed_at: Temporal.Instant
  /** Null when the operator or the municipality's own sign-in did it. */
  changed_by: StaffId | null
}

const staffChange = declareTable<StaffChangeRow>({
  name: 'staff_change',
  label: { da: 'ændringer af medarbejderes adgang', en: 'changes to staff access' },
  about: 'staff',
  subject: 'staff_id',
  moments: { changed: { column: 'changed_at', label: { da: 'ændringen er lavet', en: 'the change was made' } } },
  actions: ['delete'],
  onErasure: 'delete',
  columns: {
    id: none,
    staff_id: staffMember('Medarbejder', 'Member of staff'),
    kind: coded('Hvad', 'What', {
      added: ['fik adgang', 'was given access'],
      roles: ['fik andre roller eller filialer', 'was given other roles or branches'],
      password: ['fik en ny adgangskode', 'was given a new password'],
      'second-factor': ['fik fjernet engangskoden', 'had the one-time code removed'],
      left: ['stoppede', 'left'],
    }),
    roles_was: identity('Roller før', 'Roles before'),
    roles_became: identity('Roller efter', 'Roles after'),
    branches_was: identity('Filialer før', 'Branches before'),
    branches_became: identity('Filialer efter', 'Branches after'),
    changed_at: moment('Ændret', 'Changed'),
    changed_by: staffMember('Ændret af', 'Changed by'),
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

export const TERMINAL_KINDS = ['self-service', 'sorter', 'door', 'staff-station', 'payment'] as const
export type TerminalKind = (typeof TERMINAL_KINDS)[number]

export interface TerminalRow {
  id: string
  name: string
  kind: TerminalKind
  branch_id: BranchId
  secret_hash: string
  /** May act on a card without its PIN. */
  without_pin: boolean
  added_at: Temporal.Instant
  disabled_at: Temporal.Instant | null
  last_seen_at: Temporal.Instant | null
}

const terminal = declareTable<TerminalRow>({
  name: 'terminal',
  label: { da: 'automater og døre', en: 'machines and doors' },
  about: 'nobody',
  subject: null,
  moments: {},
  actions: [],
  onErasure: 'delete',
  columns: {
    id: none,
    name: none,
    kind: none,
    branch_id: none,
    secret_hash: none,
    without_pin: none,
    added_at: none,
    disabled_at: none,
    last_seen_at: none,
  },
})

export interface PinRow {
  patron_id: PatronId
  hash: string
  set_by: 'patron' | 'desk' | 'mitid' | 'link' | 'moved'
  set_at: Temporal.Instant
}

const pin = declareTable<PinRow>({
  name: 'pin',
  label: { da: 'din pinkode (kan ikke læses)', en: 'your PIN (cannot be read)' },
  about: 'patron',
  subject: 'patron_id',
  moments: {},
  actions: [],
  followsAccount: true,
  onErasure: 'delete',
  columns: {
    patron_id: identity('Låner', 'Patron'),
    hash: secret('Pinkode', 'PIN'),
    set_by: identity('Valgt', 'Chosen'),
    set_at: moment('Sat', 'Set'),
  },
})

export interface PinResetRow {
  id: string
  patron_id: PatronId
  token_hash: Buffer
  made_at: Temporal.Instant
  expires_at: Temporal.Instant
}

const pinReset = declareTable<PinResetRow>({
  name: 'pin_reset',
  label: { da: 'link til at vælge ny pinkode', en: 'links to choose a new PIN' },
  about: 'patron',
  subject: 'patron_id',
  moments: { expires: { column: 'expires_at', label: { da: 'linket er udløbet', en: 'the link has expired' } } },
  actions: ['delete'],
  onErasure: 'delete',
  realTime: true,
  columns: {
    id: none,
    patron_id: identity('Låner', 'Patron'),
    token_hash: secret('Link', 'Link'),
    made_at: moment('Sendt', 'Sent'),
    expires_at: moment('Gælder til', 'Valid until'),
  },
})

/** Counted before anything is hashed, by keyed hash of what was presented: it names nobody, and may be nobody's. */
export interface SignInTryRow {
  id: string
  key: Buffer
  tries: number
  expires_at: Temporal.Instant
}

const signInTry = declareTable<SignInTryRow>({
  name: 'sign_in_try',
  label: { da: 'forsøg på at logge ind', en: 'tries to sign in' },
  about: 'nobody',
  subject: null,
  moments: {
    expires: { column: 'expires_at', label: { da: 'forsøget ikke længere tæller', en: 'the try no longer counts' } },
  },
  actions: ['delete'],
  onErasure: 'delete',
  realTime: true,
  columns: { id: none, key: none, tries: none, expires_at: none },
})

export interface PatronSessionRow {
  id: string
  token_hash: Buffer
  patron_id: PatronId
  means: 'pin' | 'mitid'
  began_at: Temporal.Instant
  expires_at: Temporal.Instant
}

const patronSession = declareTable<PatronSessionRow>({
  name: 'patron_session',
  label: { da: 'browsere, du er logget ind i', en: 'browsers you are signed in with' },
  about: 'patron',
  subject: 'patron_id',
  moments: { expires: { column: 'expires_at', label: { da: 'login er udløbet', en: 'the sign-in has expired' } } },
  actions: ['delete'],
  onErasure: 'delete',
  realTime: true,
  columns: {
    id: none,
    token_hash: secret('Nøgle', 'Key'),
    patron_id: identity('Låner', 'Patron'),
    means: coded('Logget ind med', 'Signed in with', {
      pin: ['kort og pinkode', 'card and PIN'],
      mitid: ['MitID', 'MitID'],
    }),
    began_at: moment('Fra', 'From'),
    expires_at: moment('Til', 'Until'),
  },
})

export const authTables: readonly Declaration[] = [
  staff,
  staffChange,
  session,
  terminal,
  pin,
  pinReset,
  signInTry,
  patronSession,
]
