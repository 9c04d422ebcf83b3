import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { type BibliographicRecord, type MarcEntry, type MarcOptions, readMarc } from './marc.ts'
import { decodeMarc8 } from './marc8.ts'

const FIXTURES = fileURLToPath(new URL('../../../test/fixtures/marc/', import.meta.url))
/** Real records, kept outside the product. */
const REAL = fileURLToPath(new URL('../../../../shared/data/marc', import.meta.url))
const MUTATIONS = Number(process.env.KVIT_FULL ? 10_000 : 1000)

function fixture(name: string): Buffer {
  return readFileSync(FIXTURES + name)
}

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(bytes: Uint8Array | string, options: MarcOptions = {}, size = 65536): Promise<MarcEntry[]> {
  return Array.fromAsync(readMarc(inChunks(typeof bytes === 'string' ? Buffer.from(bytes) : bytes, size), options))
}

function records(entries: readonly MarcEntry[]): BibliographicRecord[] {
  return entries.flatMap((entry) => (entry.kind === 'record' ? [entry.record] : []))
}

function faults(entries: readonly MarcEntry[]): string[] {
  return entries.flatMap((entry) => (entry.kind === 'fault' ? [entry.fault] : []))
}

function warnings(entries: readonly MarcEntry[]): string[] {
  return entries.flatMap((entry) => (entry.kind === 'record' ? entry.warnings : []))
}

type Field = readonly [tag: string, ...parts: string[]]

/** Builds a record; the parts of a field are subfields, the first letter being the code. A field with one part that begins
 * with "=" has no subfields. */
function record(fields: readonly Field[], { leader9 = 'a', encoding = 'utf8' as BufferEncoding } = {}): Buffer {
  let directory = ''
  const bodies: Buffer[] = []
  let start = 0
  for (const [tag, ...parts] of fields) {
    const text = parts[0]?.startsWith('=') ? parts[0].slice(1) : `00${parts.map((part) => `\x1f${part}`).join('')}`
    const body = Buffer.from(`${text}\x1e`, encoding)
    directory +=
      tag + (body.length > 9999 ? '9999' : String(body.length).padStart(4, '0')) + String(start).padStart(5, '0')
    bodies.push(body)
    start += body.length
  }
  const base = 24 + directory.length + 1
  const length = base + start + 1
  const stated = length > 99999 ? '99999' : String(length).padStart(5, '0')
  const leader = `${stated}nam ${leader9}22${String(base).padStart(5, '0')} a 4500`
  return Buffer.concat([Buffer.from(`${leader}${directory}\x1e`), ...bodies, Buffer.from('\x1d')])
}

const TITLE = (number: string, title: string) =>
  record([
    ['001', `=${number}`],
    ['245', `a${title}`],
  ])

test('a MARC 21 record in UTF-8 keeps its letters, names, numbers and items', async () => {
  const entries = await read(fixture('utf8.mrc'))
  const [book, sound] = records(entries)
  assert.deepEqual(book, {
    record_id: 'kv-0001',
    agency_code: 'DK-710100',
    title: 'Blåbærgrød på øen',
    subtitle: 'en historie om æbler',
    author: 'Ågård, Søren',
    contributors: ['Höfer, Zoë'],
    edition: '2. udgave',
    publisher: 'Klitten',
    year: 2019,
    language: 'dan',
    isbn: ['9788700000001'],
    dk5: '86-1',
    subjects: ['Æbler -- Skagen'],
    material: 'book',
    audience: 'child',
    series: 'Øens bøger',
    volume: '3',
    pages: '48 sider',
    items: [
      { barcode: '9900000011', branch: 'SKAGEN', shelf: 'Børn' },
      { barcode: '9900000038', branch: 'HULSIG', shelf: null },
    ],
  })
  assert.equal(sound?.title, 'Ljudet av snö. Del 2. Våren')
  assert.equal(sound?.material, 'audiobook')
  assert.equal(sound?.audience, 'adult')
  assert.deepEqual(sound?.items, [{ barcode: '9900000046', branch: 'SKAGEN', shelf: null }])
  assert.deepEqual(warnings(entries), [])
})

test('accents that stand by themselves in UTF-8 are joined with their letter', async () => {
  const [book] = records(await read(TITLE('1', 'Bla\u030ab\u00e6r')))
  assert.equal(book?.title, 'Bl\u00e5b\u00e6r')
})

test('a record in MARC-8 gives the same letters as one in UTF-8', async () => {
  const entries = await read(fixture('marc8.mrc'))
  const [book] = records(entries)
  assert.equal(book?.title, 'Grød, Æbler og Ål')
  assert.equal(book?.subtitle, 'på øen')
  assert.equal(book?.author, 'Hébert, Jürgen')
  assert.deepEqual(book?.subjects, ['β-stråler'])
  assert.deepEqual(warnings(entries), [])
})

test('MARC-8 accents come before their letter, two on one letter too, and half ligatures are made whole', () => {
  const decode = (...bytes: number[]) => decodeMarc8(Uint8Array.from(bytes))
  assert.equal(decode(0xe8, 0xe5, 0x75).text, '\u01d6')
  assert.equal(decode(0xeb, 0x69, 0xec, 0x61).text, 'i\u0361a')
  assert.equal(decode(0x48, 0x1b, 0x62, 0x32, 0x1b, 0x73, 0x4f).text, 'H\u2082O')
  assert.equal(decode(0x1b, 0x29, 0x21, 0x45, 0xb5).text, 'æ')
  assert.deepEqual(decode(0x88, 0x54, 0x68, 0x65, 0x20, 0x89, 0x41).text, 'The A')
})

test('a MARC-8 alphabet that is not read becomes replacement characters and a warning, and Latin letters go on after it', () => {
  const cyrillic = decodeMarc8(Buffer.from('A\x1b(NAB\x1b(BC', 'latin1'))
  assert.equal(cyrillic.text, 'A\ufffd\ufffdC')
  assert.match(cyrillic.problems.join(), /the MARC-8 set "N"/)
  const chinese = decodeMarc8(Buffer.from('\x1b$1!0!!0"\x1b(BC', 'latin1'))
  assert.equal(chinese.text, '\ufffd\ufffdC')
})

test('UTF-8 in a record that says MARC-8 is read as UTF-8, and said', async () => {
  const entries = await read(
    record(
      [
        ['001', '=1'],
        ['245', 'aSmørrebrød'],
      ],
      { leader9: ' ' },
    ),
  )
  assert.equal(records(entries)[0]?.title, 'Smørrebrød')
  assert.match(warnings(entries).join(), /leader says MARC-8/)
})

test('Latin-1 in a record that says UTF-8 is read as Latin-1, and said', async () => {
  const entries = await read(
    record(
      [
        ['001', '=1'],
        ['245', 'aSmørrebrød'],
      ],
      { encoding: 'latin1' },
    ),
  )
  assert.equal(records(entries)[0]?.title, 'Smørrebrød')
  assert.match(warnings(entries).join(), /Latin-1/)
})

test('bytes that are not UTF-8 are a fault when the librarian has said that the file is UTF-8', async () => {
  const entries = await read(
    record(
      [
        ['001', '=1'],
        ['245', 'aSmørrebrød'],
      ],
      { encoding: 'latin1' },
    ),
    { encoding: 'utf-8' },
  )
  assert.match(faults(entries).join(), /not UTF-8/)
})

test('a danMARC2 record in Latin-1 is recognised, and its filing and escape signs are gone', async () => {
  const entries = await read(fixture('danmarc2-latin1.iso'))
  const [book, sound] = records(entries)
  assert.deepEqual(book, {
    record_id: '99000015',
    agency_code: '870970',
    title: 'Den gule * stjerne',
    subtitle: 'en fortælling om “håb”',
    author: 'Østergaard, Åse',
    contributors: ['Ægidius, Bo'],
    edition: '1. udgave',
    publisher: 'Vadehavet',
    year: 2018,
    language: 'dan',
    isbn: ['9788700000001'],
    dk5: 'sk',
    subjects: ['venskab', 'Ribe'],
    material: 'book',
    audience: 'child',
    series: 'Stjernerækken',
    volume: '2',
    pages: '112 sider',
    items: [],
  })
  assert.equal(sound?.title, 'Fugle ved Ærø')
  assert.equal(sound?.dk5, '56.9:2')
  assert.equal(sound?.material, 'audiobook')
  assert.equal(sound?.audience, 'adult')
  assert.deepEqual(warnings(entries), [])
})

test('@ in MARC 21 is an ordinary character', async () => {
  assert.equal(records(await read(TITLE('1', 'Skriv til os@2014')))[0]?.title, 'Skriv til os@2014')
})

test('MARCXML is read whatever its prefix, with entities and CDATA, and comments are no records', async () => {
  const entries = await read(fixture('prefixed.xml'))
  assert.deepEqual(faults(entries), [])
  const [film, magazine] = records(entries)
  assert.equal(film?.title, 'Fyr & flamme – på Ærø')
  assert.equal(film?.subtitle, 'en film < 90 min')
  assert.equal(film?.material, 'film')
  assert.equal(film?.year, 2015)
  assert.equal(magazine?.material, 'magazine')
  const positions = entries.map((entry) => entry.position)
  assert.equal(fixture('prefixed.xml').toString('utf8', positions[1]).startsWith('<marc:record>'), true)
})

test('a danMARC2 record inside an OAI answer is found, and the answer around it is no record', async () => {
  const entries = await read(fixture('marcxchange-oai.xml'))
  assert.deepEqual(faults(entries), [])
  assert.deepEqual(
    records(entries).map(({ record_id, title, material, dk5 }) => ({ record_id, title, material, dk5 })),
    [{ record_id: '99000031', title: 'Strandens sten', material: 'e-book', dk5: '55.2' }],
  )
})

test('a file gives the same records however it is cut on its way', async () => {
  for (const name of ['utf8.mrc', 'danmarc2-latin1.iso', 'prefixed.xml', 'marcxchange-oai.xml']) {
    const whole = await read(fixture(name))
    assert.ok(records(whole).length > 0)
    for (const size of [1, 2, 7, 100])
      assert.deepEqual(await read(fixture(name), {}, size), whole, `${name} by ${size}`)
  }
})

test('a file cut off in a record delivers the records before, and says where it was cut', async () => {
  const one = TITLE('1', 'Hel')
  const entries = await read(Buffer.concat([one, TITLE('2', 'Halv').subarray(0, 40)]))
  assert.equal(records(entries)[0]?.title, 'Hel')
  const last = entries.at(-1)
  assert.ok(last?.kind === 'fault')
  assert.equal(last.position, one.length)
  assert.equal(last.number, 2)
  assert.match(last.fault, /ends in the middle of a record, after 40/)
  const xml = fixture('prefixed.xml')
  const cut = await read(xml.subarray(0, xml.indexOf('Havebladet')))
  assert.equal(records(cut).length, 1)
  assert.match(faults(cut).join(), /ends in the middle of a record/)
  const betweenRecords = await read(xml.subarray(0, xml.indexOf('</marc:record>') + 14))
  assert.equal(records(betweenRecords).length, 1)
  assert.match(faults(betweenRecords).join(), /records may be missing/)
})

test('a record with a wrong length is a fault, and the next is read', async () => {
  const wrong = TITLE('1', 'Forkert')
  wrong.write('00999', 0)
  const entries = await read(Buffer.concat([wrong, TITLE('2', 'Rigtig')]))
  assert.deepEqual(
    entries.map((entry) => [entry.kind, entry.position]),
    [
      ['fault', 0],
      ['record', wrong.length],
    ],
  )
  assert.match(faults(entries)[0]!, new RegExp(`says that it is 999 bytes long, but it is ${wrong.length}`))
})

test('a directory that points wrong is a fault, and the next record is read', async () => {
  const wrong = TITLE('1', 'Forkert')
  wrong.write('0009', 24 + 3)
  const entries = await read(Buffer.concat([wrong, TITLE('2', 'Rigtig')]))
  assert.match(faults(entries).join(), /directory does not point at field 001/)
  assert.deepEqual(
    records(entries).map((record) => record.title),
    ['Rigtig'],
  )
})

test('rubbish between records is a fault at its place, and costs no record; line breaks are no rubbish', async () => {
  const one = TITLE('1', 'Første')
  const entries = await read(
    Buffer.concat([one, Buffer.from('\r\n'), Buffer.from('hvad er det'), TITLE('2', 'Anden'), Buffer.from('\r\n\x1a')]),
  )
  assert.deepEqual(
    records(entries).map((record) => record.title),
    ['Første', 'Anden'],
  )
  assert.deepEqual(faults(entries).length, 1)
  assert.match(faults(entries)[0]!, /^11 bytes that are no MARC record/)
  assert.deepEqual(
    entries.map((entry) => entry.position),
    [0, one.length + 2, one.length + 13],
  )
})

test('a record without title or number is a fault; a deleted record is not taken in', async () => {
  assert.match(
    faults(
      await read(
        record([
          ['001', '=1'],
          ['100', 'aEn'],
        ]),
      ),
    ).join(),
    /no title/,
  )
  assert.match(faults(await read(record([['245', 'aUden nummer']]))).join(), /no number/)
  const deleted = TITLE('1', 'Væk')
  deleted.write('d', 5)
  assert.match(faults(await read(deleted)).join(), /deleted/)
})

test('a huge field is read by its terminator and its title cut; a record over 1 MiB is a fault', async () => {
  const long = await read(Buffer.concat([TITLE('1', 'lang '.repeat(30_000)), TITLE('2', 'Kort')]))
  assert.deepEqual(
    records(long).map((record) => record.title.length),
    [999, 4],
  )
  assert.match(warnings(long).join(), /cut to 1000/)
  const huge = Buffer.concat([Buffer.from('99999'), Buffer.alloc(2 ** 20, 'x'), Buffer.from('\x1d')])
  const entries = await read(Buffer.concat([huge, TITLE('2', 'Efter')]))
  assert.match(faults(entries).join(), /1 MiB/)
  assert.deepEqual(
    records(entries).map((record) => record.title),
    ['Efter'],
  )
  const title = '<datafield tag="245"><subfield code="a">T</subfield></datafield>'
  const good = `<record><controlfield tag="001">1</controlfield>${title}</record>`
  const xml = `<collection><record>${title}${'x'.repeat(2 ** 20)}</record>${good}</collection>`
  const fromXml = await read(xml)
  assert.equal(records(fromXml).length, 1)
  assert.match(faults(fromXml).join(), /1 MiB/)
})

test('control characters are removed, and said', async () => {
  const entries = await read(TITLE('1', 'Klar\x07\x00 tale'))
  assert.equal(records(entries)[0]?.title, 'Klar tale')
  assert.match(warnings(entries).join(), /Control characters/)
})

test('a broken XML record is a fault that says what, and the next is read', async () => {
  const field = (text: string) =>
    `<controlfield tag="001">7</controlfield><datafield tag="245"><subfield code="a">${text}</subfield></datafield>`
  const cases: readonly (readonly [string, RegExp])[] = [
    [`<record>${field('A & B')}</record>`, /entity/],
    [`<record>${field('&hemmelig;')}</record>`, /entity/],
    [`<record>${field('&#0;')}</record>`, /entity/],
    [`<record>${field('a\u0001b')}</record>`, /U\+0001/],
    [`<record>${field('a <b c</i>')}</record>`, /broken/],
    [`<record>${field('a')}<datafield tag="500"></record>`, /closes what is not open/],
    [`<record>${field('uden slut')}`, /no end tag before the next/],
    [`<record>${field('<!-- uden slut ')}</record>`, /has no end/],
  ]
  for (const [broken, expected] of cases) {
    const entries = await read(`<collection>${broken}<record>${field('Næste')}</record></collection>`)
    assert.deepEqual(
      records(entries).map((record) => record.title),
      ['Næste'],
      broken,
    )
    assert.match(faults(entries).join(), expected, broken)
  }
})

test('a document type declaration is refused before anything of it is read', async () => {
  const bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
  const entries = await read(
    `<?xml version="1.0"?>${bomb}<collection><record><controlfield tag="001">1</controlfield><datafield tag="245"><subfield code="a">&b;</subfield></datafield></record></collection>`,
  )
  assert.equal(entries.length, 1)
  assert.match(faults(entries).join(), /DTD/)
})

test('a file that is something else altogether is one fault that says so', async () => {
  assert.match(faults(await read('<html><body>Log ind</body></html>')).join(), /No MARC record/)
  assert.match(faults(await read('titel;forfatter\nA;B\n')).join(), /no MARC record/)
  assert.match(faults(await read(Buffer.from('\ufeff<collection/>', 'utf16le'))).join(), /UTF-16/)
  assert.deepEqual(await read(''), [])
})

test('a wrong check digit in an ISBN is said and the number kept; what is no barcode makes no item', async () => {
  const entries = await read(
    record([
      ['001', '=1'],
      ['020', 'a87-00-00000-5'],
      ['020', 'aib.'],
      ['245', 'aBog'],
      ['952', `p${'9'.repeat(20)}`],
    ]),
  )
  assert.deepEqual(records(entries)[0]?.isbn, ['8700000005'])
  assert.deepEqual(records(entries)[0]?.items, [])
  assert.equal(warnings(entries).length, 3)
})

test(`files with any bytes changed are read to their end without an error (${MUTATIONS} changed files)`, async () => {
  for (const name of ['utf8.mrc', 'marc8.mrc', 'danmarc2-latin1.iso', 'prefixed.xml', 'marcxchange-oai.xml']) {
    const original = fixture(name)
    const change = fc.tuple(
      fc.nat(original.length - 1),
      fc.oneof(fc.nat(255), fc.constantFrom(0x1b, 0x1d, 0x1e, 0x1f, 0x26, 0x30, 0x3c, 0x3e)),
      fc.constantFrom('set', 'insert', 'remove'),
    )
    // fast-check names its seed when it finds a file that fails.
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 400 }),
        async (changes, size) => {
          let bytes = Buffer.from(original)
          for (const [at, byte, how] of changes) {
            const rest = bytes.subarray(how === 'insert' ? at : at + 1)
            bytes = Buffer.concat([
              bytes.subarray(0, at),
              how === 'remove' ? Buffer.alloc(0) : Buffer.from([byte]),
              rest,
            ])
          }
          const entries = await read(bytes, {}, size)
          entries.forEach((entry, index) => {
            assert.equal(entry.number, index + 1)
            assert.ok(entry.position >= 0 && entry.position <= bytes.length)
            if (entry.kind === 'record') assert.ok(entry.record.title !== '' && entry.record.title.isWellFormed())
          })
          assert.deepEqual(await read(bytes), entries)
        },
      ),
      { numRuns: Math.ceil(MUTATIONS / 5) },
    )
  }
})

test('real records are read without faults', async (t) => {
  if (!existsSync(REAL)) return t.skip(`there are no real records at ${REAL}`)
  for (const name of readdirSync(REAL).filter((file) => file.endsWith('.mrc'))) {
    const bytes = readFileSync(`${REAL}/${name}`)
    const entries = await read(bytes)
    const terminators = bytes.reduce((count, byte) => count + (byte === 0x1d ? 1 : 0), 0)
    assert.deepEqual(faults(entries), [], name)
    assert.equal(records(entries).length, terminators, name)
    assert.ok(records(entries).every((record) => !record.title.includes('\ufffd')))
  }
})
