import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { realClock, stopwatch } from '#core'
import { Bench } from './bench.ts'
import { desk } from './desk.ts'
import { exportOfOne } from './export.ts'
import { fbs } from './fbs.ts'
import { type Figure, tableOf } from './figures.ts'
import { forgetting } from './forgetting.ts'
import { lending } from './lending.ts'
import { describeMachine } from './machine.ts'
import { nationalNight } from './national.ts'
import { queue } from './queue.ts'
import { search } from './search.ts'
import { sip2 } from './sip2.ts'
import { start } from './start.ts'

const MEASUREMENTS: Record<string, (bench: Bench) => Promise<Figure[]>> = {
  forgetting,
  national: nationalNight,
  export: exportOfOne,
  start,
  desk,
  lending,
  queue,
  search,
  fbs,
  sip2,
}

const HELP = `Measures Kvit against what the same PostgreSQL does with hand-written SQL, in the same run.

  npm run bench                      the quick sizes
  npm run bench -- --full            a million loans, 98 libraries
  npm run bench -- --only NAME       one of: ${Object.keys(MEASUREMENTS).join(', ')}; may be repeated

Ratios decide; the absolute figures belong to the machine, which is told with them.
A JSON file of every run is written to bench/results.
`

const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
const wanted = values.only ?? Object.keys(MEASUREMENTS)
const unknown = wanted.filter((name) => !(name in MEASUREMENTS))
if (values.help || unknown.length > 0) {
  for (const name of unknown) process.stderr.write(`There is no measurement "${name}".\n\n`)
  process.stdout.write(HELP)
  process.exit(unknown.length > 0 ? 2 : 0)
}

const elapsed = stopwatch()
await using bench = await Bench.open(values.full)
// The server must not outlive a bench that was broken off.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void bench[Symbol.asyncDispose]().finally(() => process.exit(130)))
}
const machine = await describeMachine(bench)
const { cpu, cores, memory_gb, system, node, postgresql, fsync, synchronous_commit } = machine
bench.say(`${cpu}, ${cores} cores, ${memory_gb} GB, ${system}`)
bench.say(`Node ${node}, PostgreSQL ${postgresql}, fsync ${fsync}, synchronous_commit ${synchronous_commit}\n`)
const figures: Figure[] = []
for (const name of wanted) figures.push(...((await MEASUREMENTS[name]?.(bench)) ?? []))
bench.say(`\n${tableOf(figures)}\n`)
bench.say(
  `${values.full ? 'Full' : 'Quick'} sizes, ${Math.round(elapsed() / 1000)} s. Written to ${await writeResults()}`,
)

async function writeResults(): Promise<string> {
  const at = realClock.now().round('second')
  const folder = join(import.meta.dirname, 'results')
  await mkdir(folder, { recursive: true })
  const file = join(folder, `${at.toString().replaceAll(':', '')}.json`)
  await writeFile(file, `${JSON.stringify({ at, full: values.full, machine, figures }, null, 2)}\n`)
  return file
}
