import { ok, type PatronId, type Result, refuse } from '#core'
import { decideDisclosure, type FeatureOff, type Policy, type Recipient, requireFeature } from '#privacy'
import { readSetting } from '#settings'
import type { Context } from '#vault'
import { type CollectionRules, collectionSetting } from './rules.ts'
import type { CollectionCaseRow } from './tables.ts'

export const PURPOSE = 'collection'

export type CollectionOff = FeatureOff | { readonly kind: 'turned-off' | 'no-recipient' }

export interface CollectionGate {
  readonly rules: CollectionRules
  readonly policy: Policy
  /** Who gets the claims, as the policy has it. The first of several: the municipality passes them on itself. */
  readonly recipient: Recipient
}

/** Whether this library hands claims over at all: its policy must speak of it and name to whom, and it must want to. */
export async function collectionGate(ctx: Context): Promise<Result<CollectionGate, CollectionOff>> {
  const feature = await requireFeature(ctx, 'collection-case')
  if (!feature.ok) return feature
  const recipient = feature.value.recipients.find(({ active, purpose }) => active && purpose === PURPOSE)
  if (!recipient) return refuse({ kind: 'no-recipient' })
  const rules = await readSetting(ctx, collectionSetting)
  if (!rules.on) return refuse({ kind: 'turned-off' })
  return ok({ rules, policy: feature.value, recipient })
}

type Kind = CollectionCaseRow['claim_kind']

/** Without these nobody can collect. */
function needed(kind: Kind): string[] {
  return ['patron.cpr', `${kind}.amount_ore`, 'collection-case.reference']
}

/** These make it easier, and go along where the policy names them. */
function useful(kind: Kind): string[] {
  return ['patron.name', `${kind}.number`, `${kind}.charged_at`, `${kind}.pay_by_on`]
}

/**
 * What a line of the file says of somebody, as policies name it: what is needed, and of the rest what the policy lets this
 * recipient have. Titles and addresses are not in it whatever the policy allows.
 */
export function fieldsOf({ recipient }: Pick<CollectionGate, 'recipient'>, kind: Kind): string[] {
  return [...needed(kind), ...useful(kind).filter((field) => recipient.fields.includes(field))]
}

/** Judged before anybody is told that the claim will be handed over; judged and noted again when it is. */
export function mayBeHandedOver(gate: CollectionGate, patron: PatronId, kind: Kind): boolean {
  const asked = { recipient: gate.recipient.id, patron, fields: fieldsOf(gate, kind), purpose: PURPOSE }
  // A restriction does not stop a claim, where the purpose rests on the act on debt collection (Art. 18(2)).
  return decideDisclosure(gate.policy, asked, false).ok
}
