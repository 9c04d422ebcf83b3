import { type Command, Option } from 'commander'
import { listBranches } from '#agencies'
import {
  addTerminal,
  disableTerminal,
  listTerminals,
  renewTerminalSecret,
  TERMINAL_KINDS,
  type TerminalKind,
  terminalRefusalTexts,
} from '#auth'
import type { Context } from '#vault'
import { type Cli, teach } from './cli.ts'
import { columns, Refused } from './terminal.ts'

export function terminalCommands(program: Command, cli: Cli): void {
  const terminal = program
    .command('terminal')
    .description('the accounts of self-service machines, sorters and doors: add, list, secret, disable')

  teach(
    terminal
      .command('add')
      .description('Gives a machine an account of its own. Its key is written once, on stdout, and kept nowhere.')
      .argument('<name>', 'what it signs in as')
      .requiredOption('--agency <name>', 'the library')
      .requiredOption('--branch <code>', 'where it stands')
      .addOption(new Option('--kind <kind>', 'what it is').choices(TERMINAL_KINDS).makeOptionMandatory())
      .option('--without-pin', 'it may act on a card without its PIN: only where staff look on')
      .action((name, options) => add(cli, name, options)),
    {
      examples: ['terminal add main-1 --agency herning --branch HB --kind self-service'],
      refuses: ['a name that is taken', 'a branch there is not'],
    },
  )

  teach(
    terminal
      .command('list')
      .description('Lists the machines, and when each was last seen.')
      .requiredOption('--agency <name>', 'the library')
      .action((options) =>
        cli.inLibrary(options.agency, async (ctx) => {
          const rows = await listTerminals(ctx)
          const text = columns(
            ['name', 'kind', 'branch', 'PIN', 'last seen', 'disabled'],
            rows.map((row) => [
              row.name,
              row.kind,
              row.branch,
              row.without_pin ? 'not asked' : 'asked',
              row.last_seen_at?.toString({ smallestUnit: 'minute' }) ?? 'never',
              row.disabled_at?.toString({ smallestUnit: 'minute' }) ?? '',
            ]),
          )
          cli.terminal.answer(rows, rows.length > 0 ? text : 'None yet. Add one: npm run kvit -- terminal add --help')
        }),
      ),
    { examples: ['terminal list --agency herning'], refuses: [] },
  )

  teach(
    terminal
      .command('secret')
      .description('Gives a machine another key; the old one is worth nothing at once. A disabled one works again.')
      .argument('<name>', 'which')
      .requiredOption('--agency <name>', 'the library')
      .action((name, options) =>
        cli.inLibrary(options.agency, async (ctx) => {
          const renewed = await renewTerminalSecret(ctx, await idOf(ctx, name))
          if (!renewed.ok) throw new Refused(terminalRefusalTexts[renewed.refusal.kind].en)
          cli.terminal.answer(renewed.value, keyText(renewed.value))
        }),
      ),
    { examples: ['terminal secret main-1 --agency herning'], refuses: ['a name no machine has'] },
  )

  teach(
    terminal
      .command('disable')
      .description('Shuts a machine out at once: it was stolen, sold or thrown away.')
      .argument('<name>', 'which')
      .requiredOption('--agency <name>', 'the library')
      .action((name, options) =>
        cli.inLibrary(options.agency, async (ctx) => {
          const disabled = await disableTerminal(ctx, await idOf(ctx, name))
          if (!disabled.ok) throw new Refused(terminalRefusalTexts[disabled.refusal.kind].en)
          cli.terminal.answer({ disabled: disabled.value }, `${name} can no longer sign in.`)
        }),
      ),
    { examples: ['terminal disable main-1 --agency herning'], refuses: ['a name no machine has'] },
  )
}

async function add(
  cli: Cli,
  name: string,
  options: { agency: string; branch: string; kind: TerminalKind; withoutPin?: boolean },
): Promise<void> {
  await cli.inLibrary(options.agency, async (ctx) => {
    const wanted = options.branch.toLowerCase()
    const branch = (await listBranches(ctx)).find(({ code }) => code.toLowerCase() === wanted)
    if (!branch) throw new Refused(`There is no branch ${options.branch}.`, { reason: 'unknown-branch' })
    const { kind, withoutPin = false } = options
    const added = await addTerminal(ctx, { name, kind, branch: branch.id, withoutPin })
    if (!added.ok) throw new Refused(terminalRefusalTexts[added.refusal.kind].en, { reason: added.refusal.kind })
    cli.terminal.answer(added.value, keyText(added.value))
  })
}

function keyText({ name, secret }: { name: string; secret: string }): string {
  return `${name} signs in with this key, which is shown this once:\n${secret}`
}

async function idOf(ctx: Context, name: string): Promise<string> {
  const wanted = name.normalize('NFC').trim()
  const known = (await listTerminals(ctx)).find((terminal) => terminal.name === wanted)
  if (!known) throw new Refused(terminalRefusalTexts.unknown.en, { reason: 'unknown' })
  return known.id
}
