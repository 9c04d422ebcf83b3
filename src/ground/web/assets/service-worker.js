// What a phone keeps of the site, and what it does with a push message. Only files that are the same for everybody and
// whose names change with their content are kept; no page is, for a page may be somebody's.
const KEPT = 'kvit-assets-1'
const ASSET = /^\/assets\/[^/]+\.[0-9a-f]{12}\.[a-z0-9]+$/

self.addEventListener('install', () => self.skipWaiting())

self.addEventListener('activate', (event) => {
  const others = caches.keys().then((names) => names.filter((name) => name !== KEPT).map((name) => caches.delete(name)))
  event.waitUntil(others.then((gone) => Promise.all(gone)).then(() => self.clients.claim()))
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin || !ASSET.test(url.pathname)) return
  event.respondWith(assetOf(request))
})

async function assetOf(request) {
  const kept = await caches.open(KEPT)
  const known = await kept.match(request)
  if (known !== undefined) return known
  const answer = await fetch(request)
  if (answer.ok) await kept.put(request, answer.clone())
  return answer
}

self.addEventListener('push', (event) => {
  const message = event.data?.json() ?? {}
  const { id, agency, language, title = '', body = '' } = message
  const shown = self.registration.showNotification(title, { body, tag: id, lang: language, data: { agency, language } })
  event.waitUntil(shown)
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  const { agency, language } = event.notification.data ?? {}
  if (!/^[a-z][a-z0-9_]*$/.test(agency ?? '')) return
  event.waitUntil(self.clients.openWindow(`${language === 'en' ? '/en' : ''}/${agency}/me`))
})
