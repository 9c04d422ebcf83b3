import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'

/*
 * What a machine can check of how this repository is kept. Each function answers with the faults it sees, as
 * sentences that begin with the file; none when all is well. test/architecture.test.ts runs them over the repository
 * and over small bad samples.
 */

/** A name of package.json's `imports`: `#loans`, and the folder whose index.ts it stands for. */
export interface Room {
  readonly name: string
  readonly folder: string
}

/** A file of the repository; the path from its root, with forward slashes. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** The rooms, lowest first. */
export function roomsOf(packageJson: string): Room[] {
  const { imports } = JSON.parse(packageJson) as { imports: Record<string, string> }
  return Object.entries(imports).map(([name, index]) => ({ name, folder: posix.dirname(posix.normalize(index)) }))
}

export function roomOf(path: string, rooms: readonly Room[]): Room | undefined {
  return rooms.find(({ folder }) => path.startsWith(`${folder}/`))
}

/** Where the files lie that see all rooms. */
const ABOVE = ['src', 'src/commands']

/** A room imports rooms before it, by name; its own files by relative path. */
export function importFaults(file: SourceFile, rooms: readonly Room[]): string[] {
  const room = roomOf(file.path, rooms)
  const above = ABOVE.includes(posix.dirname(file.path))
  if (!room && !above) return [`${file.path} lies in no room of package.json's imports`]
  const test = isTest(file.path)
  return importsOf(file.text).flatMap((wanted) => {
    if (wanted.startsWith('#')) {
      const other = rooms.findIndex(({ name }) => name === wanted)
      if (other < 0) return [`${file.path} imports ${wanted}, which is no room`]
      // A test may set its scene with any room.
      if (above || test || !room) return []
      const own = rooms.indexOf(room)
      if (other === own) return [`${file.path} imports its own room ${wanted} instead of the file`]
      return other < own ? [] : [`${file.path} imports ${wanted}, which comes after ${room.name}`]
    }
    if (!wanted.startsWith('.')) return []
    const target = posix.join(posix.dirname(file.path), wanted)
    const inside = room ? target.startsWith(`${room.folder}/`) : ABOVE.includes(posix.dirname(target))
    const atTheTop = ABOVE.includes(posix.dirname(target)) || target.startsWith('test/')
    if (inside || (test && atTheTop) || target === 'package.json') return []
    const other = roomOf(target, rooms)
    return [`${file.path} imports ${wanted} by path${other ? `: say ${other.name}` : ', outside its room'}`]
  })
}

/** What others may use of a room: re-exports and nothing else. */
export function indexFaults(file: SourceFile): string[] {
  const rest = blank(file.text, ['comment']).replace(/export\s+(type\s+)?(\*|\{[^}]*\})\s*from\s*'[^']+';?/g, '')
  const odd = rest.split('\n').find((line) => line.trim() !== '')
  return odd === undefined ? [] : [`${file.path} holds more than re-exports: ${odd.trim()}`]
}

export function unusedRooms(files: readonly SourceFile[], rooms: readonly Room[]): string[] {
  return rooms
    .filter(({ name, folder }) => {
      return !files.some(({ path, text }) => !path.startsWith(`${folder}/`) && importsOf(text).includes(name))
    })
    .map(({ name }) => `${name} is imported by nobody`)
}

/** Where clocks may be read and time may be waited for, each with its reason. */
export const CLOCKS: Readonly<Record<string, string>> = {
  'src/protocols/kiosk/turns.ts': 'forgets who stood at a screen, though nobody comes back to it',
  'src/protocols/sip2/server.ts': 'lets silent machines go and slows down those that flood',
  'src/ground/core/clock.ts': 'is the clock',
  'src/ground/web/upload.ts': 'gives a file longer to arrive than a form',
  'src/ground/db/connections.ts': 'limits how long a connection is waited for or kept unused',
  'src/ground/db/embedded.ts': 'waits for a server process to answer',
  'src/operation/backup/lease.ts': 'waits until every process knows that a library is closed',
  'src/operation/backup/scrub.ts': 'waits until other connections have let go',
  'src/schedule.ts': 'wakes up for what runs by itself',
}

const CLOCK_WORDS = /\b(Temporal\s*\.\s*Now|performance\s*\.\s*now|process\s*\.\s*hrtime|setTimeout|setInterval)\b/

/** Nobody but core reads a clock, and nobody at all uses `Date`. */
export function clockFaults(file: SourceFile): string[] {
  const code = blank(file.text, ['comment', 'string', 'template', 'regex'])
  const dates = find(code, /\bnew\s+Date\b|\bDate\s*[.(<>,;)\]|&=]|[:|&]\s*Date\b/, file, 'uses Date; use Temporal')
  const clocks = file.path in CLOCKS ? [] : find(code, CLOCK_WORDS, file, 'takes time outside core; use ctx.clock')
  const statements = blank(file.text, ['comment', 'string', 'regex'])
  const sql =
    /(?<![.\w#])now\s*\(\s*\)|\b(current_timestamp|current_date|clock_timestamp|statement_timestamp|localtimestamp)\b/i
  // The clock itself defines a method `now()`.
  const inSql = file.path === 'src/ground/core/clock.ts' ? [] : find(statements, sql, file, 'asks SQL for the time')
  return [...dates, ...clocks, ...inSql]
}

/** Programs of the command line speak to whoever called them; everything else has a log. */
export const SPEAKERS = ['src/cli.ts', 'src/main.ts']

export function consoleFaults(file: SourceFile): string[] {
  if (SPEAKERS.includes(file.path)) return []
  return find(blank(file.text, ['comment', 'string', 'template', 'regex']), /\bconsole\s*\./, file, 'uses the console')
}

export function anyFaults(file: SourceFile): string[] {
  const code = blank(file.text, ['comment', 'string', 'template', 'regex'])
  return find(code, /(?:[:<,|&(=]\s*|\bas\s+)any\b(?!\s*[(.])/, file, 'says any')
}

const MOST_LINES = 400

/** Files that may be long, each with its reason; texts.ts may be everywhere. */
export const LONG: Readonly<Record<string, string>> = {
  'src/operation/demonstration/works.ts': 'is a list of invented books',
}

export function lengthFaults(file: SourceFile): string[] {
  const lines = file.text.trimEnd().split('\n').length
  if (lines <= MOST_LINES || file.path in LONG || posix.basename(file.path) === 'texts.ts') return []
  return [`${file.path} has ${lines} lines; beyond ${MOST_LINES} there is usually a second file in it`]
}

/** Names such as 0001-name.sql, without gaps. */
export function numberingFaults(folder: string, names: readonly string[], extension: string): string[] {
  const shape = new RegExp(`^(\\d{4})-[a-z0-9-]+\\.${extension}$`)
  return [...names].sort().flatMap((name, index) => {
    const number = shape.exec(name)?.[1]
    if (!number) return [`${folder}/${name} is not named NNNN-name.${extension}`]
    if (Number(number) === index + 1) return []
    return [`${folder}/${name} should have number ${String(index + 1).padStart(4, '0')}`]
  })
}

/** A file with tests says so in its name, and a test asserts something. */
export function testFaults(file: SourceFile): string[] {
  const imports = importsOf(file.text)
  if (file.path === 'test/support/group.ts') return []
  if (!isTest(file.path)) return imports.includes('node:test') ? [`${file.path} holds tests but is not named so`] : []
  const code = blank(file.text, ['comment', 'string', 'template', 'regex'])
  const faults: string[] = []
  if (!imports.includes('node:test')) faults.push(`${file.path} holds no test`)
  if (!/\bassert\b\s*[.(]|\bassert[A-Z]\w*\s*\(/.test(code)) faults.push(`${file.path} asserts nothing`)
  faults.push(...find(code, /\b(test|it|describe|suite)\s*\.\s*only\b|\bonly\s*:\s*true\b/, file, 'runs only one test'))
  return faults
}

/** The lockfile names versions and hashes; which registry to ask is each machine's own matter. */
export function lockFaults(text: string): string[] {
  return find(text, /"resolved"\s*:/, { path: 'package-lock.json', text }, 'names an address; see .npmrc')
}

// Put together here, so that this file does not hold what it looks for.
const MACHINE_PATH = new RegExp(`(?<![\\w.~/-])/(${['work', 'root'].join('|')})/`)

/** Paths that exist on one machine only. */
export function machinePathFaults(file: SourceFile): string[] {
  return find(file.text, MACHINE_PATH, file, 'names a folder of one machine')
}

/** Whether a test needs PostgreSQL: it, or what it imports below test/, imports the support that opens one. */
export function isDatabaseTest(file: string, seen = new Set<string>()): boolean {
  if (seen.has(file) || !existsSync(file)) return false
  seen.add(file)
  return importsOf(readFileSync(file, 'utf8')).some((wanted) => {
    if (!wanted.startsWith('.')) return false
    const target = join(dirname(file), wanted).replaceAll('\\', '/')
    if (!target.includes('/test/')) return false
    return /\/test\/support\/(library|server)\.ts$/.test(target) || isDatabaseTest(target, seen)
  })
}

export function isTest(path: string): boolean {
  return path.endsWith('.test.ts')
}

/** The modules a file imports, also for their types or on demand. */
export function importsOf(text: string): string[] {
  const code = blank(text, ['comment', 'template'])
  const pattern = /\bfrom\s*(['"])([^'"\n]+)\1|\bimport\s*\(?\s*(['"])([^'"\n]+)\3/g
  return [...code.matchAll(pattern)].map((found) => (found[2] ?? found[4]) as string)
}

function find(code: string, pattern: RegExp, file: SourceFile, complaint: string): string[] {
  const lines = file.text.split('\n')
  return code.split('\n').flatMap((line, index) => {
    if (!pattern.test(line)) return []
    return [`${file.path}:${index + 1} ${complaint}: ${lines[index]?.trim()}`]
  })
}

// --- telling code from what is written in it ---

type Piece = 'code' | 'comment' | 'string' | 'template' | 'regex'

/** The text with the pieces of these kinds blanked out, line for line. */
export function blank(text: string, kinds: readonly Piece[]): string {
  let out = ''
  for (const [kind, piece] of pieces(text)) out += kinds.includes(kind) ? piece.replace(/[^\n]/g, ' ') : piece
  return out
}

const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//y
const STRING = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/y
const REGEX = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y
const TEMPLATE_TEXT = /(?:\\[\s\S]|[^\\`$]|\$(?!\{))*(?:`|\$\{|$)/y
const CODE = /[\w$]+|\s+|[\s\S]/y
/** After these a slash begins a regular expression; after anything else it divides. */
const BEFORE_REGEX = /^(?:[(,=:[!&|?{};+<>]|return|case|)$/

function* pieces(text: string): Generator<[Piece, string]> {
  let at = 0
  let before = ''
  // One number for each template we are in the middle of: how many braces are open in its `${}`.
  const open: number[] = []
  const take = (pattern: RegExp) => {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0]
    if (found) at += found.length
    return found
  }
  while (at < text.length) {
    const comment = take(COMMENT)
    if (comment) {
      yield ['comment', comment]
      continue
    }
    const string = take(STRING)
    if (string) {
      before = 'string'
      yield ['string', string]
      continue
    }
    const regex = text[at] === '/' && BEFORE_REGEX.test(before) ? take(REGEX) : undefined
    if (regex) {
      before = 'regex'
      yield ['regex', regex]
      continue
    }
    const code = take(CODE) as string
    yield ['code', code]
    if (code.trim()) before = code
    const depth = open.at(-1)
    if (code === '{' && depth !== undefined) open[open.length - 1] = depth + 1
    if (code === '}' && depth !== undefined && depth > 0) open[open.length - 1] = depth - 1
    const resumes = code === '}' && depth === 0
    if (resumes) open.pop()
    if (code !== '`' && !resumes) continue
    const written = take(TEMPLATE_TEXT) ?? ''
    yield ['template', written]
    before = 'template'
    if (written.endsWith('${')) {
      open.push(0)
      before = '{'
    }
  }
}
