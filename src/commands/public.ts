import { writeFile } from 'node:fs/promises'
import { type Command, Option } from 'commander'
import { makeNotice, noticeText, policyOf, promisesReport } from '#privacy'
import { register } from '../rooms.ts'
import { type Cli, teach } from './cli.ts'
import { columns } from './terminal.ts'

export function publicCommands(program: Command, cli: Cli): void {
  teach(
    program
      .command('notice')
      .description('Writes a library’s privacy notice, as made from the policy in force: what the public page shows.')
      .requiredOption('--agency <name>', 'the library')
      .addOption(new Option('--lang <language>', 'its language').choices(['da', 'en']).default('da'))
      .option('--out <file>', 'write it there instead')
      .action((options) =>
        cli.inLibrary(options.agency, async (ctx) => {
          const published = await policyOf(ctx)
          const notice = makeNotice(published, register, options.lang)
          const text = noticeText(notice)
          if (!options.out) return cli.terminal.answer(notice, text)
          await writeFile(options.out, text)
          cli.terminal.answer({ written: options.out, number: notice.number }, `Written to ${options.out}.`)
        }),
      ),
    { examples: ['notice --agency herning --lang en', 'notice --agency herning --out notice.txt'], refuses: [] },
  )

  teach(
    program
      .command('promises')
      .description(
        'Accounts for every promise of the libraries’ own notices, asked of the rows, the nights and the tests now.',
      )
      .option('--agency <name>', 'one library; otherwise all')
      .action((options) =>
        cli.inLibraries(options.agency, async (ctxs) => {
          const reports = []
          for (const ctx of ctxs) reports.push(await promisesReport(ctx, register))
          const text = reports.map(({ agency, counts, notKept }) =>
            [
              agency,
              columns(['state', 'promises'], Object.entries(counts)),
              ...notKept.map(
                ({ id, statement, because }) => `NOT KEPT ${id}: ${statement}\n    ${because.join('\n    ')}`,
              ),
            ].join('\n'),
          )
          cli.terminal.answer(reports, text.join('\n\n'), {
            holds: reports.every(({ notKept }) => notKept.length === 0),
          })
        }),
      ),
    { examples: ['promises --agency herning'], refuses: ['to be content while a promise is not kept: exit status 1'] },
  )
}
