import { type Language, unreachable } from '#core'
import { blockText } from '#patrons'
import type { ReservationRefusal } from './rules.ts'

/** Why a reservation is not made. */
export function reservationText(refusal: ReservationRefusal, language: Language): string {
  const da = language === 'da'
  switch (refusal.kind) {
    case 'unknown-patron':
      return da ? 'Låneren er ikke kendt.' : 'The patron is not known.'
    case 'unknown-title':
      return da ? 'Titlen findes ikke.' : 'There is no such title.'
    case 'unknown-branch':
      return da ? 'Vælg, hvor det skal hentes.' : 'Choose where to pick it up.'
    case 'already-reserved':
      return da ? 'Titlen er allerede reserveret.' : 'The title is reserved already.'
    case 'already-borrowed':
      return da ? 'Titlen er allerede lånt.' : 'The title is on loan already.'
    case 'restricted':
      return da
        ? 'Behandlingen af lånerens oplysninger er begrænset, så der kan ikke reserveres.'
        : 'The processing of the patron’s data is restricted, so nothing can be reserved.'
    case 'blocked':
      return refusal.codes.map((code) => blockText(code)[language]).join(' ')
    case 'not-reservable':
      return da ? 'Titlen kan ikke reserveres.' : 'The title cannot be reserved.'
    case 'not-loanable':
      return da ? 'Titlen kan kun bruges på stedet.' : 'The title can be used in the house only.'
    case 'too-young':
      return da
        ? `Titlen kan lånes fra man er ${refusal.age} år.`
        : `One must be ${refusal.age} years old to borrow the title.`
    case 'lost':
      return da ? 'Alle eksemplarer er bortkommet.' : 'Every copy is lost.'
    case 'withdrawn':
      return da ? 'Alle eksemplarer er kasseret.' : 'Every copy has been withdrawn.'
    case 'no-items':
      return da ? 'Biblioteket har ingen eksemplarer.' : 'The library has no copies.'
    case 'too-many':
      return da
        ? `Man kan højst have ${refusal.limit} reserveringer ad gangen.`
        : `One can have at most ${refusal.limit} reservations at a time.`
    case 'interest-in-past':
      return da ? 'Vælg en dag fra i dag af.' : 'Choose a day from today on.'
    default:
      return unreachable(refusal)
  }
}
