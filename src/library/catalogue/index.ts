export {
  countInHouseUse,
  type ItemRefusal,
  markDamaged,
  markMissing,
  markRepaired,
  receiveItem,
  restoreItem,
  withdrawItem,
} from './change-item.ts'
export { type ImportFault, type ImportReport, importMarc, type MarcImportOptions } from './import.ts'
export {
  addItems,
  findItem,
  lockItem,
  type NewItem,
  type NewTitle,
  putTitles,
  setItemState,
  type Whereabouts,
} from './items.ts'
export type { MarcEncoding, MarcFlavour } from './marc.ts'
export { isLendable, itemMayBecome } from './states.ts'
export { catalogueTables, ITEM_STATES, type ItemRow, type ItemState, type TitleRow } from './tables.ts'
