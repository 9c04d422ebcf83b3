import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Bridge, startBridge } from './bridge.ts'
import { padOf } from './pad.ts'
import { driverReader, SimulatedReader } from './readers.ts'
import { crc16, readTag, writeTag } from './tag.ts'

const ORIGIN = 'http://kvit.example'
const TOKEN = 'a token of the test'
const reader = new SimulatedReader()
let bridge: Bridge

before(async () => {
  bridge = await startBridge({ reader, origin: ORIGIN, token: TOKEN, port: 0 })
})
after(() => bridge.close())

test('a tag of the Danish data model is read, and one that was damaged is not', () => {
  assert.equal(crc16(Buffer.from('RFID tag data model')), 0x1aee)
  const sample = Buffer.from('11010131313232333334340000000000000000513e4445373035000000000000', 'hex')
  assert.deepEqual(readTag(sample), { item: '11223344', part: 1, parts: 1, usage: 'circulating', owner: '705' })
  const turned = Buffer.from(sample)
  for (let at = 0; at < turned.length; at += 4) turned.subarray(at, at + 4).reverse()
  assert.equal(readTag(turned)?.item, '11223344', 'blocks written the other way round')
  sample[5] = 0x39
  assert.equal(readTag(sample), undefined)
  const written = { item: '5012345678', part: 2, parts: 3, owner: '716100' }
  assert.deepEqual(readTag(writeTag(written)), { ...written, usage: 'circulating' })
})

test('tags on the pad are put together to items, and what is missing of an item is known', () => {
  const pad = new SimulatedReader()
  pad.put('A1', 'B1:1/3', 'B1:3/3')
  const { items, others } = padOf([...pad.tags(), { uid: 'E0', bytes: Buffer.alloc(32), afi: 0 }])
  assert.deepEqual(
    items.map(({ item, parts, missing, secured }) => ({ item, parts, missing, secured })),
    [
      { item: 'A1', parts: 1, missing: [], secured: true },
      { item: 'B1', parts: 3, missing: [2], secured: true },
    ],
  )
  assert.equal(others, 1)
})

/** A page's side of the conversation. */
async function call(
  token: string,
): Promise<{ told: Record<string, unknown>[]; socket: WebSocket; next(): Promise<void> }> {
  // Node's own client names an origin when it is told to.
  const options = { headers: { origin: ORIGIN } } as unknown as string[]
  const socket = new WebSocket(`ws://127.0.0.1:${bridge.port}`, options)
  const told: Record<string, unknown>[] = []
  socket.addEventListener('message', ({ data }) => told.push(JSON.parse(String(data))))
  await once(socket, 'open')
  const next = async () => {
    await once(socket, 'message')
  }
  const answered = next()
  socket.send(JSON.stringify({ type: 'hello', token }))
  await answered
  return { told, socket, next }
}

test('the page is told what lies on the pad, and sets the security bit of every part of an item', async () => {
  reader.put('C1:1/2', 'C1:2/2')
  const { told, socket, next } = await call(TOKEN)
  while (told.length < 2) await next()
  assert.deepEqual(told[0], { type: 'ready', version: 1, reader: 'simulator' })
  assert.match(JSON.stringify(told[1]), /"item":"C1"/)
  socket.send(JSON.stringify({ type: 'security', request: 7, item: 'C1', on: false }))
  while (!told.some(({ type }) => type === 'security')) await next()
  assert.deepEqual(told.at(-1), { type: 'security', request: 7, item: 'C1', on: false, done: true })
  assert.equal(padOf(reader.tags()).items[0]?.secured, false)
  reader.worn.add(reader.tags()[1]?.uid ?? '')
  socket.send(JSON.stringify({ type: 'security', request: 8, item: 'C1', on: true }))
  while (told.at(-1)?.request !== 8) await next()
  assert.equal(told.at(-1)?.reason, 'not-written')
  socket.send(JSON.stringify({ type: 'security', request: 9, item: 'D1', on: true }))
  while (told.at(-1)?.request !== 9) await next()
  assert.equal(told.at(-1)?.reason, 'gone')
  socket.close()
})

test('whoever has not the token is refused', async () => {
  const { told, socket } = await call('another')
  assert.deepEqual(told, [{ type: 'refused', reason: 'token' }])
  if (socket.readyState !== WebSocket.CLOSED) await once(socket, 'close')
})

for (const [who, headers] of [
  ['a page of another origin', `Origin: https://evil.example\r\nHost: 127.0.0.1`],
  ['a name that was made to point here', `Origin: ${ORIGIN}\r\nHost: evil.example`],
  ['a program that names no page', 'Host: 127.0.0.1'],
] as const) {
  test(`${who} is turned away before it can say anything`, async () => {
    const socket = connect(bridge.port, '127.0.0.1')
    const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13'
    const host = headers.replace(/Host: 127.0.0.1$/, `Host: 127.0.0.1:${bridge.port}`)
    socket.write(`GET / HTTP/1.1\r\n${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n${key}\r\n\r\n`)
    const [answer] = await once(socket, 'data')
    assert.match(String(answer), /^HTTP\/1\.1 403 /)
    socket.destroy()
  })
}

test('a reader of any make is used through a small program of its own', { timeout: 20_000 }, async (t) => {
  const data = Buffer.from(writeTag({ item: 'E1', part: 1, parts: 1, owner: '716100' })).toString('hex')
  const folder = await mkdtemp(join(tmpdir(), 'kvit-rfid-'))
  t.after(() => rm(folder, { recursive: true }))
  const file = join(folder, 'driver.mjs')
  await writeFile(
    file,
    `console.log('{"tags":[{"uid":"E00401","data":"${data}","afi":7}]}')
    process.stdin.on('data', (line) => console.log(JSON.stringify({ written: JSON.parse(line).write, ok: true })))`,
  )
  const driver = driverReader(`"${process.execPath}" "${file}"`, () => {})
  await new Promise<void>((resolve) => driver.onChange(resolve))
  assert.equal(padOf(driver.tags()).items[0]?.item, 'E1')
  assert.equal(await driver.setAfi('E00401', 0xc2), true)
  driver.close()
})
