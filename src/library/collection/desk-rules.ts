import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type Language, type StaffRole, type Text2, unreachable } from '#core'
import { changeSetting, currentSetting, type SettingRefusal } from '#settings'
import {
  checkbox,
  errorSummary,
  type FieldErrors,
  form,
  hidden,
  href,
  html,
  redirectWithMessage,
  renderPage,
  type Site,
  textField,
} from '#web'
import { type CollectionRules, collectionSetting } from './rules.ts'
import { ruleTexts as texts } from './texts-rules.ts'

interface AgencyRoute {
  Params: { agency: string }
}

const typedSchema = z.object({
  on: z.string().catch(''),
  afterDays: z.string().catch(''),
  noticeDays: z.string().catch(''),
  least: z.string().catch(''),
  version: z.coerce.number().int().min(0).catch(0),
})
type Typed = z.infer<typeof typedSchema>

const FAULTY = 422

/** Where a library decides whether, and after how long, it hands claims over. */
export function registerCollectionRules(
  app: FastifyInstance,
  site: Site,
  path: string,
  roles: readonly StaffRole[],
): void {
  app.get<AgencyRoute>(`/:agency${path}/rules`, async (request, reply) => {
    if (!site.requireStaff(request, reply, ...roles)) return reply
    const { version, content } = await currentSetting(site.context(request), collectionSetting)
    return page(request, reply, typedFrom(content, version), {})
  })

  app.post<AgencyRoute>(`/:agency${path}/rules`, async (request, reply) => {
    const staff = site.requireStaff(request, reply, ...roles)
    if (!staff) return reply
    const typed = typedSchema.parse(request.body ?? {})
    const content = {
      on: typed.on !== '',
      afterDays: wholeNumber(typed.afterDays),
      noticeDays: wholeNumber(typed.noticeDays),
      leastOre: wholeNumber(typed.least) * 100,
    }
    const change = { content, basedOn: typed.version, by: staff.id }
    const done = await changeSetting(site.context(request), collectionSetting, change)
    if (!done.ok) return page(request, reply, typed, errorsOf(done.refusal, request.language))
    return redirectWithMessage(reply, request, `/${request.params.agency}${path}`, texts.saved)
  })

  function page(request: FastifyRequest<AgencyRoute>, reply: FastifyReply, typed: Typed, errors: FieldErrors) {
    const { language } = request
    const { agency } = request.params
    const number = (name: 'afterDays' | 'noticeDays' | 'least') =>
      textField({
        name,
        label: texts[name][language],
        value: typed[name],
        inputmode: 'numeric',
        short: true,
        error: errors[name],
        required: true,
      })
    return renderPage(request, reply, {
      ...(Object.keys(errors).length > 0 ? { status: FAULTY } : {}),
      title: texts.rules[language],
      breadcrumbs: [{ label: texts.collection[language], href: `/${agency}${path}` }, { label: texts.rules[language] }],
      body: html`${errorSummary(errors, language)}
${form(request, reply, {
  action: `/${agency}${path}/rules`,
  body: html`${hidden('version', String(typed.version))}
${checkbox({ name: 'on', label: texts.on[language], hint: texts.onHint[language], checked: typed.on !== '' })}
${number('afterDays')}${number('noticeDays')}${number('least')}`,
  submit: texts.save[language],
})}
<p><a href="${href(request, `/${agency}${path}/rules/history`)}">${texts.history[language]}</a></p>`,
    })
  }
}

function typedFrom({ on, afterDays, noticeDays, leastOre }: CollectionRules, version: number): Typed {
  return {
    on: on ? 'yes' : '',
    afterDays: String(afterDays),
    noticeDays: String(noticeDays),
    least: String(Math.ceil(leastOre / 100)),
    version,
  }
}

/** Not a number is no number the schema takes. */
function wholeNumber(text: string): number {
  return /^\d{1,6}$/.test(text.trim()) ? Number(text) : Number.NaN
}

const FIELDS: Readonly<Record<string, { readonly field: string; readonly text: Text2 }>> = {
  afterDays: { field: 'afterDays', text: texts.afterDaysWrong },
  noticeDays: { field: 'noticeDays', text: texts.noticeDaysWrong },
  leastOre: { field: 'least', text: texts.leastWrong },
}

function errorsOf(refusal: SettingRefusal, language: Language): FieldErrors {
  switch (refusal.kind) {
    case 'changed-meanwhile':
      return { on: texts.changedMeanwhile[language] }
    case 'not-valid':
      return Object.fromEntries(
        refusal.faults.flatMap(({ path }) => {
          const known = FIELDS[path]
          return known ? [[known.field, known.text[language]]] : []
        }),
      )
    default:
      return unreachable(refusal)
  }
}
