import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import { coloursSheet } from './colours.ts'
import { DKFDS } from './html.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** The address of a file of ours by its plain name: `kvit.css` → `/assets/kvit.1a2b3c4d5e6f.css`. */
    assetHref(name: string): string
  }
}

interface Asset {
  readonly type: string
  readonly plain: Buffer
  readonly br?: Buffer
  readonly gzip?: Buffer
}

interface Assets {
  /** By the name they are served under, which has the hash of the content. */
  readonly served: ReadonlyMap<string, Asset>
  /** From plain names to served names. */
  readonly names: ReadonlyMap<string, string>
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}

const OURS = new URL('assets/', import.meta.url)
const FONTS = ['complete', 'split'].flatMap((cut) =>
  ['Regular', 'SemiBold'].map((weight) => {
    const suffix = cut === 'split' ? '-Latin1' : ''
    return new URL(`fonts/IBMPlexSans/${cut}/woff2/IBMPlexSans-${weight}${suffix}.woff2`, DKFDS)
  }),
)

let loaded: Promise<Assets> | undefined

/** Serves our files from memory, compressed once, under names that change with the content. */
export async function addAssets(app: FastifyInstance): Promise<void> {
  // One load serves every instance: tests start many.
  loaded ??= loadAssets()
  const assets = await loaded
  app.decorate('assetHref', (name: string) => `/assets/${servedName(assets.names, name)}`)
  app.get<{ Params: { file: string } }>('/assets/:file', async (request, reply) => {
    const { file } = request.params
    const colours = coloursSheet(file)
    const asset =
      colours === undefined ? assets.served.get(file) : await compressed(Buffer.from(colours), TYPES['.css'] ?? '')
    if (asset === undefined) return reply.callNotFound()
    reply.header('cache-control', 'public, max-age=31536000, immutable').header('vary', 'accept-encoding')
    reply.type(asset.type)
    const accepted = request.headers['accept-encoding'] ?? ''
    if (asset.br && accepts(accepted, 'br')) return reply.header('content-encoding', 'br').send(asset.br)
    if (asset.gzip && accepts(accepted, 'gzip')) return reply.header('content-encoding', 'gzip').send(asset.gzip)
    return reply.send(asset.plain)
  })
}

async function loadAssets(): Promise<Assets> {
  const names = new Map<string, string>()
  const served = new Map<string, Asset>()
  const add = async (name: string, content: Buffer): Promise<void> => {
    const hashed = hashedName(name, content)
    if (names.has(name)) throw new Error(`two files are called ${name}`)
    names.set(name, hashed)
    served.set(hashed, await compressed(content, TYPES[extname(name)] ?? 'application/octet-stream'))
  }
  const files = [...FONTS, ...(await filesIn(new URL('img/', DKFDS))), ...(await filesIn(OURS))]
  const plainFiles = files.filter((file) => extname(file.pathname) !== '.css')
  await Promise.all(plainFiles.map(async (file) => add(fileName(file), await readFile(file))))

  // Stylesheets come last: they name the others, which have their final names by now.
  const theirs = await readFile(new URL('css/dkfds.min.css', DKFDS), 'utf8')
  await add('dkfds.css', Buffer.from(withServedNames(withoutFonts(theirs), names)))
  for (const file of files.filter((file) => extname(file.pathname) === '.css')) {
    await add(fileName(file), Buffer.from(withServedNames(await readFile(file, 'utf8'), names)))
  }
  return { served, names }
}

/** The design system loads nine cuts of its typeface in old formats; ours names the two we use. */
function withoutFonts(css: string): string {
  return css.replace(/@font-face\{[^}]*\}/g, '').replace(/\/\*# sourceMappingURL=.*?\*\//g, '')
}

function withServedNames(css: string, names: ReadonlyMap<string, string>): string {
  return css.replace(
    /url\(\s*["']?([^)"']+)["']?\s*\)/g,
    (_, path: string) => `url(${servedName(names, basename(path))})`,
  )
}

function servedName(names: ReadonlyMap<string, string>, name: string): string {
  const served = names.get(name)
  if (served === undefined) throw new Error(`there is no asset called ${name}`)
  return served
}

async function filesIn(directory: URL): Promise<URL[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && extname(entry.name) in TYPES && entry.name !== 'all-svg-icons.svg')
    .map((entry) => pathToFileURL(join(entry.parentPath, entry.name)))
}

async function compressed(plain: Buffer, type: string): Promise<Asset> {
  if (plain.length < 1024 || !/^text|svg/.test(type)) return { type, plain }
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }
  const [br, gz] = await Promise.all([promisify(brotliCompress)(plain, quality), promisify(gzip)(plain, { level: 9 })])
  return { type, plain, br, gzip: gz }
}

function hashedName(name: string, content: Buffer): string {
  const extension = extname(name)
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12)
  return `${basename(name, extension)}.${hash}${extension}`
}

function fileName(file: URL): string {
  return decodeURIComponent(basename(file.pathname))
}

function accepts(header: string, encoding: string): boolean {
  return header.split(',').some((part) => {
    const [name, ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase())
    return name === encoding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))
  })
}
