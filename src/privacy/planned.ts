import type { Text2 } from '#core'

/**
 * Data a policy may already speak of although no room holds it yet. A clause about one of these is kept, shown as
 * "feature off", and starts to run on the day a room declares a table of that name: the name then leaves this list
 * (a test sees to it). `moments` are the instants such a clause may count from.
 */
export const PLANNED: Record<string, { label: Text2; moments: readonly string[] }> = {
  'video-recording': { label: { da: 'videooptagelser', en: 'video recordings' }, moments: ['recorded'] },
  'video-clip': {
    label: { da: 'videoklip udtaget til efterforskning', en: 'video clips taken out for an investigation' },
    moments: ['investigation-ended'],
  },
  'survey-response': { label: { da: 'svar på brugerundersøgelser', en: 'survey answers' }, moments: ['analysed'] },
  'home-delivery': {
    label: { da: 'tilmelding til Bogen Kommer', en: 'enrolment in home delivery' },
    moments: ['ended'],
  },
  'home-delivery-loan': {
    label: { da: 'lån bragt ud af Bogen Kommer', en: 'loans delivered to the home' },
    moments: ['delivered'],
  },
  list: { label: { da: 'huskelister og andre lister', en: 'remember lists and other lists' }, moments: ['removed'] },
  like: { label: { da: 'materialer, du har liket', en: 'materials you have liked' }, moments: ['removed'] },
  'web-usage': { label: { da: 'brug af hjemmesiden', en: 'use of the website' }, moments: ['seen'] },
  photo: {
    label: { da: 'billeder og videoer fra arrangementer', en: 'photos and videos from events' },
    moments: ['taken'],
  },
  'reading-history': {
    label: { da: 'lånehistorik, du selv har slået til', en: 'reading history you have turned on' },
    moments: ['withdrawn', 'lent'],
  },
  'recommendation-signal': {
    label: { da: 'grundlag for anbefalinger', en: 'what recommendations are made from' },
    moments: ['recorded'],
  },
  'e-resource-use': { label: { da: 'brug af e-ressourcer', en: 'use of e-resources' }, moments: ['used'] },
}
