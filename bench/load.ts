import { Agent, request } from 'node:http'
import { stopwatch } from '#core'
import type { LoadJob, LoadOutcome } from './jobs.ts'

/** The load generator, in a process of its own: each client does one command after the other and measures each. */
const job = JSON.parse(process.argv[2] ?? '') as LoadJob
const agent = new Agent({ keepAlive: true, maxSockets: job.clients.length })
if (job.warm_up_ms > 0) await workFor(job.warm_up_ms)
process.send?.(await workFor(job.for_ms))
agent.destroy()

async function workFor(for_ms: number | null): Promise<LoadOutcome> {
  const times: number[] = []
  const elapsed = stopwatch()
  await Promise.all(
    job.clients.map(async ({ cards, barcodes }) => {
      for (let turn = 0; for_ms === null ? turn < cards.length : elapsed() < for_ms; turn++) {
        const barcode = barcodes[turn % barcodes.length]
        const card = cards[turn % cards.length]
        times.push(await timed('checkout', { card, barcode, ...job.extra }))
        times.push(await timed('checkin', { barcode }))
      }
    }),
  )
  return { kind: 'load', ms: elapsed(), times }
}

async function timed(command: string, body: object): Promise<number> {
  const elapsed = stopwatch()
  const { status, text } = await post(`${job.path}/${command}`, JSON.stringify(body))
  if (status !== 200) throw new Error(`${command}: ${status} ${text.slice(0, 300)}`)
  return elapsed()
}

function post(path: string, body: string): Promise<{ status: number; text: string }> {
  return new Promise((done, failed) => {
    const asked = request(
      {
        agent,
        host: '127.0.0.1',
        port: job.port,
        path,
        method: 'POST',
        headers: {
          ...job.headers,
          'content-type': 'application/json',
          accept: 'application/json',
          'content-length': Buffer.byteLength(body),
        },
      },
      (answer) => {
        let text = ''
        answer.setEncoding('utf8')
        answer.on('data', (chunk: string) => {
          text += chunk
        })
        answer.on('end', () => done({ status: answer.statusCode ?? 0, text }))
      },
    )
    asked.on('error', failed)
    asked.end(body)
  })
}
