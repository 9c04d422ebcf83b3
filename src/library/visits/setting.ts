import { z } from 'zod'
import type { Setting } from '#settings'

const document = z.strictObject({
  /** Whether nobody comes in without staff who has not accepted the newest house rules. */
  houseRules: z.boolean(),
  /** For how long a report of surveillance is believed, where the policy wants one. */
  surveillanceMinutes: z.int().min(1).max(60),
  /** For how long a door may go by what it was last told, when Kvit does not answer; 0 for not at all. */
  outageHours: z.int().min(0).max(72),
  /** For how long somebody who came in counts as inside: few doors know who leaves. */
  stayMinutes: z.int().min(10).max(1440),
  /** How many may be inside at once without staff, by the code of the branch; a branch not named has no limit. */
  capacity: z.record(z.string().max(40), z.int().min(1).max(10_000)),
})
export type Doors = z.infer<typeof document>

/** What a library decides about its doors. Age and surveillance are the policy's. */
export const doors: Setting<Doors> = {
  name: 'doors',
  label: { da: 'Åbent bibliotek', en: 'Open library' },
  schema: document,
  initial: { houseRules: true, surveillanceMinutes: 10, outageHours: 4, stayMinutes: 120, capacity: {} },
}
