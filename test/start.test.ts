import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { silentLog } from '#core'
import { isAlive, sql } from '#db'
import { readConfig } from '../src/config.ts'
import { seedDemonstration } from '../src/demonstrate.ts'
import { Installation } from '../src/installation.ts'
import { temporaryFolder } from './support/server.ts'

const ROOT = join(import.meta.dirname, '..')
const folders: string[] = []
const children: ChildProcess[] = []

after(async () => {
  for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
})

async function temporary(): Promise<string> {
  const folder = await temporaryFolder('kvit-start-')
  folders.push(folder)
  return folder
}

const { PATH, HOME, NODE_COMPILE_CACHE } = process.env
const PASSED_ON = { PATH, HOME, ...(NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE } : {}) }

/** The program as `npm start` runs it, on a free port, and what it says until it is ready or has ended. */
async function start(
  env: Record<string, string>,
): Promise<{ child: ChildProcess; said: string; address: string | undefined }> {
  const child = spawn(process.execPath, [join(ROOT, 'src', 'main.ts')], {
    cwd: ROOT,
    env: { ...PASSED_ON, PORT: '0', ...env } as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  let said = ''
  const ready = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        said += text
        if (said.includes('Stop with Ctrl-C')) resolve()
      })
    }
    child.once('exit', () => resolve())
  })
  await ready
  return { child, said, address: /Answering at (\S+)/.exec(said)?.[1] }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null) {
    child.kill(signal)
    await once(child, 'exit')
  }
  return child.exitCode
}

async function postgresPid(data: string): Promise<number> {
  return Number((await readFile(join(data, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0])
}

const LEFT_TO_DO = [
  'to be fetched from the shelf',
  'said to be returned',
  'from another library',
  'asked by right',
  'about a patron',
  'a note',
  'came in',
  'a newsletter',
  'a gaming PC',
]

/** Lends a first book with a machine, by nothing but what was printed. Answers how each answer begins. */
async function lendAsTold(said: string): Promise<string[]> {
  const told = (what: RegExp) => what.exec(said)?.[1] ?? assert.fail(`${what} was not printed: ${said}`)
  const signIn = `9300CN${told(/terminals (\w+)/)}@${told(/(\w+)\/staff\/desk/)}|CO${told(/; key (\w+)/)}|`
  const lend = `AO|AA${told(/card (\d+)/)}|AB${told(/then item (\d+)/)}|AC|AD${told(/PIN (\d+)/)}|`
  const machine = connect(Number(told(/SIP2\): +port (\d+)/)), '127.0.0.1').setEncoding('utf8')
  const begins: string[] = []
  for (const message of [signIn, `11NN20261123    09000020261123    090000${lend}`]) {
    machine.write(`${message}\r`)
    const [answer] = await once(machine, 'data')
    begins.push(String(answer).slice(0, 3))
  }
  machine.destroy()
  return begins
}

test('the demonstration starts again with what it had: after a stop, and after the program was killed', async () => {
  const data = await temporary()
  const installation = await Installation.open({ config: readConfig({ KVIT_DATA: data }), log: silentLog })
  await seedDemonstration(installation, { size: { titles: 40, items: 60, patrons: 12, loans: 40, days: 8 } })
  const herning = installation.context('herning', { kind: 'system', job: 'test' })
  const before = await herning.db.one(sql`
    select (select count(*) from loan)::int as loans, (select count(*) from patron)::int as patrons`)
  const work = await herning.db.all(sql<{ list: string }>`
    select 'to be fetched from the shelf' as list from reservation r join item i using (title_id)
      where r.item_id is null and i.state = 'available'
    union select 'said to be returned' from loan where claimed_returned_at is not null
    union select 'from another library' from interlibrary union select 'asked by right' from rights_case
    union select 'about a patron' from patron_task union select 'a note' from note
    union select 'came in' from visit
    union select 'a newsletter' from newsletter union select 'a gaming PC' from gaming_booking order by 1`)
  assert.deepEqual(
    work.map(({ list }) => list),
    LEFT_TO_DO.toSorted(),
    'whoever comes to the desk of a demonstration finds something in each list',
  )
  await installation.close()

  const first = await start({ KVIT_DATA: data })
  assert.match(first.said, /PostgreSQL 18\.\d+, embedded/)
  assert.match(first.said, /username desk, system, dpo, dpo2; password \w+/)
  assert(first.address)
  const health = await fetch(`${first.address}/health`)
  assert.equal(health.status, 200)
  assert.equal((await fetch(`${first.address}/fredensborg/notice`)).status, 200)
  assert.equal((await fetch(`${first.address}/en/time-machine`)).status, 200)
  assert.deepEqual(await lendAsTold(first.said), ['941', '121'])
  const pid = await postgresPid(data)
  assert.equal(await end(first.child, 'SIGTERM'), 0)
  assert(!isAlive(pid), 'the database ends with the program')

  const second = await start({ KVIT_DATA: data })
  const left = await postgresPid(data)
  await end(second.child, 'SIGKILL')
  assert(isAlive(left), 'a killed program leaves its database behind')
  const third = await start({ KVIT_DATA: data })
  assert(third.address, third.said)
  assert.notEqual(await postgresPid(data), left)
  assert.equal(await end(third.child, 'SIGINT'), 0)

  const again = await Installation.open({ config: readConfig({ KVIT_DATA: data }), log: silentLog })
  const now = await again.context('herning', { kind: 'system', job: 'test' }).db.one(sql`
    select (select count(*) from loan)::int as loans, (select count(*) from patron)::int as patrons`)
  await again.close()
  assert.deepEqual(now, before, 'nothing is lost')
})

test('a second program on the same folder is told who runs there already', async () => {
  const data = await temporary()
  const first = await start({ KVIT_DATA: data, KVIT_DEMO: 'off' })
  assert.match(first.said, /No libraries yet/)
  assert.doesNotMatch(first.said, /password/, 'no sign-in is printed where there is no demonstration')
  assert.equal((await fetch(`${first.address}/time-machine`)).status, 404)
  const second = await start({ KVIT_DATA: data })
  assert.equal(second.child.exitCode, 2)
  assert.match(second.said, new RegExp(`already runs on .* \\(process ${first.child.pid}\\)`))
  await end(first.child, 'SIGTERM')
})

test('a server given by DATABASE_URL is used without a demonstration, and only with a master key somebody made', async () => {
  const data = await temporary()
  const installation = await Installation.open({ config: readConfig({ KVIT_DATA: data }), log: silentLog })
  try {
    const url = installation.data.url
    const refused = await start({ KVIT_DATA: await temporary(), DATABASE_URL: url })
    assert.equal(refused.child.exitCode, 2)
    assert.match(refused.said, /master key file .* is not there/i)
    const started = await start({
      KVIT_DATA: await temporary(),
      DATABASE_URL: url,
      KVIT_MASTER_KEY_FILE: join(data, 'master.key'),
    })
    assert.match(started.said, /PostgreSQL 18\.\d+, database "kvit" at 127\.0\.0\.1/)
    assert.match(started.said, /No libraries yet/)
    assert.equal((await fetch(`${started.address}/time-machine`)).status, 404)
    assert.equal(await end(started.child, 'SIGTERM'), 0)
  } finally {
    await installation.close()
  }
})

test('what is wrong with the environment is said by name', async () => {
  const { said, child } = await start({ KVIT_DATA: await temporary(), PORT: 'tretusind' })
  assert.equal(child.exitCode, 2)
  assert.match(said, /PORT/)
  const unreachable = await start({
    KVIT_DATA: await temporary(),
    DATABASE_URL: 'postgres://kvit:hemmelig@127.0.0.1:1/kvit',
  })
  assert.equal(unreachable.child.exitCode, 2)
  assert.match(unreachable.said, /127\.0\.0\.1:1\/kvit cannot be reached/)
  assert.doesNotMatch(unreachable.said, /hemmelig/)
})
