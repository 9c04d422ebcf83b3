export { addItems, findItem, type NewItem, type NewTitle, putTitles, setItemState } from './items.ts'
export { catalogueTables, type ItemRow, type ItemState, type TitleRow } from './tables.ts'
