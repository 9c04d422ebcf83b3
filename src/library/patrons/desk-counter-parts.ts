import type { FastifyReply } from 'fastify'
import { dayOf, type StaffId, type Text2 } from '#core'
import { csrfField, dateText, href, html, instantText, type SafeHtml, submitButton, table, tag } from '#web'
import { actionTexts } from './desk-action-texts.ts'
import { patronAt } from './desk-counter-frame.ts'
import { texts } from './desk-counter-texts.ts'
import type { PatronRequest } from './desk-frame.ts'
import type { AccessBanRow, LoanBlockRow, NoteRow } from './desk-tables.ts'
import type { GuardianshipRow, IdentifierRow, PatronRow } from './tables.ts'
import type { OpenTask } from './tasks.ts'

/** What is about a patron besides the account itself, read once for the page that shows it. */
export interface Meanwhile {
  readonly request: PatronRequest
  readonly reply: FastifyReply
  readonly blocks: readonly (LoanBlockRow & { readonly stands: boolean })[]
  readonly bans: readonly AccessBanRow[]
  readonly notes: readonly NoteRow[]
  readonly tasks: readonly OpenTask[]
  readonly cards: readonly IdentifierRow[]
  readonly guardians: readonly GuardianshipRow[]
  readonly names: ReadonlyMap<StaffId, string>
  readonly today: Temporal.PlainDate
}

export function cardsTable(meanwhile: Meanwhile, patron: PatronRow): SafeHtml {
  const { request, cards } = meanwhile
  const { language } = request
  const rows = cards.map((card) => [
    texts.cardKinds[card.kind][language],
    card.value,
    card.blocked_at && card.blocked_because
      ? tag(
          `${texts.cardStates[card.blocked_because][language]} ${dateText(dayOf(card.blocked_at), language)}`,
          'warning',
        )
      : tag(texts.inUse[language], 'success'),
    card.kind === 'library-card' ? cardButtons(meanwhile, card) : '–',
  ])
  if (patron.cpr_hash) {
    const blocked = patron.health_card_blocked_at
    rows.push([
      texts.healthCard[language],
      '–',
      blocked
        ? tag(`${texts.blocked[language]} ${dateText(dayOf(blocked), language)}`, 'warning')
        : tag(texts.inUse[language], 'success'),
      blocked
        ? button(meanwhile, '/health-card/unblock', actionTexts.cardFound)
        : button(meanwhile, '/health-card/block', actionTexts.cardLost),
    ])
  }
  return listPart(meanwhile, texts.cards, {
    head: [texts.cardKind, texts.card, texts.state, texts.action],
    rows,
    empty: texts.none,
  })
}

function cardButtons(meanwhile: Meanwhile, card: IdentifierRow): SafeHtml {
  const { request } = meanwhile
  const path = `/cards/${card.id}`
  const replace = html`<a href="${href(request, patronAt(request, `${path}/replacement`))}">${actionTexts.replaceCard[request.language]}</a>`
  if (card.blocked_because === 'replaced') return html`–`
  const buttons = card.blocked_at
    ? button(meanwhile, `${path}/found`, actionTexts.cardFound)
    : html`${button(meanwhile, `${path}/lost`, actionTexts.cardLost)}
${button(meanwhile, `${path}/stolen`, actionTexts.cardStolen)}`
  return html`<div class="form-buttons mt-0">${buttons}</div>
${replace}`
}

export function blocksTable(meanwhile: Meanwhile): SafeHtml {
  const { request, blocks, names } = meanwhile
  const { language } = request
  return listPart(meanwhile, texts.blocks, {
    head: [texts.why, texts.from, texts.until, texts.by, texts.told, texts.action],
    rows: blocks.map((block) => [
      html`${actionTexts.blockCodes[block.code][language]}${block.reason ? html`<br>${block.reason}` : ''}${block.stands ? '' : html` (${texts.notYet[language]})`}`,
      dateText(block.since_on, language),
      endOf(block, meanwhile),
      block.automatic ? texts.automatic[language] : nameOf(names, block.placed_by, meanwhile),
      block.message ?? '–',
      liftButton(meanwhile, block),
    ]),
    empty: texts.noBlocks,
  })
}

/** An automatic block lifts itself, save that of a stolen card: only staff can know that the card is no danger now. */
function liftButton(meanwhile: Meanwhile, block: LoanBlockRow): SafeHtml | string {
  if (!block.automatic || block.code === 'card-stolen') {
    return button(meanwhile, `/blocks/${block.id}/lift`, actionTexts.liftBlock)
  }
  return '–'
}

function endOf(block: LoanBlockRow, { request: { language } }: Meanwhile): string {
  if (block.until_on) return dateText(block.until_on, language)
  return (block.automatic ? texts.untilCauseGone : texts.untilFurther)[language]
}

export function bansTable(meanwhile: Meanwhile): SafeHtml {
  const { request, bans, names } = meanwhile
  const { language } = request
  return listPart(meanwhile, texts.bans, {
    head: [texts.why, texts.from, texts.until, texts.by, texts.told, texts.action],
    rows: bans.map((ban) => [
      ban.reason,
      dateText(ban.from_on, language),
      ban.until_on ? dateText(ban.until_on, language) : texts.untilFurther[language],
      nameOf(names, ban.decided_by, meanwhile),
      ban.message ?? '–',
      button(meanwhile, `/bans/${ban.id}/lift`, actionTexts.liftBan),
    ]),
    empty: texts.noBans,
  })
}

/** Two lists that cannot be taken for one another: what the patron may be handed, and what is for staff. */
export function notesPart(meanwhile: Meanwhile): SafeHtml {
  const has = (audience: NoteRow['audience']) => meanwhile.notes.some((note) => note.audience === audience)
  return html`${has('patron') ? notesTable(meanwhile, 'patron', texts.noteToPatron, texts.noteToPatronLead) : ''}
${has('staff') ? notesTable(meanwhile, 'staff', texts.noteToStaff, texts.noteToStaffLead) : ''}`
}

function notesTable(meanwhile: Meanwhile, audience: NoteRow['audience'], heading: Text2, lead: Text2): SafeHtml {
  const { request, names } = meanwhile
  const { language } = request
  const notes = meanwhile.notes.filter((note) => note.audience === audience)
  return listPart(meanwhile, heading, {
    lead,
    head: [texts.note, texts.written, texts.by, texts.action],
    rows: notes.map((note) => [
      note.text,
      instantText(note.written_at, language),
      nameOf(names, note.written_by, meanwhile),
      button(meanwhile, `/notes/${note.id}/removal`, actionTexts.removeNote),
    ]),
  })
}

export function guardianPart(meanwhile: Meanwhile): SafeHtml {
  const { request, guardians } = meanwhile
  const { language } = request
  return listPart(meanwhile, texts.guardians, {
    head: [texts.guardianName, texts.phone, texts.email, texts.maySee, texts.proof, texts.action],
    rows: guardians.map((guardian) => [
      guardian.name,
      guardian.phone ?? '–',
      guardian.email ?? '–',
      (guardian.may_see ? texts.yes : texts.no)[language],
      `${texts.proofs[guardian.proof][language]}, ${dateText(dayOf(guardian.consented_at), language)}`,
      button(meanwhile, '/guardian/end', actionTexts.endGuardian),
    ]),
    empty: texts.noGuardian,
  })
}

function nameOf(names: Meanwhile['names'], staff: StaffId | null, { request }: Meanwhile): string {
  return (staff && names.get(staff)) || texts.formerStaff[request.language]
}

function button({ request, reply }: Meanwhile, path: string, text: Text2): SafeHtml {
  return patronButton(request, reply, path, text)
}

/** Something that is done to the patron by one button. */
export function patronButton(request: PatronRequest, reply: FastifyReply, path: string, text: Text2): SafeHtml {
  // By hand: the space above a form's button would make every row of a table as tall as two.
  return html`<form method="post" action="${href(request, patronAt(request, path))}" novalidate>
${csrfField(reply)}
${submitButton(text[request.language], 'secondary')}
</form>`
}

/** A heading and a table below it, or a sentence where there is nothing to list. */
function listPart(
  { request: { language } }: Meanwhile,
  heading: Text2,
  list: { readonly lead?: Text2; readonly head: readonly Text2[]; readonly rows: Rows; readonly empty?: Text2 },
): SafeHtml {
  const content = {
    caption: heading[language],
    head: list.head.map((text) => text[language]),
    rows: list.rows,
    rowHeaders: true,
    hasHeading: true,
  }
  return html`<h2>${heading[language]}</h2>
${list.lead ? html`<p>${list.lead[language]}</p>` : ''}
${list.rows.length === 0 ? html`<p>${list.empty?.[language] ?? ''}</p>` : table(content, language)}`
}

type Rows = readonly (readonly (SafeHtml | string)[])[]
