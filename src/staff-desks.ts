import { dayOf, type StaffRole, type Text2 } from '#core'
import { sql } from '#db'
import { FILLABLE, INTERLIBRARY_PATH } from '#reservations'
import type { Context } from '#vault'

/** The parts of the staff's front page, in order. */
export const DESK_PARTS = ['serve', 'work', 'offer', 'protect', 'set'] as const
export type DeskPart = (typeof DESK_PARTS)[number]

/** A desk of the staff: who may see it, what it is for, and how much work waits there. */
export interface StaffDesk {
  /** Below the library. */
  readonly path: string
  readonly label: Text2
  readonly lead: Text2
  readonly roles: readonly StaffRole[]
  /** Where it stands on the staff's front page; what is waited for stands among the work lists. */
  readonly part?: Exclude<DeskPart, 'work'>
  /** In the menu of every page; the others are found on the staff's front page. */
  readonly inMenu?: true
  /** How much waits, as an expression, in which `d.today` is today; a desk without one is no work list. */
  readonly waiting?: string
}

export const DESKS: readonly StaffDesk[] = [
  {
    path: '/staff/desk',
    part: 'serve',
    label: { da: 'Skranken', en: 'The desk' },
    lead: {
      da: 'Lån ud og tag imod, opret en låner, og hjælp med kort, pinkode, noter og spærringer',
      en: 'Lend and take back, enrol a patron, and help with cards, PINs, notes and blocks',
    },
    roles: ['desk'],
    inMenu: true,
  },
  {
    path: '/staff/offline',
    part: 'serve',
    label: { da: 'Scan uden forbindelse', en: 'Scan without connection' },
    lead: {
      da: 'Lån ud og tag imod, når Kvit ikke svarer',
      en: 'Lend and take back when Kvit does not answer',
    },
    roles: ['desk'],
  },
  {
    path: '/staff/offline/refusals',
    label: { da: 'Scanninger, der skal ses på', en: 'Scans to look at' },
    lead: {
      da: 'Scannet uden forbindelse, og ikke gennemført bagefter',
      en: 'Scanned without connection, and not carried out afterwards',
    },
    roles: ['desk'],
    waiting: "select count(*) from offline_event where outcome = 'conflict' and seen_at is null",
  },
  {
    path: '/staff/picks',
    label: { da: 'Plukliste', en: 'Pick list' },
    lead: { da: 'Hent det, der er reserveret, på hylderne', en: 'Fetch what is reserved from the shelves' },
    roles: ['desk'],
    waiting: `select count(distinct r.title_id) from reservation r
      join item i on i.title_id = r.title_id and i.issue = r.issue and i.state = 'available'
      where r.item_id is null and r.wanted_item_id is null and ${FILLABLE('r', 'd.today')}`,
  },
  {
    path: '/staff/shelf',
    label: { da: 'Afhentningshylden', en: 'The pickup shelf' },
    lead: {
      da: 'Hvad der står klar, og hvad der skal tages ned',
      en: 'What stands ready, and what must be taken down',
    },
    roles: ['desk'],
    waiting: 'select count(*) from reservation where ready_at is not null',
  },
  {
    path: '/staff/shelf/expired',
    label: { da: 'Ikke hentet i tide', en: 'Not fetched in time' },
    lead: {
      da: 'Tag ned fra afhentningshylden, hvad ingen har hentet',
      en: 'Take down from the pickup shelf what nobody has fetched',
    },
    roles: ['desk'],
    waiting: 'select count(*) from reservation where ready_at is not null and pickup_until_on < d.today',
  },
  {
    path: '/staff/desk/tasks',
    label: { da: 'Opgaver om lånere', en: 'Tasks about patrons' },
    lead: {
      da: 'Dødsfald, ændret forældremyndighed, afviste adresser og andet, der skal ses på',
      en: 'Deaths, changes of custody, refused addresses and other things to look at',
    },
    roles: ['desk'],
    waiting: 'select count(*) from patron_task where done_at is null',
  },
  {
    path: '/staff/catalogue',
    part: 'offer',
    label: { da: 'Katalog', en: 'Catalogue' },
    lead: {
      da: 'Find, opret og ret titler og eksemplarer, flyt og kassér, importér, og udskriv etiketter',
      en: 'Find, add and edit titles and items, move and withdraw, import, and print labels',
    },
    roles: ['desk', 'catalogue'],
    inMenu: true,
  },
  {
    path: INTERLIBRARY_PATH,
    label: { da: 'Lån fra andre biblioteker', en: 'Loans from other libraries' },
    lead: {
      da: 'Bestil det, lånere har bedt om, tag det imod, og send det tilbage',
      en: 'Order what patrons have asked for, take it in, and send it back',
    },
    roles: ['desk'],
    waiting: 'select count(*) from interlibrary where ended_at is null and ordered_at is null',
  },
  {
    path: '/staff/transit',
    label: { da: 'Undervejs', en: 'In transit' },
    lead: { da: 'Materialer på vej mellem filialerne', en: 'Items on their way between branches' },
    roles: ['desk'],
    waiting: "select count(*) from item where state = 'in-transit'",
  },
  {
    path: '/staff/overdue',
    label: { da: 'Over tiden', en: 'Overdue' },
    lead: { da: 'Hvad der skulle have været afleveret', en: 'What should have been returned' },
    roles: ['desk'],
    waiting: `select count(*) from loan where returned_at is null and lost_at is null and claimed_returned_at is null
      and due_on < d.today`,
  },
  {
    path: '/staff/claimed',
    label: { da: 'Siges afleveret', en: 'Said to be returned' },
    lead: { da: 'Led efter det på hylderne', en: 'Look for it on the shelves' },
    roles: ['desk'],
    waiting:
      'select count(*) from loan where returned_at is null and lost_at is null and claimed_returned_at is not null',
  },
  {
    path: '/staff/lost',
    label: { da: 'Bortkommet', en: 'Lost' },
    lead: { da: 'Hvad der regnes for bortkommet eller mangler', en: 'What counts as lost or is missing' },
    roles: ['desk'],
    waiting: "select count(*) from item where state in ('lost', 'missing')",
  },
  {
    path: '/staff/letters',
    label: { da: 'Breve', en: 'Letters' },
    lead: {
      da: 'Udskriv breve til dem, vi ikke kan nå på andre måder',
      en: 'Print letters to those we cannot reach otherwise',
    },
    roles: ['desk'],
    waiting: "select count(*) from message where channel = 'letter' and sent_at is null and given_up_at is null",
  },
  {
    path: '/staff/messages',
    label: { da: 'Beskeder, der ikke nåede frem', en: 'Messages that did not arrive' },
    lead: { da: 'Se hvorfor, og send igen', en: 'See why, and send again' },
    roles: ['desk'],
    waiting: `select count(*) from message where handled_at is null and delivered_at is null and (bounced_at is not null
      or (given_up_at is not null and given_up_because <> 'withdrawn'))`,
  },
  {
    path: '/staff/events',
    part: 'offer',
    label: { da: 'Arrangementer', en: 'Events' },
    lead: {
      da: 'Lav arrangementer, se hvem der kommer, og aflys',
      en: 'Make events, see who is coming, and cancel',
    },
    roles: ['desk'],
  },
  {
    path: '/staff/pcs',
    part: 'offer',
    label: { da: 'Pc’er', en: 'PCs' },
    lead: {
      da: 'Hvilke pc’er der er i brug, og hvem der har booket en gaming-pc',
      en: 'Which PCs are in use, and who has booked a gaming PC',
    },
    roles: ['desk', 'system'],
  },
  {
    path: '/staff/news',
    part: 'offer',
    label: { da: 'Nyhedsbreve', en: 'Newsletters' },
    lead: {
      da: 'Send nyheder til dem, der har bedt om det, og meld til og fra',
      en: 'Send news to those who have asked for it, and sign up and off',
    },
    roles: ['desk'],
  },
  {
    path: '/staff/money',
    part: 'offer',
    label: { da: 'Kasse og regnskab', en: 'Cash and accounts' },
    lead: {
      da: 'Dagens betalinger, og udtræk til bogholderiet',
      en: 'The day’s payments, and extracts for the bookkeepers',
    },
    roles: ['desk', 'finance'],
  },
  {
    path: '/staff/collection',
    label: { da: 'Krav til kommunen', en: 'Claims for the municipality' },
    lead: {
      da: 'Hvad der er sendt til inddrivelse, og hvad der er kommet ind',
      en: 'What was handed to collection, and what came in',
    },
    roles: ['finance'],
    waiting: "select count(*) from collection_case where state in ('prepared', 'rejected')",
  },
  {
    path: '/staff/statistics',
    part: 'offer',
    label: { da: 'Tal', en: 'Numbers' },
    lead: {
      da: 'Udlån, beholdning og køer, sammenlignet med andre perioder',
      en: 'Loans, stock and queues, held against other periods',
    },
    roles: ['desk', 'catalogue', 'finance', 'data-protection-officer', 'system'],
  },
  {
    path: '/staff/privacy',
    part: 'protect',
    label: { da: 'Databeskyttelse', en: 'Data protection' },
    lead: {
      da: 'Hvad vi gemmer, hvad der forsvinder i nat, nætterne, der er kørt, og politikken',
      en: 'What we hold, what goes tonight, the nights that were run, and the policy',
    },
    roles: ['data-protection-officer', 'system'],
    inMenu: true,
  },
  {
    path: '/staff/patrons',
    part: 'protect',
    label: { da: 'Lånere', en: 'Patrons' },
    lead: {
      da: 'Find en låner, og opfyld deres rettigheder: indsigt, begrænsning og sletning',
      en: 'Find a patron and meet their rights: access, restriction and erasure',
    },
    roles: ['data-protection-officer'],
    inMenu: true,
  },
  {
    path: '/staff/requests',
    label: { da: 'Anmodninger om rettigheder', en: 'Requests about rights' },
    lead: {
      da: 'Besvar, hvad lånere har bedt om: rettelse, begrænsning, indsigelse og sletning',
      en: 'Answer what patrons have asked for: correction, restriction, objection and erasure',
    },
    roles: ['desk', 'data-protection-officer'],
    waiting: 'select count(*) from rights_case where closed_at is null',
  },
  {
    path: '/staff/doors',
    part: 'set',
    label: { da: 'Døre', en: 'Doors' },
    lead: {
      da: 'Hvem der kan låse sig ind uden personale, og om døre og overvågning svarer',
      en: 'Who can let themselves in without staff, and whether doors and surveillance answer',
    },
    roles: ['desk', 'system'],
  },
  {
    path: '/staff/settings',
    part: 'set',
    label: { da: 'Indstillinger', en: 'Settings' },
    lead: {
      da: 'Regler for udlån, gebyrer, tekster og åbningstider',
      en: 'Lending rules, fees, texts and opening hours',
    },
    roles: ['desk', 'finance', 'system'],
    inMenu: true,
  },
  {
    path: '/staff/accounts',
    part: 'set',
    label: { da: 'Medarbejdere', en: 'Staff' },
    lead: {
      da: 'Medarbejdernes adgang: roller, filialer og engangskoder',
      en: 'Staff accounts: roles, branches and one-time codes',
    },
    roles: ['system'],
    inMenu: true,
  },
  {
    path: '/staff/terminals',
    part: 'set',
    label: { da: 'Automater', en: 'Machines' },
    lead: {
      da: 'Automater, døre og sorteringsanlæg, og deres nøgler',
      en: 'Self-service machines, doors and sorters, and their keys',
    },
    roles: ['system'],
    inMenu: true,
  },
]

/** The desks somebody with these roles may see. */
export function desksOf(roles: readonly StaffRole[]): StaffDesk[] {
  return DESKS.filter((desk) => desk.roles.some((role) => roles.includes(role)))
}

/** How much waits at each of some desks, in one question. */
export async function workWaiting(ctx: Context, desks: readonly StaffDesk[]): Promise<ReadonlyMap<string, number>> {
  const lists = desks.flatMap(({ path, waiting }) => (waiting ? [{ path, waiting }] : []))
  if (lists.length === 0) return new Map()
  const counts = lists.map(({ waiting }, at) => sql.raw(`(${waiting})::int as n${at}`))
  const today = dayOf(ctx.clock.now())
  const [row = {}] = await ctx.db.prepared(
    sql<Record<string, number>>`select ${sql.join(counts)} from (select ${today}::date as today) d`,
  )
  return new Map(lists.map(({ path }, at) => [path, row[`n${at}`] ?? 0]))
}
