import { adgangsplatformenTables } from '#adgangsplatformen'
import { agenciesTables } from '#agencies'
import { authTables } from '#auth'
import { catalogueTables } from '#catalogue'
import { feesTables } from '#fees'
import { loansTables } from '#loans'
import { messagesTables } from '#messages'
import { patronsTables } from '#patrons'
import { privacyFiles, privacyTables, type Register } from '#privacy'
import { reservationsTables } from '#reservations'
import { settingsTables } from '#settings'

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
    ...adgangsplatformenTables,
  ],
  files: privacyFiles,
}
