import type { Language } from '#core'
import type { FieldErrors } from '#web'
import { holdsCpr } from './block-rules.ts'
import { typedTexts } from './desk-typed-texts.ts'

const LONGEST_LINE = 200
const LONGEST_TEXT = 2000
const CONTROL = /(?![\t\n\r])\p{Cc}/u
const LINE_END = /[\t\n\r]/

/** How the fields of a form differ from a line of text. */
export interface Kinds {
  /** Of several lines. */
  readonly texts?: readonly string[]
  /** Where a CPR number or a card may stand, or a PIN: read by a rule of its own, and never shown again. */
  readonly secrets?: readonly string[]
}

type Typed = Readonly<Record<string, unknown>>

/**
 * What no field of the desk takes: more than it can hold, signs that cannot be seen, and a CPR number where it would lie
 * in clear text.
 */
export function typedFaults(typed: Typed, kinds: Kinds, language: Language): FieldErrors {
  const faults: Record<string, string> = {}
  for (const [name, value] of Object.entries(typed)) {
    if (typeof value !== 'string') continue
    const isText = kinds.texts?.includes(name) ?? false
    const most = isText ? LONGEST_TEXT : LONGEST_LINE
    const isSecret = kinds.secrets?.includes(name) ?? false
    if (value.length > most) faults[name] = typedTexts.tooLong(most)[language]
    else if (CONTROL.test(value) || (!isText && LINE_END.test(value.trim()))) {
      faults[name] = typedTexts.unreadable[language]
    } else if (!isSecret && holdsCpr(value)) faults[name] = typedTexts.cpr[language]
  }
  return faults
}

/** What was typed, as it may stand in the form again: without what is secret and what was refused unread. */
export function typedAgain<Given extends Typed>(typed: Given, kinds: Kinds, language: Language): Given {
  const faults = typedFaults(typed, kinds, language)
  const entries = Object.entries(typed).map(([name, value]) => [
    name,
    faults[name] || kinds.secrets?.includes(name) ? '' : value,
  ])
  return Object.fromEntries(entries) as Given
}

/**
 * What was searched for, as it may stand in the field again: a name or a patron number, but neither a CPR number nor
 * what a reader sends from the stripe of a health card.
 */
export function shownAgain(text: string): string {
  const isPlain = /^[\p{L}\p{M}\p{N} .'’,-]{0,60}$/u.test(text)
  return isPlain && !holdsCpr(text) ? text : ''
}
