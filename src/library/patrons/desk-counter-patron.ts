import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import { dayOf, isId, type PatronId, type StaffId, type Text2 } from '#core'
import { sql } from '#db'
import { isRestricted, logAccess } from '#privacy'
import type { Context } from '#vault'
import {
  alert,
  form,
  hidden,
  href,
  html,
  redirectWithMessage,
  type SafeHtml,
  type StaffActor,
  submitButton,
  textField,
} from '#web'
import { bansOf, blocksOf } from './blocks.ts'
import { actionTexts } from './desk-action-texts.ts'
import { branchField } from './desk-branch.ts'
import { detailsPart, openCpr } from './desk-counter-details.ts'
import { counterPath, patronAt, showPatron } from './desk-counter-frame.ts'
import {
  bansTable,
  blocksTable,
  cardsTable,
  guardianPart,
  type Meanwhile,
  notesPart,
  patronButton,
} from './desk-counter-parts.ts'
import { readReason, reasonForm, reasonSchema } from './desk-counter-reason.ts'
import { texts } from './desk-counter-texts.ts'
import { scanField } from './desk-fields.ts'
import {
  COUNTER,
  type DeskNeeds,
  FAULTY,
  type Found,
  type PatronRequest,
  patronPage,
  patronRoutes,
  REFUSED,
} from './desk-frame.ts'
import { groupPart, registerGroupLoansDesk } from './desk-group-loans.ts'
import { inHand, takeInHand, takeNotice } from './desk-hand.ts'
import { texts as rightsTexts, SEEN, TASKS } from './desk-texts.ts'
import { typedFaults } from './desk-typed.ts'
import {
  answerFor,
  type Came,
  onceField,
  type Scanned,
  type ShownAt,
  scannedPart,
  shownField,
  tellOnce,
  toldHere,
} from './desk-visit.ts'
import { waysOfDesk } from './desk-ways.ts'
import { receiptField } from './desk-ways-parts.ts'
import { guardiansOf } from './guardians.ts'
import { identifiersOf } from './identifiers.ts'
import { notesOf } from './notes.ts'
import type { PatronRow } from './tables.ts'
import { taskTexts } from './task-texts.ts'
import { openTasks } from './tasks.ts'

/** What is shown on one answer only, and stands in no address. */
interface Revealed {
  readonly cpr?: string
  readonly address?: string
  readonly errors?: { readonly reason?: string; readonly primary?: string }
  readonly scanned?: { readonly outcome: Scanned['outcome']; readonly part: SafeHtml }
}

const scanSchema = z.object({ text: z.string().max(200).catch('') })
const addressSchema = z.object({ reason: z.string().catch('') })

/** A patron's page at the desk, and what is opened on it for one look: the CPR number and a protected address. */
export function registerCounterPatron(
  app: FastifyInstance,
  needs: DeskNeeds,
  /** What becomes of what is scanned with a patron open. */
  scan: (at: ShownAt, staff: StaffActor, patron: PatronRow) => Promise<Came>,
): void {
  const { site } = needs
  const routes = patronRoutes(app, site, COUNTER)

  routes.get('', async (request, reply, found) => {
    await takeTask(request, found)
    const at = { request, reply, ctx: site.context(request) }
    const here = await toldHere(at, found.staff.id)
    if (here?.told.kind !== 'scanned') return page(request, reply, found)
    const { outcome } = here.told.scanned
    const scanned = { outcome, part: await scannedPart(at, here.told.scanned, here.isFirst) }
    return page(request, reply, found, { scanned })
  })

  // An item is lent to the patron who is open; anything else that is scanned leads on, and nothing at all ends it.
  routes.post('/scans', async (request, reply, found) => {
    const { patron, staff } = found
    const ctx = site.context(request)
    const { text } = scanSchema.parse(request.body ?? {})
    if (text.trim() !== '') {
      const at = { request, reply, ctx }
      return tellOnce(at, staff.id, () => scan(at, staff, patron))
    }
    answerFor(ctx, staff.id, patron.id, undefined)
    const onPaper = waysOfDesk(ctx, request, reply).receipt === 'print'
    return reply.redirect(href(request, onPaper ? patronAt(request, '/receipt') : counterPath(request)), 303)
  })

  registerGroupLoansDesk(app, needs, (request, { reply }, found, error) =>
    page(request, reply, found, { errors: { primary: error } }),
  )

  routes.get('/reason', async (request, reply, found) => reasonPage(request, reply, found))

  routes.post('/reason', async (request, reply, found) => {
    const given = reasonSchema.parse(request.body ?? {})
    const reason = readReason(given, request.language)
    if (reason.ok && reason.why) {
      takeInHand(site.context(request), found.staff.id, found.patron.id, { why: reason.why })
      return redirectWithMessage(reply, request, patronAt(request), actionTexts.reasonNoted)
    }
    const errors = reason.ok ? { why: rightsTexts.whyMissing[request.language] } : reason.errors
    return reasonPage(request, reply, found, { given, errors })
  })

  routes.post('/reveal-cpr', async (request, reply, found) => {
    const ctx = site.context(request)
    const { patron, staff } = found
    const why = inHand(ctx, staff.id, patron.id) ?? (patron.protected ? undefined : TASKS.none)
    const noted = await logAccess(ctx, patron.id, SEEN.cpr[patron.language], why?.[patron.language] ?? '')
    const cpr = noted.ok ? await openCpr(ctx, patron) : undefined
    return page(request, reply, found, cpr ? { cpr } : {})
  })

  routes.post('/address', async (request, reply, found) => {
    const { language } = request
    const ctx = site.context(request)
    const { patron } = found
    const reason = addressSchema.parse(request.body ?? {}).reason.trim()
    const fault =
      typedFaults({ reason }, {}, language).reason ?? (reason === '' ? texts.addressReasonMissing[language] : undefined)
    if (fault) return page(request, reply, found, { errors: { reason: fault } })
    const noted = await logAccess(ctx, patron.id, SEEN.address[patron.language], reason)
    // Whoever has the address open has said why they have the patron before them.
    if (noted.ok && !inHand(ctx, found.staff.id, patron.id)) {
      takeInHand(ctx, found.staff.id, patron.id, { why: { da: reason, en: reason } })
    }
    const sealed = patron.address_sealed
    const address = noted.ok && sealed ? await ctx.vault.open(patron.id, 'patron.address_sealed', sealed) : undefined
    return page(request, reply, found, { address: address ?? texts.noAddress[language] })
  })

  /** A task of the list is why the patron is opened, when it is a task about them. */
  async function takeTask(request: PatronRequest, { staff, patron }: Found): Promise<void> {
    const { task: id } = request.query
    if (id === undefined || !isId(id)) return
    const ctx = site.context(request)
    const task = (await openTasks(ctx)).tasks.find((each) => each.id === id && each.patron_id === patron.id)
    if (task) takeInHand(ctx, staff.id, patron.id, { why: texts.taskWhy(taskTexts[task.kind]) })
  }

  function page(
    request: PatronRequest,
    reply: FastifyReply,
    found: Found,
    revealed: Revealed = {},
  ): Promise<FastifyReply> {
    const { patron } = found
    // What is shown once is kept by no browser either.
    reply.header('cache-control', 'no-store')
    return showPatron(request, reply, needs, found, SEEN.counter, async () => ({
      // A title stays in the browser's history; a number says less than a name.
      title: texts.patron(patron.number)[request.language],
      heading: patron.name,
      status: revealed.errors ? FAULTY : revealed.scanned?.outcome === 'refused' ? REFUSED : 200,
      scripts: needs.surroundings?.scripts ?? ['desk-sound.js'],
      body: await body(request, reply, found, revealed),
    }))
  }

  function reasonPage(
    request: PatronRequest,
    reply: FastifyReply,
    { patron }: Found,
    more: { given?: z.infer<typeof reasonSchema>; errors?: Record<string, string | undefined> } = {},
  ): FastifyReply {
    const { language } = request
    const page = {
      title: rightsTexts.reasonTitle[language],
      status: more.errors ? FAULTY : 200,
      body: reasonForm(request, reply, {
        lead: patron.protected ? texts.protectedNeedsReason[language] : rightsTexts.lead[language],
        action: patronAt(request, '/reason'),
        back: counterPath(request),
        ...more,
      }),
    }
    return patronPage(request, reply, page, COUNTER)
  }

  async function body(
    request: PatronRequest,
    reply: FastifyReply,
    found: Found,
    revealed: Revealed,
  ): Promise<SafeHtml> {
    const { language } = request
    const { patron, staff } = found
    const ctx = site.context(request)
    const meanwhile = await readMeanwhile(request, reply, ctx, patron)
    const why = inHand(ctx, staff.id, patron.id)
    const notice = takeNotice(ctx, staff.id, patron.id)
    const sections = []
    for (const section of needs.sections ?? []) sections.push(await section(request, ctx, patron.id, reply))
    const at = { request, reply, ctx }
    return html`${needs.surroundings?.above(request) ?? ''}
${notice ? alert({ kind: 'error', heading: notice[language] }) : ''}
${revealed.scanned?.part ?? ''}
${await nextScan(request, reply, found, revealed.errors === undefined)}
${patron.protected ? protectedBox(request, reply, revealed) : ''}
${await warnings(ctx, patron, meanwhile)}
${notesPart(meanwhile)}
${await groupPart(at, found, revealed.errors?.primary)}
${needs.surroundings?.below({ ...at, patron }) ?? ''}
<p class="quiet">${texts.lookLogged((why ?? TASKS.none)[language])[language]} ${why ? '' : html`<a href="${href(request, patronAt(request, '/reason'))}">${texts.sayWhy[language]}</a>`}</p>
<div class="row no-max-width">
<div class="col-12 col-lg-8">
${sections}
</div>
<div class="col-12 col-lg-4">
<nav aria-label="${texts.actions[language]}">
<h2>${texts.actions[language]}</h2>
<ul>${actionsFor(patron, meanwhile).map(([path, text]) => html`<li><a href="${href(request, patronAt(request, path))}">${text[language]}</a></li>`)}</ul>
</nav>
<h2>${texts.details[language]}</h2>
${await detailsPart(request, reply, needs, patron, revealed.cpr)}
</div>
</div>
${cardsTable(meanwhile, patron)}
<div class="form-buttons">${patronButton(request, reply, '/sign-out', actionTexts.signOut)}</div>
${blocksTable(meanwhile)}
${bansTable(meanwhile)}
${patron.patron_group === 'child' ? guardianPart(meanwhile) : ''}`
  }

  async function readMeanwhile(
    request: PatronRequest,
    reply: FastifyReply,
    ctx: Context,
    patron: PatronRow,
  ): Promise<Meanwhile> {
    const blocks = await blocksOf(ctx, patron.id)
    const bans = await bansOf(ctx, patron.id)
    const notes = await notesOf(ctx, patron.id)
    const tasks = (await openTasks(ctx)).tasks.filter(({ patron_id }) => patron_id === patron.id)
    const staff: StaffId[] = [
      ...blocks.flatMap(({ placed_by }) => placed_by ?? []),
      ...bans.map(({ decided_by }) => decided_by),
      ...notes.map(({ written_by }) => written_by),
    ]
    const guardians = patron.patron_group === 'child' ? await guardiansOf(ctx, patron.id) : []
    const hidden = await ctx.db.all<{ id: PatronId }>(sql`
      select id from patron where id = any(${guardians.map(({ guardian_id }) => guardian_id)}::uuid[]) and protected`)
    return {
      request,
      reply,
      blocks,
      bans,
      notes,
      tasks,
      cards: await identifiersOf(ctx, patron.id),
      guardians: guardians.map((guardian) =>
        hidden.some(({ id }) => id === guardian.guardian_id)
          ? { ...guardian, name: rightsTexts.hiddenName[request.language], phone: null, email: null }
          : guardian,
      ),
      names: await needs.staffNames(ctx, staff),
      today: dayOf(ctx.clock.now()),
    }
  }

  /**
   * There is a queue: an item that is scanned is lent to this patron, the next card opens the next one, and Enter alone
   * ends it. It stands above what is about the patron, so that the focus scrolls nothing away.
   */
  async function nextScan(
    request: PatronRequest,
    reply: FastifyReply,
    { staff, patron }: Found,
    hasFocus: boolean,
  ): Promise<SafeHtml> {
    const { language } = request
    const ctx = site.context(request)
    return html`<div class="desk-scan">${form(request, reply, {
      action: patronAt(request, '/scans'),
      scan: true,
      body: html`${onceField()}${shownField(request)}${hidden('card', patron.number)}
${scanField({ name: 'text', label: texts.nextScan[language], hint: texts.nextScanHint[language], hasFocus })}
<div class="desk-ways">${await branchField(ctx, request, reply, staff)}
${receiptField(waysOfDesk(ctx, request, reply), language)}</div>`,
      submit: texts.open[language],
    })}</div>`
  }
}

function protectedBox(request: PatronRequest, reply: FastifyReply, revealed: Revealed): SafeHtml {
  const { language } = request
  const address = revealed.address
  const box = alert({
    kind: 'warning',
    heading: texts.protectedWarning[language],
    body: texts.protectedText[language],
  })
  if (address !== undefined) {
    return html`${box}
<h2>${texts.addressIs[language]}</h2>
<p>${address.split('\n').map((line) => html`${line}<br>`)}</p>
<p>${texts.addressOnce[language]}</p>`
  }
  return html`${box}
${form(request, reply, {
  action: patronAt(request, '/address'),
  body: textField({
    name: 'reason',
    label: texts.addressReason[language],
    hint: texts.otherHint[language],
    autocomplete: 'off',
    maxLength: 200,
    required: true,
    error: revealed.errors?.reason,
  }),
  submit: submitButton(texts.openAddress[language], 'secondary'),
})}`
}

/** What must be seen before anything is done: it stands above the name's own details. */
async function warnings(ctx: Context, patron: PatronRow, meanwhile: Meanwhile): Promise<SafeHtml> {
  const { language } = meanwhile.request
  const boxes: SafeHtml[] = []
  const ban = meanwhile.bans.find(({ from_on, until_on }) => {
    const hasBegun = Temporal.PlainDate.compare(from_on, meanwhile.today) <= 0
    return hasBegun && (!until_on || Temporal.PlainDate.compare(meanwhile.today, until_on) < 0)
  })
  if (ban) boxes.push(alert({ kind: 'error', heading: texts.isBanned[language], body: ban.reason }))
  if (meanwhile.blocks.some(({ stands }) => stands)) {
    const codes = meanwhile.blocks
      .filter(({ stands }) => stands)
      .map(({ code }) => actionTexts.blockCodes[code][language])
    boxes.push(alert({ kind: 'error', heading: texts.isBlocked[language], body: codes.join(', ') }))
  }
  if (await isRestricted(ctx, patron.id)) {
    boxes.push(alert({ kind: 'warning', heading: texts.restricted[language], body: texts.restrictedText[language] }))
  }
  for (const task of meanwhile.tasks) {
    boxes.push(
      alert({
        kind: 'info',
        heading: texts.taskWhy(taskTexts[task.kind])[language],
        body: taskDone(meanwhile, task.id),
      }),
    )
  }
  return html`${boxes}`
}

function taskDone({ request, reply }: Meanwhile, task: string): SafeHtml {
  return form(request, reply, {
    action: counterPath(request, `/tasks/${task}/done`),
    body: hidden('patron', request.params.id),
    submit: submitButton(texts.finish[request.language], 'secondary'),
  })
}

function actionsFor(patron: PatronRow, meanwhile: Meanwhile): [string, Text2][] {
  const isChild = patron.patron_group === 'child' && patron.kind === 'person'
  const isWaiting =
    meanwhile.blocks.some(({ code, automatic }) => code === 'self-enrolled' && automatic) ||
    meanwhile.tasks.some(({ kind }) => kind === 'self-enrolled')
  return [
    ...(isWaiting ? [['/confirmation', actionTexts.confirm] satisfies [string, Text2]] : []),
    ['/contact', actionTexts.contact],
    ['/cards/new', actionTexts.addCard],
    ['/pin', actionTexts.setPin],
    ['/notes/new', actionTexts.writeNote],
    ...(isChild ? [['/guardian', actionTexts.guardian] satisfies [string, Text2]] : []),
    ['/blocks/new', actionTexts.placeBlock],
    ['/bans/new', actionTexts.placeBan],
    ['/merge', actionTexts.merge],
  ]
}
