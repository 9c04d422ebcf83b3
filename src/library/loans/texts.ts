import { type Language, unreachable } from '#core'
import { type BlockCode, blockText } from '#patrons'
import { dateText } from '#web'
import type { CheckinRefusal } from './checkin.ts'
import type { ClaimRefusal } from './claim-returned.ts'
import type { DamageRefusal } from './damage.ts'
import type { LossRefusal } from './lose.ts'
import type { RenewalReason } from './renewal-rules.ts'
import type { CheckoutReason } from './rules.ts'

/** What the access log says of looks that belong to lending, as the patron reads it. */
export const seen = {
  override: { da: 'et lån, der blev givet trods reglerne', en: 'a loan that was given despite the rules' },
  lastBorrower: { da: 'hvem der sidst lånte et eksemplar', en: 'who borrowed an item last' },
  damaged: { da: 'Eksemplaret er beskadiget', en: 'The item is damaged' },
}

/** Why a blocked patron may neither borrow nor renew: a sentence for each block. */
export function blockedText(codes: readonly BlockCode[], language: Language): string {
  return codes.map((code) => blockText(code)[language]).join(' ')
}

/** Why something is not lent, one sentence for each reason. Names nobody: who has it or waits for it is not told. */
export function checkoutText(reason: CheckoutReason, language: Language): string {
  const da = language === 'da'
  switch (reason.kind) {
    case 'unknown-patron':
      return da ? 'Kortet er ikke kendt.' : 'The card is not known.'
    case 'unknown-item':
      return da ? 'Materialet er ikke kendt.' : 'The item is not known.'
    case 'restricted':
      return da
        ? 'Behandlingen af lånerens oplysninger er begrænset, så der kan ikke lånes.'
        : 'The processing of the patron’s data is restricted, so nothing can be lent.'
    case 'blocked':
      return blockedText(reason.codes, language)
    case 'lent-to-another':
      return da ? 'Materialet er udlånt til en anden.' : 'The item is on loan to somebody else.'
    case 'withdrawn':
      return da ? 'Materialet er kasseret.' : 'The item has been withdrawn.'
    case 'damaged':
      return da ? 'Materialet er beskadiget.' : 'The item is damaged.'
    case 'hand-in-first':
      return da
        ? 'Materialet skal afleveres, før det kan lånes ud.'
        : 'The item must be handed in before it can be lent.'
    case 'reserved-for-another':
      return da ? 'Materialet er sat til side til en anden.' : 'The item is kept for somebody else.'
    case 'lender-wants-back':
      return da
        ? 'Materialet skal sendes tilbage til det bibliotek, det er lånt af.'
        : 'The item is to be sent back to the library that lent it.'
    case 'not-loanable':
      return da ? 'Materialet kan kun bruges på stedet.' : 'The item can be used in the house only.'
    case 'too-young':
      return da
        ? `Materialet kan lånes fra man er ${reason.age} år.`
        : `One must be ${reason.age} years old to borrow the item.`
    case 'too-many-loans':
      return da
        ? `Man kan højst have ${reason.limit} lån ad gangen.`
        : `One can have at most ${reason.limit} loans at a time.`
    case 'too-many-of-group':
      return da
        ? `Man kan højst have ${reason.limit} lån af denne slags ad gangen.`
        : `One can have at most ${reason.limit} loans of this kind at a time.`
    case 'override-not-allowed':
      return da ? 'Du må ikke låne ud trods reglerne.' : 'You may not lend despite the rules.'
    case 'override-needs-reason':
      return da ? 'Skriv, hvorfor der lånes ud trods reglerne.' : 'Say why it is lent despite the rules.'
    case 'due-in-past':
      return da ? 'Afleveringsfristen skal ligge efter i dag.' : 'The due date must be after today.'
    case 'unknown-primary':
      return da
        ? 'Den, der står for gruppens lån, er ikke kendt.'
        : 'Whoever answers for the group’s loan is not known.'
    case 'group-loans-off':
      return da
        ? 'Bibliotekets regler for persondata giver ikke plads til gruppelån.'
        : 'The library’s policy on personal data has no room for group loans.'
    case 'seen-since':
      return da ? 'Materialet er udlånt eller afleveret siden.' : 'The item has been lent or handed in since.'
    default:
      return unreachable(reason)
  }
}

/** Why a loan is not renewed. */
export function renewalText(reason: RenewalReason, language: Language): string {
  const da = language === 'da'
  switch (reason.kind) {
    case 'unknown-loan':
    case 'not-on-loan':
      return da ? 'Lånet er afsluttet.' : 'The loan has ended.'
    case 'restricted':
      return da
        ? 'Behandlingen af dine oplysninger er begrænset, så der kan ikke fornyes.'
        : 'The processing of your data is restricted, so nothing can be renewed.'
    case 'blocked':
      return blockedText(reason.codes, language)
    case 'lost':
      return da ? 'Lånet regnes for bortkommet.' : 'The loan is counted as lost.'
    case 'claimed-returned':
      return da
        ? 'Du har sagt, at materialet er afleveret. Vi leder efter det.'
        : 'You have said that the item is returned. We are looking for it.'
    case 'reserved':
      return da ? 'En anden venter på materialet.' : 'Somebody else is waiting for the item.'
    case 'lender-wants-back':
      return da
        ? `Materialet er lånt af et andet bibliotek, som skal have det tilbage senest ${dateText(reason.by_on, language)}.`
        : `The item belongs to another library, which wants it back by ${dateText(reason.by_on, language)}.`
    case 'too-many-renewals':
      return da
        ? `Lånet kan højst fornyes ${reason.limit} gange.`
        : `The loan can be renewed at most ${reason.limit} times.`
    case 'not-loanable':
      return da ? 'Materialet lånes ikke ud mere.' : 'The item is no longer lent out.'
    case 'too-early':
      return da
        ? `Lånet kan fornyes fra ${dateText(reason.from_on, language)}.`
        : `The loan can be renewed from ${dateText(reason.from_on, language)}.`
    default:
      return unreachable(reason)
  }
}

export function checkinText(refusal: CheckinRefusal, language: Language): string {
  const da = language === 'da'
  switch (refusal.kind) {
    case 'unknown-item':
      return da ? 'Materialet er ikke kendt.' : 'The item is not known.'
    case 'lent-since':
      return da ? 'Materialet er udlånt siden.' : 'The item has been lent since.'
    default:
      return unreachable(refusal)
  }
}

/** Why a loan cannot be claimed returned, declared lost, or charged for damage. */
export function deskRefusalText(refusal: ClaimRefusal | LossRefusal | DamageRefusal, language: Language): string {
  const da = language === 'da'
  switch (refusal.kind) {
    case 'not-allowed':
      return da ? 'Det kan kun gøres ved skranken.' : 'This can be done at the desk only.'
    case 'unknown-loan':
      return da ? 'Lånet er ikke kendt mere.' : 'The loan is no longer known.'
    case 'not-on-loan':
      return da ? 'Materialet er allerede afleveret.' : 'The item has been returned already.'
    case 'lost':
    case 'lost-already':
      return da ? 'Lånet regnes allerede for bortkommet.' : 'The loan is counted as lost already.'
    case 'day-cannot-be':
      return da
        ? 'Dagen skal ligge mellem lånets dag og i dag.'
        : 'The day must lie between the day of the loan and today.'
    case 'not-claimed':
      return da ? 'Ingen har sagt, at lånet er afleveret.' : 'Nobody has said that the loan is returned.'
    case 'unknown-item':
      return da ? 'Materialet er ikke kendt.' : 'The item is not known.'
    case 'on-loan':
      return da ? 'Materialet er udlånt. Aflever det først.' : 'The item is on loan. Hand it in first.'
    case 'kept-for-reservation':
      return da ? 'Materialet er sat til side til en reservering.' : 'The item is kept for a reservation.'
    case 'withdrawn':
      return da ? 'Materialet er kasseret.' : 'The item has been withdrawn.'
    case 'nobody-to-charge':
      return da
        ? 'Biblioteket ved ikke mere, hvem der sidst havde materialet.'
        : 'The library no longer knows who had the item last.'
    case 'charged-already':
      return da ? 'Der er allerede krævet erstatning for skaden.' : 'The damage has been charged for already.'
    default:
      return unreachable(refusal)
  }
}
