import { realClock } from '#core'
import type { LiveEntry, LiveLog } from '#sip2'
import type { Done } from './acts.ts'
import type { Screen } from './screen.ts'
import { outcomeOf } from './texts.ts'

/** What a screen does, by the code that a machine would have sent: staff look at both in one list. */
const CODES = { '/pin': '63', '/borrow': '11', '/return': '09', '/renew': '29' } as const

/** Lets staff see that a screen was used and how it went; never by whom, nor for what. */
export function noteAct(
  live: LiveLog | undefined,
  { ctx, terminal }: Screen,
  given: { readonly path: string; readonly ms: number; readonly outcome: LiveEntry['outcome'] | undefined },
): void {
  const { path, ms, outcome } = given
  if (!live || !outcome || !(path in CODES)) return
  const code = CODES[path as keyof typeof CODES]
  const { agency } = ctx
  live.note({ at: realClock.now(), agency, terminal: terminal.name, code, ms: Math.round(ms * 10) / 10, outcome })
}

/** Undefined when nothing was done. */
export function outcomeOfAll(done: readonly Done[]): LiveEntry['outcome'] | undefined {
  if (done.length === 0) return undefined
  if (done.some((each) => outcomeOf(each) !== 'refused')) return 'ok'
  return done.some((each) => 'because' in each && each.because.kind === 'unknown-item') ? 'unknown-item' : 'refused'
}
