import type { BlockCode, TaskKind } from './desk-tables.ts'
import type { RegisterPerson } from './register.ts'

/** What we hold of someone the register tells us about. */
export interface KnownPerson {
  readonly name: string
  readonly protected: boolean
  readonly municipality: string | null
  /** Ten digits. */
  readonly cpr: string
  /** Those who answer for them here, by CPR number, where we know it. */
  readonly guardians: readonly string[]
}

/** What becomes of a patron because of what the register says. Decided without looking at a clock or a database. */
export interface RegisterDecision {
  readonly name: string
  /** The number they have from now on; the same unless it was changed. */
  readonly cpr: string
  readonly protected: boolean
  readonly municipality: string | null
  /** Null where the register has no address, which also takes away the one we had. */
  readonly address: RegisterPerson['address']
  readonly tasks: readonly TaskKind[]
  /** Placed when they are named, lifted when they are not. */
  readonly blocks: readonly BlockCode[]
  /** Null where the register does not know it either. */
  readonly bornOn: Temporal.PlainDate | null
  readonly dead: boolean
  /** Messages that wait are dropped. */
  readonly silent: boolean
  /** Guardians who no longer have custody lose sight of the child at once; staff settle who answers for it. */
  readonly lostCustody: readonly string[]
}

const DEAD = '90'
const EMIGRATED = '80'
const DISAPPEARED = '70'
const ENDED: readonly string[] = ['30', '50']

/** The blocks this decides about: they lift themselves when the register no longer says so. */
export const REGISTER_BLOCKS = ['deceased', 'emigrated'] as const satisfies readonly BlockCode[]

/** What the register's word changes for a patron, by the statuses of the CPR register. */
export function decideFromRegister(known: KnownPerson, told: RegisterPerson): RegisterDecision {
  const lostCustody = told.guardians.length === 0 ? [] : known.guardians.filter((cpr) => !told.guardians.includes(cpr))
  const tasks: TaskKind[] = []
  if (told.status === DEAD) tasks.push('deceased')
  if (told.status === EMIGRATED) tasks.push('emigrated')
  if (told.status === DISAPPEARED) tasks.push('disappeared')
  if (ENDED.includes(told.status) && !told.currentCpr) tasks.push('number-ended')
  if (lostCustody.length > 0) tasks.push('custody-changed')
  return {
    name: told.name || known.name,
    cpr: told.currentCpr ?? known.cpr,
    protected: told.protected,
    municipality: told.municipality ?? known.municipality,
    address: told.address,
    tasks,
    blocks: told.status === DEAD ? ['deceased'] : told.status === EMIGRATED ? ['emigrated'] : [],
    bornOn: told.bornOn,
    dead: told.status === DEAD,
    silent: told.status === DEAD || told.status === DISAPPEARED,
    lostCustody,
  }
}
