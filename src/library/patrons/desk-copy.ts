import type { FastifyInstance } from 'fastify'
import { exportHtml, exportJson, exportPdf, exportPerson, logAccess, type PersonExport } from '#privacy'
import { localPath } from '#web'
import { type DeskNeeds, isReason, type PatronRoute, patronOf, patronPath } from './desk-frame.ts'
import { REASONS, SEEN, texts } from './desk-texts.ts'

const FORMS = {
  html: { type: 'text/html; charset=utf-8', make: exportHtml },
  pdf: { type: 'application/pdf', make: exportPdf },
  json: { type: 'application/json; charset=utf-8', make: exportJson },
} as const satisfies Record<string, { type: string; make(data: PersonExport): string | Promise<Buffer> }>

type Form = keyof typeof FORMS

interface CopyRoute extends PatronRoute {
  Params: PatronRoute['Params'] & { form: string }
}

/** A patron's copy of their data (Art. 15), made as it is asked for: nothing of it stays on the server. */
export function registerCopyDesk(app: FastifyInstance, { site, register, namesIn }: DeskNeeds): void {
  app.get<CopyRoute>('/:agency/staff/patrons/:id/copy/:form', async (request, reply) => {
    const found = await patronOf(request, reply, site)
    if (!found) return reply
    const { why } = request.query
    const { form } = request.params
    if (!isForm(form)) {
      reply.callNotFound()
      return reply
    }
    if (!isReason(why)) return reply.redirect(localPath(patronPath(request), '/'), 303)
    const { patron } = found
    const ctx = site.context(request)
    const noted = await logAccess(ctx, patron.id, SEEN.copy[patron.language], REASONS[why][patron.language])
    const data = noted.ok && (await exportPerson(ctx, register, patron.id, request.language, namesIn(ctx)))
    if (!data) {
      reply.callNotFound()
      return reply
    }
    // The name of the file says nothing of whose it is.
    const name = `${texts.copyFile[request.language]}.${form}`
    return reply
      .type(FORMS[form].type)
      .header('content-disposition', `attachment; filename="${name}"`)
      .send(await FORMS[form].make(data))
  })
}

function isForm(text: string): text is Form {
  return Object.hasOwn(FORMS, text)
}
