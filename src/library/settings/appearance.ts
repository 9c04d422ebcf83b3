import { z } from 'zod'
import type { Context } from '#vault'
import { type Colours, isColour, LEAST_CONTRAST, leastContrast, ORDINARY_COLOURS } from '#web'
import { readSetting, recentSetting, type Setting } from './setting.ts'

/** What a library is called and which colours it has, on pages and in letters. */
export interface Appearance extends Colours {
  /** Empty when it is called what it was registered as. */
  readonly name: string
}

export const LONGEST_NAME = 60

const colour = (least: number) => z.string().refine((text) => isColour(text) && leastContrast(text) >= least)

export const appearance: Setting<Appearance> = {
  name: 'appearance',
  label: { da: 'Navn og farver', en: 'Name and colours' },
  schema: z.object({
    name: z
      .string()
      .max(LONGEST_NAME)
      .regex(/^\P{Cc}*$/u),
    accent: colour(LEAST_CONTRAST.accent),
    band: colour(LEAST_CONTRAST.band),
  }),
  initial: { name: '', ...ORDINARY_COLOURS },
}

/** As every page needs it; see {@link recentSetting}. */
export function recentAppearance(ctx: Context): Promise<Appearance> {
  return recentSetting(ctx, appearance)
}

/** What the library calls itself. @param title what it was registered as */
export async function shownName(ctx: Context, title: string): Promise<string> {
  return (await readSetting(ctx, appearance)).name || title
}
