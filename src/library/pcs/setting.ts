import { z } from 'zod'
import type { Setting } from '#settings'

/** How long somebody may use the PCs in a day and a night, and how long a gaming PC is booked for. */
export interface PcTimes {
  readonly minutesADay: number
  readonly bookingMinutes: number
}

const DAY_MINUTES = 1440

export const pcTimes: Setting<PcTimes> = {
  name: 'pcs',
  label: { da: 'Pc’er', en: 'PCs' },
  schema: z.strictObject({
    minutesADay: z
      .int()
      .min(1)
      .max(DAY_MINUTES - 1),
    bookingMinutes: z.int().min(15).max(480),
  }),
  initial: { minutesADay: 120, bookingMinutes: 60 },
}
