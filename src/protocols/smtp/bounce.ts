/** What a mail server says has become of one of our messages (RFC 3464). */
export interface Bounce {
  /** Of the message it is about, without brackets: `<id of the outbox>@<our domain>`. */
  readonly messageId: string
  /** As RFC 3463 counts them, such as `5.1.1`: no such mailbox. */
  readonly status: string
  /** Nobody tries any more. One that is not final tells of a delay. */
  readonly final: boolean
}

interface Part {
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** More than any report holds; what is beyond is not looked at. */
const MOST_PARTS = 50

/**
 * Reads a delivery status notification: the `multipart/report` (RFC 6522) a mail server sends back. Anything else, an
 * answer of an absent reader or a report without the message it is about, is undefined. It never throws, and takes time in
 * proportion to the length.
 */
export function readBounce(raw: string): Bounce | undefined {
  const mail = partOf(raw.replaceAll('\r\n', '\n'))
  const type = mail.headers.get('content-type') ?? ''
  if (mediaType(type) !== 'multipart/report') return undefined
  const boundary = parameter(type, 'boundary')
  if (!boundary) return undefined
  const parts = partsOf(mail.body, boundary)
  const report = parts.find((part) => mediaType(part.headers.get('content-type') ?? '') === 'message/delivery-status')
  const outcome = report && outcomeOf(decoded(report))
  if (!outcome) return undefined
  const messageId = idOfOriginal(parts) ?? idIn(mail.headers.get('in-reply-to') ?? '')
  return messageId ? { messageId, ...outcome } : undefined
}

/** Whether a failure says that the address takes no mail, rather than that a mail of ours was not liked or its server down. */
export function isAddressAtFault({ status, final }: Bounce): boolean {
  // RFC 3463: something unsaid, the address, the mailbox, the way there; not the system, the protocol, content or policy.
  return final && /^5\.[0124]\./.test(status) && status !== '5.2.3'
}

/** The worst that is said of a recipient: our messages have one, and what was delivered or passed on is no bounce. */
function outcomeOf(report: string): Pick<Bounce, 'status' | 'final'> | undefined {
  const outcomes = report
    .split(/\n[ \t]*\n/)
    .map((block) => headersOf(block.trim()))
    .flatMap((fields) => {
      const action = fields.get('action')?.toLowerCase().trim()
      const status = /^\s*([245]\.\d{1,3}\.\d{1,3})(?!\S)/.exec(fields.get('status') ?? '')?.[1]
      if (action !== 'failed' && action !== 'delayed') return []
      return [{ final: action === 'failed', status: status ?? (action === 'failed' ? '5.0.0' : '4.0.0') }]
    })
  return outcomes.find(({ final }) => final) ?? outcomes[0]
}

const ORIGINAL = [
  'message/rfc822',
  'message/global',
  'text/rfc822-headers',
  'message/rfc822-headers',
  'message/global-headers',
]

function idOfOriginal(parts: readonly Part[]): string | undefined {
  for (const part of parts) {
    if (!ORIGINAL.includes(mediaType(part.headers.get('content-type') ?? ''))) continue
    const id = idIn(partOf(decoded(part).trimStart()).headers.get('message-id') ?? '')
    if (id) return id
  }
  return undefined
}

function idIn(header: string): string | undefined {
  return /<([^<>\s]{3,250})>/.exec(header)?.[1]
}

/** The lines between boundaries (RFC 2046); a report that was cut off ends its last part where it ends. */
function partsOf(body: string, boundary: string): Part[] {
  const parts: string[][] = []
  let current: string[] | undefined
  for (const line of body.split('\n')) {
    const mark = line.trimEnd()
    if (mark === `--${boundary}--`) break
    if (mark === `--${boundary}`) {
      if (parts.length === MOST_PARTS) break
      current = []
      parts.push(current)
    } else current?.push(line)
  }
  return parts.map((lines) => partOf(lines.join('\n')))
}

function partOf(text: string): Part {
  // A part may have no headers at all, and begins with the empty line then.
  if (text.startsWith('\n')) return { headers: new Map(), body: text.slice(1) }
  const end = text.indexOf('\n\n')
  if (end < 0) return { headers: headersOf(text), body: '' }
  return { headers: headersOf(text.slice(0, end)), body: text.slice(end + 2) }
}

/** Names in small letters; a line that begins with a space goes on with the one before (RFC 5322). The first of a name counts. */
function headersOf(block: string): Map<string, string> {
  const headers = new Map<string, string>()
  let name: string | undefined
  for (const line of block.split('\n')) {
    if (/^[ \t]/.test(line)) {
      if (name !== undefined) headers.set(name, `${headers.get(name) ?? ''} ${line.trim()}`)
      continue
    }
    const colon = line.indexOf(':')
    const key = colon > 0 ? line.slice(0, colon).trim().toLowerCase() : undefined
    name = key !== undefined && !headers.has(key) ? key : undefined
    if (name !== undefined) headers.set(name, line.slice(colon + 1).trim())
  }
  return headers
}

function mediaType(header: string): string {
  return (header.split(';', 1)[0] ?? '').trim().toLowerCase()
}

function parameter(header: string, name: string): string | undefined {
  const [, quoted, plain] =
    new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]{1,200})"|([^\\s;"]{1,200}))`, 'i').exec(header) ?? []
  return quoted ?? plain
}

/** Reports are to be plain (RFC 3464), and some servers encode them all the same. */
function decoded({ headers, body }: Part): string {
  switch (headers.get('content-transfer-encoding')?.toLowerCase()) {
    case 'base64':
      return Buffer.from(body, 'base64').toString('latin1').replaceAll('\r\n', '\n')
    case 'quoted-printable':
      return body
        .replace(/=[ \t]*\n/g, '')
        .replace(/=([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    default:
      return body
  }
}
