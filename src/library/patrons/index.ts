export { BLOCKS_ON, type Decision, FBS_BLOCK_LETTER, holdsCpr, MANUAL_CODES, type ManualCode } from './block-rules.ts'
export { blockText, decisionRefusalText } from './block-texts.ts'
export {
  accessBanOn,
  type BanRefusal,
  type BlockRefusal,
  bansOf,
  blocksOf,
  endBlocks,
  type LiftRefusal,
  liftAccessBan,
  liftAutomaticBlock,
  liftLoanBlock,
  type NewAccessBan,
  type NewLoanBlock,
  placeAccessBan,
  placeAutomaticBlock,
  placeLoanBlock,
  written,
} from './blocks.ts'
export { type Cpr, maskedCpr, readCpr } from './cpr.ts'
export { registerPatronsDesk } from './desk.ts'
export { BLOCK_CODES, type BlockCode, TASK_KINDS, type TaskKind } from './desk-tables.ts'
export { type EnrolledPatron, enrolPatron, type Migrated } from './enrol.ts'
export { importPatrons, type PatronImportOptions, type PatronImportRefusal, type PatronImportReport } from './import.ts'
export type { RowFault } from './import-row.ts'
export { importRefusalText, rowFaultText } from './import-texts.ts'
export { comeOfAge } from './nightly.ts'
export { type NoteRefusal, noteRefusalText, notesOf, removeNote, writeNote } from './notes.ts'
export { cardKeys, findPatron, PATRON_OF_CARD, readPatron, searchPatrons, touch } from './queries.ts'
export type { Enrolment, EnrolmentRefusal } from './rules.ts'
export { type PatronRow, patronsTables } from './tables.ts'
export { finishTask, type OpenTask, type OpenTasks, openTasks, raiseTask, taskText } from './tasks.ts'
