import type { Block, Entry, Notice, Sentence } from './notice-model.ts'
import { texts } from './notice-texts.ts'

const WIDTH = 80
const INDENT = '    '

/** The notice as plain text, for the command line and for reading side by side. */
export function noticeText(notice: Notice): string {
  const { language } = notice
  const parts = [
    underlined(notice.title, '='),
    wrapped(texts.version(notice.number, texts.onDay(notice.effective_on))[language]),
    wrapped(notice.lead),
    ...notice.sections.flatMap((section) => [underlined(section.heading, '-'), ...section.blocks.map(blockText)]),
  ]
  return `${parts.join('\n\n')}\n`
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `${block.text}:`
    case 'paragraph':
      return wrapped(sentencesText(block.sentences))
    case 'list':
      return block.items.map((item) => wrapped(sentencesText([item]), '- ', '  ')).join('\n')
    case 'entries':
      return block.entries.map(entryText).join('\n\n')
    case 'table':
      return [
        `${block.caption}:`,
        ...block.rows.map((row) => {
          const [name = '', ...rest] = row.cells
          const cells = rest.flatMap((cell, index) => (cell ? `${block.head[index + 1]}: ${ended(cell)}` : []))
          return `${wrapped(name)}\n${wrapped(`${cells.join(' ')} [${row.said}]`, INDENT)}`
        }),
      ].join('\n\n')
  }
}

function entryText(entry: Entry): string {
  const term = entry.mark ? `${entry.term} [${entry.mark}]` : entry.term
  const lines = entry.lines ? entry.sentences.map((sentence) => [sentence]) : [entry.sentences]
  return [wrapped(term), ...lines.map((line) => wrapped(sentencesText(line), INDENT))].join('\n')
}

function sentencesText(sentences: readonly Sentence[]): string {
  return sentences.map(({ text, said }) => (said ? `${ended(text)} [${said}]` : ended(text))).join(' ')
}

/** Names and addresses stand as sentences of their own; an address that can be used has no stop after it. */
function ended(text: string): string {
  return /[.!?\d]$|(@|:\/\/)\S+$/.test(text) ? text : `${text}.`
}

function underlined(text: string, line: string): string {
  return `${text}\n${line.repeat(text.length)}`
}

function wrapped(text: string, first = '', others = first): string {
  const lines: string[] = []
  let line = first
  let empty = true
  for (const word of text.split(' ')) {
    if (!empty && line.length + 1 + word.length > WIDTH) {
      lines.push(line)
      line = others
      empty = true
    }
    line += empty ? word : ` ${word}`
    empty = false
  }
  return [...lines, line].join('\n')
}
