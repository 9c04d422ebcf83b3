import { AFI, readTag } from './tag.ts'

/** A tag as a reader sees it. */
export interface SeenTag {
  /** The number the tag was made with, in hexadecimal. */
  readonly uid: string
  readonly bytes: Uint8Array
  readonly afi: number
}

/** One item on the pad, put together from its tags. */
export interface PadItem {
  readonly item: string
  readonly parts: number
  /** Which of the parts lie there. */
  readonly present: readonly number[]
  readonly missing: readonly number[]
  /** Whether the gate will sound for any part of it. */
  readonly secured: boolean
  readonly owner: string
  readonly uids: readonly string[]
}

export interface Pad {
  readonly items: readonly PadItem[]
  /** Tags that are no item's: patron cards, other data models, and what could not be read. */
  readonly others: number
}

/** Puts the tags together to the items they are parts of. */
export function padOf(tags: readonly SeenTag[]): Pad {
  const byItem = new Map<string, { readonly tag: SeenTag; readonly part: number; parts: number; owner: string }[]>()
  let others = 0
  for (const tag of tags) {
    const data = readTag(tag.bytes)
    if (!data || data.usage === 'patron-card' || data.item === '') others++
    else {
      const known = byItem.get(data.item) ?? []
      known.push({ tag, part: data.part, parts: data.parts, owner: data.owner })
      byItem.set(data.item, known)
    }
  }
  const items = [...byItem].map(([item, found]): PadItem => {
    // Some stations write no number of parts for what has one.
    const parts = Math.max(1, ...found.map(({ parts }) => parts))
    const present = [...new Set(found.map(({ part }) => Math.max(1, part)))].sort((a, b) => a - b)
    const missing = Array.from({ length: parts }, (_, at) => at + 1).filter((part) => !present.includes(part))
    return {
      item,
      parts,
      present,
      missing,
      secured: found.some(({ tag }) => tag.afi !== AFI.checkedOut),
      owner: found[0]?.owner ?? '',
      uids: found.map(({ tag }) => tag.uid),
    }
  })
  return { items: items.sort((a, b) => (a.item < b.item ? -1 : 1)), others }
}
