import { userInfo } from 'node:os'
import type { Command } from 'commander'
import type { Agency } from '#agencies'
import { restoring } from '#backup'
import { type Actor, type Log, realClock, ShiftedClock } from '#core'
import { MIGRATIONS, migrationNumber, OperatorProblem, readMigrations } from '#db'
import type { Context } from '#vault'
import { type Config, readConfig } from '../config.ts'
import { demonstrationState } from '../demonstrate.ts'
import { Installation } from '../installation.ts'
import { openLog } from '../log.ts'
import type { Terminal } from './terminal.ts'

/** What every command has: whoever called it, and the way to the libraries. */
export class Cli {
  readonly terminal: Terminal
  readonly #openLog: (config: Config) => Promise<Log>
  #opening: Promise<Installation> | undefined

  constructor(terminal: Terminal, logTo: (config: Config) => Promise<Log> = openLog) {
    this.terminal = terminal
    this.#openLog = logTo
  }

  get config(): Config {
    return readConfig(this.terminal.caller.env)
  }

  /** Opens Kvit, beside one that runs if need be, and closes it when the work is done. */
  async installed(work: (installation: Installation) => Promise<void>): Promise<void> {
    const { config } = this
    const log = await this.#openLog(config)
    const clock = new ShiftedClock()
    this.#opening = Installation.open({ config, log, clock, join: true })
    try {
      const installation = await this.#opening
      const demonstration = await demonstrationState(installation)
      // A demonstration has a time of its own, in which its nights have been run.
      if (demonstration?.finished_at) clock.showing(realClock.now().add({ seconds: demonstration.ahead_seconds }))
      await work(installation)
    } finally {
      await this.close()
    }
  }

  /** Opens one library. @throws OperatorProblem when it is not there or not ready */
  inLibrary(
    agency: string,
    work: (ctx: Context, installation: Installation, agency: Agency) => Promise<void>,
  ): Promise<void> {
    return this.installed(async (installation) => {
      const known = await findAgency(installation, agency)
      await checkReady(installation, known.name)
      await work(installation.context(known.name, this.operator), installation, known)
    })
  }

  /** Opens the library that is named, or each in turn. */
  inLibraries(
    agency: string | undefined,
    work: (ctxs: readonly Context[], installation: Installation) => Promise<void>,
  ): Promise<void> {
    return this.installed(async (installation) => {
      const agencies = agency ? [await findAgency(installation, agency)] : await installation.agencies()
      for (const { name } of agencies) await checkReady(installation, name)
      await work(
        agencies.map(({ name }) => installation.context(name, this.operator)),
        installation,
      )
    })
  }

  get operator(): Actor & { kind: 'operator' } {
    return { kind: 'operator', name: operatorName() }
  }

  /** Closes what is open, or is being opened; also when the command is interrupted. */
  async close(): Promise<void> {
    const opening = this.#opening
    this.#opening = undefined
    // One that could not be opened has closed itself.
    const open = await opening?.catch(() => undefined)
    await open?.close()
  }
}

export async function findAgency(installation: Installation, name: string): Promise<Agency> {
  const agencies = await installation.agencies()
  const known = agencies.find((agency) => agency.name === name)
  if (known) return known
  const names = agencies.map((agency) => agency.name).join(', ')
  throw new OperatorProblem(
    names
      ? `There is no library "${name}" here. There are: ${names}.`
      : `There is no library "${name}" here, nor any other. Add one: npm run kvit -- agency add --help`,
  )
}

async function checkReady(installation: Installation, name: string): Promise<void> {
  if (await restoring(installation.data.owner(), name)) {
    throw new OperatorProblem(
      `${name} is being restored. When that has ended or was broken off, start Kvit once to finish it, or restore again.`,
    )
  }
  for (const [databases, folder] of [
    [installation.data, 'library'],
    [installation.keys, 'keys'],
  ] as const) {
    const known = (await readMigrations(`${MIGRATIONS}/${folder}`)).length
    if ((await migrationNumber(databases, name)) < known) {
      throw new OperatorProblem(`${name} was made by an older Kvit. Bring it up to date: npm run kvit -- migrate`)
    }
  }
}

function operatorName(): string {
  try {
    return userInfo().username
  } catch {
    // A container may run under a number that has no name.
    return 'operator'
  }
}

/** What a command's help teaches beside its options. */
export interface Lesson {
  readonly examples: readonly string[]
  readonly refuses: readonly string[]
}

/** Adds to a command's help how it is used and what it refuses. */
export function teach(command: Command, { examples, refuses }: Lesson): Command {
  const lines = (heading: string, items: readonly string[]) =>
    items.length > 0 ? `\n${heading}:\n${items.map((item) => `  ${item}`).join('\n')}\n` : ''
  return command.addHelpText(
    'after',
    `${lines(
      examples.length > 1 ? 'Examples' : 'Example',
      examples.map((example) => `npm run kvit -- ${example}`),
    )}${lines('Refuses', refuses)}`,
  )
}
