import { type Ore, oreOf } from '#core'
import { holdsCpr } from '#patrons'
import type { ItemRow } from './tables.ts'

/** What staff may write of an item, in the order a form asks for it. */
export const ITEM_FIELDS = [
  'barcode',
  'branch',
  'shelf',
  'material_group',
  'price',
  'issue',
  'volume_year',
  'float_group',
  'note',
] as const
export type ItemField = (typeof ITEM_FIELDS)[number]
export type ItemTyped = Readonly<Record<ItemField, string>>
export type WrittenItem = Pick<
  ItemRow,
  'barcode' | 'branch_id' | 'shelf' | 'material_group' | 'price_ore' | 'issue' | 'volume_year' | 'float_group' | 'note'
>

export type ItemFault = 'missing' | 'no-barcode' | 'cpr' | 'no-branch' | 'no-group' | 'no-price' | 'too-long'
export type ItemFaults = Readonly<Partial<Record<ItemField, ItemFault>>>

/** What the library has to choose among. */
export interface ItemChoices {
  readonly branches: readonly { readonly id: ItemRow['branch_id'] }[]
  readonly groups: readonly { readonly code: string }[]
}

const LONGEST: Readonly<Partial<Record<ItemField, number>>> = {
  shelf: 60,
  issue: 20,
  volume_year: 20,
  float_group: 40,
  note: 500,
}
const DEAREST_ORE = 100_000_00

/** Up to 16 characters: as many as an RFID tag holds. */
export function isBarcode(text: string): boolean {
  return /^[0-9A-Za-z._-]{1,16}$/.test(text)
}

/** What was typed as an item, and what is wrong with it, field by field. */
export function readItem(
  typed: ItemTyped,
  choices: ItemChoices,
): { readonly item: WrittenItem | undefined; readonly faults: ItemFaults } {
  const line = (name: ItemField) => typed[name].replace(/\s+/g, ' ').trim()
  const barcode = typed.barcode.trim()
  const branch = choices.branches.find(({ id }) => id === typed.branch)
  const group = choices.groups.find(({ code }) => code === typed.material_group)
  const price_ore = readPrice(line('price'))
  const faults: Partial<Record<ItemField, ItemFault>> = {}
  const wrong = (name: ItemField, fault: ItemFault | undefined | false) => {
    if (fault && !faults[name]) faults[name] = fault
  }
  wrong('barcode', barcode === '' ? 'missing' : !isBarcode(barcode) && 'no-barcode')
  wrong('branch', !branch && 'no-branch')
  wrong('material_group', !group && 'no-group')
  wrong('price', price_ore === undefined && 'no-price')
  for (const [name, most] of Object.entries(LONGEST) as [ItemField, number][]) {
    wrong(name, ([...typed[name]].length > most || /[^\P{Cc}\s]/u.test(typed[name])) && 'too-long')
    wrong(name, holdsCpr(typed[name]) && 'cpr')
  }
  if (!branch || !group || price_ore === undefined || Object.keys(faults).length > 0) return { item: undefined, faults }
  const item = {
    barcode,
    branch_id: branch.id,
    shelf: line('shelf') || null,
    material_group: group.code,
    price_ore,
    issue: line('issue'),
    volume_year: line('volume_year') || null,
    float_group: line('float_group') || null,
    note: typed.note.trim(),
  }
  return { item, faults }
}

/** Kroner as they are written in Denmark and England; undefined when it is no price, null when it is not said. */
function readPrice(text: string): Ore | null | undefined {
  if (text === '') return null
  const match = /^(\d{1,6})(?:[.,](\d{2}))?(?: ?kr\.?)?$/i.exec(text.replace(/(\d)[. ](\d{3})(?!\d)/g, '$1$2'))
  if (!match) return undefined
  const ore = Number(match[1]) * 100 + Number(match[2] ?? 0)
  return ore > 0 && ore <= DEAREST_ORE ? oreOf(ore) : undefined
}

export function typedItem(item: WrittenItem): ItemTyped {
  return {
    barcode: item.barcode,
    branch: item.branch_id,
    shelf: item.shelf ?? '',
    material_group: item.material_group,
    price: item.price_ore === null ? '' : (item.price_ore / 100).toFixed(2).replace('.', ','),
    issue: item.issue,
    volume_year: item.volume_year ?? '',
    float_group: item.float_group ?? '',
    note: item.note,
  }
}
