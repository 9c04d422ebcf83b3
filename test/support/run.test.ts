import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'

const folder = await mkdtemp(join(tmpdir(), 'kvit-run-test-'))
after(() => rm(folder, { recursive: true, force: true }))

/** What `npm test` says of one test file with this content. */
async function runOn(content: string, ...options: string[]): Promise<{ status: number | null; lines: string[] }> {
  const file = join(folder, 'sample.test.ts')
  await writeFile(file, `import { describe, test } from 'node:test'\n${content}`)
  return run(...options, file)
}

function run(...words: string[]): { status: number | null; lines: string[] } {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const ended = spawnSync(process.execPath, [join(import.meta.dirname, 'run.ts'), ...words], { encoding: 'utf8', env })
  return { status: ended.status, lines: `${ended.stdout}${ended.stderr}`.trimEnd().split('\n') }
}

test('tests that pass are counted on the last line, with status 0', async () => {
  const { status, lines } = await runOn(`
    test('one', () => {})
    describe('a group', () => { test('two', () => {}); test('three', { skip: true }, () => {}) })
    test('four', { todo: 'later' }, () => { throw new Error('not yet') })`)
  assert.equal(lines.at(-1), '2 passed, 0 failed, 2 skipped')
  assert.equal(status, 0)
  assert.equal(lines.filter((line) => line.includes('passed, 0 failed')).length, 1)
})

test('a test that fails is named with those around it, says why, and the status is 1', async () => {
  const { status, lines } = await runOn(`
    describe('loans', () => {
      test('a renewal', async (t) => { await t.test('is refused', () => { throw new Error('was granted') }) })
    })`)
  assert.equal(lines.at(-1), '0 passed, 2 failed, 0 skipped')
  assert.equal(status, 1)
  assert.ok(lines.some((line) => /^FAILED .*sample\.test\.ts: loans > a renewal > is refused$/.test(line)))
  assert.ok(lines.some((line) => line.includes('Error: was granted')))
})

test('a group whose preparation fails is a failure', async () => {
  const { status, lines } = await runOn(`
    import { before } from 'node:test'
    describe('loans', () => { before(() => { throw new Error('no scene') }); test('a renewal', () => {}) })`)
  assert.equal(status, 1)
  assert.ok(lines.some((line) => line.includes('no scene')))
})

test('a file that cannot be loaded, ends badly, or holds no test is a failure', async () => {
  for (const content of [
    `throw new Error('broken')`,
    `test('one', () => {}); setTimeout(() => process.exit(3), 100)`,
    ``,
    `test('one', () => {}); process.on('exit', () => { process.exitCode = 1 })`,
  ]) {
    const { status, lines } = await runOn(content)
    assert.equal(status, 1, content)
    assert.match(lines.at(-1) ?? '', /^\d passed, 1 failed, 0 skipped$/, content)
  }
})

test('a run without the browser says that it is incomplete', async () => {
  const { status, lines } = await runOn(`test('one', () => {})`, '--no-browser')
  assert.equal(lines.at(-2), '1 passed, 0 failed, 0 skipped')
  assert.match(lines.at(-1) ?? '', /INCOMPLETE/)
  assert.equal(status, 0)
})

test('what a test prints is shown, and the settings of a running Kvit are not passed on', async () => {
  process.env.KVIT_DATA = '/somewhere'
  const { lines } = await runOn(`test('one', () => { console.log('data', process.env.KVIT_DATA) })`)
  delete process.env.KVIT_DATA
  assert.ok(lines.some((line) => line.endsWith('| data undefined')))
})

test('--help explains, and an option or file that is not there is refused with status 2', () => {
  const help = run('--help')
  assert.equal(help.status, 0)
  assert.ok(help.lines.some((line) => line.includes('--no-browser')))
  assert.equal(run('--fast').status, 2)
  assert.equal(run('nowhere.test.ts').status, 2)
})
