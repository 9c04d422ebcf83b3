import { addItem, ELSEWHERE, MATERIAL_CODES, putTitles } from '#catalogue'
import {
  assert,
  type BranchId,
  isId,
  type PatronId,
  type ReservationId,
  type Result,
  refuse,
  type TitleId,
} from '#core'
import { sql, transact } from '#db'
import { holdsCpr } from '#patrons'
import type { Context } from '#vault'
import { placeReservation } from './place.ts'
import type { ReservationRefusal } from './rules.ts'

/*
 * Interlibrary loans: what the library does not have is fetched from another for one patron. The wish is a reservation
 * like any other, on a title of its own with one item on order; so its limits, its end, the pickup shelf, the messages
 * and the loan are those of everything else. What is added is what the library does about it: ask another library, take
 * the item in, send it home.
 */

/** What is wanted, as the patron knows it. */
export interface Elsewhere {
  readonly title: string
  readonly author?: string | undefined
  readonly year?: number | undefined
  /** One of the catalogue's codes; a book unless said. */
  readonly material?: string | undefined
  /** The national number, where it is known. */
  readonly recordId?: string | undefined
}

export interface InterlibraryWish {
  readonly patron: PatronId
  readonly wanted: Elsewhere
  /** The patron's own branch unless named. */
  readonly pickupBranch?: BranchId | undefined
  readonly interestUntil?: Temporal.PlainDate | undefined
}

export type AskRefusal =
  | ReservationRefusal
  | { readonly kind: 'no-title' }
  /** A CPR number stands in what was typed. */
  | { readonly kind: 'cpr' }
  /** The library has it itself: it is reserved here. */
  | { readonly kind: 'owned'; readonly title: TitleId }

const LONGEST = 200

/** Puts a wish for another library's material in the patron's reservations, and on the staff's list. */
export async function askElsewhere(
  ctx: Context,
  { patron, wanted, pickupBranch, interestUntil }: InterlibraryWish,
): Promise<Result<ReservationId, AskRefusal>> {
  const title = wanted.title.trim().slice(0, LONGEST)
  if (title === '') return refuse({ kind: 'no-title' })
  if (holdsCpr(`${title} ${wanted.author ?? ''}`)) return refuse({ kind: 'cpr' })
  const owned = wanted.recordId === undefined ? undefined : await ownTitle(ctx, wanted.recordId)
  if (owned) return refuse({ kind: 'owned', title: owned })
  try {
    return await transact(ctx, async (ctx): Promise<Result<ReservationId, AskRefusal>> => {
      const known = await ctx.db.maybe<{ home_branch_id: BranchId }>(
        sql`select home_branch_id from patron where id = ${patron} for update`,
      )
      if (!known) return refuse({ kind: 'unknown-patron' })
      const branch = pickupBranch ?? known.home_branch_id
      const isBranch = isId(branch) && (await ctx.db.maybe(sql`select 1 from branch where id = ${branch}`))
      if (!isBranch) return refuse({ kind: 'unknown-branch' })
      if (await asksAlready(ctx, patron, title, wanted)) return refuse({ kind: 'already-reserved' })
      const id = await addWanted(ctx, { ...wanted, title }, branch)
      const placed = await placeReservation(ctx, { patron, title: id, pickupBranch: branch, interestUntil })
      if (!placed.ok) throw new Refused(placed.refusal)
      await ctx.db.run(sql`update reservation set kind = 'interlibrary' where id = ${placed.value}`)
      return placed
    })
  } catch (fault) {
    if (fault instanceof Refused) return refuse(fault.refusal)
    throw fault
  }
}

/** Ends the transaction, so that no title is left of a wish that was refused. */
class Refused extends Error {
  readonly refusal: ReservationRefusal

  constructor(refusal: ReservationRefusal) {
    super(`refused: ${refusal.kind}`)
    this.refusal = refusal
  }
}

async function ownTitle(ctx: Context, recordId: string): Promise<TitleId | undefined> {
  const row = await ctx.db.maybe<{ id: TitleId }>(sql`
    select t.id from title t where t.record_id = ${recordId} and t.withdrawn_at is null
      and exists (select from item i where i.title_id = t.id and i.state not in ('withdrawn', 'lost')) limit 1`)
  return row?.id
}

/** The same form sent twice is one wish. */
async function asksAlready(ctx: Context, patron: PatronId, title: string, { author, recordId }: Elsewhere) {
  return ctx.db.maybe(sql`
    select 1 from reservation r join title t on t.id = r.title_id join interlibrary i on i.title_id = t.id
    where r.patron_id = ${patron} and (i.record_id = ${recordId ?? null}
      or (lower(t.title) = lower(${title}) and lower(coalesce(t.author, '')) = lower(${(author ?? '').trim()})))`)
}

async function addWanted(ctx: Context, wanted: Elsewhere, branch: BranchId): Promise<TitleId> {
  const now = ctx.clock.now()
  const [added] = await putTitles(ctx, [
    {
      source: ELSEWHERE,
      record_id: ctx.random.uuid(now),
      title: wanted.title,
      author: wanted.author?.trim().slice(0, LONGEST) || null,
      year: wanted.year ?? null,
      material: MATERIAL_CODES.includes(wanted.material ?? '') ? (wanted.material ?? 'book') : 'book',
      audience: 'adult',
      subtitle: null,
      contributors: [],
      edition: null,
      publisher: null,
      language: null,
      isbn: [],
      dk5: null,
      subjects: [],
      series: null,
      volume: null,
      pages: null,
    },
  ])
  assert(added, 'a title that is wanted elsewhere was not written')
  const item = {
    // Until it is here and has the number that the lender gave it. In no form that a CPR number has.
    barcode: `FL-${ctx.random.digits(5)}-${ctx.random.digits(4)}`,
    branch_id: branch,
    shelf: null,
    material_group: 'standard',
    price_ore: null,
    issue: '',
    volume_year: null,
    float_group: null,
    note: '',
  }
  assert((await addItem(ctx, added.id, item, { onOrder: true })).ok, 'no item was put on order')
  await ctx.db.run(sql`
    insert into interlibrary (title_id, record_id, asked_at) values (${added.id}, ${wanted.recordId ?? null}, ${now})`)
  return added.id
}
