import type { FastifyInstance, FastifyReply } from 'fastify'
import { SETTINGS_KEEPER, type SettingsRoute } from '#settings'
import {
  errorSummary,
  type FieldErrors,
  form,
  hidden,
  html,
  redirectWithMessage,
  type SafeHtml,
  selectField,
  submitButton,
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
  scopeKey,
} from './desk-parts.ts'
import { texts } from './desk-texts.ts'
import { readValues, type Typed, typedValues, valueFields } from './desk-values.ts'

type RuleRoute = SettingsRoute & { Querystring: { is?: string } }

interface Shown {
  /** Which rule is changed; empty for a new one. */
  readonly was: string
  readonly basedOn: number
  readonly typed: Typed
  readonly errors?: FieldErrors
  readonly above?: SafeHtml
}

/** Adds, changes and deletes one rule. It is known by what it is about, which no two of them share. */
export function registerRuleDesk(app: FastifyInstance, { site }: RulesNeeds): void {
  app.get<RuleRoute>(`/:agency${RULES_PATH}/rule`, async (request, reply) => {
    if (!site.requireStaff(request, reply, SETTINGS_KEEPER)) return reply
    const now = await known(site.context(request))
    const { is } = request.query
    const rule = typeof is === 'string' ? now.content.rules.find((each) => scopeKey(each) === is) : undefined
    if (is !== undefined && !rule) return reply.callNotFound()
    const { branch = '', patronGroup = '', materialGroup = '' } = rule ?? {}
    const typed = { branch, patronGroup, materialGroup, ...typedValues(rule ?? {}) }
    return rulePage(request, reply, now, { was: rule ? scopeKey(rule) : '', basedOn: now.version, typed })
  })

  app.post<SettingsRoute>(`/:agency${RULES_PATH}/rule`, async (request, reply) => {
    const staff = site.requireStaff(request, reply, SETTINGS_KEEPER)
    if (!staff) return reply
    const { language } = request
    const ctx = site.context(request)
    const typed = fields.parse(request.body ?? {})
    const was = typed.was ?? ''
    const basedOn = Number(typed.based_on)
    const { values, errors } = readValues(typed, 'rule', language)
    const scope = {
      ...(typed.branch ? { branch: typed.branch } : {}),
      ...(typed.patronGroup ? { patronGroup: typed.patronGroup } : {}),
      ...(typed.materialGroup ? { materialGroup: typed.materialGroup } : {}),
    }
    const again = async (more: { errors?: FieldErrors; above?: SafeHtml; basedOn?: number }) =>
      rulePage(request, reply, await known(ctx), { was, basedOn, typed, ...more })
    if (Object.keys(scope).length === 0) {
      return again({ errors: { materialGroup: texts.nothingNamed[language], ...errors } })
    }
    if (hasErrors(errors)) return again({ errors })
    if (Object.keys(values).length === 0) return again({ errors: { loanable: texts.nothingDecided[language] } })
    const refusal = await saveRules(ctx, { basedOn, by: staff.id }, (rules) => {
      const at = rules.rules.findIndex((rule) => scopeKey(rule) === was)
      const rule = { ...scope, ...values }
      return {
        ...rules,
        rules: at < 0 ? [...rules.rules, rule] : rules.rules.with(at, rule as (typeof rules.rules)[0]),
      }
    })
    if (!refusal) return redirectWithMessage(reply, request, pathOf(request), texts.saved)
    if (refusal.kind === 'changed-meanwhile') {
      const { version } = await known(ctx)
      return again({ above: await meanwhile(ctx, basedOn, language), basedOn: version })
    }
    return again({ errors: faultsAt(refusal.faults, language) })
  })

  app.post<SettingsRoute>(`/:agency${RULES_PATH}/rule/delete`, async (request, reply) => {
    const staff = site.requireStaff(request, reply, SETTINGS_KEEPER)
    if (!staff) return reply
    const ctx = site.context(request)
    const { was = '', based_on } = fields.parse(request.body ?? {})
    const now = await known(ctx)
    const rule = now.content.rules.find((each) => scopeKey(each) === was)
    if (!rule) return reply.callNotFound()
    const basedOn = Number(based_on)
    const refusal = await saveRules(ctx, { basedOn, by: staff.id }, (rules) => ({
      ...rules,
      rules: rules.rules.filter((each) => scopeKey(each) !== was),
    }))
    if (!refusal) return redirectWithMessage(reply, request, pathOf(request), texts.saved)
    const { branch = '', patronGroup = '', materialGroup = '' } = rule
    const typed = { branch, patronGroup, materialGroup, ...typedValues(rule) }
    const above = await meanwhile(ctx, basedOn, request.language)
    return rulePage(request, reply, now, { was, basedOn: now.version, typed, above })
  })
}

/** Which field a fault of the document belongs to; the scope's own stand at the first field that says it. */
function faultsAt(faults: readonly string[], language: 'da' | 'en'): FieldErrors {
  const errors: Record<string, string> = {}
  for (const path of faults) {
    const [, , field] = path.split('.')
    if (field === undefined) errors.materialGroup = texts.sameScope[language]
    else if (field === 'patronGroup' || field === 'materialGroup') errors[field] = texts.unknownGroup[language]
    else errors[field] = texts.cannotSave[language]
  }
  return errors
}

function rulePage(request: Request, reply: FastifyReply, now: Known, shown: Shown): FastifyReply {
  const { language } = request
  const { typed, was } = shown
  const errors = shown.errors ?? {}
  const title = (was === '' ? texts.addRule : texts.changeRule)[language]
  const sent = html`${hidden('was', was)}${hidden('based_on', String(shown.basedOn))}`
  return rulesPage(request, reply, {
    title,
    status: shown.above ? REFUSED : hasErrors(errors) ? FAULTY : 200,
    body: html`${errorSummary(errors, language)}${shown.above ?? ''}
${form(request, reply, {
  action: pathOf(request, '/rule'),
  body: html`${sent}
<h2>${texts.about[language]}</h2>
${groupSelect(
  {
    name: 'materialGroup',
    label: texts.materialGroup[language],
    value: typed.materialGroup ?? '',
    error: errors.materialGroup,
  },
  now.content.materialGroups,
  language,
)}
${groupSelect(
  {
    name: 'patronGroup',
    label: texts.patronGroup[language],
    value: typed.patronGroup ?? '',
    error: errors.patronGroup,
  },
  patronGroups(now.content),
  language,
)}
${selectField({
  name: 'branch',
  label: texts.branch[language],
  options: [
    { value: '', label: texts.anyGroup[language] },
    ...now.branches.map(({ id, name }) => ({ value: id, label: name })),
  ],
  value: typed.branch ?? '',
  error: errors.branch,
})}
<h2>${texts.says[language]}</h2>
<p>${texts.saysHint[language]}</p>
${valueFields(typed, 'rule', errors, language)}`,
  submit: texts.save[language],
})}
${
  was === ''
    ? ''
    : html`<h2>${texts.deleteRule[language]}</h2>
<p>${texts.deleteRuleText[language]}</p>
${form(request, reply, {
  action: pathOf(request, '/rule/delete'),
  body: sent,
  submit: submitButton(texts.deleteRule[language], 'warning'),
})}`
}`,
  })
}
