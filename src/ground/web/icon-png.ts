import { crc32, deflateSync } from 'node:zlib'

const WHITE = [255, 255, 255] as const

/**
 * The picture of a site on a home screen: an open book on its colour, drawn as squares so that no other program is
 * needed. What matters lies in the middle, since phones cut the corners.
 * @param colour as `#1a2b3c`
 */
export function bookIcon(size: number, colour: string): Buffer {
  const ground = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
  const rows: Buffer[] = []
  for (let y = 0; y < size; y++) {
    const row = Buffer.alloc(1 + size * 3)
    for (let x = 0; x < size; x++) {
      row.set(isBook((x + 0.5) / size, (y + 0.5) / size) ? WHITE : ground, 1 + x * 3)
    }
    rows.push(row)
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(size, 0)
  header.writeUInt32BE(size, 4)
  header.set([8, 2], 8)
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows), { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** Two pages that lean on each other, with lines of text, in a square of side 1. */
function isBook(x: number, y: number): boolean {
  const fromSpine = Math.abs(x - 0.5)
  if (fromSpine < 0.012 || fromSpine > 0.28) return false
  const top = 0.3 + 0.06 * (fromSpine / 0.28)
  const isPage = y > top && y < top + 0.36
  const isLine = fromSpine > 0.06 && fromSpine < 0.22 && [0.1, 0.17, 0.24].some((at) => Math.abs(y - top - at) < 0.012)
  return isPage && !isLine
}

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(content.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}
