import type { FastifyInstance } from 'fastify'
import type { Site } from '#web'
import { registerClaimPages } from './desk-claim.ts'
import { registerFeeTableDesk } from './desk-fee-table.ts'
import type { MoneyDeskNeeds } from './desk-frame.ts'
import { registerPatronMoney } from './desk-patron.ts'
import { registerReceiptPages } from './desk-receipts.ts'
import { registerMoneyReport } from './desk-report.ts'

/** The staff's pages of money: a patron's, the day's, and what the library charges. */
export function registerMoneyDesk(app: FastifyInstance, site: Site, needs: MoneyDeskNeeds): void {
  registerPatronMoney(app, site, needs)
  registerReceiptPages(app, site, needs)
  registerClaimPages(app, site, needs)
  registerMoneyReport(app, site)
  registerFeeTableDesk(app, site, needs.staffNames)
}
