import type { Text2 } from '#core'

/**
 * The legal grounds a policy may name. A closed list: a policy that names a repealed act, or one nobody here has read,
 * is refused when it is checked, not when someone complains.
 */
export const LAW = {
  'gdpr-6-1-a': {
    da: 'databeskyttelsesforordningens artikel 6, stk. 1, litra a (samtykke)',
    en: 'Article 6(1)(a) of the General Data Protection Regulation (consent)',
  },
  'gdpr-6-1-b': {
    da: 'databeskyttelsesforordningens artikel 6, stk. 1, litra b (aftale)',
    en: 'Article 6(1)(b) of the General Data Protection Regulation (contract)',
  },
  'gdpr-6-1-c': {
    da: 'databeskyttelsesforordningens artikel 6, stk. 1, litra c (retlig forpligtelse)',
    en: 'Article 6(1)(c) of the General Data Protection Regulation (legal obligation)',
  },
  'gdpr-6-1-e': {
    da: 'databeskyttelsesforordningens artikel 6, stk. 1, litra e (opgave i samfundets interesse)',
    en: 'Article 6(1)(e) of the General Data Protection Regulation (task in the public interest)',
  },
  'gdpr-9-2-g': {
    da: 'databeskyttelsesforordningens artikel 9, stk. 2, litra g (væsentlig samfundsinteresse)',
    en: 'Article 9(2)(g) of the General Data Protection Regulation (substantial public interest)',
  },
  'gdpr-5-2': {
    da: 'databeskyttelsesforordningens artikel 5, stk. 2 (ansvarlighed)',
    en: 'Article 5(2) of the General Data Protection Regulation (accountability)',
  },
  'gdpr-32': {
    da: 'databeskyttelsesforordningens artikel 32 (sikkerhed)',
    en: 'Article 32 of the General Data Protection Regulation (security)',
  },
  'dbl-11-1': {
    da: 'databeskyttelseslovens § 11, stk. 1 (CPR-nummer)',
    en: 'section 11(1) of the Danish Data Protection Act (CPR number)',
  },
  'cpr-act': { da: 'CPR-loven', en: 'the Danish Civil Registration Act' },
  'library-act': {
    da: 'biblioteksloven (LBK nr. 100 af 30. januar 2013)',
    en: 'the Danish Library Act (Consolidated Act 100 of 30 January 2013)',
  },
  'library-order': {
    da: 'bekendtgørelse om biblioteksvirksomhed (BEK nr. 103 af 31. januar 2013)',
    en: 'the Danish order on library services (Order 103 of 31 January 2013)',
  },
  'bookkeeping-act': { da: 'bogføringsloven', en: 'the Danish Bookkeeping Act' },
  'municipal-accounts': {
    da: 'Budget- og regnskabssystem for kommuner',
    en: 'the Budget and Accounting System for Danish municipalities',
  },
  'limitation-act': { da: 'forældelsesloven', en: 'the Danish Limitation Act' },
  'debt-collection-act': {
    da: 'lov om inddrivelse af gæld til det offentlige',
    en: 'the Danish act on collection of debt to the public',
  },
  'tv-surveillance-act': { da: 'tv-overvågningsloven', en: 'the Danish TV Surveillance Act' },
  'archives-act': { da: 'arkivloven', en: 'the Danish Archives Act' },
  'marketing-act': { da: 'markedsføringslovens § 10', en: 'section 10 of the Danish Marketing Practices Act' },
  'cookie-order': { da: 'cookiebekendtgørelsen', en: 'the Danish cookie order' },
  'statistics-act': { da: 'lov om Danmarks Statistik', en: 'the Danish act on Statistics Denmark' },
} satisfies Record<string, Text2>

export type Law = keyof typeof LAW
