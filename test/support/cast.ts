import { addBranch } from '#agencies'
import { addItems, type NewTitle, putTitles } from '#catalogue'
import { assert, at, type BranchId, type PatronId, type TitleId } from '#core'
import { type Enrolment, enrolPatron } from '#patrons'
import type { Context } from '#vault'

/** Someone in the tests: Asta borrows much, Bo owes a fee, Clara has a guardian, Dines gives no way to reach him. */
export interface Player {
  readonly id: PatronId
  readonly card: string
  readonly number: string
}

export interface Cast {
  readonly asta: Player
  readonly bo: Player
  readonly clara: Player
  readonly dines: Player
  readonly branch: BranchId
  /** Three titles with two items each: barcodes `A1`, `A2`, `B1` … */
  readonly titles: { readonly A: TitleId; readonly B: TitleId; readonly C: TitleId }
}

const ADDRESS = { address: 'Pilekrogen 7', postcode: '3480', city: 'Fredensborg', municipality: '0210' }

/** Enrols the cast and puts a small stock on the shelves. */
export async function castIn(ctx: Context): Promise<Cast> {
  const branch = await addBranch(ctx, {
    code: 'A',
    name: 'Hovedbibliotek',
    address: 'Torvet 1',
    postcode: '3480',
    city: 'Fredensborg',
  })
  const player = async (card: string, enrolment: Enrolment): Promise<Player> => {
    const enrolled = await enrolPatron(ctx, branch, { ...ADDRESS, photoIdSeen: true, ...enrolment, card })
    assert(enrolled.ok, JSON.stringify(enrolled))
    return { ...enrolled.value, card }
  }
  const cast = {
    asta: await player('21000000001', {
      name: 'Asta Prøve',
      cpr: '740385-1048',
      email: 'asta@example.org',
      birthOn: Temporal.PlainDate.from('1985-03-14'),
    }),
    bo: await player('21000000002', { name: 'Bo Prøve', cpr: '6101700001', phone: '+4500000002', language: 'en' }),
    clara: await player('21000000003', {
      name: 'Clara Prøve',
      cpr: '9006125007',
      email: 'clara@example.org',
      guardianName: 'Carl Prøve',
    }),
    dines: await player('21000000004', { name: 'Dines Prøve', cpr: '6712994000' }),
  }
  const [A, B, C] = (await putTitles(ctx, ['A', 'B', 'C'].map(titleNamed))).map(({ id }) => id) as [
    TitleId,
    TitleId,
    TitleId,
  ]
  const items = Object.entries({ A, B, C }).flatMap(([letter, title_id]) =>
    [1, 2].map((number) => ({ title_id, barcode: `${letter}${number}`, branch_id: branch, shelf: '86' })),
  )
  await addItems(ctx, items)
  return { ...cast, branch, titles: { A, B, C } }
}

export function titleNamed(name: string): NewTitle {
  return {
    source: 'test',
    record_id: name,
    title: `Titel ${name}`,
    subtitle: null,
    author: 'Forfatter, Fiktiv',
    contributors: [],
    edition: null,
    publisher: null,
    year: 2001,
    language: 'dan',
    isbn: [],
    dk5: '86',
    subjects: [],
    material: 'book',
    audience: 'adult',
    series: null,
    volume: null,
    pages: null,
  }
}

/** Noon of a day in Copenhagen. */
export function noon(day: string): Temporal.Instant {
  return at(Temporal.PlainDate.from(day), '12:00')
}
