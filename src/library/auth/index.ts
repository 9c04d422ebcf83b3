export {
  type AddStaffRefusal,
  addStaff,
  type ChangeRolesRefusal,
  changeRoles,
  type NewStaff,
  type SetPasswordRefusal,
  type StaffLeftRefusal,
  setPassword,
  staffLeft,
} from './add-staff.ts'
export { closeHashing } from './hashing.ts'
export {
  createMitId,
  type MitId,
  type MitIdConfig,
  type MitIdPerson,
  type MitIdRefusal,
  mitIdCallback,
  mitIdSchema,
} from './mitid.ts'
export { accountMenu, registerAuthPages } from './pages.ts'
export { patronMenu, registerPatronPages } from './patron-pages.ts'
export { type PatronPagesOptions, type PatronSection, patronCookie, patronFrom } from './patron-parts.ts'
export {
  beginPatronSession,
  endPatronSession,
  type Means,
  openPatronSessions,
  patronSignedIn,
  type SignedInPatron,
  signPatronOutEverywhere,
} from './patron-session.ts'
export { hasPin, type PinSetBy, type SetPinRefusal, setPin } from './pin.ts'
export { askPinReset, type UsePinResetRefusal, usePinReset } from './pin-reset.ts'
export { PIN_DIGITS, type PinFault, pinFault } from './pin-rules.ts'
export { findStaff, listStaff, type StaffMember, staffNames } from './queries.ts'
export {
  mayGuardRights,
  mayHandleMoney,
  mayKeepCatalogue,
  mayRunSystem,
  mayServePatrons,
  mayTakePayments,
  worksAt,
} from './rules.ts'
export { endSession, type SignedIn, signedIn, signOutEverywhere } from './session.ts'
export { type CodeRefusal, type SecondFactor, type SignInRefusal, signIn } from './sign-in.ts'
export { type AuthPagesOptions, sessionCookie } from './sign-in-parts.ts'
export { terminalRefusalTexts } from './staff-desk-texts.ts'
export {
  createStaffOidc,
  type StaffOidc,
  type StaffOidcConfig,
  staffOidcCallback,
  staffOidcSchema,
} from './staff-oidc.ts'
export { authTables, type SessionRow, type StaffRow, TERMINAL_KINDS, type TerminalKind } from './tables.ts'
export {
  addTerminal,
  disableTerminal,
  type ListedTerminal,
  listTerminals,
  type NewTerminal,
  renewTerminalSecret,
  type Terminal,
  type TerminalRefusal,
  terminalActor,
  verifyTerminal,
} from './terminals.ts'
export { passwordFaultTexts, staffRefusalTexts } from './texts.ts'
export { SignInThrottle } from './throttle.ts'
export { removeSecondFactor } from './totp.ts'
export { CARD_TRIES, TERMINAL_TRIES, type TryLimit } from './tries.ts'
export { forgetVerified } from './verified.ts'
export {
  type GivenPin,
  isStillRight,
  type PinRefusal,
  rememberedPin,
  type VerifyPinOptions,
  verifyOwnPin,
  verifyPin,
} from './verify-pin.ts'
