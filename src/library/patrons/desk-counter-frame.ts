import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { isId, type Language, type Text2 } from '#core'
import { logAccess } from '#privacy'
import type { Context } from '#vault'
import { type FieldErrors, html, redirectWithMessage, type SafeHtml, submitButton } from '#web'
import { reasonForm } from './desk-counter-reason.ts'
import { texts } from './desk-counter-texts.ts'
import {
  COUNTER,
  type DeskNeeds,
  FAULTY,
  type Found,
  formBody,
  hasErrors,
  type PatronRequest,
  patronPage,
  patronRoutes,
  REFUSED,
  refusedBody,
} from './desk-frame.ts'
import { inHand } from './desk-hand.ts'
import { texts as rightsTexts, SEEN, TASKS } from './desk-texts.ts'
import { type Kinds, typedAgain, typedFaults } from './desk-typed.ts'

export function counterPath(request: FastifyRequest, path = ''): string {
  const { agency } = request.params as { agency: string }
  return `/${agency}${COUNTER.home}${path}`
}

export function patronAt(request: PatronRequest, path = ''): string {
  return counterPath(request, `/patrons/${request.params.id}${path}`)
}

/** A page about the patron, as it is made once the look is in the log. */
export interface PatronView {
  readonly title: string
  readonly heading?: string
  readonly status?: number
  readonly scripts?: readonly string[]
  readonly body: SafeHtml
}

/**
 * Shows something of a patron, and notes it first: there is no other way to a page about a patron at the desk. Who looks
 * without a task is let in and seen to have had none; a protected patron is shown to nobody without a reason.
 */
export async function showPatron(
  request: PatronRequest,
  reply: FastifyReply,
  { site }: DeskNeeds,
  { staff, patron }: Found,
  what: Text2,
  view: () => Promise<PatronView> | PatronView,
): Promise<FastifyReply> {
  const ctx = site.context(request)
  const why = inHand(ctx, staff.id, patron.id) ?? (patron.protected ? undefined : TASKS.none)
  const noted = await logAccess(ctx, patron.id, what[patron.language], why?.[patron.language] ?? '')
  if (noted.ok) return patronPage(request, reply, await view(), COUNTER)
  if (noted.refusal.kind === 'reason-needed') {
    return patronPage(
      request,
      reply,
      {
        title: rightsTexts.reasonTitle[request.language],
        body: reasonForm(request, reply, {
          lead: texts.protectedNeedsReason[request.language],
          action: patronAt(request, '/reason'),
          back: counterPath(request),
        }),
      },
      COUNTER,
    )
  }
  reply.callNotFound()
  return reply
}

/** Who is asked for something in a form, and by whom. */
export interface Meeting extends Found {
  readonly ctx: Context
  readonly request: PatronRequest
  readonly language: Language
}

export interface Shown<Given> extends Meeting {
  readonly given: Given
  readonly errors: FieldErrors
}

/** One thing the desk does with a patron, with a page of its own. */
export interface DeskForm<Given extends Readonly<Record<string, unknown>>> {
  /** Below the patron. A `:row` in it is an id. */
  readonly path: string
  readonly title: Text2
  readonly lead?: Text2
  readonly submit: Text2
  readonly warns?: boolean
  readonly done: Text2
  readonly what?: Text2
  readonly given: z.ZodType<Given>
  readonly kinds?: Kinds
  /** What stands in the form when it is opened; undefined when there is nothing to do here. */
  readonly begin: (meeting: Meeting) => Promise<Given | undefined> | Given | undefined
  readonly fields: (shown: Shown<Given>) => Promise<SafeHtml> | SafeHtml
  /** What is wrong, by field; nothing when it was done. `gone` when what it was about is not there. */
  readonly act: (meeting: Meeting, given: Given) => Promise<FieldErrors | 'gone' | undefined>
}

/** The page of a form and what becomes of it when it is sent: done, or shown again with what is wrong. */
export function deskForm<Given extends Readonly<Record<string, unknown>>>(
  app: FastifyInstance,
  needs: DeskNeeds,
  spec: DeskForm<Given>,
): void {
  const { site } = needs
  const routes = patronRoutes(app, site, COUNTER)
  const kinds = spec.kinds ?? {}

  routes.get(spec.path, async (request, reply, found) => {
    if (!rowIsId(request)) return gone(reply)
    const given = await spec.begin(meetingOf(request, found))
    return given ? page(request, reply, found, given, {}) : gone(reply)
  })

  routes.post(spec.path, async (request, reply, found) => {
    if (!rowIsId(request)) return gone(reply)
    const { language } = request
    const given = spec.given.parse(request.body ?? {})
    const faults = typedFaults(given, kinds, language)
    const meeting = meetingOf(request, found)
    const errors = hasErrors(faults) ? faults : await spec.act(meeting, given)
    if (errors === undefined) return redirectWithMessage(reply, request, patronAt(request), spec.done)
    if (errors === 'gone') return gone(reply)
    return page(request, reply, found, typedAgain(given, kinds, language), errors)
  })

  function page(
    request: PatronRequest,
    reply: FastifyReply,
    found: Found,
    given: Given,
    errors: FieldErrors,
  ): Promise<FastifyReply> {
    const { language } = request
    return showPatron(request, reply, needs, found, spec.what ?? SEEN.form, async () => ({
      title: spec.title[language],
      status: hasErrors(errors) ? FAULTY : 200,
      body: formBody(request, reply, {
        ...(spec.lead ? { lead: spec.lead[language] } : {}),
        errors,
        above: whoIs(found, language),
        action: patronAt(request, spec.path.replace(':row', request.params.row ?? '')),
        fields: await spec.fields({ ...meetingOf(request, found), given, errors }),
        submit: submitButton(spec.submit[language], spec.warns ? 'warning' : 'primary'),
        back: patronAt(request),
      }),
    }))
  }

  function meetingOf(request: PatronRequest, found: Found): Meeting {
    return { ...found, request, language: request.language, ctx: site.context(request) }
  }
}

/** Something that is done by one button: done, refused with a reason, or about something that is not there. */
export function deskStep(
  app: FastifyInstance,
  needs: DeskNeeds,
  step: {
    readonly path: string
    readonly done: Text2
    readonly act: (meeting: Meeting, row: string) => Promise<string | 'gone' | undefined>
  },
): void {
  patronRoutes(app, needs.site, COUNTER).post(step.path, async (request, reply, found) => {
    if (!rowIsId(request)) return gone(reply)
    const ctx = needs.site.context(request)
    const meeting = { ...found, request, language: request.language, ctx }
    const refused = await step.act(meeting, request.params.row ?? '')
    if (refused === undefined) return redirectWithMessage(reply, request, patronAt(request), step.done)
    if (refused === 'gone') return gone(reply)
    return showPatron(request, reply, needs, found, SEEN.form, () => ({
      title: rightsTexts.notDone[request.language],
      status: REFUSED,
      body: refusedBody(request, { text: refused, back: patronAt(request) }),
    }))
  })
}

export function gone(reply: FastifyReply): FastifyReply {
  reply.callNotFound()
  return reply
}

function rowIsId(request: PatronRequest): boolean {
  const { row } = request.params
  return row === undefined || isId(row)
}

/** Whom a form is about, so that the wrong one is noticed before it is sent. */
function whoIs({ patron }: Found, language: Language): SafeHtml {
  const name = patron.protected ? rightsTexts.hiddenName[language] : patron.name
  return html`<p><strong>${name}</strong> · ${rightsTexts.number[language]} ${patron.number}</p>`
}
