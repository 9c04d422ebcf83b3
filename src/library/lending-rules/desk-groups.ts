import type { FastifyInstance, FastifyReply } from 'fastify'
import { holdsCpr } from '#patrons'
import { SETTINGS_KEEPER, type SettingsRoute } from '#settings'
import {
  definitionList,
  errorSummary,
  type FieldErrors,
  form,
  hidden,
  html,
  redirectWithMessage,
  type SafeHtml,
  submitButton,
  textField,
} from '#web'
import {
  FAULTY,
  fields,
  groupSelect,
  hasErrors,
  type Known,
  known,
  meanwhile,
  pathOf,
  patronGroups,
  REFUSED,
  type Request,
  RULES_PATH,
  type RulesNeeds,
  rulesPage,
  saveRules,
} from './desk-parts.ts'
import { texts } from './desk-texts.ts'
import type { Typed } from './desk-values.ts'
import { membersOf } from './groups.ts'
import type { Group, LendingRules } from './rules.ts'
import { lineFault } from './typed.ts'

type GroupRoute = SettingsRoute & { Querystring: { kind?: string; code?: string } }
type Kind = 'material' | 'patron'

interface Shown {
  readonly kind: Kind
  /** The group that is changed; empty for a new one. */
  readonly was: string
  readonly basedOn: number
  readonly typed: Typed
  readonly errors?: FieldErrors
  readonly above?: SafeHtml
}

const CODE = /^[a-z0-9-]{1,40}$/
const LONGEST_NAME = 80

/** Adds, names and deletes the groups that rules speak of. */
export function registerGroupsDesk(app: FastifyInstance, { site }: RulesNeeds): void {
  app.get<GroupRoute>(`/:agency${RULES_PATH}/group`, async (request, reply) => {
    if (!site.requireStaff(request, reply, SETTINGS_KEEPER)) return reply
    const now = await known(site.context(request))
    const kind = kindOf(request.query.kind)
    const { code } = request.query
    const group = ownGroups(now.content, kind).find((each) => each.code === code)
    if (code !== undefined && !group) return reply.callNotFound()
    const typed = {
      code: group?.code ?? '',
      name_da: group?.name.da ?? '',
      name_en: group?.name.en ?? '',
      parent: group?.parent ?? '',
    }
    return groupPage(request, reply, now, { kind, was: group?.code ?? '', basedOn: now.version, typed })
  })

  app.post<SettingsRoute>(`/:agency${RULES_PATH}/group`, async (request, reply) => {
    const staff = site.requireStaff(request, reply, SETTINGS_KEEPER)
    if (!staff) return reply
    const { language } = request
    const ctx = site.context(request)
    const typed = fields.parse(request.body ?? {})
    const kind = kindOf(typed.kind)
    const was = typed.was ?? ''
    const basedOn = Number(typed.based_on)
    const now = await known(ctx)
    const again = (more: { errors?: FieldErrors; above?: SafeHtml; basedOn?: number }) =>
      groupPage(request, reply, now, { kind, was, basedOn, typed, ...more })
    const group = groupTyped(typed, was)
    const errors = groupFaults(group, was, allGroups(now.content, kind), language)
    if (hasErrors(errors)) return again({ errors })
    const refusal = await saveRules(ctx, { basedOn, by: staff.id }, (rules) =>
      withGroups(rules, kind, (groups) => {
        const at = groups.findIndex(({ code }) => code === was)
        return at < 0 ? [...groups, group] : groups.with(at, group)
      }),
    )
    if (!refusal) return redirectWithMessage(reply, request, pathOf(request), texts.saved)
    if (refusal.kind === 'changed-meanwhile') {
      return again({ above: await meanwhile(ctx, basedOn, language), basedOn: now.version })
    }
    return again({ errors: { parent: texts.circle[language] } })
  })

  app.post<SettingsRoute>(`/:agency${RULES_PATH}/group/delete`, async (request, reply) => {
    const staff = site.requireStaff(request, reply, SETTINGS_KEEPER)
    if (!staff) return reply
    const { language } = request
    const ctx = site.context(request)
    const { kind: sent, was = '', based_on } = fields.parse(request.body ?? {})
    const kind = kindOf(sent)
    const now = await known(ctx)
    const group = ownGroups(now.content, kind).find(({ code }) => code === was)
    if (!group) return reply.callNotFound()
    const basedOn = Number(based_on)
    const { code, name, parent = '' } = group
    const typed = { code, name_da: name.da, name_en: name.en, parent }
    const shown = { kind, was, basedOn: now.version, typed }
    const members = await membersOf(ctx, kind, was)
    const rules = now.content.rules.filter(
      (rule) => rule[kind === 'material' ? 'materialGroup' : 'patronGroup'] === was,
    )
    const children = allGroups(now.content, kind).filter(({ parent }) => parent === was)
    if (members + rules.length + children.length > 0) {
      const inUse = texts.groupInUse(members, rules.length, children.length)[language]
      return groupPage(request, reply, now, { ...shown, errors: { code: inUse } })
    }
    const refusal = await saveRules(ctx, { basedOn, by: staff.id }, (rules) =>
      withGroups(rules, kind, (groups) => groups.filter(({ code }) => code !== was)),
    )
    if (!refusal) return redirectWithMessage(reply, request, pathOf(request), texts.saved)
    return groupPage(request, reply, now, { ...shown, above: await meanwhile(ctx, basedOn, language) })
  })
}

function kindOf(kind: unknown): Kind {
  return kind === 'material' ? 'material' : 'patron'
}

/** The groups a library has made itself. */
function ownGroups(rules: LendingRules, kind: Kind): readonly Group[] {
  return kind === 'material' ? rules.materialGroups : rules.patronGroups
}

function allGroups(rules: LendingRules, kind: Kind): readonly Group[] {
  return kind === 'material' ? rules.materialGroups : patronGroups(rules)
}

function withGroups(rules: LendingRules, kind: Kind, change: (groups: readonly Group[]) => readonly Group[]) {
  return kind === 'material'
    ? { ...rules, materialGroups: change(rules.materialGroups) }
    : { ...rules, patronGroups: change(rules.patronGroups) }
}

function groupTyped(typed: Typed, was: string): Group {
  const word = (name: string) => (typed[name] ?? '').trim()
  return {
    code: was || word('code'),
    name: { da: word('name_da'), en: word('name_en') },
    ...(word('parent') ? { parent: word('parent') } : {}),
  }
}

function groupFaults(group: Group, was: string, others: readonly Group[], language: 'da' | 'en'): FieldErrors {
  const named = (name: string) => lineFault(name, LONGEST_NAME)?.[language]
  const taken = was === '' && others.some(({ code }) => code === group.code)
  return {
    code:
      CODE.test(group.code) && !holdsCpr(group.code)
        ? taken
          ? texts.codeTaken[language]
          : undefined
        : texts.codeFault[language],
    name_da: named(group.name.da),
    name_en: named(group.name.en),
  }
}

function groupPage(request: Request, reply: FastifyReply, now: Known, shown: Shown): FastifyReply {
  const { language } = request
  const { kind, was, typed } = shown
  const errors = shown.errors ?? {}
  const adds = kind === 'material' ? texts.addMaterialGroup : texts.addPatronGroup
  const sent = html`${hidden('kind', kind)}${hidden('was', was)}${hidden('based_on', String(shown.basedOn))}`
  const code =
    was === ''
      ? textField({
          name: 'code',
          label: texts.code[language],
          hint: texts.codeHint[language],
          value: typed.code,
          autocomplete: 'off',
          maxLength: 40,
          required: true,
          error: errors.code,
        })
      : html`<div id="code">${definitionList([{ term: texts.code[language], value: was }])}</div>`
  return rulesPage(request, reply, {
    title: (was === '' ? adds : texts.changeGroup)[language],
    status: shown.above ? REFUSED : hasErrors(errors) ? FAULTY : 200,
    body: html`${errorSummary(errors, language)}${shown.above ?? ''}
${form(request, reply, {
  action: pathOf(request, '/group'),
  body: html`${sent}${code}
${textField({
  name: 'name_da',
  label: texts.nameDa[language],
  value: typed.name_da,
  autocomplete: 'off',
  maxLength: LONGEST_NAME,
  required: true,
  error: errors.name_da,
})}
${textField({
  name: 'name_en',
  label: texts.nameEn[language],
  value: typed.name_en,
  autocomplete: 'off',
  maxLength: LONGEST_NAME,
  required: true,
  error: errors.name_en,
})}
${groupSelect(
  {
    name: 'parent',
    label: texts.parent[language],
    value: typed.parent ?? '',
    empty: texts.noParent[language],
    error: errors.parent,
  },
  allGroups(now.content, kind).filter((group) => group.code !== was),
  language,
)}`,
  submit: texts.save[language],
})}
${
  was === ''
    ? ''
    : html`<h2>${texts.deleteGroup[language]}</h2>
${form(request, reply, {
  action: pathOf(request, '/group/delete'),
  body: sent,
  submit: submitButton(texts.deleteGroup[language], 'warning'),
})}`
}`,
  })
}
