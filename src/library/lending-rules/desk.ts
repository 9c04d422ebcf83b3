import type { FastifyInstance, FastifyReply } from 'fastify'
import { registerSettingHistory, SETTINGS_KEEPER, SETTINGS_READERS, type SettingsRoute, settingsCrumb } from '#settings'
import {
  errorSummary,
  type FieldErrors,
  form,
  hidden,
  href,
  html,
  redirectWithMessage,
  renderPage,
  type SafeHtml,
  table,
} from '#web'
import { registerGroupsDesk } from './desk-groups.ts'
import {
  branchName,
  decidedList,
  describeRules,
  FAULTY,
  fields,
  groupName,
  hasErrors,
  inTree,
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
  scopeKey,
} from './desk-parts.ts'
import { registerRuleDesk } from './desk-rule.ts'
import { texts } from './desk-texts.ts'
import { readValues, type Typed, typedValues, VALUES, valueFields, valueLabel, valueText } from './desk-values.ts'
import { registerWhichDesk } from './desk-which.ts'
import { BUILT_IN_GROUPS, lendingRules } from './rules.ts'

/** The rules of lending: everyone at the desk may see them, the system's keepers change them. */
export function registerLendingRulesDesk(app: FastifyInstance, needs: RulesNeeds): void {
  const { site, staffNames } = needs

  app.get<SettingsRoute>(`/:agency${RULES_PATH}`, async (request, reply) => {
    const staff = site.requireStaff(request, reply, ...SETTINGS_READERS)
    if (!staff) return reply
    const now = await known(site.context(request))
    return overview(request, reply, now, staff.roles.includes(SETTINGS_KEEPER))
  })

  app.get<SettingsRoute>(`/:agency${RULES_PATH}/general`, async (request, reply) => {
    if (!site.requireStaff(request, reply, SETTINGS_KEEPER)) return reply
    const { version, content } = await known(site.context(request))
    return generalPage(request, reply, { version, typed: typedValues(content.general) })
  })

  app.post<SettingsRoute>(`/:agency${RULES_PATH}/general`, async (request, reply) => {
    const staff = site.requireStaff(request, reply, SETTINGS_KEEPER)
    if (!staff) return reply
    const ctx = site.context(request)
    const typed = fields.parse(request.body ?? {})
    const basedOn = Number(typed.based_on)
    const { values, errors } = readValues(typed, 'general', request.language)
    if (hasErrors(errors)) return generalPage(request, reply, { version: basedOn, typed, errors })
    const refusal = await saveRules(ctx, { basedOn, by: staff.id }, (rules) => ({ ...rules, general: values }))
    if (!refusal) return redirectWithMessage(reply, request, pathOf(request), texts.saved)
    const { version } = await known(ctx)
    if (refusal.kind === 'not-valid') {
      return generalPage(request, reply, {
        version,
        typed,
        errors: { [VALUES[0]?.name ?? '']: texts.cannotSave[request.language] },
      })
    }
    const above = await meanwhile(ctx, basedOn, request.language)
    return generalPage(request, reply, { version, typed, above })
  })

  registerRuleDesk(app, needs)
  registerGroupsDesk(app, needs)
  registerWhichDesk(app, needs)
  registerSettingHistory(app, site, { setting: lendingRules, path: RULES_PATH, staffNames, describe: describeRules })
}

function overview(request: Request, reply: FastifyReply, now: Known, mayChange: boolean): FastifyReply {
  const { language } = request
  const { content } = now
  const link = (path: string, label: string) => html`<a href="${href(request, pathOf(request, path))}">${label}</a>`
  const button = (path: string, label: string) =>
    mayChange
      ? html`<p><a class="button button-secondary" href="${href(request, pathOf(request, path))}">${label}</a></p>`
      : ''
  return renderPage(request, reply, {
    title: texts.rules[language],
    breadcrumbs: [settingsCrumb(request), { label: texts.rules[language] }],
    body: html`<p class="font-lead">${texts.lead[language]}</p>
<ul class="unstyled-list site-links">
<li>${link('/which', texts.which[language])}</li>
<li>${link('/history', texts.history[language])}</li>
</ul>
<h2>${texts.general[language]}</h2>
${table(
  {
    caption: texts.general[language],
    hasHeading: true,
    head: [texts.value[language], texts.holds[language]],
    rows: VALUES.map(({ name }) => [valueLabel(name, language), valueText(name, content.general[name], language)]),
    rowHeaders: true,
  },
  language,
)}
${button('/general', texts.changeGeneral[language])}
<h2>${texts.rulesHeading[language]}</h2>
${table(
  {
    caption: texts.rulesHeading[language],
    hasHeading: true,
    head: [
      texts.materialGroup[language],
      texts.patronGroup[language],
      texts.branch[language],
      texts.decides[language],
      ...(mayChange ? [''] : []),
    ],
    rows: content.rules.map((rule) => [
      rule.materialGroup ? groupName(content.materialGroups, rule.materialGroup, language) : texts.anyGroup[language],
      rule.patronGroup ? groupName(patronGroups(content), rule.patronGroup, language) : texts.anyGroup[language],
      rule.branch ? branchName(now.branches, rule.branch, language) : texts.anyGroup[language],
      decidedList(rule, language),
      ...(mayChange ? [link(`/rule?is=${encodeURIComponent(scopeKey(rule))}`, texts.change[language])] : []),
    ]),
    empty: texts.noRules[language],
  },
  language,
)}
${button('/rule', texts.addRule[language])}
${groupsTable(request, now, 'material', mayChange)}
${button('/group?kind=material', texts.addMaterialGroup[language])}
${groupsTable(request, now, 'patron', mayChange)}
${button('/group?kind=patron', texts.addPatronGroup[language])}`,
  })
}

function groupsTable(request: Request, { content }: Known, kind: 'material' | 'patron', mayChange: boolean): SafeHtml {
  const { language } = request
  const groups = kind === 'material' ? content.materialGroups : patronGroups(content)
  const builtIn = (code: string) => kind === 'patron' && BUILT_IN_GROUPS.some((group) => group.code === code)
  const edit = (code: string) =>
    builtIn(code)
      ? texts.builtIn[language]
      : html`<a href="${href(request, pathOf(request, `/group?kind=${kind}&code=${code}`))}">${texts.change[language]}</a>`
  const lead = kind === 'material' ? texts.materialGroupsLead : texts.patronGroupsLead
  const caption = (kind === 'material' ? texts.materialGroups : texts.patronGroups)[language]
  return html`<h2>${caption}</h2>
<p>${lead[language]}</p>
${table(
  {
    caption,
    hasHeading: true,
    head: [texts.group[language], texts.code[language], ...(mayChange ? [''] : [])],
    rows: inTree(groups).map(({ group, depth }) => [
      `${'– '.repeat(depth)}${group.name[language]}`,
      group.code,
      ...(mayChange ? [edit(group.code)] : []),
    ]),
    rowHeaders: true,
  },
  language,
)}`
}

function generalPage(
  request: Request,
  reply: FastifyReply,
  given: {
    readonly version: number
    readonly typed: Typed
    readonly errors?: FieldErrors
    readonly above?: SafeHtml
  },
): FastifyReply {
  const { language } = request
  const errors = given.errors ?? {}
  return rulesPage(request, reply, {
    title: texts.general[language],
    status: given.above ? REFUSED : hasErrors(errors) ? FAULTY : 200,
    body: html`${errorSummary(errors, language)}${given.above ?? ''}
<p class="font-lead">${texts.generalLead[language]}</p>
${form(request, reply, {
  action: pathOf(request, '/general'),
  body: html`${hidden('based_on', String(given.version))}
${valueFields(given.typed, 'general', errors, language)}`,
  submit: texts.save[language],
})}`,
  })
}
