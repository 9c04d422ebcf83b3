import { adgangsplatformenTables } from '#adgangsplatformen'
import { agenciesTables } from '#agencies'
import { authTables } from '#auth'
import { catalogueTables } from '#catalogue'
import { collectionNotice, collectionTables } from '#collection'
import { eventsTables } from '#events'
import { feesTables, feesTemplates } from '#fees'
import { listsTables } from '#lists'
import { loansTables, loansTemplates } from '#loans'
import { type AnyTemplate, messagesTables } from '#messages'
import { newsTables } from '#news'
import { patronsTables, patronTemplates } from '#patrons'
import { pcsTables } from '#pcs'
import { privacyFiles, privacyTables, type Register } from '#privacy'
import { reservationsTables, reservationsTemplates } from '#reservations'
import { settingsTables } from '#settings'
import { statisticsTables } from '#statistics'
import { visitsTables } from '#visits'

/** All that is declared, room by room, lowest first: a table refers only to tables before it. */
export const register: Register = {
  tables: [
    ...privacyTables,
    ...agenciesTables,
    ...settingsTables,
    ...patronsTables,
    ...authTables,
    ...catalogueTables,
    ...messagesTables,
    ...loansTables,
    ...feesTables,
    ...reservationsTables,
    ...listsTables,
    ...visitsTables,
    ...newsTables,
    ...eventsTables,
    ...pcsTables,
    ...collectionTables,
    ...statisticsTables,
    ...adgangsplatformenTables,
  ],
  files: privacyFiles,
}

/** Every kind of message that is sent, room by room. */
export const templates: readonly AnyTemplate[] = [
  ...patronTemplates,
  ...reservationsTemplates,
  ...loansTemplates,
  ...feesTemplates,
  collectionNotice,
]
