import assert from 'node:assert/strict'

/** What a browser shows at last, after all redirects. */
export interface Shown {
  readonly status: number
  readonly text: string
  readonly url: URL
  readonly headers: Headers
}

/** Somebody whose browser goes over real HTTP from site to site, keeps each one's cookies, and remembers what it saw. */
export interface Roamer {
  /** Every address that was asked for. */
  readonly been: readonly string[]
  /** Every page and every header that came back from the site itself. */
  readonly seen: readonly string[]
  go(address: string, fields?: Readonly<Record<string, string>>): Promise<Shown>
  /** Sends a form with the token of the page that is shown. */
  send(page: Shown, action: string, fields?: Readonly<Record<string, string>>): Promise<Shown>
  /** Follows the link to MitID on a page, is this person there, and goes wherever that leads. */
  mitId(page: string, person: string): Promise<Shown>
  cookie(name: string): string | undefined
  plant(name: string, value: string): void
}

export function roam(origin: string): Roamer {
  const jars = new Map<string, Map<string, string>>()
  const been: string[] = []
  const seen: string[] = []

  async function go(address: string, fields?: Readonly<Record<string, string>>): Promise<Shown> {
    let url = new URL(address, origin)
    let body = fields && new URLSearchParams(fields)
    for (let steps = 0; steps < 12; steps++) {
      been.push(url.href)
      const jar = jarOf(url.origin)
      const response = await fetch(url, {
        redirect: 'manual',
        method: body ? 'POST' : 'GET',
        headers: { accept: 'text/html', cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
        ...(body ? { body } : {}),
      })
      body = undefined
      for (const cookie of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
        value === '' ? jar.delete(name) : jar.set(name, value)
      }
      const text = await response.text()
      if (url.origin === origin) seen.push(JSON.stringify([...response.headers]), text)
      const location = response.headers.get('location')
      if (!location) return { status: response.status, text, url, headers: response.headers }
      url = new URL(location, url)
    }
    throw new Error('round in circles')
  }

  function jarOf(site: string): Map<string, string> {
    const jar = jars.get(site) ?? new Map<string, string>()
    jars.set(site, jar)
    return jar
  }

  return {
    been,
    seen,
    go,
    send(page, action, fields = {}) {
      const token = /name="_csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
      return go(action, { ...fields, _csrf: token })
    },
    async mitId(page, person) {
      const form = await go(page)
      const link = /id="mitid" href="([^"]+)"/.exec(form.text)?.[1] ?? ''
      const choice = await go(link.replaceAll('&amp;', '&'))
      const value = new RegExp(`value="([^"]*)">${person}<`).exec(choice.text)?.[1]
      assert.ok(value !== undefined, choice.text)
      const action = new URL(/action="([^"]+)"/.exec(choice.text)?.[1] ?? '', choice.url)
      return go(action.href, { person: value })
    },
    cookie: (name) => jarOf(origin).get(name),
    plant: (name, value) => void jarOf(origin).set(name, value),
  }
}
