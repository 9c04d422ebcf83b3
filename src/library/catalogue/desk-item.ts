import type { FastifyInstance, FastifyReply } from 'fastify'
import { listBranches } from '#agencies'
import { type BranchId, type ItemId, ok, type Result } from '#core'
import type { Context } from '#vault'
import {
  alert,
  checkbox,
  definitionList,
  form,
  hidden,
  html,
  instantText,
  kronerText,
  numberText,
  redirectWithMessage,
  type SafeHtml,
  type StaffActor,
  submitButton,
} from '#web'
import {
  type ItemRefusal,
  markDamaged,
  markMissing,
  markRepaired,
  receiveItem,
  restoreItem,
  type WithdrawRefusal,
  withdrawItem,
} from './change-item.ts'
import { changesOf } from './changes.ts'
import {
  buttonLink,
  type CatalogueNeeds,
  cataloguePage,
  catalogueRoutes,
  changesTable,
  fields,
  link,
  type Meeting,
  mayKeep,
  pathOf,
  REFUSED,
  stateTag,
} from './desk-parts.ts'
import { readItemRow, readTitleRow, waitingForTitle } from './desk-queries.ts'
import { itemRefusalText } from './desk-refusal-texts.ts'
import { itemFields, texts } from './desk-texts.ts'
import { itemMayBecome } from './states.ts'
import type { ItemRow } from './tables.ts'

const ACTS = ['receive', 'mended', 'damaged', 'missing', 'restore', 'withdraw'] as const
type Act = (typeof ACTS)[number]
/** What only those who keep the catalogue decide; the rest anyone at the desk sees with their own eyes. */
const KEEPERS_ACTS: readonly Act[] = ['withdraw', 'restore']

/** One item: where it is, what is known of it, and what may be done with it. */
export function registerItemDesk(app: FastifyInstance, needs: CatalogueNeeds): void {
  const { site } = needs
  const routes = catalogueRoutes(app, site)

  routes.see('/items/:id', async (meeting) => {
    const item = await readItemRow(meeting.ctx, meeting.request.params.id)
    return item ? itemPage(meeting, needs, item) : gone(meeting)
  })

  routes.act('/items/:id/state', async (meeting) => {
    const { request, reply, ctx } = meeting
    const sent = fields.parse(request.body ?? {})
    const act = ACTS.find((each) => each === sent.act)
    const item = await readItemRow(ctx, request.params.id)
    if (!item || !act) return gone(meeting)
    if (KEEPERS_ACTS.includes(act) && !site.requireStaff(request, reply, 'catalogue')) return reply
    const done = await perform(ctx, act, item, { tell: sent.tell === 'yes', staff: site.staff(request) })
    if (done.ok) return redirectWithMessage(reply, request, pathOf(request, `/items/${item.id}`), texts.saved)
    return itemPage(meeting, needs, item, done.refusal)
  })
}

function gone({ reply }: Meeting): FastifyReply {
  reply.callNotFound()
  return reply
}

async function perform(
  ctx: Context,
  act: Act,
  { id, barcode, branch_id }: ItemRow,
  { tell, staff }: { readonly tell: boolean; readonly staff: StaffActor | undefined },
): Promise<Result<{ readonly item: ItemId }, ItemRefusal | WithdrawRefusal>> {
  switch (act) {
    case 'receive':
      return receiveItem(ctx, barcode, hereOf(staff) ?? branch_id)
    case 'mended':
      return markRepaired(ctx, barcode)
    case 'damaged':
      return markDamaged(ctx, barcode)
    case 'missing':
      return markMissing(ctx, barcode)
    case 'restore':
      return restoreItem(ctx, barcode)
    case 'withdraw':
      return withdrawItem(ctx, barcode, { unlessAwaited: !tell })
    default:
      return ok({ item: id })
  }
}

/** Where somebody stands who works at one branch only. */
function hereOf(staff: StaffActor | undefined): BranchId | undefined {
  return staff?.branch_ids?.length === 1 ? staff.branch_ids[0] : undefined
}

async function itemPage(
  meeting: Meeting,
  needs: CatalogueNeeds,
  item: ItemRow,
  refused?: ItemRefusal | WithdrawRefusal,
): Promise<FastifyReply> {
  const { request, reply, ctx } = meeting
  const { language } = request
  const title = await readTitleRow(ctx, item.title_id)
  const keeps = mayKeep(needs.site, request)
  const branches = await listBranches(ctx)
  const changes = await changesOf(ctx, { item: item.id })
  const sections: SafeHtml[] = []
  for (const section of needs.itemSections ?? []) sections.push(await section(ctx, request, reply, item.id))
  const branchName = (id: string) => branches.find((branch) => branch.id === id)?.name ?? ''
  return cataloguePage(request, reply, {
    title: item.barcode,
    heading: title?.title ?? item.barcode,
    status: refused ? REFUSED : 200,
    above: title ? [{ label: title.title, href: pathOf(request, `/titles/${title.id}`) }] : [],
    body: html`${refused ? refusalHtml(meeting, item, refused) : ''}
<p class="font-lead">${item.barcode} ${stateTag(item.state, language)}</p>
${definitionList(await shownOf(meeting, needs, item, branchName))}
<div class="form-buttons">
${keeps ? buttonLink(request, `/items/${item.id}/edit`, texts.editItem[language]) : ''}
${buttonLink(request, `/labels?item=${item.id}`, texts.labelsOfItem[language])}
</div>
${sections}
${await actsHtml(meeting, item, keeps)}
${await changesTable(meeting, changes, {
  ...needs,
  told: (field, value) =>
    field === 'branch_id' ? branchName(value) : field === 'price_ore' ? priceText(value) : value,
})}
${title ? html`<p>${link(request, `/titles/${title.id}`, title.title)}</p>` : ''}`,
  })
}

function priceText(ore: string): string {
  return ore === '' ? '' : (Number(ore) / 100).toFixed(2).replace('.', ',')
}

async function shownOf(
  { request, ctx }: Meeting,
  needs: CatalogueNeeds,
  item: ItemRow,
  branchName: (id: string) => string,
): Promise<{ readonly term: string; readonly value: string }[]> {
  const { language } = request
  const group = (await needs.materialGroups(ctx)).find(({ code }) => code === item.material_group)
  const isAway = item.at_branch_id !== item.branch_id
  const lines: readonly (readonly [string, string])[] = [
    [texts.branch[language], branchName(item.branch_id)],
    [texts.isAt[language], isAway && item.state !== 'on-loan' ? branchName(item.at_branch_id) : ''],
    [texts.goesTo[language], item.destination_branch_id ? branchName(item.destination_branch_id) : ''],
    [texts.shelf[language], item.shelf ?? ''],
    [texts.group[language], group?.name[language] ?? texts.unknownGroup(item.material_group)[language]],
    [itemFields.volume_year.label[language], item.volume_year ?? ''],
    [itemFields.issue.label[language], item.issue],
    [itemFields.float_group.label[language], item.float_group ?? ''],
    [itemFields.price.label[language], item.price_ore === null ? '' : kronerText(item.price_ore, language)],
    [texts.note[language], item.note],
    [texts.added[language], instantText(item.added_at, language)],
    [
      texts.lastSeen[language],
      item.last_seen_at ? instantText(item.last_seen_at, language) : texts.neverSeen[language],
    ],
  ]
  return lines.flatMap(([term, value]) => (value === '' ? [] : [{ term, value }]))
}

/** Why it was not done; the last item that somebody waits for may be withdrawn all the same. */
function refusalHtml({ request, reply }: Meeting, item: ItemRow, refusal: ItemRefusal | WithdrawRefusal): SafeHtml {
  const { language } = request
  const heading = texts.notDone[language]
  const told = itemRefusalText(refusal)[language]
  if (refusal.kind !== 'last-for-queue') return alert({ kind: 'error', heading, body: told })
  const { waiting } = refusal
  return html`${alert({ kind: 'warning', heading, body: told })}
${form(request, reply, {
  action: pathOf(request, `/items/${item.id}/state`),
  body: html`${hidden('act', 'withdraw')}
${checkbox({ name: 'tell', label: texts.tellWaiting(numberText(waiting, language), waiting === 1)[language] })}`,
  submit: submitButton(texts.acts.withdraw[language], 'warning'),
})}`
}

async function actsHtml({ request, reply, ctx }: Meeting, item: ItemRow, keeps: boolean): Promise<SafeHtml> {
  const { language } = request
  const acts = ACTS.filter((act) => fits(act, item) && (keeps || !KEEPERS_ACTS.includes(act)))
  if (acts.length === 0) return html``
  const waiting = await waitingForTitle(ctx, item.title_id)
  return html`<h2>${texts.doHeading[language]}</h2>
${waiting > 0 ? html`<p>${texts.waiting(numberText(waiting, language), waiting === 1)[language]}</p>` : ''}
${form(request, reply, {
  action: pathOf(request, `/items/${item.id}/state`),
  body: html``,
  submit: html`${acts.map((act) =>
    submitButton(texts.acts[act][language], act === 'withdraw' ? 'warning' : 'secondary', { name: 'act', value: act }),
  )}`,
})}`
}

/** What makes sense to offer; whether it may be done is asked again when it is done. */
function fits(act: Act, { state }: ItemRow): boolean {
  if (state === 'on-loan' || state === 'claimed-returned') return false
  switch (act) {
    case 'receive':
      return state === 'on-order'
    case 'mended':
      return state === 'damaged'
    case 'damaged':
    case 'missing':
      return state !== act && itemMayBecome(state, act)
    case 'restore':
      return state === 'withdrawn'
    case 'withdraw':
      return state !== 'withdrawn' && itemMayBecome(state, 'withdrawn')
    default:
      return false
  }
}
