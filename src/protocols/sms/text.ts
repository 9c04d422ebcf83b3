/** How a text goes out: in the seven bits of GSM 03.38, or in two bytes for each letter as soon as one is not there. */
export interface SmsSize {
  readonly encoding: 'gsm-7' | 'ucs-2'
  /** As the encoding counts: a bracket or a euro is two in GSM-7, an emoji two in UCS-2. */
  readonly characters: number
  /** What is paid for. */
  readonly segments: number
}

/** Ten messages joined together, which is all a gateway takes of one text. */
export const MOST_CHARACTERS = 1530

const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
)
const EXTENDED = new Set('\f^{}\\[~]|€')
const LIMITS = { 'gsm-7': { alone: 160, joined: 153 }, 'ucs-2': { alone: 70, joined: 67 } } as const

/** Counts as the telephone network does (3GPP 23.038 and 23.040): a text that must be split loses room to its heads. */
export function sizeOf(text: string): SmsSize {
  const septets = septetsOf(text)
  const encoding = septets === undefined ? 'ucs-2' : 'gsm-7'
  const units = septets ?? Array.from(text, (character) => character.length)
  const characters = units.reduce((sum, unit) => sum + unit, 0)
  const { alone, joined } = LIMITS[encoding]
  return { encoding, characters, segments: characters <= alone ? 1 : segmentsOf(units, joined) }
}

/** What a text processor writes where a telephone has a plain sign. One of them would halve the room of the text. */
const PLAIN: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '«': '"',
  '»': '"',
  '–': '-',
  '—': '-',
  '…': '...',
  '•': '-',
  '\u00a0': ' ',
  '\u202f': ' ',
}

/** The text as it is sent: line ends as telephones have them, and plain signs for those only a printer needs. */
export function smsText(text: string): string {
  return text
    .normalize('NFC')
    .replace(/\r\n?/g, '\n')
    .replace(/[‘’“”„«»–—…•\u00a0\u202f]/g, (sign) => PLAIN[sign] ?? sign)
    .trim()
}

function septetsOf(text: string): number[] | undefined {
  const septets: number[] = []
  for (const character of text) {
    if (BASIC.has(character)) septets.push(1)
    else if (EXTENDED.has(character)) septets.push(2)
    else return undefined
  }
  return septets
}

/** No sign is cut in two: what does not fit whole begins the next segment. */
function segmentsOf(units: readonly number[], room: number): number {
  let segments = 1
  let used = 0
  for (const unit of units) {
    if (used + unit > room) {
      segments++
      used = 0
    }
    used += unit
  }
  return segments
}
