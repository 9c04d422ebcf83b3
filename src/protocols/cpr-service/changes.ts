import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import SftpClient from 'ssh2-sftp-client'
import { z } from 'zod'
import type { Log } from '#core'
import { RegisterDown } from '#patrons'
import { readChangeFile } from './change-file.ts'
import type { CprConnection } from './config.ts'
import { readXml } from './xml.ts'

/** A day's changes for a whole municipality are some megabytes. */
const MOST_BYTES = 100_000_000
/** Fetching takes longer than asking. */
const FETCH_TAKES = 12
/** What the platform lays beside a file to say that it has come, and how large it is. */
const METADATA = '.metadata'
const NOT_CHANGES = [METADATA, '.trigger', '.tmp', '.part']

export interface Changes {
  readonly cprs: readonly string[]
  readonly after: string | null
}

/**
 * Whose data have changed, out of all files whose names come after the cursor, in the order of their names. A file that
 * is not whole yet holds the cursor back; those after it are read all the same, and read again next time, because a
 * protection that was put on must not wait for a file that never gets whole. @throws RegisterDown
 */
export async function fetchChanges(connection: CprConnection, log: Log, after: string | null): Promise<Changes> {
  const { changes, timeoutMs } = connection
  // Small questions, each asked when the one before is answered, are not to be gathered up.
  const sock = connect({ host: changes.host, port: changes.port, noDelay: true })
  // What the client would say on the console is told by its promises as well.
  const client = new SftpClient('kvit', { error() {}, end() {}, close() {} })
  const expected = changes.hostKey
  try {
    return await within(timeoutMs * FETCH_TAKES, async () => {
      await client.connect({
        sock,
        username: changes.user,
        privateKey: changes.key,
        ...(changes.passphrase === null ? {} : { passphrase: changes.passphrase }),
        readyTimeout: timeoutMs,
        hostVerifier: (key: Buffer) => fingerprint(key) === expected,
      })
      return await readFolder(client, connection, log, after)
    })
  } catch (fault) {
    if (fault instanceof RegisterDown) throw fault
    throw new RegisterDown('The CPR register’s files of changes cannot be fetched.')
  } finally {
    // Not waited for: a server that has stopped answering does not say goodbye either.
    client.end().catch(() => {})
    sock.destroySoon()
  }
}

/** As OpenSSH writes it. */
function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
}

async function readFolder(
  client: SftpClient,
  { changes: { folder, nameContains } }: CprConnection,
  log: Log,
  after: string | null,
): Promise<Changes> {
  const entries = await client.list(folder)
  const sizes = new Map(entries.filter(({ type }) => type === '-').map(({ name, size }) => [name, size]))
  const names = [...sizes.keys()]
    .filter((name) => !NOT_CHANGES.some((end) => name.endsWith(end)))
    .filter((name) => nameContains === null || name.includes(nameContains))
    .filter((name) => after === null || name > after)
    .sort((one, other) => (one < other ? -1 : 1))
  const cprs = new Set<string>()
  let reached = after
  let held = false
  const hold = (file: string, reason: string) => {
    held = true
    log.warn({ file }, reason)
  }
  for (const file of names) {
    const size = sizes.get(file) ?? 0
    if (size > MOST_BYTES) {
      hold(file, 'a file of changes from the CPR register is larger than any should be, and is not read')
      continue
    }
    // The client answers with a list, not with bytes, when there are none.
    const bytes = size === 0 ? Buffer.alloc(0) : await fetch(client, `${folder}/${file}`)
    const announced = sizes.has(file + METADATA) ? sizeIn(await fetch(client, `${folder}/${file}${METADATA}`)) : null
    const read = readChangeFile(bytes)
    if (read.kind === 'cut-off' || (announced !== null && announced !== bytes.length)) {
      hold(file, 'a file of changes from the CPR register is not whole; it is read again next time')
      continue
    }
    if (read.kind === 'foreign') {
      log.warn({ file }, 'a file among the changes from the CPR register is none, and is passed over')
    } else {
      for (const cpr of read.cprs) cprs.add(cpr)
      const { broken, errors } = read
      if (broken.length + errors.length > 0) {
        log.warn({ file, broken, errors }, 'lines in a file of changes from the CPR register are passed over')
      }
    }
    if (!held) reached = file
  }
  return { cprs: [...cprs], after: reached }
}

async function fetch(client: SftpClient, path: string): Promise<Buffer> {
  const got = await client.get(path)
  if (!Buffer.isBuffer(got)) throw new RegisterDown('The CPR register’s files of changes cannot be fetched.')
  return got
}

const metadataShape = z.object({
  Trigger: z.object({ FileDescriptor: z.object({ SizeInBytes: z.string().regex(/^\d+$/) }) }),
})

function sizeIn(metadata: Buffer): number | null {
  const read = metadataShape.safeParse(readXml(metadata.toString('utf8')))
  return read.success ? Number(read.data.Trigger.FileDescriptor.SizeInBytes) : null
}

/** A server that stops answering in the middle must not stop the night. */
async function within<T>(ms: number, work: () => Promise<T>): Promise<T> {
  const late = AbortSignal.timeout(ms)
  const working = work()
  return await Promise.race([
    working,
    new Promise<never>((_, reject) => {
      late.addEventListener('abort', () => {
        reject(new RegisterDown('The CPR register’s files of changes did not come in time.'))
      })
    }),
  ])
}
