import type { Language, MessageId } from '#core'
import { htmlDocument, xmlText } from './xml.ts'

export const MEMO = 'https://DigitalPost.dk/MeMo-1'

/** What is in the post: a file of its own, or a text that becomes one. */
export type MemoContent =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'pdf'; readonly bytes: Uint8Array }

export interface Memo {
  readonly uuid: MessageId
  readonly sender: { readonly cvr: string; readonly label: string }
  readonly recipient: { readonly cpr: string; readonly label?: string }
  /** The subject, as the box lists it. */
  readonly label: string
  readonly content: MemoContent
  readonly language: Language
  readonly createdAt: Temporal.Instant
  /** What the recipient is told by e-mail or SMS: it must not say what the message is about. */
  readonly notification?: string
  /** Where what is owed can be paid: becomes a button beside the message. */
  readonly paymentUrl?: string
  /** Whether nobody can decline such messages: those by which an authority pursues a claim. */
  readonly mandatory?: boolean
}

/** As the schema limits them, in characters. */
const MOST_LABEL = 256
const MOST_NOTIFICATION = 150
const MOST_URL = 256
/** Digital Post takes messages of up to 99.5 megabytes. */
export const MOST_MEMO_BYTES = 99_500_000

/** The document would be larger than Digital Post takes. */
export class MemoTooLarge extends RangeError {}

/**
 * A message in the only form Digital Post takes since 2023: MeMo 1.1, as an element without a declaration, in the order
 * its schema asks for. Names carry the prefix `memo`, without which the municipal service does not know them. It is no
 * service of process (`legalNotification`): a library has none. The same message gives the same bytes.
 * @throws MemoTooLarge
 * @throws RangeError for an address of payment that is longer than the schema allows
 */
export function memoOf(memo: Memo): string {
  const { uuid, sender, recipient, label, notification, createdAt, mandatory = false } = memo
  const header = [
    element('messageType', 'DIGITALPOST'),
    element('messageUUID', memoUuid(uuid)),
    element('label', line(label, MOST_LABEL)),
    ...(notification === undefined ? [] : [element('notification', line(notification, MOST_NOTIFICATION))]),
    element('mandatory', String(mandatory)),
    element('legalNotification', 'false'),
    within('Sender', [
      element('senderID', sender.cvr),
      element('idType', 'CVR'),
      element('label', line(sender.label, MOST_LABEL)),
    ]),
    within('Recipient', [
      element('recipientID', recipient.cpr),
      element('idType', 'CPR'),
      ...(recipient.label === undefined ? [] : [element('label', line(recipient.label, MOST_LABEL))]),
    ]),
  ]
  const body = [
    element('createdDateTime', createdAt.toString({ smallestUnit: 'second' })),
    within('MainDocument', [fileOf(memo), ...(memo.paymentUrl === undefined ? [] : [payment(memo, memo.paymentUrl)])]),
  ]
  const document = `<memo:Message xmlns:memo="${MEMO}" memoVersion="1.1" memoSchVersion="1.1.0">${within('MessageHeader', header)}${within('MessageBody', body)}</memo:Message>`
  if (Buffer.byteLength(document) > MOST_MEMO_BYTES) throw new MemoTooLarge('the message is larger than 99.5 MB')
  return document
}

/** The request by which the municipal service is asked to take a message to Digital Post, and nowhere else. */
export function kombiRequest(memo: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><kombi_request><KombiValgKode>Digital Post</KombiValgKode>${memo}</kombi_request>`
}

/**
 * The schema takes version 4 of a UUID only, and ours are of version 7: the digit that tells the version is changed and
 * nothing else, so that a receipt leads back to the message without a table.
 */
export function memoUuid(id: MessageId): string {
  return withVersion(id, '7', '4')
}

/** The message behind a `messageUUID`; undefined when it is none of ours. */
export function idOfMemo(uuid: string): MessageId | undefined {
  const given = uuid.trim().toLowerCase()
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(given)) return undefined
  return withVersion(given, '4', '7') as MessageId
}

/** When a message was written, as its id tells: the same each time it is sent. */
export function writtenAt(id: MessageId): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16))
}

const VERSION_AT = 14

function withVersion(uuid: string, from: string, to: string): string {
  if (uuid[VERSION_AT] !== from) throw new RangeError(`an id of version ${from} is expected`)
  return uuid.slice(0, VERSION_AT) + to + uuid.slice(VERSION_AT + 1)
}

const FILE_NAMES = { da: 'brev', en: 'letter' } as const satisfies Record<Language, string>

function fileOf({ content, label, language }: Memo): string {
  const [format, ending, bytes] =
    content.kind === 'pdf'
      ? ['application/pdf', 'pdf', Buffer.from(content.bytes)]
      : ['text/html', 'html', Buffer.from(htmlDocument(line(label, MOST_LABEL), content.text, language), 'utf8')]
  // Before it is made text, which is a third longer: too much would be made for nothing.
  if (bytes.length > MOST_MEMO_BYTES) throw new MemoTooLarge('the document is larger than 99.5 MB')
  return within('File', [
    element('encodingFormat', format),
    // Nothing of the patron or of what it is about stands in the name of a file.
    element('filename', `${FILE_NAMES[language]}.${ending}`),
    element('language', language),
    element('content', bytes.toString('base64')),
  ])
}

const PAY = { da: 'Betal', en: 'Pay' } as const satisfies Record<Language, string>

function payment({ language }: Memo, url: string): string {
  if (url.length > MOST_URL) throw new RangeError('the address of payment is longer than 256 characters')
  return within('Action', [
    element('label', PAY[language]),
    element('actionCode', 'BETALING'),
    within('EntryPoint', [element('url', url)]),
  ])
}

/** On one line, shortened where the schema would refuse it. */
function line(text: string, most: number): string {
  const letters = [...text.replace(/\s+/g, ' ').trim()]
  return letters.length <= most ? letters.join('') : `${letters.slice(0, most - 1).join('')}…`
}

function element(name: string, text: string): string {
  return `<memo:${name}>${xmlText(text)}</memo:${name}>`
}

function within(name: string, children: readonly string[]): string {
  return `<memo:${name}>${children.join('')}</memo:${name}>`
}
