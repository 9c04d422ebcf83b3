import type { Text2 } from '#core'
import { plural } from '#web'

/** What a patron reads of their loans, and a guardian of a child's. */
export const texts = {
  me: { da: 'Min side', en: 'My page' },
  loans: { da: 'Mine lån', en: 'My loans' },
  none: { da: 'Du har ikke lånt noget.', en: 'You have nothing on loan.' },
  childNone: { da: 'Barnet har ikke lånt noget.', en: 'The child has nothing on loan.' },
  childLead: {
    da: 'Du kan se barnets lån, reserveringer og regninger og klare dem for barnet, fordi du er noteret som værge. Det slutter, når barnet fylder 18.',
    en: 'You can see the child’s loans, reservations and bills and handle them for the child because you are noted as guardian. It ends when the child turns 18.',
  },
  childLoans: { da: 'Barnets lån', en: 'The child’s loans' },
  count: (loans: number): Text2 => ({
    da: `${loans} lån`,
    en: plural.en(loans, '1 loan', `${loans} loans`),
  }),
  nothing: { da: 'Ingen lån', en: 'No loans' },
  tileOverdue: (overdue: number): Text2 => ({
    da: plural.da(overdue, '1 skulle have været afleveret', `${overdue} skulle have været afleveret`),
    en: plural.en(overdue, '1 should have been returned', `${overdue} should have been returned`),
  }),
  tileNext: (day: string): Text2 => ({ da: `Første frist er ${day}`, en: `The first is due on ${day}` }),
  tileToday: { da: 'Første frist er i dag', en: 'The first is due today' },
  overdue: { da: 'Overskredet', en: 'Overdue' },
  dueToday: { da: 'Afleveres i dag', en: 'Due today' },
  dueSoon: { da: 'Snart frist', en: 'Due soon' },
  claimed: { da: 'Vi leder efter det', en: 'We are looking for it' },
  due: (day: string): Text2 => ({ da: `Afleveres senest ${day}`, en: `Due on ${day}` }),
  wasDue: (day: string, days: number): Text2 => ({
    da: plural.da(
      days,
      `Skulle have været afleveret ${day}, i går`,
      `Skulle have været afleveret ${day}, for ${days} dage siden`,
    ),
    en: plural.en(days, `Was due on ${day}, yesterday`, `Was due on ${day}, ${days} days ago`),
  }),
  renewals: (times: number): Text2 => ({
    da: plural.da(times, 'Fornyet 1 gang', `Fornyet ${times} gange`),
    en: plural.en(times, 'Renewed once', `Renewed ${times} times`),
  }),
  cannot: { da: 'Kan ikke fornyes nu:', en: 'Cannot be renewed now:' },
  renew: { da: 'Forny', en: 'Renew' },
  renewNamed: (title: string): Text2 => ({ da: `Forny ${title}`, en: `Renew ${title}` }),
  renewAll: { da: 'Forny alle, der kan fornyes', en: 'Renew all that can be renewed' },
  renewed: (day: string): Text2 => ({
    da: `Lånet er fornyet til ${day}.`,
    en: `The loan is renewed until ${day}.`,
  }),
  renewedLate: (day: string, amount: string): Text2 => ({
    da: `Lånet er fornyet til ${day}. Det kom for sent og koster ${amount} i gebyr.`,
    en: `The loan is renewed until ${day}. It came too late and costs a fee of ${amount}.`,
  }),
  renewedMany: (renewed: number, refused: number, fee: string | undefined): Text2 => ({
    da: `${renewed} lån er fornyet.${refused === 0 ? '' : plural.da(refused, ' 1 kunne ikke fornyes; grunden står ved lånet.', ` ${refused} kunne ikke fornyes; grunden står ved hvert lån.`)}${fee === undefined ? '' : ` Det, der kom for sent, koster ${fee} i gebyr.`}`,
    en: `${plural.en(renewed, '1 loan is renewed.', `${renewed} loans are renewed.`)}${refused === 0 ? '' : plural.en(refused, ' 1 could not be renewed; the reason stands at the loan.', ` ${refused} could not be renewed; the reason stands at each loan.`)}${fee === undefined ? '' : ` What came too late costs ${fee} in fees.`}`,
  }),
  notRenewed: { da: 'Lånet blev ikke fornyet', en: 'The loan was not renewed' },
  noneRenewed: {
    da: 'Ingen af lånene kan fornyes lige nu. Grunden står ved hvert lån.',
    en: 'None of the loans can be renewed just now. The reason stands at each loan.',
  },
  childGone: {
    da: 'Lånet er ikke blandt barnets lån mere. Måske er det afleveret.',
    en: 'The loan is no longer among the child’s loans. Perhaps it has been returned.',
  },
  gone: {
    da: 'Lånet er ikke blandt dine lån mere. Måske er det afleveret.',
    en: 'The loan is no longer among your loans. Perhaps it has been returned.',
  },
  late: {
    da: 'Et lån, der fornyes efter fristen, kan koste et gebyr.',
    en: 'A loan that is renewed after its due date may cost a fee.',
  },
  group: { da: 'Gruppelån, du står for', en: 'Group loans you answer for' },
  title: { da: 'Titel', en: 'Title' },
  dueHead: { da: 'Afleveres senest', en: 'Due' },
} as const
