export { BLOCKS_ON, type Decision, FBS_BLOCK_LETTER, holdsCpr, MANUAL_CODES, type ManualCode } from './block-rules.ts'
export { blockText, decisionRefusalText } from './block-texts.ts'
export {
  accessBanOn,
  type BanRefusal,
  type BlockRefusal,
  bansOf,
  blockFromMachine,
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
  unblockFromMachine,
} from './blocks.ts'
export { changeProfile, type NewProfile, type ProfileRefusal } from './change-profile.ts'
export { type ConfirmRefusal, confirmSelfEnrolled } from './confirm.ts'
export { type Cpr, maskedCpr, readCpr } from './cpr.ts'
export { registerPatronsDesk } from './desk.ts'
export { branchOfDesk } from './desk-branch.ts'
export { scanField } from './desk-fields.ts'
export type { DeskSurroundings, ScanAt, ScanItem } from './desk-frame.ts'
export { inHand } from './desk-hand.ts'
export { BLOCK_CODES, type BlockCode, TASK_KINDS, type TaskKind } from './desk-tables.ts'
export { type HandedIn, onceField, type Scanned, type ShownAt, tellOnce, whoAnswers } from './desk-visit.ts'
export { type DeskWays, waysOfDesk } from './desk-ways.ts'
export { printButton } from './desk-ways-parts.ts'
export { duplicatesOf, findDuplicates, type Likeness } from './duplicates.ts'
export { type EnrolledPatron, type EnrolmentOptions, enrolPatron, type Migrated } from './enrol.ts'
export {
  applyRegister,
  endingSubscription,
  endSubscriptions,
  type Followed,
  followAll,
  followRegister,
} from './follow-register.ts'
export {
  childrenOf,
  endGuardian,
  type GuardianRefusal,
  guardiansOf,
  setGuardian,
  type Ward,
} from './guardians.ts'
export { type Presented, readPresented } from './health-card.ts'
export {
  addCard,
  blockCard,
  blockHealthCard,
  type CardRefusal,
  identifiersOf,
  replaceCard,
  unblockCard,
  unblockHealthCard,
} from './identifiers.ts'
export { importPatrons, type PatronImportOptions, type PatronImportRefusal, type PatronImportReport } from './import.ts'
export type { RowFault } from './import-row.ts'
export { importRefusalText, rowFaultText } from './import-texts.ts'
export { type Inactivity, inactivityOf, warnInactive } from './inactive.ts'
export { countInLendingGroup, putInLendingGroup } from './lending-group.ts'
export { LETTERS_PATH, registerLettersDesk } from './letters-desk.ts'
export { type Merged, mergePatrons } from './merge.ts'
export type { MergeRefusal } from './merge-rules.ts'
export { mergeRefusalText } from './merge-texts.ts'
export { registerMyContact } from './my-contact.ts'
export { comeOfAge } from './nightly.ts'
export { type NoteRefusal, noteRefusalText, notesOf, removeNote, writeNote } from './notes.ts'
export { registerMyPages } from './pages.ts'
export {
  asGuardian,
  asOneself,
  childPages,
  ownPages,
  type Whose,
  whosePages,
  whoseTrail,
} from './pages-whose.ts'
export { type PostRecipient, postRecipient } from './post-recipient.ts'
export {
  cardKeys,
  findHolder,
  findPatron,
  type Holder,
  LENDING_GROUP,
  PATRON_OF_CARD,
  readPatron,
  searchPatrons,
  signOutAll,
  touch,
  touched,
} from './queries.ts'
export { type CprRegister, type RegisterAnswer, RegisterDown, type RegisterPerson } from './register.ts'
export { consequences, type Enrolment, type EnrolmentField, type EnrolmentRefusal, type NewGuardian } from './rules.ts'
export { type PatronRow, patronsTables } from './tables.ts'
export { finishTask, type OpenTask, type OpenTasks, openTasks, raiseTask } from './tasks.ts'
export { patronTemplates } from './templates.ts'
export { type Accepting, acceptancesOf, acceptTerms, newestTerms, publishTerms, termsOf } from './terms.ts'
export { registerUndeliveredDesk, UNDELIVERED_PATH, type UndeliveredNeeds } from './undelivered-desk.ts'
