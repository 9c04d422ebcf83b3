import { Agent } from 'node:http'
import { stopwatch } from '#core'
import { ask } from './ask.ts'
import type { CatalogueLoad, LoadOutcome } from './jobs.ts'

/** So many readers ask for a page of records each, one after the other. */
export async function loadCatalogue(job: CatalogueLoad): Promise<LoadOutcome> {
  const agent = new Agent({ keepAlive: true, maxSockets: job.clients })
  const times: number[] = []
  const whole = stopwatch()
  let next = 0
  await Promise.all(
    Array.from({ length: job.clients }, async () => {
      while (whole() < job.for_ms) {
        const some = Array.from({ length: job.each }, () => job.records[(next++ * 7919) % job.records.length] ?? '')
        const query = some.map((record) => `recordid=${record}`).join('&')
        const elapsed = stopwatch()
        const { status, text } = await ask(agent, { ...job, path: `${job.path}?${query}` })
        times.push(elapsed())
        const answer: unknown = status === 200 ? JSON.parse(text) : undefined
        if (!Array.isArray(answer) || answer.length !== some.length) throw new Error(`${job.path} answers ${status}`)
      }
    }),
  )
  agent.destroy()
  return { kind: 'load', ms: whole(), times }
}
