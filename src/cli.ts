import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command, CommanderError } from 'commander'
import { OperatorProblem } from '#db'
import { agencyCommands } from './commands/agency.ts'
import { backupCommands, upkeepCommands } from './commands/backup.ts'
import { Cli, teach } from './commands/cli.ts'
import { clientCommands } from './commands/client.ts'
import { cprCommands } from './commands/cpr.ts'
import { holdCommands } from './commands/hold.ts'
import { importCommands } from './commands/import.ts'
import { patronCommands } from './commands/patron.ts'
import { policyCommands } from './commands/policy.ts'
import { publicCommands } from './commands/public.ts'
import { retentionCommands } from './commands/retention.ts'
import { staffCommands } from './commands/staff.ts'
import { EXIT, Misused, Refused, Terminal } from './commands/terminal.ts'
import { terminalCommands } from './commands/terminals.ts'
import { verifyCommands } from './commands/verify.ts'
import { logFolder, openLog } from './log.ts'

const terminal = new Terminal()
// Known before anything is read, so that a wrong option is told as JSON too.
terminal.json = process.argv.includes('--json')
const cli = new Cli(terminal)

async function main(): Promise<number> {
  // A reader that has seen enough, such as head, is no fault.
  process.stdout.on('error', (fault: NodeJS.ErrnoException) => process.exit(fault.code === 'EPIPE' ? 0 : EXIT.bug))
  let isStopping = false
  const stop = async () => {
    if (isStopping) process.exit(EXIT.interrupted)
    isStopping = true
    terminal.say('Stopping …')
    await cli.close().catch(() => {})
    terminal.fail('interrupted', 'Stopped. What was done in whole transactions stays; nothing is half done.')
    process.exit(EXIT.interrupted)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop())
  try {
    await programOf().parseAsync()
  } catch (fault) {
    // Its connections are being closed under it: whatever it says now is about that.
    if (isStopping) await new Promise(() => {})
    await tell(fault)
  }
  return terminal.status
}

function programOf(): Command {
  const program = new Command('kvit')
    .description(
      'Kvit, a public-library system whose privacy notice is executable. Each command explains itself: kvit COMMAND --help',
    )
    .version(version(), '--version', 'which Kvit this is')
    .helpOption('--help', 'what this does, an example, and what it refuses')
    .option('--json', 'answer with one JSON document on stdout; everything else goes to stderr')
    .configureHelp({ showGlobalOptions: true, helpWidth: 100 })
    .configureOutput({ outputError: () => {} })
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
  backupCommands(program, cli)
  upkeepCommands(program, cli)
  teach(
    program
      .command('commands')
      .description('Writes the help of every command, for reading at one go.')
      .action(() => {
        const all = commandsOf(program).map((command) => ({ command: nameOf(command), help: helpOf(command) }))
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

function helpOf(command: Command): string {
  let text = ''
  const { writeOut } = command.configureOutput()
  command.configureOutput({
    writeOut: (more) => {
      text += more
    },
  })
  command.outputHelp()
  command.configureOutput({ writeOut: writeOut ?? ((more) => process.stdout.write(more)) })
  return text
}

function version(): string {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8')) as {
    version: string
  }
  return version
}

async function tell(fault: unknown): Promise<void> {
  if (fault instanceof CommanderError) {
    // Help that was asked for is an answer; help because nothing was asked is not.
    if (fault.exitCode === 0) return
    const message = fault.code === 'commander.help' ? 'Name a command.' : fault.message.replace(/^error: /, '')
    return terminal.fail('problem', `${message}\nSee npm run kvit -- --help`)
  }
  if (fault instanceof Refused) return terminal.fail('refused', fault.message, fault.details)
  if (fault instanceof OperatorProblem || fault instanceof Misused) return terminal.fail('problem', fault.message)
  const ofFile = fileProblem(fault)
  if (ofFile) return terminal.fail('problem', ofFile)
  const where = await intoLog(fault)
  terminal.fail('bug', `Kvit has a fault here and has stopped. Nothing is half done. ${where}`)
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

/** The stack goes to the log, which only this machine's operator reads; answers where that is. */
async function intoLog(fault: unknown): Promise<string> {
  const text = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)
  try {
    const { config } = cli
    const log = await openLog(config)
    log.error({ stack: text }, 'a command failed')
    await new Promise<void>((resolve) => log.flush(() => resolve()))
    return `The log in ${logFolder(config)} says where.`
  } catch {
    return `The log cannot be written, so here it is:\n${text}`
  }
}

const status = await main()
// The log's own timers would keep the program waiting.
process.stdout.write('', () => process.exit(status))
