import { addressingName, bornOn, type SimulatedCitizen, standardAddress } from './cpr-service-citizens.ts'

/**
 * A file of changes as the CPR register delivers it (P12170): records of fixed width in Latin-1, a start and an end
 * record around them.
 */
export function changeFile(lines: readonly string[], produced: Temporal.PlainDate): Buffer {
  const day = produced.toString().replaceAll('-', '')
  const all = [
    `000${' '.repeat(10)}000047${day}${day}`,
    ...lines,
    `999${' '.repeat(10)}${String(lines.length + 2).padStart(8, '0')}`,
  ]
  return Buffer.from(all.map((line) => `${line}\n`).join(''), 'latin1')
}

/** What the platform lays beside a file once it is there. */
export function metadataOf(name: string, bytes: Buffer, recipient: string): Buffer {
  return Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>
<ns2:Trigger xmlns:ns2="http://serviceplatformen.dk/xml/wsdl/soap11/SFTP/1/types"><FileTransferUUID>00000000-0000-4000-8000-000000000000</FileTransferUUID><FileDescriptor><FileName>${name}</FileName><SizeInBytes>${bytes.length}</SizeInBytes><Sender>cpr</Sender><SendersFileId>${name}</SendersFileId><Recipients>${recipient}</Recipients></FileDescriptor><FileContentDescriptor></FileContentDescriptor></ns2:Trigger>
`,
    'utf8',
  )
}

const CUSTODY = { mother: '0003', father: '0004', other: '0005' } as const

/** All records of one person. */
export function recordsOf(citizen: SimulatedCitizen): string[] {
  const { cpr, name, address, protection } = citizen
  const start = (type: string) => `${type}${cpr}`
  const lines = [
    start('001') +
      fields(
        [citizen.currentCpr, 10],
        [String(citizen.status ?? 1).padStart(2, '0'), 2],
        ['', 13],
        [Number(cpr[9]) % 2 === 0 ? 'K' : 'M', 1],
        [bornOn(cpr), 10],
        ['', 57],
      ),
  ]
  if (address) {
    lines.push(
      start('003') +
        fields(
          [addressingName(citizen), 34],
          ['', 68],
          [standardAddress(address), 34],
          ['', 34],
          [address.postcode, 4],
          [address.city, 20],
          [address.municipality, 4],
          ['0001', 4],
          [address.houseNumber, 4],
          [address.floor, 2],
          [address.door, 4],
          ['', 4],
          [address.road, 20],
        ),
    )
  }
  if (protection) lines.push(start('004') + fields(['0001', 4], [protection.from, 10], [protection.until, 10]))
  lines.push(
    start('008') +
      fields([name.first, 50], ['', 1], [name.middle, 40], ['', 1], [name.last, 40], ['', 14]) +
      fields([addressingName(citizen), 34]),
  )
  for (const custody of citizen.custody ?? []) {
    const other = custody.as === 'other' ? custody.cpr : ''
    lines.push(start('016') + fields([CUSTODY[custody.as], 4], ['', 21], [other, 10], ['', 10]))
  }
  return lines
}

/** That the person once had another number. */
export function earlierNumber(cpr: string, earlier: string): string {
  return `022${cpr}${earlier}${' '.repeat(22)}`
}

function fields(...given: readonly (readonly [string | null | undefined, number])[]): string {
  return given.map(([value, width]) => (value ?? '').slice(0, width).padEnd(width)).join('')
}
