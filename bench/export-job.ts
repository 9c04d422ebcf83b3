import { type PatronId, stopwatch } from '#core'
import { exportJson, exportPerson, patronTables } from '#privacy'
import type { Installation } from '../src/installation.ts'
import { register } from '../src/rooms.ts'
import type { ExportJob, ExportOutcome } from './jobs.ts'

const WARM_UP = 10

type MakeCopy = (patron: string) => Promise<string>

export async function exportPatrons(installation: Installation, job: ExportJob): Promise<ExportOutcome> {
  const { copy, close } = job.by === 'kvit' ? ofKvit(installation, job.agency) : await byHand(installation, job.agency)
  for (const patron of job.patrons.slice(0, WARM_UP)) await copy(patron)
  const ms: number[] = []
  let bytes = 0
  for (const patron of job.patrons) {
    const elapsed = stopwatch()
    const text = await copy(patron)
    ms.push(elapsed())
    bytes += Buffer.byteLength(text)
  }
  await close()
  return { kind: 'export', ms, bytes }
}

function ofKvit(installation: Installation, agency: string): { copy: MakeCopy; close: () => Promise<void> } {
  const ctx = installation.context(agency, { kind: 'system', job: 'bench' })
  return {
    async copy(patron) {
      const data = await exportPerson(ctx, register, patron as PatronId, 'da')
      if (!data) throw new Error('there is no such patron')
      return exportJson(data)
    },
    close: async () => {},
  }
}

/** The bare rows of one patron, table by table, as JSON: nothing opened, nothing named, nothing explained. */
async function byHand(
  installation: Installation,
  agency: string,
): Promise<{ copy: MakeCopy; close: () => Promise<void> }> {
  const client = await installation.data.connect(agency)
  const tables = patronTables(register)
  return {
    async copy(patron) {
      const rows = []
      for (const { name, subject } of tables)
        rows.push((await client.query(`select * from ${name} where ${subject} = $1`, [patron])).rows)
      return JSON.stringify(rows)
    },
    close: () => client.end(),
  }
}
