import { assert, oreOf } from '#core'
import { sql, transact } from '#db'
import { type Claim, claimStanding, credit, pay, takeBack } from '#fees'
import type { Context } from '#vault'
import { readAnswer } from './file.ts'
import { casesNamed, claimOf, lockCase } from './queries.ts'
import { decideLine, isWithMunicipality, type LineFault, type Step, type Told } from './rules.ts'
import type { CollectionCaseRow } from './tables.ts'

export interface ReconciliationReport {
  /** Whether what the file says now stands: all of it, or nothing. */
  readonly applied: boolean
  /** Lines that changed something, or would have. */
  readonly lines: number
  readonly faults: readonly { readonly line: number; readonly fault: LineFault }[]
}

/**
 * Reads what the municipality answers and books it, wholly or not at all. A line that says what is known already is
 * reported and passed over, so that the same file can be read twice; every other fault stops the file.
 */
export function reconcile(ctx: Context, text: string): Promise<ReconciliationReport> {
  const read = readAnswer(text)
  return transact(ctx, async (ctx) => {
    const faults: { line: number; fault: LineFault }[] = []
    const told = new Map<string, { line: number; told: Told }>()
    for (const { line, told: one } of read) {
      if (one.ok) told.set(one.value.reference, { line, told: one.value })
      else faults.push({ line, fault: one.refusal })
    }
    const steps: PlannedStep[] = []
    // In the order patrons are locked in, not the file's.
    for (const seen of await casesNamed(ctx, [...told.keys()])) {
      const said = told.get(seen.reference)
      told.delete(seen.reference)
      if (!said) continue
      const decided = await decide(ctx, seen, said.told)
      if ('fault' in decided) faults.push({ line: said.line, fault: decided.fault })
      else steps.push(decided)
    }
    for (const { line } of told.values()) faults.push({ line, fault: { kind: 'unknown-reference' } })
    faults.sort((a, b) => a.line - b.line)
    const applied = read.length > 0 && faults.every(({ fault }) => fault.kind === 'repeat')
    if (applied) for (const step of steps) await apply(ctx, step)
    return { applied, lines: steps.length, faults }
  })
}

interface PlannedStep {
  readonly known: CollectionCaseRow
  readonly told: Told
  readonly step: Step
}

async function decide(ctx: Context, seen: CollectionCaseRow, told: Told): Promise<PlannedStep | { fault: LineFault }> {
  const standing = await claimStanding(ctx, claimOf(seen))
  const known = await lockCase(ctx, seen.id)
  if (!known) return { fault: { kind: 'unknown-reference' } }
  const decision = decideLine({ ...known, left_ore: standing?.left_ore ?? 0 }, told)
  return decision.ok ? { known, told, step: decision.value } : { fault: decision.refusal }
}

async function apply(ctx: Context, { known, told, step }: PlannedStep): Promise<void> {
  const claim = claimOf(known)
  await book(ctx, claim, step)
  if (!isWithMunicipality(step.to)) await takeBack(ctx, claim)
  const now = ctx.clock.now()
  // What was rejected waits for somebody to put it right or to give it up.
  const settled_at = isWithMunicipality(step.to) || step.to === 'rejected' ? null : now
  // Told apart from our own words for why.
  const reason = told.reason === null ? null : `kommune-${told.reason}`
  await ctx.db.run(sql`
    update collection_case set state = ${step.to}, reason = ${reason}, paid_ore = ${told.paid_ore},
      written_down_ore = ${told.written_down_ore}, changed_at = ${now}, settled_at = ${settled_at}
    where id = ${known.id}`)
}

async function book(ctx: Context, claim: Claim, { pay_ore, write_off_ore }: Step): Promise<void> {
  if (pay_ore > 0) {
    const paid = await pay(ctx, claim, oreOf(pay_ore), 'municipality')
    assert(paid.ok, 'what was decided under the claim’s lock can be booked')
  }
  if (write_off_ore > 0) {
    const given = await credit(ctx, claim, oreOf(write_off_ore), 'write-off')
    assert(given.ok, 'what was decided under the claim’s lock can be booked')
  }
}
