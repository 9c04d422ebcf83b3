import type { BranchId, Id, PatronId } from '#core'
import { coded, type Declaration, declareTable, identity, moment, none } from '#privacy'

export type VisitId = Id<'visit'>

/** Somebody let themselves in when no staff were there. Of those who come while there are staff nothing is written. */
export interface VisitRow {
  id: VisitId
  patron_id: PatronId
  branch_id: BranchId
  /** The name of the machine. */
  door: string
  entered_at: Temporal.Instant
  /** The door let them in by itself, while Kvit did not answer. */
  during_outage: boolean
}

const visit = declareTable<VisitRow>({
  name: 'visit',
  label: { da: 'besøg i den ubetjente åbningstid', en: 'visits in staff-less hours' },
  about: 'patron',
  subject: 'patron_id',
  moments: { entered: { column: 'entered_at', label: { da: 'du låste dig ind', en: 'you let yourself in' } } },
  actions: ['delete'],
  onErasure: 'delete',
  columns: {
    id: none,
    patron_id: identity('Låner', 'Patron'),
    branch_id: identity('Bibliotek', 'Library'),
    door: identity('Dør', 'Door'),
    entered_at: moment('Låste sig ind', 'Let themselves in'),
    during_outage: coded('Hvem åbnede', 'Who opened', {
      false: ['døren spurgte biblioteket', 'the door asked the library'],
      true: ['døren selv, mens systemet ikke svarede', 'the door itself, while the system did not answer'],
    }),
  },
})

/** What surveillance has last said of itself at a branch. */
export interface SurveillanceReportRow {
  branch_id: BranchId
  healthy: boolean
  reported_at: Temporal.Instant
  /** The name of the machine that said so. */
  reported_by: string
}

const surveillanceReport = declareTable<SurveillanceReportRow>({
  name: 'surveillance_report',
  label: { da: 'om overvågningen virker', en: 'whether surveillance works' },
  about: 'nobody',
  subject: null,
  moments: {},
  actions: [],
  onErasure: 'delete',
  columns: { branch_id: none, healthy: none, reported_at: none, reported_by: none },
})

export const visitsTables: readonly Declaration[] = [visit, surveillanceReport]
