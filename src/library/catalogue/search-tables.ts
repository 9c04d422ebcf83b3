import type { TitleId } from '#core'
import { type Declaration, declareTable, none } from '#privacy'

/** What search knows of a title: made from its row whenever that is written, and made anew by `reindex`. */
export interface TitleSearchRow {
  title_id: TitleId
  lexemes: string
  title_words: number
  sort_title: string
  work: string
  material: string
  language: string | null
  audience: string
  year: number | null
  dk5: string | null
  author: string | null
  series: string | null
  phrases: string[]
  /** A step for each doubling of what was lent of it lately. */
  popularity: number
  analysis: number
}

const titleSearch = declareTable<TitleSearchRow>({
  name: 'title_search',
  label: { da: 'søgeregister over titler', en: 'search index of titles' },
  about: 'nobody',
  subject: null,
  moments: {},
  actions: [],
  onErasure: 'delete',
  columns: {
    title_id: none,
    lexemes: none,
    title_words: none,
    sort_title: none,
    work: none,
    material: none,
    language: none,
    audience: none,
    year: none,
    dk5: none,
    author: none,
    series: none,
    phrases: none,
    popularity: none,
    analysis: none,
  },
})

/** A word of the catalogue, in how many titles it stands, and the keys by which it is found when misspelt. */
export interface SearchWordRow {
  word: string
  /** What its forms have in common. */
  root: string
  shown: string
  titles: number
  near: number[]
}

const searchWord = declareTable<SearchWordRow>({
  name: 'search_word',
  label: { da: 'ord i titler', en: 'words of titles' },
  about: 'nobody',
  subject: null,
  moments: {},
  actions: [],
  onErasure: 'delete',
  columns: { word: none, root: none, shown: none, titles: none, near: none },
})

/** A whole title, name, series or subject, offered to whoever begins to type it. */
export interface SearchPhraseRow {
  kind: string
  key: string
  shown: string
  titles: number
}

const searchPhrase = declareTable<SearchPhraseRow>({
  name: 'search_phrase',
  label: { da: 'forslag til søgning', en: 'search suggestions' },
  about: 'nobody',
  subject: null,
  moments: {},
  actions: [],
  onErasure: 'delete',
  columns: { kind: none, key: none, shown: none, titles: none },
})

export const searchTables: readonly Declaration[] = [titleSearch, searchWord, searchPhrase]
