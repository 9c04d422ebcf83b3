import { z } from 'zod'
import { closedDaysOf, openingHours } from '#agencies'
import { dayOf } from '#core'
import { sql } from '#db'
import { no, placeNamed, placesOf, said } from './call.ts'
import { type Operation, operation } from './operation.ts'
import { places } from './schema.ts'
import { machineTexts } from './texts.ts'

const hours = z
  .object({ weekday: z.int().min(1).max(7), opens: z.string(), closes: z.string(), staffed: z.boolean() })
  .meta({ id: 'OpeningHoursV1' })
const closing = z.object({ date: z.iso.date(), reason: z.string() }).meta({ id: 'ClosingDateV1' })
const language = z.object({ code: z.string(), name: z.string() }).meta({ id: 'LanguageV1' })
const named = z.object({ name: z.string(), displayName: z.string() }).meta({ id: 'NamedV1' })

export const placeOperations: readonly Operation[] = [
  operation({
    id: 'getBranches',
    method: 'GET',
    path: '/external/v1/{agencyid}/branches',
    says: 'The branches, without those that are left out.',
    query: [{ name: 'exclude', type: 'string', list: true }],
    answer: z.array(places.branch),
    async handle(call, { query }) {
      const without = query.list('exclude')
      const shown = (await placesOf(call)).filter(({ isil }) => !without.includes(isil))
      return said(shown.map(({ isil, name }) => ({ branchId: isil, title: name })))
    },
  }),
  operation({
    id: 'getLocations',
    method: 'GET',
    path: '/external/v1/{agencyid}/locations',
    says: 'The shelf marks items stand under.',
    answer: z.array(places.location),
    async handle({ ctx }) {
      const shelves = await ctx.db.all<{ shelf: string }>(sql`
        select distinct shelf from item where shelf is not null and state <> 'withdrawn' order by shelf limit 5000`)
      return said(shelves.map(({ shelf }) => ({ locationId: shelf, title: shelf })))
    },
  }),
  nothing('getDepartments', 'departments', z.array(places.department), 'Departments, of which none are kept.'),
  nothing('getSections', 'sections', z.array(places.section), 'Sections, of which none are kept.'),
  nothing('getSublocations', 'sublocations', z.array(places.sublocation), 'Sublocations, of which none are kept.'),
  operation({
    id: 'getOpeningHoursV1',
    method: 'GET',
    path: '/external/v1/{agencyid}/branches/{branchid}/openinghours',
    says: 'A branch’s week. Monday is 1; what is open without staff says so.',
    answer: z.array(hours),
    async handle(call, { params }) {
      const branch = await placeNamed(call, params.branchid ?? '')
      return branch ? said(await openingHours(call.ctx, branch.id)) : no(404, machineTexts.unknownBranch)
    },
  }),
  operation({
    id: 'getClosingDatesV1',
    method: 'GET',
    path: '/external/v1/{agencyid}/branches/{branchid}/closingdates',
    says: 'The days of this year and the next on which a branch is closed.',
    answer: z.array(closing),
    async handle(call, { params }) {
      const branch = await placeNamed(call, params.branchid ?? '')
      if (!branch) return no(404, machineTexts.unknownBranch)
      const { year } = dayOf(call.ctx.clock.now())
      const days = [...(await closedDaysOf(call.ctx, year)), ...(await closedDaysOf(call.ctx, year + 1))]
      const here = days.filter(({ branch_id }) => branch_id === null || branch_id === branch.id)
      return said(here.map(({ day, reason }) => ({ date: day.toString(), reason: reason.da })))
    },
  }),
  operation({
    id: 'getLanguagesV1',
    method: 'GET',
    path: '/external/{agencyid}/languages/v1',
    says: 'The languages messages are written in.',
    answer: z.array(language),
    handle: async () =>
      said([
        { code: 'da', name: 'Dansk' },
        { code: 'en', name: 'English' },
      ]),
  }),
  operation({
    id: 'getInterestsV1',
    method: 'GET',
    path: '/external/{agencyid}/interests/v1',
    says: 'What patrons can say they are interested in. It is not asked here, so the list is empty.',
    answer: z.array(named),
    handle: async () => said([]),
  }),
  operation({
    id: 'getNotificationProtocolsV1',
    method: 'GET',
    path: '/external/{agencyid}/notificationprotocols/v1',
    says: 'Ways to be told besides e-mail and text messages that a client can choose, of which there are none.',
    answer: z.array(z.string()),
    handle: async () => said([]),
  }),
]

function nothing(id: string, word: string, answer: z.ZodType, says: string): Operation {
  return operation({
    id,
    method: 'GET',
    path: `/external/v1/{agencyid}/${word}`,
    says,
    answer,
    handle: async () => said([]),
  })
}
