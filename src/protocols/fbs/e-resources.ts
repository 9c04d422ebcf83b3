import { z } from 'zod'
import { readPatron } from '#patrons'
import { disclose, policyOf } from '#privacy'
import { no, said } from './call.ts'
import { type Operation, operation } from './operation.ts'
import { machineTexts } from './texts.ts'

/** Under these the policy speaks of services that lend what is digital. */
const RECIPIENT = 'ereolen'
const PURPOSE = 'e-resources'
const FIELDS: readonly string[] = ['patron.municipality']

const licence = z
  .object({
    agencyId: z.string(),
    municipality: z.string().optional(),
    municipalityAgencyId: z.string().optional(),
    licensed: z.boolean(),
  })
  .meta({ id: 'EResourceLicenceV1' })

export const eResourceOperations: readonly Operation[] = [
  operation({
    id: 'getEResourceLicenceV1',
    method: 'GET',
    path: '/external/{agencyid}/patrons/{patronid}/eresourcelicence/v1',
    says: 'Whether digital materials are licensed for the patron: for who lives in the municipality, as the register has it.',
    answer: licence,
    async handle({ ctx, agency, patron }) {
      const row = patron && (await readPatron(ctx, patron))
      if (!row) return no(404, machineTexts.noPatron)
      const agencyId = agency
      const municipality = row.municipality?.padStart(3, '0').slice(-3)
      const { policy } = await policyOf(ctx)
      const named = policy.recipients.find(({ id, active }) => id === RECIPIENT && active)
      if (!municipality || !FIELDS.every((field) => named?.fields.includes(field))) {
        return said({ agencyId, licensed: false })
      }
      const gate = { recipient: RECIPIENT, patron: row.id, fields: FIELDS, purpose: PURPOSE }
      if (!(await disclose(ctx, gate, async () => {})).ok) return said({ agencyId, licensed: false })
      const licensed = row.kind === 'person' && municipality === agency.slice(1, 4)
      return said({ agencyId, municipality, municipalityAgencyId: `7${municipality}00`, licensed })
    },
  }),
]
