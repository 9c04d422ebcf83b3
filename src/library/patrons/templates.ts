import { type AnyTemplate, declareTemplate } from '#messages'
import { rightsAnswer, rightsExtended } from './requests-templates.ts'

/** To whoever is enrolled at the desk or has enrolled themself. */
export const welcome = declareTemplate({
  kind: 'welcome',
  label: { da: 'Velkommen som låner', en: 'Welcome to a new patron' },
  about: 'service',
  sample: {
    da: { branch: 'Hovedbiblioteket', number: '123456789', mustShowId: true },
    en: { branch: 'Main library', number: '123456789', mustShowId: true },
  },
  initial: {
    da: {
      subject: 'Velkommen som låner',
      body: `Velkommen som låner. Dit bibliotek er {{branch}}, og dit lånernummer er {{number}}.

{{#mustShowId}}
Før du kan låne, skal du vise legitimation på biblioteket.
{{/mustShowId}}
{{^mustShowId}}
Du kan låne med det samme.
{{/mustShowId}}

På hjemmesiden kan du se, hvad vi ved om dig, og hvor længe vi gemmer det.`,
      short:
        'Velkommen som låner på {{branch}}.{{#mustShowId}} Vis legitimation på biblioteket, før du låner første gang.{{/mustShowId}}',
    },
    en: {
      subject: 'Welcome to the library',
      body: `Welcome to the library. Your branch is {{branch}}, and your patron number is {{number}}.

{{#mustShowId}}
Before you can borrow, you must show identification at the library.
{{/mustShowId}}
{{^mustShowId}}
You can borrow at once.
{{/mustShowId}}

On the website you can see what we know about you and how long we keep it.`,
      short:
        'Welcome to {{branch}}.{{#mustShowId}} Show identification at the library before you borrow for the first time.{{/mustShowId}}',
    },
  },
})

/** To whoever turns 18. */
export const comeOfAgeMessage = declareTemplate({
  kind: 'come-of-age',
  label: { da: 'Du er fyldt 18', en: 'You have turned 18' },
  about: 'service',
  sample: { da: {}, en: {} },
  initial: {
    da: {
      subject: 'Du er fyldt 18',
      body: 'Tillykke. Fra i dag svarer du selv for det, du låner på biblioteket. Den, der var værge for dig, kan ikke længere se dine lån, og vi har slettet, hvem det var.',
      short: 'Tillykke med de 18. Nu svarer du selv for det, du låner på biblioteket, og ingen værge kan se dine lån.',
    },
    en: {
      subject: 'You have turned 18',
      body: 'Congratulations. From today you answer yourself for what you borrow at the library. Whoever was your guardian can no longer see your loans, and we have deleted who it was.',
      short: 'Congratulations on turning 18. You now answer for your own library loans, and no guardian can see them.',
    },
  },
})

/** To whoever was the guardian. The child is not named: an e-mail can be read by others. */
export const guardianNoLonger = declareTemplate({
  kind: 'guardian-no-longer',
  label: { da: 'Ikke længere værge', en: 'No longer a guardian' },
  about: 'service',
  sample: { da: {}, en: {} },
  initial: {
    da: {
      subject: 'Du er ikke længere værge på biblioteket',
      body: 'Den unge, du var værge for på biblioteket, er fyldt 18 og svarer nu selv for sine lån. Du kan ikke længere se dem, og vi har slettet, at du var værge.',
      short: 'Den unge, du var værge for på biblioteket, er fyldt 18 og svarer nu selv for sine lån.',
    },
    en: {
      subject: 'You are no longer a guardian at the library',
      body: 'The young person whose guardian you were at the library has turned 18 and now answers for their own loans. You can no longer see them, and we have deleted that you were the guardian.',
      short: 'The young person whose guardian you were at the library has turned 18 and answers for their own loans.',
    },
  },
})

/** Told to someone whose account will end. It holds nothing about what they have borrowed. */
export const inactivityWarning = declareTemplate({
  kind: 'inactivity',
  label: { da: 'Kontoen bliver slettet', en: 'The account will be deleted' },
  about: 'service',
  sample: { da: { day: '21. november 2028' }, en: { day: '21 November 2028' } },
  initial: {
    da: {
      subject: 'Din konto på biblioteket bliver slettet',
      body: 'Du har ikke brugt biblioteket længe. Derfor sletter vi din konto og alle oplysninger om dig den {{day}}. Vil du beholde kontoen, skal du blot bruge biblioteket inden da: log ind på hjemmesiden, lån eller reservér noget.',
      short:
        'Din bibliotekskonto bliver slettet den {{day}}. Log ind eller lån noget inden da, hvis du vil beholde den.',
    },
    en: {
      subject: 'Your library account will be deleted',
      body: 'You have not used the library for a long time. We will therefore delete your account and all data about you on {{day}}. To keep the account, just use the library before then: sign in on the website, or borrow or reserve something.',
      short: 'Your library account will be deleted on {{day}}. Sign in or borrow something before then to keep it.',
    },
  },
})

const blockWords = {
  da: {
    subject: 'Du er spærret for lån',
    body: `{{sentence}}

{{message}}

{{#until}}
Spærringen gælder til {{until}}.
{{/until}}

Du kan stadig komme på biblioteket. Er du ikke enig, kan du kontakte os eller klage til kommunen.`,
    short:
      'Du er spærret for lån på biblioteket{{#until}} til {{until}}{{/until}}. Kontakt os, så fortæller vi hvorfor.',
  },
  en: {
    subject: 'You are blocked from borrowing',
    body: `{{sentence}}

{{message}}

{{#until}}
The block lasts until {{until}}.
{{/until}}

You may still come to the library. If you disagree, you can contact us or complain to the municipality.`,
    short:
      'You are blocked from borrowing at the library{{#until}} until {{until}}{{/until}}. Contact us, and we will tell you why.',
  },
}

/** A block staff have placed at the desk. */
export const loanBlockMessage = declareTemplate({
  kind: 'loan-block',
  label: { da: 'Spærret for lån', en: 'Blocked from borrowing' },
  about: 'service',
  sample: {
    da: { sentence: 'Du er spærret for lån.', message: 'Henvend dig i biblioteket.', until: '20. februar 2026' },
    en: { sentence: 'You are blocked from borrowing.', message: 'Please ask at the desk.', until: '20 February 2026' },
  },
  initial: blockWords,
})

/** An exclusion is a decision: it has no force before it is told, and says how to complain, so that it never goes by SMS. */
export const exclusionMessage = declareTemplate({
  kind: 'exclusion',
  label: { da: 'Udelukket fra at låne', en: 'Excluded from borrowing' },
  about: 'decision',
  sample: {
    da: {
      sentence: 'Du er udelukket fra at låne.',
      message: 'Du har to gange ikke afleveret.',
      until: '20. februar 2026',
    },
    en: {
      sentence: 'You are excluded from borrowing.',
      message: 'Twice you have not brought back what you borrowed.',
      until: '20 February 2026',
    },
  },
  initial: blockWords,
})

/** A ban from the house, a decision as well. */
export const accessBanMessage = declareTemplate({
  kind: 'access-ban',
  label: { da: 'Bortvist fra biblioteket', en: 'Banned from the library' },
  about: 'decision',
  sample: {
    da: { message: 'Du har slået en anden gæst.', from: '1. december 2025', until: '8. december 2025' },
    en: { message: 'You have hit another visitor.', from: '1 December 2025', until: '8 December 2025' },
  },
  initial: {
    da: {
      subject: 'Du er bortvist fra biblioteket',
      body: `{{message}}

{{#until}}
Fra {{from}} og indtil {{until}} må du ikke komme på biblioteket.
{{/until}}
{{^until}}
Fra {{from}} må du ikke komme på biblioteket, før vi har skrevet til dig igen.
{{/until}}

Du kan stadig låne på nettet. Er du ikke enig, kan du kontakte os eller klage til kommunen.`,
      short: 'Du må ikke komme på biblioteket fra {{from}}. Vi har skrevet til dig hvorfor.',
    },
    en: {
      subject: 'You are banned from the library',
      body: `{{message}}

{{#until}}
From {{from}} and until {{until}} you may not come to the library.
{{/until}}
{{^until}}
From {{from}} you may not come to the library until we have written to you again.
{{/until}}

You may still borrow online. If you disagree, you can contact us or complain to the municipality.`,
      short: 'You may not come to the library from {{from}}. We have written to you why.',
    },
  },
})

/** What this room writes to patrons. */
export const patronTemplates: readonly AnyTemplate[] = [
  welcome,
  comeOfAgeMessage,
  guardianNoLonger,
  inactivityWarning,
  loanBlockMessage,
  exclusionMessage,
  accessBanMessage,
  rightsAnswer,
  rightsExtended,
]
