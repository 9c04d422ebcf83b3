import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { closeHashing, makeHash } from './hashing.ts'
import { hashPassword, verifyPassword } from './password.ts'

const TASK = {
  message: Buffer.from('hemmelig'),
  nonce: Buffer.alloc(16, 7),
  tagLength: 32,
  memory: 32_768,
  passes: 2,
  parallelism: 1,
}

test('the same password and salt give the same hash in every thread, another salt another', async () => {
  const [one, other] = await Promise.all([makeHash(TASK), makeHash(TASK)])
  assert.deepEqual(one, other)
  const another = await makeHash({ ...TASK, nonce: Buffer.alloc(16, 8) })
  assert.notDeepEqual(one, another)
})

test('a thread that fails takes along only what it was asked', async () => {
  const asked = [makeHash(TASK), makeHash({ ...TASK, memory: 1 }), makeHash(TASK), makeHash(TASK)]
  const done = await Promise.allSettled(asked)
  assert.deepEqual(
    done.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
  )
})

test('while passwords are hashed, files are read as before', async () => {
  // With a single thread for files: had a hash taken it, the file would come after, also one that is not there.
  const [code, said] = await run(
    `import { readFile } from 'node:fs/promises'
    const all = Promise.all([1, 2, 3, 4].map(() => hashPassword('x'))).then(() => process.stdout.write('hashes'))
    await readFile('a small file').catch(() => {})
    process.stdout.write('file ')
    await all`,
    { UV_THREADPOOL_SIZE: '1' },
  )
  assert.deepEqual([code, said], [0, 'file hashes'])
})

test('hashing that was closed tells who waits, and starts again when it is asked', async () => {
  const waiting = Promise.allSettled(Array.from({ length: 6 }, () => makeHash(TASK)))
  await closeHashing()
  assert.ok((await waiting).some(({ status }) => status === 'rejected'))
  const hash = await hashPassword('fire store gule løver')
  assert.equal(await verifyPassword('fire store gule løver', hash), true)
})

test('a program that has hashed ends by itself, and not before it has its answer', async () => {
  assert.deepEqual(await run(`process.stdout.write((await hashPassword('x')).slice(0, 9))`), [0, '$argon2id'])
})

/** Runs a program of its own that can hash; answers how it ended and what it said. */
async function run(script: string, env: NodeJS.ProcessEnv = {}): Promise<[number | null, string]> {
  const imports = `import { hashPassword } from ${JSON.stringify(new URL('./password.ts', import.meta.url).href)}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', `${imports}\n${script}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  })
  let said = ''
  child.stdout.on('data', (part) => {
    said += part
  })
  const [code] = await once(child, 'close')
  return [code, said]
}
