import { setTimeout as sleep } from 'node:timers/promises'
import { Belief } from '#core'
import { type Db, type Named, sql } from '#db'

/** Every request asks whether its library is open; for so long a process goes on believing that it is. */
const BELIEVED_MS = 500
const MARGIN_MS = 100
const believedOpen = new WeakMap<Db, Belief<true>>()

/**
 * Whether a library is being restored, or a restore of it was cut off before the erased were buried again. Until that
 * is finished nobody may sign in and nothing of it be served. That it is open is believed for half a second, which
 * {@link close} waits out; that it is closed is asked each time.
 */
export async function restoring(owner: Db, agency: string): Promise<boolean> {
  const believed = believedOpen.get(owner) ?? new Belief(BELIEVED_MS)
  believedOpen.set(owner, believed)
  const open = await believed.know(agency, async () => {
    const [row] = await owner.named(RESTORING, [leaseName(agency)])
    return row ? undefined : true
  })
  return open === undefined
}

const RESTORING: Named = { name: 'restoring', text: 'select 1 from shared.lease where name = $1' }

/**
 * Closes the library for the time of a restore, and waits until every process knows. Answers false when it was closed
 * already.
 */
export async function close(owner: Db, agency: string, holder: string): Promise<boolean> {
  // It does not run out: a library whose restore was killed half-way must not open by itself.
  const entered = await owner.run(sql`
    insert into shared.lease (name, holder, until_at) values (${leaseName(agency)}, ${holder}, '9999-12-31T00:00:00Z')
    on conflict (name) do nothing`)
  believedOpen.get(owner)?.forget()
  await sleep(BELIEVED_MS + MARGIN_MS)
  return entered === 1
}

export async function reopen(owner: Db, agency: string): Promise<void> {
  await owner.run(sql`delete from shared.lease where name = ${leaseName(agency)}`)
}

function leaseName(agency: string): string {
  return `restore ${agency}`
}
