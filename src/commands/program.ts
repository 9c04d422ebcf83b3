import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command, CommanderError } from 'commander'
import { OperatorProblem } from '#db'
import { agencyCommands } from './agency.ts'
import { backupCommands, upkeepCommands } from './backup.ts'
import { catalogueCommands } from './catalogue.ts'
import { type Cli, teach } from './cli.ts'
import { clientCommands } from './client.ts'
import { cprCommands } from './cpr.ts'
import { holdCommands } from './hold.ts'
import { importCommands } from './import.ts'
import { patronCommands } from './patron.ts'
import { policyCommands } from './policy.ts'
import { publicCommands } from './public.ts'
import { retentionCommands } from './retention.ts'
import { rfidCommand } from './rfid.ts'
import { staffCommands } from './staff.ts'
import { Misused, Refused, type Terminal } from './terminal.ts'
import { terminalCommands } from './terminals.ts'
import { verifyCommands } from './verify.ts'

/** The command line, as one program of commander’s: its words are not read until it is asked to parse them. */
export function programOf(cli: Cli): Command {
  const { terminal } = cli
  const program = new Command('kvit')
    .description(
      'Kvit, a public-library system whose privacy notice is executable. Each command explains itself: kvit COMMAND --help',
    )
    .version(version(), '--version', 'which Kvit this is')
    .helpOption('--help', 'what this does, an example, and what it refuses')
    .option('--json', 'answer with one JSON document on stdout; everything else goes to stderr')
    .configureHelp({ showGlobalOptions: true, helpWidth: 100 })
    .configureOutput({ writeOut: (text) => terminal.write(text), outputError: () => {} })
    .showHelpAfterError(false)
    .exitOverride()
    .addHelpText(
      'after',
      `
Exit status: 0 done; 1 refused, or the answer calls for action; 2 something an operator must put right, or a wrong
call; 70 a fault of Kvit's own, with the details in the log; 130 interrupted.
Works beside a running Kvit. Its settings are those of npm start: KVIT_DATA, DATABASE_URL, KVIT_MASTER_KEY_FILE …`,
    )
  agencyCommands(program, cli)
  staffCommands(program, cli)
  terminalCommands(program, cli)
  clientCommands(program, cli)
  cprCommands(program, cli)
  policyCommands(program, cli)
  publicCommands(program, cli)
  retentionCommands(program, cli)
  verifyCommands(program, cli)
  patronCommands(program, cli)
  holdCommands(program, cli)
  importCommands(program, cli)
  catalogueCommands(program, cli)
  backupCommands(program, cli)
  upkeepCommands(program, cli)
  rfidCommand(program, cli)
  teach(
    program
      .command('commands')
      .description('Writes the help of every command, for reading at one go.')
      .action(() => {
        const all = commandsOf(program).map((command) => ({
          command: nameOf(command),
          help: helpOf(command, terminal),
        }))
        terminal.answer(all, all.map(({ help }) => help).join(`\n${'='.repeat(80)}\n\n`))
      }),
    { examples: ['commands | less'], refuses: [] },
  )
  return program
}

/** Those that do something: a group of commands only holds them. */
function commandsOf(command: Command): Command[] {
  return command.commands.length > 0 ? command.commands.flatMap(commandsOf) : [command]
}

function nameOf(command: Command): string {
  return command.parent?.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name()
}

function helpOf(command: Command, terminal: Terminal): string {
  let text = ''
  command.configureOutput({
    writeOut: (more) => {
      text += more
    },
  })
  command.outputHelp()
  command.configureOutput({ writeOut: (more) => terminal.write(more) })
  return text
}

function version(): string {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8')) as {
    version: string
  }
  return version
}

/** Says why a command has ended without an answer. False when it was a fault of Kvit's own, which is not told here. */
export function tellFault(terminal: Terminal, fault: unknown): boolean {
  if (fault instanceof CommanderError) {
    // Help that was asked for is an answer; help because nothing was asked is not.
    if (fault.exitCode === 0) return true
    const message = fault.code === 'commander.help' ? 'Name a command.' : fault.message.replace(/^error: /, '')
    terminal.fail('problem', `${message}\nSee npm run kvit -- --help`)
    return true
  }
  if (fault instanceof Refused) {
    terminal.fail('refused', fault.message, fault.details)
    return true
  }
  const problem = fault instanceof OperatorProblem || fault instanceof Misused ? fault.message : fileProblem(fault)
  if (problem === undefined) return false
  terminal.fail('problem', problem)
  return true
}

/** What the system says about a file, as someone at the server would say it. */
function fileProblem(fault: unknown): string | undefined {
  if (!(fault instanceof Error) || !('code' in fault) || !('syscall' in fault)) return undefined
  const path = 'path' in fault && typeof fault.path === 'string' ? fault.path : 'The file'
  switch (fault.code) {
    case 'ENOENT':
      return `${path} is not there.`
    case 'EACCES':
    case 'EPERM':
      return `${path} may not be read or written by this user.`
    case 'EISDIR':
      return `${path} is a folder.`
    case 'ENOTDIR':
      return `${path} is no folder.`
    case 'EIO':
      return `${path} cannot be read to its end: ${fault.message}. What was imported in whole batches stays; try again.`
    case 'ENOSPC':
      return `The disk is full: ${fault.message}. Make room and try again.`
    case 'ECONNREFUSED':
    case 'ECONNRESET':
      return `The database does not answer: ${fault.message}.`
    default:
      return undefined
  }
}
