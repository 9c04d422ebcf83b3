import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { listBranches } from '#agencies'
import { MATERIAL_CODES, materialName } from '#catalogue'
import type { BranchId, PatronId } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import {
  errorSummary,
  type FieldErrors,
  form,
  html,
  type PatronActor,
  redirectWithMessage,
  renderPage,
  type Site,
  selectField,
  textField,
} from '#web'
import { type AskRefusal, askElsewhere } from './interlibrary.ts'
import { askText, texts } from './interlibrary-texts.ts'
import { branchField } from './pages.ts'

interface AgencyRoute {
  Params: { agency: string }
  Querystring: { title?: string }
}

/** Below the library: where a patron asks for what other libraries have. */
export const ASK_ELSEWHERE = { path: '/me/interlibrary', label: texts.ask }

const FAULTY = 422
const line = z.string().max(300).catch('')
const askFields = z.object({ title: line, author: line, year: line, material: line, branch: line })
type Typed = z.infer<typeof askFields>

/** Asking for something that the library does not have. */
export function registerAskElsewhere(app: FastifyInstance, site: Site): void {
  app.get<AgencyRoute>(`/:agency${ASK_ELSEWHERE.path}`, async (request, reply) => {
    const patron = site.requirePatron(request, reply)
    if (!patron) return reply
    const ctx = asPatron(request, patron)
    const { home } = await ctx.db.one<{ home: BranchId }>(
      sql`select home_branch_id as home from patron where id = ${patron.id}`,
    )
    const title = String(request.query.title ?? '').slice(0, 300)
    return askPage(request, reply, ctx, { title, author: '', year: '', material: 'book', branch: home })
  })

  app.post<AgencyRoute>(`/:agency${ASK_ELSEWHERE.path}`, async (request, reply) => {
    const patron = site.requirePatron(request, reply)
    if (!patron) return reply
    const ctx = asPatron(request, patron)
    const typed = askFields.parse(request.body ?? {})
    const { language } = request
    const year = typed.year.trim()
    if (year !== '' && !/^\d{4}$/.test(year)) {
      return askPage(request, reply, ctx, typed, { year: texts.yearWrong[language] })
    }
    const asked = await askElsewhere(ctx, {
      patron: patron.id as PatronId,
      wanted: {
        title: typed.title,
        author: typed.author,
        material: typed.material,
        ...(year === '' ? {} : { year: Number(year) }),
      },
      pickupBranch: typed.branch as BranchId,
    })
    if (asked.ok) return redirectWithMessage(reply, request, `/${ctx.agency}/me/reservations`, texts.sent)
    const errors = { [fieldOf(asked.refusal)]: askText(asked.refusal, language) }
    // A number that should not have been written is not shown again.
    const again = asked.refusal.kind === 'cpr' ? { ...typed, title: '', author: '' } : typed
    return askPage(request, reply, ctx, again, errors)
  })

  /** As the patron also where staff are signed in on the same browser. */
  function asPatron(request: FastifyRequest<AgencyRoute>, patron: PatronActor): Context {
    return { ...site.context(request), actor: { kind: 'patron', id: patron.id } }
  }
}

function fieldOf({ kind }: AskRefusal): string {
  return kind === 'unknown-branch' ? 'branch' : 'title'
}

async function askPage(
  request: FastifyRequest<AgencyRoute>,
  reply: FastifyReply,
  ctx: Context,
  typed: Typed,
  errors: FieldErrors = {},
): Promise<FastifyReply> {
  const { language } = request
  const branches = await listBranches(ctx)
  return renderPage(request, reply, {
    ...(Object.keys(errors).length > 0 ? { status: FAULTY } : {}),
    title: texts.ask[language],
    breadcrumbs: [
      { label: texts.me[language], href: `/${ctx.agency}/me` },
      { label: texts.reservations[language], href: `/${ctx.agency}/me/reservations` },
      { label: texts.ask[language] },
    ],
    body: html`${errorSummary(errors, language)}
<p>${texts.askLead[language]}</p>
${form(request, reply, {
  action: `/${ctx.agency}${ASK_ELSEWHERE.path}`,
  submit: texts.send[language],
  body: html`${textField({ name: 'title', label: texts.title[language], value: typed.title, required: true, error: errors.title })}
${textField({ name: 'author', label: texts.author[language], value: typed.author })}
${textField({ name: 'year', label: texts.year[language], value: typed.year, inputmode: 'numeric', short: true, error: errors.year })}
${selectField({
  name: 'material',
  label: texts.material[language],
  options: MATERIAL_CODES.map((value) => ({ value, label: materialName(value, language) })),
  value: typed.material,
})}
${branchField(branches, typed.branch, language, errors.branch)}`,
})}`,
  })
}
