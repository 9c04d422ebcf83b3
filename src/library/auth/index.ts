export {
  type AddStaffRefusal,
  addStaff,
  type NewStaff,
  type SetPasswordRefusal,
  type StaffLeftRefusal,
  setPassword,
  staffLeft,
} from './add-staff.ts'
export { accountMenu, registerAuthPages, sessionCookie } from './pages.ts'
export { listStaff, type StaffMember, staffNames } from './queries.ts'
export { endSession, type SignedIn, signedIn } from './session.ts'
export { type SignInRefusal, signIn } from './sign-in.ts'
export { authTables, type SessionRow, type StaffRow } from './tables.ts'
export { passwordFaultTexts, staffRefusalTexts } from './texts.ts'
export { SignInThrottle } from './throttle.ts'
