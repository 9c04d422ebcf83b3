import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type PatronId, realClock, type StaffId, systemRandom, type Text2 } from '#core'
import type { DbContext } from '#db'
import type { Context } from '#vault'
import { type FieldErrors, hidden, href, html, type SafeHtml } from '#web'

const MINUTES = 30
/** Some desks for half an hour; what is above makes room. */
const MOST = 4000
const TOKEN_BYTES = 12
const TOKEN = /^[A-Za-z0-9_-]{16}$/

/** Where something is shown: the request that asks for the page, not the one that did it. */
export interface ShownAt {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly ctx: Context
}

/** What became of an item that was scanned: done, done and to be looked at, or refused. A script makes a sound of it. */
export interface Scanned {
  readonly outcome: 'ok' | 'attention' | 'refused'
  /** Told anew each time the page is asked for, so that nothing about it lies about in between. */
  readonly show: (at: ShownAt) => Promise<SafeHtml> | SafeHtml
  /** Takes it back, where that can be done. */
  readonly undo?: (at: ShownAt) => Promise<Scanned>
  /** What was handed in and where it goes, for the list of what was taken back without a pause. */
  readonly handedIn?: (at: ShownAt) => Promise<HandedIn | undefined>
}

export interface HandedIn {
  readonly title: string
  readonly goes: string
}

/** What the desk is told on the page it comes to. */
export type Told =
  | { readonly kind: 'scanned'; readonly scanned: Scanned }
  | { readonly kind: 'fault'; readonly given: Readonly<Record<string, string>>; readonly errors: FieldErrors }
  | { readonly kind: 'names'; readonly name: string; readonly why: Text2 | undefined }
  /** A CPR number nobody here has, sealed. */
  | { readonly kind: 'stranger'; readonly begun: string }

/** Where the desk goes on, and what it is told there. */
export interface Came {
  readonly to: string
  readonly told?: Told
}

interface Kept {
  readonly came: Promise<Came>
  readonly until: Temporal.Instant
  /** Told once already: what is read again makes no sound. */
  isHeard: boolean
}

/**
 * What was done lately, by member of staff and by the token of the form, in the memory of this process and nowhere else. A
 * form that is sent twice is answered as it was the first time, and the page that tells of it can be asked for again: so
 * Back and a second Enter do nothing, and a browser never asks whether to send a scan once more.
 */
const done = new Map<string, Kept>()

/** The token of a form: whatever is sent with it is done once. */
export function onceField(): SafeHtml {
  return hidden('once', systemRandom().token(TOKEN_BYTES))
}

const sent = z.object({ once: z.string().regex(TOKEN).optional().catch(undefined) }).catch({ once: undefined })
const showed = z.object({ shown: z.string().max(40).catch('') }).catch({ shown: '' })
const asked = z.object({ scan: z.string().regex(TOKEN).optional().catch(undefined) }).catch({ scan: undefined })

/** Does what a form asks for, unless it has been done already, and goes on to the page that tells of it. */
export async function tellOnce(
  { request, reply, ctx }: ShownAt,
  staff: StaffId,
  work: () => Promise<Came>,
): Promise<FastifyReply> {
  const token = sent.parse(request.body ?? {}).once ?? systemRandom().token(TOKEN_BYTES)
  const { to, told } = await keep(ctx, staff, token, work)
  return reply.redirect(href(request, told ? `${to}?scan=${token}` : to), 303)
}

function keep(ctx: DbContext, staff: StaffId, token: string, work: () => Promise<Came>): Promise<Came> {
  const now = realClock.now()
  const name = nameOf(ctx, staff, token)
  const before = done.get(name)
  if (before) return before.came
  for (const [oldest, { until }] of done) {
    if (Temporal.Instant.compare(now, until) < 0 && done.size < MOST) break
    done.delete(oldest)
  }
  const came = work()
  done.set(name, { came, until: now.add({ minutes: MINUTES }), isHeard: false })
  // What failed was not done: it may be sent again.
  came.catch(() => done.delete(name))
  return came
}

/** What this page is asked to tell, and whether that is the first time; nothing when it is not known any more. */
export async function toldHere(
  { request, ctx }: Pick<ShownAt, 'request' | 'ctx'>,
  staff: StaffId,
): Promise<{ readonly told: Told; readonly isFirst: boolean } | undefined> {
  const { scan } = asked.parse(request.query ?? {})
  const kept = scan === undefined ? undefined : done.get(nameOf(ctx, staff, scan))
  const { told } = (await kept?.came) ?? {}
  if (!kept || !told) return undefined
  const isFirst = !kept.isHeard
  kept.isHeard = true
  return { told, isFirst }
}

/** What was scanned before this form was sent: the page it stands on told of it. */
export async function lastScanned({ request, ctx }: Pick<ShownAt, 'request' | 'ctx'>, staff: StaffId) {
  const { shown } = showed.parse(request.body ?? {})
  const came = await done.get(nameOf(ctx, staff, shown))?.came
  return came?.told?.kind === 'scanned' ? came.told.scanned : undefined
}

/** For {@link lastScanned}: which scan the page tells of. */
export function shownField(request: FastifyRequest): SafeHtml {
  const { scan } = asked.parse(request.query ?? {})
  return scan === undefined ? html`` : hidden('shown', scan)
}

/** What this member of staff took back without opening a patron in between, the last first. */
export async function handedInLately(at: ShownAt, staff: StaffId): Promise<HandedIn[]> {
  const prefix = nameOf(at.ctx, staff, '')
  const mine = [...done].filter(([name]) => name.startsWith(prefix)).reverse()
  const found: HandedIn[] = []
  for (const [, { came }] of mine) {
    const { told } = await came
    if (told === undefined || told.kind === 'names') break
    const item = told.kind === 'scanned' ? await told.scanned.handedIn?.(at) : undefined
    if (item) found.push(item)
  }
  return found
}

/** What was scanned, with what a script makes a sound of, the first time only. */
export async function scannedPart(at: ShownAt, { outcome, show }: Scanned, isFirst: boolean): Promise<SafeHtml> {
  const shown = await show(at)
  if (!isFirst) return shown
  const role = outcome === 'refused' ? 'alert' : 'status'
  return html`<div role="${role}" data-outcome="${outcome}">${shown}</div>`
}

/** Who answers to the desk for what a patron borrows in this visit, such as the teacher of a class. */
export interface Answerable {
  readonly id: PatronId
  readonly number: string
}

const answerables = new Map<string, { readonly who: Answerable; readonly until: Temporal.Instant }>()

export function answerFor(ctx: DbContext, staff: StaffId, patron: PatronId, who: Answerable | undefined): void {
  const now = realClock.now()
  for (const [name, { until }] of answerables) if (Temporal.Instant.compare(until, now) < 0) answerables.delete(name)
  const name = nameOf(ctx, staff, patron)
  if (who) answerables.set(name, { who, until: now.add({ minutes: MINUTES }) })
  else answerables.delete(name)
}

export function whoAnswers(ctx: DbContext, staff: StaffId, patron: PatronId): Answerable | undefined {
  const kept = answerables.get(nameOf(ctx, staff, patron))
  return kept && Temporal.Instant.compare(realClock.now(), kept.until) < 0 ? kept.who : undefined
}

function nameOf(ctx: DbContext, staff: StaffId, rest: string): string {
  return `${ctx.agency} ${staff} ${rest}`
}
