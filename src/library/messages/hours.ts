import { z } from 'zod'
import { TIME_ZONE } from '#core'
import type { Setting } from '#settings'

/** When a library's messages go. */
export interface MessageHours {
  /** From when until when no telephone is made to ring, Copenhagen time, as `21:00`. The same twice is never. */
  readonly quietFrom: string
  readonly quietUntil: string
  /** What becomes true within so many minutes is told in one message, by rooms that have such. */
  readonly bundleMinutes: number
}

const hour = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time such as 21:00')

export const messageHours: Setting<MessageHours> = {
  name: 'messages',
  label: { da: 'Hvornår beskeder sendes', en: 'When messages are sent' },
  schema: z.object({
    quietFrom: hour,
    quietUntil: hour,
    bundleMinutes: z
      .int()
      .min(0)
      .max(24 * 60),
  }),
  initial: { quietFrom: '21:00', quietUntil: '08:00', bundleMinutes: 10 },
}

/**
 * Whether a telephone may ring now. It goes by the clock on the wall, so that the hour that is left out or comes twice
 * when summer time begins or ends makes no night shorter or longer for anyone asleep.
 */
export function mayDisturb(hours: MessageHours, now: Temporal.Instant): boolean {
  const { quietFrom, quietUntil } = hours
  const time = now.toZonedDateTimeISO(TIME_ZONE).toPlainTime()
  const isBefore = (hour: string) => Temporal.PlainTime.compare(time, Temporal.PlainTime.from(hour)) < 0
  if (quietFrom <= quietUntil) return isBefore(quietFrom) || !isBefore(quietUntil)
  return isBefore(quietFrom) && !isBefore(quietUntil)
}
