import { readFile } from 'node:fs/promises'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Text2 } from '#core'
import { bookIcon, type Colours, href, isColour, LEAST_CONTRAST, leastContrast, type Site } from '#web'

interface AgencyRoute {
  Params: { agency: string }
}

const SIZES = [180, 192, 512] as const
const HOUR = 'public, max-age=3600'
/** Drawn once and kept: a few of each library. */
const MOST_ICONS = 300
const YEAR = 'public, max-age=31536000, immutable'
const short: Text2 = { da: 'Biblioteket', en: 'Library' }
const shortcuts: readonly { readonly path: string; readonly name: Text2 }[] = [
  { path: '/me/loans', name: { da: 'Mine lån', en: 'My loans' } },
  { path: '/me/reservations', name: { da: 'Mine reserveringer', en: 'My reservations' } },
  { path: '/search', name: { da: 'Søg', en: 'Search' } },
]

/** The picture on a home screen: a book on the library's colour. */
export function iconHref(size: (typeof SIZES)[number], accent: string): string {
  return `/icons/${accent.slice(1)}-${size}.png`
}

/**
 * What lets a phone put a library on its home screen: a manifest in its name, icons, and a service worker that keeps
 * files and no page. It is one worker for the whole site, as English addresses do not lie below a library's.
 */
export async function registerInstallable(
  app: FastifyInstance,
  site: Site,
  coloursOf: (request: FastifyRequest) => Colours,
): Promise<void> {
  const worker = await readFile(new URL('ground/web/assets/service-worker.js', import.meta.url), 'utf8')

  const icons = new Map<string, Buffer>()

  app.get('/service-worker.js', (_request, reply) => {
    // Asked for anew by browsers in any case; a day old it would still catch no page.
    return reply.header('cache-control', 'no-cache').type('text/javascript; charset=utf-8').send(worker)
  })

  app.get<{ Params: { file: string } }>('/icons/:file', (request, reply) => {
    const [, digits = '', size = ''] = /^([0-9a-f]{6})-(\d{3})\.png$/.exec(request.params.file) ?? []
    const accent = `#${digits}`
    const known = SIZES.find((each) => String(each) === size)
    if (!known || !isColour(accent) || leastContrast(accent) < LEAST_CONTRAST.accent) return reply.callNotFound()
    const icon = icons.get(request.params.file) ?? bookIcon(known, accent)
    if (icons.size < MOST_ICONS) icons.set(request.params.file, icon)
    return reply.header('cache-control', YEAR).type('image/png').send(icon)
  })

  app.get<AgencyRoute>('/:agency/manifest.webmanifest', (request, reply) => {
    const { language } = request
    const { accent } = coloursOf(request)
    const home = `/${request.params.agency}`
    const manifest = {
      id: home,
      name: site.agencyTitle(request),
      short_name: short[language],
      lang: language,
      start_url: href(request, `${home}/me`),
      // Both languages, and the pages of the library alone where there is one language only.
      scope: '/',
      display: 'standalone',
      background_color: '#ffffff',
      theme_color: accent,
      icons: ([192, 512] as const).map((size) => ({
        src: iconHref(size, accent),
        sizes: `${size}x${size}`,
        type: 'image/png',
        purpose: 'any maskable',
      })),
      shortcuts: shortcuts.map(({ path, name }) => ({ name: name[language], url: href(request, `${home}${path}`) })),
    }
    reply.header('cache-control', HOUR).type('application/manifest+json; charset=utf-8')
    return reply.send(JSON.stringify(manifest))
  })
}
