import type { PatronId } from '#core'
import { type Declaration, declareTable, identity, moment, none, secret } from '#privacy'

/** How someone showed who they are: card and PIN, or MitID, under the names clients know. */
export type Means = 'borchk' | 'nemlogin'

export interface OauthCodeRow {
  id: string
  code_hash: Buffer
  client_id: string
  /** Null for someone MitID knows and the library does not. */
  patron_id: PatronId | null
  /** What MitID told of them, under a key that only the bearer of the code can make. */
  person_sealed: Buffer | null
  means: Means
  redirect_uri: string
  made_at: Temporal.Instant
  used_at: Temporal.Instant | null
  expires_at: Temporal.Instant
}

const oauthCode = declareTable<OauthCodeRow>({
  name: 'oauth_code',
  label: { da: 'logins på vej til en hjemmeside eller app', en: 'sign-ins on their way to a website or app' },
  about: 'patron',
  subject: 'patron_id',
  moments: { expires: { column: 'expires_at', label: { da: 'koden er udløbet', en: 'the code has expired' } } },
  actions: ['delete'],
  onErasure: 'delete',
  realTime: true,
  columns: {
    id: none,
    code_hash: secret('Kode', 'Code'),
    client_id: identity('Hjemmeside eller app', 'Website or app'),
    patron_id: identity('Låner', 'Patron'),
    person_sealed: secret('Oplysninger fra MitID', 'What MitID told'),
    means: identity('Logget ind med', 'Signed in with'),
    redirect_uri: none,
    made_at: moment('Logget ind', 'Signed in'),
    used_at: moment('Brugt', 'Used'),
    expires_at: moment('Gælder til', 'Valid until'),
  },
})

export interface OauthTokenRow {
  id: string
  token_hash: Buffer
  client_id: string
  /** The code it was given for, so that a code used twice can take it back. */
  code_id: string | null
  patron_id: PatronId | null
  person_sealed: Buffer | null
  means: Means | 'anonymous'
  made_at: Temporal.Instant
  expires_at: Temporal.Instant
  /** Of the patron, when it was given: it is good while theirs is the same. */
  times_signed_out: number
}

const oauthToken = declareTable<OauthTokenRow>({
  name: 'oauth_token',
  label: {
    da: 'hjemmesider og apps, du er logget ind på med biblioteket',
    en: 'websites and apps you are signed in to with the library',
  },
  about: 'patron',
  subject: 'patron_id',
  moments: { expires: { column: 'expires_at', label: { da: 'login er udløbet', en: 'the sign-in has expired' } } },
  actions: ['delete'],
  onErasure: 'delete',
  realTime: true,
  columns: {
    id: none,
    token_hash: secret('Nøgle', 'Key'),
    client_id: identity('Hjemmeside eller app', 'Website or app'),
    code_id: none,
    patron_id: identity('Låner', 'Patron'),
    person_sealed: secret('Oplysninger fra MitID', 'What MitID told'),
    means: identity('Logget ind med', 'Signed in with'),
    made_at: moment('Fra', 'From'),
    expires_at: moment('Til', 'Until'),
    times_signed_out: none,
  },
})

export const adgangsplatformenTables: readonly Declaration[] = [oauthCode, oauthToken]
