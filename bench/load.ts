import type { AnyLoad, LoadOutcome } from './jobs.ts'
import { loadCatalogue } from './load-catalogue.ts'
import { loadCommands } from './load-commands.ts'
import { loadSip2, sip2Idle } from './load-sip2.ts'

/** The load generator, in a process of its own, so that what asks takes no time from what answers. */
const job = JSON.parse(process.argv[2] ?? '') as AnyLoad
process.send?.(await work(job))

function work(job: AnyLoad): Promise<LoadOutcome> {
  switch (job.kind) {
    case 'load':
      return loadCommands(job)
    case 'sip2':
      return loadSip2(job)
    case 'sip2-idle':
      return sip2Idle(job)
    case 'catalogue':
      return loadCatalogue(job)
  }
}
