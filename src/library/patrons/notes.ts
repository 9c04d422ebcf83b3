import { type Language, ok, type PatronId, type Result, refuse, type StaffId, type Text2 } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import { holdsCpr } from './block-rules.ts'
import type { NoteRow } from './desk-tables.ts'

export type NoteRefusal =
  | { readonly kind: 'not-allowed' | 'unknown' | 'empty' }
  | { readonly kind: 'too-long'; readonly most: number }
  /** A CPR number stands in the text: it has a place of its own, sealed, and a note is not it. */
  | { readonly kind: 'cpr-in-text' }

const LONGEST = 2000

/** Decides whether a note can be kept. The patron may ask to read every one of them, whomever it is written for. */
export function decideNote(text: string): Result<string, NoteRefusal> {
  const trimmed = text.trim()
  if (trimmed === '') return refuse({ kind: 'empty' })
  if (trimmed.length > LONGEST) return refuse({ kind: 'too-long', most: LONGEST })
  if (holdsCpr(trimmed)) return refuse({ kind: 'cpr-in-text' })
  return ok(trimmed)
}

/** Writes a note about a patron: for staff only, or one that may be printed on what the patron gets. */
export async function writeNote(
  ctx: Context,
  patron: PatronId,
  audience: NoteRow['audience'],
  text: string,
): Promise<Result<{ readonly id: string }, NoteRefusal>> {
  const staff = mayNote(ctx)
  if (!staff) return refuse({ kind: 'not-allowed' })
  const decision = decideNote(text)
  if (!decision.ok) return decision
  const now = ctx.clock.now()
  const id = ctx.random.uuid(now)
  const written = await ctx.db.run(sql`
    insert into note (id, patron_id, audience, text, written_by, written_at)
    select ${id}, id, ${audience}, ${decision.value}, ${staff}, ${now} from patron where id = ${patron}`)
  return written > 0 ? ok({ id }) : refuse({ kind: 'unknown' })
}

/** Removes a note; removing one that is gone changes nothing. */
export async function removeNote(ctx: Context, id: string): Promise<Result<{ readonly id: string }, NoteRefusal>> {
  if (!mayNote(ctx)) return refuse({ kind: 'not-allowed' })
  await ctx.db.run(sql`delete from note where id = ${id}`)
  return ok({ id })
}

/** The notes about a patron, the newest first: all of them, or those of one kind. */
export function notesOf(ctx: Context, patron: PatronId, audience?: NoteRow['audience']): Promise<NoteRow[]> {
  return ctx.db.all(sql<NoteRow>`
    select * from note where patron_id = ${patron} and (${audience ?? null}::text is null or audience = ${audience ?? null})
    order by written_at desc, id desc`)
}

const REFUSALS: Record<NoteRefusal['kind'], Text2> = {
  'not-allowed': {
    da: 'Kun skrankens personale og databeskyttelsesrådgiveren kan skrive noter.',
    en: 'Only staff at the desk and the data-protection officer can write notes.',
  },
  unknown: { da: 'Låneren findes ikke.', en: 'There is no such patron.' },
  empty: { da: 'Skriv noten, før du gemmer.', en: 'Write the note before saving.' },
  'too-long': {
    da: `En note kan højst være på ${LONGEST} tegn.`,
    en: `A note can have ${LONGEST} characters at most.`,
  },
  'cpr-in-text': {
    da: 'Der står et CPR-nummer i noten. Fjern det, og gem igen: et CPR-nummer må kun ligge krypteret.',
    en: 'There is a CPR number in the note. Remove it and save again: a CPR number may only be kept encrypted.',
  },
}

export function noteRefusalText(refusal: NoteRefusal, language: Language): string {
  return REFUSALS[refusal.kind][language]
}

function mayNote(ctx: Context): StaffId | undefined {
  const { actor } = ctx
  if (actor.kind !== 'staff') return undefined
  return actor.roles.some((role) => role === 'desk' || role === 'data-protection-officer') ? actor.id : undefined
}
