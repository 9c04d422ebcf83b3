import type { Language } from '#core'

/** The written notice that must come before a block for debt. It says what ends it. */
export function debtNotice(language: Language, since: Temporal.PlainDate): { subject: string; body: string } {
  const style = { day: 'numeric', month: 'long', year: 'numeric' } as const
  if (language === 'da') {
    return {
      subject: 'Du bliver spærret for lån',
      body: `Du skylder gebyrer for 200 kr. eller mere. Har du ikke betalt, kan du ikke låne, forny eller reservere fra ${since.toLocaleString('da-DK', style)}. Spærringen ophæves, så snart du skylder mindre end 200 kr. Er du ikke enig, kan du kontakte biblioteket eller klage til kommunen.`,
    }
  }
  return {
    subject: 'You will be blocked from borrowing',
    body: `You owe DKK 200 or more in late fees. If you have not paid, you cannot borrow, renew or reserve from ${since.toLocaleString('en-GB', style)}. The block is lifted as soon as you owe less than DKK 200. If you disagree, you can contact the library or complain to the municipality.`,
  }
}
