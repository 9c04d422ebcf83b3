import { cpus, totalmem } from 'node:os'
import { sql } from '#db'
import type { Bench } from './bench.ts'

/** What the absolute figures depend on; they are never told without it. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memory_gb: number
  readonly system: string
  readonly node: string
  readonly postgresql: string
  readonly fsync: string
  readonly synchronous_commit: string
}

export async function describeMachine(bench: Bench): Promise<Machine> {
  const server = await bench.installation.data
    .owner()
    .one<{ postgresql: string; fsync: string; synchronous_commit: string }>(sql`
      select current_setting('server_version') as postgresql, current_setting('fsync') as fsync,
        current_setting('synchronous_commit') as synchronous_commit`)
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memory_gb: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${process.arch}`,
    node: process.version,
    ...server,
  }
}
