import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, globSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { realClock, stopwatch } from '#core'
import { checkServer, isAlive, startEmbedded } from '#db'
import { ensureChromium } from './chromium.ts'
import type { Line, TestOutcome } from './reporter.ts'
import { dropTemplates } from './template.ts'
import { isDatabaseTest } from './tidy.ts'

const HELP = `Runs Kvit's checks and tests.

  npm test                      everything, as before a merge
  npm test -- FILES...          only these test files
  npm run check                 the same as npm test -- --quick

  --quick         types, lint and the fast tests: no database, no browser
  --full          long fuzz and race runs too (KVIT_FULL=1)
  --no-browser    leave out test/browser; the last line then says INCOMPLETE
  --names         print the name of every test
  --help          this

Steps: tsc, biome, fast tests, tests with a database, tests in a browser (test/browser).
A test is a database test when it, or a file of test/ that it imports, imports test/support/library.ts or server.ts.

Database: DATABASE_URL when set (PostgreSQL 15 or newer; the login may make databases and roles), otherwise an embedded
one that lives in a temporary folder as long as the run. Other settings of Kvit in the environment are not passed on.
Browser: CHROME_PATH, else the machine's Chromium or Chrome, else one is fetched.

A whole run is written to test/results/results.json. Exit status 0 means that nothing failed.
`

const ROOT = resolve(import.meta.dirname, '..', '..')
const RESULTS = join(ROOT, 'test', 'results', 'results.json')
/** Processes that run tests at a time; one that asks a database waits a third of its time. */
const LANES = 2
const LANES_WITH_DATABASE = 3
const KVIT_SETTINGS = ['DATABASE_URL', 'HOST', 'PORT', 'NODE_TEST_CONTEXT', 'NODE_OPTIONS']

interface Wish {
  readonly quick: boolean
  readonly full: boolean
  readonly browser: boolean
  readonly names: boolean
  readonly files: readonly string[]
}

const outcomes: TestOutcome[] = []
const running = new Set<ChildProcess>()
let interrupted: NodeJS.Signals | undefined

process.exitCode = await main()

async function main(): Promise<number> {
  const wish = readWish()
  if (typeof wish === 'number') return wish
  process.chdir(ROOT)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupt(signal))
  // Whoever was reading has gone, as in `npm test | head`.
  process.stdout.on('error', () => interrupt('SIGPIPE'))
  const elapsed = stopwatch()
  const before = codeState()
  const scratch = await mkdtemp(join(tmpdir(), 'kvit-run-'))
  await mkdir(join(scratch, 'tmp'))
  if (process.getuid?.() === 0) {
    // What root starts as another user, such as the database server, must be able to pass and to write.
    await chmod(scratch, 0o755)
    await chmod(join(scratch, 'tmp'), 0o1777)
  }
  let postgres: string | undefined
  let complete = false
  try {
    ;({ postgres, complete } = await runSteps(wish, scratch))
  } catch (fault) {
    if (!interrupted) record({ name: 'the run itself', file: 'test/support/run.ts', outcome: 'failed', ms: 0 }, fault)
  } finally {
    await sweep(scratch)
  }
  if (interrupted) {
    say(`\nInterrupted by ${interrupted}; the database was stopped and removed.`)
    return 130
  }
  if (!wish.quick && wish.files.length === 0) await writeResults({ before, postgres, complete })
  return conclude(wish, seconds(elapsed()))
}

function readWish(): Wish | number {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        quick: { type: 'boolean' },
        full: { type: 'boolean' },
        'no-browser': { type: 'boolean' },
        names: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
    if (values.help) {
      process.stdout.write(HELP)
      return 0
    }
    const files = positionals.map((file) => resolve(process.env.INIT_CWD ?? process.cwd(), file))
    const lost = files.find((file) => !existsSync(file))
    if (lost) throw new Error(`There is no file ${lost}`)
    return {
      quick: values.quick ?? false,
      full: values.full ?? false,
      browser: !values['no-browser'],
      names: values.names ?? false,
      files,
    }
  } catch (fault) {
    process.stderr.write(`${fault instanceof Error ? fault.message : fault}\n\n${HELP}`)
    return 2
  }
}

async function runSteps(wish: Wish, scratch: string): Promise<{ postgres: string | undefined; complete: boolean }> {
  const whole = wish.files.length === 0
  if (whole) {
    await tool('types', 'tsc --noEmit', [bin('typescript', 'bin/tsc'), '--noEmit', '--pretty', 'false', '-p', '.'])
    await tool('lint', 'biome check', [bin('@biomejs/biome', 'bin/biome'), 'check', '.'])
  }
  // The long ones lie in test/: they come first, so that the short ones fill up the end.
  const files = whole ? [...globSync('test/**/*.test.ts').sort(), ...globSync('src/**/*.test.ts').sort()] : wish.files
  const inBrowser = files.filter((file) => /(^|[\\/])test[\\/]browser[\\/]/.test(file))
  const others = files.filter((file) => !inBrowser.includes(file))
  const withDatabase = others.filter((file) => isDatabaseTest(resolve(file)))
  const fast = others.filter((file) => !withDatabase.includes(file))

  await tests('fast tests', fast, wish, environment(wish, scratch))
  if (wish.quick) return { postgres: undefined, complete: false }
  const browsing = wish.browser && inBrowser.length > 0
  const complete = wish.browser || inBrowser.length === 0
  if (withDatabase.length === 0 && !browsing) return { postgres: undefined, complete }

  const server = await startServer(scratch)
  if (!server) return { postgres: undefined, complete: false }
  const templates = join(scratch, 'templates')
  await mkdir(templates)
  try {
    const env = { ...environment(wish, scratch), KVIT_TEST_URL: server.url, KVIT_TEST_TEMPLATES: templates }
    await tests('tests with a database', withDatabase, wish, env, LANES_WITH_DATABASE)
    if (browsing) await browserTests(inBrowser, wish, env)
    return { postgres: server.version, complete }
  } finally {
    await dropTemplates(server.url, templates)
    await server.stop()
  }
}

// --- steps ---

async function tool(name: string, command: string, words: string[]): Promise<void> {
  begin()
  const elapsed = stopwatch()
  const { child, ended } = start(words, { FORCE_COLOR: '0' })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const status = await ended
  begin()
  const passed = status === 0
  say(`${passed ? 'ok    ' : 'FAILED'}  ${name}: ${command}, ${seconds(elapsed())}`)
  if (!passed) say(indent(output.trim()))
  const ms = Math.round(elapsed())
  outcomes.push({ name: `${name} (${command})`, file: 'package.json', outcome: passed ? 'passed' : 'failed', ms })
}

async function tests(
  name: string,
  files: readonly string[],
  wish: Wish,
  env: NodeJS.ProcessEnv,
  lanes = LANES,
): Promise<void> {
  if (files.length === 0) return
  begin()
  const elapsed = stopwatch()
  const first = outcomes.length
  say(`${name}: ${files.length} files`)
  const left = [...files]
  const lane = async () => {
    // Fewer and fewer at a time, so that the processes end together.
    while (left.length > 0) await group(left.splice(0, Math.ceil(left.length / (4 * lanes))), wish, env)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  begin()
  say(`${name}: ${outcomes.length - first} tests, ${seconds(elapsed())}`)
}

/** Runs some files in one process. When it ends badly and no test says why, each file is run again alone. */
async function group(files: readonly string[], wish: Wish, env: NodeJS.ProcessEnv): Promise<boolean> {
  begin()
  const { child, ended } = start(
    [
      `--test-timeout=${wish.full ? 7_200_000 : 900_000}`,
      `--test-reporter=${join(import.meta.dirname, 'reporter.ts')}`,
      '--test-reporter-destination=stdout',
      join(import.meta.dirname, 'group.ts'),
      ...files,
    ],
    env,
  )
  child.stderr?.pipe(process.stderr, { end: false })
  const passed: TestOutcome[] = []
  const unfinished = new Set(files.map((file) => relative(ROOT, resolve(file)).replaceAll('\\', '/')))
  let failed = false
  let inFile: TestOutcome[] = []
  for await (const text of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    const line = parseLine(text)
    if (line?.kind === 'test') {
      const { kind, why, ...outcome } = line
      inFile.push(outcome)
      if (outcome.outcome === 'failed') {
        record(outcome, why)
        failed = true
      } else passed.push(outcome)
      if (wish.names && outcome.outcome !== 'failed') say(`          ${outcome.outcome}: ${outcome.name}`)
    } else if (line?.kind === 'file-done') {
      fileDone(line.file, line.ms, inFile)
      unfinished.delete(line.file)
      inFile = []
    } else {
      say(indent(line ? `${line.file}: ${line.text}` : text, '        | '))
    }
  }
  const status = await ended
  begin()
  if ((status === 0 || failed) && unfinished.size === 0) {
    outcomes.push(...passed)
    return !failed
  }
  const why = `the process ended with status ${status}`
  if (files.length === 1) {
    outcomes.push(...passed)
    const file = [...unfinished][0] ?? passed[0]?.file ?? String(files[0])
    record({ name: `${file} can be run`, file, outcome: 'failed', ms: 0 }, why)
    return false
  }
  say(`        | ${why}; its ${files.length} files are run again one by one`)
  const alone: boolean[] = []
  for (const file of files) alone.push(await group([file], wish, env))
  if (!failed && alone.every(Boolean)) {
    const name = `${files.map((file) => relative(ROOT, resolve(file))).join(', ')} can be run together`
    record({ name, file: 'test/support/group.ts', outcome: 'failed', ms: 0 }, why)
  }
  return false
}

function fileDone(file: string, ms: number, tests: readonly TestOutcome[]): void {
  const count = (outcome: TestOutcome['outcome']) => tests.filter((test) => test.outcome === outcome).length
  const parts = [`${count('passed')} passed`]
  if (count('failed')) parts.push(`${count('failed')} FAILED`)
  if (count('skipped')) parts.push(`${count('skipped')} skipped`)
  say(`${count('failed') ? 'FAILED' : 'ok    '}  ${file}: ${parts.join(', ')}, ${seconds(ms)}`)
}

async function browserTests(files: readonly string[], wish: Wish, env: NodeJS.ProcessEnv): Promise<void> {
  const elapsed = stopwatch()
  let path: string
  try {
    path = ensureChromium(say)
  } catch (fault) {
    const ms = Math.round(elapsed())
    record({ name: 'there is a browser to test with', file: 'test/browser', outcome: 'failed', ms }, fault)
    return
  }
  say(`browser: ${path}`)
  // The longest first, and the length of a file tells about how long it takes: so both processes end together.
  const longestFirst = files.toSorted((a, b) => statSync(b).size - statSync(a).size)
  await tests('tests in a browser', longestFirst, wish, { ...env, CHROME_PATH: path })
}

/** One PostgreSQL for the whole run. */
async function startServer(
  scratch: string,
): Promise<{ url: string; version: string; stop(): Promise<void> } | undefined> {
  begin()
  const elapsed = stopwatch()
  const given = process.env.DATABASE_URL
  try {
    if (given) {
      const { host, version } = await checkServer(given, { createDatabase: true })
      say(`database: PostgreSQL ${version} at ${host} (DATABASE_URL)`)
      return { url: given, version, stop: async () => {} }
    }
    const data = join(scratch, 'server')
    await mkdir(data)
    const server = await startEmbedded(data)
    await makeHasty(server.url)
    say(`database: embedded PostgreSQL ${server.version}, started in ${seconds(elapsed())}`)
    return { url: server.url, version: server.version, stop: () => server.stop() }
  } catch (fault) {
    const ms = Math.round(elapsed())
    record({ name: 'there is a database to test with', file: 'test/support/run.ts', outcome: 'failed', ms }, fault)
    return undefined
  }
}

/** What a run writes need not outlive the machine; a test that crashes a server starts one of its own. */
async function makeHasty(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  for (const setting of ['fsync', 'synchronous_commit', 'full_page_writes']) {
    await client.query(`alter system set ${setting} = off`)
  }
  await client.query('select pg_reload_conf()')
  await client.end()
}

// --- the end ---

function conclude(wish: Wish, time: string): number {
  const count = (outcome: TestOutcome['outcome']) => outcomes.filter((test) => test.outcome === outcome).length
  const failed = outcomes.filter((test) => test.outcome === 'failed')
  say('')
  for (const { file, name } of failed) say(`FAILED  ${file}: ${name}`)
  for (const { file, name } of outcomes.filter((test) => test.outcome === 'skipped')) say(`skipped ${file}: ${name}`)
  if (wish.quick) say(`Quick check only, ${time}; npm test runs everything.`)
  else say(`${time} in all.`)
  say(`${count('passed')} passed, ${failed.length} failed, ${count('skipped')} skipped`)
  if (!wish.browser && !wish.quick) say('INCOMPLETE: the browser tests were not run (--no-browser)')
  return failed.length > 0 || outcomes.length === 0 ? 1 : 0
}

interface CodeState {
  readonly commit: string | null
  readonly dirty: boolean
}

function codeState(): CodeState {
  const git = (...words: string[]) => spawnSync('git', words, { encoding: 'utf8' })
  const head = git('rev-parse', '--verify', 'HEAD')
  return {
    commit: head.status === 0 ? head.stdout.trim() : null,
    dirty: git('status', '--porcelain').stdout !== '',
  }
}

/** What promises that are kept by a test are judged by. */
async function writeResults(run: { before: CodeState; postgres: string | undefined; complete: boolean }) {
  const after = codeState()
  const { commit } = run.before
  const results = {
    commit,
    // Changed while it was being tested counts as well.
    dirty: run.before.dirty || after.dirty || after.commit !== commit,
    at: realClock.now().toString(),
    node: process.versions.node,
    postgres: run.postgres ?? null,
    complete: run.complete,
    tests: outcomes,
  }
  await mkdir(join(RESULTS, '..'), { recursive: true })
  await writeFile(`${RESULTS}.new`, `${JSON.stringify(results, null, 1)}\n`)
  await rename(`${RESULTS}.new`, RESULTS)
}

/** Ends servers that a test left running in the run's folder, and takes the folder away. */
async function sweep(scratch: string): Promise<void> {
  const folders = [
    join(scratch, 'server'),
    ...readdirSync(join(scratch, 'tmp')).map((name) => join(scratch, 'tmp', name)),
  ]
  for (const folder of folders) {
    const cluster = join(folder, 'postgres')
    if (!existsSync(cluster)) continue
    const place = realpathSync(cluster)
    const pidFile = join(place, 'postmaster.pid')
    const pid = existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8').split('\n')[0]) : 0
    if (pid && isAlive(pid)) {
      process.kill(pid, 'SIGQUIT')
      for (let waited = 0; waited < 100 && isAlive(pid); waited++) await new Promise((done) => setTimeout(done, 50))
    }
    await rm(place, { recursive: true, force: true })
  }
  await rm(scratch, { recursive: true, force: true })
}

// --- processes ---

class Interrupted extends Error {}

function begin(): void {
  if (interrupted) throw new Interrupted()
}

function interrupt(signal: NodeJS.Signals): void {
  interrupted ??= signal
  for (const child of running) {
    end(child, 'SIGTERM')
    setTimeout(() => end(child, 'SIGKILL'), 5000).unref()
  }
}

/** Starts Node in a process group of its own, so that all of it can be ended, whatever it has started. */
function start(words: string[], env: NodeJS.ProcessEnv): { child: ChildProcess; ended: Promise<number | null> } {
  const child = spawn(process.execPath, words, {
    cwd: ROOT,
    env: { ...bare(process.env), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  })
  running.add(child)
  const ended = new Promise<number | null>((done, failed) => {
    child.once('error', failed)
    child.once('close', done)
  })
  return { child, ended: ended.finally(() => groupEnded(child)) }
}

/** Those that a process has started end a little after it. */
async function groupEnded(child: ChildProcess): Promise<void> {
  for (let waited = 0; waited < 10_000 && process.platform !== 'win32' && child.pid; waited += 20) {
    if (!isAlive(-child.pid)) break
    // What a test left running when all is over does not get more time.
    if (!interrupted && waited === 2000) end(child, 'SIGTERM')
    if (!interrupted && waited === 6000) end(child, 'SIGKILL')
    await new Promise((done) => setTimeout(done, 20))
  }
  running.delete(child)
}

function end(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    if (process.platform === 'win32') child.kill(signal)
    else process.kill(-child.pid, signal)
  } catch {
    // It has ended by itself.
  }
}

/** The environment without what would steer Kvit or Node: a test brings its own. */
function bare(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !KVIT_SETTINGS.includes(name) && !name.startsWith('KVIT_')),
  )
}

function environment(wish: Wish, scratch: string): NodeJS.ProcessEnv {
  const folder = join(scratch, 'tmp')
  return {
    TMPDIR: folder,
    TEMP: folder,
    TMP: folder,
    // A hundred processes load the same program: what one has compiled the others take over.
    NODE_COMPILE_CACHE: join(scratch, 'compiled'),
    ...(wish.full ? { KVIT_FULL: '1' } : {}),
  }
}

function bin(name: string, file: string): string {
  return join(ROOT, 'node_modules', name, file)
}

// --- words ---

function record(outcome: TestOutcome, why: unknown): void {
  outcomes.push(outcome)
  say(`FAILED  ${outcome.file}: ${outcome.name}`)
  if (why !== undefined) say(indent(why instanceof Error ? why.message || String(why) : String(why)))
}

function parseLine(text: string): Line | undefined {
  if (!text.startsWith('{')) return undefined
  try {
    return JSON.parse(text) as Line
  } catch {
    return undefined
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

function indent(text: string, with_ = '        '): string {
  return text.replace(/^/gm, with_)
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
