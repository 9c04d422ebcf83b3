import { type BranchRow, listBranches } from '#agencies'
import { type BranchId, dayOf, type Language, type MessageId, type PatronId } from '#core'
import { sql, transact } from '#db'
import { type Letter, type TakenLetter, takeLetters, type WaitingLetter, waitingLetters } from '#messages'
import { logAccess } from '#privacy'
import type { Context } from '#vault'
import { seen, texts } from './letters-texts.ts'
import { isForGuardian } from './post-recipient.ts'
import type { PatronRow } from './tables.ts'

/** So many letters are printed and put in envelopes in one go. */
export const MOST_LETTERS = 200

/** A letter on the desk's list: to whom by number, and nothing more. */
export interface ListedLetter extends WaitingLetter {
  readonly number: string
}

export interface LettersToPrint {
  readonly ready: readonly ListedLetter[]
  /** To patrons with a protected address: each is opened by itself, with a reason. */
  readonly guarded: readonly ListedLetter[]
  /** Nobody knows where to. */
  readonly homeless: readonly ListedLetter[]
}

interface Standing {
  readonly id: PatronId
  readonly number: string
  readonly protected: boolean
  readonly deceased: boolean
  readonly homeless: boolean
}

/** The letters that may be printed, oldest first. Nobody who has died or is restricted is written to. */
export async function lettersToPrint(ctx: Context): Promise<LettersToPrint> {
  const waiting = await waitingLetters(ctx)
  const patrons = await standings(ctx, waiting)
  const listed = { ready: [] as ListedLetter[], guarded: [] as ListedLetter[], homeless: [] as ListedLetter[] }
  for (const letter of waiting) {
    const patron = patrons.get(letter.patron_id)
    if (!patron || patron.deceased) continue
    const list = patron.homeless ? 'homeless' : patron.protected ? 'guarded' : 'ready'
    listed[list].push({ ...letter, number: patron.number })
  }
  return listed
}

async function standings(ctx: Context, letters: readonly WaitingLetter[]): Promise<Map<PatronId, Standing>> {
  const ids = [...new Set(letters.map(({ patron_id }) => patron_id))]
  const rows = await ctx.db.all(sql<Standing>`
    select p.id, p.number, p.protected,
      exists (select from loan_block b where b.patron_id = p.id and b.code = 'deceased') as deceased,
      case when p.protected then p.address_sealed is null
        else coalesce(p.address, '') = '' or coalesce(p.city, '') = '' end as homeless
    from patron p where p.id = any(${ids}::uuid[])`)
  return new Map(rows.map((row) => [row.id, row]))
}

/**
 * Takes up to {@link MOST_LETTERS} letters and makes them ready for printing. Each is in the log of the patron whose name
 * and address it shows. Protected addresses are not among them.
 */
export function takeForPrinting(ctx: Context, title: string): Promise<Letter[]> {
  return transact(ctx, async (ctx) => {
    const first = (await lettersToPrint(ctx)).ready.slice(0, MOST_LETTERS)
    // Who gets a protected address from here on has to wait until these letters are taken.
    await lockPatrons(ctx, first)
    const ids = new Set(first.map(({ id }) => id))
    const still = (await lettersToPrint(ctx)).ready.filter(({ id }) => ids.has(id))
    const taken = await takeLetters(
      ctx,
      still.map(({ id }) => id),
    )
    const made: Letter[] = []
    const patrons = await patronsOf(ctx, taken)
    const branches = await listBranches(ctx)
    for (const letter of taken) {
      const patron = patrons.get(letter.patron_id)
      if (!patron) continue
      await logAccess(ctx, patron.id, seen.printed[patron.language], seen.why[patron.language])
      made.push(letterOf(ctx, letter, patron, openAddress(patron), senderOf(title, branches, patron.home_branch_id)))
    }
    return made
  })
}

/** The one letter to a protected address that waits under this id. */
export async function guardedLetter(ctx: Context, id: MessageId): Promise<ListedLetter | undefined> {
  return (await lettersToPrint(ctx)).guarded.find((letter) => letter.id === id)
}

/** Takes a letter to a protected address. The reason goes into the patron's log before the address is opened. */
export async function takeGuarded(
  ctx: Context,
  id: MessageId,
  title: string,
  reason: string,
): Promise<Letter | undefined> {
  const taken = await transact(ctx, async (ctx) => {
    const found = await guardedLetter(ctx, id)
    if (!found) return undefined
    await lockPatrons(ctx, [found])
    const [letter] = await takeLetters(ctx, [id])
    const patron = letter && (await patronsOf(ctx, [letter])).get(letter.patron_id)
    if (!letter || !patron) return undefined
    const noted = await logAccess(ctx, patron.id, seen.printed[patron.language], reason)
    return noted.ok ? { letter, patron, branches: await listBranches(ctx) } : undefined
  })
  if (!taken) return undefined
  const { letter, patron, branches } = taken
  // Opened outside the transaction, which may be run again.
  const sealed = patron.address_sealed
  const address = sealed ? await ctx.vault.open(patron.id, 'patron.address_sealed', sealed) : undefined
  const lines = (address ?? '').split('\n')
  return letterOf(ctx, letter, patron, lines, senderOf(title, branches, patron.home_branch_id))
}

async function lockPatrons(ctx: Context, letters: readonly WaitingLetter[]): Promise<void> {
  const ids = letters.map(({ patron_id }) => patron_id)
  await ctx.db.run(sql`select 1 from patron where id = any(${ids}::uuid[]) order by id for share`)
}

type Addressed = Pick<
  PatronRow,
  | 'id'
  | 'name'
  | 'birth_on'
  | 'address'
  | 'postcode'
  | 'city'
  | 'address_sealed'
  | 'home_branch_id'
  | 'language'
  | 'kind'
  | 'contact_name'
>

async function patronsOf(ctx: Context, letters: readonly TakenLetter[]): Promise<Map<PatronId, Addressed>> {
  const rows = await ctx.db.all(sql<Addressed>`
    select id, name, birth_on, address, postcode, city, address_sealed, home_branch_id, language, kind, contact_name
    from patron where id = any(${letters.map(({ patron_id }) => patron_id)}::uuid[])`)
  return new Map(rows.map((row) => [row.id, row]))
}

function openAddress({ address, postcode, city }: Addressed): string[] {
  return [address ?? '', [postcode, city].filter(Boolean).join(' ')]
}

function letterOf(
  ctx: Context,
  letter: TakenLetter,
  patron: Addressed,
  address: readonly string[],
  sender: Letter['sender'],
): Letter {
  const today = dayOf(ctx.clock.now())
  const contact = patron.kind === 'person' || !patron.contact_name ? [] : [patron.contact_name]
  return {
    address: [nameLine(letter, patron, today), ...contact, ...address].filter((line) => line.trim() !== ''),
    sender,
    date: today,
    subject: letter.subject,
    body: letter.body,
    language: letter.language,
  }
}

function nameLine(
  { isClaim, language }: TakenLetter,
  { name, birth_on }: Addressed,
  today: Temporal.PlainDate,
): string {
  return isForGuardian(birth_on, today, isClaim) ? guardianLine(name, language) : name
}

function guardianLine(child: string, language: Language): string {
  return texts.guardianOf(child)[language]
}

/** The library, and the house the patron belongs to: what comes back comes there. */
function senderOf(title: string, branches: readonly BranchRow[], home: BranchId): Letter['sender'] {
  const branch = branches.find(({ id }) => id === home)
  const address = branch ? [branch.address, `${branch.postcode} ${branch.city}`.trim()] : []
  return { name: title, address: address.filter((line) => line !== '') }
}
