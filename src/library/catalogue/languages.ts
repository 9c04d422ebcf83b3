/** What Danish public libraries mostly have, in ISO 639-2/B; others come with their records. */
export const COMMON_LANGUAGES = (
  'dan eng ger fre spa ita swe nor ice fao kal fin dut pol rus ukr tur ara per kur som urd ' +
  'vie tha chi jpn rum alb bos hrv srp hun lit por gre heb hin pan tam mul'
).split(' ')
