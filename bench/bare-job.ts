import { stopwatch } from '#core'
import type { Installation } from '../src/installation.ts'
import type { BareJob, LoadOutcome } from './jobs.ts'

/** The statement alone, by so many at once over as many connections as a library has: what a program cannot beat. */
export async function askBare(installation: Installation, job: BareJob): Promise<LoadOutcome> {
  const pool = await Promise.all(Array.from({ length: job.connections }, () => installation.data.connect(job.agency)))
  // Those who share a connection take turns, as at a counter.
  const turns: Promise<unknown>[] = pool.map(() => Promise.resolve())
  const times: number[] = []
  const whole = stopwatch()
  let next = 0
  await Promise.all(
    Array.from({ length: job.clients }, async (_, hand) => {
      const at = hand % pool.length
      while (whole() < job.for_ms) {
        const some = Array.from({ length: job.each }, () => job.records[(next++ * 7919) % job.records.length] ?? '')
        const elapsed = stopwatch()
        const turn = turns[at]?.then(() => pool[at]?.query({ ...job.statement, values: [some, []] }))
        turns[at] = turn ?? Promise.resolve()
        await turn
        times.push(elapsed())
      }
    }),
  )
  const ms = whole()
  await Promise.all(pool.map((client) => client.end()))
  return { kind: 'load', ms, times }
}
