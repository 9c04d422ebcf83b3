/** What lies on a tag of the Danish data model (DS/INF 28560, from ISO 28560-3). */
export interface TagData {
  /** The item number, as in the barcode. */
  readonly item: string
  /** Which part of the item this is, from 1, and how many parts it has: a game of three discs, each with its tag. */
  readonly part: number
  readonly parts: number
  readonly usage: 'acquisition' | 'circulating' | 'not-for-loan' | 'discarded' | 'patron-card' | 'other'
  /** The agency number of the owner, without country. */
  readonly owner: string
}

/** The application family (AFI) that gates look for: an item in the library, and one that may leave it. */
export const AFI = { inHouse: 0x07, checkedOut: 0xc2 } as const

const LENGTH = 34
const ITEM = { from: 3, to: 19 } as const
const CRC_AT = 19
const COUNTRY = { from: 21, to: 23 } as const
const OWNER = { from: 23, to: 34 } as const
const USAGES: Readonly<Record<number, TagData['usage']>> = {
  0: 'acquisition',
  1: 'circulating',
  2: 'not-for-loan',
  7: 'discarded',
  8: 'patron-card',
}

/** Reads the first bytes of a tag; undefined when its checksum says that they are not what was written. */
export function readTag(bytes: Uint8Array): TagData | undefined {
  // Some makers wrote each block of four bytes the other way round.
  return readInOrder(padded(bytes)) ?? readInOrder(padded(blocksReversed(bytes)))
}

/** The bytes of a tag, as a programming station writes them. */
export function writeTag(tag: Omit<TagData, 'usage'>): Uint8Array {
  const bytes = Buffer.alloc(LENGTH)
  bytes[0] = 0x11
  bytes[1] = tag.parts
  bytes[2] = tag.part
  bytes.write(tag.item, ITEM.from, ITEM.to - ITEM.from, 'latin1')
  bytes.write('DK', COUNTRY.from, 'latin1')
  bytes.write(tag.owner, OWNER.from, OWNER.to - OWNER.from, 'latin1')
  bytes.writeUInt16LE(checksum(bytes), CRC_AT)
  return bytes
}

/** CRC-16 with polynomial 1021 and beginning FFFF, bits not reflected. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff
  for (const byte of bytes) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff
  }
  return crc
}

function readInOrder(bytes: Buffer): TagData | undefined {
  if (bytes.readUInt8(0) >> 4 !== 1 || bytes.readUInt16LE(CRC_AT) !== checksum(bytes)) return undefined
  return {
    item: textIn(bytes, ITEM),
    parts: bytes.readUInt8(1),
    part: bytes.readUInt8(2),
    usage: USAGES[bytes.readUInt8(0) & 0x0f] ?? 'other',
    owner: textIn(bytes, OWNER),
  }
}

/** Over all but the checksum itself; a tag of 32 bytes counts as if zeroes followed. */
function checksum(bytes: Buffer): number {
  return crc16(Buffer.concat([bytes.subarray(0, CRC_AT), bytes.subarray(COUNTRY.from, LENGTH)]))
}

function textIn(bytes: Buffer, { from, to }: { readonly from: number; readonly to: number }): string {
  return bytes.toString('latin1', from, to).replace(/\0.*$/s, '').trim()
}

function padded(bytes: Uint8Array): Buffer {
  const whole = Buffer.alloc(LENGTH)
  whole.set(bytes.subarray(0, LENGTH))
  return whole
}

function blocksReversed(bytes: Uint8Array): Uint8Array {
  const turned = Buffer.alloc(Math.ceil(bytes.length / 4) * 4)
  turned.set(bytes)
  for (let at = 0; at < turned.length; at += 4) turned.subarray(at, at + 4).reverse()
  return turned
}
