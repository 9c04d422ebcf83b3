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
export { catalogueTables, type ItemRow, type ItemState, type TitleRow } from './tables.ts'
