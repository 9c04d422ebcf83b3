import { Agent as HttpAgent, type IncomingMessage, request as plainRequest } from 'node:http'
import { Agent as HttpsAgent, request as tlsRequest } from 'node:https'
import { z } from 'zod'
import { RegisterDown } from '#patrons'
import type { CprConnection, CprEndpoint } from './config.ts'
import { readXml, xmlText } from './xml.ts'

const ENVELOPE = 'http://schemas.xmlsoap.org/soap/envelope/'
const INVOCATION = 'http://serviceplatformen.dk/xml/schemas/InvocationContext/1/'
const AUTHORITY = 'http://serviceplatformen.dk/xml/schemas/AuthorityContext/1/'
const PNR = 'http://serviceplatformen.dk/xml/schemas/cpr/PNR/1/'

export interface SoapCall {
  readonly endpoint: CprEndpoint
  readonly action: string
  readonly namespace: string
  readonly element: string
  /** The contract of the subscriptions knows no authority. */
  readonly withAuthority: boolean
  readonly cpr: string | null
  readonly timeoutMs: number
  readonly mostBytes: number
}

/** What stood in the body. A fault's text may name the person, so it goes no further than here. */
export type SoapAnswer =
  | { readonly kind: 'body'; readonly body: Readonly<Record<string, unknown>> }
  /** The service knows nobody by this number. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'not-authorised' }
  | { readonly kind: 'fault' }

export type CallSoap = (call: SoapCall) => Promise<SoapAnswer>

interface Reply {
  readonly status: number
  readonly text: string
}

/** Calls over connections that are kept for a while and show our certificate. */
export function soapOver(connection: CprConnection): CallSoap {
  const options = { keepAlive: true, maxSockets: 4 }
  const { tls } = connection
  const secured = new HttpsAgent({
    ...options,
    minVersion: 'TLSv1.2',
    ...(tls ? { cert: tls.certificate, key: tls.key, ...(tls.ca === null ? {} : { ca: tls.ca }) } : {}),
  })
  const plain = new HttpAgent(options)
  return async (call) => {
    const ask = () => post(call, envelope(connection, call), { secured, plain })
    try {
      return answerIn(await ask())
    } catch (fault) {
      // A kept connection may have been closed just as we wrote on it; each call may be made twice without harm.
      if (!wasReset(fault)) throw downBy(fault)
    }
    try {
      return answerIn(await ask())
    } catch (fault) {
      throw downBy(fault)
    }
  }
}

function envelope(connection: CprConnection, { endpoint, namespace, element, withAuthority, cpr }: SoapCall): string {
  const of = (prefix: string, name: string, value: string) => `<${prefix}:${name}>${xmlText(value)}</${prefix}:${name}>`
  const { municipalityCvr, accountingInfo } = connection
  const authority =
    withAuthority && municipalityCvr !== null
      ? `<aut:AuthorityContext>${of('aut', 'MunicipalityCVR', municipalityCvr)}</aut:AuthorityContext>`
      : ''
  const invocation = [
    of('inv', 'ServiceAgreementUUID', endpoint.serviceAgreement),
    of('inv', 'UserSystemUUID', connection.userSystem),
    of('inv', 'UserUUID', connection.user),
    of('inv', 'ServiceUUID', endpoint.service),
    ...(accountingInfo === null ? [] : [of('inv', 'AccountingInfo', accountingInfo)]),
  ].join('')
  const namespaces = `xmlns:s="${ENVELOPE}" xmlns:m="${namespace}" xmlns:inv="${INVOCATION}" xmlns:aut="${AUTHORITY}" xmlns:cpr="${PNR}"`
  const person = cpr === null ? '' : of('cpr', 'PNR', cpr)
  return `<?xml version="1.0" encoding="UTF-8"?><s:Envelope ${namespaces}><s:Header/><s:Body><m:${element}>${authority}<inv:InvocationContext>${invocation}</inv:InvocationContext>${person}</m:${element}></s:Body></s:Envelope>`
}

function post(call: SoapCall, body: string, agents: { secured: HttpsAgent; plain: HttpAgent }): Promise<Reply> {
  const url = new URL(call.endpoint.url)
  const bytes = Buffer.from(body, 'utf8')
  const options = {
    method: 'POST',
    headers: {
      'content-type': 'text/xml; charset=utf-8',
      'content-length': bytes.length,
      soapaction: `"${call.action}"`,
      accept: 'text/xml',
      'accept-encoding': 'identity',
    },
    signal: AbortSignal.timeout(call.timeoutMs),
  }
  return new Promise((resolve, reject) => {
    const receive = (response: IncomingMessage) => {
      bytesOf(response, call.mostBytes)
        .then((all) =>
          resolve({ status: response.statusCode ?? 0, text: textOf(all, response.headers['content-type']) }),
        )
        .catch(reject)
    }
    const request =
      url.protocol === 'https:'
        ? tlsRequest(url, { ...options, agent: agents.secured }, receive)
        : plainRequest(url, { ...options, agent: agents.plain }, receive)
    request.once('error', reject)
    request.end(bytes)
  })
}

async function bytesOf(response: IncomingMessage, most: number): Promise<Buffer> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length
    // Leaving the loop closes the connection.
    if (length > most) throw new RegisterDown('The CPR register’s answer is larger than any answer should be.')
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** A name read in the wrong character set would be printed on letters, so what does not fit is no answer. */
function textOf(bytes: Buffer, type: string | undefined): string {
  const said = /charset\s*=\s*"?([\w.:-]+)/i.exec(type ?? '')?.[1]
  const declared = /^[^>]{0,100}\bencoding\s*=\s*["']([\w.:-]+)/.exec(bytes.subarray(0, 200).toString('latin1'))?.[1]
  try {
    return new TextDecoder(said ?? declared ?? 'utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new RegisterDown('The CPR register’s answer is not in the character set it says.')
  }
}

const part = z.record(z.string(), z.unknown())
const envelopeShape = z.object({ Envelope: z.object({ Body: part }) })
const faultShape = z.object({
  faultstring: z.string().default(''),
  detail: z
    .object({
      ServiceplatformFault: z.object({
        ErrorList: z.object({
          Error: z.array(z.object({ ErrorCode: z.string().default(''), ErrorText: z.string().default('') })),
        }),
      }),
    })
    .optional()
    .catch(undefined),
})

function answerIn({ status, text }: Reply): SoapAnswer {
  if (status === 401 || status === 403) return { kind: 'not-authorised' }
  // SOAP over HTTP sends a fault as 500; anything else comes from something in between.
  if (status !== 200 && status !== 500) throw new RegisterDown(`The CPR register answers with HTTP status ${status}.`)
  const read = envelopeShape.safeParse(readXml(text))
  if (!read.success) throw new RegisterDown('The CPR register’s answer could not be read.')
  const { Fault: raised, ...body } = read.data.Envelope.Body
  if (raised === undefined && status === 200) return { kind: 'body', body }
  const fault = faultShape.safeParse(raised)
  if (!fault.success) throw new RegisterDown('The CPR register’s answer could not be read.')
  const errors = fault.data.detail?.ServiceplatformFault.ErrorList.Error ?? []
  const texts = [fault.data.faultstring, ...errors.map((error) => `${error.ErrorCode} ${error.ErrorText}`)].join('\n')
  if (/\bPNR not found\b/i.test(texts)) return { kind: 'unknown' }
  return { kind: FORBIDDEN.test(texts) ? 'not-authorised' : 'fault' }
}

const FORBIDDEN = /not authori[sz]ed|unauthori[sz]ed|access denied|not permitted|service agreement/i

function codeOf(fault: unknown): string | undefined {
  return fault instanceof Error && 'code' in fault && typeof fault.code === 'string' ? fault.code : undefined
}

function wasReset(fault: unknown): boolean {
  return ['ECONNRESET', 'EPIPE'].includes(codeOf(fault) ?? '')
}

function downBy(fault: unknown): RegisterDown {
  if (fault instanceof RegisterDown) return fault
  const code = codeOf(fault)
  if (code === 'ABORT_ERR' || (fault instanceof Error && fault.name === 'TimeoutError')) {
    return new RegisterDown('The CPR register did not answer in time.')
  }
  return new RegisterDown(`The CPR register cannot be reached${code ? ` (${code})` : ''}.`)
}
