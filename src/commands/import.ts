import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { type Command, Option } from 'commander'
import { type BranchRow, listBranches } from '#agencies'
import { type ImportReport, importMarc, type MarcImportOptions } from '#catalogue'
import { importPatrons, importRefusalText, type PatronImportReport, rowFaultText } from '#patrons'
import type { Context } from '#vault'
import { type Cli, teach } from './cli.ts'
import { columns, Refused, type Terminal } from './terminal.ts'

const MOST_SHOWN = 50

export function importCommands(program: Command, cli: Cli): void {
  const bring = program.command('import').description('bring in records and patrons from another system')

  teach(
    bring
      .command('marc')
      .description(
        'Enters bibliographic records, MARC 21 or danMARC2, in ISO 2709 or MARCXML, and the items their local fields tell of. Each 200 records are one transaction: whatever stops the import, whole batches are in, and the same file can be imported again. A record known by its source and number is updated.',
      )
      .argument('<file>', 'the file, or - for stdin')
      .requiredOption('--agency <name>', 'the library')
      .option('--source <name>', 'whose numbering the records have, such as 870970 (default: the library’s own)')
      .option('--branch <code>', 'where items go whose record names no branch of the library')
      .addOption(new Option('--flavour <flavour>', 'otherwise found out').choices(['marc21', 'danmarc2']))
      .addOption(new Option('--format <format>', 'otherwise found out').choices(['iso2709', 'marcxml']))
      .addOption(new Option('--encoding <encoding>', 'otherwise found out').choices(['utf-8', 'marc-8', 'latin1']))
      .action((file, options) => marc(cli, file, options)),
    {
      examples: ['import marc records.mrc --agency herning --source 870970 --branch HB'],
      refuses: ['records it cannot read: they are listed with number and byte, left out, and the exit status is 1'],
    },
  )

  teach(
    bring
      .command('patrons')
      .description(
        'Enrols the patrons of a CSV file by the library’s policy. Their clocks go on from enrolled_on and last_active_on, so that nobody is kept longer for having been moved. The whole file is checked first. Importing it again enters only whom it did not enter before.',
      )
      .argument(
        '<file>',
        'the file, or - for stdin: UTF-8 or Windows-1252, with comma or semicolon; the first line names the columns',
      )
      .requiredOption('--agency <name>', 'the library')
      .option('--branch <code>', 'home branch of those whose row names none; may be left out where there is only one')
      .option('--check', 'only check the file')
      .action((file, options) => patrons(cli, file, options)),
    {
      examples: ['import patrons patrons.csv --agency herning --check', 'import patrons patrons.csv --agency herning'],
      refuses: [
        'a file with unknown or missing columns, broken bytes or a broken row: nothing is written, and the place is named',
        'rows that the policy or common sense does not allow: listed by line and column, never with the value; exit status 1',
      ],
    },
  )
}

async function marc(
  cli: Cli,
  file: string,
  options: { agency: string; source?: string; branch?: string } & Pick<
    MarcImportOptions,
    'flavour' | 'format' | 'encoding'
  >,
): Promise<void> {
  await cli.inLibrary(options.agency, async (ctx) => {
    const { source = ctx.agency, branch, agency: _agency, ...how } = options
    const defaultBranch = branch === undefined ? undefined : (await findBranch(ctx, branch)).id
    const bytes = await open(file, cli.terminal)
    const advance = cli.terminal.progress('records')
    const report = await importMarc(ctx, bytes, {
      ...how,
      source,
      ...(defaultBranch && { defaultBranch }),
      progress: (done) => advance(done),
    })
    cli.terminal.answer(report, marcText(report), { holds: report.fault_count === 0 && report.read > 0 })
  })
}

function marcText(report: ImportReport): string {
  const { read, updated, items, fault_count, faults, warnings } = report
  const lines = [
    `${read} records read: ${report.new} new, ${updated} updated, ${fault_count} left out. ${items} new items.`,
  ]
  for (const { number, position, fault } of faults.slice(0, MOST_SHOWN)) {
    lines.push(`Left out: record ${number}, at byte ${position}: ${fault}`)
  }
  if (fault_count > MOST_SHOWN) lines.push(`… and ${fault_count - MOST_SHOWN} more; --json lists the first 1000.`)
  for (const { warning, times, number } of warnings.slice(0, MOST_SHOWN)) {
    lines.push(`Note: ${warning} (${times} times, first in record ${number})`)
  }
  if (warnings.length > MOST_SHOWN) lines.push(`… and ${warnings.length - MOST_SHOWN} other notes.`)
  return lines.join('\n')
}

async function patrons(
  cli: Cli,
  file: string,
  options: { agency: string; branch?: string; check?: boolean },
): Promise<void> {
  await cli.inLibrary(options.agency, async (ctx) => {
    const homeBranch = await findBranch(ctx, options.branch)
    const advance = {
      checked: cli.terminal.progress('rows checked'),
      entered: cli.terminal.progress('patrons entered'),
    }
    const imported = await importPatrons(ctx, await open(file, cli.terminal), {
      homeBranch: homeBranch.id,
      commit: options.check !== true,
      progress: (step, rows) => advance[step](rows),
    })
    if (!imported.ok)
      throw new Refused(`${importRefusalText(imported.refusal)}\nNothing was written.`, imported.refusal)
    const report = imported.value
    cli.terminal.answer(report, patronsText(report, options.check === true), {
      holds: report.refused_count === 0 && !report.ends_without_line_break,
    })
  })
}

function patronsText(report: PatronImportReport, checkedOnly: boolean): string {
  const { rows, enrolled, known, refused_count, refused, encoding, delimiter } = report
  const done = checkedOnly ? `${rows - known - refused_count} could be enrolled` : `${enrolled} enrolled`
  const lines = [
    `${rows} rows (${encoding}, "${delimiter}"): ${done}, ${known} known before, ${refused_count} refused.`,
    ...refused.slice(0, MOST_SHOWN).map((fault) => `Line ${fault.line}: ${rowFaultText(fault)}.`),
  ]
  if (refused_count > MOST_SHOWN) lines.push(`… and ${refused_count - MOST_SHOWN} more; --json lists the first 1000.`)
  if (report.ends_without_line_break) lines.push('The last line has no line break: the file may have been cut off.')
  return lines.join('\n')
}

/** The branch with this code; the only one there is when none is named. */
async function findBranch(ctx: Context, code: string | undefined): Promise<BranchRow> {
  const branches = await listBranches(ctx)
  if (branches.length === 0) {
    throw new Refused(`The library has no branches yet. Add one: npm run kvit -- branch add --help`)
  }
  const found =
    code === undefined
      ? branches.length === 1 && branches[0]
      : branches.find((branch) => branch.code.toLowerCase() === code.toLowerCase())
  if (found) return found
  const list = columns(
    ['code', 'name'],
    branches.map((branch) => [branch.code, branch.name]),
  )
  throw new Refused(`${code === undefined ? 'Name a branch with --branch' : `There is no branch ${code}`}:\n${list}`)
}

async function open(file: string, terminal: Terminal): Promise<AsyncIterable<Uint8Array>> {
  if (file === '-') return terminal.caller.stdin
  const { size } = await stat(file)
  terminal.say(`Reading ${file}, ${Math.ceil(size / 1024)} KiB.`)
  return createReadStream(file)
}
