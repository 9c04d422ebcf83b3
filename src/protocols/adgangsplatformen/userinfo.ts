import { createHmac } from 'node:crypto'
import { readPatron } from '#patrons'
import { disclose, policyOf } from '#privacy'
import type { Context } from '#vault'
import type { AdgangsplatformenDeps } from './deps.ts'
import { type Attribute, type Attributes, cprDigits, isReplacement, tell } from './rules.ts'
import type { Bearer } from './tokens.ts'

/** Under these the policy speaks of websites and apps: who they are to it, and what for. */
const RECIPIENT = 'sign-in'
const PURPOSE = 'sign-in'

/** The fields, as policies name them, that an attribute tells. */
const TELLS: Partial<Record<Attribute, string>> = {
  cpr: 'patron.cpr',
  userId: 'patron.number',
  agencies: 'patron.number',
  libraries: 'patron.number',
  municipality: 'patron.municipality',
  municipalityAgencyId: 'patron.municipality',
}

/**
 * What the client of a token is told of the person behind it: nothing of anybody for a library's own token, and of a
 * patron never more than the library's policy lets such a recipient have, whatever the client is set up to ask for.
 * Undefined when the patron is no longer there.
 */
export async function attributesOf(deps: AdgangsplatformenDeps, bearer: Bearer): Promise<Attributes | undefined> {
  if (bearer.kind === 'anonymous') return {}
  const { agency, means, client } = bearer
  const ctx = await deps.contextOf(agency)
  if (!ctx) return undefined
  const allowed = await namedByPolicy(ctx, client.attributes)
  if (bearer.kind === 'person') {
    const { cpr } = bearer.person
    const uniqueId = uniqueIdOf(deps.uniqueIdKey, 'cpr', cpr)
    return tell({ agency, means, uniqueId, cpr, number: undefined, municipality: undefined }, allowed)
  }
  const known = await patronFacts(deps, agency, bearer.patronId)
  if (!known) return undefined
  const told = tell({ ...known, agency, means }, allowed)
  const fields = [...new Set(allowed.flatMap((attribute) => (attribute in told ? (TELLS[attribute] ?? []) : [])))]
  const gate = { recipient: RECIPIENT, patron: bearer.patronId, fields, purpose: PURPOSE }
  // Who is under restriction is told of to nobody.
  return (await disclose(ctx, gate, async () => {})).ok ? told : {}
}

async function namedByPolicy(ctx: Context, attributes: readonly Attribute[]): Promise<Attribute[]> {
  const { policy } = await policyOf(ctx)
  const fields = policy.recipients.find(({ id, active }) => id === RECIPIENT && active)?.fields ?? []
  return attributes.filter((attribute) => {
    const field = TELLS[attribute]
    return field === undefined || fields.includes(field)
  })
}

/** The one name of a person that all clients share, or null where there is no person. */
export async function uniqueIdBehind(deps: AdgangsplatformenDeps, bearer: Bearer): Promise<string | null> {
  switch (bearer.kind) {
    case 'anonymous':
      return null
    case 'person':
      return uniqueIdOf(deps.uniqueIdKey, 'cpr', bearer.person.cpr)
    case 'patron':
      return (await patronFacts(deps, bearer.agency, bearer.patronId))?.uniqueId ?? null
  }
}

async function patronFacts(deps: AdgangsplatformenDeps, agency: string, id: Bearer['patronId'] & string) {
  const ctx = await deps.contextOf(agency)
  const patron = ctx && (await readPatron(ctx, id))
  if (!ctx || !patron) return undefined
  const opened = patron.cpr_sealed && (await ctx.vault.open(id, 'patron.cpr_sealed', patron.cpr_sealed))
  const digits = opened ? cprDigits(opened) : undefined
  // A replacement number never leaves the house, and another library may have given the same one to someone else.
  const cpr = digits && !isReplacement(digits) ? digits : undefined
  const { number } = patron
  const municipality = patron.municipality ?? undefined
  return { number, municipality, cpr, uniqueId: uniqueIdOf(deps.uniqueIdKey, cpr ? 'cpr' : 'patron', cpr ?? id) }
}

/** Stable across libraries and clients, and no way back to the CPR number without our key. */
export function uniqueIdOf(key: Buffer, kind: 'cpr' | 'patron', value: string): string {
  return createHmac('sha256', key).update(`${kind}\0${value}`).digest('hex')
}
