import type { FastifyInstance } from 'fastify'
import type { Site } from '#web'
import type { Register } from './declare.ts'
import type { StaffNames } from './desk-frame.ts'
import { registerHoldingsDesk } from './desk-holdings.ts'
import { registerHoldsDesk } from './desk-holds.ts'
import { registerNightsDesk } from './desk-nights.ts'
import { registerPolicyDesk } from './desk-policy.ts'
import { registerProposalsDesk } from './desk-proposals.ts'
import { registerTonightDesk } from './desk-tonight.ts'

/** The data-protection officer's desk. A member of staff's name is another room's to know, so it is handed in. */
export function registerPrivacyDesk(
  app: FastifyInstance,
  site: Site,
  register: Register,
  given: { readonly staffNames: StaffNames },
): void {
  const needs = { site, register, ...given }
  registerHoldingsDesk(app, needs)
  registerTonightDesk(app, needs)
  registerNightsDesk(app, needs)
  registerPolicyDesk(app, needs)
  registerProposalsDesk(app, needs)
  registerHoldsDesk(app, needs)
}
