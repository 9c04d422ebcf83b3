import { once } from 'node:events'
import { Agent } from 'node:http'
import { connect, type Socket } from 'node:net'
import { stopwatch } from '#core'
import { ask } from './ask.ts'
import { PIN } from './floor.ts'
import type { LoadOutcome, Machine, Sip2IdleJob, Sip2Job } from './jobs.ts'

const AT = '20260120    120000'
const STATUS = '9900802.00'

/** Each connection lends and takes back, one message after the other, and measures each. */
export async function loadSip2(job: Sip2Job): Promise<LoadOutcome> {
  const lines = await Promise.all(job.clients.map(() => signIn(job.machine)))
  await work(job, lines, ({ done }) => done < job.warmUp)
  const outcome = await work(job, lines, ({ ms }) => ms < job.for_ms)
  for (const line of lines) line.end()
  return outcome
}

async function work(
  job: Sip2Job,
  lines: readonly Line[],
  goesOn: (soFar: { readonly done: number; readonly ms: number }) => boolean,
): Promise<LoadOutcome> {
  const times: number[] = []
  const elapsed = stopwatch()
  await Promise.all(
    job.clients.map(async ({ card, barcodes }, client) => {
      const line = lines[client]
      for (let turn = 0; line && goesOn({ done: times.length, ms: elapsed() }); turn++) {
        const barcode = barcodes[turn % barcodes.length]
        times.push(await timed(line, `11NN${AT}${AT}AO|AA${card}|AB${barcode}|AC|AD${PIN}|`, '121'))
        times.push(await timed(line, `09N${AT}${AT}APB1|AO|AB${barcode}|AC|`, '101'))
      }
    }),
  )
  return { kind: 'load', ms: elapsed(), times }
}

/** Many machines are connected and say nothing, while one asks over and over whether somebody is there. */
export async function sip2Idle(job: Sip2IdleJob): Promise<LoadOutcome> {
  // What the first connections make the program load and keep is no part of what each costs.
  for (const line of await many(job.machine, 100)) line.end()
  await new Promise((done) => setTimeout(done, 500))
  const before = await memory(job)
  const idle = await many(job.machine, job.idle)
  await new Promise((done) => setTimeout(done, 500))
  const after = await memory(job)
  const line = await signIn(job.machine)
  for (let warm = 0; warm < 200; warm++) await line.say(STATUS)
  const times: number[] = []
  const elapsed = stopwatch()
  for (let asked = 0; asked < job.times; asked++) {
    // One that asks without a pause is slowed down, as it should be.
    await new Promise((done) => setTimeout(done, 2))
    times.push(await timed(line, STATUS, '98'))
  }
  const ms = elapsed()
  for (const each of [...idle, line]) each.end()
  return { kind: 'load', ms, times, memory: { rss: after.rss - before.rss, heap: after.heap - before.heap } }
}

async function memory({ port, memoryPath }: Sip2IdleJob): Promise<{ rss: number; heap: number }> {
  const agent = new Agent()
  const { text } = await ask(agent, { port, path: memoryPath, headers: {} })
  agent.destroy()
  return JSON.parse(text) as { rss: number; heap: number }
}

/** A hundred at a time, as many as may be strangers from one address. */
async function many(machine: Machine, count: number): Promise<Line[]> {
  const lines: Line[] = []
  while (lines.length < count) {
    const some = Math.min(100, count - lines.length)
    lines.push(...(await Promise.all(Array.from({ length: some }, () => signIn(machine)))))
  }
  return lines
}

async function signIn(machine: Machine): Promise<Line> {
  const socket = connect(machine.port, '127.0.0.1')
  await once(socket, 'connect')
  const line = new Line(socket)
  const answer = await line.say(`9300CN${machine.name}|CO${machine.secret}|CP|`)
  if (!answer.startsWith('941')) throw new Error('the machine was not let in')
  return line
}

async function timed(line: Line, message: string, good: string): Promise<number> {
  const elapsed = stopwatch()
  const answer = await line.say(message)
  const ms = elapsed()
  if (!answer.startsWith(good)) throw new Error(`${message.slice(0, 2)} was answered ${answer.slice(0, 3)}`)
  return ms
}

/** One question and one answer after the other. */
class Line {
  readonly #socket: Socket
  #came = ''
  #waiting: { done(answer: string): void; failed(fault: Error): void } | undefined

  constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => {
      this.#came += chunk
      const end = this.#came.indexOf('\r')
      if (end < 0) return
      const answer = this.#came.slice(0, end)
      this.#came = this.#came.slice(end + 1)
      this.#waiting?.done(answer)
    })
    const over = () => this.#waiting?.failed(new Error('the connection was closed'))
    socket.on('error', over)
    socket.on('close', over)
  }

  say(message: string): Promise<string> {
    return new Promise((done, failed) => {
      this.#waiting = { done, failed }
      this.#socket.write(`${message}\r`)
    })
  }

  end(): void {
    this.#waiting = undefined
    this.#socket.destroy()
  }
}
