import { type Text2, unreachable } from '#core'
import { pluralText } from '#web'
import type { WithdrawRefusal } from './change-item.ts'
import { stateTexts, texts } from './desk-texts.ts'
import type { EditItemRefusal, Moved, MoveRefusal } from './edit-item.ts'
import type { TitleRefusal, WithdrawTitleRefusal } from './edit-title.ts'
import type { ItemFault } from './item-rules.ts'
import type { TitleFault, TitleField } from './title-rules.ts'

export function titleFaultText(fault: TitleFault, field: TitleField): Text2 {
  switch (fault) {
    case 'missing':
      return field === 'title'
        ? { da: 'Skriv titlen.', en: 'Write the title.' }
        : { da: 'Vælg en materialetype.', en: 'Choose a material.' }
    case 'too-long':
      return { da: 'Teksten er for lang. Gør den kortere.', en: 'The text is too long. Shorten it.' }
    case 'not-allowed':
      return {
        da: 'Der står et usynligt tegn i feltet. Slet teksten, og skriv den igen.',
        en: 'There is an invisible character in the field. Delete the text and write it again.',
      }
    case 'cpr':
      return {
        da: 'Der står et CPR-nummer i feltet. Fjern det: alle kan læse kataloget.',
        en: 'There is a CPR number in the field. Remove it: everyone can read the catalogue.',
      }
    case 'no-year':
      return { da: 'Skriv et år med fire tal, for eksempel 2025.', en: 'Write a year of four digits, such as 2025.' }
    case 'no-isbn':
      return {
        da: 'Et af numrene er ikke et ISBN. Se efter, om et tal er byttet om eller mangler.',
        en: 'One of the numbers is no ISBN. Look whether a digit is swapped or missing.',
      }
    case 'no-language':
      return { da: 'Vælg et sprog på listen.', en: 'Choose a language from the list.' }
    case 'no-dk5':
      return {
        da: 'Skriv et DK5-tal som 48.21, eller sk for skønlitteratur.',
        en: 'Write a DK5 number such as 48.21, or sk for fiction.',
      }
    default:
      return unreachable(fault)
  }
}

export function itemFaultText(fault: ItemFault): Text2 {
  switch (fault) {
    case 'missing':
      return { da: 'Scan eller skriv stregkoden.', en: 'Scan or write the barcode.' }
    case 'no-barcode':
      return {
        da: 'En stregkode er højst 16 tal og bogstaver, uden mellemrum og uden æ, ø og å.',
        en: 'A barcode is at most 16 digits and letters, without spaces.',
      }
    case 'cpr':
      return {
        da: 'Der står et CPR-nummer i feltet. Fjern det: her må intet stå om nogen.',
        en: 'There is a CPR number in the field. Remove it: nothing about anyone may stand here.',
      }
    case 'no-branch':
      return { da: 'Vælg en filial.', en: 'Choose a branch.' }
    case 'no-group':
      return { da: 'Vælg en materialegruppe.', en: 'Choose a material group.' }
    case 'no-price':
      return {
        da: 'Skriv prisen i kroner, for eksempel 249 eller 249,95.',
        en: 'Write the price in kroner, such as 249 or 249.95.',
      }
    case 'too-long':
      return { da: 'Teksten er for lang. Gør den kortere.', en: 'The text is too long. Shorten it.' }
    default:
      return unreachable(fault)
  }
}

export function titleRefusalText(refusal: Exclude<TitleRefusal, { kind: 'faulty' }>): Text2 {
  switch (refusal.kind) {
    case 'unknown-title':
      return { da: 'Titlen findes ikke længere.', en: 'The title is no longer there.' }
    case 'isbn-known':
      return {
        da: `Titlen »${refusal.name}« har samme ISBN. Tilføj eksemplaret til den, hvis det er den samme.`,
        en: `The title “${refusal.name}” has the same ISBN. Add the item to it if it is the same.`,
      }
    case 'changed-meanwhile':
      return texts.meanwhile
    default:
      return unreachable(refusal)
  }
}

export function withdrawTitleText(refusal: WithdrawTitleRefusal): Text2 {
  switch (refusal.kind) {
    case 'unknown-title':
      return { da: 'Titlen findes ikke længere.', en: 'The title is no longer there.' }
    case 'on-loan':
      return pluralText(
        refusal.items,
        {
          da: 'Et eksemplar er udlånt. Titlen kan kasseres, når det er afleveret eller erklæret bortkommet.',
          en: 'One item is on loan. The title can be withdrawn when it is returned or declared lost.',
        },
        {
          da: `${refusal.items} eksemplarer er udlånt. Titlen kan kasseres, når de er afleveret eller erklæret bortkommet.`,
          en: `${refusal.items} items are on loan. The title can be withdrawn when they are returned or declared lost.`,
        },
      )
    case 'kept':
      return {
        da: 'Et eksemplar står klar til en låner eller er på vej. Titlen kan kasseres, når det er hentet eller taget ned.',
        en: 'An item is ready for a patron or on its way. The title can be withdrawn when it is collected or taken down.',
      }
    case 'reserved':
      return {
        da: 'Nogen venter på titlen. Sæt kryds ved, at de skal have besked, hvis den alligevel skal kasseres.',
        en: 'Somebody waits for the title. Tick that they are to be told if it is to be withdrawn all the same.',
      }
    default:
      return unreachable(refusal)
  }
}

export function itemRefusalText(refusal: EditItemRefusal | WithdrawRefusal): Text2 {
  switch (refusal.kind) {
    case 'unknown-title':
      return { da: 'Titlen findes ikke længere.', en: 'The title is no longer there.' }
    case 'unknown-item':
      return { da: 'Eksemplaret findes ikke længere.', en: 'The item is no longer there.' }
    case 'title-withdrawn':
      return {
        da: 'Titlen er kasseret. Hent den tilbage først.',
        en: 'The title is withdrawn. Bring it back first.',
      }
    case 'barcode-taken':
      return {
        da: 'Et andet eksemplar har den stregkode. Scan den, der sidder på dette eksemplar.',
        en: 'Another item has that barcode. Scan the one on this item.',
      }
    case 'changed-meanwhile':
      return texts.meanwhile
    case 'on-loan':
      return {
        da: 'Det er udlånt. Tag imod det, eller erklær det bortkommet, før du gør mere.',
        en: 'It is on loan. Take it back or declare it lost before you do more.',
      }
    case 'kept-for-reservation':
      return {
        da: 'Det er lagt til side til en låner. Tag det ned fra afhentningshylden først.',
        en: 'It is set aside for a patron. Take it down from the pickup shelf first.',
      }
    case 'not-from-here':
      return {
        da: `Det kan ikke gøres, mens eksemplaret er ${stateTexts[refusal.state].da.toLowerCase()}.`,
        en: `That cannot be done while the item is ${stateTexts[refusal.state].en.toLowerCase()}.`,
      }
    case 'last-for-queue':
      return pluralText(
        refusal.waiting,
        {
          da: 'Det er det sidste eksemplar, og én låner venter på titlen.',
          en: 'It is the last item, and one patron waits for the title.',
        },
        {
          da: `Det er det sidste eksemplar, og ${refusal.waiting} lånere venter på titlen.`,
          en: `It is the last item, and ${refusal.waiting} patrons wait for the title.`,
        },
      )
    default:
      return unreachable(refusal)
  }
}

export function movedText(moved: Moved): Text2 {
  switch (moved) {
    case 'there':
      return { da: 'Står på den nye filial', en: 'Stands at the new branch' }
    case 'sent':
      return { da: 'Undervejs: læg det i kassen', en: 'In transit: put it in the crate' }
    case 'when-back':
      return { da: 'Følger efter, når det bliver afleveret', en: 'Follows when it is handed in' }
    default:
      return unreachable(moved)
  }
}

export function moveRefusalText(refusal: MoveRefusal): Text2 {
  switch (refusal.kind) {
    case 'unknown-item':
      return { da: 'Ikke flyttet: stregkoden findes ikke', en: 'Not moved: there is no such barcode' }
    case 'unknown-branch':
      return { da: 'Ikke flyttet: filialen findes ikke', en: 'Not moved: there is no such branch' }
    case 'withdrawn':
      return { da: 'Ikke flyttet: det er kasseret', en: 'Not moved: it is withdrawn' }
    default:
      return unreachable(refusal)
  }
}
