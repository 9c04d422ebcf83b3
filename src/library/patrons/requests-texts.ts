import { type Language, type Text2, unreachable } from '#core'
import type { AskRightRefusal, CaseRefusal, RightsCaseKind, RightsCaseRow } from '#privacy'
import { dateText, pluralText } from '#web'

export const kindTexts: Readonly<Record<RightsCaseKind, Text2>> = {
  correction: { da: 'Ret noget, der er forkert', en: 'Correct something that is wrong' },
  restriction: { da: 'Lad mine oplysninger ligge urørt', en: 'Leave my data untouched' },
  objection: { da: 'Jeg er imod, at I bruger noget om mig', en: 'I object to your using something about me' },
  erasure: { da: 'Slet noget om mig', en: 'Delete something about me' },
}

export const kindHints: Readonly<Record<RightsCaseKind, Text2>> = {
  correction: {
    da: 'For eksempel et forkert navn. E-mail og telefon kan du selv rette under Hvordan vi når dig.',
    en: 'Such as a wrong name. You can change e-mail and telephone yourself under How we reach you.',
  },
  restriction: {
    da: 'Vi gemmer dem, men bruger dem ikke, mens en sag er uafklaret. Imens kan du ikke låne eller reservere.',
    en: 'We keep them but do not use them while a matter is open. Meanwhile you cannot borrow or reserve.',
  },
  objection: {
    da: 'Skriv, hvad det er, og hvorfor. Så skal vi holde op, medmindre vi har en tungtvejende grund.',
    en: 'Write what it is, and why. We must then stop, unless we have a weighty reason.',
  },
  erasure: {
    da: 'Skriv, hvad der skal slettes. Hele kontoen kan du selv slette nedenfor.',
    en: 'Write what is to be deleted. You can delete the whole account yourself below.',
  },
}

export const texts = {
  rights: { da: 'Dine rettigheder', en: 'Your rights' },
  toRights: {
    da: 'Bed os rette, slette eller lade være med at bruge noget, eller slet din konto',
    en: 'Ask us to correct, delete or not use something, or delete your account',
  },
  rightsLead: {
    da: 'Du kan bede os rette, slette eller lade være med at bruge det, vi har om dig. Vi svarer senest en måned efter og skriver hvorfor.',
    en: 'You can ask us to correct, delete or not use what we hold about you. We answer within a month and write why.',
  },
  mine: { da: 'Det, du har bedt om', en: 'What you have asked for' },
  noneMine: { da: 'Du har ikke bedt om noget endnu.', en: 'You have not asked for anything yet.' },
  ask: { da: 'Bed om noget', en: 'Ask for something' },
  kind: { da: 'Hvad skal vi gøre?', en: 'What shall we do?' },
  choose: { da: 'Vælg', en: 'Choose' },
  kindMissing: { da: 'Vælg, hvad vi skal gøre.', en: 'Choose what we shall do.' },
  wish: { da: 'Skriv, hvad det drejer sig om', en: 'Write what it is about' },
  wishHint: {
    da: 'Skriv ikke dit CPR-nummer. Vi ved, hvem du er.',
    en: 'Leave out your CPR number. We know who you are.',
  },
  wishMissing: { da: 'Skriv, hvad det drejer sig om.', en: 'Write what it is about.' },
  cpr: {
    da: 'Der står et CPR-nummer i teksten. Fjern det, og send igen.',
    en: 'There is a CPR number in the text. Remove it and send again.',
  },
  send: { da: 'Send', en: 'Send' },
  sent: {
    da: 'Vi har modtaget det, du har skrevet. Du kan følge det her',
    en: 'We have received what you wrote. You can follow it here',
  },
  what: { da: 'Hvad', en: 'What' },
  state: { da: 'Status', en: 'How far are we?' },
  answer: { da: 'Svar', en: 'Answer' },
  received: { da: 'Modtaget', en: 'Received' },
  due: { da: 'Svar senest', en: 'Answer due' },
  withdraw: { da: 'Træk tilbage', en: 'Withdraw' },
  withdrawn: { da: 'Du har trukket det tilbage', en: 'You have withdrawn it' },
  complain: {
    da: 'Er du ikke enig i et svar, kan du klage til Datatilsynet, datatilsynet.dk.',
    en: 'If you disagree with an answer, you can complain to the Danish Data Protection Agency, datatilsynet.dk.',
  },
  erased: { da: 'Din konto er slettet', en: 'Your account is deleted' },
  erasedLead: {
    da: 'Skriv nummeret ned, hvis du vil kunne vise, at det er sket. Det siger intet om dig og vises kun her.',
    en: 'Write the number down if you want to be able to show that it was done. It says nothing about you and is shown only here.',
  },
  eraseMe: { da: 'Slet min konto', en: 'Delete my account' },
  eraseMeLead: {
    da: 'Vi sletter din konto og alt, hvad vi har om dig, med det samme. Kun det, en lov kræver, at vi gemmer, bliver tilbage. Det kan ikke fortrydes.',
    en: 'We delete your account and all we hold about you at once. Only what a law makes us keep remains. It cannot be undone.',
  },
  pin: { da: 'Din pinkode', en: 'Your PIN' },
  pinHint: {
    da: 'Vi spørger igen, så ingen andre kan slette din konto.',
    en: 'We ask again so that nobody else can delete your account.',
  },
  pinWrong: { da: 'Pinkoden er ikke rigtig. Prøv igen.', en: 'The PIN is not right. Try again.' },
  pinLocked: {
    da: 'Der er prøvet for mange gange. Vent et kvarter, og prøv igen.',
    en: 'There have been too many tries. Wait a quarter of an hour and try again.',
  },
  noPin: {
    da: 'Du har ingen pinkode, og vi skal være sikre på, at det er dig. Vælg en pinkode først, eller bed personalet om at slette kontoen.',
    en: 'You have no PIN, and we must be sure that it is you. Choose a PIN first, or ask staff to delete the account.',
  },
  choosePin: { da: 'Vælg en pinkode', en: 'Choose a PIN' },
  eraseNow: { da: 'Slet min konto nu', en: 'Delete my account now' },
  stillOpen: { da: 'Din konto kan ikke slettes endnu', en: 'Your account cannot be deleted yet' },
  stillOpenText: {
    da: 'Kontoen kan slettes, når det her er afsluttet. Aflever, betal eller afbestil, og kom tilbage til denne side.',
    en: 'The account can be deleted when this is finished. Return, pay or cancel, and come back to this page.',
  },
  openThings: { da: 'Det mangler at blive afsluttet', en: 'What is not finished' },
  because: { da: 'Hvorfor', en: 'Why' },
  count: { da: 'Antal', en: 'Number' },
  data: { da: 'Oplysninger', en: 'Data' },

  requests: { da: 'Anmodninger om rettigheder', en: 'Requests about rights' },
  requestsLead: {
    da: 'Det, lånere har bedt om. Det første skal besvares først. Svaret skal have en begrundelse, også når det er ja.',
    en: 'What patrons have asked for. The first is to be answered first. Every answer needs its reasons, also a yes.',
  },
  noRequests: { da: 'Ingen venter på svar.', en: 'Nobody is waiting for an answer.' },
  patron: { da: 'Låner', en: 'Patron' },
  daysLeft: { da: 'Dage tilbage', en: 'Days left' },
  whatTheyWrote: { da: 'Det skriver låneren', en: 'What the patron writes' },
  outcome: { da: 'Svaret er', en: 'The answer is' },
  granted: { da: 'Ja, vi gør det', en: 'Yes, we do so' },
  refused: { da: 'Nej', en: 'No' },
  reasoned: { da: 'Begrundelse til låneren', en: 'Reasons, to the patron' },
  reasonedHint: {
    da: 'Låneren får teksten, som den står. Skriv kort og venligt, hvad der er gjort eller hvorfor ikke.',
    en: 'The patron is sent the text as it stands. Write briefly and kindly what was done, or why not.',
  },
  outcomeMissing: { da: 'Vælg, om svaret er ja eller nej.', en: 'Choose whether the answer is yes or no.' },
  reasonMissing: { da: 'Skriv en begrundelse.', en: 'Write the reasons.' },
  sendAnswer: { da: 'Send svaret', en: 'Send the answer' },
  answered: { da: 'Svaret er sendt til låneren', en: 'The answer is sent to the patron' },
  extend: { da: 'Få mere tid', en: 'Take more time' },
  extendLead: {
    da: 'Er sagen svær, kan svaret tage op til tre måneder i alt. Låneren får at vide hvorfor.',
    en: 'Where the case is hard, the answer may take up to three months in all. The patron is told why.',
  },
  extendBecause: { da: 'Hvorfor er en måned ikke nok?', en: 'Why is a month not enough?' },
  extended: { da: 'Fristen er flyttet, og låneren får besked', en: 'The day is moved, and the patron is told' },
  carryOut: { da: 'Åbn låneren for at gøre det, der er bedt om', en: 'Open the patron to do what is asked' },
  restrictsItself: {
    da: 'Svarer du ja, begynder begrænsningen med det samme.',
    en: 'If you answer yes, the restriction begins at once.',
  },
  back: { da: 'Tilbage til listen', en: 'Back to the list' },
} as const

/** How far a request has come, as the patron reads it. */
export function stateText(row: RightsCaseRow, language: Language): string {
  switch (row.outcome) {
    case null: {
      const day = dateText(row.due_on, language)
      const said: Text2 = row.extended_because
        ? {
            da: `Vi har brug for mere tid og svarer senest ${day}. ${row.extended_because}`,
            en: `We need more time and answer by ${day}. ${row.extended_because}`,
          }
        : { da: `Venter på svar. Du får det senest ${day}.`, en: `Waiting for an answer. You have it by ${day}.` }
      return said[language]
    }
    case 'granted':
      return { da: 'Vi har gjort det', en: 'We have done it' }[language]
    case 'refused':
      return { da: 'Vi kan ikke gøre det', en: 'We cannot do it' }[language]
    case 'withdrawn':
      return { da: 'Du har trukket det tilbage', en: 'You have withdrawn it' }[language]
    default:
      return unreachable(row.outcome)
  }
}

export function daysLeftText(days: number): Text2 {
  if (days < 0) return { da: `${-days} over tiden`, en: `${-days} overdue` }
  if (days === 0) return { da: 'i dag', en: 'today' }
  return pluralText(days, { da: '1 dag', en: '1 day' }, { da: `${days} dage`, en: `${days} days` })
}

export function askRefusalText(refusal: AskRightRefusal): Text2 {
  switch (refusal.kind) {
    case 'no-wish':
      return texts.wishMissing
    case 'already-open':
      return {
        da: 'Du har allerede bedt om det og får svar. Vil du tilføje noget, så træk det tilbage, og skriv igen.',
        en: 'You have asked for this already and will have an answer. To add something, withdraw it and write again.',
      }
    case 'unknown':
      return { da: 'Kontoen findes ikke længere.', en: 'The account no longer exists.' }
    default:
      return unreachable(refusal.kind)
  }
}

export function caseRefusalText(refusal: CaseRefusal): Text2 {
  switch (refusal.kind) {
    case 'no-reason':
      return texts.reasonMissing
    case 'closed':
      return { da: 'Sagen er besvaret eller trukket tilbage.', en: 'The case has been answered or withdrawn.' }
    case 'unknown':
      return { da: 'Sagen findes ikke længere.', en: 'The case no longer exists.' }
    case 'not-allowed':
      return { da: 'Dine roller rækker ikke til at svare.', en: 'Your roles do not allow you to answer.' }
    case 'already-extended':
      return { da: 'Fristen er flyttet én gang og kan ikke flyttes igen.', en: 'The day has been moved once already.' }
    case 'too-late':
      return {
        da: 'Fristen er overskredet og kan ikke flyttes. Svar nu.',
        en: 'The day has passed and cannot be moved. Answer now.',
      }
    case 'restriction':
      return {
        da: 'Kun databeskyttelsesrådgiveren kan begrænse brugen af oplysninger. Lad rådgiveren svare på sagen.',
        en: 'Only the data-protection officer can restrict the use of data. Leave the answer to them.',
      }
    default:
      return unreachable(refusal)
  }
}
