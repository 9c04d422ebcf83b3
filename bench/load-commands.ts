import { Agent } from 'node:http'
import { stopwatch } from '#core'
import { ask } from './ask.ts'
import type { LoadJob, LoadOutcome } from './jobs.ts'

/** Each client does one command after the other over HTTP and measures each. */
export async function loadCommands(job: LoadJob): Promise<LoadOutcome> {
  const agent = new Agent({ keepAlive: true, maxSockets: job.clients.length })
  const { for_ms } = job
  if (job.warmUp > 0) await work(agent, job, ({ done }) => done < job.warmUp)
  const outcome = await work(agent, job, ({ turn, cards, ms }) => (for_ms === null ? turn < cards : ms < for_ms))
  agent.destroy()
  return outcome
}

interface SoFar {
  /** Of this client. */
  readonly turn: number
  readonly cards: number
  /** Commands of all clients. */
  readonly done: number
  readonly ms: number
}

async function work(agent: Agent, job: LoadJob, goesOn: (soFar: SoFar) => boolean): Promise<LoadOutcome> {
  const times: number[] = []
  const elapsed = stopwatch()
  await Promise.all(
    job.clients.map(async ({ cards, barcodes }) => {
      for (let turn = 0; goesOn({ turn, cards: cards.length, done: times.length, ms: elapsed() }); turn++) {
        const barcode = barcodes[turn % barcodes.length]
        const card = cards[turn % cards.length]
        times.push(await timed(agent, job, 'checkout', { card, barcode, ...job.extra }))
        times.push(await timed(agent, job, 'checkin', { barcode }))
      }
    }),
  )
  return { kind: 'load', ms: elapsed(), times }
}

async function timed(agent: Agent, job: LoadJob, command: string, body: object): Promise<number> {
  const elapsed = stopwatch()
  const { status, text } = await ask(agent, { ...job, path: `${job.path}/${command}` }, JSON.stringify(body))
  if (status !== 200) throw new Error(`${command}: ${status} ${text.slice(0, 300)}`)
  return elapsed()
}
