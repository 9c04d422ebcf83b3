import type { HoursFault } from '#agencies'
import type { Text2 } from '#core'

export const calendarTexts = {
  calendar: { da: 'Åbningstider og lukkedage', en: 'Opening hours and closed days' },
  lead: {
    da: 'Kalenderen bestemmer, hvilke dage der tæller, når frister og gebyrer regnes ud.',
    en: 'The calendar decides which days count when deadlines and fees are worked out.',
  },
  timetablesHistory: { da: 'Tidligere åbningstider', en: 'Earlier opening hours' },
  history: { da: 'Tidligere valg af, hvilke dage der tæller', en: 'Earlier choices of which days count' },
  hoursLine: (branch: string, day: Text2, who: Text2): Text2 => ({
    da: `${branch}, ${day.da.toLowerCase()}, ${who.da.toLowerCase()}`,
    en: `${branch}, ${day.en}, ${who.en.toLowerCase()}`,
  }),
  closedLine: (branch: string, day: string): Text2 => ({
    da: `Lukkedag ${day}, ${branch}`,
    en: `Closed on ${day}, ${branch}`,
  }),
  closureLine: (branch: string, from: string, to: string): Text2 => ({
    da: `Lukket fra ${from} til og med ${to}, ${branch}`,
    en: `Closed from ${from} to ${to}, ${branch}`,
  }),
  counting: { da: 'Hvilke dage tæller som åbne?', en: 'Which days count as open?' },
  countSelfService: {
    da: 'Dage, der kun har selvbetjening, tæller som åbne',
    en: 'Days with self-service only count as open',
  },
  selfServiceCounts: { da: 'Dage, der kun har selvbetjening, tæller', en: 'Days with self-service only count' },
  yes: { da: 'ja', en: 'yes' },
  no: { da: 'nej', en: 'no' },
  save: { da: 'Gem', en: 'Save' },
  saved: { da: 'Ændringen er gemt og gælder fra nu af', en: 'The change is saved and applies from now on' },
  notSaved: { da: 'Det er ikke gemt', en: 'It is not saved' },

  hours: { da: 'Åbningstider', en: 'Opening hours' },
  hoursOf: (branch: string): Text2 => ({ da: `Åbningstider for ${branch}`, en: `Opening hours of ${branch}` }),
  branch: { da: 'Filial', en: 'Branch' },
  change: { da: 'Ret', en: 'Change' },
  staffed: { da: 'Med personale', en: 'With staff' },
  selfService: { da: 'Selvbetjening', en: 'Self-service' },
  unknownHours: {
    da: 'Ikke angivet: alle dage tæller som åbne',
    en: 'Not given: every day counts as open',
  },
  hoursHint: {
    da: 'Skriv for eksempel 10-18 eller 10.30-14, 16-20. Lad dagen stå tom, hvis der er lukket. Selvbetjening kan skrives uden om personalets tid, som 7-22.',
    en: 'Write for instance 10-18 or 10.30-14, 16-20. Leave a day empty when it is closed. Self-service may be written around the staffed hours, as 7-22.',
  },
  weekdays: [
    { da: 'Mandag', en: 'Monday' },
    { da: 'Tirsdag', en: 'Tuesday' },
    { da: 'Onsdag', en: 'Wednesday' },
    { da: 'Torsdag', en: 'Thursday' },
    { da: 'Fredag', en: 'Friday' },
    { da: 'Lørdag', en: 'Saturday' },
    { da: 'Søndag', en: 'Sunday' },
  ],
  fromDayTo: (first: string, last: string): Text2 => ({
    da: `${first}–${last.toLocaleLowerCase('da')}`,
    en: `${first}–${last}`,
  }),
  onDay: (day: string, what: string): Text2 => ({ da: `${day}: ${what}`, en: `${day}: ${what}` }),

  closedDays: (year: number): Text2 => ({ da: `Lukkedage i ${year}`, en: `Closed days in ${year}` }),
  noClosedDays: {
    da: 'Der er ingen lukkedage i kalenderen for det år.',
    en: 'There are no closed days in that year’s calendar.',
  },
  day: { da: 'Dag', en: 'Day' },
  allBranches: { da: 'alle filialer', en: 'all branches' },
  reason: { da: 'Grund', en: 'Reason' },
  open: { da: 'Hold åbent', en: 'Stay open' },
  opened: { da: 'Dagen er ikke længere en lukkedag', en: 'The day is no longer a closed day' },
  year: (year: number): Text2 => ({ da: `Se ${year}`, en: `See ${year}` }),

  holidays: (year: number): Text2 => ({ da: `Helligdage i ${year}`, en: `Holidays in ${year}` }),
  holidaysLead: {
    da: 'Helligdage, der ikke står i kalenderen, er sat på forhånd. De andre dage er bibliotekets eget valg.',
    en: 'Holidays that are not in the calendar are ticked. The other days are the library’s own choice.',
  },
  holiday: (day: string, name: string): Text2 => ({ da: `${day}: ${name}`, en: `${day}: ${name}` }),
  closeThose: { da: 'Luk alle filialer på de valgte dage', en: 'Close all branches on the chosen days' },
  allEntered: { da: 'De står alle i kalenderen.', en: 'They are all in the calendar.' },

  addClosed: { da: 'Tilføj lukkedage', en: 'Add closed days' },
  addClosedLead: {
    da: 'Frister, der allerede er givet, bliver, hvor de er. Skal de flyttes, så meld en pludselig lukning i stedet.',
    en: 'Due dates that were given already stay where they are. If they must move, announce a sudden closure instead.',
  },
  from: { da: 'Fra og med', en: 'From' },
  to: { da: 'Til og med', en: 'To' },
  toHint: { da: 'Lad feltet stå tomt for en enkelt dag.', en: 'Leave empty for a single day.' },
  reasonDa: { da: 'Grund på dansk', en: 'Reason in Danish' },
  reasonEn: { da: 'Grund på engelsk', en: 'Reason in English' },
  reasonHint: { da: 'Den kan læses af alle.', en: 'Everyone can read it.' },
  dayFault: { da: 'Skriv en dag som 2026-12-24.', en: 'Write a day such as 2026-12-24.' },
  orderFault: { da: 'Den sidste dag ligger før den første.', en: 'The last day is before the first.' },
  tooMany: { da: 'Højst 120 dage ad gangen.', en: 'At most 120 days at a time.' },
  close: { da: 'Luk på de dage', en: 'Close on those days' },
  suddenly: { da: 'Meld en pludselig lukning', en: 'Announce a sudden closure' },
} as const

export const hoursFaultTexts: Readonly<Record<HoursFault, Text2>> = {
  'not-hours': { da: 'Skriv tiderne som 10-18 eller 10.30-14, 16-20.', en: 'Write hours as 10-18 or 10.30-14, 16-20.' },
  'closes-first': { da: 'Der lukkes, før der åbnes.', en: 'It closes before it opens.' },
  overlap: { da: 'To af tiderne overlapper hinanden.', en: 'Two of the spans overlap.' },
}
