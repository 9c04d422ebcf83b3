import type { Command } from 'commander'
import { reindex } from '#catalogue'
import { type Cli, teach } from './cli.ts'

export function catalogueCommands(program: Command, cli: Cli): void {
  const catalogue = program.command('catalogue').description('look after the catalogue')

  teach(
    catalogue
      .command('reindex')
      .description(
        'Reads titles anew, so that search finds them by the words this Kvit knows. A title that is entered or changed is read at once, and a running Kvit does the rest by itself after an upgrade: this is for whoever does not want to wait, or has come by titles in another way. Each 500 titles are one transaction: whatever stops it, it goes on from there when called again.',
      )
      .option('--agency <name>', 'one library (default: each)')
      .option('--all', 'also titles that this Kvit has read already')
      .action((options) => run(cli, options)),
    {
      examples: ['catalogue reindex', 'catalogue reindex --agency herning --all'],
      refuses: ['a library that is being restored'],
    },
  )
}

async function run(cli: Cli, { agency, all = false }: { agency?: string; all?: boolean }): Promise<void> {
  await cli.inLibraries(agency, async (ctxs) => {
    const done: { agency: string; titles: number }[] = []
    for (const ctx of ctxs) {
      const titles = await reindex(ctx, { all, progress: cli.terminal.progress(`titles of ${ctx.agency}`) })
      done.push({ agency: ctx.agency, titles })
    }
    cli.terminal.answer(done, done.map(({ agency, titles }) => `${agency}: ${titles} titles read.`).join('\n'))
  })
}
