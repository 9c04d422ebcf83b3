import { randomInt } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Command } from 'commander'
import { driverReader, SimulatedReader, startBridge } from '#rfid'
import { LOCAL_BRIDGE_PORT } from '#web'
import { type Cli, teach } from './cli.ts'
import { Misused, Refused } from './terminal.ts'

/** Letters and digits that are not mistaken for one another when they are read aloud. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789'
const CODE_LENGTH = 20

export function rfidCommand(program: Command, cli: Cli): void {
  teach(
    program
      .command('rfid-bridge')
      .description(
        'Runs on a desk’s own machine and lets Kvit’s page there use the RFID pad: needs no database. Ends with Ctrl-C.',
      )
      .requiredOption('--origin <address>', 'where Kvit is opened at this desk, such as https://kvit.example.dk')
      .option('--driver <command>', 'the program that speaks to the reader; docs/rfid.md says how')
      .option('--simulate [items...]', 'an invented pad with these items; each line of stdin puts others on it')
      .option('--pairing <file>', 'where the pairing code is kept', join(homedir(), '.kvit-rfid-pairing'))
      .action((options) => run(cli, options)),
    {
      examples: [
        'rfid-bridge --origin https://kvit.example.dk --driver /opt/reader/kvit-driver',
        'rfid-bridge --origin http://127.0.0.1:3000 --simulate 9900000011 9900000038:1/2',
      ],
      refuses: [
        'a page of any other address, and whoever does not know the pairing code',
        'callers from other machines: it listens on 127.0.0.1 only',
      ],
    },
  )
}

async function run(
  { terminal }: Cli,
  options: { origin: string; driver?: string; simulate?: string[] | true; pairing: string },
): Promise<void> {
  const { driver, simulate } = options
  if ((driver === undefined) === (simulate === undefined))
    throw new Misused('Name --driver or --simulate, one of them.')
  const origin = URL.canParse(options.origin) ? new URL(options.origin).origin : 'null'
  if (origin === 'null') throw new Misused('--origin must be an address, such as https://kvit.example.dk')
  const token = pairingCode(options.pairing)
  const stopped = Promise.withResolvers<never>()
  const reader = driver
    ? driverReader(driver, () => stopped.reject(new Refused('The driver has ended. The bridge ends with it.')))
    : simulated(simulate === true ? [] : (simulate ?? []))
  const bridge = await startBridge({ reader, origin, token, port: LOCAL_BRIDGE_PORT })
  terminal.say(`Listening on 127.0.0.1:${bridge.port} for ${origin}, reader: ${reader.name}.`)
  terminal.say(`Pairing code, typed once at the desk under "RFID": ${token}`)
  await stopped.promise
}

function simulated(items: readonly string[]): SimulatedReader {
  const reader = new SimulatedReader()
  reader.put(...items)
  createInterface({ input: process.stdin }).on('line', (line) => reader.put(...line.split(/\s+/).filter(Boolean)))
  return reader
}

/** Made the first time; whoever may read the file may use the pad. */
function pairingCode(file: string): string {
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  const code = Array.from({ length: CODE_LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('')
  writeFileSync(file, `${code}\n`, { mode: 0o600 })
  return code
}
