import type { FastifyInstance, FastifyRequest } from 'fastify'
import { realClock } from '#core'
import { OFFLINE_SCRIPTS, offlineStrip, RFID_SCRIPTS, rfidPanel, SIGNS } from '#loans'
import type { DeskSurroundings, ShownAt } from '#patrons'
import { href, html, numberText, renderPage, type SafeHtml, type Site, type StaffActor, table } from '#web'
import { texts } from './site-texts.ts'
import { desksOf, type StaffDesk, workWaiting } from './staff-desks.ts'

const KEYS_PATH = '/staff/desk/keys'
/** Signs that lead somewhere; the room of the loans knows those that do something. */
const KEYS = '?'
const FRONT = '/0'
const OF_PATRON = { '*': 'money', '=': 'receipt', '!': 'notes/new' } as const
/** While items are scanned the counts may be as old as that: nobody reads them between two beeps. */
const COUNTED_MS = 20_000

/** What stands around the desk's scan field that no room below knows: the line to the server, the pad, and work that waits. */
export function deskSurroundings(options: { readonly rfidPort?: number }): DeskSurroundings {
  const counted = new Map<string, { readonly at: number; readonly waiting: ReadonlyMap<string, number> }>()

  async function countsFor({ request, ctx }: ShownAt, desks: readonly StaffDesk[]) {
    const name = `${ctx.agency} ${desks.map(({ path }) => path).join(' ')}`
    const isScan = typeof request.query === 'object' && request.query !== null && 'scan' in request.query
    const before = counted.get(name)
    if (isScan && before && realClock.now().epochMilliseconds - before.at < COUNTED_MS) return before.waiting
    const waiting = await workWaiting(ctx, desks)
    counted.set(name, { at: realClock.now().epochMilliseconds, waiting })
    return waiting
  }

  return {
    scripts: [...OFFLINE_SCRIPTS, ...RFID_SCRIPTS],
    above: (request) => offlineStrip(request),
    below: ({ request, reply, patron }) => rfidPanel(request, reply, patron, options.rfidPort),
    async work(at, staff) {
      const lists = workLists(staff)
      return workPart(at.request, lists, await countsFor(at, lists))
    },
    goTo(text, staff, patron) {
      if (text === KEYS) return KEYS_PATH
      if (text === FRONT) return '/staff'
      const page = patron && Object.entries(OF_PATRON).find(([sign]) => sign === text)?.[1]
      if (patron && page) return `/staff/desk/patrons/${patron}/${page}`
      const number = /^\/(\d{1,2})$/.exec(text)?.[1]
      return number === undefined ? undefined : workLists(staff)[Number(number) - 1]?.path
    },
  }
}

function workLists(staff: StaffActor): StaffDesk[] {
  return desksOf(staff.roles).filter(({ waiting }) => waiting !== undefined)
}

function workPart(
  request: FastifyRequest,
  lists: readonly StaffDesk[],
  waiting: ReadonlyMap<string, number>,
): SafeHtml {
  const { language } = request
  return html`<nav class="desk-work" aria-labelledby="desk-work">
<h2 id="desk-work">${texts.work[language]}</h2>
<ul>${lists.map((desk, at) => {
    const count = waiting.get(desk.path) ?? 0
    return html`<li class="${count === 0 ? 'quiet' : ''}"><a href="${addressOf(request, desk.path)}">${desk.label[language]}</a>
<span class="desk-count">${numberText(count, language)}</span> <kbd>/${at + 1}</kbd></li>
`
  })}</ul>
</nav>`
}

function addressOf(request: FastifyRequest, path: string): string {
  const { agency } = request.params as { agency: string }
  return href(request, `/${agency}${path}`)
}

/** What can be typed into the scan field instead of a scan, so that no hand leaves the keyboard. */
export function registerDeskKeys(app: FastifyInstance, site: Site): void {
  app.get<{ Params: { agency: string } }>(`/:agency${KEYS_PATH}`, async (request, reply) => {
    const staff = site.requireStaff(request, reply, 'desk')
    if (!staff) return reply
    const { language } = request
    const keys = texts.keys
    const rows = (entries: readonly (readonly [string, { readonly da: string; readonly en: string }])[]) =>
      entries.map(([sign, text]) => [html`<kbd>${sign}</kbd>`, text[language]])
    const part = (caption: keyof typeof keys, entries: Parameters<typeof rows>[0]) =>
      table(
        {
          caption: keys[caption][language],
          head: [keys.typed[language], keys.happens[language]],
          rows: rows(entries),
          rowHeaders: true,
        },
        language,
      )
    return renderPage(request, reply, {
      title: keys.title[language],
      breadcrumbs: [
        { label: keys.desk[language], href: `/${request.params.agency}/staff/desk` },
        { label: keys.title[language] },
      ],
      body: html`<p class="font-lead">${keys.lead[language]}</p>
${part('always', [
  [keys.card[language], keys.cardDoes],
  [keys.item[language], keys.itemDoes],
  [SIGNS.undo, keys.undo],
  [KEYS, keys.help],
  [FRONT, keys.front],
])}
${part('withPatron', [
  [keys.item[language], keys.itemLends],
  ['Enter', keys.ends],
  [SIGNS.renewAll, keys.renewAll],
  ['*', keys.money],
  ['=', keys.receipt],
  ['!', keys.note],
])}
${part(
  'lists',
  workLists(staff).map((desk, at) => [`/${at + 1}`, desk.label] as const),
)}
<p>${keys.others[language]}</p>`,
    })
  })
}
