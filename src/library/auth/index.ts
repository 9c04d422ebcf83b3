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
export { type SignedIn, signedIn } from './session.ts'
export { authTables, type SessionRow, type StaffRow } from './tables.ts'
export { passwordFaultTexts, staffRefusalTexts } from './texts.ts'
