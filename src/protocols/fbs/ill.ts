import { z } from 'zod'
import type { TitleId } from '#core'
import { sql } from '#db'
import { type AskRefusal, askElsewhere } from '#reservations'
import type { Context } from '#vault'
import { patronNumbered } from './admission.ts'
import { placeNamed, said } from './call.ts'
import { type Operation, operation } from './operation.ts'
import { illRecord } from './schema.ts'

type IllRecord = z.infer<typeof illRecord>

/** What is known of a title that another library owns. */
export interface IllFacts {
  readonly record_id: string
  readonly title: string
  readonly author: string | null
  readonly material: string
}

export function illRecordOf({ record_id, title, author, material }: IllFacts): IllRecord {
  return { recordId: record_id, mediumType: material, title, ...(author ? { author } : {}) }
}

/** Of those titles the ones that another library owns. */
export async function illRecords(ctx: Context, titles: readonly TitleId[]): Promise<Map<TitleId, IllRecord>> {
  if (titles.length === 0) return new Map()
  const rows = await ctx.db.all<IllFacts & { id: TitleId }>(sql`
    select t.id, coalesce(l.record_id, t.record_id) as record_id, t.title, t.author, t.material
    from interlibrary l join title t on t.id = l.title_id where l.title_id = any(${titles}::uuid[])`)
  return new Map(rows.map((row) => [row.id, illRecordOf(row)]))
}

const ILL_RESULT = ['OK', 'PATRON_NOT_FOUND', 'RECORD_NOT_FOUND', 'MATERIAL_NOT_RESERVABLE', 'SENDING_FAILURE'] as const
/** As the national number is written; it is not looked up here. */
const RECORD_ID = /^[\w.:-]{1,64}$/
const day = z.iso.date()

export const illOperations: readonly Operation[] = [
  operation({
    id: 'illRequestItemV1',
    method: 'POST',
    path: '/external/{agencyid}/ill/requestitem/v1',
    says: 'Asks the library to get something from another. It is put among the reservations and on the staff’s list; the staff order it, so nothing is sent from here and sending cannot fail.',
    needs: 'server',
    body: z
      .object({
        patronId: z.int().optional(),
        recordId: z.string().max(64).optional(),
        pickupBranch: z.string().max(64).nullish(),
        expiryDate: day.nullish(),
        ilBibliographicRecord: illRecord.partial().nullish(),
      })
      .meta({ id: 'IllRequestV1' }),
    answer: z.object({ result: z.enum(ILL_RESULT) }).meta({ id: 'IllResponseV1' }),
    async handle(call, { body }) {
      const { ctx } = call
      const patron = body.patronId === undefined ? undefined : await patronNumbered(ctx, String(body.patronId))
      if (!patron) return said({ result: 'PATRON_NOT_FOUND' })
      const record = body.ilBibliographicRecord
      const recordId = body.recordId ?? record?.recordId ?? ''
      if (!RECORD_ID.test(recordId)) return said({ result: 'RECORD_NOT_FOUND' })
      const branch = body.pickupBranch ? (await placeNamed(call, body.pickupBranch))?.id : undefined
      const asked = await askElsewhere(ctx, {
        patron,
        wanted: {
          // Staff look the number up where it comes from.
          title: record?.title ?? recordId,
          author: record?.author,
          material: record?.mediumType,
          recordId,
        },
        ...(branch ? { pickupBranch: branch } : {}),
        ...(body.expiryDate ? { interestUntil: Temporal.PlainDate.from(body.expiryDate) } : {}),
      })
      return said({ result: asked.ok ? 'OK' : resultOf(asked.refusal) })
    },
  }),
]

function resultOf({ kind }: AskRefusal): (typeof ILL_RESULT)[number] {
  if (kind === 'unknown-patron') return 'PATRON_NOT_FOUND'
  // To ask again for what is asked for is no fault.
  return kind === 'already-reserved' ? 'OK' : 'MATERIAL_NOT_RESERVABLE'
}
