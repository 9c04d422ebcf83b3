import { createPublicKey } from 'node:crypto'
import { BlockList, isIP } from 'node:net'

/*
 * An endpoint is an address a browser tells us to send to. Whoever is signed in can tell us any, so that it must not
 * make us knock on doors inside the municipality's network: it is looked at when it is given, and what its name leads
 * to is looked at again on each sending, since a name can be led elsewhere in between.
 */

const MOST_LETTERS = 2048

const notPublic = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  notPublic.addSubnet(network, prefix, 'ipv4')
}
const publicV6 = new BlockList()
publicV6.addSubnet('2000::', 3, 'ipv6')
// Addresses that carry another address in them, and examples.
const notPublicV6 = new BlockList()
for (const [network, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  notPublicV6.addSubnet(network, prefix, 'ipv6')
}

/** Whether an IP address is one of the open internet: of no private, local, shared, example or multicast network. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !notPublic.check(address, 'ipv4')
    case 6:
      return publicV6.check(address, 'ipv6') && !notPublicV6.check(address, 'ipv6')
    default:
      return false
  }
}

/** Names that only a local network knows. */
const LOCAL_NAME =
  /(^|\.)(localhost|local|localdomain|internal|intranet|lan|home|corp|private|arpa|test|invalid|onion)\.?$/i

/** Whether a push service can be there: over TLS at the usual port, by a name or address of the open internet. */
export function isPushEndpoint(endpoint: string): boolean {
  const url = pushUrl(endpoint)
  if (url?.protocol !== 'https:' || url.port !== '') return false
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  if (isIP(host)) return isPublicAddress(host)
  return host.includes('.') && !LOCAL_NAME.test(host)
}

/** As {@link isPushEndpoint}, for a push service that stands in for the world on this machine. */
export function isEndpointHere(endpoint: string): boolean {
  const url = pushUrl(endpoint)
  return url?.protocol === 'http:' && url.hostname === '127.0.0.1'
}

function pushUrl(endpoint: string): URL | undefined {
  if (endpoint.length > MOST_LETTERS) return undefined
  const url = URL.parse(endpoint)
  // A name and password would be sent along, or would make the host look like another.
  return url && url.username === '' && url.password === '' && url.hash === '' ? url : undefined
}

/** Whether messages can be sealed for these keys (RFC 8291): a point of P-256, and sixteen bytes. */
export function arePushKeys({ p256dh, auth }: { readonly p256dh: string; readonly auth: string }): boolean {
  const [point, secret] = [bytesIn(p256dh), bytesIn(auth)]
  if (secret?.length !== 16 || point?.length !== 65 || point[0] !== 4) return false
  const part = (from: number, to: number) => point.subarray(from, to).toString('base64url')
  try {
    createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: part(1, 33), y: part(33, 65) }, format: 'jwk' })
    return true
  } catch {
    return false
  }
}

function bytesIn(text: string): Buffer | undefined {
  return /^[A-Za-z0-9_-]{1,100}$/.test(text) ? Buffer.from(text, 'base64url') : undefined
}
