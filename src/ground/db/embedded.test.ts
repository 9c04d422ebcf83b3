import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { asOwner } from '../../../test/support/server.ts'
import { type EmbeddedServer, isAlive, runningEmbedded, startEmbedded } from './embedded.ts'

const ROOT = process.getuid?.() === 0
const NOBODY = 65534

/** A folder as an installation has it, which nobody else may enter, and what was started in it, ended afterwards. */
async function withFolder(work: (data: string) => Promise<void>): Promise<void> {
  const data = await mkdtemp(join(tmpdir(), 'kvit-embedded-'))
  try {
    await work(data)
  } finally {
    const pid = await serverOf(data)
    if (pid && isAlive(pid)) await killed(pid, 'SIGQUIT')
    const place = await readFile(join(data, 'place'), 'utf8').catch(() => undefined)
    if (place) await rm(place, { recursive: true, force: true })
    await rm(data, { recursive: true, force: true })
  }
}

async function start(data: string): Promise<EmbeddedServer> {
  const server = await startEmbedded(data)
  if (server.folder !== join(data, 'postgres')) await writeFile(join(data, 'place'), server.folder)
  return server
}

async function serverOf(data: string): Promise<number> {
  const text = await readFile(join(data, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '')
  return Number(text.split('\n')[0])
}

async function killed(pid: number, signal: NodeJS.Signals): Promise<void> {
  process.kill(pid, signal)
  await gone(pid)
}

/** Whether a process ends within a while: one that has lost its parent is cleared away by the system, in its own time. */
async function gone(pid: number): Promise<boolean> {
  for (let waited = 0; isAlive(pid) && waited < 10_000; waited += 20) await new Promise((done) => setTimeout(done, 20))
  return !isAlive(pid)
}

const write = (url: string) =>
  asOwner(url, (db) => db.query(`create table if not exists kept (n int); insert into kept values (1)`))
const count = (url: string) =>
  asOwner(url, async (db) => Number((await db.query('select count(*)::int as count from kept')).rows[0].count))

/** Another program that starts the server in the folder, writes one row, and is then killed in the middle of things. */
async function killedProgram(data: string): Promise<void> {
  const program = spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { startEmbedded } from ${JSON.stringify(import.meta.resolve('./embedded.ts'))}
       import pg from 'pg'
       const { url } = await startEmbedded(${JSON.stringify(data)})
       const client = new pg.Client({ connectionString: url })
       await client.connect()
       await client.query('create table if not exists kept (n int); insert into kept values (1)')
       console.log('written')
       setInterval(() => {}, 1000)`,
    ],
    { cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const ended = new Promise<void>((done) => program.once('exit', () => done()))
  await Promise.race([new Promise((done) => program.stdout.once('data', done)), ended])
  program.kill('SIGKILL')
  await ended
}

test('it starts in a folder that nobody else may enter, with the settings that forgetting needs', async () => {
  await withFolder(async (data) => {
    await chmod(data, 0o700)
    const server = await start(data)
    try {
      assert.match(server.version, /^\d+\.\d+$/)
      assert.equal(await runningEmbedded(data), server.url)
      const settings = await asOwner(server.url, async (db) => {
        const { rows } = await db.query(`
          select current_setting('wal_recycle') as wal_recycle, current_setting('fsync') as fsync,
                 current_setting('log_parameter_max_length_on_error') as logged, current_setting('server_encoding') as encoding,
                 current_setting('listen_addresses') as listens, d.datlocale as locale
          from pg_database d where d.datname = current_database()`)
        return rows[0]
      })
      assert.deepEqual(settings, {
        wal_recycle: 'off',
        fsync: 'on',
        logged: '0',
        encoding: 'UTF8',
        listens: '',
        locale: 'da-DK',
      })
      assert.equal((await stat(join(data, 'postgres'))).mode & 0o077, 0)
      assert.equal((await stat(join(data, 'postgres.password'))).mode & 0o077, 0)
    } finally {
      await server.stop()
    }
    assert.equal(await runningEmbedded(data), undefined)
  })
})

test('in a folder whose name is too long for a socket it listens on the machine itself', async () => {
  await withFolder(async (data) => {
    const deep = join(data, 'a-very-long-name-'.repeat(8))
    await mkdir(deep)
    await chmod(data, 0o755)
    const server = await startEmbedded(deep)
    try {
      assert.equal(new URL(server.url).searchParams.get('host'), null)
      assert.equal(await runningEmbedded(deep), server.url)
      await write(server.url)
      assert.equal(await count(server.url), 1)
    } finally {
      await server.stop()
    }
  })
})

test('what was written is there after it was stopped and started', async () => {
  await withFolder(async (data) => {
    for (const times of [1, 2]) {
      const server = await start(data)
      await write(server.url)
      assert.equal(await count(server.url), times)
      await server.stop()
    }
  })
})

test('killed with power, the server starts again with what was written', async () => {
  await withFolder(async (data) => {
    const first = await start(data)
    await write(first.url)
    await killed(await serverOf(data), 'SIGKILL')
    const second = await start(data)
    assert.equal(await count(second.url), 1)
    await second.stop()
  })
})

test('a program that is killed leaves its server behind, and the next one takes over', async () => {
  await withFolder(async (data) => {
    await killedProgram(data)
    const left = await serverOf(data)
    assert.ok(isAlive(left), 'no server was left behind')
    const server = await start(data)
    assert.notEqual(await serverOf(data), left)
    assert.ok(await gone(left))
    assert.equal(await count(server.url), 1)
    await server.stop()
  })
})

test('program and server both killed, the next start finds what was written', async () => {
  await withFolder(async (data) => {
    await killedProgram(data)
    await killed(await serverOf(data), 'SIGKILL')
    const server = await start(data)
    assert.equal(await count(server.url), 1)
    await server.stop()
  })
})

test('a first start that was killed while making the cluster is made anew', async () => {
  await withFolder(async (data) => {
    await mkdir(join(data, 'postgres.making'), { recursive: true })
    await mkdir(join(data, 'postgres.making', 'base'))
    const server = await start(data)
    await write(server.url)
    await server.stop()
  })
})

/** Why the test below has nothing to show here, if so. */
function noOrdinaryUser(): string | false {
  if (!ROOT) return 'every other test here is that'
  // Another user can then not even start the program, let alone its server.
  const entered = spawnSync(process.execPath, ['--version'], { uid: NOBODY, gid: NOBODY })
  return entered.error ? 'the checkout lies in a folder that other users cannot enter' : false
}

test('an ordinary user needs nothing else', { skip: noOrdinaryUser() }, async () => {
  await withFolder(async (data) => {
    await chown(data, NOBODY, NOBODY)
    const program = spawn(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        `import { startEmbedded } from ${JSON.stringify(import.meta.resolve('./embedded.ts'))}
         const server = await startEmbedded(${JSON.stringify(data)})
         console.log(server.folder, process.getuid())
         await server.stop()`,
      ],
      { cwd: import.meta.dirname, uid: NOBODY, gid: NOBODY, stdio: ['ignore', 'pipe', 'pipe'] },
    )
    let said = ''
    for (const stream of [program.stdout, program.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text
      })
    }
    const status = await new Promise((done) => program.once('close', done))
    assert.equal(status, 0, said)
    assert.equal(said.trim(), `${join(data, 'postgres')} ${NOBODY}`)
  })
})
