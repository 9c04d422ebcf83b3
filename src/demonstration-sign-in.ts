import { addStaff, addTerminal, setPin, type TerminalKind } from '#auth'
import { assert, type BranchId, type PatronId, type StaffId, type StaffRole } from '#core'
import { sql } from '#db'
import type { Installation } from './installation.ts'

interface DemonstrationStaff {
  readonly username: string
  readonly name: string
  readonly roles: readonly StaffRole[]
}

/** Who may sign in as staff of the demonstration: two data-protection officers, because a policy takes two. */
export const DEMONSTRATION_STAFF: readonly DemonstrationStaff[] = [
  { username: 'desk', name: 'Lise Prøve', roles: ['desk', 'catalogue'] },
  { username: 'system', name: 'Lise Prøve', roles: ['system'] },
  { username: 'dpo', name: 'Dorte Prøve', roles: ['data-protection-officer'] },
  { username: 'dpo2', name: 'Poul Prøve', roles: ['data-protection-officer'] },
]

/** The machines of each library: they may call as soon as there is a port for them. */
export const DEMONSTRATION_MACHINES: readonly { readonly name: string; readonly kind: TerminalKind }[] = [
  { name: 'automat', kind: 'self-service' },
  { name: 'sortering', kind: 'sorter' },
  { name: 'indgang', kind: 'door' },
  { name: 'hjemmeside', kind: 'staff-station' },
]

/** Told at start, for one patron of each library. */
export const DEMONSTRATION_PIN = '2468'

/** The demonstration's password: one for each installation, told at start, kept nowhere. */
export function demonstrationPassword(installation: Installation): string {
  return derived(installation, 'demonstration sign-in', 12)
}

/** The key of the demonstration's machines, likewise. */
export function demonstrationKey(installation: Installation): string {
  return derived(installation, 'demonstration machines', 20)
}

function derived(installation: Installation, what: string, length: number): string {
  return installation.master
    .derive(what)
    .replace(/[^a-zA-Z0-9]/g, '')
    .slice(0, length)
}

/** Lets staff, machines and a patron of a library sign in. Answers who stands at the desk. */
export async function addDemonstrationSignIns(installation: Installation, agency: string): Promise<StaffId> {
  const ctx = installation.context(agency, { kind: 'operator', name: 'kvit demo' })
  const password = demonstrationPassword(installation)
  const ids: StaffId[] = []
  for (const person of DEMONSTRATION_STAFF) {
    const added = await addStaff(ctx, { ...person, email: null, password })
    assert(added.ok, 'the demonstration’s staff were refused')
    ids.push(added.value)
  }
  const { id: branch } = await ctx.db.one<{ id: BranchId }>(sql`select id from branch order by id limit 1`)
  const secret = demonstrationKey(installation)
  for (const machine of DEMONSTRATION_MACHINES) {
    const added = await addTerminal(ctx, { ...machine, branch, withoutPin: false, secret })
    assert(added.ok, 'the demonstration’s machines were refused')
  }
  const patron = await somebodyWithLoans(installation, agency)
  if (patron) await setPin(ctx, patron, DEMONSTRATION_PIN, 'moved')
  const [desk] = ids
  assert(desk, 'the demonstration has no staff')
  return desk
}

/** A grown-up who may borrow more, and has something to look at. */
async function somebodyWithLoans(installation: Installation, agency: string): Promise<PatronId | undefined> {
  const ctx = installation.context(agency, { kind: 'system', job: 'demonstration' })
  const borrower = await ctx.db.maybe<{ id: PatronId }>(sql`
    select p.id from patron p join loan l on l.patron_id = p.id and l.returned_at is null and l.lost_at is null
    where p.patron_group = 'adult' and not p.protected and p.cpr_sealed is not null
      and not exists (select from fee where patron_id = p.id and settled_at is null)
      and not exists (select from loan_block where patron_id = p.id)
    group by p.id order by count(*) desc, p.id limit 1`)
  return borrower?.id
}

/** A card and the number of an item on the shelf, for whoever wants to lend a first book. */
export function firstLoan(
  installation: Installation,
  agency: string,
): Promise<{ readonly card: string; readonly barcode: string } | undefined> {
  const ctx = installation.context(agency, { kind: 'system', job: 'demonstration' })
  return ctx.db.maybe<{ card: string; barcode: string }>(sql`
    select p.number as card, i.barcode from patron p join pin on pin.patron_id = p.id, item i
    where p.patron_group = 'adult' and not p.protected and i.state = 'available'
      and not exists (select from reservation where title_id = i.title_id)
    order by pin.set_at, i.barcode limit 1`)
}
