import type { FastifyInstance } from 'fastify'
import { exportPerson, logAccess } from '#privacy'
import { localPath } from '#web'
import { isCopyForm, sendCopy } from './copy.ts'
import { type DeskNeeds, isReason, type PatronRoute, patronOf, patronPath } from './desk-frame.ts'
import { REASONS, SEEN } from './desk-texts.ts'

interface CopyRoute extends PatronRoute {
  Params: PatronRoute['Params'] & { form: string }
}

/** A patron's copy of their data (Art. 15), as staff make it for them. */
export function registerCopyDesk(app: FastifyInstance, { site, register, namesIn }: DeskNeeds): void {
  app.get<CopyRoute>('/:agency/staff/patrons/:id/copy/:form', async (request, reply) => {
    const found = await patronOf(request, reply, site)
    if (!found) return reply
    const { why } = request.query
    const { form } = request.params
    if (!isCopyForm(form)) {
      reply.callNotFound()
      return reply
    }
    if (!isReason(why)) return reply.redirect(localPath(patronPath(request), '/'), 303)
    const { patron } = found
    const ctx = site.context(request)
    const noted = await logAccess(ctx, patron.id, SEEN.copy[patron.language], REASONS[why][patron.language])
    const data = noted.ok && (await exportPerson(ctx, register, patron.id, request.language, namesIn(ctx)))
    if (data) return sendCopy(request, reply, data, form)
    reply.callNotFound()
    return reply
  })
}
