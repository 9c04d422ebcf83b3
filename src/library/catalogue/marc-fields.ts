// What ISO 2709 and MARCXML have in common once the bytes are text: a leader and a list of fields.

export interface Subfield {
  readonly code: string
  readonly value: string
}

export interface MarcField {
  readonly tag: string
  readonly ind2: string
  /** The content of a field without subfields (MARC 21's 001 to 009); '' otherwise. */
  readonly value: string
  readonly subfields: readonly Subfield[]
}

export interface MarcFields {
  readonly leader: string
  readonly fields: readonly MarcField[]
}

export function fieldsWith(marc: MarcFields, ...tags: readonly string[]): MarcField[] {
  return marc.fields.filter((field) => tags.includes(field.tag))
}

/** The first value that is not empty in any of the field's subfields, in the order the codes are named. */
export function firstOf(field: MarcField | undefined, codes: string): string | null {
  for (const code of codes) {
    const found = field?.subfields.find((subfield) => subfield.code === code && subfield.value !== '')
    if (found) return found.value
  }
  return null
}

/** All values of the named subfields, in the order they stand in the record. */
export function allOf(field: MarcField | undefined, codes: string): string[] {
  return (field?.subfields ?? [])
    .filter((subfield) => codes.includes(subfield.code) && subfield.value !== '')
    .map((subfield) => subfield.value)
}

/** The first value found in the fields with this tag. */
export function firstIn(marc: MarcFields, tag: string, codes: string): string | null {
  for (const field of fieldsWith(marc, tag)) {
    const value = firstOf(field, codes)
    if (value !== null) return value
  }
  return null
}

export function controlValue(marc: MarcFields, tag: string): string | null {
  return fieldsWith(marc, tag).find((field) => field.value !== '')?.value ?? null
}

export function unique(values: readonly (string | null)[]): string[] {
  return [...new Set(values.filter((value) => value !== null && value !== ''))].filter((value) => value !== null)
}

/** One line of NFC text without control characters, filing marks and outer spaces. */
export function cleanText(raw: string, warnings: Set<string>): string {
  // U+0098 and U+009C enclose words that are skipped in filing; a line break is a space.
  const spaced = raw.replace(/[\u0098\u009c]/g, '').replace(/[\t\n\r\u0085]/g, ' ')
  const plain = spaced.replace(/\p{Cc}|[\ufeff\ufffe\uffff]/gu, '')
  if (plain.length !== spaced.length) warnings.add('Control characters were removed.')
  return plain.toWellFormed().normalize('NFC').replace(/\s+/g, ' ').trim()
}

/**
 * danMARC2's own signs: `¤` marks where filing begins; `@` escapes `@`, `*` and `¤`, writes å that is spelt aa, and in
 * Latin-1 files any other character by four hexadecimal digits.
 */
export function undoDanmarc2Signs(text: string): string {
  return text.replace(/@([@*¤])|@([åÅ])|@([0-9A-Fa-f]{4})|¤/g, (_, sign, aa, code) => {
    if (sign !== undefined) return sign
    if (aa !== undefined) return aa === 'å' ? 'aa' : 'Aa'
    return code === undefined ? '' : String.fromCharCode(Number.parseInt(code, 16))
  })
}
