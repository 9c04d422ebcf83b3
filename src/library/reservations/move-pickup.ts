import type { BranchId, Language, PatronId } from '#core'
import { sql, transact } from '#db'
import { type BranchDay, type Closure, movedDays } from '#lending-rules'
import { ADDRESSEE, type Addressee, declareTemplate, tell } from '#messages'
import type { Context } from '#vault'
import { dateText } from '#web'

export interface PickupMoved {
  readonly reason: string
  readonly items: readonly {
    readonly title: string
    readonly number: string
    readonly branch: string
    readonly until: string
  }[]
}

/** Tells that a branch is closed when something was to be picked up there, and until when it waits instead. */
export const pickupMoved = declareTemplate<PickupMoved>({
  kind: 'pickup-moved',
  label: { da: 'Afhentningsfristen er flyttet', en: 'The pickup deadline has moved' },
  about: 'service',
  titleFields: ['title'],
  sample: {
    da: {
      reason: 'Vandskade',
      items: [{ title: 'Ronja Røverdatter', number: '417', branch: 'Hovedbiblioteket', until: '3. december 2026' }],
    },
    en: {
      reason: 'Water damage',
      items: [{ title: 'The Brothers Lionheart', number: '417', branch: 'The main library', until: '3 December 2026' }],
    },
  },
  initial: {
    da: {
      subject: 'Du har længere tid til at hente',
      body: `Biblioteket er lukket: {{reason}}. Det, du har stående klar, venter på dig lidt længere.

{{#items}}
{{#titles}}{{title}}. {{/titles}}Nummer {{number}} på {{branch}}: hent senest {{until}}.
{{/items}}`,
      short: 'Lukket på grund af særlige forhold. {{#items}}Nummer {{number}}: hent senest {{until}}. {{/items}}',
    },
    en: {
      subject: 'You have longer to pick up',
      body: `The library is closed: {{reason}}. What stands ready for you waits a little longer.

{{#items}}
{{#titles}}{{title}}. {{/titles}}Number {{number}} at {{branch}}: pick up by {{until}}.
{{/items}}`,
      short: 'The library is closed. {{#items}}Number {{number}}: pick up by {{until}}. {{/items}}',
    },
  },
})

/** Patrons told in one transaction: short enough that a desk hardly waits for it. */
const PATRONS_AT_ONCE = 200

export interface Moved {
  readonly moved: number
  readonly told: number
}

/**
 * Moves the pickup deadlines that fall within a closure to the next day the pickup branch is open, and tells each patron
 * once, in the transaction that moved theirs. One call does a part; when it answers that nothing was moved, all is done.
 * What has been moved falls outside the closure and is not moved again, so that it can be cut off and begun anew.
 */
export function movePickupDeadlines(ctx: Context, closure: Closure): Promise<Moved> {
  return transact(ctx, async (ctx) => {
    const { branch, from, to, reason } = closure
    const within = sql`r.ready_at is not null and r.pickup_until_on between ${from} and ${to}
      and (${branch}::uuid is null or r.pickup_branch_id = ${branch})`
    const days = await ctx.db.all(sql<BranchDay>`
      select distinct r.pickup_branch_id as branch, r.pickup_until_on as day from reservation r where ${within}`)
    const moves = await movedDays(ctx, days)
    if (moves.length === 0) return { moved: 0, told: 0 }
    const moving = sql`unnest(${moves.map(({ branch }) => branch)}::uuid[], ${moves.map(({ day }) => day.toString())}::date[],
      ${moves.map(({ moved_to }) => moved_to.toString())}::date[]) as s (branch_id, day, moved_to)`
    const fits = sql`r.pickup_branch_id = s.branch_id and r.pickup_until_on = s.day`
    const patrons = await ctx.db.all(sql<{ id: PatronId }>`
      select id from patron where id in (select r.patron_id from reservation r, ${moving} where ${fits} and ${within})
      order by id limit ${PATRONS_AT_ONCE} for no key update`)
    const rows = await ctx.db.all(sql<MovedRow>`
      with moved as (
        update reservation r set pickup_until_on = s.moved_to from ${moving}
        where ${fits} and ${within} and r.patron_id = any(${patrons.map(({ id }) => id)}::uuid[])
        returning r.patron_id, r.title_id, r.pickup_branch_id, r.pickup_until_on, r.pickup_number)
      select ${sql.raw(ADDRESSEE('p'))}, t.title, m.pickup_branch_id as branch_id, b.name as branch,
        m.pickup_until_on as until, coalesce(m.pickup_number, '') as number
      from moved m join patron p on p.id = m.patron_id join title t on t.id = m.title_id
        join branch b on b.id = m.pickup_branch_id
      order by p.id, m.pickup_until_on, t.title`)
    const told = await tell(
      ctx,
      pickupMoved,
      [...Map.groupBy(rows, ({ patron_id }) => patron_id).values()].map((of) => {
        const [to] = of as [MovedRow]
        return { to, data: { reason: reason[to.language], items: of.map((row) => lineOf(row, to.language)) } }
      }),
    )
    return { moved: rows.length, told }
  })
}

interface MovedRow extends Addressee {
  readonly title: string
  readonly branch_id: BranchId
  readonly branch: string
  readonly until: Temporal.PlainDate
  readonly number: string
}

function lineOf({ title, number, branch, until }: MovedRow, language: Language): PickupMoved['items'][number] {
  return { title, number, branch, until: dateText(until, language) }
}
