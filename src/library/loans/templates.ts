import type { Language, Ore } from '#core'
import { type AnyTemplate, declareTemplate } from '#messages'
import { dateText, kronerText, plural } from '#web'
import { dueMoved } from './move-due.ts'

/** One loan as a message names it. */
export interface LoanLine {
  readonly title: string
  readonly due: string
}

export function lineOf(loan: { title: string; due_on: Temporal.PlainDate }, language: Language): LoanLine {
  return { title: loan.title, due: dateText(loan.due_on, language) }
}

/** `Et lån`, `2 lån`: the start of a sentence. */
export function loansInWords(count: number, language: Language): string {
  if (language === 'da') return plural[language](count, 'Et lån', `${count} lån`)
  return plural[language](count, 'One loan', `${count} loans`)
}

const SAMPLE = {
  da: { title: 'Ronja Røverdatter', due: '3. december 2026' },
  en: { title: 'The Brothers Lionheart', due: '3 December 2026' },
}

export interface DueSoon {
  readonly count: string
  /** Due on these days: how many on each. */
  readonly days: readonly { readonly loans: string; readonly due: string }[]
  readonly items: readonly LoanLine[]
}

export const dueSoon = declareTemplate<DueSoon>({
  kind: 'due-soon',
  label: { da: 'Påmindelse før afleveringsfristen', en: 'Reminder before the due date' },
  about: 'service',
  titleFields: ['title'],
  sample: {
    da: { count: '2 lån', days: [{ loans: '2 lån', due: SAMPLE.da.due }], items: [SAMPLE.da] },
    en: { count: '2 loans', days: [{ loans: '2 loans', due: SAMPLE.en.due }], items: [SAMPLE.en] },
  },
  initial: {
    da: {
      subject: 'Husk at aflevere',
      body: `{{#days}}
{{loans}} skal afleveres senest {{due}}.
{{/days}}

{{#titles}}
{{#items}}
{{title}} – {{due}}
{{/items}}
{{/titles}}

Du kan forny på hjemmesiden, hvis ingen andre venter.`,
      short: 'Husk at aflevere: {{#days}}{{loans}} senest {{due}}. {{/days}}',
    },
    en: {
      subject: 'Remember to return',
      body: `{{#days}}
{{loans}} to be returned by {{due}}.
{{/days}}

{{#titles}}
{{#items}}
{{title}} – {{due}}
{{/items}}
{{/titles}}

You can renew on the website if nobody else is waiting.`,
      short: 'Remember to return: {{#days}}{{loans}} by {{due}}. {{/days}}',
    },
  },
})

export interface Overdue {
  readonly count: string
  readonly items: readonly LoanLine[]
}

const oneOverdue = {
  da: { count: '2 lån', items: [SAMPLE.da] },
  en: { count: '2 loans', items: [SAMPLE.en] },
}

export const overdue = declareTemplate<Overdue>({
  kind: 'overdue',
  label: { da: 'Afleveringsfristen er overskredet', en: 'The due date has passed' },
  about: 'service',
  titleFields: ['title'],
  sample: oneOverdue,
  initial: {
    da: {
      subject: 'Du har lån, der skulle være afleveret',
      body: `{{count}} er over afleveringsfristen. Aflever snarest for at undgå et højere gebyr.

{{#titles}}
{{#items}}
{{title}} – skulle være afleveret {{due}}
{{/items}}
{{/titles}}`,
      short: '{{count}} er over afleveringsfristen. Aflever snarest for at undgå et højere gebyr.',
    },
    en: {
      subject: 'You have overdue loans',
      body: `Overdue: {{count}}. Please return soon to avoid a higher fee.

{{#titles}}
{{#items}}
{{title}} – was due {{due}}
{{/items}}
{{/titles}}`,
      short: 'Overdue: {{count}}. Please return soon to avoid a higher fee.',
    },
  },
})

export function priceText(amount: Ore, language: Language): string {
  return kronerText(amount, language)
}

export interface LoanReceipt {
  readonly items: readonly LoanLine[]
}

const oneLoan = { da: { items: [SAMPLE.da] }, en: { items: [SAMPLE.en] } }

export const loanReceipt = declareTemplate<LoanReceipt>({
  kind: 'loan-receipt',
  label: { da: 'Kvittering for lån', en: 'Loan receipt' },
  about: 'receipt',
  titleFields: ['title'],
  sample: oneLoan,
  initial: {
    da: {
      subject: 'Kvittering for lån',
      body: `Du har lånt:

{{#items}}
{{#titles}}{{title}} – {{/titles}}afleveres senest {{due}}
{{/items}}`,
      short: 'Du har lånt:{{#items}} afleveres senest {{due}}.{{/items}}',
    },
    en: {
      subject: 'Receipt for your loan',
      body: `You have borrowed:

{{#items}}
{{#titles}}{{title}} – {{/titles}}due {{due}}
{{/items}}`,
      short: 'You have borrowed:{{#items}} due {{due}}.{{/items}}',
    },
  },
})

export interface ReturnReceipt {
  readonly items: readonly { readonly title: string; readonly returned: string }[]
  /** What it cost; empty when it cost nothing. */
  readonly fee: string
}

const oneReturn = {
  da: { items: [{ title: SAMPLE.da.title, returned: SAMPLE.da.due }], fee: '20,00 kr.' },
  en: { items: [{ title: SAMPLE.en.title, returned: SAMPLE.en.due }], fee: 'DKK 20.00' },
}

export const returnReceipt = declareTemplate<ReturnReceipt>({
  kind: 'return-receipt',
  label: { da: 'Kvittering for aflevering', en: 'Return receipt' },
  about: 'receipt',
  titleFields: ['title'],
  sample: oneReturn,
  initial: {
    da: {
      subject: 'Kvittering for aflevering',
      body: `Du har afleveret:

{{#items}}
{{#titles}}{{title}} – {{/titles}}{{returned}}
{{/items}}

{{#fee}}Gebyr for sen aflevering: {{fee}}{{/fee}}`,
      short: 'Du har afleveret{{#items}} {{returned}}{{/items}}.{{#fee}} Gebyr: {{fee}}.{{/fee}}',
    },
    en: {
      subject: 'Return receipt',
      body: `You have returned:

{{#items}}
{{#titles}}{{title}} – {{/titles}}{{returned}}
{{/items}}

{{#fee}}Fee for late return: {{fee}}{{/fee}}`,
      short: 'You have returned{{#items}} {{returned}}{{/items}}.{{#fee}} Fee: {{fee}}.{{/fee}}',
    },
  },
})

/** Handed in by somebody else than the patron who has it: so that nobody goes on looking for it. */
export const returnedByAnother = declareTemplate<ReturnReceipt>({
  kind: 'returned-by-another',
  label: { da: 'Dit lån er afleveret af en anden', en: 'Your loan was returned by somebody else' },
  about: 'service',
  titleFields: ['title'],
  sample: oneReturn,
  initial: {
    da: {
      subject: 'Et af dine lån er afleveret',
      body: `En anden har afleveret et af dine lån:

{{#items}}
{{#titles}}{{title}} – {{/titles}}{{returned}}
{{/items}}

{{#fee}}Gebyr for sen aflevering: {{fee}}{{/fee}}`,
      short: 'En anden har afleveret et af dine lån{{#items}} {{returned}}{{/items}}.{{#fee}} Gebyr: {{fee}}.{{/fee}}',
    },
    en: {
      subject: 'One of your loans has been returned',
      body: `Somebody else has returned one of your loans:

{{#items}}
{{#titles}}{{title}} – {{/titles}}{{returned}}
{{/items}}

{{#fee}}Fee for late return: {{fee}}{{/fee}}`,
      short:
        'Somebody else has returned one of your loans{{#items}} {{returned}}{{/items}}.{{#fee}} Fee: {{fee}}.{{/fee}}',
    },
  },
})

export const loansTemplates: readonly AnyTemplate[] = [
  dueSoon,
  overdue,
  loanReceipt,
  returnReceipt,
  returnedByAnother,
  dueMoved,
]
