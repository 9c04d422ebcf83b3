import { z } from 'zod'
import type { BranchId } from '#core'
import type { Named } from '#db'
import { decideLending, type LendingRules, lendingRules } from '#lending-rules'
import { settingAt, settingVersion } from '#settings'
import { type Call, placesOf, type Query, said } from './call.ts'
import { type Operation, operation, type QueryParameter } from './operation.ts'
import { type Availability, availability, type Holding, type Holdings, holdings, type Periodical } from './schema.ts'

const RECORDS: readonly QueryParameter[] = [
  { name: 'recordid', type: 'string', list: true, required: true },
  { name: 'exclude', type: 'string', list: true },
]

/** One row for each kind of item a record has at a branch; a record without items has one row all the same. */
export const AVAILABILITY: Named = {
  name: 'fbs-availability',
  text: `
    select t.record_id, i.branch_id, i.material_group, i.available, i.alive,
      r.reservations, ${settingVersion(lendingRules)} as rules_version
    from title t
      cross join lateral (select count(*)::int as reservations from reservation where title_id = t.id) r
      left join lateral (
      select branch_id, material_group, bool_or(state = 'available') as available,
        bool_or(state not in ('withdrawn', 'lost')) as alive
      from item where title_id = t.id and branch_id <> all($2::uuid[])
      group by branch_id, material_group) i on true
    where t.record_id = any($1)`,
}

interface AvailabilityRow {
  readonly record_id: string
  readonly branch_id: BranchId | null
  readonly material_group: string | null
  readonly available: boolean | null
  readonly alive: boolean | null
  readonly reservations: number
  readonly rules_version: number
}

/**
 * The items of records that could one day be lent, in the order of branches, shelves and numbers. They are looked up
 * title by title (`offset 0` keeps them so): a plan for any number of records would read all items.
 */
export const HOLDINGS: Named = {
  name: 'fbs-holdings',
  text: `
    select t.record_id, t.id as title_id, i.branch_id, i.material_group, i.barcode, i.shelf, i.issue, i.volume_year,
      i.state = 'available' as available, r.reservations, ${settingVersion(lendingRules)} as rules_version
    from title t
      cross join lateral (select count(*)::int as reservations from reservation where title_id = t.id) r
      left join lateral (
        select * from item where title_id = t.id and state not in ('withdrawn', 'lost') and branch_id <> all($2::uuid[])
        offset 0) i on true
    where t.record_id = any($1)
    order by t.record_id, i.branch_id, i.shelf, i.volume_year desc, i.issue, i.barcode`,
}

interface HoldingRow {
  readonly record_id: string
  readonly title_id: string
  readonly branch_id: BranchId | null
  readonly material_group: string
  readonly barcode: string
  readonly shelf: string | null
  readonly issue: string
  readonly volume_year: string | null
  readonly available: boolean
  readonly reservations: number
  readonly rules_version: number
}

export const catalogueOperations: readonly Operation[] = [
  operation({
    id: 'getAvailabilityV3',
    method: 'GET',
    path: '/external/{agencyid}/catalog/availability/v3',
    says: 'Whether records can be borrowed now or reserved; one entry for each, in the order asked.',
    query: RECORDS,
    answer: z.array(availability),
    async handle(call, { query }) {
      const records = query.list('recordid')
      const rows = await call.ctx.db.named<AvailabilityRow>(AVAILABILITY, [records, await excluded(call, query)])
      const rules = await rulesOf(call, rows)
      const byRecord = Map.groupBy(rows, ({ record_id }) => record_id)
      return said(records.map((record) => availabilityOf(record, byRecord.get(record) ?? [], rules)))
    },
  }),
  operation({
    id: 'getHoldingsLogisticsV1',
    method: 'GET',
    path: '/external/{agencyid}/catalog/holdingsLogistics/v1',
    says: 'Where the items of records stand, and whether each is there; one entry for each, in the order asked.',
    query: RECORDS,
    answer: z.array(holdings),
    async handle(call, { query }) {
      const records = query.list('recordid')
      const [rows, places] = await Promise.all([
        call.ctx.db.named<HoldingRow>(HOLDINGS, [records, await excluded(call, query)]),
        placesOf(call),
      ])
      const rules = await rulesOf(call, rows)
      const branches = new Map(places.map(({ id, isil, name }) => [id, { branchId: isil, title: name }]))
      const byRecord = Map.groupBy(rows, ({ record_id }) => record_id)
      return said(records.map((record) => holdingsOf(record, byRecord.get(record) ?? [], branches, rules)))
    },
  }),
]

async function excluded(call: Call, query: Query): Promise<BranchId[]> {
  const without = query.list('exclude')
  if (without.length === 0) return []
  return (await placesOf(call)).filter(({ isil }) => without.includes(isil)).map(({ id }) => id)
}

async function rulesOf({ ctx }: Call, rows: readonly { readonly rules_version: number }[]): Promise<LendingRules> {
  return settingAt(ctx, lendingRules, rows[0]?.rules_version ?? 0)
}

/** Whether somebody could wait for an item of this kind, as far as the rules know without knowing who. */
function reservable(rules: LendingRules, branch: BranchId, materialGroup: string): boolean {
  const { values } = decideLending(rules, { branch, materialGroup })
  return values.loanable && values.reservable
}

function availabilityOf(recordId: string, rows: readonly AvailabilityRow[], rules: LendingRules): Availability {
  return {
    recordId,
    available: rows.some(({ available }) => available === true),
    reservable: rows.some(
      ({ alive, branch_id, material_group }) =>
        alive === true && branch_id !== null && reservable(rules, branch_id, material_group ?? ''),
    ),
    reservations: rows[0]?.reservations ?? 0,
  }
}

function holdingsOf(
  recordId: string,
  rows: readonly HoldingRow[],
  branches: ReadonlyMap<BranchId, Holding['branch']>,
  rules: LendingRules,
): Holdings {
  const found: Holding[] = []
  let reserve = false
  let last: { readonly branch: BranchId; readonly shelf: string | null; readonly holding: Holding } | undefined
  for (const row of rows) {
    const branch = row.branch_id === null ? undefined : branches.get(row.branch_id)
    if (row.branch_id === null || !branch) continue
    reserve ||= reservable(rules, row.branch_id, row.material_group)
    if (last?.branch !== row.branch_id || last.shelf !== row.shelf) {
      const { shelf } = row
      const holding: Holding = {
        branch,
        ...(shelf ? { lmsPlacement: { location: { locationId: shelf, title: shelf } } } : {}),
        materials: [],
      }
      found.push(holding)
      last = { branch: row.branch_id, shelf, holding }
    }
    last.holding.materials.push({
      itemNumber: row.barcode,
      available: row.available,
      materialGroup: { name: row.material_group },
      ...issueOf(row),
    })
  }
  return { recordId, reservable: reserve, reservations: rows[0]?.reservations ?? 0, holdings: found }
}

/** Of what comes out in issues, which one it is; nothing of everything else. */
export function issueOf(item: { readonly issue: string; readonly volume_year: string | null }): {
  periodical?: Periodical
} {
  const { issue, volume_year: year } = item
  if (issue === '') return {}
  const displayText = year ? `${year} nr. ${issue}` : `Nr. ${issue}`
  return { periodical: { displayText, ...(year ? { volumeYear: year } : {}), volumeNumber: issue } }
}
