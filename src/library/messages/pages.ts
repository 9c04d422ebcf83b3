import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Language, PatronId } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import { type Entry, entries, html, instantText, renderPage, type SafeHtml, type Site, tag } from '#web'
import { texts } from './pages-texts.ts'
import type { MessageRow } from './tables.ts'
import type { KindName } from './templates.ts'

interface AgencyRoute {
  Params: { agency: string }
}

const SHOWN = 50

type Shown = Pick<
  MessageRow,
  'kind' | 'channel' | 'subject' | 'body' | 'queued_at' | 'sent_at' | 'given_up_at' | 'bounced_at' | 'redacted_at'
>

/** What the library has sent a patron, as long as its policy keeps the content, and that it has. */
export function registerMyMessages(app: FastifyInstance, site: Site, needs: { readonly kindName: KindName }): void {
  app.get<AgencyRoute>('/:agency/me/messages', async (request, reply) => {
    const patron = site.requirePatron(request, reply)
    if (!patron) return reply
    // As the patron also where staff are signed in on the same browser.
    const ctx: Context = { ...site.context(request), actor: { kind: 'patron', id: patron.id } }
    return messagesPage(request, reply, ctx, await messagesOf(ctx, patron.id), needs.kindName)
  })
}

function messagesOf(ctx: Context, patron: PatronId): Promise<Shown[]> {
  return ctx.db.all(sql<Shown>`
    select kind, channel, subject, body, queued_at, sent_at, given_up_at, bounced_at, redacted_at from message
    where patron_id = ${patron} order by queued_at desc, id desc limit ${SHOWN + 1}`)
}

async function messagesPage(
  request: FastifyRequest<AgencyRoute>,
  reply: FastifyReply,
  ctx: Context,
  messages: readonly Shown[],
  kindName: KindName,
): Promise<FastifyReply> {
  const { language } = request
  return renderPage(request, reply, {
    title: texts.messages[language],
    breadcrumbs: [{ label: texts.me[language], href: `/${ctx.agency}/me` }, { label: texts.messages[language] }],
    body: html`<p>${texts.lead[language]}</p>
${
  messages.length === 0
    ? html`<p>${texts.none[language]}</p>`
    : entries(messages.slice(0, SHOWN).map((message) => messageEntry(message, kindName, language)))
}
${messages.length > SHOWN ? html`<p>${texts.newest(SHOWN)[language]}</p>` : ''}`,
  })
}

function messageEntry(message: Shown, kindName: KindName, language: Language): Entry {
  const { kind, bounced_at, given_up_at } = message
  return {
    heading: kindName(kind, language),
    tags: bounced_at
      ? [tag(texts.cameBack[language], 'error')]
      : given_up_at
        ? [tag(texts.notSent[language], 'error')]
        : [],
    lines: [sentText(message, language)],
    ...content(message, language),
  }
}

function sentText({ channel, sent_at, given_up_at }: Shown, language: Language): string {
  const name = texts.channels[channel][language]
  if (sent_at) return texts.sent(name, instantText(sent_at, language))[language]
  if (given_up_at) return texts.givenUp(name, instantText(given_up_at, language))[language]
  return texts.waiting(name)[language]
}

function content({ subject, body, redacted_at }: Shown, language: Language): { more: SafeHtml } {
  if (redacted_at || body === null) return { more: html`<p class="quiet">${texts.redacted[language]}</p>` }
  return {
    more: html`<details class="details"><summary class="details-summary">${texts.show[language]}</summary>
${subject ? html`<p><strong>${subject}</strong></p>` : ''}
<p class="as-written">${body}</p></details>`,
  }
}
