import { sql, transact } from '#db'
import { claimStanding, takeBack } from '#fees'
import type { Context } from '#vault'
import { claimOf, lockCase, openCases } from './queries.ts'
import { isWithMunicipality } from './rules.ts'
import type { CaseState, CollectionCaseRow } from './tables.ts'

/**
 * Looks at every open case, each night and before any file: what was paid here before it was sent is closed; what was
 * reduced here after it was sent, because the item came back, is withdrawn, and the next file recalls it. What is then
 * left is owed to the library again. Answers how many changed.
 */
export async function reviewCases(ctx: Context): Promise<number> {
  let changed = 0
  for (const each of await openCases(ctx)) {
    if (await transact(ctx, (ctx) => reviewCase(ctx, each))) changed++
  }
  return changed
}

async function reviewCase(ctx: Context, seen: CollectionCaseRow): Promise<boolean> {
  const standing = await claimStanding(ctx, claimOf(seen))
  const known = await lockCase(ctx, seen.id)
  if (!known || known.settled_at !== null || known.state === 'withdrawn') return false
  const left = standing?.left_ore ?? 0
  if (isWithMunicipality(known.state)) {
    if (left >= known.amount_ore - known.paid_ore - known.written_down_ore) return false
    await withdraw(ctx, known, 'reduced')
    return true
  }
  if (left > 0) return false
  await closeCase(ctx, known.id, 'withdrawn', 'settled-here')
  return true
}

/**
 * Takes a case back, whose claim and row are locked: what the municipality has it must be told of, in the next file, and
 * only then is the case over.
 */
export async function withdraw(ctx: Context, known: CollectionCaseRow, reason: 'reduced' | 'by-staff'): Promise<void> {
  if (!isWithMunicipality(known.state)) return closeCase(ctx, known.id, 'withdrawn', 'not-sent')
  await takeBack(ctx, claimOf(known))
  await ctx.db.run(sql`
    update collection_case set state = 'withdrawn', reason = ${reason}, changed_at = ${ctx.clock.now()}
    where id = ${known.id}`)
}

export async function closeCase(ctx: Context, id: string, state: CaseState, reason: string | null): Promise<void> {
  const now = ctx.clock.now()
  await ctx.db.run(sql`
    update collection_case set state = ${state}, reason = ${reason}, changed_at = ${now}, settled_at = ${now}
    where id = ${id}`)
}

/** Staff take a case back, or send a rejected one again. Answers whether it could be. */
export function changeCase(ctx: Context, id: string, wish: 'withdraw' | 'again'): Promise<boolean> {
  return transact(ctx, async (ctx) => {
    const [seen] = (await openCases(ctx)).filter((each) => each.id === id)
    if (!seen) return false
    await claimStanding(ctx, claimOf(seen))
    const known = await lockCase(ctx, id)
    if (!known || known.settled_at !== null || known.state === 'withdrawn') return false
    if (wish === 'withdraw') {
      await withdraw(ctx, known, 'by-staff')
      return true
    }
    if (known.state !== 'rejected') return false
    await ctx.db.run(sql`
      update collection_case set state = 'prepared', sent_at = null, changed_at = ${ctx.clock.now()} where id = ${id}`)
    return true
  })
}
