import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { gatewayNumber, readSmsConfig, senderName, sizeOf, smsText } from './index.ts'

test('a text of plain Danish fills 160 signs; a letter telephones do not have leaves room for 70', () => {
  const size = (text: string) => Object.values(sizeOf(text)).join(' ')
  assert.equal(size('æøåÆØÅé'.repeat(22)), 'gsm-7 154 1')
  assert.equal(size('a'.repeat(160)), 'gsm-7 160 1')
  assert.equal(size('a'.repeat(161)), 'gsm-7 161 2')
  assert.equal(size('a'.repeat(306)), 'gsm-7 306 2')
  assert.equal(size('a'.repeat(307)), 'gsm-7 307 3')
  assert.equal(size('€'.repeat(80)), 'gsm-7 160 1')
  assert.equal(size('€'.repeat(81)), 'gsm-7 162 2')
  // 153 is odd: the 77th euro of a segment would be cut, and goes whole into the next.
  assert.equal(size('€'.repeat(153)), 'gsm-7 306 3')
  assert.equal(size('ł'.repeat(70)), 'ucs-2 70 1')
  assert.equal(size('ł'.repeat(71)), 'ucs-2 71 2')
  assert.equal(size('📚'.repeat(35)), 'ucs-2 70 1')
  assert.equal(size('📚'.repeat(36)), 'ucs-2 72 2')
  assert.equal(size(''), 'gsm-7 0 1')
})

test('a longer text is never cheaper', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), fc.string({ unit: 'grapheme' }), (text, more) => {
      assert.ok(sizeOf(text + more).segments >= sizeOf(text).segments)
    }),
  )
})

test('quotation marks and dashes of a text processor do not halve the room', () => {
  const text = smsText('Din bog “Pan” – den er klar…\r\nHent den.\u00a0')
  assert.equal(text, 'Din bog "Pan" - den er klar...\nHent den.')
  assert.equal(sizeOf(text).encoding, 'gsm-7')
})

test('a number is read however it is written', () => {
  for (const [typed, wanted] of [
    ['22334455', '4522334455'],
    ['22 33 44 55', '4522334455'],
    ['+45 2233-4455', '4522334455'],
    ['0045 (22) 33 44 55', '4522334455'],
    ['4522334455', '4522334455'],
    ['+298 123456', '298123456'],
    ['+1 202 555 0100', '12025550100'],
    ['+451234567', undefined],
    ['2233445', undefined],
    ['223344556', undefined],
    ['+0123456789', undefined],
    ['+1234567890123456', undefined],
    ['+45 2233 445x', undefined],
    ['', undefined],
  ] as const) {
    assert.equal(gatewayNumber(typed), wanted, typed)
  }
})

test('a library is named in at most eleven letters, by whole words where they fit', () => {
  assert.equal(senderName('Glostrup Bibliotek'), 'Glostrup')
  assert.equal(senderName('Ærø Bib'), 'Aeroe Bib')
  assert.equal(senderName('Fredensborg Bibliotekerne'), 'Fredensborg')
  assert.equal(senderName('Kulturium Bibliotek, Ishøj'), 'Kulturium')
  assert.equal(senderName('Lyngby-Taarbæk'), 'LyngbyTaarb')
  assert.equal(senderName('…'), 'Bibliotek')
})

test('a file that cannot be used is refused with every fault in it, and without the key', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kvit-sms-'))
  try {
    const path = join(folder, 'sms.yaml')
    await writeFile(join(folder, 'key'), 'hemmelig-nøgle\n')
    await writeFile(path, 'agencies:\n  glostrup: { user: glostrup, key-file: key, from: Bibliotek }\n')
    assert.deepEqual(readSmsConfig(path).agencies.get('glostrup'), {
      url: 'https://api.cpsms.dk/v2',
      user: 'glostrup',
      key: 'hemmelig-nøgle',
      from: 'Bibliotek',
    })
    await writeFile(
      path,
      'agencies:\n  glostrup: { user: g, key-file: none }\n  stevns: { user: s, key-file: key, url: http://example.org/ }\n',
    )
    assert.throws(() => readSmsConfig(path), /glostrup\.key-file(.|\n)*stevns\.url: must begin with https/)
    await writeFile(path, 'agencies:\n  glostrup: { user: "g:x", key-file: key, from: Et for langt navn }\n')
    assert.throws(() => readSmsConfig(path), /user without colon(.|\n)*up to 11 letters/)
    assert.throws(() => readSmsConfig(join(folder, 'nowhere')), /KVIT_SMS_FILE names/)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
