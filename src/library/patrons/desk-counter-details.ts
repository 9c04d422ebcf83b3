import type { FastifyReply } from 'fastify'
import { listBranches } from '#agencies'
import { ageOn, type BranchId, dayOf, type Language, type Text2 } from '#core'
import type { Context } from '#vault'
import { dateText, definitionList, html, type SafeHtml } from '#web'
import { maskedCpr, readCpr } from './cpr.ts'
import { patronButton } from './desk-counter-parts.ts'
import { texts } from './desk-counter-texts.ts'
import type { DeskNeeds, PatronRequest } from './desk-frame.ts'
import { texts as rightsTexts } from './desk-texts.ts'
import { inactivityOf } from './inactive.ts'
import type { PatronRow } from './tables.ts'

/** Who the patron is and how they are reached. The CPR number stands whole only when it has just been asked for. */
export async function detailsPart(
  request: PatronRequest,
  reply: FastifyReply,
  needs: DeskNeeds,
  patron: PatronRow,
  revealed: string | undefined,
): Promise<SafeHtml> {
  return definitionList(await details(needs, request, reply, needs.site.context(request), patron, revealed))
}

async function details(
  needs: DeskNeeds,
  request: PatronRequest,
  reply: FastifyReply,
  ctx: Context,
  patron: PatronRow,
  revealed: string | undefined,
): Promise<{ term: string; value: SafeHtml | string }[]> {
  const { language } = request
  const entry = (term: Text2, value: SafeHtml | string | null | undefined) => ({
    term: term[language],
    value: value || texts.none[language],
  })
  const age = patron.birth_on
    ? `${texts.years(ageOn(patron.birth_on, dayOf(ctx.clock.now())))[language]} (${dateText(patron.birth_on, language)})`
    : '–'
  const address = [patron.address, [patron.postcode, patron.city].filter(Boolean).join(' ')].filter(Boolean).join(', ')
  const isPerson = patron.kind === 'person'
  return [
    entry(rightsTexts.number, patron.number),
    ...(isPerson ? [entry(texts.age, age), entry(texts.group, texts.groups[patron.patron_group][language])] : []),
    ...(isPerson
      ? []
      : [entry(texts.kind, texts.kinds[patron.kind][language]), entry(texts.contactName, patron.contact_name)]),
    entry(texts.address, patron.protected ? texts.hiddenAddress[language] : address),
    entry(texts.phone, patron.phone),
    entry(texts.email, patron.email),
    entry(texts.language, texts.languages[patron.language][language]),
    entry(texts.homeBranch, await branchName(ctx, patron.home_branch_id)),
    ...(isPerson
      ? [
          entry(texts.cpr, await cprCell(request, reply, ctx, patron, revealed)),
          entry(texts.register, texts.registers[patron.register][language]),
          entry(texts.photoId, photoIdText(patron, language)),
        ]
      : []),
    entry(texts.pin, (await needs.hasPin(ctx, patron.id)) ? texts.pinSet[language] : texts.pinNot[language]),
    entry(texts.ends, await endsText(needs, ctx, patron, language)),
  ]
}

async function endsText(needs: DeskNeeds, ctx: Context, patron: PatronRow, language: Language): Promise<string> {
  const inactivity = await inactivityOf(ctx, needs.register, patron.id)
  if (!inactivity || inactivity.kind === 'never') return texts.endsNever[language]
  const day = dateText(inactivity.on, language)
  if (inactivity.kind === 'kept') {
    const because = inactivity.because.map((each) => each.because[language]).join('; ')
    return `${texts.kept(day)[language]} ${because}.`
  }
  return (inactivity.warned_at ? texts.endsWarned(day) : texts.endsOn(day))[language]
}

async function cprCell(
  request: PatronRequest,
  reply: FastifyReply,
  ctx: Context,
  patron: PatronRow,
  revealed: string | undefined,
): Promise<SafeHtml | string> {
  const { language } = request
  const digits = revealed ?? (await openCpr(ctx, patron))
  if (digits === undefined) return texts.noCpr[language]
  const replacement = readCpr(digits)?.replacement ? ` (${texts.replacementCpr[language]})` : ''
  if (revealed !== undefined) return html`<code>${digits.slice(0, 6)}-${digits.slice(6)}</code>${replacement}`
  return html`${maskedCpr(digits)}${replacement} ${patronButton(request, reply, '/reveal-cpr', texts.showCpr)}`
}

export async function openCpr(ctx: Context, patron: PatronRow): Promise<string | undefined> {
  return patron.cpr_sealed ? ctx.vault.open(patron.id, 'patron.cpr_sealed', patron.cpr_sealed) : undefined
}

async function branchName(ctx: Context, branch: BranchId): Promise<string> {
  return (await listBranches(ctx)).find(({ id }) => id === branch)?.name ?? ''
}

function photoIdText(patron: PatronRow, language: Language): string {
  if (!patron.photo_id_at) return texts.photoIdNot[language]
  return texts.photoIdSeen(dateText(dayOf(patron.photo_id_at), language))[language]
}
