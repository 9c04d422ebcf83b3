import type { IncomingMessage } from 'node:http'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { addressingName, bornOn, type SimulatedCitizen, standardAddress } from './cpr-service-citizens.ts'

/*
 * The two SOAP services as their contracts describe them: PersonBaseDataExtended 4 (SF1520) and CprSubscriptionService 1
 * (SF6002). What a contract does not allow is a fault, so that a client that passes here sends what was agreed.
 */

const ENVELOPE = 'http://schemas.xmlsoap.org/soap/envelope/'
const INVOCATION = 'http://serviceplatformen.dk/xml/schemas/InvocationContext/1/'
const AUTHORITY = 'http://serviceplatformen.dk/xml/schemas/AuthorityContext/1/'
const PNR = 'http://serviceplatformen.dk/xml/schemas/cpr/PNR/1/'
const FAULT = 'http://serviceplatformen.dk/xml/schemas/ServiceplatformFault/1/'
const LOOKUP = 'http://serviceplatformen.dk/xml/wsdl/soap11/CPR/PersonBaseDataExtended/4/'
const SUBSCRIPTION = 'http://serviceplatformen.dk/xml/wsdl/soap11/CprSubscriptionService/1/'

export const LOOKUP_PATH = '/service/CPR/PersonBaseDataExtended/4'
export const SUBSCRIPTION_PATH = '/service/CPRSubscription/CPRSubscription/1/'

export const OPERATIONS = ['PersonLookup', 'AddPNRSubscription', 'RemovePNRSubscription', 'GetAllFilters'] as const
export type Operation = (typeof OPERATIONS)[number]

/** A request that keeps to the contract. */
export interface CprRequest {
  readonly operation: Operation
  readonly context: Readonly<Record<string, string>>
  readonly municipalityCvr: string | null
  readonly cpr: string | null
}

/** What becomes a SOAP fault. */
export class SoapFault extends Error {}

const MOST_BYTES = 100_000

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length
    if (length > MOST_BYTES) throw new RangeError('the request is too long')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

/** @throws SoapFault naming what the contract does not allow */
export function readRequest(
  path: string,
  action: string | undefined,
  type: string | undefined,
  body: string,
): CprRequest {
  if (!/^text\/xml\s*;\s*charset=utf-8$/i.test(type ?? '')) throw new SoapFault('content-type is not text/xml in UTF-8')
  const envelope = elementIn(body)
  is(envelope, ENVELOPE, 'Envelope')
  const parts = envelope.children.filter(({ name }) => name !== `{${ENVELOPE}}Header`)
  const soapBody = is(parts[0], ENVELOPE, 'Body')
  if (parts.length !== 1 || soapBody.children.length !== 1) throw new SoapFault('a body holds one element')
  const [request] = soapBody.children as [Element]
  const operation = OPERATIONS.find((one) => {
    const lookup = one === 'PersonLookup'
    return (
      path === (lookup ? LOOKUP_PATH : SUBSCRIPTION_PATH) &&
      request.name === (lookup ? `{${LOOKUP}}PersonLookupRequest` : `{${SUBSCRIPTION}}${one}`)
    )
  })
  if (!operation) throw new SoapFault(`${request.name} is no operation of ${path}`)
  const wanted = operation === 'PersonLookup' ? `"${LOOKUP}PersonLookup"` : '""'
  if (action !== wanted) throw new SoapFault(`SOAPAction must be ${wanted}`)
  const rest = [...request.children]
  let municipalityCvr: string | null = null
  if (operation === 'PersonLookup' && rest[0]?.name === `{${AUTHORITY}}AuthorityContext`) {
    const authority = rest.shift() as Element
    municipalityCvr = is(authority.children[0], AUTHORITY, 'MunicipalityCVR').text
  }
  const context = contextIn(is(rest.shift(), INVOCATION, 'InvocationContext'))
  const cpr = operation === 'GetAllFilters' ? null : is(rest.shift(), PNR, 'PNR').text
  if (rest.length > 0) throw new SoapFault(`${rest[0]?.name} is not expected here`)
  if (cpr !== null && !/^\d{10}$/.test(cpr)) throw new SoapFault('a PNR has ten digits')
  return { operation, context, municipalityCvr, cpr }
}

const REQUIRED = ['ServiceAgreementUUID', 'UserSystemUUID', 'UserUUID', 'ServiceUUID']
const ALLOWED = [...REQUIRED, 'OnBehalfOfUser', 'CallersServiceCallIdentifier', 'AccountingInfo']

/** In any order, each once. */
function contextIn({ children }: Element): Record<string, string> {
  const context: Record<string, string> = {}
  for (const child of children) {
    const local = ALLOWED.find((name) => child.name === `{${INVOCATION}}${name}`)
    if (!local || local in context) throw new SoapFault(`${child.name} is not expected in the InvocationContext`)
    if (REQUIRED.includes(local) && !/^[a-f0-9]{8}(-[a-f0-9]{4}){3}-[a-f0-9]{12}$/.test(child.text)) {
      throw new SoapFault(`${local} is no UUID`)
    }
    context[local] = child.text
  }
  for (const name of REQUIRED) if (!(name in context)) throw new SoapFault(`${name} is missing`)
  return context
}

interface Element {
  /** `{namespace}local`. */
  readonly name: string
  readonly children: readonly Element[]
  readonly text: string
}

function is(element: Element | undefined, namespace: string, local: string): Element {
  if (element?.name !== `{${namespace}}${local}`) {
    throw new SoapFault(`${local} is expected where ${element?.name ?? 'nothing'} stands`)
  }
  return element
}

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  processEntities: false,
  ignoreDeclaration: true,
})

type Node = Record<string, unknown>

function elementIn(text: string): Element {
  if (XMLValidator.validate(text) !== true) throw new SoapFault('the request is not well-formed')
  const [root] = (parser.parse(text) as Node[]).flatMap((node) => resolved(node, new Map()))
  if (!root) throw new SoapFault('the request is empty')
  return root
}

/** Names with the namespaces they stand for, whatever prefix the client likes. */
function resolved(node: Node, outer: ReadonlyMap<string, string>): Element[] {
  const tag = Object.keys(node).find((key) => key !== ':@' && key !== '#text')
  if (tag === undefined) return []
  const scope = new Map(outer)
  for (const [attribute, value] of Object.entries((node[':@'] ?? {}) as Record<string, string>)) {
    if (attribute === 'xmlns') scope.set('', value)
    else if (attribute.startsWith('xmlns:')) scope.set(attribute.slice('xmlns:'.length), value)
  }
  const [prefix, local] = tag.includes(':') ? (tag.split(':') as [string, string]) : ['', tag]
  const inner = node[tag] as Node[]
  return [
    {
      name: `{${scope.get(prefix) ?? ''}}${local}`,
      children: inner.flatMap((child) => resolved(child, scope)),
      text: inner.map((child) => ('#text' in child ? String(child['#text']) : '')).join(''),
    },
  ]
}

// --- answers ---

export function faultXml(text: string): string {
  const said = escaped(text)
  return enveloped(
    `<soap:Fault><faultcode>soap:Server</faultcode><faultstring>${said}</faultstring><detail><ns4:ServiceplatformFault xmlns:ns4="${FAULT}"><ns4:ErrorList><ns4:Error><ns4:ErrorCode>KVIT</ns4:ErrorCode><ns4:ErrorText>${said}</ns4:ErrorText></ns4:Error></ns4:ErrorList></ns4:ServiceplatformFault></detail></soap:Fault>`,
  )
}

export function resultXml(operation: Operation, result: string): string {
  return enveloped(
    `<ns3:${operation}Response xmlns:ns2="${PNR}" xmlns:ns3="${SUBSCRIPTION}"><ns3:Result>${result}</ns3:Result></ns3:${operation}Response>`,
  )
}

export function filtersXml(cprs: readonly string[]): string {
  const each = cprs.map((cpr) => `<ns2:PNR>${cpr}</ns2:PNR>`).join('')
  return enveloped(
    `<ns3:GetAllFiltersResponse xmlns="${INVOCATION}" xmlns:ns2="${PNR}" xmlns:ns3="${SUBSCRIPTION}"><ns3:MunicipalityCode>706</ns3:MunicipalityCode>${each}<ns3:noFilter>false</ns3:noFilter></ns3:GetAllFiltersResponse>`,
  )
}

const CUSTODY = { mother: 3, father: 4, other: 5 } as const

/** In the order of the contract; dates carry a zone, numbers lose their leading zeros, as the real ones do. */
export function personXml(citizen: SimulatedCitizen, today: Temporal.PlainDate): string {
  const { cpr, name, address, protection, custody = [] } = citizen
  const active = protection && protection.from <= today.toString() && today.toString() <= (protection.until ?? '9999')
  const parent = (as: 'mother' | 'father') => custody.find((one) => one.as === as)?.cpr ?? '0000000000'
  const persondata = [
    tag('personnummer', cpr),
    tag('gaeldendePersonnummer', citizen.currentCpr ?? cpr),
    within('navn', [
      tag('personadresseringsnavn', addressingName(citizen)),
      tag('fornavn', name.first),
      tag('mellemnavn', name.middle),
      tag('efternavn', name.last),
    ]),
    within('foedselsdato', [tag('dato', `${bornOn(cpr)}+01:00`)]),
    tag('koen', Number(cpr[9]) % 2 === 0 ? 'K' : 'M'),
    tag('antalBoernUnder18', '0'),
    within('status', [tag('status', String(citizen.status ?? 1))]),
    within('adressebeskyttelse', [
      tag('startdato', protection?.from),
      tag('slutdato', protection?.until),
      tag('beskyttet', active ? 'true' : 'false'),
    ]),
    within('vejviserbeskyttelse', [tag('beskyttet', 'true')]),
  ]
  const aktuelAdresse = address && [
    tag('kommunekode', String(Number(address.municipality))),
    tag('vejkode', '1'),
    tag('husnummer', address.houseNumber),
    tag('etage', address.floor),
    tag('sidedoer', address.door),
    tag('postnummer', address.postcode),
    tag('postdistrikt', address.city),
    tag('vejnavn', address.road),
    tag('standardadresse', standardAddress(address)),
    tag('adresseringsnavn', addressingName(citizen)),
    tag('vejadresseringsnavn', address.road),
  ]
  const relationer = [
    within('mor', [tag('personnummer', parent('mother'))]),
    within('far', [tag('personnummer', parent('father'))]),
    ...custody.map((one) =>
      within('foraeldremyndighed', [
        tag('foraeldremyndighedtype', String(CUSTODY[one.as])),
        // Of a parent it says only that they have custody; their number stands above.
        one.as === 'other' ? tag('relationPersonnummer', one.cpr) : '',
      ]),
    ),
  ]
  return enveloped(
    `<PersonLookupResponse xmlns="${LOOKUP}">${within('persondata', persondata)}${within('adresse', [
      aktuelAdresse ? within('aktuelAdresse', aktuelAdresse) : '',
    ])}${within('relationer', relationer)}</PersonLookupResponse>`,
  )
}

function enveloped(body: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="${ENVELOPE}"><soap:Body>${body}</soap:Body></soap:Envelope>`
}

function tag(name: string, value: string | null | undefined): string {
  return value ? `<${name}>${escaped(value)}</${name}>` : ''
}

function within(name: string, parts: readonly string[]): string {
  return `<${name}>${parts.join('')}</${name}>`
}

function escaped(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
