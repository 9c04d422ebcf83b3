import { type Language, type Text2, unreachable } from '#core'
import { blockText } from '#patrons'
import { plural } from '#web'
import type { AbsenceRefusal } from './absence.ts'
import type { ChangeReservationRefusal } from './change.ts'
import type { ReservationRefusal } from './rules.ts'

/** What a patron reads of their reservations. */
export const texts = {
  me: { da: 'Min side', en: 'My page' },
  reservations: { da: 'Mine reserveringer', en: 'My reservations' },
  none: { da: 'Du har ikke reserveret noget.', en: 'You have reserved nothing.' },
  nothing: { da: 'Ingen reserveringer', en: 'No reservations' },
  findSomething: { da: 'Find noget at reservere', en: 'Find something to reserve' },
  elsewhere: { da: 'Bestil fra et andet bibliotek', en: 'Order from another library' },
  tileReady: (ready: number): Text2 => ({
    da: plural.da(ready, '1 ligger klar', `${ready} ligger klar`),
    en: plural.en(ready, '1 is ready', `${ready} are ready`),
  }),
  tileUntil: (day: string): Text2 => ({ da: `Hentes senest ${day}`, en: `Pick up by ${day}` }),
  tileWaiting: (count: number): Text2 => ({
    da: plural.da(count, '1 reservering', `${count} reserveringer`),
    en: plural.en(count, '1 reservation', `${count} reservations`),
  }),
  tileNotReady: { da: 'Ingen ligger klar endnu', en: 'None is ready yet' },
  states: {
    ready: { da: 'Ligger klar', en: 'Ready' },
    'in-transit': { da: 'På vej til dig', en: 'On its way to you' },
    waiting: { da: 'Venter', en: 'Waiting' },
  },
  pickUpAt: (branch: string): Text2 => ({ da: `Hentes på ${branch}`, en: `Pick up at ${branch}` }),
  pickUpNumber: { da: 'Afhentningsnummer', en: 'Pickup number' },
  pickUpUntil: (day: string): Text2 => ({ da: `Senest ${day}`, en: `By ${day}` }),
  place: (place: number): Text2 => ({
    da: place > 1 ? `Du er nummer ${place} i køen` : 'Du er den næste i køen',
    en: place > 1 ? `You are number ${place} in the queue` : 'You are next in the queue',
  }),
  fetched: { da: 'Vi skaffer det fra et andet bibliotek', en: 'We are getting it from another library' },
  until: (day: string): Text2 => ({
    da: `Du venter indtil ${day}`,
    en: `You are waiting until ${day}`,
  }),
  editions: (list: string): Text2 => ({
    da: `Den første, der bliver ledig, af: ${list}`,
    en: `Whichever is free first of: ${list}`,
  }),
  issue: (issue: string): Text2 => ({ da: `Nummer ${issue}`, en: `Issue ${issue}` }),
  change: { da: 'Ret eller slet', en: 'Change or delete' },
  changeNamed: (title: string): Text2 => ({ da: `Ret eller slet ${title}`, en: `Change or delete ${title}` }),
  reservation: { da: 'Reservering', en: 'Reservation' },
  branch: { da: 'Hvor vil du hente det?', en: 'Where will you pick it up?' },
  interest: { da: 'Hvor længe vil du vente?', en: 'How long will you wait?' },
  interestUntil: { da: 'Vent indtil', en: 'Wait until' },
  interestHint: {
    da: 'Er det ikke din tur inden da, slettes reserveringen. Din plads i køen ændres ikke.',
    en: 'If it is not your turn by then, the reservation is deleted. Your place in the queue does not change.',
  },
  interestUsual: { da: 'Så længe, biblioteket plejer', en: 'As long as the library usually keeps it' },
  months: (months: number): Text2 => ({
    da: months === 12 ? '1 år' : plural.da(months, '1 måned', `${months} måneder`),
    en: months === 12 ? '1 year' : plural.en(months, '1 month', `${months} months`),
  }),
  save: { da: 'Gem', en: 'Save' },
  saved: {
    da: 'Reserveringen er ændret. Du har stadig din plads i køen.',
    en: 'The reservation is changed. You still have your place in the queue.',
  },
  settled: {
    da: 'Den er ved at blive gjort klar, så stedet kan ikke ændres mere.',
    en: 'It is being made ready, so the place can no longer be changed.',
  },
  deleteHeading: { da: 'Slet reserveringen', en: 'Delete the reservation' },
  deleteWaiting: {
    da: 'Så mister du din plads i køen, og vi gemmer ikke, at du har ventet.',
    en: 'You lose your place in the queue, and we do not keep that you waited.',
  },
  deleteFilled: {
    da: 'Så går den videre til den næste, der venter, og vi gemmer ikke, at den var din.',
    en: 'It goes to the next who waits, and we do not keep that it was yours.',
  },
  delete: { da: 'Slet reserveringen', en: 'Delete the reservation' },
  deleted: { da: 'Reserveringen er slettet.', en: 'The reservation is deleted.' },
  gone: {
    da: 'Reserveringen findes ikke mere. Måske er den hentet, udløbet eller slettet.',
    en: 'The reservation is no longer there. Perhaps it has been picked up, has expired or been deleted.',
  },
  reserve: { da: 'Reservér', en: 'Reserve' },
  reserveNamed: (title: string): Text2 => ({ da: `Reservér ${title}`, en: `Reserve ${title}` }),
  reserved: (place: number | null): Text2 => ({
    da:
      place === null
        ? 'Det er reserveret.'
        : `Det er reserveret. ${place > 1 ? `Du er nummer ${place} i køen.` : 'Du er den næste i køen.'}`,
    en:
      place === null
        ? 'It is reserved.'
        : `It is reserved. ${place > 1 ? `You are number ${place} in the queue.` : 'You are next in the queue.'}`,
  }),
  reservedBefore: { da: 'Du har allerede reserveret det.', en: 'You have reserved it already.' },
  youWait: { da: 'Du har reserveret titlen.', en: 'You have reserved this title.' },
  youHave: { da: 'Du har lånt titlen.', en: 'You have this title on loan.' },
  toReservations: { da: 'Se dine reserveringer', en: 'See your reservations' },
  waiting: (count: number): Text2 => ({
    da: plural.da(count, '1 venter på titlen.', `${count} venter på titlen.`),
    en: plural.en(count, '1 person is waiting for this title.', `${count} people are waiting for this title.`),
  }),
  notReserved: { da: 'Det blev ikke reserveret', en: 'It was not reserved' },
  otherEditions: { da: 'Må det også være en anden udgave?', en: 'Will another edition do?' },
  otherEditionsLead: {
    da: 'Sæt kryds ved dem, der også er gode nok. Du får den, der bliver ledig først, og de andre reserveringer slettes.',
    en: 'Tick those that will do as well. You get whichever is free first, and the others are deleted.',
  },
  whichIssue: { da: 'Hvilket nummer?', en: 'Which issue?' },
  // Absence
  absence: { da: 'Når du er væk', en: 'When you are away' },
  absenceLead: {
    da: 'Er du på ferie eller væk af en anden grund, så lægger vi ikke noget klar til dig imens. Du beholder din plads i køen. Det, der allerede ligger klar, skal stadig hentes inden fristen.',
    en: 'If you are on holiday or away for another reason, we set nothing aside for you meanwhile. You keep your place in the queue. What is ready already must still be picked up in time.',
  },
  absenceForget: {
    da: 'Når du er tilbage, gemmer vi ikke, hvornår du var væk.',
    en: 'When you are back, we do not keep when you were away.',
  },
  awayBetween: (from: string, until: string): Text2 => ({
    da: `Du har oplyst, at du er væk fra ${from} til og med ${until}.`,
    en: `You have told us that you are away from ${from} up to and including ${until}.`,
  }),
  awayFrom: (from: string): Text2 => ({
    da: `Du har oplyst, at du er væk fra ${from}, indtil du siger til.`,
    en: `You have told us that you are away from ${from} until you tell us otherwise.`,
  }),
  from: { da: 'Første dag, du er væk', en: 'First day away' },
  to: { da: 'Sidste dag, du er væk', en: 'Last day away' },
  toHint: { da: 'Lad feltet stå tomt, hvis du ikke ved det endnu.', en: 'Leave it empty if you do not know yet.' },
  absenceSave: { da: 'Gem perioden', en: 'Save the period' },
  absenceSaved: {
    da: 'Perioden er gemt. Vi lægger intet klar imens.',
    en: 'The period is saved. We set nothing aside meanwhile.',
  },
  back: { da: 'Jeg er tilbage: slet perioden', en: 'I am back: delete the period' },
  welcomeBack: {
    da: 'Perioden er slettet. Vi lægger klar igen.',
    en: 'The period is deleted. We set things aside again.',
  },
  dayWrong: { da: 'Vælg en dag', en: 'Choose a day' },
} as const

/** What a guardian reads of a child's reservations where it is not what the child itself reads. */
const childTexts = {
  reservations: { da: 'Barnets reserveringer', en: 'The child’s reservations' },
  none: { da: 'Barnet har ikke reserveret noget.', en: 'The child has reserved nothing.' },
  states: { ...texts.states, 'in-transit': { da: 'På vej', en: 'On its way' } },
  place: (place: number): Text2 => ({
    da: place > 1 ? `Barnet er nummer ${place} i køen` : 'Barnet er det næste i køen',
    en: place > 1 ? `The child is number ${place} in the queue` : 'The child is next in the queue',
  }),
  until: (day: string): Text2 => ({ da: `Barnet venter indtil ${day}`, en: `The child is waiting until ${day}` }),
  saved: {
    da: 'Reserveringen er ændret. Barnet har stadig sin plads i køen.',
    en: 'The reservation is changed. The child still has its place in the queue.',
  },
  deleteWaiting: {
    da: 'Så mister barnet sin plads i køen, og vi gemmer ikke, at det har ventet.',
    en: 'The child loses its place in the queue, and we do not keep that it waited.',
  },
  deleteFilled: {
    da: 'Så går den videre til den næste, der venter, og vi gemmer ikke, at den var barnets.',
    en: 'It goes to the next who waits, and we do not keep that it was the child’s.',
  },
  absence: { da: 'Når barnet er væk', en: 'When the child is away' },
  absenceLead: {
    da: 'Er barnet på ferie eller væk af en anden grund, så lægger vi ikke noget klar til det imens. Barnet beholder sin plads i køen. Det, der allerede ligger klar, skal stadig hentes inden fristen.',
    en: 'If the child is on holiday or away for another reason, we set nothing aside for it meanwhile. The child keeps its place in the queue. What is ready already must still be picked up in time.',
  },
  absenceForget: {
    da: 'Når barnet er tilbage, gemmer vi ikke, hvornår det var væk.',
    en: 'When the child is back, we do not keep when it was away.',
  },
  awayBetween: (from: string, until: string): Text2 => ({
    da: `Det er oplyst, at barnet er væk fra ${from} til og med ${until}.`,
    en: `We have been told that the child is away from ${from} up to and including ${until}.`,
  }),
  awayFrom: (from: string): Text2 => ({
    da: `Det er oplyst, at barnet er væk fra ${from}, indtil nogen siger til.`,
    en: `We have been told that the child is away from ${from} until somebody tells us otherwise.`,
  }),
  from: { da: 'Første dag, barnet er væk', en: 'First day away' },
  to: { da: 'Sidste dag, barnet er væk', en: 'Last day away' },
  back: { da: 'Barnet er tilbage: slet perioden', en: 'The child is back: delete the period' },
} as const

export type Words = typeof texts | (Omit<typeof texts, keyof typeof childTexts> & typeof childTexts)

/** The words for whoever's reservations these are: one's own, or a child's. */
export function wordsFor(child: string | undefined): Words {
  return child === undefined ? texts : { ...texts, ...childTexts }
}

/** Why something is not reserved, said to whoever would have it. */
export function myReservationText(refusal: ReservationRefusal, language: Language): string {
  const da = language === 'da'
  switch (refusal.kind) {
    case 'unknown-patron':
      return da ? 'Du findes ikke som låner mere.' : 'You are no longer known as a patron.'
    case 'unknown-title':
      return da ? 'Titlen findes ikke hos os mere.' : 'We no longer have this title.'
    case 'unknown-branch':
      return da ? 'Vælg, hvor du vil hente det.' : 'Choose where you will pick it up.'
    case 'already-reserved':
      return da ? 'Du har allerede reserveret titlen.' : 'You have reserved this title already.'
    case 'already-borrowed':
      return da ? 'Du har allerede lånt titlen.' : 'You have this title on loan already.'
    case 'restricted':
      return da
        ? 'Du har bedt os om at begrænse, hvad vi gør med dine oplysninger. Imens kan du ikke reservere.'
        : 'You have asked us to restrict what we do with your data. Meanwhile you cannot reserve.'
    case 'blocked':
      return refusal.codes.map((code) => blockText(code)[language]).join(' ')
    case 'not-reservable':
      return da
        ? 'Titlen kan ikke reserveres. Du kan låne den, når du finder den på hylden.'
        : 'This title cannot be reserved. You can borrow it when you find it on the shelf.'
    case 'not-loanable':
      return da ? 'Titlen kan kun bruges på biblioteket.' : 'This title can be used at the library only.'
    case 'too-young':
      return da
        ? `Titlen kan lånes, fra man er ${refusal.age} år.`
        : `One must be ${refusal.age} years old to borrow this title.`
    case 'lost':
      return da ? 'Alle eksemplarer er desværre bortkommet.' : 'Every copy has been lost, unfortunately.'
    case 'withdrawn':
      return da ? 'Biblioteket har ikke titlen mere.' : 'The library no longer has this title.'
    case 'no-items':
      return da ? 'Biblioteket har ingen eksemplarer af den.' : 'The library has no copies of it.'
    case 'too-many':
      return da
        ? `Du kan højst have ${refusal.limit} reserveringer ad gangen. Slet en, du ikke venter på mere.`
        : `You can have at most ${refusal.limit} reservations at a time. Delete one you no longer wait for.`
    case 'interest-in-past':
      return da ? 'Vælg en dag, der ikke er gået.' : 'Choose a day that has not passed.'
    default:
      return unreachable(refusal)
  }
}

export function changeText(refusal: ChangeReservationRefusal): Text2 {
  switch (refusal.kind) {
    case 'unknown-reservation':
      return texts.gone
    case 'being-filled':
      return texts.settled
    case 'unknown-branch':
      return { da: 'Vælg, hvor du vil hente det.', en: 'Choose where you will pick it up.' }
    case 'interest-in-past':
      return { da: 'Vælg en dag, der ikke er gået.', en: 'Choose a day that has not passed.' }
    default:
      return unreachable(refusal)
  }
}

export function absenceText(refusal: AbsenceRefusal): Text2 {
  switch (refusal.kind) {
    case 'feature-off':
      return {
        da: 'Biblioteket gemmer ikke, hvornår du er væk.',
        en: 'The library does not keep when you are away.',
      }
    case 'unknown-patron':
      return { da: 'Du findes ikke som låner mere.', en: 'You are no longer known as a patron.' }
    case 'ends-before-it-begins':
      return { da: 'Den sidste dag skal ligge efter den første.', en: 'The last day must come after the first.' }
    case 'over':
      return { da: 'Perioden er allerede forbi.', en: 'The period is over already.' }
    default:
      return unreachable(refusal)
  }
}
