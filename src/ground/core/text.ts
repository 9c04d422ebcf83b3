/** The two languages every library speaks. Danish comes first on every page. */
export type Language = 'da' | 'en'

/** One thing said in both languages. */
export interface Text2 {
  readonly da: string
  readonly en: string
}
