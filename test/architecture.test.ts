// biome-ignore-all lint/suspicious/noTemplateCurlyInString: samples of code stand in plain strings
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { globSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { lintMigration } from '#db'
import * as tidy from './support/tidy.ts'

const ROOT = join(import.meta.dirname, '..')
const read = (path: string): tidy.SourceFile => ({ path, text: readFileSync(join(ROOT, path), 'utf8') })
const sources = (pattern: string) =>
  globSync(pattern, { cwd: ROOT })
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .map(read)

const rooms = tidy.roomsOf(read('package.json').text)
const inSrc = sources('src/**/*.ts')
const inTest = sources('test/**/*.ts')
const code = inSrc.filter(({ path }) => !tidy.isTest(path))

/** The house is in order, and each bad sample is told from it: a check that sees nothing anywhere proves nothing. */
function inOrder(faults: readonly string[], ...bad: (readonly string[])[]): void {
  assert.deepEqual(faults, [])
  for (const [index, seen] of bad.entries()) assert.notDeepEqual(seen, [], `bad sample ${index + 1} passes`)
}

const sample = (text: string, path = 'src/library/loans/sample.ts') => ({ path, text })

test('every room of package.json exists and has an index.ts', () => {
  assert.deepEqual(
    rooms.map(({ folder }) => `${folder}/index.ts`).filter((index) => !inSrc.some(({ path }) => path === index)),
    [],
  )
  assert.ok(rooms.length > 10)
})

test('a room imports only rooms before it, and only by their names', () => {
  const faults = (text: string, path?: string) => tidy.importFaults(sample(text, path), rooms)
  inOrder(
    inSrc.flatMap((file) => tidy.importFaults(file, rooms)),
    faults(`import { backup } from '#backup'`),
    faults(`import type { Page } from '#nowhere'`),
    faults(`import { loan } from '#loans'`),
    faults(`import { loan } from '../fees/tables.ts'`),
    faults(`export { loan } from "../../config.ts"`),
    faults(`const { loan } = await import('../fees/index.ts')`),
    faults(`import { loan } from './library/loans/tables.ts'`, 'src/main.ts'),
    faults(`import '../../../bench/run.ts'`, 'src/library/loans/sample.test.ts'),
    faults('', 'src/library/nowhere/sample.ts'),
  )
  assert.deepEqual(faults(`import { fee } from '#fees'\nimport { loan } from './tables.ts'\nimport pg from 'pg'`), [])
  assert.deepEqual(faults(`// import { backup } from '#backup'`), [])
})

test('an index.ts holds re-exports and nothing else', () => {
  inOrder(
    rooms.flatMap(({ folder }) => tidy.indexFaults(read(`${folder}/index.ts`))),
    tidy.indexFaults(sample(`export { a } from './a.ts'\nexport const b = 1`)),
    tidy.indexFaults(sample(`import './a.ts'`)),
  )
  assert.deepEqual(tidy.indexFaults(sample(`// Why.\nexport {\n  a,\n  type B,\n} from './a.ts'\n`)), [])
})

test('every room is used by another', () => {
  inOrder(
    tidy.unusedRooms([...inSrc, ...inTest, ...sources('bench/**/*.ts')], rooms),
    tidy.unusedRooms([sample(`import { a } from '#a'`, 'src/a/own.ts')], [{ name: '#a', folder: 'src/a' }]),
  )
})

test('only core reads a clock, nobody uses Date, and no statement asks the database for the time', () => {
  const faults = (text: string) => tidy.clockFaults(sample(text))
  inOrder(
    code.flatMap(tidy.clockFaults),
    faults('const at = new Date()'),
    faults('const ms = Date.now()'),
    faults('function due(on: Date) {}'),
    faults('type Due = string | Date'),
    faults('const at = Temporal.Now.instant()'),
    faults('const ms = performance.now()'),
    faults('await new Promise((done) => setTimeout(done, 50))'),
    faults('sql`delete from loan where settled_at < now()`'),
    faults('sql`insert into fee values (${id}, current_timestamp)`'),
    faults('sql`select ${sql`clock_timestamp()`}`'),
  )
  assert.deepEqual(faults('// new Date()\nconst at = ctx.clock.now(), word = "Date.now()", until = untilDate'), [])
})

test('every exception from the rule on clocks is still needed', () => {
  const there = Object.keys(tidy.CLOCKS).flatMap((path) => code.filter((file) => file.path === path))
  for (const { path, text } of there) {
    assert.notDeepEqual(tidy.clockFaults({ path: `${path}x`, text }), [], `${path} takes no time`)
  }
})

test('only the programs of the command line write to the console', () => {
  inOrder(code.flatMap(tidy.consoleFaults), tidy.consoleFaults(sample('if (late) console.warn(loan.id)')))
})

test('nothing is of any type', () => {
  const faults = (text: string) => tidy.anyFaults(sample(text))
  inOrder(
    [...inSrc, ...inTest].flatMap(tidy.anyFaults),
    faults('function a(b: any) {}'),
    faults('const a = b as any'),
    faults('const a: Map<string, any> = b'),
  )
  assert.deepEqual(faults('// any\nconst a = "as any" + sql.any(b)'), [])
})

test('no file of src is longer than can be taken in', () => {
  inOrder(code.flatMap(tidy.lengthFaults), tidy.lengthFaults(sample('x\n'.repeat(401))))
})

test('every exception from the rule on length is still needed', () => {
  for (const path of Object.keys(tidy.LONG)) {
    const { text } = read(path)
    assert.notDeepEqual(tidy.lengthFaults({ path: 'src/other.ts', text }), [], `${path} is short`)
  }
})

test('migrations are numbered without gaps', () => {
  const folders = readdirSync(join(ROOT, 'migrations'))
  const numbering = (names: string[]) => tidy.numberingFaults('migrations/sample', names, 'sql')
  assert.ok(folders.length >= 3)
  inOrder(
    folders.flatMap((folder) => {
      return tidy.numberingFaults(`migrations/${folder}`, readdirSync(join(ROOT, 'migrations', folder)), 'sql')
    }),
    numbering(['0001-first.sql', '0003-third.sql']),
    numbering(['0001-first.sql', '0001-second.sql']),
    numbering(['0001-first.sql', 'notes.txt']),
    numbering(['0002-second.sql']),
  )
})

test('migrations hold nothing that a library could not be moved with', () => {
  const migrations = sources('migrations/**/*.sql')
  assert.ok(migrations.length > 5)
  inOrder(
    migrations.flatMap(({ path, text }) => lintMigration(text).map((fault) => `${path}: ${fault}`)),
    lintMigration('-- Why.\ncreate trigger t after insert on loan execute function f()'),
  )
})

test('decisions are numbered without gaps', () => {
  inOrder(
    tidy.numberingFaults('docs/decisions', readdirSync(join(ROOT, 'docs', 'decisions')), 'md'),
    tidy.numberingFaults('docs/decisions', ['0001-first.md', '0003-third.md'], 'md'),
  )
})

test('every test file is named so, and asserts something', () => {
  const faults = (text: string, path = 'test/sample.test.ts') => tidy.testFaults(sample(text, path))
  inOrder(
    [...inSrc, ...inTest].flatMap(tidy.testFaults),
    faults(`import { test } from 'node:test'\ntest('a', () => { assert.ok(1) })`, 'test/sample.ts'),
    faults(`import { test } from 'node:test'\ntest('a', () => { /* assert.ok(1) */ })`),
    faults(`import assert from 'node:assert/strict'\nassert.ok(1)`),
    faults(`import { test } from 'node:test'\ntest.only('a', () => { assert.ok(1) })`),
  )
})

test('the lockfile leaves the choice of registry to each machine', () => {
  inOrder(
    tidy.lockFaults(read('package-lock.json').text),
    tidy.lockFaults('{ "resolved": "https://registry.example/pg.tgz" }'),
  )
})

test('no file names a folder that only one machine has', (t) => {
  const listed = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  if (listed.status !== 0) return t.skip('not a git checkout')
  const paths = listed.stdout.split('\0').filter((path) => path && !/\.(png|jpe?g|woff2?|pdf|ico|mrc|gz)$/.test(path))
  assert.ok(paths.includes('package.json'))
  const files = paths.filter((path) => globSync(path, { cwd: ROOT }).length > 0).map(read)
  const bad = ['', 'work', 'shared', 'data'].join('/')
  inOrder(
    files.flatMap(tidy.machinePathFaults),
    tidy.machinePathFaults(sample(`const file = '${bad}'`)),
    tidy.machinePathFaults(sample(`See ${['', 'root', '.bashrc'].join('/')}.`)),
  )
  assert.deepEqual(tidy.machinePathFaults(sample(`https://example.org${bad} and network${bad}`)), [])
})

test('code is told from what is written in it', () => {
  const text = 'a /* b */ + "c" + `d ${e + `f ${g}` + {}} h` + /i"/.source / j // k'
  const code = tidy.blank(text, ['comment', 'string', 'template', 'regex'])
  assert.equal(code.length, text.length)
  assert.equal(code.replace(/[^a-z]/g, ''), 'aegsourcej')
  assert.equal(tidy.blank(text, []), text)
})
