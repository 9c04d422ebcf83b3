import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { PatronId } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import { href, localPath, redirectWithMessage, sendRefusal } from '#web'
import { MITID_MINUTES, type MitIdRefusal } from './mitid.ts'
import { type PatronParts, patronHome } from './patron-parts.ts'
import { texts } from './patron-texts.ts'
import type { AgencyRoute } from './sign-in-parts.ts'

/** To MitID and back. */
export function registerMitIdPages(app: FastifyInstance, parts: PatronParts): void {
  app.get<AgencyRoute & { Querystring: { next?: string } }>('/:agency/mitid', async (request, reply) => {
    const { agency } = request.params
    const mitId = parts.options.mitId?.(agency)
    if (!mitId) return notHere(request, reply)
    const next = localPath(request.query.next, patronHome(request))
    const begun = await mitId.begin(agency, href(request, next), request.language)
    if (!begun.ok) return back(request, reply, begun.refusal)
    // Lax, so that it comes along when the broker sends the browser back; each library has its own.
    reply.setCookie(mitIdCookie(agency), `${request.language}${begun.value.kept}`, {
      signed: true,
      maxAge: MITID_MINUTES * 60,
    })
    return reply.redirect(begun.value.url, 303)
  })

  app.get<AgencyRoute>('/:agency/mitid/callback', async (request, reply) => {
    const { agency } = request.params
    const mitId = parts.options.mitId?.(agency)
    if (!mitId) return notHere(request, reply)
    const kept = keptIn(request)
    const query = /\?.*$/s.exec(request.url)?.[0] ?? ''
    // The broker comes back to one address; from here on everything is said in the language that was left.
    if (kept?.startsWith('en') && request.language === 'da') return reply.redirect(`/en${request.url}`, 303)
    reply.clearCookie(mitIdCookie(agency))
    const done = await mitId.finish(agency, query, kept?.slice(2))
    if (!done.ok) return back(request, reply, done.refusal)
    const patron = await patronOfCpr(parts.asVisitor(request), done.value.cpr)
    if (!patron) return parts.options.newcomer?.(request, reply, done.value) ?? unknownHere(request, reply)
    await parts.admit(request, reply, patron, 'mitid')
    return redirectWithMessage(reply, request, done.value.returnTo, texts.signedIn)
  })
}

function mitIdCookie(agency: string): string {
  return `kvit-mitid-${agency}`
}

function keptIn(request: FastifyRequest<AgencyRoute>): string | undefined {
  const kept = request.cookies[mitIdCookie(request.params.agency)]
  if (kept === undefined) return undefined
  const read = request.unsignCookie(kept)
  return read.valid ? (read.value ?? undefined) : undefined
}

/** MitID proves who somebody is, so that a health card that is blocked stands in nobody's way. */
async function patronOfCpr(ctx: Context, cpr: string): Promise<PatronId | undefined> {
  const hash = await ctx.vault.lookupHash('cpr', cpr)
  return (await ctx.db.maybe<{ id: PatronId }>(sql`select id from patron where cpr_hash = ${hash}`))?.id
}

/** To the sign-in page, which says why; without the broker's answer in the address. */
function back(request: FastifyRequest<AgencyRoute>, reply: FastifyReply, refusal: MitIdRefusal): FastifyReply {
  const { agency } = request.params
  if (refusal.kind !== 'denied') {
    const code = refusal.kind === 'untrusted' ? { code: refusal.code } : {}
    request.log.warn({ agency, refusal: refusal.kind, ...code }, 'MitID')
  }
  return reply.redirect(href(request, `/${agency}/sign-in?mitid=${refusal.kind}`), 303)
}

function notHere(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { language } = request
  return sendRefusal(request, reply, 404, {
    heading: texts.noMitId.heading[language],
    text: texts.noMitId.text[language],
  })
}

function unknownHere(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { language } = request
  return sendRefusal(request, reply, 403, {
    heading: texts.noPatron.heading[language],
    text: texts.noPatron.text[language],
  })
}
