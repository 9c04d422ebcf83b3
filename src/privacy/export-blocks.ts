import type { ExportRow, ExportTable, PersonExport } from './export.ts'
import { exportTexts as words } from './export-texts.ts'

/** The export as a document, before it is a page or a print. Level 1 is the title. */
export type ExportBlock =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'pairs'; readonly pairs: readonly (readonly [string, string])[] }

export function exportBlocks(data: PersonExport): ExportBlock[] {
  const { language } = data
  const heading = (text: string, level: 1 | 2 | 3 = 2): ExportBlock => ({ kind: 'heading', level, text })
  const paragraph = (text: string): ExportBlock => ({ kind: 'paragraph', text })
  const named = (list: readonly { readonly name: string; readonly text: string }[]): ExportBlock => ({
    kind: 'pairs',
    pairs: list.map(({ name, text }) => [name, text] as const),
  })
  return [
    heading(data.title, 1),
    paragraph(data.lead),
    paragraph(data.made),
    {
      kind: 'pairs',
      pairs: [
        [words.controller[language], data.controller],
        [words.dpo[language], data.dpo],
      ],
    },
    ...data.tables.flatMap((table) => tableBlocks(table, data)),
    ...(data.nothing.length > 0
      ? [heading(words.nothing[language]), { kind: 'list', items: data.nothing } as const]
      : []),
    heading(words.files[language]),
    named(data.files),
    heading(words.purposes[language]),
    ...data.purposes.flatMap(({ name, text, basis }) => [
      heading(name, 3),
      paragraph(text),
      paragraph(`${words.basis[language]}: ${basis}`),
    ]),
    heading(words.sources[language]),
    named(data.sources),
    heading(words.recipients[language]),
    ...data.recipients.flatMap(({ name, fields, purpose, place, agreement, sub_processors }): ExportBlock[] => [
      heading(name, 3),
      {
        kind: 'pairs',
        pairs: [
          [words.fields[language], fields],
          [words.purpose[language], purpose],
          [words.place[language], place],
          [words.agreement[language], agreement],
          ...(sub_processors ? ([[words.subProcessors[language], sub_processors]] as const) : []),
        ],
      },
    ]),
    heading(words.automation[language]),
    paragraph(data.automation),
    heading(words.rights[language]),
    named(data.rights),
  ]
}

function tableBlocks(table: ExportTable, { language }: PersonExport): ExportBlock[] {
  const used = table.purposes.length > 0 ? `${words.used[language]}: ${table.purposes.join(', ')}.` : undefined
  return [
    { kind: 'heading', level: 2, text: table.label },
    ...(used ? [{ kind: 'paragraph', text: used } as const] : []),
    ...table.rows.flatMap((row, index) => [
      ...(table.rows.length > 1
        ? [{ kind: 'heading', level: 3, text: words.numbered(table.label, index + 1, table.rows.length) } as const]
        : []),
      rowBlock(row, words.end[language]),
    ]),
  ]
}

function rowBlock(row: ExportRow, end: string): ExportBlock {
  return {
    kind: 'pairs',
    pairs: [...row.fields.map(({ label, text }) => [label, text] as const), [end, row.end.join(' ')] as const],
  }
}
