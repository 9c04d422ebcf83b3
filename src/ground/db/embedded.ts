import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { platform, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { clusterFolder, findBinaries, findServerUser, type ServerUser } from './embedded-places.ts'
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

const OWNER = 'kvit'
const START_TIMEOUT_MS = 60_000
/** What the name of a socket may be long on the system that allows least (macOS), in bytes. */
const LONGEST_SOCKET = 103
/** A socket lies in the cluster's own folder, so there is nobody whose number this could be instead. */
const SOCKET_PORT = 5432

/**
 * Starts the cluster in `<data>/postgres`, making it the first time. A server left behind by a crash of this program
 * is stopped in good order first; PostgreSQL itself recovers from its own.
 *
 * PostgreSQL refuses to run as root, so root lends the server a user of its own; binaries and cluster then lie where
 * that user can reach them, and `<data>/postgres` is a link to the place.
 */
export async function startEmbedded(data: string): Promise<EmbeddedServer> {
  await mkdir(data, { recursive: true })
  const serverUser = findServerUser()
  const binaries = await findBinaries(data, serverUser)
  const folder = await clusterFolder(data, serverUser)
  const password = await ownersPassword(data)
  if (!existsSync(join(folder, 'PG_VERSION'))) await initialise(binaries, folder, password, serverUser)
  await stopLeftover(binaries, folder, serverUser)
  const socket = hasSocket(folder)
  const port = socket ? SOCKET_PORT : await freePort()
  const logFolder = join(folder, 'log')
  const given = settings({ logFolder, socketFolder: socket ? folder : undefined })
  const server = spawn(join(binaries, 'bin', 'postgres'), ['-D', folder, '-p', String(port), ...given], {
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
  const url = addressOf({ password, port, socketFolder: socket ? folder : undefined })
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

/**
 * Whether the server is reached over a socket in its own folder, which nobody else may enter: quicker than TCP, and
 * nothing listens on the machine's network. Not on Windows, nor in a folder whose name is too long for one.
 */
function hasSocket(folder: string): boolean {
  return platform() !== 'win32' && Buffer.byteLength(join(folder, `.s.PGSQL.${SOCKET_PORT}`)) <= LONGEST_SOCKET
}

interface Place {
  readonly password: string
  readonly port: number | string
  readonly socketFolder: string | undefined
}

/** A socket's folder is said as libpq says it; the host before it is then nobody's. */
function addressOf({ password, port, socketFolder }: Place): string {
  const address = new URL(`postgres://${OWNER}:${password}@127.0.0.1:${port}/${OWNER}`)
  if (socketFolder) address.searchParams.set('host', socketFolder)
  return address.href
}

function settings({ logFolder, socketFolder }: { logFolder: string; socketFolder: string | undefined }): string[] {
  const values: Record<string, string> = {
    listen_addresses: socketFolder ? '' : '127.0.0.1',
    unix_socket_directories: socketFolder ?? '',
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
  const [pid, , , port, socketFolder] = (
    await readFile(join(data, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '')
  ).split('\n')
  const password = await readFile(join(data, 'postgres.password'), 'utf8').catch(() => undefined)
  if (!pid || !port || !password || !isAlive(Number(pid))) return undefined
  return addressOf({ password, port, socketFolder: socketFolder || undefined })
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
