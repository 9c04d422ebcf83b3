import type { Text2 } from '#core'

export const texts = {
  labels: { da: 'Udskriv etiketter', en: 'Print labels' },
  lead: {
    da: 'Scan materialerne, og vælg det ark, der ligger i printeren. Udskriv i fuld størrelse, uden tilpasning til siden.',
    en: 'Scan the items and choose the sheet that is in the printer. Print at full size, without fitting to the page.',
  },
  barcodes: { da: 'Stregkoder', en: 'Barcodes' },
  barcodesHint: { da: 'Én på hver linje.', en: 'One on each line.' },
  kind: { da: 'Hvad skal der stå?', en: 'What are they to say?' },
  kinds: {
    item: { da: 'Stregkode', en: 'Barcode' },
    spine: { da: 'Ryg: hylde og forfatter', en: 'Spine: shelf and author' },
    both: { da: 'Begge dele til hvert materiale', en: 'Both for each item' },
  },
  sheet: { da: 'Ark', en: 'Sheet' },
  start: { da: 'Begynd ved etiket nummer', en: 'Begin at label number' },
  startHint: {
    da: 'Er arket brugt før, så tæl fra øverste venstre hjørne, række for række.',
    en: 'If the sheet was used before, count from the upper left corner, row by row.',
  },
  print: { da: 'Lav etiketterne', en: 'Make the labels' },
  none: { da: 'Scan mindst ét materiale.', en: 'Scan at least one item.' },
  tooMany: (most: string): Text2 => ({
    da: `Udskriv til højst ${most} materialer ad gangen.`,
    en: `Print for at most ${most} items at a time.`,
  }),
  unknown: (barcodes: string): Text2 => ({
    da: `Vi har ikke ${barcodes}. Scan igen, eller fjern linjen.`,
    en: `We do not have ${barcodes}. Scan again or remove the line.`,
  }),
  badStart: (most: string): Text2 => ({
    da: `Skriv et tal fra 1 til ${most}: så mange etiketter er der på arket.`,
    en: `Write a number from 1 to ${most}: that is how many labels the sheet has.`,
  }),
  file: { da: 'etiketter', en: 'labels' },
} as const
