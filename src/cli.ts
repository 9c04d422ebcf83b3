import { Cli } from './commands/cli.ts'
import { programOf, tellFault } from './commands/program.ts'
import { EXIT, Terminal } from './commands/terminal.ts'
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
    await programOf(cli).parseAsync()
  } catch (fault) {
    // Its connections are being closed under it: whatever it says now is about that.
    if (isStopping) await new Promise(() => {})
    if (!tellFault(terminal, fault)) {
      const where = await intoLog(fault)
      terminal.fail('bug', `Kvit has a fault here and has stopped. Nothing is half done. ${where}`)
    }
  }
  return terminal.status
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
