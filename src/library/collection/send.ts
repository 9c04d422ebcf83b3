import { dayOf, type Language, ok, type PatronId, type Result } from '#core'
import { sql, transact } from '#db'
import { claimStanding, claimText, handOver } from '#fees'
import { postRecipient } from '#patrons'
import { disclose, logAccess } from '#privacy'
import type { Context } from '#vault'
import { type AboutClaim, claimLine, type FileLine, fileText, recallLine } from './file.ts'
import { casesOfBatch, claimOf, lockCase, openCases } from './queries.ts'
import {
  type CollectionGate,
  type CollectionOff,
  collectionGate,
  fieldsOf,
  mayBeHandedOver,
  PURPOSE,
} from './recipient.ts'
import { closeCase, reviewCases } from './review.ts'
import type { CollectionRules } from './rules.ts'
import type { CollectionCaseRow } from './tables.ts'
import { seen } from './texts.ts'

export interface Sent {
  /** Names the file; undefined when there is nothing to send. */
  readonly at: Temporal.Instant | undefined
  readonly lines: number
}

/**
 * Hands over what was announced long enough ago and is still unpaid, and recalls what has been withdrawn. From then on
 * the claims are paid to the municipality. The file itself is made when it is fetched, as often as it takes.
 */
export async function sendCases(ctx: Context): Promise<Result<Sent, CollectionOff>> {
  const gate = await collectionGate(ctx)
  if (!gate.ok) return gate
  await reviewCases(ctx)
  const at = ctx.clock.now()
  let lines = 0
  for (const each of await openCases(ctx)) {
    if (each.state === 'withdrawn') {
      lines += await recall(ctx, each, at)
    } else if (isRipe(each, gate.value.rules, at) && (await canBeCollected(ctx, gate.value, each))) {
      lines += await transact(ctx, (ctx) => handCaseOver(ctx, each, gate.value.rules, at))
    }
  }
  return ok({ at: lines > 0 ? at : undefined, lines })
}

function isRipe(
  { state, prepared_at }: CollectionCaseRow,
  { noticeDays }: CollectionRules,
  now: Temporal.Instant,
): boolean {
  // The last day to pay is the debtor's.
  const from = dayOf(prepared_at).add({ days: noticeDays + 1 })
  return state === 'prepared' && Temporal.PlainDate.compare(from, dayOf(now)) <= 0
}

async function canBeCollected(ctx: Context, gate: CollectionGate, each: CollectionCaseRow): Promise<boolean> {
  return (
    mayBeHandedOver(gate, each.patron_id, each.claim_kind) &&
    (await postRecipient(ctx, each.patron_id, true)) !== undefined
  )
}

async function handCaseOver(
  ctx: Context,
  each: CollectionCaseRow,
  { leastOre }: CollectionRules,
  at: Temporal.Instant,
): Promise<number> {
  const claim = claimOf(each)
  const now = await claimStanding(ctx, claim)
  const known = await lockCase(ctx, each.id)
  if (known?.state !== 'prepared' || !now || now.being_paid) return 0
  if (now.left_ore < leastOre) {
    // Paid in part meanwhile: too little is left for anyone to collect.
    await closeCase(ctx, each.id, 'withdrawn', 'too-small')
    return 0
  }
  await handOver(ctx, claim)
  await ctx.db.run(sql`
    update collection_case set state = 'sent', amount_ore = ${now.left_ore}, sent_at = ${at}, changed_at = ${at},
      reason = null, paid_ore = 0, written_down_ore = 0
    where id = ${each.id}`)
  return 1
}

function recall(ctx: Context, { id }: CollectionCaseRow, at: Temporal.Instant): Promise<number> {
  return ctx.db.run(sql`
    update collection_case set settled_at = ${at}, changed_at = ${at}
    where id = ${id} and state = 'withdrawn' and settled_at is null`)
}

export interface CollectionFile {
  readonly text: string
  readonly lines: number
  /** Cases the policy, or a missing CPR number, keeps out of the file. */
  readonly left_out: number
}

/**
 * Makes the file of one hand-over: the least that lets a claim be collected, each line noted as a disclosure before it is
 * written and in the patron's access log. Nothing of it is kept. It names claims, never titles, and has no addresses.
 */
export async function collectionFile(
  ctx: Context,
  sentAt: Temporal.Instant,
): Promise<Result<CollectionFile, CollectionOff>> {
  const gate = await collectionGate(ctx)
  if (!gate.ok) return gate
  const lines: FileLine[] = []
  let left_out = 0
  for (const each of await casesOfBatch(ctx, sentAt)) {
    const line = each.state === 'sent' ? await lineOf(ctx, gate.value, each) : recallLine(each)
    if (line) lines.push(line)
    else left_out++
  }
  return ok({ text: fileText(lines), lines: lines.length, left_out })
}

async function lineOf(ctx: Context, gate: CollectionGate, each: CollectionCaseRow): Promise<FileLine | undefined> {
  const debtor = await postRecipient(ctx, each.patron_id, true)
  if (!debtor) return undefined
  const fields = fieldsOf(gate, each.claim_kind)
  const about = await aboutClaim(ctx, each, fields)
  let line: FileLine | undefined
  const asked = {
    recipient: gate.recipient.id,
    patron: each.patron_id,
    fields,
    purpose: PURPOSE,
  }
  await noteLook(ctx, each.patron_id)
  await disclose(ctx, asked, async () => {
    line = claimLine(each, fields.includes('patron.name') ? debtor : { cpr: debtor.cpr }, about)
  })
  return line
}

async function noteLook(ctx: Context, patron: PatronId): Promise<void> {
  await logAccess(ctx, patron, seen.file.da, seen.why.da)
}

/** The file is the municipality's, which reads Danish. */
const FILE_LANGUAGE: Language = 'da'

async function aboutClaim(ctx: Context, each: CollectionCaseRow, fields: readonly string[]): Promise<AboutClaim> {
  const { number, charged_at, pay_by_on } = await ctx.db.one<{
    number: string | null
    charged_at: Temporal.Instant
    pay_by_on: Temporal.PlainDate | null
  }>(sql`select number, charged_at, pay_by_on from ${sql.id(each.claim_kind)} where id = ${each.claim_id}`)
  const may = (column: string) => fields.includes(`${each.claim_kind}.${column}`)
  return {
    text: claimText(each.claim_kind, may('number') ? number : null)[FILE_LANGUAGE],
    charged_on: may('charged_at') ? dayOf(charged_at) : null,
    pay_by_on: may('pay_by_on') ? pay_by_on : null,
  }
}
