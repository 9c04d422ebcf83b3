import { type Db, type Named, sql } from '#db'

/**
 * Whether a library is being restored, or a restore of it was cut off before the erased were buried again. Until that
 * is finished nobody may sign in and nothing of it be served.
 */
export async function restoring(owner: Db, agency: string): Promise<boolean> {
  const [row] = await owner.named(RESTORING, [leaseName(agency)])
  return row !== undefined
}

// Asked with every request.
const RESTORING: Named = { name: 'restoring', text: 'select 1 from shared.lease where name = $1' }

/** Closes the library for the time of a restore. Answers false when it was closed already. */
export async function close(owner: Db, agency: string, holder: string): Promise<boolean> {
  // It does not run out: a library whose restore was killed half-way must not open by itself.
  const entered = await owner.run(sql`
    insert into shared.lease (name, holder, until_at) values (${leaseName(agency)}, ${holder}, '9999-12-31T00:00:00Z')
    on conflict (name) do nothing`)
  return entered === 1
}

export async function reopen(owner: Db, agency: string): Promise<void> {
  await owner.run(sql`delete from shared.lease where name = ${leaseName(agency)}`)
}

function leaseName(agency: string): string {
  return `restore ${agency}`
}
