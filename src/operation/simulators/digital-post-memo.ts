import { XMLParser, XMLValidator } from 'fast-xml-parser'

/*
 * MeMo 1.1 as its schema orders it, as far as a library's messages go. It is read anew here and shares nothing with what
 * writes it, so that a message which passes is one that Digital Post would take.
 */

const MEMO = 'https://DigitalPost.dk/MeMo-1'
const UUID4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/
const ACTIONS = [
  'AFTALE',
  'BETALING',
  'SELVBETJENING',
  'INFORMATION',
  'UNDERSKRIV',
  'BEKRAEFT',
  'FORBEREDELSE',
  'TILMELDING',
]

/** The message does not keep to the schema. Names elements, and never what stands in them. */
export class MemoFault extends Error {}

export interface ReceivedMemo {
  readonly uuid: string
  readonly label: string
  readonly notification: string | null
  readonly mandatory: boolean
  readonly sender: { readonly cvr: string; readonly label: string }
  readonly cpr: string
  readonly createdAt: string
  readonly format: string
  readonly fileName: string
  readonly language: string
  readonly content: Buffer
  /** The letters of a text or an HTML page; null of anything else. */
  readonly text: string | null
  readonly actions: readonly { readonly code: string; readonly label: string; readonly url: string }[]
}

/** @throws MemoFault naming what is wrong */
export function readKombiRequest(xml: string): ReceivedMemo {
  const request = rootOf(xml)
  if (request.name !== 'kombi_request') throw new MemoFault('kombi_request is expected')
  const [choice, message, ...more] = request.children
  if (choice?.name !== 'KombiValgKode' || choice.text !== 'Digital Post') throw new MemoFault('KombiValgKode is wrong')
  if (!message || more.length > 0) throw new MemoFault('one Message is expected')
  if (message.name !== 'memo:Message' || message.attributes['xmlns:memo'] !== MEMO) {
    throw new MemoFault('the Message has not the prefix memo of MeMo-1')
  }
  if (message.attributes.memoVersion !== '1.1' || message.attributes.memoSchVersion !== '1.1.0') {
    throw new MemoFault('the version is not 1.1')
  }
  const [header, body] = inOrder(message, ['MessageHeader', 'MessageBody'])
  return { ...headerOf(header as Element), ...bodyOf(body as Element) }
}

function headerOf(header: Element) {
  const [type, uuid, label, notification, mandatory, legal, sender, recipient] = inOrder(header, [
    'messageType',
    'messageUUID',
    'label',
    'notification?',
    'mandatory',
    'legalNotification',
    'Sender',
    'Recipient',
  ])
  if (type?.text !== 'DIGITALPOST') throw new MemoFault('messageType is not DIGITALPOST')
  const [senderId, senderType, senderLabel] = inOrder(sender as Element, ['senderID', 'idType', 'label'])
  const [recipientId, recipientType] = inOrder(recipient as Element, ['recipientID', 'idType', 'label?'])
  if (senderType?.text !== 'CVR') throw new MemoFault('the sender’s idType is not CVR')
  if (recipientType?.text !== 'CPR') throw new MemoFault('the recipient’s idType is not CPR')
  for (const one of [mandatory, legal]) {
    if (one?.text !== 'true' && one?.text !== 'false') throw new MemoFault(`${one?.name} is neither true nor false`)
  }
  return {
    uuid: matching(uuid, UUID4).toLowerCase(),
    label: atMost(label, 256),
    notification: notification ? atMost(notification, 150) : null,
    mandatory: mandatory?.text === 'true',
    sender: { cvr: matching(senderId, /^\d{8}$/), label: atMost(senderLabel, 256) },
    cpr: matching(recipientId, /^\d{10}$/),
  }
}

function bodyOf(body: Element) {
  const [createdAt, main] = inOrder(body, ['createdDateTime', 'MainDocument'])
  const document = main as Element
  const first = document.children[0]?.name === 'memo:label' ? 1 : 0
  const file = document.children[first]
  if (file?.name !== 'memo:File') throw new MemoFault('MainDocument holds no File')
  const [format, fileName, language, content] = inOrder(file, ['encodingFormat', 'filename', 'language', 'content'])
  const bytes = Buffer.from(
    matching(content, /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/),
    'base64',
  )
  if (bytes.length === 0) throw new MemoFault('content is empty')
  const isText = format?.text === 'text/html' || format?.text === 'text/plain'
  const isPdf = format?.text === 'application/pdf'
  if (!isText && !isPdf) throw new MemoFault('encodingFormat is not one Digital Post shows')
  if (isPdf && !bytes.subarray(0, 5).equals(Buffer.from('%PDF-'))) throw new MemoFault('content is no PDF')
  return {
    createdAt: matching(createdAt, INSTANT),
    format: format.text,
    fileName: atMost(fileName, 256),
    language: matching(language, /^[a-z]{2}$/),
    content: bytes,
    text: isText ? lettersOf(bytes.toString('utf8')) : null,
    actions: document.children.slice(first + 1).map(actionOf),
  }
}

function actionOf(action: Element) {
  if (action.name !== 'memo:Action') throw new MemoFault(`${action.name} is not expected after File`)
  const [label, code, entry] = inOrder(action, ['label', 'actionCode', 'EntryPoint'])
  const [url] = inOrder(entry as Element, ['url'])
  if (!ACTIONS.includes(code?.text ?? '')) throw new MemoFault('actionCode is none')
  return { label: atMost(label, 256), code: code?.text ?? '', url: matching(url, /^https?:\/\/.{1,248}$/) }
}

/** The children by name, in this order and no others; a name with `?` may be missing and is then undefined. */
function inOrder(element: Element, names: readonly string[]): (Element | undefined)[] {
  const rest = [...element.children]
  const found = names.map((wanted) => {
    const name = `memo:${wanted.replace('?', '')}`
    if (rest[0]?.name === name) return rest.shift()
    if (wanted.endsWith('?')) return undefined
    throw new MemoFault(`${name} is expected in ${element.name} where ${rest[0]?.name ?? 'nothing'} stands`)
  })
  if (rest.length > 0) throw new MemoFault(`${rest[0]?.name} is not expected in ${element.name}`)
  return found
}

function matching(element: Element | undefined, pattern: RegExp): string {
  if (!element || !pattern.test(element.text)) throw new MemoFault(`${element?.name ?? 'an element'} has not its form`)
  return element.text
}

function atMost(element: Element | undefined, letters: number): string {
  const text = element?.text ?? ''
  if (text === '' || [...text].length > letters) throw new MemoFault(`${element?.name} is empty or too long`)
  return text
}

/** As a reader would show it, without what is markup. */
function lettersOf(page: string): string {
  const body = /<body[^>]*>([\s\S]*)<\/body>/i.exec(page)?.[1] ?? page
  const text = body.replace(/<[^>]+>/g, '').trim()
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}

interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly Element[]
  readonly text: string
}

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  processEntities: true,
})

type Node = Record<string, unknown>

function rootOf(xml: string): Element {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML 1.0 forbids
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(xml) || !xml.isWellFormed()) {
    throw new MemoFault('there are characters in it that XML does not allow')
  }
  if (/<!DOCTYPE/i.test(xml) || XMLValidator.validate(xml) !== true) throw new MemoFault('it is not well-formed')
  const root = (parser.parse(xml) as Node[]).flatMap(elementOf)[0]
  if (!root) throw new MemoFault('it is empty')
  return root
}

function elementOf(node: Node): Element[] {
  const name = Object.keys(node).find((key) => key !== ':@' && key !== '#text')
  if (name === undefined) return []
  const inner = node[name] as Node[]
  return [
    {
      name,
      attributes: (node[':@'] ?? {}) as Record<string, string>,
      children: inner.flatMap(elementOf),
      text: inner.map((child) => ('#text' in child ? String(child['#text']) : '')).join(''),
    },
  ]
}
