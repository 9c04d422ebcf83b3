import { createHash, generateKeyPairSync } from 'node:crypto'
import { type AddressInfo, createServer } from 'node:net'
import ssh2, { type AuthContext, type Connection, type ParsedKey, type SFTPWrapper } from 'ssh2'

const { Server, utils } = ssh2
const { STATUS_CODE } = utils.sftp
const FILE = 0o100644
const FOLDER = 0o040755

/** Somebody who may fetch files: the key they show, and the files of their folder, as they are now. */
export interface SftpAccount {
  readonly key: ParsedKey
  readonly folder: string
  readonly files: ReadonlyMap<string, Buffer>
}

export interface SftpSimulator {
  readonly port: number
  /** As OpenSSH writes a fingerprint. */
  readonly hostKey: string
  close(): Promise<void>
}

/** A key pair that is forgotten with the process. */
export function newSshKey(): { readonly secret: string; readonly key: ParsedKey } {
  // Of the Ed25519 keys that ssh2 makes, it cannot read one in some hundred again.
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const secret = privateKey.export({ type: 'sec1', format: 'pem' }).toString()
  const key = utils.parseKey(secret)
  if (key instanceof Error) throw key
  return { secret, key }
}

/** A server for files that lie in memory, each user seeing their own folder only. */
export async function startSftp(
  port: number,
  account: (user: string) => SftpAccount | undefined,
  /** Whether it answers; when not, who connects is cut off. */
  isUp: () => boolean,
  /** What is waited for before a folder is shown. */
  patience: () => Promise<void> | undefined,
): Promise<SftpSimulator> {
  const own = newSshKey()
  const connected = new Set<Connection>()
  const protocol = new Server({ hostKeys: [own.secret] }, (client) => {
    connected.add(client)
    client.on('close', () => connected.delete(client))
    // A client that goes away in the middle is its own matter.
    client.on('error', () => {})
    if (!isUp()) return void client.end()
    let files: SftpAccount | undefined
    client.on('authentication', (attempt) => {
      const wanted = account(attempt.username)
      if (!wanted || !shows(attempt, wanted.key)) return attempt.reject(['publickey'])
      files = wanted
      attempt.accept()
    })
    client.on('session', (accept) => {
      accept().on('sftp', (acceptSftp) => {
        if (files) serve(acceptSftp(), files, patience)
      })
    })
  })
  // Its own listener would let each small answer wait for the client's acknowledgement of the one before.
  const server = createServer({ noDelay: true }, (socket) => protocol.injectSocket(socket))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    hostKey: `SHA256:${createHash('sha256').update(own.key.getPublicSSH()).digest('base64').replace(/=+$/, '')}`,
    async close() {
      for (const client of connected) client.end()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

function shows(attempt: AuthContext, key: ParsedKey): boolean {
  if (attempt.method !== 'publickey') return false
  if (!attempt.key.data.equals(key.getPublicSSH())) return false
  // Without a signature the client only asks whether the key would do.
  if (!attempt.signature || !attempt.blob) return true
  return key.verify(attempt.blob, attempt.signature, attempt.hashAlgo)
}

function serve(sftp: SFTPWrapper, { folder, files }: SftpAccount, patience: () => Promise<void> | undefined): void {
  const opened = new Map<number, { readonly bytes?: Buffer; listed: boolean }>()
  let last = 0
  const open = (bytes?: Buffer): Buffer => {
    opened.set(++last, { ...(bytes ? { bytes } : {}), listed: false })
    const handle = Buffer.alloc(4)
    handle.writeUInt32BE(last)
    return handle
  }
  const of = (handle: Buffer) => (handle.length === 4 ? opened.get(handle.readUInt32BE()) : undefined)
  const at = (path: string) => (path.startsWith(`${folder}/`) ? files.get(path.slice(folder.length + 1)) : undefined)
  const attributes = (mode: number, size: number) => ({ mode, uid: 0, gid: 0, size, atime: 0, mtime: 0 })
  const stat = (id: number, path: string) => {
    const bytes = at(path)
    if (bytes) sftp.attrs(id, attributes(FILE, bytes.length))
    else if (path === folder) sftp.attrs(id, attributes(FOLDER, 0))
    else sftp.status(id, STATUS_CODE.NO_SUCH_FILE)
  }
  sftp.on('REALPATH', (id, path) => {
    sftp.name(id, [{ filename: path, longname: path, attrs: attributes(FOLDER, 0) }])
  })
  sftp.on('STAT', stat)
  sftp.on('LSTAT', stat)
  sftp.on('OPENDIR', async (id, path) => {
    await patience()
    if (path === folder) sftp.handle(id, open())
    else sftp.status(id, STATUS_CODE.NO_SUCH_FILE)
  })
  sftp.on('READDIR', (id, handle) => {
    const entry = of(handle)
    if (!entry || entry.bytes || entry.listed || files.size === 0) return sftp.status(id, STATUS_CODE.EOF)
    entry.listed = true
    const names = [...files].map(([filename, { length }]) => ({
      filename,
      longname: `-rw-r--r-- 1 cpr cpr ${length} Jan 1 00:00 ${filename}`,
      attrs: attributes(FILE, length),
    }))
    sftp.name(id, names)
  })
  sftp.on('OPEN', (id, path, flags) => {
    const bytes = at(path)
    if (flags !== utils.sftp.OPEN_MODE.READ) sftp.status(id, STATUS_CODE.PERMISSION_DENIED)
    else if (bytes) sftp.handle(id, open(bytes))
    else sftp.status(id, STATUS_CODE.NO_SUCH_FILE)
  })
  sftp.on('FSTAT', (id, handle) => {
    const bytes = of(handle)?.bytes
    if (bytes) sftp.attrs(id, attributes(FILE, bytes.length))
    else sftp.status(id, STATUS_CODE.FAILURE)
  })
  sftp.on('READ', (id, handle, offset, length) => {
    const bytes = of(handle)?.bytes
    if (!bytes || offset >= bytes.length) return sftp.status(id, STATUS_CODE.EOF)
    sftp.data(id, bytes.subarray(offset, offset + length))
  })
  sftp.on('CLOSE', (id, handle) => {
    if (handle.length === 4) opened.delete(handle.readUInt32BE())
    sftp.status(id, STATUS_CODE.OK)
  })
}
