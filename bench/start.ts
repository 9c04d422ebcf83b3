import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { silentLog, stopwatch } from '#core'
import { readConfig } from '../src/config.ts'
import { seedDemonstration } from '../src/demonstrate.ts'
import { Installation } from '../src/installation.ts'
import { type Bench, removeFolder, temporaryFolder } from './bench.ts'
import { type Figure, median } from './figures.ts'

const SMALL = { titles: 60, items: 90, patrons: 40, loans: 400, days: 40 }
const TIMES = 3
const GIVE_UP_MS = 60_000

/** From `npm start` to the first answer that all is well, with data that are there already. */
export async function start(bench: Bench): Promise<Figure[]> {
  bench.say('start with existing data: living a short year in five libraries')
  const data = await temporaryFolder()
  try {
    const installation = await Installation.open({ config: readConfig({ KVIT_DATA: data }), log: silentLog })
    await seedDemonstration(installation, { size: SMALL })
    await installation.close()
    const times: number[] = []
    for (let time = 0; time < TIMES; time++) {
      times.push(await startOnce(data))
      bench.say(`  ready after ${Math.round(times.at(-1) ?? 0)} ms`)
    }
    const measurement = 'start with existing data'
    return [
      { measurement, name: 'median', value: median(times) / 1000, unit: 's', aim: { atMost: 3 } },
      { measurement, name: 'slowest', value: Math.max(...times) / 1000, unit: 's' },
    ]
  } finally {
    await removeFolder(data)
  }
}

async function startOnce(data: string): Promise<number> {
  const port = await freePort()
  const elapsed = stopwatch()
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'src', 'main.ts')], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, KVIT_DATA: data, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  try {
    while (!(await isReady(port))) {
      if (child.exitCode !== null || elapsed() > GIVE_UP_MS) throw new Error('the program did not start')
      await new Promise((done) => setTimeout(done, 20))
    }
    return elapsed()
  } finally {
    if (child.exitCode === null) {
      child.kill('SIGTERM')
      await once(child, 'exit')
    }
  }
}

async function isReady(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/health`)
    const { status } = (await answer.json()) as { status: string }
    return status === 'ok'
  } catch {
    return false
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  if (!address || typeof address === 'string') throw new Error('no port')
  return address.port
}
