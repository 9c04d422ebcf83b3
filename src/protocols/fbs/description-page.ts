import type { FastifyInstance } from 'fastify'
import { href, html, renderPage, table } from '#web'
import { loginOperation } from './native.ts'
import { API_VERSION, openApi } from './openapi.ts'
import type { Operation } from './operation.ts'
import { pageTexts as texts } from './texts.ts'

/** The description of the API: to read at `/api/docs`, and as a file for who makes a client. */
export function registerDescription(app: FastifyInstance, operations: readonly Operation[]): void {
  const all = [loginOperation, ...operations]
  let made: string | undefined
  for (const url of ['/api/docs/openapi.json', `/api/docs/${API_VERSION}/openapi.json`]) {
    app.get(url, (_request, reply) => {
      made ??= JSON.stringify(openApi(all))
      return reply.type('application/json').header('access-control-allow-origin', '*').send(made)
    })
  }

  app.get('/api/docs', (request, reply) => {
    const { language } = request
    return renderPage(request, reply, {
      title: texts.title[language],
      body: html`<p class="font-lead">${texts.lead[language]}</p>
<p>${texts.version[language]} ${API_VERSION}. <a href="${href(request, '/api/docs/openapi.json')}">${texts.file[language]}</a></p>
${table(
  {
    caption: texts.calls[language],
    head: [texts.method, texts.path, texts.says].map((text) => text[language]),
    rows: all.map(({ method, path, says }) => [
      method,
      html`<code>${path}</code>`,
      html`<span lang="en">${says}</span>`,
    ]),
  },
  language,
)}`,
    })
  })
}
