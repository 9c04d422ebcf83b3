/** What a machine was set to when it was installed. `iso-8859-1` reads the signs of Windows beside it. */
export const CHARSETS = ['utf-8', 'iso-8859-1', 'cp850'] as const
export type Charset = (typeof CHARSETS)[number]

/** The upper halves, from 0x80. Where Windows has no sign stands the control character itself, so that all bytes differ. */
const UPPER: Readonly<Record<Exclude<Charset, 'utf-8'>, string>> = {
  'iso-8859-1':
    '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ' +
    Array.from({ length: 0x60 }, (_, index) => String.fromCharCode(0xa0 + index)).join(''),
  cp850:
    'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0',
}

const BYTE_OF: Readonly<Record<Exclude<Charset, 'utf-8'>, ReadonlyMap<string, number>>> = {
  'iso-8859-1': bytesOf(UPPER['iso-8859-1']),
  cp850: bytesOf(UPPER.cp850),
}

/** Signs a catalogue is full of and old machines do not have. */
const PLAIN: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '‚': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '–': '-',
  '—': '-',
  '−': '-',
  '…': '.',
  '•': '*',
  '€': 'E',
  Œ: 'O',
  œ: 'o',
  Ł: 'L',
  ł: 'l',
  Đ: 'D',
  đ: 'd',
  ı: 'i',
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

export function decodeText(bytes: Uint8Array, charset: Charset): string {
  if (charset === 'utf-8') return utf8.decode(bytes)
  const upper = UPPER[charset]
  return Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : upper[byte - 0x80])).join('')
}

/** What the charset lacks becomes its base letter or a question mark: one sign for one, so that no length changes. */
export function encodeText(text: string, charset: Charset): Buffer {
  const composed = text.normalize('NFC')
  if (charset === 'utf-8') return Buffer.from(composed, 'utf8')
  const known = BYTE_OF[charset]
  return Buffer.from(Array.from(composed, (sign) => byteOf(sign, known)))
}

const QUESTION_MARK = 0x3f

function byteOf(sign: string, known: ReadonlyMap<string, number>): number {
  const code = sign.charCodeAt(0)
  if (sign.length === 1 && code < 0x80) return code
  const base = PLAIN[sign] ?? sign.normalize('NFD').replace(/\p{M}/gu, '')
  const inReach = known.get(sign) ?? known.get(base)
  if (inReach !== undefined) return inReach
  return base.length === 1 && base.charCodeAt(0) < 0x80 ? base.charCodeAt(0) : QUESTION_MARK
}

function bytesOf(upper: string): ReadonlyMap<string, number> {
  return new Map(Array.from(upper, (sign, index) => [sign, 0x80 + index]))
}
