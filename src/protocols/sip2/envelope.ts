import { XMLParser } from 'fast-xml-parser'
import { ok, type Result, refuse } from '#core'

/** What a machine sends over HTTP: who it is and one message, since nothing is remembered between two. */
export interface Envelope {
  readonly login: string
  readonly password: string
  readonly message: string
}

export type EnvelopeFault =
  | { readonly kind: 'no-xml' }
  | { readonly kind: 'missing'; readonly field: 'LOGIN_NAME' | 'LOGIN_PASSWORD' | 'REQUEST' }

const NAMESPACE = 'http://axiell.com/Schema/sip.xsd'

const parser = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  ignoreDeclaration: true,
  ignorePiTags: true,
  parseTagValue: false,
  parseAttributeValue: false,
  // The blanks of a message are part of it.
  trimValues: false,
  // Entities are five and numbers; what a document declares itself is not looked at.
  processEntities: false,
})

export function readEnvelope(xml: string): Result<Envelope, EnvelopeFault> {
  if (/<!DOCTYPE/i.test(xml)) return refuse({ kind: 'no-xml' })
  const sip = rootOf(xml)
  if (!sip) return refuse({ kind: 'no-xml' })
  const login = textOf(sip['@login'])
  const password = textOf(sip['@password'])
  const message = textOf(sip.request)
  if (!login) return refuse({ kind: 'missing', field: 'LOGIN_NAME' })
  if (!password) return refuse({ kind: 'missing', field: 'LOGIN_PASSWORD' })
  if (!message?.trim()) return refuse({ kind: 'missing', field: 'REQUEST' })
  return ok({ login, password, message: message.replace(/^\s+|[\r\n\t]+$/g, '') })
}

function rootOf(xml: string): Record<string, unknown> | undefined {
  try {
    const document: unknown = parser.parse(xml)
    return isRecord(document) && isRecord(document.sip) ? document.sip : undefined
  } catch {
    return undefined
  }
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return decoded(value)
  return isRecord(value) && typeof value['#text'] === 'string' ? decoded(value['#text']) : undefined
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function decoded(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi, (all, hex, number, name) => {
    if (name) return NAMED[String(name).toLowerCase()] ?? all
    const code = hex ? Number.parseInt(hex, 16) : Number(number)
    return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : all
  })
}

/** The answer on one line and without a prefix: it is found by looking at the raw text. */
export function responseEnvelope(message: string): string {
  return wrap(`<response>${escaped(message)}</response>`)
}

export function errorEnvelope(text: string): string {
  return wrap(`<error>${escaped(text)}</error>`)
}

export function faultEnvelope(correlationId: string): string {
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><restExceptionInfo><correlationId>${correlationId}</correlationId><errorCode>INTERNAL_ERROR</errorCode></restExceptionInfo>`
}

function wrap(inner: string): string {
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><ns2:sip xmlns:ns2="${NAMESPACE}">${inner}</ns2:sip>`
}

function escaped(text: string): string {
  return text
    .replace(/[\r\n]+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
