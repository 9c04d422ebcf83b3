import { z } from 'zod'
import { LAW, type Law } from './law.ts'

const text2 = z.strictObject({ da: z.string().min(1), en: z.string().min(1) })
const slug = z.string().regex(/^[a-z][a-z0-9-]*$/, 'lower-case letters, digits and hyphens')
const says = z
  .string()
  .regex(
    /^(notice lines? \d+(, \d+)*|decision \d+)$/,
    'where it is said: "notice line 36", "notice lines 36, 38" or "decision 4"',
  )
const isoDate = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'a date such as 2026-01-01')
/** Days, weeks, months or years, or hours for what ends within the day. Never mixed with a time of day. */
const period = z
  .string()
  .regex(/^P(\d+Y)?(\d+M)?(\d+W)?(\d+D)?$|^PT\d+H$/, 'a period such as P30D, P1Y or PT24H')
  .refine((p) => p !== 'P', 'a period such as P30D')
const law = z.enum(Object.keys(LAW) as [Law, ...Law[]])

export const clauseSchema = z.strictObject({
  data: slug,
  purpose: slug,
  from: slug,
  keep: period,
  approx: z.literal(true).optional(),
  'round-up': z.literal('accounting-year').optional(),
  action: z.enum(['anonymise', 'delete', 'redact']),
  /** For `delete` and `anonymise`: which of the table's statistics are counted; `anonymise` counts all unless told. */
  count: z.array(slug).optional(),
  basis: z.array(law).min(1),
  /** A sentence for the public that says why it is kept that long. */
  why: text2.optional(),
  says,
})

export const policySchema = z.strictObject({
  agency: z.string().regex(/^[a-z][a-z0-9_]{1,30}$/, 'the agency’s short name, which is also its schema'),
  effective: isoDate,
  languages: z.tuple([z.literal('da'), z.literal('en')]),
  controller: z.strictObject({
    name: z.string().min(1),
    unit: z.string().min(1),
    address: z.string().optional(),
    email: z.email(),
    phone: z.string().optional(),
    website: z.url(),
    says,
  }),
  dpo: z.strictObject({
    email: z.email().optional(),
    address: z.string().optional(),
    phone: z.string().optional(),
    website: z.url().optional(),
    says,
  }),
  authority: z.strictObject({ name: z.string(), website: z.url(), says }),
  /** Where the data are stored, in words a borrower understands. */
  storage: z.strictObject({ place: text2, says }),
  accounting: z.strictObject({ 'year-begins': z.string().regex(/^\d{2}-\d{2}$/, 'month and day, 01-01'), says }),
  decisions: z.array(
    z.strictObject({
      number: z.int().positive(),
      /** What the library's own notice leaves open or says in two ways. */
      about: text2,
      /** What was decided, and why. */
      decided: text2,
    }),
  ),
  enrolment: z.array(
    z.strictObject({
      field: z.enum([
        'cpr',
        'name',
        'address',
        'email',
        'phone',
        'birth-date',
        'pin',
        'guardian',
        'protection',
        'home-branch',
        'language',
        'municipality',
      ]),
      required: z.boolean(),
      from: z.enum(['patron', 'cpr-register', 'photo-id', 'staff']),
      /** What the patron loses by leaving it out. */
      without: text2.optional(),
      says,
    }),
  ),
  ages: z.array(
    z.strictObject({
      rule: z.enum([
        'guardian-signature-under',
        'photo-id-from',
        'self-enrolment-from',
        'digital-consent-from',
        'adult-from',
        'open-library-from',
      ]),
      years: z.int().min(0).max(25),
      says,
    }),
  ),
  /** What holds where people let themselves in without staff. */
  'open-library': z
    .strictObject({
      /** A door opens only while surveillance reports that it works. */
      'needs-surveillance': z.boolean(),
      says,
    })
    .optional(),
  purposes: z.array(
    z.strictObject({
      id: slug,
      name: text2,
      /** One or two plain sentences to the borrower. */
      text: text2,
      basis: z.array(law).min(1),
      data: z.array(slug),
      says,
    }),
  ),
  clauses: z.array(clauseSchema),
  backup: z.strictObject({
    number: z.int().min(1),
    'keep-days': z.int().min(1),
    'keys-keep-days': z.int().min(1),
    says,
  }),
  statistics: z.strictObject({ 'smallest-cell': z.int().min(2), says }),
  publication: z.strictObject({
    /** A publication that would at once remove more than this share of any table must be confirmed once more. */
    'stop-above-percent': z.int().min(1).max(100),
    says,
  }),
  recipients: z.array(
    z.strictObject({
      id: slug,
      name: z.string().min(1),
      role: z.enum(['processor', 'controller']),
      purpose: slug,
      /** What is handed over, as `table.column` (declared) or a planned data name. */
      fields: z.array(z.string().min(1)).min(1),
      place: text2,
      agreement: text2,
      'sub-processors': z.array(z.string()).default([]),
      active: z.boolean().default(true),
      says,
    }),
  ),
  rights: z.array(
    z.strictObject({
      right: z.enum([
        'access',
        'rectification',
        'erasure',
        'restriction',
        'objection',
        'portability',
        'withdraw-consent',
        'complaint',
        'block-misuse',
      ]),
      how: text2,
      says,
    }),
  ),
  /** What the notice must also tell and no clause can: warnings, practice, who may see what. */
  information: z.array(z.strictObject({ id: slug, heading: text2, text: text2, says })),
})

export type Policy = z.infer<typeof policySchema>
export type Clause = z.infer<typeof clauseSchema>
export type Recipient = Policy['recipients'][number]
