import type { FastifyInstance, LightMyRequestResponse } from 'fastify'

/** Somebody with a browser: keeps cookies, and sends the forms of the pages that were shown. */
export interface Visitor {
  /** What the browser keeps now. */
  readonly cookies: ReadonlyMap<string, string>
  get(url: string): Promise<LightMyRequestResponse>
  /** Sends a form with the token of the page it stands on, which is looked at first. */
  send(page: string, action: string, fields?: Readonly<Record<string, string>>): Promise<LightMyRequestResponse>
  /** Sends fields as they are, without looking at a page. */
  post(url: string, fields: Readonly<Record<string, string>>): Promise<LightMyRequestResponse>
}

const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
const FORM = { ...BROWSER, 'content-type': 'application/x-www-form-urlencoded' }

/** @param address where the visitor comes from */
export function visit(app: FastifyInstance, address = '127.0.0.1'): Visitor {
  const cookies = new Map<string, string>()
  let token = ''

  async function send(method: 'GET' | 'POST', url: string, payload?: string): Promise<LightMyRequestResponse> {
    const response = await app.inject({
      method,
      url,
      remoteAddress: address,
      headers: payload === undefined ? BROWSER : FORM,
      cookies: Object.fromEntries(cookies),
      ...(payload === undefined ? {} : { payload }),
    })
    for (const { name, value } of response.cookies) value === '' ? cookies.delete(name) : cookies.set(name, value)
    token = /name="_csrf" value="([^"]+)"/.exec(response.body)?.[1] ?? token
    return response
  }

  const post: Visitor['post'] = (url, fields) => send('POST', url, new URLSearchParams(fields).toString())
  return {
    cookies,
    get: (url) => send('GET', url),
    post,
    async send(page, action, fields = {}) {
      await send('GET', page)
      return post(action, { ...fields, _csrf: token })
    },
  }
}

/** Signs in at a library; answers the page that came back. */
export function signInAs(
  visitor: Visitor,
  agency: string,
  given: { readonly username: string; readonly password: string },
): Promise<LightMyRequestResponse> {
  const page = `/${agency}/staff/sign-in`
  return visitor.send(page, page, given)
}
