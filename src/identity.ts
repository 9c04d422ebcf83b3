import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import {
  createMitId,
  createStaffOidc,
  type MitId,
  mitIdSchema,
  type StaffOidc,
  type StaffOidcConfig,
  staffOidcSchema,
} from '#auth'
import { OperatorProblem } from '#db'

/** Who says who somebody is: MitID for patrons, the municipality for staff, and whether staff need a second factor. */
export interface Identity {
  readonly secondFactor: 'required' | 'offered'
  mitId(agency: string): MitId | undefined
  /** Another question to the same broker, whose answer comes back to another address. */
  mitIdElsewhere(agency: string, callback: string): MitId | undefined
  staffOidc(agency: string): StaffOidc | undefined
}

const schema = z.strictObject({
  secondFactor: z.enum(['required', 'offered']).default('offered'),
  mitid: mitIdSchema.optional(),
  /** By the library's short name. */
  staff: z.record(z.string(), staffOidcSchema).default({}),
})

export type IdentityFile = z.input<typeof schema>

/** Reads the file of `KVIT_IDENTITY_FILE`. @throws OperatorProblem naming the place and what is wrong with it */
export function readIdentityFile(file: string): IdentityFile {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    throw new OperatorProblem(`KVIT_IDENTITY_FILE names ${file}, which cannot be read.`)
  }
  let content: unknown
  try {
    content = parse(text)
  } catch {
    throw new OperatorProblem(`${file} is not YAML.`)
  }
  const read = schema.safeParse(content ?? {})
  if (read.success) return read.data
  // The value itself may be a secret, so only its place is named.
  const lines = read.error.issues.map((issue) => `- ${issue.path.join('.') || 'the file'}: ${issue.message}`)
  throw new OperatorProblem(`${file} cannot be used:\n${lines.join('\n')}`)
}

/** @param publicUrl our own address, which providers send people back to */
export function connectIdentity(file: IdentityFile, publicUrl: string): Identity {
  const { secondFactor, mitid, staff } = schema.parse(file)
  const brokerFor = (callback?: string): MitId | undefined =>
    mitid && createMitId({ ...told(mitid), publicUrl, ...(callback === undefined ? {} : { callback }) })
  const broker = brokerFor()
  const elsewhere = new Map<string, MitId | undefined>()
  const municipal = new Map<string, StaffOidc>()
  return {
    secondFactor,
    mitId: () => broker,
    mitIdElsewhere(_agency, callback) {
      if (!elsewhere.has(callback)) elsewhere.set(callback, brokerFor(callback))
      return elsewhere.get(callback)
    },
    staffOidc(agency) {
      const config = staff[agency]
      if (!config) return undefined
      const known = municipal.get(agency) ?? createStaffOidc({ ...told(config), publicUrl } as StaffOidcConfig)
      municipal.set(agency, known)
      return known
    },
  }
}

/** Without the settings that were left out: what is not told is not there, rather than undefined. */
function told<T extends object>(settings: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as never
}

/** An identity that is not known yet: the demonstration's, which is there when its libraries are. */
export function lateIdentity(get: () => Identity | undefined): Identity {
  return {
    secondFactor: 'offered',
    mitId: (agency) => get()?.mitId(agency),
    mitIdElsewhere: (agency, callback) => get()?.mitIdElsewhere(agency, callback),
    staffOidc: (agency) => get()?.staffOidc(agency),
  }
}
