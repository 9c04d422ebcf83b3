import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { MATERIAL_CODES, materialName } from '#catalogue'
import type { Language, StaffRole, Text2 } from '#core'
import { type Group, lendingRules } from '#lending-rules'
import type { StaffNames } from '#privacy'
import { changeSetting, currentSetting, readSetting, registerSettingHistory } from '#settings'
import {
  alert,
  checkbox,
  errorSummary,
  type FieldErrors,
  form,
  hidden,
  href,
  html,
  kronerText,
  redirectWithMessage,
  renderPage,
  type SafeHtml,
  type Site,
  table,
  textField,
} from '#web'
import { describeFeeTable } from './describe-fee-table.ts'
import { documentFrom, fieldOf, MOST_LINES, type Typed, typedFrom } from './desk-fee-table-fields.ts'
import { faultText, texts } from './desk-fee-table-texts.ts'
import { FAULTY, hasErrors } from './desk-frame.ts'
import { feeTable } from './fee-table.ts'
import { STATUTORY_CAP } from './rules.ts'

interface AgencyRoute {
  Params: { agency: string }
}

/** The address below the library; the settings' page leads there. */
export const FEE_TABLE_PATH = '/staff/settings/fees'
const SEEN_BY: readonly StaffRole[] = ['desk', 'finance', 'system']
const CHANGED_BY: readonly StaffRole[] = ['finance', 'system']
/** Lines of the form beyond those in use. */
const SPARE = 2

interface Option {
  readonly value: string
  readonly label: string
}

const typedSchema = z.record(z.string(), z.string().catch('')).catch({})

/** The page on which a library decides what it charges. */
export function registerFeeTableDesk(app: FastifyInstance, site: Site, staffNames: StaffNames): void {
  const url = `/:agency${FEE_TABLE_PATH}`

  app.get<AgencyRoute>(url, async (request, reply) => {
    if (!site.requireStaff(request, reply, ...SEEN_BY)) return reply
    return page(request, reply, site)
  })

  app.post<AgencyRoute>(url, async (request, reply) => {
    const staff = site.requireStaff(request, reply, ...CHANGED_BY)
    if (!staff) return reply
    const { language } = request
    const typed = typedSchema.parse(request.body ?? {})
    const read = documentFrom(typed, language)
    if (!read.ok) return page(request, reply, site, typed, read.errors)
    const change = { content: read.document, basedOn: Number(typed.version) || 0, by: staff.id }
    const done = await changeSetting(site.context(request), feeTable, change)
    if (done.ok) {
      return redirectWithMessage(reply, request, `/${request.params.agency}${FEE_TABLE_PATH}`, texts.saved)
    }
    if (done.refusal.kind === 'changed-meanwhile') {
      return page(request, reply, site, typed, { version: texts.changedMeanwhile[language] })
    }
    const errors = done.refusal.faults.map(({ path, message }) => [
      fieldOf(path, read.lines),
      faultText(message)[language],
    ])
    return page(request, reply, site, typed, Object.fromEntries(errors.reverse()))
  })

  registerSettingHistory(app, site, {
    setting: feeTable,
    path: FEE_TABLE_PATH,
    staffNames,
    keepers: CHANGED_BY,
    describe: describeFeeTable,
  })
}

async function page(
  request: FastifyRequest<AgencyRoute>,
  reply: FastifyReply,
  site: Site,
  given?: Typed,
  errors: FieldErrors = {},
): Promise<FastifyReply> {
  const { language } = request
  const ctx = site.context(request)
  const { version, content } = await currentSetting(ctx, feeTable)
  const typed = given ?? typedFrom(content)
  const mayChange = site.staff(request)?.roles.some((role) => CHANGED_BY.includes(role)) ?? false
  const { materialGroups } = await readSetting(ctx, lendingRules)
  const fields = allFields(typed, errors, materialGroups, language)
  return renderPage(request, reply, {
    title: texts.title[language],
    status: hasErrors(errors) ? FAULTY : 200,
    breadcrumbs: [
      { label: texts.settings[language], href: `/${request.params.agency}/staff/settings` },
      { label: texts.title[language] },
    ],
    body: html`${errorSummary(errors, language)}
<p class="font-lead">${texts.lead[language]}</p>
<p><a href="${href(request, `/${request.params.agency}${FEE_TABLE_PATH}/history`)}">${texts.history[language]}</a></p>
${capTable(language)}
${
  mayChange
    ? form(request, reply, {
        action: `/${request.params.agency}${FEE_TABLE_PATH}`,
        // What is saved is based on what was seen, also after a first try that was refused.
        body: html`${hidden('version', given?.version ?? String(version))}${fields}`,
        submit: texts.save[language],
      })
    : html`${alert({ kind: 'info', heading: texts.readOnly[language] })}<fieldset disabled>${fields}</fieldset>`
}
`,
  })
}

function capTable(language: Language): SafeHtml {
  return html`<h2>${texts.capHeading[language]}</h2>
<p>${texts.capLead[language]}</p>
${table(
  {
    caption: texts.capHeading[language],
    hasHeading: true,
    head: [texts.late, texts.adult, texts.child].map((text) => text[language]),
    numeric: [1, 2],
    rowHeaders: true,
    rows: STATUTORY_CAP.map(({ fromDay, adult, child }) => [
      texts.fromDayText(fromDay)[language],
      kronerText(adult, language),
      kronerText(child, language),
    ]),
  },
  language,
)}`
}

function allFields(typed: Typed, errors: FieldErrors, groups: readonly Group[], language: Language): SafeHtml {
  const text = (
    name: string,
    label: string,
    more: Pick<Parameters<typeof textField>[0], 'hint' | 'inputmode' | 'short'> = {},
  ) =>
    textField({
      name,
      label,
      value: typed[name] ?? '',
      autocomplete: 'off',
      maxLength: 40,
      error: errors[name],
      ...more,
    })
  const money = (name: string, label: string) => text(name, label, { inputmode: 'decimal', short: true })
  const whole = (name: string, label: string, hint?: string) =>
    text(name, label, { inputmode: 'numeric', short: true, ...(hint ? { hint } : {}) })
  const lines = (kind: 'band' | 'price') => {
    const used = Object.entries(typed).flatMap(([name, value]) =>
      value.trim() === '' ? [] : (new RegExp(`^${kind}-(\\d{1,3})-`).exec(name)?.[1] ?? []),
    )
    const count = Math.min(Math.max(0, ...used.map(Number)) + SPARE, MOST_LINES)
    return Array.from({ length: count }, (_, at) => at + 1)
  }
  const cell = (name: string, label: string, what: Text2, inputmode: 'numeric' | 'decimal') => {
    const error = errors[name]
    // In a table of numbers the column says what a field is; who cannot see the column hears it.
    return html`${error ? html`<span class="form-error-message" id="${name}-error">${error}</span>` : ''}<input type="text" class="form-input"
id="${name}" name="${name}" value="${shownAgain(typed[name] ?? '')}" aria-label="${label}: ${what[language]}" inputmode="${inputmode}"
autocomplete="off" maxlength="40" ${error ? html`aria-invalid="true" aria-describedby="${name}-error"` : ''}>`
  }
  const choice = (name: string, label: string, what: Text2, options: readonly Option[]) => {
    const error = errors[name]
    const now = typed[name] ?? ''
    // What a document says stays choosable, whether it is known here or not.
    const known = options.some(({ value }) => value === now) ? options : [...options, { value: now, label: now }]
    return html`${error ? html`<span class="form-error-message" id="${name}-error">${error}</span>` : ''}<select class="form-select"
id="${name}" name="${name}" aria-label="${label}: ${what[language]}" ${error ? html`aria-invalid="true" aria-describedby="${name}-error"` : ''}>
${known.map(({ value, label }) => html`<option value="${value}" ${value === now ? 'selected' : ''}>${label}</option>`)}</select>`
  }
  const any = { value: '', label: texts.anyMaterial[language] }
  const materials = [any, ...MATERIAL_CODES.map((value) => ({ value, label: materialName(value, language) }))]
  const inGroups = [any, ...groups.map(({ code, name }) => ({ value: code, label: name[language] }))]
  const bands = table(
    {
      caption: texts.bands[language],
      hasHeading: true,
      head: [texts.step, texts.fromDay, texts.adult, texts.childHere].map((text) => text[language]),
      rowHeaders: true,
      rows: lines('band').map((at) => [
        String(at),
        cell(`band-${at}-day`, texts.stepNumber(at)[language], texts.fromDay, 'numeric'),
        cell(`band-${at}-adult`, texts.stepNumber(at)[language], texts.adult, 'decimal'),
        cell(`band-${at}-child`, texts.stepNumber(at)[language], texts.childHere, 'decimal'),
      ]),
    },
    language,
  )
  const prices = table(
    {
      caption: texts.prices[language],
      head: [texts.line, texts.material, texts.materialGroup, texts.amount].map((text) => text[language]),
      rowHeaders: true,
      rows: lines('price').map((at) => [
        String(at),
        choice(`price-${at}-material`, texts.price(at)[language], texts.material, materials),
        choice(`price-${at}-group`, texts.price(at)[language], texts.materialGroup, inGroups),
        cell(`price-${at}-amount`, texts.price(at)[language], texts.amount, 'decimal'),
      ]),
    },
    language,
  )
  return html`<h2>${texts.bands[language]}</h2>
<p>${texts.bandsLead[language]}</p>
${bands}
${whole('childUnder', texts.childUnder[language], texts.childUnderHint[language])}
${checkbox({ name: 'closedDays', label: texts.closedDays[language], hint: texts.closedDaysHint[language], checked: typed.closedDays === 'yes' })}
${whole('payWithin', texts.payWithin[language])}
<h2>${texts.compensation[language]}</h2>
<p>${texts.compensationLead[language]}</p>
${money('standard', texts.standard[language])}
${money('handling', texts.handling[language])}
${checkbox({ name: 'refundHandling', label: texts.refundHandling[language], checked: typed.refundHandling === 'yes' })}
${whole('foundWithin', texts.foundWithin[language])}
${prices}
<h2>${texts.block[language]}</h2>
<p>${texts.blockLead[language]}</p>
${money('blockAt', texts.blockAt[language])}
${whole('notice', texts.notice[language])}`
}

/** As every field of ours does: what may be a CPR number is not shown again, for the screen may be turned to the queue. */
function shownAgain(typed: string): string {
  return typed.replaceAll(/\d{6}[ –-]?\d{4}/g, '')
}
