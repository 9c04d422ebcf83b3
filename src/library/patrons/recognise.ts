import type { PatronId } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import type { PatronRecord, RowFault } from './import-row.ts'

/** Whether the library has met a person of a file before. */
export type Acquaintance =
  | { readonly kind: 'stranger' }
  | { readonly kind: 'known' }
  /** A number of theirs belongs to somebody else. */
  | Extract<RowFault, { kind: 'of-another' }>

interface Holder {
  readonly value: string
  readonly patron_id: PatronId
  readonly name: string
  readonly birth_on: Temporal.PlainDate | null
}

/** Looks for the persons of some rows among the patrons: by CPR number, else by a number that goes with the same name. */
export async function acquaintances(ctx: Context, records: readonly PatronRecord[]): Promise<Acquaintance[]> {
  const hashes = await Promise.all(
    records.map(({ enrolment }) => (enrolment.cpr ? ctx.vault.lookupHash('cpr', enrolment.cpr) : null)),
  )
  const numbers = records.flatMap(({ enrolment, migrated }) => [enrolment.card, migrated.number].filter(Boolean))
  const byCpr = await ctx.db.all<{ id: PatronId; cpr_hash: Buffer }>(sql`
    select id, cpr_hash from patron where cpr_hash = any(${hashes.filter((hash) => hash !== null)}::bytea[])`)
  const byNumber = await ctx.db.all<Holder>(sql`
    select i.value, i.patron_id, p.name, p.birth_on from identifier i join patron p on p.id = i.patron_id
    where i.value = any(${numbers}::text[])`)
  const patronOf = new Map(byCpr.map(({ id, cpr_hash }) => [cpr_hash.toString('hex'), id]))
  const holderOf = new Map(byNumber.map((holder) => [holder.value, holder]))
  return records.map((record, index) => {
    const hash = hashes[index]
    const patron = hash ? patronOf.get(Buffer.from(hash).toString('hex')) : undefined
    return acquaintance(record, patron, holderOf)
  })
}

function acquaintance(
  { enrolment, migrated }: PatronRecord,
  patron: PatronId | undefined,
  holderOf: ReadonlyMap<string, Holder>,
): Acquaintance {
  const found = [
    ['number', migrated.number],
    ['card', enrolment.card],
  ] as const
  let isKnown = patron !== undefined
  for (const [field, value] of found) {
    const holder = value === undefined ? undefined : holderOf.get(value)
    if (!holder) continue
    const isSame = patron
      ? holder.patron_id === patron
      : !enrolment.cpr && holder.name === enrolment.name && sameDay(holder.birth_on, enrolment.birthOn)
    if (!isSame) return { kind: 'of-another', field }
    isKnown = true
  }
  return { kind: isKnown ? 'known' : 'stranger' }
}

function sameDay(a: Temporal.PlainDate | null, b: Temporal.PlainDate | undefined): boolean {
  return (a?.toString() ?? '') === (b?.toString() ?? '')
}
