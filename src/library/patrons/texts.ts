import type { Language } from '#core'

interface MessageText {
  readonly subject: string
  readonly body: string
}

/** What is written to patrons about who they are here. */
export const texts = {
  /** To whoever turns 18. */
  grownUp: {
    da: {
      subject: 'Du er fyldt 18',
      body: 'Tillykke. Fra i dag svarer du selv for det, du låner på biblioteket. Den, der var værge for dig, kan ikke længere se dine lån, og vi har slettet, hvem det var.',
    },
    en: {
      subject: 'You have turned 18',
      body: 'Congratulations. From today you answer yourself for what you borrow at the library. Whoever was your guardian can no longer see your loans, and we have deleted who it was.',
    },
  } satisfies Record<Language, MessageText>,
  /** To whoever was the guardian. The child is not named: an e-mail can be read by others. */
  guardianNoLonger: {
    da: {
      subject: 'Du er ikke længere værge på biblioteket',
      body: 'Den unge, du var værge for på biblioteket, er fyldt 18 og svarer nu selv for sine lån. Du kan ikke længere se dem, og vi har slettet, at du var værge.',
    },
    en: {
      subject: 'You are no longer a guardian at the library',
      body: 'The young person whose guardian you were at the library has turned 18 and now answers for their own loans. You can no longer see them, and we have deleted that you were the guardian.',
    },
  } satisfies Record<Language, MessageText>,
}
