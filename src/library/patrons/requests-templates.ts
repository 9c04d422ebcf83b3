import { declareTemplate } from '#messages'

/** The answer to what somebody asked about their own data: a decision, with where to complain (GDPR Art. 12(4)). */
export const rightsAnswer = declareTemplate({
  kind: 'rights-answer',
  label: { da: 'Svar på en anmodning om rettigheder', en: 'Answer to a request about rights' },
  about: 'decision',
  sample: {
    da: { what: 'Rettelse', granted: false, answer: 'Oplysningen stemmer med CPR-registret.' },
    en: { what: 'Correction', granted: false, answer: 'It is as the CPR register has it.' },
  },
  initial: {
    da: {
      subject: 'Svar på din anmodning',
      body: `Du har skrevet til os om dine oplysninger. Det drejer sig om: {{what}}.

{{#granted}}
Vi gør, som du har bedt om.
{{/granted}}
{{^granted}}
Vi kan ikke gøre, som du har bedt om.
{{/granted}}

{{answer}}

{{^granted}}
Er du ikke enig, kan du klage til Datatilsynet, datatilsynet.dk, eller gå til domstolene.
{{/granted}}`,
      short: 'Vi har svaret på din anmodning om dine oplysninger. Læs svaret under Mine oplysninger.',
    },
    en: {
      subject: 'Answer to your request',
      body: `You have written to us about your data. It is about: {{what}}.

{{#granted}}
We do as you have asked.
{{/granted}}
{{^granted}}
We cannot do as you have asked.
{{/granted}}

{{answer}}

{{^granted}}
If you disagree, you can complain to the Danish Data Protection Agency, datatilsynet.dk, or go to court.
{{/granted}}`,
      short: 'We have answered your request about your data. Read the answer under My data.',
    },
  },
})

/** That the month is not enough, and why: to be said within it (GDPR Art. 12(3)). */
export const rightsExtended = declareTemplate({
  kind: 'rights-extended',
  label: { da: 'Svar på en anmodning tager længere tid', en: 'The answer to a request takes longer' },
  about: 'decision',
  sample: {
    da: { what: 'Rettelse', because: 'Vi venter på CPR-registret.', day: '1. april 2026' },
    en: { what: 'Correction', because: 'We are waiting for the CPR register.', day: '1 April 2026' },
  },
  initial: {
    da: {
      subject: 'Vi har brug for mere tid til at svare dig',
      body: `Du har skrevet til os om dine oplysninger. Det drejer sig om: {{what}}. Vi har brug for mere tid og svarer senest {{day}}.

{{because}}

Du kan klage til Datatilsynet, datatilsynet.dk, eller gå til domstolene.`,
      short: 'Vi har brug for mere tid til at svare på din anmodning om dine oplysninger. Du får svar senest {{day}}.',
    },
    en: {
      subject: 'We need more time to answer you',
      body: `You have written to us about your data. It is about: {{what}}. We need more time and will answer by {{day}}.

{{because}}

You can complain to the Danish Data Protection Agency, datatilsynet.dk, or go to court.`,
      short: 'We need more time to answer your request about your data. You will have an answer by {{day}}.',
    },
  },
})
