import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { listBranches } from '#agencies'
import { type Language, realClock } from '#core'
import {
  alert,
  csrfToken,
  forBusyDesks,
  form,
  hidden,
  href,
  html,
  instantText,
  redirectWithMessage,
  renderPage,
  type SafeHtml,
  type Site,
  type StaffActor,
  selectField,
  soundSwitch,
  table,
  textField,
} from '#web'
import { markRefusalSeen, type OfflineReason, unseenRefusals } from './offline.ts'
import { batch, replayScans } from './offline-replay.ts'
import { issueDeskKey, staffMark } from './offline-seal.ts'
import { reasonText, scriptTexts, texts } from './offline-texts.ts'

/** Below the library: where one scans without the server, and what came of it. */
const OFFLINE_PATH = '/staff/offline'
const REPLAY_PATH = `${OFFLINE_PATH}/replay`
const REFUSALS_PATH = `${OFFLINE_PATH}/refusals`

interface AgencyRoute {
  Params: { agency: string }
}

/**
 * The desk without its server. The page at {@link OFFLINE_PATH} holds nobody's data, so that the browser may keep it;
 * what is scanned there lies sealed in the browser until {@link REPLAY_PATH} has carried it out.
 */
export function registerOfflineDesk(app: FastifyInstance, site: Site): void {
  // Asked for without cookies by the service worker: whoever looks, it is the same.
  app.get<AgencyRoute>(`/:agency${OFFLINE_PATH}`, async (request, reply) => {
    const { language } = request
    const branches = await listBranches(site.context(request))
    return renderPage(request, reply, {
      title: texts.title[language],
      nav: [],
      scripts: OFFLINE_SCRIPTS,
      body: html`<p>${texts.lead[language]}</p>
<noscript>${alert({ kind: 'warning', heading: texts.reportHeading[language], body: texts.needsScript[language] })}</noscript>
${offlineStrip(request, { whole: true })}
<div class="row">
<form class="offline-form col-12 col-lg-5" method="post" data-scan data-offline-form novalidate hidden>
${selectField({
  name: 'deed',
  label: texts.deed[language],
  options: [
    { value: 'checkout', label: texts.lend[language] },
    { value: 'checkin', label: texts.takeBack[language] },
  ],
})}
${textField({ name: 'card', label: texts.card[language], autocomplete: 'off' })}
${textField({ name: 'item', label: texts.item[language], hint: texts.itemHint[language], autocomplete: 'off' })}
${selectField({
  name: 'branch',
  label: texts.branch[language],
  options: branches.map(({ id, name }) => ({ value: id, label: name })),
})}
<div class="form-buttons"><button type="submit" class="button button-primary">${texts.keep[language]}</button></div>
</form>
<div class="col-12 col-lg-7" data-offline-lists></div>
</div>
${soundSwitch(request)}
<p><a class="function-link" href="${href(request, `/${request.params.agency}/staff/desk`)}">${texts.toDesk[language]}</a></p>`,
    })
  })

  // The worker lies here so that it reaches all of the staff's pages and none of the public's.
  app.get<AgencyRoute>(`/:agency${OFFLINE_PATH}.js`, (request, reply) => {
    const base = href(request, `/${request.params.agency}/staff`)
    const known = { agency: request.params.agency, base, page: `${base}/offline` }
    const scripts = ['desk-queue.js', 'desk-worker.js'].map((name) => app.assetHref(name))
    return reply
      .type('text/javascript; charset=utf-8')
      .header('cache-control', 'no-cache')
      .send(`self.kvit = ${JSON.stringify(known)}\nimportScripts(${scripts.map((path) => `'${path}'`).join(', ')})\n`)
  })

  app.get<AgencyRoute>(`/:agency${OFFLINE_PATH}/state`, forBusyDesks, async (request, reply) => {
    const staff = deskStaff(site, request)
    if (!staff) return reply.code(401).send({ error: { code: 'not-signed-in' } })
    return reply.send({
      csrf: csrfToken(reply),
      staff: await staffMark(site.context(request), staff.id),
      clock: realClock.now().epochMilliseconds,
    })
  })

  app.post<AgencyRoute>(`/:agency${OFFLINE_PATH}/key`, forBusyDesks, async (request, reply) => {
    const staff = deskStaff(site, request)
    if (!staff) return reply.code(401).send({ error: { code: 'not-signed-in' } })
    const { id, key, staff: mark } = await issueDeskKey(site.context(request), staff.id)
    return reply.send({ id, staff: mark, key: key.toString('base64') })
  })

  app.post<AgencyRoute>(`/:agency${REPLAY_PATH}`, forBusyDesks, async (request, reply) => {
    const staff = deskStaff(site, request)
    if (!staff) return reply.code(401).send({ error: { code: 'not-signed-in' } })
    const sent = batch.safeParse(request.body)
    if (!sent.success) return reply.code(400).send({ error: { code: 'unreadable' } })
    const ctx = site.context(request)
    const branches = await listBranches(ctx)
    const branch = staff.branch_ids?.[0] ?? branches[0]?.id
    if (!branch) return reply.code(409).send({ error: { code: 'no-branch' } })
    const place = {
      language: request.language,
      branches: new Map<string, string>(branches.map(({ id, name }) => [id, name])),
      branch,
    }
    return reply.send({ results: await replayScans(ctx, sent.data, place) })
  })

  app.get<AgencyRoute>(`/:agency${REFUSALS_PATH}`, async (request, reply) => {
    if (!site.requireStaff(request, reply, 'desk')) return reply
    const { language } = request
    const rows = await unseenRefusals(site.context(request))
    return renderPage(request, reply, {
      title: texts.refusals[language],
      breadcrumbs: [{ label: texts.refusals[language] }],
      body: html`<p>${texts.refusalsLead[language]}</p>
${table(
  {
    caption: texts.refusals[language],
    hasHeading: true,
    head: ['when', 'what', 'which', 'why', 'action'].map((key) => texts[key as 'when'][language]),
    rows: rows.map((row) => [
      instantText(row.happened_at, language),
      html`${deedText(row.deed, language)}${row.branch ? html`<br>${row.branch}` : ''}`,
      row.barcode ? html`${row.barcode}<br>${row.title ?? ''}` : texts.unknownItem[language],
      row.because.map((kind) => reasonText(kind as OfflineReason)[language]).join(' '),
      form(request, reply, {
        action: `/${request.params.agency}${REFUSALS_PATH}`,
        body: hidden('scan', row.id),
        submit: texts.markSeen[language],
      }),
    ]),
    empty: texts.noRefusals[language],
  },
  language,
)}`,
    })
  })

  app.post<AgencyRoute>(`/:agency${REFUSALS_PATH}`, async (request, reply) => {
    if (!site.requireStaff(request, reply, 'desk')) return reply
    const { scan } = z.object({ scan: z.uuid().optional().catch(undefined) }).parse(request.body ?? {})
    if (scan) await markRefusalSeen(site.context(request), scan)
    return redirectWithMessage(reply, request, `/${request.params.agency}${REFUSALS_PATH}`, texts.marked)
  })
}

/** The scripts a page of the desk needs to go on without the server. */
export const OFFLINE_SCRIPTS: readonly string[] = ['desk-queue.js', 'desk-offline.js', 'desk-sound.js']

/**
 * Where a page of the desk says whether Kvit answers and what waits to be handed over; nothing is seen of it without
 * script, nor while all is well. The page names {@link OFFLINE_SCRIPTS}.
 */
export function offlineStrip(request: FastifyRequest, options: { readonly whole?: true } = {}): SafeHtml {
  const { agency } = request.params as AgencyRoute['Params']
  const { language } = request
  const at = (path: string) => href(request, `/${agency}${path}`)
  const said = Object.fromEntries(Object.entries(scriptTexts).map(([key, text]) => [key, text[language]]))
  return html`<section class="offline-strip" data-offline="${agency}" data-whole="${options.whole ? 'yes' : ''}"
data-worker="${at(`${OFFLINE_PATH}.js`)}" data-scope="${at('/staff/')}" data-page="${at(OFFLINE_PATH)}"
data-replay="${at(REPLAY_PATH)}" data-refusals="${at(REFUSALS_PATH)}" data-sign-in="${at('/staff/sign-in')}"
data-texts="${JSON.stringify(said)}" hidden></section>`
}

function deskStaff(site: Site, request: FastifyRequest): StaffActor | undefined {
  const staff = site.staff(request)
  return staff?.roles.includes('desk') ? staff : undefined
}

function deedText(deed: string | null, language: Language): string {
  if (deed === null) return ''
  return (deed === 'checkout' ? texts.lending : texts.returning)[language]
}
