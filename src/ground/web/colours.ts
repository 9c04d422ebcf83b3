/** The colours of a library, each as `#1a2b3c`. */
export interface Colours {
  /** Buttons, with white words on them, and what is marked. */
  readonly accent: string
  /** The line across the top of every page. */
  readonly band: string
}

/** The colours of a library that has chosen none. */
export const ORDINARY_COLOURS: Colours = { accent: '#0f4c5c', band: '#0f4c5c' }

/** What the library's colours stand on, or what stands on them; `--paper` of kvit.css is one. */
export const GROUNDS = ['#ffffff', '#f4f6f6'] as const

/** How far a colour must be from every ground: WCAG 1.4.3 for words, 1.4.11 for shapes. */
export const LEAST_CONTRAST: Readonly<Record<keyof Colours, number>> = { accent: 4.5, band: 3 }

export function isColour(text: string): boolean {
  return /^#[0-9a-f]{6}$/.test(text)
}

/** The ratio of WCAG 2: 1 of a colour with itself, 21 of black with white. */
export function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

/** With the ground it differs least from. */
export function leastContrast(colour: string): number {
  return Math.min(...GROUNDS.map((ground) => contrast(colour, ground)))
}

/** The lightest shade of the colour that has the contrast; the colour itself when it has. Black always has. */
export function nearestShade(colour: string, least: number): string {
  for (let share = 255; share > 0; share--) {
    const shade = shadeOf(colour, share / 255)
    if (leastContrast(shade) >= least) return shade
  }
  return '#000000'
}

/** For a button that is pointed at. */
export function darker(colour: string): string {
  return shadeOf(colour, 0.7)
}

/** The name of the stylesheet with these colours: it says all there is in it. */
export function coloursFile({ accent, band }: Colours): string {
  return `colours.${accent.slice(1)}${band.slice(1)}.css`
}

/** The stylesheet that a name is for, when its colours are ones a library may have. */
export function coloursSheet(file: string): string | undefined {
  const [, accentDigits, bandDigits] = /^colours\.([0-9a-f]{6})([0-9a-f]{6})\.css$/.exec(file) ?? []
  if (accentDigits === undefined || bandDigits === undefined) return undefined
  const [accent, band] = [`#${accentDigits}`, `#${bandDigits}`]
  if (leastContrast(accent) < LEAST_CONTRAST.accent || leastContrast(band) < LEAST_CONTRAST.band) return undefined
  return `:root{--accent:${accent};--accent-dark:${darker(accent)};--band:${band}}\n`
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = partsOf(colour).map((part) => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function shadeOf(colour: string, share: number): string {
  const digits = partsOf(colour).map((part) => {
    return Math.floor(part * share)
      .toString(16)
      .padStart(2, '0')
  })
  return `#${digits.join('')}`
}

function partsOf(colour: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
}
