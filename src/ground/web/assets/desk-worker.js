// Stands between the staff's pages and the server. While the server answers it stays out of the way; when it does not,
// the page for scanning without it is shown, and the scan that was under way is kept. Only that page is stored here, which
// is the same for everybody, and its files.
const { agency, base, page } = self.kvit
const queue = self.deskQueue(agency)
const KEPT = `kvit-desk-${agency}${page}`
const PATIENCE_MS = 10_000
const REFRESH_MS = 3_600_000
const AWAY = [502, 503, 504]
let refreshed = 0

self.addEventListener('install', (event) => event.waitUntil(refresh().then(() => self.skipWaiting())))
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (url.origin !== location.origin) return
  if (request.method === 'GET' && url.pathname.startsWith('/assets/')) return event.respondWith(asset(request))
  if (request.mode !== 'navigate' || !url.pathname.startsWith(`${base}`)) return
  event.respondWith(request.method === 'GET' ? look(event, url) : send(event, url))
})

/** The page is asked for as nobody: what is stored can hold nothing of whoever is signed in. */
async function refresh() {
  const answer = await fetch(page, { credentials: 'omit', cache: 'no-store' })
  if (!answer.ok) throw new Error(`the page answered ${answer.status}`)
  const text = await answer.clone().text()
  const files = [...new Set([...text.matchAll(/"(\/assets\/[^"]+)"/g)].map((found) => found[1]))]
  const kept = await caches.open(KEPT)
  await kept.addAll(files)
  await kept.put(page, answer)
  const needed = new Set([page, ...files])
  for (const { url } of await kept.keys()) if (!needed.has(new URL(url).pathname)) await kept.delete(url)
  refreshed = Date.now()
}

async function asset(request) {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request)
}

async function look(event, url) {
  const answer = await ask(event.request)
  if (answer === undefined) return shell()
  if (url.pathname === `${base}/sign-in` && answer.status === 200) await queue.dropKey()
  if (Date.now() - refreshed > REFRESH_MS) event.waitUntil(refresh().catch(() => {}))
  return answer
}

async function send({ request }, url) {
  const isSignOut = url.pathname === `${base}/sign-out`
  // Whoever leaves takes the key along, whether the server hears of it or not.
  if (isSignOut) await queue.dropKey()
  const fields = request.clone().formData()
  fields.catch(() => {})
  const answer = await ask(request)
  if (answer !== undefined) return answer
  if (isSignOut) return Response.redirect(page, 303)
  const scan = scanIn(url, await fields.catch(() => new FormData()))
  const isKept = scan !== undefined && (await queue.add(scan))
  // To the page by its own address: a reload must not send the scan once more.
  return Response.redirect(`${page}${isKept ? '#kept' : '#again'}`, 303)
}

/** The server's answer; undefined when there is none, or only that of a proxy whose server is gone. */
async function ask(request) {
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))
  const answer = await Promise.race([fetch(request).catch(() => undefined), patience])
  return answer === undefined || AWAY.includes(answer.status) ? undefined : answer
}

async function shell() {
  return (await caches.match(page, { ignoreVary: true })) ?? Response.error()
}

/**
 * What was scanned into the desk's one field. Whether it was an item or a card only the server knows, and will find out; a
 * name, or what a reader sends from a health card, is not kept.
 */
function scanIn(url, fields) {
  const text = (name) => String(fields.get(name) ?? '').trim()
  const item = text('text')
  const path = url.pathname.slice(base.length)
  if (path !== '/desk/searches' && !/^\/desk\/patrons\/[^/]+\/scans$/.test(path)) return undefined
  if (!/^[A-Za-z0-9-]{1,64}$/.test(item) || !/\d/.test(item)) return undefined
  return { deed: 'scan', item, card: text('card'), branch: text('branch') }
}
