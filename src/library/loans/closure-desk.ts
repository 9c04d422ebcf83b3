import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type BranchRow, listBranches } from '#agencies'
import { type BranchId, type Language, stopwatch } from '#core'
import {
  type AnnouncedClosure,
  CALENDAR_PATH,
  CLOSURE_PATH,
  type Closure,
  type ClosureReach,
  closureFields,
  closureOf,
  closures,
  lineFault,
} from '#lending-rules'
import { readSetting, SETTINGS_KEEPER, SETTINGS_READERS, type SettingsRoute, settingsCrumb } from '#settings'
import type { Context } from '#vault'
import {
  dateText,
  errorSummary,
  type FieldErrors,
  form,
  hidden,
  href,
  html,
  numberText,
  progressBar,
  redirectWithMessage,
  renderPage,
  type SafeHtml,
  type Site,
  submitButton,
  summaryNumbers,
  table,
} from '#web'
import { type ClosureRefusal, closeSuddenly, goOnMoving, leftOf, previewClosure } from './closure.ts'
import { closureFault, closureTexts as texts } from './closure-texts.ts'

type Request = FastifyRequest<SettingsRoute>

const text = z.string().max(1000).catch('')
const given = z.object({ from: text, to: text, branch: text, reason_da: text, reason_en: text, step: text })
type Given = z.infer<typeof given>

/** How long whoever announces a closure waits for it; the rest goes on by itself. */
const PATIENCE_MS = 3000
const SHOWN = 20
const FAULTY = 422
const ANNOUNCE = 'announce'
const LONGEST_REASON = 200

/** Announcing that the library has had to close: what moves is seen first, and followed afterwards. */
export function registerClosureDesk(app: FastifyInstance, site: Site): void {
  const path = `/:agency${CLOSURE_PATH}`

  app.get<SettingsRoute>(path, async (request, reply) => {
    const staff = site.requireStaff(request, reply, ...SETTINGS_READERS)
    if (!staff) return reply
    return closuresPage(request, reply, site, given.parse({}))
  })

  // What is seen first and what is done afterwards is one form, sent by two buttons.
  app.post<SettingsRoute>(path, async (request, reply) => {
    const staff = site.requireStaff(request, reply, SETTINGS_KEEPER)
    if (!staff) return reply
    const ctx = site.context(request)
    const typed = given.parse(request.body ?? {})
    const read = closureTyped(typed, request.language)
    if ('errors' in read) return closuresPage(request, reply, site, typed, read.errors)
    const refused = (refusal: ClosureRefusal) => {
      const { field, text } = closureFault(refusal)
      return closuresPage(request, reply, site, typed, { [field]: text[request.language] })
    }
    if (typed.step !== ANNOUNCE) {
      const preview = await previewClosure(ctx, read.closure)
      if (!preview.ok) return refused(preview.refusal)
      return previewPage(request, reply, read.closure, preview.value, await listBranches(ctx))
    }
    const closed = await closeSuddenly(ctx, read.closure, staff.id)
    if (!closed.ok) return refused(closed.refusal)
    const elapsed = stopwatch()
    await goOnMoving(ctx, () => elapsed() > PATIENCE_MS)
    return redirectWithMessage(reply, request, `/${request.params.agency}${CLOSURE_PATH}`, texts.isAnnounced)
  })
}

function closureTyped(
  typed: Given,
  language: Language,
): { readonly closure: Closure } | { readonly errors: FieldErrors } {
  const from = dayIn(typed.from)
  const to = typed.to.trim() === '' ? from : dayIn(typed.to)
  const errors = {
    from: from ? undefined : texts.dayFault[language],
    to: to || typed.to.trim() === '' ? undefined : texts.dayFault[language],
    reason_da: lineFault(typed.reason_da, LONGEST_REASON)?.[language],
    reason_en: lineFault(typed.reason_en, LONGEST_REASON)?.[language],
  }
  if (!from || !to || Object.values(errors).some((error) => error !== undefined)) return { errors }
  const branch = typed.branch === '' ? null : (typed.branch as BranchId)
  return { closure: { branch, from, to, reason: { da: typed.reason_da.trim(), en: typed.reason_en.trim() } } }
}

function dayIn(written: string): Temporal.PlainDate | undefined {
  try {
    return Temporal.PlainDate.from(written.trim(), { overflow: 'reject' })
  } catch {
    return undefined
  }
}

async function closuresPage(
  request: Request,
  reply: FastifyReply,
  site: Site,
  typed: Given,
  errors: FieldErrors = {},
): Promise<FastifyReply> {
  const { language } = request
  const ctx = site.context(request)
  const branches = await listBranches(ctx)
  const mayChange = site.staff(request)?.roles.includes(SETTINGS_KEEPER) ?? false
  const { closures: announced } = await readSetting(ctx, closures)
  const rows: (readonly (SafeHtml | string)[])[] = []
  for (const each of announced.slice(0, SHOWN)) rows.push(await rowOf(ctx, each, branches, language))
  return page(request, reply, {
    title: texts.title[language],
    status: Object.keys(errors).length > 0 ? FAULTY : 200,
    body: html`${errorSummary(errors, language)}
<p class="font-lead">${texts.lead[language]}</p>
${table(
  {
    caption: texts.announced[language],
    head: [texts.days, texts.branch, texts.reason, texts.progress].map((text) => text[language]),
    rows,
    rowHeaders: true,
    empty: texts.none[language],
  },
  language,
)}
${announced.length === 0 ? '' : html`<p>${texts.noUndo[language]}</p>`}
<p><a href="${href(request, `/${request.params.agency}${CLOSURE_PATH}/history`)}">${texts.history[language]}</a></p>
${
  mayChange
    ? html`<h2>${texts.announce[language]}</h2>
${form(request, reply, {
  action: `/${request.params.agency}${CLOSURE_PATH}`,
  body: closureFields(branches, typed, errors, language),
  submit: texts.see[language],
})}`
    : ''
}`,
  })
}

async function rowOf(
  ctx: Context,
  announced: AnnouncedClosure,
  branches: readonly BranchRow[],
  language: Language,
): Promise<(SafeHtml | string)[]> {
  const closure = closureOf(announced)
  const left = await leftOf(ctx, announced)
  const total = announced.planned.loans + announced.planned.reservations
  const remains = left.loans + left.reservations
  const number = (count: number) => numberText(count, language)
  const said =
    remains > 0
      ? html`${progressBar({ label: texts.progress[language], value: Math.max(0, total - remains), max: Math.max(total, remains) })}
${texts.left(number(left.loans), number(left.reservations))[language]}`
      : texts.done(number(announced.planned.loans), number(announced.planned.reservations))[language]
  return [daysText(closure, language), branchText(closure, branches, language), announced.reason[language], said]
}

function previewPage(
  request: Request,
  reply: FastifyReply,
  closure: Closure,
  reach: ClosureReach,
  branches: readonly BranchRow[],
): FastifyReply {
  const { language } = request
  const number = (count: number) => numberText(count, language)
  const path = `/${request.params.agency}${CLOSURE_PATH}`
  const sent = {
    from: closure.from.toString(),
    to: closure.to.toString(),
    branch: closure.branch ?? '',
    reason_da: closure.reason.da,
    reason_en: closure.reason.en,
  }
  return page(request, reply, {
    title: texts.preview[language],
    status: 200,
    body: html`<p class="font-lead">${daysText(closure, language)}, ${branchText(closure, branches, language)}: ${closure.reason[language]}</p>
${summaryNumbers([
  { label: texts.loans[language], value: number(reach.loans) },
  { label: texts.reservations[language], value: number(reach.reservations) },
  { label: texts.people[language], value: number(reach.people) },
])}
<p>${texts.previewText[language]}</p>
${form(request, reply, {
  action: path,
  body: html`${Object.entries(sent).map(([name, value]) => hidden(name, value))}`,
  submit: submitButton(texts.confirm[language], 'warning', { name: 'step', value: ANNOUNCE }),
})}
<p><a href="${href(request, path)}">${texts.back[language]}</a></p>`,
  })
}

function page(
  request: Request,
  reply: FastifyReply,
  shown: { readonly title: string; readonly status: number; readonly body: SafeHtml },
): FastifyReply {
  const { language } = request
  const base = `/${request.params.agency}`
  const isFirst = shown.title === texts.title[language]
  return renderPage(request, reply, {
    ...shown,
    breadcrumbs: [
      settingsCrumb(request),
      { label: texts.calendar[language], href: `${base}${CALENDAR_PATH}` },
      ...(isFirst ? [] : [{ label: texts.title[language], href: `${base}${CLOSURE_PATH}` }]),
      { label: shown.title },
    ],
  })
}

function daysText({ from, to }: Closure, language: Language): string {
  if (from.equals(to)) return dateText(from, language)
  return texts.fromTo(dateText(from, language), dateText(to, language))[language]
}

function branchText({ branch }: Closure, branches: readonly BranchRow[], language: Language): string {
  return branches.find(({ id }) => id === branch)?.name ?? texts.allBranches[language]
}
