import type { Language } from '#core'
import { dayInWords } from './block-rules.ts'

/** Told to someone whose account will end. It holds nothing about what they have borrowed. */
export function inactivityWarning(language: Language, endsOn: Temporal.PlainDate): { subject: string; body: string } {
  const day = dayInWords(endsOn, language)
  if (language === 'da') {
    return {
      subject: 'Din konto på biblioteket bliver slettet',
      body: `Du har ikke brugt biblioteket længe. Derfor sletter vi din konto og alle oplysninger om dig den ${day}. Vil du beholde kontoen, skal du blot bruge biblioteket inden da: log ind på hjemmesiden, lån eller reservér noget.`,
    }
  }
  return {
    subject: 'Your library account will be deleted',
    body: `You have not used the library for a long time. We will therefore delete your account and all data about you on ${day}. To keep the account, just use the library before then: sign in on the website, or borrow or reserve something.`,
  }
}
