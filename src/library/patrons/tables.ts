import type { BranchId, Language, PatronId } from '#core'
import { contact, type Declaration, declareTable, identity, moment, none, sealed, secret } from '#privacy'
import type { Sealed } from '#vault'

export interface PatronRow {
  id: PatronId
  number: string
  name: string
  birth_on: Temporal.PlainDate | null
  address: string | null
  postcode: string | null
  city: string | null
  protected: boolean
  address_sealed: Sealed | null
  municipality: string | null
  cpr_sealed: Sealed | null
  cpr_hash: Buffer | null
  email: string | null
  phone: string | null
  guardian_name: string | null
  patron_group: 'adult' | 'child'
  home_branch_id: BranchId
  language: Language
  enrolled_at: Temporal.Instant
  last_active_at: Temporal.Instant
}

const patron = declareTable<PatronRow>({
  name: 'patron',
  label: { da: 'din profil som låner', en: 'your profile with the library' },
  about: 'patron',
  subject: 'id',
  moments: {
    'last-active': {
      column: 'last_active_at',
      label: {
        da: 'du sidst brugte biblioteket, hvis du intet har lånt og intet skylder',
        en: 'you last used the library, if you have nothing on loan and owe nothing',
      },
    },
  },
  actions: ['delete'],
  onErasure: 'delete',
  core: true,
  columns: {
    id: identity('Intern nøgle', 'Internal key'),
    number: identity('Lånernummer (tilfældigt)', 'Patron number (random)'),
    name: identity('Navn', 'Name'),
    birth_on: identity('Fødselsdato', 'Date of birth'),
    address: contact('Adresse', 'Address'),
    postcode: contact('Postnummer', 'Postcode'),
    city: contact('By', 'Town'),
    protected: identity('Navne- og adressebeskyttelse', 'Protected name and address'),
    address_sealed: sealed('Beskyttet adresse', 'Protected address'),
    municipality: identity('Kommunenummer', 'Municipality number'),
    cpr_sealed: sealed('CPR-nummer', 'CPR number'),
    cpr_hash: secret('Opslag på CPR-nummer', 'Look-up by CPR number'),
    email: contact('E-mail', 'E-mail'),
    phone: contact('Telefon', 'Telephone'),
    guardian_name: identity('Værge', 'Guardian'),
    patron_group: identity('Lånergruppe', 'Patron group'),
    home_branch_id: identity('Tilhørsfilial', 'Home branch'),
    language: identity('Sprog', 'Language'),
    enrolled_at: moment('Oprettet', 'Enrolled'),
    last_active_at: moment('Sidst aktiv', 'Last active'),
  },
})

export interface IdentifierRow {
  id: string
  patron_id: PatronId
  kind: 'patron-number' | 'library-card'
  value: string
  added_at: Temporal.Instant
}

const identifier = declareTable<IdentifierRow>({
  name: 'identifier',
  label: { da: 'kort og numre, du kan bruge til at låne', en: 'cards and numbers you can borrow with' },
  about: 'patron',
  subject: 'patron_id',
  moments: {},
  actions: [],
  followsAccount: true,
  onErasure: 'delete',
  columns: {
    id: none,
    patron_id: identity('Låner', 'Patron'),
    kind: identity('Slags', 'Kind'),
    value: identity('Nummer', 'Number'),
    added_at: moment('Tilføjet', 'Added'),
  },
})

export const patronsTables: readonly Declaration[] = [patron, identifier]
