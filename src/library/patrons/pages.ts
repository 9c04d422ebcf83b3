import type { FastifyInstance } from 'fastify'
import type { Site } from '#web'
import { type EnrolNeeds, registerEnrolPages } from './enrol-pages.ts'
import { registerMyConsents } from './my-consents.ts'
import { type MyDataNeeds, mySections, myWarnings, registerMyData } from './my-data.ts'
import { type MyRequestsNeeds, registerMyRequests } from './my-requests.ts'

/**
 * The patrons' own pages: to enrol oneself with MitID, and to see what the library holds. Answers what the pages of
 * sign-in are to show and to do with it.
 */
export function registerMyPages(app: FastifyInstance, site: Site, needs: EnrolNeeds & MyDataNeeds & MyRequestsNeeds) {
  registerMyData(app, site, needs)
  registerMyRequests(app, site, needs)
  registerMyConsents(app, site, needs.register)
  const { newcomer } = registerEnrolPages(app, site, needs)
  return { newcomer, first: myWarnings, sections: mySections(needs) }
}
