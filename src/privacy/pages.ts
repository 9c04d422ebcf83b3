import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Language } from '#core'
import { alert, dateText, href, html, instantText, renderPage, type SafeHtml, type Site, table, tag } from '#web'
import type { Register } from './declare.ts'
import { type Block, type Entry, makeNotice, type Notice, noticeText, type Row, type Sentence } from './notice.ts'
import { pageTexts as texts } from './page-texts.ts'
import { type PublishedPolicy, policyOf, versions } from './published.ts'

interface NumberedRoute {
  Params: { agency: string; number: string }
}

/** The privacy notice, for anyone: the one in force, as plain text, and every version there has been. */
export function registerPrivacyPages(app: FastifyInstance, site: Site, register: Register): void {
  app.get('/:agency/notice', async (request, reply) => {
    const published = await policyOf(site.context(request))
    return noticePage(request, reply, site, makeNotice(published, register, request.language))
  })

  app.get('/:agency/notice.txt', async (request, reply) => {
    const published = await policyOf(site.context(request))
    return reply.type('text/plain; charset=utf-8').send(noticeText(makeNotice(published, register, request.language)))
  })

  app.get('/:agency/notice/versions', async (request, reply) => {
    const ctx = site.context(request)
    const current = await policyOf(ctx)
    return versionsPage(request, reply, site, await versions(ctx), current)
  })

  app.get<NumberedRoute>('/:agency/notice/versions/:number', async (request, reply) => {
    const ctx = site.context(request)
    const current = await policyOf(ctx)
    const version = (await versions(ctx)).find(({ number }) => String(number) === request.params.number)
    if (!version) return reply.callNotFound()
    const notice = makeNotice(version, register, request.language)
    return noticePage(request, reply, site, notice, oldOrComing(request, site, version, current))
  })
}

function noticePage(
  request: FastifyRequest,
  reply: FastifyReply,
  site: Site,
  notice: Notice,
  before: SafeHtml = html``,
): FastifyReply {
  const { language } = notice
  const base = `/${site.context(request).agency}/notice`
  return renderPage(request, reply, {
    title: `${texts.notice[language]} – ${site.agencyTitle(request)}`,
    heading: notice.title,
    description: notice.lead,
    breadcrumbs: [{ label: texts.notice[language] }],
    body: html`${before}
<p class="font-lead">${notice.lead}</p>
<p>${texts.version(notice.number, dateText(notice.effective_on, language))[language]}
<a href="${href(request, `${base}/versions`)}">${texts.allVersions[language]}</a></p>
<nav class="notice-contents d-print-none" aria-labelledby="contents">
<h2 class="h4" id="contents">${texts.contents[language]}</h2>
<ol class="no-max-width">${notice.sections.map(({ id, heading }) => html`<li><a href="#${id}">${heading}</a></li>`)}</ol>
</nav>
${notice.sections.map(
  (section) => html`<section aria-labelledby="${section.id}">
<h2 id="${section.id}">${section.heading}</h2>
${section.blocks.map((block) => blockHtml(block, language))}
</section>
`,
)}`,
  })
}

function blockHtml(block: Block, language: Language): SafeHtml {
  switch (block.kind) {
    case 'heading':
      return html`<h3>${block.text}</h3>`
    case 'paragraph':
      return html`<p>${sentencesHtml(block.sentences)}</p>`
    case 'list':
      return html`<ul>${block.items.map((item) => html`<li>${sentencesHtml([item])}</li>`)}</ul>`
    case 'entries':
      return html`<dl class="definitions">${block.entries.map(entryHtml)}</dl>`
    case 'table':
      return tableHtml(block, language)
  }
}

function entryHtml(entry: Entry): SafeHtml {
  const id = entry.id === undefined ? '' : html` id="${entry.id}"`
  const body = entry.lines
    ? entry.sentences.map((sentence) => html`<p>${sentencesHtml([sentence])}</p>`)
    : sentencesHtml(entry.sentences)
  return html`<div${id}><dt>${entry.term} ${entry.mark === undefined ? '' : tag(entry.mark)}</dt><dd>${body}</dd></div>
`
}

/** On a telephone each row becomes a card, its cells under their headings. */
function tableHtml(block: Extract<Block, { kind: 'table' }>, language: Language): SafeHtml {
  const cell = (row: Row, text: string, index: number) => {
    if (index === 0) return html`<th scope="row">${text} ${saidHtml(row)}</th>`
    return text === '' ? html`<td></td>` : html`<td data-title="${block.head[index]}">${linked(text)}</td>`
  }
  if (block.rows.length === 0) return table({ caption: block.caption, head: block.head, rows: [] }, language)
  return html`<table class="table table--borderless table--responsive-headers notice-table">
<caption>${block.caption}</caption>
<thead><tr>${block.head.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>
${block.rows.map(
  (row) => html`<tr>${row.cells.map((text, index) => cell(row, text, index))}</tr>
`,
)}</tbody>
</table>`
}

function sentencesHtml(sentences: readonly Sentence[]): SafeHtml[] {
  return sentences.map(
    (sentence) => html`<span data-source="${sentence.source}">${linked(sentence.text)}</span> ${saidHtml(sentence)}
`,
  )
}

/** Where the library has said it, in small print: its own text, or a choice that the page tells of. */
function saidHtml({ said, decision }: Pick<Sentence, 'said' | 'decision'>): SafeHtml {
  if (said === undefined) return html``
  return decision === undefined
    ? html`<small class="notice-said">${said}</small>`
    : html`<small class="notice-said"><a href="#decision-${decision}">${said}</a></small>`
}

const ADDRESS = /(https?:\/\/[^\s,;]*[^\s,;.]|(?:www\.)[\w.-]+\w|[\w.+-]+@[\w.-]+\w)/

/** The text with its web and e-mail addresses as links. */
function linked(text: string): (SafeHtml | string)[] {
  return text.split(ADDRESS).map((part, index) => {
    if (index % 2 === 0) return part
    if (part.includes('://')) return html`<a href="${part}">${part}</a>`
    return part.includes('@') ? html`<a href="mailto:${part}">${part}</a>` : html`<a href="https://${part}">${part}</a>`
  })
}

function oldOrComing(
  request: FastifyRequest,
  site: Site,
  version: PublishedPolicy,
  current: PublishedPolicy,
): SafeHtml {
  if (version.number === current.number) return html``
  const { language } = request
  const text = version.number < current.number ? texts.old[language] : texts.coming[language]
  return alert({
    kind: 'info',
    heading: text,
    body: html`<a href="${href(request, `/${site.context(request).agency}/notice`)}">${texts.toCurrent[language]}</a>`,
  })
}

function versionsPage(
  request: FastifyRequest,
  reply: FastifyReply,
  site: Site,
  all: readonly PublishedPolicy[],
  current: PublishedPolicy,
): FastifyReply {
  const { language } = request
  const base = `/${site.context(request).agency}/notice`
  const state = ({ number }: PublishedPolicy) => {
    if (number === current.number) return tag(texts.inForce[language], 'success')
    return tag(number < current.number ? texts.replaced[language] : texts.notYet[language])
  }
  return renderPage(request, reply, {
    title: texts.versions[language],
    breadcrumbs: [{ label: texts.notice[language], href: base }, { label: texts.versions[language] }],
    body: html`<p>${texts.versionsText[language]}</p>
${table(
  {
    caption: texts.versions[language],
    hasHeading: true,
    head: texts.versionsHead[language],
    rowHeaders: true,
    rows: all.map((version) => [
      html`<a href="${href(request, `${base}/versions/${version.number}`)}">${texts.versionName(version.number)[language]}</a> ${state(version)}`,
      dateText(version.effective_on, language),
      instantText(version.published_at, language),
      version.founded_by === null ? texts.byTwo[language] : texts.founded[language],
      html`<code class="notice-hash">${version.hash}</code>`,
    ]),
  },
  language,
)}`,
  })
}
