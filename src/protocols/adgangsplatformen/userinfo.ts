import { createHmac } from 'node:crypto'
import { readPatron } from '#patrons'
import type { AdgangsplatformenDeps } from './deps.ts'
import { type Attributes, cprDigits, isReplacement, tell } from './rules.ts'
import type { Bearer } from './tokens.ts'

/**
 * What the client of a token is told of the person behind it: nothing of anybody for a library's own token.
 * Undefined when the patron is no longer there.
 */
export async function attributesOf(deps: AdgangsplatformenDeps, bearer: Bearer): Promise<Attributes | undefined> {
  if (bearer.kind === 'anonymous') return {}
  const { agency, means, client } = bearer
  if (bearer.kind === 'person') {
    const { cpr } = bearer.person
    const uniqueId = uniqueIdOf(deps.uniqueIdKey, 'cpr', cpr)
    return tell({ agency, means, uniqueId, cpr, number: undefined, municipality: undefined }, client.attributes)
  }
  const known = await patronFacts(deps, agency, bearer.patronId)
  return known && tell({ ...known, agency, means }, client.attributes)
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
