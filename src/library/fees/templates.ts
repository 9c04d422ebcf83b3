import { dayOf, type Language, type Ore, oreOf } from '#core'
import { declareTemplate } from '#messages'
import { dateText, kronerText } from '#web'
import { claimText } from './online-texts.ts'
import type { OpenClaim, ReceiptRow } from './queries.ts'
import { methods, reasons } from './texts.ts'

interface ClaimLine {
  readonly number: string
  readonly text: string
  readonly amount: string
  readonly left: string
  readonly charged: string
  readonly payBy: string
  readonly withMunicipality: boolean
  readonly materials: readonly { readonly title: string; readonly itemNumber: string; readonly due: string }[]
}

/** What somebody owes, in words: Cicero's balance statement without its names. */
export interface StatementData {
  readonly fees: readonly ClaimLine[]
  readonly compensations: readonly ClaimLine[]
  readonly sumOfFees: string
  readonly sumOfCompensations: string
  readonly total: string
  /** What the library has written to the patron; bills and statements carry it along. */
  readonly notes: readonly { readonly text: string }[]
}

/** Puts claims in words. What the library owes back is no part of what somebody owes. */
export function statementData(
  claims: readonly OpenClaim[],
  language: Language,
  notes: readonly { readonly text: string }[] = [],
): StatementData {
  const owed = claims.filter(({ left_ore }) => left_ore > 0)
  const of = (kind: OpenClaim['claim']['kind']) => owed.filter(({ claim }) => claim.kind === kind)
  const sum = (of: readonly OpenClaim[]) => kronerText(total(of), language)
  const line = (claim: OpenClaim) => claimLine(claim, language)
  return {
    fees: of('fee').map(line),
    compensations: of('compensation').map(line),
    sumOfFees: sum(of('fee')),
    sumOfCompensations: sum(of('compensation')),
    total: sum(owed),
    notes: notes.map(({ text }) => ({ text })),
  }
}

function total(claims: readonly OpenClaim[]): Ore {
  return oreOf(claims.reduce((sum, { left_ore }) => sum + left_ore, 0))
}

function claimLine(claim: OpenClaim, language: Language): ClaimLine {
  return {
    number: claim.number ?? '',
    text: reasons[claim.reason][language],
    amount: kronerText(claim.amount_ore, language),
    left: kronerText(claim.left_ore, language),
    charged: dateText(dayOf(claim.charged_at), language),
    payBy: claim.pay_by_on ? dateText(claim.pay_by_on, language) : '',
    withMunicipality: claim.handed_over_at !== null,
    materials: claim.materials.map(({ title, barcode, due_on }) => ({
      title,
      itemNumber: barcode,
      due: dateText(due_on, language),
    })),
  }
}

const LINES = {
  da: `{{#fees}}
Gebyr, regning {{number}}, {{charged}}: {{left}}{{#payBy}}, betales senest {{payBy}}{{/payBy}}{{#withMunicipality}} (betales til kommunen){{/withMunicipality}}
{{#materials}}
  {{title}} ({{itemNumber}}), skulle være afleveret {{due}}
{{/materials}}
{{/fees}}
{{#compensations}}
Erstatning, regning {{number}}, {{charged}}: {{left}}{{#payBy}}, betales senest {{payBy}}{{/payBy}}{{#withMunicipality}} (betales til kommunen){{/withMunicipality}}
{{#materials}}
  {{title}} ({{itemNumber}}): {{text}}
{{/materials}}
{{/compensations}}

Gebyrer i alt: {{sumOfFees}}
Erstatninger i alt: {{sumOfCompensations}}
I alt: {{total}}

{{#notes}}
{{text}}
{{/notes}}`,
  en: `{{#fees}}
Late fee, bill {{number}}, {{charged}}: {{left}}{{#payBy}}, pay by {{payBy}}{{/payBy}}{{#withMunicipality}} (pay to the municipality){{/withMunicipality}}
{{#materials}}
  {{title}} ({{itemNumber}}), due {{due}}
{{/materials}}
{{/fees}}
{{#compensations}}
Compensation, bill {{number}}, {{charged}}: {{left}}{{#payBy}}, pay by {{payBy}}{{/payBy}}{{#withMunicipality}} (pay to the municipality){{/withMunicipality}}
{{#materials}}
  {{title}} ({{itemNumber}}): {{text}}
{{/materials}}
{{/compensations}}

Late fees: {{sumOfFees}}
Compensation: {{sumOfCompensations}}
In all: {{total}}

{{#notes}}
{{text}}
{{/notes}}`,
}

const SAMPLE_CLAIMS: readonly OpenClaim[] = [sampleClaim('fee'), sampleClaim('compensation')]

function sampleClaim(kind: 'fee' | 'compensation'): OpenClaim {
  const charged_at = Temporal.Instant.from('2026-03-02T10:00:00Z')
  const amount_ore = oreOf(kind === 'fee' ? 12_000 : 25_500)
  return {
    claim: { kind, id: '' } as OpenClaim['claim'],
    reason: kind === 'fee' ? 'overdue' : 'lost',
    number: kind === 'fee' ? '417300912846' : '880215637104',
    amount_ore,
    paid_ore: oreOf(0),
    left_ore: amount_ore,
    handling_ore: oreOf(0),
    charged_at,
    pay_by_on: Temporal.PlainDate.from('2026-04-01'),
    handed_over_at: null,
    payable: true,
    materials: [
      {
        loan_id: '' as OpenClaim['materials'][number]['loan_id'],
        title: 'Et eksempel på en titel',
        author: null,
        barcode: '5000001234',
        lent_at: charged_at,
        due_on: Temporal.PlainDate.from('2026-02-12'),
        returned_at: charged_at,
      },
    ],
  }
}

const sample = {
  da: statementData(SAMPLE_CLAIMS, 'da', [{ text: 'Din taske ligger ved skranken.' }]),
  en: statementData(SAMPLE_CLAIMS, 'en', [{ text: 'Your bag is at the desk.' }]),
}
const titleFields = ['materials']

/** The bill for loans that are counted as lost. */
export const billTemplate = declareTemplate<StatementData>({
  kind: 'bill',
  label: { da: 'Regning', en: 'Bill' },
  about: 'claim',
  sample,
  titleFields,
  initial: {
    da: {
      subject: 'Regning fra biblioteket',
      body: `Lån, der ikke er afleveret, regnes nu for bortkomne. Det koster gebyr og erstatning.

${LINES.da}

Afleverer du materialet, bortfalder erstatningen; gebyret bortfalder ikke. Er du ikke enig i regningen, kan du kontakte biblioteket.`,
      short: 'Du har fået en regning fra biblioteket på {{total}}.',
    },
    en: {
      subject: 'Bill from the library',
      body: `Loans that were not returned are now counted as lost. That costs a late fee and compensation.

${LINES.en}

If you return the item, the compensation falls away; the late fee does not. If you disagree with the bill, you can contact the library.`,
      short: 'You have a bill from the library of {{total}}.',
    },
  },
})

/** What a patron owes, as they or the desk asked for it. */
export const statementTemplate = declareTemplate<StatementData>({
  kind: 'balance-statement',
  label: { da: 'Kontoudtog', en: 'Statement of account' },
  about: 'claim',
  sample,
  titleFields,
  initial: {
    da: {
      subject: 'Kontoudtog fra biblioteket',
      body: `Her er, hvad du skylder biblioteket i dag.

${LINES.da}`,
      short: 'Du skylder biblioteket {{total}}.',
    },
    en: {
      subject: 'Statement of account from the library',
      body: `This is what you owe the library today.

${LINES.en}`,
      short: 'You owe the library {{total}}.',
    },
  },
})

/** The written notice that must come before a block for debt. It says what ends it, and how to complain. */
export const blockTemplate = declareTemplate<
  StatementData & { readonly limit: string; readonly noticeDays: string; readonly since: string }
>({
  kind: 'debt-notice',
  label: { da: 'Varsel om spærring for lån', en: 'Notice of a block for debt' },
  about: 'claim',
  sample: {
    da: { ...sample.da, limit: '200,00 kr.', noticeDays: '7', since: '27. november 2026' },
    en: { ...sample.en, limit: 'DKK 200.00', noticeDays: '7', since: '27 November 2026' },
  },
  titleFields,
  initial: {
    da: {
      subject: 'Du bliver spærret for lån',
      body: `Du skylder gebyrer for {{limit}} eller mere. Har du ikke betalt, kan du ikke låne, forny eller reservere fra {{since}}. Spærringen ophæves, så snart du skylder mindre end {{limit}} i gebyrer.

{{#fees}}
Regning {{number}}, {{charged}}: {{left}}
{{/fees}}
Gebyrer i alt: {{sumOfFees}}

Er du ikke enig, kan du kontakte biblioteket eller klage til kommunen.`,
      short: 'Du bliver spærret for lån fra {{since}}.',
    },
    en: {
      subject: 'You will be blocked from borrowing',
      body: `You owe {{limit}} or more in late fees. If you have not paid, you cannot borrow, renew or reserve from {{since}}. The block is lifted as soon as you owe less than {{limit}} in late fees.

{{#fees}}
Bill {{number}}, {{charged}}: {{left}}
{{/fees}}
Late fees: {{sumOfFees}}

If you disagree, you can contact the library or complain to the municipality.`,
      short: 'You will be blocked from borrowing from {{since}}.',
    },
  },
})

export interface ReceiptData {
  readonly receipts: readonly {
    readonly number: string
    readonly text: string
    readonly amount: string
    readonly left: string
  }[]
  readonly amountPaid: string
  readonly paidAt: string
  readonly method: string
  readonly branch: string
}

/** Puts the receipts of one payment in words, without titles. What was paid back has its sign. */
export function receiptData(receipts: readonly ReceiptRow[], language: Language): ReceiptData {
  const [first] = receipts
  return {
    receipts: receipts.map((receipt) => ({
      number: receipt.receipt_number,
      text: claimText(receipt.kind, receipt.number)[language],
      amount: kronerText(receipt.amount_ore, language),
      left: receipt.left_ore === null ? '' : kronerText(oreOf(Math.max(0, receipt.left_ore)), language),
    })),
    amountPaid: kronerText(oreOf(receipts.reduce((sum, { amount_ore }) => sum + amount_ore, 0)), language),
    paidAt: first ? dateText(dayOf(first.paid_at), language) : '',
    method: first ? methods[first.method][language] : '',
    branch: first?.branch ?? '',
  }
}

const SAMPLE_RECEIPT: ReceiptRow = {
  receipt_number: '550126384471',
  patron_id: '' as ReceiptRow['patron_id'],
  amount_ore: oreOf(12_000),
  method: 'card',
  paid_at: Temporal.Instant.from('2026-03-02T10:00:00Z'),
  branch: 'Hovedbiblioteket',
  kind: 'fee',
  claim_id: null,
  number: '417300912846',
  left_ore: oreOf(0),
}

/** The receipt for a payment, by e-mail when it was asked for. */
export const receiptTemplate = declareTemplate<ReceiptData>({
  kind: 'payment-receipt',
  label: { da: 'Kvittering for betaling', en: 'Payment receipt' },
  about: 'receipt',
  sample: { da: receiptData([SAMPLE_RECEIPT], 'da'), en: receiptData([SAMPLE_RECEIPT], 'en') },
  initial: {
    da: {
      subject: 'Kvittering fra biblioteket',
      body: `Betalt {{paidAt}}{{#branch}}, {{branch}}{{/branch}}: {{amountPaid}} ({{method}})

{{#receipts}}
Kvittering {{number}}: {{text}}, {{amount}}{{#left}}. Rest: {{left}}{{/left}}
{{/receipts}}`,
      short: 'Biblioteket har modtaget {{amountPaid}}.',
    },
    en: {
      subject: 'Receipt from the library',
      body: `Paid {{paidAt}}{{#branch}}, {{branch}}{{/branch}}: {{amountPaid}} ({{method}})

{{#receipts}}
Receipt {{number}}: {{text}}, {{amount}}{{#left}}. Left: {{left}}{{/left}}
{{/receipts}}`,
      short: 'The library has received {{amountPaid}}.',
    },
  },
})

/** All that this room writes to patrons, for the page on which a library changes the texts. */
export const feesTemplates = [billTemplate, statementTemplate, blockTemplate, receiptTemplate]
