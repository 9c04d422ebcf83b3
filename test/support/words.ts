import { join } from 'node:path'
import * as ts from 'typescript/unstable/ast'
import { API } from 'typescript/unstable/sync'
import type { SourceFile } from './tidy.ts'

/*
 * Where words for people stand, as the parsed code tells it. Each function answers with the faults it sees, as sentences
 * that begin with the file; none when all is well. test/texts.test.ts runs them over the repository and over small bad
 * samples.
 */

/** A file with its syntax. */
export interface Parsed {
  readonly path: string
  readonly code: ts.SourceFile
}

const ROOT = join(import.meta.dirname, '..', '..')

/** Parses files without looking at what they import, which takes a second for all of them. */
export function parseAll(files: readonly SourceFile[]): Parsed[] {
  const config = join(ROOT, 'words.tsconfig.json')
  const held = new Map(files.map(({ path, text }) => [join(ROOT, path), text]))
  const compilerOptions = { noResolve: true, noLib: true, types: [], noEmit: true, allowImportingTsExtensions: true }
  held.set(config, JSON.stringify({ compilerOptions, files: files.map(({ path }) => path) }))
  const api = new API({
    cwd: ROOT,
    fs: { readFile: (path) => held.get(path), fileExists: (path) => (held.has(path) ? true : undefined) },
  })
  try {
    const program = api.updateSnapshot({ openProjects: [config] }).getProjects()[0]?.program
    return files.map(({ path }) => {
      const code = program?.getSourceFile(join(ROOT, path))
      if (code === undefined) throw new Error(`${path} could not be parsed`)
      return { path, code }
    })
  } finally {
    api.close()
  }
}

/** Files that are nothing but words: `texts.ts` and its like, the templates of messages, and the declarations. */
export function isTextFile(path: string): boolean {
  return /(?:^|[/-])(?:texts?|words|templates|tables)\.ts$/.test(path)
}

/** What the operator reads in a terminal or a log is English; what other machines read is their vocabulary. */
const FOR_OPERATORS = /^src\/(?:commands\/|cli\.ts|main\.ts|log\.ts|protocols\/fbs\/openapi\.ts)/

const WORD = /\p{L}{2,}/u
/** What stands between quotes for the program: a language, a locale, the name of a field. */
const NO_WORDS = /^(?:da|en)(?:-[A-Z]{2})?$|_/

/** Places whose Danish is no words for people but what they work on, each with its reason. */
export const DATA: Readonly<Record<string, string>> = {
  'src/operation/demonstration/': 'invents people, books and libraries',
  'src/demonstration-sign-in.ts': 'names the staff of the invented libraries',
  'src/library/catalogue/words-': 'knows how Danish words bend, so that search finds them',
  'src/privacy/lint-policy.ts': 'says each remark to a policy, in both languages, beside the rule that finds it',
  'src/library/collection/file.ts': 'reads the municipality’s file by the names of its columns',
}

/** Has letters that only Danish has, and none that Danish has not: those are tables of signs. */
function isDanish(text: string): boolean {
  const letters = text.toLowerCase().match(/\p{L}/gu) ?? []
  return letters.length > 2 && /[æøå]/i.test(text) && letters.every((letter) => /[a-zæøåé]/.test(letter))
}

// --- words in code ---

/** Words for people that stand in a function or in markup, outside the files of texts. */
export function strayFaults({ path, code }: Parsed): string[] {
  const data = Object.keys(DATA).some((place) => path.startsWith(place))
  if (isTextFile(path) || FOR_OPERATORS.test(path) || data) return []
  const makers = pairMakers(code)
  const faults: string[] = []
  const found = (node: ts.Node, complaint: string, said: string) => {
    faults.push(`${place(path, code, node)} ${complaint}: ${said.trim().replace(/\s+/g, ' ').slice(0, 80)}`)
  }
  const look = (node: ts.Node, inFunction: boolean, inPair: boolean): void => {
    if (isPair(node) || (ts.isCallExpression(node) && makers.has(textOf(node.expression)))) {
      const written = writtenIn(node).find((text) => WORD.test(text) && !NO_WORDS.test(text))
      if (inFunction && written !== undefined) found(node, 'says something in a function', written)
      inPair = true
    }
    if (ts.isTaggedTemplateExpression(node) && textOf(node.tag) === 'html') {
      const words = wordsOfMarkup(node.template)
      if (words !== undefined) found(node, 'has words in its markup', words)
    } else if (!inPair) {
      const text = literal(node)
      if (text !== undefined && isDanish(text)) found(node, 'speaks Danish without English', text)
      const shown = shownText(node)
      if (shown !== undefined) found(node, 'shows words in one language', shown)
    }
    // A table may have functions in it, as a file of texts has.
    const deeper = inFunction || (isFunction(node) && !ts.isPropertyAssignment(node.parent))
    each(node, (child) => look(child, deeper, inPair))
  }
  look(code, false, false)
  return faults
}

/** Fields of what a page is made from, whose values people read. */
const SHOWN =
  /^(?:title|heading|label|lead|hint|text|description|caption|summary|legend|placeholder|unit|submit|button|intro|note)$/

/** A value such as `heading: 'My loans'`, or a choice by language between words. */
function shownText(node: ts.Node): string | undefined {
  if (ts.isPropertyAssignment(node) && SHOWN.test(textOf(node.name))) {
    const written = literal(node.initializer) !== undefined || ts.isTemplateExpression(node.initializer)
    return written ? writtenIn(node.initializer).find((text) => /^\p{Lu}\p{Ll}/u.test(text)) : undefined
  }
  if (ts.isConditionalExpression(node) && /language === '(?:da|en)'/.test(textOf(node.condition))) {
    return [node.whenTrue, node.whenFalse]
      .map(literal)
      .find((text) => text !== undefined && WORD.test(text) && !NO_WORDS.test(text))
  }
  return undefined
}

const ATTRIBUTE = /\s(?:aria-label|aria-description|title|placeholder|alt|data-text)\s*=\s*"([^"]*)"/g

/** What a template says to people between its tags or in their attributes. */
function wordsOfMarkup(template: ts.Node): string | undefined {
  const markup = partsOf(template)
    .join('\uFFFC')
    .replace(/<!--[\s\S]*?-->/g, '')
  for (const [, value = ''] of markup.matchAll(ATTRIBUTE)) if (WORD.test(value)) return value
  // A piece of a tag, such as `aria-current="page"`, and the tags themselves are no words.
  const text = markup
    .replace(/<[^>]*(?:>|$)/g, '\n')
    .replace(/[\w-]+\s*=\s*"[^"]*"/g, '')
    .replace(/&[#\w]+;|\{\{[^}]*\}\}|^[a-z]+(?:-[a-z]+)+$/g, '')
  return text.split('\n').find((line) => WORD.test(line))
}

// --- pairs ---

/** Pairs of Danish and English of which one half is missing, empty, or the other half again. */
export function pairFaults({ path, code }: Parsed): string[] {
  const faults: string[] = []
  const makers = pairMakers(code)
  const look = (node: ts.Node): void => {
    const found = (complaint: string) => faults.push(`${place(path, code, node)} ${complaint}: ${textOf(node)}`)
    if (ts.isObjectLiteralExpression(node)) {
      const names = namesOf(node)
      const spread = node.properties.some(ts.isSpreadAssignment)
      const one = names.includes('da') !== names.includes('en')
      if (one && !spread && names.length === 1) found('has no other language')
      else if (isPair(node)) {
        const [da, en] = ['da', 'en'].map((half) => {
          const property = node.properties[names.indexOf(half)]
          return property !== undefined && ts.isPropertyAssignment(property) ? property.initializer : undefined
        })
        const fault = halvesFault(da, en)
        if (fault !== undefined) found(fault)
      }
    }
    if (ts.isCallExpression(node) && makers.has(textOf(node.expression))) {
      const at = makers.get(textOf(node.expression)) ?? 0
      const fault = halvesFault(node.arguments[at], node.arguments[at + 1])
      if (fault !== undefined) found(fault)
    }
    each(node, look)
  }
  look(code)
  return faults
}

function halvesFault(da: ts.Node | undefined, en: ts.Node | undefined): string | undefined {
  if (da === undefined || en === undefined) return undefined
  const said = [da, en].map((half) => (literal(half) === undefined ? undefined : literal(half)?.trim()))
  if (said[0] !== undefined && said[1] !== undefined && (said[0] === '') !== (said[1] === ''))
    return 'has an empty half'
  const words =
    writtenIn(da)
      .join(' ')
      .match(/\p{L}{2,}/gu) ?? []
  if (words.length >= 3 && textOf(da) === textOf(en)) return 'says the same in both languages'
  return undefined
}

/** Functions of this file that take `da` and `en` side by side, and where in their arguments. */
function pairMakers(code: ts.SourceFile): Map<string, number> {
  const makers = new Map<string, number>()
  const look = (node: ts.Node): void => {
    if (ts.isFunctionDeclaration(node) || ts.isArrowFunction(node)) {
      const names = node.parameters.map(({ name }) => textOf(name))
      const named = ts.isFunctionDeclaration(node) ? node.name : (node.parent as { name?: ts.Node }).name
      const at = names.indexOf('da')
      if (at >= 0 && names[at + 1] === 'en' && named !== undefined) makers.set(textOf(named), at)
    }
    each(node, look)
  }
  look(code)
  return makers
}

// --- dates, money and plurals ---

/** The one file that asks Intl. */
const FORMATTER = 'src/ground/web/format.ts'

/** Dates, money, lists and plurals made elsewhere than in the one formatter. */
export function intlFaults({ path, code }: Parsed): string[] {
  if (path === FORMATTER || FOR_OPERATORS.test(path)) return []
  const faults: string[] = []
  const look = (node: ts.Node): void => {
    const name = ts.isPropertyAccessExpression(node) ? textOf(node) : ''
    if (/^Intl\.|\.toLocale(?:Date|Time)?String$/.test(name)) {
      faults.push(`${place(path, code, node)} writes dates or numbers by itself: ${name}`)
    }
    if (ts.isConditionalExpression(node) && /[!=]== 1$/.test(textOf(node.condition))) {
      const said = [node.whenTrue, node.whenFalse].flatMap(writtenIn)
      if (said.some((text) => WORD.test(text) && text.includes(' '))) {
        faults.push(`${place(path, code, node)} makes a plural by itself: ${textOf(node)}`)
      }
    }
    each(node, look)
  }
  look(code)
  return faults
}

/** Words in a script of the browser, which has them from its page. */
export function scriptFaults({ path, code }: Parsed): string[] {
  const faults: string[] = []
  const look = (node: ts.Node): void => {
    const text = literal(node)
    if (text !== undefined && (isDanish(text) || /\p{L}{2,},? \p{L}{2,} \p{L}+/u.test(text))) {
      faults.push(`${place(path, code, node)} has words that belong to its page: ${text}`)
    }
    each(node, look)
  }
  look(code)
  return faults
}

// --- the tree ---

function each(node: ts.Node, look: (child: ts.Node) => void): void {
  node.forEachChild((child) => {
    look(child)
  })
}

function namesOf(node: ts.ObjectLiteralExpression): string[] {
  return node.properties.map((property) => (ts.isSpreadAssignment(property) ? '' : textOf(property.name)))
}

function isPair(node: ts.Node): boolean {
  if (!ts.isObjectLiteralExpression(node)) return false
  const names = namesOf(node)
  return names.includes('da') && names.includes('en')
}

function isFunction(node: ts.Node): boolean {
  return (
    ts.isFunctionDeclaration(node) ||
    ts.isFunctionExpression(node) ||
    ts.isArrowFunction(node) ||
    ts.isMethodDeclaration(node)
  )
}

function literal(node: ts.Node): string | undefined {
  return ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) ? node.text : undefined
}

/** Everything written as text in an expression. */
function writtenIn(node: ts.Node): string[] {
  const texts: string[] = []
  const look = (node: ts.Node): void => {
    const text = literal(node)
    if (text !== undefined) texts.push(text)
    if (ts.isTemplateExpression(node)) texts.push(...partsOf(node))
    each(node, look)
  }
  look(node)
  return texts
}

function partsOf(template: ts.Node): string[] {
  if (ts.isTemplateExpression(template)) {
    return [template.head.text, ...template.templateSpans.map(({ literal }) => literal.text)]
  }
  return [literal(template) ?? '']
}

function textOf(node: ts.Node | undefined): string {
  return node?.getText() ?? ''
}

function place(path: string, code: ts.SourceFile, node: ts.Node): string {
  return `${path}:${code.text.slice(0, node.getStart()).split('\n').length}`
}
