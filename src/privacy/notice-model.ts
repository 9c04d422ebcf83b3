import type { Language, Text2 } from '#core'
import type { Register } from './declare.ts'
import { saidText, type texts } from './notice-texts.ts'
import { PLACES } from './notice-words.ts'
import { clauseName } from './plan.ts'
import type { Clause, Policy } from './policy.ts'

/** One statement of the notice and where it comes from. */
export interface Sentence {
  readonly text: string
  /** Such as `clause loan/settled` or `purpose lending`; `program` for what the system does for every library. */
  readonly source: string
  /** Where the library has said it, as a reader sees it: "Bibliotekets egen tekst, linje 36". */
  readonly said?: string
  /** The choice that `said` names, to link to. */
  readonly decision?: number
}

export interface Entry {
  readonly id?: string
  readonly term: string
  /** Said of what is decided but not in use. */
  readonly mark?: string
  /** Each sentence stands on a line of its own. */
  readonly lines?: true
  readonly sentences: readonly Sentence[]
}

export interface Row {
  readonly cells: readonly string[]
  readonly source: string
  readonly said: string
  readonly decision?: number
}

export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'paragraph'; readonly sentences: readonly Sentence[] }
  | { readonly kind: 'list'; readonly items: readonly Sentence[] }
  | { readonly kind: 'entries'; readonly entries: readonly Entry[] }
  | {
      readonly kind: 'table'
      readonly caption: string
      readonly head: readonly string[]
      readonly rows: readonly Row[]
    }

export type SectionId = keyof typeof texts.headings

export interface NoticeSection {
  readonly id: SectionId
  readonly heading: string
  readonly blocks: readonly Block[]
}

/** The privacy notice of one version of a policy in one language, as data: pages and plain text are made from it. */
export interface Notice {
  readonly language: Language
  readonly number: number
  readonly effective_on: Temporal.PlainDate
  readonly title: string
  readonly lead: string
  readonly sections: readonly NoticeSection[]
}

/** What makes sentences in the language of one notice. */
export interface Writer {
  readonly policy: Policy
  readonly register: Register
  readonly language: Language
  /** A sentence of the policy's. */
  said(text: Text2, source: string, says: string): Sentence
  /** A sentence that follows from one told just before, or from the program or the law. */
  plain(text: Text2, source: string): Sentence
}

export function writer(policy: Policy, register: Register, language: Language): Writer {
  return {
    policy,
    register,
    language,
    said: (text, source, says) => ({ text: text[language], source, ...saidBy(says, language) }),
    plain: (text, source) => ({ text: text[language], source }),
  }
}

export function saidBy(says: string, language: Language): { said: string; decision?: number } {
  const decision = /^decision (\d+)$/.exec(says)?.[1]
  return { said: saidText(says)[language], ...(decision ? { decision: Number(decision) } : {}) }
}

/** The library's own words that belong in a section. */
export function information(w: Writer, section: SectionId): Block[] {
  const here = w.policy.information.filter(({ id }) => (PLACES[id] ?? 'good-to-know') === section)
  if (here.length === 0) return []
  const entries = here.map(
    (each): Entry => ({
      id: `information-${each.id}`,
      term: each.heading[w.language],
      sentences: [w.said(each.text, `information ${each.id}`, each.says)],
    }),
  )
  return [{ kind: 'entries', entries }]
}

/** How a sentence names the clause it comes from. */
export function sourceOf(clause: Clause): string {
  return `clause ${clauseName(clause)}`
}
