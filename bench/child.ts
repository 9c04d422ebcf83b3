import { MovableClock, realClock, silentLog, startOfDay } from '#core'
import { Installation } from '../src/installation.ts'
import { askBare } from './bare-job.ts'
import { configFor } from './bench.ts'
import { workAtDesk } from './desk-job.ts'
import { exportPatrons } from './export-job.ts'
import type { Job } from './jobs.ts'
import { runNights } from './nights-job.ts'
import { turnQueue } from './queue-job.ts'

interface Errand {
  readonly url: string
  readonly folder: string
  readonly job: Job
}

const { url, folder, job } = JSON.parse(process.argv[2] ?? '') as Errand
const clock =
  job.kind === 'nights' ? new MovableClock(startOfDay(Temporal.PlainDate.from(job.night)).add({ hours: 2 })) : realClock
const installation = await Installation.open({ config: configFor(url, folder), log: silentLog, clock })
const outcome = await work(job)
await installation.close()
process.send?.(outcome)

function work(job: Job) {
  switch (job.kind) {
    case 'nights':
      return runNights(installation, job)
    case 'desk':
      return workAtDesk(installation, job)
    case 'export':
      return exportPatrons(installation, job)
    case 'bare':
      return askBare(installation, job)
    case 'queue':
      return turnQueue(installation, job)
  }
}
