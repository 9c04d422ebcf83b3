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
export { registerCatalogueDesk } from './desk.ts'
export { CATALOGUE_PATH, type CatalogueNeeds, type ItemSection } from './desk-parts.ts'
export { addItem, editItem, moveItem } from './edit-item.ts'
export { addTitle, bringTitleBack, editTitle, withdrawTitle } from './edit-title.ts'
export { type ImportFault, type ImportReport, importMarc, type MarcImportOptions } from './import.ts'
export { goOnImporting } from './imports.ts'
export {
  addItems,
  findItem,
  itemState,
  lockItem,
  type NewItem,
  type NewTitle,
  putTitles,
  setItemState,
  type Whereabouts,
} from './items.ts'
export type { MarcEncoding, MarcFlavour } from './marc.ts'
export {
  registerCataloguePages,
  SEARCH_SCRIPT,
  sendTitlePage,
  type TitlePage,
  type TitleSection,
} from './pages.ts'
export { cover } from './pages-cover.ts'
export { searchForm, searchPath, titlePath } from './pages-parts.ts'
export { languageName, MATERIAL_CODES, materialName } from './pages-texts.ts'
export {
  type AtBranch,
  editionsOf,
  findTitle,
  type SearchFor,
  type SearchHit,
  type SearchResult,
  searchTitles,
} from './search.ts'
export { spokenName } from './search-analyse.ts'
export { reindex, setPopularity } from './search-index.ts'
export { type FacetCounts, type FacetName, type Facets, SEARCH_SORTS, type SearchSort } from './search-match.ts'
export { suggest } from './search-suggest.ts'
export { isLendable, itemMayBecome } from './states.ts'
export { catalogueTables, ELSEWHERE, ITEM_STATES, type ItemRow, type ItemState, type TitleRow } from './tables.ts'
