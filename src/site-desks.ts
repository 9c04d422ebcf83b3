import type { FastifyInstance } from 'fastify'
import { staffNames } from '#auth'
import { registerCatalogueDesk } from '#catalogue'
import {
  COLLECTION_PATH,
  COLLECTION_ROLES,
  collectionSetting,
  describeCollectionRules,
  registerCollectionDesk,
} from '#collection'
import { registerEventsDesk } from '#events'
import { FEE_TABLE_PATH, feeTable, registerMoneyDesk } from '#fees'
import {
  CALENDAR_PATH,
  CLOSURE_PATH,
  closures,
  lendingRules,
  RULES_PATH,
  registerCalendarDesk,
  registerLendingRulesDesk,
  timetables,
} from '#lending-rules'
import {
  itemLoanSection,
  registerClosureDesk,
  registerDeskScans,
  registerItemLoanDesk,
  registerOfflineDesk,
  registerPatronLoansDesk,
  registerReceiptDesk,
  registerWorkLists,
} from '#loans'
import { kindNames, messageTemplates, registerTemplatesDesk, TEMPLATES_PATH } from '#messages'
import { registerNewsDesk } from '#news'
import { holdsCpr, inHand, registerUndeliveredDesk } from '#patrons'
import { registerPcsDesk } from '#pcs'
import { registerInterlibraryDesk, registerPatronReservationsDesk, registerReservationsDesk } from '#reservations'
import {
  APPEARANCE_PATH,
  appearance,
  readSetting,
  registerAppearanceDesk,
  registerSettingHistory,
  registerSettingsDesk,
  type SettingEntry,
} from '#settings'
import { registerSip2SettingsDesk, SIP2_PATH, sip2Setup } from '#sip2'
import { registerStatisticsDesk } from '#statistics'
import { DOORS_SETTING_PATH, doors, registerDoorsDesk, registerDoorsSetting, registerHouseRulesDesk } from '#visits'
import type { Site } from '#web'
import { templates } from './rooms.ts'

/** The settings of all rooms, as the list shows them. */
const SETTINGS: readonly SettingEntry[] = [
  {
    href: APPEARANCE_PATH,
    label: appearance.label,
    lead: {
      da: 'Hvad biblioteket kaldes, og hvordan siderne ser ud',
      en: 'What the library is called, and what its pages look like',
    },
    setting: appearance,
  },
  {
    href: RULES_PATH,
    label: lendingRules.label,
    lead: {
      da: 'Lånetid, fornyelser, grænser og reserveringer for hver filial, lånergruppe og materialegruppe',
      en: 'Loan periods, renewals, limits and reservations for each branch, patron group and material group',
    },
    setting: lendingRules,
  },
  {
    href: FEE_TABLE_PATH,
    label: feeTable.label,
    lead: { da: 'Gebyrer, erstatninger og spærring ved gæld', en: 'Late fees, compensation and the block for debt' },
    setting: feeTable,
  },
  {
    href: TEMPLATES_PATH,
    label: messageTemplates.label,
    lead: { da: 'Hvad beskederne siger, og hvornår de sendes', en: 'What messages say, and when they are sent' },
    setting: messageTemplates,
  },
  {
    href: CALENDAR_PATH,
    label: { da: 'Åbningstider og lukkedage', en: 'Opening hours and closed days' },
    lead: {
      da: 'Hvornår filialerne er åbne, og hvornår de er lukket',
      en: 'When branches are open, and when they are closed',
    },
    setting: timetables,
  },
  {
    href: CLOSURE_PATH,
    label: closures.label,
    setting: closures,
    lead: {
      da: 'Luk nu: frister flyttes, gebyrer for dagene falder bort, og lånerne får besked',
      en: 'Close now: deadlines move, fees of those days fall away, and patrons are told',
    },
  },
  {
    href: SIP2_PATH,
    label: sip2Setup.label,
    lead: {
      da: 'Hvordan automater og sorteringsanlæg taler, hvad de viser, og hvor ting skal hen',
      en: 'How machines and sorters talk, what they show, and where things go',
    },
    setting: sip2Setup,
  },
  {
    href: DOORS_SETTING_PATH,
    label: doors.label,
    lead: {
      da: 'Ordensregler, pladser og udfald: hvad dørene går efter, når der ikke er personale',
      en: 'House rules, room and outages: what doors go by when there are no staff',
    },
    setting: doors,
  },
  {
    href: `${COLLECTION_PATH}/rules`,
    label: collectionSetting.label,
    lead: {
      da: 'Om og hvornår krav overgives til kommunen',
      en: 'Whether and when claims are handed to the municipality',
    },
    setting: collectionSetting,
    roles: COLLECTION_ROLES,
  },
  {
    href: '/staff/accounts',
    label: { da: 'Medarbejdere', en: 'Staff' },
    lead: { da: 'Hvem der har adgang, og hvad de må', en: 'Who has access, and what they may do' },
    roles: ['system'],
  },
  {
    href: '/staff/terminals',
    label: { da: 'Automater og døre', en: 'Machines and doors' },
    lead: { da: 'Hvilke maskiner der må kalde, og deres nøgler', en: 'Which machines may call, and their keys' },
    roles: ['system'],
  },
]

/** The desks of lending, money, messages and settings. */
export function registerDesks(
  app: FastifyInstance,
  site: Site,
  given: { readonly registeredTitle: (agency: string) => Promise<string> },
): void {
  const kindName = kindNames(templates)
  registerDeskScans(app, site)
  registerReceiptDesk(app, site, { inHand })
  registerOfflineDesk(app, site)
  registerPatronLoansDesk(app, site, { inHand })
  registerWorkLists(app, site)
  registerReservationsDesk(app, site)
  registerInterlibraryDesk(app, site)
  registerPatronReservationsDesk(app, site, { inHand })
  registerCatalogueDesk(app, {
    site,
    staffNames,
    materialGroups: async (ctx) => (await readSetting(ctx, lendingRules)).materialGroups,
    itemSections: [itemLoanSection],
  })
  registerItemLoanDesk(app, site)
  registerStatisticsDesk(app, {
    site,
    groupNames: async (ctx) => (await readSetting(ctx, lendingRules)).materialGroups,
  })
  registerMoneyDesk(app, site, { inHand, staffNames })
  registerCollectionDesk(app, site)
  registerUndeliveredDesk(app, { site, kindName })
  registerSettingsDesk(app, site, { entries: SETTINGS, staffNames })
  registerAppearanceDesk(app, { site, staffNames, holdsCpr, ...given })
  registerLendingRulesDesk(app, { site, staffNames })
  registerCalendarDesk(app, { site, staffNames })
  registerClosureDesk(app, site)
  registerTemplatesDesk(app, { site, templates, staffNames })
  registerSettingHistory(app, site, {
    setting: collectionSetting,
    path: `${COLLECTION_PATH}/rules`,
    staffNames,
    keepers: COLLECTION_ROLES,
    describe: (_ctx, rules, language) => describeCollectionRules(rules, language),
  })
  registerSip2SettingsDesk(app, { site, staffNames })
  registerNewsDesk(app, site)
  registerEventsDesk(app, site)
  registerPcsDesk(app, { site, staffNames })
  registerDoorsDesk(app, site)
  registerHouseRulesDesk(app, site, { inHand })
  registerDoorsSetting(app, { site, staffNames })
}
