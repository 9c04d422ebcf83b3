import type { Text2 } from '#core'
import { numberText } from '#web'

/** A sheet of labels by the number on its box; measures in millimetres. */
export function sheetName(code: string, count: number, width: number, height: number): Text2 {
  return {
    da: `${code}: ${count} på et ark, ${numberText(width, 'da')} × ${numberText(height, 'da')} mm`,
    en: `${code}: ${count} on a sheet, ${numberText(width, 'en')} × ${numberText(height, 'en')} mm`,
  }
}

export function rollName(width: number, height: number): Text2 {
  return {
    da: `Rulle: ${numberText(width, 'da')} × ${numberText(height, 'da')} mm`,
    en: `Roll: ${numberText(width, 'en')} × ${numberText(height, 'en')} mm`,
  }
}
