import { createTransport } from 'nodemailer'
import { OperatorProblem } from '#db'
import { onceOnly, RefusedByChannel, type Sender, type WaitingMessage } from '#messages'

/** Whom a library's e-mail comes from. */
export interface MailFrom {
  /** What the library calls itself. */
  readonly name: string
  /** Where an answer goes; the sending address itself when the library has none. */
  readonly replyTo?: string
}

/** The connection to a mail server, shared by all libraries of the installation. */
export interface Smtp {
  sender(from: MailFrom): Sender
  close(): void
}

const TIMEOUT_MS = 20_000

/**
 * E-mail through the municipality's mail server (RFC 5321). A server cannot be asked whether it has had a message
 * before, so none is sent twice ({@link onceOnly}). Its refusal for good (5xx) gives the message up; anything else is
 * tried again.
 * @param url `smtp://user:password@host:587`, or `smtps://` where TLS begins at once. Without `smtps` TLS is asked for,
 *   and demanded as soon as there is a password to protect.
 * @param address the address all of it is sent from, which the domain's SPF and DKIM must allow
 */
export function connectSmtp(url: string, address: string): Smtp {
  if (!/^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/.test(address)) {
    throw new OperatorProblem(`KVIT_MAIL_FROM must be an address such as bibliotek@example.dk; it is "${address}".`)
  }
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: 2,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    requireTLS: new URL(url).password !== '' && url.startsWith('smtp:'),
    // Nothing a patron or template says may make the server read a file or fetch an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const domain = address.split('@')[1]
  return {
    sender: (from) => onceOnly((message) => send(transport, { address, domain, from }, message)),
    close: () => transport.close(),
  }
}

async function send(
  transport: ReturnType<typeof createTransport>,
  { address, domain, from }: { address: string; domain: string | undefined; from: MailFrom },
  message: WaitingMessage,
): Promise<void> {
  if (!message.recipient) throw new RefusedByChannel('no address')
  try {
    await transport.sendMail({
      from: { name: from.name, address },
      to: { name: '', address: message.recipient },
      ...(from.replyTo ? { replyTo: from.replyTo } : {}),
      subject: message.subject,
      text: message.body,
      messageId: `<${message.id}@${domain}>`,
      headers: {
        'Auto-Submitted': 'auto-generated',
        'X-Auto-Response-Suppress': 'All',
        'Content-Language': message.language,
      },
    })
  } catch (fault) {
    throw isFinal(fault) ? new RefusedByChannel('the mail server refused the address') : fault
  }
}

/** A 5xx about the recipient or the message; one about the sign-in or the connection is ours to put right. */
function isFinal(fault: unknown): boolean {
  if (!(fault instanceof Error)) return false
  const { code, responseCode } = fault as Error & { code?: string; responseCode?: number }
  if (code === 'EENVELOPE' && responseCode === undefined) return true
  return (code === 'EENVELOPE' || code === 'EMESSAGE') && responseCode !== undefined && responseCode >= 500
}
