import { z } from 'zod'
import { type Language, type Text2, unreachable } from '#core'
import { sql } from '#db'
import { recipientNamed } from '#privacy'
import { readSetting, type Setting } from '#settings'
import type { Context } from '#vault'
import type { Addressee } from './address.ts'
import { messageHours } from './hours.ts'
import { claimsAreOf, type NewMessage, queueMessages } from './queue.ts'
import { fillIn, textFaults } from './template-text.ts'

/** Texts in mustache: `{{field}}`, `{{#list}}…{{/list}}`, `{{^field}}…{{/field}}`. */
export interface TemplateText {
  readonly subject: string
  readonly body: string
  /** For text messages and push: no titles, and at most {@link SHORT_LENGTH} characters with the sample. */
  readonly short: string
}

/**
 * What one kind of message says until the library says it otherwise. `Data` holds words that are ready to be read, in the
 * reader's language, and lists of such; beside them every text may ask for `titles`, whether titles may be named here.
 */
export interface Template<Data> {
  readonly kind: string
  readonly label: Text2
  /**
   * `service`: by e-mail or else SMS, and to the patron's apps. `claim`: by Digital Post or letter, and also to who is
   * under restriction. `decision`: by e-mail, or else Digital Post or letter, as it must be told and does not fit into an
   * SMS. `receipt`: by e-mail only.
   */
  readonly about: 'service' | 'claim' | 'decision' | 'receipt'
  /** Every field has a value here, and every list a line: a text may use these fields and no others. */
  readonly sample: { readonly da: Data; readonly en: Data }
  readonly initial: { readonly da: TemplateText; readonly en: TemplateText }
  /**
   * Fields, or lists, that say what somebody reads. A subject or a short text may not use them, and the body only inside
   * `{{#titles}}…{{/titles}}`, unless it is a claim's, which goes by Digital Post or letter.
   */
  readonly titleFields?: readonly string[]
}

/** A template whatever its data, for lists of them. */
export type AnyTemplate = Template<unknown>

/** Declares a kind of message. Throws when its own texts break the rules a librarian's must keep. */
export function declareTemplate<Data>(template: Template<Data>): Template<Data> {
  for (const language of ['da', 'en'] as const) {
    const [fault] = textFaults(template, template.initial[language], language)
    if (fault) throw new Error(`template ${template.kind} (${language}, ${fault.part}): ${JSON.stringify(fault)}`)
  }
  if (template.about === 'claim') claimsAreOf(template.kind)
  return template
}

/** What a kind of message is called, for pages that list messages. */
export type KindName = (kind: string, language: Language) => string

export function kindNames(templates: readonly AnyTemplate[]): KindName {
  const labels = new Map(templates.map(({ kind, label }) => [kind, label]))
  return (kind, language) => labels.get(kind)?.[language] ?? kind
}

const someText = z.object({ subject: z.string(), body: z.string(), short: z.string() })

/** The texts a library has written itself, by kind of message. */
export type OwnTexts = Readonly<Record<string, { readonly da?: TemplateText; readonly en?: TemplateText }>>

export const messageTemplates: Setting<OwnTexts> = {
  name: 'message-templates',
  label: { da: 'Tekster i beskeder', en: 'Texts of messages' },
  schema: z.record(z.string(), z.object({ da: someText.exactOptional(), en: someText.exactOptional() })),
  initial: {},
}

/**
 * Writes to people by one template, in the caller's transaction: each gets one message by the way the template and what
 * they have given allow, and one in their apps. Whoever cannot be reached so gets none. Answers how many messages.
 */
export async function tell<Data>(
  ctx: Context,
  template: Template<Data>,
  told: readonly { readonly to: Addressee; readonly data: Data }[],
): Promise<number> {
  if (told.length === 0) return 0
  const own = await readSetting(ctx, messageTemplates)
  const named = await channelsNamed(ctx)
  const messages = told.flatMap(({ to, data }) =>
    composed(template, textInForce(template, own, to.language), within(named, to), data),
  )
  await queueMessages(ctx, messages)
  return messages.length
}

/**
 * Writes one message of all that happens within the library's minutes of gathering: it waits so long, and is written anew
 * each time. Called again when part of it is no longer true, it is right again, or gone. In the caller's transaction.
 * @param at when the newest of it happened, as its row says
 * @param compose what to say of all that has happened since an instant; undefined when nothing of it is true any more
 * @returns how many messages now wait
 */
export async function tellTogether<Data>(
  ctx: Context,
  template: Template<Data>,
  { to, at }: { readonly to: Addressee; readonly at: Temporal.Instant },
  compose: (since: Temporal.Instant) => Promise<Data | undefined>,
): Promise<number> {
  const now = ctx.clock.now()
  const gathered = await ctx.db.prepared(sql<{ queued_at: Temporal.Instant; next_try_at: Temporal.Instant }>`
    delete from message
    where patron_id = ${to.patron_id} and kind = ${template.kind} and tries = 0 and next_try_at > ${now}
      and sent_at is null and given_up_at is null and trying_at is null
    returning queued_at, next_try_at`)
  const first = gathered.reduce(
    (one, other) => (Temporal.Instant.compare(one.queued_at, other.queued_at) <= 0 ? one : other),
    gathered[0] ?? { queued_at: at, next_try_at: now },
  )
  const { bundleMinutes } = await readSetting(ctx, messageHours)
  const notBefore = gathered.length > 0 ? first.next_try_at : now.add({ minutes: bundleMinutes })
  const data = await compose(first.queued_at)
  if (data === undefined) return 0
  const own = await readSetting(ctx, messageTemplates)
  const named = within(await channelsNamed(ctx), to)
  const messages = composed(template, textInForce(template, own, to.language), named, data)
  await queueMessages(ctx, messages, { queuedAt: first.queued_at, notBefore })
  return messages.length
}

/** What may carry a message: the policy names the gateway or the push service among those who receive data. */
export interface NamedChannels {
  readonly email: boolean
  readonly sms: boolean
  readonly push: boolean
}

export async function channelsNamed(ctx: Context): Promise<NamedChannels> {
  const [email, sms, push] = await Promise.all(
    ['email', 'sms', 'push'].map((recipient) => recipientNamed(ctx, recipient)),
  )
  return { email: email === true, sms: sms === true, push: push === true }
}

/** Somebody as this library may reach them: a way its policy does not name is no way to them. */
function within(named: NamedChannels, to: Addressee): Addressee {
  return {
    ...to,
    email: named.email ? to.email : null,
    phone: named.sms ? to.phone : null,
    push: named.push && to.push === true,
  }
}

/** A text of the library's that no longer keeps to the template's fields is not used: nobody is sent a gap. */
function textInForce(template: AnyTemplate, own: OwnTexts, language: Language): TemplateText {
  const text = own[template.kind]?.[language]
  if (!text) return template.initial[language]
  let good = checked.get(text)
  if (good === undefined) {
    good = textFaults(template, text, language).length === 0
    checked.set(text, good)
  }
  return good ? text : template.initial[language]
}

const checked = new WeakMap<TemplateText, boolean>()

function composed(template: AnyTemplate, text: TemplateText, to: Addressee, data: unknown): NewMessage[] {
  const { patron_id, language } = to
  const kept = { patron_id, kind: template.kind, language }
  const full = (titles: boolean) => ({
    ...kept,
    subject: fillIn.line(template, text.subject, data, titles),
    body: fillIn.text(template, text.body, data, titles),
  })
  const short = () => ({
    ...kept,
    subject: fillIn.line(template, text.subject, data, false),
    body: fillIn.line(template, text.short, data, false),
  })
  const onPaper = (titles: boolean): NewMessage[] => [
    { ...full(titles), channel: to.digital_post ? 'digital-post' : 'letter', recipient: null },
  ]
  const byEmail: NewMessage[] = to.email ? [{ ...full(to.titles === true), channel: 'email', recipient: to.email }] : []
  switch (template.about) {
    case 'claim':
      return onPaper(true)
    case 'decision':
      return byEmail.length > 0 ? byEmail : onPaper(false)
    case 'receipt':
      return byEmail
    case 'service':
      // The number goes along with a push message in place of an SMS, for when the apps turn out to be gone.
      if (to.push) return [...byEmail, { ...short(), channel: 'push', recipient: to.email ? null : to.phone }]
      if (to.email || !to.phone) return byEmail
      return [{ ...short(), channel: 'sms', recipient: to.phone }]
    default:
      return unreachable(template.about)
  }
}
