import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, test } from 'node:test'
import { SMTPServer } from 'smtp-server'
import { sql } from '#db'
import { queueMessages, sendWaiting, undelivered } from '#messages'
import type { Context } from '#vault'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { connectSmtp, type Smtp } from './index.ts'

let library: TestLibrary
let ctx: Context
let cast: Cast
let server: SMTPServer
let url: string
let smtp: Smtp
/** The message ids of what the mail server has taken. */
const taken: string[] = []
/** What the server does when it has a whole mail, before it says so. */
let onMail: () => void = () => {}

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  cast = await castIn(ctx)
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        taken.push(/^Message-ID: <([^@>]+)@/m.exec(Buffer.concat(parts).toString('utf8'))?.[1] ?? 'no id')
        onMail()
        done()
      })
    },
  })
  // A client that is killed leaves its connection as it is.
  server.on('error', () => {})
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  url = `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`
  smtp = connectSmtp(url, 'noreply@bibliotek.example')
})
after(async () => {
  smtp.close()
  await new Promise<void>((done) => server.close(() => done()))
  await library.close()
})
beforeEach(async () => {
  await ctx.db.run(sql`delete from message`)
  taken.length = 0
  onMail = () => {}
})

/** A process of its own that sends what waits, and dies by itself right after a mail has left when asked to. */
const CHILD = `
import { silentLog, MovableClock, seededRandom } from '#core'
import { sendWaiting } from '#messages'
import { connectSmtp } from '#smtp'
const { readConfig } = await import(process.env.ROOT + '/src/config.ts')
const { Installation } = await import(process.env.ROOT + '/src/installation.ts')
const installation = await Installation.open({
  config: { ...readConfig({ DATABASE_URL: process.env.DATABASE, KVIT_DATA: process.env.FOLDER }), mayMakeKey: true },
  log: silentLog,
  clock: new MovableClock(Temporal.Instant.from(process.env.NOW)),
  random: seededRandom('child'),
})
const ctx = installation.context('fredensborg', { kind: 'system', job: 'messages' })
const sender = connectSmtp(process.env.SMTP, 'noreply@bibliotek.example').sender({ name: 'B' })
const email = process.env.DIES === 'after'
  ? { ...sender, async send(message) { await sender.send(message); process.kill(process.pid, 'SIGKILL') } }
  : sender
process.stdout.write('ready')
await sendWaiting(ctx, { email })
await installation.close()
process.exit(0)
`
const ROOT = new URL('../../..', import.meta.url)

function child(dies: 'after' | 'when-killed') {
  const process_ = spawn(process.execPath, ['--input-type=module-typescript', '-e', CHILD], {
    cwd: ROOT,
    env: {
      ...process.env,
      ROOT: ROOT.href.replace(/\/$/, ''),
      DATABASE: library.url,
      FOLDER: library.folder,
      SMTP: url,
      NOW: ctx.clock.now().toString(),
      DIES: dies,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return process_
}

async function queue(count: number): Promise<void> {
  await queueMessages(
    ctx,
    Array.from({ length: count }, () => ({
      patron_id: cast.asta.id,
      kind: 'due-soon',
      channel: 'email' as const,
      language: 'da' as const,
      recipient: 'asta@example.org',
      subject: 'Husk at aflevere',
      body: 'Tekst',
    })),
  )
}

/** What the next process does, as soon as the dead one is known to be dead. */
async function nextProcess(): Promise<number> {
  library.clock.moveTo(ctx.clock.now().add({ minutes: 16 }))
  return sendWaiting(ctx, { email: smtp.sender({ name: 'B' }) })
}

for (const [when, dies] of [
  ['after the mail server took the mail and before that was noted', 'after'],
  ['while the mail server was taking the mail', 'when-killed'],
] as const) {
  test(`killed ${when}: the mail is never sent twice, the others once, and the desk is shown the one that is unsure`, async () => {
    await queue(3)
    const sending = child(dies)
    if (dies === 'when-killed') onMail = () => void sending.kill('SIGKILL')
    const [, signal] = await once(sending, 'exit')
    onMail = () => {}
    assert.equal(signal, 'SIGKILL')
    assert.equal(taken.length, 1, 'one mail had left')
    const [first] = taken
    assert.equal(await nextProcess(), 2, 'those that had not begun to leave go now')
    const { messages } = await undelivered(ctx, 10)
    assert.deepEqual(
      messages.map(({ id, because }) => [id, because]),
      [[first, 'unsure']],
    )
    assert.equal(await nextProcess(), 0)
    assert.deepEqual([taken.length, new Set(taken).size], [3, 3], 'no mail left twice')
    const { lost } = await ctx.db.one<{ lost: number }>(sql`
      select count(*)::int as lost from message where sent_at is null and given_up_at is null`)
    assert.equal(lost, 0)
  })
}
