import type pg from 'pg'
import { stopwatch } from '#core'
import type { Installation } from '../src/installation.ts'
import type { BareJob, LoadOutcome } from './jobs.ts'

/** The statement alone, by so many at once over as many connections as a library has: what a program cannot beat. */
export async function askBare(installation: Installation, job: BareJob): Promise<LoadOutcome> {
  const pool = await Promise.all(Array.from({ length: job.connections }, () => installation.data.connect(job.agency)))
  const times: number[] = []
  const whole = stopwatch()
  let next = 0
  await Promise.all(
    Array.from({ length: job.clients }, async (_, hand) => {
      const client: pg.Client | undefined = pool[hand % pool.length]
      while (whole() < job.for_ms) {
        const some = Array.from({ length: job.each }, () => job.records[(next++ * 7919) % job.records.length] ?? '')
        const elapsed = stopwatch()
        await client?.query({ ...job.statement, values: [some, []] })
        times.push(elapsed())
      }
    }),
  )
  const ms = whole()
  await Promise.all(pool.map((client) => client.end()))
  return { kind: 'load', ms, times }
}
