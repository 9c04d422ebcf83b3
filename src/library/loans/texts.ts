import type { Language } from '#core'
import { type BlockCode, blockText } from '#patrons'

/** Messages about loans. Titles are left out: a message can be read over a shoulder. */
export const texts = {
  dueSoon: {
    da: (count: number, day: string) => ({
      subject: 'Husk at aflevere',
      body: `${count === 1 ? 'Et lån' : `${count} lån`} skal afleveres senest ${day}. Du kan forny på hjemmesiden, hvis ingen andre venter.`,
    }),
    en: (count: number, day: string) => ({
      subject: 'Remember to return',
      body: `${count === 1 ? 'One loan is' : `${count} loans are`} due by ${day}. You can renew on the website if nobody else is waiting.`,
    }),
  },
  overdue: {
    da: (count: number) => ({
      subject: 'Du har lån, der skulle være afleveret',
      body: `${count === 1 ? 'Et lån er' : `${count} lån er`} over afleveringsfristen. Aflever snarest for at undgå et højere gebyr.`,
    }),
    en: (count: number) => ({
      subject: 'You have overdue loans',
      body: `${count === 1 ? 'One loan is' : `${count} loans are`} overdue. Please return soon to avoid a higher fee.`,
    }),
  },
  bill: {
    da: (amount: string) => ({
      subject: 'Regning fra biblioteket',
      body: `Lån, der ikke er afleveret, regnes nu for bortkomne. Du skylder ${amount} for gebyr og erstatning.`,
    }),
    en: (amount: string) => ({
      subject: 'Bill from the library',
      body: `Loans that were not returned are now counted as lost. You owe ${amount} in late fees and compensation.`,
    }),
  },
  ready: {
    da: (number: string, day: string) => ({
      subject: 'Din reservering er klar',
      body: `Din reservering står klar på hylden under nummer ${number}. Hent den senest ${day}.`,
    }),
    en: (number: string, day: string) => ({
      subject: 'Your reservation is ready',
      body: `Your reservation is on the shelf under number ${number}. Pick it up by ${day}.`,
    }),
  },
}

/** A date as people read it in a message. */
export function dayText(day: Temporal.PlainDate, language: Language): string {
  return day.toLocaleString(language === 'da' ? 'da-DK' : 'en-GB', { day: 'numeric', month: 'long', year: 'numeric' })
}

export function amountText(ore: number, language: Language): string {
  const money = new Intl.NumberFormat(language === 'da' ? 'da-DK' : 'en-GB', { style: 'currency', currency: 'DKK' })
  return money.format(ore / 100)
}

/** Why a blocked patron may neither borrow nor renew: a sentence for each block. */
export function blockedText(codes: readonly BlockCode[], language: Language): string {
  return codes.map((code) => blockText(code)[language]).join(' ')
}
