import type { FastifyInstance, FastifyReply } from 'fastify'
import { findItem } from '#catalogue'
import { type BranchId, type ItemId, isId, type Language, type PatronId } from '#core'
import { sql } from '#db'
import { findHolder, LENDING_GROUP } from '#patrons'
import { logAccess } from '#privacy'
import { SETTINGS_READERS, type SettingsRoute } from '#settings'
import type { Context } from '#vault'
import {
  alert,
  definitionList,
  errorSummary,
  type FieldErrors,
  form,
  hidden,
  html,
  redirectWithMessage,
  type SafeHtml,
  selectField,
  textField,
} from '#web'
import {
  branchName,
  FAULTY,
  fields,
  groupName,
  groupSelect,
  hasErrors,
  type Known,
  known,
  pathOf,
  patronGroups,
  REFUSED,
  type Request,
  RULES_PATH,
  type RulesNeeds,
  rulesPage,
} from './desk-parts.ts'
import { texts as ruleTexts } from './desk-texts.ts'
import type { Typed } from './desk-values.ts'
import { setLendingGroup, setMaterialGroup } from './groups.ts'
import type { LendingScope } from './rules.ts'
import { whichTable } from './which.ts'
import { whichTexts as texts } from './which-texts.ts'

interface FoundPatron {
  readonly id: PatronId
  readonly number: string
  readonly language: Language
  readonly chosen: string | null
  readonly lending_group: string
}

interface FoundItem {
  readonly id: ItemId
  readonly barcode: string
  readonly branch_id: BranchId
  readonly material_group: string
}

interface Found {
  readonly scope: LendingScope
  readonly patron?: FoundPatron | undefined
  readonly item?: FoundItem | undefined
}

/** Which rule applies to a patron and an item, and why; and the groups that decide it. */
export function registerWhichDesk(app: FastifyInstance, { site }: RulesNeeds): void {
  const path = `/:agency${RULES_PATH}/which`

  app.get<SettingsRoute>(path, async (request, reply) => {
    if (!site.requireStaff(request, reply, ...SETTINGS_READERS)) return reply
    return whichPage(request, reply, await known(site.context(request)), {})
  })

  // A card is sent and never written into an address.
  app.post<SettingsRoute>(path, async (request, reply) => {
    const staff = site.requireStaff(request, reply, ...SETTINGS_READERS)
    if (!staff) return reply
    const { language } = request
    const ctx = site.context(request)
    const typed = fields.parse(request.body ?? {})
    const now = await known(ctx)
    const item = typed.barcode?.trim() ? await findItem(ctx, typed.barcode) : undefined
    const patron = typed.card?.trim() ? await patronOf(ctx, typed.card) : undefined
    const errors = {
      card: typed.card?.trim() && !patron ? texts.nobody[language] : undefined,
      barcode: typed.barcode?.trim() && !item ? texts.noItem[language] : undefined,
    }
    if (hasErrors(errors)) return whichPage(request, reply, now, typed, { errors })
    if (patron) await logAccess(ctx, patron.id, texts.seen[patron.language], texts.seenWhy[patron.language])
    const branch = item?.branch_id ?? now.branches.find(({ id }) => id === typed.branch)?.id
    const patronGroup = patron?.lending_group ?? typed.patronGroup
    const materialGroup = item?.material_group ?? typed.materialGroup
    const scope = {
      ...(branch ? { branch } : {}),
      ...(patronGroup ? { patronGroup } : {}),
      ...(materialGroup ? { materialGroup } : {}),
    }
    const result = foundPart(request, reply, now, { scope, patron, item }, staff.roles.includes('desk'))
    return whichPage(request, reply, now, typed, { result })
  })

  app.post<SettingsRoute>(`${path}/patron`, async (request, reply) => {
    if (!site.requireStaff(request, reply, 'desk')) return reply
    const ctx = site.context(request)
    const { patron = '', group = '' } = fields.parse(request.body ?? {})
    const found = isId(patron) ? await readFound(ctx, patron as PatronId) : undefined
    const done = found ? await setLendingGroup(ctx, found.id, group || null) : undefined
    if (!found || !done?.ok) return notDone(request, reply, ctx)
    await logAccess(ctx, found.id, texts.changed[found.language], texts.changedWhy[found.language])
    return redirectWithMessage(reply, request, pathOf(request, '/which'), texts.setGroupDone)
  })

  app.post<SettingsRoute>(`${path}/item`, async (request, reply) => {
    if (!site.requireStaff(request, reply, 'desk')) return reply
    const ctx = site.context(request)
    const { item = '', group = '' } = fields.parse(request.body ?? {})
    const done = isId(item) ? await setMaterialGroup(ctx, item as ItemId, group) : undefined
    if (!done?.ok) return notDone(request, reply, ctx)
    return redirectWithMessage(reply, request, pathOf(request, '/which'), texts.setMaterialDone)
  })
}

async function patronOf(ctx: Context, card: string): Promise<FoundPatron | undefined> {
  const holder = await findHolder(ctx, card)
  return holder && readFound(ctx, holder.id)
}

/** No name: which rules hold is seen from the number and the group. */
function readFound(ctx: Context, id: PatronId): Promise<FoundPatron | undefined> {
  return ctx.db.maybe(sql<FoundPatron>`
    select id, number, language, lending_group as chosen, ${sql.raw(LENDING_GROUP('p'))} as lending_group
    from patron p where id = ${id}`)
}

async function notDone(request: Request, reply: FastifyReply, ctx: Context): Promise<FastifyReply> {
  const { language } = request
  const result = alert({ kind: 'warning', heading: texts.notDoneHeading[language], body: texts.notDone[language] })
  return whichPage(request, reply, await known(ctx), {}, { result, status: REFUSED })
}

function whichPage(
  request: Request,
  reply: FastifyReply,
  now: Known,
  typed: Typed,
  more: { readonly errors?: FieldErrors; readonly result?: SafeHtml; readonly status?: number } = {},
): FastifyReply {
  const { language } = request
  const errors = more.errors ?? {}
  const empty = texts.anyone[language]
  return rulesPage(request, reply, {
    title: ruleTexts.which[language],
    status: more.status ?? (hasErrors(errors) ? FAULTY : 200),
    body: html`${errorSummary(errors, language)}${more.result ?? ''}
${more.result ? html`<h2>${texts.another[language]}</h2>` : ''}
<p class="font-lead">${texts.lead[language]}</p>
${form(request, reply, {
  action: pathOf(request, '/which'),
  body: html`${textField({
    name: 'card',
    label: texts.card[language],
    hint: texts.cardHint[language],
    value: errors.card ? typed.card : undefined,
    autocomplete: 'off',
    error: errors.card,
  })}
${textField({
  name: 'barcode',
  label: texts.barcode[language],
  hint: texts.barcodeHint[language],
  value: typed.barcode,
  autocomplete: 'off',
  error: errors.barcode,
})}
${groupSelect(
  { name: 'patronGroup', label: ruleTexts.patronGroup[language], value: typed.patronGroup ?? '', empty },
  patronGroups(now.content),
  language,
)}
${groupSelect(
  { name: 'materialGroup', label: ruleTexts.materialGroup[language], value: typed.materialGroup ?? '', empty },
  now.content.materialGroups,
  language,
)}
${selectField({
  name: 'branch',
  label: ruleTexts.branch[language],
  options: [{ value: '', label: empty }, ...now.branches.map(({ id, name }) => ({ value: id, label: name }))],
  value: typed.branch,
})}`,
  submit: texts.show[language],
})}`,
  })
}

function foundPart(
  request: Request,
  reply: FastifyReply,
  now: Known,
  { scope, patron, item }: Found,
  mayChange: boolean,
): SafeHtml {
  const { language } = request
  const { content, branches } = now
  const byGroup = scope.patronGroup && groupName(patronGroups(content), scope.patronGroup, language)
  const patronGroup = patron && patron.chosen === null && byGroup ? texts.byAge(byGroup)[language] : byGroup
  const material = scope.materialGroup && groupName(content.materialGroups, scope.materialGroup, language)
  const about = definitionList([
    ...(patron ? [{ term: texts.patron[language], value: patron.number }] : []),
    { term: ruleTexts.patronGroup[language], value: patronGroup || texts.anyone[language] },
    ...(item ? [{ term: texts.item[language], value: item.barcode }] : []),
    { term: ruleTexts.materialGroup[language], value: material || texts.anyone[language] },
    {
      term: ruleTexts.branch[language],
      value: scope.branch ? branchName(branches, scope.branch, language) : texts.anyone[language],
    },
  ])
  return html`<section><h2>${texts.result[language]}</h2>
${about}
${whichTable(now, scope, language)}
${
  patron && mayChange
    ? html`<h3>${texts.setGroup[language]}</h3>
<p>${texts.setGroupLead[language]}</p>
${form(request, reply, {
  action: pathOf(request, '/which/patron'),
  body: html`${hidden('patron', patron.id)}${groupSelect(
    {
      name: 'group',
      id: 'set-patron-group',
      label: ruleTexts.patronGroup[language],
      value: patron.chosen ?? '',
      empty: texts.byAgeOption[language],
    },
    patronGroups(content),
    language,
  )}`,
  submit: texts.put[language],
})}`
    : ''
}
${
  item && mayChange
    ? html`<h3>${texts.setMaterial[language]}</h3>
${form(request, reply, {
  action: pathOf(request, '/which/item'),
  body: html`${hidden('item', item.id)}${selectField({
    name: 'group',
    id: 'set-material-group',
    label: ruleTexts.materialGroup[language],
    options: content.materialGroups.map(({ code, name }) => ({ value: code, label: name[language] })),
    value: item.material_group,
  })}`,
  submit: texts.put[language],
})}`
    : ''
}</section>`
}
