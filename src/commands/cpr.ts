import type { Command } from 'commander'
import { followAll } from '#patrons'
import { type Cli, teach } from './cli.ts'

export function cprCommands(program: Command, cli: Cli): void {
  const cpr = program.command('cpr').description('the CPR register, where KVIT_CPR_FILE connects a library to it')

  teach(
    cpr
      .command('follow')
      .description(
        'Marks every patron with a CPR number to be looked up and followed, for the day a library is connected to the register or moves here from another system. A running Kvit does the rest, ten minutes at a time.',
      )
      .requiredOption('--agency <name>', 'the library')
      .action((options) =>
        cli.inLibrary(options.agency, async (ctx) => {
          const marked = await followAll(ctx)
          cli.terminal.answer({ marked }, `${marked} patrons will be looked up.`)
        }),
      ),
    { examples: ['cpr follow --agency herning'], refuses: ['a library there is none of'] },
  )
}
