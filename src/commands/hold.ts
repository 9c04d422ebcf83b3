import type { Command } from 'commander'
import { unreachable } from '#core'
import { endHold, type HoldRefusal, listHolds, placeHold } from '#privacy'
import { register } from '../rooms.ts'
import { type Cli, teach } from './cli.ts'
import { PATRON, patronOf, REFUSES_CPR } from './patron.ts'
import { readDay } from './retention.ts'
import { columns, Refused } from './terminal.ts'

export function holdCommands(program: Command, cli: Cli): void {
  const hold = program
    .command('hold')
    .description('legal holds: rows kept from being forgotten while a matter needs them')

  teach(
    hold
      .command('add')
      .description('Keeps one row from being forgotten. The person sees that it is held and why.')
      .argument('<table>', 'the table the row is in, such as loan')
      .argument('<row>', 'the row’s id')
      .requiredOption('--agency <name>', 'the library')
      .requiredOption('--reason <text>', 'why; the person may read it')
      .option('--until <date>', 'the night that ends it; otherwise it lasts until it is ended', readDay)
      .action((table, row, options) =>
        cli.inLibrary(options.agency, async (ctx) => {
          const { reason, until } = options
          const placed = await placeHold(ctx, register, { table, row, reason, ...(until && { until }) })
          if (!placed.ok) throw new Refused(refusalText(placed.refusal), { reason: placed.refusal.kind })
          cli.terminal.answer(placed.value, `Held, as ${placed.value.id}.`)
        }),
      ),
    {
      examples: ['hold add loan 0193… --agency herning --reason "Police case 42" --until 2027-06-01'],
      refuses: [
        'a row that is not there or is held already',
        'a table whose rows no night ends',
        'a hold without a reason',
      ],
    },
  )

  teach(
    hold
      .command('end')
      .description('Ends a hold. What it kept is caught up the next night.')
      .argument('<hold>', 'its id, from hold list')
      .requiredOption('--agency <name>', 'the library')
      .action((id, options) =>
        cli.inLibrary(options.agency, async (ctx) => {
          const ended = await endHold(ctx, id)
          if (!ended.ok) throw new Refused('There is no such hold.', { reason: ended.refusal.kind })
          cli.terminal.answer(ended.value, 'Ended. The next night takes what is past its end.')
        }),
      ),
    { examples: ['hold end 0193… --agency herning'], refuses: ['a hold that never was'] },
  )

  teach(
    hold
      .command('list')
      .description('Lists the holds in force, of all patrons or of one.')
      .requiredOption('--agency <name>', 'the library')
      .option('--patron <patron>', PATRON)
      .action((options) =>
        cli.inLibrary(options.agency, async (ctx) => {
          const patron = options.patron ? await patronOf(ctx, options.patron, cli.terminal) : undefined
          const holds = await listHolds(ctx, patron)
          const text = columns(
            ['hold', 'table', 'row', 'until', 'reason'],
            holds.map((row) => [row.id, row.table_name, row.row_id, row.until_on?.toString() ?? '-', row.reason]),
          )
          cli.terminal.answer(holds, holds.length > 0 ? text : 'Nothing is held.')
        }),
      ),
    { examples: ['hold list --agency herning'], refuses: [REFUSES_CPR] },
  )
}

function refusalText(refusal: HoldRefusal): string {
  switch (refusal.kind) {
    case 'not-allowed':
      return 'Only a data protection officer, an administrator or the operator may hold a row.'
    case 'unknown-row':
      return 'There is no such row.'
    case 'already-held':
      return 'The row is held already.'
    case 'no-reason':
      return 'A hold needs a reason.'
    case 'unknown-table':
      return `Rows of that table cannot be held. Allowed: ${refusal.allowed.join(', ')}.`
    default:
      return unreachable(refusal)
  }
}
