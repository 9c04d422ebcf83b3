/**
 * The four hexadecimal digits after `AZ`: all bytes from the first sign through the letters `AZ`, added and negated,
 * the low sixteen bits.
 */
export function checksumOf(bytes: Uint8Array): string {
  let sum = 0
  for (const byte of bytes) sum += byte
  return hex(sum)
}

/** What machines count that add up characters where bytes are meant. */
export function codePointChecksumOf(text: string): string {
  let sum = 0
  for (let at = 0; at < text.length; at++) sum += text.charCodeAt(at)
  return hex(sum)
}

function hex(sum: number): string {
  return (-sum & 0xffff).toString(16).toUpperCase().padStart(4, '0')
}
