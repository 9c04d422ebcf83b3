import { addBranch } from '#agencies'
import { addTerminal, setPin, type TerminalKind } from '#auth'
import { addItems, putTitles } from '#catalogue'
import { assert, type BranchId, kroner, type PatronId, type TitleId } from '#core'
import { sql } from '#db'
import { chargeFee } from '#fees'
import { lendingRules } from '#lending-rules'
import { enrolPatron, placeAutomaticBlock } from '#patrons'
import { changeSetting } from '#settings'
import type { Charset } from '#sip2'
import { sip2Setup } from '#sip2'
import type { Context } from '#vault'
import { titleNamed } from './cast.ts'

export const PIN = '7391'

const ADDRESS = { address: 'Åløkken 7', postcode: '3480', city: 'Fredensborg', municipality: '0210', photoIdSeen: true }

const TERMINALS: readonly [string, TerminalKind, boolean][] = [
  ['automat', 'self-service', false],
  ['betroet', 'self-service', true],
  ['sorter', 'sorter', true],
  ['dør', 'door', false],
  ['skranke', 'staff-station', true],
  ['kasse', 'payment', true],
]

export interface Sip2Scene {
  readonly patrons: Readonly<Record<string, { readonly id: PatronId; readonly number: string; readonly card: string }>>
  readonly titles: Readonly<Record<string, TitleId>>
  readonly branches: { readonly main: BranchId; readonly other: BranchId }
  /** The secret of each terminal, by name. */
  readonly secrets: Readonly<Record<string, string>>
}

/**
 * A library in which every row of what a machine may meet is there: Asta is in order, Bo owes, Clara is a child, Dines is
 * excluded, Eva has lost her card, Frede has moved abroad, Gerda is protected, Hans has all he may, Ida is restricted.
 */
export async function sip2Scene(ctx: Context, charset: Charset = 'utf-8'): Promise<Sip2Scene> {
  const place = { address: 'Torvet 1', postcode: '3480', city: 'Fredensborg' }
  const main = await addBranch(ctx, { code: 'HB', name: 'Hovedbibliotek', ...place })
  const other = await addBranch(ctx, { code: 'HU', name: 'Humlebæk', ...place })
  const titles = await stock(ctx, { main, other })
  const patrons = await people(ctx, main)
  await special(ctx, patrons, titles, other)
  const secrets: Record<string, string> = {}
  for (const [name, kind, withoutPin] of TERMINALS) {
    const added = await addTerminal(
      { ...ctx, actor: { kind: 'operator', name: 'test' } },
      {
        name,
        kind,
        branch: main,
        withoutPin,
      },
    )
    assert(added.ok, 'a terminal was refused')
    secrets[name] = added.value.secret
  }
  const content = { ...sip2Setup.initial, general: { charset } }
  assert((await changeSetting(ctx, sip2Setup, { content, basedOn: 0, by: null })).ok, 'the setup was refused')
  return { patrons, titles, branches: { main, other }, secrets }
}

async function stock(ctx: Context, { main, other }: Sip2Scene['branches']): Promise<Record<string, TitleId>> {
  const names: Record<string, string> = {
    A: 'Blåbærgrød på Ærø',
    B: 'Snegle & øl',
    F: 'Gys',
    R: 'Opslagsværk',
    H: 'Ventet',
    O: 'Fra Humlebæk',
    P: 'Fulgt 100% | delt',
  }
  const ids = await putTitles(
    ctx,
    Object.entries(names).map(([record, title]) => ({ ...titleNamed(record), title })),
  )
  const titles = Object.fromEntries(Object.keys(names).map((name, at) => [name, ids[at]?.id as TitleId]))
  const item = (barcode: string, branch_id = main, shelf = '86') => ({
    title_id: titles[barcode[0] ?? ''] as TitleId,
    barcode,
    branch_id,
    shelf,
  })
  await addItems(ctx, [
    ...['A1', 'A2', 'A3', 'A4', 'A5', 'A6', 'A7', 'B1', 'B2', 'B3', 'F1', 'R1', 'H1', 'P1'].map((code) => item(code)),
    item('O1', other),
    item('O2', other),
  ])
  await ctx.db.run(sql`update item set material_group = 'film' where barcode = 'F1'`)
  await ctx.db.run(sql`update item set material_group = 'reference' where barcode = 'R1'`)
  await ctx.db.run(sql`update item set state = 'lost' where barcode = 'A6'`)
  await ctx.db.run(sql`update item set state = 'withdrawn' where barcode = 'A7'`)
  await ctx.db.run(sql`update title set material = 'film' where id = ${titles.F ?? ''}`)
  const { initial } = lendingRules
  const content = {
    ...initial,
    materialGroups: [...initial.materialGroups, { code: 'film', name: { da: 'Film', en: 'Films' } }],
    patronGroups: [{ code: 'few', name: { da: 'Få', en: 'Few' } }],
    rules: [...initial.rules, { materialGroup: 'film', leastAge: 15 }, { patronGroup: 'few', mostLoans: 1 }],
  }
  assert((await changeSetting(ctx, lendingRules, { content, basedOn: 0, by: null })).ok, 'the rules were refused')
  return titles
}

async function people(ctx: Context, branch: BranchId): Promise<Sip2Scene['patrons']> {
  const patrons: Record<string, { id: PatronId; number: string; card: string }> = {}
  const all = [
    ['asta', 'Asta Ærlig', '1985-03-14', { email: 'asta@example.org', phone: '+4500000001' }],
    ['bo', 'Bo Bagud', '1970-01-01', {}],
    ['clara', 'Clara Barn', '2015-12-24', { guardianName: 'Carl Barn' }],
    ['dines', 'Dines Ude', '1960-05-05', {}],
    ['eva', 'Eva Væk', '1990-02-02', {}],
    ['frede', 'Frede Fri', '1991-02-02', {}],
    ['gerda', 'Gerda Gemt', '1992-02-02', { protected: true, email: 'gerda@example.org' }],
    ['hans', 'Hans Hel', '1993-02-02', {}],
    ['ida', 'Ida Stop', '1994-02-02', {}],
  ] as const
  for (const [at, [key, name, born, more]] of all.entries()) {
    const card = `2100000000${at + 1}`
    const birthOn = Temporal.PlainDate.from(born)
    // Replacement numbers: day of birth and 60.
    const [year, month, day] = born.split('-')
    const cpr = `${Number(day) + 60}${month}${year?.slice(2)}${Number(year) >= 2000 ? 5 : 1}${String(at).padStart(3, '0')}`
    const enrolled = await enrolPatron(ctx, branch, { ...ADDRESS, name, birthOn, cpr, card, ...more })
    assert(enrolled.ok, `${key}: ${JSON.stringify(enrolled)}`)
    const { id, number } = enrolled.value
    assert((await setPin(ctx, id, PIN, 'desk')).ok, 'a PIN was refused')
    patrons[key] = { id, number, card }
  }
  return patrons
}

async function special(
  ctx: Context,
  patrons: Sip2Scene['patrons'],
  titles: Record<string, TitleId>,
  other: BranchId,
): Promise<void> {
  const id = (name: string) => patrons[name]?.id as PatronId
  const now = ctx.clock.now()
  await chargeFee(ctx, { patron_id: id('bo'), loan_id: null, amount_ore: kroner(250) } as never)
  await ctx.db.run(sql`delete from loan_block where patron_id = ${id('bo')}`)
  await placeAutomaticBlock(ctx, id('bo'), 'debt')
  await placeAutomaticBlock(ctx, id('dines'), 'exclusion')
  await placeAutomaticBlock(ctx, id('frede'), 'emigrated')
  await ctx.db.run(sql`
    update identifier set blocked_at = ${now}, blocked_because = 'lost' where patron_id = ${id('eva')} and kind = 'library-card'`)
  await ctx.db.run(sql`update patron set lending_group = 'few' where id = ${id('hans')}`)
  await ctx.db.run(sql`
    insert into restriction (id, patron_id, reason, placed_by, placed_at)
    values (${ctx.random.uuid(now)}, ${id('ida')}, 'test', 'test', ${now})`)
  void titles
  void other
}
