import type { BranchId, Language, PatronId, StaffId } from '#core'
import {
  coded,
  contact,
  type Declaration,
  declareTable,
  identity,
  moment,
  none,
  sealed,
  secret,
  staffMember,
} from '#privacy'
import type { Sealed } from '#vault'
import { deskTables } from './desk-tables.ts'

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
  patron_group: 'adult' | 'child'
  home_branch_id: BranchId
  language: Language
  enrolled_at: Temporal.Instant
  last_active_at: Temporal.Instant
  kind: 'person' | 'institution' | 'group' | 'company'
  contact_name: string | null
  photo_id_at: Temporal.Instant | null
  health_card_blocked_at: Temporal.Instant | null
  inactivity_warned_at: Temporal.Instant | null
  register: 'none' | 'wanted' | 'followed'
  /** Counts up with each sign-out everywhere: what was signed in before is so no longer. */
  times_signed_out: number
  /** The group a library has put them in, such as a class of a school; else their age decides. */
  lending_group: string | null
  /** Mail to the address came back: it is not written to until it is changed or confirmed. */
  email_bounced_at: Temporal.Instant | null
  phone_bounced_at: Temporal.Instant | null
  wants_email: boolean
  wants_sms: boolean
  /** Whether titles may stand in an e-mail. */
  wants_titles: boolean
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
    patron_group: coded('Lånergruppe', 'Patron group', { adult: ['voksen', 'adult'], child: ['barn', 'child'] }),
    home_branch_id: identity('Tilhørsfilial', 'Home branch'),
    language: coded('Sprog', 'Language', { da: ['dansk', 'Danish'], en: ['engelsk', 'English'] }),
    enrolled_at: moment('Oprettet', 'Enrolled'),
    last_active_at: moment('Sidst aktiv', 'Last active'),
    kind: coded('Slags låner', 'Kind of patron', {
      person: ['person', 'person'],
      institution: ['institution', 'institution'],
      group: ['gruppe', 'group'],
      company: ['firma', 'company'],
    }),
    contact_name: identity('Kontaktperson', 'Contact person'),
    photo_id_at: moment('Billedlegitimation set', 'Photo ID seen'),
    health_card_blocked_at: moment('Sundhedskort spærret', 'Health card blocked'),
    inactivity_warned_at: moment('Varslet om sletning', 'Warned of deletion'),
    register: coded('Ændringer fra CPR-registret', 'Changes from the CPR register', {
      none: ['følges ikke', 'not followed'],
      wanted: ['følges snart', 'soon followed'],
      followed: ['følges', 'followed'],
    }),
    times_signed_out: none,
    lending_group: identity('Udlånsgruppe', 'Lending group'),
    email_bounced_at: moment('E-mail kommet retur', 'E-mail came back'),
    phone_bounced_at: moment('Sms kommet retur', 'Text message came back'),
    wants_email: contact('Vil have e-mail', 'Wants e-mail'),
    wants_sms: contact('Vil have sms', 'Wants text messages'),
    wants_titles: contact('Vil have titler i e-mail', 'Wants titles in e-mail'),
  },
})

export interface IdentifierRow {
  id: string
  patron_id: PatronId
  kind: 'patron-number' | 'library-card'
  value: string
  added_at: Temporal.Instant
  blocked_at: Temporal.Instant | null
  blocked_because: 'lost' | 'stolen' | 'replaced' | null
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
    kind: coded('Slags', 'Kind', {
      'patron-number': ['lånernummer', 'patron number'],
      'library-card': ['lånerkort', 'library card'],
    }),
    value: identity('Nummer', 'Number'),
    added_at: moment('Tilføjet', 'Added'),
    blocked_at: moment('Spærret', 'Blocked'),
    blocked_because: coded('Spærret fordi', 'Blocked because', {
      lost: ['mistet', 'lost'],
      stolen: ['stjålet', 'stolen'],
      replaced: ['erstattet af et nyt', 'replaced by a new one'],
    }),
  },
})

/** Who answers for a child. The row is about the child and is sealed under the child's key. */
export interface GuardianshipRow {
  id: string
  patron_id: PatronId
  /** Where the guardian is a patron here too. */
  guardian_id: PatronId | null
  name: string
  cpr_sealed: Sealed | null
  cpr_hash: Buffer | null
  email: string | null
  phone: string | null
  /** Answers for what the child loses or damages. */
  liable: boolean
  may_see: boolean
  proof: 'paper' | 'mitid' | 'moved'
  consented_at: Temporal.Instant
  noted_by: StaffId | null
}

const guardianship = declareTable<GuardianshipRow>({
  name: 'guardianship',
  label: { da: 'hvem der er værge for dig', en: 'who is your guardian' },
  about: 'patron',
  subject: 'patron_id',
  moments: {
    ended: {
      column: null,
      label: {
        da: 'barnet er fyldt 18, eller værgen er skiftet',
        en: 'the child has turned 18, or the guardian has changed',
      },
    },
  },
  actions: ['delete'],
  followsAccount: true,
  onErasure: 'delete',
  columns: {
    id: none,
    patron_id: identity('Barn', 'Child'),
    guardian_id: identity('Værge, som selv er låner', 'Guardian who is a patron'),
    name: identity('Værge', 'Guardian'),
    cpr_sealed: sealed('Værges CPR-nummer', 'Guardian’s CPR number'),
    cpr_hash: secret('Opslag på værges CPR-nummer', 'Look-up by guardian’s CPR number'),
    email: contact('Værges e-mail', 'Guardian’s e-mail'),
    phone: contact('Værges telefon', 'Guardian’s telephone'),
    liable: identity('Hæfter for barnet', 'Answers for the child'),
    may_see: identity(
      'Kan se barnets lån, reserveringer og regninger',
      'May see the child’s loans, reservations and bills',
    ),
    proof: coded('Bevis for samtykke', 'Proof of consent', {
      paper: ['underskrift på papir', 'signature on paper'],
      mitid: ['MitID', 'MitID'],
      moved: ['overført fra et andet system', 'moved from another system'],
    }),
    consented_at: moment('Samtykke givet', 'Consent given'),
    noted_by: staffMember('Noteret af', 'Noted by'),
  },
})

/** A child a guardian may look at, said in a row of the guardian's own, so that it is told to them. */
export interface WardRow {
  id: string
  patron_id: PatronId
  child_id: PatronId
  since_at: Temporal.Instant
}

const ward = declareTable<WardRow>({
  name: 'ward',
  label: { da: 'børn, du er værge for', en: 'children you are the guardian of' },
  about: 'patron',
  subject: 'patron_id',
  moments: {},
  actions: [],
  followsAccount: true,
  onErasure: 'delete',
  columns: {
    id: none,
    patron_id: identity('Værge', 'Guardian'),
    child_id: identity('Barn', 'Child'),
    since_at: moment('Siden', 'Since'),
  },
})

/** A version of the library's rules or prices, as it was when somebody accepted it. */
export interface TermsRow {
  document: 'rules' | 'prices' | 'house-rules'
  version: number
  text_da: string
  text_en: string
  published_at: Temporal.Instant
}

const terms = declareTable<TermsRow>({
  name: 'terms',
  label: { da: 'bibliotekets regler og priser', en: 'the library’s rules and prices' },
  about: 'nobody',
  subject: null,
  moments: {},
  actions: [],
  onErasure: 'delete',
  columns: { document: none, version: none, text_da: none, text_en: none, published_at: none },
})

export interface AcceptanceRow {
  id: string
  patron_id: PatronId
  document: TermsRow['document']
  version: number
  accepted_by: 'patron' | 'guardian'
  channel: 'desk' | 'web' | 'door'
  accepted_at: Temporal.Instant
}

const acceptance = declareTable<AcceptanceRow>({
  name: 'acceptance',
  label: { da: 'regler, du har accepteret', en: 'rules you have accepted' },
  about: 'patron',
  subject: 'patron_id',
  moments: {},
  actions: [],
  followsAccount: true,
  onErasure: 'delete',
  columns: {
    id: none,
    patron_id: identity('Låner', 'Patron'),
    document: coded('Tekst', 'Text', {
      rules: ['reglerne', 'the rules'],
      prices: ['priserne', 'the prices'],
      'house-rules': ['ordensreglerne', 'the house rules'],
    }),
    version: identity('Udgave', 'Version'),
    accepted_by: coded('Accepteret af', 'Accepted by', {
      patron: ['låneren selv', 'the patron'],
      guardian: ['værgen', 'the guardian'],
    }),
    channel: coded('Hvor', 'Where', {
      desk: ['på biblioteket', 'at the library'],
      web: ['på hjemmesiden', 'on the website'],
      door: ['ved døren', 'at the door'],
    }),
    accepted_at: moment('Accepteret', 'Accepted'),
  },
})

export interface RegisterCursorRow {
  only_one: boolean
  after: string | null
  read_at: Temporal.Instant
}

const registerCursor = declareTable<RegisterCursorRow>({
  name: 'register_cursor',
  label: { da: 'hvor langt CPR-registrets ændringer er læst', en: 'how far the CPR register’s changes are read' },
  about: 'nobody',
  subject: null,
  moments: {},
  actions: [],
  onErasure: 'delete',
  columns: { only_one: none, after: none, read_at: none },
})

/** Patrons, before what refers to them. */
export const patronsTables: readonly Declaration[] = [
  patron,
  identifier,
  guardianship,
  ward,
  terms,
  acceptance,
  registerCursor,
  ...deskTables,
]
