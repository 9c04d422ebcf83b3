import type { Text2 } from '#core'
import { isShorter } from './check-policy.ts'
import { dataName, findTable, patronTables, type Register } from './declare.ts'
import { LAW, type Law } from './law.ts'
import { periodText } from './period-text.ts'
import { PLANNED } from './planned.ts'
import type { Clause, Policy } from './policy.ts'

/**
 * Something a reader of the law or of other libraries' policies would ask about.
 * - `error`: a duty is not met
 * - `warning`: it says more or less than it can keep, or contradicts itself
 * - `remark`: unusual; it may well be meant
 */
export interface Finding {
  readonly kind: 'error' | 'warning' | 'remark'
  readonly what: Text2
  /** Such as `clauses[3].keep`. */
  readonly path: string
}

type Purpose = Policy['purposes'][number]
type Right = Policy['rights'][number]['right']

/** Reads a faultless policy as a data protection officer would, and lists what is missing, contradictory or unusual. */
export function lintPolicy(policy: Policy, register: Register): Finding[] {
  return [
    ...lintContacts(policy),
    ...lintRights(policy),
    ...policy.purposes.flatMap((purpose, i) => lintPurpose(policy, register, purpose, `purposes[${i}]`)),
    ...policy.clauses.flatMap((clause, i) => lintClause(policy, clause, `clauses[${i}]`)),
    ...lintMoments(policy, register),
    ...lintCpr(policy),
    ...lintRecipients(policy),
    ...lintBackups(policy),
    ...lintStatistics(policy),
  ]
}

function finding(kind: Finding['kind'], path: string, da: string, en: string): Finding {
  return { kind, path, what: { da, en } }
}

function lintContacts({ controller, dpo }: Policy): Finding[] {
  const found: Finding[] = []
  if (!dpo.email && !dpo.phone && !dpo.address) {
    found.push(
      dpo.website
        ? finding(
            'remark',
            'dpo',
            'Databeskyttelsesrådgiveren kan kun findes gennem en hjemmeside.',
            'The data protection officer can only be found through a website.',
          )
        : finding(
            'error',
            'dpo',
            'Der står ikke, hvordan man kontakter databeskyttelsesrådgiveren (artikel 13, stk. 1, litra b).',
            'It does not say how to reach the data protection officer (Article 13(1)(b)).',
          ),
    )
  }
  if (!controller.address && !controller.phone) {
    found.push(
      finding(
        'remark',
        'controller',
        'Den dataansvarlige kan kun nås med e-mail: hverken adresse eller telefon er nævnt.',
        'The controller can only be reached by e-mail: neither address nor telephone is given.',
      ),
    )
  }
  return found
}

/** The rights a notice must name (Art. 13(2)(b), (c) and (d)), and for which legal grounds. */
const RIGHTS: readonly { right: Right; label: Text2; onlyWith?: readonly Law[] }[] = [
  { right: 'access', label: { da: 'indsigt', en: 'access' } },
  { right: 'rectification', label: { da: 'berigtigelse', en: 'rectification' } },
  { right: 'erasure', label: { da: 'sletning', en: 'erasure' } },
  { right: 'restriction', label: { da: 'begrænsning af behandling', en: 'restriction of processing' } },
  { right: 'objection', label: { da: 'indsigelse', en: 'objection' }, onlyWith: ['gdpr-6-1-e'] },
  {
    right: 'portability',
    label: { da: 'dataportabilitet', en: 'data portability' },
    onlyWith: ['gdpr-6-1-a', 'gdpr-6-1-b'],
  },
  {
    right: 'withdraw-consent',
    label: { da: 'at trække samtykke tilbage', en: 'withdrawing consent' },
    onlyWith: ['gdpr-6-1-a'],
  },
  { right: 'complaint', label: { da: 'at klage til Datatilsynet', en: 'complaining to the supervisory authority' } },
]

function lintRights(policy: Policy): Finding[] {
  const named = new Set(policy.rights.map(({ right }) => right))
  const grounds = new Set(policy.purposes.flatMap((purpose) => purpose.basis))
  return RIGHTS.filter(
    ({ right, onlyWith }) => !named.has(right) && (!onlyWith || onlyWith.some((law) => grounds.has(law))),
  ).map(({ label }) =>
    finding(
      'error',
      'rights',
      `Retten til ${label.da} er ikke nævnt (artikel 13, stk. 2).`,
      `The right of ${label.en} is not mentioned (Article 13(2)).`,
    ),
  )
}

function lintPurpose(policy: Policy, register: Register, purpose: Purpose, path: string): Finding[] {
  const found: Finding[] = []
  if (!purpose.basis.some((law) => law.startsWith('gdpr-6-1-'))) {
    found.push(
      finding(
        'error',
        `${path}.basis`,
        `Formålet »${purpose.name.da}« nævner intet grundlag i artikel 6.`,
        `The purpose "${purpose.name.en}" names no ground in Article 6.`,
      ),
    )
  }
  if (purpose.data.length === 0) {
    found.push(
      finding(
        'warning',
        `${path}.data`,
        `Formålet »${purpose.name.da}« nævner ingen oplysninger.`,
        `The purpose "${purpose.name.en}" names no data.`,
      ),
    )
  }
  for (const [i, data] of purpose.data.entries()) {
    if (!hasEnd(policy, register, data)) {
      found.push(
        finding(
          'error',
          `${path}.data[${i}]`,
          `Intet i politikken siger, hvornår ${labelOf(register, data).da} slettes (artikel 13, stk. 2, litra a).`,
          `Nothing in the policy says when ${labelOf(register, data).en} end (Article 13(2)(a)).`,
        ),
      )
    }
  }
  if (purpose.basis.includes('gdpr-6-1-a')) found.push(...lintConsent(policy, register, purpose, path))
  return found
}

/** What rests on consent ends when the consent does; what a borrower cannot do without cannot rest on it. */
function lintConsent(policy: Policy, register: Register, purpose: Purpose, path: string): Finding[] {
  const found: Finding[] = []
  if (purpose.data.includes('loan')) {
    found.push(
      finding(
        'error',
        `${path}.basis`,
        'Udlån bygger ikke på samtykke: det, du har lånt, kan ikke glemmes, fordi et samtykke trækkes tilbage.',
        'Lending does not rest on consent: what is on loan cannot be forgotten because a consent is withdrawn.',
      ),
    )
  }
  for (const [i, data] of purpose.data.entries()) {
    if (data === 'consent' || !momentsOf(register, data).includes('withdrawn')) continue
    if (policy.clauses.some((clause) => clause.data === data && clause.from === 'withdrawn')) continue
    found.push(
      finding(
        'error',
        `${path}.data[${i}]`,
        `Der står ikke, hvad der sker med ${labelOf(register, data).da}, når samtykket trækkes tilbage.`,
        `It does not say what becomes of ${labelOf(register, data).en} when the consent is withdrawn.`,
      ),
    )
  }
  return found
}

/**
 * How long other libraries keep the same, and why: notices of five Danish libraries and the advice of the Danish data
 * protection agency, weighed in the project's domain notes. Outside it a policy may still be right.
 */
const USUAL: readonly { data: string; from?: string; atLeast?: string; atMost?: string; law?: Law }[] = [
  { data: 'loan', atMost: 'P30D' },
  { data: 'fee', atMost: 'P30D' },
  { data: 'compensation', atLeast: 'P30D', atMost: 'P1Y' },
  { data: 'bookkeeping-entry', atLeast: 'P3Y', atMost: 'P5Y' },
  { data: 'message', atMost: 'P30D' },
  { data: 'patron', atLeast: 'P2Y', atMost: 'P3Y' },
  { data: 'access-log', atLeast: 'P6M' },
  { data: 'consent', atMost: 'P5Y' },
  { data: 'visit', atLeast: 'P1D', atMost: 'P30D' },
  { data: 'video-recording', atLeast: 'P1D', atMost: 'P30D', law: 'tv-surveillance-act' },
  { data: 'pc-session', atMost: 'PT24H' },
  { data: 'gaming-booking', atMost: 'P1M' },
  { data: 'home-delivery-loan', atMost: 'P3Y' },
  { data: 'event-registration', atLeast: 'P1D', atMost: 'P90D' },
  { data: 'ticket', atLeast: 'P1D', atMost: 'P90D' },
  { data: 'survey-response', atMost: 'P90D' },
  { data: 'newsletter-subscription', from: 'withdrawn', atMost: 'P0D' },
  { data: 'reading-history', from: 'withdrawn', atMost: 'P0D' },
]

function lintClause(policy: Policy, clause: Clause, path: string): Finding[] {
  const found: Finding[] = []
  const usual = USUAL.find(({ data, from }) => data === clause.data && (!from || from === clause.from))
  const keep = Temporal.Duration.from(clause.keep)
  if (usual?.atMost && isShorter(Temporal.Duration.from(usual.atMost), keep)) {
    const [kept, most] = [periodText(clause.keep), periodText(usual.atMost)]
    found.push(
      usual.law
        ? finding(
            'error',
            `${path}.keep`,
            `${kept.da} er længere end de ${most.da}, som ${LAW[usual.law].da} tillader.`,
            `${kept.en} is longer than the ${most.en} that ${LAW[usual.law].en} permits.`,
          )
        : finding(
            'warning',
            `${path}.keep`,
            `${kept.da} er længere, end andre biblioteker gemmer det samme (${most.da}).`,
            `${kept.en} is longer than other libraries keep the same (${most.en}).`,
          ),
    )
  }
  if (usual?.atLeast && isShorter(keep, Temporal.Duration.from(usual.atLeast))) {
    const [kept, least] = [periodText(clause.keep), periodText(usual.atLeast)]
    found.push(
      finding(
        'warning',
        `${path}.keep`,
        `${kept.da} er kortere, end formålet plejer at kræve (${least.da}).`,
        `${kept.en} is shorter than the purpose usually needs (${least.en}).`,
      ),
    )
  }
  const purpose = policy.purposes.find(({ id }) => id === clause.purpose)
  if (purpose && !purpose.data.includes(clause.data)) {
    found.push(
      finding(
        'warning',
        `${path}.purpose`,
        `Formålet »${purpose.name.da}« nævner ikke de oplysninger, som reglen gælder (${clause.data}).`,
        `The purpose "${purpose.name.en}" does not name the data the clause is about (${clause.data}).`,
      ),
    )
  }
  return found
}

/** Rows that can come to an end in more ways than one need an end for each. */
function lintMoments(policy: Policy, register: Register): Finding[] {
  const found: Finding[] = []
  for (const table of register.tables) {
    const data = dataName(table.name)
    const given = policy.clauses.filter((clause) => clause.data === data).map((clause) => clause.from)
    if (given.length === 0) continue
    for (const [name, { label }] of Object.entries(table.moments)) {
      if (given.includes(name)) continue
      found.push(
        finding(
          'warning',
          'clauses',
          `Der står ikke, hvor længe ${table.label.da} gemmes, når ${label.da}.`,
          `It does not say how long ${table.label.en} are kept when ${label.en}.`,
        ),
      )
    }
  }
  return found
}

function lintCpr(policy: Policy): Finding[] {
  const at = policy.enrolment.findIndex(({ field }) => field === 'cpr')
  const entry = policy.enrolment[at]
  if (!entry || policy.purposes.some((purpose) => purpose.basis.includes('dbl-11-1'))) return []
  return [
    finding(
      entry.required ? 'error' : 'warning',
      `enrolment[${at}]`,
      'CPR-nummeret registreres, men intet formål nævner databeskyttelseslovens § 11.',
      'The CPR number is registered, but no purpose names section 11 of the Data Protection Act.',
    ),
  ]
}

function lintRecipients(policy: Policy): Finding[] {
  const found: Finding[] = []
  const active = [...policy.recipients.entries()].filter(([, recipient]) => recipient.active)
  for (const [i, recipient] of active) {
    const path = `recipients[${i}]`
    // A list of subscribers lies in one place: of two, one has been forgotten in the text or in the world.
    const twin = active.find(
      ([j, other]) =>
        j < i &&
        other.name !== recipient.name &&
        other.purpose === recipient.purpose &&
        other.fields.some((field) => /-subscription(\.|$)/.test(field) && recipient.fields.includes(field)),
    )
    if (twin) {
      found.push(
        finding(
          'error',
          path,
          `Både ${twin[1].name} og ${recipient.name} nævnes som den, der har den samme liste.`,
          `Both ${twin[1].name} and ${recipient.name} are said to hold the same list.`,
        ),
      )
    }
    const titles = recipient.fields.filter((field) => /^(loan|reservation)\.title_id$/.test(field))
    if (recipient.role === 'controller' && titles.length > 0) {
      found.push(
        finding(
          'warning',
          `${path}.fields`,
          `${recipient.name} er selv dataansvarlig og får at vide, hvad du har lånt.`,
          `${recipient.name} is a controller of its own and is told what you have borrowed.`,
        ),
      )
    }
    const purpose = policy.purposes.find(({ id }) => id === recipient.purpose)
    const cpr = recipient.fields.some((field) => field === 'patron.cpr' || field === 'patron.cpr_sealed')
    if (cpr && purpose && !purpose.basis.includes('dbl-11-1')) {
      found.push(
        finding(
          'warning',
          `${path}.fields`,
          `${recipient.name} får CPR-nummeret, men formålet »${purpose.name.da}« nævner ikke databeskyttelseslovens § 11.`,
          `${recipient.name} is given the CPR number, but the purpose "${purpose.name.en}" does not name section 11 of the Data Protection Act.`,
        ),
      )
    }
  }
  return found
}

function lintBackups({ backup }: Policy): Finding[] {
  const found: Finding[] = []
  if (backup['keep-days'] > 30) {
    found.push(
      finding(
        'warning',
        'backup.keep-days',
        `Det, der er slettet, ligger i sikkerhedskopier i ${backup['keep-days']} dage endnu.`,
        `What was deleted lies in backups for ${backup['keep-days']} more days.`,
      ),
    )
  }
  if (backup['keys-keep-days'] > 14) {
    found.push(
      finding(
        'warning',
        'backup.keys-keep-days',
        `En slettet låners nøgle ligger i sikkerhedskopier i ${backup['keys-keep-days']} dage; så længe kan det forseglede læses.`,
        `An erased patron’s key lies in backups for ${backup['keys-keep-days']} days; what it sealed can be read that long.`,
      ),
    )
  }
  return found
}

function lintStatistics({ statistics, publication }: Policy): Finding[] {
  const found: Finding[] = []
  if (statistics['smallest-cell'] < 3) {
    found.push(
      finding(
        'warning',
        'statistics.smallest-cell',
        'I et tal på to kender den ene den anden.',
        'In a number of two, each knows the other.',
      ),
    )
  }
  if (publication['stop-above-percent'] > 50) {
    found.push(
      finding(
        'remark',
        'publication.stop-above-percent',
        `En ny politik kan slette ${publication['stop-above-percent']} procent af en slags oplysninger uden at spørge igen.`,
        `A new policy can delete ${publication['stop-above-percent']} percent of a kind of data without asking again.`,
      ),
    )
  }
  return found
}

function hasEnd(policy: Policy, register: Register, data: string): boolean {
  if (policy.clauses.some((clause) => clause.data === data)) return true
  const table = findTable(register, data)
  if (!table) return false
  return table.about === 'nobody' || (table.followsAccount === true && patronTables(register).includes(table))
}

function momentsOf(register: Register, data: string): readonly string[] {
  return Object.keys(findTable(register, data)?.moments ?? {}).concat(PLANNED[data]?.moments ?? [])
}

function labelOf(register: Register, data: string): Text2 {
  const file = register.files.find(({ name }) => name === data)
  return findTable(register, data)?.label ?? file?.label ?? PLANNED[data]?.label ?? { da: data, en: data }
}
