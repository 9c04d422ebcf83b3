import type { SeatKind } from './queries.ts'
import type { EventRow } from './tables.ts'

export type SeatRefusal = {
  readonly kind:
    | 'not-offered'
    | 'unknown'
    | 'cancelled'
    | 'begun'
    | 'sold-out'
    | 'no-name'
    | 'bad-email'
    | 'bad-phone'
    | 'cpr-in-text'
}

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/
const PHONE = /^\+?[0-9][0-9 ()-]*$/

/** Why somebody gets no seat. A registration needs both address and number, a ticket the number. */
export function decideSeat(
  wish: { readonly name: string; readonly email: string; readonly phone: string; readonly holdsCpr: boolean },
  facts: {
    readonly kind: SeatKind
    readonly event: Pick<EventRow, 'starts_at' | 'seats' | 'cancelled_at'>
    readonly taken: number
    readonly now: Temporal.Instant
  },
): SeatRefusal | undefined {
  const { event } = facts
  if (event.cancelled_at) return { kind: 'cancelled' }
  if (Temporal.Instant.compare(event.starts_at, facts.now) <= 0) return { kind: 'begun' }
  if (facts.taken >= event.seats) return { kind: 'sold-out' }
  if (wish.name.trim() === '') return { kind: 'no-name' }
  if (wish.holdsCpr) return { kind: 'cpr-in-text' }
  const email = wish.email.trim()
  const needsEmail = facts.kind === 'event_registration'
  if ((needsEmail || email !== '') && !EMAIL.test(email)) return { kind: 'bad-email' }
  return isPhone(wish.phone) ? undefined : { kind: 'bad-phone' }
}

function isPhone(text: string): boolean {
  const digits = text.replace(/\D/g, '').length
  return PHONE.test(text.trim()) && digits >= 8 && digits <= 15
}
