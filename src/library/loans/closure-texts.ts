import { type Text2, unreachable } from '#core'
import type { ClosureRefusal } from './closure.ts'

export const closureTexts = {
  title: { da: 'Pludselige lukninger', en: 'Sudden closures' },
  calendar: { da: 'Åbningstider og lukkedage', en: 'Opening hours and closed days' },
  lead: {
    da: 'Når biblioteket må lukke uden varsel, flyttes de frister, der falder på de lukkede dage, til næste åbne dag. Dagene koster ikke gebyr, og de berørte lånere får besked.',
    en: 'When the library has to close without notice, what falls due on the closed days moves to the next open day. Those days cost no fee, and the patrons concerned are told.',
  },
  noUndo: {
    da: 'En lukning, der er meldt, kan ikke fortrydes, for lånerne har fået besked om nye frister og skal kunne stole på dem. Åbner I alligevel, så slet lukkedagene under Åbningstider og lukkedage. Så tæller dagene igen som åbne, og de frister, der er flyttet, bliver stående.',
    en: 'A closure that has been announced cannot be undone, for patrons have been told of new due dates and must be able to trust them. If you open after all, delete the closed days under Opening hours and closed days. The days then count as open again, and the due dates that have moved stay.',
  },
  history: { da: 'Hvem har meldt hvilke lukninger', en: 'Who announced which closures' },
  announced: { da: 'Meldte lukninger', en: 'Announced closures' },
  none: { da: 'Ingen lukninger er meldt.', en: 'No closures have been announced.' },
  days: { da: 'Dage', en: 'Days' },
  branch: { da: 'Filial', en: 'Branch' },
  allBranches: { da: 'alle filialer', en: 'all branches' },
  reason: { da: 'Grund', en: 'Reason' },
  progress: { da: 'Flyttet', en: 'Moved' },
  fromTo: (from: string, to: string): Text2 => ({ da: `${from} til ${to}`, en: `${from} to ${to}` }),
  left: (loans: string, reservations: string): Text2 => ({
    da: `Der mangler ${loans} lån og ${reservations} reserveringer. De flyttes af sig selv; se siden igen om lidt.`,
    en: `${loans} loans and ${reservations} reservations are left. They move by themselves; look at the page again in a while.`,
  }),
  done: (loans: string, reservations: string): Text2 => ({
    da: `Færdig. Det drejede sig om ${loans} lån og ${reservations} reserveringer, da lukningen blev meldt.`,
    en: `Done. It was about ${loans} loans and ${reservations} reservations when the closure was announced.`,
  }),
  announce: { da: 'Meld en lukning', en: 'Announce a closure' },
  see: { da: 'Se, hvad der vil ske', en: 'See what will happen' },
  preview: { da: 'Det vil ske', en: 'What will happen' },
  loans: { da: 'Lån, der får en ny frist', en: 'Loans with a new due date' },
  reservations: { da: 'Reserveringer, der venter længere', en: 'Reservations that wait longer' },
  people: { da: 'Lånere, der får besked', en: 'Patrons who are told' },
  previewText: {
    da: 'Intet er sket endnu. Tallene gælder nu og kan nå at ændre sig lidt.',
    en: 'Nothing has happened yet. The numbers are those of right now and may change a little.',
  },
  confirm: { da: 'Meld lukningen, og send beskederne', en: 'Announce the closure and send the messages' },
  back: { da: 'Tilbage uden at melde lukningen', en: 'Back without announcing the closure' },
  isAnnounced: {
    da: 'Lukningen er meldt, og fristerne flyttes',
    en: 'The closure is announced, and due dates are moving',
  },
  dayFault: { da: 'Skriv en dag som 2026-12-24.', en: 'Write a day such as 2026-12-24.' },
} as const satisfies Record<string, Text2 | ((...given: never[]) => Text2)>

/** Why a closure cannot be announced, at the field it is about. */
export function closureFault(refusal: ClosureRefusal): { readonly field: string; readonly text: Text2 } {
  switch (refusal.kind) {
    case 'ends-before-it-begins':
      return {
        field: 'to',
        text: { da: 'Den sidste dag ligger før den første.', en: 'The last day is before the first.' },
      }
    case 'too-long':
      return {
        field: 'to',
        text: {
          da: `En lukning kan højst vare ${refusal.most} dage. Meld resten for sig.`,
          en: `A closure can last at most ${refusal.most} days. Announce the rest by itself.`,
        },
      }
    case 'too-long-ago':
      return {
        field: 'from',
        text: {
          da: `Lukningen kan højst være begyndt for ${refusal.most} dage siden.`,
          en: `The closure may have begun at most ${refusal.most} days ago.`,
        },
      }
    case 'no-reason':
      return {
        field: 'reason_da',
        text: {
          da: 'Skriv en grund på dansk og engelsk, højst 200 tegn. Lånerne kan læse den.',
          en: 'Write a reason in Danish and English, at most 200 characters. The patrons can read it.',
        },
      }
    case 'unknown-branch':
      return { field: 'branch', text: { da: 'Filialen findes ikke.', en: 'There is no such branch.' } }
    default:
      return unreachable(refusal)
  }
}
