import type { Text2 } from '#core'
import { numberText } from '#web'

export const texts = {
  lead: {
    da: 'Sådan hedder biblioteket, og sådan ser det ud: på websiderne, ved skranken, i beskeder og på telefonens hjemmeskærm.',
    en: 'What the library is called and what it looks like: on its pages, at the desk, in messages and on a phone’s home screen.',
  },
  name: { da: 'Bibliotekets navn', en: 'The library’s name' },
  nameHint: (title: string): Text2 => ({
    da: `Lad feltet være tomt, så hedder det ${title}, som det blev oprettet.`,
    en: `Leave it empty, and it is called ${title}, as it was registered.`,
  }),
  nameWrong: (most: number): Text2 => ({
    da: `Skriv navnet på én linje på højst ${most} tegn`,
    en: `Write the name on one line of at most ${most} characters`,
  }),
  nameCpr: {
    da: 'Der står et CPR-nummer i navnet. Fjern det: alle kan læse det',
    en: 'There is a CPR number in the name. Remove it: everyone can read it',
  },
  accent: { da: 'Farve på knapper', en: 'Colour of buttons' },
  accentHint: {
    da: 'Der står hvid tekst på den. Skriv farven som # og seks tegn, for eksempel #0f4c5c.',
    en: 'White words stand on it. Write the colour as # and six characters, such as #0f4c5c.',
  },
  band: { da: 'Farve på stregen øverst', en: 'Colour of the line at the top' },
  bandHint: {
    da: 'Stregen øverst på alle sider. Den må være lysere end knapperne.',
    en: 'The line across the top of every page. It may be lighter than the buttons.',
  },
  colourWrong: {
    da: 'Skriv farven som # og seks tegn, 0-9 og a-f, for eksempel #0f4c5c',
    en: 'Write the colour as # and six characters, 0-9 and a-f, such as #0f4c5c',
  },
  tooPale: (colour: string, ratio: number, least: number, shade: string): Text2 => ({
    da: `${colour} er for lys: kontrasten er ${numberText(ratio, 'da')} til 1 og skal være mindst ${numberText(least, 'da')} til 1, for at alle kan læse det. Den nærmeste mørkere farve, der kan bruges, er ${shade}`,
    en: `${colour} is too pale: its contrast is ${numberText(ratio, 'en')} to 1, and must be at least ${numberText(least, 'en')} to 1 for everyone to read it. The nearest darker colour that will do is ${shade}`,
  }),
  useShade: (shade: string): Text2 => ({ da: `Se det med ${shade}`, en: `See it with ${shade}` }),
  preview: { da: 'Se det, før du gemmer', en: 'See it before you save' },
  save: { da: 'Gem', en: 'Save' },
  saved: { da: 'Navn og farver er gemt', en: 'Name and colours are saved' },
  previewHeading: { da: 'Sådan kommer det til at se ud', en: 'This is what it will look like' },
  previewText: {
    da: 'Kun du ser det, og intet er gemt endnu. Tryk Gem, hvis det skal være sådan.',
    en: 'Only you see it, and nothing is saved yet. Press Save if it is to be so.',
  },
  asRegistered: { da: 'som det blev oprettet', en: 'as it was registered' },
  history: { da: 'Tidligere udgaver', en: 'Earlier versions' },
} as const satisfies Record<string, Text2 | ((...given: never[]) => Text2)>
