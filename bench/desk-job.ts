import type pg from 'pg'
import { dayOf, freshUuid, realClock, stopwatch } from '#core'
import { checkin, checkout } from '#loans'
import type { Installation } from '../src/installation.ts'
import type { DeskJob, DeskOutcome } from './jobs.ts'

interface Counter {
  lend(card: string, barcode: string): Promise<void>
  takeBack(barcode: string): Promise<void>
  close(): Promise<void>
}

const WARM_UP_MS = 500

export async function workAtDesk(installation: Installation, job: DeskJob): Promise<DeskOutcome> {
  const counters = await Promise.all(
    job.clients.map(() => (job.by === 'kvit' ? ofKvit(installation, job.agency) : byHand(installation, job.agency))),
  )
  const workFor = async (for_ms: number) => {
    const elapsed = stopwatch()
    let commands = 0
    await Promise.all(
      job.clients.map(async ({ card, barcodes }, index) => {
        const counter = counters[index] as Counter
        for (let turn = 0; elapsed() < for_ms; turn++) {
          const barcode = barcodes[turn % barcodes.length] as string
          await counter.lend(card, barcode)
          await counter.takeBack(barcode)
          commands += 2
        }
      }),
    )
    return { kind: 'desk', ms: elapsed(), commands } as const
  }
  await workFor(WARM_UP_MS)
  const outcome = await workFor(job.for_ms)
  await Promise.all(counters.map((counter) => counter.close()))
  return outcome
}

async function ofKvit(installation: Installation, agency: string): Promise<Counter> {
  const ctx = installation.context(agency, { kind: 'system', job: 'bench' })
  return {
    async lend(card, barcode) {
      const lent = await checkout(ctx, { card, barcode })
      if (!lent.ok) throw new Error(`refused: ${lent.refusal.kind}`)
    },
    async takeBack(barcode) {
      const back = await checkin(ctx, { barcode })
      if (!back.ok || !back.value.loan) throw new Error('the item was not on loan')
    },
    close: async () => {},
  }
}

/** The same rows read, locked and written, with prepared statements and as few journeys as can be. */
async function byHand(installation: Installation, agency: string): Promise<Counter> {
  const client = await installation.data.connect(agency)
  const run = (statement: Named, values: unknown[]) => client.query({ ...statement, values })
  return {
    async lend(card, barcode) {
      await client.query('begin')
      const { rows } = await run(LEND_FACTS, [card, barcode])
      const facts = rows[0] as Record<string, string>
      const now = realClock.now()
      const due = dayOf(now).add({ days: 30 })
      await run(LEND, [
        freshUuid(),
        facts.patron,
        facts.item,
        facts.title,
        facts.branch,
        facts.material,
        facts.patron_group,
        now.toString(),
        due.toString(),
      ])
      await run(SET_STATE, [facts.item, 'on-loan'])
      await run(TOUCH, [facts.patron, now.toString()])
      await client.query('commit')
    },
    async takeBack(barcode) {
      await client.query('begin')
      const { rows } = await run(RETURN_FACTS, [barcode])
      const facts = rows[0] as Record<string, string>
      const now = realClock.now().toString()
      await run(RETURN, [facts.loan, now])
      await run(SET_STATE, [facts.item, 'available'])
      await run(TOUCH, [facts.patron, now])
      await client.query('commit')
    },
    close: () => client.end(),
  }
}

type Named = Pick<pg.QueryConfig, 'name' | 'text'>

const LEND_FACTS: Named = {
  name: 'lend-facts',
  text: `select p.id as patron, p.patron_group, i.id as item, i.title_id as title, i.branch_id as branch, t.material,
      (select count(*) from loan where patron_id = p.id and returned_at is null and lost_at is null) as loans
    from identifier n join patron p on p.id = n.patron_id, item i join title t on t.id = i.title_id
    where n.value = $1 and i.barcode = $2 for update of p, i`,
}

const LEND: Named = {
  name: 'lend',
  text: `insert into loan (id, patron_id, item_id, title_id, branch_id, material, patron_group, age_band, lent_at, due_on,
      renewals, overdue_step) values ($1, $2, $3, $4, $5, $6, $7, '30-49', $8, $9, 0, 0)`,
}

const RETURN_FACTS: Named = {
  name: 'return-facts',
  text: `select i.id as item, l.id as loan, l.patron_id as patron
    from item i join loan l on l.item_id = i.id and l.returned_at is null and l.lost_at is null
    where i.barcode = $1 for update of i`,
}

const RETURN: Named = { name: 'return', text: 'update loan set returned_at = $2, settled_at = $2 where id = $1' }

const SET_STATE: Named = { name: 'state', text: 'update item set state = $2 where id = $1' }

const TOUCH: Named = { name: 'touch', text: 'update patron set last_active_at = $2 where id = $1' }
