import type { LightMyRequestResponse } from 'fastify'
import type { Visitor } from './visitor.ts'

/** One answer of the site to one visitor. */
export interface Answer {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly page: string
  readonly response: LightMyRequestResponse
}

interface Form {
  readonly page: string
  readonly action: string
  readonly method: 'GET' | 'POST'
  readonly fields: readonly Field[]
}

interface Field {
  readonly name: string
  readonly type: string
  readonly value: string
}

/** What leads out of the crawl, or would end it. */
const LEFT_ALONE = /sign-out|time-machine/

/** Looks at every page that can be reached by links, from the pages given; answers them and the forms seen on them. */
export async function crawl(
  visitor: Visitor,
  starts: readonly string[],
  most = 400,
): Promise<{ answers: Answer[]; forms: Form[] }> {
  const answers: Answer[] = []
  const forms = new Map<string, Form>()
  const waiting = [...starts]
  const seen = new Set(starts)
  for (let url = waiting.shift(); url !== undefined && answers.length < most; url = waiting.shift()) {
    const response = await visitor.get(url)
    answers.push({ method: 'GET', url, page: url, response })
    const found = [...response.body.matchAll(/href="([^"]+)"/g)].map((match) => plain(match[1] ?? ''))
    const moved = response.headers.location
    if (typeof moved === 'string') found.push(moved)
    for (const link of found) {
      const path = pathOf(link, url)
      if (!path || seen.has(path) || LEFT_ALONE.test(path)) continue
      seen.add(path)
      waiting.push(path)
    }
    for (const form of formsOf(response.body, url)) forms.set(shapeOf(form), form)
  }
  return { answers, forms: [...forms.values()] }
}

const EACH_ROUTE = 2

/**
 * An address of each route that links lead to from the pages given, as the visitor comes to it: the first that answers
 * with a page. `routes` are patterns such as `/:agency/me`.
 */
export async function onePerRoute(
  visitor: Visitor,
  starts: readonly string[],
  routes: readonly string[],
): Promise<Map<string, string>> {
  // What has a name of its own comes before what takes any name there.
  const patterns = routes
    .map((route) => ({ route, pattern: new RegExp(`^${route.replace(/:[a-zA-Z]+/g, '[^/]+')}$`) }))
    .sort((a, b) => a.route.split(':').length - b.route.split(':').length)
  const routeOf = (url: string) => patterns.find(({ pattern }) => pattern.test(url.split('?')[0] ?? ''))?.route
  const pages = new Map<string, string>()
  const tried = new Map<string, number>()
  const waiting = [...starts]
  const seen = new Set(starts)
  for (let url = waiting.shift(); url !== undefined; url = waiting.shift()) {
    const route = routeOf(url)
    if (!route || ((tried.get(route) ?? 0) >= EACH_ROUTE && !starts.includes(url))) continue
    tried.set(route, (tried.get(route) ?? 0) + 1)
    const { statusCode, headers, body } = await visitor.get(url)
    if (statusCode !== 200 || !String(headers['content-type']).startsWith('text/html')) continue
    if (!pages.has(route)) pages.set(route, url)
    for (const [, link = ''] of body.matchAll(/href="([^"]+)"/g)) {
      const path = pathOf(plain(link), url)
      if (!path || seen.has(path) || LEFT_ALONE.test(path)) continue
      seen.add(path)
      waiting.push(path)
    }
  }
  return pages
}

/** Sends a form as it stands, with one text in every field that takes any. */
export async function sendForm(visitor: Visitor, form: Form, text: string): Promise<Answer> {
  const fields = Object.fromEntries(
    form.fields.map(({ name, type, value }) => [name, TAKES_TEXT.test(type) ? text : value]),
  )
  delete fields._csrf
  if (form.method === 'GET') {
    const url = `${form.action}?${new URLSearchParams(fields)}`
    return { method: 'GET', url, page: form.page, response: await visitor.get(url) }
  }
  const sent = await visitor.send(form.page, form.action, fields)
  // What was scanned is told on the next page.
  const { location = '' } = sent.headers
  const response = String(location).includes('?scan=') ? await visitor.get(String(location)) : sent
  return { method: 'POST', url: form.action, page: form.page, response }
}

const TAKES_TEXT = /^(text|search|tel|email|password|textarea|number|date)$/

/** The forms of a page, each leading somewhere of ours. */
export function formsOf(body: string, page: string): Form[] {
  return [...body.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].flatMap((match) => {
    const [, head = '', inside = ''] = match
    const action = pathOf(plain(attribute(head, 'action') ?? page), page)
    if (!action || LEFT_ALONE.test(action)) return []
    const method = attribute(head, 'method')?.toUpperCase() === 'POST' ? 'POST' : 'GET'
    return [{ page, action, method, fields: fieldsOf(inside) }]
  })
}

function fieldsOf(inside: string): Field[] {
  const fields: Field[] = []
  for (const [, head = ''] of inside.matchAll(/<(?:input|button)\b([^>]*)>/g)) {
    const name = attribute(head, 'name')
    const type = attribute(head, 'type') ?? 'text'
    if (!name || (type === 'radio' && fields.some((field) => field.name === name))) continue
    fields.push({ name, type, value: plain(attribute(head, 'value') ?? (type === 'checkbox' ? 'on' : '')) })
  }
  for (const [, head = ''] of inside.matchAll(/<textarea\b([^>]*)>/g)) {
    fields.push({ name: attribute(head, 'name') ?? '', type: 'textarea', value: '' })
  }
  for (const [, head = '', options = ''] of inside.matchAll(/<select\b([^>]*)>([\s\S]*?)<\/select>/g)) {
    const values = [...options.matchAll(/value="([^"]*)"/g)].map((option) => option[1] ?? '')
    fields.push({ name: attribute(head, 'name') ?? '', type: 'select', value: values.find((each) => each) ?? '' })
  }
  return fields
}

function attribute(head: string, name: string): string | undefined {
  return new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(head)?.[1]
}

/** The same form on many pages is one form. */
function shapeOf({ action, method, fields }: Form): string {
  const nameless = action.split('?')[0]?.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '…')
  return [method, nameless, ...fields.map(({ name }) => name)].join(' ')
}

function pathOf(link: string, from: string): string | undefined {
  const base = new URL(from, 'http://kvit.invalid')
  const url = URL.canParse(link, base) ? new URL(link, base) : undefined
  if (url?.host !== 'kvit.invalid' || url.pathname.startsWith('/assets/')) return undefined
  return url.pathname + url.search
}

function plain(text: string): string {
  return text.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<')
}
