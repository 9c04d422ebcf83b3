import type { Language, PatronId, StaffId } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import { instantText, type SafeHtml, table } from '#web'
import type { StaffNames } from './desk-frame.ts'
import { deskTexts as texts } from './desk-texts.ts'

const SHOWN = 20

interface Look {
  readonly staff_id: StaffId
  readonly seen_at: Temporal.Instant
  readonly what: string
  readonly why: string
}

/** Who looked at a patron, for those who watch over it; the patron's own copy names no member of staff. */
export async function looksTable(
  ctx: Context,
  staffNames: StaffNames,
  patron: PatronId,
  language: Language,
): Promise<SafeHtml> {
  const looks = await ctx.db.all(sql<Look>`
    select staff_id, seen_at, what, why from access_log where patron_id = ${patron}
    order by seen_at desc, id desc limit ${SHOWN}`)
  const names = await staffNames(
    ctx,
    looks.map(({ staff_id }) => staff_id),
  )
  return table(
    {
      caption: texts.looksShown[language],
      head: [texts.when, texts.who, texts.what, texts.reason].map((text) => text[language]),
      rows: looks.map(({ staff_id, seen_at, what, why }) => [
        instantText(seen_at, language),
        names.get(staff_id) ?? texts.formerStaff[language],
        what,
        why,
      ]),
    },
    language,
  )
}
