import type { Text2 } from '#core'
import type { LendingValues } from './rules.ts'

const labels: Readonly<Record<keyof LendingValues, Text2>> = {
  loanable: { da: 'Kan lånes', en: 'Can be borrowed' },
  leastAge: { da: 'Aldersgrænse', en: 'Age limit' },
  loanDays: { da: 'Lånetid', en: 'Loan period' },
  dueOnOpenDay: { da: 'Frist på en lukkedag flyttes', en: 'A due date on a closed day moves' },
  renewals: { da: 'Fornyelser', en: 'Renewals' },
  renewFromDaysBefore: { da: 'Kan tidligst fornyes', en: 'Can be renewed from' },
  mostLoans: { da: 'Højst lån i alt', en: 'Most loans in all' },
  mostOfGroup: { da: 'Højst lån i materialegruppen', en: 'Most loans of the material group' },
  reservable: { da: 'Kan reserveres', en: 'Can be reserved' },
  mostReservations: { da: 'Højst reserveringer', en: 'Most reservations' },
  pickupDays: { da: 'Står klar', en: 'Stands ready' },
  interestDays: { da: 'Interesseperiode', en: 'Interest period' },
  remindDaysBefore: { da: 'Påmindelse før fristen', en: 'Reminder before the due date' },
  overdueAfterDays: { da: 'Besked efter fristen', en: 'Told after the due date' },
  lostAfterDays: { da: 'Regnes for bortkommet', en: 'Counted as lost' },
  lateFees: { da: 'Gebyr for at aflevere for sent', en: 'Fee for returning late' },
}

const hints: Partial<Record<keyof LendingValues, Text2>> = {
  leastAge: { da: 'I år. 0 betyder, at alle kan låne det.', en: 'In years. 0 means that everyone may borrow it.' },
  loanDays: { da: 'Antal dage.', en: 'Number of days.' },
  dueOnOpenDay: {
    da: 'Fristen lægges på den næste dag, filialen har åbent.',
    en: 'The due date is put on the next day the branch is open.',
  },
  renewals: { da: 'Hvor mange gange et lån kan fornyes.', en: 'How many times a loan can be renewed.' },
  renewFromDaysBefore: { da: 'Antal dage før fristen.', en: 'Number of days before the due date.' },
  mostOfGroup: {
    da: 'En grænse for en gruppe tæller også lån i de grupper, der hører under den.',
    en: 'A limit for a group also counts loans in the groups that are part of it.',
  },
  pickupDays: { da: 'Antal åbningsdage til at hente det i.', en: 'Number of open days in which to pick it up.' },
  interestDays: {
    da: 'Antal dage, en reservering venter, hvis låneren ikke siger andet.',
    en: 'Number of days a reservation waits unless the patron says otherwise.',
  },
  remindDaysBefore: { da: 'Antal dage før fristen.', en: 'Number of days before the due date.' },
  overdueAfterDays: {
    da: 'Antal dage efter fristen, op til fem med komma imellem, for eksempel 1, 14.',
    en: 'Number of days after the due date, up to five with commas between, such as 1, 14.',
  },
  lostAfterDays: { da: 'Antal dage efter fristen.', en: 'Number of days after the due date.' },
}

export const valueTexts = {
  labels,
  hints,
  yes: { da: 'ja', en: 'yes' },
  no: { da: 'nej', en: 'no' },
  leftOpen: { da: 'Det siger reglen ikke noget om', en: 'The rule says nothing about it' },
  noLimit: { da: 'ingen grænse', en: 'no limit' },
  anyTime: { da: 'når som helst', en: 'at any time' },
  never: { da: 'aldrig', en: 'never' },
  everyone: { da: 'ingen', en: 'none' },
  years: (age: number): Text2 => ({ da: `${age} år`, en: `${age} years` }),
  days: (days: string, one: boolean): Text2 => ({
    da: `${days} ${one ? 'dag' : 'dage'}`,
    en: `${days} ${one ? 'day' : 'days'}`,
  }),
  none: (label: string, none: string): Text2 => ({ da: `${label}: ${none}`, en: `${label}: ${none}` }),
  missing: {
    da: 'Skriv, hvad der gælder, når ingen regel siger andet.',
    en: 'Write what applies when no rule says otherwise.',
  },
  bothTyped: {
    da: 'Du har både skrevet et tal og sat kryds. Gør kun det ene.',
    en: 'You have both written a number and ticked the box. Do only one of them.',
  },
  wholeNumber: (least: number, most: number): Text2 => ({
    da: `Skriv et helt tal fra ${least} til ${most}.`,
    en: `Write a whole number from ${least} to ${most}.`,
  }),
  fewDays: (steps: number, most: number): Text2 => ({
    da: `Skriv højst ${steps} hele tal fra 1 til ${most} med komma imellem.`,
    en: `Write at most ${steps} whole numbers from 1 to ${most}, with commas between.`,
  }),
} as const
