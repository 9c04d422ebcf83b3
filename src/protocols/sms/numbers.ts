/**
 * A telephone number as the gateway wants it: country code first, digits only. Eight digits are a Danish number; another
 * country's is told by `+` or `00` (E.164, 7 to 15 digits). Undefined of what is no number.
 */
export function gatewayNumber(typed: string): string | undefined {
  const bare = typed.replace(/[\s().\-/\u00a0]/g, '')
  const [, prefix = '', digits = ''] = /^(\+|00)?(\d+)$/.exec(bare) ?? []
  if (digits === '') return undefined
  if (prefix === '') {
    if (digits.length === 8) return `45${digits}`
    return /^45\d{8}$/.test(digits) ? digits : undefined
  }
  if (digits.startsWith('45')) return digits.length === 10 ? digits : undefined
  return /^[1-9]\d{6,14}$/.test(digits) ? digits : undefined
}

const MOST_LETTERS = 11
const LETTERS: Readonly<Record<string, string>> = { æ: 'ae', ø: 'oe', å: 'aa', Æ: 'Ae', Ø: 'Oe', Å: 'Aa' }

/**
 * Whom an SMS says it is from, of a library that has not chosen: as many whole words of its title as eleven letters
 * hold. Danish letters are spelled out, since some telephones show none in a sender.
 */
export function senderName(title: string): string {
  const words = title
    .replace(/[æøåÆØÅ]/g, (letter) => LETTERS[letter] ?? letter)
    .normalize('NFD')
    .replace(/[^A-Za-z0-9 ]/g, '')
    .split(' ')
    .filter(Boolean)
  let name = (words[0] ?? 'Bibliotek').slice(0, MOST_LETTERS)
  for (const word of words.slice(1)) {
    if (name.length + 1 + word.length > MOST_LETTERS) break
    name = `${name} ${word}`
  }
  return name
}

/** Up to eleven letters, or a number of up to twenty digits that can be answered. */
export function isSender(text: string): boolean {
  return /^\d{3,20}$/.test(text) || (/^[A-Za-z0-9 ._-]{1,11}$/.test(text) && text.trim() === text)
}
