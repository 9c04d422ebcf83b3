import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { test } from 'node:test'
import { isAlive } from '#db'
import { asOwner, temporaryFolder } from './server.ts'

// Ctrl-C in a shell; what a supervisor sends; and the terminal that was closed.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test(`a run ended by ${signal} stops its database and takes its folders away`, async () => {
    const folder = await temporaryFolder('kvit-interrupted-')
    const support = relative(folder, join(import.meta.dirname, 'server.ts'))
    const file = join(folder, 'endless.test.ts')
    const said = join(folder, 'said')
    await writeFile(
      file,
      `import { writeFileSync } from 'node:fs'
       import { test } from 'node:test'
       import { testServer } from '${support}'
       test('endless', async () => {
         const { url } = await testServer()
         writeFileSync('${said}', JSON.stringify({ url, pid: process.pid }))
         await new Promise(() => setInterval(() => {}, 1000))
       })`,
    )
    const temporary = join(folder, 'tmp')
    await mkdir(temporary)
    const { NODE_TEST_CONTEXT: _, DATABASE_URL: __, KVIT_TEST_URL: ___, ...env } = process.env
    const run = spawn(process.execPath, [join(import.meta.dirname, 'run.ts'), file], {
      env: { ...env, TMPDIR: temporary },
      stdio: 'ignore',
    })
    const ended = new Promise<number | null>((done) => run.once('exit', done))
    try {
      const { url, pid } = await reading(said)
      const [row] = (await asOwner(url, (db) => db.query(`select current_setting('data_directory') as place`))).rows
      const server = Number((await readFile(join(row.place, 'postmaster.pid'), 'utf8')).split('\n')[0])
      const place = await realpath(row.place)
      assert.ok(isAlive(server) && isAlive(pid))
      run.kill(signal)
      assert.equal(await ended, 130)
      assert.deepEqual([isAlive(server), isAlive(pid), existsSync(place)], [false, false, false])
    } finally {
      run.kill('SIGKILL')
      await rm(folder, { recursive: true, force: true })
    }
  })
}

async function reading(file: string): Promise<{ url: string; pid: number }> {
  for (let waited = 0; waited < 30_000; waited += 50) {
    const text = await readFile(file, 'utf8').catch(() => '')
    if (text.endsWith('}')) return JSON.parse(text)
    await new Promise((done) => setTimeout(done, 50))
  }
  throw new Error('the run did not come so far')
}
