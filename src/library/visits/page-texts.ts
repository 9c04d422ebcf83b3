import { type Text2, unreachable } from '#core'
import type { Surveillance } from './rules.ts'

/** What the pages about doors say, to staff and to patrons. */
export const texts = {
  me: { da: 'Min side', en: 'My page' },
  rules: { da: 'Ordensregler', en: 'House rules' },
  rulesLead: {
    da: 'De gælder for alle på biblioteket. Nogle steder skal du sige ja til dem, før du kan låse dig ind, når der ikke er personale.',
    en: 'They apply to everyone in the library. In some places you must accept them before you can let yourself in when there are no staff.',
  },
  noRules: { da: 'Biblioteket har ikke skrevet ordensregler her.', en: 'The library has written no house rules here.' },
  accept: { da: 'Jeg siger ja til ordensreglerne', en: 'I accept the house rules' },
  accepted: { da: 'Tak. Du har sagt ja til ordensreglerne.', en: 'Thank you. You have accepted the house rules.' },
  acceptedOn: (day: string): Text2 => ({
    da: `Du sagde ja til disse regler ${day}.`,
    en: `You accepted these rules on ${day}.`,
  }),
  newRules: {
    da: 'Reglerne er ændret, siden du sagde ja. Læs dem, og sig ja igen.',
    en: 'The rules have changed since you accepted them. Read them and accept again.',
  },
  rulesChanged: {
    da: 'Reglerne er lige blevet ændret. Læs dem, før du siger ja.',
    en: 'The rules have just been changed. Read them before you accept.',
  },
  hasAccepted: (version: number, day: string): Text2 => ({
    da: `Har sagt ja til udgave ${version}, ${day}.`,
    en: `Accepted version ${version} on ${day}.`,
  }),
  acceptedOlder: {
    da: 'Har sagt ja til en ældre udgave og skal sige ja igen for at låse sig ind uden personale.',
    en: 'Accepted an older version and must accept again to come in without staff.',
  },
  notAccepted: {
    da: 'Har ikke sagt ja til ordensreglerne. Det skal nogle steder til for at låse sig ind uden personale.',
    en: 'Has not accepted the house rules. In some places that is needed to come in without staff.',
  },
  guardianHasAccepted: (version: number, day: string): Text2 => ({
    da: `Værgen har sagt ja til udgave ${version}, ${day}.`,
    en: `The guardian accepted version ${version} on ${day}.`,
  }),
  guardianAcceptsHere: { da: 'Værgen siger ja for barnet nu', en: 'The guardian accepts for the child now' },
  guardianAccepted: { da: 'Det er noteret, at værgen har sagt ja.', en: 'It is noted that the guardian has accepted.' },
  acceptsHere: { da: 'Låneren siger ja nu', en: 'The patron accepts now' },
  acceptedAtDesk: { da: 'Det er noteret, at låneren har sagt ja.', en: 'It is noted that the patron has accepted.' },
  changedAtDesk: {
    da: 'Reglerne er lige blevet ændret. Låneren skal se de nye først.',
    en: 'The rules have just been changed. The patron must see the new ones first.',
  },
  noTask: { da: 'Ordensregler ved skranken', en: 'House rules at the desk' },
  version: (version: number): Text2 => ({ da: `Udgave ${version}`, en: `Version ${version}` }),

  doors: { da: 'Døre', en: 'Doors' },
  doorsLead: {
    da: 'Hvem der kan låse sig ind, når der ikke er personale, og om dørene og overvågningen svarer.',
    en: 'Who can let themselves in when there are no staff, and whether doors and surveillance answer.',
  },
  toSetting: { da: 'Regler for åbent bibliotek', en: 'Rules for the open library' },
  bans: (count: number): Text2 => ({
    da: count === 0 ? 'Ingen er bortvist i dag.' : `Bortvist i dag: ${count}.`,
    en: count === 0 ? 'Nobody is banned today.' : `Banned today: ${count}.`,
  }),
  bansHow: {
    da: 'En bortvisning gives og ophæves på lånerens side ved skranken. Den stopper ingen lån.',
    en: 'A ban is given and lifted on the patron’s page at the desk. It does not stop loans.',
  },
  whoMay: { da: 'Hvem der kan låse sig ind', en: 'Who can let themselves in' },
  notOffered: {
    da: 'Politikken siger intet om besøg uden personale. Derfor åbner ingen dør, når der ikke er personale.',
    en: 'The policy says nothing of visits without staff. That is why no door opens when there are no staff.',
  },
  anyAge: { da: 'Der er ingen aldersgrænse.', en: 'There is no age limit.' },
  fromAge: (years: number): Text2 => ({
    da: `Man skal være fyldt ${years} år.`,
    en: `You must be ${years} or older.`,
  }),
  rulesAsked: (version: number): Text2 => ({
    da: `Man skal have sagt ja til ordensreglernes udgave ${version}.`,
    en: `You must have accepted version ${version} of the house rules.`,
  }),
  rulesNotAsked: {
    da: 'Det kræves ikke, at man har sagt ja til ordensregler.',
    en: 'House rules need not have been accepted.',
  },
  surveillanceAsked: (minutes: number): Text2 => ({
    da: `Overvågningen skal inden for de seneste ${minutes} minutter have meldt, at den virker.`,
    en: `Surveillance must have reported within the last ${minutes} minutes that it works.`,
  }),
  notBanned: {
    da: 'Den, der er bortvist, kan ikke komme ind. Lånespærringer og gæld lukker ingen dør.',
    en: 'Nobody who is banned can come in. Blocks from borrowing and debts close no door.',
  },
  branches: { da: 'Filialer', en: 'Branches' },
  branch: { da: 'Filial', en: 'Branch' },
  door: { da: 'Dør', en: 'Door' },
  doorState: { da: 'Dørens tilstand', en: 'State of the door' },
  lastSeen: { da: 'Sidst set', en: 'Last seen' },
  never: { da: 'aldrig', en: 'never' },
  disabled: { da: 'Spærret', en: 'Disabled' },
  answers: { da: 'Svarer', en: 'Answers' },
  quiet: { da: 'Svarer ikke', en: 'Not answering' },
  noDoors: {
    da: 'Der er ingen døre endnu. De oprettes under Automater.',
    en: 'There are no doors yet. They are added under Machines.',
  },
  now: { da: 'Lige nu', en: 'Just now' },
  hours: {
    staffed: { da: 'Betjent', en: 'Staffed' },
    'self-service': { da: 'Uden personale', en: 'Without staff' },
    closed: { da: 'Lukket', en: 'Closed' },
  },
  surveillance: { da: 'Overvågning', en: 'Surveillance' },
  inside: { da: 'Inde', en: 'Inside' },
  insideOf: (inside: number, capacity: number | null): Text2 =>
    capacity === null
      ? { da: String(inside), en: String(inside) }
      : { da: `${inside} af ${capacity}`, en: `${inside} of ${capacity}` },

  setting: { da: 'Åbent bibliotek', en: 'Open library' },
  settingLead: {
    da: 'Hvad dørene går efter, når der ikke er personale. Alder og overvågning bestemmes af privatlivspolitikken.',
    en: 'What the doors go by when there are no staff. Age and surveillance are decided by the privacy policy.',
  },
  history: { da: 'Tidligere udgaver', en: 'Earlier versions' },
  houseRules: {
    da: 'Den, der låser sig ind, skal have sagt ja til de nyeste ordensregler',
    en: 'Whoever lets themselves in must have accepted the newest house rules',
  },
  surveillanceMinutes: {
    da: 'Minutter, en melding fra overvågningen gælder (1–60)',
    en: 'Minutes a report from surveillance is good for (1–60)',
  },
  outageHours: {
    da: 'Timer, en dør må åbne selv, når Kvit ikke svarer (0–72)',
    en: 'Hours a door may open by itself when Kvit does not answer (0–72)',
  },
  stayMinutes: {
    da: 'Minutter, man regnes for at være inde (10–1440)',
    en: 'Minutes somebody is counted as inside (10–1440)',
  },
  capacity: (branch: string): Text2 => ({ da: `Højst inde på ${branch}`, en: `Most people inside ${branch}` }),
  capacityHint: { da: 'Tomt felt: ingen grænse', en: 'Empty field: no limit' },
  yes: { da: 'ja', en: 'yes' },
  no: { da: 'nej', en: 'no' },
  save: { da: 'Gem', en: 'Save' },
  saved: { da: 'Gemt', en: 'Saved' },
  between: (least: number, most: number): Text2 => ({
    da: `Skriv et helt tal mellem ${least} og ${most}`,
    en: `Write a whole number between ${least} and ${most}`,
  }),
} as const

export function surveillanceText(state: Surveillance): Text2 {
  switch (state) {
    case 'not-needed':
      return { da: 'Kræves ikke', en: 'Not asked for' }
    case 'healthy':
      return { da: 'Virker', en: 'Works' }
    case 'faulty':
      return { da: 'Melder fejl', en: 'Reports a fault' }
    case 'silent':
      return { da: 'Melder ikke', en: 'Not reporting' }
    default:
      return unreachable(state)
  }
}
